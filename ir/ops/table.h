// All records in one table, and `"add"_op`, which finds a record's index at compile time: a misspelt name does not
// compile. `complete` is the review that nobody has to do by hand: an incomplete record does not compile either.
#pragma once
#include <iterator>

#include "ir/ops/core.h"
#include "ir/ops/elementwise.h"
#include "ir/ops/op_code.h"
#include "ir/ops/py.h"
#include "ir/ops/structural.h"

namespace aic::ir {

inline constexpr size_t record_count =
    std::size(core_records) + std::size(py_records) + std::size(elementwise_records) + std::size(structural_records);

consteval std::array<string_view, record_count> record_names() {
  std::array<string_view, record_count> names{};
  size_t k = 0;
  for (const OpRecord& r : core_records) names[k++] = r.name;
  for (const OpRecord& r : py_records) names[k++] = r.name;
  for (const OpRecord& r : elementwise_records) names[k++] = r.name;
  for (const OpRecord& r : structural_records) names[k++] = r.name;
  return names;
}
inline constexpr auto op_names = record_names();

[[nodiscard]] constexpr const OpRecord& record(OpCode code) {
  size_t k = size_t(code);
  if (k < std::size(core_records)) return core_records[k];
  k -= std::size(core_records);
  if (k < std::size(py_records)) return py_records[k];
  k -= std::size(py_records);
  if (k < std::size(elementwise_records)) return elementwise_records[k];
  return structural_records[k - std::size(elementwise_records)];
}

consteval OpCode operator""_op(const char* s, size_t n) {
  for (size_t i = 0; i < record_count; ++i)
    if (op_names[i] == string_view(s, n)) return OpCode(i);
  throw "no such operator";  // reaching this is a compile error at the use
}

// The op of that name at run time (the parser, library calls); false when there is none.
[[nodiscard]] bool find_op(string_view name, OpCode& out);
// The op that a qualified Python name or an operator sign means: "numpy.add", "+", "aic.prim.reduce".
[[nodiscard]] bool find_op_by_python_name(string_view python, OpCode& out);

}  // namespace aic::ir
