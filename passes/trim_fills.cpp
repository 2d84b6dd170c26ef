// A new array that is filled and then overwritten in its middle is filled at its rim only.
//
//   %a = full %zero, %n, %m                            %a = empty %n, %m
//   …                                                  …
//   %v = view %a, %one, %p, %one, … {spec = "ss"}  →   assign %rim…, %zero    rows before and after, then columns
//   assign %v, %x                                      assign %v, %x
//
// `after = np.zeros_like(now); after[1:-1, 1:-1] = …` is how stencils are written; filling the middle first costs as much
// memory traffic as the stencil's own writes. Rims that are thin for certain are `rare`: not vectorised. Nobody may look at the
// array before the assignment: all its uses stand behind it. Last of the tensor passes: assignments of scalars fuse with
// nothing. Cost: a look at the uses of each `full`.
#include <algorithm>
#include <unordered_map>

#include "ir/builder.h"
#include "passes/constants.h"
#include "passes/effects.h"
#include "passes/kernels/affine.h"
#include "passes/passes.h"

namespace aic::passes {
using namespace ir;

namespace {
class Trimmer {
 public:
  explicit Trimmer(Function& f) : f_(f) {}
  bool run() {
    std::vector<OpId> fills;
    for (OpId id : f_.ops_below(f_.body()))
      if (is(f_, id, "full"_op) && f_.type(f_.op(id).results[0]).layout() == Layout::C) fills.push_back(id);
    bool changed = false;
    for (OpId id : fills) changed |= trim(id);
    return changed;
  }

 private:
  struct Middle {
    OpId assign, view;
  };
  // Where the op, or what of its region holds it, stands among the ops of the region.
  std::optional<int> place(OpId id, RegionId r) {
    while (id && f_.op(id).parent != r) id = f_.parent_op(id);
    if (!id) return {};
    if (numbered_ != r) {
      numbered_ = r;
      order_.clear();
      int next = 0;
      for (OpId op = f_.region(r).first; op; op = f_.op(op).next) order_[op.index] = next++;
    }
    return order_.at(id.index);
  }
  std::optional<Middle> find_middle(OpId fill) {
    ValueId a = f_.op(fill).results[0];
    RegionId r = f_.op(fill).parent;
    Middle first{};
    int at = 0;
    for (const Use& u : f_.value(a).uses) {
      if (!is(f_, u.op, "view"_op) || f_.op(u.op).parent != r) continue;
      for (const Use& v : f_.value(f_.op(u.op).results[0]).uses) {
        if (!is(f_, v.op, "assign"_op) || v.operand != 0 || f_.op(v.op).parent != r) continue;
        if (int p = *place(v.op, r); !first.assign || p < at) first = {v.op, u.op}, at = p;
      }
    }
    if (!first.assign || !is_middle(first.view)) return {};
    // Nobody looks before: views may be made, but are used behind.
    auto stands_behind = [&](const Use& u) {
      if (u.op == first.assign && u.operand == 0) return true;
      std::optional<int> p = place(u.op, r);
      return p && *p > at;
    };
    for (const Use& u : f_.value(a).uses) {
      if (is(f_, u.op, "extent"_op) || stands_behind(u)) continue;
      if (!is(f_, u.op, "view"_op)) return {};
      for (const Use& v : f_.value(f_.op(u.op).results[0]).uses)
        if (!is(f_, v.op, "extent"_op) && !stands_behind(v)) return {};
    }
    return first;
  }
  // A length that is not less than none.
  [[nodiscard]] ValueId unclipped(ValueId v) const {
    OpId d = f_.defining_op(v);
    if (!is(f_, d, "maximum"_op)) return v;
    for (size_t k = 0; k < 2; ++k)
      if (find_integer(f_, f_.op(d).operands[k])) return f_.op(d).operands[1 - k];
    return v;
  }
  [[nodiscard]] bool is_few(ValueId v) const {
    OpId d = f_.defining_op(v);
    bool bounded = is(f_, d, "minimum"_op) &&
                   std::ranges::any_of(f_.op(d).operands, [&](ValueId x) { return find_integer(f_, x).has_value(); });
    return bounded || find_integer(f_, v);
  }
  // So many elements are all of the axis but some known number.
  [[nodiscard]] bool is_all_but_few(ValueId count, ValueId extent) const {
    return (affine_of(f_, unclipped(count)) + affine_of(f_, extent) * -1).is_constant();
  }
  // Whole axes and slices with step 1 of unknown length: worth the rims.
  bool is_middle(OpId view) const {
    bool any = false;
    size_t part = 1;
    for (char c : f_.text_attr(view, "spec")) {
      if (c != 's' && c != ':') return false;
      if (c != 's') continue;
      const std::vector<ValueId>& x = f_.op(view).operands;
      if (!is_integer(f_, x[part + 2], 1) || is_few(unclipped(x[part + 1]))) return false;
      any = true;
      part += 3;
    }
    return any;
  }

