// Control flow, calls, tuples, unions, cells: see generate.h.
#include "tests/fuzz/ir/generate.h"

namespace aic::fuzz {

using namespace ir;

bool Generator::block(int budget) {
  for (int k = 0; k < budget && left_ > 0; ++k)
    if (statement()) return true;
  return false;
}

bool Generator::statement() {
  --left_;
  int k = random_.below(100);
  if (k < 12) return scalar_elementwise(), false;
  if (k < 16) return texts(), false;
  if (k < 19) return tables(), false;
  if (k < 30) return array_elementwise(), false;
  if (k < 36) return checks(), false;
  if (k < 39) return exact_arithmetic(), false;
  if (k < 48) return view(), false;
  if (k < 53) return load(), false;
  if (k < 58) return store(), false;
  if (k < 65) return assign(), false;
  if (k < 69) return birth(), false;
  if (k < 74) return reduce(), false;
  if (k < 76) return scan(), false;
  if (k < 78) return matmul(), false;
  if (k < 80) return compounds(), false;
  if (k < 82) return lists(), false;
  if (k < 84) return random_.chance(70) ? call_some() : attempt(), false;
  if (depth_ >= 4) return scalar_elementwise(), false;
  if (k < 92) return if_statement();
  if (k < 97) return for_loop(), false;
  return while_loop(), false;
}

// ---- exits ----
void Generator::return_now() {
  ValueId v = value({result_, {}, true});
  b().op("return"_op, {v}, {});
}
void Generator::raise_now() {
  std::string exception = random_.one_of({"ValueError", "IndexError", "TypeError", "AssertionError", "KeyError"});
  if (random_.chance(50)) {
    b().op("raise"_op, {}, {}, {{"exception", exception}, {"message", std::string("no luck")}});
    return;
  }
  ValueId v = number(number_type());
  b().op("raise"_op, {v}, {}, {{"exception", exception}, {"message", std::string("bad {0}")}});
}
void Generator::continue_loop(const Loop& l) {
  std::vector<ValueId> state;
  if (l.counter) {
    ValueId step = b().integer(random_.chance(85) ? 1 : 2);
    state.push_back(random_.chance(50)
                        ? exact_op("add"_op, l.counter, step)
                        : make("check.overflow"_op, {l.counter, step}, Type::integer(), {{"op", std::string("add")}}));
  }
  for (size_t k = l.counter ? 1 : 0; k < l.state.size(); ++k) state.push_back(value(l.state[k]));
  b().op("continue"_op, state, {}, {{"loop", l.label}});
}
void Generator::break_loop(const Loop& l) {
  std::vector<ValueId> state;
  if (l.counter) state.push_back(l.counter);
  for (size_t k = l.counter ? 1 : 0; k < l.state.size(); ++k) state.push_back(value(l.state[k]));
  b().op("break"_op, state, {}, {{"loop", l.label}});
}
bool Generator::leave() {
  int k = random_.below(100);
  if (!loops_.empty() && k < 75) {
    const Loop l = random_.one_of(loops_);
    return k < 40 ? break_loop(l) : continue_loop(l), true;
  }
  return k < 90 ? return_now() : raise_now(), true;
}

// ---- if ----
bool Generator::arm(RegionId r, const std::vector<Spec>& specs, bool may_leave) {
  RegionId outside = here_;
  size_t items = pool_.size(), tags = tags_.size();
  here_ = r;
  ++depth_;
  bool ended = block(random_.below(5));
  if (!ended && may_leave && random_.chance(25)) ended = leave();
  if (!ended) {
    std::vector<ValueId> values;
    for (const Spec& s : specs) values.push_back(value(s));
    b().op("yield"_op, values, {});
  }
  --depth_;
  pool_.resize(items), tags_.resize(tags);
  here_ = outside;
  return ended;
}

bool Generator::if_statement() {
  ValueId c = condition();
  if (random_.chance(8)) return maybe_bound(), false;
  std::vector<Spec> specs;
  std::vector<Type> types;
  for (int n = random_.below(3); n > 0; --n) specs.push_back(some_state()), types.push_back(specs.back().t);
  OpId id = b().op("if"_op, std::span(&c, 1), types, {}, 2);
  bool first = arm(f_->op(id).regions[0], specs, true);
  bool second = arm(f_->op(id).regions[1], specs, !first || random_.chance(20));
  if (first && second) {
    // Nothing comes after: such an `if` has no results.
    for (size_t k = types.size(); k-- > 0;) f_->erase_result(id, uint32_t(k));
    return true;
  }
  for (size_t k = 0; k < specs.size(); ++k) {
    ValueId v = f_->op(id).results[k];
    if (types[k].is_array())
      add_array(v, specs[k].tags);
    else
      add(v);
  }
  return false;
}

// A name bound on one path only.
void Generator::maybe_bound() {
  Spec s = some_state();
  ValueId c = condition();
  OpId id = b().op("if"_op, {c}, {s.t, Type::boolean()}, {}, 2);
  RegionId outside = here_;
  size_t items = pool_.size(), tags = tags_.size();
  here_ = f_->op(id).regions[0];
  ValueId v = value(s), yes = make("const"_op, {}, Type::boolean(), {{"value", int64_t(1)}});
  b().op("yield"_op, {v, yes}, {});
  pool_.resize(items), tags_.resize(tags);
  here_ = f_->op(id).regions[1];
  v = make("undefined"_op, {}, s.t), yes = make("const"_op, {}, Type::boolean(), {{"value", int64_t(0)}});
  b().op("yield"_op, {v, yes}, {});
  here_ = outside;
  std::vector<ValueId> r = f_->op(id).results;
  v = make("check.bound"_op, {r[1], r[0]}, s.t, {{"name", std::string("x")}});
  if (s.t.is_array())
    add_array(v, s.tags);
  else
    add(v);
}

// ---- loops ----
void Generator::for_loop() {
  auto bound = [&](int low, int high) { return b().integer(random_.between(low, high)); };
  ValueId start = bound(-2, 3), stop = bound(0, 6), step = b().integer(random_.one_of({1, 1, 1, 2, 3}));
  if (loops_.empty() && random_.chance(40)) stop = small_int();
  if (random_.chance(20)) std::swap(start, stop), step = b().integer(random_.one_of({-1, -2}));
  Loop l{f_->new_label(), {}, {}};
  std::vector<ValueId> operands{start, stop, step};
  std::vector<Type> types;
  for (int n = random_.below(4); n > 0; --n) {
    l.state.push_back(some_state());
    types.push_back(l.state.back().t);
    operands.push_back(value(l.state.back()));
  }
  OpId id = b().op("for"_op, operands, types, {{"label", l.label}}, 1);
  RegionId outside = here_, body = f_->op(id).regions[0];
  size_t items = pool_.size(), tags = tags_.size();
  add(f_->add_argument(body, Type::integer()), 24);
  for (const Spec& s : l.state) {
    ValueId v = f_->add_argument(body, s.t);
    if (s.t.is_array())
      add_array(v, s.tags);
    else
      add(v);
  }
  here_ = body;
  loops_.push_back(l);
  ++depth_;
  if (!block(random_.between(1, 7))) continue_loop(l);
  --depth_;
  loops_.pop_back();
  pool_.resize(items), tags_.resize(tags);
  here_ = outside;
  for (size_t k = 0; k < types.size(); ++k) {
    if (types[k].is_array())
      add_array(f_->op(id).results[k], l.state[k].tags);
    else
      add(f_->op(id).results[k]);
  }
}

void Generator::while_loop() {
  Loop l{f_->new_label(), {{Type::integer(), {}, false}}, {}};
  std::vector<ValueId> operands{b().integer(0)};
  std::vector<Type> types{Type::integer()};
  for (int n = random_.below(3); n > 0; --n) {
    l.state.push_back(some_state());
    types.push_back(l.state.back().t);
    operands.push_back(value(l.state.back()));
  }
  bool plain = random_.chance(60);  // one that a pass may make a counted loop of
  ValueId limit = random_.chance(50) ? b().integer(random_.between(0, 6)) : small_int();
  OpId id = b().op("while"_op, operands, types, {{"label", l.label}}, 2);
  RegionId outside = here_;
  size_t items = pool_.size(), tags = tags_.size();
  for (int r = 0; r < 2; ++r) {
    RegionId region = f_->op(id).regions[size_t(r)];
    std::vector<ValueId> arguments;
    for (const Spec& s : l.state) arguments.push_back(f_->add_argument(region, s.t));
    here_ = region;
    add(arguments[0], 24);
    for (size_t k = 1; k < arguments.size(); ++k) {
      if (types[k].is_array())
        add_array(arguments[k], l.state[k].tags);
      else
        add(arguments[k]);
    }
    if (r == 0) {
      ValueId c = random_.chance(50)
                      ? make(random_.chance(50) ? "less"_op : "less_equal"_op, {arguments[0], limit}, Type::boolean())
                      : make(random_.chance(50) ? "greater"_op : "greater_equal"_op, {limit, arguments[0]}, Type::boolean());
      if (!plain && random_.chance(60)) {
        ValueId other = condition();
        c = elementwise_op("logical_and"_op, {c, cast(other, Type::boolean())});
      }
      std::vector<ValueId> out{c, arguments[0]};
      for (size_t k = 1; k < arguments.size(); ++k) out.push_back(plain ? arguments[k] : value(l.state[k]));
      b().op("condition"_op, out, {});
    } else {
      l.counter = arguments[0];
      loops_.push_back(l);
      ++depth_;
      if (!block(random_.between(1, 7))) continue_loop(l);
      --depth_;
      loops_.pop_back();
    }
    pool_.resize(items), tags_.resize(tags);
  }
  here_ = outside;
  for (size_t k = 0; k < types.size(); ++k) {
    if (types[k].is_array())
      add_array(f_->op(id).results[k], l.state[k].tags);
    else
      add(f_->op(id).results[k], k ? 64 : 24);
  }
}

// ---- calls ----
void Generator::call(const Signature& s, ValueId depth) {
  std::vector<ValueId> arguments;
  for (size_t k = 0; k < s.parameters.size(); ++k)
    arguments.push_back(k == 0 && s.recursive ? depth : value({s.parameters[k], {}, true}));
  add_result(b().make("call"_op, arguments, s.result, {{"callee", Symbol{s.name}}}));
}
void Generator::call_some() {
  size_t mine = f_->name() == "main" ? 0 : 1;  // a function calls those made before it
  if (signatures_.size() <= mine + (mine ? 0 : 1)) return scalar_elementwise();
  size_t n = signatures_.size() - 1;
  call(signatures_[size_t(random_.below(int(n)))], b().integer(random_.between(0, 3)));
}

// ---- tuples, unions, cells ----
void Generator::compounds() {
  int k = random_.below(100);
  if (k < 4) return hash();
  if (k < 30) return unions();
  if (k < 50) return cells();
  if (k < 60) {
    Item a = any_array(), c = any_array();
    OpId d = f_->defining_op(a.v), e = f_->defining_op(c.v);
    // Two births, or one and the same value: everything else may or may not be one object.
    bool births = d && e && record(f_->op(d).code).has(Birth) && record(f_->op(e).code).has(Birth);
    const bool is_given = !d && f_->value(a.v).region == f_->body();
    if (is_given && random_.chance(50) && std::ranges::any_of(f_->attrs, [](const NamedAttr& n) { return n.name == "entry"; }))
      return add(make("owns"_op, {a.v}, Type::boolean()));
    if (births || a.v == c.v) return add(make("same"_op, {a.v, c.v}, Type::boolean()));
  }
  if (k < 66) {
    Item a = any_array();
    if (a.t.rank()) return add(make("extent"_op, {a.v}, Type::integer(), {{"axis", int64_t(random_.below(a.t.rank()))}}), 20);
  }
  std::vector<ValueId> elements;
  std::vector<Type> types;
  std::vector<Item> items;
  for (int n = random_.between(1, 3); n > 0; --n) {
    Item i = random_.chance(40) ? any_array() : Item{number(number_type()), {}, 64, {}, true};
    i.t = type(i.v);
    items.push_back(i), elements.push_back(i.v), types.push_back(i.t);
  }
  ValueId t = b().make("tuple"_op, elements, Type::tuple(types));
  size_t index = size_t(random_.below(int(items.size())));
  ValueId v = make("tuple.get"_op, {t}, types[index], {{"index", int64_t(index)}});
  if (items[index].t.is_array())
    add_array(v, items[index].tags, items[index].writable);
  else
    add(v);
}

void Generator::unions() {
  Type u = Type::union_of(std::array{Type::integer(), Type::floating(), Type::none()});
  ValueId v = value({u, {}, true});
  ValueId tag = make("union.tag"_op, {v}, Type::integer());
  int64_t arm = random_.below(2) ? arm_index(u, Type::integer()) : arm_index(u, Type::floating());
  Type t = u.elements()[size_t(arm)];
  ValueId is = make("equal"_op, {tag, b().integer(arm)}, Type::boolean());
  OpId id = b().op("if"_op, {is}, {t}, {}, 2);
  RegionId outside = here_;
  here_ = f_->op(id).regions[0];
  v = make("union.get"_op, {v}, t, {{"arm", arm}});
  b().op("yield"_op, {v}, {});
  here_ = f_->op(id).regions[1];
  v = constant(t);
  b().op("yield"_op, {v}, {});
  here_ = outside;
  add(f_->op(id).results[0]);
}

void Generator::cells() {
  Type t = number_type();
  ValueId cell = make("cell.new"_op, {number(t)}, Type::cell(t));
  if (random_.chance(60)) {
    ValueId c = condition();
    OpId id = b().op("if"_op, {c}, {}, {}, 2);
    RegionId outside = here_;
    size_t items = pool_.size();
    for (int k = 0; k < 2; ++k) {
      here_ = f_->op(id).regions[size_t(k)];
      ValueId x = number(t);
      if (k == 0) b().op("cell.set"_op, {cell, x}, {});
      b().op("yield"_op, {}, {});
      pool_.resize(items);
    }
    here_ = outside;
  }
  add(make("cell.get"_op, {cell}, t));
}

// ---- values of a type ----
void Generator::add_result(ValueId v) {
  Type t = type(v);
  if (t.is_number() || t == Type::str()) return add(v);
  if (t.is_array()) {
    std::vector<int> tags;
    for (int k = 0; k < t.rank(); ++k) tags.push_back(fresh_axis(v, k));
    return add_array(v, tags);
  }
  if (!t.is_tuple()) return;
  for (size_t k = 0; k < t.elements().size(); ++k)
    if (random_.chance(70)) add_result(make("tuple.get"_op, {v}, t.elements()[k], {{"index", int64_t(k)}}));
}

ValueId Generator::value(const Spec& s) {
  if (s.t.is_number()) return number(s.t);
  if (s.t.is_array()) return array_of(s).v;
  if (s.t.is(TypeKind::None)) return b().none();
  if (s.t == Type::str()) return text();
  if (s.t.is_tuple()) {
    std::vector<ValueId> elements;
    for (Type e : s.t.elements()) elements.push_back(value({e, {}, true}));
    return b().make("tuple"_op, elements, s.t);
  }
  AIC_CHECK(s.t.is(TypeKind::Union));
  int arm = random_.below(int(s.t.elements().size()));
  ValueId payload = value({s.t.elements()[size_t(arm)], {}, true});
  return make("union.make"_op, {payload}, s.t, {{"arm", int64_t(arm)}});
}

Spec Generator::some_state() {
  if (random_.chance(55)) return {random_.chance(12) ? Type::str() : number_type(), {}, false};
  Item i = any_array();
  for (int k = 0; k < 3 && !i.writable; ++k) i = any_array();
  Type t = i.t;
  if (random_.chance(20)) t = Type::array(t.dtype(), t.rank(), random_.one_of({Layout::C, Layout::Strided}));
  return {Type::array(t.dtype(), t.rank(), t.layout()), i.tags, false};
}

}  // namespace aic::fuzz
