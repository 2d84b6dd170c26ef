// prim.derivative(what, argnums, f, argument…): the call of a function for its result and its gradient, as one op `derive`
// that passes/autodiff makes into code. `what` is "gradient" or "value_and_gradient", with "_aux" where f gives a pair
// whose second part is only handed through. prim.derivative("pushforward", argnums, f, argument…, tangents) gives the
// result and its tangent, for a tuple of tangents like the arguments of those numbers.
#include "typeinfer/frame.h"

namespace aic::typeinfer {

namespace {
bool is_inexact(Type t) { return (t.is_number() || t.is_array()) && (ir::is_float(t.dtype()) || ir::is_complex(t.dtype())); }

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
}  // namespace

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
  ValueId r = b_.make("derive"_op, arguments, Type::tuple(types),
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
  bool with_value = what.starts_with("value_and_"), aux = what.ends_with("_aux");
  std::vector<int64_t> argnums = known_axes(p[1]);
  bool forward = what == "pushforward";
  Value tangents;
  if (forward) {
    tangents = p.back();
    p.pop_back();
    AIC_CHECK(tangents.kind == Kind::Tuple && tangents.parts.size() == argnums.size(), "a tangent for each of argnums");
  }
  const ir::PyForm* form = p[2].kind == Kind::Function ? p[2].form : nullptr;
  if (p[2].kind == Kind::Entity)
    if (auto* f = std::get_if<ir::PythonFunction>(p[2].entity.get())) form = &session_.world.py_form(*f);
  if (!form) fail("no-derivative", {describe(p[2]), "only functions written in Python are"});
  auto refuse = [&](SpanId at, const char* name, const std::vector<std::string>& arguments) {
    throw ir::Diagnosed(ir::diagnose(session_.out, session_.span(*form->function, at), name, arguments));
  };
  Values captured, bound = bind(*form, p[2], {Values(p.begin() + 3, p.end()), {}}, captured);
  size_t first = captured.size();
  captured.insert(captured.end(), bound.begin(), bound.end());
  for (int64_t k : argnums) {
    if (k < 0 || size_t(k) >= bound.size())
      fail("no-derivative", {form->function->name(), "it has no argument " + std::to_string(k)});
    Value& v = captured[first + size_t(k)];
    if (v.kind == Kind::Constant && v.type.is_number() && is_inexact(v.type)) v = runtime(v.type, as_type(v, v.type));
  }
  for (Value& v : captured)
    if (v.kind == Kind::Pair) v = runtime(v.type, as_type(v, v.type));
  Instance& i = session_.instance(*form, captured);
  if (!i.done) fail("no-derivative", {"`" + form->function->name() + "`", "calls that recur are not differentiated"});
  if (i.lowest < i.depth) lowest = std::min(lowest, i.lowest);

  // Leaves: the function's parameters are numbers and arrays, one after another.
  std::vector<std::vector<Type>> types_of(i.arguments.size());
  std::vector<int64_t> starts, wrt;
  for (size_t k = 0, at = 0; k < i.arguments.size(); ++k) {
    leaf_types(i.arguments[k], types_of[k]);
    starts.push_back(int64_t(at));
    at += types_of[k].size();
  }
  for (int64_t number : argnums) {
    size_t k = first + size_t(number), before = wrt.size();
    for (size_t j = 0; j < types_of[k].size(); ++j)
      if (is_inexact(types_of[k][j])) wrt.push_back(starts[k] + int64_t(j));
    if (wrt.size() == before)
      refuse(form->function->span, "integer-argument", {form->parameters[size_t(number)], describe(i.arguments[k])});
  }
  std::vector<ValueId> ids = leaf_ids(coerce_all(captured, i.arguments));
  if (forward) {
    Values shapes, given;
    for (size_t k = 0; k < argnums.size(); ++k) {
      shapes.push_back(tangent_shape(i.arguments[first + size_t(argnums[k])]));
      given.push_back(tangent_of(tangents.parts[k], shapes.back()));
    }
    return pushforward(i, ids, wrt, leaf_ids(coerce_all(given, shapes)));
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
  for (int64_t k : argnums) gradients.push_back(like(i.arguments[first + size_t(k)], [&] { return parts[next++]; }));
  Value gradient = p[1].kind == Kind::Tuple ? tuple(gradients) : gradients[0];
  const ValueId* from = parts.data();
  Value value = rebuild(result, from);
  if (with_value) return tuple({value, gradient});
  return aux ? tuple({gradient, value.parts[1]}) : gradient;
}

}  // namespace aic::typeinfer
