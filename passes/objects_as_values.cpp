// Objects that nobody changes after they are made are values: their fields stand in registers, and making one costs nothing.
//
//   %o = list.new … {layout = (float, float)}          %o = tuple %x, %y
//   list.store %o, %x, 0 {part = 0}            →
//   list.store %o, %y, 0 {part = 1}
//   … for …, %o {…, %p: … list.load %p, 0 {part = 1} … }     … for …, %o {…, %p: … tuple.get %p {index = 1} … }
//
// Objects that meet (in the state of a loop, the result of an `if`) are values together or not at all. One that is compared
// by `is`, put in a container, handed to a call, returned, or stored to after somebody else knows it stays an object. What
// stores its last reference in a field of a value is looked at again.
#include <map>
#include <set>
#include <unordered_map>

#include "ir/builder.h"
#include "passes/effects.h"
#include "passes/passes.h"

namespace aic::passes {
using namespace ir;

namespace {

class ObjectsAsValues {
 public:
  explicit ObjectsAsValues(Function& f) : f_(f) {}

  bool run() {
    bool changed = false;
    while (round()) changed = true;
    return changed;
  }

 private:
  struct Birth {
    OpId op;
    std::vector<OpId> stores;
  };

  // ---- values that are one object at times ----
  ValueId root(ValueId v) {
    while (true) {
      auto it = parent_.find(v);
      if (it == parent_.end() || it->second == v) return v;
      v = it->second;
    }
  }
  void meet(ValueId a, ValueId b) {
    a = root(a), b = root(b);
    if (a == b) return;
    parent_[b] = a;
    if (bad_.contains(b)) bad_.insert(a);
  }
  void refuse(ValueId v) { bad_.insert(root(v)); }

  // The value that operand `k` of an exit or a loop becomes, one by one; none: not one of these.
  std::vector<ValueId> becomes(const Use& u) const {
    OpId id = u.op;
    const Op& op = f_.op(id);
    auto argument = [&](OpId loop, size_t region, size_t k) { return f_.region(f_.op(loop).regions[region]).arguments.at(k); };
    bool counted = false;
    auto shape_of = [&](OpId loop) { return counted = f_.op(loop).code == "for"_op, loop; };
    if (op.code == "yield"_op) {
      OpId around = f_.parent_op(id);
      if (!is(f_, around, "if"_op)) return {};
      return {f_.op(around).results.at(u.operand)};
    }
    if (op.code == "for"_op && u.operand >= 3) return {argument(id, 0, u.operand - 2), op.results.at(u.operand - 3)};
    if (op.code == "while"_op) return {argument(id, 0, u.operand)};
    if (op.code == "condition"_op && u.operand >= 1) {
      OpId loop = f_.parent_op(id);
      return {argument(loop, 1, u.operand - 1), f_.op(loop).results.at(u.operand - 1)};
    }
    if (op.code == "continue"_op || op.code == "break"_op) {
      OpId loop = shape_of(loop_of_exit(f_, id));
      if (op.code == "break"_op) return {f_.op(loop).results.at(u.operand)};
      if (counted) return {argument(loop, 0, u.operand + 1), f_.op(loop).results.at(u.operand)};
      return {argument(loop, 0, u.operand)};
    }
    return {};
  }

  bool is_made_well(ValueId v) const {
    OpId def = f_.defining_op(v);
    if (!def) {
      OpId around = f_.region(f_.value(v).region).op;
      return is(f_, around, "for"_op) || is(f_, around, "while"_op);
    }
    return is(f_, def, "list.new"_op) || is(f_, def, "if"_op) || is(f_, def, "for"_op) || is(f_, def, "while"_op) ||
           is(f_, def, "undefined"_op);
  }

  void look_at(ValueId v) {
    if (!is_made_well(v)) refuse(v);
    bool is_birth = is(f_, f_.defining_op(v), "list.new"_op);
    for (const Use& u : f_.value(v).uses) {
      OpCode c = f_.op(u.op).code;
      if (c == "list.load"_op || (c == "list.store"_op && u.operand == 0 && is_birth)) continue;
      std::vector<ValueId> next = becomes(u);
      if (next.empty()) refuse(v);
      for (ValueId n : next) meet(v, n);
    }
    if (is_birth && !find_stores(v)) refuse(v);
  }

