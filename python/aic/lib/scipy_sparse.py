"""Methods of scipy.sparse's CSR matrices and arrays, which are arguments like any object: the fields are arrays, and products and sums are
loops over them in SciPy's order. A transpose is the matrix under another name, which cannot be returned. A function stands for the method that SciPy defines under this name, its dot an underscore."""
from scipy.sparse import sparray

from aic.lib import numpy as np
from aic.lib import prim


def _check_format(m):
    if m._format != "csr":
        prim.refuse("products of a sparse matrix in another format than CSR")


def _times_vector(m, x, out):
    for i in range(m.shape[0]):
        total = out[i]
        for k in range(m.indptr[i], m.indptr[i + 1]):
            total += m.data[k] * x[m.indices[k]]
        out[i] = total


def _times_columns(m, x, out):
    for i in range(m.shape[0]):
        for k in range(m.indptr[i], m.indptr[i + 1]):
            a = m.data[k]
            j = m.indices[k]
            for c in range(x.shape[1]):
                out[i, c] += a * x[j, c]


def _spbase___matmul__(self, other):
    _check_format(self)
    if prim.is_number(other):
        raise ValueError("Scalar operands are not allowed, use '*' instead")
    x = prim.as_array(other)
    n = self.shape[1]
    d = prim.result_type(prim.dtype(self.data), prim.dtype(x))
    if prim.rank(x) == 1:
        if x.shape[0] != n:
            raise ValueError(f"matmul: dimension mismatch with signature (n,k={n}),(k={x.shape[0]},1?)->(n,1?)")
        out = prim.full((self.shape[0],), 0, d)
        _times_vector(self, np.asarray(x, d), out)
        return out
    if prim.rank(x) != 2:
        raise ValueError("could not interpret dimensions")
    if x.shape[0] != n:
        if x.shape[1] == 1:
            raise ValueError(f"matmul: dimension mismatch with signature (n,k={n}),(k={x.shape[0]},1?)->(n,1?)")
        raise ValueError(f"matmul: dimension mismatch with signature (n,k={n}),(k={x.shape[0]},m)->(n,m)")
    columns = prim.full((self.shape[0], x.shape[1]), 0, d)
    _times_columns(self, np.asarray(x, d), columns)
    return columns


def _spbase_dot(self, other):
    if prim.is_number(other):
        prim.refuse("a sparse matrix times a number")
    return _spbase___matmul__(self, other)


def spmatrix___mul__(self, other):
    return _spbase_dot(self, other)


def _spbase___mul__(self, other):
    prim.refuse("elementwise products of sparse arrays")


def _spbase___rmatmul__(self, other):
    """Of a dense vector or matrix on the left."""
    _check_format(self)
    x = prim.as_array(other)
    d = prim.result_type(prim.dtype(self.data), prim.dtype(x))
    if prim.rank(x) > 2 or prim.rank(x) == 0:
        prim.refuse("such an array beside a sparse matrix")
    if x.shape[prim.rank(x) - 1] != self.shape[0]:
        prim_rank = prim.rank(x)
        raise ValueError(f"matmul: dimension mismatch with signature (n,k={self.shape[0]}),(k={x.shape[prim_rank - 1]},{'1?' if prim_rank == 1 else 'm'})->(n,{'1?' if prim_rank == 1 else 'm'})")
    if prim.rank(x) == 1:
        out = prim.full((self.shape[1],), 0, d)
        for i in range(self.shape[0]):
            for k in range(self.indptr[i], self.indptr[i + 1]):
                out[self.indices[k]] += self.data[k] * x[i]
        return out
    rows = prim.full((self.shape[1], x.shape[0]), 0, d)
    for i in range(self.shape[0]):
        for k in range(self.indptr[i], self.indptr[i + 1]):
            for r in range(x.shape[0]):
                rows[self.indices[k], r] += self.data[k] * x[r, i]
    return prim.transpose(rows, (1, 0))


def _cs_matrix_toarray(self, order=None, out=None):
    _check_format(self)
    if order is not None or out is not None:
        prim.refuse("the order and the target of toarray")
    dense = prim.full((self.shape[0], self.shape[1]), 0, prim.dtype(self.data))
    for i in range(self.shape[0]):
        for k in range(self.indptr[i], self.indptr[i + 1]):
            dense[i, self.indices[k]] += self.data[k]
    return dense


# ---- the transpose: an instance whose state is the matrix's fields ----
def _csr_base_transpose(self, axes=None, copy=False):
    _check_format(self)
    if axes is not None:
        raise ValueError("Sparse arrays/matrices do not support an 'axes' parameter because swapping dimensions is the only logical permutation.")
    return prim.instance("scipy.sparse._transposed", (self,))


def _beside_transposed(product, state, other):
    """`m.T @ x` and `x @ m.T` by the other product of m, of x or of its transpose."""
    x = prim.as_array(other)
    if prim.rank(x) == 1:
        return product(state[0], x)
    if prim.rank(x) != 2:
        prim.refuse("such an array beside a sparse matrix")
    return prim.transpose(product(state[0], prim.transpose(x, (1, 0))), (1, 0))


