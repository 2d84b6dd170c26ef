"""What `./dev fuzz numpytests` found in its second round: lists that are no arrays, types that depend on values, messages."""
import linecache

import numpy as np
import pytest

import aic
from harness import check, collected

programs, program = collected()
FAR = 2**54
NAN = np.nan


# ---- lists ----
@program([0, 1, 2, 0])
@program([0.0, 0.0])
@program(np.array([0, 1, 0]))
def trimmed(a):
    return np.trim_zeros(a), np.trim_zeros(a, "f"), np.trim_zeros(a, axis=())


@program([0, 1, 2])
@program([[1, 2], [3, 5]])
@program(np.array([1, 5]))
def differences_of_no_order(a):
    return np.diff(a, n=0), np.diff(a)


@program([1, 2])
@program([[1, 2], [3, 4]])
def astype_of_a_list(a):
    return np.astype(a, np.float64)


@program([0, 1, 2], [])
@program(np.arange(3), [])
@program(np.arange(3), np.array([]))
@program(np.arange(3), np.array([], int))
@program(np.arange(3), [0, 2])
@program(np.arange(3), [True, False, False])
@program(np.arange(3), [1.5])
@program(np.arange(3), np.array([1.0]))
def deleted(a, places):
    return np.delete(a, []), np.delete(a, ()), np.delete(a, obj=places)


@program([0, 1, 2], [])
@program(np.arange(3), np.array([]))
@program(np.arange(3), np.array([], int))
@program(np.arange(3), [0, 2])
@program(np.arange(3), [1])
@program(np.arange(3), [1.5])
@program(np.arange(3), [True, False, False])
def inserted(a, places):
    return np.insert(a, [], []), np.insert(a, places, 7)


# ---- comparisons and bins ----
@program(np.float32(1), 0.4999999999999999)
@program(np.array(1, np.float32), 0.4999999999999999)
@program(np.array([1, 2], np.float32), 0.4999999999999999)
@program(1, 0.5)
@program(np.arange(3), 0.5)
def close_in_the_dtype_of_the_array(a, part):
    return np.isclose(a, 2, rtol=part, atol=0), np.isclose(a, np.int8(2), rtol=part, atol=0), np.isclose(a, True, rtol=part)


@program([1, 2, 3 + 1j])
@program([FAR + 1, FAR - 1])
@program([FAR - 1, FAR + 1])
@program([1, NAN])
@program([NAN, 1])
@program([1, 1, 0])
@program([0, 0, 1])
@program([1, 3, 2])
@program([3, 1, 2])
@program([3, 3, 3])
def in_bins(bins):
    return np.digitize([1, FAR, 0], bins), np.digitize(2, bins), np.digitize(FAR, bins, right=True)


@program(np.concatenate([np.zeros(3), np.ones(97)]))
@program(np.arange(20.0))
@program(np.arange(20))
def bins_for(x):
    return np.histogram_bin_edges(x, "auto"), np.histogram(x, "auto")


@program(np.arange(3))
def bins_for_weights(x):
    return np.histogram(x, "fd", weights=x)


@program(np.arange(3))
def fewer_than_no_bins(x):
    return np.bincount(x, minlength=-1)


# ---- paddings ----
@program(np.arange(3), None)
@program(np.arange(3), 2)
def padded_by_statistics(a, n):
    return np.pad(a, 2, "maximum", stat_length=n), np.pad(a, 2, "mean", stat_length=None)


@program(np.arange(3))
def a_length_for_constants(a):
    return np.pad(a, 1, stat_length=None)


@program(np.arange(3))
def a_kind_for_edges(a):
    return np.pad(a, 1, "edge", reflect_type=None)


@program(np.arange(3))
@program(np.eye(2))
def padded(a):
    return np.pad(a, 1, "reflect", reflect_type=None), np.pad(a, 1, "linear_ramp", end_values=(1, 4)), np.pad(a, 1, constant_values=(1, 4))


# ---- types that depend on values and extents ----
@program(np.array([1, NAN, 2]))
@program(np.array([1, 3, 2.0]))
@program(np.array([1, 3, 2]))
def weighted_shares(a):
    w = np.ones(3)
    return np.percentile(a, 0, method="inverted_cdf", weights=w), np.quantile(a, [0, 0.5], method="inverted_cdf", weights=w)


