// Type inference: py form + argument types → tensor form.
//
// `infer` interprets the py form abstractly, once for each signature of each function it meets, and writes typed
// functions `@name.k` into `out` while it goes. What is known at compile time (literals, functions, modules, dtypes, the
// parts of tuples) lives in abstract values (abstract.h) and leaves no code; what is not becomes ops.
//
//   abstract.h   the lattice: abstract values, join, widening
//   session.h    instances: one typed function for each signature; recursion; sources and spans
//   frame.h      the interpreter of one function body; its files are control, loops, narrowing (flow), operators, ufuncs,
//                unions, weak_ints (values), indexing, attributes, calls, builtins, prims (operations by kind)
#pragma once
#include <span>
#include <variant>

#include "ir/world.h"

namespace aic::typeinfer {

// What is known of an argument: its type, or its value where it is a compile-time constant (str, None, a function).
// A constant has no parameter in the typed function; neither has a type `none`.
using ArgumentType = std::variant<ir::Type, ir::Entity>;

struct InferOptions {
  int instances_per_function = 64;  // beyond: number literals in arguments are generalised
  int sent = 3;  // what Python may send to a generator that is returned, beside None: so many of int, float and str
  bool* guesses_sent = nullptr;  // set where code was written for that
};

// Instantiates `f` for the arguments (one for each Python parameter) in `out`, all callees too; the function returned has
// the header attribute `entry = 1`. Throws ir::Diagnosed.
ir::Function& infer(ir::Module& out, ir::World& world, const ir::PyForm& f, std::span<const ArgumentType> arguments,
                    const InferOptions& options = {});

}  // namespace aic::typeinfer
