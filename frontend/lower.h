// Lowering one Python function to one ir::Function of the py form, in SSA from the start.
//
// The environment holds for each local name its present value and whether it is bound. An `if` runs its arms on copies of
// it and makes results of what differs and is still live; a loop makes state of what its body binds and somebody may read
// later. Values never leave the region they were made in by another way. `ends` tells whether a statement left no way on:
// what follows it in its block is dropped.
//
// Statements are in lower_statement.cpp, expressions in lower_expression.cpp, names in lower_name.cpp, functions in
// lower_function.cpp, classes in lower_class.cpp, joining in lower_join.cpp; every sugar in a desugar_*.cpp of its own.
#pragma once
#include <deque>
#include <functional>
#include <string>
#include <unordered_map>
#include <vector>

#include "frontend/ast.h"
#include "frontend/liveness.h"
#include "frontend/lower_unit.h"
#include "frontend/scopes.h"
#include "ir/builder.h"
#include "ir/diagnostics.h"
#include "ir/ops/table.h"

namespace aic::frontend {

using ir::operator""_op;
using ir::OpId;
using ir::RegionId;
using ir::ValueId;

// As __qualname__ tells it.
[[nodiscard]] std::string qualified_name(const ir::Function&);

// What the functions of one captured function share.
struct Unit {
  ir::Module& module;
  const Scopes& scopes;
  uint32_t source;  // of the function that is being lowered
  const Interpreter& interpreter;
  std::unordered_map<const Node*, ir::Function*> functions;
  std::deque<const Node*> waiting;  // nested functions mentioned but not lowered yet

  [[nodiscard]] ir::SpanId span(const Node& n) const { return module.intern_span({source, n.ordinal, {}}); }
  [[noreturn]] void refuse(const Node& n, std::string_view diagnostic, const std::vector<std::string>& arguments = {},
                           std::string label = {}) const;
  // The function of a def or lambda: made at its first mention, lowered later.
  ir::Function& function_of(const Node& function);
  uint32_t source_named(const std::string& function);
  [[nodiscard]] std::string written_as(const Node& expression) const;
};

enum class Bound : uint8_t { No, Maybe, Yes, Dead };  // Dead: bound or not, nobody reads it any more

struct Local {
  ValueId value;
  uint32_t version = 0;  // a new one at each binding: tells a rebinding from a check that it is bound
  Bound bound = Bound::No;
};
using Environment = std::vector<Local>;

class Lowering {
 public:
  Lowering(Unit& unit, const Node& function);
  void run();

 private:
  struct Loop {
    int64_t label;
    std::vector<uint32_t> round;   // slots that `continue` passes
    std::vector<uint32_t> result;  // slots that `break` passes
    bool has_flag;                 // the last state says whether the loop ran to its end: for `else`
    std::vector<Bound> exits;      // how the result slots are bound after the loop; empty: no way out found yet
    bool is_left = false;          // is there a way out?
    bool has_break = false;        // met so far
    size_t finals = 0, handlers = 0, guards = 0;  // how many of these stand around it
  };
  // A `try` whose body is being lowered: names that a handler may read are also kept in cells.
  struct Guard {
    std::unordered_map<uint32_t, ValueId> cells;
  };
  struct Handler {
    ValueId exception;
    Variable* name;  // of `as`, or null
  };
  // A `finally` whose body is being lowered, as a loop of one round. Whatever leaves it breaks that loop and says where it
  // was bound for; after the `finally` block it goes on there.
  struct Final {
    Loop loop;
    std::vector<std::pair<int64_t, bool>> bound_for;  // loop label, is it a break; label 0: return
    size_t guards, handlers, loops;                   // around it
    bool swallows;                                    // a `with`: it also says whether the exception ends here
  };
  using Arm = std::function<bool()>;          // lowers an arm; does it leave no way on?
  using Expression = std::function<ValueId()>;

  // ---- functions (lower_function.cpp) ----
  void parameters();
  ValueId function_value(const Node& function, const Node& at);
  void function_statement(const Node&);
  bool class_statement(const Node&);  // lower_class.cpp

  // ---- names (lower_name.cpp) ----
  ValueId read(const Node& name);
  ValueId read_variable(Variable&, const Node& at);
  void bind(const Node& name, ValueId);
  void bind_variable(Variable&, ValueId);
  void unbind(const Node& name);
  ValueId present(uint32_t slot);        // for passing on: py.unbound where there is no value
  ValueId captured_operand(Variable&, const Node& at);
  void set_local(uint32_t slot, ValueId, Bound);

  // ---- joining (lower_join.cpp) ----
  bool branch(ValueId condition, const SlotSet* live, const Arm& then, const Arm& otherwise);
  ValueId choose(ValueId condition, const Expression& then, const Expression& otherwise);
  struct Arms;
  ValueId join(OpId op, Arms& arms, const SlotSet* live);
  bool try_arms(OpId op, const SlotSet* live, ValueId* completed, const Node& at, const Arm& body, const Arm& handlers);

