// Reductions, running combinations, and the first index of an extreme.
//
// Sums of floats. The innermost loop adds at most 256 elements with `reassociate`, so that it runs in vector lanes; the
// sums of blocks are added with their rounding errors kept (Knuth's TwoSum: 6 operations a block), so that the bound on
// the whole error is that of one block: smaller than pairwise summation's, in any length, without a stack of partial sums.
// An error that is not a number comes from inf - inf; the plain sum is right then.
//
// Order of loops. Axes are walked as they lie in memory. Where all that remain are reduced, the sum is a scalar; where a
// kept axis lies inside a reduced one (sum(axis=0)), rows are added to the result in memory, as NumPy does.
#include <algorithm>
#include <cmath>

#include "ir/ops/table.h"
#include "passes/constants.h"
#include "passes/effects.h"
#include "passes/kernels/expand.h"

namespace aic::passes {

using namespace ir;

namespace {
constexpr int64_t block = 256;
}  // namespace

ValueId identity_of(Nest& n, const std::string& kind, Type t) {
  Number x = identity_number(kind, t.dtype());
  if (is_complex(t.dtype()) && x.im != 0) return n.here().make("const"_op, {}, t, {{"value", x.re}, {"imaginary", x.im}});
  if (!x.is_integral()) return n.number(x.re, t);
  return x.i == 0 || x.i == 1 ? n.number(double(x.i), t) : n.here().integer(x.i, t);
}

namespace {

using Element = std::function<ValueId(const Indices&)>;

struct Combine {
  Nest& n;
  OpCode code;
  Type type;
  const std::vector<Extent>& extents;
  const Element& element;
  Indices at{};

  // One loop over the last axis from `from` to `to`.
  ValueId run(ValueId from, ValueId to, ValueId init) {
    Nest::Loop loop = n.open_for(from, to, n.integer(1), {init}, "reassociate");
    at.back() = Affine::of(loop.index);
    ValueId x = n.here().make(code, {loop.state[0], element(at)}, type);
    return n.close_for(loop, {x})[0];
  }
  ValueId plain(size_t k, ValueId init) {
    if (k + 1 == extents.size()) return run(n.integer(0), n.emit(extents[k]), init);
    Nest::Loop loop = n.open_for(n.integer(0), n.emit(extents[k]), n.integer(1), {init});
    at[k] = Affine::of(loop.index);
    return n.close_for(loop, {plain(k + 1, loop.state[0])})[0];
  }

