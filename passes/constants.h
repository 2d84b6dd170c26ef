// Numbers known at compile time: read from `const` ops, computed by the records' own `eval`, written back.
#pragma once
#include <optional>
#include <span>

#include "ir/builder.h"
#include "ir/ops/table.h"

namespace aic::passes {

struct Number {
  ir::DType dtype = ir::DType::I64;
  int64_t i = 0;           // of bool and integer dtypes; u64 as its bits
  double re = 0, im = 0;   // of float and complex dtypes
  [[nodiscard]] bool is_integral() const { return dtype <= ir::DType::U64; }
  [[nodiscard]] bool is_truthy() const { return is_integral() ? i != 0 : re != 0 || im != 0; }
  bool operator==(const Number&) const = default;
};

[[nodiscard]] std::optional<Number> find_number(const ir::Function&, ir::ValueId);   // of a `const`
[[nodiscard]] std::optional<int64_t> find_integer(const ir::Function&, ir::ValueId); // of an integral `const`
[[nodiscard]] bool is_integer(const ir::Function&, ir::ValueId, int64_t);
ir::ValueId make_number(ir::Builder&, ir::Type, const Number&);

[[nodiscard]] int64_t wrap(int64_t, ir::DType);  // to the dtype's bits, sign- or zero-extended again
// The op's value, by its record; none where Python or NumPy would raise or warn, or where the record has no such loop.
[[nodiscard]] std::optional<Number> try_evaluate(ir::OpCode, std::span<const Number>, ir::DType result);
[[nodiscard]] std::optional<Number> try_cast(const Number&, ir::DType);
// {op} of check.overflow on exact integers; none when it overflows.
[[nodiscard]] std::optional<int64_t> try_exact(std::string_view op, std::span<const int64_t>);
// What a reduction of nothing is; of {maximum} and its like the number that every other one replaces.
[[nodiscard]] Number identity_number(std::string_view kind, ir::DType);

}  // namespace aic::passes
