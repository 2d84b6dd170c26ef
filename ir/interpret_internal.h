// What the parts of the interpreter share: the frame of one call (interpret.cpp), whole-array ops (interpret_arrays.cpp),
// checks and messages (interpret_checks.cpp).
#pragma once
#include <functional>

#include "ir/interpret.h"
#include "ir/ops/table.h"

namespace aic::ir::interpreter {

struct Raised {  // thrown through the C++ stack
  std::string exception, message;
  const Function* function = nullptr;  // whose op raised it, where that tells more than the name
  OpId op = {};
};

struct Run {  // one call of `interpret`
  const Module& module;
  int64_t steps_left;
  const TextFunctions& texts;
  int depth = 0;
  std::vector<Raised> caught = {};  // so far
};

// Why a region ended.
struct Leave {
  enum Kind { End, Condition, Continue, Break, Return } kind = End;
  int64_t loop = 0;
  bool holds = false;  // of a `condition`
  std::vector<RuntimeValue> values;
  [[nodiscard]] bool is_exit() const { return kind == Continue || kind == Break || kind == Return; }
};

class Frame {
 public:
  Frame(Run& run, const Function& f) : run_(run), f_(f), values_(f.value_count()) {}
  std::vector<RuntimeValue> call(const std::vector<RuntimeValue>& arguments);

 private:
  // interpret.cpp
  Leave region(RegionId, const std::vector<RuntimeValue>& arguments);
  bool op(OpId, Leave&);  // true: the region ends
  bool control(OpId, Leave&);
  bool terminator(OpId, Leave&);
  bool if_op(OpId, Leave&);
  bool for_op(OpId, Leave&);
  bool while_op(OpId, Leave&);
  void kernel(OpId);
  void call_op(OpId);
  bool plain(OpId);    // constants, tuples, unions, cells
  bool memory(OpId);   // extent, load, store, empty
  bool view(OpId);
  bool error(OpId);
  bool text_op(OpId);
  bool list(OpId);   // interpret_lists.cpp
  bool table(OpId);  // interpret_tables.cpp
  bool tape(OpId);
  RuntimeValue constant(OpId) const;
  // interpret_arrays.cpp
  [[nodiscard]] bool overflows(OpId) const;
  void elementwise(OpId);
  bool structural(OpId);
  void assign(OpId);
  void generate(OpId);
  void reduce(OpId);
  void argreduce(OpId);
  void gather(OpId);
  void masked(OpId);
  void scan(OpId);
  void matmul(OpId);
  // interpret_checks.cpp
  bool check(OpId);
  void check_index(OpId);
  void check_overflow(OpId);
  void check_convert(OpId);
  void check_broadcast(OpId);
  void check_assignable(OpId);
  [[noreturn]] void raise(OpId, const std::string& exception, const std::string& message);
  [[noreturn]] void raise_record(OpId);
  std::string attribute_text(OpId, const std::string& name) const;

  // operands and results
  [[nodiscard]] const Op& at(OpId id) const { return f_.op(id); }
  [[nodiscard]] const RuntimeValue& in(OpId id, size_t k) const;
  [[nodiscard]] const Scalar& scalar(OpId id, size_t k) const;
  [[nodiscard]] int64_t integer(OpId id, size_t k) const { return scalar(id, k).i; }
  [[nodiscard]] std::shared_ptr<ArrayValue> array(OpId id, size_t k) const;
  [[nodiscard]] ListValue& list_of(OpId id) const;
  [[nodiscard]] bool is_array(OpId id, size_t k) const { return f_.type(at(id).operands[k]).is_array(); }
  [[nodiscard]] std::vector<RuntimeValue> operands(OpId id, size_t from = 0) const;
  [[nodiscard]] std::vector<int64_t> integers(OpId id, size_t from) const;
  [[nodiscard]] Type result_type(OpId id, size_t k = 0) const { return f_.type(at(id).results[k]); }
  void define(ValueId, RuntimeValue);
  void result(OpId id, RuntimeValue v, size_t k = 0) { define(at(id).results[k], std::move(v)); }

  Run& run_;
  const Function& f_;
  std::vector<RuntimeValue> values_;
  std::vector<std::vector<RuntimeValue>> tape_;  // frames, the last one on top
};

// Calls `visit` with every index of a shape, the last axis fastest.
void each_index(const std::vector<int64_t>& shape, const std::function<void(const std::vector<int64_t>&)>& visit);
[[nodiscard]] OpCode operator_named(const std::string& name);

}  // namespace aic::ir::interpreter
