// Kernels that follow one another and pass over the same arrays do so row by row.
//
//   kernel %n { (%i: int): kernel %m { … store %t, … } }        kernel %n { (%i: int):
//   kernel %n { (%k: int): kernel %m { load %t … } }       →      kernel %m { … store %t, … }
//                                                                 kernel %m { load %t … }
//                                                               }
//
// `u -= …; v -= …; h -= …` over one grid, a row normalised in five statements: a row stays in the nearest cache from one
// statement to the next where the whole array would come from memory for each. The second loop follows the first at a
// distance of d rows, d as small as the dependences between the two allow (0, mostly); where it reads rows that the first
// one wrote in earlier rounds the loop is a `for`. What is common to both must be accessed by rows, one after the other, or
// never at the same place. Loops without loops in them become one body: only where both look at the same element in the
// same round. What one of them stored is no longer loaded by the next, and an array that nobody loads any more is gone: ten
// statements over arrays that use one another's results are one loop without temporaries. Inside fused loops it goes on.
//
// Then an array whose rows are written and read in one round only is one row.
// After eliminate_checks: nothing may raise on the way. Cost: the accesses of neighbouring loops, pair by pair, of at most
// `most_accesses` each.
#include <algorithm>
#include <optional>
#include <set>

#include "ir/builder.h"
#include "passes/constants.h"
#include "passes/effects.h"
#include "passes/kernels/affine.h"
#include "passes/memory/alias.h"
#include "passes/passes.h"

namespace aic::passes {
using namespace ir;

namespace {
constexpr size_t most_accesses = 48;  // of a loop
constexpr size_t most_streams = 16;   // of a loop without loops
constexpr size_t most_ops = 600;      // likewise
constexpr int64_t longest_lag = 4;    // rows

struct Access {
  OpId op;
  ValueId array;  // of complex numbers where their parts are meant: `z.real` has its elements where z has them
  size_t first;  // operand of the first index
  bool store;
};

// What an op does to memory.
struct Footprint {
  bool known = true;    // nothing but these accesses
  bool nested = false;  // there are loops inside
  bool dear = false;    // computes what is better done in vectors
  size_t ops = 0;
  std::vector<Access> all;
};

class Fuser {
 public:
  explicit Fuser(Function& f) : f_(f) {}
  bool run() {
    walk(f_.body());
    bool changed = changed_;
    for (OpId id : f_.ops_below(f_.body()))
      if (changed && is(f_, id, "empty"_op)) keep_one_row(id);
    return changed;
  }

 private:
  // ---- loops ----
  [[nodiscard]] bool is_rows(OpId id) const {
    const Op& op = f_.op(id);
    if (f_.int_attr(id, "rare") || f_.find_attr(id, "lanes")) return false;
    if (op.code == "kernel"_op) return op.operands.size() == 1;
    return op.code == "for"_op && op.operands.size() == 3 && is_integer(f_, op.operands[0], 0) &&
           is_integer(f_, op.operands[2], 1) && is(f_, f_.terminator(op.regions[0]), "continue"_op);
  }
  [[nodiscard]] ValueId extent_of(OpId loop) const { return f_.op(loop).operands[is(f_, loop, "kernel"_op) ? 0 : 1]; }
  [[nodiscard]] ValueId row_of(OpId loop) const { return f_.region(f_.op(loop).regions[0]).arguments[0]; }
  [[nodiscard]] bool same_extent(ValueId a, ValueId b) const {
    std::optional<int64_t> x = find_integer(f_, a), y = find_integer(f_, b);
    return a == b || (x && x == y);
  }

