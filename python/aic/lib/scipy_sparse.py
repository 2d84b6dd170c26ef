"""Methods of scipy.sparse's CSR matrices and arrays, which are arguments like any object: the fields are arrays, and the products are loops
over them in SciPy's order. A function stands for the method that SciPy defines under this name, its dot an underscore."""
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
