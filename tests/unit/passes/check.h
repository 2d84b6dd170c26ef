// Runs one pass on IR text and compares with the text expected; both are parsed, so that numbering and blanks do not count.
#pragma once
#include <catch2/catch.hpp>
#include <string>

#include "passes/passes.h"

namespace aic::passes {

inline std::string reprinted(const std::string& text) { return ir::print(*ir::parse(text)); }

using Pass = bool (*)(ir::Function&, PassContext&);
inline std::string after(std::initializer_list<Pass> passes, const std::string& text) {
  std::unique_ptr<ir::Module> m = ir::parse(text);
  Options options;
  PassContext context{*m, options};
  for (Pass p : passes)
    for (const std::unique_ptr<ir::Function>& f : m->functions) p(*f, context);
  // Once more through the text: erased values leave holes in the numbering.
  return reprinted(ir::print(*m));
}
#define CHECK_PASS(passes, before, expected) CHECK(after(passes, before) == reprinted(expected))

}  // namespace aic::passes