  [[nodiscard]] ValueId whole_of(ValueId array) const {
    OpId d = f_.defining_op(array);
    return is(f_, d, "view.real"_op) ? f_.op(d).operands[0] : array;
  }
  void add(Footprint& p, OpId id, RegionId inside) const {
    const Op& op = f_.op(id);
    bool store = op.code == "store"_op;
    ++p.ops;
    if (store || op.code == "load"_op) {
      ValueId root = root_of(f_, op.operands[0]);
      bool own = inside && is(f_, f_.defining_op(root), "empty"_op) && is_inside(f_, region_of(f_, root), inside);
      if (!own) p.all.push_back({id, whole_of(op.operands[0]), store ? 2u : 1u, store});
      return;
    }
    const OpRecord& r = record(op.code);
    bool loop = op.code == "for"_op || op.code == "kernel"_op;
    p.nested |= loop && inside;
    p.dear |= r.tier == Tier::Elementwise && !r.has(Cheap);
    p.known &= loop || op.code == "if"_op || op.code == "empty"_op || op.code == "continue"_op || op.code == "yield"_op ||
               !(own_traits(f_, id) & (MayRaise | Reads | Writes | Effect | Birth | Exit | Loop));
    p.known &= !f_.int_attr(id, "contract");
    // A round that is left in its middle.
    if (op.code == "continue"_op) p.known &= loop_of_exit(f_, id) == f_.region(op.parent).op;
  }
  [[nodiscard]] Footprint footprint(OpId id) const {
    Footprint p;
    add(p, id, {});
    for (RegionId r : f_.op(id).regions)
      for (OpId inner : f_.ops_below(r)) add(p, inner, r);
    p.known &= p.all.size() <= most_accesses;
    return p;
  }

  // ---- where accesses meet ----
  [[nodiscard]] Affine linear(ValueId v) const {
    if (auto k = find_integer(f_, v)) return {*k, {}};
    OpId d = f_.defining_op(v);
    if (!d) return Affine::of(v);
    const Op& op = f_.op(d);
    if (op.code == "assume.index"_op) return linear(op.operands[0]);
    bool exact = f_.int_attr(d, "exact");
    if (exact && op.code == "add"_op) return linear(op.operands[0]) + linear(op.operands[1]);
    if (exact && op.code == "subtract"_op) return linear(op.operands[0]) + linear(op.operands[1]) * -1;
    return Affine::of(v);
  }
  // Made before the op, which stands in the region of both loops.
  [[nodiscard]] bool stands_before(const Affine& a, RegionId region) const {
    return std::all_of(a.terms.begin(), a.terms.end(), [&](const auto& t) {
      RegionId home = region_of(f_, t.first);
      return home == region || is_inside(f_, region, home);
    });
  }
  [[nodiscard]] bool may_share(const Access& a, const Access& b) {
    if (!a.store && !b.store) return false;
    if (a.array == b.array) return true;
    if (!aliases_) aliases_.emplace(f_);
    return !aliases_->distinct(a.array, b.array);
  }
  // Some index is always another one.
  [[nodiscard]] bool never_meet(const Access& a, const Access& b, RegionId region) const {
    if (a.array != b.array) return false;
    const std::vector<ValueId>&x = f_.op(a.op).operands, &y = f_.op(b.op).operands;
    for (size_t k = 0; a.first + k < x.size(); ++k) {
      Affine p = linear(x[a.first + k]), q = linear(y[b.first + k]);
      auto d = difference(p, q);
      if (d && *d != 0 && stands_before(p, region) && stands_before(q, region)) return true;
    }
    return false;
  }
  // Both loops have n rounds, and an index of one begins where the other one's ends: `t[i]` and `t[n + k]`.
  [[nodiscard]] bool are_halves(const Access& a, ValueId row_a, const Access& b, ValueId row_b, ValueId n,
                                RegionId region) const {
    if (a.array != b.array) return false;
    const std::vector<ValueId>&x = f_.op(a.op).operands, &y = f_.op(b.op).operands;
    for (size_t k = 0; a.first + k < x.size(); ++k) {
      Affine p = linear(x[a.first + k]) + Affine::of(row_a) * -1, q = linear(y[b.first + k]) + Affine::of(row_b) * -1;
      if (!stands_before(p, region) || !stands_before(q, region)) continue;
      for (int sign : {1, -1})
        if (q + p * -1 == linear(n) * sign) return true;
    }
    return false;
  }
  // The rounds in which they meet: round r of b's loop with round r + distance of a's.
  [[nodiscard]] std::optional<int64_t> distance(const Access& a, ValueId row_a, const Access& b, ValueId row_b,
                                                RegionId region) const {
    if (a.array != b.array) return {};
    const std::vector<ValueId>&x = f_.op(a.op).operands, &y = f_.op(b.op).operands;
    std::optional<int64_t> found;
    for (size_t k = 0; a.first + k < x.size(); ++k) {
      Affine p = linear(x[a.first + k]) + Affine::of(row_a) * -1, q = linear(y[b.first + k]) + Affine::of(row_b) * -1;
      auto d = difference(q, p);
      if (!d || !stands_before(p, region)) continue;
      if (!found || *d == 0 || (*found != 0 && *d < *found)) found = *d;
    }
    return found;
  }

