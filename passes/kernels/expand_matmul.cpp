// Matrix products. The loops run in the order in which the matrices lie in memory.
//   - Matrices in memory, rows of the right-hand side dense: tiles of four rows, whose elements stand side by side in lanes
//     (kernels/lanes.cpp) and stay in registers while k runs through a block; blocks of k keep the right-hand side in cache,
//     and the error that of a block.
//   - Else rows of the right-hand side are added to a row of the result (i, k, j), or, where its columns lie in memory,
//     elements are dot products (i, j, k).
// A matrix times its own transpose is computed on and above the diagonal, and mirrored: the same sums of the same products.
// Rows of `x.T @ x` are made of whole rows of x, so that x.T, which the library copies for products along rows, need not be.
#include "ir/ops/table.h"
#include "passes/kernels/expand.h"
#include "passes/shapes.h"

namespace aic::passes {

using namespace ir;

namespace {
constexpr int64_t tile_rows = 4, tile_depth = 256;

struct Product {
  Expansion& e;
  OpId id;
  ValueId a, b;
  Type element;
  Extent inner;
  OpCode times, plus;
  std::string sum;

  explicit Product(Expansion& expansion, OpId op) : e(expansion), id(op), a(e.f.op(op).operands[0]), b(e.f.op(op).operands[1]) {
    element = e.f.type(a).element();
    bool truth = element.dtype() == DType::Bool;
    sum = truth ? "logical_or" : "add";
    plus = code_of(sum), times = code_of(truth ? "logical_and" : "multiply");
    inner = e.extents.of(a, e.f.type(a).rank() - 1);
  }
  ValueId product(Nest& n, const Indices& of_a, const Indices& of_b) {
    return n.make(times, {n.element(a, of_a), n.element(b, of_b)}, element);
  }
  ValueId dot(Nest& n, const Indices& row, const Indices& column) {
    return combine_over(n, sum, element, {inner}, [&](const Indices& k) {
      Indices of_a = row, of_b = column;
      of_a.push_back(k[0]);
      of_b.insert(of_b.begin(), k[0]);
      return product(n, of_a, of_b);
    });
  }
  // out[row, :] = sum over k of a[row, k] * b[k, :]
  void rows(Nest& n, ValueId out, const Indices& row, const Extent& columns) {
    auto place = [&](const Affine& j) {
      Indices p = row;
      p.push_back(j);
      return p;
    };
    Affine j = n.open_kernel(columns);
    n.store(out, identity_of(n, sum, element), place(j));
    n.close_kernel();
    // Four rows at a time: the result's row is read and written once for them. Additions keep their order.
    ValueId all = n.emit(inner), whole = n.integer(0);
    if (in_memory(a) && in_memory(b)) {
      ValueId rest = n.make("remainder"_op, {all, n.integer(4)}, Type::integer());
      whole = n.make("subtract"_op, {all, rest}, Type::integer(), {{"exact", int64_t(1)}});
      add_rows(n, out, row, columns, n.integer(0), whole, 4);
    }
    add_rows(n, out, row, columns, whole, all, 1);
  }
  // Adds rows from … to - 1 of b to the result's row, `together` at a time.
  void add_rows(Nest& n, ValueId out, const Indices& row, const Extent& columns, ValueId from, ValueId to, int64_t together) {
    Nest::Loop loop = n.open_for(from, to, n.integer(together), {});
    Affine j = n.open_kernel(columns);
    Indices place = row;
    place.push_back(j);
    ValueId sum = n.load(out, place);
    for (int64_t k = 0; k < together; ++k) {
      Affine at = Affine::of(loop.index) + Affine{k, {}};
      Indices of_a = row;
      of_a.push_back(at);
      sum = n.here().make(plus, {sum, product(n, of_a, {at, j})}, element);
    }
    n.store(out, sum, place);
    n.close_kernel();
    n.close_for(loop, {});
  }
  // ---- tiles ----
  [[nodiscard]] bool has_tiles() const {
    Type t = e.f.type(b);
    return e.f.type(a).rank() == 2 && t.rank() == 2 && in_memory(a) && in_memory(b) && sum == "add" &&
           !is_complex(element.dtype()) && t.layout() != Layout::F;
  }
  [[nodiscard]] bool is_symmetric() const { return e.f.int_attr(id, "symmetric") != 0; }
  // What is below the diagonal from above it.
  void mirror(Nest& n, ValueId out, const Extent& height) {
    Affine i = n.open_kernel(height), j = n.open_kernel({n.emit(i), -1, -1});
    n.store(out, n.load(out, {j, i}), {i, j});
    n.close_kernel();
    n.close_kernel();
  }
  void tiles(Nest& n, ValueId out, const std::vector<Extent>& extents) {
    const std::vector<NamedAttr> exact{{"exact", int64_t(1)}};
    Type t = Type::integer();
    write_kernels(n, extents, {0, 1}, [&](const Indices& at) { n.store(out, identity_of(n, sum, element), at); });
    ValueId height = n.emit(extents[0]), all = n.emit(inner);
    ValueId blocks = n.make("floor_divide"_op, {height, n.integer(tile_rows)}, t, exact);
    ValueId done = n.make("multiply"_op, {blocks, n.integer(tile_rows)}, t, exact),
            rest = n.make("subtract"_op, {height, done}, t, exact);
    Nest::Loop loop = n.open_for(n.integer(0), all, n.integer(tile_depth), {});
    ValueId end = n.here().make("add"_op, {loop.index, n.integer(tile_depth)}, t, exact);
    ValueId stop = n.here().make("minimum"_op, {end, all}, t);
    Affine i = n.open_kernel({blocks, -1, -1});
    tile(n, out, i * tile_rows, tile_rows, extents[1], loop.index, stop);
    n.close_kernel();
    i = n.open_kernel({rest, -1, -1});
    tile(n, out, i + Affine::of(done), 1, extents[1], loop.index, stop);
    n.close_kernel();
    n.close_for(loop, {});
    if (is_symmetric()) mirror(n, out, extents[0]);
  }
  // Adds the products with k in from … stop - 1 to `rows` rows of the result.
  void tile(Nest& n, ValueId out, const Affine& row, int64_t rows, const Extent& columns, ValueId from, ValueId stop) {
    bool half = is_symmetric();
    ValueId some = half ? n.emit(Affine::of(n.emit(columns)) + row * -1) : ValueId{};
    Affine j = half ? n.open_kernel({some, -1, -1}) + row : n.open_kernel(columns);
    std::vector<ValueId> sums;
    for (int64_t r = 0; r < rows; ++r) sums.push_back(identity_of(n, sum, element));
    Nest::Loop loop = n.open_for(from, stop, n.integer(1), sums, "contract");
    Affine k = Affine::of(loop.index);
    std::vector<ValueId> next;
    for (int64_t r = 0; r < rows; ++r)
      next.push_back(n.here().make(plus, {loop.state[size_t(r)], product(n, {row + Affine{r, {}}, k}, {k, j})}, element));
    std::vector<ValueId> results = n.close_for(loop, next);
    for (int64_t r = 0; r < rows; ++r) {
      Indices at{row + Affine{r, {}}, j};
      n.store(out, n.here().make(plus, {n.load(out, at), results[size_t(r)]}, element), at);
    }
    n.close_kernel();
  }
  [[nodiscard]] bool in_memory(ValueId v) const {
    while (e.f.defining_op(v) && folds(e.f, e.f.defining_op(v))) v = e.f.op(e.f.defining_op(v)).operands[0];
    return !e.plan.is_virtual(v);
  }
  // out[:] = sum over k of a[:, k] * b[k], for a matrix whose columns lie in memory
  void columns(Nest& n, ValueId out, const Extent& height) {
    Affine i = n.open_kernel(height);
    n.store(out, identity_of(n, sum, element), {i});
    n.close_kernel();
    Nest::Loop loop = n.open_for(n.integer(0), n.emit(inner), n.integer(1), {});
    Affine k = Affine::of(loop.index);
    i = n.open_kernel(height);
    n.store(out, n.here().make(plus, {n.load(out, {i}), product(n, {i, k}, {k})}, element), {i});
    n.close_kernel();
    n.close_for(loop, {});
  }
};

bool columns_in_memory(Type t) { return t.rank() == 2 && t.layout() == Layout::F; }

void write_product(Product& p, Nest& n, ValueId out, const std::vector<Extent>& extents) {
  Type a = p.e.f.type(p.a), b = p.e.f.type(p.b);
  if (b.rank() == 1) {
    if (columns_in_memory(a)) return p.columns(n, out, extents[0]);
    Affine i = n.open_kernel(extents[0]);
    n.store(out, p.dot(n, {i}, {}), {i});
    return n.close_kernel();
  }
  if (p.has_tiles()) return p.tiles(n, out, extents);
  Indices row;
  if (a.rank() == 2) row.push_back(n.open_kernel(extents[0]));
  bool half = false;
  if (columns_in_memory(b)) {
    half = p.is_symmetric();
    ValueId some = half ? n.emit(Affine::of(n.emit(extents.back())) + row[0] * -1) : ValueId{};
    Affine j = half ? n.open_kernel({some, -1, -1}) + row[0] : n.open_kernel(extents.back());
    Indices place = row;
    place.push_back(j);
    n.store(out, p.dot(n, row, {j}), place);
    n.close_kernel();
  } else
    p.rows(n, out, row, extents.back());
  if (a.rank() == 2) n.close_kernel();
  if (half) p.mirror(n, out, extents[0]);
}

}  // namespace

// The matrix of which this is the transpose, or a copy of it: `copy` is that copy.
static ValueId turned(const Function& f, ValueId v, OpId& copy) {
  OpId d = f.defining_op(v);
  if (!d) return {};
  if (ValueId from = copied_array(f, d)) {
    copy = d;
    d = f.defining_op(from);
  }
  bool turns = d && f.op(d).code == "view.transpose"_op && f.list_attr(d, "axes") == std::vector<int64_t>{1, 0};
  return turns ? f.op(d).operands[0] : ValueId{};
}

void mark_symmetric_products(Function& f) {
  for (OpId id : f.ops_below(f.body())) {
    if (f.op(id).code != "matmul"_op) continue;
    for (uint32_t k = 0; k < 2; ++k) {
      ValueId x = f.op(id).operands[1 - k];
      OpId copy;
      if (turned(f, f.op(id).operands[k], copy) != x || f.type(x).rank() != 2) continue;
      if (copy) {  // nothing may have been written to the matrix since
        Aliases aliases(f);
        if (f.op(copy).parent != f.op(id).parent) continue;
        RegionWrites writes(f, aliases, f.op(id).parent);
        if (writes.disturbed(copy, id, {aliases.root(x)})) continue;
        if (k == 0 && f.type(x).layout() != Layout::F) f.set_operand(id, 0, copied_array(f, copy));
      }
      f.set_attr(id, "symmetric", int64_t(1));
      break;
    }
  }
}

void expand_matmul(Expansion& e, OpId id) {
  Product p(e, id);
  Type type = e.f.type(e.f.op(id).results[0]);
  if (!type.is_array())
    return finish(
        e, id, write_versions(e, id, {p.a, p.b}, true, Axes::All, [&](Nest& n) { return n.scalar(p.dot(n, {}, {}), type); }));
  std::vector<Extent> extents = e.extents.all(e.f.op(id).results[0]);
  ValueId out = new_array(e, id, extents, type);
  write_versions(e, id, {p.a, p.b}, false, Axes::All, [&](Nest& n) {
    write_product(p, n, out, extents);
    return ValueId{};
  });
  finish(e, id, out);
}

}  // namespace aic::passes
