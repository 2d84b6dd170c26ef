// Chooses loops around loops whose rounds run side by side, in the lanes of vectors: `lanes = W`.
//
//   for %zero, %n, %one {                       for %zero, %n, %one {lanes = 8} {
//     (%i: int):                                  (%i: int):
//     %s = for %zero, %m, %one, %fz {       →     %s = for …       eight sums at once, each in its own order
//       … a[k] * b[k, i] …
//     store %out, %s, %i
//
// A sum that is written as a loop keeps its order of additions, so its own rounds cannot be lanes; those of a loop around
// it can, if no round writes what another one touches. Taken is the innermost such loop in which every access is the same
// element for all lanes or consecutive elements (loads outside of its inner loops may be of any), and which has something to
// gain: an innermost loop that carries a float, or that goes through memory with strides where the lanes stand side by side.
// codegen/lanes.cpp writes the code. After eliminate_checks: a round that may raise is no lane. Cost: one walk over nests of
// loops.
#include <algorithm>
#include <unordered_map>

#include "ir/ops/table.h"
#include "passes/effects.h"
#include "passes/kernels/affine.h"
#include "passes/kernels/extents.h"
#include "passes/memory/alias.h"
#include "passes/passes.h"

namespace aic::passes {
using namespace ir;

namespace {
bool is_loop(const Function& f, OpId id) { return is(f, id, "for"_op) || is(f, id, "kernel"_op); }

// One loop that is looked at.
class Candidate {
 public:
  Candidate(Function& f, Aliases& aliases, OpId loop)
      : f_(f), aliases_(aliases), loop_(loop), body_(f.op(loop).regions[0]), lane_(f.region(body_).arguments[0]) {}

  // How many lanes; 0: leave it.
  int lanes() {
    const Op& op = f_.op(loop_);
    if (op.code == "kernel"_op ? op.operands.size() != 1 : op.operands.size() != 3 || constant_int(f_, op.operands[2]) != 1)
      return 0;
    if (!is_legal(body_) || !gains_ || (op.code == "for"_op && !is_independent())) return 0;
    return std::min(64 / std::max(widest_, 4), 16);
  }

 private:
  enum class Way : uint8_t { Same, Next, Other };  // in all lanes the same; one more in each; anything

  // ---- how a value goes from lane to lane ----
  Way way(ValueId v) {
    if (v == lane_) return Way::Next;
    if (!is_inside(f_, region_of(f_, v), body_)) return Way::Same;
    auto it = ways_.find(v);
    if (it != ways_.end()) return it->second;
    OpId def = f_.defining_op(v);
    return ways_[v] = def ? of_op(def) : of_argument(v);
  }
  Way of_argument(ValueId v) {
    OpId owner = f_.region(f_.value(v).region).op;
    if (f_.value(v).index != 0) return Way::Other;
    if (is(f_, owner, "kernel"_op)) return Way::Same;
    bool uniform = way(f_.op(owner).operands[0]) == Way::Same;
    return uniform ? Way::Same : Way::Next;  // tested before the lanes run
  }
  Way of_op(OpId id) {
    const Op& op = f_.op(id);
    if (is_loop(f_, id)) return Way::Other;
    if (op.code == "assume.index"_op) return way(op.operands[0]);
    std::vector<Way> in;
    for (ValueId x : op.operands) in.push_back(way(x));
    if (op.regions.empty() && std::all_of(in.begin(), in.end(), [](Way w) { return w == Way::Same; })) return Way::Same;
    bool counts = f_.int_attr(id, "exact") && f_.type(op.results[0]).is(TypeKind::Int);
    if (counts && op.code == "add"_op && (in[0] == Way::Same || in[1] == Way::Same) && in[0] != Way::Other &&
        in[1] != Way::Other)
      return Way::Next;
    if (counts && op.code == "subtract"_op && in[0] == Way::Next && in[1] == Way::Same) return Way::Next;
    return Way::Other;
  }

