// Runs modules that generate.h made: on the interpreter and, compiled, on this machine. Arguments are made anew for each
// run from a seed, so that every run starts from the same memory.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "ir/interpret.h"
#include "ir/module.h"

namespace aic::fuzz {

// Arguments for @main, of the axes its header numbers; arrays that may overlap sometimes do.
[[nodiscard]] std::vector<ir::RuntimeValue> make_arguments(const ir::Module&, uint64_t seed);

// What a run gives: its results or exception, then what the array arguments hold afterwards. `steps`: ran too long to say.
struct Outcome {
  bool steps = false;
  std::string exception, message;  // a machine's outcome has no message
  std::string written;             // to stdout
  std::vector<ir::RuntimeValue> results, arguments;
};
[[nodiscard]] Outcome interpreted(const ir::Module&, uint64_t seed);
[[nodiscard]] Outcome compiled(const ir::Module& loop_form,
                               uint64_t seed);  // throws ir::Error where compiling fails or memory leaks
// "" or what differs.
[[nodiscard]] std::string difference(const Outcome& want, const Outcome& got, bool with_message);

}  // namespace aic::fuzz
