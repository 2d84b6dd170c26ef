"""fallback="python": what crosses between compiled parts and interpreted statements — containers that must not be there twice, names,
closures, exceptions, arguments."""
import io
import threading
import traceback
import warnings

import numpy as np
import pytest
from fallback_harness import compare, module

import aic
from aic.fallback import parts_of


# ---- what must not be there twice ----
def test_lists_that_are_kept_elsewhere():
    compare("""
    def f(xs):
        ys = [1, 2]
        HELD[:] = eval("[xs, ys]")
        for i in range(3):
            xs.append(i)
            ys.append(i * 2)
        HELD[0].append(99)
        eval("HELD[1].append(98)")
        total = 0
        for x in xs:
            total += x
        return xs, ys, total, HELD[0] is xs, HELD[1] is ys
    """, ([5],))


def test_objects_dicts_and_sets_that_are_kept_elsewhere():
    compare("""
    class P:
        def __init__(self, x):
            self.x = x

    def f(d):
        p = P(1)
        s = {1, 2}
        HELD[:] = eval("[d, p, s]")
        for i in range(3):
            d[i] = i * i
            p.x += i
            s.add(i)
        eval("d.update(a=1)")
        HELD[1].x += 10
        return d, p.x, sorted(s), HELD[1] is p, len(HELD[0])
    """, ({},))


def test_arrays_and_their_views():
    compare("""
    def f(a):
        v = a[1:]
        b = a * 2
        HELD[:] = eval("[v, b]")
        v[0] = 10.0
        HELD[0][1] = 20.0
        for i in range(len(b)):
            b[i] += a[i]
        eval("b").fill(3.0)
        b[0] = a[1]
        w = b[::-1]
        eval("w")[0] = 7.0
        out = a.sum() + b.sum()
        return a, v, b, out
    """, (np.arange(4.0),))
    compare("""
    def f(n):
        a = np.arange(float(n))
        s = a.sum()
        eval("a").resize(n * 2, refcheck=False)
        return s, a.shape, a.sum(), a
    """, (3,))


def test_names_of_the_module_that_the_interpreted_statement_binds():
    compare("""
    def f(n):
        global TOTAL
        a = TOTAL + n
        exec("TOTAL = 100", globals())
        b = TOTAL + n
        for i in range(n):
            TOTAL += i
        c = eval("TOTAL")
        return a, b, c, TOTAL
    """, (3,), (4,))


def test_deleted_names():
    compare("""
    def f(n):
        x = n * 2
        t = eval("x")
        if n > 2:
            del x
        y = t + 1
        for i in range(n):
            y += i
        return y + x
    """, (1,), (3,))


def test_closures_and_nonlocal():
    compare("""
    def f(n):
        count = 0
        def step(k):
            nonlocal count
            count += k
            return count
        t = eval("n + 1")
        for i in range(n):
            step(i)
        u = eval("t * 2")
        count += u
        later = [lambda: count]
        for i in range(n):
            count += i
        return count, t, u, later[0]()
    """, (4,))
    names = module("""
    def make(k):
        total = k
        def f(n):
            nonlocal total
            s = 0
            for i in range(n):
                s += i + total
            total = eval("s")
            for i in range(n):
                s += total
            return s, total
        return f
    """)
    left, right = names["make"](2), aic.jit(fallback="python")(names["make"](2))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert [left(3), left(2)] == [right(3), right(2)]


def test_generators():
    names = module("""
    def f(n):
        s = 0
        for i in range(n):
            s += i
        yield s
        t = eval("s + 1")
        for i in range(n):
            s += i
            yield s
        got = yield t
        return got
    """)
    f = aic.jit(fallback="python")(names["f"])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert list(f(4)) == list(names["f"](4))


def test_leaving_blocks_in_every_way():
    text = """
    def f(n, xs):
        log = []
        for i in range(n):
            try:
                for x in xs:
                    if x == i:
                        continue
                    if x > 5:
                        break
                    log.append(x * i)
                    t = eval("x + i")
                    if t == 6:
                        return "left", log
                    if t == 5:
                        raise KeyError(t)
                else:
                    log.append(-1)
            except KeyError as e:
                log.append(len(e.args))
                if n == 4:
                    raise ValueError("again") from e
            finally:
                log.append(100)
                if n == 5:
                    break
        return log
    """
    compare(text, *[(n, xs) for n in range(6) for xs in ([], [1, 2], [4, 2, 9], [3, 2, 1], [7])])


