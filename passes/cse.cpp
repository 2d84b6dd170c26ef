// Computes nothing twice: an op with the same code, operands and attributes as one that dominates it is replaced by it.
//
// In structured regions dominance is nesting, so one walk with a scoped table does. Checks are merged too: the second one
// cannot fail. Loads are merged while their array's version stands; versions rise at stores, calls and at the heads of
// loops that store, for each type of lists by itself. `store` makes its value known to the loads that follow. Births are left
// alone: merging two arrays is only right for arrays that nobody writes or compares, and dead ones are dce's. Keys of dicts are
// looked for once: storing values moves none, and an insertion starts from what a search has found (`d[k] = d.get(k, 0) + 1`);
// where an arm puts in what was not found, the place is known behind both (`total[k] += x` of a defaultdict).
//
//   %3 = check.index %i, %n        %3 = check.index %i, %n
//   …                          →   …
//   %9 = check.index %i, %n        (gone; %3 used)
//
//   %p = table.find %d, %k         %p = table.find %d, %k
//   …                          →   …
//   %q = table.insert %d, %k       %q = if %p < 0 { table.insert %d, %k {absent} } else { %p }
//
// Cost: one walk; a hash per op.
#include <algorithm>
#include <bit>
#include <optional>
#include <unordered_map>
#include <unordered_set>

#include "ir/builder.h"
#include "passes/constants.h"
#include "passes/effects.h"
#include "passes/passes.h"

namespace aic::passes {
using namespace ir;

namespace {
// Floats by their bits: 0.0 and -0.0 are two constants.
bool same(const std::vector<NamedAttr>& a, const std::vector<NamedAttr>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const NamedAttr& x, const NamedAttr& y) {
    const double *p = std::get_if<double>(&x.value), *q = std::get_if<double>(&y.value);
    return p && q ? x.name == y.name && std::bit_cast<uint64_t>(*p) == std::bit_cast<uint64_t>(*q) : x == y;
  });
}
struct Key {
  OpCode code{};
  std::vector<uint64_t> parts;  // operands, types, memory version
  const std::vector<NamedAttr>* attrs = nullptr;
  bool operator==(const Key& o) const {
    return code == o.code && parts == o.parts && (attrs == o.attrs || (attrs && o.attrs && same(*attrs, *o.attrs)));
  }
};
struct KeyHash {
  size_t operator()(const Key& k) const {
    size_t h = size_t(k.code) * 0x9e3779b97f4a7c15ull;
    for (uint64_t p : k.parts) h = (h ^ p) * 0x100000001b3ull + (h >> 29);
    if (k.attrs)
      for (const NamedAttr& a : *k.attrs) {
        if (const int64_t* i = std::get_if<int64_t>(&a.value)) h = (h ^ size_t(*i)) * 0x100000001b3ull;
        if (const double* d = std::get_if<double>(&a.value)) h = (h ^ std::bit_cast<uint64_t>(*d)) * 0x9e3779b97f4a7c15ull;
      }
    return h;
  }
};

class Numbering {
 public:
  explicit Numbering(Function& f) : f_(f) {}
  bool run() {
    walk(f_.body());
    return changed_;
  }

 private:
  // ---- memory versions ----
  bool is_mine(ValueId root) {
    auto [it, fresh] = private_.try_emplace(root.index, false);
    if (fresh) it->second = is_private(f_, root);
    return it->second;
  }
  uint64_t version(ValueId array, bool length) {
    ValueId root = root_of(f_, array);
    if (is_mine(root)) return length ? my_lengths_[root.index] : mine_[root.index];
    return length ? lengths_of(f_.type(root)) : others_of(f_.type(root));
  }
  void written(ValueId array, bool length) {
    ValueId root = root_of(f_, array);
    ++clock_;
    (is_mine(root) ? mine_[root.index] : others_of(f_.type(root))) = clock_;
    if (length) (is_mine(root) ? my_lengths_[root.index] : lengths_of(f_.type(root))) = clock_;
  }
  // Lists of different types are different objects; arrays may show the same memory whatever they hold.
  uint64_t& others_of(Type t) { return others_.try_emplace(t.is_list() ? t.id() : 0, effect_).first->second; }
  uint64_t& lengths_of(Type t) { return lengths_.try_emplace(t.id(), effect_).first->second; }
  void after(OpId id) {  // what the op alone does to memory
    uint32_t traits = own_traits(f_, id);
    if (traits & Effect) {
      effect_ = ++clock_;
      others_.clear();
      lengths_.clear();
    }
    if (!(traits & Writes) || f_.op(id).operands.empty()) return;
    written(f_.op(id).operands[0], changes_length(f_, id));
  }
  void enter_loop(OpId id) {
    for (RegionId r : f_.op(id).regions)
      for (OpId inner : f_.ops_below(r)) after(inner);
  }

