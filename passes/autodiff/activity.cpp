// See activity.h. A fixpoint over the ops in order; functions are small and few rounds suffice.
#include "passes/autodiff/activity.h"

#include <algorithm>

#include "ir/ops/table.h"
#include "passes/autodiff/singular.h"
#include "passes/effects.h"
#include "passes/memory/alias.h"

namespace aic::passes::autodiff {
using namespace ir;

bool is_inexact(Type t) {
  if (t.is_number() || t.is_array()) return is_float(t.dtype()) || is_complex(t.dtype());
  if (!t.is_tuple() && !t.is_list() && !t.is(TypeKind::Union) && !t.is(TypeKind::Cell)) return false;
  for (Type e : t.elements())
    if (is_inexact(e)) return true;
  return false;
}

bool holds_object(Type t) {
  if (t.is_object()) return true;
  if (!t.is_tuple() && !t.is_list() && !t.is(TypeKind::Union) && !t.is(TypeKind::Cell)) return false;
  for (Type e : t.elements())
    if (holds_object(e)) return true;
  return false;
}

SpanId users_place(const Module& m, SpanId span) {
  while (span && span.index && m.source_of(span).file.find("/aic/lib/") != std::string::npos) {
    SpanId outer = m.spans[span.index].inlined_at;
    if (!outer || !outer.index) break;
    span = outer;
  }
  return span;
}
bool is_custom(const Function& f, OpId id) { return is(f, id, "call"_op) && f.find_attr(id, "custom"); }
CustomLeaves custom_leaves(const Function& f, OpId id) {
  const std::vector<int64_t>& n = f.list_attr(id, "leaves");
  AIC_CHECK(n.size() == 4);
  return {size_t(n[0]), size_t(n[1]), size_t(n[2]), size_t(n[3])};
}

std::vector<Flow> flows_of(const Function& f, OpId id) {
  std::vector<Flow> out;
  const Op& o = f.op(id);
  auto pair = [&](const std::vector<ValueId>& from, size_t skip, const std::vector<ValueId>& to, size_t skip_to) {
    for (size_t k = 0; k + skip < from.size() && k + skip_to < to.size(); ++k) out.push_back({from[k + skip], to[k + skip_to]});
  };
  if (is(f, id, "if"_op)) {
    for (RegionId r : o.regions)
      if (is(f, f.terminator(r), "yield"_op)) pair(f.op(f.terminator(r)).operands, 0, o.results, 0);
    return out;
  }
  if (!(record_of(f, id).traits & Loop)) return out;
  bool counted = is(f, id, "for"_op);
  const std::vector<ValueId>& first = f.region(o.regions[0]).arguments;
  pair(o.operands, counted ? 3 : 0, first, counted ? 1 : 0);
  if (counted) pair(o.operands, 3, o.results, 0);
  for (RegionId r : o.regions)
    for (OpId e : f.ops_below(r)) {
      if (!counted && is(f, e, "condition"_op) && f.op(e).parent == o.regions[0]) {
        pair(f.op(e).operands, 1, f.region(o.regions[1]).arguments, 0);
        pair(f.op(e).operands, 1, o.results, 0);
      }
      if (!(record_of(f, e).traits & Exit) || loop_of_exit(f, e) != id) continue;
      if (is(f, e, "continue"_op)) {
        pair(f.op(e).operands, 0, first, counted ? 1 : 0);
        if (counted) pair(f.op(e).operands, 0, o.results, 0);
      }
      if (is(f, e, "break"_op)) pair(f.op(e).operands, 0, o.results, 0);
    }
  return out;
}

Activity::Activity(const Function& f, const std::vector<ValueId>& inputs, const std::vector<ValueId>& outputs)
    : f_(f), order_(f.ops_below(f.body())), flags_(f.value_count()), classes_(f.value_count()) {
  for (uint32_t k = 0; k < classes_.size(); ++k) classes_[k] = k;
  unite_arrays();
  auto writes = [&](OpId id) {  // to what arrays hold, not which arrays a list holds
    bool of_list = is(f_, id, "list.store"_op) || is(f_, id, "list.resize"_op) || is(f_, id, "list.rotate"_op);
    return record_of(f_, id).has(Writes) && !of_list;
  };
  for (OpId id : order_)
    if (writes(id) || (is(f_, id, "call"_op) && !is_custom(f_, id)))
      for (ValueId v : f_.op(id).operands)
        if (holds_array(f_.type(v))) {
          flags_[key(v)] |= Written;
          if (!is(f_, id, "call"_op)) break;  // operand 0 is the target
        }
  bool asks = std::any_of(order_.begin(), order_.end(), [&](OpId id) {
    return is(f_, id, "isnan"_op) || is(f_, id, "isinf"_op) || is(f_, id, "isfinite"_op);
  });
  for (ValueId v : inputs) {
    set(v, Varied);
    if (asks) set(v, Wild);
  }
  for (ValueId v : outputs) set(v, Useful);
  do {
    changed_ = false;
    for (OpId id : order_) visit(id);
  } while (changed_);
}

uint32_t Activity::key(ValueId v) const {
  uint32_t k = v.index;
  while (classes_[k] != k) k = classes_[k] = classes_[classes_[k]];
  return k;
}
void Activity::unite(ValueId a, ValueId b) {
  if (holds_array(f_.type(a)) && holds_array(f_.type(b))) classes_[key(a)] = key(b);
}
void Activity::unite_arrays() {
  for (OpId id : order_) {
    const Op& o = f_.op(id);
    for (const Flow& p : flows_of(f_, id)) unite(p.from, p.to);
    bool holds = is(f_, id, "tuple"_op) || is(f_, id, "tuple.get"_op) || is(f_, id, "union.make"_op) ||
                 is(f_, id, "union.get"_op) || is(f_, id, "cell.new"_op) || is(f_, id, "cell.get"_op) ||
                 is(f_, id, "cell.set"_op) || is(f_, id, "list.load"_op) || is(f_, id, "list.store"_op) ||
                 is(f_, id, "call"_op);
    if (record_of(f_, id).has(View)) unite(o.results[0], o.operands[0]);
    if (!holds || is_custom(f_, id)) continue;  // what a custom function gives is new
    for (ValueId v : o.operands)
      for (ValueId r : o.results) unite(v, r);
    for (size_t k = 1; k < o.operands.size(); ++k) unite(o.operands[0], o.operands[k]);
  }
}

bool Activity::set(ValueId v, Flag flag) {
  if (!is_inexact(f_.type(v)) || flags_[key(v)] & flag) return false;
  flags_[key(v)] |= flag;
  return changed_ = true;
}
void Activity::flow(ValueId from, ValueId to) {
  if (is_varied(from)) set(to, Varied);
  if (is_useful(to)) set(from, Useful);
  if (is_wild(from)) set(to, Wild);
  if (is_steep(to)) set(from, Steep);
}
void Activity::flow_control(OpId id) {
  for (const Flow& p : flows_of(f_, id)) flow(p.from, p.to);
  if (is(f_, id, "if"_op) || (record_of(f_, id).traits & Loop)) return;
  // `generate`, and what is not known: all that is looked at within goes into the results.
  for (ValueId to : f_.op(id).results) {
    for (ValueId v : f_.op(id).operands) flow(v, to);
    for (RegionId r : f_.op(id).regions)
      for (ValueId v : f_.op(f_.terminator(r)).operands) flow(v, to);
  }
}
void Activity::visit(OpId id) {
  const Op& o = f_.op(id);
  if (!o.regions.empty()) return flow_control(id);
  if (is(f_, id, "store"_op) || is(f_, id, "assign"_op) || is(f_, id, "cell.set"_op) || is(f_, id, "list.store"_op))
    return flow(o.operands[1], o.operands[0]);
  if (is_custom(f_, id)) {
    set(o.results[0], Wild);
    for (size_t k = 0; k < custom_leaves(f_, id).arguments; ++k) flow(o.operands[k], o.results[0]);
    return;
  }
  if (is(f_, id, "call"_op))  // which may store what it is given into what it is given
    for (ValueId from : o.operands)
      for (ValueId to : o.operands)
        if (holds_array(f_.type(to))) flow(from, to);
  const OpRecord& r = record_of(f_, id);
  if (is_singular(f_, id)) set(o.results[0], Wild);
  if (is_steep_op(f_, id)) set(o.operands[0], Steep);
  for (size_t k = 0; k < o.operands.size(); ++k) {
    bool known = r.tier == Tier::Elementwise && r.derivative.none.empty();
    if (known && (k >= r.derivative.rule.size() || !r.derivative.rule[k]) && !r.has(ResultGiven)) continue;
    for (ValueId v : o.results) flow(o.operands[k], v);
  }
}

}  // namespace aic::passes::autodiff
