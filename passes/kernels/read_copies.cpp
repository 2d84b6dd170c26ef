// What has been copied aside is read from the copy.
//
//   kernel %m { kernel %n { (%j: int): … load %a, %row, %j … } }      reads the row
//   kernel %n { (%k: int): … store %t, (load %a, %row, %k), %k }      copies it
//   kernel %m { kernel %n { … load %t … store %a … } }                writes to the array
//     →
//   kernel %n { (%k: int): … store %t, (load %a, %row, %k), %k }
//   kernel %m { kernel %n { (%j: int): … load %t, %j … } }
//   kernel %m { kernel %n { … load %t … store %a … } }
//
// A statement over a whole array that reads one row of it has that row copied first (expand_assign.cpp). Loops before it that
// read the row, back to the last one that writes to the array, may as well read the copy, made that much earlier: then they
// can be fused with the loop that writes (`better = through < d; d[better] = through[better]`: one pass over d). Only loads
// whose indices run through what was copied are replaced. Before fuse_rows. Cost: a walk over the ops around each copy.
#include <algorithm>
#include <unordered_set>

#include "ir/builder.h"
#include "passes/constants.h"
#include "passes/effects.h"
#include "passes/kernels/affine.h"
#include "passes/memory/alias.h"
#include "passes/passes.h"

namespace aic::passes {
using namespace ir;

namespace {
struct Copy {
  OpId store, load, loop;  // the loop stands where the copy was born
};

class Reader {
 public:
  explicit Reader(Function& f) : f_(f), aliases_(f) {}
  bool run() {
    for (OpId id : f_.ops_below(f_.body()))
      if (is(f_, id, "empty"_op) && f_.int_attr(id, "scratch"))
        if (std::optional<Copy> c = copy_into(id)) {
          rise(id, *c);
          follow(*c);
        }
    return changed_;
  }

 private:
  [[nodiscard]] ValueId unassumed(ValueId v) const {
    OpId d = f_.defining_op(v);
    return is(f_, d, "assume.index"_op) ? f_.op(d).operands[0] : v;
  }
  // The extent of the kernel whose index it is.
  [[nodiscard]] ValueId range_of(ValueId index) const {
    index = unassumed(index);
    if (f_.defining_op(index)) return {};
    OpId loop = f_.region(f_.value(index).region).op;
    return is(f_, loop, "kernel"_op) ? f_.op(loop).operands[f_.value(index).index] : ValueId{};
  }

  std::optional<Copy> copy_into(OpId birth) const {
    OpId store;
    for (const Use& u : f_.value(f_.op(birth).results[0]).uses) {
      if (is(f_, u.op, "load"_op)) continue;
      if (store || !is(f_, u.op, "store"_op) || u.operand != 0) return {};
      store = u.op;
    }
    if (!store) return {};
    OpId load = f_.defining_op(f_.op(store).operands[1]), loop = store;
    if (!is(f_, load, "load"_op) || f_.op(load).parent != f_.op(store).parent) return {};
    while (f_.op(loop).parent != f_.op(birth).parent) {
      loop = f_.parent_op(loop);
      if (!loop || !is(f_, loop, "kernel"_op)) return {};
    }
    // Each index of the loops stands once on either side.
    auto is_own = [&](ValueId v) { return is_inside(f_, region_of(f_, v), f_.op(loop).regions[0]); };
    const std::vector<ValueId>&to = f_.op(store).operands, &from = f_.op(load).operands;
    size_t own = 0;
    if (is_own(unassumed(from[1]))) return {};  // what lies along the rows is read row by row as it is
    for (size_t k = 1; k < from.size(); ++k) {
      if (!is_own(unassumed(from[k]))) continue;
      ++own;
      if (!range_of(from[k]) || axis_of(store, unassumed(from[k])) == 0) return {};
    }
    for (size_t k = 2; k < to.size(); ++k) {
      own -= is_own(unassumed(to[k]));
      if (!is_own(unassumed(to[k])) && !find_integer(f_, to[k])) return {};
    }
    if (own != 0 || loop == store) return {};
    return Copy{store, load, loop};
  }
  // Which operand of the store is this index; 0: none, or several.
  [[nodiscard]] size_t axis_of(OpId store, ValueId index) const {
    size_t found = 0;
    for (size_t k = 2; k < f_.op(store).operands.size(); ++k) {
      if (unassumed(f_.op(store).operands[k]) != index) continue;
      if (found) return 0;
      found = k;
    }
    return found;
  }

