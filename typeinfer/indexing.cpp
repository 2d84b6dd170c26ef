// Basic indexing: ints, slices, None and Ellipsis. All ints: a load or store of one element; else a view. Slices are
// clamped as CPython clamps them; what is known of them (no start, step 1, a literal) leaves no code. Masks and index
// arrays are in gathering.cpp.
#include <algorithm>

#include "typeinfer/enums.h"
#include "typeinfer/promotion.h"

namespace aic::typeinfer {

static bool is_integer_type(Type t) { return t.is(TypeKind::Int) || (t.is(TypeKind::Scalar) && ir::is_integer(t.dtype())); }

// a[True] has a new first axis of extent 1, a[False] one of extent 0.
static bool is_bool(const Value& v) {
  return (is_number(v) || (is_array(v) && v.type.rank() == 0)) && v.kind != Kind::Pair && type_of(v).dtype() == DType::Bool;
}

std::vector<Frame::Part> Frame::index_parts(const Value& a, const Value& index) {
  std::vector<Part> parts;
  int consumed = 0, ellipsis = -1;
  Values items = index.kind == Kind::Tuple ? index.parts : Values{index};
  for (Value v : items) {
    if (v.kind == Kind::Pair && ir::is_integer(v.parts[0].type.dtype())) v = v.parts[0];
    bool is_sequence = is_array_like(v);
    if (is_sequence) v = as_array(v);
    v = zero_rank_loaded(v);
    if (v.kind == Kind::Ellipsis) {
      if (ellipsis >= 0) fail("bad-index", {"two ellipses", describe(a)});
      ellipsis = int(parts.size());
    } else if (is_none(v)) {
      parts.push_back({Part::NewAxis, {}});
    } else if (v.kind == Kind::Slice) {
      bool whole = is_none(v.parts[0]) && is_none(v.parts[1]) && is_none(v.parts[2]);
      parts.push_back({whole ? Part::Whole : Part::Slice, v}), ++consumed;
    } else if (is_number(v) && is_integer_type(type_of(v))) {
      parts.push_back({Part::Index, v}), ++consumed;
    } else if (is_array(v) && v.type.dtype() == DType::Bool) {
      parts.push_back({Part::Mask, v}), consumed += v.type.rank();
    } else if (is_array(v) && ir::is_integer(v.type.dtype())) {
      parts.push_back({Part::Array, v}), ++consumed;
    } else {
      std::string name = py_.op(at_).operands.size() > 1 ? name_of(py_.op(at_).operands[1]) : "";
      std::string type = is_sequence ? "list[" + std::string(ir::name(type_of(v).dtype())) + "]" : describe(v);
      std::string label = type_of(v).is(TypeKind::Float) ? "write `//` or int(...) for a whole number" : "";
      fail("bad-index", {name.empty() ? "an index of type " + type : "the index `" + name + "` of type " + type, describe(a)},
           label);
    }
  }
  int rank = a.type.rank();
  if (consumed > rank) fail("too-many-indices", {describe(a), std::to_string(rank), std::to_string(consumed)});
  // An Ellipsis of no axes is nothing, but between arrays it holds them apart.
  auto is_advanced = [](const Part& p) { return p.what == Part::Array || p.what == Part::Mask; };
  auto takes_part = [&](const Part& p) { return is_advanced(p) || p.what == Part::Index; };
  bool divides = std::any_of(parts.begin(), parts.begin() + std::max(ellipsis, 0), takes_part) &&
                 std::any_of(parts.begin() + std::max(ellipsis, 0), parts.end(), takes_part);
  // A mask beside one does not stand alone: a mask without elements fits any axes then.
  bool beside = std::ranges::any_of(parts, [](const Part& p) { return p.what == Part::Mask; });
  if (ellipsis >= 0 && consumed == rank && std::ranges::any_of(parts, is_advanced) && (divides || beside)) {
    Value dots;
    dots.kind = Kind::Ellipsis;
    parts.insert(parts.begin() + ellipsis, {Part::NewAxis, dots});
  }
  parts.insert(ellipsis >= 0 ? parts.begin() + ellipsis : parts.end(), size_t(rank - consumed), {Part::Whole, {}});
  return parts;
}

ValueId Frame::checked_index(const Value& index, ValueId array, int axis, int shown_axis) {
  if (index.kind == Kind::Runtime) {  // what is in range of this axis; np.ndindex gives what is in range of another
    OpId def = out_.defining_op(index.id);
    OpId of = def && out_.op(def).code == "assume.index"_op ? out_.defining_op(out_.op(def).operands[1]) : OpId{};
    if (of && out_.op(of).code == "extent"_op && out_.op(of).operands[0] == array && out_.int_attr(of, "axis") == axis)
      return index.id;
  }
  return make("check.index"_op, {as_type(index, Type::integer()), extent(array, axis)}, Type::integer(),
              {{"axis", int64_t(shown_axis)}});
}

// ---- slices ----
constexpr int64_t max_literal = int64_t(1) << 40;

void Frame::slice_operands(const Value& s, ValueId n, std::vector<ValueId>& out) {
  Type t = Type::integer();
  auto exact = [&](OpCode c, ValueId x, ValueId y) { return make(c, {x, y}, t, {{"exact", int64_t(1)}}); };
  auto add = [&](ValueId x, ValueId y) { return exact("add"_op, x, y); };
  auto subtract = [&](ValueId x, ValueId y) { return exact("subtract"_op, x, y); };
  auto least = [&](ValueId x, ValueId y) { return make("minimum"_op, {x, y}, t); };
  auto most = [&](ValueId x, ValueId y) { return make("maximum"_op, {x, y}, t); };
  auto select = [&](ValueId c, ValueId x, ValueId y) { return make("select"_op, {c, x, y}, t); };
  auto whole = [&](const Value& given) {
    Value v = zero_rank_loaded(given);
    if (v.kind == Kind::Pair) v = v.parts[0];
    if (!is_number(v) || !(is_integer_type(type_of(v)) || v.type.is(TypeKind::Bool)))
      fail("bad-index", {"a slice bound of type " + describe(v), "an array"});
    return v.kind == Kind::Constant ? v : runtime(t, as_type(v, t));
  };
  ValueId zero = ints(0), one = ints(1);
  Value step = is_none(s.parts[2]) ? integer(1) : whole(s.parts[2]);
  std::optional<int64_t> known = known_int(step);
  ValueId step_id = materialise(step);
  if (!known || *known == 0) check(test("not_equal"_op, step_id, zero), "ValueError", "slice step cannot be zero");
  if (known && *known == 0) known.reset();
  if (!known) step_id = most(step_id, ints(-INT64_MAX));
  ValueId backward = known ? ValueId{} : test("less"_op, step_id, zero);
  // The bounds that positions are clamped to, and what an absent bound means.
  ValueId low, high;
  if (known && *known > 0) low = zero, high = n;
  if (known && *known < 0) low = ints(-1), high = subtract(n, one);
  if (!known) low = select(backward, ints(-1), zero), high = select(backward, subtract(n, one), n);
  // Literals and step 1: an empty slice may begin anywhere, so the start need not be clamped; all slices that leave out as
  // much have one extent, and starts that differ by a constant show it.
  auto literal = [&](const Value& bound) -> std::optional<int64_t> {
    if (is_none(bound)) return {};
    std::optional<int64_t> at = known_int(whole(bound));
    return at && *at > -max_literal && *at < max_literal ? at : std::nullopt;
  };
  if (known == 1 && (is_none(s.parts[0]) || literal(s.parts[0])) && (is_none(s.parts[1]) || literal(s.parts[1]))) {
    int64_t from = literal(s.parts[0]).value_or(0), to = literal(s.parts[1]).value_or(0);
    bool to_end = is_none(s.parts[1]);
    auto beyond = [&](int64_t k) { return k == 0 ? n : most(subtract(n, ints(k)), zero); };
    auto within = [&](int64_t k) { return k == 0 ? zero : least(ints(k), n); };
    ValueId start = from >= 0 ? ints(from) : beyond(-from), count;
    if (from >= 0)
      count = to_end || to < 0 ? beyond(from - to)
              : to <= from     ? zero
              : from == 0      ? within(to)
                               : most(subtract(within(to), start), zero);
    else
      count = to_end ? within(-from) : most(subtract(to < 0 ? beyond(-to) : within(to), start), zero);
    out.insert(out.end(), {start, count, step_id});
    return;
  }
  auto clamped = [&](const Value& bound, bool is_start) {
    if (is_none(bound)) {
      if (known) return is_start == (*known > 0) ? low : high;
      return is_start ? select(backward, high, low) : select(backward, low, high);
    }
    Value v = whole(bound);
    std::optional<int64_t> at = known_int(v);
    if (at == 0 && known && *known > 0) return zero;
    if (at && *at >= 0) return least(ints(*at), high);
    ValueId id = materialise(v);
    if (at) return most(add(id, n), low);
    ValueId counted = select(test("less"_op, id, zero), add(id, n), id);
    return least(most(counted, low), high);
  };
  ValueId start = clamped(s.parts[0], true), stop = clamped(s.parts[1], false);
  ValueId count;
  if (known == 1) {
    count = start == zero ? stop : most(subtract(stop, start), zero);  // stop is clamped to 0 or more
  } else {
    ValueId length = known ? (*known > 0 ? subtract(stop, start) : subtract(start, stop))
                           : select(backward, subtract(start, stop), subtract(stop, start));
    ValueId size = known ? ints(*known > 0 ? *known : -*known) : make("absolute"_op, {step_id}, t);
    ValueId rounds = make("floor_divide"_op, {subtract(length, one), size}, t, {{"exact", int64_t(1)}});
    count = most(add(rounds, one), zero);
  }
  out.insert(out.end(), {start, count, step_id});
}

// ---- views ----
static bool keeps_steps(const Value& slice) { return is_none(slice.parts[2]) || known_int(slice.parts[2]) == 1; }

Value Frame::view(const Value& a, const std::vector<Part>& parts) {
  std::string spec;
  std::vector<ValueId> ids{a.id};
  int axis = 0, rank = 0;
  std::vector<Part::What> kept;      // per axis of a
  std::vector<bool> dense;           // per axis of a: whole, or a slice with step 1
  for (const Part& p : parts) {
    if (p.what == Part::NewAxis) {
      spec += 'n', ++rank;
      continue;
    }
    spec += p.what == Part::Index ? 'i' : p.what == Part::Slice ? 's' : ':';
    if (p.what == Part::Index) ids.push_back(checked_index(p.value, a.id, axis, axis));
    if (p.what == Part::Slice) slice_operands(p.value, extent(a.id, axis), ids);
    rank += p.what != Part::Index;
    kept.push_back(p.what);
    dense.push_back(p.what == Part::Whole || (p.what == Part::Slice && keeps_steps(p.value)));
    ++axis;
  }
  auto dense_but_for = [&](int first, int last, int direction) {  // indices, one dense axis, then only whole ones
    int k = first;
    while (k != last && kept[size_t(k)] == Part::Index) k += direction;
    if (k == last) return true;
    if (!dense[size_t(k)]) return false;
    for (k += direction; k != last; k += direction)
      if (kept[size_t(k)] != Part::Whole) return false;
    return true;
  };
  ir::Layout from = a.type.layout(), to = ir::Layout::Strided;
  bool inner = axis > 0 && dense.back() && !spec.ends_with('n');
  if (from == ir::Layout::C && dense_but_for(0, axis, 1))
    to = ir::Layout::C;
  else if (from == ir::Layout::F && spec.find('n') == std::string::npos && dense_but_for(axis - 1, -1, -1))
    to = ir::Layout::F;
  else if ((from == ir::Layout::C || from == ir::Layout::Inner) && inner)
    to = ir::Layout::Inner;
  Type t = Type::array(a.type.dtype(), rank, to, a.type.readonly());
  return runtime(t, b_.make("view"_op, ids, t, {{"spec", spec}}));
}

// ---- reading ----
Value Frame::load(const Value& a, const std::vector<ValueId>& index) {
  std::vector<ValueId> ids{a.id};
  ids.insert(ids.end(), index.begin(), index.end());
  Type t = a.type.element();
  return runtime(t, b_.make("load"_op, ids, t));
}

Value Frame::get_array(const Value& a, const std::vector<Part>& parts) {
  bool advanced = false;
  std::vector<Value> indices;
  for (const Part& p : parts) {
    advanced |= p.what == Part::Mask || p.what == Part::Array;
    if (p.what == Part::Index) indices.push_back(p.value);
  }
  if (advanced) return gather(a, parts);
  if (indices.size() != parts.size()) return view(a, parts);
  std::vector<ValueId> ids;
  for (size_t k = 0; k < indices.size(); ++k) ids.push_back(checked_index(indices[k], a.id, int(k), int(k)));
  return load(a, ids);
}

static bool has_bool(Type u) {
  for (Type arm : u.elements())
    if (arm.dtype() == DType::Bool) return true;
  return false;
}
// An array or list of indices.
static bool names_places(const Value& index) {
  return is_row(index) || is_list_display(index) || (is_array(index) && index.type.rank() > 0);
}

// A member of an IntEnum, an object with __index__, or one of several ints as the int that it stands for.
Value Frame::as_index(const Value& v) {
  if (v.kind == Kind::Runtime && is_union(v) && has_number(v) && !has_bool(v.type))
    return runtime(Type::integer(), number_of(v));
  if (is_object(v))
    if (std::optional<Value> i = call_special(v, "__index__", {})) return *i;
  if (v.kind == Kind::Slice || (v.kind == Kind::Tuple && v.text.empty())) {
    Value s = v;
    for (Value& p : s.parts) p = as_index(p);
    return s;
  }
  return Enums::plain(*this, v);
}

// The same, and of slices `a[:n ** k]` bounds that are ints, or at run time the error of a float.
Value Frame::as_subscript(const Value& given) {
  auto is_whole = [](Type t) { return t.is_number() && (ir::is_integer(t.dtype()) || t.dtype() == DType::Bool); };
  auto as_bound = [&](const Value& v) {
    if (v.kind != Kind::Runtime || !is_union(v) || std::ranges::none_of(v.type.elements(), is_whole)) return v;
    if (!std::ranges::all_of(v.type.elements(), [](Type t) { return t.is_number(); })) return v;
    return by_arms(v, [&](const Value& arm) {
      if (!is_whole(arm.type)) fail("bad-index", {"a slice bound of type " + describe(arm), "an array"});
      return runtime(Type::integer(), as_type(arm, Type::integer()));
    });
  };
  Value index = as_index(given);
  if (index.kind == Kind::Slice)
    for (Value& p : index.parts) p = as_bound(p);
  if (index.kind == Kind::Tuple && index.text.empty())
    for (Value& p : index.parts)
      if (p.kind == Kind::Slice) p = as_subscript(p);
  return index;
}

// The bound of a slice that is None on some paths.
static std::optional<size_t> bound_or_none(const Value& index) {
  for (size_t k = 0; index.kind == Kind::Slice && k < index.parts.size(); ++k) {
    const Value& v = index.parts[k];
    if (v.kind == Kind::Runtime && is_union(v) &&
        std::ranges::any_of(v.type.elements(), [](Type t) { return t.is(TypeKind::None); }))
      return k;
  }
  return {};
}

static Value with_bound(Value slice, size_t k, const Value& bound) {
  slice.parts[k] = bound;
  return slice;
}

Value Frame::get_item(const Value& given, const Value& given_index) {
  if (auto* c = given.kind == Kind::Entity ? std::get_if<ir::ClassEntity>(given.entity.get()) : nullptr)
    if (Enums::is_class(*this, *c)) return Enums::by_name(*this, *c, given_index);
  if (has_special(given, "__getitem__")) return *call_special(given, "__getitem__", {given_index});
  if (Enums::class_of(*this, given)) fail("not-indexable", {describe(given)});
  if (std::optional<Value> element = special(given, "__getitem__", {given_index})) return *element;
  const Value x = plain(given);
  if (is_union(x)) return by_arms(x, [&](const Value& arm) { return get_item(arm, given_index); });
  const bool keeps_bounds = builtin_name(x) != nullptr;  // np.mgrid[:n ** k] takes floats
  const Value index = is_table(x) || is_object(x) ? given_index
                      : keeps_bounds              ? as_index(given_index)
                                                  : as_subscript(given_index);
  if (is_union(index) && index.kind != Kind::Pair && !is_table(x))
    return by_arms(index, [&](const Value& arm) { return get_item(x, arm); });
  if (std::optional<size_t> k = bound_or_none(index))
    return by_arms(index.parts[*k], [&](const Value& arm) { return get_item(x, with_bound(index, *k, arm)); });
  if (is_array(x) && is_bool(index))
    return prim("copy", {{call_function(*session_.world.library("numpy._under_bool"), Value{}, {{x, index}, {}})}, {}});
  if (is_array(x)) {
    std::vector<Part> parts = index_parts(x, index);
    auto is_ellipsis = [](const Value& v) { return v.kind == Kind::Ellipsis; };
    bool dotted = is_ellipsis(index) || (index.kind == Kind::Tuple && std::ranges::any_of(index.parts, is_ellipsis));
    bool element = std::ranges::all_of(parts, [](const Part& p) { return p.what == Part::Index; });
    // a[...] of rank 0, a[0, ...] of rank 1: an array, not the element.
    Value found = dotted && element ? view(x, parts) : get_array(x, parts);
    auto is_array_of_one = [&](const Value& v) { return is_array(v) && v.type.rank() == 0; };
    bool copies = is_array_of_one(index) || (index.kind == Kind::Tuple && std::ranges::any_of(index.parts, is_array_of_one));
    return copies && is_array(found) ? prim("copy", {{found}, {}}) : found;
  }
  if (is_object(x))
    if (std::optional<Value> v = call_special(x, "__getitem__", {index})) return *v;
  if (is_text(x) || is_bytes(x)) return text_item(x, index);
  if (x.kind == Kind::Tuple) return get_tuple(x, index);
  if (is_table(x) && x.type.flavour() == "dict") return get_dict_item(x, index);
  if (is_row(x)) return get_list_item(x, index);
  if (is_bytearray(x)) return get_byte(x, index);
  if (is_list_display(x)) {
    std::optional<int64_t> k = known_int(index);
    int64_t n = int64_t(x.parts[0].parts.size());
    if (k && *k >= -n && *k < n) return x.parts[0].parts[size_t(*k < 0 ? *k + n : *k)];
    return get_list_item(real(x, "display"), index);
  }
  if (x.kind == Kind::Iterator && x.text == "flags" && known_text(index)) {
    std::string name = *known_text(index);
    std::ranges::transform(name, name.begin(), [](unsigned char c) { return char(tolower(c)); });
    return flag(x.parts[0], name);
  }
  if (is_flat(x) && index.kind == Kind::Slice)
    return call_function(*session_.world.library("numpy._flat_slice"), Value{}, {{x.parts[1], index}, {}});
  if (is_flat(x) && names_places(index))
    return call_function(*session_.world.library("numpy._flat_items"), Value{}, {{x.parts[1], index}, {}});
  if (is_flat(x)) return load(x.parts[1], flat_place(x, index));
  if (const std::string* name = builtin_name(x); name && name->starts_with("numpy."))  // np.mgrid[…], np.r_[…]
    if (const ir::PyForm* form = session_.world.library("numpy._item_" + name->substr(6)))
      return call_function(*form, Value{}, {{index.kind == Kind::Tuple ? index : tuple({index})}, {}});
  if (x.kind == Kind::Range && index.kind == Kind::Slice) {
    return call_builtin("builtins._sliced_range", {{tuple(x.parts), tuple(index.parts)}, {}});
  }
  if (x.kind == Kind::Range && type_of(index).is(TypeKind::Int)) {
    Value n = length_of(x);
    ValueId id = materialise(index), length = materialise(n);
    ValueId counted =
        make("select"_op, {test("less"_op, id, ints(0)), make("add"_op, {id, length}, Type::integer()), id}, Type::integer());
    check(both(test("greater_equal"_op, counted, ints(0)), test("less"_op, counted, length)), "IndexError",
          "range object index out of range");
    return element_of(x, counted);
  }
  std::string name = name_of(py_.op(at_).operands[0]);
  fail("not-indexable", {describe(x)}, name.empty() ? "" : "`" + name + "` is " + describe(x));
}

Value Frame::get_tuple(const Value& t, const Value& index) {
  int64_t n = int64_t(t.parts.size());
  if (index.kind == Kind::Slice) {
    int64_t step = is_none(index.parts[2]) ? 1 : need_int(index.parts[2], "the step of a tuple's slice");
    if (step == 0) {
      raise("ValueError", "slice step cannot be zero");
      return Value{};
    }
    int64_t low = step > 0 ? 0 : -1, high = step > 0 ? n : n - 1;
    auto bound = [&](const Value& v, int64_t absent) {
      if (is_none(v)) return absent;
      int64_t k = need_int(v, "the bound of a tuple's slice");
      return std::clamp(k < 0 ? k + n : k, low, high);
    };
    int64_t start = bound(index.parts[0], step > 0 ? low : high), stop = bound(index.parts[1], step > 0 ? high : low);
    Values parts;
    for (int64_t k = start; step > 0 ? k < stop : k > stop; k += step) parts.push_back(t.parts[size_t(k)]);
    return tuple(std::move(parts));
  }
  Value i = zero_rank_loaded(index.kind == Kind::Pair ? index.parts[0] : index);
  if (!is_number(i) || !(is_integer_type(type_of(i)) || i.type.is(TypeKind::Bool)))
    fail("bad-index", {"an index of type " + describe(index), describe(t)});
  if (std::optional<int64_t> k = known_int(i)) {
    int64_t at = *k < 0 ? *k + n : *k;
    if (at >= 0 && at < n) return t.parts[size_t(at)];
    raise("IndexError", "tuple index out of range");
    return Value{};
  }
  ValueId id = as_type(i, Type::integer()), length = ints(n);
  ValueId at =
      make("select"_op, {test("less"_op, id, ints(0)), make("add"_op, {id, length}, Type::integer()), id}, Type::integer());
  check(both(test("greater_equal"_op, at, ints(0)), test("less"_op, at, length)), "IndexError", "tuple index out of range");
  if (n == 0) return Value{};
  std::function<Value(int64_t)> from = [&](int64_t k) -> Value {
    if (k == n - 1) return t.parts[size_t(k)];
    return choose(test("equal"_op, at, ints(k)), [&] { return t.parts[size_t(k)]; }, [&] { return from(k + 1); });
  };
  return from(0);
}

// ---- writing ----
// No NumPy arm wraps on its way into an element; Python's ints must fit.
static bool holds_all(Type element, Type u) {
  DType to = element.dtype();
  if (to == DType::F64) return true;
  if (!ir::is_integer(to) || to == DType::U64) return false;
  for (Type arm : u.elements()) {
    DType d = arm.dtype();
    if (arm.is_python_number() || d == DType::Bool) continue;
    bool wider = ir::byte_size(to) > ir::byte_size(d) && ir::is_signed(to);
    if (d != to && !wider && !(ir::is_unsigned(d) && ir::is_unsigned(to) && ir::byte_size(to) > ir::byte_size(d))) return false;
  }
  return true;
}
// A value as an element: as NumPy's assignment converts, floats to ints by truncation, Python ints only where they fit.
ValueId Frame::to_element(const Value& given, Type element) {
  if (given.kind == Kind::Pair) return to_element(given.parts[0], element);
  if (wide_int(given)) return wide_as(given, element).id;
  Value v = zero_rank_loaded(given);
  if (is_union(v) && has_number(v) && holds_all(element, v.type))
    return to_element(runtime(Type::integer(), number_of(v)), element);
  if (is_union(v)) return by_arms(v, [&](const Value& arm) { return runtime(element, to_element(arm, element)); }).id;
  DType to = element.dtype();
  if (!is_number(v) || (ir::is_complex(v.type.dtype()) && !ir::is_complex(to)))
    fail("cannot-store", {describe(v), std::string(ir::name(to)) + "[:]"});
  if (v.type.is(TypeKind::Float) && ir::is_integer(to)) {  // by way of Python's int, which must fit
    Type t = Type::integer();
    if (to != DType::U64) return weak_operand(runtime(t, make("check.convert"_op, {materialise(v)}, t)), to, element);
    ValueId top = materialise(floating(0x1p63));
    Value high = compare(">=", v, floating(0x1p63));
    auto rest = [&](const Value& x) { return runtime(t, make("check.convert"_op, {materialise(x)}, t)); };
    return choose(
               materialise(high),
               [&] {
                 Value low = rest(runtime(Type::floating(), make("subtract"_op, {materialise(v), top}, Type::floating())));
                 ValueId bit = number_constant(integer(INT64_MIN), element);
                 return runtime(element, make("add"_op, {make("cast"_op, {low.id}, element), bit}, element));
               },
               [&] { return runtime(element, weak_operand(rest(v), to, element)); })
        .id;
  }
  if (to == DType::Bool && v.type.dtype() != DType::Bool) return as_type(truth(v), element);
  return weak_operand(v, to, element);
}

void Frame::store(const Value& a, const std::vector<ValueId>& index, const Value& value) {
  std::vector<ValueId> ids{a.id, to_element(value, a.type.element())};
  ids.insert(ids.end(), index.begin(), index.end());
  b_.op("store"_op, ids, {});
}

// A list or tuple becomes an array of the target's dtype, into which each number must fit.
Value Frame::as_source(const Value& given, DType to) {
  return is_array_like(given) || given.kind == Kind::Iterator ? as_array(given, to) : zero_rank_loaded(given);
}

void Frame::assign(const Value& target, const Value& given) {
  Value source = as_source(given, target.type.dtype());
  if (!is_array(source)) {
    b_.op("assign"_op, {target.id, to_element(source, target.type.element())}, {});
    return;
  }
  DType to = target.type.dtype(), from = source.type.dtype();
  if (ir::is_complex(from) && !ir::is_complex(to)) fail("cannot-store", {describe(source), describe(target)});
  if (source.id == target.id) return;
  int rank = target.type.rank();
  std::vector<ValueId> extents, wide;
  for (int k = 0; k < rank; ++k) wide.push_back(extent(target.id, k));
  if (source.type.rank() > rank) source = without_ones(source, wide);
  int narrow = source.type.rank();
  for (int k = 0; k < narrow; ++k) extents.push_back(extent(source.id, k));
  extents.insert(extents.end(), wide.begin(), wide.end());
  b_.op("check.assignable"_op, extents, {}, {{"ranks", std::vector<int64_t>{narrow, rank}}});
  source = cast_to(source, to);
  std::vector<ValueId> ids{source.id};
  ids.insert(ids.end(), wide.begin(), wide.end());
  Type t = Type::array(to, rank, ir::Layout::Strided, true);
  b_.op("assign"_op, {target.id, b_.make("view.broadcast"_op, ids, t)}, {});
}

void Frame::set_item(const Value& given, const Value& given_index, const Value& value) {
  if (special(given, "__setitem__", {given_index, value})) return;
  const Value x = plain(given);
  if (is_union(x)) {
    by_arms(x, [&](const Value& arm) { return set_item(arm, given_index, value), none(); });
    return;
  }
  if (is_object(x) && call_special(x, "__setitem__", {given_index, value})) return;
  if (is_table(x) && x.type.flavour() == "dict") return set_dict_item(x, given_index, value);
  const Value index = as_subscript(given_index);
  if (is_union(index) && index.kind != Kind::Pair) {
    by_arms(index, [&](const Value& arm) { return set_item(x, arm, value), none(); });
    return;
  }
  if (std::optional<size_t> k = bound_or_none(index)) {
    by_arms(index.parts[*k], [&](const Value& arm) { return set_item(x, with_bound(index, *k, arm), value), none(); });
    return;
  }
  if (is_list(x)) return set_list_item(x, index, value);
  if (is_bytearray(x)) return set_byte(x, index, value);
  if (is_flat(x) && index.kind == Kind::Slice && !x.parts[1].type.readonly()) {
    call_function(*session_.world.library("numpy._set_flat_slice"), Value{}, {{x.parts[1], index, value}, {}});
    return;
  }
  if (is_flat(x) && !x.parts[1].type.readonly() && names_places(index)) {
    call_function(*session_.world.library("numpy._set_flat_items"), Value{}, {{x.parts[1], index, value}, {}});
    return;
  }
  if (is_flat(x) && !x.parts[1].type.readonly()) return store(x.parts[1], flat_place(x, index), value);
  if (!is_array(x)) {
    std::string name = name_of(py_.op(at_).operands[0]);
    fail("not-assignable", {describe(x)}, name.empty() ? "" : "`" + name + "` is " + describe(x));
  }
  bool under_bool = is_bool(index);
  std::vector<Part> parts = under_bool ? std::vector<Part>{} : index_parts(x, index);
  if (x.type.readonly()) {
    check(number_constant(boolean(false), Type::boolean()), "ValueError", "assignment destination is read-only");
    return;
  }
  if (under_bool) {
    Value target = call_function(*session_.world.library("numpy._under_bool"), Value{}, {{x, index}, {}});
    Value source = as_source(value, x.type.dtype());
    std::vector<ValueId> extents;
    for (int k = 0; k < target.type.rank(); ++k) extents.push_back(extent(target.id, k));
    return assign(target, is_array(source) ? written(source, target, extents, false) : source);
  }
  bool advanced = false, indices = true;
  for (const Part& p : parts) {
    advanced |= p.what == Part::Mask || p.what == Part::Array;
    indices = indices && p.what == Part::Index;
  }
  if (advanced) return scatter(x, parts, value, index.kind != Kind::Tuple || index.parts.size() == 1);
  // a[..., 0] of rank 1 is an array of rank 0, into which an array of one element goes.
  bool dotted = is_array(value) && value.type.rank() > 0 && index.kind == Kind::Tuple &&
                std::ranges::any_of(index.parts, [](const Value& v) { return v.kind == Kind::Ellipsis; });
  // NumPy converts its scalars to signed integers by way of Python's int, to unsigned ones as C does.
  auto fitting = [&] {
    DType to = x.type.dtype();
    bool scalar = is_number(value) && value.kind != Kind::Pair && value.type.is(TypeKind::Scalar);
    if (in_library() || !scalar || !ir::is_integer(to) || !ir::is_signed(to)) return value;
    DType from = value.type.dtype();
    Type element = x.type.element(), whole = Type::integer();
    if (ir::is_float(from))
      return runtime(element, to_element(runtime(Type::floating(), as_type(value, Type::floating())), element));
    int wider = ir::byte_size(from) - ir::byte_size(to) + int(ir::is_unsigned(from));
    if (!ir::is_integer(from) || wider <= 0) return value;
    Value i = runtime(whole, as_type(value, whole));
    if (from == DType::U64)
      check(test("greater_equal"_op, i.id, ints(0)), "OverflowError", "Python int too large to convert to C long");
    return runtime(element, weak_operand(i, to, element));
  };
  if (!indices || dotted) return assign(view(x, parts), fitting());
  std::vector<ValueId> ids;
  for (size_t k = 0; k < parts.size(); ++k) ids.push_back(checked_index(parts[k].value, x.id, int(k), int(k)));
  store(x, ids, fitting());
}

}  // namespace aic::typeinfer
