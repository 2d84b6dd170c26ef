// Algebra by one-line rules: the table below is the documentation.
//
// What holds for exact and for wrapping integers is said of `int`; floating-point rules hold for every value with nan, inf
// and −0 among them. x * 0.0 is not folded: x may be inf or nan. x + 0.0 is not folded: −0 + 0.0 is 0. x - x is not folded
// for floats: inf - inf. An op made anew is `exact` if all that it replaces were.
//
//   %2 = power %x, %two        →      %2 = multiply %x, %x
//
// After fold (rules want constants seen), before cse (which wants one shape for one thing). Cost: a look-up by code for
// each op, then the few rules of that code.
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <memory>
#include <unordered_map>

#include "ir/builder.h"
#include "passes/constants.h"
#include "passes/effects.h"
#include "passes/passes.h"

namespace aic::passes {
using namespace ir;

namespace {
enum class For : uint8_t { Int, Float, Real, Bool, Any };  // dtype of the root's first operand

struct Line {
  For type;
  std::string_view from, to;
  bool arrays = false;  // also for whole arrays: only where the result is made anew from the same operands
};
constexpr Line lines[] = {
    // sums
    {For::Int, "add(x, 0)", "x"},
    {For::Float, "add(x, -0.0)", "x"},
    {For::Int, "subtract(x, 0)", "x"},
    {For::Float, "subtract(x, 0.0)", "x"},
    {For::Int, "subtract(x, x)", "0"},
    {For::Int, "subtract(0, x)", "negative(x)"},
    {For::Float, "subtract(-0.0, x)", "negative(x)"},
    {For::Any, "negative(negative(x))", "x"},
    {For::Real, "add(x, negative(y))", "subtract(x, y)"},
    {For::Real, "subtract(x, negative(y))", "add(x, y)"},
    {For::Int, "subtract(add(x, y), y)", "x"},
    {For::Int, "subtract(x, subtract(x, y))", "y"},
    {For::Int, "add(subtract(x, y), y)", "x"},
    // products
    {For::Real, "multiply(x, 1)", "x"},
    {For::Int, "multiply(x, 0)", "0"},
    {For::Real, "multiply(x, -1)", "negative(x)"},
    {For::Real, "multiply(negative(x), negative(y))", "multiply(x, y)"},
    {For::Float, "divide(x, 1)", "x"},
    {For::Float, "divide(x, -1)", "negative(x)"},
    {For::Int, "floor_divide(x, 1)", "x"},
    {For::Int, "remainder(x, 1)", "0"},
    {For::Real, "power(x, 1)", "x"},
    {For::Real, "power(x, 2)", "multiply(x, x)", true},
    {For::Real, "square(x)", "multiply(x, x)", true},
    // order
    {For::Real, "minimum(x, x)", "x"},
    {For::Real, "maximum(x, x)", "x"},
    {For::Int, "minimum(maximum(x, y), x)", "x"},
    {For::Int, "maximum(minimum(x, y), x)", "x"},
    {For::Real, "absolute(absolute(x))", "absolute(x)"},
    {For::Float, "absolute(negative(x))", "absolute(x)"},
    // bits
    {For::Int, "bitwise_and(x, x)", "x"},
    {For::Int, "bitwise_or(x, x)", "x"},
    {For::Int, "bitwise_xor(x, x)", "0"},
    {For::Int, "bitwise_and(x, 0)", "0"},
    {For::Int, "bitwise_or(x, 0)", "x"},
    {For::Int, "bitwise_xor(x, 0)", "x"},
    {For::Int, "left_shift(x, 0)", "x"},
    {For::Int, "right_shift(x, 0)", "x"},
    {For::Int, "invert(invert(x))", "x"},
    // truth; nan makes `not (x < y)` and `x >= y` differ
    {For::Bool, "logical_not(logical_not(x))", "x"},
    {For::Bool, "logical_and(x, 1)", "x"},
    {For::Bool, "logical_and(x, 0)", "0"},
    {For::Bool, "logical_and(x, x)", "x"},
    {For::Bool, "logical_or(x, 0)", "x"},
    {For::Bool, "logical_or(x, 1)", "1"},
    {For::Bool, "logical_or(x, x)", "x"},
    {For::Bool, "bitwise_and(x, 1)", "x"},
    {For::Bool, "bitwise_and(x, 0)", "0"},
    {For::Bool, "bitwise_or(x, 0)", "x"},
    {For::Bool, "bitwise_or(x, 1)", "1"},
    {For::Bool, "not_equal(x, 0)", "x"},
    {For::Bool, "equal(x, 1)", "x"},
    {For::Bool, "equal(x, 0)", "logical_not(x)"},
    {For::Bool, "logical_not(equal(x, y))", "not_equal(x, y)"},
    {For::Bool, "logical_not(not_equal(x, y))", "equal(x, y)"},
    {For::Int, "equal(x, x)", "1"},
    {For::Int, "not_equal(x, x)", "0"},
    {For::Int, "less(x, x)", "0"},
    {For::Int, "less_equal(x, x)", "1"},
    {For::Int, "greater(x, x)", "0"},
    {For::Int, "greater_equal(x, x)", "1"},
    {For::Bool, "select(logical_not(c), x, y)", "select(c, y, x)"},
};

// ---- the table, read once ----
struct Pattern {
  OpCode code{};
  char name = 0;          // a variable
  bool literal = false;
  double number = 0;
  std::vector<Pattern> parts;
};
struct Rule {
  const Line* line;
  Pattern from, to;
};

void skip_blanks(std::string_view& s) {
  while (!s.empty() && (s[0] == ' ' || s[0] == ',')) s.remove_prefix(1);
}
Pattern read(std::string_view& s, bool& known) {
  skip_blanks(s);
  Pattern p;
  if (std::isdigit(s[0]) || s[0] == '-') {
    p.literal = true;
    auto end = std::from_chars(s.data(), s.data() + s.size(), p.number).ptr;
    s.remove_prefix(size_t(end - s.data()));
    return p;
  }
  size_t n = 0;
  while (n < s.size() && (std::isalpha(s[n]) || s[n] == '_')) ++n;
  std::string_view word = s.substr(0, n);
  s.remove_prefix(n);
  if (n == 1) return p.name = word[0], p;
  known &= find_op(word, p.code);
  s.remove_prefix(1);  // (
  while (skip_blanks(s), s[0] != ')') p.parts.push_back(read(s, known));
  s.remove_prefix(1);
  return p;
}
const std::unordered_map<uint16_t, std::vector<Rule>>& rules() {
  static const auto table = [] {
    std::unordered_map<uint16_t, std::vector<Rule>> t;
    for (const Line& line : lines) {
      bool known = true;
      std::string_view from = line.from, to = line.to;
      Rule r{&line, read(from, known), read(to, known)};
      if (known) t[uint16_t(r.from.code)].push_back(std::move(r));
    }
    return t;
  }();
  return table;
}

bool is_for(For want, DType d) {
  switch (want) {
    case For::Int: return is_integer(d);
    case For::Float: return is_float(d);
    case For::Real: return is_integer(d) || is_float(d);
    case For::Bool: return d == DType::Bool;
    case For::Any: return true;
  }
  return false;
}

class Simplifier {
 public:
  explicit Simplifier(Function& f) : f_(f) {}
  bool run() {
    bool changed = false;
    for (OpId id : f_.ops_below(f_.body())) {
      // A rule's result may be another rule's beginning; chains are short.
      for (int n = 0; n < 4 && !f_.is_erased(id); ++n) {
        OpId made = apply(id);
        if (!made) break;
        changed = true;
        id = made;
      }
    }
    if (changed) cut_dead_ends(f_);  // a test may have become known
    return changed;
  }

