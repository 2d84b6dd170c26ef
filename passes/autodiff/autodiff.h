// Derivatives of functions in tensor form: form in, form out, so that a derivative is optimised, compiled, built and
// differentiated again like any other function. docs/autodiff.md says what is followed and what is refused.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "ir/module.h"

namespace aic::passes {

struct Derivation {
  enum Kind {
    Gradient,  // f(x…) → the gradient of its result, a real number
    Pullback,  // f(x…, c) → for c like the result: the gradient of <c, f(x)>
  } kind = Gradient;
  std::vector<int> argnums{0};
  bool bare = true;        // one argument: its gradient itself, not a tuple of one
  bool value = false;      // the result of f comes along: (result, gradient)
  bool has_aux = false;    // f gives (what is differentiated, anything else); that else comes along
  // As `derive` asks: results and gradients, all numbers and arrays, in one flat tuple; the first so many results are
  // differentiated.
  int flat_outputs = -1;
  std::function<void(ir::Function&)> optimize;  // of functions that are made on the way: pullbacks of what recurs
};

// Turns the function into the derivative, in place. Every call in it is inlined (passes::optimize with version_loops
// skipped). Throws Diagnosed (30xx) where it has no derivative or none that aic can follow.
void differentiate(ir::Function&, const Derivation&);

// ---- the op `derive` ----
[[nodiscard]] bool has_derivatives(const ir::Module&);
// What `derive` ops name, and all that these call, is inlined whatever its size.
void mark_differentiated(ir::Module&);
// Turns each `derive` of the function into a call of a new function, which is handed to `optimize` first.
void derive(ir::Function&, const std::function<void(ir::Function&)>& optimize);

// Calls that carry rules of their own become calls like others, when every derivative is made.
void forget_custom_rules(ir::Module&);

// "gradient:0+2", "pullback:0", "value_and_gradient:1", "gradient_aux:0+" (a tuple of one): what tools and tests write.
[[nodiscard]] Derivation parse_derivation(const std::string&);

}  // namespace aic::passes