  // The stores of a birth, which stand in its region before all else that knows it.
  bool find_stores(ValueId v) {
    Birth b{f_.defining_op(v), {}};
    RegionId home = f_.op(b.op).parent;
    size_t count = 0;
    std::set<uint32_t> others;
    for (const Use& u : f_.value(v).uses) {
      if (is(f_, u.op, "list.store"_op) && u.operand == 0) {
        if (f_.op(u.op).parent != home) return false;
        ++count;
        continue;
      }
      OpId at = u.op;
      while (f_.op(at).parent != home) at = f_.parent_op(at);
      others.insert(at.index);
    }
    for (OpId id = f_.op(b.op).next; id && b.stores.size() < count; id = f_.op(id).next) {
      if (others.contains(id.index)) return false;
      if (is(f_, id, "list.store"_op) && f_.op(id).operands[0] == v) b.stores.push_back(id);
    }
    births_[v] = std::move(b);
    return true;
  }

  // ---- writing ----
  void write(ValueId v) {
    OpId def = f_.defining_op(v);
    if (is(f_, def, "list.new"_op)) return write_birth(v, births_.at(v));
    f_.set_type(v, layouts_.at(root(v)));
    replace_loads(v, {});
  }

  void write_birth(ValueId v, const Birth& birth) {
    Type layout = std::get<Type>(*f_.find_attr(birth.op, "layout"));
    std::vector<ValueId> fields(layout.elements().size());
    for (OpId store : birth.stores) fields[size_t(f_.int_attr(store, "part"))] = f_.op(store).operands[1];
    Builder b = Builder::after(f_, birth.stores.empty() ? birth.op : birth.stores.back());
    b.span = f_.op(birth.op).span;
    for (size_t k = 0; k < fields.size(); ++k) {
      if (fields[k]) continue;
      Type t = layout.elements()[k];
      fields[k] = t.is(TypeKind::Bool) ? b.make("const"_op, {}, t, {{"value", int64_t(0)}}) : b.make("undefined"_op, {}, t);
    }
    replace_loads(v, fields);
    for (OpId store : birth.stores) f_.erase(store);
    if (!f_.value(v).uses.empty()) f_.replace_uses(v, b.make("tuple"_op, fields, layout));
    f_.erase(birth.op);
  }

  void replace_loads(ValueId v, const std::vector<ValueId>& fields) {
    for (const Use& u : std::vector<Use>(f_.value(v).uses)) {
      if (!is(f_, u.op, "list.load"_op)) continue;
      ValueId loaded = f_.op(u.op).results[0];
      int64_t part = f_.int_attr(u.op, "part");
      ValueId field;
      if (!fields.empty()) {
        field = fields[size_t(part)];
      } else {
        Builder b = Builder::before(f_, u.op);
        b.span = f_.op(u.op).span;
        field = b.make("tuple.get"_op, {v}, f_.type(loaded), {{"index", part}});
      }
      f_.replace_uses(loaded, field);
      f_.erase(u.op);
    }
  }

  bool round() {
    parent_.clear(), bad_.clear(), births_.clear(), layouts_.clear();
    std::vector<ValueId> objects;
    for (OpId id : f_.ops_below(f_.body())) {
      for (ValueId v : f_.op(id).results)
        if (f_.type(v).is_object()) objects.push_back(v);
      for (RegionId r : f_.op(id).regions)
        for (ValueId v : f_.region(r).arguments)
          if (f_.type(v).is_object()) objects.push_back(v);
    }
    if (objects.empty()) return false;
    for (ValueId v : f_.parameters())
      if (f_.type(v).is_object()) refuse(v), objects.push_back(v);  // what they meet is refused with them
    for (ValueId v : objects) look_at(v);
    for (auto& [v, birth] : births_) layouts_.try_emplace(root(v), std::get<Type>(*f_.find_attr(birth.op, "layout")));
    bool changed = false;
    for (ValueId v : objects) {
      if (bad_.contains(root(v)) || !layouts_.contains(root(v))) continue;
      write(v);
      changed = true;
    }
    return changed;
  }

  Function& f_;
  std::unordered_map<ValueId, ValueId> parent_;
  std::set<ValueId> bad_;
  std::map<ValueId, Birth> births_;
  std::map<ValueId, Type> layouts_;
};

}  // namespace

bool objects_as_values(Function& f, PassContext&) { return ObjectsAsValues(f).run(); }

}  // namespace aic::passes
