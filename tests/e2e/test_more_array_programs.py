"""Array programs of the kinds that people give to array compilers, held to NumPy: the ones that had been refused, and their neighbours."""
import numpy as np

from harness import check

RNG = np.random.default_rng(11)


def spread_rows(p):
    d = np.hypot(*(p[:, None] - p[None]).transpose(2, 0, 1))
    n = len(p)
    left = np.ones(n, bool)
    tour = [0]
    left[0] = False
    while left.any():
        k = int(np.where(left, d[tour[-1]], np.inf).argmin())
        tour.append(k)
        left[k] = False
    return np.array(tour), d[np.array(tour), np.roll(tour, -1)].sum()


def test_a_tour_by_spread_rows():
    check(spread_rows, RNG.random((9, 2)), ulp=4)


def ranges_between_quartiles(x):
    iqr = np.subtract(*np.percentile(x, [75, 25]))
    low, high = np.percentile(x, [25, 75])
    return iqr, x[(x < low - 1.5 * iqr) | (x > high + 1.5 * iqr)]


def test_spread_percentiles():
    check(ranges_between_quartiles, RNG.normal(size=200), ulp=4)


def random_walks(seed, n):
    rng = np.random.default_rng(seed)
    steps = rng.integers([-1, -2], [2, 3], size=(n, 2))
    lengths = rng.integers(np.arange(1, 6) * 10)
    return steps.cumsum(axis=0), lengths, rng.random()


def test_whole_numbers_between_arrays():
    check(random_walks, 3, 50)


def two_functions_of_each(x, y):
    polar = np.vectorize(lambda a, b: (np.hypot(a, b), np.arctan2(b, a)))
    sign = np.vectorize(lambda a: -1 if a < 0 else 1, otypes=[np.int8])
    r, t = polar(x, y)
    return r, t, sign(x), sign(x[:0])


def test_vectorized_functions_of_several_results():
    check(two_functions_of_each, RNG.normal(size=(3, 4)), RNG.normal(size=4), ulp=4)


def places_beyond_the_last(a):
    a.flat[[0, 77]] = 1


def test_what_comes_before_a_place_out_of_bounds_is_set():
    check(places_beyond_the_last, np.arange(4.0))


def diagonals_seen_later(a):
    d, above = np.diag(a), np.diag(a, 1)
    a[1, 1] = 50
    a[0, 1] = 60
    return d, above, d.flags.writeable


def diagonals_are_read_only(a):
    d = np.diag(a)
    d[0] = 1
    return a


def test_diagonals_are_views():
    check(diagonals_seen_later, np.arange(9.0).reshape(3, 3))
    check(diagonals_are_read_only, np.arange(9.0).reshape(3, 3))


def rows_taken_before(a):
    row, column = np.take(a, 1, axis=0), a.take(-1, axis=1)
    a[1] = 0
    a[:, 2] = 7
    return row, column, np.size(a, 0), np.size(a, (0, 1))


def test_taken_rows_are_copies():
    check(rows_taken_before, np.arange(9.0).reshape(3, 3))


def first_power(a, n):
    same, other = np.linalg.matrix_power(a, 1), np.linalg.matrix_power(a, n)
    a[0, 0] = 50
    return same, other


def test_the_first_power_is_the_matrix():
    for n in (1, 2):
        check(first_power, np.arange(9.0).reshape(3, 3), n)


def zeros_and_scales(b, u):
    return np.ldexp(b, 2**31), np.ldexp(1, b), np.ldexp(u, 3)


def test_scales_of_bools():
    check(zeros_and_scales, np.array([True, False]), np.array([1, 200], np.uint8))


def by_ranges(n):
    a = np.zeros((3, 9))
    a[0, range(n)] = range(n)
    a[1, :n] = range(n)
    a[range(3), range(3)] += 1
    return a, np.array(range(n)), np.array(range(1, n, 2), dtype="f4"), np.arange(9)[range(n)], a[:, range(1, 8, 2)], a[0][:n] + range(n), np.dot(range(3), range(3))


def starred_rows(a):
    (x, *y), (*u, v) = a
    lengths = [int(w) + len(z) for w, *z in a]
    first, *_, last = a[:, 1]
    return x, y, u, v, lengths, first, last


def test_ranges_as_arrays():
    check(by_ranges, 5)


def test_rows_taken_apart_with_a_star():
    check(starred_rows, np.arange(8).reshape(2, 4))
    check(starred_rows, np.arange(2).reshape(2, 1))
    check(starred_rows, np.arange(3.0).reshape(3, 1))


def by_signatures(a, b):
    dots = np.vectorize(lambda x, y: (x * y).sum(), signature="(n),(n)->()")
    parts = np.vectorize(lambda x: (x.min(), x[::-1]), signature="(n)->(),(n)")
    return (dots(a, b), dots(b, b), np.vectorize(np.outer, signature="(n),(m)->(n,m)")(a, b), parts(a),
            np.vectorize(lambda x, s: x * s, signature="(n),()->(n)")(a, np.arange(4.0)), np.vectorize(np.linalg.norm, signature="(n)->()")(a))


def by_a_signature_that_does_not_fit(a, b):
    return np.vectorize(lambda x, y: (x * y).sum(), signature="(n),(n)->()")(a, b)


def test_vectorize_by_signature():
    check(by_signatures, RNG.integers(0, 9, (4, 3)) * 1.0, np.arange(3.0), ulp=2)
    check(by_a_signature_that_does_not_fit, np.ones((4, 3)), np.ones(4))
    check(by_a_signature_that_does_not_fit, np.ones((4, 3)), np.ones((3, 3)))
    check(by_a_signature_that_does_not_fit, np.ones((4, 3)), np.array(1.0))
