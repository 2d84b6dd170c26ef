// See masks.h. The places that a mask chooses are met in C order by loops that carry how many they have met.
#include "passes/masks.h"

#include <functional>
#include <optional>

#include "ir/builder.h"
#include "passes/effects.h"
#include "passes/kernels/clone.h"
#include "passes/memory/alias.h"

namespace aic::passes {
using namespace ir;

namespace {
using Values = std::vector<ValueId>;

class Expansion {
 public:
  explicit Expansion(Function& f) : f_(f), b_(f) {}

  void count(OpId id) {
    begin(id);
    ValueId mask = f_.op(id).operands[0];
    int rank = f_.type(mask).rank();
    std::vector<int64_t> axes;
    for (int k = 0; k < rank; ++k) axes.push_back(k);
    ValueId ones = b_.make("cast"_op, {mask}, Type::array(DType::I64, rank, Layout::C));
    ValueId sum = b_.make("reduce"_op, {ones}, Type::scalar(DType::I64), {{"kind", std::string("add")}, {"axes", axes}});
    finish(id, b_.make("cast"_op, {sum}, Type::integer()));
  }
  void compress(OpId id) {
    begin(id);
    ValueId a = f_.op(id).operands[0], mask = f_.op(id).operands[1], n = f_.op(id).operands[2];
    Values extents{n}, rest = kept(a, mask);
    extents.insert(extents.end(), rest.begin(), rest.end());
    ValueId out = b_.make("empty"_op, extents, f_.type(f_.op(id).results[0]));
    overwrites_ = rest.empty();
    each_chosen(mask, n, rest, [&](const Values& whole, const Values& part) { store(out, part, element(a, whole)); });
    overwrites_ = false;
    finish(id, out);
  }
  void assign(OpId id, Aliases& aliases) {
    begin(id);
    ValueId target = f_.op(id).operands[0], mask = f_.op(id).operands[1], source = f_.op(id).operands[2];
    auto own = [&](ValueId v) {  // a temporary where it may change
      if (aliases.distinct(v, target)) return v;
      return b_.make("copy"_op, {v}, Type::array(f_.type(v).dtype(), f_.type(v).rank(), Layout::C));
    };
    mask = own(mask), source = own(source);
    ValueId n = b_.make("extent"_op, {source}, Type::integer(), {{"axis", int64_t(0)}});
    each_chosen(mask, n, kept(target, mask),
                [&](const Values& whole, const Values& part) { store(target, whole, load(source, part)); });
    f_.erase(id);
  }
  void gather(OpId id) {
    begin(id);
    const Values operands = f_.op(id).operands;
    Values extents = extents_of(gathered_shape(f_, id)), at, from;
    Type t = f_.type(f_.op(id).results[0]), whole = Type::integer();
    OpId g = b_.op("generate"_op, extents, std::span(&t, 1), {}, 1);
    Builder outside = b_;
    RegionId body = b_.region_of(g);
    for (size_t k = 0; k < extents.size(); ++k) at.push_back(f_.add_argument(body, whole));
    b_.set_region(body);
    for (size_t k = 0; k < at.size(); ++k) at[k] = b_.make("assume.index"_op, {at[k], extents[k]}, whole);
    for (size_t k = 1; k < operands.size(); ++k) {
      ValueId i = operands[k], n = b_.make("extent"_op, {operands[0]}, whole, {{"axis", int64_t(k) - 1}});
      if (f_.type(i).is_array()) i = load(i, at);
      if (f_.type(i) != whole) i = b_.make("cast"_op, {i}, whole);
      ValueId below = b_.make("less"_op, {i, b_.integer(0)}, Type::boolean());
      ValueId wrapped = b_.make("add"_op, {i, n}, whole, {{"exact", int64_t(1)}});
      from.push_back(b_.make("assume.index"_op, {b_.make("select"_op, {below, wrapped, i}, whole), n}, whole));
    }
    b_.op("yield"_op, {load(operands[0], from)}, {});
    b_ = outside;
    finish(id, b_.result(g));
  }

 private:
  void begin(OpId id) {
    b_ = Builder::before(f_, id);
    b_.span = f_.op(id).span;
  }
  void finish(OpId id, ValueId v) {
    f_.replace_uses(f_.op(id).results[0], v);
    f_.erase(id);
  }
  Values extents_of(ValueId a, int from = 0) {
    Values out;
    for (int k = from; k < f_.type(a).rank(); ++k)
      out.push_back(b_.make("extent"_op, {a}, Type::integer(), {{"axis", int64_t(k)}}));
    return out;
  }
  Values kept(ValueId a, ValueId mask) { return extents_of(a, f_.type(mask).rank()); }
  ValueId load(ValueId a, Values at) {
    at.insert(at.begin(), a);
    return b_.make("load"_op, at, f_.type(a).element());
  }
  // What costs little and reads nothing (np.arange) is computed at its place: nobody else needs it as an array then, and
  // nobody has written into it.
  ValueId element(ValueId a, const Values& at) {
    OpId made = f_.defining_op(a);
    if (!is(f_, made, "generate"_op)) return load(a, at);
    for (const Use& u : f_.value(a).uses)
      if (!is(f_, u.op, "compress"_op) && !is(f_, u.op, "extent"_op)) return load(a, at);
    RegionId body = f_.op(made).regions[0];
    constexpr int little = 6;
    int work = 0;
    for (OpId id : f_.ops_in(body)) {
      bool plain = is(f_, id, "yield"_op) || is(f_, id, "const"_op) || record_of(f_, id).tier == Tier::Elementwise;
      if (!plain || (own_traits(f_, id) & MayRaise) || ++work > little) return load(a, at);
    }
    return clone_body(f_, body, at, b_);
  }
  void store(ValueId a, Values at, ValueId x) {
    at.insert(at.begin(), {a, x});
    b_.op("store"_op, at, {});
  }

