"""Generators that are returned to Python (docs/generators.md): who owns them, threads, memory."""
import gc
import itertools
import os
import resource
import signal
import sys
import threading
import weakref

import numpy as np
import pytest

import aic
from aic.aot import build
from test_returned_generators import count, expression_of, fibonacci, of_list, several, words


def test_memory_is_flat():
    @aic.jit
    def large(n):
        rows = [np.full(1000, float(i)) for i in range(20)]
        names = [str(i) * 50 for i in range(100)]
        for i in range(n):
            yield rows[i % 20].sum() + len(names[i % 100])
            rows[i % 20] = np.full(1000, float(i))

    def used():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    def rounds(n):
        for k in range(n):
            g = large(30)
            for _ in range(k % 25):
                next(g)
            if k % 3 == 0:
                g.close()

    rounds(200)
    before = used()
    rounds(2000)
    assert used() - before < 4000
    g = large(10**9)
    for _ in range(1000):
        next(g)
    before = used()
    for _ in range(20000):
        next(g)
    assert used() - before < 4000


def test_arguments_are_given_back():
    a = np.zeros(3)
    text = "".join(["some", "text"])
    counts = sys.getrefcount(a), sys.getrefcount(text)
    f = aic.jit(lambda a, s: ((x, c) for x in a for c in s))
    g = f(a, text)
    assert sys.getrefcount(a) == counts[0] + 1
    next(g)
    del g
    assert (sys.getrefcount(a), sys.getrefcount(text)) == counts
    g = f(a, text)
    assert len(list(g)) == 24
    assert (sys.getrefcount(a), sys.getrefcount(text)) == counts
    alive = weakref.ref(g)
    del g
    assert alive() is None


def test_cycles_are_collected():
    class Holder:
        pass

    holder = Holder()
    array = np.zeros(2, dtype=np.float64)

    class Owner(np.ndarray):
        pass

    g = aic.jit(expression_of)(array)
    holder.generator, holder.itself = g, holder
    alive = weakref.ref(g)
    del g, holder
    gc.collect()
    assert alive() is None


def test_many_at_once():
    f = aic.jit(fibonacci)
    all_of_them = [f() for _ in range(50)]
    for k, g in enumerate(all_of_them):
        for _ in range(k):
            next(g)
    wanted = list(itertools.islice(fibonacci(), 60))
    assert [next(g) for g in all_of_them] == wanted[:50]


def test_generators_that_share():
    def run(f):
        first, n, second = f(4)
        out = [n, next(first), next(second), next(first), next(second)]
        del first
        gc.collect()
        return out + list(second)

    assert run(aic.jit(several)) == run(several)


def test_threads():
    @aic.jit
    def slow(n):
        total = 0.0
        for i in range(n):
            for k in range(20000):
                total += (k % 7) * 0.5
            yield i

    g = slow(300)
    got, others = [], []

    def take():
        while True:
            try:
                got.append(next(g))
            except ValueError as e:
                others.append(str(e))
            except StopIteration:
                return

    threads = [threading.Thread(target=take) for _ in range(4)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert sorted(got) == list(range(300))
    assert set(others) <= {"generator already executing"}


def test_a_long_step_lets_others_run_and_is_interrupted():
    @aic.jit
    def endless(n):
        while True:
            n += 1
            if n < 0:
                yield n

    g = endless(5)
    timer = threading.Timer(0.3, lambda: os.kill(os.getpid(), signal.SIGINT))
    timer.start()
    with pytest.raises(KeyboardInterrupt):
        next(g)
    timer.join()
    assert list(g) == []


def test_made_in_one_thread_and_run_in_another():
    g = aic.jit(words)("one two three " * 100)
    out = []
    for _ in range(4):
        t = threading.Thread(target=lambda: out.extend(itertools.islice(g, 50)))
        t.start()
        t.join()
    assert out + list(g) == list(words("one two three " * 100))


def test_verified():
    assert list(aic.jit(verify=True)(count)(4)) == [0, 1, 4, 9]


def annotated(n: int):
    i = 0
    while i < n:
        yield i
        i += 1


def test_a_library_cannot_have_them():
    with pytest.raises(build.Failed, match="the result of `annotated` is a generator"):
        build.compiled([("annotated", aic.jit(annotated), [("n", "int")])], "none")


def test_fallback():
    assert list(aic.jit(fallback="warn")(count)(4)) == [0, 1, 4, 9]
    with pytest.warns(aic.FallbackWarning):
        assert list(aic.jit(fallback="warn")(of_list)([1, 2])) == [2, 3]
    with pytest.raises(aic.CompileError):
        aic.jit(of_list)([1, 2])
