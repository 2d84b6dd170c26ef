// Takes extents of parameters for equal, or apart by a constant, where they were so in the first call and checks ask.
//
//   func @f(%h: f64[:, ::1], %u: f64[:, ::1])               … {assumed = [0, 0, 1, 0, 1]}
//     {related = [0, 0, 0, 0, 1, 0, 0, 1]}                  %n = extent %h {axis = 0}
//     %n = extent %h {axis = 0}                       →     %m = add %n, 1
//     %m = extent %u {axis = 0}                             %v = view.reshape %u, %m, …
//     … check.broadcast of slices of both …                 … the same of %v
//
// One version of a function whose arrays fit together: broadcasts are decided, kernels over equal shapes are over the same
// extents, so that they fuse across statements, and nothing is written a second time for arrays that are stretched.
// `related` comes from the driver: [parameter, axis, family, offset, …], extents of one family were apart by their offsets
// in the first call. What is taken for granted is handed back as `assumed`: [p, axis, q, axis, delta, …], extent(q) =
// extent(p) + delta. The dispatcher tests it at every call; a call for which it fails gets code made without guesses.
// After inlining and cse. Cost: one look at each check, and a chain of index arithmetic behind its operands.
#include <algorithm>
#include <map>
#include <optional>

#include "ir/builder.h"
#include "passes/assumed.h"
#include "passes/constants.h"
#include "passes/effects.h"
#include "passes/passes.h"
#include "passes/shapes.h"

namespace aic::passes {
using namespace ir;

namespace {
using Place = std::pair<int64_t, int64_t>;  // a parameter's number, and an axis

struct Related {
  int64_t family, offset;
};

// An extent of a parameter plus a constant.
struct Linear {
  Place place;
  int64_t constant;
};

class Guesser {
 public:
  Guesser(Function& f, std::map<Place, Related> related) : f_(f), related_(std::move(related)) {
    for (size_t k = 0; k < f.parameters().size(); ++k) number_[f.parameters()[k]] = int64_t(k);
  }
  bool run() {
    for (OpId id : f_.ops_below(f_.body())) {
      OpCode c = f_.op(id).code;
      if (c == "check.broadcast"_op || c == "check.assignable"_op)
        look_at_ranks(id);
      else if ((c == "equal"_op || c == "not_equal"_op) && f_.type(f_.op(id).operands[0]).is(TypeKind::Int))
        meet({f_.op(id).operands[0], f_.op(id).operands[1]});
    }
    return !first_.empty() && rewrite();
  }

 private:
  // Extents are aligned at their ends.
  void look_at_ranks(OpId id) {
    const Op op = f_.op(id);
    const std::vector<int64_t>& ranks = f_.list_attr(id, "ranks");
    int64_t longest = *std::max_element(ranks.begin(), ranks.end());
    for (int64_t axis = 0; axis < longest; ++axis) {
      std::vector<ValueId> group;
      size_t end = 0;
      for (int64_t rank : ranks) {
        end += size_t(rank);
        if (axis < rank) group.push_back(op.operands[end - 1 - size_t(axis)]);
      }
      meet(group);
    }
  }
  // These are compared with one another.
  void meet(const std::vector<ValueId>& extents) {
    std::optional<Linear> first;
    for (ValueId v : extents) {
      std::optional<Linear> x = linear(v);
      if (!x) continue;
      if (!first)
        first = x;
      else if (first->place != x->place)
        relate(*first, *x);
    }
  }
  void relate(const Linear& a, const Linear& b) {
    auto x = related_.find(a.place), y = related_.find(b.place);
    if (x == related_.end() || y == related_.end() || x->second.family != y->second.family) return;
    if (x->second.offset + a.constant != y->second.offset + b.constant) return;  // one is stretched, or it is an error
    Place p = root(a.place), q = root(b.place);
    if (p == q) return;
    bool smaller = std::pair(related_.at(p).offset, p) < std::pair(related_.at(q).offset, q);
    first_[smaller ? q : p] = smaller ? p : q;
  }
  Place root(Place p) const {
    for (auto it = first_.find(p); it != first_.end(); it = first_.find(p)) p = it->second;
    return p;
  }