def test_exceptions_of_compiled_parts_meet_interpreted_handlers():
    compare("""
    def f(xs, k):
        try:
            t = eval("k + 1")
            s = 0
            for i in range(t):
                s += 10 // (k - i)
            return s, xs[t]
        except ZeroDivisionError:
            return "zero"
        except IndexError as e:
            return "index", str(e)
        finally:
            xs.append(k)
    """, ([1, 2], 1), ([1], 0), ([1, 2, 3], -1), ([], -5))


def test_what_handlers_read_is_what_was_bound_when_the_exception_came():
    compare("""
    def f(k, xs):
        a, b = 1, 2
        try:
            a = 5
            for i in range(4):
                b += 10 // (k - i)
            xs.append(eval("a + b"))
            a = xs[k] * 2
            b = 7
        except ZeroDivisionError:
            return "zero", a, b
        except IndexError:
            pass
        finally:
            xs.append(a)
        return a, b
    """, (1, []), (5, [1]), (4, [1, 2, 3]), (-1, [4]), (9, [0] * 20))


def test_the_exception_is_the_same_object_with_the_lines_of_the_program():
    names = module("""
    class Own(Exception):
        pass
    ERROR = Own("x")
    def f(n):
        s = 0
        for i in range(n):
            s += i
        t = eval("s")
        for i in range(n):
            t += 6 // (i - 2)
        if t > -100:
            eval("raise_it")(t)
        return t
    def raise_it(t):
        raise ERROR
    """)
    f = aic.jit(fallback="python")(names["f"])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with pytest.raises(names["Own"]) as caught:
            f(1)
        assert caught.value is names["ERROR"]
        with pytest.raises(ZeroDivisionError) as caught:
            f(5)
    lines = [(s.filename == names["f"].__code__.co_filename, s.name, s.line) for s in traceback.extract_tb(caught.value.__traceback__)]
    assert lines[-1] == (True, "f", "t += 6 // (i - 2)")


def test_names_without_a_value():
    text = """
    def f(n):
        for i in range(n):
            last = i * 2
        t = eval("n")
        s = 0
        for k in range(3):
            s += k + t
        return s + last + i
    """
    compare(text, (2,), (0,))


def test_what_looks_at_names():
    compare("""
    def f(n):
        a = n + 1
        for i in range(n):
            a += i
        names = sorted(locals())
        b = a * 2
        for j in range(n):
            b += j
        return names, sorted(vars()), b, eval("a + b")
    """, (3,), (0,))


def test_arguments_that_compiled_code_cannot_take():
    names = module("""
    def f(source, n):
        s = 0
        for i in range(n):
            s += i
        line = source.readline()
        for i in range(n):
            s += len(line)
        return s, line
    """)
    f = aic.jit(fallback="python")(names["f"])
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        assert f(io.StringIO("abc\n"), 4) == (22, "abc\n")
        assert f(io.StringIO("abcd\n"), 2) == (11, "abcd\n")
    assert [str(w.message).split("\n")[0] for w in seen] == ["`line = source.readline()` is left to the interpreter:"]
    assert [p.signatures for p in parts_of(f)] == [["int"], ["str, int, int"]] or all(p.signatures for p in parts_of(f))


def test_defaults_keywords_and_methods():
    names = module("""
    class A:
        k = 3
        def method(self, x, *rest, scale=2, **more):
            s = 0
            for i in range(x):
                s += i * scale
            t = eval("self.k")
            for r in rest:
                s += r
            return s + t + len(more)
    """)
    plain, f = names["A"].method, aic.jit(fallback="python")(names["A"].method)
    a = names["A"]()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for arguments, keywords in (((3,), {}), ((3, 1, 2), {"scale": 5}), ((2,), {"z": 1})):
            assert f(a, *arguments, **keywords) == plain(a, *arguments, **keywords)
        with pytest.raises(TypeError, match="missing 1 required positional argument"):
            f(a)


def test_threads():
    names = module("""
    def f(n):
        s = eval("n")
        for i in range(n):
            s += i
        return s
    """)
    f, got = aic.jit(fallback="python")(names["f"]), []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        threads = [threading.Thread(target=lambda k=k: got.append((k, f(k)))) for k in range(8)]
        for t in threads:
            t.start()
        for t in threads:
            t.join()
    assert sorted(got) == [(k, names["f"](k)) for k in range(8)]