  struct Sum {
    ValueId high, low;
  };
  ValueId op(const char* name, ValueId x, ValueId y) { return n.here().make(code_of(name), {x, y}, type); }
  Sum two_sum(Sum s, ValueId x) {
    ValueId t = op("add", s.high, x), part = op("subtract", t, s.high);
    ValueId error = op("add", op("subtract", s.high, op("subtract", t, part)), op("subtract", x, part));
    return {t, op("add", s.low, error)};
  }
  ValueId block_end(ValueId from, ValueId stop, int64_t size = block) {
    ValueId end = n.here().make("add"_op, {from, n.integer(size)}, Type::integer(), {{"exact", int64_t(1)}});
    return n.here().make("minimum"_op, {end, stop}, Type::integer());
  }
  Sum blocks(ValueId from, ValueId stop, Sum s) {
    Nest::Loop loop = n.open_for(from, stop, n.integer(block), {s.high, s.low});
    ValueId x = run(loop.index, block_end(loop.index, stop), n.number(0, type));
    Sum next = two_sum({loop.state[0], loop.state[1]}, x);
    std::vector<ValueId> r = n.close_for(loop, {next.high, next.low});
    return {r[0], r[1]};
  }
  Sum careful(size_t k, Sum s) {
    ValueId stop = n.emit(extents[k]);
    if (k + 1 == extents.size()) return blocks(n.integer(0), stop, s);
    Nest::Loop loop = n.open_for(n.integer(0), stop, n.integer(1), {s.high, s.low});
    at[k] = Affine::of(loop.index);
    Sum next = careful(k + 1, {loop.state[0], loop.state[1]});
    std::vector<ValueId> r = n.close_for(loop, {next.high, next.low});
    return {r[0], r[1]};
  }
  // Of elements of at most 16 bits, into 64: blocks are added in 32, which twice as many lanes do. `small` adds a block.
  ValueId narrow(size_t k, Combine& small, int64_t longest, ValueId total) {
    ValueId stop = n.emit(extents[k]);
    bool last = k + 1 == extents.size();
    Nest::Loop loop = n.open_for(n.integer(0), stop, n.integer(last ? longest : 1), {total});
    at[k] = small.at[k] = Affine::of(loop.index);
    ValueId x;
    if (last) {
      ValueId part = small.run(loop.index, block_end(loop.index, stop, longest), n.number(0, small.type));
      x = n.here().make(code, {loop.state[0], n.scalar(part, type)}, type);
    } else {
      x = narrow(k + 1, small, longest, loop.state[0]);
    }
    return n.close_for(loop, {x})[0];
  }
  ValueId sum() {
    ValueId zero = n.number(0, type);
    if (extents.size() == 1 && extents[0].constant >= 0 && extents[0].constant <= block)
      return run(n.integer(0), n.emit(extents[0]), zero);
    Sum s = careful(0, {zero, zero});
    Type truth = Type::scalar(DType::Bool);
    ValueId odd = n.here().make("not_equal"_op, {s.low, s.low}, truth);
    return n.here().make("select"_op, {odd, s.high, op("add", s.high, s.low)}, type);
  }
};

}  // namespace

ValueId combine_over(Nest& n, const std::string& kind, Type type, const std::vector<Extent>& extents, const Element& element) {
  if (extents.empty()) return element({});
  Combine c{n, code_of(kind), type, extents, element, Indices(extents.size())};
  if (kind == "add" && (is_float(type.dtype()) || is_complex(type.dtype()))) return c.sum();
  return c.plain(0, identity_of(n, kind, type));
}

// The array whose elements, of at most 16 bits, a sum into 64 bits casts first.
static ValueId narrow_source(const Expansion& e, OpId reduce) {
  ValueId source = e.f.op(reduce).operands[0];
  OpId cast = e.f.defining_op(source);
  DType to = e.f.type(source).dtype();
  if (e.f.text_attr(reduce, "kind") != "add" || !e.plan.is_virtual(source) || e.f.op(cast).code != "cast"_op) return {};
  DType from = e.f.type(e.f.op(cast).operands[0]).dtype();
  bool narrow = (from == DType::Bool || is_integer(from)) && byte_size(from) <= 2 && (to == DType::I64 || to == DType::U64);
  return narrow ? e.f.op(cast).operands[0] : ValueId{};
}

ValueId reduced_element(Nest& n, OpId id, const Indices& kept) {
  Expansion& e = n.expansion();
  ValueId source = e.f.op(id).operands[0];
  std::vector<int> stay = kept_axes(e.f, id);
  std::vector<Extent> extents;
  std::vector<int> reduced;
  for (int k = 0; k < e.f.type(source).rank(); ++k)
    if (std::find(stay.begin(), stay.end(), k) == stay.end()) reduced.push_back(k), extents.push_back(e.extents.of(source, k));
  Indices at(kept.size() + reduced.size());
  for (size_t k = 0; k < stay.size(); ++k) at[size_t(stay[k])] = kept[k];
  auto element_of = [&](ValueId array, const Indices& loops) {
    Indices full = at;
    for (size_t k = 0; k < reduced.size(); ++k) full[size_t(reduced[k])] = loops[k];
    return n.element(array, full);
  };
  Type type = e.f.type(source).element();
  if (ValueId narrow = narrow_source(e, id); narrow && !extents.empty()) {
    Type word = Type::scalar(DType::I32);
    Element wide = [&](const Indices&) { return ValueId{}; };
    Element low = [&](const Indices& loops) { return n.scalar(element_of(narrow, loops), word); };
    Combine sum{n, "add"_op, type, extents, wide, Indices(extents.size())};
    Combine block{n, "add"_op, word, extents, low, Indices(extents.size())};
    return sum.narrow(0, block, byte_size(e.f.type(narrow).dtype()) == 1 ? 1 << 23 : 1 << 15, n.number(0, type));
  }
  return combine_over(n, e.f.text_attr(id, "kind"), type, extents,
                      [&](const Indices& loops) { return element_of(source, loops); });
}

namespace {

// A reduction into an array, axis after axis in the order of memory.
struct ReduceIntoArray {
  Nest& n;
  OpId id;
  ValueId source, out;
  std::vector<int> order, stay;
  std::string kind;
  std::vector<Extent> extents;
  Indices at;
  bool in_memory = false;  // a reduced loop is open: results are added to

