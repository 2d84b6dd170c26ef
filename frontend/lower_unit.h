// Between capture (which has a tree and knows where it came from) and lowering.
#pragma once
#include <string_view>

#include "frontend/frontend.h"

namespace aic::frontend {

// What aic/fallback.py calls the manager of blocks that it makes of statements.
inline constexpr std::string_view made_objmode = "__aic_objmode__";

// Makes what Python is to run of a `with aic.objmode:` block.
class Interpreter {
 public:
  Interpreter() = default;
  Interpreter(const Interpreter&) = delete;
  Interpreter& operator=(const Interpreter&) = delete;
  virtual ~Interpreter() = default;
  // Is it the block's manager? A name that no function around it binds, or an attribute of one.
  [[nodiscard]] virtual bool is_objmode(const Node& manager) const = 0;
  struct Block {
    int64_t function = 0;            // the address of an object that lives for ever
    std::vector<std::string> types;  // of the results, as the IR writes them; "": it is annotated with no such type
  };
  // A function of these names that returns those.
  [[nodiscard]] virtual Block block(const Node& with, const std::vector<std::string>& names,
                                    const std::vector<std::string>& results) const = 0;
};

// `free`: names of the function object's closure variables. `source` comes without positions.
[[nodiscard]] Captured lower_function(const Node& function, ir::Source source, const std::vector<std::string>& free,
                                      ir::Module&, const Interpreter&);
[[nodiscard]] Hash hash_function(const Node& function, const std::vector<std::string>& free);

}  // namespace aic::frontend
