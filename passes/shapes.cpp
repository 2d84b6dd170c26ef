// See shapes.h.
#include "passes/shapes.h"

#include <algorithm>
#include <tuple>
#include <unordered_map>

#include "passes/assumed.h"
#include "passes/constants.h"
#include "passes/effects.h"

namespace aic::passes {
using namespace ir;

namespace {
// Loop-carried arrays are assumed to keep the extents they begin with, and the assumption is then tried on every value
// that comes round; `assumed` holds what is being tried. Those that change are compared with one another in the same way
// (`a, b = a[1:] * c, b[1:] + b[:-1]`: where b is as long as a before, it is so afterwards). A chain is followed at most this
// far.
constexpr int max_depth = 64;
constexpr int most_compared = 256;  // ops, of two extents

class Tracer {
 public:
  explicit Tracer(const Function& f) : f_(f) {}
  ExtentSource trace(ValueId array, int axis) {
    ExtentSource here{.constant = -1, .value = {}, .array = array, .axis = axis};
    if (++depth_ > max_depth) return --depth_, here;
    OpId def = f_.defining_op(array);
    bool parameter = !def && f_.value(array).region == f_.body();
    if (parameter) std::tie(here.array, here.axis) = assumed_extent(f_, array, axis);
    ExtentSource e = parameter ? here : def ? through(def, array, axis, here) : through_loop(array, axis, here);
    return --depth_, e;
  }

 private:
  struct Assumption {
    ValueId array;
    int axis;
    ExtentSource extent;
  };

