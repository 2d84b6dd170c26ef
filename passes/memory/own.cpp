// Ownership: retain and release on structured SSA (loop form).
//
// Every reference to an array's memory has one owner. Births and calls give one to their result; a tuple or union takes
// one for each array in it; loop state is owned by the region's arguments, round by round; results of `if` and loops are
// owned. Parameters are the caller's, and views, `tuple.get` and `union.get` live on the reference of what they look into.
// Terminators, initial loop state, tuples and places in lists *take* references; what is read from a list gets one, and
// what a store replaces loses its own. What is read from a list that holds it until its last use borrows the list's
// (`a[i][j]`: nothing in between drops elements from lists of that type). Where an owner's last use takes its reference, the
// reference moves; where it is taken before, it is retained; where it is not taken, it is released after the last use. An `if`
// that is the last to use it hands it to its arms where one of these takes it, or writes a string on behind it:
//
//   for …, %u, %v { (%i, %x, %y): … continue %y, %x }      swapped buffers cost nothing
//   %t = empty …; kernel {… store %t …}; kernel {… load %t …}; release %t
//
// An exit releases what is alive in the regions it leaves. Where an exception leaves the call from Python, the host frees all
// that is left; where it may end in a handler of compiled code before, `unwind` names what is alive before each op that raises.
#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include "ir/builder.h"
#include "ir/ops/table.h"
#include "passes/effects.h"
#include "passes/manager.h"
#include "passes/memory/alias.h"
#include "passes/passes.h"
#include "passes/regions.h"

namespace aic::passes {

using namespace ir;

namespace {

struct Owner {
  ValueId value;
  int64_t born = -1, last = -1;  // orders of ops in the region; -1: on entry, never
  bool taken = false;  // the op of the last use takes the reference
  bool handed = false;  // the last use is an `if` whose arms own it
};

struct Scope {
  RegionId region;
  std::vector<OpId> ops;
  std::unordered_map<OpId, int64_t> order;
  std::vector<Owner> owners;
};

struct Taking {
  ValueId value, base;
  bool movable;  // only views between them
};

bool looks_into(OpCode c) {
  return record(c).has(View) || c == "tuple.get"_op || c == "union.get"_op || c == "check.bound"_op || c == "cell.get"_op;
}
bool takes_all(OpCode c) {
  return c == "tuple"_op || c == "union.make"_op || c == "yield"_op || c == "return"_op || c == "break"_op ||
         c == "continue"_op || c == "condition"_op || c == "while"_op || c == "cell.new"_op || c == "cell.set"_op;
}

class Own {
 public:
  Own(Function& f, bool unwinds) : f_(f), unwinds_(unwinds) {}
  void run() {
    find_borrowers();
    region(f_.body(), false);
  }
  [[nodiscard]] bool changed() const { return changed_; }

 private:
  // ---- what is known ----
  [[nodiscard]] bool takes(const Use& u) const {
    OpCode c = f_.op(u.op).code;
    return takes_all(c) || (c == "for"_op && u.operand >= 3) || (c == "list.store"_op && u.operand == 1);
  }
  [[nodiscard]] bool borrows(OpId id) const { return looks_into(f_.op(id).code) || borrowers_.contains(id); }
  [[nodiscard]] ValueId looked_into(ValueId v) const {
    OpId d = f_.defining_op(v);
    if (!d || !borrows(d)) return {};
    return f_.op(d).operands[f_.op(d).code == "check.bound"_op ? 1 : 0];
  }
  [[nodiscard]] Taking taking(ValueId v) const {
    Taking t{v, v, true};
    for (ValueId next = looked_into(v); next; next = looked_into(next)) {
      t.movable &= f_.type(next).is_array();
      t.base = next;
    }
    return t;
  }
  [[nodiscard]] std::vector<Taking> takings(OpId id) const {
    const Op& op = f_.op(id);
    std::vector<Taking> all;
    for (uint32_t k = 0; k < op.operands.size(); ++k)
      if (holds_array(f_.type(op.operands[k])) && takes({id, k}) && !is_immortal(op.operands[k]))
        all.push_back(taking(op.operands[k]));
    return all;
  }
  // Nothing to count: what is undefined, and string constants.
  [[nodiscard]] bool is_immortal(ValueId v) const {
    OpId d = f_.defining_op(v);
    return d && (f_.op(d).code == "undefined"_op || f_.op(d).code == "const"_op);
  }

