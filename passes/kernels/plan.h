// Which array values get memory, and which are computed where they are used.
//
// Fusion is demand-driven: a *virtual* value has no memory; the loops of its consumers (its sinks) compute its elements.
// A value is virtual when
//   1. an op makes it whose elements can be computed one by one (elementwise, full, copy, generate, a reduction along
//      trailing axes),
//   2. everything that uses it takes elements: other virtual values, views of it, sinks in the same region, a few loads,
//      a load that a loop comes to once for each element,
//   3. nothing between it and its sinks writes to what it reads,
//   4. no work is repeated: all uses look at the same element in the same round of one nest, the work is cheap, or what is
//      repeated is a row beside the whole.
// Everything else is materialised: `empty` and a nest that fills it.
#pragma once
#include <unordered_map>
#include <vector>

#include "ir/module.h"
#include "passes/memory/writes.h"

namespace aic::passes {

class Plan {
 public:
  Plan(const ir::Function&, Aliases&);
  [[nodiscard]] bool is_virtual(ir::ValueId v) const { return v.index < virtual_.size() && virtual_[v.index]; }

 private:
  // How a value is looked at: from which sinks, and along which ways of indices (equal ways: the same element).
  struct Looks {
    bool real = false;      // somebody needs it in memory
    bool again = false;     // rounds of outer loops want the same element
    bool leading = true;    // its axes are the outermost loops of the nest, in order
    int loads = 0;          // of one element, outside of loops
    bool rounds = false;    // a loop loads each element once
    std::vector<ir::OpId> sinks;
    std::vector<uint64_t> ways;
  };
  void plan_region(ir::RegionId);
  void decide(ir::OpId, ir::RegionId, RegionWrites&);
  void look(ir::ValueId, ir::RegionId, Looks&) const;
  [[nodiscard]] bool is_scalar(ir::RegionId) const;
  [[nodiscard]] ir::OpId loop_over(ir::OpId load, ir::RegionId) const;
  void look_from(ir::ValueId, const ir::Use&, ir::RegionId, Looks&) const;
  void look_through(ir::OpId user, ir::RegionId, uint64_t mark, Looks&, bool leading) const;
  [[nodiscard]] bool disturbed(ir::OpId from, const std::vector<ir::OpId>& sinks, RegionWrites&) const;
  [[nodiscard]] int work(ir::ValueId) const;
  [[nodiscard]] std::vector<ir::ValueId> reads(ir::OpId) const;

  const ir::Function& f_;
  Aliases& aliases_;
  std::vector<char> virtual_;
  std::unordered_map<ir::ValueId, int> work_;
  mutable std::unordered_map<ir::RegionId, bool> scalar_;
};

// Is this a view that index maps express (the others stay descriptors)?
[[nodiscard]] bool folds(const ir::Function&, ir::OpId);
// An array result whose elements can be computed one by one.
[[nodiscard]] bool is_element_producer(const ir::Function&, ir::OpId);
// Reduced axes are the last ones.
[[nodiscard]] bool reduces_trailing_axes(const ir::Function&, ir::OpId);

}  // namespace aic::passes
