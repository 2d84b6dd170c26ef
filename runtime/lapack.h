// LAPACK, where the process has one: NumPy's OpenBLAS, another one that is loaded, or the system's.
//
// Arrays are C-ordered; LAPACK takes them for matrices that are stored by columns, so an array of shape (r, c) is a matrix of
// c rows and r columns, whose transpose the array shows.
#pragma once
#include "runtime/abi.h"

namespace aic::rt {

bool lapack_is_there();
// Runs a LapackRoutine on arrays of float64 or, if `complex`, of complex128; values are real but for those of geev.
int64_t lapack(int64_t routine, bool complex, const LapackArray*);

}  // namespace aic::rt
