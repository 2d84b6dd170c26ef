// See forward.h.
#include "passes/autodiff/forward.h"

#include <algorithm>
#include <unordered_map>

#include "ir/builder.h"
#include "ir/diagnostics.h"
#include "ir/expr.h"
#include "ir/ops/table.h"
#include "passes/autodiff/prepare.h"
#include "passes/autodiff/singular.h"
#include "passes/clone.h"
#include "passes/effects.h"
#include "passes/masks.h"

namespace aic::passes::autodiff {
using namespace ir;

Type tangent_type(Type t) {
  if (!is_inexact(t)) return Type::none();
  if (t.is_number()) return t;
  if (t.is_array()) return Type::array(t.dtype(), t.rank(), t.layout());
  if (t.is_list()) return Type::list(tangent_type(t.element()));
  if (t.is(TypeKind::Union)) {
    DType widest = DType::F32;
    for (Type e : t.elements()) {
      if (!e.is_number() && !e.is(TypeKind::None)) return Type::never();
      widest = is_inexact(e) ? std::max(widest, e.dtype()) : widest;
    }
    return Type::scalar(widest);
  }
  std::vector<Type> parts;
  for (Type e : t.elements()) parts.push_back(tangent_type(e));
  return t.is_tuple() ? Type::tuple(parts) : Type::cell(parts[0]);
}

namespace {
using Values = std::vector<ValueId>;

class Forward {
 public:
  Forward(Function& f, const Pushforward& how) : f_(f), how_(how), b_(f) {}
  void run() {
    Values inputs;
    expand_masks(f_);
    expand_gathers(f_);
    for (int k : how_.wrt) inputs.push_back(f_.parameters()[size_t(k)]);
    Values parameters = f_.parameters();
    Activity before(f_, inputs, returned());
    expand_generated(f_, before);
    settle_layouts(f_, before);
    Activity activity(f_, inputs, returned());
    activity_ = &activity;
    Type result = f_.result_types.at(0);
    if (is_inexact(result)) {
      Type both[] = {result, checked(tangent_type(result), f_.span)};
      f_.result_types = {Type::tuple(both)};
    }
    std::vector<OpId> ops = f_.ops_in(f_.body());
    if (!ops.empty()) b_ = Builder::before(f_, ops[0]);
    b_.span = f_.span;
    for (ValueId p : inputs) {
      ValueId t = f_.add_argument(f_.body(), checked(tangent_type(f_.type(p)), f_.span));
      if (!activity.is_active(p)) continue;
      // Written in place: the caller's tangent stays what it is.
      bool copy = f_.type(p).is_array() && !activity.is_constant(p);
      tangents_[p] = copy ? copied(t, tangent_type(f_.type(p))) : t;
    }
    for (ValueId p : parameters)
      if (activity.is_active(p) && !tangents_.contains(p)) tangents_[p] = zero_like(p);
    for (OpId id : ops) push(id);
  }

 private:
  [[nodiscard]] Values returned() const {
    Values out;
    for (OpId id : f_.ops_below(f_.body()))
      if (is(f_, id, "return"_op)) out.insert(out.end(), f_.op(id).operands.begin(), f_.op(id).operands.end());
    return out;
  }
  [[noreturn]] void refuse(OpId op, const std::string& what, const std::string& why) {
    throw Diagnosed(diagnose(f_.module(), users_place(f_.module(), f_.op(op).span), "no-derivative", {what, why}));
  }
  Type checked(Type t, SpanId span) {
    if (t.is(TypeKind::Never))
      throw Diagnosed(diagnose(f_.module(), span, "no-derivative",
                               {"a choice between values of different kinds", "only numbers and arrays are followed"}));
    return t;
  }
  // Of the results of calls there are new ones.
  [[nodiscard]] ValueId original(ValueId v) const {
    auto it = stands_for_.find(v);
    return it == stands_for_.end() ? v : it->second;
  }
  [[nodiscard]] bool active(ValueId v) const { return activity_->is_active(original(v)); }
  [[nodiscard]] Type type(ValueId v) const { return f_.type(v); }
  [[nodiscard]] Type slot(ValueId v) { return checked(tangent_type(type(v)), b_.span); }
  [[nodiscard]] Expr expr(ValueId v) { return {&b_, v}; }

