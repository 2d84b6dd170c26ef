// Generator expressions that are kept, as calls of generator functions. See lazy_generator.cpp.
#pragma once
#include "frontend/ast.h"

namespace aic::frontend {

// Replaces those among the children of a node that is being made.
void make_generators_lazy(Tree&, const Node& parent, std::vector<Slot>& slots);

}  // namespace aic::frontend
