// See tapes.h.
#include "passes/autodiff/tapes.h"

#include <map>

#include "ir/builder.h"
#include "ir/ops/table.h"
#include "passes/autodiff/structure.h"
#include "passes/effects.h"

namespace aic::passes::autodiff {
using namespace ir;

namespace {
constexpr int64_t first_capacity = 64;  // elements

using Values = std::vector<ValueId>;
struct Stack {
  ValueId array, top;
};
using Stacks = std::map<DType, Stack>;
// How many numbers a frame has of each dtype; the extents of arrays count as int64.
using Numbers = std::map<DType, int64_t>;

class Lowering {
 public:
  explicit Lowering(Function& f) : f_(f) {}
  void run() {
    std::map<DType, bool> used;
    for (OpId id : f_.ops_below(f_.body()))
      if (is(f_, id, "tape.push"_op) || is(f_, id, "tape.pop"_op)) {
        for (Type t : types_of(id)) {
          used[t.dtype()] = true;
          if (t.is_array()) used[DType::I64] = true;
        }
        if (types_of(id).empty()) f_.erase(id);
      }
    if (used.empty()) return;
    Builder b = Builder::before(f_, f_.region(f_.body()).first);
    Stacks stacks;
    for (auto [d, _] : used) stacks[d] = {b.make("empty"_op, {b.integer(first_capacity)}, array_of(d)), b.integer(0)};
    lower(f_.body(), stacks);
  }

 private:
  static Type array_of(DType d) { return Type::array(d, 1, Layout::C); }
  std::vector<Type> types_of(OpId id) const {
    std::vector<Type> out;
    for (ValueId v : f_.op(id).operands) out.push_back(f_.type(v));
    for (ValueId v : f_.op(id).results) out.push_back(f_.type(v));
    return out;
  }
  Numbers numbers_of(OpId id) const {
    Numbers n;
    for (Type t : types_of(id)) t.is_array() ? n[DType::I64] += t.rank() : ++n[t.dtype()];
    return n;
  }
  static ValueId plus(Builder& b, ValueId x, ValueId y) {
    return b.make("add"_op, {x, y}, Type::integer(), {{"exact", int64_t(1)}});
  }
  static ValueId minus(Builder& b, ValueId x, ValueId y) {
    return b.make("subtract"_op, {x, y}, Type::integer(), {{"exact", int64_t(1)}});
  }
  static ValueId times(Builder& b, ValueId x, ValueId y) {
    return b.make("multiply"_op, {x, y}, Type::integer(), {{"exact", int64_t(1)}});
  }

