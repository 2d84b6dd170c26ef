// The dispatcher as a Python object: its life, its attributes, the slow way to a specialisation.
#include "python/bindings/dispatcher.h"

#include <structmember.h>
#include <time.h>

#include "python/bindings/call.h"

namespace aic::bindings {
namespace {

PyTypeObject* dispatcher_type = nullptr;

Dispatcher* self_of(PyObject* o) { return reinterpret_cast<Dispatcher*>(o); }

int traverse(PyObject* o, visitproc visit, void* arg) {
  Dispatcher* d = self_of(o);
  Py_VISIT(Py_TYPE(o));
  Py_VISIT(d->dict);
  Py_VISIT(d->function);
  Py_VISIT(d->split);
  // What guards hold keeps the module's dict alive, which holds this: the collector must see the way round.
  for (int i = 0; i < d->entry_count; ++i)
    if (d->entries[i]->references == 1)
      for (const Guard& g : d->entries[i]->guards) {
        Py_VISIT(g.place.get());
        Py_VISIT(g.name.get());
        Py_VISIT(g.expected.get());
      }
  return 0;
}

int clear(PyObject* o) {
  Dispatcher* d = self_of(o);
  int count = std::exchange(d->entry_count, 0);
  for (int i = 0; i < count; ++i) drop(d->entries[i]);
  Py_CLEAR(d->dict);
  Py_CLEAR(d->split);
  return 0;
}

void deallocate(PyObject* o) {
  Dispatcher* d = self_of(o);
  PyTypeObject* type = Py_TYPE(o);
  PyObject_GC_UnTrack(o);
  if (d->weak_references) PyObject_ClearWeakRefs(o);
  clear(o);
  Py_CLEAR(d->function);
  Py_CLEAR(d->names);
  delete[] d->entries;
  delete d->options;
  delete d->compiling;
  delete d->left;
  delete d->library;
  type->tp_free(o);
  Py_DECREF(type);
}

PyObject* bind_method(PyObject* self, PyObject* object, PyObject*) {
  if (!object || object == Py_None) return Py_NewRef(self);
  return PyMethod_New(self, object);
}

PyObject* represent(PyObject* o) { return PyUnicode_FromFormat("<aic function %R>", self_of(o)->function); }

PyObject* get_signatures(PyObject* o, void*) {
  Dispatcher* d = self_of(o);
  Ref list(PyList_New(0));
  for (int i = 0; list && i < d->entry_count; ++i) {
    Ref s(PyUnicode_FromString(d->entries[i]->signature.c_str()));
    if (!s || PyList_Append(list.get(), s.get()) < 0) return nullptr;
  }
  return list.release();
}
PyObject* get_code_bytes(PyObject* o, void*) {
  size_t n = 0;
  for (int i = 0; i < self_of(o)->entry_count; ++i)
    if (const auto& code = self_of(o)->entries[i]->code) n += code->bytes();
  return PyLong_FromSize_t(n);
}

// lower, compile, explain, … are written in Python (aic/_methods.py): they are called rarely.
template <const char* const& name>
PyObject* method(PyObject* self, PyObject* arguments, PyObject* keywords) {
  try {
    Ref f = imported("aic._methods", name);
    Ref all(checked(PyTuple_New(PyTuple_GET_SIZE(arguments) + 1)));
    PyTuple_SET_ITEM(all.get(), 0, Py_NewRef(self));
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(arguments); ++i)
      PyTuple_SET_ITEM(all.get(), i + 1, Py_NewRef(PyTuple_GET_ITEM(arguments, i)));
    return PyObject_Call(f.get(), all.get(), keywords);
  } catch (const PythonError&) {
    return nullptr;
  }
}
const char* const lower_name = "lower";
const char* const compile_name = "compile";
const char* const explain_name = "explain";
const char* const profile_name = "profile";
const char* const schedule_name = "schedule";

template <const char* const& name>
constexpr PyMethodDef method_row(const char* doc) {
  return {name, reinterpret_cast<PyCFunction>(reinterpret_cast<void (*)()>(&method<name>)), METH_VARARGS | METH_KEYWORDS, doc};
}

PyMemberDef members[] = {
    {"__vectorcalloffset__", T_PYSSIZET, offsetof(Dispatcher, call), READONLY, nullptr},
    {"__dictoffset__", T_PYSSIZET, offsetof(Dispatcher, dict), READONLY, nullptr},
    {"__weaklistoffset__", T_PYSSIZET, offsetof(Dispatcher, weak_references), READONLY, nullptr},
    {"py_func", T_OBJECT, offsetof(Dispatcher, function), READONLY, "The original Python function."},
    {"_split", T_OBJECT, offsetof(Dispatcher, split), 0, "What the interpreter runs of a function that was taken apart."},
    {"compile_seconds", T_DOUBLE, offsetof(Dispatcher, compile_seconds), READONLY, "Seconds that the last compile took."},
    {nullptr, 0, 0, 0, nullptr}};
PyGetSetDef properties[] = {{"__dict__", PyObject_GenericGetDict, PyObject_GenericSetDict, nullptr, nullptr},
                            {"signatures", get_signatures, nullptr, "The argument types compiled for, as texts.", nullptr},
                            {"_code_bytes", get_code_bytes, nullptr, "Bytes of machine code held.", nullptr},
                            {nullptr, nullptr, nullptr, nullptr, nullptr}};

double now() {
  timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return double(t.tv_sec) + 1e-9 * double(t.tv_nsec);
}

void remove_entry(Dispatcher* d, int index) {
  Specialisation* s = d->entries[index];
  for (int i = index; i + 1 < d->entry_count; ++i) d->entries[i] = d->entries[i + 1];
  --d->entry_count;
  drop(s);
}

void add_entry(Dispatcher* d, Specialisation* s) {
  if (d->entry_count == d->entry_capacity) {
    int capacity = d->entry_capacity ? 2 * d->entry_capacity : 4;
    auto** grown = new Specialisation*[size_t(capacity)];
    std::copy(d->entries, d->entries + d->entry_count, grown);
    delete[] std::exchange(d->entries, grown);
    d->entry_capacity = capacity;
  }
  d->entries[d->entry_count++] = s;
}

// The index of the entry for these keys and assumptions that can be used as it is; drops those whose guards broke.
int find_entry(Dispatcher* d, std::span<const Key> keys, Assumptions wanted) {
  for (int i = d->entry_count; i-- > 0;) {
    Specialisation* s = d->entries[i];
    if (!std::equal(keys.begin(), keys.end(), s->keys.begin(), s->keys.end())) continue;
    bool holds_all = hidden_hold(*s);
    for (const Guard& g : s->guards) holds_all &= holds(g);
    if (!holds_all)
      remove_entry(d, i);
    else if ((wanted.disjoint || !s->needs_disjoint) && (wanted.small || !s->needs_small) &&
             (wanted.fitting || s->relations.empty()))
      return i;
  }
  return -1;
}

// Waiting for the lock without the GIL: the thread that holds it may want the GIL.
class CompileLock {
 public:
  explicit CompileLock(Dispatcher* d) : mutex_(*d->compiling) {
    if (mutex_.try_lock()) return;
    PyThreadState* state = PyEval_SaveThread();
    mutex_.lock();
    PyEval_RestoreThread(state);
  }
  ~CompileLock() { mutex_.unlock(); }

