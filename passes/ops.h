// Codes of elementwise ops by name, for passes that build them.
#pragma once
#include "ir/ops/table.h"

namespace aic::passes {

// `"subtract"_ew` is the code of an elementwise op; a name without a record gives a code that no op has.
consteval ir::OpCode operator""_ew(const char* s, size_t n) {
  for (size_t i = 0; i < ir::record_count; ++i)
    if (ir::op_names[i] == std::string_view(s, n)) return ir::OpCode(i);
  return ir::OpCode(0xffff);
}

}  // namespace aic::passes
