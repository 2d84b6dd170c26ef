// `with aic.objmode:` in typed code (docs/fallback.md): the block's values are handed to a function of its own that holds
// nothing but the op `interpret`. To passes it is a call of which nothing is known.
#pragma once
#include "typeinfer/frame.h"

namespace aic::typeinfer {

struct Interpreted {
  static void block(Frame&, OpId);
  // What cannot be where Python runs blocks: handlers around them, names of Python's that compiled code keeps for itself.
  static void check(const ir::Module&, const ir::Function& entry, bool holds_containers);
};

}  // namespace aic::typeinfer