  // ---- what can run in lanes ----
  bool is_legal(RegionId r) {
    for (OpId id = f_.region(r).first; id; id = f_.op(id).next)
      if (!is_legal(id)) return false;
    return true;
  }
  bool is_legal(OpId id) {
    const Op& op = f_.op(id);
    const OpRecord& r = record(op.code);
    if (op.code == "load"_op || op.code == "store"_op) return is_legal_access(id);
    if (op.code == "const"_op || op.code == "extent"_op || op.code == "assume.index"_op) return true;
    if (op.code == "yield"_op) return true;
    if (op.code == "continue"_op) return loop_of_exit(f_, id) == f_.region(op.parent).op;
    if (op.code == "for"_op || op.code == "kernel"_op) return is_legal_loop(id);
    if (op.code == "if"_op) return is_choice(id);
    return r.tier == Tier::Elementwise && is_legal_elementwise(id);
  }
  bool is_legal_elementwise(OpId id) {
    const Op& op = f_.op(id);
    for (ValueId v : op.operands)
      if (!is_real(v)) return false;
    if (!is_real(op.results[0])) return false;
    if (way(op.results[0]) == Way::Same) return true;
    measure(op.results[0]);
    const OpRecord& r = record(op.code);
    bool floats = is_float(f_.type(op.operands.back()).dtype());
    if (r.cpu.how == How::Instruction || (floats && r.cpu.how == How::Intrinsic)) return true;
    OpCode c = op.code;
    return c == "select"_op || c == "minimum"_op || c == "maximum"_op || c == "cast"_op || c == "logical_and"_op ||
           c == "logical_or"_op || c == "logical_not"_op;
  }
  bool is_real(ValueId v) const { return f_.type(v).is_number() && !is_complex(f_.type(v).dtype()); }
  void measure(ValueId v) {
    if (way(v) == Way::Other) widest_ = std::max(widest_, byte_size(f_.type(v).dtype()));
  }
  // Both arms are computed: nothing but arithmetic.
  bool is_choice(OpId id) {
    for (RegionId r : f_.op(id).regions) {
      if (!is(f_, f_.terminator(r), "yield"_op)) return false;
      for (OpId inner = f_.region(r).first; inner; inner = f_.op(inner).next) {
        bool plain = is(f_, inner, "const"_op) || is(f_, inner, "yield"_op) ||
                     (record_of(f_, inner).tier == Tier::Elementwise && is_legal_elementwise(inner));
        if (!plain) return false;
      }
    }
    for (ValueId v : f_.op(id).results)
      if (!is_real(v)) return false;
    return true;
  }
  bool is_legal_access(OpId id) {
    const Op& op = f_.op(id);
    bool store = op.code == "store"_op;
    Type a = f_.type(op.operands[0]);
    if (is_complex(a.dtype()) || is_inside(f_, region_of(f_, op.operands[0]), body_)) return false;
    size_t first = store ? 2 : 1, last = op.operands.size() - 1;
    bool consecutive = false;
    for (size_t k = first; k <= last; ++k) {
      Way w = way(op.operands[k]);
      if (w == Way::Same) continue;
      bool dense = k == last && (a.layout() == Layout::C || a.layout() == Layout::Inner);
      if (w == Way::Other || !dense) {
        // One load by lane for each round of the loop around it is no loss beside the loops in that.
        if (store || f_.op(id).parent != body_) return false;
        accesses_.push_back(id);
        return true;
      }
      consecutive = true;
    }
    if (store && !consecutive) return false;
    if (store) stores_ = true;
    if (consecutive) widest_ = std::max(widest_, byte_size(a.dtype()));
    gains_ |= consecutive && strides_inside(id, first, last);
    accesses_.push_back(id);
    return true;
  }
  // The loop right around the access moves along another axis than the last.
  bool strides_inside(OpId id, size_t first, size_t last) {
    OpId inner = f_.parent_op(id);
    if (inner == loop_ || !is_loop(f_, inner)) return false;
    ValueId index = f_.region(f_.op(inner).regions[0]).arguments[0];
    for (size_t k = first; k < last; ++k)
      for (auto [v, c] : affine_of(f_, f_.op(id).operands[k]).terms)
        if (v == index) return true;
    return false;
  }
  bool is_legal_loop(OpId id) {
    const Op& op = f_.op(id);
    if (op.code == "kernel"_op) return op.operands.size() == 1 && way(op.operands[0]) == Way::Same && is_legal(op.regions[0]);
    if (!is(f_, f_.terminator(op.regions[0]), "continue"_op) || !constant_int(f_, op.operands[2])) return false;
    for (size_t k = 0; k < 2; ++k) {
      if (way(op.operands[k]) == Way::Same) continue;
      // Tested before the loop: the test must not stand behind a store, nor inside another loop.
      if (stores_ || region_of(f_, op.operands[k]) != body_) return false;
    }
    for (size_t k = 3; k < op.operands.size(); ++k)
      if (!is_real(op.operands[k])) return false;
    for (ValueId v : op.results) measure(v);
    if (!is_legal(op.regions[0])) return false;
    bool innermost = true, floats = false;
    for (OpId inner : f_.ops_below(op.regions[0])) innermost &= !is_loop(f_, inner);
    for (ValueId v : op.results) floats |= is_float(f_.type(v).dtype());
    gains_ |= innermost && floats && !f_.int_attr(id, "reassociate");
    return true;
  }