  [[nodiscard]] bool is_kept(int axis) const { return std::find(stay.begin(), stay.end(), axis) != stay.end(); }
  [[nodiscard]] Indices out_indices() const {
    Indices o;
    for (int k : stay) o.push_back(at[size_t(k)]);
    return o;
  }
  void run(size_t position) {
    if (std::none_of(order.begin() + long(position), order.end(), [&](int k) { return is_kept(k); }))
      return innermost(position);
    size_t axis = size_t(order[position]);
    if (is_kept(int(axis))) {
      at[axis] = n.open_kernel(extents[axis]);
      run(position + 1);
      return n.close_kernel();
    }
    bool first = !in_memory;
    if (first) start(position);
    in_memory = true;
    Nest::Loop loop = n.open_for(n.integer(0), n.emit(extents[axis]), n.integer(1), {});
    at[axis] = Affine::of(loop.index);
    run(position + 1);
    n.close_for(loop, {});
    if (first) in_memory = false;
  }
  // The identity in all the elements that the loops from here on add to.
  void start(size_t position) {
    int opened = 0;
    for (size_t p = position; p < order.size(); ++p)
      if (size_t axis = size_t(order[p]); is_kept(int(axis))) at[axis] = n.open_kernel(extents[axis]), ++opened;
    n.store(out, identity_of(n, kind, n.expansion().f.type(source).element()), out_indices());
    for (; opened; --opened) n.close_kernel();
  }
  void innermost(size_t position) {
    std::vector<Extent> rest;
    for (size_t p = position; p < order.size(); ++p) rest.push_back(extents[size_t(order[p])]);
    Type type = n.expansion().f.type(source).element();
    ValueId x = combine_over(n, kind, type, rest, [&](const Indices& loops) {
      Indices full = at;
      for (size_t k = 0; k < loops.size(); ++k) full[size_t(order[position + k])] = loops[k];
      return n.element(source, full);
    });
    std::vector<NamedAttr> freedom;
    if (kind == "add" && is_float(type.dtype())) freedom.push_back({"reassociate", int64_t(1)});
    if (in_memory) x = n.here().make(code_of(kind), {n.load(out, out_indices()), x}, type, freedom);
    n.store(out, x, out_indices());
  }
};

}  // namespace

void expand_reduce(Expansion& e, OpId id) {
  ValueId source = e.f.op(id).operands[0], v = e.f.op(id).results[0];
  Type type = e.f.type(v);
  if (!type.is_array())
    return finish(e, id, write_versions(e, id, {source}, true, Axes::Innermost, [&](Nest& n) {
                    return n.scalar(reduced_element(n, id, {}), type);
                  }));
  ValueId out = new_array(e, id, e.extents.all(v), type);
  write_versions(e, id, {source}, false, Axes::Innermost, [&](Nest& n) {
    std::vector<Extent> extents = e.extents.all(source);
    ReduceIntoArray r{n,
                      id,
                      source,
                      out,
                      memory_order(e.f.type(source)),
                      kept_axes(e.f, id),
                      e.f.text_attr(id, "kind"),
                      extents,
                      Indices(extents.size())};
    r.run(0);
    return ValueId{};
  });
  finish(e, id, out);
}

// ---- scan ----
void expand_scan(Expansion& e, OpId id) {
  ValueId source = e.f.op(id).operands[0], v = e.f.op(id).results[0];
  Type type = e.f.type(v), element = type.element();
  size_t axis = size_t(e.f.int_attr(id, "axis"));
  OpCode code = code_of(e.f.text_attr(id, "kind"));
  std::vector<Extent> extents = e.extents.all(v);
  ValueId out = new_array(e, id, extents, type);
  write_versions(e, id, {source}, false, Axes::Innermost, [&](Nest& n) {
    Indices at(extents.size());
    for (size_t k = 0; k < axis; ++k) at[k] = n.open_kernel(extents[k]);
    // A running sum begins with -0 as its first element may.
    bool float_sum = code == "add"_op && is_float(element.dtype());
    ValueId identity = float_sum ? n.number(-0.0, element) : identity_of(n, e.f.text_attr(id, "kind"), element);
    if (axis + 1 == extents.size()) {
      Nest::Loop loop = n.open_for(n.integer(0), n.emit(extents[axis]), n.integer(1), {identity});
      at[axis] = Affine::of(loop.index);
      ValueId x = n.here().make(code, {loop.state[0], n.element(source, at)}, element);
      n.store(out, x, at);
      n.close_for(loop, {x});
    } else {  // rows are added to the row before
      auto row = [&](bool first) {
        for (size_t k = axis + 1; k < extents.size(); ++k) at[k] = n.open_kernel(extents[k]);
        Indices before = at;
        before[axis] = at[axis] + Affine{-1, {}};
        ValueId x = n.element(source, at);
        n.store(out, first ? x : n.here().make(code, {n.load(out, before), x}, element), at);
        for (size_t k = axis + 1; k < extents.size(); ++k) n.close_kernel();
      };
      ValueId stop = n.emit(extents[axis]);
      // The first row, if there is one.
      Nest::Loop once =
          n.open_for(n.integer(0), n.here().make("minimum"_op, {stop, n.integer(1)}, Type::integer()), n.integer(1), {});
      at[axis] = Affine::of(once.index);
      row(true);
      n.close_for(once, {});
      Nest::Loop loop = n.open_for(n.integer(1), stop, n.integer(1), {});
      at[axis] = Affine::of(loop.index);
      row(false);
      n.close_for(loop, {});
    }
    for (size_t k = 0; k < axis; ++k) n.close_kernel();
    return ValueId{};
  });
  finish(e, id, out);
}

// ---- argreduce ----
namespace {
// Do the elements of v along this axis lie side by side, or are they computed in few steps from such? `work` counts steps.
bool runs_along(const Expansion& e, ValueId v, int axis, int& work) {
  const Function& f = e.f;
  if (!f.type(v).is_array()) return true;
  OpId d = f.defining_op(v);
  if (d && is(f, d, "view.broadcast"_op)) {
    int added = f.type(v).rank() - f.type(f.op(d).operands[0]).rank();
    return axis < added || runs_along(e, f.op(d).operands[0], axis - added, work);
  }
  Type t = f.type(v);
  if (!e.plan.is_virtual(v)) {
    if (t.layout() == Layout::F) return axis == 0;
    return axis == t.rank() - 1 && t.layout() != Layout::Strided;
  }
  const Op& op = f.op(d);
  if (op.code != "copy"_op && (record(op.code).tier != Tier::Elementwise || !record(op.code).has(Cheap) || --work < 0))
    return false;
  return std::all_of(op.operands.begin(), op.operands.end(), [&](ValueId x) { return runs_along(e, x, axis, work); });
}

struct FirstExtreme {
  Nest& n;
  const std::string& kind;
  Type element;
  Extent extent;
  const Element& at;
  Type truth = Type::scalar(DType::Bool);

