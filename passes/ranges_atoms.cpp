// What ints are by their definitions: polynomials, bounds, cases. See ranges.h.
#include "ir/ops/table.h"
#include "passes/constants.h"
#include "passes/effects.h"
#include "passes/ranges.h"
#include "passes/shapes.h"

namespace aic::passes {
using namespace ir;

constexpr Wide one = 1;

Ranges::Interval Ranges::type_interval(ValueId v) const {
  OpId def = f_.defining_op(v);
  bool parameter = !def && f_.value(v).region == f_.body();
  if (is(f_, def, "extent"_op)) {
    ValueId array = f_.op(def).operands[0];
    bool of_parameter = !f_.defining_op(array) && f_.value(array).region == f_.body();
    return {0, small_ && of_parameter ? (one << 31) - 1 : one << 47};
  }
  if (is(f_, def, "check.broadcast"_op) || is(f_, def, "union.tag"_op)) return {0, one << 47};
  if (is(f_, def, "str.length"_op) || is(f_, def, "table.count"_op)) return {0, one << 47};
  if (is(f_, def, "table.insert"_op) || is(f_, def, "table.insert_hashed"_op)) return {0, one << 47};
  if (is(f_, def, "list.length"_op)) return {0, one << 59};  // elements may take no memory: rt::list_grow has the limit
  if (is(f_, def, "str.at"_op)) return {0, f_.type(f_.op(def).operands[0]) == Type::bytes() ? 255 : 0x10FFFF};
  if (parameter && small_ && f_.type(v).is(TypeKind::Int)) return {-(one << 31), (one << 31) - 1};
  if (!f_.type(v).is_number()) return {-(one << 63), (one << 63) - 1};
  DType d = f_.type(v).dtype();
  if (d == DType::Bool) return {0, 1};
  if (!is_integer(d)) return {-(one << 63), (one << 63) - 1};
  int bits = 8 * byte_size(d);
  return is_signed(d) ? Interval{-(one << (bits - 1)), (one << (bits - 1)) - 1} : Interval{0, (one << bits) - 1};
}

// ---- polynomials ----
Poly Ranges::poly(ValueId v) {
  auto it = polys_.find(v.index);
  if (it != polys_.end()) return it->second;
  polys_.emplace(v.index, Poly::of(v));  // a cycle through loop state ends here
  Poly p = make_poly(v);
  if (p.lost) p = Poly::of(v);
  return polys_[v.index] = p;
}

std::optional<Poly> Ranges::exact(std::string_view op, std::span<const ValueId> x) {
  if (x.empty() || !is_int(x[0])) return {};
  if (op == "negative") return Poly() - poly(x[0]);
  if (x.size() != 2) return {};
  Poly a = poly(x[0]), b = poly(x[1]);
  if (op == "add") return a + b;
  if (op == "subtract") return a - b;
  if (op == "multiply") return a * b;
  if (op == "power" && b.is_constant() && b.constant == 2) return a * a;
  if (op == "left_shift" && b.is_constant() && b.constant >= 0 && b.constant < 63) return a * Poly(one << int(b.constant));
  return {};
}

Poly Ranges::make_poly(ValueId v) {
  if (std::optional<int64_t> n = find_integer(f_, v)) return Poly(*n);
  OpId id = f_.defining_op(v);
  uint32_t k = f_.value(v).index;
  if (!id) {
    // The second region of a `while` sees what its condition passed on.
    RegionId r = f_.value(v).region;
    OpId loop = f_.region(r).op;
    if (!is(f_, loop, "while"_op) || r != f_.op(loop).regions[1]) return Poly::of(v);
    OpId test = f_.terminator(f_.op(loop).regions[0]);
    return is(f_, test, "condition"_op) ? poly(f_.op(test).operands[1 + k]) : Poly::of(v);
  }
  const Op& op = f_.op(id);
  if (op.code == "while"_op) {
    OpId test = f_.terminator(op.regions[0]);
    bool alone = is(f_, test, "condition"_op) && exits_of(id, "break"_op).empty();
    return alone ? poly(f_.op(test).operands[1 + k]) : Poly::of(v);
  }
  if (op.code == "extent"_op) {
    ExtentSource e = extent_source(f_, op.operands[0], int(f_.int_attr(id, "axis")));
    if (e.constant >= 0) return Poly(e.constant);
    if (e.value) return poly(e.value);
    uint64_t key = uint64_t(e.array.index) << 8 | uint64_t(e.axis);
    return Poly::of(extents_.try_emplace(key, v).first->second);
  }
  if (op.code == "assume.index"_op || (op.code == "check.zero"_op && is_int(v))) return poly(op.operands[0]);
  if (op.code == "check.fits"_op && is_int(v) && is_int(op.operands[0])) return poly(op.operands[0]);
  if (op.code == "cast"_op && is_int(v) && is_int(op.operands[0])) {
    Interval from = type_interval(op.operands[0]), to = type_interval(v);
    return from.low >= to.low && from.high <= to.high ? poly(op.operands[0]) : Poly::of(v);
  }
  bool checked = op.code == "check.overflow"_op;
  if (!checked && !f_.int_attr(id, "exact")) return Poly::of(v);
  std::string_view name = checked ? std::string_view(f_.text_attr(id, "op")) : record(op.code).name;
  std::optional<Poly> p = exact(name, op.operands);
  // A product stays an atom, whose bounds are its factors' intervals and the product itself, multiplied out.
  bool product = (name == "multiply" || name == "power") && p && !poly(op.operands[0]).is_constant() &&
                 !poly(op.operands[1]).is_constant();
  return p && !product && name != "power" ? *p : Poly::of(v);
}

// ---- bounds that hold wherever the value is ----
const std::vector<Ranges::Bound>& Ranges::bounds_by_definition(uint32_t atom) {
  static const std::vector<Bound> none;
  auto it = definitions_.find(atom);
  if (it != definitions_.end()) return it->second;
  if (!making_.insert(atom).second) return none;
  std::vector<Bound> made = make_bounds(ValueId(size_t(atom)));
  making_.erase(atom);
  return definitions_[atom] = std::move(made);
}
std::vector<Ranges::Bound> Ranges::make_bounds(ValueId v) {
  OpId id = f_.defining_op(v);
  if (!id) return bounds_of_argument(v);
  if (is(f_, id, "for"_op)) return bounds_of_result(id, f_.value(v).index);
  return bounds_of_op(id, v);
}

std::optional<int> Ranges::step_sign(OpId loop) {
  Poly step = poly(f_.op(loop).operands[2]);
  if (step.is_constant()) return step.constant > 0 ? 1 : -1;
  Places here{place_of(loop)};
  if (prove(step.shifted(-1), here, 2)) return 1;
  if (prove((Poly() - step).shifted(-1), here, 2)) return -1;
  return {};
}

std::vector<Ranges::Bound> Ranges::bounds_of_argument(ValueId v) {
  OpId op = f_.region(f_.value(v).region).op;
  uint32_t k = f_.value(v).index;
  if (!op) return {};
  if (is(f_, op, "kernel"_op) || is(f_, op, "generate"_op))
    return {{false, Poly(0)}, {true, poly(f_.op(op).operands[k]).shifted(-1)}};
  if (!is(f_, op, "for"_op) || k > 0) return {};
  Poly start = poly(f_.op(op).operands[0]), stop = poly(f_.op(op).operands[1]);
  std::optional<int> sign = step_sign(op);
  if (!sign) return {};
  if (*sign > 0) return {{false, start}, {true, stop.shifted(-1)}};
  return {{true, start}, {false, stop.shifted(1)}};
}

std::vector<Ranges::Bound> Ranges::bounds_of_op(OpId id, ValueId v) {
  const Op& op = f_.op(id);
  if (op.code == "argreduce"_op && !f_.type(v).is_array()) {  // of an array that is not empty
    ExtentSource e = extent_source(f_, op.operands[0], int(f_.int_attr(id, "axis")));
    if (e.constant >= 0) return {{false, Poly(0)}, {true, Poly(e.constant - 1)}};
    if (!e.value) {
      auto known = extents_.find(uint64_t(e.array.index) << 8 | uint64_t(e.axis));
      if (known == extents_.end()) return {{false, Poly(0)}};
      e.value = known->second;
    }
    return {{false, Poly(0)}, {true, poly(e.value).shifted(-1)}};
  }
  if (op.operands.empty() || !is_int(op.operands[0])) return {};
  std::string_view name = op.code == "check.overflow"_op ? std::string_view(f_.text_attr(id, "op")) : record(op.code).name;
  if (name == "minimum") return {{true, poly(op.operands[0])}, {true, poly(op.operands[1])}};
  if (name == "maximum") return {{false, poly(op.operands[0])}, {false, poly(op.operands[1])}};
  if (name == "absolute") return {{false, Poly(0)}, {false, poly(op.operands[0])}, {false, Poly() - poly(op.operands[0])}};
  if (name == "multiply" || name == "power") {
    if (op.code != "check.overflow"_op && !f_.int_attr(id, "exact")) return {};
    std::optional<Poly> p = exact(name, op.operands);
    if (!p || p->lost) return {};
    return {{false, *p}, {true, *p}};
  }
  if (name == "check.index") {
    Poly i = poly(op.operands[0]);
    std::vector<Bound> b{{false, Poly(0)}, {true, poly(op.operands[1]).shifted(-1)}, {false, i}};
    if (prove(i, place_of(id), 3)) b.push_back({true, i});
    return b;
  }
  if (name == "floor_divide" || name == "remainder" || name == "right_shift") return bounds_of_division(id);
  if (name == "bitwise_and" || name == "bitwise_or" || name == "bitwise_xor") return bounds_of_bits(id);
  return {};
}

std::vector<Ranges::Bound> Ranges::bounds_of_division(OpId id) {
  const Op& op = f_.op(id);
  std::string_view name = op.code == "check.overflow"_op ? std::string_view(f_.text_attr(id, "op")) : record(op.code).name;
  Poly x = poly(op.operands[0]), d = poly(op.operands[1]);
  Places here{place_of(id)};
  bool shift = name == "right_shift";
  std::vector<Bound> b;
  if (shift && d.is_constant() && d.constant >= 0 && d.constant < 63) d = Poly(one << int(d.constant)), shift = false;
  bool natural = prove(x, here, 3);
  if (shift) return natural ? std::vector<Bound>{{false, Poly(0)}, {true, x}} : b;
  bool positive = d.is_constant() ? d.constant > 0 : prove(d.shifted(-1), here, 3);
  if (!positive) return b;
  if (name == "remainder") {
    b = {{false, Poly(0)}, {true, d.shifted(-1)}};
    if (natural) b.push_back({true, x});
    return b;
  }
  if (natural) b = {{false, Poly(0)}, {true, x}};
  if (d.is_constant()) {  // d * q ≤ x and d * q ≥ x - d + 1
    b.push_back({true, x, d.constant});
    b.push_back({false, x.shifted(1 - d.constant), d.constant});
  }
  return b;
}

std::vector<Ranges::Bound> Ranges::bounds_of_bits(OpId id) {
  const Op& op = f_.op(id);
  Poly x = poly(op.operands[0]), y = poly(op.operands[1]);
  Places here{place_of(id)};
  bool a = prove(x, here, 3), b = prove(y, here, 3);
  if (op.code == "bitwise_and"_op) {
    std::vector<Bound> out;
    if (a || b) out.push_back({false, Poly(0)});
    if (a) out.push_back({true, x});
    if (b) out.push_back({true, y});
    return out;
  }
  if (!a || !b) return {};
  std::vector<Bound> out{{false, Poly(0)}, {true, x + y}};
  if (op.code == "bitwise_or"_op) out.push_back({false, x}), out.push_back({false, y});
  // Bits stay below the next power of two of both.
  Wide most = std::max(interval(x, here, 3).high, interval(y, here, 3).high), top = 1;
  while (top <= most) top <<= 1;
  out.push_back({true, Poly(top - 1)});
  return out;
}

// What is not negative if a comparison of ints has this truth; 0 when that cannot be said in one polynomial.
Poly Ranges::supposed_by(ValueId condition, bool truth) {
  OpId id = f_.defining_op(condition);
  if (!id || f_.op(id).operands.size() != 2 || !is_int(f_.op(id).operands[0]) || !is_int(f_.op(id).operands[1])) return Poly(0);
  const Op& op = f_.op(id);
  Poly up = poly(op.operands[1]) - poly(op.operands[0]), down = Poly() - up;
  if (op.code == "less"_op) return truth ? up.shifted(-1) : down;
  if (op.code == "less_equal"_op) return truth ? up : down.shifted(-1);
  if (op.code == "greater"_op) return truth ? down.shifted(-1) : up;
  if (op.code == "greater_equal"_op) return truth ? down : up.shifted(-1);
  return Poly(0);
}

// The values of which the atom is one; empty when it is not of that kind.
std::vector<Ranges::Case> Ranges::cases(uint32_t atom) {
  ValueId v{size_t(atom)};
  OpId id = f_.defining_op(v);
  if (!id) return {};
  const Op& op = f_.op(id);
  uint32_t k = f_.value(v).index;
  if ((op.code == "minimum"_op || op.code == "maximum"_op) && is_int(v)) {
    Poly x = poly(op.operands[0]), y = poly(op.operands[1]), d = op.code == "minimum"_op ? y - x : x - y;
    return {{x, -1, d}, {y, -1, Poly() - d}};
  }
  if (op.code == "select"_op && is_int(v)) {
    ValueId c = op.operands[0];
    return {{poly(op.operands[1]), -1, supposed_by(c, true)}, {poly(op.operands[2]), -1, supposed_by(c, false)}};
  }
  if (op.code == "absolute"_op && f_.int_attr(id, "exact")) return {{poly(op.operands[0])}, {Poly() - poly(op.operands[0])}};
  if (!is_int(v)) return {};
  std::vector<Case> out;
  if (op.code == "if"_op)
    for (RegionId r : op.regions)
      if (OpId end = f_.terminator(r); is(f_, end, "yield"_op)) out.push_back({poly(f_.op(end).operands[k]), place_of(end)});
  if (op.code == "while"_op) {
    OpId test = f_.terminator(op.regions[0]);
    if (!is(f_, test, "condition"_op)) return {};
    out.push_back({poly(f_.op(test).operands[1 + k]), place_of(test)});
    for (OpId e : exits_of(id, "break"_op)) out.push_back({poly(f_.op(e).operands[k]), place_of(e)});
  }
  return out;
}

}  // namespace aic::passes
