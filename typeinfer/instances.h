// A deque, a Counter, a random.Random in a field: its state as a tuple, whose flavour says of which class it is (and of a
// defaultdict, what makes its values: "collections._defaultdict.of.builtins.list").
#pragma once
#include "typeinfer/abstract.h"

namespace aic::typeinfer {

[[nodiscard]] Value packed(const Value&);  // other values as they are
[[nodiscard]] Value unpacked(Value);
[[nodiscard]] bool is_packed(Type);

}  // namespace aic::typeinfer
