// See prepare.h.
#include "passes/autodiff/prepare.h"

#include <algorithm>

#include "ir/builder.h"
#include "ir/diagnostics.h"
#include "ir/ops/table.h"
#include "passes/clone.h"
#include "passes/effects.h"

namespace aic::passes::autodiff {
using namespace ir;

namespace {
using Values = std::vector<ValueId>;

class Expansion {
 public:
  explicit Expansion(Function& f) : f_(f) {}

  void generate(OpId id) {
    Builder b = Builder::before(f_, id);
    b.span = f_.op(id).span;
    Values extents = f_.op(id).operands;
    ValueId out = b.make("empty"_op, extents, f_.type(f_.op(id).results[0]));
    RegionId region = f_.op(id).regions[0];
    Values arguments = f_.region(region).arguments, indices = open(b, extents);
    for (size_t k = 0; k < arguments.size(); ++k) f_.replace_uses(arguments[k], indices[k]);
    OpId end = f_.terminator(region);
    ValueId value = f_.op(end).operands[0];
    f_.erase(end);
    for (OpId each : f_.ops_in(region)) f_.detach(each), f_.append(b.region(), each);
    store(b, out, value, indices);
    close(b);
    finish(id, out);
  }
  // out[kept…] = product over the other axes, in order.
  void product(OpId id) {
    Builder b = Builder::before(f_, id);
    b.span = f_.op(id).span;
    ValueId a = f_.op(id).operands[0], result = f_.op(id).results[0];
    std::vector<int64_t> axes = f_.list_attr(id, "axes");
    Values all = extents_of(b, a), outer, inner;
    auto reduced = [&](size_t k) { return std::find(axes.begin(), axes.end(), int64_t(k)) != axes.end(); };
    for (size_t k = 0; k < all.size(); ++k) (reduced(k) ? inner : outer).push_back(all[k]);
    Type element = f_.type(a).element();
    ValueId out = f_.type(result).is_array() ? b.make("empty"_op, outer, f_.type(result)) : ValueId{};
    Values at_outer = open(b, outer);
    ValueId total = b.number(1, element);
    size_t depth = loops_.size();
    Values at_inner = open(b, inner, total);
    Values index{a};
    for (size_t k = 0, i = 0, o = 0; k < all.size(); ++k) index.push_back(reduced(k) ? at_inner[i++] : at_outer[o++]);
    total = b.make("multiply"_op, {total, load(b, index)}, element);
    while (loops_.size() > depth) total = close(b, total);
    if (!out) return finish(id, total);
    store(b, out, total, at_outer);
    close(b);
    finish(id, out);
  }
  void running_product(OpId id) {
    Builder b = Builder::before(f_, id);
    b.span = f_.op(id).span;
    ValueId a = f_.op(id).operands[0];
    size_t axis = size_t(f_.int_attr(id, "axis"));
    Values all = extents_of(b, a), outer = all;
    outer.erase(outer.begin() + long(axis));
    Type element = f_.type(a).element();
    ValueId out = b.make("empty"_op, all, f_.type(f_.op(id).results[0]));
    Values index = open(b, outer);
    ValueId total = b.number(1, element);
    Values along = open(b, {all[axis]}, total);
    index.insert(index.begin() + long(axis), along[0]);
    Values from{a};
    from.insert(from.end(), index.begin(), index.end());
    total = b.make("multiply"_op, {total, load(b, from)}, element);
    store(b, out, total, index);
    (void)close(b, total);
    close(b);
    finish(id, out);
  }

