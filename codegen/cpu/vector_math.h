// Vector routines of our own for exp, log, sin, cos, tanh on NumPy's floats, at most 2 ulp; see vector_math.cpp.
#pragma once
#include <string_view>

namespace llvm {
class Module;
class TargetLibraryInfoImpl;
}  // namespace llvm

namespace aic::codegen {

// Is there a vector routine for this C function? Calls then go to `<name>.aic` until `define_vector_functions`.
[[nodiscard]] bool has_vector_routine(std::string_view c_function);
void add_vector_routines(llvm::TargetLibraryInfoImpl&);
// After vectorisation: writes the routines that loops call, and gives the scalar calls that are left to libm.
void define_vector_functions(llvm::Module&);

}  // namespace aic::codegen