  // ---- the table ----
  static bool is_candidate(const OpRecord& r, uint32_t traits) {
    if (r.traits & (Terminator | Control | Effect | Writes)) return false;
    if (traits & (Birth | Effect)) return false;
    return (r.traits & Check) || !(traits & MayRaise);
  }
  Key key_of(OpId id) {
    const Op& op = f_.op(id);
    const OpRecord& r = record(op.code);
    // Attributes of these checks only word the message of an exception that cannot come a second time.
    bool worded = (r.traits & Check) && op.code != "check.overflow"_op && op.code != "check.broadcast"_op &&
                  op.code != "check.assignable"_op;
    Key k{.code = op.code, .parts = {}, .attrs = worded ? nullptr : &op.attrs};
    k.parts.reserve(op.operands.size() + op.results.size() + 1);
    for (ValueId v : op.operands) k.parts.push_back(v.index);
    if ((r.traits & Commutative) && op.operands.size() == 2) std::sort(k.parts.begin(), k.parts.end());
    for (ValueId v : op.results) k.parts.push_back(uint64_t(f_.type(v).id()) << 32);
    bool length = op.code == "list.length"_op || op.code == "table.find"_op;
    if (own_traits(f_, id) & Reads) k.parts.push_back(version(op.operands[0], length) | uint64_t(1) << 63);
    return k;
  }
  Key key_of_search(OpId insertion) {
    static const std::vector<NamedAttr> no_attrs;
    const std::vector<ValueId>& x = f_.op(insertion).operands;
    uint64_t type = uint64_t(Type::integer().id()) << 32;
    return {"table.find"_op, {x[0].index, x[1].index, type, version(x[0], true) | uint64_t(1) << 63}, &no_attrs};
  }
  // Before the insertion is counted as written.
  [[nodiscard]] ValueId found_before(OpId insertion) {
    auto it = table_.find(key_of_search(insertion));
    return it == table_.end() || f_.find_attr(insertion, "absent") ? ValueId{} : it->second[0];
  }
  void insert_unless_found(OpId id, ValueId place) {
    Builder b = Builder::before(f_, id);
    b.span = f_.op(id).span;
    OpId choice = b.op("if"_op, {b.make("less"_op, {place, b.integer(0)}, Type::boolean())}, {Type::integer()}, {}, 2);
    Builder yes(f_, b.region_of(choice, 0)), no(f_, b.region_of(choice, 1));
    yes.span = no.span = b.span;
    yes.op("yield"_op, {yes.make("table.insert"_op, f_.op(id).operands, Type::integer(), {{"absent", int64_t(1)}})}, {});
    no.op("yield"_op, {place}, {});
    insert(key_of_search(id), f_.op(choice).results);
    f_.replace_uses(f_.op(id).results[0], f_.op(choice).results[0]);
    f_.erase(id);
    changed_ = true;
  }
  // ---- keys that an `if` puts in where they are not ----
  // `if %p >= 0 {…} else {…}` of a search %p: which arm has found the key, and where the other puts it in.
  struct Sought {
    OpId search;
    size_t found;
  };
  [[nodiscard]] std::optional<Sought> sought(OpId choice) const {
    if (!is(f_, choice, "if"_op)) return {};
    OpId test = f_.defining_op(f_.op(choice).operands[0]);
    const bool there = is(f_, test, "greater_equal"_op);
    if (!there && !is(f_, test, "less"_op)) return {};
    OpId search = f_.defining_op(f_.op(test).operands[0]);
    if (!is(f_, search, "table.find"_op) || find_integer(f_, f_.op(test).operands[1]) != 0) return {};
    return Sought{search, there ? size_t(0) : size_t(1)};
  }
  [[nodiscard]] bool is_asked_behind(OpId choice, const std::vector<ValueId>& key) const {
    return std::ranges::any_of(f_.value(key[1]).uses, [&](const Use& u) {
      const bool looks = is(f_, u.op, "table.insert"_op) || is(f_, u.op, "table.find"_op);
      return looks && u.operand == 1 && f_.op(u.op).operands[0] == key[0] && f_.op(u.op).parent == f_.op(choice).parent;
    });
  }
  // Behind the `if` the key is there, and its place what the arms give.
  void learn_place(OpId choice, const Sought& s, uint64_t before, uint64_t between) {
    const std::vector<ValueId> key = f_.op(s.search).operands;
    const uint64_t now = version(key[0], true);
    if ((s.found == 0 ? between != before : now != between) || !is_asked_behind(choice, key)) return;
    OpId ends[] = {f_.terminator(f_.op(choice).regions[0]), f_.terminator(f_.op(choice).regions[1])};
    if (!is(f_, ends[0], "yield"_op) || !is(f_, ends[1], "yield"_op)) return;
    ValueId places[2] = {}, place;
    places[s.found] = f_.op(s.search).results[0];
    for (OpId id : f_.ops_in(f_.op(choice).regions[1 - s.found])) {
      const bool it = is(f_, id, "table.insert"_op) && f_.op(id).operands == key;
      if (it && version_behind_[id.index] == (s.found == 0 ? now : between)) places[1 - s.found] = f_.op(id).results[0];
    }
    if (!places[1 - s.found]) return;
    for (size_t n = 0; n < f_.op(choice).results.size(); ++n)
      if (f_.op(ends[0]).operands[n] == places[0] && f_.op(ends[1]).operands[n] == places[1]) place = f_.op(choice).results[n];
    if (!place) {
      for (int k = 0; k < 2; ++k) {
        std::vector<ValueId> given = f_.op(ends[k]).operands;
        given.push_back(places[k]);
        f_.set_operands(ends[k], given);
      }
      place = f_.add_result(choice, Type::integer());
      changed_ = true;
    }
    static const std::vector<NamedAttr> no_attrs;
    const uint64_t type = uint64_t(Type::integer().id()) << 32;
    insert({"table.find"_op, {key[0].index, key[1].index, type, now | uint64_t(1) << 63}, &no_attrs}, {place});
    present_.insert(place.index);
  }

