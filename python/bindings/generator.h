// The code generator, opened on the first compile of the process: libaic_cg.so beside the extension.
#pragma once
#include <string>
#include <string_view>

#include "codegen/codegen.h"

namespace aic::bindings {

// Loop form in, object or text out (AIC_CG_EMIT_*). Throws ir::InternalError. Needs no GIL.
[[nodiscard]] std::string generate(std::string_view loop_form, uint32_t flags);
[[nodiscard]] std::string generator_version();  // with the host CPU: part of cache keys
[[nodiscard]] bool generator_is_open();         // a warm start never opens it; tests ask

}  // namespace aic::bindings