  // The loads of the array in an op; none where it may write to it.
  std::optional<std::vector<OpId>> loads_in(OpId at, ValueId array) {
    std::vector<OpId> loads, all{at};
    for (RegionId r : f_.op(at).regions)
      for (OpId id : f_.ops_below(r)) all.push_back(id);
    for (OpId id : all) {
      const Op& op = f_.op(id);
      if (op.code == "load"_op && op.operands[0] == array) loads.push_back(id);
      if (op.code == "store"_op ? !aliases_.distinct(op.operands[0], array) : writes(id)) return {};
    }
    return loads;
  }
  // Before the first op that could read the copy, with the constants that it needs.
  void rise(OpId birth, const Copy& c) {
    std::unordered_set<ValueId> needed(f_.op(birth).operands.begin(), f_.op(birth).operands.end());
    auto need = [&](OpId id) { needed.insert(f_.op(id).operands.begin(), f_.op(id).operands.end()); };
    need(c.loop);
    for (RegionId r : f_.op(c.loop).regions)
      for (OpId id : f_.ops_below(r)) need(id);
    std::vector<OpId> moved{birth, c.loop}, constants;
    for (OpId id = f_.op(birth).next; id != c.loop; id = f_.op(id).next)
      if (is(f_, id, "const"_op)) moved.insert(moved.begin(), id);
    OpId first;
    size_t with = 0;
    for (OpId at = f_.op(birth).previous; at; at = f_.op(at).previous) {
      bool needs = std::ranges::any_of(f_.op(at).results, [&](ValueId v) { return needed.contains(v); });
      if (needs && is(f_, at, "const"_op)) {
        constants.push_back(at);
        continue;
      }
      std::optional<std::vector<OpId>> loads = loads_in(at, f_.op(c.load).operands[0]);
      if (needs || !loads) break;
      if (!std::ranges::any_of(*loads, [&](OpId id) { return !indices(c, id).empty(); })) continue;
      first = at;
      with = constants.size();
    }
    if (!first) return;
    moved.insert(moved.begin(), constants.rend() - long(with), constants.rend());
    for (OpId id : moved) {
      f_.detach(id);
      f_.insert_before(first, id);
    }
    changed_ = true;
  }
  void follow(const Copy& c) {
    for (OpId at = f_.op(c.loop).next; at; at = f_.op(at).next) {
      std::optional<std::vector<OpId>> loads = loads_in(at, f_.op(c.load).operands[0]);
      if (!loads) return;
      for (OpId id : *loads) replace(c, id);
    }
  }
  [[nodiscard]] bool writes(OpId id) const {
    const Op& op = f_.op(id);
    if (op.code == "for"_op || op.code == "kernel"_op || op.code == "if"_op || op.code == "continue"_op) return false;
    return (own_traits(f_, id) & (Writes | Effect)) != 0;
  }
  // Where the copy has what the load asks the array for: operands of a load, some of them constants to be made; none: nowhere.
  [[nodiscard]] std::vector<ValueId> indices(const Copy& c, OpId load) const {
    const std::vector<ValueId>&to = f_.op(c.store).operands, &from = f_.op(c.load).operands, &asked = f_.op(load).operands;
    std::vector<ValueId> operands{to[0]};
    operands.resize(to.size() - 1);
    for (size_t k = 1; k < from.size(); ++k) {
      if (size_t axis = axis_of(c.store, unassumed(from[k]))) {
        ValueId range = range_of(asked[k]);
        if (!range || range != range_of(from[k])) return {};
        operands[axis - 1] = asked[k];
      } else if (!(affine_of(f_, from[k]) == affine_of(f_, asked[k]))) {
        return {};
      }
    }
    return operands;
  }
  void replace(const Copy& c, OpId load) {
    std::vector<ValueId> operands = indices(c, load);
    if (operands.empty()) return;
    Builder b = Builder::before(f_, load);
    b.span = f_.op(load).span;
    for (size_t k = 1; k < operands.size(); ++k)
      if (!operands[k]) operands[k] = b.integer(*find_integer(f_, f_.op(c.store).operands[k + 1]));
    f_.replace_uses(f_.op(load).results[0], b.make("load"_op, operands, f_.type(f_.op(load).results[0])));
    f_.erase(load);
    changed_ = true;
  }

  Function& f_;
  Aliases aliases_;
  bool changed_ = false;
};
}  // namespace

bool read_copies(Function& f, PassContext&) {
  for (OpId id : f.ops_below(f.body()))
    if (is(f, id, "empty"_op) && f.int_attr(id, "scratch")) return Reader(f).run();
  return false;
}

}  // namespace aic::passes