  // ---- statements (lower_statement.cpp, lower_loop.cpp) ----
  bool block(Nodes);
  bool statement(const Node&);
  void assign(const Node& target, ValueId);
  void assignment(const Node&);
  void remove(const Node& target);
  bool return_(const Node&);
  void import(const Node&);
  void raise(const Node&);
  [[noreturn]] void refuse_statement(const Node&);
  bool for_loop(const Node&);
  bool while_loop(const Node&);
  bool leave_loop(const Node&);
  bool leave_to(const Node&, size_t loop, bool breaks);
  bool return_value(const Node&, ValueId);
  bool try_statement(const Node&);
  bool try_except(const Node&);
  bool try_finally(const Node&);
  // What one guards, and what follows it whichever way it was left.
  struct Guarded {
    std::vector<uint32_t> assigned;
    Arm body;
    std::function<ValueId(ValueId exception)> swallow;  // none: no exception ends here
    std::function<bool(ValueId kind)> then;
    Arm unwind = {};  // `finally`: what is done before an exception goes on
    ValueId manager = {};  // `with`: what was entered
  };
  bool guarded(const Node&, const Guarded&);
  bool with(const Node&, size_t item);
  // ---- interpreted.cpp: `with aic.objmode:` ----
  [[nodiscard]] bool is_objmode(const Node& with) const;
  void interpreted(const Node& with);
  struct BlockNames;
  void names_of_block(const Node&, BlockNames&, size_t loops) const;
  bool handle(const Node&, size_t k, ValueId exception);
  void leave_final(const Node&, int64_t kind, ValueId value, ValueId exception, ValueId swallowed = {});
  void read_kept(uint32_t slot, ValueId cell, const Node& at);
  void forget(Variable&, const Node& at);
  void forget_handled(size_t outside);
  Loop plan_loop(const Node&, const std::vector<uint32_t>& assigned);
  std::vector<ValueId> passed(const std::vector<uint32_t>& slots, bool has_flag, const Node& at, bool flag);
  void enter(RegionId, const std::vector<uint32_t>& slots, bool has_flag);
  static void meet(Loop&, const Environment&);
  bool round(const Node&);
  bool finish(OpId op, const Node&, Loop, Environment before, const std::vector<uint32_t>& assigned);
  // Runs a py.for whose rounds `body` lowers, carrying only these slots: comprehensions.
  // A search is left early: its outermost loop carries the answer.
  struct Search {
    bool value;  // what is searched for: any a true element, all a false one
    int64_t label;
    ValueId found;
  };
  void each(const Node& at, ValueId iterable, const std::vector<uint32_t>& carried, Search*,
            const std::function<void(ValueId)>& body);

  // ---- expressions (lower_expression.cpp) ----
  ValueId expression(const Node&);
  ValueId expression_or_none(const Node*, const Node& at);
  ValueId condition(const Node&);  // its truth, without making the operand of and/or
  ValueId constant(const Node&);
  ValueId call(const Node&);
  ValueId display(const Node&);
  ValueId unary(const Node&);
  ValueId beyond_64_bits(const Node&);

  // ---- desugaring, one file each ----
  ValueId boolean_operator(const Node&);
  ValueId boolean_condition(const Node&);
  ValueId comparison(const Node&, bool as_condition);
  ValueId conditional_expression(const Node&);
  ValueId walrus(const Node&);
  ValueId comprehension(const Node&);
  void comprehend(const Node&, size_t generator, ValueId into);
  void comprehend_element(const Node&, ValueId into);
  bool asks_a_generator(const Node& call) const;
  ValueId asked_generator(const Node& call);
  ValueId formatted(const Node&);
  void augmented_assignment(const Node&);
  void unpack(const Node& target, ValueId);
  bool unpack_display(const Node& targets, const Node& values);
  bool assertion(const Node&);
  bool match(const Node&);
  bool match_cases(const Node&, size_t k, ValueId subject);
  ValueId matches(const Node& pattern, ValueId subject);
  void capture_pattern(const Node& pattern, ValueId subject);
  void capture_alternative(const Node& pattern, size_t k, ValueId subject);
  ValueId pattern_element(const Node& sequence, size_t k, ValueId subject);
  ValueId class_element(const Node& pattern, size_t k, ValueId subject);
  ValueId mapping_element(const Node& pattern, size_t k, ValueId subject);
  ValueId text(const Node& at, const std::string&);
  ValueId builtin_value(const Node& at, const char* name);
  ValueId call_builtin(const Node& at, const char* name, std::vector<ValueId> arguments);

  // ---- making ops ----
  ValueId make(const Node& at, ir::OpCode code, std::initializer_list<ValueId> operands,
               std::vector<ir::NamedAttr> attrs = {}) {
    return make(at, code, std::vector<ValueId>(operands), std::move(attrs));
  }
  ValueId make(const Node& at, ir::OpCode code, const std::vector<ValueId>& operands, std::vector<ir::NamedAttr> attrs = {});
  void effect(const Node& at, ir::OpCode code, const std::vector<ValueId>& operands, std::vector<ir::NamedAttr> attrs = {});
  void terminate(ir::OpCode code, const std::vector<ValueId>& operands, std::vector<ir::NamedAttr> attrs = {});
  ValueId none(const Node& at);
  ValueId boolean(const Node& at, bool);

  Unit& unit_;
  const Node& node_;
  Frame& frame_;
  ir::Function& f_;
  ir::Builder b_;
  Liveness liveness_;
  Environment env_;
  uint32_t last_version_ = 0;
  std::unordered_map<const Variable*, ValueId> handles_;  // captured values, and cells
  std::vector<Loop> loops_;
  std::vector<Guard> guards_;
  std::vector<Handler> handlers_;
  std::vector<Final> finals_;
  std::string classes_;       // whose bodies are being lowered: "Outer.Inner."
  Search* search_ = nullptr;  // the any() or all() being lowered, outside of its inner expressions
  bool in_rounds_ = false;    // of a generator expression: a StopIteration that leaves it is a RuntimeError
};

}  // namespace aic::frontend
