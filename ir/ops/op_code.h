// An op's code is the index of its record in `ir::records` (ir/ops/table.h), where `"add"_op` finds it at compile time.
#pragma once
#include <cstdint>

namespace aic::ir {
enum class OpCode : uint16_t {};
}
