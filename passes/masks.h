// What is left of masks and index arrays where whole-array operations end: loops over the mask, and elements one by one.
#pragma once
#include "ir/module.h"

namespace aic::passes {

bool expand_masks(ir::Function&);    // count, compress and assign.where become reductions and loops (tensor form)
void expand_gathers(ir::Function&);  // each gather becomes a generate

}  // namespace aic::passes