  // ---- do rounds touch what others write? ----
  bool stands_outside(const Affine& a) const {
    return std::none_of(a.terms.begin(), a.terms.end(),
                        [&](const auto& t) { return is_inside(f_, region_of(f_, t.first), body_); });
  }
  bool is_independent() {
    for (OpId s : accesses_) {
      if (!is(f_, s, "store"_op)) continue;
      for (OpId x : accesses_)
        if (!never_meet(s, x)) return false;
    }
    return true;
  }
  // Do they stay apart on an axis that the lanes do not move along? `best[t, s]` and `best[t - 1, k]`
  bool differ_outside(OpId store, OpId other) {
    const std::vector<ValueId>&x = f_.op(store).operands, &y = f_.op(other).operands;
    size_t rank = size_t(f_.type(x[0]).rank()), i = x.size() - rank, j = y.size() - rank;
    for (size_t k = 0; k < rank; ++k) {
      Affine gap = affine_of(f_, x[i + k]) + affine_of(f_, y[j + k]) * -1;
      if (gap.is_constant() && gap.constant != 0 && stands_outside(affine_of(f_, x[i + k]))) return true;
    }
    return false;
  }
  // The store's last index is lane + c. The other access has the same one, or stays outside of what the lanes run through.
  bool never_meet(OpId store, OpId other) {
    ValueId a = f_.op(store).operands[0], b = f_.op(other).operands[0];
    if (a != b && aliases_.distinct(a, b)) return true;
    if (a != b) return false;
    Affine rest = affine_of(f_, f_.op(store).operands.back()) + Affine::of(lane_) * -1;
    if (!stands_outside(rest)) return false;
    if (differ_outside(store, other)) return true;
    Affine index = affine_of(f_, f_.op(other).operands.back());
    if (index + Affine::of(lane_) * -1 == rest) return true;
    if (!stands_outside(index)) return false;
    Affine below = affine_of(f_, f_.op(loop_).operands[0]) + rest + index * -1,
           above = index + (affine_of(f_, f_.op(loop_).operands[1]) + rest) * -1;
    return (below.is_constant() && below.constant > 0) || (above.is_constant() && above.constant >= 0);
  }

  Function& f_;
  Aliases& aliases_;
  OpId loop_;
  RegionId body_;
  ValueId lane_;
  std::unordered_map<ValueId, Way> ways_;
  std::vector<OpId> accesses_;
  int widest_ = 0;
  bool gains_ = false, stores_ = false;
};

class Chooser {
 public:
  explicit Chooser(Function& f) : f_(f) {}
  bool run() {
    walk(f_.body());
    return changed_;
  }

 private:
  struct Found {
    bool loop = false, lanes = false;
  };
  // Inside out: once a loop has lanes, those around it stay as they are.
  Found walk(RegionId r) {
    Found all;
    for (OpId id = f_.region(r).first; id; id = f_.op(id).next) {
      Found inner;
      for (RegionId below : f_.op(id).regions) {
        Found one = walk(below);
        inner.loop |= one.loop, inner.lanes |= one.lanes;
      }
      if (is_loop(f_, id) && inner.loop && !inner.lanes && !f_.int_attr(id, "rare")) inner.lanes = choose(id);
      all.loop |= inner.loop || is_loop(f_, id);
      all.lanes |= inner.lanes;
    }
    return all;
  }
  bool choose(OpId id) {
    if (!aliases_) aliases_.emplace(f_);
    int lanes = Candidate(f_, *aliases_, id).lanes();
    if (!lanes) return false;
    f_.set_attr(id, "lanes", int64_t(lanes));
    return changed_ = true;
  }

  Function& f_;
  std::optional<Aliases> aliases_;
  bool changed_ = false;
};
}  // namespace

bool choose_lanes(Function& f, PassContext&) { return Chooser(f).run(); }

}  // namespace aic::passes
