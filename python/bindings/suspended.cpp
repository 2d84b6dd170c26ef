// See suspended.h. A step keeps the GIL where several generators share a home: what they hold may be shared, too.
#include "python/bindings/suspended.h"

#include <alloca.h>
#include <structmember.h>
#include <time.h>

#include <algorithm>
#include <cstring>

#include "python/bindings/call.h"
#include "python/bindings/lending.h"
#include "python/bindings/objects.h"
#include "runtime/list.h"

namespace aic::bindings {
using ir::TypeKind;
using rt::Buffer;
using rt::List;
using rt::Slot;

namespace {

struct Generator {
  PyObject_HEAD Home* home;  // null: it is finished
  List* state;
  const GeneratorEntry* code;
  PyObject *name, *weak_references;
  bool started, running, is_slow;
};
PyTypeObject* generator_type = nullptr;
Generator* self_of(PyObject* o) { return reinterpret_cast<Generator*>(o); }

// The thread that runs what the home has next.
void enter_thread(Home& home) {
  home.context.pools = nullptr;
  home.context.stack_limit = stack_limit();
}

// ---- a generator's life ----
void finish(Generator* g) {
  Home* home = std::exchange(g->home, nullptr);
  List* state = std::exchange(g->state, nullptr);
  if (!home) return;
  enter_thread(*home);
  if (state && --state->refcount == 0) rt::list_release(&home->context, state);
  if (--home->generators == 0) delete home;
}

bool is_as_it_was(const Home& home) {
  for (const Home::Shown& s : home.arrays)
    if (PyArray_DATA(s.array) != s.data || size_t(PyArray_NDIM(s.array)) != s.extents.size() ||
        !std::equal(s.extents.begin(), s.extents.end(), PyArray_DIMS(s.array)) ||
        !std::equal(s.strides.begin(), s.strides.end(), PyArray_STRIDES(s.array)))
      return false;
  return true;
}

// What the code was made for may have changed since the last step.
bool may_go_on(const Generator* g) {
  const char* why = !all_guards_hold(g->home->code) || !hidden_hold(*g->home->code)
                        ? "aic: a name that a generator uses was bound anew while it was suspended"
                    : !is_as_it_was(*g->home) ? "aic: an array that a generator uses got another shape while it was suspended"
                                              : nullptr;
  if (why) PyErr_SetString(PyExc_RuntimeError, why);
  return !why;
}

void stop_with(PyObject* value) {
  if (!value) return;
  Ref all(PyTuple_Pack(1, value));
  Ref stop(all ? PyObject_Call(PyExc_StopIteration, all.get(), nullptr) : nullptr);
  if (stop) PyErr_SetObject(PyExc_StopIteration, stop.get());
}

// Writes what is sent; `text`: of a str. False: an exception is set.
bool sent_in(PyObject* value, const GeneratorEntry& code, Slot* to, Home& home, rt::Str*& text) {
  using Sent = GeneratorEntry::Sent;
  if (code.sent == Sent::Ignored || (code.sent == Sent::None && value == Py_None)) return true;
  const Plan& takes = code.takes;
  size_t arm = 0;
  while (arm < takes.parts.size() && !fits(value, takes.parts[arm])) ++arm;
  if (code.sent == Sent::None || arm == takes.parts.size())
    return PyErr_Format(PyExc_TypeError, "aic: what is sent to `%s` may be %s, not %s", code.name.c_str(),
                        takes.parts.size() == 4   ? "None, an int, a float or a str"
                        : takes.parts.size() == 3 ? "None, an int or a float"
                        : takes.parts.size() == 2 ? "None or an int"
                                                  : "None alone",
                        Py_TYPE(value)->tp_name),
           false;
  memset(to, 0, size_t(takes.slots) * sizeof(Slot));
  to++->i = int64_t(arm);
  for (size_t k = 0; k < arm; ++k) to += takes.parts[k].slots;
  if (takes.parts[arm].kind != TypeKind::Str) {
    Headers none{nullptr, nullptr};
    return unpack(value, takes.parts[arm], to, none);
  }
  text = copied_text(home.context, value);
  to->p = text;
  return text || (PyErr_NoMemory(), false);
}

void world_in(const GeneratorEntry& code, std::vector<Buffer>& room, Slot* to) {
  room.resize(size_t(code.buffers));
  Headers headers{room.data(), nullptr};
  for (size_t k = 0; k < code.hidden.size(); ++k) static_cast<void>(unpack(code.world[k].get(), code.hidden[k], to, headers));
}

// A run of a step. Steps are short as a rule, and giving the GIL up for each would have every one wait for the other
// threads: it is kept until one took long. Where that one polls, it lets the others run, and Ctrl-C come through.
int32_t run(Generator* g, rt::Entry entry, const Slot* arguments, Slot* results) {
  Home& home = *g->home;
  if (home.code->weight == Weight::Light) return entry(&home.context, arguments, results);
  timespec before, after;
  clock_gettime(CLOCK_MONOTONIC_COARSE, &before);
  const bool releases = g->is_slow && home.generators == 1;
  PyThreadState* state = releases ? PyEval_SaveThread() : nullptr;
  enter_long_call();
  const bool outer = std::exchange(gives_way, !releases);
  const int32_t status = entry(&home.context, arguments, results);
  gives_way = outer;
  leave_long_call();
  if (releases) PyEval_RestoreThread(state);
  clock_gettime(CLOCK_MONOTONIC_COARSE, &after);
  g->is_slow = (after.tv_sec - before.tv_sec) * 1000000000 + (after.tv_nsec - before.tv_nsec) > 2000000;
  return status;
}

bool is_executing(const Generator* g) {
  const bool is = g->running || (g->home && g->home->running);
  if (is) PyErr_SetString(PyExc_ValueError, "generator already executing");
  return is;
}

// As CPython: where a StopIteration that was thrown into a generator leaves it.
void end_by_runtime_error() {
  if (!PyErr_ExceptionMatches(PyExc_StopIteration)) return;
  PyObject *type, *stop, *trace;
  PyErr_Fetch(&type, &stop, &trace);
  PyErr_NormalizeException(&type, &stop, &trace);
  if (trace) PyException_SetTraceback(stop, trace);
  Py_XDECREF(type);
  Py_XDECREF(trace);
  Ref error(PyObject_CallFunction(PyExc_RuntimeError, "s", "generator raised StopIteration"));
  if (!error) return Py_DECREF(stop);
  PyException_SetCause(error.get(), Py_NewRef(stop));
  PyException_SetContext(error.get(), stop);
  PyErr_SetObject(PyExc_RuntimeError, error.get());
}

// One step, by an entry whose arguments are in `room`: the state, `given_slots` with it, and those of the world; `text`: of
// what is sent. Null without an exception: the end.
PyObject* step(Generator* g, rt::Entry entry, Slot* room, int given_slots, rt::Str* text = nullptr) {
  Home& home = *g->home;
  const GeneratorEntry& code = *g->code;
  g->started = true;
  if (!may_go_on(g)) return finish(g), nullptr;
  auto* results = static_cast<Slot*>(alloca(sizeof(Slot) * size_t(code.step.slots)));
  std::vector<Buffer> headers;
  room[0].p = g->state;
  if (!code.hidden.empty()) world_in(code, headers, room + given_slots);
  rt::forget_errors(home.context);
  g->running = home.running = true;
  const int32_t status = run(g, entry, room, results);
  g->running = home.running = false;
  if (status != 0 || home.context.interrupted) {
    home.context.error.site = status;
    if (status != 0) set_exception(home.code->sites, home.context), end_by_runtime_error();
    return finish(g), nullptr;
  }
  if (text) home.context.runtime->text->str_release(&home.context, text);
  const std::vector<Plan>& parts = code.step.parts;  // (is there one, the element, is there a result, the result)
  if (results[0].i & 1) {
    PyObject* o = given(parts[1], results + 1, home);
    if (!o) finish(g);
    return o;
  }
  Slot* ends = results + 1 + parts[1].slots;
  Ref value(parts.size() > 2 && ends->i & 1 ? given(parts[3], ends + 1, home) : nullptr);
  finish(g);
  stop_with(value.get());
  return nullptr;
}

// Null without an exception: the end.
PyObject* resumed(PyObject* self, PyObject* sent) {
  Generator* g = self_of(self);
  if (is_executing(g) || !g->home) return nullptr;
  Ref alive = Ref::borrowed(self);
  const GeneratorEntry& code = *g->code;
  enter_thread(*g->home);
  auto* room = static_cast<Slot*>(alloca(sizeof(Slot) * size_t(code.slots)));
  rt::Str* text = nullptr;
  if (!sent_in(sent, code, room + 1, *g->home, text)) return nullptr;  // as if nothing had been sent
  return step(g, code.entry, room, 1 + code.takes.slots, text);
}

// ---- exceptions that Python throws ----
// The number of the class that the generator takes the exception for: -1 where it would see more of it than that (an exception
// is set). What is asked for its text is the object itself.
int class_of_thrown(const GeneratorEntry& code, PyObject* exception) {
  auto refused = [](const char* what) {
    PyErr_Format(PyExc_NotImplementedError, "aic: throw() into a generator that yields inside `try` or `with`, %s", what);
    return -1;
  };
  auto* type = reinterpret_cast<PyObject*>(Py_TYPE(exception));
  if (code.knows_own && PyType_HasFeature(Py_TYPE(exception), Py_TPFLAGS_HEAPTYPE))
    return refused("of an exception of a class defined in Python, where it knows such classes");
  Ref arguments(PyObject_GetAttrString(exception, "args"));
  if (!arguments || !PyTuple_Check(arguments.get())) return refused("whose `args` are no tuple");
  const Py_ssize_t count = PyTuple_GET_SIZE(arguments.get());
  if (code.asks_arguments && count != 0 && (count != 1 || !PyUnicode_Check(PyTuple_GET_ITEM(arguments.get(), 0))))
    return refused("where arguments of exceptions are asked for, of one that has others than a text");
  const bool bare = code.asks_arguments && count == 0;
  auto is_subclass = [](PyObject* c, const Ref& of) { return PyObject_IsSubclass(c, of.get()) == 1; };
  int best = -1;
  for (size_t k = 0; k < code.thrown.size(); ++k) {
    const GeneratorEntry::Thrown& t = code.thrown[k];
    if (t.bare != bare) continue;
    if (t.exactly && t.type.get() == type) return int(k);
    if (t.exactly || !is_subclass(type, t.type)) continue;
    if (best < 0 || is_subclass(t.type.get(), code.thrown[size_t(best)].type)) best = int(k);
  }
  for (const GeneratorEntry::Thrown& t : code.thrown)
    if (!t.exactly && is_subclass(type, t.type) && !is_subclass(code.thrown[size_t(best)].type.get(), t.type))
      return refused("of an exception of several classes that it tells apart");
  return best;
}

// Goes on with the exception raised where the generator waits. It waits, and has handlers. Null without an exception: the end.
PyObject* thrown_into(Generator* g, PyObject* exception) {
  const GeneratorEntry& code = *g->code;
  const int number = class_of_thrown(code, exception);
  if (number < 0) return nullptr;
  enter_thread(*g->home);
  if (std::ranges::none_of(g->home->kept, [&](const Ref& r) { return r.get() == exception; }))
    g->home->kept.push_back(Ref::borrowed(exception));
  auto* room = static_cast<Slot*>(alloca(sizeof(Slot) * size_t(code.slots + 3)));
  room[1].i = number;
  room[2].i = int64_t(reinterpret_cast<uintptr_t>(exception));
  return step(g, code.throws, room, 3);
}

PyObject* next_of(PyObject* self) { return resumed(self, Py_None); }

PyObject* send(PyObject* self, PyObject* value) {
  Generator* g = self_of(self);
  if (value != Py_None && g->home && !g->started)
    return PyErr_SetString(PyExc_TypeError, "can't send non-None value to a just-started generator"), nullptr;
  PyObject* o = resumed(self, value);
  if (!o && !PyErr_Occurred()) PyErr_SetNone(PyExc_StopIteration);
  return o;
}

// `finally` and `with` of a generator that waits inside of them. False: an exception is set.
bool close_handlers(Generator* g) {
  if (!g->home || !g->started || !g->code->throws) return true;
  Ref exit(PyObject_CallNoArgs(PyExc_GeneratorExit));
  Ref element(exit ? thrown_into(g, exit.get()) : nullptr);
  if (element) return PyErr_SetString(PyExc_RuntimeError, "generator ignored GeneratorExit"), false;
  if (PyErr_ExceptionMatches(PyExc_GeneratorExit) || PyErr_ExceptionMatches(PyExc_StopIteration)) PyErr_Clear();
  return !PyErr_Occurred();
}

PyObject* close(PyObject* self, PyObject*) {
  Generator* g = self_of(self);
  if (is_executing(g)) return nullptr;
  Ref alive = Ref::borrowed(self);
  const bool good = close_handlers(g);
  finish(g);
  return good ? Py_NewRef(Py_None) : nullptr;
}

// Nobody hears of what is raised then.
void abandon(PyObject* o) {
  Generator* g = self_of(o);
  if (!g->home) return;
  if (g->home->running) return;
  PyObject *type, *value, *trace;
  PyErr_Fetch(&type, &value, &trace);
  if (!close_handlers(g)) PyErr_WriteUnraisable(o);
  finish(g);
  PyErr_Restore(type, value, trace);
}

// As `raise` would have it. Null: an exception is set.
Ref exception_of(PyObject* type, PyObject* value, PyObject* trace) {
  if (trace == Py_None) trace = nullptr;
  if (trace && !PyTraceBack_Check(trace))
    return PyErr_SetString(PyExc_TypeError, "throw() third argument must be a traceback object"), Ref();
  const bool is_class = PyExceptionClass_Check(type);
  if (!is_class && !PyExceptionInstance_Check(type))
    return PyErr_Format(PyExc_TypeError, "exceptions must be classes or instances deriving from BaseException, not %s",
                        Py_TYPE(type)->tp_name),
           Ref();
  if (!is_class && value && value != Py_None)
    return PyErr_SetString(PyExc_TypeError, "instance exception may not have a separate value"), Ref();
  PyObject *c = Py_NewRef(is_class ? type : reinterpret_cast<PyObject*>(Py_TYPE(type))),
           *made = is_class ? Py_XNewRef(value) : Py_NewRef(type), *none = nullptr;
  PyErr_NormalizeException(&c, &made, &none);
  Py_XDECREF(c);
  Py_XDECREF(none);
  if (made && trace) PyException_SetTraceback(made, trace);
  return Ref(made);
}

PyObject* throw_into(PyObject* self, PyObject* arguments) {
  PyObject *type = nullptr, *value = nullptr, *trace = nullptr;
  if (!PyArg_ParseTuple(arguments, "O|OO", &type, &value, &trace)) return nullptr;
  Generator* g = self_of(self);
  Ref exception = exception_of(type, value, trace);
  if (!exception || is_executing(g)) return nullptr;
  Ref alive = Ref::borrowed(self);
  if (g->home && g->code->throws && g->started) {
    PyObject* o = thrown_into(g, exception.get());
    if (!o && !PyErr_Occurred()) PyErr_SetNone(PyExc_StopIteration);
    return o;
  }
  finish(g);  // it has no handler that could see it
  PyErr_SetObject(reinterpret_cast<PyObject*>(Py_TYPE(exception.get())), exception.get());
  return nullptr;
}

int traverse(PyObject* o, visitproc visit, void* arg) {
  Generator* g = self_of(o);
  Py_VISIT(Py_TYPE(o));
  if (g->home && g->home->generators == 1)
    for (const Ref& kept : g->home->kept) Py_VISIT(kept.get());
  return 0;
}

int clear(PyObject* o) {
  abandon(o);
  return 0;
}

void deallocate(PyObject* o) {
  Generator* g = self_of(o);
  PyTypeObject* type = Py_TYPE(o);
  if (g->weak_references) PyObject_ClearWeakRefs(o);
  if (PyObject_CallFinalizerFromDealloc(o) < 0) return;  // it lives again
  PyObject_GC_UnTrack(o);
  finish(g);  // tp_finalize has closed it
  Py_CLEAR(g->name);
  type->tp_free(o);
  Py_DECREF(type);
}

PyObject* represent(PyObject* o) { return PyUnicode_FromFormat("<generator object %U at %p>", self_of(o)->name, o); }
PyObject* name_of(PyObject* o, void*) { return Py_NewRef(self_of(o)->name); }
PyObject* is_running(PyObject* o, void*) { return PyBool_FromLong(self_of(o)->running); }

PyMethodDef methods[] = {
    {"send", send, METH_O, "send(value): the next element, where `yield` gives the value."},
    {"throw", throw_into, METH_VARARGS, "throw(exception): raises it where the generator waits; the next element."},
    {"close", close, METH_NOARGS, "close(): ends the generator."},
    {nullptr, nullptr, 0, nullptr}};
PyGetSetDef properties[] = {{"__name__", name_of, nullptr, nullptr, nullptr},
                            {"__qualname__", name_of, nullptr, nullptr, nullptr},
                            {"gi_running", is_running, nullptr, nullptr, nullptr},
                            {nullptr, nullptr, nullptr, nullptr, nullptr}};
PyMemberDef members[] = {{"__weaklistoffset__", T_PYSSIZET, offsetof(Generator, weak_references), READONLY, nullptr},
                         {nullptr, 0, 0, 0, nullptr}};

PyObject* new_generator(const GeneratorEntry& code, List* state, Home* home) {
  PyObject* o = generator_type->tp_alloc(generator_type, 0);
  if (!o) return nullptr;
  Generator* g = self_of(o);
  g->home = home, g->state = state, g->code = &code;
  home->generators += 1;
  g->name = PyUnicode_FromString(code.name.c_str());
  return g->name ? o : (Py_DECREF(o), nullptr);
}

bool holds_generator(const Plan& p) { return p.generator >= 0 || std::ranges::any_of(p.parts, holds_generator); }

// The arm that a union's value is of; `at` goes there.
const Plan* arm_of(const Plan& p, Slot*& at) {
  auto tag = size_t(at++->i);
  for (size_t k = 0; k < tag && k < p.parts.size(); ++k) at += p.parts[k].slots;
  return tag < p.parts.size() ? &p.parts[tag] : nullptr;
}

PyObject* result_of(const Plan& p, Slot*& at, Home* home) {
  if (p.generator >= 0) return new_generator(home->code->generators[size_t(p.generator)], static_cast<List*>(at++->p), home);
  if (p.kind == TypeKind::Union && holds_generator(p)) {
    Slot* inside = at;
    at += p.slots;
    const Plan* arm = arm_of(p, inside);
    return arm ? result_of(*arm, inside, home) : nullptr;
  }
  if (!holds_generator(p)) {
    PyObject* o = given(p, at, *home);
    at += p.slots;
    return o;
  }
  Ref all(PyTuple_New(Py_ssize_t(p.parts.size())));
  for (size_t k = 0; all && k < p.parts.size(); ++k) {
    PyObject* o = result_of(p.parts[k], at, home);
    if (!o) return nullptr;
    PyTuple_SET_ITEM(all.get(), Py_ssize_t(k), o);
  }
  return all.release();
}

bool any_of_callers(const Plan& p, Slot* at) {
  if (p.generator >= 0) return leads_to_callers(static_cast<List*>(at->p));
  if (!holds_generator(p)) return false;
  if (p.kind == TypeKind::Union) {
    const Plan* arm = arm_of(p, at);
    return arm && any_of_callers(*arm, at);
  }
  bool any = false;
  for (const Plan& part : p.parts) any = any_of_callers(part, at) || any, at += part.slots;
  return any;
}

}  // namespace

std::unique_ptr<Home> Home::make(Specialisation* s, PyObject* function, PyObject* const* arguments, int count) {
  std::unique_ptr<Home> h(new Home);
  h->code = s;
  s->references += 1;
  h->context.live = nullptr, h->context.lists = nullptr, h->context.texts = nullptr;
  h->function = Ref::borrowed(function);
  for (int k = 0; k < count; ++k)
    if (arguments[k]) h->kept.push_back(Ref::borrowed(arguments[k]));
  h->slots = std::make_unique<Slot[]>(size_t(s->argument_slots + s->result_slots + 1));
  h->buffers = std::make_unique<Buffer[]>(size_t(s->buffers + 1));
  h->texts = std::make_unique<rt::Str[]>(size_t(s->texts + 1));
  if (s->has_lists) h->conversion.emplace(h->context, s->writes_lists);
  return h;
}

Home::~Home() {
  context.pools = nullptr;
  conversion.reset();
  rt::aic_release_live(&context);
  drop(code);
}

PyObject* suspended(std::unique_ptr<Home> home, const Slot* results) {
  Home* h = home.get();
  const Plan& plan = h->code->result;
  if (h->lists()) {
    if (!h->lists()->write_back()) return nullptr;
    if (any_of_callers(plan, const_cast<Slot*>(results))) {
      try {
        refuse(h->function.get(), "escaping-generator", {"a list, dict, set or object of the caller's"});
      } catch (...) {
        translate_exception();
      }
      return nullptr;
    }
    h->lists()->keep(h->kept);
  }
  for (int k = 0; k < h->code->buffers; ++k)
    if (auto* o = static_cast<PyObject*>(h->buffers[size_t(k)].host); o && PyArray_Check(o)) {
      auto* a = reinterpret_cast<PyArrayObject*>(o);
      const int rank = PyArray_NDIM(a);
      h->arrays.push_back(
          {a, PyArray_DATA(a), {PyArray_DIMS(a), PyArray_DIMS(a) + rank}, {PyArray_STRIDES(a), PyArray_STRIDES(a) + rank}});
    }
  h->generators = 1;  // of this function
  home.release();
  Slot* at = const_cast<Slot*>(results);
  PyObject* o = result_of(plan, at, h);
  if (--h->generators == 0) delete h;
  return o;
}

PyObject* make_generator_type() {
  static PyType_Slot slots[] = {{Py_tp_traverse, reinterpret_cast<void*>(traverse)},
                                {Py_tp_clear, reinterpret_cast<void*>(clear)},
                                {Py_tp_dealloc, reinterpret_cast<void*>(deallocate)},
                                {Py_tp_finalize, reinterpret_cast<void*>(abandon)},
                                {Py_tp_repr, reinterpret_cast<void*>(represent)},
                                {Py_tp_iter, reinterpret_cast<void*>(PyObject_SelfIter)},
                                {Py_tp_iternext, reinterpret_cast<void*>(next_of)},
                                {Py_tp_members, members},
                                {Py_tp_getset, properties},
                                {Py_tp_methods, methods},
                                {0, nullptr}};
  static PyType_Spec spec = {"aic.generator", sizeof(Generator), 0,
                             Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_DISALLOW_INSTANTIATION, slots};
  PyObject* type = PyType_FromSpec(&spec);
  generator_type = reinterpret_cast<PyTypeObject*>(type);
  if (type) generator_type->tp_name = "generator";  // as messages have it
  Ref abstract(type ? PyImport_ImportModule("collections.abc") : nullptr);
  Ref of(abstract ? PyObject_GetAttrString(abstract.get(), "Generator") : nullptr);
  Ref done(of ? PyObject_CallMethod(of.get(), "register", "O", type) : nullptr);
  return done ? type : nullptr;
}

}  // namespace aic::bindings
