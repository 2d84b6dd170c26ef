// Unions of ints: `m = 0; …: m = max(m - 1, a[i])` of an int32 array is {i32 | int}, `best = 0; …: best = a[i]` a Pair. What
// they hold is one number whatever the arm, so most operations need no test of the tag: comparisons, truth, int(), an index,
// a store. Sums and products differ only in that one arm wraps: the number is computed as Python's ints are, and what a NumPy
// arm makes of it is chosen. No branches: which arm it is may change from round to round.
#include <algorithm>

#include "typeinfer/frame.h"

namespace aic::typeinfer {

static bool is_whole(Type t) {
  return t.is_number() && (t.dtype() == DType::Bool || ir::is_integer(t.dtype())) && t.dtype() != DType::U64;
}
static bool is_int_pair(const Value& v) { return v.kind == Kind::Pair && ir::is_union_of_ints(v.type); }
static bool is_int_union(const Value& v) { return v.kind == Kind::Runtime && ir::is_union_of_ints(v.type); }

// Has it one value as a Python int?
bool Frame::has_number(const Value& v) { return is_int_pair(v) || is_int_union(v) || (is_number(v) && is_whole(type_of(v))); }

ValueId Frame::number_of(const Value& v) {
  if (is_int_union(v)) return make("union.number"_op, {v.id}, Type::integer());
  return as_type(is_int_pair(v) ? v.parts[0] : v, Type::integer());
}

// Whether it holds a number of Python's, not of NumPy's.
Value Frame::is_python(const Value& v) {
  if (is_int_pair(v)) return v.parts[0].type.is_python_number() ? boolean(true) : runtime(Type::boolean(), v.parts[1].id);
  if (!is_int_union(v)) return boolean(type_of(v).is_python_number());
  std::span<const Type> arms = v.type.elements();
  auto count = std::count_if(arms.begin(), arms.end(), [](Type t) { return t.is_python_number(); });
  if (count == 0 || size_t(count) == arms.size()) return boolean(count != 0);
  ValueId tag = make("union.tag"_op, {v.id}, Type::integer()), any;
  for (size_t k = 0; k < arms.size(); ++k) {
    if (!arms[k].is_python_number()) continue;
    ValueId is = test("equal"_op, tag, ints(int64_t(k)));
    any = any ? either(any, is) : is;
  }
  return runtime(Type::boolean(), any);
}

// A bool of Python's where both are Python's, else NumPy's: a Pair where that is not known.
std::optional<Value> Frame::compare_numbers(const std::string& op, const Value& x, const Value& y) {
  if (!has_number(x) || !has_number(y)) return {};
  Value result = python_compare(op, runtime(Type::integer(), number_of(x)), runtime(Type::integer(), number_of(y)));
  Value px = is_python(x), py = is_python(y);
  if (known_bool(px) == true && known_bool(py) == true) return result;
  Type b1 = Type::scalar(DType::Bool);
  Value numpy = runtime(b1, as_type(result, b1));
  if (known_bool(px) == false || known_bool(py) == false) return numpy;
  Value out = pair_shape(Type::boolean(), b1);
  out.parts[0].id = numpy.id;
  out.parts[1].id = known_bool(px) ? py.id : known_bool(py) ? px.id : both(px.id, py.id);
  return out;
}

// Of {int | a narrower NumPy int} and a Python int.
std::optional<Value> Frame::number_arithmetic(const std::string& op, const Value& x, const Value& y) {
  bool first = is_int_union(x);
  const Value &u = first ? x : y, &other = first ? y : x;
  if ((op != "+" && op != "-" && op != "*") || !is_int_union(u) || !is_number(other) || !type_of(other).is(TypeKind::Int))
    return {};
  std::span<const Type> arms = u.type.elements();
  int python = ir::arm_index(u.type, Type::integer());
  if (arms.size() != 2 || python < 0) return {};
  Type narrow = arms[size_t(1 - python)], t = Type::integer();
  if (!narrow.is(TypeKind::Scalar) || !ir::is_integer(narrow.dtype()) || ir::byte_size(narrow.dtype()) > 4) return {};
  ValueId tag = make("union.tag"_op, {u.id}, t);
  ValueId wraps = test("equal"_op, tag, ints(1 - python));
  // Beside a NumPy int the other must fit its type; then the sum or product is exact in 64 bits.
  choose(wraps, [&] { return weak_operand(other, narrow.dtype(), narrow), none(); }, [&] { return none(); });
  Value number = runtime(t, number_of(u));
  Value exact = first ? python_binary(op, number, other) : python_binary(op, other, number);
  ValueId whole = as_type(exact, t);
  ValueId wrapped = make("cast"_op, {make("cast"_op, {whole}, narrow)}, t);
  ValueId n = make("select"_op, {wraps, wrapped, whole}, t);
  return runtime(u.type, make("union.of"_op, {tag, n}, u.type));
}

// A Pair as a union that has its two arms.
std::optional<ValueId> Frame::number_as_union(const Value& pair, Type to) {
  if (!is_int_pair(pair) || !ir::is_union_of_ints(to)) return {};
  Type strong = pair.parts[0].type;
  int64_t s = 0, w = 0;
  for (Type arm : pair.type.elements()) (arm == strong ? s : w) = ir::arm_index(to, arm);
  if (s < 0 || w < 0) return {};
  ValueId tag = make("select"_op, {pair.parts[1].id, ints(w), ints(s)}, Type::integer());
  return make("union.of"_op, {tag, number_of(pair)}, to);
}

}  // namespace aic::typeinfer
