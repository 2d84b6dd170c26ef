// An array of rows whose columns a nest of loops goes through is stored column by column while the nest runs.
//
//   %q = empty %m, %n                            %q = empty %m, %n
//   for …, %n, … {                               %t = empty %n, %m
//     (%k: int):                                 … t = q.T
//     for …, %n, … {                       →     for …, %n, … {
//       (%j: int):                                 (%k: int):
//       kernel %m {                                for …, %n, … {
//         (%i: int):                                 (%j: int):
//         … load %q, %i, %j … load %q, %i, %k        kernel %m {
//         store %q, …, %i, %j                          … load %t, %j, %i … load %t, %k, %i
//                                                      store %t, …, %j, %i
//                                                … q = t.T
//
// Gram-Schmidt, rotations of column pairs and sweeps of tridiagonal systems take a cache line for each element otherwise, and
// no vector loads them. What moves there and back is the whole array, so the nest must look at its columns more often than
// once each: its deepest accesses walk down columns under two loops or more, one of which runs over the columns, and none of
// them walks along rows. Walks that carry a float in order are left to lanes (lanes.cpp).
//
// Nobody else may look while the nest runs: every other array in it is proved distinct, no list or object in it can hold
// the array, and nothing leaves the nest but at its end. What outlives an exception (anything but a birth that is only looked
// at and returned) goes back before each `raise` and failing check as well; calls and checks of other kinds are refused then.
// Ctrl-C and memory that runs out between may show such an array as it was before the nest.
// After eliminate_checks, before whoever chooses by strides. Cost: one walk over each nest of three loops, two for an array
// that moves.
#include <algorithm>
#include <array>
#include <optional>
#include <unordered_set>

#include "ir/builder.h"
#include "passes/constants.h"
#include "passes/effects.h"
#include "passes/kernels/affine.h"
#include "passes/memory/alias.h"
#include "passes/passes.h"
#include "passes/regions.h"

namespace aic::passes {
using namespace ir;

namespace {
bool is_loop(const Function& f, OpId id) { return (record_of(f, id).traits & Loop) != 0; }

// Can something of this type lead to an array?
bool may_hold_arrays(Type t) {
  if (t.is_array() || t.is_object() || t.is(TypeKind::Cell)) return true;
  if (!t.is_tuple() && !t.is(TypeKind::Union) && !t.is_list()) return false;
  return std::ranges::any_of(t.elements(), may_hold_arrays);
}

// What one nest does with one array.
class Columns {
 public:
  Columns(Function& f, Aliases& aliases, OpId loop, ValueId array) : f_(f), aliases_(aliases), loop_(loop), array_(array) {}

  bool move() {
    if (!collect(array_, Way{Axis{0, {}}, Axis{1, {}}}) || !gains() || !is_alone()) return false;
    write();
    return true;
  }

 private:
  // Where one axis of the array is in a view of it.
  struct Axis {
    int at;  // which axis of the view; none: an index has taken it away
    std::vector<ValueId> begins;
  };
  using Way = std::array<Axis, 2>;
  struct Access {
    OpId op;
    Way way;
  };

  // ---- who looks ----
  [[nodiscard]] bool is_in_nest(OpId id) const { return op_within(f_, id, f_.op(loop_).parent) == loop_; }
  // The accesses through v; false where something else is done with it in the nest.
  bool collect(ValueId v, const Way& way) {
    seen_.insert(v);
    for (const Use& u : f_.value(v).uses) {
      const OpCode code = f_.op(u.op).code;
      if (!is_in_nest(u.op)) {
        is_used_outside_ |= code != "extent"_op;
        continue;
      }
      if (u.operand != 0 || u.op == loop_) return false;
      if (code == "load"_op || code == "store"_op)
        accesses_.push_back({u.op, way});
      else if (code != "extent"_op && (code != "view"_op || !collect_view(u.op, way)))
        return false;
      stores_ |= code == "store"_op;
    }
    return true;
  }
  bool collect_view(OpId view, const Way& way) {
    Way to{Axis{-1, way[0].begins}, Axis{-1, way[1].begins}};
    size_t operand = 1;
    int axis = 0, result = 0;
    for (char c : f_.text_attr(view, "spec")) {
      if (c == 'n') return false;
      for (size_t k = 0; k < 2; ++k) {
        if (way[k].at != axis) continue;
        if (c != ':') to[k].begins.push_back(f_.op(view).operands[operand]);
        if (c != 'i') to[k].at = result;
      }
      operand += c == 's' ? 3 : c == 'i' ? 1 : 0;
      result += c != 'i';
      ++axis;
    }
    return result > 0 && collect(f_.op(view).results[0], to);
  }