  // ---- values of tangents ----
  Values extents(ValueId a) {
    Values out;
    for (int k = 0; k < type(a).rank(); ++k) out.push_back(b_.make("extent"_op, {a}, Type::integer(), {{"axis", int64_t(k)}}));
    return out;
  }
  static Type contiguous(Type t) { return Type::array(t.dtype(), t.rank(), t.layout() == Layout::F ? Layout::F : Layout::C); }
  ValueId loosened(ValueId a, Type t) {
    if (type(a) == t) return a;
    return b_.make("view"_op, {a}, t, {{"spec", std::string(size_t(t.rank()), ':')}});
  }
  ValueId copied(ValueId a, Type t) { return loosened(b_.make("copy"_op, {a}, contiguous(t)), t); }
  ValueId zero_like(ValueId v) {
    Type t = slot(v);
    if (t.is_number()) return b_.number(0, t);
    if (t.is_array()) {
      Values operands = extents(v);
      operands.insert(operands.begin(), b_.number(0, t.element()));
      return loosened(b_.make("full"_op, operands, contiguous(t)), t);
    }
    if (t.is_tuple()) {
      Values parts;
      for (size_t k = 0; k < t.elements().size(); ++k) {
        if (t.elements()[k].is(TypeKind::None)) {
          parts.push_back(b_.none());
          continue;
        }
        parts.push_back(zero_like(b_.make("tuple.get"_op, {v}, type(v).elements()[k], {{"index", int64_t(k)}})));
      }
      return b_.make("tuple"_op, parts, t);
    }
    throw Diagnosed(
        diagnose(f_.module(), b_.span, "no-derivative",
                 {type(v).text() + " from outside", "only numbers, arrays and tuples of them have tangents of zero"}));
  }
  ValueId undefined_like(ValueId v) { return b_.make("undefined"_op, {}, slot(v)); }
  ValueId tangent(ValueId v) {
    if (auto it = tangents_.find(original(v)); it != tangents_.end()) return it->second;
    if (is(f_, f_.defining_op(v), "undefined"_op)) return undefined_like(v);
    return zero_like(v);
  }
  // As a tangent of this type: other dtypes are cast, other layouts copied, numbers for an array spread over `shape`.
  ValueId fitted(ValueId t, Type want, ValueId shape) {
    if (type(t) == want) return t;
    if (is_complex(type(t).dtype()) && !is_complex(want.dtype())) t = expr::real(expr(t)).value;
    if (!want.is_array()) return type(t) == want ? t : b_.make("cast"_op, {t}, want);
    if (!type(t).is_array()) {
      Values operands = extents(shape);
      if (type(t) != want.element()) t = b_.make("cast"_op, {t}, want.element());
      operands.insert(operands.begin(), t);
      return loosened(b_.make("full"_op, operands, contiguous(want)), want);
    }
    if (type(t).dtype() != want.dtype())
      t = b_.make("cast"_op, {t}, contiguous(Type::array(want.dtype(), want.rank(), type(t).layout())));
    if (type(t) == want) return t;
    if (want.layout() == Layout::Strided) return loosened(t, want);
    return copied(t, want);
  }
  void set(ValueId v, ValueId t) { tangents_[v] = fitted(t, slot(v), v); }
  // Of an elementwise op's result, which is new. A rule may hand on the tangent of an operand: where one of the two arrays is
  // written they need one each.
  void set_new(OpId id, ValueId t) {
    ValueId out = f_.op(id).results[0], own = fitted(t, slot(out), out);
    tangents_[out] = own;
    if (!type(out).is_array()) return;
    OpId maker = f_.defining_op(root_of(f_, own));
    if (maker && maker.index >= first_of_push_) return;
    bool written = !activity_->is_constant(original(out));
    for (ValueId v : f_.op(id).operands) written |= type(v).is_array() && !activity_->is_constant(original(v));
    if (written) tangents_[out] = copied(own, slot(out));
  }