 private:
  std::recursive_mutex& mutex_;
};

}  // namespace

Dispatcher* as_dispatcher(PyObject* o) { return Py_TYPE(o) == dispatcher_type ? self_of(o) : nullptr; }

void drop(Specialisation* s) {
  if (--s->references == 0) delete s;
}

static Specialisation* specialise_for(Dispatcher* d, std::span<const Key> keys, Assumptions wanted,
                                      PyObject* const* arguments) {
  int found = find_entry(d, keys, wanted);
  if (found >= 0) return d->entries[found];
  double start = now();
  std::unique_ptr<Specialisation> s =
      d->library ? specialise_from(*d->library, keys, wanted)
                 : compile({d->function, keys, wanted, *d->options, guesses_at(arguments, keys.size())});
  s->hash = hash_of_keys(keys);
  d->compile_seconds = now() - start;
  add_entry(d, s.get());
  return s.release();
}

Specialisation* specialise(Dispatcher* d, std::span<const Key> keys, Assumptions wanted, PyObject* const* arguments) {
  try {
    CompileLock lock(d);
    std::vector<Key> literal(keys.begin(), keys.end());
    uint64_t changed = 0;
    for (size_t i = 0; arguments && i < keys.size() && i < 64; ++i) {
      Key k = arguments[i] && keys[i] == make_key(KeyKind::Str) ? key_of_literal(arguments[i]) : 0;
      if (k) literal[i] = k, changed |= uint64_t(1) << i;
    }
    if (!changed) return specialise_for(d, keys, wanted, arguments);
    try {
      return specialise_for(d, keys, wanted, arguments);
    } catch (const ir::Diagnosed& refused) {
      Specialisation* s = nullptr;
      try {
        s = specialise_for(d, literal, wanted, arguments);
      } catch (const ir::Diagnosed&) {
        throw refused;
      }
      d->literal_texts |= changed;
      return s;
    }
  } catch (...) {
    translate_exception();
    return nullptr;
  }
}

