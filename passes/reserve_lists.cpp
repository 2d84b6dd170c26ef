// Makes room once for what a counted loop appends: how long the list is in each round is known from the round's number.
//
// {room} makes room and leaves the length as it is; {fits} sets the length and asks for no room.
//
//   for %0, %n, %1 {                               %m = list.length %l; %t = %m + maximum(%n, 0)
//     (%i: int):                                   list.resize %l, %t {room = 1}
//     …                                            for %0, %n, %1 {
//     %a = list.length %l                            (%i: int):
//     %b = add %a, %1 {exact = 1}            →       …
//     list.resize %l, %b                             %a = add %i, %m; %b = add %a, %1
//     %p = assume.index %a, %b                       list.store %l, %x, %a {fresh = 1}
//     list.store %l, %x, %p {fresh = 1}              continue {loop = 1}
//     continue {loop = 1}                          }
//   }                                              list.resize %l, %t {fits = 1}
//
// The list must get the same number of elements in every round, on whichever way through it, and nothing else may change its
// length: no call, no other list of its type unless the list is new and nobody has a second name of it yet. Where a round may
// raise, or the elements hold references, the length is set in each round, {fits}. A loop that may raise may never ask for all
// of the memory: it is cut in strips, each of which makes room for its own rounds. One that may break off reserves nothing.
// Before eliminate_checks, which knows what a round's number is: `row[j - 1]` while `row` is made is proved so. In loop form:
// derivatives know of no such lists. Cost: one walk of each loop that appends.
#include <map>
#include <set>

#include "ir/builder.h"
#include "passes/constants.h"
#include "passes/effects.h"
#include "passes/passes.h"
#include "passes/strips.h"

namespace aic::passes {
using namespace ir;

namespace {
constexpr int64_t most_appended = 4, most_rounds = int64_t{1} << 60;  // their product and a length are an int64
constexpr int64_t strip = 65536;

class Reserver {
 public:
  explicit Reserver(Function& f) : f_(f) {}
  bool run() {
    bool changed = false;
    std::map<OpId, std::set<ValueId>> grown;  // loops, and what is appended to in them
    for (OpId id : f_.ops_below(f_.body()))
      if (is(f_, id, "list.resize"_op) && !f_.find_attr(id, "fits") && !f_.find_attr(id, "room"))
        if (OpId loop = loop_around(f_.op(id).operands[0], id)) grown[loop].insert(f_.op(id).operands[0]);
    for (const auto& [loop, lists] : grown)
      if (is_simple(loop)) changed |= reserve(loop, lists);
    return changed;
  }

 private:
  // ---- what is looked for ----
  // The innermost loop around the op, if the list is made before it.
  OpId loop_around(ValueId list, OpId id) const {
    OpId at = f_.parent_op(id);
    while (at && !(record_of(f_, at).traits & Loop)) at = f_.parent_op(at);
    return is(f_, at, "for"_op) && !is_inside(f_, region_of(f_, list), f_.op(at).regions[0]) ? at : OpId{};
  }
  // Counts up by one from a number that is not negative; all rounds are run through, unless something is raised.
  bool is_simple(OpId loop) const {
    const Op& op = f_.op(loop);
    std::optional<int64_t> start = find_integer(f_, op.operands[0]);
    if (!start || *start < 0 || *start > strip || !is_integer(f_, op.operands[2], 1)) return false;
    OpId end = f_.terminator(op.regions[0]);
    if (!is(f_, end, "continue"_op) || loop_of_exit(f_, end) != loop) return false;
    for (OpId id : f_.ops_below(op.regions[0])) {
      if (id == end) continue;
      if (is(f_, id, "return"_op)) return false;
      if (!is(f_, id, "break"_op) && !is(f_, id, "continue"_op)) continue;
      OpId left = loop_of_exit(f_, id);
      if (left == loop || is_inside(f_, f_.op(loop).parent, f_.op(left).regions.back())) return false;
    }
    return true;
  }
  // New in this function, and without a second name until the loop is over.
  bool is_own(OpId loop, ValueId list) const {
    OpId birth = f_.defining_op(list);
    if (!is(f_, birth, "list.new"_op)) return false;
    for (const Use& use : f_.value(list).uses)
      if (!only_looks(use) && !stands_behind(use.op, loop, f_.op(birth).parent)) return false;
    return true;
  }
  bool only_looks(const Use& use) const {
    return use.operand == 0 && (is(f_, use.op, "list.length"_op) || is(f_, use.op, "list.load"_op) ||
                                is(f_, use.op, "list.store"_op) || is(f_, use.op, "list.resize"_op));
  }
  // Both stand in or below the region, and control never comes from the one to the other: nothing around both goes round.
  bool stands_behind(OpId id, OpId loop, RegionId region) const {
    while (f_.op(id).parent != region) id = f_.parent_op(id);
    while (f_.op(loop).parent != region) loop = f_.parent_op(loop);
    if (id == loop) return false;
    for (OpId at = f_.op(loop).next; at; at = f_.op(at).next)
      if (at == id) return true;
    return false;
  }