@program(1)
@program(0)
@program(3)
def steps_of_no_points(n):
    return np.linspace(0, 1, n, retstep=True), np.linspace(0, 1, n, False, True)


@program(np.arange(3.0))
@program(np.arange(0.0))
@program(np.arange(1.0, 3.0).astype(np.complex64))
def planned_sums(a):
    return (np.einsum("i,i", a, a, optimize=True), np.einsum("i,i", a, a), np.einsum("i,j->", a, a, optimize="greedy"), np.einsum("i->", a, optimize=True),
            np.einsum("i,i,i->", a, a, a, optimize="optimal"), np.einsum("i,i,j->", a, a, a, optimize=True), np.einsum("i,j,ij->", a, a, np.outer(a, a), optimize=True))


def one_planned_product(a):
    return np.einsum("i,i", a, a, optimize=True)


def test_a_planned_sum_of_one_product_is_refused():
    """NumPy gives a scalar, and an array of rank 0 of other extents."""
    with pytest.raises(NotImplementedError, match="optimize=False"):
        aic.jit(one_planned_product)(np.ones(1))


@program(np.arange(3.0))
def a_rule_that_is_none(a):
    return np.einsum("i,i", a, a, casting="blah")


@program(np.array([complex(-0.0, -0.0)] * 2), complex(-0.0, -0.0))
@program(np.array([complex(-0.0, 0.0)] * 2, np.complex64), complex(-0.0, -0.0))
@program(np.zeros((0, 2), complex), complex(-0.0, 2))
@program(np.array([[1 + 2j, 3], [2j, 1]]), 2j)
def complex_sums_from_zero_below(a, x):
    return np.sum(a, initial=x), np.sum(a, axis=0, initial=x)


# ---- places ----
@program((4611686018427387904, 2), [0])
@program((2, 1, 0), [0])
@program((2, 1, 0), [])
@program((4, 2), [1])
def places_together(dims, place):
    i = np.array(place, int)
    return np.ravel_multi_index((i,) * len(dims), dims, mode="clip"), np.ravel_multi_index((i,) * len(dims), dims, mode="wrap", order="F")


@program(np.array([0]))
def places_in_a_scalar(i):
    return np.unravel_index(i, ())


@program(np.array([0, 0, 1], np.int16), np.array([-128, 0, 127], np.int8))
@program(np.array([0, 5, 1]), np.array([-128, 0, 127]))
@program(np.array([0, 5, 1]), np.array([-(2**62), 2**62 + 5]))
@program(np.array([0, 5, 1.0]), np.array([0]))
@program(np.array([0, 5, 1]), np.array([True]))
def members_by_a_table(a, b):
    return np.isin(a, b, kind="table")


@program(np.eye(2), [1])
@program(np.eye(2), 2)
def powers(a, n):
    try:
        return np.linalg.matrix_power(a, n)
    except TypeError as error:
        return np.arange(len(str(error)))


# ---- memory ----
@program(np.ones(2), np.zeros(2, int))
@program(np.ones(2), np.zeros(2, np.float32))
def added_into(a, out):
    return np.add(a, 2.5, out=out)


@program(np.arange(10, dtype=np.int16))
def inverted_by_itself(a):
    np.invert.at(a[::-1], a)
    return a


@program(np.arange(5))
def added_at_itself(a):
    np.add.at(a, a[::-1] % 2, a)
    np.add.at(a, (a % 5, ), a[:5])
    np.multiply.at(a, slice(1, 4), a[:3])
    return a


# ---- polynomials ----
@program(np.array([1, -3, 2], np.float32))
@program(np.array([1, 0, 0], np.float32))
@program(np.array([2], np.float32))
@program(np.array([1, -3, 2], np.float16))
@program(np.array([1, -3, 2], np.int8))
def dtypes_of_zeros(c):
    return np.roots(c)