PyObject* make_dispatcher_type() {
  static PyMethodDef methods[] = {
      method_row<lower_name>("lower(*args) -> Lowered: the forms of the function for these arguments or types, as text."),
      method_row<compile_name>("compile(*types): compiles for these types now."),
      method_row<explain_name>("explain(): what was fused, vectorised, allocated and checked, by source line."),
      method_row<profile_name>("profile(*args): where the time goes, by source line."),
      method_row<schedule_name>("schedule(...): sets the schedule of a loop."),
      {nullptr, nullptr, 0, nullptr}};
  static PyType_Slot slots[] = {{Py_tp_traverse, reinterpret_cast<void*>(traverse)},
                                {Py_tp_clear, reinterpret_cast<void*>(clear)},
                                {Py_tp_dealloc, reinterpret_cast<void*>(deallocate)},
                                {Py_tp_call, reinterpret_cast<void*>(PyVectorcall_Call)},
                                {Py_tp_descr_get, reinterpret_cast<void*>(bind_method)},
                                {Py_tp_repr, reinterpret_cast<void*>(represent)},
                                {Py_tp_members, members},
                                {Py_tp_getset, properties},
                                {Py_tp_methods, methods},
                                {0, nullptr}};
  static PyType_Spec spec = {"aic.Function", sizeof(Dispatcher), 0,
                             Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_HAVE_VECTORCALL |
                                 Py_TPFLAGS_METHOD_DESCRIPTOR | Py_TPFLAGS_DISALLOW_INSTANTIATION,
                             slots};
  PyObject* type = PyType_FromSpec(&spec);
  dispatcher_type = reinterpret_cast<PyTypeObject*>(type);
  return type;
}

PyObject* new_dispatcher(PyObject* function, const CompileOptions& options, std::unique_ptr<LibraryCode> library) {
  Ref self(checked(dispatcher_type->tp_alloc(dispatcher_type, 0)));
  Dispatcher* d = self_of(self.get());
  d->call = options.verify ? call_verified : options.leaves_to_python ? call_or_leave : call_dispatcher;
  if (options.leaves_to_python) d->left = new std::set<std::vector<Key>>;
  d->function = Py_NewRef(function);
  d->options = new CompileOptions(options);
  d->compiling = new std::recursive_mutex;
  d->library = library.release();
  auto* code = reinterpret_cast<PyCodeObject*>(PyFunction_GET_CODE(function));
  d->positional_count = code->co_argcount;
  d->keyword_only_count = code->co_kwonlyargcount;
  d->has_varargs = code->co_flags & CO_VARARGS;
  d->has_kwargs = code->co_flags & CO_VARKEYWORDS;
  d->parameter_count = d->positional_count + d->keyword_only_count + d->has_varargs + d->has_kwargs;
  d->names = checked(PyObject_GetAttrString(reinterpret_cast<PyObject*>(code), "co_varnames"));
  Ref update = imported("functools", "update_wrapper");
  Ref done(checked(PyObject_CallFunctionObjArgs(update.get(), self.get(), function, nullptr)));
  return self.release();
}

}  // namespace aic::bindings