  // ---- ops ----
  void push(OpId id) {
    const Op& o = f_.op(id);
    const OpRecord& r = record_of(f_, id);
    b_ = r.has(Terminator) ? Builder::before(f_, id) : Builder::after(f_, id);
    b_.span = o.span;
    refuse_containers(id);
    if (is(f_, id, "if"_op)) return push_if(id);
    if (r.traits & Loop) return push_loop(id);
    if (r.has(Terminator)) return push_exit(id);
    if (is(f_, id, "store"_op) || is(f_, id, "assign"_op) || is(f_, id, "list.store"_op) || is(f_, id, "cell.set"_op))
      return push_store(id);
    if (is(f_, id, "list.resize"_op) || is(f_, id, "list.rotate"_op)) {
      if (active(o.operands[0])) same_on_tangents(id);
      return;
    }
    if (is(f_, id, "call"_op)) return push_call(id);
    refuse_lost(id);
    if (o.results.empty() || std::none_of(o.results.begin(), o.results.end(), [&](ValueId v) { return active(v); })) return;
    push_value(id);
  }
  void refuse_containers(OpId id) {
    for (const auto* values : {&f_.op(id).operands, &f_.op(id).results})
      for (ValueId v : *values)
        if (type(v).is_table() && is_inexact(type(v)))
          refuse(id, "a " + std::string(type(v).flavour()), "dicts and sets are not followed");
    const Op& o = f_.op(id);
    auto varied = [&](ValueId v) { return activity_->is_varied(v); };
    for (const auto* values : {&o.operands, &o.results})
      for (ValueId v : *values)
        if (holds_object(type(v)) && std::any_of(o.operands.begin(), o.operands.end(), varied))
          refuse(id, "an object", "what objects hold is not followed");
    if (f_.int_attr(id, "caught")) refuse(id, "`try`", "what a guarded body leaves is not followed forward");
  }
  void refuse_lost(OpId id) {
    bool of_bits = is(f_, id, "bits"_op) || is(f_, id, "view.bits"_op);
    if (of_bits && !f_.int_attr(id, "order") && activity_->is_varied(f_.op(id).operands[0]))
      refuse(id, "`view` of another dtype", "the bits of a number have no derivative");
    for (ValueId v : f_.op(id).operands)
      for (ValueId r : f_.op(id).results)
        if (activity_->is_varied(v) && type(r).is(TypeKind::Str))
          refuse(id, "what becomes " + type(r).text(), "only numbers and arrays are followed");
  }
  // The same op, on tangents in place of the first operand.
  OpId same_on_tangents(OpId id) {
    const Op& o = f_.op(id);
    Values operands = o.operands;
    if (!operands.empty()) operands[0] = tangent(operands[0]);
    std::vector<Type> types;
    for (ValueId v : o.results) types.push_back(slot(v));
    return b_.op(o.code, operands, types, o.attrs);
  }
  void push_value(OpId id) {
    const Op& o = f_.op(id);
    const OpRecord& r = record_of(f_, id);
    ValueId out = o.results[0], first = o.operands.empty() ? ValueId{} : o.operands[0];
    if (r.tier == Tier::Elementwise) {
      push_elementwise(id);
      return ensure_tangent(out);
    }
    if (r.has(View) || is(f_, id, "load"_op) || is(f_, id, "list.load"_op) || is(f_, id, "tuple.get"_op) ||
        is(f_, id, "cell.get"_op) || is(f_, id, "cell.new"_op))
      return (void)(tangents_[out] = b_.result(same_on_tangents(id)));
    if (is(f_, id, "list.new"_op)) return (void)(tangents_[out] = b_.make(o.code, Values(o.operands), slot(out), o.attrs));
    if (is(f_, id, "empty"_op)) return (void)(tangents_[out] = zero_like(out));
    if (is(f_, id, "const"_op) || is(f_, id, "undefined"_op)) return;
    if (is(f_, id, "copy"_op)) return (void)(tangents_[out] = copied(tangent(first), slot(out)));
    if (is(f_, id, "full"_op)) return set(out, tangent(first));
    if (is(f_, id, "tuple"_op)) {
      Values parts;
      for (ValueId v : o.operands) parts.push_back(is_inexact(type(v)) ? tangent(v) : b_.none());
      return (void)(tangents_[out] = b_.make("tuple"_op, parts, slot(out)));
    }
    if (is(f_, id, "union.make"_op) || is(f_, id, "union.get"_op))
      return set(out, is_inexact(type(first)) ? tangent(first) : b_.number(0, slot(out)));
    if (r.has(Check) && o.results.size() == 1) return set(out, tangent(o.operands.back()));
    if (is(f_, id, "reduce"_op)) return push_reduce(id);
    if (is(f_, id, "scan"_op) && f_.text_attr(id, "kind") == "add")
      return set(out, b_.make(o.code, {tangent(first)}, contiguous(type(out)), o.attrs));
    if (is(f_, id, "matmul"_op)) return push_matmul(id);
    refuse(id, "`" + std::string(r.name) + "`", "it has no derivative rule");
  }

