"""What a generator returns, in the StopIteration that next(), send() and throw() raise: `value`, `args`, its text."""
from collections import deque

import pytest

import aic
from harness import check, collected

PROGRAMS, program = collected()


def returning(n):
    yield 1
    if n:
        return n


def nothing():
    yield 1


def in_try():
    try:
        yield 1
    except ValueError:
        return "caught"


@program(5)
@program(0)
def by_next(n):
    it = returning(n)
    told = [str(next(it))]
    for _ in range(2):
        try:
            next(it)
        except StopIteration as e:
            told += [str(e.value), str(e.args), str(e), repr(e)]
    return told


@program(5)
def by_send(n):
    it = returning(n)
    next(it)
    try:
        it.send(None)
    except StopIteration as e:
        return e.value, e.args


@program()
def by_throw():
    it = in_try()
    next(it)
    try:
        it.throw(ValueError)
    except StopIteration as e:
        return e.value, e.args


@program()
def without_one():
    it, other = nothing(), iter([])
    next(it)
    out = []
    try:
        next(it)
    except StopIteration as e:
        out.append((e.value, e.args))
    try:
        next(other)
    except StopIteration as e:
        out.append((e.value, e.args))
    return out


@program(3)
def read_by_a_loop_before(n):
    it = returning(n)
    for _ in it:
        pass
    try:
        next(it)
    except StopIteration as e:
        return e.value, e.args


@program()
def raised_by_hand():
    made = StopIteration(4)
    try:
        raise StopIteration("text")
    except StopIteration as e:
        return e.value, made.value, StopIteration().value


@program()
def of_another_class():
    try:
        try:
            raise KeyError("k")
        except Exception as e:
            return e.value
    except AttributeError as e:
        return str(e)


def task(name, n):
    for i in range(n):
        yield f"{name}{i}"
    return name + " done"


@program()
def scheduler():
    queue, out = deque([task("a", 2), task("b", 3)]), []
    while queue:
        t = queue.popleft()
        try:
            out.append(next(t))
        except StopIteration as e:
            out.append(e.value)
            continue
        queue.append(t)
    return out


@program(2)
def in_a_default(n):
    it = returning(n)
    return next(it), next(it, "over"), next(it, None)


@pytest.mark.parametrize("function, args", PROGRAMS, ids=[f"{f.__name__}{k}" for k, (f, _) in enumerate(PROGRAMS)])
def test_as_cpython(function, args):
    check(function, *args)


def leaving(n):
    it = returning(n)
    next(it)
    next(it)


def test_out_of_compiled_code():
    with pytest.raises(StopIteration) as caught:
        aic.jit(leaving)(7)
    assert caught.value.value == 7


def with_list(asks):
    def rows():
        yield 1
        return [1, 2]

    it = rows()
    next(it)
    try:
        next(it)
    except StopIteration as e:
        return e.value if asks else "over"


def test_containers_are_refused_where_asked_for():
    with pytest.raises(aic.CompileError, match="returns a container"):
        aic.jit(with_list)(True)
