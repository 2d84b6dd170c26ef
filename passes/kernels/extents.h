// Extents as symbols: the extent of an axis is a constant, a scalar of the program, or axis k of an array in memory;
// those of virtual values are resolved to these through the ops that made them, so that equal extents compare equal.
#pragma once
#include <map>
#include <optional>

#include "ir/builder.h"
#include "ir/module.h"

namespace aic::passes {

struct Extent {
  ir::ValueId value{};  // a scalar (axis = -1), or an array whose axis it is
  int axis = -1;
  int64_t constant = -1;  // ≥ 0: just this number
  bool operator==(const Extent&) const = default;
  [[nodiscard]] bool is(int64_t k) const { return constant == k; }
};

class Extents {
 public:
  explicit Extents(ir::Function& f) : f_(f) {}
  [[nodiscard]] Extent of(ir::ValueId array, int axis);
  [[nodiscard]] Extent of_scalar(ir::ValueId);  // what an extent given as a value is
  [[nodiscard]] std::vector<Extent> all(ir::ValueId array);

 private:
  [[nodiscard]] Extent resolve(ir::ValueId array, int axis);
  [[nodiscard]] Extent of_view(ir::OpId, int axis);
  [[nodiscard]] Extent of_broadcast(ir::OpId check, uint32_t result);
  ir::Function& f_;
  std::map<std::pair<ir::ValueId, int>, Extent> known_;
};

[[nodiscard]] std::optional<int64_t> constant_int(const ir::Function&, ir::ValueId);
// Axes of a reduce or argreduce that stay, in order.
[[nodiscard]] std::vector<int> kept_axes(const ir::Function&, ir::OpId);

}  // namespace aic::passes