  // ---- elementwise ----
  void push_elementwise(OpId id) {
    Values operands = f_.op(id).operands;
    first_of_push_ = f_.op_count();
    OpCode code = f_.op(id).code;
    auto given = [&](size_t k) { return active(operands[k]) ? expr(tangent(operands[k])) : Expr{}; };
    if (code == "cast"_op) return is_inexact(type(operands[0])) ? set_new(id, tangent(operands[0])) : void();
    if (code == "real"_op || code == "imag"_op || code == "conjugate"_op) {
      if (!is_complex(type(operands[0]).dtype())) return code == "imag"_op ? void() : set_new(id, tangent(operands[0]));
      return set_new(id, expr::apply(code, {given(0)}).value);
    }
    if (code == "complex"_op)
      return set_new(id, expr::complex(expr(fitted(tangent(operands[0]), type(operands[0]), operands[0])),
                                       expr(fitted(tangent(operands[1]), type(operands[1]), operands[1])))
                             .value);
    Expr sum;
    for (size_t k = 0; k < operands.size(); ++k) {
      if (!active(operands[k])) continue;
      const Derivative& d = record_of(f_, id).derivative;
      if (!d.none.empty()) refuse(id, "`" + std::string(record_of(f_, id).name) + "`", std::string(d.none));
      if (!d.rule[k]) continue;
      Expr t = given(k);
      Expr e = guarded(f_, *activity_, id, pushed(id, k, t), t, activity_->is_wild(operands[k]), expr(operands[0]),
                       operands.size() > 1 ? expr(operands[1]) : Expr{});
      if (e) sum = sum ? sum + e : e;
    }
    if (sum) set_new(id, sum.value);
  }
  // An array that only later becomes active, by what is written to it, has a tangent from its birth on.
  void ensure_tangent(ValueId out) {
    if (type(out).is_array() && active(out) && !tangents_.contains(out)) tangents_[out] = zero_like(out);
  }
  // A rule gives Lᵀg for a real-linear map L: of a real operand and result Lg itself; of holomorphic ones conj(Lᵀ conj(t));
  // else L is put together from Lᵀ1 and Lᵀi.
  Expr pushed(OpId id, size_t k, Expr t) {
    const Op& o = f_.op(id);
    Vjp rule = record_of(f_, id).derivative.rule[k];
    auto at = [&](size_t n) { return n < o.operands.size() ? expr(o.operands[n]) : Expr{}; };
    auto transposed = [&](Expr g) { return rule({at(0), at(1), at(2), expr(o.results[0]), g}); };
    bool from = is_complex(type(o.operands[k]).dtype()), to = is_complex(type(o.results[0]).dtype());
    if (!from && !to) return transposed(t);
    if (from && to && o.code != "sign"_op) {
      Expr e = transposed(expr::conj(t));
      return e ? expr::conj(e) : e;
    }
    Type r = type(o.results[0]);
    if (r.is_array()) r = r.element();
    auto along = [&](double re, double im) {
      Expr one{&b_, b_.number(re, to ? with_dtype(r, r.dtype() == DType::C64 ? DType::F32 : DType::F64) : r)};
      if (to) one = expr::complex(one, expr::constant(im, one));
      Expr n = transposed(one);
      return n ? (from ? expr::real(expr::conj(n) * t) : n * t) : n;
    };
    Expr real = along(1, 0);
    if (!to || !real) return real;
    return expr::complex(real, along(0, 1));
  }

