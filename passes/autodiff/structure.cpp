// See structure.h. Two steps: `split` opens a region that exits the loop from within `if`s, so that it ends in one place
// with values that say how; then the loop is made anew around it.
#include "passes/autodiff/structure.h"

#include "ir/expr.h"
#include "ir/ops/table.h"
#include "passes/clone.h"
#include "passes/effects.h"

namespace aic::passes::autodiff {
using namespace ir;

ValueId trip_count(Builder& b, ValueId start, ValueId stop, ValueId step) {
  const Function& f = b.function();
  Type int_type = Type::integer();
  auto sub = [&](ValueId x, ValueId y) { return b.make("subtract"_op, {x, y}, int_type, {{"exact", int64_t(1)}}); };
  ValueId zero = b.integer(0), one = b.integer(1);
  auto known = [&](ValueId v) { return is(f, f.defining_op(v), "const"_op) ? f.int_attr(f.defining_op(v), "value") : 0; };
  auto rounds = [&](ValueId from, ValueId to, ValueId by) {  // by > 0
    ValueId length = b.make("maximum"_op, {sub(to, from), zero}, int_type);
    if (known(by) == 1) return length;
    ValueId padded = b.make("add"_op, {length, sub(by, one)}, int_type, {{"exact", int64_t(1)}});
    return b.make("floor_divide"_op, {padded, by}, int_type, {{"exact", int64_t(1)}});
  };
  if (known(step) > 0) return rounds(start, stop, step);
  if (known(step) == -1) return rounds(stop, start, one);
  ValueId up = b.make("greater"_op, {step, zero}, Type::boolean());
  ValueId from = b.make("select"_op, {up, start, stop}, int_type), to = b.make("select"_op, {up, stop, start}, int_type);
  return rounds(from, to, b.make("absolute"_op, {step}, int_type, {{"exact", int64_t(1)}}));
}

namespace {
using Values = std::vector<ValueId>;

class Exits {
 public:
  explicit Exits(Function& f) : f_(f) {}
  bool run() {
    std::vector<OpId> order = f_.ops_below(f_.body());
    for (OpId id : order)
      if ((record_of(f_, id).traits & Exit) && (is(f_, id, "break"_op) || is(f_, id, "continue"_op)) && leaves_two(id))
        return false;
    for (size_t k = order.size(); k-- > 0;)
      if (!f_.is_erased(order[k]) && (record_of(f_, order[k]).traits & Loop) && has_exits(order[k])) rebuild(order[k]);
    return true;
  }

 private:
  bool leaves_two(OpId id) const {
    OpId loop = loop_of_exit(f_, id);
    for (OpId at = f_.parent_op(id); at != loop; at = f_.parent_op(at))
      if (record_of(f_, at).traits & Loop) return true;
    return false;
  }
  [[nodiscard]] RegionId body_of(OpId loop) const { return f_.op(loop).regions.back(); }
  bool exits_loop(OpId id) const {
    return (is(f_, id, "break"_op) || is(f_, id, "continue"_op)) && f_.int_attr(id, "loop") == f_.int_attr(loop_, "label");
  }
  bool has_exits(OpId loop) {
    loop_ = loop;
    OpId end = f_.terminator(body_of(loop));
    for (OpId id : f_.ops_below(body_of(loop)))
      if (exits_loop(id) && (id != end || is(f_, id, "break"_op))) return true;
    return false;
  }
  bool exits_within(OpId op) const {
    for (RegionId r : f_.op(op).regions)
      for (OpId id : f_.ops_below(r))
        if (exits_loop(id)) return true;
    return false;
  }

