// A loop that passes over an array again and again does all its passes over one
// row before the next row.
//
//   for %0, %taps, %1 { (%k: int):                   for %0, %n, %1 { (%i:
//   int):
//     %w = load %weights, %k                            for %0, %taps, %1 {
//     (%k: int): kernel %n { (%i: int):                     →        %w = load
//     %weights, %k
//       kernel %m { … store %sum, %x, %i, %j }            kernel %m { … store
//       %sum, %x, %i, %j }
//     }                                                 }
//   }                                                 }
//
// `for k in range(taps): rows += w[k] * image[:, k : k + m]`: a row stays in
// the nearest cache for all taps, where the whole array would come from memory
// for each. Right when rounds of the loop meet in the rows only: of each array
// that is written every access is to row %i, and nothing that is read may be it
// under another name. Cost: a look at the loops' bodies.
#include <map>
#include <optional>
#include <set>

#include "ir/builder.h"
#include "passes/effects.h"
#include "passes/memory/alias.h"
#include "passes/passes.h"

namespace aic::passes {
using namespace ir;

namespace {
class Interchange {
 public:
  explicit Interchange(Function& f) : f_(f) {}
  bool run() {
    bool changed = false;
    for (OpId id : f_.ops_below(f_.body()))
      if (is(f_, id, "for"_op)) changed |= interchange(id);
    return changed;
  }

 private:
  struct Access {
    OpId op;
    ValueId array;
    size_t first; // operand of the first index
  };
  // The only kernel of the loop's body, after what is cheap to compute for each
  // row.
  OpId kernel_of(OpId loop) const {
    if (f_.op(loop).operands.size() != 3 || f_.find_attr(loop, "lanes") || f_.int_attr(loop, "rare")) return {};
    RegionId body = f_.op(loop).regions[0];
    OpId end = f_.terminator(body), kernel = f_.op(end).previous;
    if (!is(f_, end, "continue"_op) || !kernel || !is(f_, kernel, "kernel"_op) || f_.op(kernel).operands.size() != 1) return {};
    if (f_.int_attr(kernel, "rare") || is_inside(f_, region_of(f_, f_.op(kernel).operands[0]), body)) return {};
    for (OpId id = f_.region(body).first; id != kernel; id = f_.op(id).next) {
      const OpRecord& r = record_of(f_, id);
      bool cheap = r.has(Cheap) || r.tier != Tier::Elementwise;
      if (!f_.op(id).regions.empty() || !cheap || (own_traits(f_, id) & (MayRaise | Writes | Effect | Birth))) return {};
    }
    return kernel;
  }
  bool collect(OpId loop, OpId kernel, std::vector<Access>& reads, std::vector<Access>& writes) const {
    bool nested = false;
    for (OpId id : f_.ops_below(f_.op(loop).regions[0])) {
      const Op& op = f_.op(id);
      nested |= op.code == "kernel"_op && id != kernel;
      if (op.code == "store"_op)
        writes.push_back({id, op.operands[0], 2});
      else if (op.code == "load"_op)
        reads.push_back({id, op.operands[0], 1});
      else if (op.code != "kernel"_op && (own_traits(f_, id) & (MayRaise | Reads | Writes | Effect | Birth)))
        return false;
    }
    return nested && !writes.empty();
  }
  bool is_row(ValueId index, ValueId row) const {
    while (index != row) {
      OpId d = f_.defining_op(index);
      if (!d || !is(f_, d, "assume.index"_op)) return false;
      index = f_.op(d).operands[0];
    }
    return true;
  }
  // Axes on which the access is to the row.
  std::set<size_t> axes_of(const Access& a, ValueId row) const {
    std::set<size_t> out;
    const std::vector<ValueId>& x = f_.op(a.op).operands;
    for (size_t k = a.first; k < x.size(); ++k)
      if (is_row(x[k], row)) out.insert(k - a.first);
    return out;
  }
  bool meets_in_rows(OpId kernel, const std::vector<Access>& reads, const std::vector<Access>& writes) {
    ValueId row = f_.region(f_.op(kernel).regions[0]).arguments[0];
    std::map<uint32_t, std::set<size_t>> axes; // of written arrays
    auto keeps = [&](const Access& a) {
      std::set<size_t> here = axes_of(a, row);
      auto [it, fresh] = axes.try_emplace(a.array.index, here);
      if (!fresh) std::erase_if(it->second, [&](size_t k) { return !here.contains(k); });
      return !it->second.empty();
    };
    for (const Access& w : writes)
      if (!keeps(w)) return false;
    for (const Access& r : reads)
      if (axes.contains(r.array.index) && !keeps(r)) return false;
    if (!aliases_) aliases_.emplace(f_);
    for (const Access& w : writes)
      for (const std::vector<Access>* all : {&reads, &writes})
        for (const Access& a : *all)
          if (a.array != w.array && !aliases_->distinct(a.array, w.array)) return false;
    return true;
  }

  bool interchange(OpId loop) {
    OpId kernel = kernel_of(loop);
    std::vector<Access> reads, writes;
    if (!kernel || !collect(loop, kernel, reads, writes) || reads.size() + writes.size() > 64) return false;
    if (!meets_in_rows(kernel, reads, writes)) return false;
    Builder b = Builder::before(f_, loop);
    b.span = f_.op(loop).span;
    ValueId zero = b.integer(0), one = b.integer(1), n = f_.op(kernel).operands[0];
    int64_t label = f_.new_label();
    OpId rows = b.op("for"_op, {zero, n, one}, {}, {{"label", label}}, 1);
    RegionId body = b.region_of(rows);
    ValueId i = f_.add_argument(body, Type::integer());
    f_.detach(loop);
    f_.append(body, loop);
    b.set_region(body);
    b.op("continue"_op, {}, {}, {{"loop", label}});
    RegionId inner = f_.op(kernel).regions[0];
    f_.replace_uses(f_.region(inner).arguments[0], i);
    f_.erase(f_.terminator(inner));
    for (OpId id : f_.ops_in(inner)) {
      f_.detach(id);
      f_.insert_before(kernel, id);
    }
    f_.erase(kernel);
    return true;
  }

  Function& f_;
  std::optional<Aliases> aliases_;
};
} // namespace

bool rows_outside(Function& f, PassContext&) { return Interchange(f).run(); }

} // namespace aic::passes
