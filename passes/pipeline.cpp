// The order of the passes, with the reason for each place.
#include "passes/pipeline.h"

#include "passes/passes.h"

namespace aic::passes {

void optimize(ir::Module&, const Options&) {}

void lower_to_loops(ir::Module& module, const Options& options) {
  PassContext context{module, options};
  for (const std::unique_ptr<ir::Function>& f : module.functions) {
    // Fusion needs whole-array operations, so everything that reasons about them has run before.
    expand(*f, context);
    // Last: ownership depends on where every array is used for the last time.
    own(*f, context);
    f->set_form(ir::Form::Loop);
  }
}

}  // namespace aic::passes