@program(np.arange(1, 5, dtype=np.float32), np.array([1, 2], np.float32))
@program(np.arange(1, 5, dtype=np.float32), np.array([1, 2]))
@program(np.arange(1, 5, dtype=np.complex64), np.array([1, 2], np.float32))
@program(np.arange(1, 5, dtype=np.int8), np.array([1, 2], np.int8))
def dtypes_of_quotients(u, v):
    return np.polydiv(u, v), np.poly(v)


ORDER = np.array([3, 0, 5, 1, 4, 2])


@program(ORDER)
@program(ORDER.astype(np.int32))
def placed_by_itself(a):
    """The index is read where it is written."""
    a[a] = a[::-1]
    a[a[::-1]] += a % 2
    return a


@program(ORDER)
def inverted(p):
    p[p] = np.arange(6)
    q = p[::-1]
    for _ in range(3):
        q[p] = np.arange(6)
        p = q.copy()
        p[p] = q
    return p, q


@program(ORDER)
def put_by_itself(a):
    b, c = a.copy(), a.copy()
    np.put(a, a, a[::-1])
    np.put(b[::-1], b, [5])
    np.put_along_axis(c, c, c[::-1], 0)
    return a, b, c


@program(ORDER)
def joined_over_itself(a):
    b, c = a.copy(), a.copy()
    np.concatenate((a[3:], a[:3]), out=a)
    np.stack([b[3:], b[:3]], out=b.reshape(2, 3))
    np.concatenate([c[2:4], c[:4]], out=c)
    return a, b, c


@program(ORDER)
def shared(a):
    b = a[1::2], a[::2]
    return (np.may_share_memory(*b), np.may_share_memory(*b, max_work=-1), np.shares_memory(*b), np.may_share_memory(*b, max_work=0),
            np.shares_memory(a, b[0], max_work=-1))


def by_bytes(a, step):
    return np.lib.stride_tricks.as_strided(a, (3,), (step,), writeable=False) * 1