  // `body` gets the indices into what is masked, and those into the list of `n` parts.
  using Body = std::function<void(const Values& whole, const Values& part)>;
  void each_chosen(ValueId mask, ValueId n, const Values& rest, const Body& body) {
    Values at;
    chosen(mask, extents_of(mask), n, rest, at, b_.integer(0), body);
  }
  ValueId chosen(ValueId mask, const Values& extents, ValueId n, const Values& rest, Values& at, ValueId met,
                 const Body& body) {
    if (at.size() < extents.size()) {
      OpId loop = open(extents[at.size()], {met}, at);
      Builder inside = b_;
      ValueId after = chosen(mask, extents, n, rest, at, f_.region(b_.region()).arguments[1], body);
      b_ = inside;
      return close(loop, {after}, at);
    }
    ValueId set = load(mask, at);
    Type t = Type::integer();
    if (overwrites_) return chosen_or_not(set, n, rest, at, met, body);
    OpId choice = b_.op("if"_op, std::span(&set, 1), std::span(&t, 1), {}, 2);
    Builder outside = b_;
    b_.set_region(b_.region_of(choice, 0));
    Values whole = at, part{b_.make("assume.index"_op, {met, n}, t)};
    each(rest, whole, part, body);
    b_.op("yield"_op, {b_.make("add"_op, {met, b_.integer(1)}, t, {{"exact", int64_t(1)}})}, {});
    b_.set_region(b_.region_of(choice, 1));
    b_.op("yield"_op, {met}, {});
    b_ = outside;
    return b_.result(choice);
  }
  // Every part is stored, where the next one that is chosen goes: no branch follows the mask, which would be missed at every
  // other element. The test fails behind the last one that is chosen.
  ValueId chosen_or_not(ValueId set, ValueId n, const Values& rest, Values& at, ValueId met, const Body& body) {
    Type t = Type::integer();
    ValueId more = b_.make("less"_op, {met, n}, Type::boolean());
    OpId choice = b_.op("if"_op, std::span(&more, 1), {}, {}, 2);
    Builder outside = b_;
    b_.set_region(b_.region_of(choice, 0));
    Values whole = at, part{b_.make("assume.index"_op, {met, n}, t)};
    each(rest, whole, part, body);
    b_.op("yield"_op, {}, {});
    b_.set_region(b_.region_of(choice, 1));
    b_.op("yield"_op, {}, {});
    b_ = outside;
    return b_.make("add"_op, {met, b_.make("cast"_op, {set}, t)}, t, {{"exact", int64_t(1)}});
  }
  void each(const Values& rest, Values& whole, Values& part, const Body& body) {
    if (part.size() > rest.size()) return body(whole, part);
    OpId loop = open(rest[part.size() - 1], {}, whole);
    part.push_back(whole.back());
    Builder inside = b_;
    each(rest, whole, part, body);
    b_ = inside;
    close(loop, {}, whole);
    part.pop_back();
  }
  OpId open(ValueId n, const Values& init, Values& at) {
    Values operands{b_.integer(0), n, b_.integer(1)};
    std::vector<Type> types;
    for (ValueId v : init) operands.push_back(v), types.push_back(f_.type(v));
    OpId loop = b_.op("for"_op, operands, types, {{"label", f_.new_label()}}, 1);
    RegionId body = b_.region_of(loop);
    ValueId i = f_.add_argument(body, Type::integer());
    for (Type t : types) f_.add_argument(body, t);
    b_.set_region(body);
    at.push_back(b_.make("assume.index"_op, {i, n}, Type::integer()));
    return loop;
  }
  // Goes on behind the loop.
  ValueId close(OpId loop, const Values& state, Values& at) {
    b_.op("continue"_op, state, {}, {{"loop", f_.int_attr(loop, "label")}});
    at.pop_back();
    SpanId span = b_.span;
    b_ = Builder::after(f_, loop);
    b_.span = span;
    return state.empty() ? ValueId{} : b_.result(loop);
  }

  Function& f_;
  Builder b_;
  bool overwrites_ = false;  // parts are single elements of a new list
};
}  // namespace

bool expand_masks(Function& f) {
  std::vector<OpId> found;
  bool writes = false;
  for (OpId id : f.ops_below(f.body())) {
    bool assigns = is(f, id, "assign.where"_op);
    if (assigns || is(f, id, "compress"_op) || is(f, id, "count"_op)) found.push_back(id);
    writes |= assigns;
  }
  if (found.empty()) return false;
  std::optional<Aliases> aliases;
  if (writes) aliases.emplace(f);
  Expansion e(f);
  for (OpId id : found)
    if (is(f, id, "count"_op))
      e.count(id);
    else if (is(f, id, "compress"_op))
      e.compress(id);
    else
      e.assign(id, *aliases);
  return true;
}

void expand_gathers(Function& f) {
  Expansion e(f);
  for (OpId id : f.ops_below(f.body()))
    if (is(f, id, "gather"_op)) e.gather(id);
}

}  // namespace aic::passes
