// Arrays made of lists, and of tuples of what is not all of one type: numbers, or lists, tuples or arrays of one shape. NumPy
// looks at the elements for the dtype: one float among ints and all are floats. Where it follows from the types that the
// list may hold it costs nothing; where it does not (a list of {int | float} may hold ints alone) the elements are looked
// through first, and the array is one of several:
//   xs = [0]; …: xs.append(x / 2); np.array(xs)   →   seen = dtypes among xs; if seen is {int}: i64[:] else f64[:]
#include <algorithm>

#include "typeinfer/arrays_of_lists.h"
#include "typeinfer/promotion.h"

namespace aic::typeinfer {

static const Value& without_display(const Value& v) { return v.kind == Kind::Iterator && v.text == "list" ? v.parts[0] : v; }

// ---- what is known of the numbers ----
void ListNumbers::walk(const Value& given, size_t depth) {
  const Value& v = without_display(given);
  if (v.kind == Kind::Tuple) {
    for (const Value& p : v.parts) walk(p, depth + 1);
    return;
  }
  if (is_row(v)) {
    const Value element = element_of_list(v);
    if (element.kind != Kind::Never) walk(element, depth + 1);
    return;
  }
  auto numbers = [](std::span<const Type> arms) { return std::ranges::all_of(arms, [](Type t) { return t.is_number(); }); };
  bool open = is_union(v) && numbers(v.type.elements());
  bool number = open || is_number(v) || is_array(v) || wide_int(v) || v.kind == Kind::Entity;
  size_t at = depth + (is_array(v) ? size_t(v.type.rank()) : 0);
  if (!number || depth_.value_or(at) != at) {
    wrong_ = !number ? describe(whole_) : "nested lengths that differ";
    return;
  }
  depth_ = at;
  if (!open) {
    certain_.push_back(Type::scalar(f_.dtype_of(v)));
    return;
  }
  for (Type arm : v.type.elements())
    if (std::ranges::find(open_, arm.dtype()) == open_.end()) open_.push_back(arm.dtype());
}

ListNumbers::ListNumbers(Frame& f, const Value& list) : f_(f), whole_(list) {
  walk(list, 0);
  // Of each set of dtypes that may be met, a bit each: what the array's is. Nothing is met in an empty list.
  if (open_.empty()) note(0);
  for (int64_t met = 1; met < int64_t(1) << open_.size(); ++met) note(met);
  auto it = std::ranges::find(results_, DType::F64, &Result::dtype);
  if (it != results_.end()) it->met.push_back(0);
}

void ListNumbers::note(int64_t met) {
  std::vector<Type> types = certain_;
  for (size_t k = 0; k < open_.size(); ++k)
    if (met >> k & 1) types.push_back(Type::scalar(open_[k]));
  DType d = types.empty() ? DType::F64 : promoted(types);
  auto it = std::ranges::find(results_, d, &Result::dtype);
  if (it == results_.end()) it = results_.insert(it, {d, {}});
  it->met.push_back(met);
}

// ---- what is met ----
static bool holds_union(const Value& given) {
  const Value& v = without_display(given);
  if (v.kind == Kind::Tuple) return std::ranges::any_of(v.parts, holds_union);
  if (is_row(v)) return holds_union(element_of_list(v));
  return is_union(v);
}

void ListNumbers::look_through(const Value& given, const Value& seen) {
  const Value& v = without_display(given);
  if (!holds_union(v)) return;
  if (v.kind == Kind::Tuple) {
    for (const Value& p : v.parts) look_through(p, seen);
    return;
  }
  Type t = Type::integer();
  if (is_row(v)) {
    ValueId n = f_.list_length(v);
    f_.count_loop(n, [&](ValueId i) { look_through(f_.take(v, f_.make("assume.index"_op, {i, n}, t)), seen); });
    return;
  }
  ValueId tag = f_.make("union.tag"_op, {f_.as_type(v, v.type)}, t), bit = f_.ints(0);
  std::span<const Type> arms = v.type.elements();
  for (size_t k = 0; k < arms.size(); ++k) {
    int64_t own = int64_t(1) << (std::ranges::find(open_, arms[k].dtype()) - open_.begin());
    bit = f_.make("select"_op, {f_.test("equal"_op, tag, f_.ints(int64_t(k))), f_.ints(own), bit}, t);
  }
  ValueId first = f_.make("assume.index"_op, {f_.ints(0), f_.ints(1)}, t);
  ValueId before = f_.as_type(f_.load(seen, {first}), t);
  f_.store(seen, {first}, runtime(t, f_.make("bitwise_or"_op, {before, bit}, t)));
}

bool ListNumbers::is_open(Frame& f, const Value& v) {
  if ((v.kind != Kind::Tuple && !is_list_display(v)) || !holds_union(v)) return false;
  ListNumbers numbers(f, v);
  return numbers.wrong_.empty() && numbers.results_.size() > 1;
}

Value ListNumbers::array(std::optional<DType> given, const std::function<Value(DType)>& filled) {
  if (!wrong_.empty()) f_.fail("unsupported", {"an array made of " + wrong_});
  if (results_.size() == 1 || given) return filled(results_[0].dtype);
  Type i64 = Type::scalar(DType::I64), t = Type::array(DType::I64, 1, ir::Layout::C);
  Value seen = runtime(t, f_.make("full"_op, {f_.number_constant(integer(0), i64), f_.ints(1)}, t));
  look_through(whole_, seen);
  ValueId met =
      f_.as_type(f_.load(seen, {f_.make("assume.index"_op, {f_.ints(0), f_.ints(1)}, Type::integer())}), Type::integer());
  std::function<Value(size_t)> from = [&](size_t k) -> Value {
    const Result& r = results_[k];
    if (k + 1 == results_.size()) return filled(r.dtype);
    ValueId is;
    for (int64_t m : r.met) {
      ValueId same = f_.test("equal"_op, met, f_.ints(m));
      is = is ? f_.either(is, same) : same;
    }
    return f_.choose(is, [&] { return filled(r.dtype); }, [&] { return from(k + 1); });
  };
  return from(0);
}

// ---- lists ----
// An empty list would be an array of float64 with one axis whatever its type says, so where that differs it is an error.
Value Frame::array_of_list(const Value& list, std::optional<DType> to) {
  ListNumbers numbers(*this, list);
  return numbers.array(to, [&](DType d) { return list_filled(list, to.value_or(d), to.has_value()); });
}

Value Frame::list_filled(const Value& list, DType d, bool given) {
  std::vector<ValueId> extents;
  Value first = without_display(list);
  while (is_row(first) || first.kind == Kind::Tuple) {
    if (first.kind == Kind::Tuple) {
      extents.push_back(ints(int64_t(first.parts.size())));
      first = first.parts.empty() ? Value{} : Value(without_display(first.parts[0]));
      continue;
    }
    const Value element = element_of_list(first);
    extents.push_back(list_length(first));
    if (element.kind == Kind::Never) break;
    bool innermost = is_number(element) || is_union(element);
    if (!innermost || (!given && d != DType::F64))
      check(test("greater"_op, extents.back(), ints(0)), "ValueError", "an empty list here has no dtype or shape of its own");
    if (innermost) {
      first = element;
      break;
    }
    first = take(first, make("assume.index"_op, {ints(0), extents.back()}, Type::integer()));
  }
  size_t depth = extents.size();
  if (is_array(first))
    for (int k = 0; k < first.type.rank(); ++k) extents.push_back(extent(first.id, k));
  if (!given && (is_row(first) || first.kind == Kind::Never)) d = DType::F64;
  Type t = Type::array(d, int(extents.size()), ir::Layout::C);
  Value out = runtime(t, b_.make("empty"_op, extents, t));
  std::vector<ValueId> at;
  if (!is_row(first)) list_into(list, out, extents, depth, at);
  return out;
}

void Frame::list_into(const Value& given, const Value& out, const std::vector<ValueId>& extents, size_t depth,
                      std::vector<ValueId>& at) {
  const Value& x = without_display(given);
  std::string ragged = "setting an array element with a sequence. The requested array has an inhomogeneous shape after " +
                       std::to_string(at.size()) + " dimensions. The detected shape was (";
  for (size_t k = 0; k < at.size(); ++k) ragged += (k ? ", {" : "{") + std::to_string(k) + "}";
  ragged += at.size() == 1 ? ",) + inhomogeneous part." : ") + inhomogeneous part.";
  std::vector<ValueId> outer(extents.begin(), extents.begin() + long(at.size()));
  if (at.size() == depth) {
    if (!is_array(x)) return store(out, at, x);
    std::vector<Part> parts;
    for (ValueId k : at) parts.push_back({Part::Index, runtime(Type::integer(), k)});
    for (int k = 0; k < x.type.rank(); ++k) {
      parts.push_back({Part::Whole, {}});
      check(test("equal"_op, extent(x.id, k), extents[depth + size_t(k)]), "ValueError", ragged, outer);
    }
    return assign(view(out, parts), x);
  }
  if (x.kind == Kind::Tuple) {
    if (!at.empty()) check(test("equal"_op, ints(int64_t(x.parts.size())), extents[at.size()]), "ValueError", ragged, outer);
    for (size_t k = 0; k < x.parts.size(); ++k) {
      at.push_back(make("assume.index"_op, {ints(int64_t(k)), extents[at.size()]}, Type::integer()));
      list_into(x.parts[k], out, extents, depth, at);
      at.pop_back();
    }
    return;
  }
  ValueId n = list_length(x);
  if (!at.empty()) check(test("equal"_op, n, extents[at.size()]), "ValueError", ragged, outer);
  count_loop(n, [&](ValueId i) {
    at.push_back(make("assume.index"_op, {i, extents[at.size()]}, Type::integer()));
    list_into(take(x, i), out, extents, depth, at);
    at.pop_back();
  });
}

}  // namespace aic::typeinfer
