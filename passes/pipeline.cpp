// The order of the passes, with the reason for each place. A row: name, pass, forms, needed (cannot be skipped).
#include "passes/pipeline.h"

#include <algorithm>

#include "ir/ops/record.h"
#include "passes/autodiff/autodiff.h"
#include "passes/manager.h"
#include "passes/masks.h"

namespace aic::passes {
using ir::InLoop;
using ir::InTensor;
using ir::InTyped;

namespace {
bool expand_to_loop_form(ir::Function& f, PassContext& context) {
  bool changed = expand(f, context);
  f.set_form(ir::Form::Loop);
  return changed;
}

bool expand_masks_pass(ir::Function& f, PassContext&) { return expand_masks(f); }

// clang-format off
constexpr Row tensor_rows[] = {
    // Inference leaves constants everywhere; dead arms go before anyone looks into them.
    {"fold", fold, InTyped},
    // Callees are optimised by now; all that follows sees one function instead of many small ones.
    {"inline", inline_calls, InTyped},
    // Arguments of the bodies just put in are known.
    {"fold", fold, InTyped},
    {"simplify", simplify, InTyped},
    // Methods are inlined: what is still handed over stays an object.
    {"objects_as_values", objects_as_values, InTensor},
    // Before strings are counted or looked at again: most characters are only compared.
    {"characters", characters, InTyped},
    // What the rules made equal is merged, what they left behind goes.
    {"cse", cse, InTyped},
    // Views of one array are one value now; what the rounds compute is checked and fused together from here on.
    {"unroll_arrays", unroll_arrays, InTensor},
    // Equal extents are one value now: ranges need not be asked about them.
    {"fold_shapes", fold_shapes, InTyped},
    // Before anything is written twice: the tests of strides that go are long.
    {"reshape_elements", reshape_elements, InTensor},
    {"dce", dce, InTyped},
    // Before extents are asked about, and before anything is written twice: what shapes agree is known from here on.
    {"assume_shapes", assume_shapes, InTensor},
    // Before extents are asked about: in the version for short axes they are known.
    {"version_extents", version_extents, InTyped},
    // After cse: one copy moves instead of many.
    {"licm", licm, InTyped},
    // The limit stands before its loop by now.
    {"count_loops", count_loops, InTyped},
    // Proofs rest on equal extents being one value, and on what stands before a loop.
    {"eliminate_checks", eliminate_checks, InTyped},
    // Loads whose indices are proved before a loop; what is asked of them may be tested there.
    {"licm", licm, InTyped},
    // What could not be proved is tested once before its loop.
    {"version_loops", version_loops, InTyped},
    // Decided conditions fall, their arms and what they needed go.
    {"fold", fold, InTyped},
    {"simplify", simplify, InTyped},
    {"cse", cse, InTyped},
    // What ranges made equal; fusion takes two ways to look at one value for two elements.
    {"fold_shapes", fold_shapes, InTyped},
    // Before fusion is thought of.
    {"renew", renew, InTensor},
    // Counts of one mask are one value, and views that stretch nothing are gone; leaves lists that nobody looks at to dce.
    {"join_masks", join_masks, InTensor},
    // Nothing else looks at what is computed in part from here on.
    {"narrow_views", narrow_views, InTensor},
    {"dce", dce, InTyped},
    // Assignments of scalars fuse with nothing: all that moves or merges has run.
    {"trim_fills", trim_fills, InTensor},
};

constexpr Row loop_rows[] = {
    // After derivatives are made; what is rolled fuses with what looks at it.
    {"join_pieces", join_pieces, InTensor},
    // Lists of chosen elements that stay are filled by loops.
    {"expand_masks", expand_masks_pass, InTensor, true},
    // Fusion needs whole-array operations, so everything that reasons about them has run before.
    {"expand", expand_to_loop_form, InTensor, true},
    // Nothing asks for the types of loop state from here on.
    {"split_unions", split_unions, InLoop},
    // Expansion writes index arithmetic without looking: fold and merge it.
    {"fold", fold, InTyped},
    {"simplify", simplify, InTyped},
    // Trip counts are constants by now; what the rounds share is merged next.
    {"unroll", unroll, InLoop},
    {"cse", cse, InTyped},
    {"dce", dce, InTyped},
    {"licm", licm, InTyped},
    // Most proofs are made. What both arms append to is resized outside of the arms from here on.
    {"join_arms", join_arms, InLoop},
    // Of lists known to be new nobody holds a second name; what asks for their lengths is decided next.
    {"reserve_lists", reserve_lists, InLoop},
    {"eliminate_checks", eliminate_checks, InTyped},
    // Products that were checked for overflow are known to be exact by now.
    {"step_remainders", step_remainders, InTyped},
    {"fold", fold, InTyped},
    {"dce", dce, InTyped},
    // Choices that only choose are selects.
    {"running_extremes", running_extremes, InLoop},
    // In one arm of a choice kernels are neighbours.
    {"join_choices", join_choices, InLoop},
    // The others choose by strides; checks that cannot fail are gone.
    {"store_columns", store_columns, InLoop},
  // What writes to an array and what reads rows of it from a copy can be fused.
    {"read_copies", read_copies, InLoop},
    // No checks are left between kernels, and extents that are equal are one value.
    {"fuse_rows", fuse_rows, InLoop},
    // Kernels stand side by side until here.
    {"split_rounds", split_rounds, InLoop},
    // No checks are left between the passes of a loop, and how many rows there are is known before it.
    {"rows_outside", rows_outside, InLoop},
    // A round that may still raise is no lane.
    {"choose_lanes", choose_lanes, InLoop},
    // Loads and stores have been looked at; checks that stood between them are gone.
    {"carry_loads", carry_loads, InLoop},
    // A poll may raise: nothing moves across it, so all that moves has run.
    {"place_polls", place_polls, InLoop},
    // All kernels are as they will be, and no reference is counted yet.
    {"reuse_memory", reuse_memory, InLoop},
    // Last: ownership depends on where every array is used for the last time.
    {"own", own, InLoop, true},
};
// clang-format on
}  // namespace

// Derivatives are made of functions before their loops are doubled by versions, and what they are made into is optimised
// before its callers look at it.
static void optimize_derivatives(ir::Module& module, const Options& options) {
  std::vector<Row> rows;
  for (const Row& row : tensor_rows)
    if (row.run != version_loops && row.run != version_extents) rows.push_back(row);
  mark_differentiated(module);
  for (ir::Function* f : callees_first(module)) {
    derive(*f, [&](ir::Function& derivative) { run_passes(derivative, rows, options); });
    run_passes(*f, rows, options);
  }
  remove_uncalled(module);
}

void optimize(ir::Module& module, const Options& options) {
  if (has_derivatives(module)) optimize_derivatives(module, options);
  forget_custom_rules(module);
  run_passes(module, tensor_rows, options);
  remove_uncalled(module);  // all their calls were inlined
}
void lower_to_loops(ir::Module& module, const Options& options) { run_passes(module, loop_rows, options); }

static const Row* find_row(std::string_view name) {
  for (const Row& r : tensor_rows)
    if (name == r.name) return &r;
  for (const Row& r : loop_rows)
    if (name == r.name) return &r;
  return nullptr;
}
void run_named(ir::Module& module, const std::string& names, const Options& options) {
  for (size_t from = 0, to = 0; from < names.size(); from = to + 1) {
    to = std::min(names.find(',', from), names.size());
    std::string name = names.substr(from, to - from);
    if (name == "optimize")
      optimize(module, options);
    else if (name == "loops")
      lower_to_loops(module, options);
    else if (name.find("gradient") != name.npos || name.find("pullback") != name.npos)
      differentiate(*module.functions.front(), parse_derivation(name));
    else if (const Row* row = find_row(name))
      run_passes(module, std::span(row, 1), options);
    else
      throw ir::Error("no pass is called `" + name + "`");
  }
}

}  // namespace aic::passes