  // ---- neighbours ----
  void walk(RegionId r) {
    OpId leader;
    Footprint led;
    for (OpId id : f_.ops_in(r))
      if (is(f_, id, "kernel"_op) && is_rows(id) && is_integer(f_, extent_of(id), 1)) run_once(id);
    for (OpId id : f_.ops_in(r)) {
      if (!f_.op(id).parent) continue;  // went with an array that nobody reads any more
      if (leader && is_rows(id) && fuse(leader, led, id)) continue;
      if (leader && rises(id, led, r)) {
        f_.detach(id);
        f_.insert_before(leader, id);
        continue;
      }
      leader = {};
      if (!is_rows(id)) continue;
      led = footprint(id);
      if (led.known) leader = id;
    }
    for (OpId id : f_.ops_in(r))
      for (RegionId inner : f_.op(id).regions) walk(inner);
  }
  // May the op stand before the loop that it follows?
  bool rises(OpId id, const Footprint& led, RegionId r) {
    if (id == f_.terminator(r)) return false;
    Footprint p = footprint(id);
    if (!p.known) return false;
    for (const Access& a : led.all)
      for (const Access& b : p.all)
        if (may_share(a, b) && !never_meet(a, b, r)) return false;
    return true;
  }

  bool fuse(OpId& leader, Footprint& led, OpId id) {
    bool kernels = is(f_, leader, "kernel"_op) && is(f_, id, "kernel"_op);
    Footprint p = footprint(id);
    bool same = same_extent(extent_of(leader), extent_of(id)), nested = led.nested && p.nested;
    // A body of its own that is computed in vectors stays one.
    if (!p.known || (!nested && ((p.nested && led.dear) || (led.nested && p.dear)))) return false;
    bool plain = !led.nested && !p.nested;
    if (plain && (!kernels || !same || led.all.size() + p.all.size() > most_streams || led.ops + p.ops > most_ops))
      return false;
    RegionId r = f_.op(id).parent;
    ValueId row = row_of(leader), next = row_of(id);
    int64_t lag = 0;
    bool exact = true, common = false;
    for (const Access& a : led.all)
      for (const Access& b : p.all) {
        common |= a.array == b.array && distance(a, row, b, next, r);
        if (!may_share(a, b) || never_meet(a, b, r)) continue;
        if (same && are_halves(a, row, b, next, extent_of(leader), r)) continue;
        std::optional<int64_t> d = distance(a, row, b, next, r);
        if (!d) return false;
        exact &= *d == 0;
        lag = std::max(lag, *d);
      }
    if (!common || lag > longest_lag || (!nested && (lag || !same))) return false;
    if (plain && !exact) return false;
    if (same && !lag)
      join(leader, id, kernels && exact);
    else
      leader = follow(leader, id, lag);
    if (plain) forward(leader, led, p);
    led = footprint(leader);
    return changed_ = true;
  }

