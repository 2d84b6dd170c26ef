"""Arrays made of lists and displays whose numbers are not all of one type: the dtype is that of what the list holds when the array is made."""
import numpy as np
import pytest

import aic
from harness import check, collected

PROGRAMS, program = collected()
INTS, FLOATS = np.array([1, 2, 0]), np.array([1.5, 2.5, 0.5])


@program(INTS)
@program(FLOATS)
@program(FLOATS[:0])
def begun_with_an_int(x):
    xs = [0]
    for v in x:
        xs.append(v * 2)
    a = np.array(xs)
    return a, a.mean(), a[1:] * 2, a.dtype.kind, np.sum(xs), np.max(xs), np.median(xs), np.cumsum(xs)


@program(list(FLOATS))
@program([1, 2])
def begun_with_a_float(x):
    xs = [0.0]
    for v in x:
        xs.append(v)
    return np.array(xs), np.mean(xs), np.diff(xs), np.asarray(xs, float), np.array(xs, dtype=int)


@program(INTS)
@program(FLOATS)
def some_are_zero(x):
    return np.array([0 if v > 1 else v for v in x]), np.array([min(v, 1) for v in x]), np.array([max(0.0, v) for v in x])


@program(INTS)
@program(FLOATS)
def rows_of_two_types(x):
    lists, tuples = [[0, 0]], [(0, 0)]
    for i, v in enumerate(x):
        lists.append([v, i])
        tuples.append((v, i))
    return np.array(lists), np.array(tuples), np.array([[v, i] for i, v in enumerate(x)])


# The second of a tuple has a word in it, too.
@program(3)
@program(0)
def tuples_of_an_int_and_a_float(n):
    rows = []
    for i in range(n + 1):
        rows.append((i, 0.5 * i, i * i))
    return np.array(rows), np.mean(rows, axis=0)


@program(True, FLOATS)
@program(False, FLOATS)
@program(False, INTS)
def displays_that_hold_either(halved, x):
    first = 0.5 if halved else 1
    second = x[0] if halved else 0
    return np.array([first, 2]), np.array([[first, second], [1, 2]]), np.sum([first, 3]), np.array([True, first])


@program(FLOATS)
@program(FLOATS[:0])
def sums(x):
    total = 0
    for v in x:
        total += v
    return np.array([total, 3]), np.array((total,)), np.mean([total, 1]), np.array([[total]])


@program(True)
@program(False)
def bools_ints_and_floats(several):
    xs = [True]
    if several:
        xs.append(2)
    ys = xs + [1.5]
    return np.array(xs), np.array(ys), np.array([complex(y) if y > 1 else y for y in ys])


@program(FLOATS)
def narrow_numbers(x):
    xs = []
    for v in x:
        xs.append(np.float32(v) if v > 1 else np.int8(3))
    return np.array(xs), np.array([np.int8(1), 2]), np.array([np.float32(1), 2.0])


@program(INTS)
def empty_lists_with_a_dtype(x):
    none = [v for v in x if v > 100]
    return np.array(none, dtype=int), np.array(none, float), np.asarray(none, dtype=np.int32)


@program(2)
@program(3)
def inner_tuples_of_two_lengths(n):
    rows = []
    for i in range(n):
        rows.append([1.0] * (i + 1))
    return np.array(rows)


@program(np.array([1, 2, 0, 3]))
def indices_of_two_types(a):
    places = list(np.flatnonzero(a))
    places.extend([1, 2])
    k = places.pop()
    a[k] = 7
    a[places[0]] += 1
    b = np.zeros((5, 5))
    b[k, places[1]] = 2
    return a, b, a[places], a[: places[1]], "abcdef"[places[0]], [10, 20, 30, 40][places[2]]


@program(FLOATS)
@program(FLOATS[:0])
def a_number_of_two_types(x):
    total = 0
    for v in x:
        total += v
    return np.full(2, total), np.array(total), np.full_like(np.arange(2), total), np.asarray(total, float), np.sum(total), np.clip(total, 0, 9), np.zeros(2) + total


@program(3, True)
@program(3, False)
def arrays_of_either_dtype(n, real):
    a = np.ones(n) if real else np.ones(n, int)
    total = 0
    for x in a:
        total += x
    for i in range(n):
        a[i] = i * 1.5
    return total, a, np.stack([a, a]), a @ a, np.sqrt(a).sum(), sorted(a)


@pytest.mark.parametrize("function, args", PROGRAMS)
def test_programs(function, args):
    check(aic.jit(function), *args, ulp=4)


def of_nothing(x):
    return np.array([1 if v > 1 else v for v in x])


def with_none(x):
    return np.array([None if v > 1 else v for v in x])


def test_an_empty_list_of_floats_is_right():
    check(aic.jit(of_nothing), FLOATS[:0])


def test_objects_are_refused():
    with pytest.raises(aic.CompileError, match="an array made of list"):
        aic.jit(with_none)(FLOATS)
