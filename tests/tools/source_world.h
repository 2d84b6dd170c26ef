// A world made of source text: the functions of one Python file, Python's builtins, and the library in python/aic/lib, all
// lowered by the front end. Nothing is run. Tools and tests of inference see Python through it; the package's own world
// looks at live objects instead.
#pragma once
#include <map>
#include <set>
#include <string>

#include "ir/world.h"

namespace aic::tests {

class SourceWorld : public ir::World {
 public:
  // `path`: the user's file; `library`: the folder python/aic/lib.
  SourceWorld(const std::string& path, const std::string& library);
  [[nodiscard]] const ir::PyForm& function(const std::string& name);
  [[nodiscard]] const std::vector<std::string>& names() const { return files_.at("").names; }

  ir::Entity global(const ir::Function& function, const std::string& name) override;
  ir::Entity free(const ir::Function& function, const std::string& name) override;
  ir::Entity attribute(const ir::Entity& of, const std::string& name) override;
  const ir::PyForm& py_form(const ir::PythonFunction&) override;
  const ir::PyForm* library(const std::string& qualified_name) override;
  std::vector<std::string> known_names(const std::string& module) override;

 private:
  struct File {
    std::string path, text;
    std::vector<std::string> names;
    std::vector<std::string> topics;              // the files that it imports all from: numpy_*.py
    std::map<std::string, ir::Entity> constants;  // NAME = literal at the top of the file
    std::map<std::string, std::string> aliases;   // NAME = OTHER
  };
  void read(const std::string& module, const std::string& path);
  const ir::PyForm& form(const std::string& module, const std::string& name);
  ir::Entity found(const std::string& module, const std::string& name);
  [[nodiscard]] std::string owner_of(const std::string& module, const std::string& name) const;

  std::map<std::string, File> files_;                            // by module; "" is the user's
  std::map<std::string, std::unique_ptr<ir::Module>> modules_;   // by "module:function"
  std::map<std::string, std::unique_ptr<ir::PyForm>> forms_;
  std::map<const ir::Module*, std::string> module_of_;
  std::vector<std::string> by_key_;                              // "module:function" of PythonFunction::key
};

}  // namespace aic::tests
