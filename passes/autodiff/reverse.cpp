// See reverse.h: the walk through regions, and adding adjoints up.
#include "passes/autodiff/reverse.h"

#include <algorithm>

#include "ir/diagnostics.h"
#include "ir/ops/table.h"
#include "passes/effects.h"

namespace aic::passes::autodiff {
using namespace ir;

Reverse::Reverse(Function& f, Values inputs, Values outputs, PullbackOf pullback_of)
    : f_(f),
      b_(f),
      inputs_(std::move(inputs)),
      outputs_(std::move(outputs)),
      pullback_of_(std::move(pullback_of)),
      activity_(f, inputs_, outputs_),
      aliases_(f) {
  std::vector<OpId> order = f.ops_below(f.body());
  place_.resize(f.op_count());
  for (uint32_t k = 0; k < order.size(); ++k) {
    place_[order[k].index] = k;
    if (record_of(f, order[k]).has(Writes)) writers_.push_back(order[k]);
  }
  for (OpId id : order) refuse_lost(id);
  find_pure();
  find_tracked();
  check_exclusive();
}

// What depends on the inputs must not get out of sight: texts, cells, and lists of other things than numbers.
void Reverse::refuse_lost(OpId id) {
  const Op& o = f_.op(id);
  for (ValueId v : o.operands) {
    if (!activity_.is_varied(v)) continue;
    if (type(v).is_list() && activity_.is_active(v)) check_list(id, v);
    for (const auto* values : {&o.operands, &o.results})
      for (ValueId x : *values)
        if (holds_object(type(x))) refuse(id, "an object", "what objects hold is not followed");
    for (ValueId r : o.results)
      if (type(r).is(TypeKind::Str)) refuse(id, "what becomes " + type(r).text(), "only numbers and arrays are followed");
    if (is(f_, id, "bits"_op) || (is(f_, id, "view.bits"_op) && !f_.int_attr(id, "order")))
      refuse(id, "`view` of another dtype", "the bits of a number have no derivative");
    for (ValueId x : o.operands)
      if (type(x).is_table()) refuse(id, "a " + std::string(type(x).flavour()), "dicts and sets are not followed");
    if (f_.int_attr(id, "caught")) refuse(id, "`try`", "which way a guarded body is left is not followed backwards");
    if (record_of(f_, id).tier == Tier::Runtime || is(f_, id, "hash"_op) || is(f_, id, "cell.new"_op) ||
        is(f_, id, "cell.set"_op))
      refuse(id, "this", "only numbers and arrays are followed");
  }
}

Reverse::Values Reverse::run(const Values& seeds) {
  top_.primal = f_.body();
  std::vector<OpId> ops = f_.ops_in(f_.body());
  b_.set_region(f_.body());
  for (ValueId p : f_.parameters())
    if (has_shadow(p) && activity_.is_active(p)) create_shadow(p);
  create_shadows(f_.body());
  for (size_t k = 0; k < outputs_.size(); ++k) accumulate(outputs_[k], expr(seeds[k]));
  for (size_t k = ops.size(); k-- > 0;) reverse(ops[k]);
  settle_tapes();
  for (auto& [region, frame] : frames_) {
    if (frame.recorded.empty()) continue;
    Builder::before(f_, f_.terminator(region)).op("tape.push"_op, frame.recorded, {});
  }
  Values gradients;
  for (ValueId v : inputs_) {
    ValueId g = type(v).is_array() ? find_shadow(v) : adjoint(v);
    if (!g && type(v).is_array()) g = zeros(v);
    gradients.push_back(g ? g : zero(type(v)));
  }
  return gradients;
}

// ---- scopes ----
void Reverse::reverse_region(RegionId r) {
  std::vector<OpId> ops = f_.ops_in(r);
  for (size_t k = ops.size(); k-- > 0;) reverse(ops[k]);
}

ValueId Reverse::adjoint(ValueId v) const {
  auto it = scope_->adjoint.find(v);
  return it == scope_->adjoint.end() ? ValueId{} : it->second;
}
ValueId Reverse::zero(Type t) { return b_.number(0, t); }
ValueId Reverse::or_zero(ValueId v, ValueId like) { return v ? v : zero(slot(like)); }

bool Reverse::is_scalar(ValueId v) const {
  Type t = type(v);
  if (!t.is(TypeKind::Union)) return t.is_number();
  return std::all_of(t.elements().begin(), t.elements().end(), [](Type e) { return e.is_number(); });
}
Type Reverse::slot(ValueId v) const {
  Type t = type(v);
  if (!t.is(TypeKind::Union)) return t;
  DType widest = DType::F32;
  for (Type e : t.elements()) widest = is_inexact(e) ? std::max(widest, e.dtype()) : widest;
  return Type::scalar(widest);
}

// The same number or array as the dtype and kind of scalar of `like`; of complex adjoints of real values the real part.
ValueId Reverse::coerced(ValueId v, Type like) {
  Type t = type(v);
  if (is_complex(t.dtype()) && !is_complex(like.dtype())) v = expr::real(expr(v)).value, t = type(v);
  if (t.is_array())
    return t.dtype() == like.dtype()
               ? v
               : b_.make("cast"_op, {v}, Type::array(like.dtype(), t.rank(), t.layout() == Layout::F ? Layout::F : Layout::C));
  Type want = like.is_array() ? like.element() : like;
  return t == want ? v : b_.make("cast"_op, {v}, want);
}

void Reverse::accumulate(ValueId v, Expr e) {
  if (!e || !activity_.is_active(v) || is(f_, f_.defining_op(v), "undefined"_op)) return;
  ValueId c = coerced(e.value, slot(v));
  if (type(v).is_array() && !is_pure(v)) {
    accumulate_array(shadow(v), c);
    return;
  }
  if (!type(v).is_array() && type(c).is_array()) c = summed(c, slot(v));
  ValueId before = adjoint(v);
  scope_->adjoint[v] = before ? (expr(before) + expr(c)).value : c;
}

ValueId Reverse::summed(ValueId array, Type like) {
  std::vector<int64_t> axes;
  for (int k = 0; k < type(array).rank(); ++k) axes.push_back(k);
  ValueId total = b_.make("reduce"_op, {array}, type(array).element(), {{"kind", std::string("add")}, {"axes", axes}});
  return coerced(total, like);
}

ValueId Reverse::as_array(ValueId g, ValueId like) {
  if (type(g).is_array()) return g;
  Values operands = extents(like);
  operands.insert(operands.begin(), coerced(g, type(like).element()));
  return b_.make("full"_op, operands, Type::array(type(like).dtype(), type(like).rank(), Layout::C));
}

ValueId Reverse::incoming(OpId op, size_t k) {
  ValueId v = f_.op(op).results[k];
  if (!activity_.is_active(v)) return {};
  return type(v).is_array() && !is_pure(v) ? shadow(v) : adjoint(v);
}

void Reverse::refuse(OpId op, const std::string& what, const std::string& why) {
  throw Diagnosed(diagnose(f_.module(), users_place(f_.module(), f_.op(op).span), "no-derivative", {what, why}));
}

void Reverse::reverse(OpId id) {
  const Op& o = f_.op(id);
  b_.span = o.span;
  if (is(f_, id, "if"_op)) return reverse_if(id);
  if (is(f_, id, "for"_op)) return reverse_for(id);
  if (is(f_, id, "while"_op)) return reverse_while(id);
  if (is(f_, id, "load"_op)) return reverse_load(id);
  if (is(f_, id, "store"_op)) return reverse_store(id);
  if (is(f_, id, "assign"_op)) return reverse_assign(id);
  if (is(f_, id, "view.broadcast"_op)) return reverse_broadcast(id);
  if (is(f_, id, "list.load"_op) || is(f_, id, "list.store"_op) || is(f_, id, "list.resize"_op) ||
      is(f_, id, "list.rotate"_op) || is(f_, id, "list.new"_op))
    return reverse_list(id);
  const OpRecord& r = record_of(f_, id);
  if (r.tier == Tier::Elementwise) return reverse_elementwise(id);
  bool concerned = false;
  for (ValueId v : o.results) concerned |= activity_.is_active(v);
  // Elements of parameters are inputs themselves.
  if (is(f_, id, "tuple.get"_op) && concerned && !is(f_, f_.defining_op(o.operands[0]), "call"_op) &&
      f_.defining_op(o.operands[0]))
    refuse(id, "a tuple that loops or choices carry", "only numbers and arrays are followed");
  if (is(f_, id, "tuple"_op) && f_.value(o.results[0]).uses.empty()) return;  // the result's
  if (is(f_, id, "call"_op)) return reverse_call(id);
  if (is(f_, id, "tuple.get"_op) && is(f_, f_.defining_op(o.operands[0]), "call"_op)) return;  // the call asks for it
  bool leaf = is(f_, id, "tuple.get"_op) && std::find(inputs_.begin(), inputs_.end(), o.results[0]) != inputs_.end();
  if (is(f_, id, "tuple.get"_op) && type(o.results[0]).is_tuple() && !f_.defining_op(o.operands[0])) leaf = true;
  if (leaf || !concerned || r.has(View) || is(f_, id, "empty"_op) || is(f_, id, "const"_op) || is(f_, id, "undefined"_op))
    return;
  if (is(f_, id, "check.bound"_op) || is(f_, id, "check.zero"_op)) {
    if (ValueId g = incoming(id)) accumulate(o.operands.back(), expr(g));
    return;
  }
  if (is(f_, id, "union.make"_op) || is(f_, id, "union.get"_op)) {
    if (!is_scalar(o.results[0]) || !is_scalar(o.operands[0]))
      refuse(id, type(o.results[0]).text(), "only numbers and arrays are followed");
    if (ValueId g = incoming(id)) accumulate(o.operands[0], expr(g));
    return;
  }
  reverse_structural(id);
}

}  // namespace aic::passes::autodiff
