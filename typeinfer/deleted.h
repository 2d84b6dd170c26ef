// What the world says, in an Unknown, of a name of a module that code was compiled with and that is gone: reading it raises
// NameError when it is read. A name that never was is an error of the program.
#pragma once
#include <string_view>

namespace aic::typeinfer {

inline constexpr std::string_view was_deleted = "it was deleted";

}  // namespace aic::typeinfer