  // ---- what is gained ----
  // Loops around an op, innermost first, to the nest's own.
  [[nodiscard]] std::vector<OpId> loops_around(OpId id, bool& always) const {
    std::vector<OpId> all;
    always = true;
    for (OpId at = f_.parent_op(id);; at = f_.parent_op(at)) {
      if (is_loop(f_, at) || is(f_, at, "kernel"_op))
        all.push_back(at);
      else
        always = false;
      if (at == loop_) return all;
    }
  }
  [[nodiscard]] ValueId index_of(OpId loop) const {
    return is(f_, loop, "while"_op) ? ValueId{} : f_.region(f_.op(loop).regions[0]).arguments[0];
  }
  [[nodiscard]] bool follows(const Access& a, size_t axis, ValueId index) const {
    auto has = [&](ValueId v) {
      const Affine map = affine_of(f_, v);
      return std::ranges::any_of(map.terms, [&](const auto& t) { return t.first == index; });
    };
    const size_t first = is(f_, a.op, "store"_op) ? 2 : 1;
    return std::ranges::any_of(a.way[axis].begins, has) ||
           (a.way[axis].at >= 0 && has(f_.op(a.op).operands[first + size_t(a.way[axis].at)]));
  }
  // Vectors may go along it.
  [[nodiscard]] bool is_free(OpId loop) const {
    return is(f_, loop, "kernel"_op) || f_.op(loop).results.empty() || f_.int_attr(loop, "reassociate");
  }
  [[nodiscard]] bool gains() const {
    size_t down = 0, along = 0, over = 0;  // how deep columns and rows are walked, and what is not to be touched
    for (const Access& a : accesses_) {
      bool always;
      const std::vector<OpId> loops = loops_around(a.op, always);
      const ValueId walk = index_of(loops[0]);
      if (!walk || is(f_, loops[0], "while"_op)) continue;
      const bool rows = follows(a, 0, walk), columns = follows(a, 1, walk);
      if (columns) along = std::max(along, loops.size());
      if (!rows || columns) continue;
      if (!is_free(loops[0])) over = std::max(over, loops.size());
      if (always && goes_over_columns(a, loops)) down = std::max(down, loops.size());
    }
    return down >= 3 && along < down && over < down;
  }
  [[nodiscard]] bool goes_over_columns(const Access& a, const std::vector<OpId>& loops) const {
    bool chosen = false;
    for (size_t k = 1; k < loops.size(); ++k) {
      const bool over = runs_along(loops[k], 1);
      chosen |= over && follows(a, 1, index_of(loops[k]));
      // What is there before the nest costs nothing to make: no loop may turn out to be empty.
      if (!is_birth() && !over && !runs_along(loops[k], 0)) return false;
    }
    return chosen;
  }
  [[nodiscard]] bool is_birth() const { return is(f_, f_.defining_op(array_), "empty"_op); }
  // From one end of the axis, or nearly.
  [[nodiscard]] bool runs_along(OpId loop, size_t axis) const {
    if (is(f_, loop, "while"_op)) return false;
    const std::vector<ValueId>& bounds = f_.op(loop).operands;
    if (is(f_, loop, "kernel"_op)) return is_end(bounds[0], axis);
    const std::optional<int64_t> step = find_integer(f_, bounds[2]);
    return step && (*step == 1 ? is_end(bounds[1], axis) : *step == -1 && is_end(bounds[0], axis));
  }
  [[nodiscard]] bool is_end(ValueId bound, size_t axis) const {
    const Affine map = affine_of(f_, bound);
    if (map.terms.size() != 1 || map.terms[0].second != 1) return false;
    const ValueId v = map.terms[0].first;
    const OpId d = f_.defining_op(v);
    if (is_birth() && f_.op(f_.defining_op(array_)).operands[axis] == v) return true;
    return is(f_, d, "extent"_op) && f_.op(d).operands[0] == array_ && f_.int_attr(d, "axis") == int64_t(axis);
  }

