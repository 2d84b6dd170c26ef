// Views, elements and assignments: see generate.h.
#include "tests/fuzz/ir/generate.h"

namespace aic::fuzz {

using namespace ir;

// ---- elements ----
ValueId Generator::clamped(ValueId index, ValueId extent) {
  ValueId last = exact_op("subtract"_op, extent, b().integer(1));
  return make("minimum"_op, {make("maximum"_op, {index, b().integer(0)}, Type::integer()), last}, Type::integer());
}

std::vector<ValueId> Generator::indices(const Item& a) {
  std::vector<ValueId> out;
  for (size_t k = 0; k < a.tags.size(); ++k) {
    ValueId n = extent_of(a.tags[k]), i = small_int();
    if (random_.chance(50)) {
      if (const Item* known = some_item([](const Item& x) { return x.t == Type::integer() && x.bits <= 24; })) i = known->v;
    }
    if (random_.chance(60)) i = clamped(i, n);
    out.push_back(make("check.index"_op, {i, n}, Type::integer(), {{"axis", int64_t(k)}}));
  }
  return out;
}
void Generator::load() {
  Item a = any_array();
  std::vector<ValueId> operands{a.v};
  for (ValueId i : indices(a)) operands.push_back(i);
  add(b().make("load"_op, operands, a.t.element()));
}
void Generator::store() {
  Item a = target();
  std::vector<ValueId> operands{a.v, number(a.t.element())};
  for (ValueId i : indices(a)) operands.push_back(i);
  b().op("store"_op, operands, {});
}

// ---- views ----
void Generator::view() {
  Item a = any_array();
  int k = random_.below(100);
  if (a.t.rank() == 0) return stretch(a);
  if (k < 45) return basic_view(a);
  if (k < 62) return neighbours(a);
  if (k < 77) return transpose(a);
  if (k < 87) return reshape(a);
  if (k < 94) return stretch(a);
  if (!is_complex(a.t.dtype())) return basic_view(a);
  Type t = Type::array(rule::part(a.t.dtype()), a.t.rank(), Layout::Strided, a.t.readonly());
  add_array(make("view.real"_op, {a.v}, t, {{"part", int64_t(random_.below(2))}}), a.tags, a.writable);
}

Generator::Slice Generator::slice(ValueId n) {
  ValueId zero = b().integer(0), one = b().integer(1);
  auto positive = [&](ValueId v) { return make("maximum"_op, {v, zero}, Type::integer()); };
  auto half = [&](ValueId v) { return make("floor_divide"_op, {exact_op("add"_op, v, one), b().integer(2)}, Type::integer()); };
  int way = random_.below(100);
  if (way < 50) {
    int from = random_.below(3), less = from + random_.below(2);
    return {b().integer(from), positive(exact_op("subtract"_op, n, b().integer(less))), one, true};
  }
  if (way < 70) {
    ValueId from = b().integer(random_.below(2));
    return {from, positive(half(exact_op("subtract"_op, n, from))), b().integer(2), false};
  }
  ValueId last = exact_op("subtract"_op, n, one);
  if (way < 85) return {last, n, b().integer(-1), false};
  return {last, half(n), b().integer(-2), false};
}

void Generator::basic_view(const Item& a) {
  std::string spec;
  std::vector<ValueId> operands{a.v};
  std::vector<int> tags;
  bool only_indices = true, keeps_order = a.t.layout() == Layout::C, inner = false;
  for (size_t k = 0; k < a.tags.size(); ++k) {
    if (random_.chance(7) && tags.size() < 3) spec += 'n', tags.push_back(0), keeps_order = false;
    int way = random_.below(100);
    ValueId n = extent_of(a.tags[k]);
    if (way < 40) {
      spec += ':', tags.push_back(a.tags[k]), only_indices = false, inner = true;
    } else if (way < 62) {
      ValueId i = random_.chance(70) ? clamped(small_int(), n) : small_int();
      operands.push_back(make("check.index"_op, {i, n}, Type::integer(), {{"axis", int64_t(k)}}));
      spec += 'i', keeps_order = keeps_order && only_indices, inner = false;
    } else {
      Slice s = slice(n);
      operands.insert(operands.end(), {s.start, s.count, s.step});
      spec += 's', tags.push_back(new_tag(s.count));
      keeps_order = keeps_order && only_indices && s.dense, only_indices = false, inner = s.dense;
    }
  }
  bool rows = a.t.layout() == Layout::C || a.t.layout() == Layout::Inner;
  Layout l = keeps_order ? Layout::C : rows && inner && !tags.empty() ? Layout::Inner : Layout::Strided;
  Type t = Type::array(a.t.dtype(), int(tags.size()), l, a.t.readonly());
  add_array(b().make("view"_op, operands, t, {{"spec", spec}}), tags, a.writable);
}

// Views of one array that are shifted against one another: what stencils are made of.
void Generator::neighbours(const Item& a) {
  std::vector<ValueId> counts(a.tags.size());
  std::vector<int> tags = a.tags;
  for (size_t k = 0; k < tags.size(); ++k) {
    if (tags.size() > 1 && random_.chance(40)) continue;
    ValueId less = exact_op("subtract"_op, extent_of(tags[k]), b().integer(2));
    counts[k] = make("maximum"_op, {less, b().integer(0)}, Type::integer());
    tags[k] = new_tag(counts[k]);
  }
  bool rows = a.t.layout() == Layout::C || a.t.layout() == Layout::Inner;
  Type t = Type::array(a.t.dtype(), a.t.rank(), rows ? Layout::Inner : Layout::Strided, a.t.readonly());
  for (int n = random_.between(2, 3); n > 0; --n) {
    std::string spec;
    std::vector<ValueId> operands{a.v};
    for (ValueId count : counts) {
      spec += count ? 's' : ':';
      if (count) operands.insert(operands.end(), {b().integer(random_.below(3)), count, b().integer(1)});
    }
    add_array(b().make("view"_op, operands, t, {{"spec", spec}}), tags, a.writable);
  }
}

void Generator::transpose(const Item& a) {
  std::vector<int64_t> axes;
  for (int k = 0; k < a.t.rank(); ++k) axes.push_back(a.t.rank() - 1 - k);
  bool reversed = random_.chance(60);
  if (!reversed) std::swap(axes[0], axes[size_t(random_.below(a.t.rank()))]);
  std::vector<int> tags;
  for (int64_t k : axes) tags.push_back(a.tags[size_t(k)]);
  Layout l = !reversed || a.t.rank() < 2 ? Layout::Strided
             : a.t.layout() == Layout::C ? Layout::F
             : a.t.layout() == Layout::F ? Layout::C
                                         : Layout::Strided;
  add_array(make("view.transpose"_op, {a.v}, Type::array(a.t.dtype(), a.t.rank(), l, a.t.readonly()), {{"axes", axes}}), tags,
            a.writable);
}

void Generator::reshape(const Item& given) {
  Item a = given.t.layout() == Layout::C ? given : with_layout(given, Layout::C);
  std::vector<int> tags;
  for (size_t k = 0; k < a.tags.size(); ++k) {
    if (random_.chance(20) && tags.size() < 3) tags.push_back(0);
    if (!tags.empty() && k > 0 && random_.chance(50))
      tags.back() = new_tag(exact_op("multiply"_op, extent_of(tags.back()), extent_of(a.tags[k])), true);
    else
      tags.push_back(a.tags[k]);
  }
  if (tags.size() > 4) return;
  std::vector<ValueId> operands{a.v};
  for (int tag : tags) operands.push_back(extent_of(tag));
  add_array(b().make("view.reshape"_op, operands, Type::array(a.t.dtype(), int(tags.size()), Layout::C, a.t.readonly())), tags,
            a.writable);
}

void Generator::stretch(const Item& a) {
  if (a.t.rank() > 2) return basic_view(a);
  std::vector<int> tags = some_tags(1);
  for (int tag : a.tags) tags.push_back(tag == 0 && random_.chance(70) ? some_tags(1)[0] : tag);
  std::vector<ValueId> operands{a.v};
  for (int tag : tags) operands.push_back(extent_of(tag));
  add_array(b().make("view.broadcast"_op, operands, Type::array(a.t.dtype(), int(tags.size()), Layout::Strided, true)), tags,
            false);
}

// ---- assign ----
void Generator::assign() {
  Item a = target();
  int k = random_.below(100);
  ValueId source;
  if (k < 25) {
    source = number(a.t.element());
  } else if (k < 85 || a.t.rank() == 0) {
    source = array_operand(a.t.dtype(), a).v;
    if (random_.chance(40) && a.t.dtype() != DType::Bool)
      source =
          elementwise_op(random_.one_of({"add"_op, "subtract"_op, "multiply"_op}), {source, array_operand(a.t.dtype(), a).v});
  } else {
    std::vector<int> tags(a.tags.begin() + random_.below(a.t.rank()), a.tags.end());
    for (int& tag : tags)
      if (random_.chance(30)) tag = random_.chance(70) ? 0 : some_tags(1)[0];
    Item s = array_of({Type::array(a.t.dtype(), int(tags.size()), Layout::C), tags, false});
    std::vector<ValueId> extents, operands{s.v};
    for (int tag : tags) extents.push_back(extent_of(tag));
    for (int tag : a.tags) extents.push_back(extent_of(tag)), operands.push_back(extent_of(tag));
    b().op("check.assignable"_op, extents, {}, {{"ranks", std::vector<int64_t>{s.t.rank(), a.t.rank()}}});
    source = b().make("view.broadcast"_op, operands, Type::array(a.t.dtype(), a.t.rank(), Layout::Strided, true));
  }
  b().op("assign"_op, {a.v, source}, {});
}

}  // namespace aic::fuzz
