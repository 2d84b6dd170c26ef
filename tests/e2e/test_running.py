"""What a long-lived process asks of compiled code: Ctrl-C, other threads, deep recursion, little memory, no leaks."""
import subprocess
import sys
import threading

import numpy as np
import pytest
from harness import growth, resident

import aic

INTERRUPTED = """
import os, signal, sys, threading, time, traceback
import numpy as np
import aic

@aic.jit
def waiting(n):
    i = 0
    while i >= 0:
        i = (i * 5 + 1) % 1000003
    return i
@aic.jit
def alone(n):
    s = 0.0
    for i in range(n):
        s += i * 0.5
    return s
@aic.jit
def nested(n):
    s = 0.0
    for i in range(n):
        for j in range(n):
            s += i * j
    return s
@aic.jit
def constant(n):
    s = n
    for i in range(10**12):
        s = (s * 3 + i) % 1000
    return s
@aic.jit
def sweeps(n):
    a = np.zeros(100)
    for t in range(n):
        a[1:-1] = 0.5 * (a[2:] + a[:-2])
    return a
@aic.jit
def recursive(n):
    return n if n < 2 else recursive(n - 1) + recursive(n - 2)

f, n = {"waiting": (waiting, 1), "alone": (alone, 2**40), "nested": (nested, 10**7), "constant": (constant, 5), "sweeps": (sweeps, 2**40),
        "recursive": (recursive, 80)}[sys.argv[1]]
f.compile(int)
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background jobs are born deaf to it
threading.Timer(0.3, lambda: os.kill(os.getpid(), signal.SIGINT)).start()
try:
    f(n)
except KeyboardInterrupt as e:
    print(traceback.extract_tb(e.__traceback__)[-1].name, time.process_time())
"""


@pytest.mark.parametrize("name", ["waiting", "alone", "nested", "constant", "sweeps", "recursive"])
def test_ctrl_c_ends_a_long_call(tmp_path, name):
    (tmp_path / "p.py").write_text(INTERRUPTED)
    done = subprocess.run([sys.executable, tmp_path / "p.py", name], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0 and done.stdout.startswith(name + " "), done.stderr
    assert float(done.stdout.split()[1]) < 10


def spin(n):
    s = 0
    for i in range(n):
        for j in range(n):
            s = (s * 3 + j) % 1009
    return s


def test_other_threads_run_beside_a_long_call():
    f = aic.jit(spin)
    f(2)
    seen, done = [], threading.Event()

    def watch():
        while not done.wait(0.001):
            seen.append(1)

    thread = threading.Thread(target=watch)
    thread.start()
    before = len(seen)
    f(8000)
    during = len(seen) - before
    done.set()
    thread.join()
    assert during > 5


def down(n):
    return 0 if n == 0 else 1 + compiled_down(n - 1)


compiled_down = aic.jit(down)


def test_recursion_without_end_is_a_recursion_error():
    assert compiled_down(500) == 500
    with pytest.raises(RecursionError, match="maximum recursion depth exceeded"):
        compiled_down(10**9)
    assert compiled_down(100) == 100


@pytest.mark.parametrize("kilobytes", [256, 1024, 65536])
def test_and_in_a_thread_with_a_small_stack(kilobytes):
    caught = []

    def body():
        try:
            compiled_down(10**9)
        except RecursionError:
            caught.append(compiled_down(50))

    before = threading.stack_size(kilobytes << 10)
    try:
        thread = threading.Thread(target=body)
        thread.start()
        thread.join()
    finally:
        threading.stack_size(before)
    assert caught == [50]


def zeros(n):
    return np.zeros(n)


def test_no_memory_is_a_memory_error():
    f = aic.jit(zeros)
    with pytest.raises(MemoryError):
        f(2**46)
    assert f(3).shape == (3,)


def failing(a):
    b = a * 2
    c = b + a
    return c[10**9]


def test_an_exception_frees_what_the_call_made():
    f, a = aic.jit(failing), np.ones(10**6)
    for k in range(40):
        with pytest.raises(IndexError):
            f(a)
        if k == 4:
            before = resident()
    assert resident() - before < 8 << 20


def closures(count):
    def make(k):
        return aic.jit(cache=False)(lambda x: x + k)

    for k in range(count):
        assert make(k)(1) == k + 1


def test_throwaway_closures_leave_nothing():
    assert growth(closures, 20, 100) < 2 << 20


@pytest.mark.long
def test_ten_thousand_throwaway_closures_leave_nothing():
    assert growth(closures, 1000, 10_000) < 4 << 20


def smooth(a, b):
    b[1:-1] = (a[:-2] + a[1:-1] + a[2:]) / 3.0
    return b.sum()


def test_a_new_array_size_compiles_nothing():
    f = aic.jit(smooth)
    f(np.ones(10), np.zeros(10))
    seconds = f.compile_seconds
    for n in (0, 1, 2, 3, 7, 1000, 100_000):
        assert f(np.ones(n), np.zeros(n)) == pytest.approx(max(0, n - 2))
    assert f.compile_seconds == seconds and len(f.signatures) == 1
