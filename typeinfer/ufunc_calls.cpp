// Calls of ufuncs by name, and what writes into a given array: `out=`, `where=`, `dtype=`, augmented assignment. The array
// written takes part in broadcasting, must be as large as the result, writable, and of a dtype the result casts to.
#include <algorithm>
#include <functional>

#include "typeinfer/float_errors.h"
#include "typeinfer/promotion.h"

namespace aic::typeinfer {

static std::string shape_text(int rank, int first) {
  std::string s = "(";
  for (int k = 0; k < rank; ++k) s += (k ? ",{" : "{") + std::to_string(first + k) + "}";
  return s + (rank == 1 ? ",)" : ")");
}

// ---- casting ----
static bool can_cast(DType from, DType to, std::string_view rule) {
  if (rule == "unsafe") return true;
  if (rule == "same_kind") return can_cast_same_kind(from, to);
  return from == to || (rule == "safe" && promoted(from, to) == to);
}

// Says that an operand or the result may not be cast under the rule; `what` is "input 0", "output", ….
void Frame::wrong_cast(const ir::OpRecord& r, const std::string& what, DType from, DType to, const std::string& rule) {
  raise("UFuncTypeError", "Cannot cast ufunc '" + std::string(r.name) + "' " + what + " from dtype('" +
                              std::string(ir::numpy_name(from)) + "') to dtype('" + std::string(ir::numpy_name(to)) +
                              "') with casting rule '" + rule + "'");
}

// Whether the operands may be cast to the dtype computed in; Python's numbers take on any of their kind.
bool Frame::check_inputs(const ir::OpRecord& r, const Values& operands, DType to, const std::string& rule) {
  auto is_weak = [](Type t) { return t.is_python_number() && !t.is(TypeKind::Bool); };
  for (const Value& v : operands)
    if (Type t = type_of(v); rule == "equiv" && is_weak(t) && t.dtype() != to) {
      std::string name = t.is(TypeKind::Int) ? "int" : t.is(TypeKind::Float) ? "float" : "complex";
      raise("TypeError",
            "cannot cast Python " + name + " to " + std::string(ir::numpy_name(to)) + " under the casting rule 'equiv'");
      return false;
    }
  for (size_t k = 0; k < operands.size(); ++k) {
    Type t = type_of(operands[k]);
    if (is_union(operands[k]) || is_weak(t) || can_cast(t.dtype(), to, rule)) continue;
    wrong_cast(r, operands.size() == 1 ? "input" : "input " + std::to_string(k), t.dtype(), to, rule);
    return false;
  }
  return true;
}

// f makes the result, broadcast with the target; then it is written there.
Value Frame::written_into(const Value& target, const std::string& shown, const std::function<Value()>& f,
                          const std::string& rule) {
  if (target.type.readonly()) {
    check(number_constant(boolean(false), Type::boolean()), "ValueError", "output array is read-only");
    return target;
  }
  Value r;
  std::vector<std::pair<Value, std::string>> errors;
  {
    struct Restored {  // also where f fails: what failed may be tried again with other types
      Frame& frame;
      const Value* before;
      std::vector<std::pair<Value, std::string>>* errors_before;
      ~Restored() { frame.written_ = before, frame.late_error_ = errors_before; }
    } restored{*this, std::exchange(written_, &target), std::exchange(late_error_, &errors)};
    r = f();
  }
  if (r.kind == Kind::Never) return r;
  DType from = type_of(r).dtype(), to = target.type.dtype();
  if ((rule != "same_kind" || shown.starts_with("numpy.")) && !can_cast(from, to, rule)) {
    OpCode code;
    AIC_CHECK(ir::find_op_by_python_name(shown, code));
    return wrong_cast(ir::record(code), "output", from, to, rule), Value{};
  }
  if (rule == "unsafe" && ir::is_complex(from) && !ir::is_complex(to)) r = ufunc("real"_op, {r});
  if (rule == "same_kind" && !can_cast(from, to, rule))
    fail("in-place-cast", {shown, describe(target), std::string(ir::name(from)), std::string(ir::name(to))});
  auto told = [&] {
    for (const auto& [error, name] : errors) FloatErrors::raise(*this, error, name);
    return target;
  };
  if (session_.float_errors && from != to && !errors.empty() && promoted(from, to) != to)
    fail("unsupported", {"casting the result of " + shown + " where floating-point errors raise"});
  if (!is_array(r)) return assign(target, cast_to(r, to)), told();
  int rank = target.type.rank(), wider = r.type.rank();
  std::vector<ValueId> values;
  for (int k = 0; k < rank; ++k) values.push_back(extent(target.id, k));
  for (int k = 0; k < wider; ++k) values.push_back(extent(r.id, k));
  ValueId same = number_constant(boolean(wider == rank), Type::boolean());
  for (int k = 0; wider == rank && k < rank; ++k) {
    ValueId equal = test("equal"_op, values[size_t(k)], values[size_t(rank + k)]);
    same = k == 0 ? equal : both(same, equal);
  }
  if (rank > 0 || wider != rank)
    check(same, "ValueError",
          "non-broadcastable output operand with shape " + shape_text(rank, 0) + " doesn't match the broadcast shape " +
              shape_text(wider, rank),
          values);
  if (wider == rank) assign(target, cast_to(r, to));
  return told();
}

Value Frame::in_place(const std::string& op, const Value& target, const Value& y) {
  if (is_union(y)) return by_arms(y, [&](const Value& arm) { return in_place(op, target, arm); });
  if (op == "@") {  // the product is made first, and must have the target's shape
    Value r = binary(op, target, y);
    return written_into(target, op, [&] { return r; });
  }
  return written_into(target, op, [&] { return binary(op, target, y); });
}

// dtype= names the dtype of the result: the operands are cast to it, unless the loop that they would take gives it already.
// False: they may not be.
bool Frame::computed_in(const ir::OpRecord& r, const std::string& name, std::optional<DType> d, const std::string& rule,
                        Values& operands) {
  DType compute = DType::F64;
  auto gives = [&](std::vector<DType> types) {
    return r.dtype.compute(types, compute) && (!d || r.dtype.result(compute) == *d);
  };
  std::vector<Type> types;
  for (Value& v : operands) {
    v = zero_rank_loaded(v);
    types.push_back(type_of(v));
  }
  bool loop = gives(std::vector<DType>(operands.size(), promoted(types)));
  bool any = r.name.starts_with("logical_");  // takes operands as they are
  if (loop) return any || check_inputs(r, operands, compute, rule);
  if (!d) return true;  // that there is no such loop is told where it is asked for
  if (!gives(std::vector<DType>(operands.size(), *d)))
    fail("unsupported", {"the dtype " + std::string(ir::name(*d)) + " of " + name});
  for (Value& v : operands)
    if (ir::is_complex(type_of(v).dtype()) && !ir::is_complex(*d) && rule == "unsafe") v = ufunc("real"_op, {v});
  if (!check_inputs(r, operands, *d, rule)) return false;
  for (Value& v : operands) {
    if (rule == "same_kind" && !can_cast_same_kind(type_of(v).dtype(), *d))  // Python's numbers
      fail("unsupported", {"casting " + describe(v) + " to the dtype of " + name});
    v = cast_to(v, *d);
  }
  return true;
}

// An argument that must be a word known at compile time, one of several; false: it is none of them.
bool Frame::said(const std::string& key, const Value& v, const std::string& name, std::string& word) {
  const std::string* given = known_text(v);
  if (is_none(v) && key == "order") return true;
  if (is_none(v)) return raise("TypeError", key + " must be str, not NoneType"), false;
  if (!given) fail("unsupported", {"the argument `" + key + "` of " + name + " that is not known when it is compiled"});
  word = *given;
  if (key == "order") {
    if (word.size() == 1) word[0] = char(std::toupper(word[0]));
    if (word == "C" || word == "F" || word == "A" || word == "K") return true;
    return raise("ValueError", "order must be one of 'C', 'F', 'A', or 'K' (got '" + *given + "')"), false;
  }
  for (const char* rule : {"no", "equiv", "safe", "same_kind", "unsafe"})
    if (word == rule) return true;
  return raise("ValueError", "casting must be one of 'no', 'equiv', 'safe', 'same_kind', 'unsafe' (got '" + word + "')"), false;
}

Value Frame::call_record(OpCode code, const std::string& name, Arguments a) {
  const ir::OpRecord& r = ir::record(code);
  Value out = none(), where = boolean(true), dtype = none();
  std::string casting = "same_kind", order = "K";
  for (auto& [key, v] : a.keywords) {
    if (key == "out")
      out = v.kind == Kind::Tuple && v.parts.size() == 1 ? v.parts[0] : v;
    else if (key == "where")
      where = v;
    else if (key == "dtype")
      dtype = v;
    else if (key == "casting" || key == "order") {
      if (!said(key, v, name, key == "order" ? order : casting)) return Value{};
    } else if (key == "subok" ? !known_bool(v) : key == "signature" || key == "sig" ? !is_none(v) : false)
      fail("unsupported", {"the argument `" + key + "` of " + name});
    else if (key != "subok" && key != "signature" && key != "sig") {
      std::string close = ir::closest(key, {"out", "where", "dtype", "casting", "order", "subok", "signature"});
      fail("call-arguments", {std::string(r.name) + "() got an unexpected keyword argument '" + key + "'"},
           close.empty() ? "" : "did you mean `" + close + "`?");
    }
  }
  if (int(a.positional.size()) == r.arity() + 1 && is_none(out)) out = a.positional.back(), a.positional.pop_back();
  if (int(a.positional.size()) != r.arity())
    fail("call-arguments",
         {name + "() takes " + std::to_string(r.arity()) + " argument" + (r.arity() == 1 ? "" : "s") + " but " +
          std::to_string(a.positional.size()) + (a.positional.size() == 1 ? " was" : " were") + " given"});
  for (Value& v : a.positional)
    if (v.kind == Kind::Tuple || v.kind == Kind::Iterator || is_row(v)) v = as_array(v);
  if (!is_none(dtype) || casting != "same_kind") {
    std::optional<DType> d = is_none(dtype) ? std::nullopt : std::optional(dtype_of(dtype));
    if (!computed_in(r, name, d, casting, a.positional)) return Value{};
  }
  bool masked = known_bool(where) != true;
  if (masked && (where.kind == Kind::Tuple || where.kind == Kind::Iterator)) where = as_array(where);
  auto computed = [&] {
    if (masked) {  // all shapes at once, in NumPy's order, and with its message
      Values all = a.positional;
      if (!is_none(out)) all.push_back(out);
      all.push_back(where);
      int rank = 0;
      const Value* target = std::exchange(written_, nullptr);
      broadcast(all, rank);
      written_ = target;
    }
    const Value* outer = std::exchange(checked_where_, masked ? &where : nullptr);
    Value x = ufunc(code, a.positional);
    checked_where_ = outer;
    if (!masked) return x;
    // Where nothing is asked for, the array written keeps what it has; a new one may have anything.
    return ufunc("select"_op, {where, x, is_none(out) ? x : zero_rank_loaded(out)});
  };
  if (is_none(out)) {
    Value x = computed();
    if (order == "K" || !is_array(x) || x.type.rank() < 2) return x;
    Values wide;
    for (const Value& v : a.positional)
      if (is_array(v) && v.type.rank() > 1) wide.push_back(v);
    return call_function(*session_.world.library("numpy._laid_out"), Value{}, {{x, tuple(wide), text(order)}, {}});
  }
  if (!is_array(out)) fail("unsupported", {"the argument `out` of " + name + " that is " + describe(out)});
  return written_into(out, name, computed, casting);
}

// Ufuncs of NumPy that are functions of our library.
bool is_ufunc_of_the_library(std::string_view qualified) {
  return qualified == "numpy.float_power" || qualified == "numpy.ldexp" || qualified == "numpy.spacing" ||
         qualified == "numpy.divmod";
}

// np.add.reduce(a) and its like are functions of the library that take the ufunc's name.
Value Frame::ufunc_method(const Value& ufunc, const std::string& name, Arguments a) {
  const std::string& qualified = *builtin_name(ufunc);
  OpCode code;
  bool known = ir::find_op_by_python_name(qualified, code);  // else a function of the library
  a.positional.insert(a.positional.begin(),
                      text(known ? std::string(ir::record(code).name) : qualified.substr(qualified.rfind('.') + 1)));
  const ir::PyForm* form = session_.world.library("numpy._ufunc_" + name);
  if (!form) fail("unknown-function", {qualified + "." + name});
  // What writing changes step by step is read before: indices and operands that lie in the array.
  std::function<void(Value&)> keep_apart = [&](Value& v) {
    if (v.kind == Kind::Tuple) std::ranges::for_each(v.parts, keep_apart);
    v = apart_from(v, a.positional[1]);
  };
  if (name == "at" && a.positional.size() > 2 && is_array(a.positional[1]))
    std::for_each(a.positional.begin() + 2, a.positional.end(), keep_apart);
  return call_function(*form, Value{}, std::move(a));
}

}  // namespace aic::typeinfer