  // ---- what else happens in the nest ----
  // Once this function has raised, nobody can look at it.
  [[nodiscard]] bool dies_with_function() const { return is_birth() && only_returns(array_); }
  [[nodiscard]] bool only_returns(ValueId v) const {
    return std::ranges::all_of(f_.value(v).uses, [&](const Use& u) {
      const Op& op = f_.op(u.op);
      if (op.code == "load"_op || op.code == "extent"_op || op.code == "return"_op) return true;
      if (op.code == "store"_op) return u.operand == 0;
      return (record(op.code).has(View) || op.code == "tuple"_op) && only_returns(op.results[0]);
    });
  }
  bool is_alone() {
    const bool goes_back = stores_ && !dies_with_function();
    for (OpId id : f_.ops_below(f_.op(loop_).regions[0])) {
      for (ValueId v : f_.op(id).operands)
        if (!seen_.contains(v) && may_hold_arrays(f_.type(v)) && !(f_.type(v).is_array() && aliases_.distinct(v, array_)))
          return false;
      if (is(f_, id, "return"_op) || is(f_, id, "interpret"_op)) return false;
      if (is(f_, id, "break"_op) || is(f_, id, "continue"_op)) {
        const OpId left = loop_of_exit(f_, id);
        if (!left || !is_in_nest(left)) return false;
      }
      if (!goes_back || !(own_traits(f_, id) & MayRaise) || is(f_, id, "empty"_op)) continue;
      const OpCode code = f_.op(id).code;
      if (code != "raise"_op && code != "check.zero"_op && code != "check.true"_op && code != "check.index"_op) return false;
      raises_.push_back(id);
    }
    return raises_.size() <= 6;
  }

  // ---- writing ----
  void write() {
    Builder b = Builder::before(f_, loop_);
    b.span = f_.op(loop_).span;
    const OpId birth = f_.defining_op(array_);
    const bool lives_for_nest = is_birth() && f_.op(birth).parent == f_.op(loop_).parent && !is_used_outside_;
    for (size_t k : {0, 1})
      extents_[k] =
          is_birth() ? f_.op(birth).operands[k] : b.make("extent"_op, {array_}, Type::integer(), {{"axis", int64_t(k)}});
    const ValueId columns = b.make("empty"_op, {extents_[1], extents_[0]}, Type::array(f_.type(array_).dtype(), 2, Layout::C));
    if (!lives_for_nest)
      transpose(b, array_, columns, 0);
    else if (f_.int_attr(birth, "zeroed"))
      f_.set_attr(f_.defining_op(columns), "zeroed", int64_t(1));
    replace(array_, columns);
    if (!stores_ || lives_for_nest) return;
    Builder after = Builder::after(f_, loop_);
    after.span = b.span;
    transpose(after, columns, array_, 1);
    for (OpId id : raises_) put_back_before(id, columns);
  }

