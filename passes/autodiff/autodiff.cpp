// See autodiff.h: the steps of a derivation, in their order.
#include "passes/autodiff/autodiff.h"

#include <algorithm>
#include <memory>
#include <unordered_map>

#include "ir/diagnostics.h"
#include "ir/ops/table.h"
#include "passes/autodiff/forward.h"
#include "passes/autodiff/prepare.h"
#include "passes/autodiff/reverse.h"
#include "passes/autodiff/structure.h"
#include "passes/autodiff/tapes.h"
#include "passes/effects.h"
#include "passes/manager.h"
#include "passes/masks.h"
#include "passes/returns.h"

namespace aic::passes {
using namespace ir;
using namespace autodiff;

namespace {
using Values = std::vector<ValueId>;

[[noreturn]] void refuse(const Function& f, SpanId span, std::string_view name, const std::vector<std::string>& arguments) {
  throw Diagnosed(diagnose(f.module(), users_place(f.module(), span && span.index ? span : f.span), name, arguments));
}

std::string parameter_name(const Function& f, size_t k) {
  for (const NamedAttr& a : f.attrs)
    if (auto* names = std::get_if<std::vector<std::string>>(&a.value); names && a.name == "params" && k < names->size())
      return (*names)[k];
  return std::to_string(k);
}

// Two arrays that may overlap have one gradient between them; it cannot be given twice.
static void refuse_overlaps(const Function& f, SpanId span) {
  bool noalias = false;
  for (const NamedAttr& a : f.attrs) noalias |= a.name == "noalias" && a.value == Attr(int64_t(1));
  int arrays = 0;
  for (ValueId p : f.parameters()) arrays += f.type(p).is_array();
  if (noalias || arrays < 2) return;
  for (OpId id : f.ops_below(f.body())) {
    if (!record_of(f, id).has(Writes)) continue;
    ValueId root = root_of(f, f.op(id).operands[0]);
    if (!f.defining_op(root))
      refuse(f, f.op(id).span && f.op(id).span.index ? f.op(id).span : span, "overlapping-arguments", {});
  }
}
// What stands nowhere in the text stands where the function ends: exceptions have a place.
void give_spans(Function& f) {
  SpanId end = f.span;
  std::vector<OpId> ops = f.ops_below(f.body());
  for (OpId id : ops)
    if (SpanId s = f.op(id).span; s && s.index) end = s;
  for (OpId id : ops)
    if (SpanId s = f.op(id).span; !s || !s.index) f.set_span(id, end);
}

class Differentiation {
 public:
  Differentiation(Function& f, const Derivation& d) : f_(f), d_(d) {}
  void run() {
    SpanId span = return_span();
    if (!single_return(f_)) refuse(f_, span, "no-derivative", {"this function", "it never returns"});
    if (!remove_exits(f_))
      refuse(f_, span, "no-derivative", {"a loop left from within another", "aic cannot run it backwards"});
    expand_masks(f_);
    expand_gathers(f_);
    take_tuples_apart(f_);
    clean();
    Values inputs = all_leaves();
    OpId end = f_.terminator(f_.body());
    span = f_.op(end).span;
    ValueId result = f_.op(end).operands[0];
    Builder(f_).span = span;
    Values outputs = outputs_of(result, span);
    expand_for_reversal(f_, Activity(f_, inputs, outputs));
    refuse_overlaps(f_, span);
    end = f_.terminator(f_.body());
    result = f_.op(end).operands[0];
    outputs = outputs_of(result, span);
    f_.erase(end);
    Builder b(f_);
    b.span = span;
    Values seeds = seeds_for(b, outputs, result);
    Reverse reverse(f_, inputs, outputs, [this](const std::string& callee) { return pullback_of(callee); });
    Values gradients = reverse.run(seeds);
    b.set_region(f_.body());
    finish(b, result, gradients);
    lower_tapes(f_);
  }

