// A reshape that is a view or a copy, as strides allow, is a copy where nobody can tell; and a copy fuses.
//
//   %r = if %fits { %v = view.reshape %x, … {strided = 1}; yield %v }          %r = generate %n, %m, %four {
//                 { %c = copy %x; %v = view.reshape %c, …; yield %v }     →      (%i: int, %j: int, %k: int):
//                                            (x of n by m by 2 by 2)             load %x, %i, %j, %k // 2, %k % 2
//                                                                              }
//
// `x.reshape(n, 2, m, 2).transpose(0, 2, 1, 3).reshape(n, m, 4).max(axis=2)` needs no array but its result then, and the
// test of the strides, which is long, is dead. Nobody can tell where the result is only looked into, by operations that
// take elements, and nothing writes to x before the last of them. The shapes must be made of axes that stay and of runs
// of constant axes: elsewhere an element would cost divisions, where a copy passes over the array once.
// After fold_shapes: equal extents are one value. Cost: the uses of each such result.
#include <algorithm>

#include "ir/builder.h"
#include "passes/constants.h"
#include "passes/effects.h"
#include "passes/memory/writes.h"
#include "passes/passes.h"
#include "passes/shapes.h"

namespace aic::passes {
using namespace ir;

namespace {
constexpr int64_t longest_run = 64;  // elements of constant axes that become others

// Some axes of the array from `from` on become axes of the result from `to` on.
struct Run {
  std::vector<int64_t> from, to;  // extents; none: one axis that stays
};

class Reshaper {
 public:
  explicit Reshaper(Function& f) : f_(f) {}
  bool run() {
    bool changed = false;
    for (OpId id : f_.ops_below(f_.body()))
      if (!f_.is_erased(id) && is(f_, id, "if"_op)) changed |= replace(id);
    return changed;
  }

 private:
  // What an arm with one result yields, through views of the whole.
  OpId yielded(RegionId arm) const {
    OpId end = f_.terminator(arm);
    if (!is(f_, end, "yield"_op) || f_.op(end).operands.size() != 1) return {};
    OpId d = f_.defining_op(f_.op(end).operands[0]);
    while (is(f_, d, "view"_op) && f_.op(d).operands.size() == 1 &&
           f_.text_attr(d, "spec").find_first_not_of(':') == std::string::npos)
      d = f_.defining_op(f_.op(d).operands[0]);
    return d;
  }
  bool replace(OpId choice) {
    const Op& op = f_.op(choice);
    if (op.results.size() != 1 || !f_.type(op.results[0]).is_array()) return false;
    OpId copied = yielded(op.regions[0]), seen = yielded(op.regions[1]);
    if (!is(f_, copied, "view.reshape"_op) || !is(f_, seen, "view.reshape"_op)) return false;
    if (f_.int_attr(copied, "strided")) std::swap(copied, seen);
    ValueId source = copied_array(f_, f_.defining_op(f_.op(copied).operands[0]));
    if (!source || f_.int_attr(copied, "strided") || !f_.int_attr(seen, "strided")) return false;
    std::vector<ValueId> shape(f_.op(copied).operands.begin() + 1, f_.op(copied).operands.end());
    if (f_.op(seen).operands[0] != source) return false;
    for (ValueId v : shape)
      if (is_inside(f_, region_of(f_, v), op.regions[0]) || is_inside(f_, region_of(f_, v), op.regions[1])) return false;
    std::vector<Run> runs;
    if (!match(source, shape, runs) || !only_read(choice, source)) return false;
    write(choice, source, shape, runs);
    return true;
  }

  bool is_same(ValueId extent, ValueId array, int axis) const {
    ExtentSource e = extent_source(f_, array, axis);
    if (e.constant >= 0) return is_integer(f_, extent, e.constant);
    if (e.value) return e.value == extent;
    OpId def = f_.defining_op(extent);
    return is(f_, def, "extent"_op) && f_.op(def).operands[0] == e.array && f_.int_attr(def, "axis") == e.axis;
  }
  bool match(ValueId source, const std::vector<ValueId>& shape, std::vector<Run>& runs) const {
    int rank = f_.type(source).rank(), from = 0;
    for (size_t to = 0; to < shape.size();) {
      if (from < rank && is_same(shape[to], source, from)) {
        runs.push_back({});
        ++from, ++to;
        continue;
      }
      Run run;
      int64_t old = 1, fresh = 1;
      do {
        bool more = old <= fresh && from < rank && (old < fresh || run.from.empty());
        int64_t n = more                ? extent_source(f_, source, from).constant
                    : to < shape.size() ? find_integer(f_, shape[to]).value_or(-1)
                                        : -1;
        if (n < 1 || n > longest_run) return false;
        (more ? run.from : run.to).push_back(n);
        (more ? old : fresh) *= n;
        more ? void(++from) : void(++to);
        if (std::max(old, fresh) > longest_run) return false;
      } while (old != fresh || run.to.empty());
      runs.push_back(std::move(run));
    }
    for (; from < rank; ++from)
      if (extent_source(f_, source, from).constant != 1)
        return false;
      else
        runs.push_back({{1}, {}});
    return true;
  }

