// Python's hierarchy of exceptions. Aliases of OSError (IOError, EnvironmentError) are one class with it.
#include "ir/exceptions.h"

#include <algorithm>

#include "ir/ops/table.h"

namespace aic::ir {

namespace {
struct Row {
  std::string_view name, base;
};
constexpr Row rows[] = {
    {"ArithmeticError", "Exception"},
    {"AssertionError", "Exception"},
    {"AttributeError", "Exception"},
    {"AxisError", "ValueError"},
    {"BaseException", ""},
    {"BaseExceptionGroup", "BaseException"},
    {"BlockingIOError", "OSError"},
    {"BrokenPipeError", "ConnectionError"},
    {"BufferError", "Exception"},
    {"BytesWarning", "Warning"},
    {"ChildProcessError", "OSError"},
    {"ConnectionAbortedError", "ConnectionError"},
    {"ConnectionError", "OSError"},
    {"ConnectionRefusedError", "ConnectionError"},
    {"ConnectionResetError", "ConnectionError"},
    {"DeprecationWarning", "Warning"},
    {"EOFError", "Exception"},
    {"EncodingWarning", "Warning"},
    {"Exception", "BaseException"},
    {"ExceptionGroup", "BaseExceptionGroup"},
    {"FileExistsError", "OSError"},
    {"FileNotFoundError", "OSError"},
    {"FloatingPointError", "ArithmeticError"},
    {"FrozenInstanceError", "AttributeError"},
    {"FutureWarning", "Warning"},
    {"GeneratorExit", "BaseException"},
    {"ImportError", "Exception"},
    {"ImportWarning", "Warning"},
    {"IndentationError", "SyntaxError"},
    {"IndexError", "LookupError"},
    {"InterruptedError", "OSError"},
    {"IsADirectoryError", "OSError"},
    {"KeyError", "LookupError"},
    {"KeyboardInterrupt", "BaseException"},
    {"LinAlgError", "ValueError"},
    {"LookupError", "Exception"},
    {"MemoryError", "Exception"},
    {"ModuleNotFoundError", "ImportError"},
    {"NameError", "Exception"},
    {"NotADirectoryError", "OSError"},
    {"NotImplementedError", "RuntimeError"},
    {"OSError", "Exception"},
    {"OverflowError", "ArithmeticError"},
    {"PendingDeprecationWarning", "Warning"},
    {"PermissionError", "OSError"},
    {"ProcessLookupError", "OSError"},
    {"RecursionError", "RuntimeError"},
    {"ReferenceError", "Exception"},
    {"ResourceWarning", "Warning"},
    {"RuntimeError", "Exception"},
    {"RuntimeWarning", "Warning"},
    {"StopAsyncIteration", "Exception"},
    {"StopIteration", "Exception"},
    {"SyntaxError", "Exception"},
    {"SyntaxWarning", "Warning"},
    {"SystemError", "Exception"},
    {"SystemExit", "BaseException"},
    {"TabError", "IndentationError"},
    {"TimeoutError", "OSError"},
    {"TypeError", "Exception"},
    {"UFuncTypeError", "TypeError"},
    {"UnboundLocalError", "NameError"},
    {"UnicodeDecodeError", "UnicodeError"},
    {"UnicodeEncodeError", "UnicodeError"},
    {"UnicodeError", "ValueError"},
    {"UnicodeTranslateError", "UnicodeError"},
    {"UnicodeWarning", "Warning"},
    {"UserWarning", "Warning"},
    {"ValueError", "Exception"},
    {"Warning", "Exception"},
    {"ZeroDivisionError", "ArithmeticError"},
};

std::string_view plain(std::string_view name) { return name == "IOError" || name == "EnvironmentError" ? "OSError" : name; }

const Row* find_row(std::string_view name) {
  for (const Row& r : rows)
    if (r.name == plain(name)) return &r;
  return nullptr;
}
}  // namespace

bool is_exception_class(std::string_view name) { return find_row(name) != nullptr; }

bool is_subclass(std::string_view name, std::string_view of) {
  of = plain(of);
  for (const Row* r = find_row(name); r; r = find_row(r->base)) {
    if (r->name == of) return true;
    if (r->name == "AxisError" && of == "IndexError") return true;  // its second base
    if (r->name == "ExceptionGroup" && of == "Exception") return true;
  }
  return false;
}

std::string exception_of(const Function& f, OpId id) {
  const Op& op = f.op(id);
  const OpRecord& r = record(op.code);
  if (op.code == "call"_op || op.code == "error.raise"_op || op.code == "interpret"_op) return {};
  if (op.code == "poll"_op) return "KeyboardInterrupt";
  if (f.find_attr(id, "exception")) return f.text_attr(id, "exception");
  if (r.has(Birth) || r.exception.empty()) return "MemoryError";
  return std::string(r.exception);
}

bool raises_instance_of(const Function& f, OpId id, std::string_view of) {
  const Attr* bases = f.find_attr(id, "bases");
  if (of.starts_with("=")) return exception_of(f, id) == plain(of.substr(1));
  if (!bases) return is_subclass(exception_of(f, id), of);
  const auto& names = std::get<std::vector<std::string>>(*bases);
  return std::find(names.begin(), names.end() - 1, of) != names.end() - 1 || is_subclass(names.back(), of);
}

}  // namespace aic::ir
