// Who writes to which arrays among the ops of one region, for everybody who reads later than the program says.
#pragma once
#include <unordered_map>
#include <vector>

#include "ir/module.h"
#include "passes/memory/alias.h"

namespace aic::passes {

class RegionWrites {
 public:
  RegionWrites(const ir::Function&, Aliases&, ir::RegionId);
  // May an op behind `from` and before `last` write to what one of these arrays shows? Both stand in the region itself.
  [[nodiscard]] bool disturbed(ir::OpId from, ir::OpId last, const std::vector<ir::ValueId>& arrays);
  [[nodiscard]] uint32_t order(ir::OpId op) const { return order_.at(op); }
  [[nodiscard]] bool holds(ir::OpId op) const { return order_.contains(op); }

 private:
  struct Writer {
    uint32_t order;
    std::vector<ir::ValueId> roots;
    bool unknown;  // writes to arrays we cannot name
  };
  void collect(ir::OpId, Writer&) const;
  const ir::Function& f_;
  Aliases& aliases_;
  std::unordered_map<ir::OpId, uint32_t> order_;
  std::vector<Writer> writers_;
};

}  // namespace aic::passes