 private:
  SpanId return_span() const {
    for (OpId id : f_.ops_below(f_.body()))
      if (is(f_, id, "return"_op)) return f_.op(id).span;
    return f_.span;
  }
  void clean() {
    Options options;
    static constexpr Row rows[] = {{"fold", fold, InTyped},
                                   {"simplify", simplify, InTyped},
                                   {"fold", fold, InTyped},
                                   {"cse", cse, InTyped},
                                   {"dce", dce, InTyped}};
    PassContext context{f_.module(), options};
    for (const Row& row : rows) row.run(f_, context);
  }
  Values all_leaves() {
    Values inputs;
    for (int k : d_.argnums) {
      ValueId p = f_.parameters().at(size_t(k));
      std::vector<ValueId> leaves = take_leaves(f_, p);
      if (leaves.empty()) refuse(f_, f_.span, "integer-argument", {parameter_name(f_, size_t(k)), f_.type(p).text()});
      inputs.insert(inputs.end(), leaves.begin(), leaves.end());
      leaves_.push_back(leaves);
    }
    return inputs;
  }
  // Reads a tuple apart where it stands, so that its elements can be differentiated.
  void parts_of(ValueId v, Values& out) {
    Type t = f_.type(v);
    if (!t.is_tuple()) return out.push_back(v);
    OpId def = f_.defining_op(v);
    for (size_t k = 0; k < t.elements().size(); ++k) {
      if (is(f_, def, "tuple"_op)) {
        parts_of(f_.op(def).operands[k], out);
        continue;
      }
      Builder b = Builder::before(f_, f_.terminator(f_.body()));
      parts_of(b.make("tuple.get"_op, {v}, t.elements()[k], {{"index", int64_t(k)}}), out);
    }
  }
  Values outputs_of(ValueId result, SpanId span) {
    Type t = f_.type(result);
    Values out;
    if (d_.has_aux) {
      if (!t.is_tuple() || t.elements().size() != 2) refuse(f_, span, "no-aux", {t.text()});
      OpId def = f_.defining_op(result);
      Builder b = Builder::before(f_, f_.terminator(f_.body()));
      auto part = [&](int64_t k) {
        return is(f_, def, "tuple"_op) ? f_.op(def).operands[size_t(k)]
                                       : b.make("tuple.get"_op, {result}, t.elements()[size_t(k)], {{"index", k}});
      };
      aux_ = part(1);
      result = part(0);
      t = f_.type(result);
    }
    differentiated_ = result;
    if (d_.flat_outputs >= 0) {
      parts_of(result, out);
      results_ = out;
      out.resize(size_t(d_.flat_outputs));
      std::erase_if(out, [&](ValueId v) { return !is_inexact(f_.type(v)); });
      return out;
    }
    if (d_.kind == Derivation::Gradient) {
      std::vector<Type> arms{t};
      if (t.is(TypeKind::Union)) arms.assign(t.elements().begin(), t.elements().end());
      for (Type a : arms)
        if (!a.is_number() && !(a.is_array() && a.rank() == 0 && arms.size() == 1))
          refuse(f_, span, "no-scalar-result", {t.text()});
      if (!is_inexact(t)) refuse(f_, span, "integer-result", {t.text()});
      if (std::any_of(arms.begin(), arms.end(), [](Type a) { return is_complex(a.dtype()); }))
        refuse(f_, span, "complex-result", {t.text()});
      return {result};
    }
    parts_of(result, out);
    std::erase_if(out, [&](ValueId v) { return !is_inexact(f_.type(v)); });
    if (out.empty()) refuse(f_, span, "integer-result", {t.text()});
    return out;
  }
  Values seeds_for(Builder& b, const Values& outputs, ValueId) {
    Values seeds;
    if (d_.kind == Derivation::Gradient) {
      if (outputs.empty()) return {};  // no number of the result depends on anything
      Type t = f_.type(outputs[0]);
      return {b.number(1, t.is_array() ? t.element() : t.is(TypeKind::Union) ? Type::scalar(DType::F64) : t)};
    }
    if (d_.flat_outputs >= 0) {
      for (ValueId v : outputs) seeds.push_back(f_.add_argument(f_.body(), tangent_type(f_.type(v))));
      return seeds;
    }
    ValueId cotangent = f_.add_argument(f_.body(), f_.type(differentiated_));
    Values parts = f_.type(cotangent).is_tuple() ? Values{} : Values{cotangent};
    if (parts.empty()) take_parts(b, cotangent, parts);
    std::erase_if(parts, [&](ValueId v) { return !is_inexact(f_.type(v)); });
    return parts;
  }
  void take_parts(Builder& b, ValueId v, Values& out) {
    Type t = f_.type(v);
    if (!t.is_tuple()) return out.push_back(v);
    for (size_t k = 0; k < t.elements().size(); ++k)
      take_parts(b, b.make("tuple.get"_op, {v}, t.elements()[k], {{"index", int64_t(k)}}), out);
  }
  // The gradient in the structure of its argument; parts without one are zero of their own type.
  ValueId like(Builder& b, Type t, const Values& gradients, size_t& next) {
    if (!t.is_tuple()) return is_inexact(t) ? gradients[next++] : t.is_number() ? b.number(0, t) : b.none();
    Values parts;
    std::vector<Type> types;
    for (Type e : t.elements()) {
      parts.push_back(like(b, e, gradients, next));
      types.push_back(f_.type(parts.back()));
    }
    return b.make("tuple"_op, parts, Type::tuple(types));
  }
  ValueId tuple(Builder& b, const Values& parts) {
    std::vector<Type> types;
    for (ValueId v : parts) types.push_back(f_.type(v));
    return b.make("tuple"_op, parts, Type::tuple(types));
  }
  void finish(Builder& b, ValueId, const Values& gradients) {
    if (d_.flat_outputs >= 0) {
      Values all = results_;
      all.insert(all.end(), gradients.begin(), gradients.end());
      b.op("return"_op, {tuple(b, all)}, {});
      f_.result_types = {f_.type(f_.op(f_.terminator(f_.body())).operands[0])};
      return;
    }
    Values out;
    size_t next = 0;
    for (int k : d_.argnums) out.push_back(like(b, f_.type(f_.parameters()[size_t(k)]), gradients, next));
    ValueId gradient = d_.bare ? out[0] : tuple(b, out), result = gradient;
    if (d_.value)
      result = tuple(b, {aux_ ? tuple(b, {differentiated_, aux_}) : differentiated_, gradient});
    else if (aux_)
      result = tuple(b, {gradient, aux_});
    b.op("return"_op, {result}, {});
    f_.result_types = {f_.type(result)};
  }

