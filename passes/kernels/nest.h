// Writes one nest of loops, and in it the elements of virtual values.
//
// A nest is a stack of levels. Level 0 is the place before the nest; each loop opens one more. Every op goes to the
// outermost level at which all its operands exist, once: what does not depend on the inner loops is computed outside
// them without a later pass having to find out (a load may go up too: the nest's own stores are checked against all its
// loads before they are written, see `assign`).
//
// Run-time broadcasting: where a view.broadcast stretches an axis whose extent may or may not be 1, the index is
// `select(extent == 1, 0, i)`. Of an outer axis that costs next to nothing. Of the innermost it would keep the loop from
// being vectorised, so the nest is written twice: once with these extents taken to be equal, and once, small, without.
#pragma once
#include <functional>
#include <map>
#include <unordered_map>
#include <vector>

#include "ir/builder.h"
#include "passes/kernels/affine.h"
#include "passes/kernels/extents.h"
#include "passes/kernels/plan.h"
#include "passes/memory/alias.h"

namespace aic::passes {

// What the expansion of one function shares.
struct Expansion {
  ir::Function& f;
  Aliases aliases;
  Plan plan;
  Extents extents;
  explicit Expansion(ir::Function& function) : f(function), aliases(function), plan(function, aliases), extents(function) {}
};

struct Stretch {  // an axis that may have extent 1 where the nest has another
  Extent from, to;
  bool operator==(const Stretch&) const = default;
};
using Stretches = std::vector<Stretch>;
void collect_stretches(Expansion&, ir::ValueId, bool innermost_only, Stretches&);
// The fewest of these equalities that imply the others.
[[nodiscard]] Stretches decisive(const Stretches&);

class Nest {
 public:
  Nest(Expansion& e, ir::OpId before, ir::SpanId span);  // a nest before an op
  // One version of it, in an arm of an `if`; `equal` are the stretches that do not happen there.
  Nest(Expansion& e, ir::RegionId at_end_of, ir::SpanId span, Stretches equal);

  // ---- levels ----
  [[nodiscard]] int level() const { return int(levels_.size()) - 1; }
  [[nodiscard]] ir::OpId outermost_loop() const { return levels_[0].anchor; }  // while one is open
  bool rare = false;  // loops whose speed does not matter: compiled small
  Affine open_kernel(const Extent&);
  void close_kernel();
  // Opens a `for`, of which "reassociate", "contract" or "rare" may be true; `state` becomes the region's arguments after the
  // index.
  struct Loop {
    ir::OpId op;
    int64_t label;
    ir::ValueId index;
    std::vector<ir::ValueId> state;
  };
  Loop open_for(ir::ValueId start, ir::ValueId stop, ir::ValueId step, const std::vector<ir::ValueId>& init,
                const char* freedom = nullptr);
  std::vector<ir::ValueId> close_for(const Loop&, std::vector<ir::ValueId> state);

  [[nodiscard]] int level_of(const Affine&) const;  // 0: the same in all rounds
  Affine affine(ir::ValueId);
  // A bound of the map: indices of loops (those of the nest only, or all) are replaced by their first or last values.
  Affine edge(Affine, bool upper, bool all);

  // ---- ops ----
  ir::ValueId make(ir::OpCode, std::vector<ir::ValueId> operands, ir::Type, std::vector<ir::NamedAttr> attrs = {});
  ir::ValueId integer(int64_t);
  ir::ValueId number(double, ir::Type);
  ir::ValueId emit(const Extent&);
  ir::ValueId emit(const Affine&);
  ir::ValueId scalar(ir::ValueId, ir::Type);  // as this NumPy scalar type
  [[nodiscard]] ir::Builder at(int level);
  [[nodiscard]] ir::Builder here() { return at(level()); }

  // ---- elements ----
  ir::ValueId element(ir::ValueId, const Indices&);
  ir::ValueId compute(ir::OpId, const Indices&);  // of an op's result, whether it is virtual or being materialised
  // Where an element of a view stands in the array in memory that it is a view of.
  std::pair<ir::ValueId, Indices> place(ir::ValueId, Indices);
  ir::ValueId load(ir::ValueId array, const Indices&);  // in order, at the current level
  void store(ir::ValueId array, ir::ValueId x, const Indices&);  // likewise
  struct Read {
    ir::ValueId array;
    Indices indices;
  };
  std::vector<Read> reads;
  std::map<ir::ValueId, ir::ValueId> copies;  // of arrays that the nest overwrites: looked into in their place
  [[nodiscard]] Expansion& expansion() const { return e_; }
  // Runs `write` as if the levels inside the outermost one that knows these indices were not open.
  ir::ValueId outside(const Indices&, const std::function<ir::ValueId()>& write);

 private:
  struct Level {
    ir::RegionId region;
    ir::OpId anchor, outer_anchor;  // ops go before the anchor; none: to the end
    std::map<std::vector<uint32_t>, ir::ValueId> made;
  };
  void open(ir::OpId loop);
  [[nodiscard]] int level_of(ir::ValueId) const;
  [[nodiscard]] int level_of(const Indices&) const;
  ir::ValueId remembered(std::vector<uint32_t> key, int level, const std::function<ir::ValueId(ir::Builder&)>& make);
  std::optional<Affine> edge_of_index(ir::ValueId, bool upper);
  [[nodiscard]] int depth_of(ir::ValueId index) const;
  Affine scaled(const Affine& index, ir::ValueId step);
  Indices through_view(ir::OpId, const Indices&);
  Indices through_broadcast(ir::OpId, const Indices&);
  Affine stretched(const Affine& index, const Stretch&);
  std::vector<ir::ValueId> checked(ir::ValueId array, const Indices&);
  ir::ValueId elementwise(ir::OpId, const Indices&);
  ir::ValueId gathered(ir::OpId, const Indices&);
  ir::ValueId generated(ir::OpId, const Indices&);
  ir::ValueId leaf(ir::ValueId, const Indices&);

  Expansion& e_;
  ir::Function& f_;
  ir::SpanId span_;
  Stretches equal_;
  struct Stretched {
    Extent from;
    Affine index;
  };
  std::unordered_map<ir::ValueId, Stretched> stretched_;  // what the selects of `stretched` choose from
  std::vector<Level> levels_;
  std::unordered_map<ir::ValueId, int> level_of_;
};

// The elements of a reduction at the indices of its kept axes: loops at the nest's current level (expand_reduce.cpp).
ir::ValueId reduced_element(Nest&, ir::OpId reduce, const Indices& kept);
[[nodiscard]] ir::OpCode code_of(std::string_view name);

}  // namespace aic::passes
