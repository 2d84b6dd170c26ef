// Functions of a loaded library: dispatchers whose specialisations come from its table instead of the compiler.
#pragma once
#include <vector>

#include "python/bindings/driver.h"
#include "runtime/library.h"

namespace aic::bindings {

struct LibraryCode {
  struct Variant {
    std::vector<Key> keys;
    ir::Type result;
    std::vector<int> views;
  };
  const rt::LibraryFunction* function = nullptr;
  std::vector<Variant> variants;   // in the table's order; the last one takes what the annotations say
  std::vector<uint8_t> writes;     // for each parameter: whether the code may write to it
  std::vector<Ref> hidden;         // arrays of the world, as read-only arrays over the library's constants
};

[[nodiscard]] bool serves(const LibraryCode&, std::span<const Key>);  // some variant takes such arguments
// A read-only array over a library's constant.
[[nodiscard]] Ref constant_array(const rt::LibraryArray&, ir::Type);
// The specialisation for keys that are served.
[[nodiscard]] std::unique_ptr<Specialisation> specialise_from(const LibraryCode&, std::span<const Key>, Assumptions);

}  // namespace aic::bindings
