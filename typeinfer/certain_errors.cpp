// See certain_errors.h. What is not listed here is not raised: a wrong text would be seen by `except … as e: print(e)`.
#include "typeinfer/certain_errors.h"

#include <algorithm>
#include <functional>
#include <map>
#include <set>
#include <string_view>

#include "ir/exceptions.h"
#include "ir/ops/table.h"

namespace aic::typeinfer {
namespace {

using Text = std::optional<std::string>;

// The class of what a diagnostic calls a type: `list[int]` is a list. Nothing: it is not known by one name.
Text class_of(std::string shown) {
  if (shown == "None") return "NoneType";
  const size_t bracket = std::min(shown.find('['), shown.size());
  size_t depth = 0, last = bracket;  // where that bracket closes
  for (size_t k = bracket; k < shown.size() && (depth += shown[k] == '[', depth -= shown[k] == ']'); ++k) last = k + 1;
  if (last + 1 < shown.size() || shown.substr(0, bracket).find('|') != std::string::npos) return {};
  shown.resize(bracket);
  static const std::set<std::string, std::less<>> unnamed{"b1",   "i8",  "i16",   "i32",     "i64",  "u8",  "u16",
                                                          "u32",  "u64", "f16",   "f32",     "f64",  "c64", "c128",
                                                          "bf16", "fn",  "never", "unbound", "cell", "py"};
  if (unnamed.contains(shown)) return {};
  if (shown.starts_with("the function ")) return "function";
  if (shown.starts_with("the module ")) return "module";
  bool name = !shown.empty() && std::ranges::all_of(shown, [](char c) { return isalnum(uint8_t(c)) || c == '_'; });
  return name ? Text(shown) : Text();
}

bool is_one_of(std::string_view s, std::initializer_list<std::string_view> all) {
  return std::find(all.begin(), all.end(), s) != all.end();
}
bool is_sequence(std::string_view c) { return is_one_of(c, {"str", "list", "tuple", "bytes", "bytearray"}); }

Text wrong_operands(const std::string& op, const std::string& x, const std::string& y, bool in_place) {
  if (is_one_of(op, {"<", ">", "<=", ">="}))
    return "'" + op + "' not supported between instances of '" + x + "' and '" + y + "'";
  if (op == "in") {
    if (y == "str") return "'in <string>' requires string as left operand, not " + x;
    if (is_one_of(y, {"int", "float", "bool", "complex", "NoneType", "function"}))
      return "argument of type '" + y + "' is not iterable";
    return {};
  }
  if (op == "+" && is_one_of(x, {"str", "list", "tuple"})) return "can only concatenate " + x + " (not \"" + y + "\") to " + x;
  if (op == "+" && is_one_of(x, {"bytes", "bytearray"})) return "can't concat " + y + " to " + x;
  if (op == "*" && is_sequence(x)) return "can't multiply sequence by non-int of type '" + y + "'";
  if (op == "*" && is_sequence(y)) return "can't multiply sequence by non-int of type '" + x + "'";
  if (op == "%" && is_one_of(x, {"str", "bytes", "bytearray"})) return {};
  if (!is_one_of(op, {"+", "-", "*", "/", "//", "%", "**", "@", "&", "|", "^", "<<", ">>"})) return {};
  std::string sign = in_place ? op + "=" : op == "**" ? "** or pow()" : op;
  return "unsupported operand type(s) for " + sign + ": '" + x + "' and '" + y + "'";
}

Text wrong_operand(const std::string& op, const std::string& x) {
  if (is_one_of(op, {"-", "+", "~"})) return "bad operand type for unary " + op + ": '" + x + "'";
  if (op == "abs") return "bad operand type for abs(): '" + x + "'";
  if (op == "int") return "int() argument must be a string, a bytes-like object or a real number, not '" + x + "'";
  if (op == "float") return "float() argument must be a string or a real number, not '" + x + "'";
  if (op == "complex") return "complex() first argument must be a string or a number, not '" + x + "'";
  if (op == "round") return "type " + x + " doesn't define __round__ method";
  if (op == "ord") return "ord() expected string of length 1, but " + x + " found";
  if (op == "next") return "'" + x + "' object is not an iterator";
  if (is_one_of(op, {"bin", "oct", "hex"})) return "'" + x + "' object cannot be interpreted as an integer";
  return {};
}

// What a class of Python's own has: an attribute that is none of these is an error in CPython, too.
bool may_have_attribute(const std::string& type, const std::string& name) {
  if (name.starts_with("__")) return true;
  constexpr std::string_view number = " real imag conjugate ",
                             integer =
                                 " numerator denominator bit_length bit_count to_bytes from_bytes as_integer_ratio is_integer ";
  static const std::map<std::string, std::string, std::less<>> known{
      {"NoneType", ""},
      {"bool", std::string(number) + std::string(integer)},
      {"int", std::string(number) + std::string(integer)},
      {"float", std::string(number) + " as_integer_ratio fromhex hex is_integer "},
      {"complex", std::string(number)},
      {"tuple", " count index "},
      {"list", " append clear copy count extend index insert pop remove reverse sort "},
      {"dict", " clear copy fromkeys get items keys pop popitem setdefault update values "},
      {"set",
       " add clear copy difference difference_update discard intersection intersection_update isdisjoint issubset "
       "issuperset pop remove symmetric_difference symmetric_difference_update union update "},
      {"frozenset", " copy difference intersection isdisjoint issubset issuperset symmetric_difference union "},
      {"str",
       " capitalize casefold center count encode endswith expandtabs find format format_map index isalnum isalpha "
       "isascii isdecimal isdigit isidentifier islower isnumeric isprintable isspace istitle isupper join ljust lower "
       "lstrip maketrans partition removeprefix removesuffix replace rfind rindex rjust rpartition rsplit rstrip split "
       "splitlines startswith strip swapcase title translate upper zfill "}};
  auto it = known.find(type);
  return it == known.end() || it->second.find(" " + name + " ") != std::string::npos;
}

// ---- NumPy's ----
std::optional<ir::DType> dtype_named(std::string_view s) {
  for (int k = 0; k <= int(ir::DType::C128); ++k)
    if (ir::name(ir::DType(k)) == s) return ir::DType(k);
  return {};
}

// "f64[:, :]" is an array of f64; nothing: no array.
std::optional<ir::DType> dtype_of_array(const std::string& shown) {
  size_t bracket = shown.find('[');
  return bracket != std::string::npos && shown.ends_with("]") ? dtype_named(shown.substr(0, bracket)) : std::nullopt;
}

std::optional<PythonError> wrong_array_index(const std::string& what) {
  if (what == "two ellipses") return PythonError{"IndexError", "an index can only have a single ellipsis ('...')"};
  size_t at = what.find("of type ");
  if (what.starts_with("a slice"))
    return PythonError{"TypeError", "slice indices must be integers or None or have an __index__ method"};
  if (at == std::string::npos) return {};
  if (dtype_of_array(what.substr(at + 8)))
    return PythonError{"IndexError", "arrays used as indices must be of integer (or boolean) type"};
  return PythonError{"IndexError",
                     "only integers, slices (`:`), ellipsis (`...`), numpy.newaxis (`None`) and integer or boolean arrays are "
                     "valid indices"};
}

// A ufunc without a loop for its operands. Of scalars only what is told of NumPy's bools alone.
Text missing_loop(const std::string& op, const std::string& operands) {
  bool array = false, bools = true;
  for (size_t from = 0; from < operands.size();) {
    size_t end = operands.find(", ", from);
    while (end != std::string::npos && operands.find(']', from) < operands.size() && operands.find('[', from) < end &&
           operands.find(']', from) > end)
      end = operands.find(", ", end + 2);
    std::string one = operands.substr(from, end == std::string::npos ? end : end - from);
    std::optional<ir::DType> d = dtype_of_array(one);
    array |= d.has_value();
    bools &= one == "b1" || one == "bool" || d == ir::DType::Bool;
    if (!d && class_of(one) && !is_one_of(one, {"bool", "int", "float", "complex"})) return {};
    from = end == std::string::npos ? operands.size() : end + 2;
  }
  if (bools && op == "subtract")
    return "numpy boolean subtract, the `-` operator, is not supported, use the bitwise_xor, the `^` operator, or the "
           "logical_xor "
           "function instead.";
  if (bools && op == "negative")
    return "The numpy boolean negative, the `-` operator, is not supported, use the `~` operator or the logical_not function "
           "instead.";
  if (!array || !is_one_of(op, {"bitwise_and", "bitwise_or", "bitwise_xor", "left_shift", "right_shift", "invert", "remainder",
                                "floor_divide", "floor", "ceil", "trunc", "arctan2", "cbrt"}))
    return {};
  return "ufunc '" + op +
         "' not supported for the input types, and the inputs could not be safely coerced to any supported types "
         "according to the casting rule ''safe''";
}

Text wrong_casting(std::string op, const std::string& from, const std::string& to) {
  static const std::map<std::string, std::string, std::less<>> ufuncs{
      {"+", "add"},       {"-", "subtract"}, {"*", "multiply"},    {"/", "divide"},     {"//", "floor_divide"},
      {"%", "remainder"}, {"**", "power"},   {"&", "bitwise_and"}, {"|", "bitwise_or"}, {"^", "bitwise_xor"}};
  if (auto it = ufuncs.find(op); it != ufuncs.end()) op = it->second;
  if (op.starts_with("numpy.")) op = op.substr(6);
  std::optional<ir::DType> a = dtype_named(from), b = dtype_named(to);
  if (!a || !b || !std::ranges::all_of(op, [](char c) { return isalnum(uint8_t(c)) || c == '_'; })) return {};
  return "Cannot cast ufunc '" + op + "' output from dtype('" + std::string(ir::numpy_name(*a)) + "') to dtype('" +
         std::string(ir::numpy_name(*b)) + "') with casting rule 'same_kind'";
}

Text wrong_index(const std::string& what, const std::string& shown) {
  size_t at = what.find("of type ");
  Text index = at == std::string::npos ? Text() : class_of(what.substr(at + 8));
  if (!index || what.starts_with("a slice")) return {};
  if (shown == "a str") return "string indices must be integers, not '" + *index + "'";
  if (shown == "bytes") return "byte indices must be integers or slices, not " + *index;
  Text type = class_of(shown);
  if (type && is_one_of(*type, {"list", "tuple", "bytearray"}))
    return *type + " indices must be integers or slices, not " + *index;
  return {};
}

bool is_scalar(const Text& c) { return c && is_one_of(*c, {"int", "float", "bool", "complex", "NoneType"}); }

// The classes that the clauses from this region on catch: each is an `if isinstance(e, C)` with the next in its other arm.
void find_caught(const ir::Function& py, ir::RegionId clause, ir::ValueId e, std::vector<std::string>& out) {
  using ir::operator""_op;
  for (ir::OpId op = py.region(clause).first; op; op = py.op(op).next) {
    if (py.op(op).code != "if"_op) continue;
    ir::OpId truth = py.defining_op(py.op(op).operands[0]);
    ir::OpId asked = truth && py.op(truth).code == "py.truth"_op ? py.defining_op(py.op(truth).operands[0]) : ir::OpId{};
    if (!asked || py.op(asked).code != "py.call"_op || py.op(asked).operands.size() != 3 || py.op(asked).operands[1] != e)
      continue;
    std::function<void(ir::ValueId)> collect = [&](ir::ValueId v) {
      ir::OpId def = py.defining_op(v);
      if (!def) return;
      if (py.op(def).code == "py.tuple"_op)
        for (ir::ValueId part : py.op(def).operands) collect(part);
      else
        out.push_back(py.text_attr(def, "name"));
    };
    collect(py.op(asked).operands[2]);
    return find_caught(py, py.op(op).regions[1], e, out);
  }
  ir::OpId last = py.terminator(clause);
  const std::vector<ir::ValueId>& passed = py.op(last).operands;
  bool goes_on = py.op(last).code == "py.raise"_op || py.op(last).code == "break"_op;  // to the block of a `finally`
  if (!(goes_on && std::ranges::find(passed, e) != passed.end())) out.emplace_back("BaseException");  // `except:`
}

thread_local std::vector<std::vector<std::string>> guards;

}  // namespace

Guarded::Guarded(const ir::Function& py, ir::OpId op) {
  ir::RegionId handlers = py.op(op).regions[1];
  find_caught(py, handlers, py.region(handlers).arguments[0], guards.emplace_back());
}
Guarded::Guarded() { guards.push_back({"Exception"}); }
Guarded::~Guarded() { guards.pop_back(); }
bool Guarded::is_any() { return !guards.empty(); }
bool Guarded::catches(const std::string& exception) {
  for (const std::vector<std::string>& classes : guards)
    for (const std::string& c : classes)
      if (ir::is_exception_class(c) && ir::is_subclass(exception, c)) return true;
  return false;
}

Statement statement_of(const ir::Function& py, ir::OpId op) {
  using ir::operator""_op;
  Statement s;
  s.in_place = py.op(op).code == "py.inplace"_op;
  s.unpacks = py.op(op).code == "py.unpack"_op;
  if (py.op(op).code == "py.call"_op) {
    ir::OpId callee = py.defining_op(py.op(op).operands[0]);
    s.called = callee ? py.text_attr(callee, "name") : "?";
    if (s.called.empty()) s.called = "?";
  }
  return s;
}

std::optional<PythonError> python_error(const ir::Diagnostic& d, const Statement& s) {
  const std::vector<std::string>& a = d.arguments;
  std::string_view name = d.info->name;
  auto type_error = [](const Text& text) { return text ? std::optional(PythonError{"TypeError", *text}) : std::nullopt; };
  for (const std::string& part : a)
    if (part.find("never") != std::string::npos || part.find("unbound") != std::string::npos) return {};
  if (name == "type-error" && a.size() == 1) return type_error(a[0]);
  if (name == "call-arguments" && a.size() == 2) return type_error(a[0]);
  if (name == "type-error" && a.size() == 2) return PythonError{a[1], a[0]};
  if (name == "unhashable" && a.size() == 1) return type_error("unhashable type: " + a[0]);
  if (name == "unsupported-operands" && a.size() == 3 && a[0] == "@") {
    auto is_number = [](const std::string& s) {
      return is_one_of(s, {"int", "float", "complex", "bool", "None"}) || dtype_named(s);
    };
    bool left = is_number(a[1]);
    if ((left && dtype_of_array(a[2])) || (is_number(a[2]) && dtype_of_array(a[1])))
      return PythonError{"ValueError", std::string("matmul: Input operand ") + (left ? "0" : "1") +
                                           " does not have enough dimensions (has 0, gufunc core with signature "
                                           "(n?,k),(k,m?)->(n?,m?) requires 1)"};
  }
  if (name == "unsupported-operands" && a.size() == 3) {
    Text x = class_of(a[1]), y = class_of(a[2]);
    return x && y ? type_error(wrong_operands(a[0], *x, *y, s.in_place)) : std::nullopt;
  }
  if (name == "unsupported-operand" && a.size() == 2) {
    Text x = class_of(a[1]);
    return x ? type_error(wrong_operand(a[0], *x)) : std::nullopt;
  }
  if (name == "unknown-attribute" && a.size() == 2) {
    Text x = class_of(a[0]);
    if (!x || *x == "module" || *x == "function" || may_have_attribute(*x, a[1])) return {};
    return PythonError{"AttributeError", "'" + *x + "' object has no attribute '" + a[1] + "'"};
  }
  if (name == "not-callable" && a.size() == 1) {
    Text x = class_of(a[0]);
    return x && *x != "function" ? type_error("'" + *x + "' object is not callable") : std::nullopt;
  }
  if (name == "not-iterable" && a.size() == 1) {
    Text x = class_of(a[0]);
    if (!is_scalar(x)) return {};
    if (s.called == "len") return type_error("object of type '" + *x + "' has no len()");
    if (s.unpacks) return type_error("cannot unpack non-iterable " + *x + " object");
    if (!is_one_of(s.called,
                   {"", "list", "tuple", "set", "frozenset", "sum", "sorted", "any", "all", "enumerate", "min", "max"}))
      return {};
    return type_error("'" + *x + "' object is not iterable");
  }
  if (name == "bad-index" && a.size() == 2 && (dtype_of_array(a[1]) || a[1] == "an array")) return wrong_array_index(a[0]);
  if (name == "too-many-indices" && a.size() == 3)
    return PythonError{"IndexError",
                       "too many indices for array: array is " + a[1] + "-dimensional, but " + a[2] + " were indexed"};
  if (name == "no-loop" && a.size() == 2) return type_error(missing_loop(a[0], a[1]));
  if (name == "in-place-cast" && a.size() == 4)
    if (Text text = wrong_casting(a[0], a[2], a[3])) return PythonError{"UFuncTypeError", *text};
  if (name == "cannot-store" && a.size() == 2 && a[0] == "complex")
    if (std::optional<ir::DType> to = dtype_of_array(a[1])) {
      if (ir::is_float(*to)) return type_error("float() argument must be a string or a real number, not 'complex'");
      if (ir::is_integer(*to))
        return type_error("int() argument must be a string, a bytes-like object or a real number, not 'complex'");
    }
  if (name == "bad-index" && a.size() == 2) return type_error(wrong_index(a[0], a[1]));
  if (name == "not-indexable" && a.size() == 1)
    if (Text x = class_of(a[0]); is_scalar(x)) return type_error("'" + *x + "' object is not subscriptable");
  if (name == "not-indexable" && a.size() == 1 && dtype_named(a[0]))
    return PythonError{"IndexError", "invalid index to scalar variable."};
  if (name == "not-an-integer" && a.size() == 2)
    if (Text x = class_of(a[0])) return type_error("'" + *x + "' object cannot be interpreted as an integer");
  if (name == "unpack-count" && a.size() == 2) {
    bool few = std::stoll(a[1]) < std::stoll(a[0]);
    return PythonError{"ValueError", few ? "not enough values to unpack (expected " + a[0] + ", got " + a[1] + ")"
                                         : "too many values to unpack (expected " + a[0] + ")"};
  }
  return {};
}

PythonError error_of_arm(const ir::Diagnostic& d, const Statement& s) {
  if (std::optional<PythonError> e = python_error(d, s)) return *e;
  if (d.info->name == std::string_view("unknown-attribute") && d.arguments.size() == 2)
    if (Text x = class_of(d.arguments[0]); x && *x != "module" && *x != "function")
      return {"AttributeError", "'" + *x + "' object has no attribute '" + d.arguments[1] + "'"};
  return {"TypeError", d.message};
}

}  // namespace aic::typeinfer
