// Ufuncs: NumPy scalars and arrays under an elementwise record. Operands are promoted (promotion.h), the record says in
// which dtype it computes, operands are cast to that and arrays are brought to one shape. Rank 0 computes as a scalar.
#include <algorithm>

#include "typeinfer/float_errors.h"
#include "typeinfer/promotion.h"

namespace aic::typeinfer {

static bool is_comparison(OpCode c) {
  return c == "equal"_op || c == "not_equal"_op || c == "less"_op || c == "less_equal"_op || c == "greater"_op ||
         c == "greater_equal"_op;
}
static bool is_weak_int(const Value& v) { return type_of(v).is(TypeKind::Int); }

// A rank-0 array as the scalar it holds, a NumPy constant of the world as a scalar.
Value Frame::zero_rank_loaded(const Value& v) {
  if (v.kind == Kind::Entity && std::holds_alternative<ir::NumpyConstant>(*v.entity))
    return runtime(std::get<ir::NumpyConstant>(*v.entity).type, materialise(v));
  if (!is_array(v) || v.type.rank() != 0) return v;
  return runtime(v.type.element(), make("load"_op, {v.id}, v.type.element()));
}

// Where integers of several dtypes are computed as floats, NumPy takes the first float that each of them casts to, not that of
// the dtype they promote to: int8 and uint16 give float32, int8 and uint8 float16.
static bool float_of_integers(OpCode code, const std::vector<Type>& types, DType& compute) {
  for (Type t : types)
    if (!(t.is_array() || t.is(TypeKind::Scalar)) || !(ir::is_integer(t.dtype()) || t.dtype() == DType::Bool)) return true;
  if (!ir::is_float(compute)) return true;
  bool any = false;
  DType widest = DType::F16;
  for (Type t : types) {
    std::vector<DType> same(types.size(), t.dtype());
    DType d;
    if (!ir::record(code).dtype.compute(same, d)) continue;
    any = true, widest = std::max(widest, d);
  }
  compute = widest;
  return any;
}

Value Frame::ufunc(OpCode code, Values operands, bool by_operator) {
  const bool scalar = (by_operator || in_library()) && std::ranges::none_of(operands, is_array);
  std::vector<Type> types;
  for (size_t k = 0; k < operands.size(); ++k) {
    if (is_union(operands[k])) {
      auto* late = std::exchange(late_error_, nullptr);  // an arm's errors are raised in the arm
      Value r = split(operands[k], [&](const Value& arm) {
        Values with = operands;
        with[k] = arm;
        return ufunc(code, with, by_operator);
      });
      late_error_ = late;
      return r;
    }
    if (wide_int(operands[k])) {
      Values others = operands;
      others.erase(others.begin() + long(k));
      if (code == "select"_op) others.erase(others.begin());
      operands[k] = wide_beside(operands[k], others, is_comparison(code));
    }
    operands[k] = zero_rank_loaded(operands[k]);
    if (!is_number(operands[k]) && !is_array(operands[k]))
      fail("no-loop", {std::string(ir::record(code).name), describe(operands[k])});
    // Of an int of Python only the truth is asked: it need not fit the other's dtype.
    if ((code == "logical_and"_op || code == "logical_or"_op || code == "logical_xor"_op) && is_weak_int(operands[k]))
      operands[k] = truth(operands[k]);
    types.push_back(type_of(operands[k]));
  }
  bool selects = code == "select"_op;
  DType d = promoted(selects ? std::vector<Type>(types.begin() + 1, types.end()) : types);
  if (is_comparison(code)) {
    bool weak = is_weak_int(operands[0]) || is_weak_int(operands[1]);
    bool wide = types[0].dtype() != types[1].dtype() && ir::is_integer(types[0].dtype()) && ir::is_integer(types[1].dtype()) &&
                (types[0].dtype() == DType::U64 || types[1].dtype() == DType::U64);
    if (wide) return compare_wide(code, operands);
    if (weak && ir::is_integer(d)) d = DType::I64;  // any int compares with any integer dtype
  }
  if (code == "power"_op && operands[1].kind == Kind::Constant && is_array(operands[0]) &&
      (ir::is_float(d) || ir::is_complex(d))) {
    double e = known_int(operands[1]) ? double(*known_int(operands[1])) : 0;
    if (auto* x = std::get_if<double>(&operands[1].literal)) e = *x;
    if (e == 2) return ufunc("square"_op, {cast_to(operands[0], d)});  // as NumPy does for Python scalars
    if (e == 0.5) return ufunc("sqrt"_op, {cast_to(operands[0], d)});
  }
  std::vector<DType> dtypes(operands.size(), d);
  if (selects) dtypes[0] = DType::Bool;
  DType compute = d;
  if (!ir::record(code).dtype.compute(dtypes, compute) || (ir::is_integer(d) && !float_of_integers(code, types, compute))) {
    std::string all;
    for (const Value& v : operands) all += (all.empty() ? "" : ", ") + describe(v);
    fail("no-loop", {std::string(ir::record(code).name), all});
  }
  Values cast;
  for (size_t k = 0; k < operands.size(); ++k) {
    DType to = selects && k == 0 ? DType::Bool : compute;
    Type t = Type::scalar(to);
    if (is_array(operands[k])) {
      cast.push_back(cast_to(operands[k], to));
    } else {
      cast.push_back(runtime(t, weak_operand(operands[k], to, t)));
    }
  }
  if (code == "power"_op && ir::is_signed(compute)) {
    std::optional<int64_t> e = known_int(operands[1]);
    if (!e || *e < 0) {
      Value negative = ufunc("less"_op, {cast[1], integer(0)});
      if (is_array(negative)) {
        std::vector<int64_t> axes;
        for (int k = 0; k < negative.type.rank(); ++k) axes.push_back(k);
        Type b1 = Type::scalar(DType::Bool);
        negative = runtime(b1, make("reduce"_op, {negative.id}, b1, {{"kind", std::string("logical_or")}, {"axes", axes}}));
      }
      check(inverse(as_type(negative, Type::boolean())), "ValueError", "Integers to negative integer powers are not allowed.");
    }
  }
  Value r = ufunc_scalar_or_array(code, cast, compute, Type::scalar(ir::record(code).dtype.result(compute)));
  if (session_.float_errors) FloatErrors::check(*this, code, scalar, cast, r);
  return r;
}

// A scalar operand in the dtype computed in. A Python int must fit an integer dtype: OverflowError if it does not.
ValueId Frame::weak_operand(const Value& v, DType to, Type t) {
  if (is_weak_int(v) && ir::is_integer(to) && to != DType::I64) {
    if (std::optional<int64_t> i = known_int(v); i && fits(*i, to)) return number_constant(v, t);
    return make("check.fits"_op, {materialise(v)}, t, {{"dtype", std::string(ir::numpy_name(to))}});
  }
  ValueId id = as_type(v, t);
  if (session_.float_errors) FloatErrors::check_cast(*this, v, runtime(t, id));
  return id;
}

Value Frame::cast_to(const Value& v, DType d) {
  if (is_array(v)) {
    if (v.type.dtype() == d) return v;
    ir::Layout layout = v.type.layout() == ir::Layout::F ? ir::Layout::F : ir::Layout::C;
    Type t = Type::array(d, v.type.rank(), layout);
    Value r = runtime(t, make("cast"_op, {v.id}, t));
    if (session_.float_errors) FloatErrors::check_cast(*this, v, r);
    return r;
  }
  Type t = Type::scalar(d);
  Value r = runtime(t, as_type(v, t));
  if (session_.float_errors) FloatErrors::check_cast(*this, v, r);
  return r;
}

Value Frame::ufunc_scalar_or_array(OpCode code, const Values& operands, DType, Type element) {
  int rank = 0;
  Values same = broadcast(operands, rank);
  std::vector<ValueId> ids;
  bool turned = true, whole = false, any = false;
  for (size_t k = 0; k < same.size(); ++k) {
    ids.push_back(same[k].id);
    if (!is_array(operands[k])) continue;
    any = true;
    if (operands[k].type.rank() < 2) continue;  // has no order that could differ
    turned = turned && operands[k].type.layout() == ir::Layout::F;
    whole = whole || operands[k].type.rank() == rank;
  }
  bool fortran = turned && whole && rank > 1;
  Type t = any ? Type::array(element.dtype(), rank, fortran ? ir::Layout::F : ir::Layout::C) : element;
  return runtime(t, b_.make(code, ids, t));
}

// Arrays among the operands brought to one shape; scalars stay. An array that the result is written to takes part.
Values Frame::broadcast(const Values& operands, int& rank, const BroadcastError* told) {
  std::vector<size_t> arrays;
  rank = 0;
  bool same = true;
  for (size_t k = 0; k < operands.size(); ++k) {
    if (!is_array(operands[k])) continue;
    same = same && (arrays.empty() || operands[arrays[0]].id == operands[k].id);
    arrays.push_back(k);
    rank = std::max(rank, operands[k].type.rank());
  }
  bool written = written_ && !told && !arrays.empty();
  if (written) same = same && operands[arrays[0]].id == written_->id;
  if ((arrays.size() < 2 && !written) || same) return operands;
  std::vector<ValueId> extents;
  std::vector<int64_t> ranks;
  auto add = [&](const Value& a) {
    ranks.push_back(a.type.rank());
    for (int axis = 0; axis < a.type.rank(); ++axis) extents.push_back(extent(a.id, axis));
  };
  for (size_t k = 0; k < operands.size(); ++k)
    if (is_array(operands[k]))
      add(operands[k]);
    else if (!told)
      ranks.push_back(0);  // NumPy's message has a scalar's shape, too
  if (written) add(*written_), rank = std::max(rank, written_->type.rank());
  std::vector<Type> types(size_t(rank), Type::integer());
  std::vector<ir::NamedAttr> attrs{{"ranks", ranks}};
  if (told) attrs.push_back({"exception", told->exception}), attrs.push_back({"message", told->message});
  OpId check = b_.op("check.broadcast"_op, extents, types, attrs);
  Values out = operands;
  for (size_t k : arrays) {
    std::vector<ValueId> ids{operands[k].id};
    for (int axis = 0; axis < rank; ++axis) ids.push_back(b_.result(check, axis));
    Type t = Type::array(operands[k].type.dtype(), rank, ir::Layout::Strided, true);
    out[k] = runtime(t, b_.make("view.broadcast"_op, ids, t));
  }
  return out;
}

// uint64 against signed integers or Python ints: exact, as NumPy has it: what is negative is below all of uint64.
Value Frame::compare_wide(OpCode code, const Values& operands) {
  bool first_unsigned = type_of(operands[0]).dtype() == DType::U64;
  const Value& s = first_unsigned ? operands[1] : operands[0];
  bool signed_is_less = code == "not_equal"_op || (first_unsigned ? code == "greater"_op || code == "greater_equal"_op
                                                                  : code == "less"_op || code == "less_equal"_op);
  Value wide = cast_to(s, DType::I64);
  Value negative =
      ufunc("less"_op, {wide, runtime(Type::scalar(DType::I64), number_constant(integer(0), Type::scalar(DType::I64)))});
  Values as_unsigned = operands;
  as_unsigned[first_unsigned ? 1 : 0] = cast_to(wide, DType::U64);
  Value compared = ufunc(code, as_unsigned);
  return ufunc("select"_op, {negative, boolean(signed_is_less), compared});
}

}  // namespace aic::typeinfer
