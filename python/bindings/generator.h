// The code generator, opened on the first compile of the process: libaic_cg.so beside the extension.
#pragma once
#include <string>
#include <string_view>

#include "codegen/codegen.h"

namespace aic::bindings {

// Loop form in, object or text out (AIC_CG_EMIT_*), for LLVM's `cpu` (empty: this one). Throws ir::InternalError. Needs no GIL.
[[nodiscard]] std::string generate(std::string_view loop_form, uint32_t flags, const std::string& cpu = {});
[[nodiscard]] std::string generator_version();  // with the host CPU: part of cache keys
[[nodiscard]] bool generator_is_open();  // a warm start never opens it; tests ask

}  // namespace aic::bindings
