"""np.einsum, whose subscripts are taken apart while compiling."""
import linecache

import numpy as np
import pytest

import aic
from test_library_compiled import hold

E = {letters: np.random.default_rng(len(letters)).integers(-5, 6, shape).astype(float) for letters, shape in {
    "i": 4, "j": 4, "k": 5, "ii": (4, 4), "ij": (3, 4), "ji": (4, 3), "jk": (4, 5), "ik": (3, 5), "bij": (2, 3, 4), "bjk": (2, 4, 5),
    "iij": (3, 3, 4), "kl": (5, 2)}.items()}
CASES = ["ij,jk->ik", "ij,jk", "ij,jk->ki", "ii", "ii->i", "ij->ji", "ji", "ij,j->i", "i,j->ij", "i,i", "i,i->i", "ij,ij->", "ij->j", "ij->",
         "bij,bjk->bik", "bij,bjk->k", "bij,bjk->bk", "iij->j", "iij,jk->ik", "ij,jk,kl->il", "ij,jk,k->i", "ij , jk -> ik", "bij->bji"]


def program(subscripts):
    operands = [g.strip() for g in subscripts.split("->")[0].split(",")]
    names = ", ".join(f"a{k}" for k in range(len(operands)))
    text = f"def f({names}):\n    return np.einsum({subscripts!r}, {names})\n"
    file = f"<einsum {subscripts}>"
    linecache.cache[file] = (len(text), None, text.splitlines(True), file)
    scope = {"np": np}
    exec(compile(text, file, "exec"), scope)
    return scope["f"], [E["i" if g == "i" and operands == ["i", "i"] else g] for g in operands]


@pytest.mark.parametrize("subscripts", CASES)
def test_einsum(subscripts):
    f, operands = program(subscripts)
    hold(f(*operands), aic.jit(f)(*operands))


def too_many(a):
    return np.einsum("ij,jk->ik", a)


def not_enough_letters(a):
    return np.einsum("i->i", a)


@pytest.mark.parametrize("f", [too_many, not_enough_letters])
def test_what_numpy_raises(f):
    for function in (f, aic.jit(f)):
        with pytest.raises(ValueError):
            function(np.ones((2, 2)))


def subscripts_in_lists(a, b):
    return (np.einsum(a, [0, 1], b, [1], [0]), np.einsum(a, [1, 0]), np.einsum(a, [..., 0], b, [0], [...]), np.einsum(a, [0, 1], a, [2, 1], [2, 0]),
            np.einsum(a[:, :3], [30, 30]), np.einsum(a, [2, 1], b, [1]))


def test_subscripts_in_lists():
    f = subscripts_in_lists
    for mine, theirs in zip(aic.jit(f)(E["ij"], E["j"]), f(E["ij"], E["j"])):
        hold(theirs, mine)
