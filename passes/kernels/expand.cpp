// Whole-array operations become kernels and loops (tensor form → loop form), fused on demand.
//
//   %s = add %a, %b : f64[::1]                  %o = empty %n : f64[::1]
//   %t = sqrt %s : f64[::1]             →       kernel %n { (%i: int): … load, load, add, sqrt, store %o … yield }
//   return %t                                   return %o
//
// plan.h says which values get memory; nest.h writes loops; here ops are walked in order and each is expanded in place.
// What is virtual is erased at the end, when all its consumers have taken its elements.
#include "passes/kernels/expand.h"

#include <algorithm>
#include <cmath>

#include "ir/ops/table.h"
#include "passes/constants.h"
#include "passes/effects.h"
#include "passes/passes.h"

namespace aic::passes {

using namespace ir;

ValueId write_versions(Expansion& e, OpId id, const std::vector<ValueId>& sources, bool has_value, Axes axes,
                       const std::function<ValueId(Nest&)>& write) {
  SpanId span = e.f.op(id).span;
  Stretches stretches;
  for (ValueId v : sources) collect_stretches(e, v, axes == Axes::Innermost, stretches);
  Nest before(e, id, span);
  if (stretches.empty()) return write(before);
  ValueId all;
  for (const Stretch& s : decisive(stretches)) {
    ValueId equal = before.make("equal"_op, {before.emit(s.from), before.emit(s.to)}, Type::boolean());
    all = all ? before.make("logical_and"_op, {all, equal}, Type::boolean()) : equal;
  }
  std::vector<Type> types;
  if (has_value) types.push_back(e.f.type(e.f.op(id).results[0]));
  OpId branch = before.here().op("if"_op, std::span(&all, 1), types, {}, 2);
  for (bool general : {false, true}) {
    Nest arm(e, e.f.op(branch).regions[size_t(general)], span, general ? Stretches{} : stretches);
    arm.rare = general;
    ValueId v = write(arm);
    arm.here().op("yield"_op, std::span(&v, has_value ? 1 : 0), {});
  }
  return has_value ? e.f.op(branch).results[0] : ValueId{};
}

ValueId new_array(Expansion& e, OpId before, const std::vector<Extent>& extents, Type type) {
  Nest n(e, before, e.f.op(before).span);
  std::vector<ValueId> values;
  for (const Extent& x : extents) values.push_back(n.emit(x));
  return n.here().make("empty"_op, values, type);
}

void write_kernels(Nest& n, const std::vector<Extent>& extents, const std::vector<int>& order,
                   const std::function<void(const Indices&)>& body) {
  Indices indices(extents.size());
  for (int axis : order) indices[size_t(axis)] = n.open_kernel(extents[size_t(axis)]);
  body(indices);
  for (size_t k = 0; k < order.size(); ++k) n.close_kernel();
}

std::vector<int> memory_order(Type t) {
  std::vector<int> order;
  for (int k = 0; k < t.rank(); ++k) order.push_back(k);
  if (t.rank() > 1 && t.layout() == Layout::F) std::reverse(order.begin(), order.end());
  return order;
}

void finish(Expansion& e, OpId id, ValueId value) {
  if (value) {
    ValueId old = e.f.op(id).results[0];
    e.f.replace_uses(old, value);
    e.aliases.adopt(value, old);
  }
  e.f.erase(id);
}

// All bits of the value are 0, so that memory may be born zeroed.
static bool is_zero(const Function& f, ValueId v) {
  std::optional<Number> n = find_number(f, v);
  return n && !n->is_truthy() && !std::signbit(n->re) && !std::signbit(n->im);
}

void expand_elementwise(Expansion& e, OpId id) {
  ValueId v = e.f.op(id).results[0];
  Type type = e.f.type(v);
  std::vector<Extent> extents = e.extents.all(v);
  ValueId out = new_array(e, id, extents, type);
  if (is(e.f, id, "full"_op) && is_zero(e.f, e.f.op(id).operands[0])) {
    e.f.set_attr(e.f.defining_op(out), "zeroed", int64_t(1));
    return finish(e, id, out);
  }
  std::vector<ValueId> sources = e.f.op(id).operands;
  write_versions(e, id, sources, false, Axes::Innermost, [&](Nest& n) {
    write_kernels(n, extents, memory_order(type),
                  [&](const Indices& at) { n.store(out, n.scalar(n.compute(id, at), type.element()), at); });
    return ValueId{};
  });
  finish(e, id, out);
}

namespace {

class Walk {
 public:
  explicit Walk(Expansion& e) : e_(e), f_(e.f) {}