  ExtentSource of_value(ValueId v) const {
    std::optional<int64_t> n = find_integer(f_, v);
    if (n && *n >= 0) return {.constant = *n, .value = {}, .array = {}, .axis = 0};
    if (OpId def = f_.defining_op(v); is(f_, def, "extent"_op))
      return const_cast<Tracer*>(this)->trace(f_.op(def).operands[0], int(f_.int_attr(def, "axis")));
    return {.constant = -1, .value = v, .array = {}, .axis = 0};
  }
  ExtentSource through(OpId def, ValueId array, int axis, const ExtentSource& here) {
    const Op& op = f_.op(def);
    if (op.code == "view"_op) return through_view(def, axis, here);
    if (op.code == "view.transpose"_op) return trace(op.operands[0], int(f_.list_attr(def, "axes")[size_t(axis)]));
    if (op.code == "view.broadcast"_op || op.code == "view.reshape"_op || op.code == "full"_op)
      return of_value(op.operands[1 + size_t(axis)]);
    if (op.code == "empty"_op || op.code == "generate"_op) return of_value(op.operands[size_t(axis)]);
    if (op.code == "compress"_op && axis == 0) return of_value(op.operands[2]);
    if (op.code == "compress"_op) return trace(op.operands[0], axis + f_.type(op.operands[1]).rank() - 1);
    if (op.code == "gather"_op) return trace(gathered_shape(f_, def), axis);
    if (op.code == "view.real"_op || op.code == "copy"_op || op.code == "scan"_op) return trace(op.operands[0], axis);
    if (op.code == "view.bits"_op) {
      bool resized = op.operands.size() > 1 && axis + 1 == f_.type(array).rank();
      return resized ? of_value(op.operands[1]) : trace(op.operands[0], axis);
    }
    if (op.code == "reduce"_op || op.code == "argreduce"_op) return through_reduce(def, axis);
    if (op.code == "for"_op || op.code == "while"_op) return through_result(def, f_.value(array).index, axis, here);
    if (op.code == "if"_op) return through_if(def, f_.value(array).index, axis, here);
    if (record(op.code).tier == Tier::Elementwise)
      for (ValueId v : op.operands)
        if (f_.type(v).is_array() && f_.type(v).rank() == f_.type(array).rank()) return trace(v, axis);
    return here;
  }
  ExtentSource through_view(OpId def, int axis, const ExtentSource& here) {
    const Op& op = f_.op(def);
    int source = 0, part = 1, result = 0;
    for (char c : f_.text_attr(def, "spec")) {
      bool keeps = c != 'i';
      if (keeps && result == axis) {
        if (c == ':') return trace(op.operands[0], source);
        if (c == 's') return of_value(op.operands[size_t(part) + 1]);
        return {.constant = 1, .value = {}, .array = {}, .axis = 0};
      }
      part += c == 'i' ? 1 : c == 's' ? 3 : 0;
      source += c != 'n';
      result += keeps;
    }
    return here;
  }
  ExtentSource through_reduce(OpId def, int axis) {
    std::vector<int64_t> gone = f_.list_attr(def, "axes");
    if (is(f_, def, "argreduce"_op)) gone = {f_.int_attr(def, "axis")};
    int source = 0;
    for (int k = 0;; ++source) {
      if (std::find(gone.begin(), gone.end(), source) != gone.end()) continue;
      if (k++ == axis) break;
    }
    return trace(f_.op(def).operands[0], source);
  }
  ExtentSource through_if(OpId def, uint32_t k, int axis, const ExtentSource& here) {
    ExtentSource common = here;
    bool first = true;
    for (RegionId r : f_.op(def).regions) {
      OpId end = f_.terminator(r);
      if (!is(f_, end, "yield"_op)) continue;
      ExtentSource e = trace(f_.op(end).operands[k], axis);
      if (!visible_at(e, def) || (!first && e != common)) return here;
      common = e;
      first = false;
    }
    return common;
  }
  // ---- loops: state k of `for`, or of a `while` whose test passes its state on unchanged ----
  ExtentSource through_result(OpId loop, uint32_t k, int axis, const ExtentSource& here) {
    if (is(f_, loop, "for"_op)) return carried(loop, k, axis, here);
    OpId test = f_.terminator(f_.op(loop).regions[0]);
    if (!is(f_, test, "condition"_op)) return here;
    ExtentSource e = trace(f_.op(test).operands[1 + k], axis);
    if (!visible_at(e, loop)) return here;
    for (OpId exit : exits_of(loop, "break"_op))
      if (trace(f_.op(exit).operands[k], axis) != e) return here;
    return e;
  }
  ExtentSource through_loop(ValueId array, int axis, const ExtentSource& here) {
    for (const Assumption& a : assumed_)
      if (a.array == array && a.axis == axis) return a.extent;
    RegionId r = f_.value(array).region;
    OpId loop = f_.region(r).op;
    uint32_t k = f_.value(array).index;
    if (is(f_, loop, "for"_op)) return carried_alike(loop, k, axis, carried(loop, k - 1, axis, here));
    if (!is(f_, loop, "while"_op)) return here;
    if (r == f_.op(loop).regions[0]) return carried_alike(loop, k, axis, carried(loop, k, axis, here));
    OpId test = f_.terminator(f_.op(loop).regions[0]);
    if (!is(f_, test, "condition"_op)) return here;
    ExtentSource e = trace(f_.op(test).operands[1 + k], axis);
    return visible_at(e, loop) ? e : here;  // what the test made is not seen in the body
  }
  std::vector<OpId> exits_of(OpId loop, OpCode code) {
    auto [known, is_new] = exits_.try_emplace(loop.index);
    if (is_new)
      for (RegionId r : f_.op(loop).regions) collect_exits(r, loop, known->second);
    std::vector<OpId> out;
    for (OpId id : known->second)
      if (is(f_, id, code)) out.push_back(id);
    return out;
  }
  // Exits end their region.
  void collect_exits(RegionId r, OpId loop, std::vector<OpId>& out) {
    for (OpId id = f_.region(r).first; id; id = f_.op(id).next)
      for (RegionId inner : f_.op(id).regions) collect_exits(inner, loop, out);
    OpId end = f_.terminator(r);
    if ((is(f_, end, "break"_op) || is(f_, end, "continue"_op)) && loop_of_exit(f_, end) == loop) out.push_back(end);
  }
  // Assumes of all array state of the loop that this axis keeps its first extent; right if that holds of what comes round.
  ExtentSource carried(OpId loop, uint32_t k, int axis, const ExtentSource& here) {
    const Op& op = f_.op(loop);
    bool counted = op.code == "for"_op;
    size_t first = counted ? 3 : 0, begin = assumed_.size();
    if (begin > 0) return here;  // one loop at a time: nested assumptions would need a joint fixpoint
    const std::vector<ValueId>& arguments = f_.region(op.regions[0]).arguments;
    size_t states = op.operands.size() - first;
    for (size_t n = 0; n < states; ++n) {
      ValueId argument = arguments[n + (counted ? 1 : 0)];
      if (!f_.type(argument).is_array()) continue;
      for (int x = 0; x < f_.type(argument).rank(); ++x)
        assumed_.push_back({argument, x, trace_outside(op.operands[first + n], x)});
    }
    ExtentSource wanted = here;
    bool holds = true;
    for (const Assumption& a : std::vector<Assumption>(assumed_.begin() + long(begin), assumed_.end())) {
      size_t n = f_.value(a.array).index - (counted ? 1 : 0);
      if (n == k && a.axis == axis) wanted = a.extent;
      for (OpCode code : {"continue"_op, "break"_op}) {
        if (code == "break"_op && !counted) continue;
        for (OpId exit : exits_of(loop, code)) holds &= trace(f_.op(exit).operands[n], a.axis) == a.extent;
      }
    }
    assumed_.resize(begin);
    return holds ? wanted : here;
  }
  // Of state that changes its extents: an axis of earlier state that is as long to begin with, and in each round again.
  ExtentSource carried_alike(OpId loop, uint32_t k, int axis, const ExtentSource& found) {
    const std::vector<ValueId>& arguments = f_.region(f_.op(loop).regions[0]).arguments;
    if (found.array != arguments[k] || !assumed_.empty()) return found;
    uint32_t counters = is(f_, loop, "for"_op) ? 1 : 0, first = is(f_, loop, "for"_op) ? 3 : 0;
    auto initial = [&](uint32_t n, int x) { return trace_outside(f_.op(loop).operands[first + n - counters], x); };
    const ExtentSource begin = initial(k, axis);
    for (uint32_t n = counters; n <= k; ++n) {
      Type t = f_.type(arguments[n]);
      for (int x = 0; t.is_array() && x < (n == k ? axis : t.rank()); ++x) {
        if (initial(n, x) != begin) continue;
        const ExtentSource other{.constant = -1, .value = {}, .array = arguments[n], .axis = x};
        assumed_.push_back({arguments[k], axis, other});
        compared_ = 0;
        bool holds = true;
        for (OpId exit : exits_of(loop, "continue"_op)) {
          const std::vector<ValueId>& next = f_.op(exit).operands;
          holds = holds && same(trace(next[k - counters], axis), trace(next[n - counters], x));
        }
        assumed_.pop_back();
        if (holds) return other;
      }
    }
    return found;
  }
  // Under what is assumed: values that were computed alike from extents that are equal.
  bool same(const ExtentSource& a, const ExtentSource& b) { return a == b || (a.value && b.value && same(a.value, b.value)); }
  bool same(ValueId a, ValueId b) {
    a = broadcast_extent(a), b = broadcast_extent(b);
    ExtentSource x = of_value(a), y = of_value(b);
    if (x == y) return true;
    if (!x.value || !y.value) return false;
    OpId p = f_.defining_op(x.value), q = f_.defining_op(y.value);
    if (!p || !q || ++compared_ > most_compared) return false;
    const Op &left = f_.op(p), &right = f_.op(q);
    bool alike = left.code == right.code && left.attrs == right.attrs && left.regions.empty() &&
                 !(own_traits(f_, p) & (Reads | Writes | Effect | Birth)) && left.operands.size() == right.operands.size() &&
                 f_.value(x.value).index == f_.value(y.value).index && f_.type(x.value) == f_.type(y.value);
    for (size_t k = 0; alike && k < left.operands.size(); ++k) alike = same(left.operands[k], right.operands[k]);
    return alike;
  }
  // What a check.broadcast makes of extents that are the same.
  ValueId broadcast_extent(ValueId v) {
    OpId def = f_.defining_op(v);
    if (!is(f_, def, "check.broadcast"_op) || ++compared_ > most_compared) return v;
    const Op& op = f_.op(def);
    size_t first = 0, from_end = op.results.size() - f_.value(v).index;
    ValueId common;
    bool agree = true;
    for (int64_t rank : f_.list_attr(def, "ranks")) {
      if (size_t(rank) >= from_end) {
        ValueId e = op.operands[first + size_t(rank) - from_end];
        if (!common) common = e;
        agree = agree && same(common, e);
      }
      first += size_t(rank);
    }
    return agree && common ? common : v;
  }
  ExtentSource trace_outside(ValueId array, int axis) {
    std::vector<Assumption> kept;
    kept.swap(assumed_);
    ExtentSource e = trace(array, axis);
    kept.swap(assumed_);
    return e;
  }
  bool visible_at(const ExtentSource& e, OpId op) const {
    ValueId v = e.value ? e.value : e.array;
    return !v || is_inside(f_, f_.op(op).parent, region_of(f_, v));
  }

