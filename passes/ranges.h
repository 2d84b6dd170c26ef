// What is known about ints at a place of a function, and proofs from it.
//
// Every int value is a polynomial over atoms: parameters, extents, loop indices, loop state, results of min, max, //, …
// What bounds an atom comes from three places:
//   - its definition: an index of `for start, stop, 1` has start ≤ i ≤ stop - 1, an extent is ≥ 0 and < 2^47, …
//   - facts that hold in a part of the function: conditions of `if` and `while` around the place, checks that passed and
//     guards that did not leave before it. Ops are numbered in pre-order; a fact holds in an interval of these numbers.
//   - invariants of loop state, found by guessing bounds (the initial value, what the updates are bounded by, powers of
//     two) and dropping what the loop's rounds do not keep, until the rest proves itself.
// To prove L ≥ 0, the atom of L that is defined last is replaced by a bound, again and again, until constants are left; for
// min, max, select and `if` all cases must hold. Search is cut by depth and by a number of steps, so a proof costs
// microseconds and "no" only means "not found".
//
// {small = 1} in the function's header says that int parameters and extents of array parameters fit in 31 bits.
#pragma once
#include <map>
#include <optional>
#include <unordered_map>
#include <unordered_set>

#include "ir/module.h"
#include "passes/polynomial.h"

namespace aic::passes {

class Ranges {
 public:
  explicit Ranges(const ir::Function&);

  using Place = int;  // just before an op
  [[nodiscard]] Place place_of(ir::OpId op) const { return order_[op.index].first; }
  [[nodiscard]] Poly poly(ir::ValueId);
  [[nodiscard]] bool proves(const Poly& not_negative, Place);
  [[nodiscard]] bool proves_not_zero(const Poly&, Place);
  [[nodiscard]] bool proves_equal(ir::ValueId, ir::ValueId, Place);
  void learn_equal(ir::ValueId, ir::ValueId);  // what was proved and is about to be replaced
  [[nodiscard]] bool proves_between(Wide low, const Poly&, Wide high, Place);
  // Whether a comparison of ints (or a bool made of such) always has this truth at the place.
  [[nodiscard]] bool proves_condition(ir::ValueId condition, bool truth, Place, int depth = 3);
  // Conditions (each ≥ 0) on what stands before the loop, from which it follows that this is never negative at the place
  // inside it. False when there are none that could be met.
  [[nodiscard]] bool find_conditions(ir::OpId loop, const Poly&, Place, std::vector<Poly>& conditions);
  [[nodiscard]] bool is_outside(const Poly&, ir::OpId loop) const;
  // Every way to add the terms up stays within 62 bits.
  [[nodiscard]] bool fits_sum(const Poly&, Place);
  [[nodiscard]] bool is_int(ir::ValueId) const;  // an integer that this analysis follows (all but u64)
  [[nodiscard]] bool fits_product(ir::ValueId, ir::ValueId, Place);
  // The exact value of an elementwise op on ints, overflow left aside.
  [[nodiscard]] std::optional<Poly> exact(std::string_view op, std::span<const ir::ValueId> operands);

 private:
  struct Interval {
    Wide low, high;
  };
  struct Bound {  // times * atom ≤ limit (upper) or ≥ limit
    bool upper;
    Poly limit;
    Wide times = 1;
    Place from = 0, to = 0x7fffffff;
    int before = -1;  // of a fact: the last one before it that had not ended where it begins
  };
  struct Case {
    Poly value;
    Place place = -1;      // where its own facts hold too
    Poly given = Poly(0);  // ≥ 0 in this case: of min(x, y) = x that x ≤ y
  };
  struct Places {  // where facts are asked for, and what a case supposes
    std::vector<Place> at;
    std::vector<std::pair<uint32_t, Bound>> supposed;
    uint32_t number = 0;  // equal numbers: the same places and suppositions
    Places(Place p) : at{p}, number(uint32_t(p)) {}
  };
  [[nodiscard]] Places with(const Places&, const Case&);

  // ---- facts (ranges.cpp) ----
  void number(ir::RegionId, int& next);
  void collect(ir::OpId);
  void collect_condition(ir::ValueId condition, bool truth, Place from, Place to, int depth = 6);
  void collect_comparison(ir::OpId, bool truth, Place from, Place to);
  void add_fact(const Poly& not_negative, Place from, Place to);
  void order_facts();
  static std::vector<std::pair<uint32_t, Bound>> bounds_of_fact(const Poly& not_negative);
  [[nodiscard]] Place end_of(ir::RegionId) const;

