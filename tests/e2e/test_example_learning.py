"""examples/learning.py, on its real data."""
import numpy as np
import pytest

from harness import ROOT, load_source

pytest.importorskip("sklearn")


@pytest.fixture(scope="module")
def learning():
    return load_source(ROOT / "examples" / "learning.py")


def test_digits(learning):
    before, after, right, _ = learning.digits(epochs=10)
    assert before > 2.2 and after < 0.2 and right > 0.93


def test_the_network_gradient(learning):
    r = np.random.default_rng(2)
    weights = [r.normal(0, 0.3, (64, 8)), r.normal(0, 0.1, 8), r.normal(0, 0.3, (8, 10)), r.normal(0, 0.1, 10)]
    images, labels = r.random((5, 64)), r.integers(0, 10, 5)
    _, gradient = learning.loss_and_gradient(*weights, images, labels)
    for k in range(4):
        along = [r.normal(size=w.shape) if j == k else np.zeros_like(w) for j, w in enumerate(weights)]
        h = 1e-5
        up, down = (learning.loss(*(w + s * h * v for w, v in zip(weights, along)), images, labels) for s in (1, -1))
        assert np.isclose(np.sum(gradient[k] * along[k]), (up - down) / (2 * h), rtol=1e-7)


def test_hares_and_lynxes(learning):
    p, first, best = learning.fit(rounds=15)
    assert best < 0.6 * first and 0.4 < p[0] < 0.7 and 0.02 < p[1] < 0.04 and 0.6 < p[2] < 1.0
