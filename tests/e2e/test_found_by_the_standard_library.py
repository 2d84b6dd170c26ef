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
    (lambda x: object.__setattr__(x, "a", 1), "`object.__setattr__` of this"),
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


class Nest:
    def __init__(self):
        self.dict = {}

    def at(self, keys):
        inside = self.dict
        for k in keys:
            if k not in inside:
                inside[k] = {}
            inside = inside[k]
            if isinstance(inside, list):
                inside = inside[-1]
        return inside


def nested_value(text, at):
    if text[at] == "[":
        at, value = nested_value(text, at + 1)
        return at, [value]
    return nested_table(text, at)


def nested_table(text, at):
    nest = Nest()
    while at < len(text):
        at, value = nested_value(text, at + 1)
        inside = nest.at(text[:at])
        inside[text[at]] = value
    return at, nest.dict


def test_tables_that_meet_lists_are_refused():
    """Such entries are no entries: the parts of one were asked of the other."""
    import tomllib._parser

    check(nested_table, "", 0)
    check(nested_table, "a[b", 0)
    for f, arguments in ((tomllib._parser.parse_inline_table, ("text", 3, 3)),
                         (tomllib._parser.key_value_rule, ("text", 3, 3, 3, 3))):
        with pytest.raises(aic.CompileError):
            aic.jit(f).compile(*arguments)
