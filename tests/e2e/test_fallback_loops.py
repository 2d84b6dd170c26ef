"""fallback="python": loops that stay compiled around a statement that binds nothing."""
import warnings

import numpy as np
import pytest
from fallback_harness import blocks, compare, module, outcome, places

import aic
from aic.parts import split_of


def test_a_loop_stays_compiled_around_a_statement_that_binds_nothing():
    f = compare("""
    def f(n, x):
        s = 0.0
        for i in range(n):
            s += i * x
            if i % 1000 == 0:
                HELD.append(eval("s + i"))
        return s
    """, (10, 0.5), (5000, 2.0), (3, 2))
    assert places(f) == ['HELD.append(eval("s + i"))']
    (loop,) = blocks(f)
    assert "interpret" in loop.lower(3, 0.0, 0.5).text("loop")
    assert f(10_000_000, 1.0) == 49999995000000.0


def test_two_such_statements_and_ways_out_of_the_loop():
    f = compare("""
    def f(n):
        s = 0
        for i in range(n):
            s += i
            if i == 3:
                HELD.append(eval("i"))
            for k in range(3):
                if k == 1:
                    HELD.append(eval("s * 2 + k"))
                    continue
                s += k
            if s > 40:
                return s, "early"
            if s == 37:
                break
        else:
            s += 1000
        return s
    """, (3,), (5,), (7,), (30,))
    assert blocks(f) and places(f) == ['HELD.append(eval("i"))', 'HELD.append(eval("s * 2 + k"))']


def test_an_exception_of_such_a_statement():
    f = compare("""
    def f(n, xs):
        s = 0
        try:
            for i in range(n):
                s += i
                if i > 2:
                    eval("xs_of()")[i]
            return s
        except IndexError as e:
            return s, str(e), type(e).__name__
        finally:
            xs.append(s)

    def xs_of():
        return [1, 2, 3, 4, 5]
    """, (3, []), (5, [1]), (9, [2]))
    assert split_of(f) is not None


@pytest.mark.parametrize("setting, loop", [
    ("xs", "s += xs[i % len(xs)]\n        eval('HELD[0].append(i)')"),
    ("a", "s += a[0]\n        eval('a').__setitem__(0, float(i))"),
    ("n", "s += LIMIT\n        eval('globals().update(LIMIT=i)')"),
    ("n", "s += TABLE[0]\n        eval('TABLE').__setitem__(0, i)"),
    ("n", "s += cube(i)\n        eval('globals().update(POWER=2)')"),
])
def test_what_such_a_statement_may_reach(setting, loop):
    f = compare(f"""
    LIMIT = 5
    POWER = 3
    TABLE = [7]
    def cube(x):
        return x ** POWER
    def f(n, xs, a):
        HELD[:] = [xs]
        s = 0
        for i in range(n):
            {loop.replace("        ", "            ")}
        return s, xs, a
    """, (4, [1, 2], np.arange(2.0)), state=("TOTAL",))
    assert not blocks(f)


def test_a_loop_in_a_closure_whose_variable_the_statement_rebinds():
    names = module("""
    def make():
        k = 1
        def bump():
            nonlocal k
            k += 1
        def f(n):
            s = 0
            for i in range(n):
                s += k
                print(eval("bump_of()"), end="")
            return s
        globals()["bump_of"] = bump
        return f
    """)
    left, right = names["make"](), None
    want = outcome(left, (4,))
    right = aic.jit(fallback="python")(names["make"]())
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert outcome(right, (4,)) == want
