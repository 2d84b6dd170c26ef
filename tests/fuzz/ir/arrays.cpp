// Arrays: where they come from, elementwise ops, reductions: see generate.h. Views are in views.cpp.
#include "tests/fuzz/ir/generate.h"

namespace aic::fuzz {

using namespace ir;

namespace {
Type made_from(Type array, DType d) {
  return Type::array(d, array.rank(), array.layout() == Layout::F ? Layout::F : Layout::C);
}
bool has_memory_order(Layout l) { return l == Layout::C || l == Layout::F; }
}  // namespace

// ---- axes ----
int Generator::new_tag(ValueId extent, bool is_product) {
  tags_.push_back(extent);
  int tag = int(tags_.size()) - 1;
  if (is_product)
    products_.insert(tag);
  else
    products_.erase(tag);
  return tag;
}
int Generator::fresh_axis(ValueId array, int axis) {
  return new_tag(make("extent"_op, {array}, Type::integer(), {{"axis", int64_t(axis)}}));
}
ValueId Generator::extent_of(int tag) { return tags_[size_t(tag)]; }
std::vector<int> Generator::some_tags(int rank) {
  std::vector<int> tags;
  while (int(tags.size()) < rank) {
    int tag = random_.below(int(tags_.size()));
    if (products_.contains(tag)) tag = 0;
    if (tag == 0 && random_.chance(50)) tag = new_tag(b().integer(random_.between(1, 4)));
    tags.push_back(tag);
  }
  return tags;
}

// ---- finding and making ----
Item Generator::any_array() {
  if (const Item* i = some_item([](const Item& x) { return x.t.is_array(); })) return *i;
  return array_like(likely_dtype(), some_tags(random_.one_of({1, 1, 2, 2, 3, 0})));
}

Item Generator::array_like(DType d, const std::vector<int>& tags) {
  std::vector<ValueId> operands{number(Type::scalar(d))};
  for (int tag : tags) operands.push_back(extent_of(tag));
  ValueId v = b().make("full"_op, operands, Type::array(d, int(tags.size()), random_.chance(85) ? Layout::C : Layout::F));
  add_array(v, tags);
  return pool_.back();
}

Item Generator::with_layout(const Item& i, Layout l) { return relayout(i, Type::array(i.t.dtype(), i.t.rank(), l)); }

Item Generator::relayout(const Item& i, Type t) {
  if (i.t == t) return i;
  bool weaker = t.layout() == Layout::Strided || (t.layout() == Layout::Inner && i.t.layout() == Layout::C);
  if (weaker && (t.readonly() || !i.t.readonly())) {
    ValueId v = make("view"_op, {i.v}, t, {{"spec", std::string(size_t(t.rank()), ':')}});
    return {v, t, 64, i.tags, i.writable};
  }
  Layout order = has_memory_order(t.layout()) ? t.layout() : Layout::C;
  Type copied = Type::array(t.dtype(), t.rank(), order);
  Item out{make("copy"_op, {i.v}, copied), copied, 64, i.tags, true};
  return copied == t ? out : relayout(out, t);
}

Item Generator::array_of(const Spec& s) {
  std::vector<Item> found;
  for (const Item& i : pool_)
    if (i.t.is_array() && i.t.dtype() == s.t.dtype() && i.t.rank() == s.t.rank() && (s.any_tags || i.tags == s.tags) &&
        i.writable)
      found.push_back(i);
  if (!found.empty() && random_.chance(90)) return relayout(random_.one_of(found), s.t);
  return relayout(array_like(s.t.dtype(), s.any_tags ? some_tags(s.t.rank()) : s.tags), s.t);
}

// An array of this dtype on the axes of another.
Item Generator::array_operand(DType d, const Item& like) {
  std::vector<Item> found;
  for (const Item& i : pool_)
    if (i.t.is_array() && i.tags == like.tags) found.push_back(i);
  if (found.empty() || random_.chance(15)) return array_like(d, like.tags);
  Item i = random_.one_of(found);
  if (i.t.dtype() == d) return i;
  Type t = made_from(i.t, d);
  return {cast(i.v, t), t, 64, i.tags, true};
}

Item Generator::target() {
  for (int tries = 0; tries < 8; ++tries) {
    Item i = any_array();
    if (i.writable && !i.t.readonly()) return i;
  }
  return array_like(likely_dtype(), some_tags(random_.between(1, 2)));
}

// ---- elementwise ----
// Gives the operands one shape, as inference does for operands that may differ.
void Generator::broadcast(std::vector<Item>& items) {
  std::vector<ValueId> extents;
  std::vector<int64_t> ranks;
  int rank = 0;
  for (const Item& i : items) {
    for (int tag : i.tags) extents.push_back(extent_of(tag));
    ranks.push_back(i.t.rank());
    rank = std::max(rank, i.t.rank());
  }
  std::vector<Type> ints(size_t(rank), Type::integer());
  OpId check = b().op("check.broadcast"_op, extents, ints, {{"ranks", ranks}});
  std::vector<ValueId> common = f_->op(check).results;
  std::vector<int> tags;
  for (ValueId e : common) tags.push_back(new_tag(e));
  for (Item& i : items) {
    std::vector<ValueId> operands{i.v};
    operands.insert(operands.end(), common.begin(), common.end());
    Type t = Type::array(i.t.dtype(), rank, Layout::Strided, true);
    i = {b().make("view.broadcast"_op, operands, t), t, 64, tags, false};
    pool_.push_back(i);
  }
}

void Generator::array_elementwise() {
  OpCode code = elementwise_code();
  const OpRecord& r = record(code);
  Item base = any_array();
  DType d = base.t.dtype();
  for (int tries = 0; tries < 20 && !operands_allowed(r, d); ++tries) d = likely_dtype();
  if (!operands_allowed(r, d)) return;
  if (d != base.t.dtype()) {
    Type t = made_from(base.t, d);
    base = {cast(base.v, t), t, 64, base.tags, true};
  }
  std::vector<Item> items{base};
  Type python = d == DType::F64    ? Type::floating()
                : d == DType::I64  ? Type::integer()
                : d == DType::C128 ? Type::complex()
                                   : Type::scalar(d);
  Type scalar = random_.chance(50) ? python : Type::scalar(d);
  int arrays = r.arity() - (r.has(Selects) ? 1 : 0);
  for (int k = 1; k < arrays; ++k) {
    if (random_.chance(35)) {
      items.push_back({number(scalar), scalar, 64, {}, true});
    } else if (random_.chance(75)) {
      items.push_back(array_operand(d, base));
    } else {
      std::vector<int> tags(base.tags.begin() + random_.below(int(base.tags.size()) + 1), base.tags.end());
      for (int& tag : tags)
        if (random_.chance(30)) tag = 0;
      std::vector<Item> both{base, array_of({Type::array(d, int(tags.size()), Layout::C), tags, false})};
      bool lone = items.size() == 1;
      if (lone && both[1].t.rank())
        broadcast(both), items = both, base = both[0];
      else
        items.push_back(array_operand(d, base));
    }
  }
  if (items.size() > 1 && random_.chance(50)) std::swap(items[0], items[1]);
  std::vector<ValueId> operands;
  if (r.has(Selects)) operands.push_back(random_.chance(75) ? array_operand(DType::Bool, base).v : condition());
  for (const Item& i : items) operands.push_back(i.v);
  ValueId v = r.has(Selects) ? elementwise_op(code, operands) : prepared(code, operands);
  add_array(v, base.tags);
}

// ---- births ----
void Generator::birth() {
  int k = random_.below(100);
  if (k < 35) return static_cast<void>(array_like(likely_dtype(), some_tags(random_.one_of({0, 1, 1, 2, 2, 3}))));
  if (k < 60) {
    Item i = any_array();
    return add_array(make("copy"_op, {i.v}, made_from(i.t, i.t.dtype())), i.tags);
  }
  if (k < 75) {
    DType d = likely_dtype();
    std::vector<int> tags = some_tags(random_.between(1, 2));
    std::vector<ValueId> extents;
    for (int tag : tags) extents.push_back(extent_of(tag));
    ValueId v = b().make("empty"_op, extents, Type::array(d, int(tags.size()), random_.chance(80) ? Layout::C : Layout::F));
    b().op("assign"_op, {v, number(Type::scalar(d))}, {});
    return add_array(v, tags);
  }
  generate_op();
}

void Generator::generate_op() {
  std::vector<int> tags = some_tags(random_.between(1, 3));
  std::vector<ValueId> extents;
  for (int tag : tags) extents.push_back(extent_of(tag));
  DType d = likely_dtype();
  Type t = Type::array(d, int(tags.size()), Layout::C);
  OpId id = b().op("generate"_op, extents, std::span(&t, 1), {}, 1);
  RegionId outside = here_;
  here_ = f_->op(id).regions[0];
  size_t items = pool_.size(), kept = tags_.size();
  for (size_t k = 0; k < tags.size(); ++k) add(f_->add_argument(here_, Type::integer()), 24);
  // Nothing here raises: every index is brought into range first.
  for (int n = random_.between(0, 3); n > 0; --n) {
    if (random_.chance(50)) {
      exact_arithmetic();
    } else if (const Item* a = some_item([](const Item& i) { return i.t.is_array() && i.t.rank() > 0; })) {
      Item i = *a;
      if (!pure_load_allowed(i, tags)) continue;
      std::vector<ValueId> operands{i.v};
      for (int tag : i.tags)
        operands.push_back(make("check.index"_op, {clamped(number(Type::integer()), extent_of(tag)), extent_of(tag)},
                                Type::integer(), {{"axis", int64_t(0)}}));
      add(b().make("load"_op, operands, i.t.element()));
    }
  }
  ValueId x = number(Type::scalar(d));
  b().op("yield"_op, {x}, {});
  pool_.resize(items), tags_.resize(kept);
  here_ = outside;
  add_array(f_->op(id).results[0], tags);
}

// No element of an empty array, unless there are no rounds.
bool Generator::pure_load_allowed(const Item& i, const std::vector<int>& tags) {
  for (int tag : i.tags) {
    bool constant = tag == 0;
    for (int t : tags) constant = constant || t == tag;
    if (!constant) return false;
  }
  return true;
}

// ---- reductions ----
void Generator::not_empty(const Item& i, const std::vector<int64_t>& axes) {
  for (int64_t axis : axes) {
    ValueId c = make("greater"_op, {extent_of(i.tags[size_t(axis)]), b().integer(0)}, Type::boolean());
    b().op("check.true"_op, {c}, {},
           {{"exception", std::string("ValueError")}, {"message", std::string("the extreme of nothing")}});
  }
}

void Generator::reduce() {
  if (random_.chance(15)) return argreduce();
  Item a = any_array();
  if (a.t.rank() == 0) return;
  DType d = a.t.dtype();
  std::string kind;
  if (d == DType::Bool)
    kind = random_.one_of<const char*>({"logical_and", "logical_or", "bitwise_and", "bitwise_or", "maximum"});
  else if (is_integer(d) && random_.chance(30))
    kind = random_.one_of<const char*>({"bitwise_and", "bitwise_or"});
  else
    kind = random_.one_of<const char*>({"add", "add", "add", "multiply", "maximum", "minimum", "fmax", "fmin"});
  std::vector<int64_t> axes;
  std::vector<int> rest;
  bool all = random_.chance(40);
  for (int k = 0; k < a.t.rank(); ++k) {
    if (all || random_.chance(60))
      axes.push_back(k);
    else
      rest.push_back(a.tags[size_t(k)]);
  }
  if (axes.empty()) return;
  ValueId v = kind[0] == 'f' ? a.v : tame(a.v);
  if (kind == "multiply" && (is_float(d) || is_complex(d)))
    v = elementwise_op("sign"_op, {tame(is_complex(d) ? elementwise_op("real"_op, {v}) : v)});
  DType out = type(v).dtype();
  if (kind != "add" && kind != "multiply" && kind.find('_') == std::string::npos) not_empty(a, axes);
  Type t = rest.empty() ? Type::scalar(out) : Type::array(out, int(rest.size()), Layout::C);
  v = make("reduce"_op, {v}, t, {{"kind", kind}, {"axes", axes}});
  if (rest.empty())
    add(v);
  else
    add_array(v, rest);
}

void Generator::argreduce() {
  Item a = any_array();
  if (a.t.rank() == 0) return;
  int64_t axis = random_.below(a.t.rank());
  not_empty(a, {axis});
  std::vector<int> rest = a.tags;
  rest.erase(rest.begin() + axis);
  Type t = rest.empty() ? Type::scalar(DType::I64) : Type::array(DType::I64, int(rest.size()), Layout::C);
  ValueId v =
      make("argreduce"_op, {a.v}, t, {{"kind", std::string(random_.chance(50) ? "maximum" : "minimum")}, {"axis", axis}});
  if (rest.empty())
    add(v);
  else
    add_array(v, rest);
}

void Generator::scan() {
  Item a = any_array();
  if (a.t.rank() == 0 || a.t.dtype() == DType::Bool) return;
  int64_t axis = random_.below(a.t.rank());
  std::string kind = random_.chance(70) ? "add" : "multiply";
  add_array(make("scan"_op, {a.v}, made_from(a.t, a.t.dtype()), {{"kind", kind}, {"axis", axis}}), a.tags);
}

void Generator::matmul() {
  DType d = likely_dtype();
  int ranks[] = {random_.between(1, 2), random_.between(1, 2)};
  std::vector<int> inner = some_tags(1), left = inner, right = inner, rest;
  if (ranks[0] == 2) left.insert(left.begin(), some_tags(1)[0]), rest.push_back(left[0]);
  if (ranks[1] == 2) right.push_back(some_tags(1)[0]), rest.push_back(right[1]);
  Item x = array_of({Type::array(d, ranks[0], random_.one_of({Layout::C, Layout::Strided, Layout::F})), left, false});
  Item y = array_of({Type::array(d, ranks[1], random_.one_of({Layout::C, Layout::C, Layout::Strided})), right, false});
  Type t = rest.empty() ? Type::scalar(d) : Type::array(d, int(rest.size()), Layout::C);
  ValueId v = make("matmul"_op, {tame(x.v), tame(y.v)}, t);
  if (rest.empty())
    add(v);
  else
    add_array(v, rest);
}

}  // namespace aic::fuzz
