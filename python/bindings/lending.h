// What a generator's steps give to Python, which goes on to hold what it gives: containers only where nobody else has them.
#pragma once
#include "python/bindings/suspended.h"

namespace aic::bindings {

// Does the state lead to a container or object of the caller's?
[[nodiscard]] bool leads_to_callers(rt::List* state);
// The object of a value that a step gives, whose references go with it. Null: an exception is set.
[[nodiscard]] PyObject* given(const Plan&, rt::Slot*, Home&);

}  // namespace aic::bindings
