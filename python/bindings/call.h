// The call itself: what happens between the argument vector and the result.
#pragma once
#include "python/bindings/dispatcher.h"

namespace aic::bindings {

// tp_vectorcall of a dispatcher.
PyObject* call_dispatcher(PyObject* self, PyObject* const* arguments, size_t count_and_flag, PyObject* keyword_names);

// The same for fallback="warn", and for verify=True (beside.cpp).
PyObject* call_or_leave(PyObject* self, PyObject* const* arguments, size_t count_and_flag, PyObject* keyword_names);
PyObject* call_verified(PyObject* self, PyObject* const* arguments, size_t count_and_flag, PyObject* keyword_names);
[[nodiscard]] bool all_guards_hold(Specialisation*);
[[nodiscard]] rt::Str* copied_text(rt::Context&, PyObject*);  // null: no memory
extern thread_local bool has_not_started;  // set where a call ends before the function has done anything

constexpr int max_inline_arguments = 16;

inline uint64_t mix(uint64_t hash, Key k) { return (hash ^ k) * 0x9e3779b97f4a7c15ull; }
[[nodiscard]] uint64_t hash_of_keys(std::span<const Key>);

// What a call begins with; `pools` and the stack's limit are of the thread that makes it.
void start(rt::Context&);
// Runs machine code; a long run releases the GIL.
inline int32_t enter(rt::Entry entry, bool is_long, rt::Context&, const rt::Slot* arguments, rt::Slot* results);

// The poll word and the watchdog that sets it while a call is old.
[[nodiscard]] const volatile int32_t* poll_word();
extern thread_local bool gives_way;  // what runs has the GIL, and lets other threads have it where it polls
void enter_long_call();
void leave_long_call();
[[nodiscard]] const rt::Host* host_table();
extern __attribute__((tls_model("initial-exec"))) thread_local char* known_stack_limit;
[[nodiscard]] char* find_stack_limit();
inline char* stack_limit() { return known_stack_limit ? known_stack_limit : find_stack_limit(); }  // of this thread

inline int32_t enter(rt::Entry entry, bool is_long, rt::Context& context, const rt::Slot* arguments, rt::Slot* results) {
  if (!is_long) return entry(&context, arguments, results);
  PyThreadState* state = PyEval_SaveThread();
  enter_long_call();
  const int32_t status = entry(&context, arguments, results);
  leave_long_call();
  PyEval_RestoreThread(state);
  return status;
}

}  // namespace aic::bindings
