// Inside of the border: one compilation in C++. No LLVM header here, so that border.cpp needs none.
#pragma once
#include <functional>
#include <string>
#include <string_view>

#include "codegen/codegen.h"

namespace aic::codegen {

struct Request {
  std::string_view text;
  const char* cpu = nullptr;
  const char* features = nullptr;
  uint32_t flags = 0;
  [[nodiscard]] unsigned level() const { return flags & AIC_CG_OPT_MASK; }
  [[nodiscard]] bool has(uint32_t flag) const { return flags & flag; }
};

// Throws ir::Error for text that is no module, ir::InternalError for what should not be.
void compile(const Request&, const std::function<void(std::string_view)>& out);

[[nodiscard]] std::string host_cpu();  // "<name> <features>"

}  // namespace aic::codegen