  // The order of the last op of the scope in which `v`, or what looks into it, is used; and whether that use takes it.
  void follow_uses(const Scope& s, ValueId v, bool movable, Owner& o) const {
    for (const Use& u : f_.value(v).uses) {
      OpId at = op_within(f_, u.op, s.region);
      if (at) {
        int64_t k = s.order.at(at);
        bool takes_here = at == u.op && movable && takes(u);
        o.taken = k > o.last ? takes_here : k == o.last ? o.taken && takes_here : o.taken;
        o.last = std::max(o.last, k);
      }
      if (borrows(u.op))
        for (ValueId inner : f_.op(u.op).results)
          if (holds_array(f_.type(inner))) follow_uses(s, inner, movable && f_.type(v).is_array(), o);
    }
  }
  void add_owner(Scope& s, ValueId v, int64_t born) {
    if (!holds_array(f_.type(v)) || is_immortal(v)) return;
    Owner o{v, born, -1, false};
    follow_uses(s, v, true, o);
    o.handed = o.last >= 0 && wants(s.ops[size_t(o.last)], v);
    s.owners.push_back(o);
  }
  // Is it an `if` in an arm of which the value's last use takes it, or joins a string to it?
  [[nodiscard]] bool wants(OpId id, ValueId v) const {
    auto may_be_it = [&](const Use& u) { return takes(u) || (f_.op(u.op).code == "str.concat"_op && u.operand == 0); };
    if (f_.op(id).code != "if"_op || std::ranges::none_of(f_.value(v).uses, may_be_it)) return false;
    return std::ranges::any_of(f_.op(id).regions, [&](RegionId arm) {
      Scope s = scope(arm);
      Owner o{v};
      follow_uses(s, v, true, o);
      if (o.last < 0) return false;
      OpId last = s.ops[size_t(o.last)];
      return o.taken || (f_.op(last).code == "str.concat"_op && f_.op(last).operands[0] == v) || wants(last, v);
    });
  }
  [[nodiscard]] Scope scope(RegionId r) const {
    Scope s{r, f_.ops_in(r), {}, {}};
    for (size_t k = 0; k < s.ops.size(); ++k) s.order[s.ops[k]] = int64_t(k);
    return s;
  }

  // ---- what is read from lists and stays in them ----
  // Ops that may take references out of lists of some type. An op's regions are asked by themselves.
  struct Dropper {
    OpId op;
    Type list;  // of which; none: any
    int64_t part;  // the only one it is about; -1: all
  };
  [[nodiscard]] static bool drops(const Dropper& d, Type list, int64_t part) {
    return d.list == Type() || (d.list == list && (d.part < 0 || part < 0 || d.part == part));
  }
  void find_borrowers() {
    std::vector<OpId> all = f_.ops_below(f_.body()), loads;
    std::vector<Dropper> droppers;
    for (OpId id : all) {
      order_[id] = int64_t(order_.size());
      const Op& op = f_.op(id);
      if (op.code == "list.load"_op && holds_array(f_.type(op.results[0]))) loads.push_back(id);
      uint32_t traits = own_traits(f_, id);
      bool keeps = op.code == "list.rotate"_op || op.code == "table.insert"_op || op.code == "table.insert_hashed"_op ||
                   op.code == "poll"_op || op.code == "kernel"_op || op.code == "cell.new"_op ||
                   (op.code == "list.store"_op && (f_.int_attr(id, "fresh") || !holds_array(f_.type(op.operands[1]))));
      if (keeps || !(traits & (Writes | Effect))) continue;
      bool known = !(traits & Effect) && op.code != "cell.set"_op;
      if (known && !f_.type(op.operands[0]).is_list()) continue;  // arrays hold numbers
      droppers.push_back({id, known ? f_.type(op.operands[0]) : Type(), f_.int_attr(id, "part", -1)});
    }
    if (loads.empty()) return;
    for (OpId id : loads) {
      int64_t first = order_.at(id), last = last_look(f_.op(id).parent, f_.op(id).results[0]);
      Type list = f_.type(f_.op(id).operands[0]);
      int64_t part = f_.int_attr(id, "part", -1);
      auto d = std::lower_bound(droppers.begin(), droppers.end(), first,
                                [&](const Dropper& x, int64_t k) { return order_.at(x.op) <= k; });
      while (d != droppers.end() && order_.at(d->op) <= last && !drops(*d, list, part)) ++d;
      if (d == droppers.end() || order_.at(d->op) > last) borrowers_.insert(id);
    }
  }
  // The order of the last op of region `r`, or below that op, in which the value or what is seen through it is looked at.
  [[nodiscard]] int64_t last_look(RegionId r, ValueId v) const {
    int64_t last = -1;
    for (const Use& u : f_.value(v).uses) {
      OpId at = u.op;
      while (f_.op(at).parent != r) at = f_.parent_op(at);
      OpId next = f_.op(at).next;  // all that stands in it comes before what follows
      last = std::max(last, f_.op(at).regions.empty() ? order_.at(at) : next ? order_.at(next) - 1 : end_of(at));
      if (looks_into(f_.op(u.op).code) || is_list_load(u.op))
        for (ValueId inner : f_.op(u.op).results)
          if (holds_array(f_.type(inner))) last = std::max(last, last_look(r, inner));
    }
    return last;
  }
  [[nodiscard]] int64_t end_of(OpId id) const {
    while (!f_.op(id).regions.empty()) id = f_.terminator(f_.op(id).regions.back());
    return order_.at(id);
  }
  [[nodiscard]] bool is_list_load(OpId id) const { return f_.op(id).code == "list.load"_op; }

