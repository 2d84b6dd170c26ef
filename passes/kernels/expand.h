// The expansions of whole-array operations, one function each: writes the loops before the op, puts the new array in its
// place and erases it.
#pragma once
#include <functional>

#include "passes/kernels/nest.h"

namespace aic::passes {

void expand_elementwise(Expansion&, ir::OpId);  // also full, copy, generate
void expand_assign(Expansion&, ir::OpId);
void expand_reduce(Expansion&, ir::OpId);
void expand_argreduce(Expansion&, ir::OpId);
void expand_scan(Expansion&, ir::OpId);
void expand_matmul(Expansion&, ir::OpId);
// Products of a matrix and its own transpose get `symmetric`. Before anything is planned.
void mark_symmetric_products(ir::Function&);

// Calls `write` once, or twice under an `if` where extents of what `sources` read may be 1 (see nest.h); its value, if there
// is one. `Axes::All`: equal extents of outer axes matter, too.
enum class Axes { Innermost, All };
ir::ValueId write_versions(Expansion&, ir::OpId, const std::vector<ir::ValueId>& sources, bool has_value, Axes,
                           const std::function<ir::ValueId(Nest&)>& write);
// `empty` before the op.
ir::ValueId new_array(Expansion&, ir::OpId before, const std::vector<Extent>&, ir::Type);
// Kernels over the axes in this order; `body` gets the indices by axis.
void write_kernels(Nest&, const std::vector<Extent>&, const std::vector<int>& order,
                   const std::function<void(const Indices&)>& body);
// The order in which an array of this type lies in memory: axes, outermost first.
[[nodiscard]] std::vector<int> memory_order(ir::Type);
// The op's result is `value` from now on; the op goes.
void finish(Expansion&, ir::OpId, ir::ValueId value);
// Combines elements over these extents with `kind`; `element` gets one index per extent. Loops at the current level.
ir::ValueId combine_over(Nest&, const std::string& kind, ir::Type, const std::vector<Extent>&,
                         const std::function<ir::ValueId(const Indices&)>& element);
ir::ValueId identity_of(Nest&, const std::string& kind, ir::Type);

}  // namespace aic::passes
