// Work on the elements that a mask chooses is done in place, under the mask, where nobody sees their list.
//
//   %x = compress %a, %m, %n                        %y = multiply %a, %a
//   %y = multiply %x, %x                         →  %z = select %m, %y, %b
//   assign.where %b, %m, %y                         assign %b, %z
//
//   %s = reduce (compress %a, %m, %n)            →  %s = reduce (select %m, %a, 0)
//
// From an assignment or a reduction back: all that it is computed from must be elements under the same mask, numbers, or
// what is stretched along the mask, and none of it may be written in between. Elements that the mask leaves out are computed
// too and dropped: elementwise operations on arrays do not raise. Lists that somebody else looks at stay as they are.
#include <algorithm>
#include <map>
#include <unordered_map>

#include "ir/builder.h"
#include "passes/constants.h"
#include "passes/effects.h"
#include "passes/memory/writes.h"
#include "passes/passes.h"

namespace aic::passes {
using namespace ir;

namespace {
constexpr int most_ops = 64;  // that are computed again for one assignment

class Joiner {
 public:
  explicit Joiner(Function& f) : f_(f), aliases_(f) {}

  bool run(const std::vector<OpId>& sinks) {
    bool changed = false;
    for (OpId id : sinks) changed |= is(f_, id, "reduce"_op) ? join_reduce(id) : join_assign(id);
    return changed;
  }

 private:
  using Values = std::vector<ValueId>;

  // ---- what a list of chosen elements is made of ----
  struct Search {
    OpId sink;
    ValueId mask;  // none yet: the first that is met
    int ops = 0;
    std::unordered_map<uint32_t, bool> seen{};
    std::vector<ValueId> wholes{};  // arrays that are compressed
  };
  RegionWrites& writes(RegionId r) {
    auto it = writes_.find(r.index);
    return it != writes_.end() ? it->second : writes_.try_emplace(r.index, f_, aliases_, r).first->second;
  }
  bool is_undisturbed(OpId id, const Search& s, const Values& read) {
    RegionWrites& w = writes(f_.op(s.sink).parent);
    return w.holds(id) && w.holds(s.sink) && !w.disturbed(id, s.sink, read);
  }
  bool is_chosen(ValueId v, Search& s) {
    auto [it, fresh] = s.seen.try_emplace(v.index, false);
    if (!fresh) return it->second;
    bool yes = look(v, s);
    return s.seen[v.index] = yes;
  }
  bool look(ValueId v, Search& s) {
    OpId d = f_.defining_op(v);
    if (!d || f_.op(d).parent != f_.op(s.sink).parent || ++s.ops > most_ops) return false;
    const Op& op = f_.op(d);
    if (op.code == "compress"_op) {
      if (!s.mask) s.mask = op.operands[1];
      if (s.mask != op.operands[1]) return false;
      s.wholes.push_back(op.operands[0]);
      return is_undisturbed(d, s, {v, op.operands[0], s.mask});
    }
    if (op.code == "view.broadcast"_op) {
      bool along = f_.type(op.operands[0]).rank() < f_.type(v).rank();  // the same for all that the mask chooses
      return along ? is_undisturbed(d, s, {op.operands[0]}) : is_chosen(op.operands[0], s);
    }
    bool copies = op.code == "copy"_op || op.code == "full"_op;
    if ((record(op.code).tier != Tier::Elementwise && !copies) || !is_undisturbed(d, s, {v})) return false;
    return std::all_of(op.operands.begin(), op.operands.end(),
                       [&](ValueId x) { return !f_.type(x).is_array() || is_chosen(x, s); });
  }

