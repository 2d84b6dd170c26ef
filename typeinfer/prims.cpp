// The primitives of the library (python/aic/lib/prim.py): compile-time questions, and the few operations that make arrays.
#include <algorithm>
#include <set>

#include "typeinfer/enums.h"
#include "typeinfer/promotion.h"

namespace aic::typeinfer {

DType Frame::dtype_of(const Value& v) {
  if (std::optional<DType> d = dtype_class(v)) return *d;
  if (v.kind == Kind::Pair) return v.parts[0].type.dtype();
  if (wide_int(v)) return DType::U64;
  if (is_number(v) || is_array(v)) return v.type.dtype();
  if (is_row(v)) return element_of_list(v).kind == Kind::Never ? DType::F64 : dtype_of(element_of_list(v));
  if (v.kind == Kind::Entity && std::holds_alternative<ir::NumpyConstant>(*v.entity))
    return std::get<ir::NumpyConstant>(*v.entity).type.dtype();
  if (v.kind == Kind::Tuple || v.kind == Kind::Iterator) {
    std::vector<Type> types;
    std::function<void(const Value&)> walk = [&](const Value& x) {
      for (const Value& p : x.parts)
        if (p.kind == Kind::Tuple || p.kind == Kind::Iterator)
          walk(p);
        else
          types.push_back(p.kind == Kind::Pair ? p.parts[0].type : wide_int(p) ? Type::scalar(DType::U64) : type_of(p));
      for (Type& t : types)  // numbers in a list are as strong as NumPy's
        if (t.is_number() && t.is_python_number()) t = Type::scalar(t.dtype());
    };
    walk(v);
    for (Type t : types)
      if (!t.is_number() && !t.is_array()) fail("not-a-dtype", {describe(v)});
    return types.empty() ? DType::F64 : promoted(types);
  }
  if (is_union(v)) {  // numbers of one dtype: numpy.float64 or float
    std::span<const Type> arms = v.type.elements();
    bool one = std::ranges::all_of(arms, [&](Type t) { return t.is_number() && t.dtype() == arms[0].dtype(); });
    if (one) return arms[0].dtype();
  }
  const std::string* name = known_text(v);
  if (!name) fail("not-a-dtype", {describe(v)});
  std::vector<std::string> known;
  for (int d = 0; d <= int(DType::C128); ++d) known.emplace_back(ir::numpy_name(DType(d)));
  std::string close = ir::closest(*name, known);
  fail("not-a-dtype", {"'" + *name + "'"}, close.empty() ? "" : "did you mean '" + close + "'?");
}

static Value dtype_value(DType d) { return entity(ir::DTypeEntity{d, true}); }

std::vector<int64_t> Frame::known_axes(const Value& v) {
  std::vector<int64_t> axes;
  if (v.kind != Kind::Tuple) return {need_int(v, "an axis")};
  for (const Value& p : v.parts) axes.push_back(need_int(p, "an axis"));
  return axes;
}

// The extents of a shape argument; a negative one raises.
std::vector<ValueId> Frame::extents_of(const Value& shape, bool check_negative) {
  Value s = shape.kind == Kind::Iterator && shape.text == "list" ? shape.parts[0] : shape;
  Values parts = s.kind == Kind::Tuple ? s.parts : Values{s};
  std::vector<ValueId> ids;
  for (Value p : parts) {
    if (p.kind == Kind::Pair) p = p.parts[0];
    auto whole = [&](const Value& given) {
      const Value n = zero_rank_loaded(Enums::plain(*this, given));
      DType d = is_number(n) ? type_of(n).dtype() : DType::F64;
      if (!is_number(n) || !(ir::is_integer(d) || n.type.is(TypeKind::Bool))) fail("not-an-integer", {describe(n), "a shape"});
      return known_int(n) ? n : runtime(Type::integer(), as_type(n, Type::integer()));
    };
    p = split(p, whole);  // `2 ** k` is a float where k < 0
    if (p.kind == Kind::Never) {  // every arm has raised
      ids.push_back(make("undefined"_op, {}, Type::integer()));
      continue;
    }
    ValueId id = as_type(p, Type::integer());
    OpId def = out_.defining_op(id);
    bool proved = (known_int(p) && *known_int(p) >= 0) || (def && out_.op(def).code == "extent"_op);
    if (check_negative && !proved)
      check(test("greater_equal"_op, id, ints(0)), "ValueError", "negative dimensions are not allowed");
    ids.push_back(id);
  }
  return ids;
}

Value Frame::prim(const std::string& name, const Arguments& a) {
  if (name == "apply" && !a.keywords.empty()) {
    const std::string* record = known_text(a.positional.at(0));
    OpCode code;
    if (!record || !ir::find_op_by_python_name("numpy." + *record, code))
      fail("unsupported", {"`out`, `where` and `dtype` of this method"});
    return call_record(code, "numpy." + *record, {{a.positional.begin() + 1, a.positional.end()}, a.keywords});
  }
  for (auto& [key, v] : a.keywords)
    if (!is_none(v)) fail("unsupported", {"the keyword `" + key + "` of prim." + name});
  if (std::optional<Value> answer = prim_question(name, a)) return *answer;
  if (std::optional<Value> answer = prim_list(name, a)) return *answer;
  if (std::optional<Value> answer = prim_bytes(name, a)) return *answer;
  for (const char* shaping :
       {"reshape", "reshape_dense", "broadcast_to", "transpose", "new_axis", "broadcast_shapes", "empty", "full"})
    if (name == shaping) return prim_shape(name, a);
  for (const char* reducing : {"reduce", "argreduce", "scan", "matmul"})
    if (name == reducing) return prim_reduce(name, a);
  const Values& p = a.positional;
  if (name == "generate") return generate(a);
  if (name == "derivative") return prim_derivative(a);
  if (name == "custom") return prim_custom(a);
  if (name == "without_dataclasses") return Named::without_dataclasses(*this, p.at(0), known_bool(p.at(1)).value());
  if (name == "text_of_fields") return text_of_fields(p.at(0));
  if (name == "hash_of_fields") return hash_of_fields(p.at(0));
  if (name == "compare_of_fields") return compare_of_fields(*known_text(p.at(0)), p.at(1), p.at(2));
  if (name == "view_bits" || name == "order_bits") return view_bits(a, name == "order_bits");
  if (name == "address" && (is_list(p.at(0)) || is_table(p.at(0))))
    return runtime(Type::integer(), make("address"_op, {p[0].id}, Type::integer()));
  if (name == "address" && is_collection(p[0])) return prim(name, {{p[0].parts[0].parts[0]}, {}});
  if (name == "address") return runtime(Type::integer(), make("address"_op, {as_array(p.at(0)).id}, Type::integer()));
  if (name == "has_lapack") return runtime(Type::boolean(), make("lapack.is_there"_op, {}, Type::boolean()));
  if (name == "lapack") {
    std::vector<ValueId> arrays;
    for (const Value& v : std::span(p).subspan(1)) {
      if (!is_array(v) || v.type.layout() != ir::Layout::C) fail("unsupported", {"an array for LAPACK that is not C-ordered"});
      arrays.push_back(v.id);
    }
    return runtime(Type::integer(), b_.make("lapack"_op, arrays, Type::integer(), {{"routine", *known_text(p.at(0))}}));
  }
  if (name == "as_array") return as_array(p.at(0), p.size() > 1 ? std::optional(dtype_of(p[1])) : std::nullopt);
  if (name == "to_float") return to_float(p.at(0));
  if (name == "cast") {
    DType d = dtype_of(p.at(1));
    return split(p[0], [&](const Value& x) {
      Value v = zero_rank_loaded(x);
      if (!is_array(v)) return runtime(Type::scalar(d), to_element(v, Type::scalar(d)));
      if (v.type.dtype() != d) return cast_to(v, d);
      ir::Layout layout = v.type.layout() == ir::Layout::F ? ir::Layout::F : ir::Layout::C;
      Type t = Type::array(d, v.type.rank(), layout);
      return runtime(t, make("copy"_op, {v.id}, t));
    });
  }
  if (name == "copy") {
    const Value& v = p.at(0);
    if (!is_array(v)) return v;
    ir::Layout layout = v.type.layout() == ir::Layout::F ? ir::Layout::F : ir::Layout::C;
    Type t = Type::array(v.type.dtype(), v.type.rank(), layout);
    return runtime(t, make("copy"_op, {v.id}, t));
  }
  OpCode code;
  if (!ir::find_op(name, code) || ir::record(code).tier != ir::Tier::Elementwise) fail("unknown-function", {"prim." + name});
  // On Python's own floats a record computes as it is, without the checks of `math`.
  bool python = !p.empty();
  for (const Value& v : p) python = python && is_number(v) && v.type.is_python_number();
  if (!python || code == "cast"_op) return call_record(code, "prim." + name, a);
  std::vector<Type> types;
  for (const Value& v : p) types.push_back(type_of(v));
  bool selects = code == "select"_op;
  DType d = promoted(selects ? std::vector<Type>(types.begin() + 1, types.end()) : types);
  auto python_type = [](DType t) {
    return t == DType::Bool    ? Type::boolean()
           : ir::is_complex(t) ? Type::complex()
           : ir::is_float(t)   ? Type::floating()
                               : Type::integer();
  };
  std::vector<DType> dtypes(p.size(), d);
  if (selects) dtypes[0] = DType::Bool;
  DType compute = d;
  if (!ir::record(code).dtype.compute(dtypes, compute)) fail("no-loop", {name, describe(p[0])});
  std::vector<ValueId> ids;
  for (size_t k = 0; k < p.size(); ++k)
    ids.push_back(as_type(p[k], selects && k == 0 ? Type::boolean() : python_type(compute)));
  Type t = python_type(ir::record(code).dtype.result(compute));
  return runtime(t, b_.make(code, ids, t));
}

// Immutable, with all that it holds.
static bool is_plain(Type t) {
  if (t.is_array() || t.is_object() || is_packed(t)) return false;
  if (t.is_list() && t.flavour() != "tuple" && t.flavour() != "frozenset") return false;
  return (!t.is_list() && !t.is_tuple() && !t.is(TypeKind::Union)) || std::ranges::all_of(t.elements(), is_plain);
}

// Are the things in the container plain; `deep`: those in the containers in it?
static bool holds_plain(Type t, int64_t deep) {
  if (deep == 0) return is_plain(t);
  bool holds = t.is_list() || is_packed(t) || t.is(TypeKind::Union);
  bool below = t.is(TypeKind::Union) || is_packed(t);  // of a union each, of a collection the container inside
  return !holds || std::ranges::all_of(t.elements(), [&](Type e) {
    if (t.is_list() && e.is_tuple() && t.flavour() == "dict") return holds_plain(e.elements()[2], deep - 1);
    return holds_plain(e, below ? deep : deep - 1);
  });
}

// `n ** k`, a float where k is negative, where a dtype depends on which it is: an int, or NotImplementedError at run time.
Value Frame::settled(const Value& v) {
  const Type power[] = {Type::integer(), Type::floating()};
  if (v.kind != Kind::Runtime || v.type != Type::union_of(power)) return v;
  int64_t arm = v.type.elements()[0] == Type::integer() ? 0 : 1;
  check(test("equal"_op, make("union.tag"_op, {v.id}, Type::integer()), ints(arm)), "NotImplementedError",
        "an int to a negative power is a float, of which a dtype would depend here: write float(...)");
  return runtime(Type::integer(), make("union.get"_op, {v.id}, Type::integer(), {{"arm", arm}}));
}

std::optional<Value> Frame::prim_question(const std::string& name, const Arguments& a) {
  Values p = a.positional;
  static const std::set<std::string> of_dtypes = {"kind", "dtype", "dtype_of", "itemsize", "same_dtype", "result_type"};
  if (of_dtypes.contains(name))
    for (Value& v : p) v = settled(v);
  auto at = [&](size_t k) -> const Value& {
    if (k >= p.size()) fail("call-arguments", {"prim." + name + "() is short of arguments"});
    return p[k];
  };
  if (name == "rank") {
    const Value& v = at(0);
    if (v.kind == Kind::Tuple) return integer(v.parts.empty() ? 1 : 1 + *known_int(*prim_question("rank", {{v.parts[0]}, {}})));
    if (v.kind == Kind::Iterator && v.text == "list") return prim_question("rank", {{v.parts[0]}, {}});
    if (is_row(v)) return integer(1 + *known_int(*prim_question("rank", {{element_of_list(v)}, {}})));
    const bool open = is_union(v) && v.kind != Kind::Pair;
    if (open && !std::ranges::all_of(v.type.elements(), [](Type t) { return t.is_number(); }))
      fail("unsupported", {"the rank of " + describe(v)});
    return integer(is_array(v) ? v.type.rank() : 0);
  }
  if (name == "instance") {  // a value that is asked for methods: an object of a class that the library has
    const std::string* class_name = known_text(at(0));
    if (!class_name) fail("needs-literal", {"the class of prim.instance", describe(at(0))});
    Value v;
    v.kind = Kind::Iterator;
    v.text = *class_name;
    v.parts = {at(1)};
    return v;
  }
  if (name == "display") {  // a list of what a tuple holds, as long as nobody asks for a list that can change
    Value display;
    display.kind = Kind::Iterator;
    display.text = "list";
    display.parts = {at(0)};
    return display;
  }
  if (name == "characters") {
    const std::string* s = known_text(at(0));
    if (!s) fail("needs-literal", {"this text", describe(at(0))});
    Values letters;
    for (char c : *s) letters.push_back(text(std::string(1, c)));
    return tuple(std::move(letters));
  }
  if (name == "state") {  // what prim.instance was given
    if (at(0).kind != Kind::Iterator || at(0).parts.size() != 1) fail("unsupported", {describe(at(0)) + " in this place"});
    return at(0).parts[0];
  }
  if (name == "holds_plain") {
    const Value v = packed(at(0));
    return boolean(is_representable(v) && holds_plain(type_of(v), *known_int(at(1))));
  }
  if (name == "holds_its_kind") {
    std::function<bool(Type)> leads = [&](Type t) {
      if (is_recursive(t)) return true;
      bool inside = t.is_list() || t.is_tuple() || t.is(TypeKind::Union);
      return inside && std::ranges::any_of(t.elements(), leads);
    };
    const Value v = packed(at(0));
    return boolean(is_representable(v) && leads(type_of(v)));
  }
  if (name == "is_array") return boolean(is_array(at(0)));
  if (name == "is_number") {
    auto all_numbers = [&] { return std::ranges::all_of(at(0).type.elements(), [](Type t) { return t.is_number(); }); };
    return boolean(is_number(at(0)) || at(0).kind == Kind::Pair || (is_union(at(0)) && all_numbers()));
  }
  if (name == "is_numpy") return boolean(is_number(at(0)) && !at(0).type.is_python_number());
  if (name == "is_slice") return boolean(at(0).kind == Kind::Slice);
  if (name == "is_none") return boolean(is_none(at(0)));
  if (name == "kind") {
    DType d = dtype_of(at(0));
    return text(d == DType::Bool ? "b" : ir::is_signed(d) ? "i" : ir::is_unsigned(d) ? "u" : ir::is_float(d) ? "f" : "c");
  }
  if (name == "dtype" || name == "dtype_of") return dtype_value(dtype_of(at(0)));
  if (name == "itemsize") return integer(ir::byte_size(dtype_of(at(0))));
  if (name == "same_dtype") return boolean(dtype_of(at(0)) == dtype_of(at(1)));
  if (name == "result_type") {
    auto type = [&](const Value& v) {
      return dtype_class(v) ? Type::scalar(*dtype_class(v)) : v.kind == Kind::Pair ? v.parts[0].type : type_of(v);
    };
    return dtype_value(promoted({type(at(0)), type(at(1))}));
  }
  if (name == "static_range") {
    int64_t n = need_int(at(0), "a count of rounds to unroll");
    Values parts;
    for (int64_t k = 0; k < n; ++k) parts.push_back(integer(k));
    return tuple(std::move(parts));
  }
  if (name == "apply") {
    const std::string* record = known_text(at(0));
    if (!record) fail("needs-literal", {"the name of an operation", describe(at(0))});
    if (is_ufunc_of_the_library("numpy." + *record)) return call_builtin("numpy." + *record, {{p.begin() + 1, p.end()}, {}});
    return prim(*record, {{p.begin() + 1, p.end()}, {}});
  }
  if (name == "static_int") return integer(need_int(at(0), "this argument"));
  if (name == "is_static")
    return boolean(at(0).kind == Kind::Constant || (at(0).kind == Kind::Tuple && is_fully_static(at(0))));
  if (name == "float_errors") return integer(session_.float_errors);
  if (name == "writable") return boolean(is_array(at(0)) && !at(0).type.readonly());
  if (name == "fortran") return boolean(is_array(at(0)) && at(0).type.layout() == ir::Layout::F && at(0).type.rank() > 1);
  if (name == "contiguous") return boolean(is_array(at(0)) && at(0).type.layout() == ir::Layout::C);
  if (name == "type_error") {
    const std::string* m = known_text(at(0));
    fail("type-error", {m ? *m : "this use"});
  }
  if (name == "axis_error")
    fail("type-error", {"axis " + std::to_string(need_int(at(0), "the axis")) + " is out of bounds for array of dimension " +
                            std::to_string(need_int(at(1), "the rank")),
                        "AxisError"});
  if (name == "refuse") {
    const std::string* m = known_text(at(0));
    fail("unsupported-here", {m ? *m : "this use"});
  }
  return {};
}

Value Frame::prim_shape(const std::string& name, const Arguments& a) {
  const Values& p = a.positional;
  if (name == "empty" || name == "full") {
    DType d = dtype_of(p.at(name == "empty" ? 1 : 2));
    std::vector<ValueId> ids = extents_of(p.at(0));
    Type t = Type::array(d, int(ids.size()), ir::Layout::C);
    if (name == "empty") return runtime(t, b_.make("empty"_op, ids, t));
    const Value& fill = p.at(1);
    if (is_array(fill) && fill.type.rank() > 0) fail("unsupported", {"filling with an array"});
    ids.insert(ids.begin(), to_element(fill, Type::scalar(d)));
    return runtime(t, b_.make("full"_op, ids, t));
  }
  if (name == "broadcast_shapes") {
    std::vector<ValueId> s = extents_of(p.at(0), false), t = extents_of(p.at(1), false), all = s;
    all.insert(all.end(), t.begin(), t.end());
    std::vector<Type> types(std::max(s.size(), t.size()), Type::integer());
    OpId op = b_.op("check.broadcast"_op, all, types, {{"ranks", std::vector<int64_t>{int64_t(s.size()), int64_t(t.size())}}});
    Values parts;
    for (ValueId id : out_.op(op).results) parts.push_back(runtime(Type::integer(), id));
    return tuple(std::move(parts));
  }
  const Value array = as_array(p.at(0));
  DType d = array.type.dtype();
  bool readonly = array.type.readonly();
  std::vector<ValueId> ids{array.id};
  if (name == "transpose") {
    std::vector<int64_t> axes = known_axes(p.at(1));
    std::vector<int64_t> sorted = axes;
    std::sort(sorted.begin(), sorted.end());
    for (size_t k = 0; k < sorted.size(); ++k)
      if (sorted[k] != int64_t(k) || int(sorted.size()) != array.type.rank())
        fail("unsupported-here", {"axes that do not match the array"});
    bool same = std::is_sorted(axes.begin(), axes.end()), turned = std::is_sorted(axes.rbegin(), axes.rend());
    ir::Layout l = array.type.layout();
    ir::Layout to = same                           ? l
                    : turned && l == ir::Layout::C ? ir::Layout::F
                    : turned && l == ir::Layout::F ? ir::Layout::C
                                                   : ir::Layout::Strided;
    Type t = Type::array(d, array.type.rank(), to, readonly);
    return runtime(t, b_.make("view.transpose"_op, ids, t, {{"axes", axes}}));
  }
  if (name == "new_axis") {
    int64_t axis = need_int(p.at(1), "an axis");
    if (axis < 0 || axis > array.type.rank()) fail("unsupported-here", {"an axis that does not fit the array"});
    std::vector<Part> parts(size_t(array.type.rank()), Part{Part::Whole, {}});
    parts.insert(parts.begin() + axis, Part{Part::NewAxis, {}});
    return view(array, parts);
  }
  bool reshapes = name == "reshape" || name == "reshape_dense";
  std::vector<ValueId> extents = extents_of(p.at(1), reshapes);
  int rank = int(extents.size());
  if (reshapes) {
    Value source = array;
    if (p.size() > 2) {  // the strides are given
      std::vector<ValueId> strides = extents_of(p[2], false);
      ids.insert(ids.end(), extents.begin(), extents.end());
      ids.insert(ids.end(), strides.begin(), strides.end());
      Type t = Type::array(d, rank, ir::Layout::Strided, readonly);
      return runtime(t, b_.make("view.reshape"_op, ids, t, {{"strided", int64_t(1)}}));
    }
    if (source.type.layout() != ir::Layout::C && name == "reshape") {
      Type c = Type::array(d, source.type.rank(), ir::Layout::C);
      source = runtime(c, make("copy"_op, {source.id}, c));
    }
    ids[0] = source.id;
    ids.insert(ids.end(), extents.begin(), extents.end());
    Type t = Type::array(d, rank, ir::Layout::C, source.type.readonly());
    return runtime(t, b_.make("view.reshape"_op, ids, t));
  }
  if (array.type.rank() > rank) fail("cannot-broadcast", {describe(array), std::to_string(rank) + " axes"});
  std::vector<ValueId> both_shapes;
  for (int k = 0; k < array.type.rank(); ++k) both_shapes.push_back(extent(array.id, k));
  both_shapes.insert(both_shapes.end(), extents.begin(), extents.end());
  b_.op("check.assignable"_op, both_shapes, {}, {{"ranks", std::vector<int64_t>{array.type.rank(), rank}}});
  ids.insert(ids.end(), extents.begin(), extents.end());
  Type t = Type::array(d, rank, ir::Layout::Strided, true);
  return runtime(t, b_.make("view.broadcast"_op, ids, t));
}

Value Frame::prim_reduce(const std::string& name, const Arguments& a) {
  const Values& p = a.positional;
  Value v = as_array(p.at(0));
  // Sums and products of float16 and bfloat16 are collected in float32 and rounded once.
  if (is_narrow_float(v.type.dtype()) && v.type.rank() > 0 &&
      (name == "matmul" ||
       (name == "reduce" && ((known_text(p.at(1)) && (*known_text(p[1]) == "add" || *known_text(p[1]) == "multiply")))))) {
    Arguments wide{a};
    for (size_t k = 0; k < (name == "matmul" ? 2u : 1u); ++k) wide.positional[k] = cast_to(as_array(p[k]), DType::F32);
    return cast_to(prim_reduce(name, wide), v.type.dtype());
  }
  DType d = v.type.dtype();
  int rank = v.type.rank();
  if (name == "matmul") {
    Value w = as_array(p.at(1));
    int r = rank + w.type.rank() - 2;
    Type t = r == 0 ? Type::scalar(d) : Type::array(d, r, ir::Layout::C);
    return runtime(t, make("matmul"_op, {v.id, w.id}, t));
  }
  const std::string* kind = known_text(p.at(1));
  if (!kind) fail("needs-literal", {"the kind of a reduction", describe(p[1])});
  if (name == "reduce") {
    std::vector<int64_t> axes = known_axes(p.at(2));
    if (rank == 0) return zero_rank_loaded(v);
    if (axes.empty()) {
      Type t = Type::array(d, rank, v.type.layout() == ir::Layout::F ? ir::Layout::F : ir::Layout::C);
      return runtime(t, make("copy"_op, {v.id}, t));
    }
    int r = rank - int(axes.size());
    Type t = r == 0 ? Type::scalar(d) : Type::array(d, r, ir::Layout::C);
    return runtime(t, make("reduce"_op, {v.id}, t, {{"kind", *kind}, {"axes", axes}}));
  }
  int64_t axis = need_int(p.at(2), "an axis");
  if (name == "argreduce") {
    Type t = rank == 1 ? Type::scalar(DType::I64) : Type::array(DType::I64, rank - 1, ir::Layout::C);
    return runtime(t, make("argreduce"_op, {v.id}, t, {{"kind", *kind}, {"axis", axis}}));
  }
  Type t = Type::array(d, rank, ir::Layout::C);
  return runtime(t, make("scan"_op, {v.id}, t, {{"kind", *kind}, {"axis", axis}}));
}

// view_bits(x, dtype[, extent]): the bytes of an array or a NumPy scalar as another dtype; with the extent of the last axis
// where the sizes of the elements differ. The library has looked that it can be done.
Value Frame::view_bits(const Arguments& a, bool order) {
  const Value& x = a.positional.at(0);
  DType d = dtype_of(a.positional.at(1));
  if (!is_array(x)) {
    Type t = Type::scalar(d);
    return runtime(t, make("bits"_op, {as_type(x, Type::scalar(x.type.dtype()))}, t));
  }
  ir::Layout layout = x.type.layout();
  std::vector<ValueId> operands{x.id};
  if (a.positional.size() > 2) {
    operands.push_back(as_type(a.positional[2], Type::integer()));
    layout = x.type.rank() == 1 || layout == ir::Layout::C ? ir::Layout::C : ir::Layout::Inner;
  }
  Type t = Type::array(d, x.type.rank(), layout, x.type.readonly());
  return runtime(t,
                 order ? b_.make("view.bits"_op, operands, t, {{"order", int64_t(1)}}) : b_.make("view.bits"_op, operands, t));
}

// generate(shape, f, dtype): f is written into the region; its dtype, where it is not given, is that of what it returns.
Value Frame::generate(const Arguments& a) {
  const Values& p = a.positional;
  std::vector<ValueId> extents = extents_of(p.at(0));
  int rank = int(extents.size());
  OpId g = b_.op("generate"_op, extents, {}, {}, 1);
  RegionId home = b_.region(), body = b_.region_of(g, 0);
  b_.set_region(body);
  Values indices;
  for (int k = 0; k < rank; ++k) indices.push_back(runtime(Type::integer(), out_.add_argument(body, Type::integer())));
  // The index of a generated element is within the array it was generated for; where f uses it on another, it is checked.
  std::optional<Value> x = call_in_place(p.at(1), indices);
  if (!x) x = call(p[1], {indices, {}});
  Value element = zero_rank_loaded(*x);
  if (element.kind == Kind::Pair) element = element.parts[0];
  DType d = p.size() > 2 && !is_none(p[2]) ? dtype_of(p[2]) : dtype_of(element);
  ValueId id = to_element(element, Type::scalar(d));
  b_.op("yield"_op, {id}, {});
  b_.set_region(home);
  Type t = Type::array(d, rank, ir::Layout::C);
  return runtime(t, out_.add_result(g, t));
}

// An array as it is, a number as rank 0, nested tuples and lists of numbers as a new array; with a dtype each number is
// converted to it by itself and must fit, as in np.array([300], np.uint8).
Value Frame::as_array(const Value& given, std::optional<DType> to) {
  Value v = given.kind == Kind::Iterator && given.text == "list" ? given.parts[0] : given;
  if (is_array(v)) return to ? cast_to(v, *to) : v;
  if (v.kind == Kind::Range) v = list_from(v);
  if (is_row(v)) return array_of_list(v, to);
  if (v.kind == Kind::Pair) v = v.parts[0];
  if (v.kind == Kind::Entity && !wide_int(v)) v = zero_rank_loaded(v);
  if (is_number(v) || (to && wide_int(v))) {
    Type t = Type::array(to ? *to : v.type.dtype(), 0, ir::Layout::C);
    return runtime(t, make("full"_op, {to ? to_element(v, t.element()) : as_type(v, t.element())}, t));
  }
  if (v.kind != Kind::Tuple) fail("unsupported", {"an array made of " + describe(v)});
  return array_of_list(v, to);
}

}  // namespace aic::typeinfer
