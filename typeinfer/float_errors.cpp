// Floating-point errors that raise: see float_errors.h. Compiled code does not ask the processor's flags: masked lanes, and
// what is computed ahead, raise them too. What they would be is told from the operands and the result of each ufunc by
// functions of the library, `numpy._float_error` for one. Those of the library's functions that say themselves what NumPy
// notes in them are named here; the others are compiled as ever, and refused if they compute with floats.
#include "typeinfer/float_errors.h"

#include <algorithm>
#include <set>

#include "ir/ops/table.h"
#include "typeinfer/contexts.h"
#include "typeinfer/promotion.h"

namespace aic::typeinfer {
using ir::operator""_op;

// What never sets a flag, whatever its operands are.
static bool is_quiet(ir::OpCode code) {
  static const std::set<ir::OpCode> quiet{
      "equal"_op,       "not_equal"_op,  "less"_op,        "less_equal"_op,  "greater"_op,     "greater_equal"_op,
      "logical_and"_op, "logical_or"_op, "logical_xor"_op, "logical_not"_op, "bitwise_and"_op, "bitwise_or"_op,
      "bitwise_xor"_op, "invert"_op,     "bit_count"_op,   "isnan"_op,       "isinf"_op,       "isfinite"_op,
      "signbit"_op,     "negative"_op,   "positive"_op,    "absolute"_op,    "fabs"_op,        "sign"_op,
      "rint"_op,        "floor"_op,      "ceil"_op,        "trunc"_op,       "copysign"_op,    "heaviside"_op,
      "maximum"_op,     "minimum"_op,    "fmax"_op,        "fmin"_op,        "conjugate"_op,   "real"_op,
      "imag"_op,        "complex"_op,    "select"_op};
  return quiet.contains(code);
}

static bool has_floats(Type t) {
  return (t.is_array() || t.is_number()) && (ir::is_float(t.dtype()) || ir::is_complex(t.dtype()));
}

// Which kinds raise in its block, and which no longer do. Compiled code does not warn.
std::pair<int64_t, int64_t> FloatErrors::asked(Frame& f, const Values& positional, const Keywords& keywords) {
  if (!positional.empty()) f.fail("call-arguments", {"errstate() takes keyword arguments only"});
  int64_t raises = 0, quiet = 0;
  auto say = [&](int64_t kinds, const std::string& key, const Value& value) {
    if (is_none(value)) return;
    const std::string* how = known_text(value);
    if (!how) f.fail("needs-literal", {"`" + key + "` of np.errstate", describe(value)});
    if (*how != "ignore" && *how != "warn" && *how != "raise")
      f.fail("unsupported", {"`" + key + "=\"" + *how + "\"` of np.errstate"});
    int64_t& chosen = *how == "raise" ? raises : quiet;
    raises &= ~kinds, quiet &= ~kinds;
    chosen |= kinds;
  };
  static constexpr std::pair<std::string_view, int64_t> kinds[] = {
      {"all", All}, {"divide", Divide}, {"over", Over}, {"under", Under}, {"invalid", Invalid}};
  for (const auto& [key, value] : keywords)
    if (std::ranges::none_of(kinds, [&](const auto& kind) { return kind.first == key; }))
      f.fail(key == "call" ? "unsupported" : "call-arguments",
             {key == "call" ? "`call` of np.errstate" : "errstate() got an unexpected keyword argument '" + key + "'"});
  for (auto [name, bits] : kinds)  // `all` is asked first, wherever it stands
    for (const auto& [key, value] : keywords)
      if (key == name) say(bits, key, value);
  return {raises, quiet};
}

int64_t FloatErrors::in_body(Frame& f, ir::OpId op) {
  const int64_t outside = f.session_.float_errors;
  if (f.py_.op(op).operands.empty()) return outside;
  const Value& manager = f.operand(op, 0);
  if (!Contexts::is_errstate(manager)) return outside;
  const int64_t inside = (outside & ~*known_int(manager.parts[1])) | *known_int(manager.parts[0]);
  if (inside != outside && yields_below(f.py_, f.py_.op(op).regions[0]))
    f.fail("unsupported", {"a `yield` where floating-point errors raise, or no longer do"});
  return inside;
}

void FloatErrors::check(Frame& f, ir::OpCode code, bool scalar, const Values& operands, const Value& result) {
  const bool floats =
      has_floats(type_of(result)) || std::ranges::any_of(operands, [](const Value& v) { return has_floats(type_of(v)); });
  const bool may_wrap = scalar && !floats && (code == "negative"_op || code == "absolute"_op);
  if (is_quiet(code) && !may_wrap) return;
  const ir::OpRecord& r = ir::record(code);
  DType d = type_of(operands[0]).dtype();
  if (floats && d != DType::F64 && d != DType::F32)
    f.fail("unsupported", {"`" + std::string(r.name) + "` of " + describe(operands[0]) + " where floating-point errors raise"});
  const ir::PyForm* form = f.session_.world.library("numpy._float_error");
  Values given{text(std::string(r.name)), integer(f.session_.float_errors), boolean(scalar),
               f.checked_where_ ? *f.checked_where_ : boolean(true), result};
  given.insert(given.end(), operands.begin(), operands.end());
  std::string name = (scalar ? "scalar " : "") + std::string(r.name);
  Value error = [&] {
    Scope quiet(f.session_, 0);
    return f.call_function(*form, Value{}, {given, {}});
  }();
  if (f.late_error_)
    f.late_error_->emplace_back(error, name);  // what is computed is written first
  else
    raise(f, error, name);
}

void FloatErrors::check_cast(Frame& f, const Value& x, const Value& result) {
  if (!has_floats(type_of(x)) || type_of(result).dtype() == DType::Bool) return;
  DType from = type_of(x).dtype(), to = type_of(result).dtype();
  if (promoted(from, to) == to) return;
  if (ir::is_complex(from) || from == DType::F16 || from == DType::BF16 || to == DType::F16 || to == DType::BF16)
    f.fail("unsupported", {"casting " + describe(x) + " where floating-point errors raise"});
  const bool weak = type_of(x).is(TypeKind::Float);  // NumPy asks a number of Python's for overflow alone
  const int64_t kinds = weak ? f.session_.float_errors & Over : f.session_.float_errors;
  if (kinds == 0 || (weak && !ir::is_float(to))) return;
  const ir::PyForm* form = f.session_.world.library("numpy._cast_error");
  Value error = [&] {
    Scope quiet(f.session_, 0);
    return f.call_function(*form, Value{}, {{integer(kinds), x, result}, {}});
  }();
  raise(f, error, "cast");
}

void FloatErrors::raise(Frame& f, const Value& error, const std::string& name) {
  if (known_int(error) == 0) return;
  const ir::PyForm* form = f.session_.world.library("numpy._raise_float_error");
  Scope quiet(f.session_, 0);
  static_cast<void>(f.call_function(*form, Value{}, {{error, text(name)}, {}}));
}

// What is not NumPy's or SciPy's computes with Python's numbers, which errstate is not about, and calls what it is given.
bool FloatErrors::is_checked(const ir::PyForm& form, const std::string& name) {
  static const std::set<std::string, std::less<>> checked{"sum", "prod", "mean", "_method_astype", "astype"};
  const std::string& file = form.function->module().sources[form.function->source].file;
  const size_t start = file.rfind('/') + 1;
  const bool of_numpy = file.compare(start, 5, "numpy") == 0 || file.compare(start, 5, "scipy") == 0;
  return !of_numpy || checked.contains(name);
}

namespace {

bool computes(const ir::Function& f, ir::OpId id) {
  const ir::Op& op = f.op(id);
  const ir::OpRecord& r = ir::record(op.code);
  auto floats = [&](ValueId v) { return has_floats(f.type(v)); };
  if (!std::ranges::any_of(op.results, floats) && !std::ranges::any_of(op.operands, floats)) return false;
  if (op.code == "cast"_op) {
    DType from = f.type(op.operands[0]).dtype(), to = f.type(op.results[0]).dtype();
    return to != DType::Bool && promoted(from, to) != to;
  }
  if (r.tier == ir::Tier::Elementwise) return !is_quiet(op.code);
  if (op.code == "matmul"_op) return true;
  if (op.code != "reduce"_op && op.code != "scan"_op) return false;
  const std::string& kind = f.text_attr(id, "kind");
  return kind == "add" || kind == "multiply";
}

bool computes(const ir::Module& m, const ir::Function& f, std::set<const ir::Function*>& seen) {
  if (!seen.insert(&f).second) return false;
  for (ir::OpId op : f.ops_below(f.body())) {
    if (computes(f, op)) return true;
    if (f.op(op).code != "call"_op) continue;
    if (const ir::Function* callee = m.find(f.text_attr(op, "callee")); callee && computes(m, *callee, seen)) return true;
  }
  return false;
}

}  // namespace

void FloatErrors::refuse_arithmetic(Frame& f, const Instance& callee, const std::string& name) {
  // These only move numbers: what they add is a zero, which makes -0 a 0.
  static const std::set<std::string, std::less<>> moving{"sort",   "_method_sort", "argsort",
                                                         "unique", "partition",    "argpartition"};
  if (moving.contains(name)) return;
  std::set<const ir::Function*> seen;
  if (callee.out && computes(f.session_.out, *callee.out, seen))
    f.fail("unsupported", {"`" + name + "` where floating-point errors raise"},
           "ufuncs, sums and means are looked at there: call it before the block or after it");
}

}  // namespace aic::typeinfer