  // ---- the same for all elements ----
  struct Whole {
    Builder b;
    Values extents;  // of what the mask chooses from
    int chosen;      // axes that are the mask's
    std::unordered_map<uint32_t, ValueId> made{};
  };
  Values extents_of(Builder& b, ValueId a) {
    Values out;
    for (int k = 0; k < f_.type(a).rank(); ++k)
      out.push_back(b.make("extent"_op, {a}, Type::integer(), {{"axis", int64_t(k)}}));
    return out;
  }
  ValueId stretched(Whole& w, ValueId v) {
    Values operands{v};
    operands.insert(operands.end(), w.extents.begin(), w.extents.end());
    return w.b.make("view.broadcast"_op, operands,
                    Type::array(f_.type(v).dtype(), int(w.extents.size()), Layout::Strided, true));
  }
  ValueId whole(ValueId v, Whole& w) {
    if (!f_.type(v).is_array()) return v;
    auto it = w.made.find(v.index);
    return it != w.made.end() ? it->second : w.made[v.index] = make_whole(v, w);
  }
  ValueId make_whole(ValueId v, Whole& w) {
    const Op op = f_.op(f_.defining_op(v));
    if (op.code == "compress"_op) return op.operands[0];
    if (op.code == "copy"_op) return whole(op.operands[0], w);
    if (op.code == "view.broadcast"_op) {
      ValueId from = op.operands[0];
      return stretched(w, f_.type(from).rank() < f_.type(v).rank() ? from : whole(from, w));
    }
    Type t = Type::array(f_.type(v).dtype(), int(w.extents.size()), Layout::C);
    Values operands;
    if (op.code == "full"_op) {
      operands = w.extents;
      operands.insert(operands.begin(), op.operands[0]);
    } else {
      for (ValueId x : op.operands) operands.push_back(whole(x, w));
      w.b.span = op.span;
    }
    return w.b.make(op.code, operands, t, op.attrs);
  }
  // The mask for each element, the axes that it does not have included.
  ValueId mask_of_all(Whole& w, ValueId mask) {
    int kept = int(w.extents.size()) - w.chosen;
    if (!kept) return mask;
    std::string spec = std::string(size_t(w.chosen), ':') + std::string(size_t(kept), 'n');
    Type t = Type::array(DType::Bool, int(w.extents.size()), Layout::Strided, f_.type(mask).readonly());
    return stretched(w, w.b.make("view"_op, {mask}, t, {{"spec", spec}}));
  }
  Whole start(const Search& s, ValueId like) {
    Whole w{Builder::before(f_, s.sink), {}, f_.type(s.mask).rank()};
    w.b.span = f_.op(s.sink).span;
    w.extents = extents_of(w.b, like);
    return w;
  }

  // ---- sinks ----
  bool join_assign(OpId id) {
    ValueId target = f_.op(id).operands[0], source = f_.op(id).operands[2];
    Search s{.sink = id, .mask = f_.op(id).operands[1]};
    if (!is_chosen(source, s)) return false;
    Whole w = start(s, target);
    ValueId x = whole(source, w), m = mask_of_all(w, s.mask);
    Layout layout = f_.type(target).layout() == Layout::F ? Layout::F : Layout::C;
    ValueId all = w.b.make("select"_op, {m, x, target}, Type::array(f_.type(target).dtype(), int(w.extents.size()), layout));
    w.b.op("assign"_op, {target, all}, {});
    f_.erase(id);
    return true;
  }
  bool join_reduce(OpId id) {
    ValueId source = f_.op(id).operands[0];
    std::string kind = f_.text_attr(id, "kind");
    DType d = f_.type(source).dtype();
    std::vector<int64_t> axes = f_.list_attr(id, "axes"), all;
    bool extreme = kind == "maximum" || kind == "minimum" || kind == "fmax" || kind == "fmin";
    if (std::find(axes.begin(), axes.end(), 0) == axes.end() || (extreme && is_complex(d))) return false;
    Search s{.sink = id, .mask = {}};
    if (!is_chosen(source, s) || !s.mask) return false;
    Whole w = start(s, s.wholes[0]);
    ValueId x = whole(source, w), m = mask_of_all(w, s.mask);
    ValueId nothing = make_number(w.b, Type::scalar(d), identity_number(kind, d));
    ValueId chosen = w.b.make("select"_op, {m, x, nothing}, Type::array(d, int(w.extents.size()), Layout::C));
    for (int k = 0; k < w.chosen; ++k) all.push_back(k);
    for (int64_t k : axes)
      if (k > 0) all.push_back(k + w.chosen - 1);
    f_.set_operand(id, 0, chosen);
    f_.set_attr(id, "axes", all);
    return true;
  }

  Function& f_;
  Aliases aliases_;
  std::map<uint32_t, RegionWrites> writes_;  // of regions
};
}  // namespace

bool join_masks(Function& f, PassContext&) {
  std::vector<OpId> sinks;
  bool any = false;
  for (OpId id : f.ops_below(f.body())) {
    any |= is(f, id, "compress"_op);
    if (is(f, id, "assign.where"_op) || (is(f, id, "reduce"_op) && any)) sinks.push_back(id);
  }
  return any && !sinks.empty() && Joiner(f).run(sinks);
}

}  // namespace aic::passes
