"""Derivatives at work: a network that learns to read digits, and a model of hares and lynxes fitted to a century-old record.

The network is plain NumPy in a loop over pictures (scikit-learn's 1797 scanned digits); `aic.value_and_grad` differentiates
it, and the whole training, gradients included, is one compiled function. The second program integrates the equations of
Lotka and Volterra with a `while` loop that chooses its own steps; `aic.jacobian` goes through that loop, and six
parameters are fitted to the pelts that the Hudson's Bay Company counted from 1900 to 1920.

    python examples/learning.py
"""
import time

import aic
import numpy as np
from sklearn.datasets import load_digits


# ---- digits ----
def loss(w1, b1, w2, b2, images, labels):
    """The mean cross entropy of a network with one hidden layer."""
    total = 0.0
    for i in range(len(labels)):
        hidden = np.tanh(images[i] @ w1 + b1)
        scores = hidden @ w2 + b2
        top = np.max(scores)
        total += top + np.log(np.sum(np.exp(scores - top))) - scores[labels[i]]
    return total / len(labels)


loss_and_gradient = aic.value_and_grad(loss, argnums=(0, 1, 2, 3))


@aic.jit
def train(w1, b1, w2, b2, images, labels, epochs, batch, rate):
    """Stochastic gradient descent in place; the mean loss of the last epoch."""
    mean = 0.0
    for _ in range(epochs):
        mean = 0.0
        for start in range(0, len(labels) - batch + 1, batch):
            value, (g1, h1, g2, h2) = loss_and_gradient(w1, b1, w2, b2, images[start:start + batch], labels[start:start + batch])
            w1 -= rate * g1
            b1 -= rate * h1
            w2 -= rate * g2
            b2 -= rate * h2
            mean += value
        mean /= len(labels) // batch
    return mean


@aic.jit
def count_right(w1, b1, w2, b2, images, labels):
    right = 0
    for i in range(len(labels)):
        scores = np.tanh(images[i] @ w1 + b1) @ w2 + b2
        right += int(np.argmax(scores)) == labels[i]
    return right


def digits(epochs=30):
    """(loss before, loss after, share of unseen digits read right, seconds of training)"""
    images, labels = load_digits(return_X_y=True)
    images = images / 16.0
    order = np.random.default_rng(0).permutation(len(labels))
    images, labels = images[order], labels[order]
    seen = 1440
    r = np.random.default_rng(1)
    weights = r.normal(0, 0.15, (64, 32)), np.zeros(32), r.normal(0, 0.15, (32, 10)), np.zeros(10)
    before = loss_and_gradient(*weights, images[:seen], labels[:seen])[0]
    train(*weights, images[:seen], labels[:seen], 0, 32, 0.2)  # compiles
    begin = time.perf_counter()
    after = train(*weights, images[:seen], labels[:seen], epochs, 32, 0.2)
    seconds = time.perf_counter() - begin
    right = count_right(*weights, images[seen:], labels[seen:]) / (len(labels) - seen)
    return float(before), after, right, seconds


# ---- hares and lynxes ----
HARES = [30, 47.2, 70.2, 77.4, 36.3, 20.6, 18.1, 21.4, 22, 25.4, 27.1, 40.3, 57, 76.6, 52.3, 19.5, 11.2, 7.6, 14.6, 16.2, 24.7]
LYNXES = [4, 6.1, 9.8, 35.2, 59.4, 41.7, 19, 13, 8.3, 9.1, 7.4, 8, 12.3, 19.5, 45.7, 51.1, 29.7, 15.8, 9.7, 10.1, 8.6]


def residuals(p, hares, lynxes, tolerance):
    """How far the model with parameters p (growth, predation, death, use; hares and lynxes in 1900) is from the record, in logarithms."""
    out = np.zeros(2 * len(hares))
    x, y = p[4], p[5]
    for year in range(len(hares)):
        t, h = 0.0, 0.1
        while year > 0 and t < 1.0:
            if t + h > 1.0:
                h = 1.0 - t
            dx, dy = x * (p[0] - p[1] * y), y * (p[3] * x - p[2])
            x1, y1 = x + h * dx, y + h * dy
            ex, ey = x1 * (p[0] - p[1] * y1), y1 * (p[3] * x1 - p[2])
            error = 0.5 * h * (abs(ex - dx) / x + abs(ey - dy) / y)
            if error > tolerance:
                h *= 0.5
                continue
            x += 0.5 * h * (dx + ex)
            y += 0.5 * h * (dy + ey)
            t += h
            if error < 0.2 * tolerance:
                h *= 1.7
        out[2 * year] = np.log(x / hares[year])
        out[2 * year + 1] = np.log(y / lynxes[year])
    return out


def fit(rounds=30, tolerance=1e-3):
    """Levenberg and Marquardt's method: (parameters, sum of squares before, after)."""
    compiled, slopes = aic.jit(residuals), aic.jacobian(residuals, mode="forward")
    record = np.array(HARES), np.array(LYNXES, dtype=float)
    p, damping = np.array([0.55, 0.028, 0.84, 0.026, 30.0, 4.0]), 1e-2
    r = compiled(p, *record, tolerance)
    first = best = float(r @ r)
    for _ in range(rounds):
        j = slopes(p, *record, tolerance)
        scale = j.T @ j
        trial = p - np.linalg.solve(scale + damping * np.diag(np.diag(scale)), j.T @ r)
        new = compiled(trial, *record, tolerance)
        if new @ new < best:
            p, r, best, damping = trial, new, float(new @ new), damping / 3
        else:
            damping *= 4
    return p, first, best


def main():
    before, after, right, seconds = digits()
    print(f"digits: loss {before:.3f} → {after:.4f} in {seconds:.2f} s of training, {100 * right:.1f} % of 357 unseen digits read right")
    p, first, best = fit()
    print(f"hares and lynxes: sum of squares {first:.2f} → {best:.2f}; growth {p[0]:.3f}, predation {p[1]:.4f}, death {p[2]:.3f}, use {p[3]:.4f} a year")


if __name__ == "__main__":
    main()