  // ---- whole arrays ----
  ValueId spread(ValueId v, const std::vector<int64_t>& axes, ValueId like) {
    if (!type(v).is_array()) return v;
    std::string spec;
    int rank = type(like).rank();
    for (int64_t k = 0; k < rank; ++k) spec += std::find(axes.begin(), axes.end(), k) != axes.end() ? 'n' : ':';
    Type wide = Type::array(type(v).dtype(), rank, Layout::Strided);
    ValueId view = b_.make("view"_op, {v}, wide, {{"spec", spec}});
    Values operands = extents(like);
    operands.insert(operands.begin(), view);
    return b_.make("view.broadcast"_op, operands, wide);
  }
  void push_reduce(OpId id) {
    ValueId a = f_.op(id).operands[0], out = f_.op(id).results[0], t = tangent(a);
    const std::string kind = f_.text_attr(id, "kind");
    std::vector<int64_t> axes = f_.list_attr(id, "axes");
    Type result = type(out).is_array() ? contiguous(type(out)) : type(out);
    auto total = [&](ValueId v) {
      return b_.make("reduce"_op, {v}, result.is_array() ? result : type(v).element(),
                     {{"kind", std::string("add")}, {"axes", axes}});
    };
    if (kind == "add") return set(out, total(t));
    if (kind != "maximum" && kind != "minimum") refuse(id, "a reduction by `" + kind + "`", "it has no derivative rule");
    // The mean of the tangents of all that are extreme.
    Expr same = expr(a) == expr(spread(out, axes, a));
    ValueId one = b_.make("cast"_op, {same.value}, contiguous(type(a)));
    Expr chosen = expr::select(same, expr(t), 0.0);
    set(out, (expr(total(chosen.value)) / expr(total(one))).value);
  }
  void push_matmul(OpId id) {
    ValueId a = f_.op(id).operands[0], b = f_.op(id).operands[1], out = f_.op(id).results[0];
    Expr sum;
    auto add = [&](ValueId x, ValueId y) {
      Expr e = expr(b_.make("matmul"_op, {x, y}, type(out).is_array() ? contiguous(type(out)) : type(out)));
      sum = sum ? sum + e : e;
    };
    if (active(a)) add(tangent(a), b);
    if (active(b)) add(a, tangent(b));
    sum ? set(out, sum.value) : ensure_tangent(out);
  }

