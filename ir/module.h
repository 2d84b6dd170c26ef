// The one data structure of the compiler: modules of functions of ops in regions.
//
// A Function owns its ops, values and regions in arenas, named by 32-bit ids; an erased op leaves a hole. Ops stand in
// intrusive lists inside regions; a region holds one block (no CFG). Loop state is region arguments. Every value knows
// its uses, and only the mutators of Function keep them: nothing else may touch operands. No value crosses functions.
//
//   %3 = add %1, %2 {exact = 1} : int @12:5-17          results = op operands {attributes} : result types @span
//   %5, %6 = for %lo, %hi, %one, %a, %b {label = 1} {   regions in braces, their arguments first
//     (%i: int, %x: f64, %y: f64):
//       …
//       continue %x2, %y2 {loop = 1}
//   } : f64, f64
//
// Spans are interned in the Module: (source function, AST node ordinal, inlined-at span). Ordinals become positions
// through the Source, so that moving a function in its file changes no code.
#pragma once
#include <deque>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "ir/base/error.h"
#include "ir/base/ids.h"
#include "ir/ops/op_code.h"
#include "ir/types.h"

namespace aic::ir {

enum class Form : uint8_t { Py, Tensor, Loop };

struct Symbol {  // a function's name: `@f.0`
  std::string name;
  bool operator==(const Symbol&) const = default;
};
using Attr = std::variant<int64_t, double, std::string, Type, Symbol, std::vector<int64_t>, std::vector<std::string>>;
struct NamedAttr {
  std::string name;
  Attr value;
  bool operator==(const NamedAttr&) const = default;
};

struct Use {
  OpId op;
  uint32_t operand;
};

struct Op {
  OpCode code{};
  SpanId span;
  RegionId parent;
  OpId previous, next;
  std::vector<ValueId> operands, results;
  std::vector<RegionId> regions;
  std::vector<NamedAttr> attrs;
};

struct Value {
  Type type;
  OpId def;         // none: a region argument
  RegionId region;  // the region it is an argument of, else none
  uint32_t index = 0;
  std::vector<Use> uses;
};

struct Region {
  OpId op;  // the op it belongs to; none for the body of the function
  OpId first, last;
  std::vector<ValueId> arguments;
};

struct Position {
  int line = 0, column = 0, end_line = 0, end_column = 0;  // line 1 is the first of the source text; columns from 0
  bool operator==(const Position&) const = default;
};

// A Python function's text: what diagnostics and tracebacks quote. `positions[n]` is where AST node n stands.
struct Source {
  std::string file, function;  // function: the qualified name that tracebacks show
  int first_line = 1;          // line in `file` of the text's line 1
  std::vector<std::string> lines;
  std::vector<Position> positions;
};

struct SpanInfo {
  uint32_t source = 0, node = 0;
  SpanId inlined_at;
  bool operator==(const SpanInfo&) const = default;
};

class Module;

class Function {
 public:
  Function(Module& module, std::string name, Form form) : module_(&module), name_(std::move(name)), form_(form) {
    body_ = new_region({});
  }
  [[nodiscard]] Module& module() const { return *module_; }
  [[nodiscard]] const std::string& name() const { return name_; }
  void rename(std::string n) { name_ = std::move(n); }
  [[nodiscard]] Form form() const { return form_; }
  void set_form(Form f) { form_ = f; }
  [[nodiscard]] RegionId body() const { return body_; }
  [[nodiscard]] const std::vector<ValueId>& parameters() const { return regions_[body_.index].arguments; }

  std::vector<Type> result_types;    // empty until inferred; a Python function has exactly one
  std::vector<NamedAttr> attrs;      // header attributes: parameter names, defaults, quiet, …
  SpanId span;                       // of the definition
  uint32_t source = 0;               // index in module().sources

