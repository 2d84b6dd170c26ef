// A deque, a Counter, a random number generator in a field: its state as a tuple, whose flavour says of which class it is (and
// of a defaultdict, what makes its values: "collections._defaultdict.of.builtins.list").
#pragma once
#include "typeinfer/abstract.h"

namespace aic::typeinfer {

[[nodiscard]] Value packed(const Value&);  // other values as they are
[[nodiscard]] Value packed_below(Value);  // it and what is in its tuples: NumPy's random numbers, which Python has, too
[[nodiscard]] Value unpacked(Value);
[[nodiscard]] bool is_packed(Type);
// Whether it is of a class that is known by name; nothing: not a class we know.
[[nodiscard]] std::optional<bool> is_instance_of(const Value& instance, const Value& classes);

}  // namespace aic::typeinfer