  void region(RegionId r) {
    for (OpId id : f_.ops_in(r)) {
      for (RegionId inner : std::vector<RegionId>(f_.op(id).regions)) region(inner);
      op(id);
    }
  }
  // Backwards: a virtual value goes when its users have gone.
  void sweep() {
    for (size_t k = dead_.size(); k-- > 0;) {
      const Op& op = f_.op(dead_[k]);
      bool used = false;
      for (ValueId v : op.results) used |= !f_.value(v).uses.empty();
      if (!used) f_.erase(dead_[k]);
    }
  }
  [[nodiscard]] bool changed() const { return changed_; }

 private:
  void op(OpId id) {
    const Op& op = f_.op(id);
    OpCode c = op.code;
    const OpRecord& r = record(c);
    if (c == "extent"_op) return extent(id);
    if (c == "load"_op) return load(id);
    if (r.has(View)) return dead_.push_back(id);
    bool array = !op.results.empty() && f_.type(op.results[0]).is_array();
    bool elementwise = r.tier == Tier::Elementwise && array;
    if (!elementwise && r.tier != Tier::Structural) return;
    changed_ = true;
    if (array && e_.plan.is_virtual(op.results[0])) return dead_.push_back(id);
    if (c == "assign"_op) return expand_assign(e_, id);
    if (c == "reduce"_op) return expand_reduce(e_, id);
    if (c == "argreduce"_op) return expand_argreduce(e_, id);
    if (c == "scan"_op) return expand_scan(e_, id);
    if (c == "matmul"_op) return expand_matmul(e_, id);
    if (elementwise || c == "full"_op || c == "copy"_op || c == "generate"_op || c == "gather"_op)
      return expand_elementwise(e_, id);
    internal_error("no expansion", __FILE__, __LINE__, print(f_, id));
  }
  // Of an array that is virtual: this element is computed here.
  void load(OpId id) {
    ValueId a = f_.op(id).operands[0], base = a;
    while (f_.defining_op(base) && folds(f_, f_.defining_op(base)) && !e_.plan.is_virtual(base))
      base = f_.op(f_.defining_op(base)).operands[0];
    if (!e_.plan.is_virtual(base)) return;
    Nest n(e_, id, f_.op(id).span);
    Indices at;
    for (size_t k = 1; k < f_.op(id).operands.size(); ++k) at.push_back(n.affine(f_.op(id).operands[k]));
    f_.replace_uses(f_.op(id).results[0], n.scalar(n.element(a, at), f_.type(f_.op(id).results[0])));
    f_.erase(id);
    changed_ = true;
  }
  // The array may be virtual: its extents are what its maker's operands say.
  void extent(OpId id) {
    ValueId a = f_.op(id).operands[0];
    int axis = int(f_.int_attr(id, "axis"));
    Extent x = e_.extents.of(a, axis);
    if (x == Extent{a, axis, -1}) return;
    Nest n(e_, id, f_.op(id).span);
    f_.replace_uses(f_.op(id).results[0], n.emit(x));
    f_.erase(id);
    changed_ = true;
  }

  Expansion& e_;
  Function& f_;
  std::vector<OpId> dead_;
  bool changed_ = false;
};

bool has_arrays(const Function& f) {
  for (size_t k = 0; k < f.value_count(); ++k)
    if (f.type(ValueId(k)).is_array()) return true;
  return false;
}

}  // namespace

bool expand(Function& f, PassContext&) {
  if (!has_arrays(f)) return false;
  mark_symmetric_products(f);
  Expansion e(f);
  Walk walk(e);
  walk.region(f.body());
  walk.sweep();
  return walk.changed();
}

}  // namespace aic::passes
