// ir::World over live Python objects. Every answer is logged as a guard: what was looked up where, and what was found.
// A specialisation keeps its guards; when one no longer holds, it is compiled again.
#pragma once
#include <map>
#include <memory>
#include <set>
#include <unordered_map>
#include <vector>

#include "frontend/frontend.h"
#include "ir/world.h"
#include "python/bindings/values.h"

namespace aic::bindings {

// What was found at a place: the same object must stand there still (or an equal number or text).
struct Guard {
  enum class Kind : uint8_t { Item, Cell, Code, Defaults, KeywordDefaults, Lookup, Doc, Qualname, Contents };
  Kind kind = Kind::Item;
  Ref place;  // Item: a dict; Cell: a cell; Code, Defaults, KeywordDefaults, Doc, Qualname: a function; Lookup: a class (its
              // __mro__); Contents: a dict or list
  Ref name;  // Item: the key
  Ref expected;  // null: nothing stood there; Contents: a copy
};
[[nodiscard]] bool holds(const Guard&);  // never sets an exception
[[nodiscard]] PyObject* const* place_of(const Guard&);  // where a cell or a function holds it; null for an Item

// A captured function with what keeps it alive.
struct Form {
  Ref function;
  ir::Module module;
  ir::PyForm form;
  frontend::Captured captured;
};

// One answer of the world, in words that mean the same in another process: what the disk cache compares.
struct LogEntry {
  enum Kind : int64_t { Global, Free, Attribute };
  int64_t kind;
  std::string of;  // the number of a function (Global, Free) or a module's name (Attribute)
  std::string name;
  std::string found;
};

class LiveWorld final : public ir::World {
 public:
  LiveWorld();
  ~LiveWorld() override;
  ir::Entity global(const ir::Function&, const std::string& name) override;
  ir::Entity free(const ir::Function&, const std::string& name) override;
  ir::Entity attribute(const ir::Entity& of, const std::string& name) override;
  const ir::PyForm& py_form(const ir::PythonFunction&) override;
  bool is_foreign(const ir::PythonFunction&) override;
  const ir::PyForm* library(const std::string& qualified_name) override;
  std::vector<std::string> known_names(const std::string& module) override;
  const ir::ClassDescription* description(const ir::ClassEntity&) override;  // classes.cpp
  ir::ClassMember class_member(const ir::ClassEntity&, const std::string& name) override;
  const ir::Record* record_of_argument(const std::string& type_name) override;
  void define(const ir::Record&) override;
  [[nodiscard]] static ir::ClassEntity class_entity(PyObject*);
  [[nodiscard]] const std::vector<ir::Record>& records() const { return records_; }  // of the entry's parameters and result

  const Form& form_of(PyObject* function);
  ir::Entity entity_of(PyObject* object, const std::string& name);
  [[nodiscard]] std::vector<Guard> take_guards() { return std::move(guards_); }
  // Names that only other compiled code rebinds: read from their places, or constants from now on (one may have to be, say an
  // axis).
  [[nodiscard]] bool reads_places() const { return reads_places_; }
  void take_constants() { takes_constants_ = true, reads_places_ = false; }

  // ---- for the disk cache ----
  [[nodiscard]] const std::vector<LogEntry>& log() const { return log_; }
  [[nodiscard]] bool is_cachable() const { return is_cachable_; }
  [[nodiscard]] std::string hash_of(PyObject* function);  // of its text and defaults
  // Looks up again what a log entry says; the answer in words. Makes the guards, as a first look-up does.
  [[nodiscard]] std::string look_again(int64_t kind, const std::string& of, const std::string& name);
  [[nodiscard]] int number_of_source(const std::string& file, const std::string& function) const;  // -1: none of ours
  [[nodiscard]] int first_line(int function) const;
  [[nodiscard]] std::string file_of(int function) const;

 private:
  struct Found {
    Ref object;
    ir::Entity entity;
  };
  Found find_global(PyObject* function, const std::string& name);
  ir::Entity place(PyObject* owner, PyObject* dict, const std::string& name);
  ir::Entity function_attribute(const ir::PythonFunction&, const std::string& name);
  ir::Entity dispatched(PyObject* function, const std::string& type);
  ir::Entity place_in_module(const std::string& module, const std::string& name);
  Found find_free(PyObject* function, const std::string& name);
  Found find_attribute(const std::string& module, const std::string& name);
  void describe_enumeration(PyTypeObject*, ir::ClassDescription&);
  void describe_named_tuple(PyTypeObject*, ir::ClassDescription&);
  void describe_dataclass(PyTypeObject*, ir::ClassDescription&);
  int number_of(PyObject* function);  // numbers it, and guards it, when it is new
  std::string describe(const Found&);
  std::string describe(const ir::Entity&, PyObject*);
  PyObject* python_function(const ir::Function&);
  ir::Entity functions_of(PyObject* container, const std::string& name);
  PyObject* look_up(PyObject* dict, PyObject* name);  // borrowed or null; logged
  std::map<PyObject*, std::shared_ptr<const Form>> forms_;
  std::unordered_map<const ir::Module*, PyObject*> function_of_;
  std::map<std::pair<PyObject*, std::string>, bool> logged_;
  std::map<std::string, const ir::PyForm*> library_;
  std::map<PyObject*, std::set<PyObject*>> met_as_;  // functions: themselves, or dispatchers of them
  std::set<PyObject*> library_modules_;  // dicts that need no guards
  std::map<uint64_t, ir::ClassDescription> classes_;
  std::vector<ir::Record> records_;
  std::vector<Guard> guards_;
  std::vector<Ref> functions_;  // numbered in the order in which they were met
  std::vector<LogEntry> log_;
  bool is_cachable_ = true, in_hash_ = false, reads_places_ = false, takes_constants_ = false;
};

[[nodiscard]] bool is_users_class(PyObject*);

// The object `name` of the Python module `module`; throws PythonError.
[[nodiscard]] Ref imported(const char* module, const char* name);

}  // namespace aic::bindings