  // What recurs: a function of the callee's arguments and of cotangents of its inexact results, which gives all results and
  // the gradients by all inexact arguments.
  std::string pullback_of(const std::string& callee) {
    Module& m = f_.module();
    std::string name = callee + ".p";
    if (m.find(name)) return name;
    Derivation d;
    d.kind = Derivation::Pullback;
    d.optimize = d_.optimize;
    d.argnums.clear();
    Function& made = copy_to_derive(m, callee, name, d.argnums);
    Type result = made.result_types.at(0);
    d.flat_outputs = result.is_tuple() ? int(result.elements().size()) : 1;
    differentiate(made, d);
    give_spans(made);
    if (d.optimize) d.optimize(made);
    return name;
  }

  Function& f_;
  const Derivation& d_;
  std::vector<Values> leaves_;
  ValueId differentiated_, aux_;
  Values results_;  // flat
};
}  // namespace

void differentiate(Function& f, const Derivation& d) { Differentiation(f, d).run(); }

// ---- the op `derive` ----
bool has_derivatives(const Module& m) {
  for (const std::unique_ptr<Function>& f : m.functions)
    for (OpId id : f->ops_below(f->body()))
      if (is(*f, id, "derive"_op)) return true;
  return false;
}

static bool are_distinct(const Function& f, OpId id, Aliases& aliases) {
  Values arrays;
  for (ValueId v : f.op(id).operands)
    if (f.type(v).is_array()) arrays.push_back(v);
  for (size_t k = 0; k < arrays.size(); ++k)
    for (size_t j = 0; j < k; ++j)
      if (!aliases.distinct(arrays[k], arrays[j])) return false;
  return true;
}

static bool are_distinct(const Function& f, OpId id) {
  Aliases aliases(f);
  return are_distinct(f, id, aliases);
}

// Derivatives of derivatives are made from the inside, where nobody knows what the arguments are: what is never called with
// arrays that overlap is told so first, callers before callees.
static void mark_distinct_arguments(Module& m) {
  std::vector<Function*> order = callees_first(m);
  std::unordered_map<std::string, bool> distinct;
  std::unordered_map<std::string, size_t> place;
  for (size_t k = 0; k < order.size(); ++k) place[order[k]->name()] = k;
  auto called = [&](const Function& f, OpId id) { return is(f, id, "call"_op) || is(f, id, "derive"_op); };
  for (size_t k = 0; k < order.size(); ++k)  // recursion: nothing is said
    for (OpId id : order[k]->ops_below(order[k]->body()))
      if (called(*order[k], id) && place[order[k]->text_attr(id, "callee")] >= k)
        distinct[order[k]->text_attr(id, "callee")] = false;
  for (size_t k = order.size(); k-- > 0;) {
    Function& f = *order[k];
    auto known = distinct.find(f.name());
    if (known != distinct.end() && known->second) f.attrs.push_back({"noalias", int64_t(1)});
    std::unique_ptr<Aliases> aliases;
    for (OpId id : f.ops_below(f.body())) {
      if (!called(f, id)) continue;
      if (!aliases) aliases = std::make_unique<Aliases>(f);
      bool& all = distinct.try_emplace(f.text_attr(id, "callee"), true).first->second;
      all = all && are_distinct(f, id, *aliases);
    }
  }
}

void mark_differentiated(Module& m) {
  mark_distinct_arguments(m);
  std::vector<Function*> work;
  auto mark = [&](const std::string& name) {
    Function* f = m.find(name);
    if (!f || std::any_of(f->attrs.begin(), f->attrs.end(), [](const NamedAttr& a) { return a.name == "differentiated"; }))
      return;
    f->attrs.push_back({"differentiated", int64_t(1)});
    work.push_back(f);
  };
  for (const std::unique_ptr<Function>& f : m.functions)
    for (OpId id : f->ops_below(f->body()))
      if (is(*f, id, "derive"_op)) mark(f->text_attr(id, "callee"));
  while (!work.empty()) {
    Function& f = *work.back();
    work.pop_back();
    for (OpId id : f.ops_below(f.body())) {
      if (is(f, id, "call"_op))
        for (const char* role : {"callee", "backward", "push"}) mark(f.text_attr(id, role));
      if (is(f, id, "lapack.is_there"_op)) {  // what is written in the language has derivatives
        f.replace_uses(f.op(id).results[0], Builder::before(f, id).integer(0, Type::boolean()));
        f.erase(id);
      }
    }
  }
}

void forget_custom_rules(Module& m) {
  for (const std::unique_ptr<Function>& f : m.functions)
    for (OpId id : f->ops_below(f->body()))
      if (is_custom(*f, id))
        for (const char* name : {"custom", "backward", "push", "gradients", "tangents", "leaves"}) f->remove_attr(id, name);
}

// A copy of what the op calls, to be made into its derivative.
static Function& copy_of_callee(Function& f, OpId id) {
  Module& m = f.module();
  std::string callee = f.text_attr(id, "callee") + ".d";
  int number = 0;
  while (m.find(callee + std::to_string(number))) ++number;
  std::vector<int> inexact;
  Function& made = copy_to_derive(m, f.text_attr(id, "callee"), callee + std::to_string(number), inexact);
  std::erase_if(made.attrs, [](const NamedAttr& a) { return a.name == "noalias"; });
  if (are_distinct(f, id)) made.attrs.push_back({"noalias", int64_t(1)});
  return made;
}

// Results, then tangents, all numbers and arrays, in one flat tuple.
static void flatten_results(Function& f, bool has_tangent) {
  for (OpId end : f.ops_below(f.body())) {
    if (!is(f, end, "return"_op)) continue;
    Builder b = Builder::before(f, end);
    b.span = f.op(end).span;
    Values parts;
    std::vector<Type> types;
    auto take = [&](auto& self, ValueId v) -> void {
      Type t = f.type(v);
      if (!t.is_tuple()) return parts.push_back(v), types.push_back(t);
      for (size_t k = 0; k < t.elements().size(); ++k)
        self(self, b.make("tuple.get"_op, {v}, t.elements()[k], {{"index", int64_t(k)}}));
    };
    ValueId result = f.op(end).operands[0];
    if (!has_tangent) {
      take(take, result);
    } else {
      auto part = [&](int64_t k) {
        return b.make("tuple.get"_op, {result}, f.type(result).elements()[size_t(k)], {{"index", k}});
      };
      take(take, part(0));
      size_t count = parts.size();
      take(take, part(1));
      for (size_t k = parts.size(); k-- > count;)
        if (types[k].is(TypeKind::None)) parts.erase(parts.begin() + long(k)), types.erase(types.begin() + long(k));
    }
    ValueId all = b.make("tuple"_op, parts, Type::tuple(types));
    f.set_operands(end, std::span(&all, 1));
    f.result_types = {f.type(all)};
  }
}

void derive(Function& f, const std::function<void(Function&)>& optimize) {
  for (OpId id : f.ops_below(f.body())) {
    if (!is(f, id, "derive"_op)) continue;
    Function& made = copy_of_callee(f, id);
    std::vector<int> wrt;
    for (int64_t k : f.list_attr(id, "wrt")) wrt.push_back(int(k));
    if (f.text_attr(id, "mode") == "forward") {
      refuse_overlaps(made, made.span);
      bool has_tangent = is_inexact(made.result_types[0]);
      push_forward(made, {wrt, optimize});
      flatten_results(made, has_tangent);
    } else {
      Derivation d;
      d.argnums = wrt;
      d.flat_outputs = int(f.int_attr(id, "outputs"));
      d.optimize = optimize;
      differentiate(made, d);
    }
    give_spans(made);
    optimize(made);
    Builder at = Builder::before(f, id);
    at.span = f.op(id).span;
    ValueId r = f.op(id).results[0];
    ValueId v = at.make("call"_op, std::vector<ValueId>(f.op(id).operands), f.type(r), {{"callee", Symbol{made.name()}}});
    AIC_CHECK(f.type(r) == made.result_types[0], f.type(r).text() + " " + made.result_types[0].text());
    f.replace_uses(r, v);
    f.erase(id);
  }
}

Derivation parse_derivation(const std::string& text) {
  size_t colon = text.find(':');
  std::string name = text.substr(0, colon), list = colon == std::string::npos ? "0" : text.substr(colon + 1);
  Derivation d;
  d.value = name.starts_with("value_and_");
  if (d.value) name = name.substr(10);
  if (name.ends_with("_aux")) d.has_aux = true, name = name.substr(0, name.size() - 4);
  if (name != "gradient" && name != "pullback") throw Error("no derivation is called `" + text + "`");
  d.kind = name == "gradient" ? Derivation::Gradient : Derivation::Pullback;
  d.argnums.clear();
  if (!list.empty() && list.back() == '+') d.bare = false, list.pop_back();
  for (size_t from = 0; from <= list.size();) {
    size_t to = std::min(list.find('+', from), list.size());
    d.argnums.push_back(std::stoi(list.substr(from, to - from)));
    from = to + 1;
  }
  d.bare = d.bare && d.argnums.size() == 1;
  return d;
}

}  // namespace aic::passes
