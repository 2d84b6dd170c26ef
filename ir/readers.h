// What reads all of an iterable before it returns: a generator expression handed to it may be a list. The front end knows a
// callee by the end of its name alone, inference all of it; a name without a module is a method's.
#pragma once
#include <algorithm>
#include <string_view>

namespace aic::ir {

inline constexpr std::string_view whole_readers[] = {
    "builtins.sum",       "builtins.list", "builtins.tuple", "builtins.sorted", "builtins.min", "builtins.max", "builtins.set",
    "builtins.frozenset", "builtins.dict", "math.fsum",      "math.prod",       "join",         "extend",       "update"};

[[nodiscard]] inline bool reads_whole(std::string_view qualified) {
  return std::ranges::find(whole_readers, qualified) != std::end(whole_readers);
}
[[nodiscard]] inline bool may_read_whole(std::string_view name) {
  return std::ranges::any_of(whole_readers, [&](std::string_view q) { return q.substr(q.rfind('.') + 1) == name; });
}

}  // namespace aic::ir