  // All uses take elements, before anybody writes to the source.
  bool only_read(OpId choice, ValueId source) {
    RegionId r = f_.op(choice).parent;
    if (!writes_ || writes_region_ != r) {
      if (!aliases_) aliases_.emplace(f_);
      writes_.emplace(f_, *aliases_, r);
      writes_region_ = r;
    }
    OpId last = choice;
    return looked_into(f_.op(choice).results[0], r, last) && !writes_->disturbed(choice, last, {aliases_->root(source)});
  }
  bool looked_into(ValueId v, RegionId r, OpId& last) {
    for (const Use& u : f_.value(v).uses) {
      const Op& user = f_.op(u.op);
      if (user.parent != r || !writes_->holds(u.op)) return false;
      if (writes_->order(u.op) > writes_->order(last)) last = u.op;
      const OpRecord& record_of_user = record(user.code);
      bool takes = record_of_user.tier == Tier::Elementwise || user.code == "reduce"_op || user.code == "argreduce"_op ||
                   user.code == "copy"_op || user.code == "extent"_op || (user.code == "assign"_op && u.operand == 1);
      bool view = user.code == "view"_op || user.code == "view.broadcast"_op || user.code == "view.transpose"_op;
      if (!takes && !(view && u.operand == 0 && looked_into(user.results[0], r, last))) return false;
    }
    return true;
  }

  void write(OpId choice, ValueId source, const std::vector<ValueId>& shape, const std::vector<Run>& runs) {
    Builder b = Builder::before(f_, choice);
    b.span = f_.op(choice).span;
    Type result = f_.type(f_.op(choice).results[0]), type = Type::array(result.dtype(), result.rank(), Layout::C);
    OpId g = b.op("generate"_op, shape, std::span(&type, 1), {}, 1);
    RegionId body = b.region_of(g, 0);
    for (size_t k = 0; k < shape.size(); ++k) f_.add_argument(body, Type::integer());
    Builder in(f_, body);
    in.span = b.span;
    std::vector<ValueId> at{source};
    size_t to = 0;
    for (const Run& run : runs) {
      if (run.from.empty() && run.to.empty()) {
        at.push_back(f_.region(body).arguments[to++]);
        continue;
      }
      ValueId place = in.integer(0);
      for (int64_t n : run.to) {
        ValueId outer = exact(in, "multiply"_op, place, in.integer(n));
        place = exact(in, "add"_op, outer, f_.region(body).arguments[to++]);
      }
      std::vector<ValueId> indices;
      for (size_t k = run.from.size(); k-- > 0;) {
        ValueId n = in.integer(run.from[k]);
        indices.push_back(k ? exact(in, "remainder"_op, place, n) : place);
        if (k) place = exact(in, "floor_divide"_op, place, n);
      }
      at.insert(at.end(), indices.rbegin(), indices.rend());
    }
    for (size_t k = 1; k < at.size(); ++k) {
      ValueId n = in.make("extent"_op, {source}, Type::integer(), {{"axis", int64_t(k - 1)}});
      at[k] = in.make("assume.index"_op, {at[k], n}, Type::integer());
    }
    in.op("yield"_op, {in.make("load"_op, at, type.element())}, {});
    f_.replace_uses(f_.op(choice).results[0], seen_as(b, b.result(g), result));
    f_.erase(choice);
    writes_.reset();
    aliases_.reset();
  }
  static ValueId exact(Builder& b, OpCode code, ValueId x, ValueId y) {
    return b.make(code, {x, y}, Type::integer(), {{"exact", int64_t(1)}});
  }
  // Users keep the type that they were made for.
  static ValueId seen_as(Builder& b, ValueId v, Type t) {
    return b.make("view"_op, {v}, t, {{"spec", std::string(size_t(t.rank()), ':')}});
  }

  Function& f_;
  std::optional<Aliases> aliases_;
  std::optional<RegionWrites> writes_;
  RegionId writes_region_;
};
}  // namespace

bool reshape_elements(Function& f, PassContext&) { return Reshaper(f).run(); }

}  // namespace aic::passes