def test_as_strided_by_parts_of_elements():
    f = aic.jit(by_bytes)
    for a in (np.arange(8) * (1 + 2j), np.arange(16.0)):
        check(by_bytes, a, 2 * a.itemsize, compiled=f)
        for step in (a.itemsize // 2, a.itemsize * 3 // 2):
            with pytest.raises(NotImplementedError, match="whole elements"):
                f(a, step)


@pytest.mark.parametrize("function, args", programs)
def test_as_numpy(function, args):
    check(function, *args, ulp=4)


def twice(a):
    return a * 2


def first_parts(a):
    return a.real.copy()


@pytest.mark.parametrize("dtype, beside", [(np.complex64, np.int32), (np.complex128, np.int64), (np.complex128, np.float64)])
def test_elements_no_whole_number_of_elements_apart(dtype, beside):
    """A field of records is aligned, as NumPy has it, whatever is between two numbers: each was read half an element off."""
    records = np.zeros(6, [("value", dtype), ("beside", beside)])
    records["value"] = np.arange(6) + 1j
    for step in (1, -1, 3):
        with pytest.raises(aic.CompileError, match="no whole number of elements apart"):
            aic.jit(twice)(records["value"][::step])
    assert np.array_equal(aic.jit(twice)(records["value"][::2]), records["value"][::2] * 2)
    assert np.array_equal(aic.jit(first_parts)(records["value"].real), records["value"].real)


def block_of(a):
    return np.block(a)


def block_with(a):
    return np.block([a])


@pytest.mark.parametrize("function, argument, place", [(block_of, ([1, 2], [3, 4]), "arrays"), (block_with, (1, 2), r"arrays\[0\]"), (block_of, [(1, 2), (3, 4)], r"arrays\[0\]")])
def test_block_takes_no_tuples(function, argument, place):
    with pytest.raises(TypeError, match=place + " is a tuple"):
        function(argument)
    with pytest.raises(aic.CompileError, match=place + " is a tuple"):
        aic.jit(function)(argument)


def of_a_tuple(a):
    return np.diff(a, n=0)


def trimmed_display():
    return np.trim_zeros([0, 1, 0])


def nothings(a):
    return np.where(a, None, None)


@pytest.mark.parametrize("function, args", [(of_a_tuple, ((1, 2),)), (trimmed_display, ()), (nothings, (np.ones(2),))])
def test_refused(function, args):
    with pytest.raises(aic.CompileError):
        aic.jit(function)(*args)


# ---- draws ----
DRAWS = """choice(3, ()) | choice([1, 2, 3], ()) | choice([1, 2], (2, 1)) | choice([1, 2], (), p=[0.5, 0.5]) | choice(3, (), False)
shuffle(np.zeros((2, 0))) | laplace(scale=-0.0) | normal([0.0, 1], [1.0, -0.0]) | uniform([0.0], [np.inf]) | rayleigh(-0.0) | gamma(-0.0) | lognormal(0.0, [-0.0])
uniform([0.0, 1], [2.0, 3])"""
OF_GENERATORS = """permutation(np.arange(4), 1) | permutation(np.arange(4), -1) | shuffle(np.arange(4), 1) | shuffle(np.zeros((0, 6)), 1) | uniform(2.0, 1.0)
uniform([1.0, 2], [1.0, 1]) | integers([0], [0], (0,)) | choice(np.eye(2), ()) | choice(np.eye(2), (), axis=1) | dirichlet([0.01, 0.03, 0.0, 0.005]) | dirichlet([1e-5, 0, 0, 0])
choice(3.0) | choice(np.float32(3)) | integers(0, 0, (3, 0))"""
OF_STATES = "randint(0, 0, (3, 0)) | uniform(2.0, 1.0) | uniform([1.0, 2], [1.0, 1]) | choice(3.0)"


def calls(*texts):
    return [call.strip() for text in texts for line in text.splitlines() for call in line.split("|")]


def drawing(call):
    """What a method gives, or says, and where the generator stands afterwards."""
    lines = ["def f(g):\n", "    try:\n", f"        r = g.{call}\n", "    except (ValueError, OverflowError) as error:\n",
             "        return np.arange(len(str(error))), g.random()\n", "    return r, g.random()\n"]
    space, name = {"np": np}, f"<{call}>"
    exec(compile("".join(lines), name, "exec"), space)
    linecache.cache[name] = (1, None, lines, name)
    return space["f"]


@pytest.mark.parametrize("call", calls(DRAWS, OF_GENERATORS))
def test_draws_of_a_generator(call):
    check(drawing(call), np.random.default_rng(3), ulp=8)


@pytest.mark.parametrize("call", calls(DRAWS, OF_STATES))
def test_draws_of_a_state(call):
    check(drawing(call), np.random.RandomState(3), ulp=8)


def drawn_into(g, out, size):
    return g.random(out=out, size=size), g.standard_gamma(2.0, size, out=out)


def test_draws_into():
    for size in ((3,), 3, (3, 1), (1, 3)):
        check(drawn_into, np.random.default_rng(3), np.zeros(3), size)


# ---- polynomials ----
def fitted(x, y):
    return np.polynomial.polynomial.polyfit(x, y, 1).dtype == np.float32, np.polynomial.polynomial.polyfit(x, x, 1).dtype == np.float32


def test_the_dtype_of_a_fit():
    for dtype in (np.float32, np.float64, np.int8):
        check(fitted, np.arange(4).astype(dtype), np.arange(4, dtype=np.float32))


@pytest.mark.parametrize("function, args", [
    (lambda c: np.polynomial.polynomial.polyder(c, -1), (np.ones(2),)), (lambda c: np.polynomial.polynomial.polyint(c, -1), (np.ones(2),)),
    (lambda c: np.polynomial.polynomial.polyvander(c, -1), (np.ones(2),)), (lambda c: np.polynomial.polynomial.polyvander(c, 3), (np.arange(6).reshape(3, 2),)),
    (lambda c: np.polynomial.polynomial.polyvander(c, 3), (2.0,)), (lambda c: np.polynomial.polynomial.polyfit(c, c, 0, w=[1.0]), (np.ones(2),)),
    (lambda c: np.polyfit(c, c, 0, w=np.ones((2, 2))), (np.ones(2),)), (lambda c: np.polyfit(c, c, 0, w=np.ones(3)), (np.ones(2),))])
def test_polynomials(function, args):
    check(function, *args, ulp=8)
