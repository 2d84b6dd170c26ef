// Copies the ops of a region.
#pragma once
#include <unordered_map>
#include <vector>

#include "ir/builder.h"
#include "ir/module.h"

namespace aic::passes {

// Copies a region's ops to the builder's place with its arguments replaced; gives the first value that it yields.
ir::ValueId clone_body(ir::Function&, ir::RegionId, const std::vector<ir::ValueId>& arguments, ir::Builder&);

}  // namespace aic::passes