  [[nodiscard]] bool is_max() const { return kind == "maximum"; }
  [[nodiscard]] bool may_be_nan() const { return is_float(element.dtype()) || is_complex(element.dtype()); }
  ValueId is_number(Builder& b, ValueId x) const { return b.make("equal"_op, {x, x}, truth); }
  // The first nan wins over all numbers: taken is what is not below (above) the best so far, if that is a number.
  ValueId is_better(Builder& b, ValueId x, ValueId best) const {
    bool floats = is_float(element.dtype());
    if (!floats && !is_complex(element.dtype())) return b.make(code_of(is_max() ? "greater" : "less"), {x, best}, truth);
    if (floats)
      return b.make("logical_not"_op, {b.make(code_of(is_max() ? "less_equal" : "greater_equal"), {x, best}, truth)}, truth);
    ValueId better = b.make(code_of(is_max() ? "greater" : "less"), {x, best}, truth);
    return b.make("logical_or"_op, {better, b.make("not_equal"_op, {x, x}, truth)}, truth);
  }

  // One element after the other, of an array that has one. `alone`: a branch, and a rare one: choosing without it makes each
  // round wait for the one before, some ten cycles. Of many short rows the branch would be missed in each.
  ValueId one_by_one(bool alone) {
    ValueId first = at({Affine{}});
    Nest::Loop loop = n.open_for(n.integer(1), n.emit(extent), n.integer(1), {first, n.integer(0)});
    ValueId x = at({Affine::of(loop.index)}), best = loop.state[0], place = loop.state[1];
    Builder b = n.here();
    ValueId better = is_better(b, x, best);
    if (!alone) {
      if (may_be_nan()) better = b.make("logical_and"_op, {is_number(b, best), better}, truth);
      ValueId value = b.make("select"_op, {better, x, best}, element);
      return n.close_for(loop, {value, b.make("select"_op, {better, loop.index, place}, Type::integer())})[1];
    }
    Type types[] = {element, Type::integer()};
    OpId choice = b.op("if"_op, std::span(&better, 1), types, {{"rare", int64_t(1)}}, 2);
    Builder taken(n.expansion().f, b.region_of(choice, 0)), kept(n.expansion().f, b.region_of(choice, 1));
    ValueId value = x, index = loop.index;
    if (may_be_nan()) {
      ValueId number = is_number(taken, best);
      value = taken.make("select"_op, {number, x, best}, element);
      index = taken.make("select"_op, {number, loop.index, place}, Type::integer());
    }
    taken.op("yield"_op, {value, index}, {});
    kept.op("yield"_op, {best, place}, {});
    return n.close_for(loop, {b.result(choice, 0), b.result(choice, 1)})[1];
  }

