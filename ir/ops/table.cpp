// Looking records up by name at run time.
#include "ir/ops/table.h"

#include <string>
#include <unordered_map>

namespace aic::ir {

bool find_op(string_view name, OpCode& out) {
  static const auto index = [] {
    std::unordered_map<string_view, OpCode> m;
    for (size_t k = 0; k < record_count; ++k) m.emplace(op_names[k], OpCode(k));
    return m;
  }();
  auto it = index.find(name);
  if (it == index.end()) return false;
  out = it->second;
  return true;
}

bool find_op_by_python_name(string_view python, OpCode& out) {
  static const auto index = [] {
    std::unordered_map<std::string, OpCode> m;
    for (size_t k = 0; k < record_count; ++k) {
      string_view names = record(OpCode(k)).python;
      // The library, written in Python, says aic.prim.sin, aic.prim.add….
      if (record(OpCode(k)).tier == Tier::Elementwise) m.emplace("aic.prim." + std::string(op_names[k]), OpCode(k));
      if (record(OpCode(k)).tier == Tier::Runtime) {  // str.find is aic.prim.str_find
        std::string name(op_names[k]);
        std::replace(name.begin(), name.end(), '.', '_');
        m.emplace("aic.prim." + name, OpCode(k));
      }
      while (!names.empty()) {
        size_t n = names.find(' ');
        m.emplace(names.substr(0, n), OpCode(k));
        names = n == string_view::npos ? string_view{} : names.substr(n + 1);
      }
    }
    return m;
  }();
  auto it = index.find(std::string(python));
  if (it == index.end()) return false;
  out = it->second;
  return true;
}

}  // namespace aic::ir
