// Primal values where the reverse sweep needs them: as they are, computed again, or from the tape.
#include <algorithm>

#include "ir/ops/table.h"
#include "passes/autodiff/reverse.h"
#include "passes/effects.h"

namespace aic::passes::autodiff {
using namespace ir;

RegionId Reverse::home(ValueId v) const { return region_of(f_, v); }

ValueId Reverse::find(ValueId v) const {
  for (const Scope* s = scope_; s; s = s->outer)
    if (auto it = s->have.find(v); it != s->have.end()) return it->second;
  return home(v) == f_.body() ? v : ValueId{};
}

ValueId Reverse::need(ValueId v) {
  if (ValueId known = find(v)) return known;
  if (can_recompute(v, max_depth)) return recompute(v);
  if (ValueId again = recompute_from_copy(v)) return again;
  if (ValueId again = reload(v)) return again;
  return record(v);
}

// An array that is cheap to make of one other and of numbers: the contents of that one are as large, and others may need them.
ValueId Reverse::recompute_from_copy(ValueId v) {
  OpId def = f_.defining_op(v);
  if (!def || !type(v).is_array() || record_of(f_, def).tier != Tier::Elementwise || !record_of(f_, def).has(Cheap)) return {};
  ValueId from;
  for (ValueId x : f_.op(def).operands) {
    if (type(x).is_array() && from && x != from) return {};
    if (type(x).is_array()) from = x;
    if (!type(x).is_array() && !can_recompute(x, max_depth)) return {};
  }
  if (!from || type(from).dtype() != type(v).dtype()) return {};
  ValueId contents = need_contents(from, def);
  Values operands;
  for (ValueId x : Values(f_.op(def).operands)) operands.push_back(x == from ? contents : need(x));
  return scope_->have[v] = b_.make(f_.op(def).code, operands, type(v), f_.op(def).attrs);
}

// ---- elements of arrays that are written elsewhere ----
//   for t: … for k: for j: s += u[k, j] * h[j] … h[i] = …
// What the loop over k finds in h is what stood there when it began: one copy of h for each t, not one number for each j.
// Only where the loads look at all of the array, so that the copy costs no more than they do.
bool Reverse::is_written_in(OpId loop, ValueId array) {
  for (RegionId r : f_.op(loop).regions)
    for (OpId id : f_.ops_below(r)) {
      const Op& o = f_.op(id);
      bool writes = record_of(f_, id).has(Writes), calls = is(f_, id, "call"_op) && !is_custom(f_, id);
      for (size_t k = 0; k < (writes ? 1 : calls ? o.operands.size() : 0); ++k)
        if (holds_array(type(o.operands[k])) && !aliases_.distinct(o.operands[k], array)) return true;
    }
  return false;
}

// Each index is the counter of a loop of its own within `around` that runs over the whole axis.
bool Reverse::looks_at_all(OpId load, OpId around) const {
  std::vector<OpId> loops;
  for (size_t k = 1; k < f_.op(load).operands.size(); ++k) {
    OpId index = f_.defining_op(f_.op(load).operands[k]);
    if (!index || !(is(f_, index, "assume.index"_op) || is(f_, index, "check.index"_op))) return false;
    ValueId counter = f_.op(index).operands[0], n = f_.op(index).operands[1];
    if (f_.defining_op(counter)) return false;
    OpId loop = f_.region(home(counter)).op;
    if (!loop || !is(f_, loop, "for"_op) || f_.region(home(counter)).arguments[0] != counter) return false;
    const Values& range = f_.op(loop).operands;
    auto is_number = [&](ValueId v, int64_t want) {
      OpId def = f_.defining_op(v);
      return def && is(f_, def, "const"_op) && f_.int_attr(def, "value") == want;
    };
    if (!is_number(range[0], 0) || range[1] != n || !is_number(range[2], 1)) return false;
    bool within = loop == around;
    for (RegionId r : f_.op(around).regions) within |= is_inside(f_, f_.op(loop).parent, r);
    if (!within || std::find(loops.begin(), loops.end(), loop) != loops.end()) return false;
    loops.push_back(loop);
  }
  return !loops.empty();
}

ValueId Reverse::reload(ValueId v) {
  OpId def = f_.defining_op(v), around;
  if (!def || !is(f_, def, "load"_op)) return {};
  Values operands = f_.op(def).operands;
  ValueId array = operands[0];
  for (OpId at = f_.parent_op(def); at && stands_before(array, at); at = f_.parent_op(at)) {
    if (!(record_of(f_, at).traits & Loop)) continue;
    if (is_written_in(at, array)) break;
    around = at;
  }
  if (!around || !looks_at_all(def, around)) return {};
  auto [it, fresh] = copies_.try_emplace({array, around});
  if (fresh) {
    Builder at = Builder::before(f_, around);
    at.span = f_.op(def).span;
    it->second = at.make("copy"_op, {array}, kept_type(type(array)));
  }
  Values from{need(it->second)};
  for (size_t k = 1; k < operands.size(); ++k) from.push_back(need_index(operands[k], from[0], int(k) - 1));
  return scope_->have[v] = b_.make("load"_op, from, type(v));
}

// The extent of an array whose shadow is at hand: shadows have the same shape.
bool Reverse::has_shadow_extent(OpId def) const {
  if (settling_ || !is(f_, def, "extent"_op)) return false;
  ValueId v = f_.op(def).operands[0];
  return activity_.is_active(v) && !is_pure(v) && (is_tracked(v) || find_shadow(v));
}

bool Reverse::can_recompute(ValueId v, int depth) const {
  if (find(v)) return true;
  OpId def = f_.defining_op(v);
  if (!def || depth == 0 || !f_.op(def).regions.empty()) return false;
  if (has_shadow_extent(def)) return true;
  const Op& o = f_.op(def);
  const OpRecord& r = record_of(f_, def);
  bool allowed = false, cheap = r.has(Cheap) || (settling_ && is(f_, def, "divide"_op));
  if (r.tier == Tier::Elementwise)
    allowed = type(v).is_array() ? cheap && depth > max_depth - 3 : cheap || !is_inexact(type(v));
  else if (r.has(Check))
    allowed = o.results.size() == 1 && type(v).is_number();
  else if (is(f_, def, "load"_op))
    allowed = activity_.is_constant(o.operands[0]);
  else
    allowed = r.has(View) || is(f_, def, "const"_op) || is(f_, def, "undefined"_op) || is(f_, def, "extent"_op) ||
              is(f_, def, "assume.index"_op) || is(f_, def, "tuple.get"_op) || is(f_, def, "tuple"_op);
  if (!allowed) return false;
  for (ValueId x : o.operands)
    if (!can_recompute(x, depth - 1)) return false;
  // An array's contents must still be what they were.
  if (r.tier == Tier::Elementwise && type(v).is_array())
    for (ValueId x : o.operands)
      if (type(x).is_array() && !activity_.is_constant(x)) return false;
  return true;
}

ValueId Reverse::recompute(ValueId v) {
  if (ValueId known = find(v)) return known;
  OpId def = f_.defining_op(v);
  if (has_shadow_extent(def))
    return scope_->have[v] = b_.make("extent"_op, {shadow(f_.op(def).operands[0])}, type(v), f_.op(def).attrs);
  Values operands;
  for (ValueId x : f_.op(def).operands) operands.push_back(recompute(x));
  const Op& o = f_.op(def);
  SpanId span = b_.span;
  b_.span = o.span;
  ValueId out;
  if (is(f_, def, "check.index"_op)) {
    ValueId negative = b_.make("less"_op, {operands[0], b_.integer(0)}, Type::boolean());
    ValueId wrapped = b_.make("add"_op, {operands[0], operands[1]}, Type::integer(), {{"exact", int64_t(1)}});
    ValueId index = b_.make("select"_op, {negative, wrapped, operands[0]}, Type::integer());
    out = b_.make("assume.index"_op, {index, operands[1]}, type(v));
  } else if (is(f_, def, "check.overflow"_op)) {
    OpCode op;
    AIC_CHECK(find_op(f_.text_attr(def, "op"), op));
    out = b_.make(op, operands, type(v), {{"exact", int64_t(1)}});
  } else if (is(f_, def, "check.convert"_op) || is(f_, def, "check.fits"_op)) {
    out = b_.make("cast"_op, {operands[0]}, type(v));
  } else if (record_of(f_, def).has(Check)) {  // gives its last operand: what it checked
    out = operands.back();
  } else if (is(f_, def, "load"_op)) {
    for (size_t k = 1; k < operands.size(); ++k) operands[k] = need_index(f_.op(def).operands[k], operands[0], int(k) - 1);
    out = b_.make("load"_op, operands, type(v));
  } else {
    out = b_.make(o.code, operands, type(v), o.attrs);
  }
  b_.span = span;
  return scope_->have[v] = out;
}

ValueId Reverse::need_index(ValueId index, ValueId array, int axis) {
  ValueId v = need(index);
  OpId def = f_.defining_op(v);
  if (def && (is(f_, def, "const"_op) || is(f_, def, "check.index"_op) || is(f_, def, "assume.index"_op))) return v;
  ValueId n = b_.make("extent"_op, {array}, Type::integer(), {{"axis", int64_t(axis)}});
  return b_.make("assume.index"_op, {v, n}, type(v));
}

// What the array held when `user` ran.
ValueId Reverse::need_contents(ValueId v, OpId user) {
  if (!type(v).is_array() || activity_.is_constant(v)) return need(v);
  auto [it, fresh] = copies_.try_emplace({v, user});
  if (fresh) {
    OpId def = f_.defining_op(v);
    bool own = def == user;  // its own result: what it holds right after
    it->second = own ? ValueId{} : copy_in_reach(v, user);
    if (it->second) return need(it->second);
    Builder at = own ? Builder::after(f_, user) : Builder::before(f_, user);
    at.span = f_.op(user).span;
    Type t = type(v);
    it->second = at.make("copy"_op, {v}, Type::array(t.dtype(), t.rank(), t.layout() == Layout::F ? Layout::F : Layout::C));
    if (!own) copied_[v].push_back({user, it->second});
  }
  return need(it->second);
}

// A copy made for another op of the same region, with no write between the two.
ValueId Reverse::copy_in_reach(ValueId v, OpId user) {
  for (auto& [other, copy] : copied_[v]) {
    if (f_.op(other).parent != f_.op(user).parent) continue;
    uint32_t from = std::min(place_[user.index], place_[other.index]), to = std::max(place_[user.index], place_[other.index]);
    bool written = false;
    for (OpId w : writers_)
      written = written || (place_[w.index] >= from && place_[w.index] <= to && !aliases_.distinct(f_.op(w).operands[0], v));
    if (!written) return copy;
  }
  return {};
}

Reverse::Values Reverse::extents(ValueId array) {
  Values& known = extents_[array];
  if (known.empty() && type(array).rank() > 0) {
    OpId def = f_.defining_op(array);
    RegionId r = home(array);
    Builder at = def ? Builder::after(f_, def) : f_.region(r).first ? Builder::before(f_, f_.region(r).first) : Builder(f_, r);
    at.span = b_.span;
    for (int k = 0; k < type(array).rank(); ++k)
      known.push_back(at.make("extent"_op, {array}, Type::integer(), {{"axis", int64_t(k)}}));
  }
  Values out;
  Values forward = known;
  for (ValueId v : forward) out.push_back(need(v));
  return out;
}

}  // namespace aic::passes::autodiff