  // ---- one list in one loop ----
  struct Round {
    ValueId list;
    bool own = false;      // no other value is this list
    int64_t appended = 0;  // so far
    std::map<ValueId, int64_t> lengths;  // values that are the length at the round's start and so much more
    std::vector<std::pair<OpId, int64_t>> looks, resizes;  // list.length and list.resize, with the length they tell or set
    bool may_leave = false;  // raise
  };
  bool walk(RegionId region, ValueId list, Round& round) const {
    for (OpId id = f_.region(region).first; id; id = f_.op(id).next)
      if (!visit(id, list, round)) return false;
    return true;
  }
  bool visit(OpId id, ValueId list, Round& round) const {
    const Op& op = f_.op(id);
    if (is(f_, id, "if"_op)) return choose(id, list, round);
    if (!op.regions.empty()) {
      int64_t before = round.appended;
      for (RegionId r : op.regions)
        if (!walk(r, list, round) || round.appended != before) return false;
      return true;
    }
    bool resize = is(f_, id, "list.resize"_op), length = is(f_, id, "list.length"_op);
    if ((resize || length) && op.operands[0] == list) {
      if (length) {
        round.lengths[op.results[0]] = round.appended;
        round.looks.emplace_back(id, round.appended);
        return true;
      }
      auto known = round.lengths.find(op.operands[1]);
      if (known == round.lengths.end() || known->second <= round.appended) return false;
      round.appended = known->second;
      round.resizes.emplace_back(id, round.appended);
      return round.appended <= most_appended;
    }
    uint32_t traits = own_traits(f_, id);
    // What may change the length, or ask for it by another name.
    if ((resize || length) && !round.own && f_.type(op.operands[0]) == f_.type(list)) return false;
    if ((traits & Effect) && !round.own) return false;
    for (ValueId v : op.operands)
      if (v == list && !is(f_, id, "list.load"_op) && !is(f_, id, "list.store"_op)) return false;
    round.may_leave |=
        (traits & (MayRaise | Effect | Terminator)) != 0 && !is(f_, id, "continue"_op) && !is(f_, id, "yield"_op);
    if (is(f_, id, "add"_op) && f_.int_attr(id, "exact")) {
      auto known = round.lengths.find(op.operands[0]);
      std::optional<int64_t> more = find_integer(f_, op.operands[1]);
      if (known != round.lengths.end() && more && *more >= 0 && *more <= most_appended)
        round.lengths[op.results[0]] = known->second + *more;
    }
    return true;
  }
  // Both arms append as many; one that raises appends nothing.
  bool choose(OpId id, ValueId list, Round& round) const {
    int64_t before = round.appended, after = -1;
    for (RegionId arm : f_.op(id).regions) {
      round.appended = before;
      if (!walk(arm, list, round)) return false;
      OpId end = f_.terminator(arm);
      bool goes_on = is(f_, end, "yield"_op);
      if (!goes_on && (is(f_, end, "continue"_op) || is(f_, end, "break"_op))) return false;
      if (!goes_on && round.appended != before) return false;
      if (!goes_on) continue;
      if (after >= 0 && after != round.appended) return false;
      after = round.appended;
    }
    if (after >= 0) round.appended = after;
    return true;
  }

