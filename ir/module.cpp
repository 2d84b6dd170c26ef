// The mutators of functions, and the module. Invariants kept here and nowhere else: every operand is listed once in its
// value's uses; ops of a region form one list; an erased op has no region, no operands and no results in use.
#include "ir/module.h"

#include <algorithm>

namespace aic::ir {

// ---- reading ----
std::vector<OpId> Function::ops_in(RegionId r) const {
  std::vector<OpId> ids;
  for (OpId id = regions_[r.index].first; id; id = ops_[id.index].next) ids.push_back(id);
  return ids;
}

static void collect(const Function& f, RegionId r, std::vector<OpId>& out) {
  for (OpId id = f.region(r).first; id; id = f.op(id).next) {
    out.push_back(id);
    for (RegionId inner : f.op(id).regions) collect(f, inner, out);
  }
}
std::vector<OpId> Function::ops_below(RegionId r) const {
  std::vector<OpId> ids;
  collect(*this, r, ids);
  return ids;
}

const Attr* Function::find_attr(OpId id, std::string_view name) const {
  for (const NamedAttr& a : ops_[id.index].attrs)
    if (a.name == name) return &a.value;
  return nullptr;
}
int64_t Function::int_attr(OpId id, std::string_view name, int64_t otherwise) const {
  const Attr* a = find_attr(id, name);
  const int64_t* v = a ? std::get_if<int64_t>(a) : nullptr;
  return v ? *v : otherwise;
}
const std::string& Function::text_attr(OpId id, std::string_view name) const {
  static const std::string empty;
  const Attr* a = find_attr(id, name);
  if (!a) return empty;
  if (const Symbol* s = std::get_if<Symbol>(a)) return s->name;
  const std::string* t = std::get_if<std::string>(a);
  return t ? *t : empty;
}
const std::vector<int64_t>& Function::list_attr(OpId id, std::string_view name) const {
  static const std::vector<int64_t> empty;
  const Attr* a = find_attr(id, name);
  const std::vector<int64_t>* v = a ? std::get_if<std::vector<int64_t>>(a) : nullptr;
  return v ? *v : empty;
}

// ---- uses ----
void Function::add_use(ValueId v, OpId op, uint32_t k) { values_[v.index].uses.push_back({op, k}); }
void Function::drop_use(ValueId v, OpId op, uint32_t k) {
  std::vector<Use>& uses = values_[v.index].uses;
  auto it = std::find_if(uses.begin(), uses.end(), [&](const Use& u) { return u.op == op && u.operand == k; });
  AIC_CHECK(it != uses.end());
  *it = uses.back();
  uses.pop_back();
}

// ---- making ----
RegionId Function::new_region(OpId owner) {
  RegionId id(regions_.size());
  regions_.push_back({.op = owner, .first = {}, .last = {}, .arguments = {}});
  if (owner) ops_[owner.index].regions.push_back(id);
  return id;
}
ValueId Function::add_argument(RegionId r, Type t) {
  ValueId id(values_.size());
  values_.push_back({.type = t, .def = {}, .region = r, .index = uint32_t(regions_[r.index].arguments.size()), .uses = {}});
  regions_[r.index].arguments.push_back(id);
  return id;
}
ValueId Function::add_result(OpId op, Type t) {
  ValueId id(values_.size());
  values_.push_back({.type = t, .def = op, .region = {}, .index = uint32_t(ops_[op.index].results.size()), .uses = {}});
  ops_[op.index].results.push_back(id);
  return id;
}
OpId Function::new_op(OpCode code, std::span<const ValueId> operands, std::span<const Type> results, SpanId span,
                      std::vector<NamedAttr> attrs, int regions) {
  OpId id(ops_.size());
  Op& op = ops_.emplace_back();
  op.code = code;
  op.span = span;
  op.operands.assign(operands.begin(), operands.end());
  op.attrs = std::move(attrs);
  for (uint32_t k = 0; k < operands.size(); ++k) add_use(operands[k], id, k);
  for (Type t : results) add_result(id, t);
  for (int k = 0; k < regions; ++k) new_region(id);
  return id;
}

// ---- lists ----
void Function::append(RegionId r, OpId id) {
  Op& op = ops_[id.index];
  Region& region = regions_[r.index];
  AIC_CHECK(!op.parent);
  op.parent = r;
  op.previous = region.last;
  op.next = {};
  (region.last ? ops_[region.last.index].next : region.first) = id;
  region.last = id;
}
void Function::insert_before(OpId where, OpId id) {
  Op& op = ops_[id.index];
  Op& at = ops_[where.index];
  AIC_CHECK(!op.parent && at.parent);
  op.parent = at.parent;
  op.previous = at.previous;
  op.next = where;
  (at.previous ? ops_[at.previous.index].next : regions_[at.parent.index].first) = id;
  at.previous = id;
}
void Function::detach(OpId id) {
  Op& op = ops_[id.index];
  AIC_CHECK(op.parent);
  Region& region = regions_[op.parent.index];
  (op.previous ? ops_[op.previous.index].next : region.first) = op.next;
  (op.next ? ops_[op.next.index].previous : region.last) = op.previous;
  op.parent = {};
  op.previous = op.next = {};
}
void Function::erase(OpId id) {
  for (RegionId r : ops_[id.index].regions)
    for (OpId inner = regions_[r.index].last; inner;) {  // backwards: uses go before what they use
      OpId previous = ops_[inner.index].previous;
      erase(inner);
      inner = previous;
    }
  Op& op = ops_[id.index];
  for (ValueId v : op.results) AIC_CHECK(values_[v.index].uses.empty(), print(*this, id));
  for (uint32_t k = 0; k < op.operands.size(); ++k) drop_use(op.operands[k], id, k);
  op.operands.clear();
  op.results.clear();
  op.regions.clear();
  op.attrs.clear();
  if (op.parent) detach(id);
}

// ---- operands, results, attributes ----
void Function::replace_uses(ValueId from, ValueId to) {
  if (from == to) return;
  std::vector<Use> uses = std::move(values_[from.index].uses);
  values_[from.index].uses.clear();
  for (const Use& u : uses) {
    ops_[u.op.index].operands[u.operand] = to;
    add_use(to, u.op, u.operand);
  }
}
void Function::set_operand(OpId id, uint32_t k, ValueId v) {
  drop_use(ops_[id.index].operands[k], id, k);
  ops_[id.index].operands[k] = v;
  add_use(v, id, k);
}
void Function::set_operands(OpId id, std::span<const ValueId> operands) {
  std::vector<ValueId> fresh(operands.begin(), operands.end());
  Op& op = ops_[id.index];
  for (uint32_t k = 0; k < op.operands.size(); ++k) drop_use(op.operands[k], id, k);
  op.operands = std::move(fresh);
  for (uint32_t k = 0; k < op.operands.size(); ++k) add_use(op.operands[k], id, k);
}
void Function::set_attr(OpId id, std::string_view name, Attr value) {
  for (NamedAttr& a : ops_[id.index].attrs)
    if (a.name == name) {
      a.value = std::move(value);
      return;
    }
  ops_[id.index].attrs.push_back({std::string(name), std::move(value)});
}
void Function::remove_attr(OpId id, std::string_view name) {
  std::erase_if(ops_[id.index].attrs, [&](const NamedAttr& a) { return a.name == name; });
}
void Function::erase_result(OpId id, uint32_t index) {
  std::vector<ValueId>& results = ops_[id.index].results;
  AIC_CHECK(values_[results[index].index].uses.empty());
  results.erase(results.begin() + index);
  for (uint32_t k = index; k < results.size(); ++k) values_[results[k].index].index = k;
}
void Function::erase_argument(RegionId r, uint32_t index) {
  std::vector<ValueId>& arguments = regions_[r.index].arguments;
  AIC_CHECK(values_[arguments[index].index].uses.empty());
  arguments.erase(arguments.begin() + index);
  for (uint32_t k = index; k < arguments.size(); ++k) values_[arguments[k].index].index = k;
}
void Function::move_ops(RegionId from, OpId before) {
  for (OpId id : ops_in(from)) {
    detach(id);
    insert_before(before, id);
  }
}

// ---- module ----
Function& Module::add_function(std::string name, Form form) {
  AIC_CHECK(!find(name), name);
  return *functions.emplace_back(std::make_unique<Function>(*this, std::move(name), form));
}
void Module::remove_function(std::string_view name) {
  std::erase_if(functions, [&](const std::unique_ptr<Function>& f) { return f->name() == name; });
}
Function* Module::find(std::string_view name) const {
  for (const std::unique_ptr<Function>& f : functions)
    if (f->name() == name) return f.get();
  return nullptr;
}
SpanId Module::intern_span(SpanInfo info) {
  // Neighbouring ops mostly share their span: looking back a little finds nearly all repeats.
  size_t n = spans.size(), back = std::min<size_t>(n, 32);
  for (size_t k = n; k-- > n - back;)
    if (spans[k] == info) return SpanId(k);
  spans.push_back(info);
  return SpanId(n);
}
Position Module::position(SpanId id) const {
  if (!id) return {};
  const SpanInfo& s = spans[id.index];
  const std::vector<Position>& positions = sources[s.source].positions;
  return s.node < positions.size() ? positions[s.node] : Position{};
}
const Source& Module::source_of(SpanId id) const { return sources[id ? spans[id.index].source : 0]; }

}  // namespace aic::ir
