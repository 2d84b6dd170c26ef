// prim.derivative(what, argnums, f, argument…): the call of a function for its result and its gradient, as one op `derive`
// that passes/autodiff makes into code. `what` is "gradient" or "value_and_gradient", with "_aux" where f gives a pair
// whose second part is only handed through. prim.derivative("pushforward", argnums, f, argument…, tangents) gives the
// result and its tangent, for a tuple of tangents like the arguments of those numbers.
#include "typeinfer/frame.h"

namespace aic::typeinfer {

namespace {
bool is_inexact(Type t) { return (t.is_number() || t.is_array()) && (ir::is_float(t.dtype()) || ir::is_complex(t.dtype())); }

size_t leaf_count(const Value& v) {
  std::vector<Type> types;
  leaf_types(v, types);
  return types.size();
}
// The gradient in the structure of its argument: `next` gives the leaves of inexact type.
Value like(const Value& shape, const std::function<ValueId()>& next) {
  if (shape.kind == Kind::Tuple) {
    Value out = shape;
    for (Value& p : out.parts) p = like(p, next);
    return out;
  }
  if (shape.kind != Kind::Runtime || !is_inexact(shape.type)) return is_number(shape) ? integer(0) : none();
  Type t = shape.type;
  if (t.is_array()) t = Type::array(t.dtype(), t.rank(), t.layout());
  return runtime(t, next());
}
Type tangent_type(Type t) {
  if (t.is_array()) return Type::array(t.dtype(), t.rank(), t.layout());
  if (!t.is(ir::TypeKind::Union)) return t;
  ir::DType widest = ir::DType::F32;
  for (Type e : t.elements())
    if (is_inexact(e)) widest = std::max(widest, e.dtype());
  return Type::scalar(widest);
}
bool has_tangent(Type t) {
  if (!t.is(ir::TypeKind::Union)) return is_inexact(t);
  return std::any_of(t.elements().begin(), t.elements().end(), has_tangent);
}
// What a tangent of such a value looks like; None stands beside what has none.
Value tangent_shape(const Value& shape) {
  if (shape.kind == Kind::Tuple) {
    Value out = shape;
    for (Value& p : out.parts) p = tangent_shape(p);
    return out;
  }
  if (shape.kind == Kind::Pair) return tangent_shape(shape.parts[0]);  // the number; its flag has none
  if (shape.kind != Kind::Runtime || !has_tangent(shape.type)) return none();
  return runtime(tangent_type(shape.type), {});
}
// The parts of `given` that count.
Value tangent_of(const Value& given, const Value& shape) {
  if (shape.kind == Kind::Tuple && given.kind == Kind::Tuple && given.parts.size() == shape.parts.size()) {
    Value out = given;
    for (size_t k = 0; k < shape.parts.size(); ++k) out.parts[k] = tangent_of(given.parts[k], shape.parts[k]);
    return out;
  }
  return shape.kind == Kind::Runtime ? given : none();
}
bool is_tangent(const Value& given, const Value& shape) {
  if (shape.kind == Kind::Tuple) {
    bool fits = given.kind == Kind::Tuple && given.parts.size() == shape.parts.size();
    for (size_t k = 0; fits && k < shape.parts.size(); ++k) fits = is_tangent(given.parts[k], shape.parts[k]);
    return fits;
  }
  if (shape.kind != Kind::Runtime) return true;
  if (!shape.type.is_array() && !shape.type.is_number()) return true;
  if (!(shape.type.is_array() ? is_array(given) && given.type.rank() == shape.type.rank() : is_number(given))) return false;
  Type t = given.kind == Kind::Pair ? given.parts[0].type : given.type;
  return ir::is_complex(shape.type.dtype()) || !(t.is_array() || t.is_number()) || !ir::is_complex(t.dtype());
}
}  // namespace

// The tangent of an argument, with the argument's extents (checked when it runs), dtype and layout.
Value Frame::fitted_tangent(const Value& given, const Value& primal, const Value& shape) {
  if (shape.kind == Kind::Tuple) {
    Value out = shape;
    for (size_t k = 0; k < shape.parts.size(); ++k)
      out.parts[k] = fitted_tangent(given.parts[k], primal.parts[k], shape.parts[k]);
    return out;
  }
  if (shape.kind != Kind::Runtime || !shape.type.is_array()) return coerce(given, shape);
  Type t = shape.type;
  for (int k = 0; k < t.rank(); ++k) {
    ValueId n = extent(given.id, k), wanted = extent(primal.id, k);
    check(make("equal"_op, {n, wanted}, Type::boolean()), "ValueError",
          "a tangent has {0} elements along axis " + std::to_string(k) + ", its argument {1}", {n, wanted});
  }
  Value v = given.type.dtype() == t.dtype() ? given : cast_to(given, t.dtype());
  ir::Layout layout = t.layout() == ir::Layout::F ? ir::Layout::F : ir::Layout::C;
  if (v.type.layout() != layout) {
    Type laid_out = Type::array(t.dtype(), t.rank(), layout);
    v = runtime(laid_out, make("copy"_op, {v.id}, laid_out));
  }
  return coerce(v, shape);
}

// The op in forward mode: (result, its tangent).
Value Frame::pushforward(const Instance& i, std::vector<ValueId> arguments, const std::vector<int64_t>& wrt,
                         const std::vector<ValueId>& tangents) {
  std::vector<Type> types, moved;
  leaf_types(i.result, types);
  size_t results = types.size();
  Value shape = tangent_shape(i.result);
  leaf_types(shape, moved);
  for (Type t : moved)
    if (!t.is(ir::TypeKind::None)) types.push_back(t);
  arguments.insert(arguments.end(), tangents.begin(), tangents.end());
  ValueId r = b_.make(
      "derive"_op, arguments, Type::tuple(types),
      {{"callee", ir::Symbol{i.symbol}}, {"wrt", wrt}, {"outputs", int64_t(results)}, {"mode", std::string("forward")}});
  std::vector<ValueId> parts;
  for (size_t k = 0; k < types.size(); ++k) parts.push_back(make("tuple.get"_op, {r}, types[k], {{"index", int64_t(k)}}));
  const ValueId* at = parts.data();
  Value value = rebuild(i.result, at);
  return tuple({value, rebuild(shape, at)});
}

Value Frame::prim_derivative(const Arguments& a) {
  Values p = a.positional;
  AIC_CHECK(p.size() >= 3 && known_text(p[0]), "prim.derivative(what, argnums, f, …)");
  std::string what = *known_text(p[0]);
  bool with_value = what.starts_with("value_and_"), aux = what.ends_with("_aux"), any = what.starts_with("any_");
  std::vector<int64_t> argnums = known_axes(p[1]);
  bool forward = what == "pushforward";
  Value tangents;
  if (forward) {
    tangents = p.back();
    p.pop_back();
    AIC_CHECK(tangents.kind == Kind::Tuple && tangents.parts.size() == argnums.size(), "a tangent for each of argnums");
  }
  const ir::PyForm* form = form_of_function(p[2]);
  if (!form) fail("no-derivative", {describe(p[2]), "only functions written in Python are"});
  auto refuse = [&](SpanId at, const char* name, const std::vector<std::string>& arguments) {
    throw ir::Diagnosed(ir::diagnose(session_.out, session_.span(*form->function, at), name, arguments));
  };
  Values captured, bound = bind(*form, p[2], {Values(p.begin() + 3, p.end()), {}}, captured);
  size_t first = captured.size();
  captured.insert(captured.end(), bound.begin(), bound.end());
  // Argument number k: a parameter, or a part of *args.
  size_t named = form->parameters.size() - form->has_varargs - form->has_kwargs,
         positional = named - size_t(form->keyword_only);
  auto argument = [&](auto& all, int64_t k) -> auto& {
    bool rest = form->has_varargs && size_t(k) >= positional;
    return rest ? all[first + named].parts.at(size_t(k) - positional) : all.at(first + size_t(k));
  };
  size_t count = form->has_varargs ? positional + bound[named].parts.size() : positional;
  for (int64_t k : argnums) {
    if (k < 0 || size_t(k) >= count) fail("no-derivative", {form->function->name(), "it has no argument " + std::to_string(k)});
    Value& v = argument(captured, k);
    if (v.kind == Kind::Constant && v.type.is_number() && is_inexact(v.type)) v = runtime(v.type, as_type(v, v.type));
  }
  for (Value& v : captured) v = handed_over(std::move(v));
  Instance& i = session_.instance(*form, captured);
  if (!i.done) fail("no-derivative", {"`" + form->function->name() + "`", "calls that recur are not differentiated"});
  if (i.lowest < i.depth) lowest = std::min(lowest, i.lowest);

  // Leaves: the function's parameters are numbers and arrays, one after another.
  std::vector<int64_t> starts, wrt;
  int64_t leaves_so_far = 0;
  for (const Value& v : i.arguments) starts.push_back(leaves_so_far), leaves_so_far += int64_t(leaf_count(v));
  for (int64_t number : argnums) {
    const Value& v = argument(i.arguments, number);
    bool rest = form->has_varargs && size_t(number) >= positional;
    int64_t start = starts[first + (rest ? named : size_t(number))];
    for (size_t k = 0; rest && k < size_t(number) - positional; ++k)
      start += int64_t(leaf_count(i.arguments[first + named].parts[k]));
    std::vector<Type> types;
    leaf_types(v, types);
    size_t before = wrt.size();
    for (size_t j = 0; j < types.size(); ++j)
      if (is_inexact(types[j])) wrt.push_back(start + int64_t(j));
    if (wrt.size() == before && !any && !forward) {
      std::string name = form->parameters[rest ? form->parameters.size() - 1 : size_t(number)];
      refuse(form->function->span, "integer-argument", {name, describe(v)});
    }
  }
  std::vector<ValueId> ids = leaf_ids(coerce_all(captured, i.arguments));
  for (size_t k = 0; k < i.hidden.size(); ++k) ids.push_back(hidden_id(i.hidden[k].array));
  if (forward) {
    Values fitted;
    for (size_t k = 0; k < argnums.size(); ++k) {
      Value shape = tangent_shape(argument(i.arguments, argnums[k])), given = tangent_of(tangents.parts[k], shape);
      if (!is_tangent(given, shape))
        fail("no-derivative", {"`" + form->function->name() + "` along this tangent",
                               "the tangent of argument " + std::to_string(argnums[k]) + " is " + describe(tangents.parts[k])});
      fitted.push_back(fitted_tangent(given, argument(captured, argnums[k]), shape));
    }
    return pushforward(i, ids, wrt, leaf_ids(fitted));
  }
  SpanId end = form->function->span;
  for (OpId op : form->function->ops_below(form->function->body()))
    if (form->function->op(op).code == "return"_op) end = form->function->op(op).span;
  const Value& result = i.result;
  if (aux && (result.kind != Kind::Tuple || result.parts.size() != 2)) refuse(end, "no-aux", {describe(result)});
  const Value& varied = aux ? result.parts[0] : result;
  bool rank0 = is_array(varied) && varied.type.rank() == 0;
  bool text_or_int = is_number(varied) || rank0 || varied.type.is(TypeKind::Str);
  if (!text_or_int && !is_union(varied)) refuse(end, "no-scalar-result", {describe(varied)});
  Type t = varied.kind == Kind::Pair ? varied.parts[0].type : varied.type;
  if (is_union(varied) && varied.kind != Kind::Pair) refuse(end, "no-scalar-result", {describe(varied)});
  if (!is_inexact(t)) refuse(end, "integer-result", {describe(varied)});
  if (ir::is_complex(t.dtype())) refuse(end, "complex-result", {describe(varied)});

  std::vector<Type> types, outputs;
  leaf_types(varied, outputs);
  leaf_types(result, types);
  size_t results = types.size();
  for (int64_t k : wrt) {
    Type each = b_.function().type(ids[size_t(k)]);
    types.push_back(each.is_array() ? Type::array(each.dtype(), each.rank(), each.layout()) : each);
  }
  ValueId r = b_.make("derive"_op, ids, Type::tuple(types),
                      {{"callee", ir::Symbol{i.symbol}}, {"wrt", wrt}, {"outputs", int64_t(outputs.size())}});
  std::vector<ValueId> parts;
  for (size_t k = 0; k < types.size(); ++k) parts.push_back(make("tuple.get"_op, {r}, types[k], {{"index", int64_t(k)}}));
  size_t next = results;
  Values gradients;
  for (int64_t k : argnums) gradients.push_back(like(argument(i.arguments, k), [&] { return parts[next++]; }));
  Value gradient = p[1].kind == Kind::Tuple ? tuple(gradients) : gradients[0];
  const ValueId* from = parts.data();
  Value value = rebuild(result, from);
  if (with_value) return tuple({value, gradient});
  return aux ? tuple({gradient, value.parts[1]}) : gradient;
}

const ir::PyForm* Frame::form_of_function(const Value& v) {
  if (v.kind == Kind::Function) return v.form;
  if (v.kind != Kind::Entity) return nullptr;
  auto* f = std::get_if<ir::PythonFunction>(v.entity.get());
  return f ? &session_.world.py_form(*f) : nullptr;
}

namespace {
// For each leaf of `of`: the number of the leaf of `given` that is its derivative, or -1.
void match_leaves(const Value& of, const Value& given, int64_t& next, std::vector<int64_t>& out) {
  if (of.kind == Kind::Tuple && given.kind == Kind::Tuple && of.parts.size() == given.parts.size()) {
    for (size_t k = 0; k < of.parts.size(); ++k) match_leaves(of.parts[k], given.parts[k], next, out);
    return;
  }
  size_t leaves = leaf_count(given);
  bool fits = of.kind == Kind::Runtime && given.kind == Kind::Runtime && is_inexact(of.type) && is_inexact(given.type);
  for (size_t k = leaf_count(of); k-- > 0;) out.push_back(fits ? next : -1);
  next += int64_t(leaves);
}
}  // namespace

// prim.custom(handed, backward, push, arguments, out, residual): `out`, which is the result of a function of the arguments,
// with derivatives that backward(residual, cotangent) gives, a cotangent for each argument, or push(arguments, tangents),
// (out, its tangent); without either there are none. A call of `handed` that carries the rules, for passes/autodiff.
Value Frame::prim_custom(const Arguments& a) {
  const Values& p = a.positional;
  AIC_CHECK(p.size() == 6, "prim.custom(handed, backward, push, arguments, out, residual)");
  const Value &arguments = p[3], &out = p[4];
  Values held;  // what the rules' closures hold, then the residual
  std::vector<int64_t> counts, rules;
  auto rule = [&](const Value& function, const Values& given, const Value& of, bool backward) {
    size_t before = 0, after = 0;
    for (const Value& v : held) before += leaf_count(v);
    after = before;
    if (const ir::PyForm* form = form_of_function(function)) {
      Values captured, bound = bind(*form, function, {given, {}}, captured);
      held.insert(held.end(), captured.begin(), captured.end());
      captured.insert(captured.end(), bound.begin(), bound.end());
      for (Value& v : captured) v = shape_of(v);
      rules.push_back(int64_t(session_.rules.size()));
      session_.rules.push_back({form, captured, shape_of(of), backward});
      after = 0;
      for (const Value& v : held) after += leaf_count(v);
    }
    counts.push_back(int64_t(after - before));
  };
  rule(p[1], {p[5], tangent_shape(shape_of(out))}, arguments, true);
  rule(p[2], {arguments, tangent_shape(shape_of(arguments))}, out, false);
  if (rules.empty() && !arguments.parts.empty())
    fail("no-derivative", {"this function", "its rule is missing: call defjvp or defvjp first"});
  held.push_back(p[5]);
  const ir::PyForm* handed = form_of_function(p[0]);
  AIC_CHECK(handed, "prim.custom");
  Value result = call_function(*handed, p[0], {{arguments, out, tuple(held)}, {}});
  std::vector<ValueId> ids;
  leaves(result, ids);
  if (ids.empty()) return result;
  OpId call = b_.function().defining_op(ids[0]);
  if (b_.function().op(call).code == "tuple.get"_op) call = b_.function().defining_op(b_.function().op(call).operands[0]);
  AIC_CHECK(b_.function().op(call).code == "call"_op, "prim.custom");
  ir::Function& f = b_.function();
  f.set_attr(call, "custom", int64_t(1));
  f.set_attr(call, "rules", rules);
  f.set_attr(call, "leaves",
             std::vector<int64_t>{int64_t(leaf_count(arguments)), int64_t(leaf_count(out)), counts[0], counts[1]});
  return result;
}

void Session::finish_rules() {
  for (size_t k = 0; k < out.functions.size(); ++k) {  // which grows
    ir::Function& f = *out.functions[k];
    for (OpId op : f.ops_below(f.body())) {
      if (!f.find_attr(op, "rules")) continue;
      std::vector<int64_t> numbers = f.list_attr(op, "rules");
      f.remove_attr(op, "rules");
      for (int64_t number : numbers) {
        Rule rule = rules.at(size_t(number));
        Instance& i = instance(*rule.form, rule.given);
        auto refuse = [&](const char* why) {
          SpanId at = span(*rule.form->function, rule.form->function->span);
          throw ir::Diagnosed(
              ir::diagnose(out, at, "no-derivative", {"a function with the rule `" + rule.form->function->name() + "`", why}));
        };
        if (!i.hidden.empty()) refuse("it reads an array of the module: hand that over as an argument");
        size_t count = rule.backward ? rule.of.parts.size() : 2;
        if (i.result.kind != Kind::Tuple || i.result.parts.size() != count)
          refuse(rule.backward ? "it must give a tuple with one cotangent for each argument"
                               : "it must give (result, tangent)");
        std::vector<int64_t> matched;
        int64_t next = rule.backward ? 0 : int64_t(leaf_count(i.result.parts[0]));
        match_leaves(rule.of, rule.backward ? i.result : i.result.parts[1], next, matched);
        f.set_attr(op, rule.backward ? "backward" : "push", ir::Symbol{i.symbol});
        f.set_attr(op, rule.backward ? "gradients" : "tangents", matched);
      }
    }
  }
}

}  // namespace aic::typeinfer