  void move_body(OpId loop, ValueId row, OpId before) {
    RegionId body = f_.op(loop).regions[0];
    f_.replace_uses(f_.region(body).arguments[0], row);
    f_.erase(f_.terminator(body));
    for (OpId id : f_.ops_in(body)) {
      f_.detach(id);
      f_.insert_before(before, id);
    }
    f_.erase(loop);
  }
  void run_once(OpId loop) {
    Builder b = Builder::before(f_, loop);
    b.span = f_.op(loop).span;
    move_body(loop, b.integer(0), loop);
    changed_ = true;
  }
  // A `for` in the place of the loop, empty.
  OpId sequence(OpId before, ValueId stop) {
    Builder b = Builder::before(f_, before);
    b.span = f_.op(before).span;
    int64_t label = f_.new_label();
    OpId rows = b.op("for"_op, {b.integer(0), stop, b.integer(1)}, {}, {{"label", label}}, 1);
    RegionId body = b.region_of(rows);
    f_.add_argument(body, Type::integer());
    b.set_region(body);
    b.op("continue"_op, {}, {}, {{"loop", label}});
    return rows;
  }
  OpId in_sequence(OpId loop) {
    if (!is(f_, loop, "kernel"_op)) return loop;
    OpId rows = sequence(loop, extent_of(loop));
    move_body(loop, row_of(rows), f_.terminator(f_.op(rows).regions[0]));
    return rows;
  }
  void join(OpId& leader, OpId id, bool independent) {
    if (!independent) leader = in_sequence(leader);
    move_body(id, row_of(leader), f_.terminator(f_.op(leader).regions[0]));
  }
  // Both in one loop that is as long as is needed, each under a test of its own.
  OpId follow(OpId leader, OpId id, int64_t lag) {
    Builder b = Builder::before(f_, leader);
    b.span = f_.op(leader).span;
    const std::vector<NamedAttr> exact{{"exact", int64_t(1)}};
    Type t = Type::integer(), truth = Type::boolean();
    ValueId n = extent_of(leader), m = extent_of(id);
    ValueId end = lag ? b.make("add"_op, {m, b.integer(lag)}, t, exact) : m;
    OpId rows = sequence(leader, b.make("maximum"_op, {n, end}, t));
    OpId last = f_.terminator(f_.op(rows).regions[0]);
    ValueId at = row_of(rows);
    Builder in = Builder::before(f_, last);
    in.span = b.span;
    auto under = [&](ValueId test, OpId loop, ValueId row) {
      OpId choice = in.op("if"_op, {test}, {}, {}, 2);
      OpId end_of_arm;
      for (RegionId arm : f_.op(choice).regions) {
        Builder a(f_, arm);
        a.span = b.span;
        OpId yield = a.op("yield"_op, {}, {});
        if (!end_of_arm) end_of_arm = yield;
      }
      move_body(loop, row, end_of_arm);
    };
    under(in.make("less"_op, {at, n}, truth), leader, at);
    ValueId row = lag ? in.make("subtract"_op, {at, in.integer(lag)}, t, exact) : at;
    ValueId test = in.make("less"_op, {at, end}, truth);
    if (lag) test = in.make("logical_and"_op, {test, in.make("greater_equal"_op, {row, in.integer(0)}, truth)}, truth);
    under(test, id, row);
    return rows;
  }

