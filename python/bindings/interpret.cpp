// Blocks that Python runs in the midst of compiled code (docs/fallback.md). The values become objects: numbers and texts by
// value, arrays as arrays of the same memory, the same object each time. A new array's memory becomes an object's on that
// occasion, which compiled code keeps a reference to. What the block binds comes back if it is of the type it was annotated
// with.
#include "python/bindings/interpret.h"

#include <cstring>

#include "ir/ops/table.h"
#include "python/bindings/call.h"

namespace aic::bindings {
using ir::Type;
using ir::TypeKind;
using rt::Buffer;
using rt::Context;
using rt::Slot;

namespace {

constexpr const char* annotated = "`%s` is annotated `%s` in an aic.objmode block, and is %s";

std::string told(PyObject* o) {
  Key k = key_of(o);
  return k && has_type(k) ? "`" + type_of_key(k).text() + "`" : why_unsupported(o);
}

// box() takes references, and compiled code keeps its own: one more of each text; arrays get objects that own their memory.
bool lend(const Plan& p, Slot* at, Context& context) {
  if (p.kind == TypeKind::Str) {
    auto* s = static_cast<rt::Str*>(at->p);
    if (s->refcount >= 0) s->refcount += 1;
    return true;
  }
  if (p.kind == TypeKind::Array) return static_cast<Buffer*>(at[1].p)->host || own_by_object(p, at);
  if (p.kind == TypeKind::Tuple || p.kind == TypeKind::Slice) {
    for (const Plan& part : p.parts) {
      if (!lend(part, at, context)) return false;
      at += part.slots;
    }
  }
  if (p.kind == TypeKind::Union) {
    auto tag = size_t(at->i);
    ++at;
    for (size_t k = 0; k < tag && k < p.parts.size(); ++k) at += p.parts[k].slots;
    if (tag < p.parts.size()) return lend(p.parts[tag], at, context);
  }
  return true;
}

// ---- what comes back ----
bool array_in(PyObject* o, Type t, Slot*& to, Context& context) {
  Buffer* b = context.runtime->allocate(&context, 0);
  if (!b) return PyErr_NoMemory(), false;
  rt::aic_recycle(std::exchange(b->data, nullptr), b->bytes);
  b->bytes = 0;
  b->host = Py_NewRef(o);
  auto* a = reinterpret_cast<PyArrayObject*>(o);
  to[0].p = PyArray_DATA(a), to[1].p = b;
  for (int k = 0; k < t.rank(); ++k) to[2 + k].i = PyArray_DIM(a, k), to[2 + t.rank() + k].i = PyArray_STRIDE(a, k);
  to += 2 + 2 * t.rank();
  return true;
}

bool is_array_of(Type is, Type wanted) {
  if (!is.is_array() || is.dtype() != wanted.dtype() || is.rank() != wanted.rank()) return false;
  if (is.readonly() && !wanted.readonly()) return false;
  ir::Layout w = wanted.layout(), i = is.layout();
  return w == i || w == ir::Layout::Strided || (w == ir::Layout::Inner && i == ir::Layout::C) ||
         (is.rank() < 2 && w == ir::Layout::F && i == ir::Layout::C);
}

// False without an exception: it is of another type.
bool value_in(PyObject* o, Type t, Slot*& to, Context& context) {
  if (t.is_tuple()) {
    if (Py_TYPE(o) != &PyTuple_Type || size_t(PyTuple_GET_SIZE(o)) != t.elements().size()) return false;
    for (size_t k = 0; k < t.elements().size(); ++k)
      if (!value_in(PyTuple_GET_ITEM(o, Py_ssize_t(k)), t.elements()[k], to, context)) return false;
    return true;
  }
  Key k = key_of(o);
  if (!k || !has_type(k)) return false;
  Type is = type_of_key(k);
  if (t.is_array()) return is_array_of(is, t) && array_in(o, t, to, context);
  if (is != t) return false;
  if (t.is(TypeKind::Str)) {
    rt::Str* s = copied_text(context, o);
    if (!s) return PyErr_NoMemory(), false;
    to++->p = s;
    return true;
  }
  Headers none{nullptr, nullptr};
  Plan plan = make_plan(t, Side::Result);
  return unpack(o, plan, to, none);
}

bool results_in(const Block& block, PyObject* made, Slot* to, Context& context) {
  for (size_t k = 0; k < block.results.size(); ++k) {
    PyObject* o = PyTuple_GET_ITEM(made, Py_ssize_t(k));
    if (value_in(o, block.results[k], to, context)) continue;
    if (!PyErr_Occurred())
      PyErr_Format(PyExc_TypeError, annotated, block.result_names[k].c_str(), block.results[k].text().c_str(), told(o).c_str());
    return false;
  }
  return true;
}

bool run(const Block& block, const Slot* values, Slot* results, Context& context) {
  Ref given(PyTuple_New(Py_ssize_t(block.values.size())));
  Slot* at = const_cast<Slot*>(values);
  for (size_t k = 0; given && k < block.values.size(); ++k) {
    if (!lend(block.values[k], at, context)) return false;
    const Slot* from = at;
    PyObject* o = box(block.values[k], from, context);
    if (!o) return false;
    PyTuple_SET_ITEM(given.get(), Py_ssize_t(k), o);
    at += block.values[k].slots;
  }
  Ref made(given ? PyObject_CallObject(block.function, given.get()) : nullptr);
  has_not_started = false;  // functions that the block called may have said so
  if (!made || !results_in(block, made.get(), results, context)) return false;
  if (all_guards_hold(block.of)) return true;
  PyErr_SetString(PyExc_RuntimeError,
                  "an aic.objmode block bound a name anew that the compiled code around it had taken as it was");
  return false;
}

}  // namespace

int32_t interpret(Context* context, int64_t block, const Slot* values, Slot* results) {
  PyGILState_STATE state = PyGILState_Ensure();
  bool good = run(*reinterpret_cast<const Block*>(block), values, results, *context);
  PyGILState_Release(state);
  return !good;
}

void drop_object(Context*, void* object) {
  PyGILState_STATE state = PyGILState_Ensure();
  PyObject *type, *value, *trace;
  PyErr_Fetch(&type, &value, &trace);
  Py_DECREF(static_cast<PyObject*>(object));
  PyErr_Restore(type, value, trace);
  PyGILState_Release(state);
}

void add_blocks(ir::Module& m, Specialisation& s) {
  for (const auto& f : m.functions)
    for (ir::OpId id : f->ops_below(f->body())) {
      const ir::Op& op = f->op(id);
      if (ir::record(op.code).name != "interpret") continue;
      Block& b = *s.blocks.emplace_back(std::make_unique<Block>());
      b.function = reinterpret_cast<PyObject*>(f->int_attr(id, "block"));
      b.of = &s;
      for (ir::ValueId v : op.operands) b.values.push_back(make_plan(f->type(v), Side::Result));
      for (ir::ValueId v : op.results) b.results.push_back(f->type(v));
      if (const ir::Attr* names = f->find_attr(id, "results")) b.result_names = std::get<std::vector<std::string>>(*names);
      b.result_names.resize(b.results.size());
      f->set_attr(id, "block", int64_t(reinterpret_cast<intptr_t>(&b)));
    }
}

// Of a module like math or numpy, whose names nobody binds anew.
static bool is_of_a_library(PyObject* dict) {
  PyObject* name = PyDict_Check(dict) ? PyDict_GetItemString(dict, "__name__") : nullptr;
  const char* text = name && PyUnicode_Check(name) ? PyUnicode_AsUTF8(name) : "";
  for (const char* known : {"numpy", "math", "cmath", "builtins"})
    if (std::string_view(text) == known || std::string_view(text).starts_with(std::string(known) + ".")) return true;
  return false;
}

std::string reached_by_blocks(const Specialisation& s) {
  if (s.blocks.empty()) return "";
  if (s.has_lists) return "a list, dict, set or object of the caller's";
  if (!s.hidden.empty()) return "an array or container of the module's";
  for (const Guard& g : s.guards) {
    if (g.kind == Guard::Kind::Contents) return "a container of the module's";
    bool value = g.kind == Guard::Kind::Item || g.kind == Guard::Kind::Cell;
    PyObject* o = g.expected.get();
    if (!value || !o || PyType_Check(o) || PyModule_Check(o) || PyCallable_Check(o) || is_of_a_library(g.place.get())) continue;
    return g.name && PyUnicode_Check(g.name.get()) ? PyUnicode_AsUTF8(g.name.get()) : "a name of the module's";
  }
  return "";
}

bool has_blocks(const ir::Module& m, ir::SpanId* where) {
  for (const auto& f : m.functions)
    for (ir::OpId id : f->ops_below(f->body()))
      if (ir::record(f->op(id).code).name == "interpret") {
        if (where) *where = f->op(id).span;
        return true;
      }
  return false;
}

}  // namespace aic::bindings