  void end_round(Builder& b, int64_t label) { b.op("continue"_op, {}, {}, {{"loop", label}}); }
  // to[j, i] = from[i, j], some rows at a time, whose cache lines stay until all of them is read. `rows`: the array's axis.
  void transpose(Builder& b, ValueId from, ValueId to, size_t rows) {
    const ValueId count = extents_[rows], zero = b.integer(0), one = b.integer(1), some = b.integer(16);
    const int64_t outer = f_.new_label(), inner = f_.new_label();
    Builder block = inside(b, b.op("for"_op, {zero, count, some}, {}, {{"label", outer}}, 1));
    const ValueId first = f_.add_argument(block.region(), Type::integer());
    const ValueId behind = block.make("add"_op, {first, some}, Type::integer(), {{"exact", int64_t(1)}});
    const ValueId last = block.make("minimum"_op, {behind, count}, Type::integer());
    Builder column = inside(b, block.op("kernel"_op, {extents_[1 - rows]}, {}, {}, 1));
    const ValueId j = f_.add_argument(column.region(), Type::integer());
    Builder element = inside(b, column.op("for"_op, {first, last, one}, {}, {{"label", inner}}, 1));
    const ValueId i = f_.add_argument(element.region(), Type::integer());
    copy(element, from, to, in_range(element, i, rows), in_range(element, j, 1 - rows));
    end_round(element, inner);
    column.op("yield"_op, {}, {});
    end_round(block, outer);
  }
  // to[j, i] = from[i, j]
  void copy(Builder& b, ValueId from, ValueId to, ValueId i, ValueId j) {
    b.op("store"_op, {to, b.make("load"_op, {from, i, j}, f_.type(from).element()), j, i}, {});
  }
  [[nodiscard]] ValueId in_range(Builder& b, ValueId index, size_t axis) {
    return b.make("assume.index"_op, {index, extents_[axis]}, Type::integer());
  }
  [[nodiscard]] Builder inside(const Builder& b, OpId op) {
    Builder in(f_, f_.op(op).regions[0]);
    in.span = b.span;
    return in;
  }

  // Looks at v in the nest are looks at `columns`, whose axes are the other way round.
  void replace(ValueId v, ValueId columns) {
    const bool both = f_.type(v).rank() == 2;
    const std::vector<Use> uses = f_.value(v).uses;
    for (const Use& u : uses) {
      const OpCode code = f_.op(u.op).code;
      if (!is_in_nest(u.op)) continue;
      if (code == "view"_op) {
        replace(f_.op(u.op).results[0], view(u.op, columns));
        f_.erase(u.op);
        continue;
      }
      std::vector<ValueId> operands = f_.op(u.op).operands;
      operands[0] = columns;
      if (both && code == "extent"_op) f_.set_attr(u.op, "axis", 1 - f_.int_attr(u.op, "axis"));
      if (both && code != "extent"_op) std::swap(operands.end()[-1], operands.end()[-2]);
      f_.set_operands(u.op, operands);
    }
  }
  [[nodiscard]] ValueId view(OpId old, ValueId columns) {
    std::string spec = f_.text_attr(old, "spec");
    std::vector<std::vector<ValueId>> parts;
    size_t at = 1;
    for (char c : spec) {
      const size_t count = c == 's' ? 3 : c == 'i' ? 1 : 0;
      auto begin = f_.op(old).operands.begin() + long(at);
      parts.emplace_back(begin, begin + long(count));
      at += count;
    }
    std::ranges::reverse(spec);
    std::ranges::reverse(parts);
    std::vector<ValueId> operands{columns};
    for (const auto& part : parts) operands.insert(operands.end(), part.begin(), part.end());
    const Layout from = f_.type(columns).layout();
    const bool dense = (from == Layout::C || from == Layout::Inner) &&
                       (spec.back() == ':' || (spec.back() == 's' && is_integer(f_, operands.back(), 1)));
    const int rank = f_.type(f_.op(old).results[0]).rank();
    const Layout layout = !dense ? Layout::Strided : rank == 1 ? Layout::C : Layout::Inner;
    Builder b = Builder::before(f_, old);
    b.span = f_.op(old).span;
    return b.make("view"_op, operands, Type::array(f_.type(array_).dtype(), rank, layout), {{"spec", spec}});
  }

