// Between capture (which has a tree and knows where it came from) and lowering.
#pragma once
#include "frontend/frontend.h"

namespace aic::frontend {

// `free`: names of the function object's closure variables. `source` comes without positions.
[[nodiscard]] Captured lower_function(const Node& function, ir::Source source, const std::vector<std::string>& free,
                                      ir::Module&);
[[nodiscard]] Hash hash_function(const Node& function, const std::vector<std::string>& free);

}  // namespace aic::frontend
