// Python's operators: which of them a pair of operands means. Numbers of Python's own are in python_numbers.cpp, anything
// with a NumPy scalar or array among the operands is a ufunc (ufuncs.cpp), unions go arm by arm.
#include <algorithm>
#include <functional>

#include "typeinfer/caught.h"
#include "typeinfer/enums.h"

namespace aic::typeinfer {

static bool is_python_number(const Value& v) { return is_number(v) && v.type.is_python_number(); }
static bool is_numpy(const Value& v) {
  return v.kind == Kind::Runtime ? v.type.is_array() || v.type.is(TypeKind::Scalar)
                                 : v.kind == Kind::Entity && std::holds_alternative<ir::NumpyConstant>(*v.entity);
}
// complex ∘ np.float64 is Python's: np.float64 is a subclass of float, which complex.__add__ and its kin take before NumPy is
// asked.
static bool is_complex_with_float64(const Value& x, const Value& y) {
  return is_python_number(x) && x.type.is(TypeKind::Complex) && is_numpy(y) && type_of(y) == Type::scalar(DType::F64);
}
static bool is_operand(const Value& v) { return is_number(v) || is_numpy(v) || wide_int(v); }

void Frame::wrong_operands(const std::string& op, const Value& x, const Value& y) {
  std::string left = name_of(py_.op(at_).operands[0]), label;
  if (!left.empty()) label = "`" + left + "` is " + describe(x);
  if (py_.op(at_).operands.size() > 1) {
    std::string right = name_of(py_.op(at_).operands[1]);
    if (!right.empty() && right != left) label += (label.empty() ? "`" : ", `") + right + "` is " + describe(y);
  }
  fail("unsupported-operands", {op, describe(x), describe(y)}, label);
}

// Methods of the library tell: `__add__` of two of one class, `__mul__` of one and a number, `__iadd__` of one and anything.
std::optional<Value> Frame::binary_of_collections(const std::string& op, const Value& x, const Value& y, bool in_place) {
  static const std::pair<const char*, const char*> names[] = {
      {"+", "add__"}, {"-", "sub__"}, {"|", "or__"}, {"&", "and__"}, {"*", "mul__"}};
  for (auto [sign, name] : names) {
    if (op != sign) continue;
    bool alike = is_collection(y) && y.text == x.text;
    if (in_place && session_.world.library(x.text + "___i" + name)) {
      if (x.text == "collections._Counter" && !alike) wrong_operands(op + "=", x, y);
      special(x, std::string("__i") + name, {x.text == "collections._Counter" ? y.parts[0] : y});
      return x;
    }
    if (alike) return special(x, std::string("__") + name, {y.parts[0]});
    if ((op == "*" && is_number(y)) || (op == "|" && is_table(y))) return special(x, std::string("__") + name, {y});
  }
  return {};
}

// `p + q` of an instance of NumPy's or SciPy's classes: `__add__` of its class or `__radd__` of the other's. An operand of the
// same class is its state, anything else as it is.
static std::optional<Value> binary_of_instances(const std::string& op, const Value& x, const Value& y,
                                                const std::function<std::optional<Value>(const std::string&, Values)>& call) {
  static const std::pair<const char*, const char*> names[] = {{"+", "add__"},     {"-", "sub__"},    {"*", "mul__"},
                                                              {"/", "truediv__"}, {"@", "matmul__"}, {"**", "pow__"}};
  auto asked = [&](const Value& of, const Value& other, const std::string& name) -> std::optional<Value> {
    if (!is_library_instance(of) || is_collection(of)) return {};
    bool alike = is_library_instance(other) && other.text == of.text;
    return call(of.text + name, {of.parts[0], alike ? other.parts[0] : other});
  };
  for (auto [sign, name] : names) {
    if (op != sign) continue;
    if (std::optional<Value> r = asked(x, y, std::string("___") + name)) return r;
    return asked(y, x, std::string("___r") + name);
  }
  return {};
}

Value Frame::binary(const std::string& op, const Value& x, const Value& y, bool in_place) {
  if (is_collection(x))
    if (std::optional<Value> r = binary_of_collections(op, x, y, in_place)) return *r;
  if (is_library_instance(x) || is_library_instance(y)) {
    auto call = [&](const std::string& function, Values operands) -> std::optional<Value> {
      if (!session_.world.library(function)) return {};
      return call_builtin(function, {std::move(operands), {}});
    };
    if (std::optional<Value> r = binary_of_instances(op, x, y, call)) return *r;
  }
  if ((is_object(x) && !is_union(y)) || (is_object(y) && !is_union(x))) return object_binary(op, x, y, in_place);
  auto has_class = [](const Value& v) { return v.kind == Kind::Member || (v.kind == Kind::Tuple && !v.text.empty()); };
  if ((has_class(x) || has_class(y)) && !(op == "%" && (is_text(x) || is_bytes(x)))) {
    if (has_operator(op, x, y)) return object_binary(op, x, y, in_place);
    Value left = Enums::plain(*this, x), right = Enums::plain(*this, y);
    if (left.kind != x.kind || right.kind != y.kind) return binary(op, left, right);
    if (Enums::class_of(*this, x) || Enums::class_of(*this, y)) wrong_operands(op, x, y);
  }
  if (op == "*" && is_list_display(x) && known_int(y) && *known_int(y) <= 64 &&
      std::ranges::any_of(x.parts[0].parts, is_stateful)) {
    Value many = x;  // one iterator, so many times
    for (int64_t k = 1; k < std::max<int64_t>(*known_int(y), 1); ++k)
      many.parts[0].parts.insert(many.parts[0].parts.end(), x.parts[0].parts.begin(), x.parts[0].parts.end());
    if (*known_int(y) > 0) return many;
  }
  if (is_array(x) && is_array_like(y)) return binary(op, x, as_array(y));
  if (is_array(y) && is_array_like(x)) return binary(op, as_array(x), y);
  if (op == "@") {
    if (!is_array(x) || !is_array(y)) {
      if (!is_union(x) && !is_union(y)) wrong_operands(op, x, y);
    } else {
      const ir::PyForm* form = session_.world.library("numpy.matmul");
      if (!form) fail("unknown-function", {"numpy.matmul", ""});
      return call_function(*form, Value{}, {{x, y}, {}});
    }
  }
  if (std::optional<Value> v = folded(op, x, y)) return *v;
  if (is_union(x) || is_union(y)) {
    if (std::optional<Value> v = pair_binary(op, x, y)) return *v;
    if (std::optional<Value> v = number_arithmetic(op, x, y)) return *v;
    return split(x, [&](const Value& a) { return split(y, [&](const Value& b) { return binary(op, a, b, in_place); }); });
  }
  if (wide_int(x) || wide_int(y))
    if (std::optional<Value> v = wide_binary(op, x, y)) return *v;
  if (is_python_number(x) && is_python_number(y)) return python_binary(op, x, y);
  if (is_complex_with_float64(x, y) && op != "//" && op != "%")
    return python_binary(op, x, runtime(Type::floating(), as_type(y, Type::floating())));
  if (is_operand(x) && is_operand(y)) {
    OpCode code;
    AIC_CHECK(ir::find_op_by_python_name(op, code), op);
    // NumPy's operator squares: an array of bools gives int8 then, which np.power does not.
    if (op == "**" && is_array(x) && x.type.dtype() == DType::Bool && y.type.is(TypeKind::Int) && known_int(y) == 2)
      return ufunc("square"_op, {x});
    return ufunc(code, {x, y}, true);
  }
  return sequence_binary(op, x, y);
}

static bool is_numpy_int(const Value& v) {
  return is_number(v) && v.type.is(TypeKind::Scalar) && ir::is_integer(v.type.dtype());
}

Value Frame::sequence_binary(const std::string& op, const Value& x, const Value& y) {
  if (op == "*" && is_numpy_int(y)) return sequence_binary(op, x, to_int(y));
  if (op == "*" && is_numpy_int(x)) return sequence_binary(op, to_int(x), y);
  if (std::optional<Value> v = list_binary(op, x, y, false)) return *v;
  if (std::optional<Value> v = table_binary(op, x, y, false)) return *v;
  if (std::optional<Value> v = long_tuple_binary(op, x, y)) return *v;
  if (op == "+" && x.kind == Kind::Tuple && y.kind == Kind::Tuple) {
    Values parts = x.parts;
    parts.insert(parts.end(), y.parts.begin(), y.parts.end());
    return tuple(std::move(parts));
  }
  if (std::optional<Value> v = bytes_binary(op, x, y, false)) return *v;
  if (is_text(x) || (is_text(y) && op == "*")) return text_binary(op, x, y);
  if (op == "*" && (x.kind == Kind::Tuple || y.kind == Kind::Tuple)) {
    bool left = x.kind == Kind::Tuple;
    const Value &s = left ? x : y, &n = left ? y : x;
    if (!type_of(n).is(TypeKind::Int) && !type_of(n).is(TypeKind::Bool)) wrong_operands(op, x, y);
    int64_t count = std::max<int64_t>(0, need_int(n, "how often a tuple is repeated"));
    if (count > 4096) fail("needs-literal", {"how often a tuple is repeated", describe(n)});
    Values parts;
    for (int64_t k = 0; k < count; ++k) parts.insert(parts.end(), s.parts.begin(), s.parts.end());
    return tuple(std::move(parts));
  }
  wrong_operands(op, x, y);
}

// ---- unary ----
Value Frame::unary(const std::string& op, const Value& x) {
  if (x.kind == Kind::Member || (x.kind == Kind::Tuple && !x.text.empty())) {
    const char* name = op == "-" ? "__neg__" : op == "+" ? "__pos__" : "__invert__";
    if (has_special(x, name)) return object_unary(op, x);
    if (Value number = Enums::plain(*this, x); number.kind != x.kind) return unary(op, number);
  }
  if (op == "-" && is_library_instance(x))
    if (std::optional<Value> v = special(x, "__neg__", {})) return *v;
  if (is_union(x)) {
    if (x.kind == Kind::Pair && op == "-" && x.parts[0].type.dtype() == DType::F64) {  // the same on both sides
      Value r = x;
      r.parts[0].id = make("negative"_op, {x.parts[0].id}, x.parts[0].type);
      bool int_arm = std::find(x.type.elements().begin(), x.type.elements().end(), Type::integer()) != x.type.elements().end();
      if (!int_arm) return r;  // -0 is an int 0, but -0.0
    }
    return by_arms(x, [&](const Value& arm) { return unary(op, arm); });
  }
  if (is_object(x)) return object_unary(op, x);
  if (is_collection(x))
    if (std::optional<Value> r = special(x, op == "-" ? "__neg__" : op == "+" ? "__pos__" : "__invert__", {})) return *r;
  if (is_numpy(x)) {
    OpCode code;
    AIC_CHECK(ir::find_op_by_python_name("unary" + op, code));
    return ufunc(code, {x}, true);
  }
  if (!is_python_number(x) || (op == "~" && !known_int(x) && type_of(x).dtype() > DType::U64)) {
    std::string name = name_of(py_.op(at_).operands[0]);
    fail("unsupported-operand", {op, describe(x)}, name.empty() ? "" : "`" + name + "` is " + describe(x));
  }
  if (std::optional<int64_t> i = known_int(x)) {
    if (op == "~") return integer(~*i);
    if (op == "+") return integer(*i);
    if (*i != INT64_MIN) return integer(-*i);
  }
  if (x.kind == Kind::Constant) {
    if (auto* d = std::get_if<double>(&x.literal)) return floating(op == "-" ? -*d : *d);
    if (auto* z = std::get_if<Complex>(&x.literal)) return constant(op == "-" ? -*z : *z);
  }
  Type t = x.type.is(TypeKind::Bool) ? Type::integer() : x.type;
  ValueId id = as_type(x, t);
  if (op == "+") return runtime(t, id);
  if (op == "~") return runtime(t, make("invert"_op, {id}, t));
  if (t.is(TypeKind::Int)) return runtime(t, make("check.overflow"_op, {id}, t, {{"op", std::string("negative")}}));
  return runtime(t, make("negative"_op, {id}, t));
}

// ---- comparisons ----
static bool is_dtype(const Value& v) { return v.kind == Kind::Entity && std::holds_alternative<ir::DTypeEntity>(*v.entity); }
static bool is_dtype_instance(const Value& v) { return is_dtype(v) && std::get<ir::DTypeEntity>(*v.entity).instance; }

// One of several dtypes, as of an array that is real or complex: 'dtype == complex' is more than being the same.
static bool is_choice_of_dtypes(const Value& v) {
  return v.kind == Kind::Choice && std::any_of(v.parts.begin() + 1, v.parts.end(), is_dtype);
}

Value Frame::compare(const std::string& op, const Value& x, const Value& y) {
  auto has_class = [](const Value& v) { return v.kind == Kind::Member || (v.kind == Kind::Tuple && !v.text.empty()); };
  if ((has_class(x) || has_class(y)) && op != "in" && op != "not in") {
    const bool identity = op == "is" || op == "is not", one_of = is_union(x) || is_union(y);
    if (identity && one_of && (x.kind == Kind::Member || y.kind == Kind::Member))
      return split(x, [&](const Value& a) { return split(y, [&](const Value& b) { return compare(op, a, b); }); });
    if (!identity && !one_of && has_operator(op, x, y)) return object_compare(op, x, y);
    if (std::optional<Value> v = Enums::compare(*this, op, x, y)) return *v;
  }
  if ((op == "==" || op == "!=") && (x.kind == Kind::Exception || y.kind == Kind::Exception)) {  // by identity
    Value a = is_caught(x) ? Caught::as_object(*this, x) : x, b = is_caught(y) ? Caught::as_object(*this, y) : y;
    if (a.kind != Kind::Exception && b.kind != Kind::Exception) return compare(op, a, b);
    return compare(op == "==" ? "is" : "is not", a, b);
  }
  if (op == "is" || op == "is not") {
    Value same = is_same(x, y);
    return op == "is" ? same : negation(same);
  }
  if (op == "in" || op == "not in") {
    Value found = contains(x, y);
    return op == "in" ? found : negation(found);
  }
  auto single = [](const Value& v) { return v.kind == Kind::Choice && v.parts.size() == 2 ? v.parts[1] : v; };
  if (is_collection(single(x)) || is_collection(single(y))) return compare_collections(op, single(x), single(y));
  if ((is_object(x) && !is_union(y)) || (is_object(y) && !is_union(x))) return object_compare(op, x, y);
  if (is_array(x) && is_array_like(y)) return compare(op, x, as_array(y));
  if (is_array(y) && is_array_like(x)) return compare(op, as_array(x), y);
  if (std::optional<Value> v = folded(op, x, y)) return *v;
  if (is_union(x) || is_union(y) || is_choice_of_dtypes(x) || is_choice_of_dtypes(y)) {
    if (std::optional<Value> v = pair_binary(op, x, y)) return *v;
    if (std::optional<Value> v = compare_numbers(op, x, y)) return *v;
    return split(x, [&](const Value& a) { return split(y, [&](const Value& b) { return compare(op, a, b); }); });
  }
  if (wide_int(x) || wide_int(y))
    if (std::optional<Value> v = wide_compare(op, x, y)) return *v;
  if (is_python_number(x) && is_python_number(y)) return python_compare(op, x, y);
  if (is_complex_with_float64(x, y) && (op == "==" || op == "!="))
    return python_compare(op, x, runtime(Type::floating(), as_type(y, Type::floating())));
  if (is_operand(x) && is_operand(y)) {
    OpCode code;
    AIC_CHECK(ir::find_op_by_python_name(op, code), op);
    return ufunc(code, {x, y});
  }
  if (is_text(x) && is_text(y)) return text_compare(op, x, y);
  if (std::optional<Value> v = bytes_compare(op, x, y)) return *v;
  if ((x.kind == Kind::Choice || y.kind == Kind::Choice) && (op == "==" || op == "!="))
    return op == "==" ? is_same_function(x, y) : negation(is_same_function(x, y));
  if (x.kind == Kind::Tuple && y.kind == Kind::Tuple) return compare_tuples(op, x, y);
  if (x.kind == Kind::Slice && y.kind == Kind::Slice) return compare_tuples(op, tuple(x.parts), tuple(y.parts));
  if (x.kind == Kind::Range && y.kind == Kind::Range && (op == "==" || op == "!=")) {
    Value same = call_builtin("builtins._range_equal", {{tuple(x.parts), tuple(y.parts)}, {}});
    return op == "==" ? same : negation(same);
  }
  if (std::optional<Value> v = list_compare(op, x, y)) return *v;
  if (std::optional<Value> v = table_compare(op, x, y)) return *v;
  if (op == "==" || op == "!=") {
    bool equality = op == "==";
    // `a.dtype == float` is true where `np.float64 == float`, of two classes, is not.
    if (is_dtype_instance(x) || is_dtype_instance(y)) {
      const Value& other = is_dtype_instance(x) ? y : x;
      if (dtype_class(other)) return boolean((dtype_class(x) == dtype_class(y)) == equality);
      if (other.kind == Kind::Constant || other.kind == Kind::Entity)
        fail("unsupported", {"comparing a dtype with " + describe(other)});
    }
    if (is_none(x) || is_none(y)) {
      if (is_array(x) || is_array(y)) fail("unsupported-operands", {op, describe(x), describe(y)});
      return boolean((is_none(x) && is_none(y)) == equality);
    }
    if ((x.kind == Kind::Iterator && x.text == "type") || (y.kind == Kind::Iterator && y.text == "type"))
      return compare(equality ? "is" : "is not", x, y);
    bool compile_time = !is_representable(x) && !is_representable(y);
    if (compile_time) return boolean((key(x) == key(y)) == equality);
    auto sort = [&](const Value& v) {
      return is_list_like(v)                  ? 5
             : is_table(v)                    ? (v.type.flavour() == "dict" ? 6 : 7)
             : v.kind == Kind::Tuple          ? 1
             : v.kind == Kind::Slice          ? 9
             : v.kind == Kind::Range          ? 10
             : is_long_tuple(v)               ? 1
             : is_operand(v)                  ? 2
             : is_text(v)                     ? 3
             : is_bytes(v) || is_bytearray(v) ? 8
                                              : 4;
    };
    if (sort(x) != sort(y) && !is_array(x) && !is_array(y)) return boolean(!equality);
  }
  wrong_operands(op, x, y);
}

// What is not compared where what stands before it differs.
static bool is_costly(const Value& v) { return is_object(v) || is_union(v) || is_list(v) || is_table(v) || is_long_tuple(v); }

// Functions that captured something, `(time, number, callback)`: what stands before them nearly always decides.
static bool asks_identity(const Value& x, const Value& y) {
  std::vector<Type> captured;
  if (!is_choosable(x) && x.kind != Kind::Choice) return false;
  if (!is_choosable(y) && y.kind != Kind::Choice) return false;
  if (is_none(x) || is_none(y)) return false;
  leaf_types(x, captured), leaf_types(y, captured);
  return captured.size() > size_t((x.kind == Kind::Choice) + (y.kind == Kind::Choice));
}

// Nested functions that captured other numbers or texts are surely not the same one: they have no order.
void Frame::raise_if_not_one(const std::string& op, const Value& x, const Value& y) {
  if (x.kind == Kind::Choice && y.kind == Kind::Choice && x.parts.size() == 2 && y.parts.size() == 2)
    return raise_if_not_one(op, x.parts[1], y.parts[1]);
  if (x.kind != Kind::Function || y.kind != Kind::Function || x.form != y.form) return;
  for (const auto& of : {&Value::parts, &Value::defaults})
    for (size_t k = 0; k < std::min((x.*of).size(), (y.*of).size()); ++k) {
      const Value &mine = (x.*of)[k], &theirs = (y.*of)[k];
      if (!(is_number(mine) || is_text(mine)) || !(is_number(theirs) || is_text(theirs))) continue;
      const Value differ = truth(compare("!=", mine, theirs));
      if (known_bool(differ) == false) continue;
      when(as_type(differ, Type::boolean()),
           [&] { raise("TypeError", "'" + op + "' not supported between instances of 'function' and 'function'"); });
    }
}

Value Frame::compare_tuples(const std::string& op, const Value& x, const Value& y) {
  size_t n = std::min(x.parts.size(), y.parts.size());
  if (op == "==" || op == "!=") {
    if (x.parts.size() != y.parts.size()) return boolean(op == "!=");
    Value all = boolean(true);
    for (size_t k = 0; k < n; ++k) {
      if (!known_bool(all) && is_costly(x.parts[k]) && is_costly(y.parts[k])) {
        auto rest = [&](const Value& v) { return tuple({v.parts.begin() + int64_t(k), v.parts.end()}); };
        all = choose(all.id, [&] { return compare_tuples("==", rest(x), rest(y)); }, [] { return boolean(false); });
        return op == "==" || all.kind == Kind::Never ? all : negation(all);
      }
      Value e = truth(compare("==", x.parts[k], y.parts[k]));
      if (e.kind == Kind::Never) return e;
      if (known_bool(e) == true) continue;
      if (known_bool(e) == false) return boolean(op == "!=");
      ValueId bit = as_type(e, Type::boolean());
      all = runtime(Type::boolean(), known_bool(all) ? bit : both(all.id, bit));
    }
    return op == "==" ? all : negation(all);
  }
  // The first unequal pair decides; if there is none, the lengths do.
  std::function<Value(size_t)> from = [&](size_t k) -> Value {
    if (k < n && asks_identity(x.parts[k], y.parts[k])) {
      raise_if_not_one(op, x.parts[k], y.parts[k]);
      raise("NotImplementedError", "comparing tuples by functions that captured something: which are one is not known");
      return Value{};
    }
    if (k == n) return compare(op, integer(int64_t(x.parts.size())), integer(int64_t(y.parts.size())));
    Value equal = truth(compare("==", x.parts[k], y.parts[k]));
    if (std::optional<bool> known = known_bool(equal)) return *known ? from(k + 1) : compare(op, x.parts[k], y.parts[k]);
    return choose(equal.id, [&] { return from(k + 1); }, [&] { return truth(compare(op, x.parts[k], y.parts[k])); });
  };
  return from(0);
}

Value Frame::is_same(const Value& x, const Value& y) {
  for (const auto& [t, other] : {std::pair(&x, &y), std::pair(&y, &x)}) {
    if (t->kind == Kind::Iterator && t->text == "base") return base_is(t->parts[0], *other);
    if (t->kind == Kind::Iterator && t->text == "type" && is_caught(t->parts[0])) {
      if (is_none(*other)) return boolean(false);
      if (other->kind != Kind::Entity) fail("unsupported", {"comparing the class of an exception with " + describe(*other)});
      return Caught::is_exactly(*this, t->parts[0], *other);
    }
    if (is_caught(*t) && Caught::is_object(*this, *other)) {
      Value o = Caught::as_object(*this, *t);
      if (is_caught(o))
        fail("unsupported", {"asking whether an exception that may be of a builtin class is " + describe(*other)});
      return is_same(o, *other);
    }
    if (is_caught(*t) && is_none(*other)) return runtime(Type::boolean(), Caught::is_none(*this, *t));
    if (t->kind == Kind::Exception && other->kind == Kind::Exception && !(is_caught(*t) && is_caught(*other)))
      fail("unsupported", {"asking whether " + describe(*t) + " is " + describe(*other)});
    if (is_caught(*t) && !is_caught(*other)) {
      if (!is_union(*other)) return boolean(false);
      return by_arms(*other, [&](const Value& arm) { return is_same(*t, arm); });
    }
    if (is_caught(*t) && is_caught(*other))
      return runtime(Type::boolean(), make("same"_op, {t->parts[0].id, other->parts[0].id}, Type::boolean()));
  }
  for (const Value* t : {&x, &y})
    if (t->kind == Kind::Iterator && t->text == "type")
      return by_arms(t->parts[0],
                     [&](const Value& arm) { return t == &x ? is_same(type_value(arm), y) : is_same(x, type_value(arm)); });
  if (is_none(x) && !is_none(y)) return is_same(y, x);
  if (is_collection(x) && is_collection(y)) {
    if (x.text != y.text) return boolean(false);
    return is_same(x.parts[0].parts[0], y.parts[0].parts[0]);
  }
  if (x.kind == Kind::Choice || y.kind == Kind::Choice) return is_same_function(x, y);
  auto may_be_object = [](const Value& v) {
    if (v.kind != Kind::Runtime) return false;
    if (!v.type.is(TypeKind::Union)) return v.type.is_list();
    return std::ranges::any_of(v.type.elements(), [](Type t) { return t.is_list(); });
  };
  if (!is_none(y) && (is_union(x) || is_union(y)) && may_be_object(x) && may_be_object(y))
    return split(x, [&](const Value& a) { return split(y, [&](const Value& b) { return is_same(a, b); }); });
  if (is_none(y)) {
    if (is_none(x)) return boolean(true);
    if (x.kind != Kind::Runtime || !x.type.is(TypeKind::Union)) return boolean(false);
    int arm = ir::arm_index(x.type, Type::none());
    if (arm < 0) return boolean(false);
    ValueId tag = make("union.tag"_op, {x.id}, Type::integer());
    return runtime(Type::boolean(), test("equal"_op, tag, ints(arm)));
  }
  if ((is_array(x) && is_array(y)) || (is_bytearray(x) && is_bytearray(y)) ||
      (is_row(x) && is_row(y) && type_of(x) == type_of(y)) || (is_table(x) && is_table(y) && type_of(x) == type_of(y)) ||
      (is_object(x) && type_of(x) == type_of(y))) {
    if (x.id == y.id) return boolean(true);
    // A view or a birth is an object of its own, and no parameter.
    auto is_made_here = [&](OpId def) {
      return def && (ir::record(out_.op(def).code).traits & (ir::View | ir::Birth)) && !out_.int_attr(def, "same");
    };
    auto is_parameter = [&](const Value& v) { return out_.value(v.id).region == out_.body(); };
    OpId a = out_.defining_op(x.id), b = out_.defining_op(y.id);
    if ((is_made_here(a) && (is_made_here(b) || is_parameter(y))) || (is_made_here(b) && is_parameter(x)))
      return boolean(false);
    return runtime(Type::boolean(), make("same"_op, {x.id, y.id}, Type::boolean()));
  }
  if (!is_representable(x) || !is_representable(y)) return boolean(key(x) == key(y));
  Type a = type_of(x), b = type_of(y);
  if (a.is(TypeKind::Bool) && b.is(TypeKind::Bool)) return compare("==", x, y);
  if (!is_union(x) && !is_union(y) && a != b) return boolean(false);
  if ((is_union(x) && b.is(TypeKind::Bool)) || (is_union(y) && a.is(TypeKind::Bool)))
    return split(x, [&](const Value& p) { return split(y, [&](const Value& q) { return is_same(p, q); }); });
  fail("unsupported-operands", {"is", describe(x), describe(y)});
}

Value Frame::contains(const Value& x, const Value& given) {
  if (std::optional<Value> found = special(given, "__contains__", {x})) return *found;
  const Value container = plain(given);
  if (is_list_display(container)) return contains(x, container.parts[0]);
  if (is_union(container)) return by_arms(container, [&](const Value& arm) { return contains(x, arm); });
  if (is_object(container) || has_special(container, "__contains__")) return object_contains(x, container);
  if (auto* c = container.kind == Kind::Entity ? std::get_if<ir::ClassEntity>(container.entity.get()) : nullptr)
    if (Enums::is_class(*this, *c)) {
      Class* own = Enums::class_of(*this, x);
      if (own) return boolean(own->entity.key == c->key);
      if (is_representable(x) && !is_union(x)) fail("unsupported", {"asking for " + describe(x) + " in an enumeration"});
    }
  if (is_table(container)) return runtime(Type::boolean(), test("greater_equal"_op, find_place(container, x), ints(0)));
  if (is_table_view(container)) {
    if (container.text == "keys") return contains(x, container.parts[0]);
    return call_table("dict", container.text == "values" ? "_contains_value" : "_contains_item", {{container.parts[0], x}, {}});
  }
  if (is_stateful(container)) return call_list("_contains", {{container, x}, {}});
  if (is_row(container)) return call_list("_contains", {{container, x}, {}});
  if (container.kind == Kind::Tuple) {
    Value found = boolean(false);
    for (const Value& p : container.parts) {
      Value e = truth(compare("==", p, x));
      if (known_bool(e) == true) return e;
      if (known_bool(e) == false) continue;
      ValueId bit = as_type(e, Type::boolean());
      found = runtime(Type::boolean(), known_bool(found) ? bit : either(found.id, bit));
    }
    return found;
  }
  if (container.kind == Kind::Range && type_of(x).is(TypeKind::Int)) {
    std::optional<int64_t> step = known_int(container.parts[2]);
    if (step == 1) {
      ValueId i = materialise(x), low = as_type(container.parts[0], Type::integer()),
              high = as_type(container.parts[1], Type::integer());
      return runtime(Type::boolean(), both(test("greater_equal"_op, i, low), test("less"_op, i, high)));
    }
    Values all = container.parts;
    all.push_back(x);
    return call_builtin("builtins._range_contains", {all, {}});
  }
  if (is_array(container) && container.type.rank() > 0 && (is_number(x) || is_array(x))) return array_contains(x, container);
  if (is_bytearray(container)) return call_bytearray("_contains", {{container, x}, {}});
  if (is_bytes(container)) return call_bytes("_contains", {{container, x}, {}});
  if (is_text(x) && is_text(container)) {
    if (known_text(x) && known_text(container))
      return boolean(known_text(container)->find(*known_text(x)) != std::string::npos);
    return compare(">=", text_op("str.find"_op, {container, x, integer(0), text_length(container)}), integer(0));
  }
  wrong_operands("in", x, container);
}

// ---- truth ----
Value Frame::truth(const Value& given) {
  if (std::optional<Value> n = special(given, "__len__", {})) return truth(*n);
  const Value v = is_collection(given) ? plain(given) : given;
  if (v.kind == Kind::Conflict) fail("conflict", {"a condition", v.text});
  if (has_special(v, "__bool__") || has_special(v, "__len__")) return object_truth(v);
  if (Enums::class_of(*this, v)) {
    Value number = Enums::plain(*this, v);
    return number.kind == v.kind ? boolean(true) : truth(number);
  }
  if (v.kind == Kind::Tuple) return boolean(!v.parts.empty());
  if (is_list_display(v)) return truth(v.parts[0]);
  if (is_object(v)) return object_truth(v);
  if (is_row(v) || is_bytearray(v)) return runtime(Type::boolean(), test("not_equal"_op, list_length(v), ints(0)));
  if (is_table(v)) return runtime(Type::boolean(), test("not_equal"_op, table_count(v), ints(0)));
  if (is_table_view(v)) return truth(v.parts[0]);
  if (v.kind == Kind::Pair) return truth(v.parts[0]);
  if (is_union(v) && has_number(v)) return truth(runtime(Type::integer(), number_of(v)));
  if (is_union(v) || v.kind == Kind::Choice) return by_arms(v, [&](const Value& arm) { return truth(arm); });
  if (is_none(v)) return boolean(false);
  if (v.kind == Kind::Constant) {
    if (auto* s = std::get_if<std::string>(&v.literal)) return boolean(!s->empty());
    if (auto i = known_int(v)) return boolean(*i != 0);
    if (auto* d = std::get_if<double>(&v.literal)) return boolean(*d != 0);
    return boolean(std::get<Complex>(v.literal) != 0.0);
  }
  if (v.kind == Kind::Range) return truth(length_of(v));
  if (v.kind == Kind::Entity && std::holds_alternative<ir::NumpyConstant>(*v.entity)) {
    Type t = std::get<ir::NumpyConstant>(*v.entity).type;
    return truth(runtime(t, materialise(v)));
  }
  if (is_caught(v)) return runtime(Type::boolean(), inverse(Caught::is_none(*this, v)));
  if (v.kind != Kind::Runtime) return boolean(true);  // functions, modules, …
  if (v.type.is_array()) {
    if (v.type.rank() != 0) return array_truth(v);
    return truth(zero_rank_loaded(v));
  }
  if (v.type.is(TypeKind::Str)) return compare("!=", text_length(v), integer(0));
  if (!v.type.is_number()) fail("unsupported-operand", {"bool", describe(v)});
  if (v.type.dtype() == DType::Bool) return v;
  ValueId zero = number_constant(integer(0), v.type);
  bool python = v.type.is_python_number();
  Type t = python ? Type::boolean() : Type::scalar(DType::Bool);
  return runtime(t, make("not_equal"_op, {v.id, zero}, t));
}

Value Frame::compare_collections(const std::string& op, const Value& x, const Value& y) {
  bool alike = is_collection(x) && is_collection(y) && x.text == y.text, equality = op == "==" || op == "!=";
  const Value a = plain(x), b = plain(y);
  if (alike && equality && x.text != "collections._defaultdict") {
    Value same = truth(*special(x, "__eq__", {y.parts[0]}));
    return op == "==" ? same : negation(same);
  }
  static const std::pair<const char*, const char*> names[] = {{"<", "__lt__"}, {"<=", "__le__"}};
  for (auto [sign, name] : names) {
    if (alike && op == sign)
      if (std::optional<Value> r = special(x, name, {y.parts[0]})) return *r;
    if (alike && op == (std::string(sign) == "<" ? ">" : ">="))
      if (std::optional<Value> r = special(y, name, {x.parts[0]})) return *r;
  }
  if (!equality) fail("unsupported-operands", {op, describe(x), describe(y)});
  if (is_table(a) && is_table(b)) return compare(op, a, b);
  if (is_union(x) || is_union(y) || x.kind == Kind::Choice || y.kind == Kind::Choice)
    return split(x, [&](const Value& p) { return split(y, [&](const Value& q) { return compare(op, p, q); }); });
  return boolean(op == "!=");
}

Value Frame::negation(const Value& v) {
  Value t = truth(v);
  if (std::optional<bool> known = known_bool(t)) return boolean(!*known);
  return runtime(Type::boolean(), inverse(as_type(t, Type::boolean())));
}

}  // namespace aic::typeinfer
