// Values that only NumPy has: the truth of an array, `x in a`, `a.flat`, np.ndindex and np.ndenumerate, np.finfo and
// np.iinfo; and `type(x)`, which tells NumPy's scalars from Python's.
#include <algorithm>
#include <cmath>

#include "typeinfer/frame.h"

namespace aic::typeinfer {

static Value numbered(std::string what, Values parts) {
  Value v;
  v.kind = Kind::Iterator;
  v.text = std::move(what);
  v.parts = std::move(parts);
  return v;
}
static bool is(const Value& v, const char* what) { return v.kind == Kind::Iterator && v.text == what; }

// ---- calls ----
std::optional<Value> Frame::numpy_value(const std::string& name, const Arguments& a) {
  const Values& p = a.positional;
  if (!a.keywords.empty() || p.empty()) return {};
  if (name == "numpy.finfo" || name == "numpy.iinfo") {
    if (p.size() != 1) return {};
    DType d = dtype_of(p[0]);
    bool fits_kind = name == "numpy.finfo" ? (ir::is_float(d) && d != DType::BF16) || ir::is_complex(d) : ir::is_integer(d);
    if (!fits_kind) return {};
    if (ir::is_complex(d)) d = ir::rule::part(d);
    return numbered(name.substr(6), {entity(ir::DTypeEntity{d, true})});
  }
  if (name == "numpy.dtype" && p.size() == 1) return entity(ir::DTypeEntity{dtype_of(p[0]), true});
  if (name == "numpy.ndindex") {
    Values extents = p.size() == 1 && p[0].kind == Kind::Tuple ? p[0].parts : p;
    Values whole;
    for (ValueId id : extents_of(tuple(extents))) whole.push_back(runtime(Type::integer(), id));
    return numbered("ndindex", {tuple(whole)});
  }
  if (name == "numpy.ndenumerate" && p.size() == 1 && is_array(p[0])) return numbered("ndenumerate", {shape_tuple(p[0]), p[0]});
  if (name == "builtins.type" && p.size() == 1) {
    const Value v = p[0].kind == Kind::Entity ? zero_rank_constant(p[0]) : p[0];
    if (is_array(v)) return entity(ir::Builtin{"numpy.ndarray"});
    if (known_text(v)) return entity(ir::Builtin{"builtins.str"});
    if (!is_number(v) || v.kind == Kind::Pair || is_union(v)) return {};
    if (v.type.is(TypeKind::Scalar)) return entity(ir::DTypeEntity{v.type.dtype()});
    const char* names[] = {"builtins.bool", "builtins.int", "builtins.float", "builtins.complex"};
    return entity(ir::Builtin{names[v.type.is(TypeKind::Bool)    ? 0
                                    : v.type.is(TypeKind::Int)   ? 1
                                    : v.type.is(TypeKind::Float) ? 2
                                                                 : 3]});
  }
  return {};
}

Value Frame::zero_rank_constant(const Value& v) {
  return std::holds_alternative<ir::NumpyConstant>(*v.entity) ? zero_rank_loaded(v) : v;
}

// ---- attributes ----
std::optional<Value> Frame::numpy_limit(const Value& info, const std::string& name) {
  if (!is(info, "finfo") && !is(info, "iinfo")) return {};
  DType d = *dtype_class(info.parts[0]);
  int bits = 8 * ir::byte_size(d);
  if (name == "dtype") return info.parts[0];
  if (name == "bits") return integer(bits);
  if (is(info, "iinfo")) {
    if (d == DType::U64 && name == "max") return entity(ir::WideInt{UINT64_MAX});
    bool signed_ = ir::is_signed(d);
    int64_t top = signed_ ? int64_t((uint64_t(1) << (bits - 1)) - 1) : int64_t((uint64_t(1) << bits) - 1);
    if (name == "max") return integer(top);
    if (name == "min") return integer(signed_ ? -top - 1 : 0);
    return {};
  }
  // Digits of the fraction, and the exponent of the largest number.
  int digits = d == DType::F16 ? 10 : d == DType::F32 ? 23 : 52, top = d == DType::F16 ? 15 : d == DType::F32 ? 127 : 1023;
  std::optional<double> x;
  double largest = std::ldexp(2 - std::ldexp(1.0, -digits), top);
  if (name == "eps") x = std::ldexp(1.0, -digits);
  if (name == "epsneg") x = std::ldexp(1.0, -digits - 1);
  if (name == "max") x = largest;
  if (name == "min") x = -largest;
  if (name == "tiny" || name == "smallest_normal") x = std::ldexp(1.0, 1 - top);
  if (name == "smallest_subnormal") x = std::ldexp(1.0, 1 - top - digits);
  if (name == "resolution") x = std::pow(10.0, d == DType::F16 ? -3 : d == DType::F32 ? -6 : -15);
  if (name == "nmant") return integer(digits);
  if (name == "nexp") return integer(d == DType::F16 ? 5 : d == DType::F32 ? 8 : 11);
  if (name == "precision") return integer(d == DType::F16 ? 3 : d == DType::F32 ? 6 : 15);
  if (name == "maxexp") return integer(top + 1);
  if (name == "minexp") return integer(1 - top);
  if (name == "machep") return integer(-digits);
  if (name == "negep") return integer(-digits - 1);
  if (name == "iexp") return integer(d == DType::F16 ? 5 : d == DType::F32 ? 8 : 11);
  if (!x) return {};
  return runtime(Type::scalar(d), number_constant(floating(*x), Type::scalar(d)));
}

// ---- bfloat16 ----
// ml_dtypes gives NumPy loops and casts; what its functions make of them (sorts that leave nan in the midst, clips that
// give float32) is taken over where it is known to be the same, and refused elsewhere.
void Frame::refuse_bfloat16(const std::string& qualified, const Arguments& a) {
  auto is = [](Type t) { return (t.is(TypeKind::Scalar) || t.is_array()) && t.dtype() == DType::BF16; };
  std::vector<Type> all;
  auto add = [&](auto& self, const Value& v) -> void {
    if (v.kind == Kind::Tuple || v.kind == Kind::Iterator)
      for (const Value& p : v.parts) self(self, p);
    else if (is_array(v) || is_number(v))
      all.push_back(type_of(v));
    else if (is_list(v) && v.kind == Kind::Runtime && !v.type.elements().empty())
      all.push_back(v.type.element());
  };
  OpCode code;
  bool wider = qualified == "numpy.degrees" || qualified == "numpy.radians";  // give float32
  if (!qualified.starts_with("numpy.") || (ir::find_op_by_python_name(qualified, code) && !wider)) return;
  for (const Value& v : a.positional) add(add, v);
  for (const auto& [key, v] : a.keywords) add(add, v);
  if (std::ranges::none_of(all, is)) return;
  static constexpr std::string_view plain =
      " sum prod max min amax amin any all argmax argmin mean cumsum cumprod reshape ravel flatten transpose permute_dims "
      "swapaxes "
      "moveaxis squeeze expand_dims broadcast_to flip fliplr flipud rot90 roll copy astype zeros_like ones_like full_like "
      "empty_like "
      "full array asarray ascontiguousarray asfortranarray take repeat tile tolist item fill view dot outer matmul "
      "count_nonzero "
      "nonzero flatnonzero argwhere size ndim shape diag diagonal tril triu trace split array_split diff put ndenumerate "
      "divmod atleast_1d atleast_2d iterable isscalar shares_memory may_share_memory ";
  static constexpr std::string_view joining =
      " concatenate concat stack vstack hstack column_stack dstack where copyto putmask place ";
  std::string name = qualified.substr(qualified.rfind('.') + 1);
  if (name.starts_with("_method_")) name = name.substr(8);
  auto in = [&](std::string_view names) { return names.find(" " + name + " ") != names.npos; };
  // What is joined is of one dtype: of most others ml_dtypes has no common one.
  bool alike = std::ranges::all_of(all, [&](Type t) { return is(t) || t.is(TypeKind::Int) || t.dtype() == DType::Bool; });
  if (qualified.rfind('.') == 5 && (in(plain) || (in(joining) && alike))) return;
  fail("unsupported", {qualified + (in(joining) ? " of bfloat16 beside others" : " of bfloat16")},
       "convert with `.astype(np.float32)` before");
}

// ---- elements in order ----
bool Frame::is_numbered(const Value& v) { return is(v, "ndindex") || is(v, "ndenumerate") || is(v, "flat"); }

std::optional<Value> Frame::count_of(const Value& v) {
  if (!is_numbered(v)) return {};
  Value n = integer(1);
  for (const Value& e : v.parts[0].parts) n = binary("*", n, e);
  return n;
}

// The indices of the k-th element in C order; k is in range.
std::vector<ValueId> Frame::unravelled(ValueId k, const Values& extents) {
  Type t = Type::integer();
  std::vector<ValueId> index(extents.size());
  for (size_t axis = extents.size(); axis-- > 0;) {
    ValueId n = materialise(extents[axis]), at = k;
    if (axis > 0) {
      at = make("remainder"_op, {k, n}, t, {{"exact", int64_t(1)}});
      k = make("floor_divide"_op, {k, n}, t, {{"exact", int64_t(1)}});
    }
    index[axis] = make("assume.index"_op, {at, n}, t);
  }
  return index;
}

std::optional<Value> Frame::numbered_element(const Value& v, ValueId k) {
  if (!is_numbered(v)) return {};
  std::vector<ValueId> index = unravelled(k, v.parts[0].parts);
  if (is(v, "flat")) return load(v.parts[1], index);
  Values at;
  for (ValueId id : index) at.push_back(runtime(Type::integer(), id));
  return is(v, "ndindex") ? tuple(at) : tuple({tuple(at), load(v.parts[1], index)});
}

Value Frame::flat(const Value& a) { return numbered("flat", {shape_tuple(a), a}); }

std::vector<ValueId> Frame::flat_place(const Value& flat, const Value& index) {
  const Value i = zero_rank_loaded(index);
  if (!is_number(i) || !ir::is_integer(type_of(i).dtype()))
    fail("unsupported", {"an index of type " + describe(i) + " of a flat array"});
  ValueId n = materialise(*count_of(flat));
  ValueId k = make("check.index"_op, {as_type(i, Type::integer()), n}, Type::integer(),
                   {{"axis", int64_t(0)}, {"message", std::string("index {0} is out of bounds for size {1}")}});
  return unravelled(k, flat.parts[0].parts);
}

bool Frame::is_flat(const Value& v) const { return is(v, "flat"); }

// ---- truth, membership ----
Value Frame::array_truth(const Value& a) {
  Value n = integer(1);
  for (const Value& e : shape_tuple(a).parts) n = binary("*", n, e);
  ValueId size = materialise(n), one = ints(1);
  check(test("greater_equal"_op, size, one), "ValueError",
        "The truth value of an empty array is ambiguous. Use `array.size > 0` to check that an array is not empty.");
  check(test("less_equal"_op, size, one), "ValueError",
        "The truth value of an array with more than one element is ambiguous. Use a.any() or a.all()");
  std::vector<ValueId> first;
  for (int k = 0; k < a.type.rank(); ++k) first.push_back(make("assume.index"_op, {ints(0), extent(a.id, k)}, Type::integer()));
  return truth(load(a, first));
}

Value Frame::array_contains(const Value& x, const Value& a) {
  Value same = ufunc("equal"_op, {a, x});
  if (!is_array(same)) return runtime(Type::boolean(), as_type(truth(same), Type::boolean()));
  std::vector<int64_t> axes;
  for (int k = 0; k < same.type.rank(); ++k) axes.push_back(k);
  Type b1 = Type::scalar(DType::Bool);
  ValueId found = make("reduce"_op, {same.id}, b1, {{"kind", std::string("logical_or")}, {"axes", axes}});
  return runtime(Type::boolean(), as_type(runtime(b1, found), Type::boolean()));
}

}  // namespace aic::typeinfer