 private:
  // Is it v = x ± k without overflow? Then x, and ±k.
  std::optional<std::pair<ValueId, int64_t>> shifted(ValueId v) const {
    OpId def = f_.defining_op(v);
    if (!is(f_, def, "add"_op) && !is(f_, def, "subtract"_op)) return {};
    std::optional<int64_t> k = find_integer(f_, f_.op(def).operands[1]);
    if (!k || !f_.int_attr(def, "exact") || !f_.type(v).is(TypeKind::Int) || std::abs(*k) >> 32) return {};
    return std::pair(f_.op(def).operands[0], is(f_, def, "add"_op) ? *k : -*k);
  }
  // x + 1 - 2 is x - 1.
  OpId join_shifts(OpId id) {
    auto outer = shifted(f_.op(id).results[0]);
    auto inner = outer ? shifted(outer->first) : std::nullopt;
    if (!inner) return {};
    Builder b = Builder::before(f_, id);
    b.span = f_.op(id).span;
    int64_t k = inner->second + outer->second;
    OpCode code = k < 0 ? "subtract"_op : "add"_op;
    ValueId v =
        k ? b.make(code, {inner->first, b.integer(std::abs(k))}, Type::integer(), {{"exact", int64_t(1)}}) : inner->first;
    f_.replace_uses(f_.op(id).results[0], v);
    f_.erase(id);
    return f_.defining_op(v) ? f_.defining_op(v) : id;
  }
  // Returns the op that now computes the value; none when no rule fits.
  OpId apply(OpId id) {
    if (f_.op(id).results.size() != 1) return {};
    if (OpId joined = join_shifts(id)) return joined;
    const Op& op = f_.op(id);
    auto it = rules().find(uint16_t(op.code));
    if (it == rules().end()) return {};
    Type type = f_.type(op.results[0]);
    if (!type.is_number() && !type.is_array()) return {};
    for (const Rule& r : it->second) {
      if (type.is_array() && !r.line->arrays) continue;
      if (!is_for(r.line->type, f_.type(op.operands[0]).dtype())) continue;
      bound_ = {};
      exact_ = true;
      if (!match_op(r.from, id)) continue;
      if (r.to.name && f_.type(value_of(r.to.name)) != type) continue;
      return rewrite(id, r, type);
    }
    return {};
  }
  OpId rewrite(OpId id, const Rule& r, Type type) {
    Builder b = Builder::before(f_, id);
    b.span = f_.op(id).span;
    Type operand = f_.type(f_.op(id).operands[0]);
    ValueId v = build(b, r.to, type, operand.is_number() ? operand : operand.element());
    f_.replace_uses(f_.op(id).results[0], v);
    f_.erase(id);
    return f_.defining_op(v) ? f_.defining_op(v) : id;
  }
  ValueId& value_of(char name) { return bound_[size_t(name - 'a')]; }