  // ---- what an extent is made of; a guess, as all of this ----
  std::optional<Linear> linear(ValueId v, int depth = 0) const {
    OpId def = f_.defining_op(v);
    if (!def || depth > 32) return {};
    const Op& op = f_.op(def);
    if (op.code == "extent"_op) return linear_extent(op.operands[0], int(f_.int_attr(def, "axis")), depth + 1);
    if (op.code == "check.broadcast"_op) return linear_broadcast(def, f_.value(v).index, depth + 1);
    if (op.operands.size() != 2) return {};
    std::optional<int64_t> k = find_integer(f_, op.operands[1]);
    if (!k) return {};
    std::optional<Linear> x = linear(op.operands[0], depth + 1);
    if (!x || op.code == "maximum"_op) return x;
    if (op.code == "add"_op) return Linear{x->place, x->constant + *k};
    if (op.code == "subtract"_op) return Linear{x->place, x->constant - *k};
    return {};
  }
  std::optional<Linear> linear_extent(ValueId array, int axis, int depth) const {
    if (depth > 32) return {};
    ExtentSource e = extent_source(f_, array, axis);
    if (e.value) return linear(e.value, depth + 1);
    if (!e.array) return {};
    if (auto p = number_.find(e.array); p != number_.end()) return Linear{{p->second, e.axis}, 0};
    if (f_.defining_op(e.array)) return {};
    OpId loop = f_.region(f_.value(e.array).region).op;  // what a loop carries: as it begins
    if (!is(f_, loop, "for"_op)) return {};
    return linear_extent(f_.op(loop).operands[2 + f_.value(e.array).index], e.axis, depth + 1);
  }
  std::optional<Linear> linear_broadcast(OpId check, uint32_t result, int depth) const {
    const Op& op = f_.op(check);
    size_t from_end = op.results.size() - result, end = 0;
    for (int64_t rank : f_.list_attr(check, "ranks")) {
      end += size_t(rank);
      if (from_end > size_t(rank) || is_integer(f_, op.operands[end - from_end], 1)) continue;
      if (std::optional<Linear> x = linear(op.operands[end - from_end], depth + 1)) return x;
    }
    return {};
  }

  // ---- taking it for granted ----
  bool rewrite() {
    Builder b = Builder::before(f_, f_.region(f_.body()).first);
    b.span = f_.op(f_.region(f_.body()).first).span;
    ParameterExtents extents(f_, b);
    extents.hoist(1);
    const std::vector<OpId> all = f_.ops_below(f_.body());
    std::vector<int64_t> assumed;
    std::map<Place, ValueId> told;
    for (const auto& [q, _] : first_) {
      Place p = root(q);
      int64_t delta = related_.at(q).offset - related_.at(p).offset;
      assumed.insert(assumed.end(), {p.first, p.second, q.first, q.second, delta});
      ValueId have = extents.of(f_.parameters()[size_t(p.first)], p.second),
              old = extents.of(f_.parameters()[size_t(q.first)], q.second);
      std::vector<NamedAttr> exact{{"exact", int64_t(1)}};
      told[q] = delta ? b.make("add"_op, {have, b.integer(delta)}, Type::integer(), exact) : have;
      f_.replace_uses(old, told[q]);
    }
    for (const auto& [array, k] : std::map<ValueId, int64_t>(number_.begin(), number_.end()))
      tell(b, extents, all, array, k, told);
    f_.attrs.push_back({"assumed", assumed});
    return true;
  }
  // What looks into the array looks through a view that has these extents.
  void tell(Builder& b, ParameterExtents& extents, const std::vector<OpId>& all, ValueId array, int64_t k,
            const std::map<Place, ValueId>& told) {
    if (!f_.type(array).is_array() || f_.type(array).layout() != Layout::C) return;
    bool any = false;
    std::vector<ValueId> operands{array};
    for (int64_t axis = 0; axis < f_.type(array).rank(); ++axis) {
      auto it = told.find({k, axis});
      any |= it != told.end();
      operands.push_back(it != told.end() ? it->second : extents.of(array, axis));
    }
    if (!any) return;
    ValueId known = b.make("view.reshape"_op, operands, f_.type(array));
    for (OpId id : all)
      for (size_t n = 0; n < f_.op(id).operands.size(); ++n)
        if (f_.op(id).operands[n] == array && looks_into(f_, id) && !is(f_, id, "extent"_op))
          f_.set_operand(id, uint32_t(n), known);
  }

  Function& f_;
  std::map<Place, Related> related_;
  std::map<ValueId, int64_t> number_;
  std::map<Place, Place> first_;  // told by which other one
};
}  // namespace

std::pair<ValueId, int> assumed_extent(const Function& f, ValueId parameter, int axis) {
  for (const NamedAttr& a : f.attrs) {
    const auto* list = a.name == "assumed" ? std::get_if<std::vector<int64_t>>(&a.value) : nullptr;
    for (size_t k = 0; list && k + 4 < list->size(); k += 5)
      if (f.parameters()[size_t((*list)[k + 2])] == parameter && (*list)[k + 3] == axis && (*list)[k + 4] == 0)
        return {f.parameters()[size_t((*list)[k])], int((*list)[k + 1])};
  }
  return {parameter, axis};
}

bool assume_shapes(Function& f, PassContext&) {
  std::map<Place, Related> related;
  for (const NamedAttr& a : f.attrs) {
    const auto* list = a.name == "related" ? std::get_if<std::vector<int64_t>>(&a.value) : nullptr;
    for (size_t k = 0; list && k + 3 < list->size(); k += 4)
      if (size_t((*list)[k]) < f.parameters().size()) related[{(*list)[k], (*list)[k + 1]}] = {(*list)[k + 2], (*list)[k + 3]};
  }
  std::erase_if(f.attrs, [](const NamedAttr& a) { return a.name == "related"; });
  return !related.empty() && Guesser(f, std::move(related)).run();
}

}  // namespace aic::passes