  // ---- writing ----
  // One reference more or less of whatever arrays the value holds.
  void count(Builder& b, OpCode what, ValueId v) {
    Type t = f_.type(v);
    changed_ = true;
    if (t.is_array() || t.is_list() || t.is(TypeKind::Str)) {
      b.op(what, {v}, {});
      return;
    }
    for (size_t k = 0; k < t.elements().size(); ++k) {
      Type e = t.elements()[k];
      if (!holds_array(e)) continue;
      if (t.is_tuple()) {
        count(b, what, b.make("tuple.get"_op, {v}, e, {{"index", int64_t(k)}}));
        continue;
      }
      AIC_CHECK(t.is(TypeKind::Union), t.text());
      ValueId tag = b.make("union.tag"_op, {v}, Type::integer());
      ValueId is = b.make("equal"_op, {tag, b.integer(int64_t(k))}, Type::boolean());
      OpId branch = b.op("if"_op, {is}, {}, {}, 2);
      for (int arm = 0; arm < 2; ++arm) {
        Builder in(f_, f_.op(branch).regions[size_t(arm)]);
        in.span = b.span;
        if (arm == 0) count(in, what, in.make("union.get"_op, {v}, e, {{"arm", int64_t(k)}}));
        in.op("yield"_op, {}, {});
      }
    }
  }

  // References are taken by `id`; those of the owners in `moved` are theirs to give, one each.
  void retain_taken(Builder& b, const std::vector<Taking>& all, const std::vector<ValueId>& moved,
                    std::vector<ValueId>& given) {
    for (const Taking& t : all) {
      bool can_move = t.movable && std::find(moved.begin(), moved.end(), t.base) != moved.end();
      if (can_move && std::find(given.begin(), given.end(), t.base) == given.end())
        given.push_back(t.base);
      else
        count(b, "retain"_op, t.value);
    }
  }

  void region(RegionId r, bool owns_arguments, const std::vector<ValueId>& handed = {}) {
    Scope s = scope(r);
    for (ValueId v : handed) add_owner(s, v, -1);
    if (owns_arguments)
      for (ValueId v : f_.region(r).arguments) add_owner(s, v, -1);
    for (size_t k = 0; k < s.ops.size(); ++k)
      if (!borrows(s.ops[k]))
        for (ValueId v : f_.op(s.ops[k]).results) add_owner(s, v, int64_t(k));
    scopes_.push_back(std::move(s));
    size_t here = scopes_.size() - 1;
    drop_unused(here, -1);
    for (size_t k = 0; k < scopes_[here].ops.size(); ++k) {
      OpId id = scopes_[here].ops[k];
      bool loop = record(f_.op(id).code).has(Loop);
      std::vector<ValueId> handed;
      for (const Owner& o : scopes_[here].owners)
        if (o.handed && o.last == int64_t(k)) handed.push_back(o.value);
      for (RegionId inner : std::vector<RegionId>(f_.op(id).regions)) region(inner, loop, handed);
      if (record(f_.op(id).code).has(Terminator))
        terminator(id);
      else
        op(here, int64_t(k));
    }
    scopes_.pop_back();
  }

  // Owners that nobody uses die at birth.
  void drop_unused(size_t scope_index, int64_t born) {
    const Scope& s = scopes_[scope_index];
    for (const Owner& o : s.owners) {
      if (o.born != born || o.last >= 0) continue;
      OpId first = born < 0 ? f_.region(s.region).first : s.ops[size_t(born)];
      Builder b = born < 0 ? Builder::before(f_, first) : Builder::after(f_, first);
      b.span = f_.op(first).span;
      count(b, "release"_op, o.value);
    }
  }

  void op(size_t scope_index, int64_t k) {
    const Scope& s = scopes_[scope_index];
    OpId id = s.ops[size_t(k)];
    std::vector<ValueId> moved, given;
    for (const Owner& o : s.owners)
      if (o.last == k && o.taken) moved.push_back(o.value);
    Builder before = Builder::before(f_, id);
    before.span = f_.op(id).span;
    retain_taken(before, takings(id), moved, given);
    unwind(id);
    if (!f_.op(id).next) return;  // nothing comes after: all arms left, and took care
    drop_unused(scope_index, k);
    Builder after = Builder::after(f_, id);
    after.span = f_.op(id).span;
    for (const Owner& o : s.owners)
      if (o.last == k && !o.handed && std::find(given.begin(), given.end(), o.value) == given.end())
        count(after, "release"_op, o.value);
    list_place(id);  // last: what is read is retained before its list may go
  }