  // ---- definitions (ranges_atoms.cpp) ----
  Poly make_poly(ir::ValueId);
  const std::vector<Bound>& bounds_by_definition(uint32_t atom);
  std::vector<Bound> make_bounds(ir::ValueId);
  std::vector<Bound> bounds_of_argument(ir::ValueId);
  std::vector<Bound> bounds_of_op(ir::OpId, ir::ValueId);
  std::vector<Bound> bounds_of_division(ir::OpId);
  std::vector<Bound> bounds_of_bits(ir::OpId);
  [[nodiscard]] std::vector<Case> cases(uint32_t atom);
  Poly supposed_by(ir::ValueId condition, bool truth);
  [[nodiscard]] Interval type_interval(ir::ValueId) const;

  // ---- proofs (ranges_proofs.cpp) ----
  bool prove(const Poly&, const Places&, int depth);
  bool search(const Poly&, const Places&, int depth);
  bool prove_by_atom(const Poly&, uint32_t atom, const Places&, int depth);
  bool is_product(ir::OpId);
  Interval interval(uint32_t atom, const Places&, int depth);
  Interval interval(const Poly&, const Places&, int depth);
  std::vector<const Bound*> bounds(uint32_t atom, const Places&);
  void find_facts(uint32_t atom, Place, std::vector<const Bound*>& out) const;

  // ---- loops (ranges_loops.cpp) ----
  struct State {
    ir::ValueId argument;
    Poly begin;
    std::vector<Case> rounds;  // what comes round, each with its place
  };
  void solve_region(ir::RegionId);
  void solve(ir::OpId loop);
  bool is_around_loops(ir::OpId loop);
  void forget();       // what was concluded from invariants
  void forget_proofs();
  bool try_prove(const Poly&, Place);
  std::vector<State> states_of(ir::OpId loop);
  void guess(ir::OpId loop, const State&);
  void guess_growth(ir::OpId loop, const State&, std::vector<Bound>& all);
  void guess_limits(ir::OpId loop, const Poly&, const Places&, bool upper, int depth, std::vector<Bound>& all);
  bool keeps(ir::OpId loop, const State&, const Bound&);
  bool begins(ir::OpId loop, const State&, const Bound&);
  bool find_growth(const Poly& value, ir::ValueId from, Wide& most, Wide& least, int depth);
  std::vector<Bound> bounds_of_result(ir::OpId loop, uint32_t index);
  bool reduce_to_conditions(ir::OpId loop, const Poly&, const Places&, int depth, std::vector<Poly>&);
  bool is_sharp(uint32_t atom, const Bound&);
  int defined_at(uint32_t atom) const;
  [[nodiscard]] std::vector<ir::OpId> exits_of(ir::OpId loop, ir::OpCode) const;
  [[nodiscard]] std::optional<int> step_sign(ir::OpId loop);

  const ir::Function& f_;
  bool small_ = false;
  std::vector<std::pair<Place, Place>> order_;  // of each op: its number, and the last number inside it
  std::unordered_map<uint32_t, Poly> polys_;
  std::unordered_map<uint32_t, std::vector<Bound>> facts_, definitions_, invariants_;
  struct Unequal {
    Poly not_zero;
    Place from, to;
  };
  std::vector<Unequal> unequal_;
  std::unordered_map<uint32_t, std::vector<ir::OpId>> exits_;  // breaks and continues of each loop
  std::unordered_map<uint64_t, ir::ValueId> extents_;  // array and axis → the first `extent` seen
  std::unordered_set<uint32_t> making_, measuring_;
  struct Measured {
    Interval interval;
    int depth;
  };
  std::map<std::tuple<uint32_t, Place, Poly>, uint32_t> numbers_;  // of places: those before, one more, what it supposes
  // While no invariant changes; the keys are an atom, or a hash of a goal, and the number of its places.
  std::unordered_map<uint64_t, Measured> measured_;
  std::unordered_map<uint64_t, int> failed_;  // goals that could not be proved to that depth
  int steps_ = 0, tries_left_ = 12;
  std::unordered_map<uint32_t, bool> around_loops_;
};

}  // namespace aic::passes
