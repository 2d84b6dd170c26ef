// What `f.explain()` shows: for one request, what became of each source line on the way to machine code. Found by going the
// way again and reading the loop form and the optimised LLVM text; nothing is recorded in ordinary compiles.
#pragma once
#include <string>
#include <vector>

#include "python/bindings/driver.h"

namespace aic::bindings {

struct Note {
  std::string file;
  int line = 0;
  std::string kind;  // fused, loop, vectorised, allocated, checked, call
  std::string text;
};

[[nodiscard]] std::vector<Note> explained(const Request&);  // by file and line; throws as compile() does

}  // namespace aic::bindings
