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
  enum class Kind : uint8_t { Item, Cell, Code, Defaults };
  Kind kind = Kind::Item;
  Ref place;     // Item: a dict; Cell: a cell; Code, Defaults: a function
  Ref name;      // Item: the key
  Ref expected;  // null: nothing stood there
};
[[nodiscard]] bool holds(const Guard&);  // never sets an exception

// A captured function with what keeps it alive.
struct Form {
  Ref function;
  ir::Module module;
  ir::PyForm form;
  frontend::Captured captured;
};

class LiveWorld final : public ir::World {
 public:
  LiveWorld();
  ~LiveWorld() override;
  ir::Entity global(const ir::Function&, const std::string& name) override;
  ir::Entity free(const ir::Function&, const std::string& name) override;
  ir::Entity attribute(const ir::Entity& of, const std::string& name) override;
  const ir::PyForm& py_form(const ir::PythonFunction&) override;
  const ir::PyForm* library(const std::string& qualified_name) override;
  std::vector<std::string> known_names(const std::string& module) override;

  const Form& form_of(PyObject* function);
  ir::Entity entity_of(PyObject* object, const std::string& name);
  [[nodiscard]] std::vector<Guard> take_guards() { return std::move(guards_); }

 private:
  PyObject* python_function(const ir::Function&);
  PyObject* look_up(PyObject* dict, PyObject* name);  // borrowed or null; logged
  std::map<PyObject*, std::unique_ptr<Form>> forms_;
  std::unordered_map<const ir::Module*, PyObject*> function_of_;
  std::map<std::pair<PyObject*, std::string>, bool> logged_;
  std::map<std::string, const ir::PyForm*> library_;
  std::set<PyObject*> library_modules_;  // dicts that need no guards
  std::vector<Guard> guards_;
};

// The object `name` of the Python module `module`; throws PythonError.
[[nodiscard]] Ref imported(const char* module, const char* name);

}  // namespace aic::bindings