  // ---- regions ----
  // How a region ends: values of these types, in this order: left (bool), broke (bool), continue state, break state, yields.
  struct Shape {
    std::vector<Type> state, result, yields;
    [[nodiscard]] std::vector<Type> types() const {
      std::vector<Type> t{Type::boolean(), Type::boolean()};
      for (const std::vector<Type>* part : {&state, &result, &yields}) t.insert(t.end(), part->begin(), part->end());
      return t;
    }
  };
  Values undefined(Builder& b, const std::vector<Type>& types) {
    Values out;
    for (Type t : types) out.push_back(b.make("undefined"_op, {}, t));
    return out;
  }
  Values ending(Builder& b, const Shape& s, bool left, bool broke, const Values* state, const Values* result,
                const Values* yields) {
    Values out{b.integer(left, Type::boolean()), b.integer(broke, Type::boolean())};
    auto append = [&](const Values* given, const std::vector<Type>& types) {
      Values v = given ? *given : undefined(b, types);
      out.insert(out.end(), v.begin(), v.end());
    };
    append(state, s.state), append(result, s.result), append(yields, s.yields);
    return out;
  }
  // Opens a region: takes its terminator off and gives what `Shape` says; none where it raises (the terminator stays).
  Values split(RegionId r, const Shape& s) {
    for (OpId id : f_.ops_in(r))
      if (!f_.op(id).regions.empty() && is(f_, id, "if"_op) && exits_within(id)) return split_at(r, id, s);
    OpId end = f_.terminator(r);
    Builder b = Builder::before(f_, end);
    b.span = f_.op(end).span;
    Values given = f_.op(end).operands, out;
    if (is(f_, end, "yield"_op))
      out = ending(b, s, false, false, nullptr, nullptr, &given);
    else if (exits_loop(end))
      out = is(f_, end, "break"_op) ? ending(b, s, true, true, nullptr, &given, nullptr)
                                    : ending(b, s, true, false, &given, nullptr, nullptr);
    else
      return {};
    f_.erase(end);
    return out;
  }
  std::vector<OpId> rest_after(OpId id) const {
    std::vector<OpId> rest;
    for (OpId at = f_.op(id).next; at; at = f_.op(at).next) rest.push_back(at);
    return rest;
  }
  Values split_at(RegionId r, OpId id, const Shape& s) {
    std::vector<RegionId> falling;
    for (RegionId arm : f_.op(id).regions)
      if (is(f_, f_.terminator(arm), "yield"_op)) falling.push_back(arm);
    if (falling.size() == 2) return split_and_test(r, id, s);
    if (falling.size() == 1) {  // what follows happens in this arm only
      std::vector<OpId> rest = rest_after(id);
      OpId end = f_.terminator(falling[0]);
      Values values = f_.op(end).operands, results = f_.op(id).results;
      for (size_t k = 0; k < results.size(); ++k) f_.replace_uses(results[k], values[k]);
      f_.erase(end);
      for (OpId at : rest) f_.detach(at), f_.append(falling[0], at);
    }
    while (!f_.op(id).results.empty()) f_.erase_result(id, uint32_t(f_.op(id).results.size() - 1));
    return split_arms(id, s);
  }
  Values split_arms(OpId id, const Shape& s) {
    bool ends = false;
    for (RegionId arm : f_.op(id).regions) {
      SpanId span = f_.op(f_.terminator(arm)).span;
      Values v = split(arm, s);
      if (v.empty()) continue;
      Builder b(f_, arm);
      b.span = span;
      b.op("yield"_op, v, {});
      ends = true;
    }
    Values out;
    if (ends)
      for (Type t : s.types()) out.push_back(f_.add_result(id, t));
    return out;
  }
  // Both arms may fall through, and may not: what follows is done if they did.
  Values split_and_test(RegionId r, OpId id, const Shape& s) {
    std::vector<OpId> rest = rest_after(id);
    Shape inner = s;
    inner.yields.clear();
    Values old = f_.op(id).results;
    for (ValueId v : old) inner.yields.push_back(f_.type(v));
    Values out = split_arms_keeping(id, inner, old);
    Builder b(f_, r);
    b.span = f_.op(id).span;
    OpId test = b.op("if"_op, {out[0]}, {}, {}, 2);
    RegionId left = b.region_of(test, 0), on = b.region_of(test, 1);
    for (OpId at : rest) f_.detach(at), f_.append(on, at);
    Builder l(f_, left);
    l.span = b.span;
    Values passed(out.begin(), out.begin() + long(2 + s.state.size() + s.result.size()));
    Values nothing = undefined(l, s.yields);
    passed.insert(passed.end(), nothing.begin(), nothing.end());
    l.op("yield"_op, passed, {});
    Values end = split(on, s);
    if (!end.empty()) Builder(f_, on).op("yield"_op, end, {});
    Values results;
    for (Type t : s.types()) results.push_back(f_.add_result(test, t));
    return results;
  }
  Values split_arms_keeping(OpId id, const Shape& s, const Values& old) {
    Values out = split_arms(id, s);
    for (size_t k = 0; k < old.size(); ++k) f_.replace_uses(old[k], out[out.size() - old.size() + k]);
    for (size_t k = old.size(); k-- > 0;) f_.erase_result(id, uint32_t(k));
    return Values(f_.op(id).results.begin(), f_.op(id).results.end());
  }