def _transposed___matmul__(state, other):
    return _beside_transposed(_spbase___rmatmul__, state, other)


_transposed_dot = _transposed___matmul__


def _transposed___rmatmul__(state, other):
    return _beside_transposed(_spbase___matmul__, state, other)


def _transposed_get_shape(state):
    return state[0].shape[1], state[0].shape[0]


def _transposed_get_T(state):
    return state[0]


def _transposed_toarray(state):
    return prim.transpose(_cs_matrix_toarray(state[0]), (1, 0))


# ---- elements and sums ----
def IndexMixin___getitem__(self, key):
    _check_format(self)
    if not isinstance(key, tuple) or len(key) != 2 or not prim.is_number(key[0]) or not prim.is_number(key[1]):
        prim.refuse("rows and parts of a sparse matrix: write data[indptr[i]:indptr[i + 1]] and indices[indptr[i]:indptr[i + 1]]")
    i, j = key
    if i < -self.shape[0] or i >= self.shape[0]:
        raise IndexError(f"index ({i}) out of range")
    if j < -self.shape[1] or j >= self.shape[1]:
        raise IndexError(f"index ({j}) out of range")
    row = i + self.shape[0] if i < 0 else i
    column = j + self.shape[1] if j < 0 else j
    total = prim.cast(0, prim.dtype(self.data))
    for k in range(self.indptr[row], self.indptr[row + 1]):
        if self.indices[k] == column:
            total = total + self.data[k]
    return total


def _cs_matrix_diagonal(self, k=0):
    _check_format(self)
    rows, columns = self.shape
    if k <= -rows or k >= columns:
        return prim.full((0,), 0, prim.dtype(self.data))
    first = -k if k < 0 else 0
    count = rows + k if k < 0 else rows
    count = columns - k if k > 0 and columns - k < count else columns if k <= 0 and columns < count else count
    out = prim.full((count,), 0, prim.dtype(self.data))
    for i in range(count):
        for at in range(self.indptr[first + i], self.indptr[first + i + 1]):
            if self.indices[at] == first + i + k:
                out[i] += self.data[at]
    return out


def _cs_matrix_sum(self, axis=None, dtype=None, out=None):
    _check_format(self)
    if dtype is not None or out is not None:
        prim.refuse("the dtype and the target of a sparse matrix's sum")
    d = np._sum_dtype(self.data, None)
    if axis is None:
        return np.sum(_spbase___matmul__(self, prim.full((self.shape[1],), 1, d)))
    if not isinstance(self, sparray):
        prim.refuse("sums of a sparse matrix along an axis, which are np.matrix: use csr_array")
    if axis == 1 or axis == -1:
        return _spbase___matmul__(self, prim.full((self.shape[1],), 1, d))
    if axis != 0 and axis != -2:
        prim.refuse("this axis of a sparse matrix")
    return _spbase___rmatmul__(self, prim.full((self.shape[0],), 1, d))


def _spbase_mean(self, axis=None, dtype=None, out=None):
    if axis is not None or dtype is not None or out is not None:
        prim.refuse("means of a sparse matrix along an axis")
    return np.sum(_spbase___matmul__(self, prim.full((self.shape[1],), 1.0 / (self.shape[0] * self.shape[1]), np._float_dtype(self.data))))


# ---- extremes ----
def _check_once(m):
    """SciPy adds up what stands twice at one place before it compares, and changes the matrix for it."""
    last = prim.full((m.shape[1],), -1, int)
    for i in range(m.shape[0]):
        for k in range(m.indptr[i], m.indptr[i + 1]):
            if last[m.indices[k]] == i:
                raise NotImplementedError("aic: the extremes of a sparse matrix that has several numbers at one place: call sum_duplicates() first")
            last[m.indices[k]] = i


def _extreme(self, axis, out, explicit, maximum):
    _check_format(self)
    if out is not None:
        raise ValueError("Sparse min/max does not support an 'out' parameter.")
    if axis is not None:
        prim.refuse("extremes of a sparse matrix along an axis, which are sparse, too")
    rows, columns = self.shape
    if rows == 0 or columns == 0:
        raise ValueError("zero-size array to reduction operation")
    count = int(self.indptr[rows])
    zero = prim.cast(0, prim.dtype(self.data))
    if count == 0:
        return zero
    _check_once(self)
    stored = self.data[:count]
    found = np.max(stored) if maximum else np.min(stored)
    if count != rows * columns and not explicit:
        found = prim.maximum(zero, found) if maximum else prim.minimum(zero, found)
    return found


def _minmax_mixin_max(self, axis=None, out=None, *, explicit=False):
    return _extreme(self, axis, out, explicit, True)


def _minmax_mixin_min(self, axis=None, out=None, *, explicit=False):
    return _extreme(self, axis, out, explicit, False)