  const Function& f_;
  std::unordered_map<uint32_t, std::vector<OpId>> exits_;  // breaks and continues of a loop
  std::vector<Assumption> assumed_;
  int depth_ = 0, compared_ = 0;
};
}  // namespace

ExtentSource extent_source(const Function& f, ValueId array, int axis) { return Tracer(f).trace(array, axis); }

ValueId copied_array(const Function& f, OpId copy) {
  if (is(f, copy, "copy"_op)) return f.op(copy).operands[0];
  if (!is(f, copy, "generate"_op)) return {};
  RegionId body = f.op(copy).regions[0];
  OpId load = f.defining_op(f.op(f.terminator(body)).operands[0]);
  if (!is(f, load, "load"_op) || f.op(load).parent != body) return {};
  for (size_t k = 1; k < f.op(load).operands.size(); ++k) {
    OpId index = f.defining_op(f.op(load).operands[k]);
    if (!is(f, index, "assume.index"_op) || f.op(index).operands[0] != f.region(body).arguments[k - 1]) return {};
  }
  ValueId array = f.op(load).operands[0];
  return region_of(f, array) == body ? ValueId{} : array;
}

bool looks_into(const Function& f, OpId id) {
  const OpRecord& r = record_of(f, id);
  return r.tier == Tier::Elementwise || r.tier == Tier::Structural || (r.traits & (Reads | Writes | View)) ||
         is(f, id, "extent"_op);
}

ValueId ParameterExtents::of(ValueId parameter, int64_t axis) {
  auto [it, fresh] = made_.try_emplace({parameter, axis});
  if (fresh) it->second = entry_.make("extent"_op, {parameter}, Type::integer(), {{"axis", axis}});
  return it->second;
}

bool ParameterExtents::hoist(size_t asked) {
  std::map<std::pair<ValueId, int64_t>, std::vector<OpId>> places;
  for (OpId id : f_.ops_below(f_.body())) {
    if (!is(f_, id, "extent"_op)) continue;
    ValueId array = f_.op(id).operands[0];
    if (!f_.defining_op(array) && f_.value(array).region == f_.body()) places[{array, f_.int_attr(id, "axis")}].push_back(id);
  }
  bool changed = false;
  for (const auto& [extent, ops] : places) {
    if (ops.size() < asked) continue;
    for (OpId id : ops) f_.replace_uses(f_.op(id).results[0], of(extent.first, extent.second));
    changed = true;
  }
  return changed;
}

}  // namespace aic::passes