  bool trim(OpId fill) {
    std::optional<Middle> middle = find_middle(fill);
    if (!middle) return false;
    Builder b = Builder::before(f_, fill);
    b.span = f_.op(fill).span;
    ValueId old = f_.op(fill).results[0], value = f_.op(fill).operands[0];
    std::vector<ValueId> extents(f_.op(fill).operands.begin() + 1, f_.op(fill).operands.end());
    ValueId fresh = b.make("empty"_op, extents, f_.type(old));
    f_.replace_uses(old, fresh);
    f_.erase(fill);
    write_rims(*middle, fresh, value, extents);
    return true;
  }
  // Axis after axis: what stands before and after the slice, inside the slices of the axes before.
  void write_rims(const Middle& m, ValueId array, ValueId value, const std::vector<ValueId>& extents) {
    Builder b = Builder::before(f_, m.assign);
    b.span = f_.op(m.assign).span;
    Type t = Type::integer();
    const std::vector<NamedAttr> exact{{"exact", int64_t(1)}};
    ValueId zero = b.integer(0), one = b.integer(1);
    std::string spec = f_.text_attr(m.view, "spec");
    std::vector<ValueId> slices = f_.op(m.view).operands, inside;
    size_t part = 1;
    for (size_t axis = 0; axis < spec.size(); ++axis) {
      if (spec[axis] == ':') continue;
      // An empty slice may start anywhere.
      ValueId start = b.make("minimum"_op, {slices[part], extents[axis]}, t), count = slices[part + 1];
      ValueId stop = b.make("add"_op, {start, count}, t, exact);
      ValueId rest = b.make("subtract"_op, {extents[axis], stop}, t, exact);
      bool thin = is_few(slices[part]) && is_all_but_few(count, extents[axis]);
      std::string rim = spec.substr(0, axis) + "s" + std::string(spec.size() - axis - 1, ':');
      fill_view(b, array, value, rim, inside, {zero, start, one}, thin);
      fill_view(b, array, value, rim, inside, {stop, rest, one}, thin);
      inside.insert(inside.end(), {start, count, one});
      part += 3;
    }
  }
  void fill_view(Builder& b, ValueId array, ValueId value, const std::string& spec, const std::vector<ValueId>& inside,
                 std::vector<ValueId> last, bool thin) {
    std::vector<ValueId> operands{array};
    operands.insert(operands.end(), inside.begin(), inside.end());
    operands.insert(operands.end(), last.begin(), last.end());
    Type a = f_.type(array);
    Type t = Type::array(a.dtype(), a.rank(), a.rank() == 1 ? Layout::C : Layout::Inner);
    ValueId view = b.make("view"_op, operands, t, {{"spec", spec}});
    std::vector<NamedAttr> attrs;
    if (thin) attrs.push_back({"rare", int64_t(1)});
    b.op("assign"_op, {view, value}, {}, std::move(attrs));
  }

  Function& f_;
  RegionId numbered_{};
  std::unordered_map<uint32_t, int> order_;
};
}  // namespace

bool trim_fills(Function& f, PassContext&) { return Trimmer(f).run(); }

}  // namespace aic::passes