  // ---- memory ----
  void push_store(OpId id) {
    const Op& o = f_.op(id);
    if (!active(o.operands[0])) return;
    Values operands = o.operands;
    ValueId source = operands[1];
    operands[0] = tangent(operands[0]);
    Type want = type(operands[0]).is_array() ? type(operands[0]).element() : type(operands[0]).elements()[0];
    if (is(f_, id, "assign"_op) && type(source).is_array())
      operands[1] = active(source) ? tangent(source) : b_.number(0, want);
    else
      operands[1] = !is_inexact(type(source)) && want.is_number() ? b_.number(0, want) : tangent(source);
    if (want.is_number() && !type(operands[1]).is_array()) operands[1] = fitted(operands[1], want, {});
    b_.op(o.code, operands, std::span<const Type>{}, o.attrs);
  }
  // Calls that were not inlined recur: the callee's own pushforward, by all its inexact parameters.
  void push_call(OpId id) {
    const Op& o = f_.op(id);
    bool concerned = false;
    for (ValueId v : o.operands) concerned |= active(v);
    for (ValueId v : o.results) concerned |= active(v);
    if (!concerned) return;
    if (is_custom(f_, id)) return push_custom(id);
    Values operands = o.operands;
    Builder after = b_;
    b_ = Builder::before(f_, id);
    b_.span = after.span;
    for (ValueId v : o.operands)
      if (is_inexact(type(v))) operands.push_back(fitted(tangent(v), slot(v), v));
    b_ = after;
    const std::string name = callee_of(f_.text_attr(id, "callee"));
    ValueId result = o.results[0];
    bool moves = is_inexact(type(result));
    Type both[] = {type(result), slot(result)};
    ValueId r = b_.make("call"_op, operands, moves ? Type::tuple(both) : both[0], o.attrs);
    f_.set_attr(f_.defining_op(r), "callee", Symbol{name});
    ValueId same = moves ? b_.make("tuple.get"_op, {r}, both[0], {{"index", int64_t(0)}}) : r;
    f_.replace_uses(result, same);
    stands_for_[same] = result;
    if (moves && active(result)) tangents_[result] = b_.make("tuple.get"_op, {r}, both[1], {{"index", int64_t(1)}});
    f_.erase(id);
  }
  void push_custom(OpId id) {
    const Op& o = f_.op(id);
    ValueId result = o.results[0];
    if (!active(result)) return;
    CustomLeaves n = custom_leaves(f_, id);
    const Function* rule = f_.module().find(f_.text_attr(id, "push"));
    if (!rule) refuse(id, "this function, forward", "it has a backward rule only (custom_vjp)");
    Values given, operands = o.operands;
    auto hand = [&](ValueId v, ValueId like) {
      given.push_back(fitted(v, rule->type(rule->parameters().at(given.size())), like));
    };
    for (size_t k = 0; k < n.push; ++k) hand(operands[n.arguments + n.result + n.backward + k], {});
    for (size_t k = 0; k < n.arguments; ++k) hand(operands[k], operands[k]);
    for (size_t k = 0; k < n.arguments; ++k)
      if (is_inexact(type(operands[k]))) hand(tangent(operands[k]), operands[k]);
    ValueId r = b_.make("call"_op, given, rule->result_types.at(0), {{"callee", Symbol{rule->name()}}});
    auto part = [&](ValueId of, int64_t k) {
      Type t = type(of);
      return t.is_tuple() ? b_.make("tuple.get"_op, {of}, t.elements()[size_t(k)], {{"index", k}}) : of;
    };
    std::vector<int64_t> matched = f_.list_attr(id, "tangents");
    bool several = type(result).is_tuple();
    Values parts;
    for (size_t k = 0; k < n.result; ++k) {
      ValueId like = part(result, int64_t(k));
      Type want = slot(like);
      if (matched.at(k) >= 0)
        parts.push_back(fitted(part(r, matched[k]), want, like));
      else
        parts.push_back(want.is(TypeKind::None) ? b_.none() : zero_like(like));
    }
    tangents_[result] = several ? b_.make("tuple"_op, parts, slot(result)) : parts[0];
  }
  std::string callee_of(const std::string& callee) {
    Module& m = f_.module();
    std::string name = callee + ".t";
    if (m.find(name)) return name;
    Pushforward inner{{}, how_.optimize};
    Function& made = copy_to_derive(m, callee, name, inner.wrt);
    push_forward(made, inner);
    if (how_.optimize) how_.optimize(made);
    return name;
  }

