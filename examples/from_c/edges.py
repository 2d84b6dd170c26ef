"""Edge detection on a grey picture, for a C program: `aic build edges.py` writes libedges.so and libedges.h."""
import aic
import numpy as np


@aic.jit
def steepness(image: aic.f64[:, ::1]):
    """Sobel's estimate of how steep the brightness is; the rim stays zero."""
    steep = np.zeros_like(image)
    down = (image[2:, :-2] + 2.0 * image[2:, 1:-1] + image[2:, 2:] - image[:-2, :-2] - 2.0 * image[:-2, 1:-1] - image[:-2, 2:]) / 8.0
    right = (image[:-2, 2:] + 2.0 * image[1:-1, 2:] + image[2:, 2:] - image[:-2, :-2] - 2.0 * image[1:-1, :-2] - image[2:, :-2]) / 8.0
    steep[1:-1, 1:-1] = np.sqrt(down * down + right * right)
    return steep


@aic.jit
def mark_edges(steep: aic.f64[:, ::1], threshold: float, marks: aic.u8[:, ::1]):
    """Marks the pixels that are steeper than the threshold and than both neighbours in a row or in a column; counts them."""
    if steep.shape != marks.shape:
        raise ValueError("the pictures differ in size")
    n, m = steep.shape
    count = 0
    for i in range(1, n - 1):
        for j in range(1, m - 1):
            s = steep[i, j]
            edge = s > threshold and (s >= max(steep[i, j - 1], steep[i, j + 1]) or s >= max(steep[i - 1, j], steep[i + 1, j]))
            marks[i, j] = 255 if edge else 0
            count += edge
    return count
