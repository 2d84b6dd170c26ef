// Tests once, before a loop, what its checks would ask in every round; then runs a copy without them, else the loop as it is.
//
// This is how checks are hoisted (law 2): moving one would raise before the effects of earlier rounds. A check is versioned
// if ranges find conditions on values from before the loop that make it pass in every round: indices that are affine in loop
// counters, divisors and conditions that do not change. The outermost loop at which nothing is lost is taken; loops inside
// a versioned one are not versioned again, so there are two copies of a region and no more.
//
//   for %zero, %n, %one { (%i: int):         %ok = less_equal %n, %m
//     %j = check.index %i, %m                if %ok { for … { %j = assume.index %i, %m … } yield }
//     …                                 →            { for … { %j = check.index %i, %m … } yield }
//
// Of loops over whole arrays only those whose rounds each combine a few vectors into scalars are copied: without checks their
// rounds can run side by side (kernels/lanes.cpp), and where extents have to be equal the copy says so of the arrays.
//
// After eliminate_checks: what is left could not be proved. Cost: a copy of each such loop, of at most `max_size` ops.
#include <unordered_map>
#include <unordered_set>

#include "ir/builder.h"
#include "passes/clone.h"
#include "passes/constants.h"
#include "passes/effects.h"
#include "passes/passes.h"
#include "passes/ranges.h"

namespace aic::passes {
using namespace ir;

namespace {
constexpr size_t max_size = 600;       // ops in a loop that is copied
constexpr size_t max_conditions = 12;  // tests before a loop
constexpr size_t max_row_ops = 60;     // ops in a loop whose rounds combine vectors

struct Plan {
  OpId loop;
  std::vector<OpId> checks;
  std::vector<Poly> not_negative;
  std::vector<ValueId> not_zero, truths;
  std::vector<std::pair<ValueId, ValueId>> equal;  // extents
};

class Versioner {
 public:
  explicit Versioner(Function& f) : f_(f) {}
  bool run() {
    if (!has_loops_with_checks()) return false;
    Ranges ranges(f_);
    ranges_ = &ranges;
    plan_region(f_.body());
    for (const Plan& p : plans_) apply(p);
    if (!plans_.empty()) cut_dead_ends(f_);  // a loop that only breaks or returns leave has nothing to yield
    return !plans_.empty();
  }

 private:
  static bool is_kind(OpCode c) { return c == "check.index"_op || c == "check.zero"_op || c == "check.true"_op; }
  bool has_loops_with_checks() const {
    for (OpId id : f_.ops_below(f_.body()))
      if (is_kind(f_.op(id).code) && innermost_loop(id)) return true;
    return false;
  }
  OpId innermost_loop(OpId id) const {
    for (OpId at = f_.parent_op(id); at; at = f_.parent_op(at))
      if (record_of(f_, at).traits & Loop) return at;
    return {};
  }