  // ---- one frame ----
  ValueId element(Builder& b, const Stack& s, ValueId at) {
    ValueId n = b.make("extent"_op, {s.array}, Type::integer(), {{"axis", int64_t(0)}});
    return b.make("assume.index"_op, {at, n}, Type::integer());
  }
  void put(Builder& b, const Stack& s, ValueId at, ValueId v) {
    Type t = f_.type(s.array).element();
    if (f_.type(v) != t) v = b.make("cast"_op, {v}, t);
    b.op("store"_op, {s.array, v, element(b, s, at)}, {});
  }
  ValueId take(Builder& b, const Stack& s, ValueId at, Type type) {
    Type t = f_.type(s.array).element();
    ValueId v = b.make("load"_op, {s.array, element(b, s, at)}, t);
    return type == t ? v : b.make("cast"_op, {v}, type);
  }
  // The part of the stack that holds an array of these extents, as such an array.
  ValueId window(Builder& b, const Stack& s, ValueId from, ValueId size, Values extents, Type type) {
    ValueId flat = b.make("view"_op, {s.array, from, size, b.integer(1)}, array_of(type.dtype()), {{"spec", std::string("s")}});
    bool fortran = type.layout() == Layout::F && type.rank() > 1;
    if (fortran) std::reverse(extents.begin(), extents.end());
    extents.insert(extents.begin(), flat);
    ValueId shaped = b.make("view.reshape"_op, extents, Type::array(type.dtype(), type.rank(), Layout::C));
    if (!fortran) return shaped;
    std::vector<int64_t> axes;
    for (int k = type.rank(); k-- > 0;) axes.push_back(k);
    return b.make("view.transpose"_op, {shaped}, Type::array(type.dtype(), type.rank(), Layout::F), {{"axes", axes}});
  }
  // Room for n more elements.
  void reserve(Builder& b, Stack& s, ValueId n) {
    Type t = f_.type(s.array);
    ValueId capacity = b.make("extent"_op, {s.array}, Type::integer(), {{"axis", int64_t(0)}}), wanted = plus(b, s.top, n);
    ValueId full = b.make("greater"_op, {wanted, capacity}, Type::boolean());
    OpId choice = b.op("if"_op, {full}, {t}, {}, 2);
    Builder grow(f_, b.region_of(choice, 0)), keep(f_, b.region_of(choice, 1));
    grow.span = keep.span = b.span;
    ValueId doubled = times(grow, capacity, grow.integer(2));
    ValueId fresh = grow.make("empty"_op, {grow.make("maximum"_op, {doubled, wanted}, Type::integer())}, t);
    auto used = [&](ValueId a) {
      return grow.make("view"_op, {a, grow.integer(0), s.top, grow.integer(1)}, t, {{"spec", std::string("s")}});
    };
    grow.op("assign"_op, {used(fresh), used(s.array)}, {});
    grow.op("yield"_op, {fresh}, {});
    keep.op("yield"_op, {s.array}, {});
    s.array = b.result(choice);
  }
  // Room for all that the frame holds first, one test for each stack.
  void lower_push(OpId id, Stacks& stacks) {
    Builder b = Builder::before(f_, id);
    b.span = f_.op(id).span;
    Values operands = f_.op(id).operands, extents, sizes;
    std::map<DType, ValueId> room;
    auto take_room = [&](DType d, ValueId n) { room[d] = room[d] ? plus(b, room[d], n) : n; };
    for (ValueId v : operands) {
      if (!f_.type(v).is_array()) continue;
      ValueId size = b.integer(1);
      for (int k = 0; k < f_.type(v).rank(); ++k) {
        extents.push_back(b.make("extent"_op, {v}, Type::integer(), {{"axis", int64_t(k)}}));
        size = times(b, size, extents.back());
      }
      sizes.push_back(size);
      take_room(f_.type(v).dtype(), size);
    }
    Numbers numbers = numbers_of(id);
    for (auto [d, count] : numbers) take_room(d, b.integer(count));
    for (auto [d, n] : room) reserve(b, stacks[d], n);
    auto extent = extents.begin();
    auto size = sizes.begin();
    for (ValueId v : operands) {
      if (!f_.type(v).is_array()) continue;
      Stack& s = stacks[f_.type(v).dtype()];
      Values shape(extent, extent + f_.type(v).rank());
      extent += f_.type(v).rank();
      b.op("assign"_op, {window(b, s, s.top, *size, shape, f_.type(v)), v}, {});
      s.top = plus(b, s.top, *size++);
    }
    std::map<DType, ValueId> at;
    for (auto [d, count] : numbers) {
      at[d] = stacks[d].top;
      stacks[d].top = plus(b, stacks[d].top, b.integer(count));
    }
    put_numbers(b, operands, extents, stacks, at);
    f_.erase(id);
  }
  void put_numbers(Builder& b, const Values& operands, const Values& extents, const Stacks& stacks,
                   std::map<DType, ValueId> at) {
    auto next = [&](DType d) {
      ValueId here = at[d];
      at[d] = plus(b, here, b.integer(1));
      return here;
    };
    for (ValueId v : operands)
      if (DType d = f_.type(v).dtype(); !f_.type(v).is_array()) put(b, stacks.at(d), next(d), v);
    for (ValueId v : extents) put(b, stacks.at(DType::I64), next(DType::I64), v);
  }
  // The numbers of a frame, in the order of results; `extents` those of its arrays.
  Values take_numbers(Builder& b, OpId id, const Stacks& stacks, std::map<DType, ValueId> at, Values& extents) {
    auto next = [&](DType d) {
      ValueId here = at[d];
      at[d] = plus(b, here, b.integer(1));
      return here;
    };
    Values out;
    for (ValueId v : f_.op(id).results) {
      Type t = f_.type(v);
      out.push_back(t.is_array() ? ValueId{} : take(b, stacks.at(t.dtype()), next(t.dtype()), t));
    }
    for (ValueId v : f_.op(id).results)
      for (int k = 0; f_.type(v).is_array() && k < f_.type(v).rank(); ++k)
        extents.push_back(take(b, stacks.at(DType::I64), next(DType::I64), Type::integer()));
    return out;
  }
  void lower_pop(OpId id, Stacks& stacks) {
    Builder b = Builder::before(f_, id);
    b.span = f_.op(id).span;
    std::map<DType, ValueId> at;
    for (auto [d, count] : numbers_of(id)) at[d] = stacks[d].top = minus(b, stacks[d].top, b.integer(count));
    Values extents, values = take_numbers(b, id, stacks, at, extents), results = f_.op(id).results;
    for (size_t k = results.size(); k-- > 0;) {
      Type t = f_.type(results[k]);
      if (!t.is_array()) continue;
      Stack& s = stacks[t.dtype()];
      Values shape(extents.end() - t.rank(), extents.end());
      extents.resize(extents.size() - size_t(t.rank()));
      ValueId size = b.integer(1);
      for (ValueId n : shape) size = times(b, size, n);
      s.top = minus(b, s.top, size);
      values[k] = window(b, s, s.top, size, shape, t);
    }
    for (size_t k = 0; k < results.size(); ++k) f_.replace_uses(results[k], values[k]);
    f_.erase(id);
  }

