"""What `./dev fuzz stdlib` found: crashes of the compiler on functions of Python's own library, in short programs of the same kind."""
import pytest

import aic
from harness import check


def a_name_of_two_loops(xs, d):
    """`else` of a try reads what its body bound; before it, a loop was the last to use the name."""
    seen = []
    it = iter(xs)
    while True:
        x = next(it)
        if x > 1:
            break
    try:
        x = d.pop("a")
    except KeyError:
        seen.append(-1)
    else:
        seen.append(x)
    return seen


def test_a_name_of_two_loops():
    check(a_name_of_two_loops, [1, 2, 3], {"a": 7})
    check(a_name_of_two_loops, [1, 2, 3], {"b": 7})


@pytest.mark.parametrize("f, words", [
    (lambda x: dict.get(x, "key", None), "descriptor 'get' for 'dict' objects doesn't apply to a 'int' object"),
    (lambda x: str.upper(x), "descriptor 'upper' for 'str' objects doesn't apply to a 'int' object"),
    (lambda x: list.append(), "unbound method list.append() needs an argument"),
    (lambda x: {}.nothing, "dict"),
    (lambda x: set() + x, "set"),
])
def test_refusals(f, words):
    with pytest.raises(aic.CompileError) as caught:
        aic.jit(f)(3)
    assert words in str(caught.value)


def methods_of_classes(d, s, xs):
    list.append(xs, 3)
    return dict.get(d, "a", 0), dict.get(d, "b", 5), str.upper(s), [str.lower(w) for w in d], xs


def test_methods_of_classes():
    check(methods_of_classes, {"a": 1, "C": 2}, "text", [1])
