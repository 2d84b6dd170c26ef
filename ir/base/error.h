// Two kinds of failure. `ir::Error` is thrown for text that cannot be read (a user's or a test's IR file).
// `AIC_CHECK` guards our own invariants: it throws `InternalError` with the expression and place, which the border to
// Python turns into an error that asks for a report; nothing aborts the process.
#pragma once
#include <stdexcept>
#include <string>

namespace aic::ir {

struct Error : std::runtime_error {
  using std::runtime_error::runtime_error;
};

struct InternalError : std::logic_error {
  using std::logic_error::logic_error;
};

[[noreturn]] inline void internal_error(const char* what, const char* file, int line, const std::string& more = {}) {
  throw InternalError(std::string("internal error: ") + what + " (" + file + ":" + std::to_string(line) + ")" +
                      (more.empty() ? "" : ": " + more));
}

}  // namespace aic::ir

#define AIC_CHECK(condition, ...)                                                               \
  do {                                                                                          \
    if (!(condition)) ::aic::ir::internal_error(#condition, __FILE__, __LINE__, ##__VA_ARGS__); \
  } while (0)