  // ---- deciding ----
  void plan_region(RegionId r) {
    for (OpId id = f_.region(r).first; id; id = f_.op(id).next) {
      if ((is_scalar_loop(id) || combines_rows(id)) && try_plan(id)) continue;
      for (RegionId inner : f_.op(id).regions) plan_region(inner);
    }
  }
  // A loop over whole arrays gains nothing from one check less, and its copy costs kernels.
  bool is_scalar_loop(OpId id) const {
    if (!(record_of(f_, id).traits & Loop)) return false;
    for (RegionId r : f_.op(id).regions)
      for (OpId inner : f_.ops_below(r))
        if ((own_traits(f_, inner) & Birth) || record_of(f_, inner).tier == Tier::Structural || is(f_, inner, "kernel"_op))
          return false;
    return true;
  }
  // Vectors that are computed element by element and combined at once.
  bool combines_rows(OpId loop) const {
    if (!is(f_, loop, "for"_op)) return false;
    std::vector<OpId> below = f_.ops_below(f_.op(loop).regions[0]);
    bool combines = false;
    for (OpId id : below) {
      const Op& op = f_.op(id);
      const OpRecord& r = record_of(f_, id);
      bool array = !op.results.empty() && f_.type(op.results[0]).is_array();
      bool combined = !array && (op.code == "reduce"_op || op.code == "argreduce"_op || op.code == "matmul"_op);
      combines |= combined;
      if (array && f_.type(op.results[0]).rank() != 1 && !r.has(View)) return false;
      bool fine = combined || r.has(View) || r.tier == Tier::Elementwise ||
                  !((own_traits(f_, id) & Birth) || r.tier == Tier::Structural);
      if (!fine || op.code == "kernel"_op || op.code == "call"_op) return false;
    }
    return combines && below.size() <= max_row_ops;
  }
  bool try_plan(OpId loop) {
    Plan p{loop, {}, {}, {}, {}, {}};
    std::vector<OpId> below;
    for (RegionId r : f_.op(loop).regions)
      for (OpId id : f_.ops_below(r)) below.push_back(id);
    if (below.size() > max_size) return false;
    for (OpId id : below) {
      if (is(f_, id, "check.broadcast"_op) && add_broadcast(p, id)) p.checks.push_back(id);
      if (!is_kind(f_.op(id).code)) continue;
      if (add(p, id))
        p.checks.push_back(id);
      else if (OpId inner = innermost_loop(id); inner != loop && is_better_inside(id, loop))
        return false;  // a loop further in can do more
    }
    size_t conditions = p.not_negative.size() + p.not_zero.size() + p.truths.size() + p.equal.size();
    if (p.checks.empty() || conditions > max_conditions) return false;
    plans_.push_back(std::move(p));
    return true;
  }
  bool is_better_inside(OpId check, OpId loop) {
    for (OpId at = innermost_loop(check); at != loop; at = innermost_loop(at)) {
      Plan p{at, {}, {}, {}, {}, {}};
      if (add(p, check)) return true;
    }
    return false;
  }
  bool add(Plan& p, OpId check) {
    const Op& op = f_.op(check);
    if (op.code == "check.index"_op) return add_index(p, check);
    ValueId v = op.operands[0];
    if (!stands_before(v, p.loop)) return false;
    std::vector<ValueId>& list = op.code == "check.zero"_op ? p.not_zero : p.truths;
    if (std::find(list.begin(), list.end(), v) == list.end()) list.push_back(v);
    return true;
  }
  // Of two vectors: their extents are equal.
  bool add_broadcast(Plan& p, OpId check) {
    const Op& op = f_.op(check);
    if (op.operands.size() != 2 || op.results.size() != 1) return false;
    for (ValueId v : op.operands)
      if (!stands_before(v, p.loop)) return false;
    std::pair<ValueId, ValueId> both{op.operands[0], op.operands[1]};
    if (std::find(p.equal.begin(), p.equal.end(), both) == p.equal.end()) p.equal.push_back(both);
    return true;
  }
  bool add_index(Plan& p, OpId check) {
    Poly i = ranges_->poly(f_.op(check).operands[0]), n = ranges_->poly(f_.op(check).operands[1]);
    Ranges::Place at = ranges_->place_of(check);
    std::vector<Poly> conditions;
    if (!ranges_->proves(i, at) && !ranges_->find_conditions(p.loop, i, at, conditions)) return false;
    Poly above = (n - i).shifted(-1);
    if (!ranges_->proves(above, at) && !ranges_->find_conditions(p.loop, above, at, conditions)) return false;
    for (const Poly& c : conditions)
      if (!can_test(c, p.loop) || holds_of_nothing(c, n, at)) return false;
    for (Poly& c : conditions)
      if (std::find(p.not_negative.begin(), p.not_negative.end(), c) == p.not_negative.end())
        p.not_negative.push_back(std::move(c));
    return true;
  }
  // c ≥ 0 leaves no room for an index: n ≥ 1 contradicts it. (An index from memory is at least -n, had its load been reached.)
  bool holds_of_nothing(const Poly& c, const Poly& n, Ranges::Place at) {
    return ranges_->proves((c + n).shifted(-1) * Poly(-1) - Poly(1), at);
  }
  bool stands_before(ValueId v, OpId loop) const {
    OpId def = f_.defining_op(v);
    return is_inside(f_, f_.op(loop).parent, region_of(f_, v)) &&
           (!def || (def != loop && ranges_->place_of(def) < ranges_->place_of(loop)));
  }
  bool can_test(const Poly& c, OpId loop) {
    for (uint32_t a : c.atoms())
      if (!stands_before(ValueId(size_t(a)), loop)) return false;
    Poly more, less;
    sides(c, more, less);
    return (is_plain(more) || ranges_->fits_sum(more, ranges_->place_of(loop))) &&
           (is_plain(less) || ranges_->fits_sum(less, ranges_->place_of(loop)));
  }
  static bool is_plain(const Poly& p) {
    return p.terms.empty() ||
           (p.terms.size() == 1 && p.constant == 0 && p.terms[0].factor == 1 && p.terms[0].product.is_single());
  }
  // c ≥ 0 as more ≥ less, or more > less where that saves adding 1; neither has negative factors.
  static bool sides(const Poly& c, Poly& more, Poly& less) {
    for (Poly::Term t : c.terms) {
      if (t.factor > 0) {
        more.terms.push_back(t);
      } else {
        t.factor = -t.factor;
        less.terms.push_back(t);
      }
    }
    if (c.constant == -1 && !c.terms.empty()) return true;
    (c.constant >= 0 ? more : less).constant = c.constant >= 0 ? c.constant : -c.constant;
    return false;
  }

