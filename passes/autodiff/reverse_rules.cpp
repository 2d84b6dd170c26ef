// The reversal of single ops: records' rules for elementwise ones, and the few whole-array operations.
#include "ir/diagnostics.h"
#include "ir/ops/table.h"
#include "passes/autodiff/reverse.h"
#include "passes/autodiff/singular.h"
#include "passes/effects.h"

namespace aic::passes::autodiff {
using namespace ir;

void Reverse::reverse_elementwise(OpId id) {
  ValueId g = incoming(id);
  if (!g) return;
  const Op& o = f_.op(id);
  const OpRecord& r = record_of(f_, id);
  Values operands = o.operands;
  ValueId result = o.results[0];
  for (size_t k = 0; k < operands.size(); ++k) {
    if (!activity_.is_active(operands[k])) continue;
    if (!r.derivative.none.empty()) refuse(id, "`" + std::string(r.name) + "`", std::string(r.derivative.none));
    Vjp rule = r.derivative.rule[k];
    if (!rule) continue;
    // The rule sees stand-ins; those that it used are replaced by what they stand for.
    Values primal = operands, stand_ins;
    primal.resize(3, operands[0]);
    primal.push_back(result);
    for (ValueId v : primal) stand_ins.push_back(b_.make("undefined"_op, {}, type(v)));
    OpId anchor = f_.defining_op(stand_ins[0]);
    auto at = [&](size_t n) { return n < operands.size() || n == 3 ? expr(stand_ins[n]) : Expr{}; };
    Expr e = guarded(f_, activity_, id, rule({at(0), at(1), at(2), at(3), expr(g)}), expr(g), activity_.is_steep(result), at(0),
                     operands.size() > 1 ? at(1) : Expr{});
    Builder after = b_;
    b_ = Builder::before(f_, anchor);
    b_.span = after.span;
    for (size_t n = 0; n < 4; ++n) {
      if (e && e.value == stand_ins[n]) e.value = need_contents(primal[n], id);
      if (!f_.value(stand_ins[n]).uses.empty()) f_.replace_uses(stand_ins[n], need_contents(primal[n], id));
    }
    b_ = after;
    for (ValueId v : stand_ins) f_.erase(f_.defining_op(v));
    if (e && type(operands[k]).is_number() && type(result).is_array() && !type(e.value).is_array()) {
      // The same contribution from each element.
      for (ValueId n : extents(result)) e = e * Expr{&b_, b_.make("cast"_op, {n}, type(e.value))};
    }
    accumulate(operands[k], e);
  }
}

// ---- memory ----
void Reverse::reverse_load(OpId id) {
  ValueId g = incoming(id);
  Values operands = f_.op(id).operands;
  if (!g || !activity_.is_active(operands[0])) return;
  ValueId s = shadow(operands[0]);
  Values at{s};
  for (size_t k = 1; k < operands.size(); ++k) at.push_back(need_index(operands[k], s, int(k) - 1));
  ValueId before = b_.make("load"_op, at, type(s).element());
  Expr sum = expr(before) + expr(coerced(g, type(s).element()));
  at.insert(at.begin() + 1, sum.value);
  b_.op("store"_op, at, {});
}
void Reverse::reverse_store(OpId id) {
  Values operands = f_.op(id).operands;
  if (!activity_.is_active(operands[0])) return;
  ValueId s = shadow(operands[0]);
  Values at{s};
  for (size_t k = 2; k < operands.size(); ++k) at.push_back(need_index(operands[k], s, int(k) - 2));
  ValueId g = b_.make("load"_op, at, type(s).element());
  at.insert(at.begin() + 1, zero(type(s).element()));
  b_.op("store"_op, at, {});
  accumulate(operands[1], expr(g));
}
void Reverse::reverse_assign(OpId id) {
  Values operands = f_.op(id).operands;
  if (!activity_.is_active(operands[0])) return;
  ValueId s = shadow(operands[0]), source = operands[1];
  auto clear = [&] { b_.op("assign"_op, {s, zero(type(s).element())}, {}); };
  if (!activity_.is_active(source)) return clear();
  if (type(source).is_number()) {
    accumulate(source, expr(summed(s, type(source))));
    return clear();
  }
  // A copy first: source and target may overlap, and a pure source's adjoint is a value.
  ValueId g = b_.make("copy"_op, {s}, Type::array(type(s).dtype(), type(s).rank(), Layout::C));
  clear();
  accumulate(source, expr(g));
}

// ---- whole arrays ----
void Reverse::reverse_structural(OpId id) {
  if (is(f_, id, "reduce"_op)) return reverse_reduce(id);
  if (is(f_, id, "scan"_op)) return reverse_scan(id);
  if (is(f_, id, "matmul"_op)) return reverse_matmul(id);
  bool full = is(f_, id, "full"_op);
  if (!full && !is(f_, id, "copy"_op)) refuse(id, "`" + std::string(record_of(f_, id).name) + "`", "it has no derivative rule");
  ValueId g = incoming(id), source = f_.op(id).operands[0], result = f_.op(id).results[0];
  if (!g) return;
  Expr e = expr(g);
  if (full && !type(g).is_array())
    for (ValueId n : extents(result)) e = e * Expr{&b_, b_.make("cast"_op, {n}, type(e.value))};
  accumulate(source, e);
}

// Puts back the axes that a reduction took away, stretched to the shape of `like`.
ValueId Reverse::spread(ValueId g, const std::vector<int64_t>& axes, ValueId like) {
  if (!type(g).is_array()) return g;
  std::string spec;
  int rank = type(like).rank();
  for (int64_t k = 0; k < rank; ++k) spec += std::find(axes.begin(), axes.end(), k) != axes.end() ? 'n' : ':';
  Type wide = Type::array(type(g).dtype(), rank, Layout::Strided);
  ValueId v = b_.make("view"_op, {g}, wide, {{"spec", spec}});
  Values operands = extents(like);
  operands.insert(operands.begin(), v);
  return b_.make("view.broadcast"_op, operands, wide);
}

void Reverse::reverse_reduce(OpId id) {
  ValueId g = incoming(id), a = f_.op(id).operands[0], out = f_.op(id).results[0];
  if (!g || !activity_.is_active(a)) return;
  std::vector<int64_t> axes = f_.list_attr(id, "axes");
  const std::string kind = f_.text_attr(id, "kind");
  if (kind == "add") return accumulate(a, expr(spread(g, axes, a)));
  if (kind != "maximum" && kind != "minimum") refuse(id, "a reduction by `" + kind + "`", "it has no derivative rule");
  // Equal shares to all that are extreme.
  ValueId x = need_contents(a, id), y = need_contents(out, id);
  Expr same = expr(x) == expr(spread(y, axes, a));
  ValueId one = b_.make("cast"_op, {same.value}, Type::array(type(a).dtype(), type(a).rank(), Layout::C));
  Type counted = type(out).is_array() ? Type::array(type(a).dtype(), type(out).rank(), Layout::C) : type(a).element();
  ValueId count = b_.make("reduce"_op, {one}, counted, {{"kind", std::string("add")}, {"axes", axes}});
  Expr share = expr(coerced(g, type(a))) / expr(count);
  accumulate(a, expr(one) * expr(spread(share.value, axes, a)));
}

ValueId Reverse::flipped(ValueId a, int axis) {
  std::string spec(size_t(type(a).rank()), ':');
  spec[size_t(axis)] = 's';
  ValueId n = b_.make("extent"_op, {a}, Type::integer(), {{"axis", int64_t(axis)}});
  ValueId last = b_.make("subtract"_op, {n, b_.integer(1)}, Type::integer(), {{"exact", int64_t(1)}});
  return b_.make("view"_op, {a, last, n, b_.integer(-1)}, Type::array(type(a).dtype(), type(a).rank(), Layout::Strided),
                 {{"spec", spec}});
}
void Reverse::reverse_scan(OpId id) {
  ValueId g = incoming(id), a = f_.op(id).operands[0], out = f_.op(id).results[0];
  if (!g) return;
  if (f_.text_attr(id, "kind") != "add") refuse(id, "a running product", "it has no derivative rule");
  int axis = int(f_.int_attr(id, "axis"));
  g = as_array(g, out);
  ValueId sums = b_.make("scan"_op, {flipped(g, axis)}, Type::array(type(g).dtype(), type(g).rank(), Layout::C),
                         {{"kind", std::string("add")}, {"axis", int64_t(axis)}});
  accumulate(a, expr(flipped(sums, axis)));
}

ValueId Reverse::transposed(ValueId a) {
  Type t = type(a);
  Layout layout = t.layout() == Layout::C ? Layout::F : t.layout() == Layout::F ? Layout::C : Layout::Strided;
  ValueId turned = b_.make("view.transpose"_op, {a}, Type::array(t.dtype(), 2, layout, t.readonly()),
                           {{"axes", std::vector<int64_t>{1, 0}}});
  return expr::conj(expr(turned)).value;
}
void Reverse::reverse_matmul(OpId id) {
  ValueId g = incoming(id), a = f_.op(id).operands[0], b = f_.op(id).operands[1], out = f_.op(id).results[0];
  if (!g) return;
  int rank_a = type(a).rank(), rank_b = type(b).rank();
  if (type(out).is_array()) g = as_array(g, out);
  auto product = [&](ValueId x, ValueId y) {
    int rank = type(x).rank() + type(y).rank() - 2;
    return expr(b_.make("matmul"_op, {x, y}, Type::array(type(g).dtype(), rank, Layout::C)));
  };
  auto outer = [&](ValueId x, ValueId y, ValueId like) { return expr(spread(x, {1}, like)) * expr(spread(y, {0}, like)); };
  auto conj = [&](ValueId v) { return expr::conj(expr(v)).value; };
  if (activity_.is_active(a)) {
    ValueId y = need_contents(b, id);
    if (rank_a == 1 && rank_b == 1)
      accumulate(a, expr(g) * expr(conj(y)));
    else if (rank_b == 1)
      accumulate(a, outer(g, conj(y), a));
    else if (rank_a == 1)
      accumulate(a, product(conj(y), g));
    else
      accumulate(a, product(g, transposed(y)));
  }
  if (activity_.is_active(b)) {
    ValueId x = need_contents(a, id);
    if (rank_a == 1 && rank_b == 1)
      accumulate(b, expr(g) * expr(conj(x)));
    else if (rank_a == 1)
      accumulate(b, outer(conj(x), g, b));
    else
      accumulate(b, product(transposed(x), g));
  }
}

// Sums over the axes that were stretched. Which they are is known when it runs, except for new ones.
void Reverse::reverse_broadcast(OpId id) {
  ValueId g = incoming(id), a = f_.op(id).operands[0], out = f_.op(id).results[0];
  if (!g) return;
  g = as_array(g, out);
  int added = type(out).rank() - type(a).rank();
  DType d = type(g).dtype();
  if (added > 0) {
    std::vector<int64_t> axes;
    for (int64_t k = 0; k < added; ++k) axes.push_back(k);
    Type t = type(a).rank() ? Type::array(d, type(a).rank(), Layout::C) : Type::scalar(d);
    g = b_.make("reduce"_op, {g}, t, {{"kind", std::string("add")}, {"axes", axes}});
  }
  Values before = extents(a), now = f_.op(id).operands;
  for (int k = 0; k < type(a).rank(); ++k) {
    ValueId stretched = now[size_t(1) + size_t(added) + size_t(k)];
    if (before[size_t(k)] == find(stretched)) continue;
    Type t = Type::array(d, type(a).rank(), Layout::C);
    Type less = type(a).rank() > 1 ? Type::array(d, type(a).rank() - 1, Layout::C) : Type::scalar(d);
    ValueId same = (expr(before[size_t(k)]) == expr(need(stretched))).value;
    OpId choice = b_.op("if"_op, {same}, {t}, {}, 2);
    Builder keep(f_, b_.region_of(choice, 0)), sum(f_, b_.region_of(choice, 1));
    keep.span = sum.span = b_.span;
    keep.op("yield"_op, {type(g) == t ? g : keep.make("copy"_op, {g}, t)}, {});
    ValueId total = sum.make("reduce"_op, {g}, less, {{"kind", std::string("add")}, {"axes", std::vector<int64_t>{k}}});
    if (type(a).rank() == 1) {
      total = sum.make("full"_op, {total, sum.integer(1)}, t);
    } else {
      std::string spec(size_t(type(a).rank()), ':');
      spec[size_t(k)] = 'n';
      ValueId wide = sum.make("view"_op, {total}, Type::array(d, type(a).rank(), Layout::Strided), {{"spec", spec}});
      total = sum.make("copy"_op, {wide}, t);
    }
    sum.op("yield"_op, {total}, {});
    g = b_.result(choice);
  }
  accumulate(a, expr(g));
}

}  // namespace aic::passes::autodiff