  // Block by block: the extreme of a block, which is a reduction in vectors, and only where it is better than all before,
  // which seldom happens, where it stands.
  ValueId by_blocks() {
    ValueId stop = n.emit(extent);
    Nest::Loop blocks = n.open_for(n.integer(0), stop, n.integer(block), {identity_of(n, kind, element), n.integer(0)});
    ValueId best = blocks.state[0], place = blocks.state[1];
    Builder b = n.here();
    ValueId end = b.make("add"_op, {blocks.index, n.integer(block)}, Type::integer(), {{"exact", int64_t(1)}});
    end = b.make("minimum"_op, {end, stop}, Type::integer());
    Nest::Loop loop = n.open_for(blocks.index, end, n.integer(1), {identity_of(n, kind, element)}, "reassociate");
    ValueId x = at({Affine::of(loop.index)});
    x = n.here().make(code_of(kind), {loop.state[0], x}, element);
    ValueId extreme = n.close_for(loop, {x})[0];
    b = n.here();
    ValueId better = is_better(b, extreme, best);
    if (may_be_nan()) better = b.make("logical_and"_op, {better, is_number(b, best)}, truth);
    ValueId to = b.make("select"_op, {better, end, blocks.index}, Type::integer());
    Nest::Loop search = n.open_for(blocks.index, to, n.integer(1), {end}, "rare");
    x = at({Affine::of(search.index)});
    b = n.here();
    ValueId found = b.make("equal"_op, {x, extreme}, truth);
    if (may_be_nan()) found = b.make("logical_or"_op, {found, b.make("not_equal"_op, {x, x}, truth)}, truth);
    OpId choice = b.op("if"_op, std::span(&found, 1), {}, {}, 2);
    Builder(n.expansion().f, b.region_of(choice, 0)).op("break"_op, {search.index}, {}, {{"loop", search.label}});
    Builder(n.expansion().f, b.region_of(choice, 1)).op("yield"_op, {}, {});
    ValueId first = n.close_for(search, {search.state[0]})[0];
    b = n.here();
    ValueId next_best = b.make("select"_op, {better, extreme, best}, element);
    ValueId next_place = b.make("select"_op, {better, first, place}, Type::integer());
    return n.close_for(blocks, {next_best, next_place})[1];
  }
};
}  // namespace

void expand_argreduce(Expansion& e, OpId id) {
  ValueId source = e.f.op(id).operands[0], v = e.f.op(id).results[0];
  Type type = e.f.type(v), element = e.f.type(source).element();
  size_t axis = size_t(e.f.int_attr(id, "axis"));
  std::string kind = e.f.text_attr(id, "kind");
  constexpr int cheap_work = 4;  // done twice
  int work = cheap_work;
  Extent along = e.extents.of(source, int(axis));
  bool few = along.constant >= 0 && along.constant <= 32;  // unrolled, or no blocks to speak of
  bool in_blocks = !few && !is_complex(element.dtype()) && runs_along(e, source, int(axis), work);
  auto at_kept = [&](Nest& n, const Indices& kept) {
    Element at = [&](const Indices& k) {
      Indices full = kept;
      full.insert(full.begin() + long(axis), k[0]);
      return n.element(source, full);
    };
    FirstExtreme extreme{n, kind, element, e.extents.of(source, int(axis)), at};
    return in_blocks ? extreme.by_blocks() : extreme.one_by_one(!type.is_array());
  };
  if (!type.is_array())
    return finish(
        e, id, write_versions(e, id, {source}, true, Axes::Innermost, [&](Nest& n) { return n.scalar(at_kept(n, {}), type); }));
  std::vector<Extent> extents = e.extents.all(v);
  ValueId out = new_array(e, id, extents, type);
  write_versions(e, id, {source}, false, Axes::Innermost, [&](Nest& n) {
    write_kernels(n, extents, memory_order(type),
                  [&](const Indices& at) { n.store(out, n.scalar(at_kept(n, at), type.element()), at); });
    return ValueId{};
  });
  finish(e, id, out);
}

}  // namespace aic::passes
