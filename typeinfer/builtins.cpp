// Python's builtins, and what a qualified name means: a builtin here, a primitive (prims.cpp), a record, or a function of
// the library.
#include <algorithm>
#include <cmath>
#include <set>

#include "ir/exceptions.h"
#include "typeinfer/arrays_of_lists.h"
#include "typeinfer/caught.h"
#include "typeinfer/contexts.h"
#include "typeinfer/enums.h"
#include "typeinfer/promotion.h"

namespace aic::typeinfer {

// What puts together arrays of other extents, so that a list of them is no array.
static bool joins(const std::string& function) {
  static const std::set<std::string> known{"numpy.concatenate", "numpy.concat", "numpy.stack",        "numpy.vstack",
                                           "numpy.row_stack",   "numpy.hstack", "numpy.column_stack", "numpy.dstack"};
  return known.contains(function);
}

// A list in which Python's numbers stand beside NumPy's: joined as they are, the former widen nothing; an array has one dtype.
static bool holds_weak_numbers(const Value& v) {
  if (!is_list(v) || !is_union(element_of_list(v))) return false;
  const Value element = element_of_list(v);
  std::span<const Type> arms = element.type.elements();
  return std::ranges::any_of(arms, [](Type t) { return t.is(TypeKind::Scalar); }) &&
         std::ranges::any_of(arms, [](Type t) { return t.is_python_number(); });
}

// The parameters of NumPy's functions at which a list is another thing than an array of the same elements.
// Of numbers of several types, of which an array of one of several dtypes is made, the array is what they take.
static bool tells_lists_apart(const std::string& function, const Value& v, size_t position, const std::string& key) {
  if (function == "numpy.ix_") return is_list(v) || v.kind == Kind::Range;
  if (!is_list(v)) return false;
  if (function.starts_with("numpy.random.") && function.ends_with("shuffle"))
    return true;  // it is what is put in another order
  Value element = element_of_list(v);
  while (is_list(element)) element = element_of_list(element);
  if (is_union(element)) return function == "numpy.astype" || function == "numpy.block";
  struct Parameter {
    std::string_view function;
    size_t position;
    std::string_view name;
  };
  static constexpr Parameter known[] = {{"numpy.block", 0, "arrays"},    {"numpy.astype", 0, "x"},
                                        {"numpy.diff", 0, "a"},          {"numpy.delete", 1, "obj"},
                                        {"numpy.trim_zeros", 0, "filt"}, {"numpy.insert", 1, "obj"}};
  return std::ranges::any_of(known, [&](const Parameter& p) {
    return p.function == function && (key.empty() ? p.position == position : p.name == key);
  });
}

// np.block takes lists only: where a tuple stands, or nothing.
static std::string tuple_among_blocks(const Value& v, const std::string& place) {
  if (v.kind == Kind::Tuple || is_long_tuple(v)) return place;
  if (is_list(v)) return tuple_among_blocks(element_of_list(v), place + "[0]");
  if (is_list_display(v))
    for (size_t k = 0; k < v.parts[0].parts.size(); ++k)
      if (std::string at = tuple_among_blocks(v.parts[0].parts[k], place + "[" + std::to_string(k) + "]"); !at.empty())
        return at;
  return "";
}

static Value displays_as_tuples(const Value& v) {
  if (!is_list_display(v) && v.kind != Kind::Tuple) return v;
  Value t = is_list_display(v) ? v.parts[0] : v;
  for (Value& p : t.parts) p = displays_as_tuples(p);
  return t;
}

// Arrays of several ranks or dtypes among the arguments of a function of NumPy's: a call for each.
std::optional<Value> Frame::by_arrays(const std::string& qualified, const Arguments& a) {
  auto is_open = [](const Value& v) {
    return v.kind == Kind::Runtime && v.type.is(TypeKind::Union) &&
           std::ranges::any_of(v.type.elements(), [](Type t) { return t.is_array(); });
  };
  auto is_of_two_dtypes = [](const Value& v) {
    if (!is_union(v)) return false;
    std::span<const Type> arms = v.type.elements();
    return std::ranges::all_of(arms, [](Type t) { return t.is_number(); }) &&
           std::ranges::any_of(arms, [&](Type t) { return t.dtype() != arms[0].dtype(); });
  };
  // Of these a tuple stays one: of numbers that are asked for one by one.
  static constexpr std::string_view tuples[] = {"shape",      "size", "axis",  "axes",      "newshape",
                                                "dimensions", "reps", "shift", "pad_width", "repeats"};
  const ir::PyForm* form = session_.world.library(qualified);
  Arguments b = a;
  std::vector<Value*> places;
  std::vector<std::string> names;
  for (Value& v : b.positional) {
    names.push_back(form && places.size() < form->parameters.size() ? form->parameters[places.size()] : "");
    places.push_back(&v);
  }
  for (auto& [key, v] : b.keywords) names.push_back(key), places.push_back(&v);
  for (size_t k = 0; k < names.size(); ++k) {
    if (std::ranges::find(tuples, names[k]) != std::end(tuples)) continue;
    if (ListNumbers::is_open(*this, *places[k])) *places[k] = as_array(*places[k]);
    if ((k == 0 || names[k] == "fill_value") && is_of_two_dtypes(*places[k]))
      return by_arms(Value(*places[k]), [&](const Value& arm) {
        *places[k] = arm;
        return call_builtin(qualified, b);
      });
    if (places[k]->kind != Kind::Tuple) continue;
    for (Value& part : places[k]->parts) places.push_back(&part);
  }
  auto it = std::ranges::find_if(places, [&](const Value* v) { return is_open(*v); });
  if (it == places.end()) return {};
  return by_arms(Value(**it), [&](const Value& arm) {
    **it = arm;
    return call_builtin(qualified, b);
  });
}

Value Frame::call_builtin(const std::string& qualified, Arguments a) {
  std::string name = qualified.substr(qualified.rfind('.') + 1);
  static const std::set<std::string> of_ints = {"math.gcd",  "math.lcm",  "math.isqrt",
                                                "math.comb", "math.perm", "math.factorial"};
  if (of_ints.contains(qualified))
    for (Value& v : a.positional)  // `n ** k` is a float where k < 0
      if (is_union(v) && v.kind != Kind::Pair)
        v = split(v, [&](const Value& arm) {
          if (is_number(arm) && !ir::is_integer(type_of(arm).dtype()) && !arm.type.is(TypeKind::Bool))
            fail("type-error", {"'" + describe(arm) + "' object cannot be interpreted as an integer"});
          return arm;
        });
  if (qualified.starts_with("aic.prim.") || qualified.starts_with("aic.lib.prim.")) {
    OpCode code;
    if (ir::find_op_by_python_name("aic.prim." + name, code) && ir::record(code).tier == ir::Tier::Runtime)
      return text_op(code, a.positional);
    return prim(name, a);
  }
  if (ir::is_exception_class(name) && (qualified.starts_with("builtins.") || qualified.starts_with("numpy."))) {
    Value e;
    e.kind = Kind::Exception;
    e.text = name;
    e.parts = a.positional;
    return e;
  }
  if (std::optional<Value> v = Contexts::make(*this, qualified, a)) return *v;
  if (qualified == "dataclasses.replace" && a.positional.size() == 1)
    return split(a.positional[0], [&](const Value& x) {
      if (!is_object(x) || !class_of(x).info->is_dataclass) fail("unsupported", {"dataclasses.replace of " + describe(x)});
      return Named::replaced(*this, x, a);
    });
  if ((qualified == "dataclasses.asdict" || qualified == "dataclasses.astuple") && a.positional.size() == 1 &&
      a.keywords.empty())
    return split(a.positional[0], [&](const Value& x) {
      if (!is_object(x) || !class_of(x).info->is_dataclass)
        fail("type-error", {qualified.substr(12) + "() should be called on dataclass instances"});
      return Named::unmade(*this, x, qualified == "dataclasses.asdict");
    });
  if (std::optional<Value> v = numpy_value(qualified, a)) return *v;
  if (std::optional<Value> v = functools_value(qualified, a)) return *v;
  if (qualified.starts_with("builtins.")) return builtin_number(name, a);
  OpCode code;
  if (!in_library()) refuse_bfloat16(qualified, a);
  if (ir::find_op_by_python_name(qualified, code)) return call_record(code, qualified, std::move(a));
  auto operand_of_numpy = [&](const Value& v) {
    return is_row(v) || v.kind == Kind::Range ? as_array(v) : displays_as_tuples(v);
  };
  bool numpy = qualified.starts_with("numpy.") && qualified != "numpy.fromiter";  // that one stores its elements one by one
  if (qualified == "numpy.block" && !in_library() && !a.positional.empty())
    if (std::string at = tuple_among_blocks(a.positional[0], "arrays"); !at.empty())
      fail("type-error", {at + " is a tuple. Only lists can be used to arrange blocks, and np.block does not allow implicit " +
                          "conversion from tuple to ndarray."});
  for (size_t k = 0; k < a.positional.size(); ++k) {
    Value& v = a.positional[k];
    const bool joined = k == 0 && (qualified == "numpy.concatenate" || qualified == "numpy.concat");
    if ((joined || (k == 1 && qualified == "numpy.choose")) && holds_weak_numbers(v))
      fail("unsupported", {"joining " + describe(v)}, "np.array of the list gives an array of one dtype");
    // To NumPy's functions a list display is a tuple: as a list its elements would be of one type.
    // A list that is given a dtype is converted number by number.
    static constexpr std::string_view makers[] = {"numpy.array", "numpy.asarray", "numpy.asanyarray",
                                                  "numpy.ascontiguousarray"};
    bool typed =
        std::ranges::find(makers, std::string_view(qualified)) != std::end(makers) &&
        (a.positional.size() > 1 || std::ranges::any_of(a.keywords, [](const auto& kw) { return kw.first == "dtype"; }));
    // What is written into must be an array: the library says so.
    static constexpr std::string_view writers[] = {"numpy.put",    "numpy.place",         "numpy.putmask",
                                                   "numpy.copyto", "numpy.fill_diagonal", "numpy.put_along_axis"};
    bool target = std::ranges::find(writers, std::string_view(qualified)) != std::end(writers);
    bool parts = k == 0 && is_list(v) && ((joins(qualified) && is_array(element_of_list(v))) || typed || target);
    parts = parts || tells_lists_apart(qualified, v, k, "");
    if (numpy && !parts) v = operand_of_numpy(v);
    if (!numpy) v = real(v, "argument" + std::to_string(k));
  }
  for (auto& [key, v] : a.keywords) {
    if (numpy && key == "out" && (is_list(v) || is_list_display(v)))  // the array made of it would be written into
      fail("unsupported", {"the argument `out` of " + qualified + " that is " + describe(v)});
    if (numpy && !tells_lists_apart(qualified, v, 0, key)) v = operand_of_numpy(v);
  }
  if (numpy)
    if (std::optional<Value> v = by_arrays(qualified, a)) return *v;
  if (const ir::PyForm* form = session_.world.library(qualified)) {
    // `np.argsort(x)[:k]`: the function is told that only so many are wanted.
    if (!form->parameters.empty() && form->parameters.back() == "_first")
      if (std::optional<Value> k = wanted_first(at_)) a.keywords.emplace_back("_first", std::move(*k));
    return call_function(*form, Value{}, std::move(a));
  }
  std::string module = qualified.substr(0, qualified.rfind('.'));
  std::string close = ir::closest(qualified.substr(module.size() + 1), session_.world.known_names(module));
  fail("unknown-function", {qualified}, close.empty() ? "" : "did you mean `" + module + "." + close + "`?");
}

// ---- conversions ----
Value Frame::to_int(const Value& x) {
  if (is_union(x) && has_number(x)) return runtime(Type::integer(), number_of(x));
  if (is_union(x)) return x.kind == Kind::Pair ? to_int(x.parts[0]) : by_arms(x, [&](const Value& arm) { return to_int(arm); });
  Value v = zero_rank_loaded(x);
  if (auto i = known_int(v)) return integer(*i);
  if (is_text(v) || is_bytes(v)) return int_of_text(v, integer(10));
  if (!is_number(v) || ir::is_complex(v.type.dtype())) fail("unsupported-operand", {"int", describe(v)});
  Type t = Type::integer();
  DType d = v.type.dtype();
  if (ir::is_float(d)) return runtime(t, make("check.convert"_op, {as_type(v, Type::floating())}, t));
  if (d == DType::U64) {
    ValueId top = make("const"_op, {}, v.type, {{"value", int64_t(INT64_MAX)}});
    check(make("less_equal"_op, {v.id, top}, Type::boolean()), "OverflowError", "an int beyond 64 bits");
  }
  return runtime(t, as_type(v, t));
}

Value Frame::to_float(const Value& x) {
  if (is_union(x) && has_number(x)) return to_float(runtime(Type::integer(), number_of(x)));
  if (is_union(x) && x.kind != Kind::Pair) return by_arms(x, [&](const Value& arm) { return to_float(arm); });
  Type t = Type::floating();
  if (x.kind == Kind::Pair && !ir::is_complex(x.parts[0].type.dtype())) return runtime(t, as_type(x.parts[0], t));
  Value v = zero_rank_loaded(x);
  if (const std::string* s = known_text(v)) {  // what cannot be written otherwise: float("inf")
    for (auto [name, value] : {std::pair("inf", HUGE_VAL), std::pair("-inf", -HUGE_VAL), std::pair("nan", double(NAN))})
      if (*s == name) return floating(value);
  }
  if ((is_text(v) || is_bytes(v)) && !in_library()) return float_of_text(v);  // math.sqrt("2") is an error
  if (!is_number(v) || ir::is_complex(v.type.dtype())) fail("unsupported-operand", {"float", describe(v)});
  if (v.kind == Kind::Constant && std::holds_alternative<double>(v.literal)) return floating(std::get<double>(v.literal));
  return runtime(t, as_type(v, t));
}

Value Frame::to_complex(const Arguments& a) {
  Type t = Type::complex();
  if (a.positional.empty()) return constant(Complex(0, 0));
  if (a.positional.size() == 1) {
    Value v = zero_rank_loaded(a.positional[0]);
    if (is_text(v)) return call_function(*session_.world.library("complex._of_text"), Value{}, {{v}, {}});
    if (is_union(v) && v.kind != Kind::Pair) return by_arms(v, [&](const Value& arm) { return to_complex({{arm}, {}}); });
    if (!is_number(v)) fail("unsupported-operand", {"complex", describe(v)});
    return runtime(t, as_type(v, t));
  }
  return runtime(t, make("complex"_op, {materialise(to_float(a.positional[0])), materialise(to_float(a.positional[1]))}, t));
}

// ---- builtins ----
Value Frame::builtin_extreme(bool maximum, const Arguments& a) {
  if (!a.keywords.empty()) {
    bool key = false, otherwise = false;
    for (auto& [name, v] : a.keywords) key |= name == "key", otherwise |= name == "default";
    if (a.positional.size() > 1 && !otherwise) return builtin_extreme(maximum, {{tuple(a.positional)}, a.keywords});
    if (a.positional.size() != 1) fail("unsupported", {"keywords of min and max of several values"});
    if (is_array(a.positional[0])) return builtin_extreme(maximum, {{list_from(a.positional[0])}, a.keywords});
    return call_list(std::string(maximum ? "_max" : "_min") + (key ? "_by" : "") + (otherwise ? "_or" : ""), a);
  }
  Values all = a.positional;
  if (all.size() == 1) {
    std::optional<Values> elements = static_elements(all[0]);
    if (!elements) return call_list(maximum ? "_max" : "_min", a);
    if (elements->empty())
      return raise("ValueError", std::string(maximum ? "max" : "min") + "() arg is an empty sequence"), Value{};
    all = *elements;
  }
  if (all.empty()) fail("call-arguments", {std::string(maximum ? "max" : "min") + " expected at least 1 argument, got 0"});
  Value best = all[0];
  for (size_t k = 1; k < all.size(); ++k) {
    // CPython's order: a later one replaces the best so far only if it is beyond it.
    const Value next = all[k];
    Value beyond = truth(compare(maximum ? ">" : "<", next, best));
    if (std::optional<bool> known = known_bool(beyond)) {
      if (*known) best = next;
      continue;
    }
    Type t = type_of(next);
    if (t == type_of(best) && t.is_number()) {
      best = runtime(t, make("select"_op, {beyond.id, materialise(next), materialise(best)}, t));
    } else {
      const Value now = best;
      best = choose(beyond.id, [&] { return next; }, [&] { return now; });
    }
  }
  return best;
}

Value Frame::builtin_round(const Arguments& a) {
  Value v = zero_rank_loaded(a.positional[0]);
  if (is_union(v))
    return by_arms(v, [&](const Value& arm) {
      Arguments all = a;
      all.positional[0] = arm;
      return builtin_round(all);
    });
  bool digits = a.positional.size() > 1 && !is_none(a.positional[1]);
  if (is_array(v) || (is_number(v) && v.type.is(TypeKind::Scalar) && digits)) {
    Arguments all = a;
    return call_builtin("numpy.round", all);
  }
  if (!is_number(v) || ir::is_complex(v.type.dtype())) fail("unsupported-operand", {"round", describe(v)});
  if (!ir::is_float(v.type.dtype())) {
    if (digits)
      return call_function(*session_.world.library("builtins._round_int"), Value{}, {{to_int(v), to_int(a.positional[1])}, {}});
    if (v.type.is(TypeKind::Scalar) || v.type.is(TypeKind::Bool)) return to_int(v);
    return v;
  }
  if (digits) {
    return call_function(*session_.world.library("builtins._round_float"), Value{}, {{v, to_int(a.positional[1])}, {}});
  }
  Type t = Type::floating();
  ValueId whole = make("rint"_op, {as_type(v, t)}, t);
  return runtime(Type::integer(), make("check.convert"_op, {whole}, Type::integer()));
}

Value Frame::sum_of(const Arguments& a) {
  std::optional<Values> elements = static_elements(a.positional[0]);
  Value total = a.positional.size() > 1 ? a.positional[1] : integer(0);
  if (!elements) {
    if (is_array(a.positional[0]) && a.positional.size() == 1 && session_.world.library("builtins.sum"))
      return call_function(*session_.world.library("builtins.sum"), Value{}, a);
    if (!is_array(a.positional[0])) return call_list("_sum", a);
    fail("unsupported-operand", {"sum", describe(a.positional[0])});
  }
  for (const Value& v : *elements) total = binary("+", total, v);
  return total;
}

Value Frame::builtin_number(const std::string& name, const Arguments& given) {
  Arguments a = given;
  static constexpr std::string_view of_numbers[] = {"abs", "int", "float", "complex", "divmod", "pow", "round",
                                                    "ord", "len", "bin",   "oct",     "hex",    "sum", "hash"};
  if (name == "range" || name == "chr")
    for (Value& v : a.positional) v = as_index(v);
  if (std::ranges::find(of_numbers, name) != std::end(of_numbers))
    for (Value& v : a.positional) v = Enums::plain(*this, v);
  const Values& p = a.positional;
  if (std::optional<Value> v = object_builtin(name, a)) return *v;
  if (name == "super") return super_of(a);
  if (name == "getattr" && p.size() == 2 && known_text(p[1])) return attribute(p[0], *known_text(p[1]));
  const bool of_rounds = a.positional.size() == 1 && holds_generator(a.positional[0]);  // asked for nothing before it is read
  if (name == "bytes") return call_bytes(of_rounds ? "_gathered" : "_made", a);
  if (name == "bytearray") return call_bytearray(of_rounds ? "_gathered" : "_made", a);
  auto iterator = [&](Values parts) {
    Value v;
    v.kind = Kind::Iterator;
    v.text = name;
    v.parts = std::move(parts);
    return v;
  };
  auto counts = [&](size_t least, size_t most) {
    if (p.size() < least || p.size() > most)
      fail("call-arguments", {name + "() takes " +
                              (least == most ? std::to_string(least) : std::to_string(least) + " to " + std::to_string(most)) +
                              " arguments but " + std::to_string(p.size()) + " were given"});
  };
  if (name == "enumerate") {
    counts(1, 2);
    Value start = p.size() > 1 ? p[1] : a.keywords.empty() ? integer(0) : a.keywords[0].second;
    return kept_iterator(iterator({iterated(p[0]), start}));
  }
  if (name == "min" || name == "max") return builtin_extreme(name == "max", a);
  if (std::optional<Value> v = builtin_text(name, a)) return *v;
  if (name == "sorted" && !a.keywords.empty()) {
    counts(1, 1);
    return call_list("_sorted", a);
  }
  if (name == "round") {
    counts(1, 2);
    Arguments with = a;
    for (auto& [key, v] : a.keywords) with.positional.push_back(v);
    with.keywords.clear();
    return builtin_round(with);
  }
  if (name == "sum") {
    counts(1, 2);
    return sum_of(a);
  }
  if (name == "zip" && a.keywords.size() == 1 && a.keywords[0].first == "strict" && known_bool(a.keywords[0].second)) {
    Values parts;
    for (const Value& v : p) parts.push_back(iterated(v));
    if (*known_bool(a.keywords[0].second)) return strict_zip(parts);
    return builtin_number(name, {p, {}});
  }
  if (!a.keywords.empty() && name != "dict") fail("unsupported", {"the keyword `" + a.keywords[0].first + "` of " + name});
  if (name == "map" || name == "filter") counts(2, name == "map" ? 64 : 2);
  if (name == "zip" || name == "map" || name == "filter") {
    Values parts = p;
    for (size_t k = name != "zip"; k < parts.size(); ++k) parts[k] = iterated(parts[k]);
    Value made = iterator(parts);
    bool together = name == "zip" ? p.size() > 0 : p.size() > 2;  // a generator among others steps with them
    return together && holds_generator(made) ? iterator_of(made) : kept_iterator(made);
  }
  if (name == "list") {
    counts(0, 1);
    return p.empty() ? list_display({}, "list") : list_from(p[0]);
  }
  if (name == "dict" || name == "set" || name == "frozenset") {
    Arguments all = a;
    for (Value& v : all.positional) v = plain(v);
    return table_from(name, all);
  }
  if (name == "callable") {
    counts(1, 1);
    if (is_representable(p[0])) return boolean(false);
    if (p[0].kind == Kind::Choice) return negation(is_same(p[0], none()));
    return boolean(p[0].kind == Kind::Function || p[0].kind == Kind::Method || p[0].kind == Kind::Entity);
  }
  if (name == "hash") {
    counts(1, 1);
    return *prim_table("hash", a);
  }
  if (name == "sorted" || name == "any" || name == "all") {
    counts(1, 1);
    return call_list("_" + name, a);
  }
  if (name == "reversed") {
    counts(1, 1);
    if (is_object(p[0]) && has_special(p[0], "__len__") && has_special(p[0], "__getitem__"))
      return library_iterator("_reversed_by_index", p[0]);
    return kept_iterator(iterator(p));
  }
  if (name == "len") {
    counts(1, 1);
    return split(p[0], [&](const Value& v) { return length_of(v); });
  }
  if (name == "range" || name == "slice") {
    counts(1, 3);
    Value r;
    bool range = name == "range";
    r.kind = range ? Kind::Range : Kind::Slice;
    Value first = range ? integer(0) : none();
    r.parts = p.size() == 1   ? Values{first, p[0], range ? integer(1) : none()}
              : p.size() == 2 ? Values{p[0], p[1], range ? integer(1) : none()}
                              : p;
    if (!range) return r;
    auto whole = [&](const Value& given) {
      Value v = zero_rank_loaded(given);
      if (v.kind == Kind::Pair) v = v.parts[0];
      if (!is_number(v) || !(ir::is_integer(type_of(v).dtype()) || v.type.is(TypeKind::Bool)))
        fail("not-an-integer", {describe(v), "range"});
      return to_int(v);
    };
    for (Value& v : r.parts) {
      v = is_union(v) && v.kind != Kind::Pair ? split(v, whole) : whole(v);  // `2 ** n` is a float where n < 0
      if (v.kind == Kind::Never) return v;
    }
    if (!known_int(r.parts[2]) || *known_int(r.parts[2]) == 0)
      check(test("not_equal"_op, materialise(r.parts[2]), ints(0)), "ValueError", "range() arg 3 must not be zero");
    return r;
  }
  if (name == "tuple") {
    counts(0, 1);
    return p.empty() ? tuple({}) : tuple_from(p[0]);
  }
  if (name == "iter" && p.size() == 2)
    return iterator_of(call_function(*session_.world.library("builtins._iter_until"), Value{}, a));
  if (name == "iter") {
    counts(1, 1);
    return iterator_of(p[0]);
  }
  if (name == "next") {
    counts(1, 2);
    return next(a);
  }
  if (name == "isinstance") {
    counts(2, 2);
    return isinstance(p[0], p[1]);
  }
  if (name == "bool") {
    counts(0, 1);
    if (p.empty()) return boolean(false);
    Value t = truth(p[0]);
    return known_bool(t) ? t : runtime(Type::boolean(), as_type(t, Type::boolean()));
  }
  if (name == "type") {
    counts(1, 1);
    return type_value(p[0]);
  }
  if (name == "int") {
    counts(0, 2);
    if (p.size() == 2) {
      if (!is_text(p[0]) && !is_bytes(p[0])) fail("unsupported-operand", {"int with a base", describe(p[0])});
      Value base = to_int(p[1]);
      if (!known_int(base) || (*known_int(base) != 0 && (*known_int(base) < 2 || *known_int(base) > 36))) {
        ValueId b = materialise(base);
        ValueId good = either(test("equal"_op, b, ints(0)),
                              both(test("greater_equal"_op, b, ints(2)), test("less_equal"_op, b, ints(36))));
        check(good, "ValueError", "int() base must be >= 2 and <= 36, or 0");
      }
      return int_of_text(p[0], base);
    }
    return p.empty() ? integer(0) : to_int(p[0]);
  }
  if (name == "float") {
    counts(0, 1);
    return p.empty() ? floating(0) : to_float(p[0]);
  }
  if (name == "complex") {
    counts(0, 2);
    return to_complex(a);
  }
  if (name == "abs") {
    counts(1, 1);
    return split(p[0], [&](const Value& x) {
      Value v = zero_rank_loaded(x);
      if (!is_number(v) && !is_array(v)) fail("unsupported-operand", {"abs", describe(v)});
      if (!is_number(v) || !v.type.is_python_number()) return ufunc("absolute"_op, {v});
      if (auto i = known_int(v); i && *i != INT64_MIN) return integer(*i < 0 ? -*i : *i);
      if (v.type.is(TypeKind::Complex))
        return runtime(Type::floating(), make("absolute"_op, {materialise(v)}, Type::floating()));
      if (v.type.is(TypeKind::Float)) return runtime(v.type, make("absolute"_op, {materialise(v)}, v.type));
      Type t = Type::integer();
      return runtime(t, make("check.overflow"_op, {as_type(v, t)}, t, {{"op", std::string("absolute")}}));
    });
  }
  if (name == "divmod") {
    counts(2, 2);
    return tuple({binary("//", p[0], p[1]), binary("%", p[0], p[1])});
  }
  if (name == "pow") {
    counts(2, 3);
    if (p.size() == 3 && !is_none(p[2])) {
      for (const Value& v : p)
        if (!type_of(v).is(TypeKind::Int) && !type_of(v).is(TypeKind::Bool))
          fail("unsupported-operand", {"pow with a modulus", describe(v)});
      return call_function(*session_.world.library("builtins._pow_modulo"), Value{},
                           {{to_int(p[0]), to_int(p[1]), to_int(p[2])}, {}});
    }
    return binary("**", p[0], p[1]);
  }
  if (const ir::PyForm* form = session_.world.library("builtins." + name)) return call_function(*form, Value{}, a);
  fail("unsupported", {"`" + name + "`"});
}

// ---- lengths and elements ----
Value Frame::length_of(const Value& given) {
  if (std::optional<Value> n = special(given, "__len__", {})) return *n;
  const Value v = plain(given);
  if (is_array(v)) {
    if (v.type.rank() == 0) {
      raise("TypeError", "len() of unsized object");
      return Value{};
    }
    return runtime(Type::integer(), extent(v.id, 0));
  }
  if (auto* c = v.kind == Kind::Entity ? std::get_if<ir::ClassEntity>(v.entity.get()) : nullptr)
    if (Enums::is_class(*this, *c)) return integer(int64_t(Enums::all(*this, *c).size()));
  if (has_special(v, "__len__")) return *call_special(v, "__len__", {});
  if (Enums::class_of(*this, v)) fail("unsupported-operand", {"len", describe(v)});
  if (v.kind == Kind::Tuple) return integer(int64_t(v.parts.size()));
  if (is_row(v) || is_bytearray(v)) return runtime(Type::integer(), list_length(v));
  if (is_table(v)) return runtime(Type::integer(), table_count(v));
  if (is_table_view(v)) return length_of(v.parts[0]);
  if (is_text(v) || is_bytes(v)) return text_length(v);
  if (v.kind == Kind::Range) {
    // max(0, ceil((stop - start) / step)) = max(0, -((start - stop) // step)) for either sign of step.
    Value n = unary("-", binary("//", binary("-", v.parts[0], v.parts[1]), v.parts[2]));
    return builtin_extreme(true, {{n, integer(0)}, {}});
  }
  if (v.kind == Kind::Iterator) {
    if (std::optional<Value> n = count_of(v)) return *n;
    if (v.text == "list") return length_of(v.parts[0]);
    if (v.text == "columns") return v.parts.size() > 1 ? v.parts[1] : call_list("_shortest", {{v.parts[0]}, {}});
    if (v.text == "enumerate" || v.text == "reversed" || v.text == "filter") return length_of(v.parts[v.text == "filter"]);
    if ((v.text == "zip" && !v.parts.empty()) || v.text == "map") {
      size_t first = v.text == "map";
      Value n = length_of(v.parts[first]);
      for (size_t k = first + 1; k < v.parts.size(); ++k) n = builtin_extreme(false, {{n, length_of(v.parts[k])}, {}});
      return n;
    }
  }
  fail("not-iterable", {describe(v)}, type_of(v).is(TypeKind::Int) ? "write `range(...)` to count" : "");
}

// Element i of what is iterated; i is in range.
Value Frame::element_of(const Value& v, ValueId i) {
  if (is_array(v)) {
    ValueId index = make("assume.index"_op, {i, extent(v.id, 0)}, Type::integer());
    return get_array(v, index_parts(v, runtime(Type::integer(), index)));
  }
  Value at = runtime(Type::integer(), i);
  if (std::optional<Value> x = numbered_element(v, i)) return *x;
  if (is_text(v)) return text_op("str.char"_op, {v, at});
  if (is_bytes(v)) return text_op("str.at"_op, {v, at});
  if (v.kind == Kind::Range) return binary("+", v.parts[0], binary("*", at, v.parts[2]));
  if (v.kind == Kind::Iterator) {
    if (v.text == "enumerate") return tuple({binary("+", at, v.parts[1]), element_of(v.parts[0], i)});
    if (v.text == "reversed") {
      Value last = v.parts.size() > 1 ? v.parts[1] : binary("-", length_of(v.parts[0]), integer(1));
      return element_of(v.parts[0], materialise(binary("-", last, at)));
    }
    if (v.text == "filter") return element_of(v.parts[1], i);
    if (v.text == "columns") return call_list("_column", {{v.parts[0], at}, {}});
    if (v.text == "map") {
      Arguments a;
      for (size_t k = 1; k < v.parts.size(); ++k) a.positional.push_back(element_of(v.parts[k], i));
      return Caught::call_of_iterator(*this, v.parts[0], std::move(a.positional));
    }
    if (v.text == "zip") {
      Values row;
      for (const Value& p : v.parts) row.push_back(element_of(p, i));
      return tuple(std::move(row));
    }
  }
  if (v.kind == Kind::Tuple) return get_tuple(v, at);
  if (is_row(v) || is_bytearray(v)) return take(v, make("assume.index"_op, {i, list_length(v)}, Type::integer()));
  fail("not-iterable", {describe(v)});
}

}  // namespace aic::typeinfer
