// How type inference sees the world outside a function: module globals, builtins, attributes of modules, classes.
// python/bindings implements it over live objects with the frontend, tests over a text file. Every answer is logged by
// the implementation: the log is the list of guards and of cache dependencies.
//
// An Entity is a compile-time object. Inference knows modules and builtins by qualified name ("numpy", "numpy.sin",
// "builtins.range", "math.pi" comes as a Constant).
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "ir/module.h"

namespace aic::ir {

struct Entity;

struct Unknown {  // the name exists, but cannot be used
  std::string why;
};
struct Missing {};  // no such name
struct NoneConstant {};
struct ComplexConstant {
  double real = 0, imaginary = 0;
};
struct BoolConstant {
  bool value = false;
};
// A Python number or str: int64_t, double, bool, complex, str, None; a tuple of entities.
struct Constant {
  std::variant<NoneConstant, BoolConstant, int64_t, double, ComplexConstant, std::string, std::vector<Entity>> value;
};
struct NumpyConstant {  // a NumPy scalar found in a global
  Type type;
  double real = 0, imaginary = 0;
  int64_t integer = 0;
};
struct PythonFunction {  // its py form is asked for with World::py_form
  uint64_t key = 0;      // identity: equal keys are the same function object
  std::string name;      // for messages
};
struct Builtin {  // "builtins.len", "numpy.zeros", "math.sin": meaning by name; also classes ("builtins.int",
                  // "builtins.ValueError")
  std::string name;
};
struct ModuleEntity {
  std::string name;  // "numpy", "numpy.linalg"
};
struct DTypeEntity {  // numpy.float64, numpy.dtype('f8'), as a class
  DType dtype{};
};
struct ArrayGlobal {  // an array of the world: a hidden argument of the entry
  uint64_t key = 0;     // identity: equal keys are the same object
  std::string name;
  Type type;
};

struct Entity
    : std::variant<Missing, Unknown, Constant, NumpyConstant, PythonFunction, Builtin, ModuleEntity, DTypeEntity, ArrayGlobal> {
  using variant::variant;
};

// A function's py form and what its call needs.
struct PyForm {
  const Function* function = nullptr;    // parameters: first the captured values, then the Python parameters in order
  std::vector<std::string> parameters;   // names of the Python parameters
  std::vector<Entity> defaults;          // of the last parameters (defaults.size() of them)
  int positional_only = 0;               // the first so many
  int keyword_only = 0;                  // the last so many
  bool has_varargs = false, has_kwargs = false;
};

class World {
 public:
  virtual ~World() = default;
  // The global or builtin `name` as `function` sees it; the free variable `name` of an uncompiled enclosing function.
  virtual Entity global(const Function& function, const std::string& name) = 0;
  virtual Entity free(const Function& function, const std::string& name) = 0;
  virtual Entity attribute(const Entity& of, const std::string& name) = 0;  // of modules and classes
  virtual const PyForm& py_form(const PythonFunction&) = 0;  // throws Diagnosed when its source is not supported
  // Its text is not the user's (Python's own library, installed packages): what is wrong there is told at the call.
  virtual bool is_foreign(const PythonFunction&) { return false; }
  // The library's function for a builtin ("numpy.mean" → python/aic/lib/numpy.py's mean); null: there is none.
  virtual const PyForm* library(const std::string& qualified_name) = 0;
  // All library and record names that begin with a module's name, for close-match suggestions.
  virtual std::vector<std::string> known_names(const std::string& module) = 0;
};

}  // namespace aic::ir