  // ---- regions ----
  std::vector<OpId> taped_below(OpId op) const {
    std::vector<OpId> out;
    for (RegionId r : f_.op(op).regions)
      for (OpId id : f_.ops_below(r))
        if (is(f_, id, "tape.push"_op) || is(f_, id, "tape.pop"_op)) out.push_back(id);
    return out;
  }
  void lower(RegionId r, Stacks& stacks) {
    for (OpId id : f_.ops_in(r)) {
      if (is(f_, id, "tape.push"_op)) {
        lower_push(id, stacks);
        continue;
      }
      if (is(f_, id, "tape.pop"_op)) {
        lower_pop(id, stacks);
        continue;
      }
      std::vector<OpId> taped = taped_below(id);
      if (taped.empty()) continue;
      if (is(f_, id, "if"_op))
        lower_if(id, stacks, taped);
      else if (is(f_, id, "for"_op) && taped.size() == 1 && is_simple(id, taped[0]))
        lower_simple(id, taped[0], stacks);
      else
        lower_loop(id, stacks, taped);
    }
  }
  // What the ops below change: all stacks they push to, the tops of all they pop from.
  struct Touched {
    std::map<DType, bool> stacks;  // the value: pushed to
  };
  Touched touched_by(const std::vector<OpId>& taped) const {
    Touched t;
    for (OpId id : taped)
      for (Type each : types_of(id)) {
        bool push = is(f_, id, "tape.push"_op);
        t.stacks[each.dtype()] |= push;
        if (each.is_array()) t.stacks[DType::I64] |= push;
      }
    return t;
  }
  Values carried(const Touched& t, const Stacks& stacks) const {
    Values out;
    for (auto [d, pushed] : t.stacks) {
      if (pushed) out.push_back(stacks.at(d).array);
      out.push_back(stacks.at(d).top);
    }
    return out;
  }
  template <class Next>
  void set_carried(const Touched& t, Stacks& stacks, Next next) {
    for (auto [d, pushed] : t.stacks) {
      if (pushed) stacks[d].array = next(array_of(d));
      stacks[d].top = next(Type::integer());
    }
  }
  void append(OpId id, const Values& more) {
    Values operands = f_.op(id).operands;
    operands.insert(operands.end(), more.begin(), more.end());
    f_.set_operands(id, operands);
  }
  void lower_if(OpId id, Stacks& stacks, const std::vector<OpId>& taped) {
    Touched t = touched_by(taped);
    for (RegionId arm : f_.op(id).regions) {
      Stacks inner = stacks;
      lower(arm, inner);
      if (is(f_, f_.terminator(arm), "yield"_op)) append(f_.terminator(arm), carried(t, inner));
    }
    set_carried(t, stacks, [&](Type type) { return f_.add_result(id, type); });
  }
  void lower_loop(OpId id, Stacks& stacks, const std::vector<OpId>& taped) {
    Touched t = touched_by(taped);
    append(id, carried(t, stacks));
    for (RegionId r : f_.op(id).regions) {
      Stacks inner = stacks;
      set_carried(t, inner, [&](Type type) { return f_.add_argument(r, type); });
      lower(r, inner);
      OpId end = f_.terminator(r);
      if (is(f_, end, "continue"_op) || is(f_, end, "condition"_op)) append(end, carried(t, inner));
    }
    set_carried(t, stacks, [&](Type type) { return f_.add_result(id, type); });
  }
  bool is_simple(OpId loop, OpId taped) const {
    for (Type t : types_of(taped))
      if (t.is_array()) return false;
    return f_.op(taped).parent == f_.op(loop).regions[0];
  }
  void lower_simple(OpId loop, OpId taped, Stacks& stacks) {
    Builder b = Builder::before(f_, loop), in = Builder::before(f_, taped);
    b.span = in.span = f_.op(loop).span;
    Values operands = f_.op(loop).operands;
    ValueId n = trip_count(b, operands[0], operands[1], operands[2]);
    ValueId index = f_.region(f_.op(loop).regions[0]).arguments[0], step = operands[2];
    OpId made = f_.defining_op(step);
    ValueId round = minus(in, index, operands[0]);
    if (is(f_, made, "const"_op) && f_.int_attr(made, "value") == -1)
      round = minus(in, operands[0], index);
    else if (!is(f_, made, "const"_op) || f_.int_attr(made, "value") != 1)
      round = in.make("floor_divide"_op, {round, step}, Type::integer(), {{"exact", int64_t(1)}});
    bool push = is(f_, taped, "tape.push"_op);
    std::map<DType, ValueId> at;
    Stacks after = stacks;
    for (auto [d, count] : numbers_of(taped)) {
      ValueId size = b.integer(count), all = times(b, n, size);
      if (push) reserve(b, stacks[d], all);
      ValueId offset = times(in, round, size);
      if (push)
        at[d] = plus(in, stacks[d].top, offset);
      else
        at[d] = minus(in, minus(in, stacks[d].top, size), offset);
      after[d] = {stacks[d].array, push ? plus(b, stacks[d].top, all) : minus(b, stacks[d].top, all)};
    }
    if (push) {
      put_numbers(in, f_.op(taped).operands, {}, stacks, at);
    } else {
      Values extents, values = take_numbers(in, taped, stacks, at, extents), results = f_.op(taped).results;
      for (size_t k = 0; k < results.size(); ++k) f_.replace_uses(results[k], values[k]);
    }
    f_.erase(taped);
    stacks = after;
  }

  Function& f_;
};
}  // namespace

void lower_tapes(Function& f) { Lowering(f).run(); }

}  // namespace aic::passes::autodiff
