// Shadows: where the adjoints of arrays are added up, and which shadow belongs to what loops and ifs carry.
#include <algorithm>

#include "ir/diagnostics.h"
#include "ir/ops/table.h"
#include "passes/autodiff/forward.h"
#include "passes/autodiff/reverse.h"
#include "passes/effects.h"

namespace aic::passes::autodiff {
using namespace ir;

static Type writable(Type t) { return Type::array(t.dtype(), t.rank(), t.layout()); }

// Made by one op and looked at by whole-array operations of the same region only: no shadow, its adjoint is a value.
void Reverse::find_pure() {
  pure_.resize(f_.value_count());
  for (OpId id : f_.ops_below(f_.body())) {
    const Op& o = f_.op(id);
    bool makes =
        o.results.size() == 1 && type(o.results[0]).is_array() && o.regions.empty() && !is(f_, id, "empty"_op) &&
        (record_of(f_, id).tier == Tier::Elementwise || record_of(f_, id).has(Birth) || is(f_, id, "view.broadcast"_op));
    if (!makes) continue;
    bool pure = true;
    for (const Use& u : f_.value(o.results[0]).uses) {
      const OpRecord& r = record_of(f_, u.op);
      bool looks = r.tier == Tier::Elementwise || is(f_, u.op, "reduce"_op) || is(f_, u.op, "scan"_op) ||
                   is(f_, u.op, "matmul"_op) || is(f_, u.op, "copy"_op) || is(f_, u.op, "extent"_op) ||
                   is(f_, u.op, "argreduce"_op) || is(f_, u.op, "view.broadcast"_op) ||
                   (is(f_, u.op, "assign"_op) && u.operand == 1);
      pure = pure && looks && f_.op(u.op).parent == o.parent;
    }
    for (ValueId v : outputs_) pure = pure && v != o.results[0];
    pure_[o.results[0].index] = pure;
  }
}

// ---- what loops and ifs carry ----
bool Reverse::stands_before(ValueId v, OpId op) const {
  RegionId r = home(v);
  if (!is_inside(f_, f_.op(op).parent, r)) return false;
  OpId def = f_.defining_op(v);
  return !def || place_[def.index] < place_[op.index];
}

// The arrays that a merge may be, through other merges that are tracked.
Reverse::Values Reverse::origins(ValueId merge, bool* maybe_undefined) const {
  Values out, work{merge};
  std::unordered_map<ValueId, bool> seen{{merge, true}};
  auto add = [&](ValueId v) {
    if (!seen.emplace(v, true).second) return;
    if (is(f_, f_.defining_op(v), "undefined"_op)) {
      if (maybe_undefined) *maybe_undefined = true;
      return;
    }
    (is_tracked(v) ? work : out).push_back(v);
  };
  while (!work.empty()) {
    ValueId v = work.back();
    work.pop_back();
    for (ValueId from : merges_.at(v).from) add(from);
  }
  std::sort(out.begin(), out.end());
  return out;
}

void Reverse::find_tracked() {
  for (OpId id : f_.ops_below(f_.body()))
    for (const Flow& p : flows_of(f_, id)) {
      if (!has_shadow(p.to) || !activity_.is_active(p.to)) continue;
      auto [it, fresh] = merges_.try_emplace(p.to, Merge{id, {}, true, {}});
      if (fresh) merge_order_.push_back(p.to);
      it->second.from.push_back(p.from);
    }
  for (bool changed = true; changed;) {
    changed = false;
    for (ValueId m : merge_order_) {
      Merge& merge = merges_[m];
      if (!merge.tracked) continue;
      for (ValueId o : origins(m))
        if (!stands_before(o, merge.op)) merge.tracked = false, changed = true;
    }
  }
  for (ValueId m : merge_order_)
    if (type(m).is_list() && !is_tracked(m))
      refuse(merges_[m].op, "a list made in a loop or a choice and carried on", "aic cannot follow which list it is");
}

// In the forward sweep, beside what carries the array: the place of the array that it is among `origins`. Numbers are the
// arrays' value ids, so that they mean the same everywhere.
ValueId Reverse::number_of(ValueId array) {
  if (!is_tracked(array)) {
    RegionId r = home(array);
    OpId def = f_.defining_op(array);
    Builder at = def ? Builder::after(f_, def) : f_.region(r).first ? Builder::before(f_, f_.region(r).first) : Builder(f_, r);
    if (def && is(f_, def, "undefined"_op)) return at.integer(undefined_number);
    return at.integer(int64_t(array.index));
  }
  Merge& merge = merges_[array];
  if (merge.number) return merge.number;
  OpId op = merge.op;
  if (is(f_, op, "for"_op)) return number_in_for(array);
  if (is(f_, op, "while"_op)) return number_in_while(array);
  Values results = f_.op(op).results;
  std::vector<size_t> places;
  for (size_t k = 0; k < results.size(); ++k)
    if (is_tracked(results[k]) && !merges_[results[k]].number) {
      places.push_back(k);
      merges_[results[k]].number = f_.add_result(op, Type::integer());
    }
  for (RegionId arm : f_.op(op).regions) {
    OpId end = f_.terminator(arm);
    if (!is(f_, end, "yield"_op)) continue;
    Values numbers;
    for (size_t k : places) numbers.push_back(number_of(f_.op(end).operands[k]));
    for (ValueId v : numbers) append(end, v);
  }
  return merge.number;
}
void Reverse::append(OpId op, ValueId operand) {
  Values operands = f_.op(op).operands;
  operands.push_back(operand);
  f_.set_operands(op, operands);
}

// All arrays of the state at once: what one of them becomes next may be another.
ValueId Reverse::number_in_for(ValueId array) {
  OpId op = merges_[array].op;
  RegionId body = f_.op(op).regions[0];
  OpId end = f_.terminator(body);
  Values arguments = f_.region(body).arguments, results = f_.op(op).results;
  std::vector<size_t> states;
  for (size_t k = 0; k < results.size(); ++k)
    if (is_tracked(results[k]) && !merges_[results[k]].number) states.push_back(k);
  for (size_t k : states) {
    merges_[arguments[k + 1]].number = f_.add_argument(body, Type::integer());
    merges_[results[k]].number = f_.add_result(op, Type::integer());
  }
  Values first, next;
  for (size_t k : states) {
    first.push_back(number_of(f_.op(op).operands[k + 3]));
    if (is(f_, end, "continue"_op)) next.push_back(number_of(f_.op(end).operands[k]));
  }
  for (ValueId v : first) append(op, v);
  for (ValueId v : next) append(end, v);
  return merges_[array].number;
}

// A while's test and body have arguments of their own: both carry a number for each array of their state.
ValueId Reverse::number_in_while(ValueId array) {
  OpId op = merges_[array].op;
  RegionId test = f_.op(op).regions[0], body = f_.op(op).regions[1];
  OpId condition = f_.terminator(test), end = f_.terminator(body);
  Values tested = f_.region(test).arguments, passed = f_.region(body).arguments;
  std::vector<size_t> states, results;
  for (size_t k = 0; k < tested.size(); ++k)
    if (is_tracked(tested[k]) && !merges_[tested[k]].number) states.push_back(k);
  for (size_t k = 0; k < passed.size(); ++k)
    if (is_tracked(passed[k]) && !merges_[passed[k]].number) results.push_back(k);
  for (size_t k : states) merges_[tested[k]].number = f_.add_argument(test, Type::integer());
  for (size_t k : results) {
    merges_[passed[k]].number = f_.add_argument(body, Type::integer());
    ValueId given = f_.add_result(op, Type::integer());
    if (is_tracked(f_.op(op).results[k])) merges_[f_.op(op).results[k]].number = given;
  }
  Values first, passing, next;
  for (size_t k : states) first.push_back(number_of(f_.op(op).operands[k]));
  for (size_t k : results) passing.push_back(number_of(f_.op(condition).operands[k + 1]));
  for (size_t k : states)
    if (is(f_, end, "continue"_op)) next.push_back(number_of(f_.op(end).operands[k]));
  for (ValueId v : first) append(op, v);
  for (ValueId v : passing) append(condition, v);
  for (ValueId v : next) append(end, v);
  AIC_CHECK(merges_[array].number);
  return merges_[array].number;
}

ValueId Reverse::chosen_shadow(ValueId merge) {
  bool maybe_undefined = false;
  Values known = origins(merge, &maybe_undefined);
  if (known.empty()) return nothing(b_, type(merge).is_list() ? tangent_type(type(merge)) : writable(type(merge)));
  ValueId out = shadow(known[0]);
  if (known.size() == 1 && !maybe_undefined) return out;
  ValueId number = need(number_of(merge));
  auto choose = [&](int64_t which, const std::function<ValueId(Builder&)>& other) {
    ValueId same = b_.make("equal"_op, {number, b_.integer(which)}, Type::boolean());
    OpId choice = b_.op("if"_op, {same}, {type(out)}, {}, 2);
    Builder yes(f_, b_.region_of(choice, 0));
    yes.span = b_.span;
    yes.op("yield"_op, {other(yes)}, {});
    Builder(f_, b_.region_of(choice, 1)).op("yield"_op, {out}, {});
    out = b_.result(choice);
  };
  for (size_t k = 1; k < known.size(); ++k) {
    ValueId other = shadow(known[k]);
    choose(int64_t(known[k].index), [&](Builder&) { return other; });
  }
  // What an array is that nobody looks at, after a return from an `if`: it has no elements.
  if (maybe_undefined) choose(undefined_number, [&](Builder& b) { return nothing(b, type(out)); });
  return out;
}
ValueId Reverse::nothing(Builder& b, Type t) {
  if (t.is_list()) return b.make("list.new"_op, {b.integer(0)}, t);
  Values operands(size_t(t.rank()) + 1, b.integer(0));
  operands[0] = b.number(0, t.element());
  return loosened(b, b.make("full"_op, operands, kept_type(t)), t);
}
ValueId Reverse::loosened(Builder& b, ValueId array, Type t) {
  return type(array) == t ? array : b.make("view"_op, {array}, t, {{"spec", std::string(size_t(t.rank()), ':')}});
}

// ---- shadows ----
ValueId Reverse::zeros(ValueId like) {
  if (type(like).is_list()) return zero_list(like);
  Type t = writable(type(like));
  Values operands = extents(like);
  operands.insert(operands.begin(), b_.number(0, t.element()));
  return loosened(b_, b_.make("full"_op, operands, kept_type(t)), t);
}

ValueId Reverse::find_shadow(ValueId v) const {
  for (const Scope* s = scope_; s; s = s->outer)
    if (auto it = s->shadow.find(v); it != s->shadow.end()) return it->second;
  return {};
}

ValueId Reverse::shadow(ValueId v) {
  if (ValueId known = find_shadow(v)) return known;
  OpId def = f_.defining_op(v);
  if (is_tracked(v)) return scope_->shadow[v] = chosen_shadow(v);
  if (!def || !record_of(f_, def).has(View) || is(f_, def, "view.broadcast"_op))
    refuse(def ? def : f_.terminator(home(v)), "an array that is carried", "aic cannot follow which array it is");
  Values operands{shadow(f_.op(def).operands[0])};
  for (size_t k = 1; k < f_.op(def).operands.size(); ++k) operands.push_back(need(f_.op(def).operands[k]));
  ValueId out = b_.make(f_.op(def).code, operands, writable(type(v)), f_.op(def).attrs);
  return scope_->shadow[v] = out;
}

void Reverse::create_shadow(ValueId v) {
  if (find_shadow(v) || is_pure(v) || is_tracked(v)) return;
  OpId def = f_.defining_op(v);
  if (def && record_of(f_, def).has(View) && !is(f_, def, "view.broadcast"_op)) return;  // when asked for
  if (def && !is_made(def) && !is_merge(v) && !is(f_, def, "view.broadcast"_op)) {
    if (is(f_, def, "undefined"_op)) return;
    refuse(def, "this array", "aic cannot follow which array it is");
  }
  scope_->shadow[v] = zeros(v);
}

void Reverse::create_shadows(RegionId r) {
  for (OpId id : f_.ops_in(r)) {
    if (id.index >= place_.size()) continue;  // the sweep's own
    for (ValueId v : Values(f_.op(id).results))
      if (has_shadow(v) && activity_.is_active(v)) create_shadow(v);
  }
}

// The shadows of a region whose reversal begins. `handed`: what it hands on (yield, continue, condition) to merges that are
// not tracked, and the shadows of these: what is made here has that very shadow, anything else is given its adjoint back.
void Reverse::begin_shadows(RegionId r, const Values& arguments, const std::vector<Handed>& handed) {
  std::vector<Handed> others;
  for (auto [carried, given] : handed) {
    OpId def = f_.defining_op(carried);
    if (is(f_, def, "undefined"_op)) continue;
    bool view = def && record_of(f_, def).has(View) && !is(f_, def, "view.broadcast"_op);
    bool here = home(carried) == scope_->primal && !view && !is_tracked(carried);
    if (here && scope_->shadow.try_emplace(carried, given).second) continue;
    others.push_back({carried, given});
  }
  for (ValueId v : arguments)
    if (!scope_->shadow.contains(v)) scope_->shadow[v] = zeros(v);
  create_shadows(r);
  for (auto [carried, given] : others) accumulate(carried, expr(given));
}

// ---- merges with shadows of their own ----
// Is the array looked at after the write, through any of its views? In a loop around both, what stands before comes after.
bool Reverse::is_used_after(ValueId array, OpId write) const {
  auto comes_after = [&](OpId use) {
    if (use.index >= place_.size()) return false;
    if (use != write && place_[use.index] > place_[write.index]) return true;
    for (OpId at = f_.parent_op(write); at; at = f_.parent_op(at)) {
      if (!(record_of(f_, at).traits & Loop)) continue;
      bool around = false, home_within = false;
      for (RegionId r : f_.op(at).regions) {
        around |= is_inside(f_, f_.op(use).parent, r);
        home_within |= is_inside(f_, home(array), r);
      }
      if (home_within) return false;
      if (around) return true;
    }
    return false;
  };
  for (ValueId v : outputs_)
    if (v == array) return true;
  for (const Use& u : f_.value(array).uses) {
    if (is(f_, u.op, "extent"_op)) continue;
    if (comes_after(u.op)) return true;
    if (record_of(f_, u.op).has(View) && is_used_after(f_.op(u.op).results[0], write)) return true;
  }
  return false;
}

// A merge that is not tracked has a shadow of its own, whose contents are handed over where it is merged. That is right
// only while its memory has no other name: a write through one must not be seen through another.
void Reverse::check_exclusive() {
  Values roots;
  for (uint32_t k = 0; k < f_.value_count(); ++k) {
    ValueId v{k};
    OpId def = f_.defining_op(v);
    if (!type(v).is_array() || !activity_.is_active(v) || is_pure(v) || (def && f_.is_erased(def))) continue;
    if (def && (record_of(f_, def).has(View) || is(f_, def, "undefined"_op))) continue;
    roots.push_back(v);
  }
  Values own;
  for (ValueId m : merge_order_)
    if (!merges_.at(m).tracked) own.push_back(m);
  if (own.empty()) return;
  auto is_below = [&](OpId op, OpId around) {
    for (RegionId r : f_.op(around).regions)
      if (is_inside(f_, f_.op(op).parent, r)) return true;
    return false;
  };
  auto made_within = [&](ValueId v, OpId op) {
    for (RegionId r : f_.op(op).regions)
      if (is_inside(f_, home(v), r)) return true;
    return false;
  };
  auto exists_at = [&](ValueId v, OpId op) {
    OpId def = f_.defining_op(v);
    return is_inside(f_, f_.op(op).parent, home(v)) && (!def || (place_[op.index] > place_[def.index] && !is_below(op, def)));
  };
  auto is_one_of = [](ValueId v, const Values& all) { return std::find(all.begin(), all.end(), v) != all.end(); };
  for (OpId w : writers_) {
    ValueId target = f_.op(w).operands[0];
    if (!type(target).is_array() || !activity_.is_active(target)) continue;
    ValueId written = aliases_.root(target);
    // The merges with shadows of their own that it may be.
    Values through{written};
    if (is_tracked(written)) through = origins(written);
    std::erase_if(through, [&](ValueId v) { return !is_merge(v) || is_tracked(v); });
    for (ValueId v : through.empty() ? own : roots) {
      if (v == written || !exists_at(v, w) || !is_used_after(v, w)) continue;
      bool shared = is_one_of(v, own) && !is_one_of(v, through) && !aliases_.distinct(target, v);
      for (ValueId t : through)
        for (ValueId name : is_tracked(v) ? origins(v) : Values{v})
          shared |= name != t && (is_merge(v) || !made_within(v, merges_.at(t).op)) && !aliases_.distinct(t, name);
      if (shared)
        refuse(w, "this write", "the array has another name, which a loop or a choice gave it, and is looked at through both");
    }
  }
}

}  // namespace aic::passes::autodiff
