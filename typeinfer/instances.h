// A deque, a Counter, a random number generator in a field: its state as a tuple, whose flavour says of which class it is (and
// of a defaultdict, what makes its values: "collections._defaultdict.of.builtins.list").
#pragma once
#include "typeinfer/abstract.h"

namespace aic::typeinfer {

// A slice that Python knows, too: an argument's, a global's.
inline constexpr std::string_view slice_flavour = "builtins._slice", range_flavour = "builtins._range";
// An exception in a list, a dict or a field: the saved record.
inline constexpr std::string_view exception_flavour = "builtins._exception";

[[nodiscard]] bool is_collection(const Value&);  // a deque, a Counter, …
// One of those, or a generator of random numbers: in a list it is its state.
[[nodiscard]] bool is_packed_when_held(const Value&);
[[nodiscard]] Value packed(const Value&);  // other values as they are
[[nodiscard]] Value packed_below(Value);  // it and what is in its tuples, where Python has it, too
[[nodiscard]] bool has_python_object(Type);  // of a packed one
[[nodiscard]] Value unpacked(Value);
[[nodiscard]] bool is_packed(Type);
[[nodiscard]] inline bool is_held_exception(const Value& v) { return v.kind == Kind::Tuple && v.text == exception_flavour; }
// Whether it is of a class that is known by name; nothing: not a class we know.
[[nodiscard]] std::optional<bool> is_instance_of(const Value& instance, const Value& classes);

// isinstance with a tuple of classes, nested or not: `one` tells of one class.
template <class F>
std::optional<bool> is_instance_of_any(const Value& classes, const F& one) {
  if (classes.kind != Kind::Tuple) return one(classes);
  bool all_known = true;
  for (const Value& c : classes.parts) {
    std::optional<bool> is = is_instance_of_any(c, one);
    if (is && *is) return true;
    all_known &= is.has_value();
  }
  return all_known ? std::optional(false) : std::nullopt;
}

}  // namespace aic::typeinfer
