// Whole-array operations (tensor form). passes/kernels expands each to loop form through `ir::expansion` (expand.h).
#pragma once
#include "ir/ops/record.h"

namespace aic::ir {

inline constexpr OpRecord structural_records[] = {
  {.name = "assign", .operands = "target, source", .doc = "Writes a scalar, or an array of the target's shape, into the target, as if through a temporary.", .tier = Tier::Structural, .forms = InTensor, .traits = Writes | Reads, .results = 0,
   .derivative = vjp(nullptr)},
  {.name = "full", .operands = "value, extent...", .doc = "A new array filled with a scalar.", .tier = Tier::Structural, .forms = InTensor, .traits = Birth | MayRaise, .python = "aic.prim.full"},
  {.name = "copy", .operands = "a", .doc = "A new array with a's elements, in the layout of the result type.", .tier = Tier::Structural, .forms = InTensor, .traits = Birth | MayRaise | Reads, .python = "aic.prim.copy"},
  {.name = "generate", .operands = "extent...", .doc = "A new array whose element at the indices is what the region yields; the region has no effects.", .tier = Tier::Structural, .forms = InTensor, .traits = Birth | MayRaise | Reads | Control, .regions = 1, .python = "aic.prim.generate"},
  {.name = "gather", .operands = "a, index...", .doc = "A new array of the elements of a at index arrays of one shape (some may be numbers), one for each axis, from -n to n - 1 (checked before).", .tier = Tier::Structural, .forms = InTensor, .traits = Birth | MayRaise | Reads},
  {.name = "count", .operands = "mask", .doc = "How many elements of a mask are true.", .tier = Tier::Structural, .forms = InTensor, .traits = Reads},
  {.name = "compress", .operands = "a, mask, count", .doc = "A new array of the parts of a where the mask of its first axes is true (count of them), in C order.", .tier = Tier::Structural, .forms = InTensor, .traits = Birth | MayRaise | Reads},
  {.name = "assign.where", .operands = "target, mask, source", .doc = "Writes the parts of source, one after the other, where the mask of the target's first axes is true, as if through temporaries.", .tier = Tier::Structural, .forms = InTensor, .traits = Writes | Reads, .results = 0},
  {.name = "reduce", .operands = "a", .doc = "Combines the elements along {axes} with {kind}: add multiply maximum minimum logical_and logical_or bitwise_and bitwise_or; a scalar when all axes are reduced. Empty axes give the identity (maximum, minimum: checked before).", .tier = Tier::Structural, .forms = InTensor, .traits = Birth | MayRaise | Reads, .python = "aic.prim.reduce"},
  {.name = "argreduce", .operands = "a", .doc = "The first index of the extreme element along {axis}: {kind} is maximum or minimum; nan counts as extreme.", .tier = Tier::Structural, .forms = InTensor, .traits = Birth | MayRaise | Reads, .python = "aic.prim.argreduce"},
  {.name = "scan", .operands = "a", .doc = "Running combination along {axis} with {kind}: add or multiply.", .tier = Tier::Structural, .forms = InTensor, .traits = Birth | MayRaise | Reads, .python = "aic.prim.scan"},
  {.name = "matmul", .operands = "a, b", .doc = "Matrix product of ranks 1 and 2; the inner extents are equal (checked before).", .tier = Tier::Structural, .forms = InTensor, .traits = Birth | MayRaise | Reads, .python = "aic.prim.matmul"},
};

}  // namespace aic::ir
