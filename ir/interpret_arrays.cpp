// Whole-array ops, naively: the reference that expansions to loop form are judged by. Float sums are plain left to right;
// what re-associates is compared with a tolerance.
#include "ir/interpret_internal.h"

namespace aic::ir::interpreter {

using Index = std::vector<int64_t>;

static Scalar combine(OpCode code, const Scalar& a, const Scalar& b) {
  Scalar x[2] = {a, b};
  return convert(evaluate(code, x), a.dtype);
}

// Whether the exact result of an integer op leaves 64 bits.
bool Frame::overflows(OpId id) const {
  OpCode c = at(id).code;
  for (ValueId v : at(id).operands)
    if (!f_.type(v).is_number() || !is_integer(f_.type(v).dtype()) || std::holds_alternative<Undefined>(values_[v.index]))
      return false;
  int64_t x = integer(id, 0), y = at(id).operands.size() > 1 ? integer(id, 1) : 0, out;
  if (c == "add"_op) return __builtin_add_overflow(x, y, &out);
  if (c == "subtract"_op) return __builtin_sub_overflow(x, y, &out);
  if (c == "multiply"_op) return __builtin_mul_overflow(x, y, &out);
  if (c == "negative"_op || c == "absolute"_op) return x == INT64_MIN;
  if (c == "left_shift"_op) return y < 0 || y > 62 ? x != 0 : __builtin_mul_overflow(x, int64_t(1) << y, &out);
  return false;
}

void Frame::elementwise(OpId id) {
  size_t n = at(id).operands.size();
  Type type = result_type(id);
  OpCode code = at(id).code;
  std::shared_ptr<ArrayValue> shaped;
  for (size_t k = 0; k < n; ++k)
    if (is_array(id, k)) {
      if (shaped) AIC_CHECK(shaped->shape == array(id, k)->shape, "operands of two shapes: " + print(f_, id));
      shaped = array(id, k);
    }
  auto value_at = [&](const Index* index) {
    std::array<Scalar, 3> x;
    for (size_t k = 0; k < n; ++k) {
      // A select looks at the operand it chooses only: the other may be undefined.
      bool unused = record(code).has(Selects) && k > 0 && x[0].truth() != (k == 1);
      if (unused) continue;
      x[k] = is_array(id, k) ? array(id, k)->get(*index) : scalar(id, k);
    }
    return evaluate(code, x.data(), type.dtype());
  };
  if (!shaped) {
    // A proof holds where the op stood; moved out of its `if`, an exact op may overflow, or meet one that did. What comes
    // of it is undefined, and nobody looks at it (LLVM's poison).
    if (f_.int_attr(id, "exact") && overflows(id)) return result(id, Undefined{});
    bool selects = record(code).has(Selects) && std::holds_alternative<Scalar>(in(id, 0));
    for (size_t k = 0; k < n; ++k) {
      bool unused = selects && k > 0 && scalar(id, 0).truth() != (k == 1);
      if (std::holds_alternative<Undefined>(in(id, k)) && !unused) return result(id, Undefined{});
    }
    return result(id, value_at(nullptr));
  }
  std::shared_ptr<ArrayValue> out = ArrayValue::make(type.dtype(), shaped->shape, type.layout());
  each_index(shaped->shape, [&](const Index& index) { out->set(index, value_at(&index)); });
  result(id, out);
}

bool Frame::structural(OpId id) {
  OpCode c = at(id).code;
  Type type = at(id).results.empty() ? Type() : result_type(id);
  if (c == "assign"_op) return assign(id), true;
  if (c == "generate"_op) return generate(id), true;
  if (c == "reduce"_op) return reduce(id), true;
  if (c == "argreduce"_op) return argreduce(id), true;
  if (c == "scan"_op) return scan(id), true;
  if (c == "gather"_op) return gather(id), true;
  if (c == "count"_op || c == "compress"_op || c == "assign.where"_op) return masked(id), true;
  if (c == "matmul"_op) return matmul(id), true;
  if (c == "full"_op) {
    std::shared_ptr<ArrayValue> out = ArrayValue::make(type.dtype(), integers(id, 1), type.layout());
    each_index(out->shape, [&](const Index& index) { out->set(index, scalar(id, 0)); });
    return result(id, out), true;
  }
  if (c == "copy"_op) {
    std::shared_ptr<ArrayValue> a = array(id, 0), out = ArrayValue::make(type.dtype(), a->shape, type.layout());
    each_index(out->shape, [&](const Index& index) { out->set(index, a->get(index)); });
    return result(id, out), true;
  }
  return false;
}

void Frame::assign(OpId id) {
  std::shared_ptr<ArrayValue> target = array(id, 0), source;
  if (is_array(id, 1)) {
    AIC_CHECK(array(id, 1)->shape == target->shape, print(f_, id));
    source = ArrayValue::make(target->dtype, target->shape);  // the temporary
    each_index(target->shape, [&](const Index& index) { source->set(index, array(id, 1)->get(index)); });
  }
  each_index(target->shape, [&](const Index& index) { target->set(index, source ? source->get(index) : scalar(id, 1)); });
}

void Frame::generate(OpId id) {
  Type type = result_type(id);
  std::shared_ptr<ArrayValue> out = ArrayValue::make(type.dtype(), integers(id, 0), type.layout());
  each_index(out->shape, [&](const Index& index) {
    std::vector<RuntimeValue> arguments;
    for (int64_t i : index) arguments.push_back(Scalar::integer(i));
    Leave body = region(at(id).regions[0], arguments);
    AIC_CHECK(!body.is_exit(), "an exit out of generate");
    out->set(index, std::get<Scalar>(body.values.at(0)));
  });
  result(id, out);
}

void Frame::gather(OpId id) {
  std::shared_ptr<ArrayValue> a = array(id, 0), shaped;
  for (size_t k = 1; k < at(id).operands.size(); ++k)
    if (is_array(id, k)) shaped = array(id, k);
  AIC_CHECK(shaped, "a gather of one element");
  std::shared_ptr<ArrayValue> out = ArrayValue::make(a->dtype, shaped->shape, result_type(id).layout());
  each_index(out->shape, [&](const Index& index) {
    Index from;
    for (size_t k = 0; k < a->shape.size(); ++k) {
      int64_t i = is_array(id, k + 1) ? array(id, k + 1)->get(index).i : integer(id, k + 1);
      from.push_back(i < 0 ? i + a->shape[k] : i);
      AIC_CHECK(from[k] >= 0 && from[k] < a->shape[k], "an index out of range: " + print(f_, id));
    }
    out->set(index, a->get(from));
  });
  result(id, out);
}

// count, compress, assign.where: visits the places where the mask is true.
void Frame::masked(OpId id) {
  OpCode c = at(id).code;
  std::shared_ptr<ArrayValue> mask = array(id, c == "count"_op ? 0 : 1);
  std::vector<Index> places;
  each_index(mask->shape, [&](const Index& index) {
    if (mask->get(index).truth()) places.push_back(index);
  });
  if (c == "count"_op) return result(id, Scalar::integer(int64_t(places.size())));
  std::shared_ptr<ArrayValue> a = array(id, 0), out;
  Index rest(a->shape.begin() + std::ptrdiff_t(mask->shape.size()), a->shape.end()), shape = rest;
  AIC_CHECK(Index(a->shape.begin(), a->shape.end() - std::ptrdiff_t(rest.size())) == mask->shape, print(f_, id));
  shape.insert(shape.begin(), int64_t(places.size()));
  bool compresses = c == "compress"_op;
  AIC_CHECK(!compresses || integer(id, 2) == shape[0], print(f_, id));
  out = ArrayValue::make(a->dtype, shape);  // the result, or the temporary
  auto each_part = [&](const std::function<void(const Index& whole, const Index& part)>& visit) {
    for (size_t k = 0; k < places.size(); ++k)
      each_index(rest, [&](const Index& index) {
        Index whole = places[k], part = index;
        whole.insert(whole.end(), index.begin(), index.end());
        part.insert(part.begin(), int64_t(k));
        visit(whole, part);
      });
  };
  if (!compresses) AIC_CHECK(array(id, 2)->shape == shape, print(f_, id));
  each_part(
      [&](const Index& whole, const Index& part) { out->set(part, compresses ? a->get(whole) : array(id, 2)->get(part)); });
  if (compresses) return result(id, out);
  each_part([&](const Index& whole, const Index& part) { a->set(whole, out->get(part)); });
}

static Scalar identity_of(const std::string& kind, DType d) {
  if (kind == "multiply" || kind == "logical_and") return convert(Scalar::integer(1), d);
  if (kind == "bitwise_and") return Scalar::integer(-1, d);
  return convert(Scalar::integer(0), d);
}

void Frame::reduce(OpId id) {
  std::shared_ptr<ArrayValue> a = array(id, 0);
  const std::string& kind = f_.text_attr(id, "kind");
  OpCode code = operator_named(kind);
  std::vector<bool> reduced(a->shape.size());
  for (int64_t axis : f_.list_attr(id, "axes")) reduced.at(size_t(axis)) = true;
  auto kept = [&](const Index& index) {
    Index k;
    for (size_t n = 0; n < index.size(); ++n)
      if (!reduced[n]) k.push_back(index[n]);
    return k;
  };
  Type type = result_type(id);
  std::shared_ptr<ArrayValue> out = ArrayValue::make(type.dtype(), kept(a->shape), type.is_array() ? type.layout() : Layout::C);
  each_index(out->shape, [&](const Index& index) { out->set(index, identity_of(kind, type.dtype())); });
  bool has_identity = kind != "maximum" && kind != "minimum" && kind != "fmax" && kind != "fmin";
  std::vector<bool> seen(size_t(std::max<int64_t>(out->size(), 1)));
  std::shared_ptr<ArrayValue> numbers = ArrayValue::make(DType::I64, out->shape);
  int64_t n = 0;
  each_index(out->shape, [&](const Index& index) { numbers->set(index, Scalar::integer(n++)); });
  each_index(a->shape, [&](const Index& index) {
    Index to = kept(index);
    size_t cell = size_t(numbers->get(to).i);
    Scalar x = a->get(index);
    out->set(to, has_identity || seen[cell] ? combine(code, out->get(to), x) : x);
    seen[cell] = true;
  });
  if (!has_identity)
    for (bool s : seen) AIC_CHECK(s || out->size() == 0, "the extreme of nothing");
  if (type.is_array()) return result(id, out);
  result(id, out->get({}));
}

// Visits every line of an array along an axis: its first index, and the extent.
static void each_line(const ArrayValue& a, size_t axis, const std::function<void(Index)>& visit) {
  Index lines = a.shape;
  lines.at(axis) = 1;
  each_index(lines, visit);
}
static Index without(const Index& index, size_t axis) {
  Index rest = index;
  rest.erase(rest.begin() + std::ptrdiff_t(axis));
  return rest;
}

void Frame::argreduce(OpId id) {
  std::shared_ptr<ArrayValue> a = array(id, 0);
  size_t axis = size_t(f_.int_attr(id, "axis"));
  bool greatest = f_.text_attr(id, "kind") == "maximum";
  Type type = result_type(id);
  std::shared_ptr<ArrayValue> out =
      ArrayValue::make(type.dtype(), without(a->shape, axis), type.is_array() ? type.layout() : Layout::C);
  each_line(*a, axis, [&](Index index) {
    Index to = without(index, axis);
    AIC_CHECK(a->shape[axis] > 0, "the extreme of nothing");
    int64_t best = 0;
    Scalar x[2] = {a->get(index), {}};
    for (int64_t i = 1; i < a->shape[axis]; ++i) {
      index[axis] = i;
      x[1] = a->get(index);
      Scalar swapped[2] = {x[1], x[0]};
      bool best_is_nan = evaluate("isnan"_op, &x[0]).truth(), this_is_nan = evaluate("isnan"_op, &x[1]).truth();
      bool better = evaluate("less"_op, greatest ? x : swapped).truth();
      if (!best_is_nan && (this_is_nan || better)) best = i, x[0] = x[1];
    }
    out->set(to, Scalar::integer(best, type.dtype()));
  });
  if (type.is_array()) return result(id, out);
  result(id, out->get({}));
}

void Frame::scan(OpId id) {
  std::shared_ptr<ArrayValue> a = array(id, 0);
  size_t axis = size_t(f_.int_attr(id, "axis"));
  OpCode code = operator_named(f_.text_attr(id, "kind"));
  Type type = result_type(id);
  std::shared_ptr<ArrayValue> out = ArrayValue::make(type.dtype(), a->shape, type.layout());
  each_line(*a, axis, [&](Index index) {
    Scalar running;
    for (int64_t i = 0; i < a->shape[axis]; ++i) {
      index[axis] = i;
      running = i ? combine(code, running, a->get(index)) : a->get(index);
      out->set(index, running);
    }
  });
  result(id, out);
}

void Frame::matmul(OpId id) {
  std::shared_ptr<ArrayValue> a = array(id, 0), b = array(id, 1);
  bool row = a->shape.size() == 1, column = b->shape.size() == 1;
  int64_t inner = a->shape.back();
  AIC_CHECK(inner == b->shape[0], print(f_, id));
  Index shape;
  if (!row) shape.push_back(a->shape[0]);
  if (!column) shape.push_back(b->shape[1]);
  Type type = result_type(id);
  std::shared_ptr<ArrayValue> out = ArrayValue::make(type.dtype(), shape, type.is_array() ? type.layout() : Layout::C);
  each_index(shape, [&](const Index& index) {
    Scalar sum = convert(Scalar::integer(0), type.dtype());
    for (int64_t k = 0; k < inner; ++k) {
      Scalar product = combine("multiply"_op, a->get(row ? Index{k} : Index{index[0], k}),
                               b->get(column ? Index{k} : Index{k, index.back()}));
      sum = combine("add"_op, sum, product);
    }
    out->set(index, sum);
  });
  if (type.is_array()) return result(id, out);
  result(id, out->get({}));
}

}  // namespace aic::ir::interpreter