  // ---- control ----
  struct State {
    std::vector<size_t> carried, passed;  // positions that have tangents
  };
  void append(OpId id, const Values& more) {
    Values operands = f_.op(id).operands;
    operands.insert(operands.end(), more.begin(), more.end());
    f_.set_operands(id, operands);
  }
  // The tangents of what is handed to values of these types.
  void hand_on(OpId id, size_t skip, const std::vector<size_t>& places, const std::vector<Type>& types) {
    Values more;
    for (size_t j = 0; j < places.size(); ++j) {
      ValueId v = f_.op(id).operands[places[j] + skip];
      more.push_back(is_inexact(type(v)) ? fitted(tangent(v), types[j], v) : b_.number(0, types[j]));
    }
    append(id, more);
  }
  void push_if(OpId id) {
    Values results = f_.op(id).results;
    State s;
    std::vector<Type> types;
    for (size_t k = 0; k < results.size(); ++k)
      if (active(results[k])) s.passed.push_back(k), types.push_back(slot(results[k]));
    states_[id] = s, types_[id] = types;
    for (RegionId r : f_.op(id).regions)
      for (OpId each : f_.ops_in(r)) push(each);
    for (size_t j = 0; j < types.size(); ++j) tangents_[results[s.passed[j]]] = f_.add_result(id, types[j]);
  }
  void push_loop(OpId id) {
    bool counted = is(f_, id, "for"_op);
    size_t index = counted ? 1 : 0, skip = counted ? 3 : 0;
    std::vector<RegionId> regions = f_.op(id).regions;
    Values first = f_.region(regions[0]).arguments, results = f_.op(id).results;
    Values second = counted ? Values{} : f_.region(regions[1]).arguments;
    State s;
    std::vector<Type> types, passed_types;
    for (size_t k = 0; k + index < first.size(); ++k)
      if (active(first[k + index]) || (counted && active(results[k]))) {
        s.carried.push_back(k), types.push_back(slot(first[k + index]));
        tangents_[first[k + index]] = f_.add_argument(regions[0], types.back());
      }
    if (counted) s.passed = s.carried, passed_types = types;
    for (size_t k = 0; k < second.size(); ++k)
      if (active(second[k]) || active(results[k])) {
        s.passed.push_back(k), passed_types.push_back(slot(second[k]));
        tangents_[second[k]] = f_.add_argument(regions[1], passed_types.back());
      }
    states_[id] = s, types_[id] = types, passed_types_[id] = passed_types;
    SpanId span = b_.span;
    b_ = Builder::before(f_, id);
    b_.span = span;
    hand_on(id, skip, s.carried, types);
    for (RegionId r : regions)
      for (OpId each : f_.ops_in(r)) push(each);
    for (size_t j = 0; j < s.passed.size(); ++j) tangents_[results[s.passed[j]]] = f_.add_result(id, passed_types[j]);
  }
  void push_exit(OpId id) {
    if (is(f_, id, "return"_op)) {
      std::vector<size_t> places;
      std::vector<Type> types;
      for (size_t k = 0; k < f_.op(id).operands.size(); ++k)
        if (ValueId v = f_.op(id).operands[k]; is_inexact(type(v))) places.push_back(k), types.push_back(slot(v));
      if (places.empty()) return;
      hand_on(id, 0, places, types);
      ValueId both = b_.make("tuple"_op, Values(f_.op(id).operands), f_.result_types[0]);
      return f_.set_operands(id, std::span(&both, 1));
    }
    OpId parent = f_.parent_op(id);
    if (is(f_, id, "yield"_op) && is(f_, parent, "if"_op)) return hand_on(id, 0, states_[parent].passed, types_[parent]);
    if (is(f_, id, "condition"_op)) return hand_on(id, 1, states_[parent].passed, passed_types_[parent]);
    if (is(f_, id, "continue"_op)) {
      OpId loop = loop_of_exit(f_, id);
      return hand_on(id, 0, states_[loop].carried, types_[loop]);
    }
    if (is(f_, id, "break"_op)) {
      OpId loop = loop_of_exit(f_, id);
      return hand_on(id, 0, states_[loop].passed, passed_types_[loop]);
    }
  }

  Function& f_;
  const Pushforward& how_;
  Builder b_;
  const Activity* activity_ = nullptr;
  size_t first_of_push_ = 0;  // ops from here on are of the rule at hand
  std::unordered_map<ValueId, ValueId> tangents_, stands_for_;
  std::unordered_map<OpId, State> states_;
  std::unordered_map<OpId, std::vector<Type>> types_, passed_types_;
};
}  // namespace

void push_forward(Function& f, const Pushforward& how) { Forward(f, how).run(); }

}  // namespace aic::passes::autodiff
