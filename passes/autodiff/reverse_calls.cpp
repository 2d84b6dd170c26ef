// Calls, backwards: of functions that recur their pullback is called, which runs them again; of functions with a rule of
// their own the rule.
#include "ir/diagnostics.h"
#include "ir/ops/table.h"
#include "passes/autodiff/forward.h"
#include "passes/autodiff/reverse.h"
#include "passes/effects.h"

namespace aic::passes::autodiff {
using namespace ir;

bool Reverse::is_made(OpId def) const {
  if (is(f_, def, "tuple.get"_op)) return is_made(f_.defining_op(f_.op(def).operands[0]));
  return def && (record_of(f_, def).has(Birth) || record_of(f_, def).tier == Tier::Elementwise || is(f_, def, "call"_op) ||
                 is(f_, def, "list.load"_op));  // of which a list holds none that is written
}

std::vector<Type> Reverse::leaf_types_of(OpId call) const {
  Type t = type(f_.op(call).results[0]);
  return t.is_tuple() ? std::vector<Type>(t.elements().begin(), t.elements().end()) : std::vector<Type>{t};
}
// What came back to each leaf of the result; none where nothing did.
Reverse::Values Reverse::cotangents_of(OpId call, size_t leaves) {
  Values out(leaves);
  ValueId r = f_.op(call).results[0];
  auto take = [&](ValueId v, size_t k) {
    if (!activity_.is_active(v)) return;
    ValueId g = type(v).is_array() && !is_pure(v) ? shadow(v) : adjoint(v);
    if (g) out[k] = out[k] ? (expr(out[k]) + expr(g)).value : g;
  };
  if (!type(r).is_tuple()) return take(r, 0), out;
  std::vector<Use> uses = f_.value(r).uses;
  for (const Use& u : uses) {
    if (u.op.index >= place_.size()) continue;  // the sweep's own
    if (!is(f_, u.op, "tuple.get"_op))
      refuse(u.op, "a tuple that loops or choices carry", "only numbers and arrays are followed");
    take(f_.op(u.op).results[0], size_t(f_.int_attr(u.op, "index")));
  }
  return out;
}

// A cotangent of this very type; zeros where there is none. `like`: the primal value.
ValueId Reverse::fitted(ValueId g, Type want, ValueId like) {
  if (!want.is_array()) return g ? coerced(type(g).is_array() ? summed(g, want) : g, want) : zero(want);
  Type flat = Type::array(want.dtype(), want.rank(), want.layout() == Layout::F ? Layout::F : Layout::C);
  if (!g) g = zero(want.element());
  if (!type(g).is_array()) {
    Values operands = extents(like);
    operands.insert(operands.begin(), coerced(g, want.element()));
    g = b_.make("full"_op, operands, flat);
  }
  g = coerced(g, want);
  if (type(g) == want) return g;
  if (want.layout() != Layout::Strided) g = b_.make("copy"_op, {g}, flat);
  if (type(g) == want) return g;
  return b_.make("view"_op, {g}, want, {{"spec", std::string(size_t(want.rank()), ':')}});
}
Reverse::Values Reverse::parts_of(ValueId result) {
  Type t = type(result);
  if (!t.is_tuple()) return {result};
  Values out;
  for (size_t k = 0; k < t.elements().size(); ++k)
    out.push_back(b_.make("tuple.get"_op, {result}, t.elements()[k], {{"index", int64_t(k)}}));
  return out;
}

void Reverse::reverse_call(OpId id) {
  std::vector<Type> leaves = leaf_types_of(id);
  Values cotangents = cotangents_of(id, leaves.size()), operands = f_.op(id).operands;
  bool any = false;
  for (ValueId g : cotangents) any |= bool(g);
  if (!any) return;
  if (is_custom(f_, id)) return reverse_custom(id, cotangents);
  check_repeatable(id);
  Values given, results = type(f_.op(id).results[0]).is_tuple() ? Values{} : f_.op(id).results;
  std::vector<Type> types = leaves;
  for (ValueId v : operands) {
    given.push_back(type(v).is_array() ? fitted(need_contents(v, id), type(v), v) : need(v));
    if (is_inexact(type(v))) types.push_back(tangent_type(type(v)));
  }
  for (size_t k = 0; k < leaves.size(); ++k) {
    if (!is_inexact(leaves[k])) continue;
    if (leaves[k].is_array() && !cotangents[k]) refuse(id, "this call", "an array that it gives is not looked at");
    given.push_back(fitted(cotangents[k], tangent_type(leaves[k]), cotangents[k]));
  }
  ValueId r = b_.make("call"_op, given, Type::tuple(types), {{"callee", Symbol{pullback_of_(f_.text_attr(id, "callee"))}}});
  Values parts = parts_of(r);
  size_t next = leaves.size();
  for (ValueId v : operands)
    if (is_inexact(type(v))) accumulate(v, expr(parts[next++]));
}

// The callee is run again with the arguments it had: it must leave them, and the world, alone.
void Reverse::check_repeatable(OpId call) {
  Module& m = f_.module();
  std::vector<std::string> work{f_.text_attr(call, "callee")}, seen;
  while (!work.empty()) {
    std::string name = work.back();
    work.pop_back();
    if (std::find(seen.begin(), seen.end(), name) != seen.end()) continue;
    seen.push_back(name);
    const Function* g = m.find(name);
    AIC_CHECK(g);
    for (ValueId p : g->parameters())
      if (g->type(p).is_list() || g->type(p).is(TypeKind::Cell) || g->type(p).is_tuple())
        refuse(call, "this recursive call", "it is handed " + g->type(p).text());
    for (OpId id : g->ops_below(g->body())) {
      const OpRecord& r = record_of(*g, id);
      if (r.has(Writes) && !g->defining_op(root_of(*g, g->op(id).operands[0])))
        refuse(call, "this recursive call", "it may write to an array that it was handed, and would be run again");
      if (r.tier == Tier::Runtime && r.has(Effect))
        refuse(call, "this recursive call", "it has effects, and would be run again");
      if (is(*g, id, "call"_op)) work.push_back(g->text_attr(id, "callee"));
    }
  }
}

void Reverse::reverse_custom(OpId id, const Values& cotangents) {
  CustomLeaves n = custom_leaves(f_, id);
  Values operands = f_.op(id).operands, given;
  const std::string backward = f_.text_attr(id, "backward");
  const Function* rule = f_.module().find(backward);
  if (!rule) refuse(id, "this function", "it has a forward rule only");
  auto hand = [&](ValueId v) {
    ValueId kept = type(v).is_array() ? need_contents(v, id) : need(v);
    Type want = rule->type(rule->parameters().at(given.size()));
    given.push_back(want.is_array() ? fitted(kept, want, v) : kept);
  };
  size_t held = n.arguments + n.result;
  for (size_t k = 0; k < n.backward; ++k) hand(operands[held + k]);
  for (size_t k = held + n.backward + n.push; k < operands.size(); ++k) hand(operands[k]);
  for (size_t k = 0; k < n.result; ++k) {
    ValueId like = operands[n.arguments + k];
    if (!is_inexact(type(like))) continue;
    given.push_back(fitted(cotangents[k], rule->type(rule->parameters().at(given.size())), like));
  }
  ValueId r = b_.make("call"_op, given, rule->result_types.at(0), {{"callee", Symbol{backward}}});
  std::vector<int64_t> matched = f_.list_attr(id, "gradients");
  Values parts;
  for (size_t k = 0; k < n.arguments; ++k) {
    if (matched.at(k) < 0) continue;
    if (parts.empty()) parts = parts_of(r);
    accumulate(operands[k], expr(parts.at(size_t(matched[k]))));
  }
}

}  // namespace aic::passes::autodiff
