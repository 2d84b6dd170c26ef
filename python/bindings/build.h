// A function compiled for a library: what `aic build` links.
#pragma once
#include <string>
#include <vector>

#include "python/bindings/driver.h"

namespace aic::bindings {

struct LibraryNames {
  std::string symbol, name;  // in C and in Python
  std::string needs;         // what the processor must have
};

struct BuiltVariant {
  std::vector<ir::Type> parameters;
  ir::Type result;
  std::vector<int> views;
};

struct BuiltFunction {
  std::vector<std::string> outputs;    // objects, or texts, one for each variant
  std::vector<BuiltVariant> variants;  // the first whose conditions hold serves a call
  std::vector<int> writes;             // for each parameter: whether the code may write to it
  std::vector<ir::Type> hidden;        // arrays of the world that became constants
  std::string words, names;            // of the C function: runtime/library.h
};

// `names`: of the parameters, one for each key. Throws ir::Diagnosed, PythonError, ir::InternalError.
[[nodiscard]] BuiltFunction build(PyObject* function, std::span<const Key> keys, const std::vector<std::string>& names,
                                  const LibraryNames&, const CompileOptions&, uint32_t emit);

}  // namespace aic::bindings
