// Which arrays of the entry's result are surely new objects: views that the program made.
//
// At the border an array with the memory, shape and strides of an argument counts as that argument (`return a`), but in
// NumPy every view is an object of its own, even one of everything (`return a[:]`). After optimisation a whole view cannot
// be told from what it shows, so the entry's header says it here: `views` lists them, counted among the array leaves of
// the result. A leaf that is a view on some ways only is not listed; it is compared when the call returns.
//
// `is` between arrays inside of compiled code compares memory, shape and strides, which a view may share with its array or
// with another view. So where one of the two may be a view that compiled code made, the question is refused, at its place.
#include <algorithm>
#include <set>
#include <utility>

#include "ir/ops/table.h"
#include "typeinfer/session.h"

namespace aic::typeinfer {
using ir::operator""_op;
using Flags = std::vector<bool>;

namespace {

size_t array_leaves(Type t) {
  if (t.is_array()) return 1;
  size_t n = 0;
  if (t.is(TypeKind::Tuple) || t.is(TypeKind::Union))
    for (Type e : t.elements()) n += array_leaves(e);
  return n;
}

void meet(Flags& into, const Flags& from) {
  for (size_t k = 0; k < into.size(); ++k) into[k] = into[k] && from[k];
}

class Views {
 public:
  explicit Views(const ir::Module& m) : module_(m) {}

  Flags of_result(const ir::Function& f, int depth) {
    Flags all(array_leaves(f.result_types.at(0)), true);
    if (depth > 16) return Flags(all.size(), false);
    for (OpId op : f.ops_below(f.body()))
      if (f.op(op).code == "return"_op) meet(all, of_value(f, f.op(op).operands[0], depth));
    return all;
  }

 private:
  Flags of_value(const ir::Function& f, ValueId v, int depth) {
    Type t = f.type(v);
    Flags none(array_leaves(t), false), all(none.size(), true);
    OpId def = f.defining_op(v);
    if (none.empty() || !def) return none;
    const ir::Op& o = f.op(def);
    if (t.is_array() && ir::record(o.code).has(ir::View))
      return f.int_attr(def, "same") ? of_value(f, o.operands[0], depth) : all;
    if (o.code == "tuple"_op) {
      Flags flags;
      for (ValueId part : o.operands)
        for (bool b : of_value(f, part, depth)) flags.push_back(b);
      return flags;
    }
    if (o.code == "tuple.get"_op) {
      Flags whole = of_value(f, o.operands[0], depth);
      Type tuple = f.type(o.operands[0]);
      size_t from = 0;
      for (int64_t k = 0; k < f.int_attr(def, "index"); ++k) from += array_leaves(tuple.elements()[size_t(k)]);
      return {whole.begin() + long(from), whole.begin() + long(from + none.size())};
    }
    if (o.code == "union.make"_op) {  // the leaves of the other arms are not there
      int64_t arm = f.int_attr(def, "arm");
      size_t from = 0;
      for (int64_t k = 0; k < arm; ++k) from += array_leaves(t.elements()[size_t(k)]);
      Flags inner = of_value(f, o.operands[0], depth);
      std::copy(inner.begin(), inner.end(), all.begin() + long(from));
      return all;
    }
    if (o.code == "if"_op) {
      size_t k = size_t(std::find(o.results.begin(), o.results.end(), v) - o.results.begin());
      for (RegionId arm : o.regions) {
        OpId end = f.terminator(arm);
        if (end && f.op(end).code == "yield"_op) meet(all, of_value(f, f.op(end).operands[k], depth));
      }
      return all;
    }
    if (o.code == "call"_op)
      if (const ir::Function* callee = module_.find(f.text_attr(def, "callee"))) return of_result(*callee, depth + 1);
    return none;
  }

  const ir::Module& module_;
};

bool holds_like(Type t, Type array) {
  if (t.is_array()) return t.dtype() == array.dtype() && t.rank() == array.rank();
  if (!t.is_tuple() && !t.is(TypeKind::Union) && !t.is(TypeKind::Cell)) return false;
  return std::ranges::any_of(t.elements(), [&](Type e) { return holds_like(e, array); });
}

// Where an array may come from: backwards through calls, loops and lists. What lists hold is told by its type alone.
class Origins {
 public:
  Origins(const ir::Module& m, Type array) : module_(m), array_(array) {}

