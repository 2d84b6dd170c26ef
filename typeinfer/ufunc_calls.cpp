// Calls of ufuncs by name, and what writes into a given array: `out=`, `where=`, `dtype=`, augmented assignment. The array
// written takes part in broadcasting, must be as large as the result, writable, and of a dtype the result casts to.
#include <algorithm>

#include "typeinfer/frame.h"
#include "typeinfer/promotion.h"

namespace aic::typeinfer {

static std::string shape_text(int rank, int first) {
  std::string s = "(";
  for (int k = 0; k < rank; ++k) s += (k ? ",{" : "{") + std::to_string(first + k) + "}";
  return s + (rank == 1 ? ",)" : ")");
}

// f makes the result, broadcast with the target; then it is written there.
Value Frame::written_into(const Value& target, const std::string& shown, const std::function<Value()>& f) {
  if (target.type.readonly()) {
    check(number_constant(boolean(false), Type::boolean()), "ValueError", "output array is read-only");
    return target;
  }
  Value r;
  {
    struct Restored {  // also where f fails: what failed may be tried again with other types
      const Value*& at;
      const Value* before;
      ~Restored() { at = before; }
    } restored{written_, std::exchange(written_, &target)};
    r = f();
  }
  DType from = type_of(r).dtype(), to = target.type.dtype();
  if (!can_cast_same_kind(from, to))
    fail("in-place-cast", {shown, describe(target), std::string(ir::name(from)), std::string(ir::name(to))});
  if (!is_array(r)) return assign(target, cast_to(r, to)), target;
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
  return target;
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
void Frame::computed_in(const ir::OpRecord& r, const std::string& name, DType d, Values& operands) {
  auto gives = [&](std::vector<DType> types) {
    DType compute;
    return r.dtype.compute(types, compute) && r.dtype.result(compute) == d;
  };
  std::vector<Type> types;
  for (Value& v : operands) {
    v = zero_rank_loaded(v);
    types.push_back(type_of(v));
  }
  if (gives(std::vector<DType>(operands.size(), promoted(types)))) return;
  if (!gives(std::vector<DType>(operands.size(), d)))
    fail("unsupported", {"the dtype " + std::string(ir::name(d)) + " of " + name});
  for (Value& v : operands) {
    if (!can_cast_same_kind(type_of(v).dtype(), d))
      fail("unsupported", {"casting " + describe(v) + " to the dtype of " + name});
    v = cast_to(v, d);
  }
}

// Arguments that may only say what is so anyway.
void Frame::says_default(const std::string& key, const Value& v, const std::string& name) {
  const std::string* said = known_text(v);
  bool good = key == "subok" ? known_bool(v).has_value() : is_none(v) && key != "casting";
  if (said) good = (key == "casting" && *said == "same_kind") || (key == "order" && *said == "K");
  if (!good) fail("unsupported", {"the argument `" + key + "` of " + name});
}

Value Frame::call_record(OpCode code, const std::string& name, Arguments a) {
  const ir::OpRecord& r = ir::record(code);
  Value out = none(), where = boolean(true), dtype = none();
  for (auto& [key, v] : a.keywords) {
    if (key == "out")
      out = v.kind == Kind::Tuple && v.parts.size() == 1 ? v.parts[0] : v;
    else if (key == "where")
      where = v;
    else if (key == "dtype")
      dtype = v;
    else if (key == "casting" || key == "order" || key == "subok" || key == "signature" || key == "sig")
      says_default(key, v, name);
    else
      fail("call-arguments", {std::string(r.name) + "() got an unexpected keyword argument '" + key + "'"});
  }
  if (int(a.positional.size()) == r.arity() + 1 && is_none(out)) out = a.positional.back(), a.positional.pop_back();
  if (int(a.positional.size()) != r.arity())
    fail("call-arguments",
         {name + "() takes " + std::to_string(r.arity()) + " argument" + (r.arity() == 1 ? "" : "s") + " but " +
          std::to_string(a.positional.size()) + (a.positional.size() == 1 ? " was" : " were") + " given"});
  for (Value& v : a.positional)
    if (v.kind == Kind::Tuple || v.kind == Kind::Iterator || is_row(v)) v = as_array(v);
  if (!is_none(dtype)) computed_in(r, name, dtype_of(dtype), a.positional);
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
    Value x = ufunc(code, a.positional);
    if (!masked) return x;
    // Where nothing is asked for, the array written keeps what it has; a new one may have anything.
    return ufunc("select"_op, {where, x, is_none(out) ? x : zero_rank_loaded(out)});
  };
  if (is_none(out)) return computed();
  if (!is_array(out)) fail("unsupported", {"the argument `out` of " + name + " that is " + describe(out)});
  return written_into(out, name, computed);
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
  return call_function(*form, Value{}, std::move(a));
}

}  // namespace aic::typeinfer