  bool match(const Pattern& p, ValueId v) {
    if (p.name) {
      ValueId& bound = value_of(p.name);
      if (bound) return bound == v;
      return bound = v, true;
    }
    if (p.literal) {
      std::optional<Number> n = find_number(f_, v);
      if (!n || n->im != 0) return false;
      if (n->is_integral()) return !std::signbit(p.number) || p.number != 0 ? double(n->i) == p.number : false;
      return n->re == p.number && std::signbit(n->re) == std::signbit(p.number);
    }
    OpId def = f_.defining_op(v);
    return is(f_, def, p.code) && f_.type(v).is_number() && match_op(p, def);
  }
  bool match_op(const Pattern& p, OpId id) {
    const std::vector<ValueId>& in = f_.op(id).operands;
    if (in.size() != p.parts.size()) return false;
    auto kept = bound_;
    bool exact = exact_ && f_.int_attr(id, "exact");
    if (match_parts(p, in, false)) return exact_ = exact, true;
    bound_ = kept;
    if (!(record(p.code).traits & Commutative) || in.size() != 2) return false;
    if (match_parts(p, in, true)) return exact_ = exact, true;
    bound_ = kept;
    return false;
  }
  bool match_parts(const Pattern& p, const std::vector<ValueId>& in, bool swapped) {
    for (size_t k = 0; k < in.size(); ++k)
      if (!match(p.parts[k], in[swapped ? in.size() - 1 - k : k])) return false;
    return true;
  }

  ValueId build(Builder& b, const Pattern& p, Type type, Type literal) {
    if (p.name) return value_of(p.name);
    if (p.literal) return b.number(p.number, type.is_array() ? literal : type);
    std::vector<ValueId> in;
    for (const Pattern& part : p.parts) in.push_back(build(b, part, part.literal ? literal : type, literal));
    std::vector<NamedAttr> attrs;
    if (exact_) attrs.push_back({"exact", int64_t(1)});
    return b.make(p.code, in, type, std::move(attrs));
  }

  Function& f_;
  std::array<ValueId, 26> bound_{};
  bool exact_ = true;
};
}  // namespace

bool simplify(Function& f, PassContext&) { return Simplifier(f).run(); }

}  // namespace aic::passes
