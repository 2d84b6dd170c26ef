// What CPython raises where inference finds an operation wrong for all types that its operands may have: the class and the
// text, where both are known to the letter. Inside a `try` that catches the class (and for one arm of a union) it is raised
// at run time; anywhere else the program is refused.
#pragma once
#include <optional>
#include <string>

#include <vector>

#include "ir/diagnostics.h"

namespace aic::typeinfer {

struct PythonError {
  std::string exception, message;
};
struct Statement {  // what the operation is part of
  bool in_place = false, unpacks = false;
  std::string called;  // the builtin that is called: "len"
};
[[nodiscard]] Statement statement_of(const ir::Function& py, ir::OpId);

// While it lives, what is inferred stands in the body of a `try` whose handlers catch these classes.
class Guarded {
 public:
  Guarded(const ir::Function& py, ir::OpId op);
  Guarded();  // what is wrong for all that the compiler knows of a value may yet be one of those that never get here: any class
  ~Guarded();
  Guarded(const Guarded&) = delete;
  Guarded& operator=(const Guarded&) = delete;
  [[nodiscard]] static bool is_any();
  [[nodiscard]] static bool catches(const std::string& exception);
};

[[nodiscard]] std::optional<PythonError> python_error(const ir::Diagnostic&, const Statement&);
// The same of an operation that is wrong for one arm of a union: as near as can be where Python's words are not known.
[[nodiscard]] PythonError error_of_arm(const ir::Diagnostic&, const Statement&);

}  // namespace aic::typeinfer
