// A Python function's syntax tree without CPython: what parse.cpp makes of an `ast` tree and everything behind it reads.
//
// Kinds and fields are CPython's own, by name, in the two lists below; a class that is not listed becomes Kind::Unknown
// with its name in `text`, and is refused where it is met. A node's ordinal is its place in the pre-order of the nodes
// that have positions: spans name nodes by it, so that it must depend on nothing but the tree.
//
// Nodes, lists and slots live in the Tree's arena: a Tree is freed as a whole and its nodes never move.
#pragma once
#include <cstdint>
#include <memory_resource>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ir/module.h"

namespace aic::frontend {

// clang-format off
#define AIC_AST_KINDS(X) \
  X(Module) X(FunctionDef) X(AsyncFunctionDef) X(ClassDef) X(Return) X(Delete) X(Assign) X(AugAssign) X(AnnAssign) X(TypeAlias) \
  X(For) X(AsyncFor) X(While) X(If) X(With) X(AsyncWith) X(Match) X(Raise) X(Try) X(TryStar) X(Assert) X(Import) \
  X(ImportFrom) X(Global) X(Nonlocal) X(Expr) X(Pass) X(Break) X(Continue) \
  X(BoolOp) X(NamedExpr) X(BinOp) X(UnaryOp) X(Lambda) X(IfExp) X(Dict) X(Set) X(ListComp) X(SetComp) X(DictComp) \
  X(GeneratorExp) X(Await) X(Yield) X(YieldFrom) X(Compare) X(Call) X(FormattedValue) X(JoinedStr) X(Constant) \
  X(Attribute) X(Subscript) X(Starred) X(Name) X(List) X(Tuple) X(Slice) \
  X(comprehension) X(arguments) X(arg) X(keyword) X(alias) X(withitem) X(ExceptHandler) X(match_case) X(MatchAs) \
  X(MatchStar) X(MatchMapping) X(MatchValue) X(MatchSingleton) X(MatchSequence) X(MatchOr) X(MatchClass)
#define AIC_AST_FIELDS(X) \
  X(annotation) X(args) X(bases) X(body) X(cases) X(cause) X(comparators) X(cls) X(decorator_list) X(defaults) X(elt) \
  X(elts) X(exc) X(finalbody) X(format_spec) X(func) X(generators) X(guard) X(handlers) X(ifs) X(items) X(iter) X(key) \
  X(keys) X(keywords) X(kwd_patterns) X(kw_defaults) X(kwarg) X(kwonlyargs) X(left) X(lower) X(msg) X(names) X(operand) X(optional_vars) \
  X(orelse) X(pattern) X(patterns) X(posonlyargs) X(returns) X(right) X(slice) X(step) X(subject) X(target) X(targets) \
  X(test) X(type) X(upper) X(value) X(values) X(vararg) X(context_expr)
// clang-format on

enum class Kind : uint8_t {
#define X(name) name,
  AIC_AST_KINDS(X)
#undef X
      Unknown
};
enum class Field : uint8_t {
#define X(name) name,
  AIC_AST_FIELDS(X)
#undef X
      other  // a field that nothing asks for; it counts in the hash
};
enum class Context : uint8_t { Load, Store, Del };

struct Constant {
  enum class Kind : uint8_t { Absent, None, Bool, Int, BigInt, Float, Complex, Str, Bytes, Ellipsis };
  Kind kind = Kind::Absent;
  int64_t integer = 0;   // Int, Bool
  double real = 0;       // Float; the imaginary part of Complex (a literal has no real one)
  std::string text;      // Str (UTF-8), Bytes, BigInt (decimal)
};

struct Node;
using Nodes = std::span<const Node* const>;

struct Slot {
  Field field;
  Nodes nodes;  // one node, or a list; entries of a list may be null (`{**d}`, keyword-only without default)
};

struct Node {
  Kind kind = Kind::Unknown;
  Context context = Context::Load;
  bool has_position = false;
  uint32_t ordinal = 0;            // without a position: that of the node it stands in
  int64_t number = -1;             // FormattedValue.conversion, comprehension.is_async, MatchSingleton (-1 None, 0, 1)
  ir::Position position;           // lines as in the file's text (1 is the first), columns in characters
  std::string text;                // an identifier or an operator's sign; the class name of an Unknown node
  std::vector<std::string> words;  // Global.names, Nonlocal.names, Compare.ops
  Constant constant;
  std::span<const Slot> slots;

  [[nodiscard]] Nodes list(Field f) const {
    for (const Slot& s : slots)
      if (s.field == f) return s.nodes;
    return {};
  }
  [[nodiscard]] const Node* child(Field f) const {
    Nodes nodes = list(f);
    return nodes.empty() ? nullptr : nodes[0];
  }
  // A child that the grammar says is there.
  [[nodiscard]] const Node& at(Field f) const {
    const Node* n = child(f);
    AIC_CHECK(n, "a syntax tree lacks a field");
    return *n;
  }
  [[nodiscard]] bool is(Kind k) const { return kind == k; }
  [[nodiscard]] bool is_function() const { return is(Kind::FunctionDef) || is(Kind::AsyncFunctionDef) || is(Kind::Lambda); }
  // In the place of an expression: a lambda, or what lazy_generator.cpp makes.
  [[nodiscard]] bool is_anonymous() const { return is(Kind::Lambda) || (is(Kind::FunctionDef) && text == "<genexpr>"); }
  [[nodiscard]] bool is_comprehension() const {
    return is(Kind::ListComp) || is(Kind::SetComp) || is(Kind::DictComp) || is(Kind::GeneratorExp);
  }
};

class Tree {
 public:
  Tree() = default;
  Tree(const Tree&) = delete;
  Tree& operator=(const Tree&) = delete;
  ~Tree();
  [[nodiscard]] Node& make();
  [[nodiscard]] Nodes keep(const std::vector<const Node*>&);
  [[nodiscard]] std::span<const Slot> keep(const std::vector<Slot>&);
  const Node* root = nullptr;

 private:
  std::pmr::monotonic_buffer_resource arena_{16384};
  std::vector<Node*> nodes_;
};

// 128 bits over kinds, fields, names and constants: equal for functions that differ in places and comments only.
// Decorators of the function itself are left out: they are not compiled with it.
struct Hash {
  uint64_t low = 0, high = 0;
  bool operator==(const Hash&) const = default;
  void mix(uint64_t);
  void mix(std::string_view);
  [[nodiscard]] std::string text() const;  // 32 hex digits
};
void mix_tree(Hash&, const Node& function);

// Numbers the nodes below a function in pre-order, and gives their positions relative to `first_line` as a table.
[[nodiscard]] std::vector<ir::Position> number_nodes(const Node& function, int first_line);

[[nodiscard]] std::string_view name(Kind);

}  // namespace aic::frontend
