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
struct BytesConstant {
  std::string latin;  // each byte a character, in UTF-8
};
struct Constant {
  std::variant<NoneConstant, BoolConstant, int64_t, double, ComplexConstant, std::string, BytesConstant, std::vector<Entity>>
      value;
};
struct NumpyConstant {  // a NumPy scalar found in a global
  Type type;
  double real = 0, imaginary = 0;
  int64_t integer = 0;
};
struct WideInt {  // a Python int from 2**63 to 2**64 - 1
  uint64_t value = 0;
};
struct PythonFunction {  // its py form is asked for with World::py_form
  uint64_t key = 0;      // identity: equal keys are the same function object
  std::string name;      // for messages
  bool is_cached = false;  // behind functools.cache
};
struct Builtin {  // "builtins.len", "numpy.zeros", "math.sin": meaning by name; also classes ("builtins.int",
                  // "builtins.ValueError")
  std::string name;
};
struct ModuleEntity {
  std::string name;  // "numpy", "numpy.linalg"
};
struct DTypeEntity {  // numpy.float64, a class, or numpy.dtype('f8'), an instance
  DType dtype{};
  bool instance = false;
};
struct ArrayGlobal {  // an array, list, dict, set or object of the world: a hidden argument of the entry
  uint64_t key = 0;     // identity: equal keys are the same object
  std::string name;
  Type type;
};

struct ClassEntity {  // a class written in Python
  uint64_t key = 0;   // identity
  std::string name;
};
struct EnumMember {
  ClassEntity of;
  int64_t index = 0;  // among the members, in order
};
struct NamedTuple {  // found in a global
  ClassEntity of;
  std::vector<Entity> parts;
};

struct Entity : std::variant<Missing, Unknown, Constant, NumpyConstant, WideInt, PythonFunction, Builtin, ModuleEntity,
                             DTypeEntity, ArrayGlobal, ClassEntity, EnumMember, NamedTuple> {
  using variant::variant;
};

// ---- classes (docs/classes.md) ----
struct ClassField {  // of a dataclass or a named tuple, in order
  std::string name;
  Entity otherwise, factory;  // default; Missing: none
  bool in_init = true, in_repr = true, in_compare = true, in_hash = true, keyword_only = false;
};
struct ClassDescription {
  enum Kind : uint8_t { Plain, Named, Enumeration, Exception } kind = Plain;
  std::string builtin;  // of an exception: its builtin base, `ValueError`; of an enumeration: `int`, `str`, or ""
  std::string why_not;  // it cannot be compiled: `a class with a metaclass`
  std::vector<ClassEntity> lookup;  // where attributes are looked for, in order; itself first, `object` and its kin left out
  std::vector<ClassField> fields;  // of a dataclass, those it inherits included, or of a named tuple
  bool is_dataclass = false, frozen = false, compares = false, ordered = false;
  std::vector<std::pair<std::string, Entity>> members;  // of an enumeration: names and values
  std::vector<std::string> abstract;  // methods left to subclasses
};
// What stands in a class's own dictionary.
struct ClassMember {
  enum Kind : uint8_t { Absent, Function, Static, ForClass, Property, Value, Generated } kind = Absent;
  Entity entity;  // of a property: the function that gets it
  Entity setter = Missing{};
};
// How objects of a class lie, in one compile.
struct Record {
  struct Field {
    std::string name;
    Type type;
    int part = 0, flag = -1;  // parts of the layout; flag: whether it is set
  };
  std::string name;  // of its type: "Node.1"
  ClassEntity of;
  Type layout;  // a tuple
  std::vector<Field> fields;
};

// A function's py form and what its call needs.
struct PyForm {
  const Function* function = nullptr;  // parameters: first the captured values, then the Python parameters in order
  std::vector<std::string> parameters;  // names of the Python parameters
  std::vector<Entity> defaults;  // of the last parameters (defaults.size() of them)
  int positional_only = 0;  // the first so many
  int keyword_only = 0;  // the last so many
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
  // ---- classes ----
  virtual const ClassDescription* description(const ClassEntity&) { return nullptr; }
  virtual ClassMember class_member(const ClassEntity&, const std::string&) { return {}; }
  virtual const Record* record_of_argument(const std::string&) { return nullptr; }  // by the name of its type
  virtual void define(const Record&) {}  // what the entry's parameters and result refer to
  // All library and record names that begin with a module's name, for close-match suggestions.
  virtual std::vector<std::string> known_names(const std::string& module) = 0;
};

}  // namespace aic::ir
