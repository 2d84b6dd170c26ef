// What the passes room offers to the driver: two journeys of a module. The order of passes, with the reason for each
// place, is told in pipeline.cpp and nowhere else.
#pragma once
#include <string>

#include "ir/module.h"

namespace aic::passes {

struct Options {
  bool verify = false;     // run the verifier after each pass
  bool fastmath = false;
  std::string dump;        // comma-separated pass names, or "all": print each function after them (to stderr)
  std::string skip;        // comma-separated names of passes not to run
  int64_t bisect = -1;     // run only the first n (pass, function) pairs of the optional passes; -1: all
  bool time = false;       // print the time of each pass to stderr
};

void optimize(ir::Module&, const Options& = {});        // tensor form → tensor form
void lower_to_loops(ir::Module&, const Options& = {});  // tensor form → loop form
// The passes of these comma-separated names, in this order; "optimize" and "loops" stand for the two journeys above.
// Throws ir::Error for a name that no row has.
void run_named(ir::Module&, const std::string& names, const Options& = {});

}  // namespace aic::passes
