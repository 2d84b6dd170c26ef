// Frames, control flow, memory: see interpret.h.
#include "ir/interpret.h"

#include <algorithm>
#include <cstring>

#include "ir/exceptions.h"
#include "ir/interpret_internal.h"

namespace aic::ir {

// ---- arrays ----
std::shared_ptr<ArrayValue> ArrayValue::make(DType d, std::vector<int64_t> shape, Layout layout) {
  auto a = std::make_shared<ArrayValue>();
  a->dtype = d;
  a->strides.resize(shape.size());
  int64_t bytes = byte_size(d);
  for (size_t n = 0; n < shape.size(); ++n) {
    size_t k = layout == Layout::F ? n : shape.size() - 1 - n;
    a->strides[k] = bytes;
    bytes *= shape[k];
  }
  a->shape = std::move(shape);
  a->bytes = std::make_shared<std::vector<unsigned char>>(size_t(bytes));
  return a;
}
int64_t ArrayValue::size() const {
  int64_t n = 1;
  for (int64_t e : shape) n *= e;
  return n;
}
static unsigned char* address(const ArrayValue& a, const std::vector<int64_t>& index) {
  AIC_CHECK(index.size() == a.shape.size());
  int64_t at = a.offset;
  for (size_t k = 0; k < index.size(); ++k) {
    AIC_CHECK(index[k] >= 0 && index[k] < a.shape[k],
              "index " + std::to_string(index[k]) + " of " + std::to_string(a.shape[k]));
    at += index[k] * a.strides[k];
  }
  AIC_CHECK(at >= 0 && at + byte_size(a.dtype) <= int64_t(a.bytes->size()));
  return a.bytes->data() + at;
}
Scalar ArrayValue::get(const std::vector<int64_t>& index) const { return from_memory(address(*this, index), dtype); }
void ArrayValue::set(const std::vector<int64_t>& index, const Scalar& s) {
  AIC_CHECK(s.dtype == dtype, std::string(name(s.dtype)) + " into " + std::string(name(dtype)));
  to_memory(s, address(*this, index));
}

namespace interpreter {

void each_index(const std::vector<int64_t>& shape, const std::function<void(const std::vector<int64_t>&)>& visit) {
  for (int64_t e : shape)
    if (e <= 0) return;
  std::vector<int64_t> index(shape.size());
  for (;;) {
    visit(index);
    size_t k = shape.size();
    while (k > 0 && ++index[k - 1] == shape[k - 1]) index[--k] = 0;
    if (k == 0) return;
  }
}

OpCode operator_named(const std::string& name) {
  OpCode code{};
  AIC_CHECK(find_op(name, code), name);
  return code;
}

// ---- operands and results ----
const RuntimeValue& Frame::in(OpId id, size_t k) const { return values_[at(id).operands[k].index]; }
const Scalar& Frame::scalar(OpId id, size_t k) const {
  const Scalar* s = std::get_if<Scalar>(&in(id, k));
  if (!s) internal_error("a scalar nobody defined", __FILE__, __LINE__, print(f_, id));
  return *s;
}
std::shared_ptr<ArrayValue> Frame::array(OpId id, size_t k) const {
  const auto* a = std::get_if<std::shared_ptr<ArrayValue>>(&in(id, k));
  if (!a) internal_error("an array nobody defined", __FILE__, __LINE__, print(f_, id));
  return *a;
}
std::vector<RuntimeValue> Frame::operands(OpId id, size_t from) const {
  std::vector<RuntimeValue> v;
  for (size_t k = from; k < at(id).operands.size(); ++k) v.push_back(in(id, k));
  return v;
}
std::vector<int64_t> Frame::integers(OpId id, size_t from) const {
  std::vector<int64_t> v;
  for (size_t k = from; k < at(id).operands.size(); ++k) v.push_back(integer(id, k));
  return v;
}
void Frame::define(ValueId v, RuntimeValue x) {
  if (Scalar* s = std::get_if<Scalar>(&x)) {
    Type t = f_.type(v);
    AIC_CHECK(t.is_number() && t.dtype() == s->dtype, "a " + std::string(name(s->dtype)) + " as " + t.text());
    s->python = t.is_python_number();
  }
  values_[v.index] = std::move(x);
}

// ---- control ----
std::vector<RuntimeValue> Frame::call(const std::vector<RuntimeValue>& arguments) {
  Leave out = region(f_.body(), arguments);
  AIC_CHECK(out.kind == Leave::Return, "@" + f_.name() + " ends without return");
  return out.values;
}

Leave Frame::region(RegionId r, const std::vector<RuntimeValue>& arguments) {
  const Region& here = f_.region(r);
  AIC_CHECK(here.arguments.size() == arguments.size());
  for (size_t k = 0; k < arguments.size(); ++k) define(here.arguments[k], arguments[k]);
  Leave leave;
  for (OpId id = here.first; id; id = f_.op(id).next) {
    if (--run_.steps_left < 0) throw Error("the interpreter's steps are used up");
    if (op(id, leave)) return leave;
  }
  internal_error("a region without end", __FILE__, __LINE__, f_.name());
}

bool Frame::op(OpId id, Leave& leave) {
  const OpRecord& r = record(at(id).code);
  if (r.has(Terminator)) return terminator(id, leave);
  if (r.tier == Tier::Elementwise) return elementwise(id), false;
  if (r.tier == Tier::Structural && structural(id)) return false;
  if (r.has(Control)) return control(id, leave);
  if (r.has(Check) && check(id)) return false;
  if (r.has(View) && view(id)) return false;
  if (plain(id) || memory(id) || list(id) || table(id) || text_op(id) || error(id) || tape(id)) return false;
  internal_error("the interpreter does not know this op", __FILE__, __LINE__, print(f_, id));
}

bool Frame::control(OpId id, Leave& leave) {
  OpCode c = at(id).code;
  if (c == "if"_op) return if_op(id, leave);
  if (c == "for"_op) return for_op(id, leave);
  if (c == "while"_op) return while_op(id, leave);
  AIC_CHECK(c == "kernel"_op, print(f_, id));
  return kernel(id), false;
}

bool Frame::terminator(OpId id, Leave& leave) {
  OpCode c = at(id).code;
  leave.values = operands(id);
  leave.loop = f_.int_attr(id, "loop");
  if (c == "raise"_op) raise(id, f_.text_attr(id, "exception"), attribute_text(id, "message"));
  if (c == "error.raise"_op) error(id);
  AIC_CHECK(c != "unreachable"_op, "unreachable was reached");
  if (c == "condition"_op) {
    leave.kind = Leave::Condition;
    leave.holds = scalar(id, 0).truth();
    leave.values.erase(leave.values.begin());
  } else {
    leave.kind = c == "continue"_op ? Leave::Continue
                 : c == "break"_op  ? Leave::Break
                 : c == "return"_op ? Leave::Return
                                    : Leave::End;
  }
  return true;
}

bool Frame::if_op(OpId id, Leave& leave) {
  Leave inner = region(at(id).regions[scalar(id, 0).truth() ? 0 : 1], {});
  if (inner.is_exit()) return leave = std::move(inner), true;
  for (size_t k = 0; k < inner.values.size(); ++k) result(id, inner.values[k], k);
  return false;
}

// One round's end, seen by its own loop: an exit that names another loop, or returns, goes on outward.
static bool is_mine(const Leave& l, int64_t label) {
  return (l.kind == Leave::Continue || l.kind == Leave::Break) && l.loop == label;
}

bool Frame::for_op(OpId id, Leave& leave) {
  int64_t start = integer(id, 0), stop = integer(id, 1), step = integer(id, 2), label = f_.int_attr(id, "label");
  AIC_CHECK(step != 0);
  std::vector<RuntimeValue> state = operands(id, 3);
  // 128 bits: the index after the last may not fit.
  for (__int128 i = start; step > 0 ? i < stop : i > stop; i += step) {
    std::vector<RuntimeValue> arguments{Scalar::integer(int64_t(i))};
    arguments.insert(arguments.end(), state.begin(), state.end());
    Leave inner = region(at(id).regions[0], arguments);
    if (!is_mine(inner, label)) return leave = std::move(inner), true;
    state = std::move(inner.values);
    if (inner.kind == Leave::Break) break;
  }
  for (size_t k = 0; k < state.size(); ++k) result(id, state[k], k);
  return false;
}

bool Frame::while_op(OpId id, Leave& leave) {
  int64_t label = f_.int_attr(id, "label");
  std::vector<RuntimeValue> state = operands(id);
  for (;;) {
    Leave test = region(at(id).regions[0], state);
    bool done = test.kind == Leave::Condition && !test.holds;
    if (test.kind == Leave::Condition && test.holds) test = region(at(id).regions[1], test.values);
    if (!done && !is_mine(test, label)) return leave = std::move(test), true;
    state = std::move(test.values);
    if (done || test.kind == Leave::Break) break;
  }
  for (size_t k = 0; k < state.size(); ++k) result(id, state[k], k);
  return false;
}

void Frame::kernel(OpId id) {
  each_index(integers(id, 0), [&](const std::vector<int64_t>& index) {
    std::vector<RuntimeValue> arguments;
    for (int64_t i : index) arguments.push_back(Scalar::integer(i));
    AIC_CHECK(!region(at(id).regions[0], arguments).is_exit(), "an exit out of a kernel");
  });
}

void Frame::call_op(OpId id) {
  const Function* callee = run_.module.find(f_.text_attr(id, "callee"));
  if (!callee) throw Error("call of @" + f_.text_attr(id, "callee") + ", which is not in the module");
  if (++run_.depth > 900) throw Raised{"RecursionError", "maximum recursion depth exceeded"};
  bool caught = f_.int_attr(id, "caught") != 0;
  int depth = run_.depth;
  bool raised = false;
  std::vector<RuntimeValue> results;
  try {
    results = Frame(run_, *callee).call(operands(id));
  } catch (const Raised& r) {
    if (!caught) throw;
    run_.depth = depth;
    raised = true;
    run_.caught.push_back(r);
    results.assign(at(id).results.size() - 1, Undefined{});
  }
  --run_.depth;
  if (caught) result(id, Scalar::integer(raised));
  for (size_t k = caught; k < at(id).results.size(); ++k) result(id, results[k - caught], k);
}

bool Frame::text_op(OpId id) {
  const OpRecord& r = record(at(id).code);
  if (r.tier != Tier::Runtime || !r.name.starts_with("str.")) return false;
  if (r.name == "str.length") {  // no call: a field of the string
    const auto& s = std::get<std::string>(in(id, 0));
    return result(id, Scalar::integer(std::count_if(s.begin(), s.end(), [](char c) { return (c & 0xc0) != 0x80; }))), true;
  }
  if (!run_.texts) throw Error("nobody lent the interpreter the functions of strings: " + print(f_, id));
  RuntimeValue x = run_.texts(r.name, operands(id));
  if (!at(id).results.empty()) result(id, std::move(x));
  return true;
}

// A saved exception is a list of its number among those that were caught.
bool Frame::error(OpId id) {
  OpCode c = at(id).code;
  if (c == "error.save"_op) {
    auto saved = std::make_shared<ListValue>();
    saved->elements.push_back(Scalar::integer(int64_t(run_.caught.size()) - 1));
    return result(id, saved), true;
  }
  if (!record(c).name.starts_with("error.")) return false;
  if (c == "error.done"_op) return true;
  if (c == "error.make"_op || c == "error.value"_op || c == "error.cause"_op || c == "error.link"_op)
    throw Error("exceptions as values are not interpreted: " + print(f_, id));
  const Raised r = run_.caught.at(size_t(std::get<Scalar>(list_of(id).elements.at(0)).i));
  if (c == "error.raise"_op) throw r;
  if (c == "error.text"_op) return result(id, f_.int_attr(id, "what") == 1 ? r.exception : r.message), true;
  bool any = false;
  for (const std::string& name : std::get<std::vector<std::string>>(*f_.find_attr(id, "classes")))
    any |= r.function && r.function->find_attr(r.op, "bases") ? raises_instance_of(*r.function, r.op, name)
                                                              : is_subclass(r.exception, name);
  return result(id, Scalar::boolean(any)), true;
}

// ---- constants, tuples, unions, cells ----
RuntimeValue Frame::constant(OpId id) const {
  Type t = result_type(id);
  if (t.is(TypeKind::None)) return NoneValue{};
  if (t.is(TypeKind::Str)) return f_.text_attr(id, "value");
  if (!t.is_number()) return Undefined{};
  auto number = [&](const char* key) {
    const Attr* a = f_.find_attr(id, key);
    if (const double* d = a ? std::get_if<double>(a) : nullptr) return Scalar::floating(*d);
    return Scalar::integer(f_.int_attr(id, key));
  };
  if (is_complex(t.dtype())) return Scalar::complex(number("value").number(), number("imaginary").number(), t.dtype());
  return convert(number("value"), t.dtype());
}

bool Frame::plain(OpId id) {
  OpCode c = at(id).code;
  if (c == "const"_op) return result(id, constant(id)), true;
  if (c == "undefined"_op) return result(id, Undefined{}), true;
  if (c == "tuple"_op) return result(id, TupleValue{operands(id)}), true;
  if (c == "tuple.get"_op) {
    // Of an undefined one nobody looks at an element, but to release it.
    const TupleValue* t = std::get_if<TupleValue>(&in(id, 0));
    AIC_CHECK(t || std::holds_alternative<Undefined>(in(id, 0)), print(f_, id));
    return result(id, t ? t->elements.at(size_t(f_.int_attr(id, "index"))) : RuntimeValue(Undefined{})), true;
  }
  if (c == "union.make"_op)
    return result(id, UnionValue{int(f_.int_attr(id, "arm")), std::make_shared<RuntimeValue>(in(id, 0))}), true;
  if (c == "union.tag"_op) return result(id, Scalar::integer(std::get<UnionValue>(in(id, 0)).tag)), true;
  if (c == "union.get"_op) {
    const UnionValue& u = std::get<UnionValue>(in(id, 0));
    // Another arm's payload may be asked for where nobody looks at it (select of both sides).
    return result(id, u.tag == f_.int_attr(id, "arm") ? *u.payload : RuntimeValue(Undefined{})), true;
  }
  if (c == "union.number"_op)
    return result(id, convert(std::get<Scalar>(*std::get<UnionValue>(in(id, 0)).payload), DType::I64)), true;
  if (c == "union.of"_op) {
    auto tag = size_t(std::get<Scalar>(in(id, 0)).i);
    RuntimeValue payload = convert(std::get<Scalar>(in(id, 1)), result_type(id).elements()[tag].dtype());
    return result(id, UnionValue{int(tag), std::make_shared<RuntimeValue>(payload)}), true;
  }
  if (c == "cell.new"_op) return result(id, CellValue{std::make_shared<RuntimeValue>(in(id, 0))}), true;
  if (c == "cell.get"_op) return result(id, *std::get<CellValue>(in(id, 0)).content), true;
  if (c == "cell.set"_op) return *std::get<CellValue>(in(id, 0)).content = in(id, 1), true;
  if (c == "address"_op && f_.type(at(id).operands[0]).is_list())
    return result(id, Scalar::integer(reinterpret_cast<int64_t>(std::get<std::shared_ptr<ListValue>>(in(id, 0)).get()))), true;
  if (c == "address"_op)
    return result(id, Scalar::integer(reinterpret_cast<int64_t>(array(id, 0)->bytes->data()) + array(id, 0)->offset)), true;
  if (c == "bits"_op) return result(id, reinterpret(scalar(id, 0), f_.type(at(id).results[0]).dtype())), true;
  if (c == "lapack.is_there"_op) return result(id, Scalar::boolean(false)), true;
  if (c == "owns"_op) return result(id, Scalar::boolean(true)), true;
  if (c == "same"_op) return result(id, Scalar::boolean(array(id, 0) == array(id, 1))), true;
  if (c == "call"_op) return call_op(id), true;
  return c == "poll"_op || c == "retain"_op || c == "release"_op || c == "unwind"_op;
}

bool Frame::tape(OpId id) {
  if (at(id).code == "tape.push"_op) {
    std::vector<RuntimeValue>& frame = tape_.emplace_back(operands(id));
    for (size_t k = 0; k < frame.size(); ++k) {
      if (!is_array(id, k)) continue;
      std::shared_ptr<ArrayValue> a = array(id, k), kept = ArrayValue::make(a->dtype, a->shape);
      each_index(a->shape, [&](const std::vector<int64_t>& index) { kept->set(index, a->get(index)); });
      frame[k] = kept;
    }
    return true;
  }
  if (at(id).code != "tape.pop"_op) return false;
  if (at(id).results.empty()) return true;
  AIC_CHECK(!tape_.empty() && tape_.back().size() == at(id).results.size(), print(f_, id));
  for (size_t k = 0; k < tape_.back().size(); ++k) result(id, tape_.back()[k], k);
  tape_.pop_back();
  return true;
}

// ---- memory ----
bool Frame::memory(OpId id) {
  OpCode c = at(id).code;
  if (c == "extent"_op) return result(id, Scalar::integer(array(id, 0)->shape.at(size_t(f_.int_attr(id, "axis"))))), true;
  if (c == "stride"_op) return result(id, Scalar::integer(array(id, 0)->strides.at(size_t(f_.int_attr(id, "axis"))))), true;
  if (c == "load"_op) return result(id, array(id, 0)->get(integers(id, 1))), true;
  if (c == "store"_op) return array(id, 0)->set(integers(id, 2), scalar(id, 1)), true;
  if (c == "assume.index"_op) {
    AIC_CHECK(integer(id, 0) >= 0 && integer(id, 0) < integer(id, 1), print(f_, id));
    return result(id, scalar(id, 0)), true;
  }
  if (c == "empty"_op) {
    Type t = result_type(id);
    return result(id, ArrayValue::make(t.dtype(), integers(id, 0), t.layout())), true;
  }
  return false;
}

static ArrayValue basic_view(const ArrayValue& a, const std::string& spec, const std::vector<int64_t>& parts) {
  ArrayValue v{a.dtype, {}, {}, a.bytes, a.offset};
  size_t axis = 0, part = 0;
  for (char letter : spec) {
    if (letter == 'n') {
      v.shape.push_back(1), v.strides.push_back(0);
      continue;
    }
    int64_t extent = a.shape.at(axis), stride = a.strides.at(axis);
    ++axis;
    if (letter == ':') {
      v.shape.push_back(extent), v.strides.push_back(stride);
    } else if (letter == 'i') {
      AIC_CHECK(parts.at(part) >= 0 && parts[part] < extent);
      v.offset += parts[part++] * stride;
    } else {
      int64_t start = parts.at(part), count = parts.at(part + 1), step = parts.at(part + 2);
      part += 3;
      AIC_CHECK(count >= 0 && (count == 0 || (start >= 0 && start < extent && start + (count - 1) * step >= 0 &&
                                              start + (count - 1) * step < extent)));
      if (count) v.offset += start * stride;
      v.shape.push_back(count), v.strides.push_back(stride * step);
    }
  }
  AIC_CHECK(axis == a.shape.size());
  return v;
}

bool Frame::view(OpId id) {
  OpCode c = at(id).code;
  if (c == "check.bound"_op) return false;
  const ArrayValue& a = *array(id, 0);
  ArrayValue v{a.dtype, {}, {}, a.bytes, a.offset};
  if (c == "view"_op) {
    v = basic_view(a, f_.text_attr(id, "spec"), integers(id, 1));
  } else if (c == "view.transpose"_op) {
    for (int64_t k : f_.list_attr(id, "axes"))
      v.shape.push_back(a.shape.at(size_t(k))), v.strides.push_back(a.strides.at(size_t(k)));
  } else if (c == "view.broadcast"_op) {
    v.shape = integers(id, 1);
    size_t added = v.shape.size() - a.shape.size();
    for (size_t k = 0; k < v.shape.size(); ++k) {
      bool stretched = k < added || (a.shape[k - added] == 1 && v.shape[k] != 1);
      AIC_CHECK(stretched || a.shape[k - added] == v.shape[k], "view.broadcast does not fit");
      v.strides.push_back(stretched ? 0 : a.strides[k - added]);
    }
  } else if (c == "view.reshape"_op) {
    std::vector<int64_t> all = integers(id, 1);
    bool strided = f_.int_attr(id, "strided");
    size_t rank = all.size() >> int(strided);
    std::shared_ptr<ArrayValue> like = ArrayValue::make(a.dtype, {all.begin(), all.begin() + long(rank)});
    AIC_CHECK(like->size() == a.size());
    v.shape = like->shape;
    v.strides = strided ? std::vector<int64_t>(all.begin() + long(rank), all.end()) : like->strides;
  } else if (c == "view.real"_op) {
    v = a;
    v.dtype = rule::part(a.dtype);
    v.offset += f_.int_attr(id, "part") * byte_size(v.dtype);
  } else if (c == "view.bits"_op) {
    v = a;
    v.dtype = f_.type(f_.op(id).results[0]).dtype();
    if (f_.op(id).operands.size() > 1) v.shape.back() = integers(id, 1)[0], v.strides.back() = byte_size(v.dtype);
  } else {
    return false;
  }
  return result(id, std::make_shared<ArrayValue>(std::move(v))), true;
}

}  // namespace interpreter

Result interpret(const Module& m, std::string_view function, std::vector<RuntimeValue> arguments, int64_t max_steps,
                 const TextFunctions& texts) {
  const Function* f = m.find(function);
  if (!f) throw Error("no function @" + std::string(function));
  if (f->form() == Form::Py) throw Error("the interpreter runs typed forms; @" + std::string(function) + " is in py form");
  if (f->parameters().size() != arguments.size())
    throw Error("@" + std::string(function) + " takes " + std::to_string(f->parameters().size()) + " arguments");
  interpreter::Run run{m, max_steps, texts};
  try {
    return {interpreter::Frame(run, *f).call(std::move(arguments)), {}, {}};
  } catch (const interpreter::Raised& r) {
    return {{}, r.exception, r.message};
  }
}

}  // namespace aic::ir
