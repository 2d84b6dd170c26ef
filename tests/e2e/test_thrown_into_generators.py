"""throw() and close() of generators that are returned to Python and yield inside `try`: what they see, and what comes out."""
import contextlib

import pytest

import aic


def catching():
    try:
        yield 1
        yield 2
    except ValueError as e:
        yield str(e)
    except LookupError:
        yield "lookup"
        try:
            yield "in"
        except BaseException as e:
            yield repr(e)
            raise
    finally:
        yield "left"


def first_and_thrown(g, *thrown):
    told = [next(g)]
    try:
        told.append(g.throw(*thrown))
        told.extend(g)
    except BaseException as e:
        told += [type(e), e.args, e is thrown[0], e.__context__, e.__cause__ is None]
    return told


class Missing(KeyError):
    pass


THROWN = [(ValueError("x"),), (ValueError,), (ValueError, "text"), (ValueError, ("t",)), (UnicodeError("u"),), (KeyError("k"),),
          (Missing("m"),), (TypeError("t"),), (RuntimeError,), (KeyboardInterrupt(),), (ValueError("a", 2),), (IndexError,)]


@pytest.mark.parametrize("thrown", THROWN, ids=[repr(t) for t in THROWN])
def test_as_cpython(thrown):
    assert first_and_thrown(aic.jit(catching)(), *thrown) == first_and_thrown(catching(), *thrown)


def test_what_is_raised_again_is_the_same_exception():
    g = aic.jit(catching)()
    key, other = KeyError("k"), RuntimeError("r")
    assert [next(g), g.throw(key), next(g), g.throw(other)] == [1, "lookup", "in", "RuntimeError('r')"]
    assert next(g) == "left"
    with pytest.raises(RuntimeError) as caught:
        next(g)
    assert caught.value is other and other.__context__ is key


def turned():
    try:
        yield 1
    except KeyError as e:
        raise ValueError("other") from e


def test_cause_and_context():
    g = aic.jit(turned)()
    next(g)
    key = KeyError("k")
    with pytest.raises(ValueError, match="other") as caught:
        g.throw(key)
    assert caught.value.__cause__ is key and caught.value.__context__ is key


def test_stop_iteration():
    g = aic.jit(catching)()
    next(g)
    stop = StopIteration(3)
    assert g.throw(stop) == "left"
    with pytest.raises(RuntimeError, match="generator raised StopIteration") as caught:
        next(g)
    assert caught.value.__cause__ is stop


def asking():
    while True:
        try:
            yield None
        except Exception as e:
            yield e.args, type(e) is ValueError, type(e).__name__


def test_arguments_and_exact_classes():
    def told(g):
        out = []
        for e in [ValueError("x"), ValueError(), UnicodeError("u"), KeyError(), OverflowError("")]:
            next(g)
            out.append(g.throw(e))
        g.close()
        return out

    assert told(aic.jit(asking)()) == told(asking())
    g = aic.jit(asking)()
    next(g)
    with pytest.raises(NotImplementedError, match="arguments"):
        g.throw(ValueError(1, 2))


class Own(Exception):
    pass


def knowing(n):
    try:
        yield 1
        if n > 5:
            raise Own("here")
    except Own:
        yield 2


class Both(ValueError, LookupError):
    pass


def test_what_it_cannot_tell_is_refused():
    g = aic.jit(knowing)(1)
    next(g)
    with pytest.raises(NotImplementedError, match="class defined in Python"):
        g.throw(Own("o"))
    with pytest.raises(KeyError):
        g.throw(KeyError("k"))
    g = aic.jit(catching)()
    next(g)
    with pytest.raises(NotImplementedError, match="several classes"):
        g.throw(Both("b"))


def managed():
    try:
        yield 5
    except ZeroDivisionError:
        pass


def test_behind_contextmanager():
    manager = contextlib.contextmanager(aic.jit(managed))
    with manager() as x:
        x // 0
    key = KeyError("k")
    with pytest.raises(KeyError) as caught:
        with manager():
            raise key
    assert caught.value is key


def counted():
    total = 0
    while True:
        try:
            x = yield total
            total += x
        except ValueError:
            total = 0


def test_sent_and_thrown():
    for g in (counted(), aic.jit(counted)()):
        assert [next(g), g.send(4), g.send(5), g.throw(ValueError), g.send(2)] == [0, 4, 9, 0, 2]


def returning():
    try:
        yield 1
    except KeyError:
        return 77


def test_what_it_returns():
    g = aic.jit(returning)()
    next(g)
    with pytest.raises(StopIteration) as caught:
        g.throw(KeyError)
    assert caught.value.value == 77


def test_what_is_no_exception():
    g = aic.jit(catching)()
    next(g)
    for thrown in ((3,), (int,), (ValueError("x"), "y"), (ValueError, "x", 3)):
        with pytest.raises(TypeError):
            g.throw(*thrown)
    assert list(g) == [2, "left"]


def test_before_the_first_step():
    g = aic.jit(catching)()
    with pytest.raises(ValueError, match="early"):
        g.throw(ValueError("early"))
    assert list(g) == []
