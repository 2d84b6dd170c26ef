// What compiled code asks of its host, and how Ctrl-C reaches a loop that runs without the GIL.
//
// Compiled loops look at the poll word. Nobody sets it while calls are short: the watchdog, one thread started by the first
// long call, sleeps until a call is under way and sets the word every 50 ms while one lasts. The slow path of the poll then
// takes the GIL and lets Python run its signal handlers.
#include <pthread.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <cstring>
#include <mutex>

#include "python/bindings/call.h"
#include "python/bindings/interpret.h"
#include "python/bindings/lists.h"
#include "runtime/stack.h"

namespace aic::bindings {
namespace {

volatile int32_t the_poll_word = 0;
std::atomic<int> long_calls = 0;
std::atomic<bool> has_watchdog = false;
std::atomic<bool> is_asleep = false;
// Never destroyed: the watchdog may outlive static destructors.
std::mutex& wake_lock = *new std::mutex;
std::condition_variable& wake = *new std::condition_variable;

void* watch(void*) {
  for (;;) {
    {
      std::unique_lock lock(wake_lock);
      is_asleep = true;
      wake.wait(lock, [] { return long_calls.load() > 0; });
      is_asleep = false;
    }
    for (int idle = 0; idle < 20;) {  // a second without calls, then sleep for good
      usleep(50000);
      if (long_calls.load() > 0)
        the_poll_word = 1, idle = 0;
      else
        ++idle;
    }
  }
  return nullptr;
}

void start_watchdog() {
  if (has_watchdog.exchange(true)) return;
  pthread_atfork(nullptr, nullptr, [] { has_watchdog = false, is_asleep = false, long_calls = 0; });
  pthread_t thread;
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
  pthread_attr_setstacksize(&attributes, 64 << 10);
  sigset_t all, before;  // signals are for Python's threads
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  if (pthread_create(&thread, &attributes, watch, nullptr) != 0) has_watchdog = false;
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  pthread_attr_destroy(&attributes);
}

// Runs with or without the GIL.
int32_t poll(rt::Context* context) {
  the_poll_word = 0;
  if (gives_way) PyEval_RestoreThread(PyEval_SaveThread());
  PyGILState_STATE state = PyGILState_Ensure();
  int status = PyErr_CheckSignals();  // acts in the main thread only
  PyGILState_Release(state);
  if (status != 0) context->interrupted = 1;
  return status != 0;
}

void write(rt::Context*, int32_t stream, const char* bytes, int64_t length) {
  PyGILState_STATE state = PyGILState_Ensure();
  PyObject *type, *value, *trace;
  PyErr_Fetch(&type, &value, &trace);
  PyObject* file = PySys_GetObject(stream == 2 ? "stderr" : "stdout");
  Ref text(PyUnicode_DecodeUTF8(bytes, Py_ssize_t(length), "replace"));
  Ref done(file && file != Py_None && text ? PyObject_CallMethod(file, "write", "O", text.get()) : nullptr);
  if (!done) PyErr_Clear();
  PyErr_Restore(type, value, trace);
  PyGILState_Release(state);
}

// What Python's tables of Unicode know, asked of Python itself: only strings beyond ASCII come here.
Ref python_text(const rt::Str* s) {
  return s->host ? Ref::borrowed(static_cast<PyObject*>(s->host))
                 : Ref(PyUnicode_FromKindAndData(int(s->kind), s->data, Py_ssize_t(s->length)));
}

int32_t text_is(rt::Context*, const rt::Str* s, int64_t what) {
  constexpr const char* methods[] = {"isalpha", "isdigit",      "isalnum",   "isspace",   "isupper", "islower",
                                     "istitle", "isidentifier", "isnumeric", "isdecimal", "isascii", "isprintable"};
  PyGILState_STATE state = PyGILState_Ensure();
  Ref text = what < int64_t(std::size(methods)) ? python_text(s) : Ref(PyImport_ImportModule("aic.lib.prim"));
  const char* method = what < int64_t(std::size(methods)) ? methods[what] : "prints_plainly";
  Ref answer(text ? PyObject_CallMethod(text.get(), method, nullptr) : nullptr);
  if (!answer) PyErr_Clear();
  bool yes = answer.get() == Py_True;
  answer = text = Ref();
  PyGILState_Release(state);
  return yes;
}

// Digits of all scripts as ours, white space as spaces: what int() and float() read.
Ref plain_digits(PyObject* text) {
  Py_ssize_t n = PyUnicode_GET_LENGTH(text);
  Ref out(PyUnicode_New(n, 0x10ffff));
  for (Py_ssize_t k = 0; out && k < n; ++k) {
    Py_UCS4 c = PyUnicode_READ_CHAR(text, k);
    int digit = c < 128 ? -1 : Py_UNICODE_TODECIMAL(c);
    PyUnicode_WriteChar(out.get(), k, digit >= 0 ? Py_UCS4('0' + digit) : c >= 128 && Py_UNICODE_ISSPACE(c) ? ' ' : c);
  }
  return out;
}

// By code points into the least kind that holds them, whatever kind Python's object has.
rt::Str* new_text(rt::Context* context, PyObject* text) {
  Py_ssize_t n = PyUnicode_GET_LENGTH(text);
  Py_UCS4 most = 0;
  for (Py_ssize_t k = 0; k < n; ++k) most = std::max(most, PyUnicode_READ_CHAR(text, k));
  int64_t kind = most < 256 ? 1 : most < 65536 ? 2 : 4;
  rt::Str* out = rt::aic_new_text(context, kind, n);
  for (Py_ssize_t k = 0; out && k < n; ++k) {
    Py_UCS4 c = PyUnicode_READ_CHAR(text, k);
    memcpy(static_cast<char*>(const_cast<void*>(out->data)) + k * kind, &c, size_t(kind));
  }
  return out;
}

rt::Str* text_changed(rt::Context* context, const rt::Str* s, int64_t how) {
  constexpr const char* methods[] = {"upper", "lower", "title", "capitalize", "swapcase", "casefold", "__repr__"};
  PyGILState_STATE state = PyGILState_Ensure();
  Ref text = python_text(s), changed;
  if (text && how < rt::text_ascii)
    changed = Ref(PyObject_CallMethod(text.get(), methods[how], nullptr));
  else if (text)
    changed = how == rt::text_ascii ? Ref(PyObject_ASCII(text.get())) : plain_digits(text.get());
  rt::Str* out = nullptr;
  if (changed)
    out = new_text(context, changed.get());
  else
    PyErr_Clear();
  text = changed = Ref();
  PyGILState_Release(state);
  return out;
}

int64_t hash_text(rt::Context*, const rt::Str* s) {
  if (!s) return PyObject_Hash(Py_None);  // asks nothing of the interpreter
#if PY_VERSION_HEX < 0x030e0000
  return _Py_HashBytes(s->data, Py_ssize_t(s->length * s->kind));
#else
  return Py_HashBuffer(s->data, Py_ssize_t(s->length * s->kind));
#endif
}

rt::Str* error_text(rt::Context* context, const rt::ErrorRecord* e, int64_t what) {
  PyGILState_STATE state = PyGILState_Ensure();
  PyObject *type, *value, *trace;
  PyErr_Fetch(&type, &value, &trace);
  auto* sites = static_cast<const std::vector<Site>*>(context->sites);
  ForAWhile made;
  Ref exception = sites ? make_exception(*sites, *e) : Ref(), text;
  if (exception)
    text = Ref(what == 0   ? PyObject_Str(exception.get())
               : what == 1 ? PyUnicode_FromString(Py_TYPE(exception.get())->tp_name)
                           : PyObject_Repr(exception.get()));
  rt::Str* out = text ? new_text(context, text.get()) : nullptr;
  text = exception = Ref();
  PyErr_Restore(type, value, trace);
  PyGILState_Release(state);
  return out;
}

const rt::Host table = {rt::abi_version, write, poll, text_changed, text_is, hash_text, error_text, interpret, drop_object};

}  // namespace

rt::Str* copied_text(rt::Context& context, PyObject* text) { return new_text(&context, text); }

__attribute__((tls_model("initial-exec"))) thread_local char* known_stack_limit = nullptr;

const volatile int32_t* poll_word() { return &the_poll_word; }
const rt::Host* host_table() { return &table; }

void enter_long_call() {
  long_calls.fetch_add(1);
  if (!has_watchdog.load(std::memory_order_relaxed)) start_watchdog();
  if (is_asleep.load()) {
    std::lock_guard lock(wake_lock);
    wake.notify_one();
  }
}
void leave_long_call() { long_calls.fetch_sub(1); }

char* find_stack_limit() {
  return known_stack_limit = rt::lowest_of_stack(256 << 10);  // for what compiled code calls, and for Python's own handling
}

}  // namespace aic::bindings