  bool is_view(const ir::Function& f, ValueId v) {
    if (!holds_like(f.type(v), array_) || !seen_.insert({&f, v.index}).second) return false;
    OpId def = f.defining_op(v);
    if (!def)
      return f.value(v).region == f.body() ? is_view_in_calls(f, v) : is_view_at_ends(f, f.region(f.value(v).region).op);
    const ir::Op& o = f.op(def);
    const ir::OpRecord& record = ir::record(o.code);
    if (record.has(ir::View)) return f.int_attr(def, "same") ? is_view(f, o.operands[0]) : true;
    if (record.has(ir::Birth) || o.code == "undefined"_op) return false;
    if (o.code == "list.load"_op) return is_view_in_lists();
    if (o.code == "call"_op) return is_view_in_result(f.text_attr(def, "callee"));
    if (!o.regions.empty()) return is_view_at_ends(f, def);
    if (o.code == "tuple.get"_op)
      if (OpId made = f.defining_op(o.operands[0]); made && f.op(made).code == "tuple"_op)
        return is_view(f, f.op(made).operands[size_t(f.int_attr(def, "index"))]);
    static const std::set<ir::OpCode> pass_on{"tuple"_op, "tuple.get"_op, "union.make"_op, "union.get"_op, "check.bound"_op};
    if (pass_on.contains(o.code)) return any_operand(f, def, 0);
    return record.tier != ir::Tier::Elementwise && record.tier != ir::Tier::Structural;  // these make new arrays
  }

 private:
  bool any_operand(const ir::Function& f, OpId op, size_t from) {
    const std::vector<ValueId>& all = f.op(op).operands;
    return std::any_of(all.begin() + long(std::min(from, all.size())), all.end(), [&](ValueId v) { return is_view(f, v); });
  }
  // The state of a loop, the results of a branch: what goes in, and what any end of a region below passes.
  bool is_view_at_ends(const ir::Function& f, OpId op) {
    if (any_operand(f, op, 0)) return true;
    for (ir::RegionId r : f.op(op).regions)
      for (OpId below : f.ops_below(r))
        if (ir::record(f.op(below).code).has(ir::Terminator) && any_operand(f, below, 0)) return true;
    return false;
  }
  bool is_view_in_calls(const ir::Function& callee, ValueId parameter) {
    size_t k = size_t(std::ranges::find(callee.parameters(), parameter) - callee.parameters().begin());
    return anywhere("call"_op, [&](const ir::Function& f, OpId op) {
      return f.text_attr(op, "callee") == callee.name() && k < f.op(op).operands.size() && is_view(f, f.op(op).operands[k]);
    });
  }
  bool is_view_in_result(const std::string& name) {
    const ir::Function* callee = module_.find(name);
    if (!callee) return true;
    for (OpId op : callee->ops_below(callee->body()))
      if (callee->op(op).code == "return"_op && any_operand(*callee, op, 0)) return true;
    return false;
  }
  bool is_view_in_lists() {
    if (std::exchange(lists_, true)) return false;
    return anywhere("list.store"_op, [&](const ir::Function& f, OpId op) { return any_operand(f, op, 1); });
  }
  template <class Ask>
  bool anywhere(ir::OpCode code, const Ask& ask) {
    for (const std::unique_ptr<ir::Function>& f : module_.functions)
      if (f->form() == ir::Form::Tensor)
        for (OpId op : f->ops_below(f->body()))
          if (f->op(op).code == code && ask(*f, op)) return true;
    return false;
  }

  const ir::Module& module_;
  Type array_;
  std::set<std::pair<const ir::Function*, uint32_t>> seen_;
  bool lists_ = false;
};

}  // namespace

void check_identity(const ir::Module& m) {
  for (const std::unique_ptr<ir::Function>& f : m.functions) {
    if (f->form() != ir::Form::Tensor) continue;
    for (OpId op : f->ops_below(f->body())) {
      const std::vector<ValueId>& both = f->op(op).operands;
      if (f->op(op).code != "same"_op || !f->type(both[0]).is_array()) continue;
      if (std::ranges::any_of(both, [&](ValueId v) { return Origins(m, f->type(v)).is_view(*f, v); }))
        throw ir::Diagnosed(
            ir::diagnose(m, f->op(op).span, "unsupported", {"asking whether two arrays are one where views may be among them"},
                         "a view of all of an array cannot be told from it: keep an index or a name beside each"));
    }
  }
}

void mark_views(ir::Function& entry) {
  if (entry.result_types.empty()) return;
  Flags flags = Views(entry.module()).of_result(entry, 0);
  std::vector<int64_t> views;
  for (size_t k = 0; k < flags.size(); ++k)
    if (flags[k]) views.push_back(int64_t(k));
  if (!views.empty()) entry.attrs.push_back({"views", views});
}

}  // namespace aic::typeinfer
