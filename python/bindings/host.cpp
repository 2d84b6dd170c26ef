// What compiled code asks of its host, and how Ctrl-C reaches a loop that runs without the GIL.
//
// Compiled loops look at the poll word. Nobody sets it while calls are short: the watchdog, one thread started by the first
// long call, sleeps until a call is under way and sets the word every 50 ms while one lasts. The slow path of the poll then
// takes the GIL and lets Python run its signal handlers.
#include <pthread.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

#include <atomic>
#include <condition_variable>
#include <mutex>

#include "python/bindings/call.h"

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
int32_t poll(rt::Context*) {
  the_poll_word = 0;
  PyGILState_STATE state = PyGILState_Ensure();
  int status = PyErr_CheckSignals();  // acts in the main thread only
  PyGILState_Release(state);
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

const rt::Host table = {rt::abi_version, write, poll};

}  // namespace

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
  constexpr size_t reserve = 256 << 10;  // for what compiled code calls, and for Python's own handling of the error
  pthread_attr_t attributes;
  void* low = nullptr;
  size_t bytes = 0;
  if (pthread_getattr_np(pthread_self(), &attributes) == 0) {
    pthread_attr_getstack(&attributes, &low, &bytes);
    pthread_attr_destroy(&attributes);
  }
  return known_stack_limit = static_cast<char*>(low) + (bytes > 2 * reserve ? reserve : bytes / 2);
}

}  // namespace aic::bindings
