// The runtime's functions of strings, lent to the reference interpreter.
#pragma once
#include <string>

#include "ir/interpret.h"

namespace aic::tests {

// What str.write writes is added to `written`, where there is one.
[[nodiscard]] ir::TextFunctions lent_texts(std::string* written = nullptr);

}  // namespace aic::tests
