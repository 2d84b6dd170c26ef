// Join and widening. A join never invents: it is the least shape that holds both, so that what is known on both paths
// stays known. Heights are finite but for tuples that grow in a loop, which session and loops stop by counting.
#include <algorithm>
#include <cmath>

#include "ir/scalar.h"
#include "typeinfer/caught.h"
#include "typeinfer/instances.h"

namespace aic::typeinfer {

// `weak` keeps its exact value when held in `strong`, so that value and "still weak" bit say all.
bool fits_pair(const Value& weak, Type strong) {
  Type w = type_of(weak);
  if (!w.is_python_number() || !strong.is_number() || w == strong) return false;
  bool strong_python = strong.is_python_number();
  DType s = strong.dtype();
  if (w.is(TypeKind::Bool)) return s == DType::Bool && !strong_python;
  if (w.is(TypeKind::Int)) {
    if (strong.is(TypeKind::Bool) || s == DType::Bool) return false;
    if (s == DType::I64) return true;
    std::optional<int64_t> v = known_int(weak);
    if (!v) return false;
    if (ir::is_float(s) || ir::is_complex(s)) {
      int64_t limit = s == DType::BF16                     ? 1 << 8
                      : s == DType::F16                    ? 1 << 11
                      : s == DType::F32 || s == DType::C64 ? int64_t(1) << 24
                                                           : int64_t(1) << 53;
      return *v >= -limit && *v <= limit;
    }
    if (s == DType::U64) return *v >= 0;
    int bits = 8 * ir::byte_size(s) - ir::is_signed(s);
    return *v < (int64_t(1) << bits) && *v >= (ir::is_signed(s) ? -(int64_t(1) << bits) : 0);
  }
  if (w.is(TypeKind::Float)) {
    if (s == DType::F64) return !strong_python;
    if (s == DType::C128) return true;
    const double* d = weak.kind == Kind::Constant ? std::get_if<double>(&weak.literal) : nullptr;
    if (d && is_narrow_float(s)) return ir::narrow_value(ir::narrow_bits(*d, s), s) == *d;
    return d && (s == DType::F32 || s == DType::C64) && double(float(*d)) == *d;
  }
  return s == DType::C128 && !strong_python;
}

Value pair_shape(Type weak, Type strong) {
  Value v;
  v.kind = Kind::Pair;
  Type arms[] = {weak, strong};
  v.type = Type::union_of(arms);
  v.parts = {runtime(strong, {}), runtime(Type::boolean(), {})};
  return v;
}

static Type weak_type(const Value& pair) {
  for (Type t : pair.type.elements())
    if (t != pair.parts[0].type) return t;
  return Type::never();
}

static std::optional<Value> join_pair(const Value& a, const Value& b) {
  if (a.kind == Kind::Pair && b.kind != Kind::Pair) {
    Type strong = a.parts[0].type;
    if (type_of(b) == strong) return shape_of(a);
    if (type_of(b) == weak_type(a) && fits_pair(b, strong)) return shape_of(a);
    return {};
  }
  if (b.kind == Kind::Pair) return a.kind == Kind::Pair ? std::nullopt : join_pair(b, a);
  if (fits_pair(a, type_of(b))) return pair_shape(type_of(a), type_of(b));
  if (fits_pair(b, type_of(a))) return pair_shape(type_of(b), type_of(a));
  return {};
}

static Value join_arrays(Type a, Type b) {
  ir::Layout layout = a.layout() == b.layout() ? a.layout() : ir::Layout::Strided;
  auto inner = [](Type t) { return t.layout() == ir::Layout::C || t.layout() == ir::Layout::Inner; };
  if (a.layout() != b.layout() && inner(a) && inner(b)) layout = ir::Layout::Inner;
  return runtime(Type::array(a.dtype(), a.rank(), layout, a.readonly() || b.readonly()), {});
}

static bool joins_by_parts(const Value& a, const Value& b) {
  if (a.kind != b.kind || a.parts.size() != b.parts.size() || a.defaults.size() != b.defaults.size()) return false;
  switch (a.kind) {
    case Kind::Range:
    case Kind::Slice: return true;
    case Kind::Function: return a.form == b.form;
    case Kind::Iterator: return is_stateful(a) ? is_same_choice(a, b) : a.text == b.text;
    case Kind::Tuple:
    case Kind::Member:
    case Kind::Method:
    case Kind::Exception: return a.text == b.text;
    default: return false;
  }
}

static bool is_deeper(Type t, int lists) {
  if (t.is_list() && lists-- == 0) return true;
  if (!t.is_list() && !t.is_tuple() && !t.is(TypeKind::Union)) return false;
  for (Type part : t.elements())
    if (is_deeper(part, lists)) return true;
  return false;
}
bool is_endless(Type t) {
  constexpr int deepest = 8;
  return is_deeper(t, deepest);
}

// How often a union stands in a tuple that stands in a union: `pair = (pair, leaf)` in a loop adds one in each round, and
// each makes the type several times as large.
static bool holds_tuples_without_end(Type t, int deepest = 5) {
  if (!t.is(TypeKind::Union) && !t.is_tuple()) return false;
  if (t.is(TypeKind::Union) && deepest-- == 0) return true;
  return std::ranges::any_of(t.elements(), [&](Type part) { return holds_tuples_without_end(part, deepest); });
}

// ---- choices ----
static int depth_of_choices(const Value& v) {
  int deepest = 0;
  for (const std::vector<Value>* inside : {&v.parts, &v.defaults})
    for (const Value& p : *inside) deepest = std::max(deepest, depth_of_choices(p));
  return deepest + (v.kind == Kind::Choice || v.kind == Kind::Function);
}

// One order for all, so that the same choices have the same numbers wherever lists of them meet.
static bool comes_first(const Value& a, const Value& b) {
  auto order = [](const Value& v) {
    if (v.kind == Kind::Function)
      return std::pair(v.form->function->name(), std::to_string(reinterpret_cast<uintptr_t>(v.form)));
    return v.kind == Kind::Method ? std::pair(v.text, key(v.parts[0])) : std::pair(key(v), std::string());
  };
  return std::pair(a.kind, order(a)) < std::pair(b.kind, order(b));
}

static Value join_choices(const Value& a, const Value& b) {
  constexpr size_t most = 64;
  constexpr int deepest = 8;
  Value all = a.kind == Kind::Choice ? shape_of(a) : choice_of(a);
  for (const Value& given : b.kind == Kind::Choice ? std::vector(b.parts.begin() + 1, b.parts.end()) : std::vector{b}) {
    size_t k = 1;
    while (k < all.parts.size() && !is_same_choice(all.parts[k], given)) ++k;
    if (k == all.parts.size())
      all.parts.push_back(shape_of(given));
    else if (all.parts[k] = join(all.parts[k], given); all.parts[k].kind == Kind::Conflict)
      return all.parts[k];
  }
  std::sort(all.parts.begin() + 1, all.parts.end(), comes_first);
  if (all.parts.size() > most) return conflict("one of more than " + std::to_string(most) + " functions");
  if (depth_of_choices(all) > deepest) return conflict("a function that captures functions without end");
  return all;
}

// ---- tuples ----
static bool is_plain_tuple(const Value& v) { return v.kind == Kind::Tuple && v.text.empty() && is_representable(v); }

// Without a site: what it holds is converted where it meets one that holds more.
static Value long_tuple_of(const Value& element) {
  if (element.kind == Kind::Conflict) return element;
  return runtime(Type::flavoured(Type::list(type_of(element)), "tuple"), {});
}

static Value join_with_tuple(const Value& row, const Value& t) {
  Value element = element_of_list(row);
  for (const Value& p : t.parts) element = join_elements(element, p);
  if (element.kind == Kind::Conflict) return element;
  if (!row.site) return long_tuple_of(element);
  grow(row, element);
  Value now = shape_of(row);
  now.type = type_of(now);
  return now;
}

// Tuples of one thing, of ever more lengths: one that grows in a loop.
static Type with_long_tuple(Type all) {
  constexpr size_t most = 4;
  std::vector<Type> others;
  Type element = Type::never();
  size_t tuples = 0;
  for (Type t : all.elements()) {
    bool plain = t.is_tuple() && t.flavour().empty();
    if (!plain && !(t.is_list() && t.flavour() == "tuple")) {
      others.push_back(t);
      continue;
    }
    ++tuples;
    for (Type e : t.elements()) {
      if (!element.is(TypeKind::Never) && !e.is(TypeKind::Never) && e != element) return all;
      if (!e.is(TypeKind::Never)) element = e;
    }
  }
  if (tuples < most) return all;
  others.push_back(Type::flavoured(Type::list(element), "tuple"));
  return Type::union_of(others);
}

Value join(const Value& a, const Value& b) {
  if (a.kind == Kind::Never) return shape_of(b);
  if (b.kind == Kind::Never) return shape_of(a);
  share_sites(a, b);
  if (key(a) == key(b)) return shape_of(a);
  if (a.kind == Kind::Conflict) return shape_of(a);
  if (b.kind == Kind::Conflict) return shape_of(b);
  if (a.kind == Kind::Unbound || a.kind == Kind::Maybe || b.kind == Kind::Unbound || b.kind == Kind::Maybe) {
    auto inner = [](const Value& v) { return v.kind == Kind::Maybe ? v.parts[0] : v.kind == Kind::Unbound ? Value{} : v; };
    Value v;
    v.kind = Kind::Maybe;
    v.parts = {join(inner(a), inner(b)), runtime(Type::boolean(), {})};
    return v.parts[0].kind == Kind::Conflict ? v.parts[0] : v;
  }
  // Exceptions of several classes, or None: one that is as if it had been caught.
  if ((a.kind == Kind::Exception && b.kind == Kind::Exception && a.text != b.text) ||
      (a.kind == Kind::Exception && is_none(b)) || (b.kind == Kind::Exception && is_none(a)))
    return caught_shape();
  // Those that are held somewhere are of one type with None, and with nothing else: types do not tell their classes.
  if (bool first = is_held_exception(a); first || is_held_exception(b))
    return is_none(first ? b : a) ? shape_of(first ? a : b) : conflict("exceptions and " + describe(first ? b : a));
  if (joins_by_parts(a, b)) {
    Value v = shape_of(a);
    for (size_t k = 0; k < v.parts.size(); ++k) v.parts[k] = join(a.parts[k], b.parts[k]);
    for (size_t k = 0; k < v.defaults.size(); ++k) v.defaults[k] = join(a.defaults[k], b.defaults[k]);
    return v;
  }
  if ((is_choosable(a) || a.kind == Kind::Choice) && (is_choosable(b) || b.kind == Kind::Choice)) return join_choices(a, b);
  if (!is_representable(a) || !is_representable(b))
    return conflict(describe(a) + " on one path and " + describe(b) + " on another");
  if (is_long_tuple(a) && is_plain_tuple(b)) return join_with_tuple(a, b);
  if (is_long_tuple(b) && is_plain_tuple(a)) return join_with_tuple(b, a);
  if (is_long_tuple(a) && is_long_tuple(b) && !a.site && !b.site)
    return long_tuple_of(join_elements(element_of_list(a), element_of_list(b)));
  if ((is_row(a) || is_table(a)) && b.kind == Kind::Runtime && b.type.is_list() &&
      a.type.flavour() == b.type.flavour()) {  // one has no site
    grow(a, element_of_list(b));
    grow(b, element_of_list(a));
    return shape_of(a.site ? a : b);
  }
  Type ta = type_of(a), tb = type_of(b);
  if (ta == tb) return runtime(ta, {});
  if (ta.is_array() && tb.is_array() && ta.dtype() == tb.dtype() && ta.rank() == tb.rank()) return join_arrays(ta, tb);
  if (std::optional<Value> pair = join_pair(a, b)) return *pair;
  if (holds_choice(a) || holds_choice(b)) return conflict(describe(a) + " on one path and " + describe(b) + " on another");
  for (Type* t : {&ta, &tb})
    if (holds_tuples_without_end(*t))
      return conflict("a tuple that holds its like, without end");
    else if (is_endless(*t) && (*t = folded(*t)).is(TypeKind::Function))
      return conflict(std::string(endless));
  Type arms[] = {ta, tb};
  Type all = absorbed(Type::union_of(arms));
  return runtime(with_long_tuple(all), {});
}

Value widen(const Value& v) {
  if (v.kind == Kind::Constant && v.type.is_number()) return runtime(v.type, {});
  Value w = shape_of(v);
  for (Value& p : w.parts) p = widen(p);
  for (Value& p : w.defaults) p = widen(p);
  return w;
}

}  // namespace aic::typeinfer