  // What is raised leaves the array as the nest has made it.
  void put_back_before(OpId id, ValueId columns) {
    Builder b = Builder::before(f_, id);
    b.span = f_.op(id).span;
    if (is(f_, id, "raise"_op)) return put_back(b, columns);
    const bool holds = is(f_, id, "check.true"_op);
    const OpId choice = b.op("if"_op, {holds ? f_.op(id).operands[0] : fails(id, b)}, {}, {}, 2);
    for (size_t k : {0, 1}) {
      Builder arm(f_, f_.op(choice).regions[k]);
      arm.span = b.span;
      if ((k == 1) == holds) put_back(arm, columns);
      arm.op("yield"_op, {}, {});
    }
  }
  [[nodiscard]] ValueId fails(OpId check, Builder& b) {
    const std::vector<ValueId> x = f_.op(check).operands;
    const Type t = f_.type(x[0]), answer = t.is_python_number() ? Type::boolean() : Type::scalar(DType::Bool);
    if (is(f_, check, "check.zero"_op))
      return b.make("equal"_op, {x[0], is_float(t.dtype()) ? b.number(0.0, t) : b.integer(0, t)}, answer);
    const ValueId lowest = b.make("subtract"_op, {b.integer(0), x[1]}, Type::integer(), {{"exact", int64_t(1)}});
    const ValueId below = b.make("less"_op, {x[0], lowest}, answer);
    return b.make("logical_or"_op, {below, b.make("greater_equal"_op, {x[0], x[1]}, answer)}, answer);
  }
  void put_back(Builder& b, ValueId columns) {
    Builder row = inside(b, b.op("kernel"_op, {extents_[0]}, {}, {}, 1));
    const ValueId i = in_range(row, f_.add_argument(row.region(), Type::integer()), 0);
    Builder element = inside(b, row.op("kernel"_op, {extents_[1]}, {}, {}, 1));
    const ValueId j = in_range(element, f_.add_argument(element.region(), Type::integer()), 1);
    copy(element, columns, array_, j, i);
    element.op("yield"_op, {}, {});
    row.op("yield"_op, {}, {});
  }

  Function& f_;
  Aliases& aliases_;
  const OpId loop_;
  const ValueId array_;
  std::unordered_set<ValueId> seen_;  // the array and views of it
  std::vector<Access> accesses_;
  std::vector<OpId> raises_;
  std::array<ValueId, 2> extents_;
  bool stores_ = false, is_used_outside_ = false;
};

// Arrays from outside that are looked at under two loops of this one.
std::vector<ValueId> arrays_of(const Function& f, const Aliases& aliases, OpId loop) {
  std::vector<ValueId> all;
  const RegionId body = f.op(loop).regions[0];
  for (OpId id : f.ops_below(body)) {
    if (!is(f, id, "load"_op) && !is(f, id, "store"_op)) continue;
    const ValueId v = aliases.root(f.op(id).operands[0]);
    const Type t = f.type(v);
    if (!t.is_array() || t.rank() != 2 || t.layout() != Layout::C || is_inside(f, region_of(f, v), body)) continue;
    int depth = 1;
    for (OpId at = f.parent_op(id); at != loop; at = f.parent_op(at)) depth += is_loop(f, at) || is(f, at, "kernel"_op);
    if (depth >= 3 && std::ranges::find(all, v) == all.end()) all.push_back(v);
  }
  return all;
}
}  // namespace

bool store_columns(Function& f, PassContext&) {
  std::optional<Aliases> aliases;
  bool changed = false;
  for (OpId loop : f.ops_below(f.body())) {
    if (!is(f, loop, "for"_op)) continue;
    if (!aliases) aliases.emplace(f);
    for (ValueId v : arrays_of(f, *aliases, loop)) changed |= Columns(f, *aliases, loop, v).move();
  }
  return changed;
}

}  // namespace aic::passes
