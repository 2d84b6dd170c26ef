"""Edge-preserving smoothing and edge detection on a real photograph: plain loops and slices, compiled by one decorator.

Reads scikit-image's photograph of a coffee cup (any picture file may be given instead), smooths it with a bilateral
filter written as four nested loops, finds edges with Sobel's gradients written as slices and thins them with a loop over
pixels. The same functions run under plain CPython beside it: the results must be equal, bit for bit where no `exp` is
involved. Writes `photograph-edges.png` and prints times.

    python examples/photograph.py [picture] [output.png]
"""
import math
import sys
import time
from pathlib import Path

import aic
import numpy as np
from skimage import io


@aic.jit
def bilateral(image, radius, space, tone):
    """Each pixel becomes the mean of its neighbours, weighted by nearness in place and in brightness."""
    n, m = image.shape
    out = np.empty_like(image)
    for i in range(n):
        for j in range(m):
            centre = image[i, j]
            weights = 0.0
            total = 0.0
            for y in range(max(0, i - radius), min(n, i + radius + 1)):
                for x in range(max(0, j - radius), min(m, j + radius + 1)):
                    difference = image[y, x] - centre
                    weight = math.exp(-((y - i) ** 2 + (x - j) ** 2) / (2.0 * space * space) - difference * difference / (2.0 * tone * tone))
                    weights += weight
                    total += weight * image[y, x]
            out[i, j] = total / weights
    return out


@aic.jit
def gradient(image):
    """Sobel's estimate of the slope in both directions; the rim stays zero."""
    down = np.zeros_like(image)
    right = np.zeros_like(image)
    down[1:-1, 1:-1] = (image[2:, :-2] + 2.0 * image[2:, 1:-1] + image[2:, 2:] - image[:-2, :-2] - 2.0 * image[:-2, 1:-1] - image[:-2, 2:]) / 8.0
    right[1:-1, 1:-1] = (image[:-2, 2:] + 2.0 * image[1:-1, 2:] + image[2:, 2:] - image[:-2, :-2] - 2.0 * image[1:-1, :-2] - image[2:, :-2]) / 8.0
    return down, right


@aic.jit
def thin_edges(down, right, threshold):
    """Keeps a pixel where the slope is steep and steepest across the edge."""
    n, m = down.shape
    steep = np.sqrt(down * down + right * right)
    edges = np.zeros((n, m), dtype=np.uint8)
    for i in range(1, n - 1):
        for j in range(1, m - 1):
            s = steep[i, j]
            if s < threshold:
                continue
            if abs(down[i, j]) > abs(right[i, j]):
                across = max(steep[i - 1, j], steep[i + 1, j])
            else:
                across = max(steep[i, j - 1], steep[i, j + 1])
            if s >= across:
                edges[i, j] = 255
    return edges


def pipeline(image, stages):
    smooth, slope, thin = stages
    calm = smooth(image, 2, 1.5, 0.1)
    down, right = slope(calm)
    return calm, down, right, thin(down, right, 0.03)


def timed(function, *args):
    start = time.perf_counter()
    result = function(*args)
    return result, time.perf_counter() - start


def grey(picture):
    """Brightness between 0 and 1."""
    if picture.ndim == 2:
        return np.ascontiguousarray(picture / 255.0)
    return np.ascontiguousarray(picture[..., :3] @ np.array([0.299, 0.587, 0.114]) / 255.0)


def sample_picture():
    import skimage

    return Path(skimage.__file__).parent / "data" / "coffee.png"


def main():
    picture = Path(sys.argv[1]) if len(sys.argv) > 1 else sample_picture()
    output = Path(sys.argv[2]) if len(sys.argv) > 2 else Path("photograph-edges.png")
    image = grey(io.imread(picture))
    compiled = (bilateral, gradient, thin_edges)
    _, first = timed(pipeline, image, compiled)
    results, fast = timed(pipeline, image, compiled)
    expected, slow = timed(pipeline, image, [f.py_func for f in compiled])

    for name, got, want in zip(("smoothed", "slope down", "slope right", "edges"), results, expected):
        if got.dtype != want.dtype or got.shape != want.shape:
            sys.exit(f"{name}: the compiled functions gave {got.dtype}{got.shape}, CPython {want.dtype}{want.shape}")
        if not np.array_equal(got, want):
            sys.exit(f"{name}: differs from CPython's result by up to {np.max(np.abs(got.astype(float) - want))}")

    io.imsave(output, np.concatenate([(image * 255).astype(np.uint8), (results[0] * 255).astype(np.uint8), results[3]], axis=1), check_contrast=False)
    print(f"{picture.name}: {image.shape[1]} x {image.shape[0]} pixels, {np.count_nonzero(results[3])} of them on edges; written to {output}")
    print(f"equal to CPython's result; {slow / fast:.0f} times as fast ({1e3 * fast:.1f} ms against {1e3 * slow:.0f} ms)")
    seconds = [f.compile_seconds for f in compiled]
    print(f"compiling took {1e3 * sum(seconds):.0f} ms for {len(seconds)} functions; the first call of all three {1e3 * first:.0f} ms")


if __name__ == "__main__":
    main()
