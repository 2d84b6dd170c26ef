// The classes of exceptions as compiled code knows them: by name. Which name a raise site raises, and which classes are
// subclasses of which.
#pragma once
#include <string>
#include <string_view>

#include "ir/module.h"

namespace aic::ir {

// Is it a builtin exception (or one of NumPy's that aic raises)?
[[nodiscard]] bool is_exception_class(std::string_view name);
[[nodiscard]] bool is_subclass(std::string_view name, std::string_view of);
// Is what an op raises an instance of the class (`=C`: of just this one)? Of the user's own classes the op tells all bases,
// itself first and a builtin one last.
[[nodiscard]] bool raises_instance_of(const Function&, OpId, std::string_view of);
// The class that an op that may raise raises: "" for a call, which passes on; "KeyboardInterrupt" for a poll.
[[nodiscard]] std::string exception_of(const Function&, OpId);

}  // namespace aic::ir