  bool reserve(OpId loop, const std::set<ValueId>& lists) {
    std::vector<Round> rounds;
    for (ValueId list : lists) {
      if (!f_.type(list).is_list() || f_.type(list).is_table() || f_.type(list).is_object()) continue;
      Round round;
      round.list = list;
      round.own = is_own(loop, list);
      if (walk(f_.op(loop).regions[0], list, round) && round.appended) rounds.push_back(std::move(round));
    }
    if (rounds.empty()) return false;
    int64_t start = *find_integer(f_, f_.op(loop).operands[0]);
    std::optional<int64_t> stop = find_integer(f_, f_.op(loop).operands[1]);
    bool in_strips = rounds.front().may_leave && !(stop && *stop <= strip);
    OpId all = in_strips ? cut_in_strips(f_, loop, strip) : loop;
    for (const Round& round : rounds) rewrite({loop, all, start}, round);
    return true;
  }
  // The length before the loop: what it was last made, or asked for.
  ValueId length_before(Builder& b, OpId loop, ValueId list) const {
    for (OpId id = loop; (id = step_back(id));) {
      const Op& op = f_.op(id);
      if (is(f_, id, "list.resize"_op) && op.operands[0] == list && !f_.find_attr(id, "room")) return op.operands[1];
      if (is(f_, id, "list.new"_op) && op.results[0] == list) return b.integer(0);
      if (!op.regions.empty() || changes_length(f_, id) || (own_traits(f_, id) & Effect)) break;
    }
    return b.make("list.length"_op, {list}, Type::integer());
  }
  // What runs right before the op; none at the start of a round.
  OpId step_back(OpId id) const {
    if (f_.op(id).previous) return f_.op(id).previous;
    OpId around = f_.parent_op(id);
    return is(f_, around, "if"_op) ? step_back(around) : OpId{};
  }
  struct Loops {
    OpId loop, all;  // all: itself, or its strips
    int64_t start;
  };
  void rewrite(const Loops& loops, const Round& round) {
    const std::vector<NamedAttr> exact{{"exact", int64_t(1)}};
    const auto [loop, all, start] = loops;
    const ValueId list = round.list;
    const int64_t each = round.appended;
    Builder b = Builder::before(f_, all), room = Builder::before(f_, loop);
    Builder in = Builder::before(f_, f_.region(f_.op(loop).regions[0]).first);
    b.span = room.span = in.span = f_.op(round.resizes.front().first).span;

    // The length is each * i + first at the start of round i.
    ValueId before = length_before(b, all, list), first = before;
    if (start) {
      std::optional<int64_t> known = find_integer(f_, before);
      first = known ? b.integer(*known - each * start)
                    : b.make("subtract"_op, {before, b.integer(each * start)}, Type::integer(), exact);
    }
    auto length_at = [&](Builder& to, ValueId i) {
      ValueId n = each == 1 ? i : to.make("multiply"_op, {i, to.integer(each)}, Type::integer(), exact);
      return is_integer(f_, first, 0) ? n : to.make("add"_op, {n, first}, Type::integer(), exact);
    };
    ValueId end = f_.op(loop).operands[1];
    if (all == loop) {
      end = room.make("maximum"_op, {end, f_.op(loop).operands[0]}, Type::integer());
      end = room.make("minimum"_op, {end, room.integer(most_rounds)}, Type::integer());
    }
    ValueId total = length_at(room, end);
    room.op("list.resize"_op, {list, total}, {}, {{"room", int64_t(1)}});
    ValueId now = length_at(in, f_.region(f_.op(loop).regions[0]).arguments[0]);
    std::map<int64_t, ValueId> lengths{{0, now}};
    for (int64_t k = 1; k <= each; ++k) lengths[k] = in.make("add"_op, {now, in.integer(k)}, Type::integer(), exact);
    for (auto [id, length] : round.looks) {
      f_.replace_uses(f_.op(id).results[0], lengths[length]);
      f_.erase(id);
    }
    bool once = !round.may_leave && is_plain(f_.type(list).element());
    for (auto [id, length] : round.resizes) {
      if (once) {
        f_.erase(id);
      } else {
        f_.set_operand(id, 1, lengths[length]);
        f_.set_attr(id, "fits", int64_t(1));
      }
    }
    if (!once) return;
    Builder behind = Builder::after(f_, loop);
    behind.span = b.span;
    behind.op("list.resize"_op, {list, total}, {}, {{"fits", int64_t(1)}});
  }
  // Holds no references: places that are not stored yet are of no account.
  static bool is_plain(Type t) {
    if (t.is_number() || t.is(TypeKind::None)) return true;
    if (!t.is_tuple()) return false;
    for (Type e : t.elements())
      if (!is_plain(e)) return false;
    return true;
  }

  Function& f_;
};
}  // namespace

bool reserve_lists(Function& f, PassContext&) { return Reserver(f).run(); }

}  // namespace aic::passes