  // ---- doing ----
  ValueId current(ValueId v) const {
    auto it = moved_.find(v);
    return it == moved_.end() ? v : it->second;
  }
  ValueId sum(Builder& b, const Poly& p) const {
    const std::vector<NamedAttr> exact{{"exact", int64_t(1)}};
    ValueId total;
    auto plus = [&](ValueId v) { total = total ? b.make("add"_op, {total, v}, Type::integer(), exact) : v; };
    for (const Poly::Term& t : p.terms) {
      ValueId product;
      for (uint32_t a : t.product.atoms) {
        if (a == Monomial::none) continue;
        ValueId v = current(ValueId(size_t(a)));
        if (f_.type(v) != Type::integer()) v = b.make("cast"_op, {v}, Type::integer());
        product = product ? b.make("multiply"_op, {product, v}, Type::integer(), exact) : v;
      }
      if (t.factor != 1) product = b.make("multiply"_op, {product, b.integer(int64_t(t.factor))}, Type::integer(), exact);
      plus(product);
    }
    if (p.constant != 0 || !total) plus(b.integer(int64_t(p.constant)));
    return total;
  }
  ValueId test(Builder& b, const Plan& p) const {
    ValueId all;
    auto also = [&](ValueId c) {
      if (f_.type(c) != Type::boolean()) c = b.make("cast"_op, {c}, Type::boolean());
      all = all ? b.make("logical_and"_op, {all, c}, Type::boolean()) : c;
    };
    for (const Poly& c : p.not_negative) {
      Poly more, less;
      bool strict = sides(c, more, less);
      ValueId x = sum(b, less), y = sum(b, more);
      also(b.make(strict ? "less"_op : "less_equal"_op, {x, y}, Type::boolean()));
    }
    for (ValueId v : p.not_zero) {
      Type t = f_.type(current(v));
      Type truth = t.is_python_number() ? Type::boolean() : Type::scalar(DType::Bool);
      also(b.make("not_equal"_op, {current(v), b.number(0, t)}, truth));
    }
    for (ValueId v : p.truths) also(current(v));
    for (auto [x, y] : p.equal) also(b.make("equal"_op, {current(x), current(y)}, Type::boolean()));
    if (!all) all = b.integer(1, Type::boolean());  // all was proved after all: the fast version alone
    return all;
  }
  void apply(const Plan& p) {
    Builder b = Builder::before(f_, p.loop);
    b.span = f_.op(p.loop).span;
    ValueId ok = test(b, p);
    std::vector<Type> types;
    for (ValueId v : f_.op(p.loop).results) types.push_back(f_.type(v));
    ValueId operands[] = {ok};
    OpId choice = b.op("if"_op, operands, types, {}, 2);
    Builder fast(f_, f_.op(choice).regions[0]), slow(f_, f_.op(choice).regions[1]);
    fast.span = slow.span = b.span;
    std::unordered_set<OpId> versioned(p.checks.begin(), p.checks.end());
    OpId copy = clone_without(p.loop, versioned, fast);
    fast.op("yield"_op, f_.op(copy).results, {});
    for (auto [x, y] : p.equal) say_equal(f_.op(choice).regions[0], current(x), current(y));
    std::vector<ValueId> results = f_.op(p.loop).results;
    for (size_t k = 0; k < results.size(); ++k) {
      f_.replace_uses(results[k], f_.op(choice).results[k]);
      moved_[results[k]] = f_.op(choice).results[k];
    }
    for (RegionId r : f_.op(p.loop).regions)  // the version as written is not what runs: it is compiled small
      for (OpId id : f_.ops_below(r))
        if (record_of(f_, id).traits & Loop) f_.set_attr(id, "rare", int64_t(1));
    f_.set_attr(p.loop, "rare", int64_t(1));
    f_.detach(p.loop);
    f_.append(f_.op(choice).regions[1], p.loop);
    slow.op("yield"_op, results, {});
  }
  OpId clone_without(OpId loop, const std::unordered_set<OpId>& checks, Builder& b) {
    Cloner copy(f_, f_);
    OpId made = copy.clone(loop, b);
    for (OpId check : checks) drop(copy.op(check));
    return made;
  }
  // In the region the array of the second extent is looked at through a view that has the first, and all that asks for extents
  // later is told.
  void say_equal(RegionId r, ValueId x, ValueId y) {
    OpId d = f_.defining_op(y);
    if (!is(f_, d, "extent"_op) || f_.type(f_.op(d).operands[0]).layout() != Layout::C) {
      std::swap(x, y);
      d = f_.defining_op(y);
    }
    ValueId array = is(f_, d, "extent"_op) ? f_.op(d).operands[0] : ValueId{};
    if (x == y || !array || f_.type(array).layout() != Layout::C) return;
    std::vector<OpId> below = f_.ops_below(r);
    Builder b = Builder::before(f_, f_.region(r).first);
    b.span = f_.op(f_.region(r).first).span;
    std::vector<ValueId> operands{array};
    int64_t axis = f_.int_attr(d, "axis");
    for (int64_t k = 0; k < f_.type(array).rank(); ++k)
      operands.push_back(k == axis ? x : b.make("extent"_op, {array}, Type::integer(), {{"axis", k}}));
    ValueId known = b.make("view.reshape"_op, operands, f_.type(array));
    for (OpId id : below) {
      bool looks = is(f_, id, "view"_op) || is(f_, id, "load"_op) || is(f_, id, "extent"_op) ||
                   is(f_, id, "view.broadcast"_op) || record_of(f_, id).tier == Tier::Elementwise;
      for (size_t k = 0; k < f_.op(id).operands.size(); ++k) {
        if (f_.op(id).operands[k] == y) f_.set_operand(id, uint32_t(k), x);
        if (looks && f_.op(id).operands[k] == array) f_.set_operand(id, uint32_t(k), known);
      }
    }
  }
  void drop(OpId id) {
    const Op& op = f_.op(id);
    if (op.code == "check.index"_op) {
      Builder b = Builder::before(f_, id);
      b.span = op.span;
      f_.replace_uses(op.results[0], b.make("assume.index"_op, op.operands, f_.type(op.results[0])));
    } else if (op.code == "check.zero"_op || op.code == "check.broadcast"_op) {
      f_.replace_uses(op.results[0], op.operands[0]);
    }
    f_.erase(id);
  }

  Function& f_;
  Ranges* ranges_ = nullptr;
  std::vector<Plan> plans_;
  std::unordered_map<ValueId, ValueId> moved_;
};
}  // namespace

bool version_loops(Function& f, PassContext&) { return Versioner(f).run(); }

}  // namespace aic::passes
