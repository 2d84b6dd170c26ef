// Which arrays may share memory: see alias.h. Every value has a position (results of an op after its regions); a question
// about two values follows the later one to what it came from, so that it always ends at values that exist together.
#include "passes/memory/alias.h"

#include "ir/ops/table.h"

namespace aic::passes {

using namespace ir;

bool is_birth(const Function& f, OpId id) {
  const Op& op = f.op(id);
  if (op.code == "list.new"_op) return true;
  if (op.results.empty() || !f.type(op.results[0]).is_array()) return false;
  const OpRecord& r = record(op.code);
  return r.has(Birth) || r.tier == Tier::Elementwise;
}

bool holds_array(Type t) {
  if (t.is_array() || t.is_list() || t.is(TypeKind::Str)) return true;
  if (!t.is_tuple() && !t.is(TypeKind::Union) && !t.is(TypeKind::Cell)) return false;
  for (Type e : t.elements())
    if (holds_array(e)) return true;
  return false;
}

Aliases::Aliases(const Function& f) : f_(f) {
  for (const NamedAttr& a : f.attrs)
    if (a.name == "noalias") noalias_ = std::get<int64_t>(a.value) != 0;
  number(f.body());
}

void Aliases::number(RegionId r) {
  ++clock_;
  for (ValueId v : f_.region(r).arguments) positions_[v] = clock_;
  for (OpId id = f_.region(r).first; id; id = f_.op(id).next) {
    const Op& op = f_.op(id);
    if (op.code == "continue"_op) continues_[f_.int_attr(id, "loop")].push_back(id);
    if (op.code == "break"_op) breaks_[f_.int_attr(id, "loop")].push_back(id);
    for (RegionId inner : op.regions) number(inner);
    ++clock_;
    for (ValueId v : op.results) positions_[v] = clock_;
  }
}

uint32_t Aliases::position(ValueId v) const {
  auto it = positions_.find(v);
  return it == positions_.end() ? clock_ + 1 : it->second;
}

void Aliases::adopt(ValueId fresh, ValueId old) { positions_[fresh] = position(old); }

ValueId Aliases::root(ValueId v) const {
  for (OpId d = f_.defining_op(v); d; d = f_.defining_op(v)) {
    const Op& op = f_.op(d);
    if (record(op.code).has(View))
      v = op.operands[0];
    else if (op.code == "tuple.get"_op && f_.defining_op(op.operands[0]) &&
             f_.op(f_.defining_op(op.operands[0])).code == "tuple"_op)
      v = f_.op(f_.defining_op(op.operands[0])).operands[size_t(f_.int_attr(d, "index"))];
    else if (op.code == "check.bound"_op)
      v = op.operands[1];
    else
      break;
  }
  return v;
}

bool Aliases::distinct(ValueId a, ValueId b) {
  assumed_.clear();
  bool yes = prove(a, b);
  // What was assumed on the way holds together with the answer, or not at all.
  if (yes) proved_.insert(assumed_.begin(), assumed_.end());
  return yes;
}

bool Aliases::prove(ValueId a, ValueId b) {
  a = root(a), b = root(b);
  if (a == b) return false;
  Pair key = a < b ? Pair(a, b) : Pair(b, a);
  if (proved_.contains(key) || assumed_.contains(key)) return true;
  if (refuted_.contains(key)) return false;
  assumed_.insert(key);
  bool yes = position(a) >= position(b) ? later(a, b) : later(b, a);
  if (!yes) refuted_.insert(key);
  return yes;
}

// `a` exists since b or later.
bool Aliases::later(ValueId a, ValueId b) {
  OpId d = f_.defining_op(a);
  if (d && (is_birth(f_, d) || f_.op(d).code == "undefined"_op)) return true;
  if (!d && f_.value(a).region == f_.body()) {  // a parameter: then b is one too
    return noalias_ && f_.type(a).is_array();  // nobody tests whether two lists are one
  }
  return follow(a, b);
}

bool Aliases::follow(ValueId a, ValueId b) { return f_.defining_op(a) ? follow_result(a, b) : follow_argument(a, b); }

// At each of these exits, what becomes `a` is distinct from b, or, when b comes from the same exits, from what becomes b.
bool Aliases::exits_distinct(const std::vector<OpId>& exits, uint32_t skip, uint32_t index, ValueId b, int pair) {
  for (OpId e : exits) {
    const std::vector<ValueId>& from = f_.op(e).operands;
    if (!prove(from[skip + index], pair >= 0 ? from[skip + uint32_t(pair)] : b)) return false;
  }
  return true;
}

bool Aliases::follow_argument(ValueId a, ValueId b) {
  RegionId r = f_.value(a).region;
  OpId loop = f_.region(r).op;
  const Op& op = f_.op(loop);
  uint32_t index = f_.value(a).index;
  int pair = f_.value(b).region == r && !f_.defining_op(b) ? int(f_.value(b).index) : -1;
  int64_t label = f_.int_attr(loop, "label");
  if (op.code == "for"_op) {
    if (index == 0 || pair == 0) return false;
    if (!prove(op.operands[2 + index], pair >= 0 ? op.operands[2 + uint32_t(pair)] : b)) return false;
    return exits_distinct(continues_[label], 0, index - 1, b, pair >= 0 ? pair - 1 : -1);
  }
  if (op.code != "while"_op) return false;
  if (r == op.regions[1]) return exits_distinct({f_.terminator(op.regions[0])}, 1, index, b, pair);
  if (!prove(op.operands[index], pair >= 0 ? op.operands[uint32_t(pair)] : b)) return false;
  return exits_distinct(continues_[label], 0, index, b, pair);
}

bool Aliases::follow_result(ValueId a, ValueId b) {
  OpId d = f_.defining_op(a);
  const Op& op = f_.op(d);
  uint32_t index = f_.value(a).index;
  int pair = f_.defining_op(b) == d ? int(f_.value(b).index) : -1;
  int64_t label = f_.int_attr(d, "label");
  if (op.code == "if"_op) {
    std::vector<OpId> yields;
    for (RegionId r : op.regions)
      if (OpId t = f_.terminator(r); t && f_.op(t).code == "yield"_op) yields.push_back(t);
    return exits_distinct(yields, 0, index, b, pair);
  }
  if (op.code == "for"_op)
    return prove(op.operands[3 + index], pair >= 0 ? op.operands[3 + uint32_t(pair)] : b) &&
           exits_distinct(continues_[label], 0, index, b, pair) && exits_distinct(breaks_[label], 0, index, b, pair);
  if (op.code == "while"_op)
    return exits_distinct({f_.terminator(op.regions[0])}, 1, index, b, pair) &&
           exits_distinct(breaks_[label], 0, index, b, pair);
  if (op.code == "call"_op && pair < 0) {
    for (ValueId x : op.operands)
      if (holds_array(f_.type(x)) && (!f_.type(x).is_array() || !prove(x, b))) return false;
    return true;
  }
  return false;
}

}  // namespace aic::passes
