// From an LLVM module to bytes, for the CPU.
#pragma once
#include <functional>
#include <string_view>

#include "codegen/compile.h"

namespace llvm {
class Module;
}

namespace aic::codegen {

void set_target(llvm::Module&, const Request&);  // triple and data layout
void optimise_and_emit(llvm::Module&, const Request&, bool has_loops, bool has_calls,
                       const std::function<void(std::string_view)>& out);

}  // namespace aic::codegen
