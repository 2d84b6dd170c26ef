// From abstract values to SSA values: constants, tuples, unions are made here, where a value meets a shape or a type.
#include <algorithm>
#include <cmath>

#include "ir/scalar.h"
#include "typeinfer/caught.h"
#include "typeinfer/instances.h"

namespace aic::typeinfer {

static double real_of(const Literal& l) {
  if (auto* b = std::get_if<bool>(&l)) return *b;
  if (auto* i = std::get_if<int64_t>(&l)) return double(*i);
  if (auto* d = std::get_if<double>(&l)) return *d;
  if (auto* z = std::get_if<Complex>(&l)) return z->real();
  return 0;
}

// A number literal as a constant of a numeric type that can hold it.
ValueId Frame::number_constant(const Value& v, Type t) {
  DType d = t.dtype();
  if (ir::is_complex(d)) {
    auto* z = std::get_if<Complex>(&v.literal);
    return make("const"_op, {}, t, {{"value", real_of(v.literal)}, {"imaginary", z ? z->imag() : 0.0}});
  }
  if (ir::is_float(d)) {
    double x = real_of(v.literal);
    return make("const"_op, {}, t, {{"value", ir::Scalar::floating(x, d).re}});
  }
  std::optional<int64_t> i = known_int(v);
  AIC_CHECK(i);
  return make("const"_op, {}, t, {{"value", *i}});
}

ValueId Frame::materialise(const Value& v) {
  switch (v.kind) {
    case Kind::Runtime: return v.type.is(TypeKind::None) ? b_.none() : v.id;
    case Kind::Constant:
      if (v.type.is(TypeKind::None)) return b_.none();
      if (const std::string* s = known_text(v)) return b_.text(*s);
      if (const std::string* s = known_bytes(v)) return make("const"_op, {}, v.type, {{"value", *s}});
      return number_constant(v, v.type);
    case Kind::Tuple:
    case Kind::Member:
    case Kind::Range:
    case Kind::Slice: {
      if (!is_representable(v) && !holds_choice(v)) break;
      std::vector<ValueId> parts;
      for (const Value& p : v.parts) parts.push_back(materialise(p));
      return b_.make("tuple"_op, parts, type_of(v));
    }
    case Kind::Pair: return as_type(v, v.type);
    case Kind::Choice: {
      std::vector<ValueId> ids;
      leaves(v, ids);
      return b_.make("tuple"_op, ids, type_of(v));
    }
    case Kind::Entity:
      if (auto* n = std::get_if<ir::NumpyConstant>(v.entity.get())) {
        DType d = n->type.dtype();
        if (ir::is_complex(d)) return make("const"_op, {}, n->type, {{"value", n->real}, {"imaginary", n->imaginary}});
        if (ir::is_float(d)) return make("const"_op, {}, n->type, {{"value", n->real}});
        return make("const"_op, {}, n->type, {{"value", n->integer}});
      }
      break;
    case Kind::Conflict: fail("conflict", {"a name here", v.text});
    case Kind::Maybe:
    case Kind::Never:
    case Kind::Unbound:
    case Kind::Function:
    case Kind::Method:
    case Kind::Iterator:
    case Kind::Exception:
    case Kind::Ellipsis: break;
  }
  fail("no-value", {describe(v)});
}

// A tuple whose parts' shapes are known.
Value Frame::taken_apart(const Value& shape, ValueId id) {
  return unboxed(with_run_time(shape, id, [&](ValueId whole, Type t, size_t k) {
    return t.is(TypeKind::None) ? ValueId{} : make("tuple.get"_op, {whole}, t, {{"index", int64_t(k)}});
  }));
}

Value Frame::exploded(Type t, ValueId id) {
  if (t.is(TypeKind::None)) return none();
  if (t.is_tuple()) {
    Values parts;
    std::span<const Type> elements = t.elements();
    for (size_t k = 0; k < elements.size(); ++k)
      parts.push_back(exploded(elements[k], make("tuple.get"_op, {id}, elements[k], {{"index", int64_t(k)}})));
    return unpacked(tuple_of(std::move(parts), t.flavour()));
  }
  return unboxed(runtime(t, id));
}

// Is each part of a tuple one that the other type's part holds? (1, "a") is also a (int, {int | str}).
static bool fits_in_parts(Type from, Type to) {
  if (from == to) return true;
  if (to.is(TypeKind::Union)) return std::ranges::any_of(to.elements(), [&](Type arm) { return fits_in_parts(from, arm); });
  if (!from.is_tuple() || !to.is_tuple() || from.flavour() != to.flavour()) return false;
  return std::ranges::equal(from.elements(), to.elements(), fits_in_parts);
}

ValueId Frame::as_type(const Value& v, Type t) {
  if (wide_int(v)) return wide_as(v, t).id;
  Type from = type_of(v);
  bool to_long = t.is_list() && t.flavour() == "tuple";
  if (to_long && is_union(v)) return by_arms(v, [&](const Value& arm) { return runtime(t, as_type(arm, t)); }).id;
  if (to_long && (v.kind == Kind::Tuple || (is_long_tuple(v) && from != t && !v.site))) return long_tuple_as(v, t);
  if (from == t) {
    if (v.kind != Kind::Pair) return materialise(v);
  }
  if (is_recursive(t) && from.is_list() && recursive_of(from) == t) return boxed(v, t);
  if (from.is_list() && t.is_list() && !from.is_object() && !t.is_object()) {
    grow_list(v, shape_of_type(t.element(), [](const std::string&) { return nullptr; }));
    if (!instance_.grown && !session_.classes.grown)  // else this will be written again
      fail("unsupported", {describe(v) + " where " + describe(runtime(t, {})) + " is held"});
    return v.id;
  }
  if (t.is(TypeKind::Union)) {
    if (std::optional<ValueId> u = number_as_union(v, t)) return *u;
    if (is_union(v)) {
      Value u = by_arms(v, [&](const Value& arm) { return runtime(t, as_type(arm, t)); });
      return u.id;
    }
    int arm = ir::arm_index(t, from);
    if (arm < 0 && from.is_list() && !from.is_object())
      if (int held = ir::arm_index(t, recursive_of(from)); held >= 0)
        return make("union.make"_op, {boxed(v, recursive_of(from))}, t, {{"arm", int64_t(held)}});
    if (arm < 0 && (from.is_tuple() || is_long_tuple(v)))  // as the arm that holds tuples of any length
      for (Type a : t.elements())
        if (a.is_list() && a.flavour() == "tuple")
          return make("union.make"_op, {as_type(v, a)}, t, {{"arm", int64_t(ir::arm_index(t, a))}});
    if (arm < 0 && v.kind == Kind::Tuple)
      for (Type a : t.elements())
        if (a.is_tuple() && fits_in_parts(from, a))
          return make("union.make"_op, {as_type(v, a)}, t, {{"arm", int64_t(ir::arm_index(t, a))}});
    if (arm < 0 && instance_.grown) return make("undefined"_op, {}, t);  // this will be written again
    AIC_CHECK(arm >= 0, from.text() + " as " + t.text());
    return make("union.make"_op, {materialise(v)}, t, {{"arm", int64_t(arm)}});
  }
  if (v.kind == Kind::Pair && t.is_number()) {
    ValueId payload = v.parts[0].id;
    return v.parts[0].type == t ? payload : make("cast"_op, {payload}, t);
  }
  if (v.kind == Kind::Constant && t.is_number()) {
    bool to_float = ir::is_float(t.dtype()) || ir::is_complex(t.dtype());
    if (to_float || (known_int(v) && t.dtype() != DType::Bool) || from.is(TypeKind::Bool)) return number_constant(v, t);
  }
  if (from.is_number() && t.is_number()) return make("cast"_op, {materialise(v)}, t);
  if (from.is_array() && t.is_array() && from.dtype() == t.dtype() && from.rank() == t.rank()) {
    bool looser = t.layout() == ir::Layout::Strided || (t.layout() == ir::Layout::Inner && from.layout() == ir::Layout::C);
    AIC_CHECK(looser || t.layout() == from.layout() || instance_.grown, from.text() + " as " + t.text());
    return make("view"_op, {v.id}, t, {{"spec", std::string(size_t(t.rank()), ':')}, {"same", int64_t(1)}});
  }
  if ((v.kind == Kind::Tuple || v.kind == Kind::Member) && t.is_tuple()) {
    std::vector<ValueId> parts;
    for (size_t k = 0; k < v.parts.size(); ++k) parts.push_back(as_type(v.parts[k], t.elements()[k]));
    return b_.make("tuple"_op, parts, t);
  }
  AIC_CHECK(false, from.text() + " as " + t.text());
}

Value Frame::undefined(const Value& shape) {
  std::vector<Type> types;
  leaf_types(shape, types);
  std::vector<ValueId> ids;
  for (Type t : types) ids.push_back(make("undefined"_op, {}, t));
  const ValueId* next = ids.data();
  return rebuild(shape, next);
}

Value Frame::coerce(const Value& v, const Value& shape) {
  if (is_packed_when_held(v) && (shape.kind == Kind::Tuple || shape.kind == Kind::Runtime)) return coerce(packed(v), shape);
  if (is_held_exception(shape) && (v.kind == Kind::Exception || is_none(v)))
    return coerce(packed(Caught::saved(*this, v)), shape);
  switch (shape.kind) {
    case Kind::Runtime: {
      if (shape.type.is(TypeKind::None)) return none();
      if (v.kind == Kind::Maybe) return coerce(v.parts[0], shape);
      Value r = shape;
      if (v.kind == Kind::Tuple && is_long_tuple(shape)) {
        r.id = long_tuple_as(v, type_of(shape));
        return r;
      }
      bool lists = v.kind == Kind::Runtime && v.site && shape.site && v.type.flavour() == shape.type.flavour();
      if (lists && key(v) != key(shape)) {  // of choices the type says too little
        grow_list(v, element_of_list(shape));
        AIC_CHECK(instance_.grown || !holds_choice(shape) || key(v) == key(shape), describe(v) + " as " + describe(shape));
      }
      r.id = as_type(v, type_of(shape));
      return r;
    }
    case Kind::Pair: {
      if (v.kind == Kind::Pair) return v;
      Value p = shape;
      Type strong = shape.parts[0].type;
      bool weak = type_of(v) != strong;
      p.parts[0].id = as_type(v, strong);
      p.parts[1].id = number_constant(boolean(weak), Type::boolean());
      return p;
    }
    case Kind::Maybe: {
      Value m = shape;
      bool unbound = v.kind == Kind::Unbound;
      const Value& inner = v.kind == Kind::Maybe ? v.parts[0] : v;
      m.parts[0] = unbound || inner.kind == Kind::Never ? undefined(shape.parts[0]) : coerce(inner, shape.parts[0]);
      m.parts[1].id = v.kind == Kind::Maybe ? v.parts[1].id : number_constant(boolean(!unbound), Type::boolean());
      return m;
    }
    case Kind::Tuple:
    case Kind::Member:
    case Kind::Range:
    case Kind::Slice:
    case Kind::Function:
    case Kind::Method:
    case Kind::Iterator:
    case Kind::Exception: {
      if (is_caught(shape) && !is_caught(v)) return Caught::saved(*this, v);
      Value t = shape;
      for (size_t k = 0; k < t.parts.size(); ++k) t.parts[k] = coerce(v.parts[k], shape.parts[k]);
      for (size_t k = 0; k < t.defaults.size(); ++k) t.defaults[k] = coerce(v.defaults[k], shape.defaults[k]);
      return t;
    }
    case Kind::Choice: return chosen(v, shape);
    case Kind::Constant:
    case Kind::Entity:
    case Kind::Unbound:
    case Kind::Ellipsis:
    case Kind::Conflict:
    case Kind::Never: return shape;
  }
  return shape;
}

Values Frame::coerce_all(const Values& values, const Values& shapes) {
  Values out;
  for (size_t k = 0; k < shapes.size(); ++k) out.push_back(coerce(values[k], shapes[k]));
  return out;
}

std::vector<ValueId> Frame::leaf_ids(const Values& values) {
  std::vector<ValueId> ids;
  for (const Value& v : values) leaves(v, ids);
  return ids;
}

// ---- written choices ----
Value Frame::choose(ValueId condition, const std::function<Value()>& then, const std::function<Value()>& otherwise) {
  OpId w = b_.op("if"_op, {condition}, {}, {}, 2);
  ir::Builder home = b_;  // it may stand before an op
  Value values[2];
  RegionId ends[2];
  for (int k = 0; k < 2; ++k) {
    b_.set_region(b_.region_of(w, k));
    values[k] = k == 0 ? then() : otherwise();
    ends[k] = b_.region();
    if (values[k].kind == Kind::Never) end_unreachable();
  }
  Value shape = join(values[0], values[1]);
  std::vector<Type> types;
  leaf_types(shape, types);
  for (int k = 0; k < 2; ++k) {
    if (values[k].kind == Kind::Never) continue;
    b_.set_region(ends[k]);
    std::vector<ValueId> ids = leaf_ids({coerce(values[k], shape)});
    b_.op("yield"_op, ids, {});
  }
  b_ = home;
  std::vector<ValueId> ids;
  for (Type t : types) ids.push_back(out_.add_result(w, t));
  const ValueId* next = ids.data();
  return rebuild(shape, next);
}

}  // namespace aic::typeinfer
