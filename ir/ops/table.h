// All records in one table, and `"add"_op`, which finds a record's index at compile time: a misspelt name does not
// compile. `complete` is the review that nobody has to do by hand: an incomplete record does not compile either.
#pragma once
#include <algorithm>
#include <iterator>

#include "ir/ops/core.h"
#include "ir/ops/elementwise.h"
#include "ir/ops/op_code.h"
#include "ir/ops/py.h"
#include "ir/ops/structural.h"
#include "ir/ops/text.h"

namespace aic::ir {

inline constexpr size_t record_count =
    std::size(core_records) + std::size(py_records) + std::size(elementwise_records) + std::size(structural_records) +
    std::size(text_records);

consteval std::array<string_view, record_count> record_names() {
  std::array<string_view, record_count> names{};
  size_t k = 0;
  for (const OpRecord& r : core_records) names[k++] = r.name;
  for (const OpRecord& r : py_records) names[k++] = r.name;
  for (const OpRecord& r : elementwise_records) names[k++] = r.name;
  for (const OpRecord& r : structural_records) names[k++] = r.name;
  for (const OpRecord& r : text_records) names[k++] = r.name;
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
  k -= std::size(elementwise_records);
  if (k < std::size(structural_records)) return structural_records[k];
  return text_records[k - std::size(structural_records)];
}

// What an elementwise record must say. A `throw` reached here names the missing part in the compiler's message.
consteval bool is_complete(const OpRecord& r) {
  if (!r.doc.ends_with('.')) throw "doc is not a sentence";
  if (!r.dtype.compute || !r.dtype.result) throw "no dtype rule";
  auto takes = [&](DType d) {
    std::array<DType, 3> in{r.has(Selects) ? DType::Bool : d, d, d};
    DType out{};
    return r.dtype.compute(std::span(in.data(), size_t(r.arity())), out) && out == d;
  };
  // A lowering is given or refused with a reason; kinds of numbers that an LLVM instruction or a sequence does not cover by
  // itself have their own.
  if (r.cpu.name.empty() || r.gpu.name.empty()) throw "no lowering, and no unsupported(why)";
  bool by_float = r.cpu.how == How::Libm || r.cpu.how == How::Intrinsic || r.gpu.how == How::Libdevice;
  if ((takes(DType::I64) || takes(DType::Bool)) && by_float && r.integer.name.empty()) throw "no lowering for integers";
  if (takes(DType::C128) && r.complex.name.empty()) throw "no lowering for complex numbers";
  for (int k = 0; k < r.arity(); ++k)
    if (r.derivative.none.empty() && !r.derivative.rule[size_t(k)]) throw "no derivative, and no not_differentiable(why)";
  if (!r.eval) throw "no eval";
  if (r.samples.count < 3) throw "fewer than 3 samples";
  return true;
}
// Of the other tiers: sentences, and a text for each check's exception.
consteval bool is_described(const OpRecord& r) {
  if (r.has(Check) && (r.exception.empty() || r.message.empty())) throw "a check without exception or message";
  if (r.doc.empty()) throw "no doc";
  return true;
}
// A runtime op's signature has a letter for each operand, and one for its result.
consteval bool is_signed_off(const OpRecord& r) {
  size_t arrow = r.signature.find('>');
  if (arrow == string_view::npos || arrow != size_t(r.arity())) throw "the signature does not fit the operands";
  if (r.signature.size() - arrow - 1 != size_t(r.results)) throw "the signature does not fit the results";
  return true;
}
consteval bool names_are_unique() {
  auto sorted = op_names;
  std::sort(sorted.begin(), sorted.end());
  if (std::adjacent_find(sorted.begin(), sorted.end()) != sorted.end()) throw "two records of one name";
  return true;
}
consteval bool all_complete() {
  for (const OpRecord& r : elementwise_records) (void)is_complete(r);
  for (const OpRecord& r : core_records) (void)is_described(r);
  for (const OpRecord& r : py_records) (void)is_described(r);
  for (const OpRecord& r : structural_records) (void)is_described(r);
  for (const OpRecord& r : text_records) (void)is_described(r), (void)is_signed_off(r);
  return names_are_unique();
}
#ifndef __SANITIZE_ADDRESS__  // under UBSan g++ does not take `function != nullptr` for a constant
static_assert(all_complete());
#endif

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
