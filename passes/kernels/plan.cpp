// Which array values get memory: see plan.h. Regions are walked backwards, so that consumers are decided before what they
// consume; nested regions are planned on their own, and what they use from outside has memory.
#include "passes/kernels/plan.h"

#include <algorithm>

#include "ir/ops/table.h"
#include "passes/constants.h"
#include "passes/effects.h"
#include "passes/shapes.h"

namespace aic::passes {

using namespace ir;

namespace {
constexpr int cheap_work = 4;      // flops and loads worth repeating
constexpr size_t cheap_ways = 4;   // how often
constexpr int dear = 1000;         // never repeated
constexpr int single_work = 64;    // worth repeating for one element
constexpr int most_loads = 4;

uint64_t mix(uint64_t a, uint64_t b) { return (a ^ (b + 0x9e3779b97f4a7c15ull + (a << 6) + (a >> 2))) * 0xbf58476d1ce4e5b9ull; }

bool only_adds_trailing_axes(const std::string& spec) {
  return spec.find_first_not_of(':') == std::string::npos ||
         spec.find_first_not_of('n', spec.find_first_not_of(':')) == std::string::npos;
}

// A generate whose body can be computed again in place: no loops, no memory of its own.
bool is_simple(const Function& f, OpId id) {
  for (OpId inner : f.ops_below(f.op(id).regions[0])) {
    const OpRecord& r = record(f.op(inner).code);
    if (r.has(Birth) || r.has(Loop) || r.has(MayRaise) || r.has(Effect) || r.tier == Tier::Structural) return false;
    for (ValueId v : f.op(inner).results)
      if (f.type(v).is_array()) return false;
  }
  return true;
}

// An element of it is one load and some arithmetic of indices.
bool is_brief(const Function& f, OpId id) {
  int loads = 0;
  for (OpId inner : f.ops_below(f.op(id).regions[0])) {
    const OpRecord& r = record(f.op(inner).code);
    loads += f.op(inner).code == "load"_op;
    bool cheap = r.has(Cheap) || f.op(inner).code == "floor_divide"_op || f.op(inner).code == "remainder"_op;
    if (r.tier == Tier::Elementwise && (!cheap || !f.type(f.op(inner).results[0]).is(TypeKind::Int))) {
      if (!f.type(f.op(inner).results[0]).is(TypeKind::Bool)) return false;
    }
  }
  return loads <= 1 && is_simple(f, id);
}
}  // namespace

bool folds(const Function& f, OpId id) {
  OpCode c = f.op(id).code;
  return c == "view"_op || c == "view.transpose"_op || c == "view.broadcast"_op;
}

bool reduces_trailing_axes(const Function& f, OpId id) {
  std::vector<int64_t> axes = f.list_attr(id, "axes");
  std::sort(axes.begin(), axes.end());
  int rank = f.type(f.op(id).operands[0]).rank();
  for (size_t k = 0; k < axes.size(); ++k)
    if (axes[k] != rank - int(axes.size()) + int(k)) return false;
  return true;
}

bool is_element_producer(const Function& f, OpId id) {
  const Op& op = f.op(id);
  if (op.results.size() != 1 || !f.type(op.results[0]).is_array()) return false;
  if (record(op.code).tier == Tier::Elementwise || op.code == "full"_op || op.code == "copy"_op || op.code == "gather"_op)
    return true;
  if (op.code == "generate"_op) return is_simple(f, id);
  return op.code == "reduce"_op && reduces_trailing_axes(f, id);
}

Plan::Plan(const Function& f, Aliases& aliases) : f_(f), aliases_(aliases), virtual_(f.value_count(), 0) {
  plan_region(f.body());
}

void Plan::plan_region(RegionId r) {
  std::vector<OpId> ops = f_.ops_in(r);
  for (OpId id : ops)
    for (RegionId inner : f_.op(id).regions) plan_region(inner);
  bool any = false;
  for (OpId id : ops) {
    any |= is_element_producer(f_, id);
    for (ValueId v : f_.op(id).results) work_[v] = work(v);
  }
  if (!any) return;
  RegionWrites writes(f_, aliases_, r);
  for (size_t k = ops.size(); k-- > 0;)
    if (is_element_producer(f_, ops[k])) decide(ops[k], r, writes);
}

// What computing one element costs, were everything before it virtual.
int Plan::work(ValueId v) const {
  OpId d = f_.defining_op(v);
  if (!d || !f_.type(v).is_array()) return f_.type(v).is_array() ? 1 : 0;
  const Op& op = f_.op(d);
  if (op.code == "full"_op) return 0;
  if (!is_element_producer(f_, d) && !folds(f_, d)) return 1;
  if (op.code == "reduce"_op) return dear;
  if (op.code == "generate"_op) return is_brief(f_, d) ? 2 : dear;
  bool cheap = record(op.code).has(Cheap) || op.code == "copy"_op || op.code == "gather"_op;
  int sum = folds(f_, d) ? 0 : cheap ? 1 : 20;
  for (ValueId x : op.operands) {
    if (!f_.type(x).is_array()) continue;
    bool in_memory = op.code == "gather"_op && x == op.operands[0];  // it is looked at in any order
    auto it = work_.find(x);
    sum += it == work_.end() || in_memory ? 1 : it->second;
  }
  return std::min(sum, dear);
}

std::vector<ValueId> Plan::reads(OpId id) const {
  std::vector<ValueId> roots;
  auto add = [&](OpId reader) {
    for (ValueId x : f_.op(reader).operands)
      if (f_.type(x).is_array()) roots.push_back(aliases_.root(x));
  };
  add(id);
  for (RegionId r : f_.op(id).regions)
    for (OpId inner : f_.ops_below(r)) add(inner);
  return roots;
}

bool Plan::disturbed(OpId from, const std::vector<OpId>& sinks, RegionWrites& writes) const {
  OpId last = from;
  for (OpId s : sinks)
    if (writes.order(s) > writes.order(last)) last = s;
  return writes.disturbed(from, last, reads(from));
}

void Plan::decide(OpId id, RegionId r, RegionWrites& writes) {
  const Op& op = f_.op(id);
  ValueId v = op.results[0];
  Looks looks;
  look(v, r, looks);
  if (looks.real) return;
  std::sort(looks.ways.begin(), looks.ways.end());
  looks.ways.erase(std::unique(looks.ways.begin(), looks.ways.end()), looks.ways.end());
  int w = work_[v];
  if ((looks.ways.size() > 1 || looks.again) && (w > cheap_work || looks.ways.size() > cheap_ways)) return;
  if (looks.rounds && w > cheap_work) return;  // what is dear is better done in vectors
  if (looks.loads && (w > single_work || looks.loads > most_loads)) return;
  if (disturbed(id, looks.sinks, writes)) return;
  if (op.code == "reduce"_op) {
    if (!looks.leading) return;
    // A row that is summed and overwritten in one nest would need the sum of the row before: it gets memory.
    for (OpId s : looks.sinks)
      if (f_.op(s).code == "assign"_op &&
          !aliases_.distinct(aliases_.root(f_.op(s).operands[0]), aliases_.root(op.operands[0])))
        return;
  }
  virtual_[v.index] = 1;
}

void Plan::look(ValueId v, RegionId r, Looks& looks) const {
  for (const Use& u : f_.value(v).uses) {
    if (looks.real) return;
    look_from(v, u, r, looks);
  }
}

// Shapes broadcast against equal ones: the same element at the same indices.
static bool stretches_nothing(const Function& f, OpId broadcast) {
  const Op& op = f.op(broadcast);
  int rank = f.type(op.operands[0]).rank();
  if (op.code != "view.broadcast"_op || f.type(op.results[0]).rank() != rank) return false;
  for (int k = 0; k < rank; ++k) {
    ExtentSource e = extent_source(f, op.operands[0], k);
    ValueId to = op.operands[1 + size_t(k)];
    bool same = e.value == to;
    if (e.constant >= 0) same = is_integer(f, to, e.constant);
    if (!e.value && e.constant < 0)
      same = is(f, f.defining_op(to), "extent"_op) && f.op(f.defining_op(to)).operands[0] == e.array &&
             f.int_attr(f.defining_op(to), "axis") == e.axis;
    if (!same) return false;
  }
  return true;
}

// A part of fewer axes costs little beside the whole: where somebody else looks at that, it is no way of its own.
static bool is_thin(const Function& f, OpId user) {
  return is(f, user, "view"_op) && f.text_attr(user, "spec").find('i') != std::string::npos;
}

void Plan::look_through(OpId user, RegionId r, uint64_t mark, Looks& looks, bool leading) const {
  Looks beyond;
  look(f_.op(user).results[0], r, beyond);
  looks.real |= beyond.real;
  looks.again |= beyond.again;
  looks.loads += beyond.loads;
  looks.rounds |= beyond.rounds;
  if (is_thin(f_, user) && !beyond.again) beyond.ways.clear();
  looks.leading &= leading && beyond.leading;
  looks.sinks.insert(looks.sinks.end(), beyond.sinks.begin(), beyond.sinks.end());
  for (uint64_t w : beyond.ways) looks.ways.push_back(mark ? mix(w, mark) : w);
}

// The outermost of the loops, in region r, whose indices are the load's. The innermost one is scalar code: loops over arrays
// in it would see the computation in the place of the load, and be left as they are.
OpId Plan::loop_over(OpId load, RegionId r) const {
  std::vector<ValueId> indices(f_.op(load).operands.begin() + 1, f_.op(load).operands.end());
  for (ValueId& v : indices)
    if (OpId d = f_.defining_op(v); is(f_, d, "assume.index"_op)) v = f_.op(d).operands[0];
  OpId at = load;
  if (!is_scalar(f_.op(load).parent)) return {};
  while (f_.op(at).parent != r) {
    at = f_.parent_op(at);
    if (!is(f_, at, "for"_op)) return {};
    auto index = std::find(indices.begin(), indices.end(), f_.region(f_.op(at).regions[0]).arguments[0]);
    if (index == indices.end()) return {};
    indices.erase(index);
  }
  return indices.empty() ? at : OpId{};
}

bool Plan::is_scalar(RegionId r) const {
  auto [it, fresh] = scalar_.try_emplace(r, true);
  if (!fresh) return it->second;
  bool scalar = true;
  for (OpId id : f_.ops_in(r)) {
    const OpRecord& record_of_op = record(f_.op(id).code);
    bool array = !f_.op(id).results.empty() && f_.type(f_.op(id).results[0]).is_array();
    scalar &= !array && !record_of_op.has(Loop) && record_of_op.tier != Tier::Structural;
    for (RegionId inner : f_.op(id).regions) scalar &= is_scalar(inner);
  }
  return scalar_[r] = scalar;
}

void Plan::look_from(ValueId v, const Use& u, RegionId r, Looks& looks) const {
  const Op& user = f_.op(u.op);
  if (user.code == "extent"_op) return;
  if (OpId loop = user.code == "load"_op && user.parent != r ? loop_over(u.op, r) : OpId{}) {
    looks.real |= looks.rounds;
    looks.rounds = true;
    looks.sinks.push_back(f_.op(loop).next);  // nor may the loop write to what is read
    return looks.ways.push_back(mix(u.op.index, 1));
  }
  if (user.parent != r || looks.ways.size() > 8 * cheap_ways) {
    looks.real = true;
    return;
  }
  auto sink = [&](bool leading = true) {
    looks.sinks.push_back(u.op);
    looks.ways.push_back(mix(u.op.index, 1));
    looks.leading &= leading;
  };
  if (folds(f_, u.op)) {
    bool leading = user.code == "view"_op
                       ? only_adds_trailing_axes(f_.text_attr(u.op, "spec"))
                       : user.code == "view.broadcast"_op && f_.type(user.results[0]).rank() == f_.type(v).rank();
    look_through(u.op, r, stretches_nothing(f_, u.op) ? 0 : uint64_t(u.op.index) * 2 + 3, looks, leading);
    // Stretched along outer axes: its elements are wanted in each of their rounds.
    looks.again |= !leading && f_.type(user.results[0]).rank() > f_.type(v).rank();
    return;
  }
  if (user.code == "load"_op) {
    ++looks.loads;
    return looks.sinks.push_back(u.op);
  }
  if (user.code == "gather"_op && u.operand == 0) {  // looked at in any order
    looks.real = true;
    return;
  }
  if (is_element_producer(f_, u.op)) {
    bool reduces = user.code == "reduce"_op;
    if (is_virtual(user.results[0])) return look_through(u.op, r, reduces ? uint64_t(u.op.index) * 2 + 2 : 0, looks, true);
    return sink();
  }
  if (user.code == "reduce"_op || user.code == "argreduce"_op) return sink();
  if (user.code == "assign"_op && u.operand == 1 && (user.operands[0] != v)) return sink();
  if (user.code == "scan"_op) return sink(false);
  if (user.code == "matmul"_op) {
    // Elements that the nest looks at once: both sides of a dot, the vector of vector @ matrix, the matrix beside a vector.
    int ra = f_.type(user.operands[0]).rank(), rb = f_.type(user.operands[1]).rank();
    bool once = user.operands[0] != user.operands[1] && (ra == 1 || (rb == 1 && u.operand == 0));
    if (once) return sink(false);
  }
  looks.real = true;
}

}  // namespace aic::passes