 private:
  struct Loop {
    OpId op;
    Builder outside;
    int64_t label;
  };
  Values extents_of(Builder& b, ValueId a) {
    Values out;
    for (int k = 0; k < f_.type(a).rank(); ++k)
      out.push_back(b.make("extent"_op, {a}, Type::integer(), {{"axis", int64_t(k)}}));
    return out;
  }
  // Opens a nest of loops; `state` is carried through all of them and stands for its value inside afterwards.
  Values open(Builder& b, const Values& extents) {
    ValueId none;
    return open(b, extents, none);
  }
  Values open(Builder& b, const Values& extents, ValueId& state) {
    Values indices;
    for (ValueId n : extents) {
      int64_t label = f_.new_label();
      Values init{b.integer(0), n, b.integer(1)};
      std::vector<Type> types;
      if (state) init.push_back(state), types.push_back(f_.type(state));
      OpId loop = b.op("for"_op, init, types, {{"label", label}}, 1);
      loops_.push_back({loop, b, label});
      RegionId body = b.region_of(loop);
      ValueId i = f_.add_argument(body, Type::integer());
      if (state) state = f_.add_argument(body, types[0]);
      b.set_region(body);
      indices.push_back(b.make("assume.index"_op, {i, n}, Type::integer()));
    }
    return indices;
  }
  ValueId close(Builder& b, ValueId state) {
    Loop loop = loops_.back();
    loops_.pop_back();
    b.op("continue"_op, {state}, {}, {{"loop", loop.label}});
    b = loop.outside;
    return b.result(loop.op);
  }
  void close(Builder& b) {
    while (!loops_.empty()) {
      b.op("continue"_op, {}, {}, {{"loop", loops_.back().label}});
      b = loops_.back().outside;
      loops_.pop_back();
    }
  }
  ValueId load(Builder& b, const Values& at) { return b.make("load"_op, at, f_.type(at[0]).element()); }
  void store(Builder& b, ValueId a, ValueId v, const Values& indices) {
    Values operands{a, v};
    operands.insert(operands.end(), indices.begin(), indices.end());
    if (f_.type(v) != f_.type(a).element()) operands[1] = b.make("cast"_op, {v}, f_.type(a).element());
    b.op("store"_op, operands, {});
  }
  void finish(OpId id, ValueId v) {
    f_.replace_uses(f_.op(id).results[0], v);
    f_.erase(id);
  }
  Function& f_;
  std::vector<Loop> loops_;
};
}  // namespace

// A stretched view has an adjoint that is a value, summed when the view is reversed; so it may be looked at only where the
// array holds what it held when the view was made: each look gets a view of its own, right before.
static void split_broadcasts(Function& f) {
  std::vector<bool> stretched(f.value_count());
  std::vector<OpId> views;
  for (OpId id : f.ops_below(f.body())) {
    if (!record_of(f, id).has(View)) continue;
    if (!is(f, id, "view.broadcast"_op) && !stretched[f.op(id).operands[0].index]) continue;
    stretched[f.op(id).results[0].index] = true;
    views.push_back(id);
  }
  for (size_t k = views.size(); k-- > 0;) {  // views of views before what they look into
    ValueId v = f.op(views[k]).results[0];
    std::vector<Use> uses = f.value(v).uses;
    for (const Use& u : uses) {
      Builder b = Builder::before(f, u.op);
      b.span = f.op(views[k]).span;
      f.set_operand(
          u.op, u.operand,
          b.make(f.op(views[k]).code, std::vector<ValueId>(f.op(views[k]).operands), f.type(v), f.op(views[k]).attrs));
    }
    f.erase(views[k]);
  }
}

void expand_generated(Function& f, const Activity& activity) {
  Expansion e(f);
  for (OpId id : f.ops_below(f.body())) {
    if (f.is_erased(id) || f.op(id).results.empty() || !activity.is_active(f.op(id).results[0])) continue;
    bool multiplies = f.text_attr(id, "kind") == "multiply";
    if (is(f, id, "generate"_op))
      e.generate(id);
    else if (is(f, id, "reduce"_op) && multiplies)
      e.product(id);
    else if (is(f, id, "scan"_op) && multiplies)
      e.running_product(id);
  }
}

// The array whose layout decides how this view of it lies.
static ValueId layout_root(const Function& f, ValueId v) {
  for (OpId id = f.defining_op(v); id && record_of(f, id).has(View) && !is(f, id, "view.broadcast"_op); id = f.defining_op(v))
    v = f.op(id).operands[0];
  return v;
}
// A contiguous copy of an array in place of it, everywhere but where it is returned.
static void lay_out(Function& f, ValueId v) {
  Type t = f.type(v);
  std::vector<Use> uses = f.value(v).uses;
  OpId maker = f.defining_op(v);
  RegionId home = maker ? RegionId{} : f.value(v).region;
  Builder b = maker ? Builder::after(f, maker) : Builder::before(f, f.region(home).first);
  b.span = maker ? f.op(maker).span : f.span;
  ValueId contiguous = b.make("copy"_op, {v}, Type::array(t.dtype(), t.rank(), Layout::C));
  ValueId copy = b.make("view"_op, {contiguous}, t, {{"spec", std::string(size_t(t.rank()), ':')}});
  for (const Use& u : uses)
    if (!is(f, u.op, "return"_op)) f.set_operand(u.op, u.operand, copy);
}
void settle_layouts(Function& f, const Activity& activity) {
  Values roots;
  for (OpId id : f.ops_below(f.body())) {
    if (!is(f, id, "view.reshape"_op) || !activity.is_active(f.op(id).results[0])) continue;
    ValueId seen = f.op(id).operands[0], root = layout_root(f, seen);
    bool by_strides = f.type(seen).layout() == Layout::Strided || f.int_attr(id, "strided");
    if (!by_strides || f.type(root).layout() != Layout::Strided) continue;
    if (!activity.is_constant(root))
      throw Diagnosed(diagnose(f.module(), users_place(f.module(), f.op(id).span), "no-derivative",
                               {"this view", "how the array lies in memory is known at run time only, and it is written to"}));
    if (std::find(roots.begin(), roots.end(), root) == roots.end()) roots.push_back(root);
  }
  for (ValueId root : roots) lay_out(f, root);
}
void expand_for_reversal(Function& f, const Activity& activity) {
  expand_generated(f, activity);
  settle_layouts(f, activity);
  split_broadcasts(f);
}

static void take(Function& f, Builder& b, ValueId v, Values& leaves) {
  Type t = f.type(v);
  if (!t.is_tuple()) {
    if (is_inexact(t)) leaves.push_back(v);
    return;
  }
  for (int64_t k = 0; k < int64_t(t.elements().size()); ++k) {
    std::vector<OpId> old;
    for (const Use& u : f.value(v).uses)
      if (is(f, u.op, "tuple.get"_op) && f.int_attr(u.op, "index") == k) old.push_back(u.op);
    ValueId part = b.make("tuple.get"_op, {v}, t.elements()[size_t(k)], {{"index", k}});
    for (OpId each : old) f.replace_uses(f.op(each).results[0], part);
    take(f, b, part, leaves);
  }
}
std::vector<ValueId> take_leaves(Function& f, ValueId parameter) {
  Values leaves;
  Builder b = f.region(f.body()).first ? Builder::before(f, f.region(f.body()).first) : Builder(f);
  take(f, b, parameter, leaves);
  return leaves;
}

Function& copy_to_derive(Module& m, const std::string& callee, const std::string& name, std::vector<int>& inexact) {
  const Function* original = m.find(callee);
  AIC_CHECK(original, callee);
  Function& made = m.add_function(name, Form::Tensor);
  made.result_types = original->result_types;
  made.span = original->span, made.source = original->source;
  for (const NamedAttr& a : original->attrs)
    if (a.name != "entry") made.attrs.push_back(a);
  Cloner copy(*original, made);
  for (ValueId p : original->parameters()) {
    if (is_inexact(original->type(p))) inexact.push_back(int(made.parameters().size()));
    copy.map(p, made.add_argument(made.body(), original->type(p)));
  }
  Builder b(made);
  copy.clone_ops(original->body(), b);
  return made;
}

}  // namespace aic::passes::autodiff
