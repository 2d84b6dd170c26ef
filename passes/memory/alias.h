// Which arrays may share memory. One analysis for everybody who moves reads past writes (DESIGN law 3).
//
// An array value stands for the array it is a view of: its root. Roots are parameters, births, results of calls, and
// what loops and ifs carry. `distinct(a, b)` proves that two arrays share no memory, whenever both exist:
//   - a birth shares nothing with what existed before it;
//   - parameters share nothing with one another in a function marked `noalias` (the caller has tested them);
//   - the result of a call is new, or one of the call's arguments;
//   - carried values are followed to what they are carried from, in pairs: `u, v = v, u` stays distinct.
// The last is a proof by induction over rounds: a pair under inspection is taken to be distinct (true until refuted).
#pragma once
#include <set>
#include <unordered_map>
#include <utility>
#include <vector>

#include "ir/module.h"

namespace aic::passes {

class Aliases {
 public:
  explicit Aliases(const ir::Function&);
  [[nodiscard]] ir::ValueId root(ir::ValueId) const;  // through views
  [[nodiscard]] bool distinct(ir::ValueId a, ir::ValueId b);
  // `fresh` takes the place of `old`: a birth written anew, at the same place.
  void adopt(ir::ValueId fresh, ir::ValueId old);

 private:
  using Pair = std::pair<ir::ValueId, ir::ValueId>;
  void number(ir::RegionId);
  [[nodiscard]] uint32_t position(ir::ValueId v) const;
  [[nodiscard]] bool prove(ir::ValueId a, ir::ValueId b);
  [[nodiscard]] bool later(ir::ValueId a, ir::ValueId b);
  [[nodiscard]] bool follow(ir::ValueId a, ir::ValueId b);
  [[nodiscard]] bool exits_distinct(const std::vector<ir::OpId>& exits, uint32_t skip, uint32_t index, ir::ValueId b, int pair);
  [[nodiscard]] bool follow_argument(ir::ValueId a, ir::ValueId b);
  [[nodiscard]] bool follow_result(ir::ValueId a, ir::ValueId b);

  const ir::Function& f_;
  bool noalias_ = false;
  uint32_t clock_ = 0;
  std::unordered_map<ir::ValueId, uint32_t> positions_;
  std::unordered_map<int64_t, std::vector<ir::OpId>> continues_, breaks_;  // by loop label
  std::set<Pair> assumed_, proved_, refuted_;
};

// Is the result of this op a new array?
[[nodiscard]] bool is_birth(const ir::Function&, ir::OpId);
// Does the type hold something counted: an array, a list or a string?
[[nodiscard]] bool holds_array(ir::Type);

}  // namespace aic::passes
