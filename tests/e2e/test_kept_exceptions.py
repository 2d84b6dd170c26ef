"""Exceptions that were caught, kept in lists and dicts, in names that may be None, and raised again."""
import copy

import pytest
from harness import outcome, same

import aic


class Bad(Exception):
    def __init__(self, n): super().__init__("bad", n); self.n = n
def attempt(i):
    if i == 1:
        raise ValueError("no " + str(i))
    if i == 2:
        raise KeyError(i)
    if i == 3:
        raise Bad(i)
    return i
def gather(n):
    out = []
    for i in range(n):
        try:
            attempt(i)
        except Exception as e:
            out.append(e)
    return out


def texts_and_classes(n):
    xs = gather(n)
    return len(xs), [str(x) for x in xs], [repr(x) for x in xs], [type(x).__name__ for x in xs], [isinstance(x, KeyError) for x in xs]


def membership_and_identity(n):
    xs = gather(n)
    first = xs[0]
    return first in xs, first == xs[0], first is xs[0], xs[0] is xs[-1], xs.index(first), xs.count(first), xs == gather(n), xs == xs[:]


def raised_out_of_a_list(n):
    xs = gather(n)
    raise xs[-1]


def the_same_one_when_raised_again(n):
    xs = gather(n)
    try:
        raise xs[1]
    except KeyError as e:
        return e is xs[1], e.args


def in_a_dict(n):
    errors = {}
    for i in range(n):
        try:
            attempt(i)
        except ValueError as e:
            errors["value"] = e
        except Exception as e:
            errors[str(i)] = e
    if "value" in errors:
        return str(errors.pop("value")), len(errors), str(errors.get("zzz")), [str(v) for v in errors.values()]
    return "", 0, "", []


def the_last_one_and_none(n):
    last = None
    count = 0
    while count < n:
        try:
            try:
                attempt(count + 1)
            finally:
                count += 1
        except Exception as e:
            if last is not None and str(last) == str(e):
                break
            last = e
    if last:
        raise RuntimeError("gave up after " + str(count)) from last
    return count


def list_methods(n):
    xs = gather(n) * 2
    xs.reverse()
    xs[0] = xs[-1]
    del xs[1]
    ys = xs[1:] + [xs[0]]
    x = ys.pop()
    return [str(y) for y in ys], str(x), x.args, bool(ys), (str(ys[0]),)


def in_pairs(n):
    pairs = [(i, e) for i, e in enumerate(gather(n))]
    return [(i, str(e)) for i, e in pairs], str(dict(pairs)[0])


def cause_and_context_of_one_that_was_kept(n):
    try:
        attempt(n)
    except Exception as e:
        keep = [e]
    return keep[0].args, str(keep[0].__context__), str(keep[0].__cause__)


def both_of_a_chain(n):
    out = []
    try:
        try:
            attempt(1)
        except ValueError as e:
            out.append(e)
            raise KeyError("second") from e
    except KeyError as k:
        out.append(k)
    return [str(o) for o in out], out[1].__cause__ is out[0], str(out[1].__context__)


def by_a_key(n):
    return max(gather(n), key=str).args


def in_a_comprehension(n):
    return {str(e): e for e in gather(n)}["no 1"].args


def places_that_may_be_none(n):
    state = [None] * n
    for i in range(n):
        try:
            attempt(i)
        except Exception as e:
            state[i] = e
    return [s is None for s in state], any(state), sum(1 for s in state if s)


def filled_by_a_function(n):
    def worker(i, errors):
        try:
            return attempt(i)
        except (ValueError, KeyError) as e:
            errors.append((i, e)); return -1
    errors = []
    got = [worker(i, errors) for i in range(n)]
    for i, e in errors:
        if isinstance(e, KeyError):
            got.append(e.args[0] * 100)
    return got


def the_same_one_in_the_handler_of_itself(n):
    first = None
    seen = []
    for i in range(n):
        try:
            try:
                raise ValueError("v" + str(i))
            except ValueError as e:
                first = e
                try:
                    raise e
                except ValueError as f:
                    seen.append(f is e)
                raise
        except ValueError as g:
            seen.append(g is first)
    return seen


def raised_again_and_again(n):
    seen = []
    for i in range(n):
        try:
            try:
                raise ValueError("v" + str(i))
            except ValueError as e:
                try:
                    raise e
                except ValueError as f:
                    try:
                        raise
                    except ValueError as g:
                        seen.append(g is f and f is e)
                        raise g
        except ValueError as h:
            seen.append(h.__context__ is None)
            try:
                raise KeyError(i) from h
            except KeyError as k:
                seen.append(k.__cause__ is h and k.__context__ is h)
    return seen


FUNCTIONS = [texts_and_classes, membership_and_identity, raised_out_of_a_list, the_same_one_when_raised_again, in_a_dict, the_last_one_and_none, list_methods, in_pairs, cause_and_context_of_one_that_was_kept, both_of_a_chain, by_a_key, in_a_comprehension, places_that_may_be_none, filled_by_a_function, the_same_one_in_the_handler_of_itself,
             raised_again_and_again]


@pytest.mark.parametrize("n", [0, 2, 3, 4])
@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda f: f.__name__)
def test_kept(function, n):
    want, got = outcome(function, (n,), {}), outcome(aic.jit(function), copy.deepcopy((n,)), {})
    assert got[0] == want[0], got
    assert same(got[1], want[1], 0) if want[0] == "value" else got[1:3] == want[1:3]


def returned(n):
    return gather(n)


def a_key(n):
    return len(set(gather(n)))


def beside_ints(n):
    return len(gather(n) + [n])


def made_and_kept(n):
    e = ValueError("x")
    xs = [e, e]
    return xs[0] is xs[1]


@pytest.mark.parametrize("function", [returned, a_key, beside_ints, made_and_kept], ids=lambda f: f.__name__)
def test_refused(function):
    with pytest.raises(aic.CompileError):
        aic.jit(function)(3)
