// The reference interpreter: runs a function of a module in tensor or loop form on values. It is the judge of passes
// (a function gives the same before and after) and is itself judged by CPython + NumPy, so it is written to be read, not
// to be fast: every number is a Scalar, every array a box of bytes, whole-array ops are naive loops of their own.
//
//   Result r = interpret(module, "f.0", {3, array});  r.exception.empty() → r.values
//
// Ownership ops (retain, release) do nothing. What breaks a law (an index out of range, the wrong arm of a union, a
// value nobody defined) throws InternalError: the program, not the user, is wrong.
#pragma once
#include <functional>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "ir/module.h"
#include "ir/scalar.h"

namespace aic::ir {

// An array: a box of bytes shared by its views. Strides and offset in bytes.
struct ArrayValue {
  DType dtype = DType::F64;
  std::vector<int64_t> shape, strides;
  std::shared_ptr<std::vector<unsigned char>> bytes;
  int64_t offset = 0;

  static std::shared_ptr<ArrayValue> make(DType, std::vector<int64_t> shape, Layout = Layout::C);  // zeros
  [[nodiscard]] int64_t size() const;
  [[nodiscard]] Scalar get(const std::vector<int64_t>& index) const;
  void set(const std::vector<int64_t>& index, const Scalar&);
};

struct RuntimeValue;  // what a Value of a function is at run time
struct Undefined {};
struct NoneValue {};
struct TupleValue {
  std::vector<RuntimeValue> elements;
};
struct UnionValue {
  int tag = 0;
  std::shared_ptr<RuntimeValue> payload;
};
struct CellValue {
  std::shared_ptr<RuntimeValue> content;
};
struct ListValue {
  std::vector<RuntimeValue> elements;
};
struct RuntimeValue : std::variant<Undefined, NoneValue, Scalar, std::string, std::shared_ptr<ArrayValue>, TupleValue,
                                   UnionValue, CellValue, std::shared_ptr<ListValue>> {
  using variant::variant;
};

struct Result {
  std::vector<RuntimeValue> values;
  std::string exception, message;  // empty: none
};

// The str.* ops are functions of the runtime, which this room does not know: whoever links it lends them, strings in UTF-8.
using TextFunctions = std::function<RuntimeValue(std::string_view op, const std::vector<RuntimeValue>&)>;

// Throws ir::Error for an unknown function, wrong arguments, more than `max_steps` ops, or a string without `texts`.
[[nodiscard]] Result interpret(const Module&, std::string_view function, std::vector<RuntimeValue> arguments,
                               int64_t max_steps = 100'000'000, const TextFunctions& texts = {});

// "f(3, [1.0, 2.0])": Python literals, read as the types of the function's parameters.
struct CallText {
  std::string function;
  std::vector<RuntimeValue> arguments;
};
[[nodiscard]] CallText read_call(const Module&, std::string_view text);
[[nodiscard]] std::string text(const RuntimeValue&);  // as Python shows it; arrays as nested lists
[[nodiscard]] std::string text(const Result&);        // "3.0", or "ValueError: math domain error"
// Bit for bit, nans equal; arrays by dtype, shape and elements.
[[nodiscard]] bool same(const RuntimeValue&, const RuntimeValue&);

}  // namespace aic::ir
