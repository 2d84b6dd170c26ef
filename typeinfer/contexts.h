// Context managers whose meaning inference knows: contextlib.suppress (its parts are the classes) and numpy.errstate, which are
// Iterators of these names. Others are objects that have __enter__ and __exit__.
#pragma once
#include "typeinfer/abstract.h"

namespace aic::typeinfer {

inline constexpr std::string_view suppress = "contextlib.suppress", errstate = "numpy.errstate";
[[nodiscard]] inline bool is_known_context(const Value& v) {
  return v.kind == Kind::Iterator && (v.text == suppress || v.text == errstate);
}

}  // namespace aic::typeinfer