  void remember_store(OpId id) {
    static const std::vector<NamedAttr> no_attrs;
    const Op& op = f_.op(id);
    Type element = f_.type(op.operands[0]).element();
    if (f_.type(op.operands[1]) != element) return;
    Key k{.code = "load"_op, .parts = {op.operands[0].index}, .attrs = &no_attrs};
    for (size_t i = 2; i < op.operands.size(); ++i) k.parts.push_back(op.operands[i].index);
    k.parts.push_back(uint64_t(element.id()) << 32);
    k.parts.push_back(version(op.operands[0], false) | uint64_t(1) << 63);
    insert(std::move(k), {op.operands[1]});
  }
  // The length is what the list was just made.
  void remember_length(OpId id) {
    static const std::vector<NamedAttr> no_attrs;
    const Op& op = f_.op(id);
    if (f_.find_attr(id, "room")) return;
    Key k{.code = "list.length"_op, .parts = {op.operands[0].index}, .attrs = &no_attrs};
    k.parts.push_back(uint64_t(Type::integer().id()) << 32);
    k.parts.push_back(version(op.operands[0], true) | uint64_t(1) << 63);
    insert(std::move(k), {op.operands[1]});
  }
  void insert(Key k, const std::vector<ValueId>& values) {
    auto [it, fresh] = table_.try_emplace(std::move(k), values);
    if (fresh) scope_.push_back(&it->first);
  }

  void walk(RegionId r) {
    size_t mark = scope_.size();
    for (OpId id = f_.region(r).first; id;) {
      OpId next = f_.op(id).next;
      visit(id);
      id = next;
    }
    while (scope_.size() > mark) {
      table_.erase(*scope_.back());
      scope_.pop_back();
    }
  }
  void visit(OpId id) {
    const OpRecord& r = record_of(f_, id);
    if (!f_.op(id).regions.empty()) {
      bool once = is(f_, id, "if"_op);
      if (!once) enter_loop(id);
      const std::optional<Sought> search = sought(id);
      auto of_table = [&] { return search ? version(f_.op(search->search).operands[0], true) : 0; };
      std::vector<uint64_t> versions;  // before each arm
      for (RegionId inner : std::vector<RegionId>(f_.op(id).regions)) {
        versions.push_back(of_table());
        walk(inner);
      }
      if (search) learn_place(id, *search, versions[0], versions[1]);
      return;
    }
    const bool inserts = is(f_, id, "table.insert"_op);
    const ValueId place = inserts ? found_before(id) : ValueId{};
    if (place && present_.contains(place.index)) {
      f_.replace_uses(f_.op(id).results[0], place);
      f_.erase(id);
      changed_ = true;
      return;
    }
    after(id);
    if (place) return insert_unless_found(id, place);
    if (inserts) {
      present_.insert(f_.op(id).results[0].index);
      version_behind_[id.index] = version(f_.op(id).operands[0], true);
      return insert(key_of_search(id), f_.op(id).results);
    }
    if (is(f_, id, "store"_op)) return remember_store(id);
    if (is(f_, id, "list.resize"_op)) return remember_length(id);
    if (!is_candidate(r, own_traits(f_, id)) || is(f_, id, "cell.get"_op) || is(f_, id, "cell.new"_op)) return;
    Key k = key_of(id);
    auto it = table_.find(k);
    if (it == table_.end()) return insert(std::move(k), f_.op(id).results);
    for (size_t n = 0; n < it->second.size(); ++n) f_.replace_uses(f_.op(id).results[n], it->second[n]);
    f_.erase(id);
    changed_ = true;
  }

  Function& f_;
  bool changed_ = false;
  uint64_t clock_ = 0, effect_ = 0;  // effect_: since then nobody but writers has written
  std::unordered_map<uint32_t, uint64_t> others_, lengths_;  // by type of list; 0: arrays
  std::unordered_map<uint32_t, uint64_t> mine_, my_lengths_;
  std::unordered_map<uint32_t, bool> private_;
  std::unordered_set<uint32_t> present_;  // places of keys that are there
  std::unordered_map<uint32_t, uint64_t> version_behind_;  // by insertion: of the table, when it was done
  std::unordered_map<Key, std::vector<ValueId>, KeyHash> table_;
  std::vector<const Key*> scope_;  // in order of insertion
};
}  // namespace

bool cse(Function& f, PassContext&) { return Numbering(f).run(); }

}  // namespace aic::passes