  // What is read from a list is retained; what a store replaces is released, when its place holds the new.
  void list_place(OpId id) {
    const Op& op = f_.op(id);
    bool reads = op.code == "list.load"_op || op.code == "error.value"_op;
    if (borrowers_.contains(id)) return;
    if (!reads && (op.code != "list.store"_op || f_.int_attr(id, "fresh"))) return;
    Type element = f_.type(reads ? op.results[0] : op.operands[1]);
    if (!holds_array(element)) return;
    ValueId place = reads ? op.results[0] : ValueId{};
    if (!reads) {
      Builder before = Builder::before(f_, id);
      before.span = op.span;
      std::vector<NamedAttr> part;
      for (const char* name : {"part", "layout"})
        if (const Attr* a = f_.find_attr(id, name)) part.push_back({name, *a});
      place = before.make("list.load"_op, {op.operands[0], op.operands[2]}, element, part);
    }
    Builder after = Builder::after(f_, id);
    after.span = op.span;
    count(after, reads ? "retain"_op : "release"_op, place);
  }

  // How many of the open scopes a terminator leaves.
  [[nodiscard]] size_t scopes_left(OpId id) const {
    OpCode c = f_.op(id).code;
    if (c == "return"_op) return scopes_.size();
    if (c != "break"_op && c != "continue"_op) return 1;
    int64_t label = f_.int_attr(id, "loop");
    for (size_t n = 1; n <= scopes_.size(); ++n) {
      OpId owner = f_.region(scopes_[scopes_.size() - n].region).op;
      if (owner && record(f_.op(owner).code).has(Loop) && f_.int_attr(owner, "label") == label) return n;
    }
    internal_error("an exit from a loop that is not around it", __FILE__, __LINE__, print(f_, id));
  }

  // What is owned when `id` begins, in so many scopes, inner ones first.
  [[nodiscard]] std::vector<ValueId> alive_at(OpId id, size_t scopes) const {
    std::vector<ValueId> alive;
    OpId at = id;
    for (size_t n = 1; n <= scopes; ++n) {
      const Scope& s = scopes_[scopes_.size() - n];
      int64_t k = s.order.at(at);
      for (const Owner& o : s.owners) {
        bool moved_in = o.last == k && (o.taken || o.handed) && at != id;
        if (o.born < k && o.last >= k && !moved_in) alive.push_back(o.value);
      }
      at = f_.region(s.region).op;
    }
    return alive;
  }

  // An exception out of a `poll` ends the call.
  void unwind(OpId id) {
    if (!unwinds_ || !(own_traits(f_, id) & MayRaise) || f_.op(id).code == "poll"_op || !f_.op(id).regions.empty()) return;
    std::vector<ValueId> alive = alive_at(id, scopes_.size());
    if (alive.empty()) return;
    std::reverse(alive.begin(), alive.end());  // the oldest first: what comes later goes first, and shares the rest
    Builder b = Builder::before(f_, id);
    b.span = f_.op(id).span;
    b.op("unwind"_op, alive, {});
    changed_ = true;
  }

  void terminator(OpId id) {
    OpCode c = f_.op(id).code;
    if (c == "raise"_op || c == "error.raise"_op) return unwind(id);
    if (c == "unreachable"_op) return;
    std::vector<ValueId> alive = alive_at(id, scopes_left(id)), given;
    Builder b = Builder::before(f_, id);
    b.span = f_.op(id).span;
    retain_taken(b, takings(id), alive, given);
    for (ValueId v : alive)
      if (std::find(given.begin(), given.end(), v) == given.end()) count(b, "release"_op, v);
  }

  Function& f_;
  bool unwinds_;
  std::vector<Scope> scopes_;
  std::unordered_map<OpId, int64_t> order_;  // of all ops, outer ones first
  std::unordered_set<OpId> borrowers_;  // list.loads
  bool changed_ = false;
};

}  // namespace

bool own(Function& f, PassContext& context) {
  bool any = false;
  for (size_t k = 0; k < f.value_count() && !any; ++k) any = holds_array(f.type(ValueId(k)));
  if (!any) return false;
  if (!context.unwound) context.unwound = called_under_guard(context.module);
  Own o(f, context.unwound->contains(&f));
  o.run();
  return o.changed();
}

}  // namespace aic::passes
