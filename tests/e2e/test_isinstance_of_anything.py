"""isinstance of functions, classes, ranges, slices and iterators, and with the classes of numbers and collections.abc."""
import collections.abc
import numbers
from collections import Counter, OrderedDict, deque
from collections.abc import Callable, Iterable, Mapping, MutableSequence, Sequence, Sized

import numpy as np
import pytest

import aic
from harness import check


def is_number(x):
    return isinstance(x, numbers.Number), isinstance(x, numbers.Real), isinstance(x, numbers.Integral), isinstance(x, (str, numbers.Complex))


def is_abstract(x):
    return (isinstance(x, Sequence), isinstance(x, Iterable), isinstance(x, Sized), isinstance(x, Mapping), isinstance(x, MutableSequence),
            isinstance(x, collections.abc.Set), isinstance(x, Callable), isinstance(x, (int, Sequence)))


@pytest.mark.parametrize("x", [1, True, 1.5, 2j, "a", None, np.float32(1), np.int8(1), np.bool_(True), np.complex128(1), [1], (1,), {1: 2}, {1},
                               frozenset({1}), b"a", bytearray(b"a"), np.zeros(2), np.zeros(())], ids=repr)
def test_abstract_classes(x):
    check(is_number, x)
    check(is_abstract, x)


def helper(x):
    return x


def of_functions(x):
    return isinstance(helper, Callable), isinstance(helper, object), isinstance(helper, (int, float)), isinstance(lambda y: y, Callable)


def of_classes(x):
    return isinstance(np.float64, type), isinstance(x.dtype, np.dtype), isinstance(x.dtype, type), isinstance(np.float64, (int, float))


def of_iterators(x):
    return (isinstance(range(3), range), isinstance(range(3), (list, tuple)), isinstance(slice(3), slice), isinstance(zip(x, x), zip),
            isinstance(enumerate(x), (list, enumerate)), isinstance(map(helper, x), map), isinstance(zip(x, x), list))


def of_containers(x):
    d, c, o = deque([1]), Counter([1]), OrderedDict()
    return isinstance(d, deque), isinstance(d, list), isinstance(c, dict), isinstance(c, Counter), isinstance(o, (dict, list)), isinstance(o, Counter)


def of_an_argument(s):
    return isinstance(s, slice), isinstance(s, tuple), isinstance(s, (int, slice)), s is None


def test_values_without_a_type():
    check(of_functions, 1)
    check(of_classes, np.zeros(2))
    check(of_iterators, [1, 2])
    check(of_containers, 1)
    check(of_an_argument, slice(1, 2))


class Shape:
    pass


def is_iterable(s):
    return isinstance(s, Iterable)


def test_what_cannot_be_told_is_refused():
    with pytest.raises(aic.TypeInferenceError, match="AIC2202"):
        aic.jit(is_iterable)(Shape())
