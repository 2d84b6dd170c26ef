"""The module statistics: sums are exact and rounded once, so that every bit is CPython's."""
import itertools
import math
import random
import statistics
from bisect import bisect, bisect_left, insort
from heapq import heapify, heappop, heappush, nlargest

import pytest

import aic
from harness import check

FLOATS = [
    [1.5, 2.25, 4.0, 7.125, 3.0],
    [0.1] * 10,
    [1e50, 1.0, -1e50] * 4,
    [1e308, 1e308, -1e307],
    [5e-324, 1e-323, 2.5e-320, 0.0],
    [1e300, 1e-300, 3.0, -7e-310],
    [1e16, 1.0, 1.0, 1.0, -1e16],
    [-0.0, 0.0],
    [-3.5, -1.25],
    [2.0, 2.0],
    [2.0**53, 1.0, 1.0],
    [1.7976931348623157e308, 4.9e-324],
]
INTS = [[1, 2, 3, 4], [1, 2, 4], [3, 3], [-5, 7, 2], [2**62, 2**62, 2**62], [-(2**63), 2**63 - 1, 5], [10**9, 10**9 + 1, 10**9 + 2, 7]]


def means(x):
    return statistics.mean(x)


def variances(x):
    return statistics.variance(x), statistics.pvariance(x)


def deviations(x):
    return statistics.stdev(x), statistics.pstdev(x)


def around(x, c):
    return statistics.variance(x, c), statistics.pvariance(x, c), statistics.stdev(x, c), statistics.pstdev(x, c)


def fitted(x):
    d = statistics.NormalDist.from_samples(x)
    return d.mean, d.stdev, d.cdf(2.0)


@pytest.mark.parametrize("f", [means, variances, deviations, fitted])
def test_exact_sums(f):
    compiled = aic.jit(f)
    for data in FLOATS + INTS:
        check(f, data, compiled=compiled)


def test_random_data():
    rng = random.Random(5)
    compiled = [aic.jit(f) for f in (means, variances, deviations)]
    for _ in range(100):
        n = rng.randint(2, 9)
        spread = rng.choice([0, 3, 60, 900])
        data = [math.ldexp(rng.uniform(-1, 1), rng.randint(-spread, spread)) for _ in range(n)]
        for f, c in zip((means, variances, deviations), compiled):
            check(f, data, compiled=c)
        whole = [rng.randint(-10**rng.randint(0, 9), 10**9) for _ in range(n)]
        for f, c in zip((means, variances, deviations), compiled):
            check(f, whole, compiled=c)


def test_a_given_center():
    compiled = aic.jit(around)
    for data in FLOATS[:3] + FLOATS[6:10]:
        check(around, data, data[0] / 3, compiled=compiled)
        check(around, data, 1, compiled=compiled)
    for data in INTS[:4]:
        check(around, data, 2, compiled=compiled)
        check(around, data, 2.5, compiled=compiled)


def of_other_things(n):
    mixed = [1, 2.5, True, n]
    squares = statistics.mean(k * k for k in range(n))
    return statistics.mean(mixed), statistics.mean((1, 2, n)), squares, statistics.stdev({1.0, 2.0, 5.0}), statistics.mean([True, False, True])


def test_other_containers_and_mixtures():
    check(of_other_things, 4)
    check(of_other_things, 5)


def harmonic(x):
    return statistics.harmonic_mean(x)


def harmonic_weighted(x, w):
    return statistics.harmonic_mean(x, weights=w)


def other_means(x):
    return statistics.fmean(x), statistics.geometric_mean(x)


def test_other_means():
    compiled, weighted, others = aic.jit(harmonic), aic.jit(harmonic_weighted), aic.jit(other_means)
    for data in ([40.0, 60.0], [1.0, 2.0, 7.0], [3, 5], [2.0], [0.5, 0.0, 3.0], [-1.0, 2.0], [0.0, -1.0], [1e-300, 1e300, 2.0], [math.inf, 2.0]):
        check(harmonic, data, compiled=compiled)
    for data, weights in (([40.0, 60.0], [5, 30]), ([3, 5], [0.25, 0.5]), ([1.0, 0.0], [1.0, 0.0]), ([1.0, 0.0], [1.0, 2.0]),
                          ([1.0, 2.0], [-1.0, 2.0]), ([1.0, 2.0], [1.0]), ([1.0, 2.0], [0.0, 0.0])):
        check(harmonic_weighted, data, weights, compiled=weighted)
    for data in ([54.0, 24.0, 36.0], [1, 2, 3], [2.0, 8.0, 0.1]):
        check(other_means, data, compiled=others)
    for data in ([0.0, 1.0], [-1.0, 4.0]):
        check(lambda x: statistics.geometric_mean(x), data)


def test_nothing_and_not_enough():
    for f in (means, harmonic, lambda x: statistics.pvariance(x), lambda x: statistics.pstdev(x), lambda x: statistics.fmean(x),
              lambda x: statistics.geometric_mean(x)):
        check(f, [0.0][1:])
    for f in (lambda x: statistics.variance(x), lambda x: statistics.stdev(x), fitted):
        check(f, [1.0])


def test_infinities_and_nans():
    for f in (means, variances, lambda x: statistics.stdev(x), harmonic, lambda x: statistics.NormalDist.from_samples(x).mean):
        compiled = aic.jit(f)
        for data in ([math.inf, 1.0], [math.inf, -math.inf, 2.0], [math.nan, 1.0], [-math.inf, 3.0]):
            check(f, data, compiled=compiled)


def test_what_is_not_a_number_is_refused():
    with pytest.raises(aic.CompileError, match="what is not int and not float"):
        aic.jit(means)(["a", "b"])


def from_pythons_text(x, y):
    d = statistics.NormalDist(1.0, 2.0)
    line = statistics.linear_regression(x, y)
    return (statistics.median(x), statistics.median_grouped(x), statistics.mode(x), statistics.multimode(x), statistics.quantiles(x, n=5),
            statistics.covariance(x, y), statistics.correlation(x, y), line.slope, line.intercept, d.cdf(0.5), d.inv_cdf(0.3))


def test_the_rest_is_compiled_from_pythons_own_text():
    check(from_pythons_text, [1.0, 2.0, 2.0, 5.5], [2.0, 3.5, 1.0, 9.0])


def percentage_points(p, sigma):
    d = statistics.NormalDist(0.5, sigma)
    return d.inv_cdf(p), d.quantiles(4), d.overlap(statistics.NormalDist(1.0, sigma / 2))


def test_percentage_points_of_the_normal_distribution():
    compiled = aic.jit(percentage_points)
    for p in (0.3, 0.5, 0.03, 0.9999, 1e-9, 1e-14, 1e-300, 1 - 1e-15, 0.075, 0.925, 0.0, 1.0):
        check(percentage_points, p, 1.25, compiled=compiled)


def sorted_by_insertion(x):
    out, heap = [], []
    for v in x:
        insort(out, v)
        heappush(heap, -v)
    heapify(heap)
    return out, bisect_left(out, 4), bisect(out, 4), [heappop(heap) for _ in itertools.repeat(0, 2)], nlargest(2, x)


def test_names_imported_from_modules_that_are_written_in_c():
    check(sorted_by_insertion, [4, 1, 7, 4, 2])
