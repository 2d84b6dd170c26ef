// 32-bit ids: what functions, ops, values, regions and spans are named by. An id is an index into an arena of its
// owner and never dangles into another kind: OpId and ValueId do not convert into each other.
#pragma once
#include <compare>
#include <cstdint>
#include <functional>

namespace aic::ir {

template <class Tag>
struct Id {
  static constexpr uint32_t none_index = 0xffffffffu;
  uint32_t index = none_index;
  constexpr Id() = default;
  constexpr explicit Id(size_t i) : index(uint32_t(i)) {}
  constexpr explicit operator bool() const { return index != none_index; }
  constexpr auto operator<=>(const Id&) const = default;
};

using OpId = Id<struct OpTag>;
using ValueId = Id<struct ValueTag>;
using RegionId = Id<struct RegionTag>;
using SpanId = Id<struct SpanTag>;

}  // namespace aic::ir

template <class Tag>
struct std::hash<aic::ir::Id<Tag>> {
  size_t operator()(aic::ir::Id<Tag> id) const noexcept { return id.index * 0x9e3779b97f4a7c15ull; }
};