  // ---- loops ----
  void rebuild(OpId loop) {
    loop_ = loop;
    is(f_, loop, "for"_op) ? rebuild_for(loop) : rebuild_while(loop);
  }
  std::vector<Type> types_of(const Values& v) const {
    std::vector<Type> t;
    for (ValueId x : v) t.push_back(f_.type(x));
    return t;
  }
  OpId make_while(Builder& b, const Values& init, const std::vector<Type>& results, int64_t& label) {
    label = f_.new_label();
    OpId made = b.op("while"_op, init, results, {{"label", label}}, 2);
    return made;
  }
  Values add_arguments(RegionId r, const std::vector<Type>& types) {
    Values out;
    for (Type t : types) out.push_back(f_.add_argument(r, t));
    return out;
  }
  // A loop that stops counting: while k < n and not broke.
  void rebuild_for(OpId loop) {
    Builder b = Builder::before(f_, loop);
    b.span = f_.op(loop).span;
    Values operands = f_.op(loop).operands, init(operands.begin() + 3, operands.end()), results = f_.op(loop).results;
    std::vector<Type> types = types_of(results), all = types;
    ValueId n = trip_count(b, operands[0], operands[1], operands[2]);
    init.insert(init.begin(), {b.integer(0), b.integer(0, Type::boolean())});
    all.insert(all.begin(), {Type::integer(), Type::boolean()});
    int64_t label = 0;
    OpId made = make_while(b, init, all, label);
    RegionId test = b.region_of(made, 0), body = b.region_of(made, 1), old = body_of(loop);
    Values a = add_arguments(test, all), p = add_arguments(body, all);
    Builder t(f_, test);
    t.span = b.span;
    ValueId more = t.make("less"_op, {a[0], n}, Type::boolean());
    ValueId on = t.make("select"_op, {a[1], t.integer(0, Type::boolean()), more}, Type::boolean());
    Values passed{on};
    passed.insert(passed.end(), a.begin(), a.end());
    t.op("condition"_op, passed, {});

    Builder in(f_, body);
    in.span = b.span;
    ValueId scaled = in.make("multiply"_op, {p[0], operands[2]}, Type::integer(), {{"exact", int64_t(1)}});
    ValueId index = in.make("add"_op, {operands[0], scaled}, Type::integer(), {{"exact", int64_t(1)}});
    std::vector<ValueId> arguments = f_.region(old).arguments;
    f_.replace_uses(arguments[0], index);
    for (size_t k = 1; k < arguments.size(); ++k) f_.replace_uses(arguments[k], p[k + 1]);
    Shape s{types, types, {}};
    Values out = split(old, s);
    move_all(old, body);
    finish_body(made, body, out, label, [&](Builder& e, const Values& o) {
      Values state{e.make("add"_op, {p[0], e.integer(1)}, Type::integer(), {{"exact", int64_t(1)}}), o[1]};
      for (size_t k = 0; k < types.size(); ++k) state.push_back(e.make("undefined"_op, {}, types[k]));
      if (types.empty()) return state;
      OpId chosen = e.op("if"_op, std::span(&o[1], 1), types, {}, 2);
      Builder(f_, e.region_of(chosen, 0))
          .op("yield"_op, Values(o.begin() + 2 + long(types.size()), o.begin() + 2 + 2 * long(types.size())), {});
      Builder(f_, e.region_of(chosen, 1)).op("yield"_op, Values(o.begin() + 2, o.begin() + 2 + long(types.size())), {});
      for (size_t k = 0; k < types.size(); ++k) state[k + 2] = e.result(chosen, int(k));
      return state;
    });
    for (size_t k = 0; k < results.size(); ++k) f_.replace_uses(results[k], f_.op(made).results[k + 2]);
    f_.erase(loop);
  }
  void move_all(RegionId from, RegionId to) {
    for (OpId id : f_.ops_in(from)) f_.detach(id), f_.append(to, id);
  }
  template <class State>
  void finish_body(OpId made, RegionId body, const Values& out, int64_t label, State state) {
    if (out.empty()) return;  // every way raises
    Builder e(f_, body);
    e.span = f_.op(made).span;
    e.op("continue"_op, state(e, out), {}, {{"loop", label}});
  }
  // State: broke, what continues, what a break gives.
  void rebuild_while(OpId loop) {
    Builder b = Builder::before(f_, loop);
    b.span = f_.op(loop).span;
    Values init = f_.op(loop).operands, results = f_.op(loop).results;
    std::vector<Type> states = types_of(init), given = types_of(results), all{Type::boolean()};
    Values start{b.integer(0, Type::boolean())};
    start.insert(start.end(), init.begin(), init.end());
    for (Type t : given) start.push_back(b.make("undefined"_op, {}, t));
    all.insert(all.end(), states.begin(), states.end());
    all.insert(all.end(), given.begin(), given.end());
    std::vector<Type> passed_types{Type::boolean()};
    passed_types.insert(passed_types.end(), given.begin(), given.end());
    int64_t label = 0;
    OpId made = make_while(b, start, passed_types, label);
    RegionId test = b.region_of(made, 0), body = b.region_of(made, 1);
    RegionId old_test = f_.op(loop).regions[0], old = body_of(loop);
    Values a = add_arguments(test, all), p = add_arguments(body, passed_types);

    // %c, passed = if broke { no, what the break gave } else { the old test }
    Builder t(f_, test);
    t.span = b.span;
    std::vector<Type> tested{Type::boolean()};
    tested.insert(tested.end(), given.begin(), given.end());
    OpId choice = t.op("if"_op, std::span(&a[0], 1), tested, {}, 2);
    Builder broke(f_, t.region_of(choice, 0)), again(f_, t.region_of(choice, 1));
    Values gave{broke.integer(0, Type::boolean())};
    gave.insert(gave.end(), a.begin() + 1 + long(states.size()), a.end());
    broke.op("yield"_op, gave, {});
    std::vector<ValueId> arguments = f_.region(old_test).arguments;
    for (size_t k = 0; k < arguments.size(); ++k) f_.replace_uses(arguments[k], a[k + 1]);
    OpId condition = f_.terminator(old_test);
    Values tests = f_.op(condition).operands;
    f_.erase(condition);
    move_all(old_test, again.region());
    again.span = b.span;
    if (f_.type(tests[0]) != Type::boolean()) tests[0] = again.make("cast"_op, {tests[0]}, Type::boolean());
    again.op("yield"_op, tests, {});
    Values passing{t.result(choice, 0), a[0]};
    for (size_t k = 0; k < given.size(); ++k) passing.push_back(t.result(choice, int(k) + 1));
    t.op("condition"_op, passing, {});

    std::vector<ValueId> before = f_.region(old).arguments;
    for (size_t k = 0; k < before.size(); ++k) f_.replace_uses(before[k], p[k + 1]);
    Values out = split(old, {states, given, {}});
    move_all(old, body);
    finish_body(made, body, out, label, [&](Builder&, const Values& o) { return Values(o.begin() + 1, o.end()); });
    for (size_t k = 0; k < results.size(); ++k) f_.replace_uses(results[k], f_.op(made).results[k + 1]);
    f_.erase(loop);
  }

  Function& f_;
  OpId loop_;
};
}  // namespace

bool remove_exits(Function& f) { return Exits(f).run(); }

}  // namespace aic::passes::autodiff
