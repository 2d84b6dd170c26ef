// Writing nests: levels, index arithmetic and loads. The elements of virtual values: element.cpp.
#include "passes/kernels/nest.h"

#include <algorithm>

#include "ir/ops/table.h"

namespace aic::passes {

using namespace ir;

OpCode code_of(std::string_view name) {
  OpCode code{};
  AIC_CHECK(find_op(name, code), std::string(name));
  return code;
}

Nest::Nest(Expansion& e, OpId before, SpanId span) : e_(e), f_(e.f), span_(span) {
  levels_.push_back({e.f.op(before).parent, before, {}, {}});
}
Nest::Nest(Expansion& e, RegionId region, SpanId span, Stretches equal)
    : e_(e), f_(e.f), span_(span), equal_(std::move(equal)) {
  levels_.push_back({region, {}, {}, {}});
}

// ---- levels ----
Builder Nest::at(int level) {
  const Level& l = levels_[size_t(level)];
  Builder b = l.anchor ? Builder::before(f_, l.anchor) : Builder(f_, l.region);
  b.span = span_;
  return b;
}

void Nest::open(OpId loop) {
  Level inner{f_.op(loop).regions[0], {}, levels_.back().anchor, {}};
  levels_.back().anchor = loop;
  levels_.push_back(std::move(inner));
  for (ValueId v : f_.region(f_.op(loop).regions[0]).arguments) level_of_[v] = level();
}

Affine Nest::open_kernel(const Extent& extent) {
  ValueId n = emit(extent);
  Builder b = here();
  std::vector<NamedAttr> attrs;
  if (rare) attrs.push_back({"rare", int64_t(1)});
  OpId kernel = b.op("kernel"_op, {n}, {}, std::move(attrs), 1);
  ValueId index = f_.add_argument(b.region_of(kernel), Type::integer());
  open(kernel);
  return Affine::of(index);
}

void Nest::close_kernel() {
  here().op("yield"_op, {}, {});
  OpId outer = levels_.back().outer_anchor;
  levels_.pop_back();
  levels_.back().anchor = outer;
}

Nest::Loop Nest::open_for(ValueId start, ValueId stop, ValueId step, const std::vector<ValueId>& init, const char* freedom) {
  std::vector<ValueId> operands{start, stop, step};
  std::vector<Type> types;
  for (ValueId v : init) operands.push_back(v), types.push_back(f_.type(v));
  std::vector<NamedAttr> attrs{{"label", f_.new_label()}};
  if (freedom) attrs.push_back({freedom, int64_t(1)});
  Builder b = here();
  Loop loop;
  loop.label = std::get<int64_t>(attrs[0].value);
  loop.op = b.op("for"_op, operands, types, std::move(attrs), 1);
  RegionId body = b.region_of(loop.op);
  loop.index = f_.add_argument(body, Type::integer());
  for (Type t : types) loop.state.push_back(f_.add_argument(body, t));
  open(loop.op);
  return loop;
}

std::vector<ValueId> Nest::close_for(const Loop& loop, std::vector<ValueId> state) {
  here().op("continue"_op, state, {}, {{"loop", loop.label}});
  OpId outer = levels_.back().outer_anchor;
  levels_.pop_back();
  levels_.back().anchor = outer;
  std::vector<ValueId> results = f_.op(loop.op).results;
  for (ValueId v : results) level_of_[v] = level();
  return results;
}

int Nest::level_of(ValueId v) const {
  auto it = level_of_.find(v);
  return it == level_of_.end() ? 0 : std::min(it->second, level());
}
int Nest::level_of(const Affine& a) const {
  int level = 0;
  for (auto [v, _] : a.terms) level = std::max(level, level_of(v));
  return level;
}
int Nest::level_of(const Indices& indices) const {
  int level = 0;
  for (const Affine& a : indices) level = std::max(level, level_of(a));
  return level;
}

ValueId Nest::outside(const Indices& indices, const std::function<ValueId()>& write) {
  auto inner = levels_.begin() + level_of(indices) + 1;
  std::vector<Level> kept(std::make_move_iterator(inner), std::make_move_iterator(levels_.end()));
  levels_.erase(inner, levels_.end());
  ValueId v = write();
  level_of_[v] = level();
  for (Level& l : kept) levels_.push_back(std::move(l));
  return v;
}

// ---- ops ----
ValueId Nest::remembered(std::vector<uint32_t> key, int level, const std::function<ValueId(Builder&)>& make) {
  auto [it, fresh] = levels_[size_t(level)].made.try_emplace(std::move(key));
  if (!fresh) return it->second;
  Builder b = at(level);
  ValueId v = make(b);
  level_of_[v] = level;
  return it->second = v;
}

ValueId Nest::make(OpCode code, std::vector<ValueId> operands, Type type, std::vector<NamedAttr> attrs) {
  int level = 0;
  std::vector<uint32_t> key{1, uint32_t(code), type.id()};
  for (ValueId v : operands) {
    level = std::max(level, level_of(v));
    key.push_back(v.index);
  }
  if (attrs.empty()) return remembered(std::move(key), level, [&](Builder& b) { return b.make(code, operands, type); });
  if (attrs.size() == 1 && attrs[0].name == "exact") {
    key.push_back(1);
    return remembered(std::move(key), level, [&](Builder& b) { return b.make(code, operands, type, attrs); });
  }
  ValueId v = at(level).make(code, operands, type, std::move(attrs));
  level_of_[v] = level;
  return v;
}

ValueId Nest::integer(int64_t k) {
  return remembered({2, uint32_t(k), uint32_t(uint64_t(k) >> 32)}, 0, [&](Builder& b) { return b.integer(k); });
}

ValueId Nest::number(double x, Type t) {
  uint64_t bits = 0;
  static_assert(sizeof bits == sizeof x);
  std::copy_n(reinterpret_cast<const char*>(&x), sizeof x, reinterpret_cast<char*>(&bits));
  return remembered({3, t.id(), uint32_t(bits), uint32_t(bits >> 32)}, 0, [&](Builder& b) { return b.number(x, t); });
}

ValueId Nest::emit(const Extent& e) {
  if (e.constant >= 0) return integer(e.constant);
  if (e.axis < 0) return e.value;
  return remembered({4, e.value.index, uint32_t(e.axis)}, level_of(e.value),
                    [&](Builder& b) { return b.make("extent"_op, {e.value}, Type::integer(), {{"axis", int64_t(e.axis)}}); });
}

// Terms in the order of their levels, so that the invariant part of an index is one value outside the loops.
ValueId Nest::emit(const Affine& a) {
  std::vector<std::pair<ValueId, int64_t>> terms = a.terms;
  std::stable_sort(terms.begin(), terms.end(),
                   [&](const auto& x, const auto& y) { return level_of(x.first) < level_of(y.first); });
  std::vector<NamedAttr> exact{{"exact", int64_t(1)}};
  ValueId sum;
  if (a.constant || terms.empty()) {
    if (terms.empty() || level_of(terms[0].first) == 0 || terms.size() > 1 || terms[0].second != 1) sum = integer(a.constant);
  }
  for (auto [v, c] : terms) {
    ValueId x = c == 1 || c == -1 ? v : make("multiply"_op, {v, integer(c)}, Type::integer(), exact);
    if (!sum)
      sum = c == -1 ? make("subtract"_op, {integer(0), x}, Type::integer(), exact) : x;
    else
      sum = c == -1 ? make("subtract"_op, {sum, x}, Type::integer(), exact) : make("add"_op, {x, sum}, Type::integer(), exact);
  }
  bool added = terms.empty() || level_of(terms[0].first) == 0 || terms.size() > 1 || terms[0].second != 1;
  if (a.constant && !added) sum = make("add"_op, {sum, integer(a.constant)}, Type::integer(), exact);
  return sum;
}

ValueId Nest::scalar(ValueId v, Type t) { return f_.type(v) == t ? v : make("cast"_op, {v}, t); }

// What an index of the program is: sums with constants, and negative constants that a check has counted from the end.
Affine Nest::affine(ValueId v) {
  if (auto k = constant_int(f_, v)) return {*k, {}};
  OpId d = f_.defining_op(v);
  if (d) {
    const Op& op = f_.op(d);
    if (op.code == "extent"_op) {
      Extent e = e_.extents.of_scalar(v);
      if (e.constant >= 0) return {e.constant, {}};
      return Affine::of(emit(e));
    }
    if (op.code == "check.index"_op || op.code == "assume.index"_op) {
      auto k = constant_int(f_, op.operands[0]);
      if (k && *k >= 0) return {*k, {}};
      if (k && *k < 0) return affine(op.operands[1]) + Affine{*k, {}};
      Affine index = affine(op.operands[0]);
      if (op.code == "assume.index"_op) return index;
      Affine least = edge(index, false, true);  // not negative: what is checked is what comes out
      if (least.is_constant() && least.constant >= 0) return index;
    }
    if ((op.code == "add"_op || op.code == "subtract"_op) && f_.int_attr(d, "exact") && constant_int(f_, op.operands[1])) {
      int64_t k = *constant_int(f_, op.operands[1]);
      return affine(op.operands[0]) + Affine{op.code == "add"_op ? k : -k, {}};
    }
  }
  return Affine::of(v);
}

Affine Nest::scaled(const Affine& index, ValueId step) {
  if (auto k = constant_int(f_, step)) return index * *k;
  if (index.is_constant()) return affine(step) * index.constant;
  return Affine::of(make("multiply"_op, {emit(index), step}, Type::integer(), {{"exact", int64_t(1)}}));
}

// ---- index maps of views ----
Indices Nest::through_view(OpId id, const Indices& indices) {
  const Op op = f_.op(id);
  Indices base;
  size_t operand = 1, axis = 0;
  for (char c : f_.text_attr(id, "spec")) {
    if (c == 'n')
      ++axis;
    else if (c == ':')
      base.push_back(indices[axis++]);
    else if (c == 'i')
      base.push_back(affine(op.operands[operand++]));
    else {
      base.push_back(affine(op.operands[operand]) + scaled(indices[axis++], op.operands[operand + 2]));
      operand += 3;
    }
  }
  while (axis < indices.size()) base.push_back(indices[axis++]);
  return base;
}

Indices Nest::through_broadcast(OpId id, const Indices& indices) {
  const Op op = f_.op(id);
  size_t rank = size_t(f_.type(op.operands[0]).rank()), added = indices.size() - rank;
  Indices base;
  for (size_t k = 0; k < rank; ++k) {
    const Affine& index = indices[k + added];
    Stretch s{e_.extents.of(op.operands[0], int(k)), e_.extents.of_scalar(op.operands[1 + k + added])};
    if (s.from.is(1))
      base.push_back({});
    else if (s.from == s.to || index == Affine{} || std::find(equal_.begin(), equal_.end(), s) != equal_.end())
      base.push_back(index);
    else
      base.push_back(stretched(index, s));
  }
  return base;
}

// Where a chain of broadcasts stretches extent a to b and b to c, an index in c is 0 where a is 1: b is 1 only if a is.
Affine Nest::stretched(const Affine& index, const Stretch& s) {
  Affine inside = index;
  if (auto chain = index.is_value() ? stretched_.find(index.terms[0].first) : stretched_.end();
      chain != stretched_.end() && chain->second.from == s.to)
    inside = chain->second.index;
  ValueId one = make("equal"_op, {emit(s.from), integer(1)}, Type::boolean());
  ValueId chosen = make("select"_op, {one, integer(0), emit(inside)}, Type::integer());
  stretched_[chosen] = {s.from, inside};
  return Affine::of(chosen);
}

std::pair<ValueId, Indices> Nest::place(ValueId v, Indices indices) {
  for (OpId d = f_.defining_op(v); d && folds(f_, d) && !e_.plan.is_virtual(v); d = f_.defining_op(v)) {
    if (auto copy = copies.find(v); copy != copies.end()) return {copy->second, std::move(indices)};
    const Op& op = f_.op(d);
    if (op.code == "view"_op)
      indices = through_view(d, indices);
    else if (op.code == "view.broadcast"_op)
      indices = through_broadcast(d, indices);
    else {
      Indices base(indices.size());
      const std::vector<int64_t>& axes = f_.list_attr(d, "axes");
      for (size_t k = 0; k < axes.size(); ++k) base[size_t(axes[k])] = indices[k];
      indices = std::move(base);
    }
    v = f_.op(d).operands[0];
  }
  return {v, std::move(indices)};
}

std::vector<ValueId> Nest::checked(ValueId array, const Indices& indices) {
  std::vector<ValueId> values;
  for (size_t k = 0; k < indices.size(); ++k)
    values.push_back(make("assume.index"_op, {emit(indices[k]), emit(e_.extents.of(array, int(k)))}, Type::integer()));
  return values;
}

ValueId Nest::load(ValueId array, const Indices& indices) {
  std::vector<ValueId> operands{array};
  for (ValueId v : checked(array, indices)) operands.push_back(v);
  ValueId x = here().make("load"_op, operands, f_.type(array).element());
  level_of_[x] = level();
  return x;
}

void Nest::store(ValueId array, ValueId x, const Indices& indices) {
  std::vector<ValueId> operands{array, x};
  for (ValueId v : checked(array, indices)) operands.push_back(v);
  here().op("store"_op, operands, {});
}

}  // namespace aic::passes