  // ---- arrays of one element ----
  [[nodiscard]] bool same_element(const Access& a, const Access& b) const {
    const std::vector<ValueId>&x = f_.op(a.op).operands, &y = f_.op(b.op).operands;
    for (size_t k = 0; a.first + k < x.size(); ++k)
      if (x[a.first + k] != y[b.first + k] && !(linear(x[a.first + k]) == linear(y[b.first + k]))) return false;
    return a.array == b.array;
  }
  // The second body, which follows the first one in one round now, loads what that has just stored.
  void forward(OpId loop, const Footprint& first, const Footprint& second) {
    RegionId body = f_.op(loop).regions[0];
    for (const Access& load : second.all) {
      if (load.store) continue;
      // Nothing of the second body may come between.
      bool certain = std::none_of(second.all.begin(), second.all.end(), [&](const Access& a) { return may_share(a, load); });
      const Access* last = nullptr;
      for (const Access& a : first.all)
        if (certain && a.store && may_share(a, load) && !never_meet(a, load, f_.op(loop).parent)) {
          certain = same_element(a, load) && f_.op(a.op).parent == body;
          last = &a;
        }
      if (!certain || !last) continue;
      ValueId x = seen(f_.op(last->op).operands[0], f_.op(last->op).operands[1], load.op);
      if (!x || f_.type(x) != f_.type(f_.op(load.op).results[0])) continue;
      f_.replace_uses(f_.op(load.op).results[0], x);
      f_.erase(load.op);
    }
    std::set<ValueId> stored;
    for (const Access& a : first.all)
      if (a.store && stored.insert(a.array).second) drop_unread(a.array);
  }
  // What the load sees of x, which was stored to the array.
  ValueId seen(ValueId array, ValueId x, OpId load) {
    ValueId from = f_.op(load).operands[0];
    if (from == array) return x;
    if (whole_of(from) != array) return {};
    Builder b = Builder::before(f_, load);
    b.span = f_.op(load).span;
    return b.make(f_.int_attr(f_.defining_op(from), "part") ? "imag"_op : "real"_op, {x}, f_.type(f_.op(load).results[0]));
  }
  // An array that is only stored to.
  void drop_unread(ValueId array) {
    OpId birth = f_.defining_op(array);
    if (!is(f_, birth, "empty"_op)) return;
    const std::vector<Use> uses = f_.value(array).uses;
    if (!std::all_of(uses.begin(), uses.end(), [&](const Use& u) { return is(f_, u.op, "store"_op) && u.operand == 0; }))
      return;
    for (const Use& u : uses) f_.erase(u.op);
    f_.erase(birth);
  }

  // ---- arrays of one row ----
  // All accesses are to the row of the round of one loop, and what is read there has been written in the same round.
  void keep_one_row(OpId birth) {
    ValueId array = f_.op(birth).results[0];
    if (f_.type(array).rank() < 2 || f_.type(array).layout() != Layout::C || f_.int_attr(birth, "zeroed")) return;
    if (is_integer(f_, f_.op(birth).operands[0], 1)) return;
    OpId loop;
    ValueId row;
    for (const Use& u : f_.value(array).uses) {
      bool store = is(f_, u.op, "store"_op);
      if (!(store ? u.operand == 0 : is(f_, u.op, "load"_op))) return;
      Affine index = linear(f_.op(u.op).operands[store ? 2 : 1]);
      if (!index.is_value() || (row && index.terms[0].first != row)) return;
      row = index.terms[0].first;
    }
    if (!row || f_.defining_op(row) || f_.value(row).index != 0) return;
    loop = f_.region(f_.value(row).region).op;
    // Made anew for each time that the loop is run.
    if (!loop || !is_rows(loop) || f_.op(birth).parent != f_.op(loop).parent) return;
    Footprint p = footprint(loop);
    if (!p.nested) return;  // nothing to hold from one inner loop to the next
    Builder b = Builder::before(f_, birth);
    b.span = f_.op(birth).span;
    ValueId none = b.integer(0);
    f_.set_operand(birth, 0, b.integer(1));
    for (const Use& u : std::vector<Use>(f_.value(array).uses)) f_.set_operand(u.op, is(f_, u.op, "store"_op) ? 2 : 1, none);
    in_sequence(loop);  // all rounds use the row
  }

  Function& f_;
  std::optional<Aliases> aliases_;
  bool changed_ = false;
};
}  // namespace

bool fuse_rows(Function& f, PassContext& context) {
  if (!Fuser(f).run()) return false;
  cse(f, context);
  dce(f, context);
  return true;
}

}  // namespace aic::passes