  [[nodiscard]] const Op& op(OpId id) const { return ops_[id.index]; }
  [[nodiscard]] const Value& value(ValueId id) const { return values_[id.index]; }
  [[nodiscard]] const Region& region(RegionId id) const { return regions_[id.index]; }
  [[nodiscard]] Type type(ValueId id) const { return values_[id.index].type; }
  [[nodiscard]] size_t op_count() const { return ops_.size(); }  // arena sizes: ids run below these, holes included
  [[nodiscard]] size_t value_count() const { return values_.size(); }
  [[nodiscard]] size_t region_count() const { return regions_.size(); }
  [[nodiscard]] bool is_erased(OpId id) const { return !ops_[id.index].parent; }
  [[nodiscard]] OpId defining_op(ValueId v) const { return values_[v.index].def; }
  [[nodiscard]] OpId terminator(RegionId r) const { return regions_[r.index].last; }
  // The op that contains `op`'s region, or none at the top.
  [[nodiscard]] OpId parent_op(OpId op) const { return regions_[ops_[op.index].parent.index].op; }
  // Ops of a region in order. Collected first, so that the loop's body may insert and erase.
  [[nodiscard]] std::vector<OpId> ops_in(RegionId) const;
  // Every op below a region, pre-order.
  [[nodiscard]] std::vector<OpId> ops_below(RegionId) const;

  [[nodiscard]] const Attr* find_attr(OpId, std::string_view name) const;
  [[nodiscard]] int64_t int_attr(OpId, std::string_view name, int64_t otherwise = 0) const;
  [[nodiscard]] const std::string& text_attr(OpId, std::string_view name) const;  // "" when absent; Symbol's name too
  [[nodiscard]] const std::vector<int64_t>& list_attr(OpId, std::string_view name) const;

  // ---- mutators: the only places where operands, uses and lists change ----
  RegionId new_region(OpId owner);
  ValueId add_argument(RegionId, Type);
  // Makes an op outside any region; `insert_*` puts it in one.
  OpId new_op(OpCode, std::span<const ValueId> operands, std::span<const Type> results, SpanId,
              std::vector<NamedAttr> attrs = {}, int regions = 0);
  void append(RegionId, OpId);
  void insert_before(OpId where, OpId);
  void detach(OpId);                       // takes the op out of its list; it may be inserted again
  void erase(OpId);                        // its results must be unused; erases its regions' ops too
  void replace_uses(ValueId from, ValueId to);
  void set_operand(OpId, uint32_t index, ValueId);
  void set_operands(OpId, std::span<const ValueId>);
  void set_attr(OpId, std::string_view name, Attr);
  void remove_attr(OpId, std::string_view name);
  void set_type(ValueId v, Type t) { values_[v.index].type = t; }
  void set_span(OpId op, SpanId s) { ops_[op.index].span = s; }
  ValueId add_result(OpId, Type);
  void erase_result(OpId, uint32_t index);              // must be unused
  void erase_argument(RegionId, uint32_t index);        // must be unused
  void move_ops(RegionId from, OpId before);            // splices all ops of a region before an op of another
  int64_t new_label() { return ++last_label_; }         // loop labels are unique in a function
  void reserve_label(int64_t l) { last_label_ = std::max(last_label_, l); }

 private:
  void add_use(ValueId, OpId, uint32_t);
  void drop_use(ValueId, OpId, uint32_t);
  Module* module_;
  std::string name_;
  Form form_;
  RegionId body_;
  std::deque<Op> ops_;  // deque: references stay valid while ops are added
  std::deque<Value> values_;
  std::deque<Region> regions_;
  int64_t last_label_ = 0;
};

class Module {
 public:
  Module() : sources(1), spans(1) {}  // source 0 and span 0: unknown
  Module(const Module&) = delete;
  Module& operator=(const Module&) = delete;
  Function& add_function(std::string name, Form);
  void remove_function(std::string_view name);
  [[nodiscard]] Function* find(std::string_view name) const;
  [[nodiscard]] SpanId intern_span(SpanInfo);
  [[nodiscard]] Position position(SpanId) const;                 // in its source's text
  [[nodiscard]] const Source& source_of(SpanId) const;
  std::vector<std::unique_ptr<Function>> functions;
  std::vector<Source> sources;
  std::vector<SpanInfo> spans;
};

// ---- text ----
[[nodiscard]] std::string print(const Module&);
[[nodiscard]] std::string print(const Function&);
[[nodiscard]] std::string print(const Function&, OpId);
[[nodiscard]] std::unique_ptr<Module> parse(std::string_view text);  // throws ir::Error with line and column

}  // namespace aic::ir
