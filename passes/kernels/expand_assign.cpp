// `assign target, source`: writes into the target as if through a temporary, and mostly without one.
//
// The nest is written first, the store last: by then every load that the source needs is known with its array and index
// map. The store goes straight into the target unless a load may see what it writes, that is, unless a load's array may
// share memory with the target, and neither is its element the very one being written, nor can the two never meet
// (`p[:, 0] = p[:, 1]`) or only in the round that reads before it writes. Else there are three ways out:
//   - all conflicts are with the target's own array at constant distances (a stencil, `u[1:-1, 1:-1] = … u[:-2, 1:-1] …`):
//     rows of the outermost axis wait in a ring of d + 1 rows, d the furthest row back that is read, and are written when
//     nobody will read them any more. A ring stays in the cache where a temporary of the whole target does not.
//   - what conflicts is looked at many times each (`d[:, k, None] + d[k]` into d): these slices are copied before;
//   - else the nest fills a temporary, and a second one copies it.
#include <algorithm>
#include <set>

#include "ir/ops/table.h"
#include "passes/kernels/expand.h"

namespace aic::passes {

using namespace ir;

namespace {

// Is every value of `a`, in any round of the nest, less than every value of `b`?
bool stays_below(Nest& n, const Affine& a, const Affine& b) {
  Affine gap = n.edge(b, false, false) + n.edge(a, true, false) * -1;
  if (n.level_of(gap) > 0) return false;
  gap = n.edge(gap, false, true);
  return gap.is_constant() && gap.constant > 0;
}

// Do the maps differ, on some axis, in any two rounds? Either both stand still there, or one stays below the other:
// `a[k + 1:, k + 1:] -= a[k + 1:, k, None] * a[k, k + 1:]`.
bool never_meet(Nest& n, const Indices& a, const Indices& b) {
  if (a.size() != b.size()) return false;
  for (size_t k = 0; k < a.size(); ++k) {
    if (auto d = difference(a[k], b[k]); d && *d != 0 && n.level_of(a[k]) == 0) return true;
    if (stays_below(n, a[k], b[k]) || stays_below(n, b[k], a[k])) return true;
  }
  return false;
}

// Can the maps meet only within one round? So it is when each loop alone moves an axis that is the same in both:
// `p[:, 0] = p[:, k]`.
bool meet_in_one_round(const Indices& a, const Indices& b, const Indices& loops) {
  return a.size() == b.size() && std::all_of(loops.begin(), loops.end(), [&](const Affine& loop) {
           for (size_t k = 0; k < a.size(); ++k)
             if (a[k] == b[k] && difference(a[k], loop)) return true;
           return false;
         });
}

// May the read see, in some later round, what the store writes at `at`?
bool may_see(Nest& n, const Nest::Read& read, ValueId target, const Indices& at, const Indices& loops) {
  if (read.array == target && read.indices == at) return false;
  if (read.array == target && (never_meet(n, read.indices, at) || meet_in_one_round(read.indices, at, loops))) return false;
  return !n.expansion().aliases.distinct(read.array, target);
}

constexpr int64_t longest_ring = 8;  // rows

struct Assign {
  Nest& n;
  ValueId target, source;
  Type type;
  std::vector<Extent> extents;
  std::vector<int> order;

  enum class Way { Straight, Ring, Temporary };

  [[nodiscard]] ValueId value(const Indices& at) { return n.scalar(n.element(source, at), type.element()); }
  // Where an element is written: in the array itself, also where a copy of it is read.
  [[nodiscard]] auto written(const Indices& at) {
    auto copies = std::exchange(n.copies, {});
    auto place = n.place(target, at);
    n.copies = std::move(copies);
    return place;
  }
  void put(ValueId x, const Indices& at) {
    auto [base, place] = written(at);
    n.store(base, x, place);
  }
  // The target's rows are rounds of the outermost loop: its index alone says which, and every index moves plainly.
  [[nodiscard]] std::optional<size_t> row_axis(const Indices& place, const Indices& at) const {
    std::optional<size_t> axis;
    for (size_t k = 0; k < place.size(); ++k)
      for (auto [v, c] : place[k].terms) {
        if (n.level_of(Affine::of(v)) == 0) continue;
        if (c != 1 || std::find(at.begin(), at.end(), Affine::of(v)) == at.end()) return std::nullopt;
        if (at[size_t(order[0])] == Affine::of(v)) {
          if (axis) return std::nullopt;
          axis = k;
        }
      }
    return axis;
  }
  // How many rows back the furthest conflicting read is, when all conflicts are at constant distances.
  [[nodiscard]] std::optional<int64_t> rows_back(ValueId base, const Indices& place, const Indices& at) {
    if (order.size() < 2) return std::nullopt;
    std::optional<size_t> row = row_axis(place, at);
    if (!row) return std::nullopt;
    int64_t back = 0;
    for (const Nest::Read& r : n.reads) {
      if (!may_see(n, r, base, place, at)) continue;
      if (r.array != base || r.indices.size() != place.size()) return std::nullopt;
      for (size_t k = 0; k < place.size(); ++k) {
        auto d = difference(r.indices[k], place[k]);
        if (!d) return std::nullopt;
        if (k == *row) back = std::max(back, -*d);
      }
    }
    return back < longest_ring ? std::optional(back) : std::nullopt;
  }

  // Writes the nest; a conflict leaves it without a store.
  Way attempt(OpId& nest, int64_t& back) {
    Way way = Way::Straight;
    write_kernels(n, extents, order, [&](const Indices& at) {
      ValueId x = value(at);
      auto [base, place] = written(at);
      bool conflict =
          std::any_of(n.reads.begin(), n.reads.end(), [&](const Nest::Read& r) { return may_see(n, r, base, place, at); });
      if (!conflict || order.empty()) return n.store(base, x, place);  // one element is read before it is written
      nest = n.outermost_loop();
      auto rows = rows_back(base, place, at);
      way = rows ? Way::Ring : Way::Temporary;
      back = rows.value_or(0);
    });
    return way;
  }

  // Views of the target's memory, or of what may be it, that are stretched: few elements of many rounds.
  void find_slices(ValueId v, std::vector<ValueId>& out, std::set<ValueId>& seen) const {
    Expansion& e = n.expansion();
    OpId d = e.f.defining_op(v);
    if (!d || !e.f.type(v).is_array() || !seen.insert(v).second) return;
    const Op& op = e.f.op(d);
    OpId base = op.operands.empty() ? OpId{} : e.f.defining_op(op.operands[0]);
    bool again = base && e.f.op(base).code == "view.broadcast"_op;  // the inner one tells
    if (op.code == "view.broadcast"_op && !again && !e.plan.is_virtual(op.operands[0])) {
      ValueId from = op.operands[0];
      bool less = e.f.type(from).rank() < e.f.type(v).rank();
      for (int k = 0; k < e.f.type(from).rank(); ++k) less |= e.extents.of(from, k).is(1);
      OpId view = e.f.defining_op(from);
      bool slice = less && view && folds(e.f, view) && !e.aliases.distinct(from, target);
      if (slice && std::find(out.begin(), out.end(), from) == out.end()) out.push_back(from);
    } else if (e.plan.is_virtual(v) || folds(e.f, d)) {
      for (ValueId x : op.operands) find_slices(x, out, seen);
    }
  }
  // Copies them; false if there are none.
  bool copy_slices() {
    std::vector<ValueId> slices;
    std::set<ValueId> seen;
    find_slices(source, slices, seen);
    for (ValueId v : slices) {
      std::vector<Extent> shape = n.expansion().extents.all(v);
      std::vector<ValueId> values;
      for (const Extent& k : shape) values.push_back(n.emit(k));
      Type t = Type::array(n.expansion().f.type(v).dtype(), int(shape.size()), Layout::C);
      ValueId copy = n.here().make("empty"_op, values, t, {{"scratch", int64_t(1)}});
      write_kernels(n, shape, memory_order(t), [&](const Indices& at) { n.store(copy, n.element(v, at), at); });
      n.copies[v] = copy;
    }
    return !slices.empty();
  }

  ValueId scratch(const std::vector<ValueId>& values) {
    return n.here().make("empty"_op, values, Type::array(type.dtype(), int(values.size()), Layout::C),
                         {{"scratch", int64_t(1)}});
  }
  void through_temporary() {
    std::vector<ValueId> values;
    for (const Extent& k : extents) values.push_back(n.emit(k));
    ValueId temporary = scratch(values);
    write_kernels(n, extents, order, [&](const Indices& at) { n.store(temporary, value(at), at); });
    write_kernels(n, extents, order, [&](const Indices& at) { put(n.load(temporary, at), at); });
  }

  // ---- the ring ----
  // Kernels over all axes but the outermost.
  void write_row(Indices& at, const std::function<void()>& body) {
    for (size_t k = 1; k < order.size(); ++k) at[size_t(order[k])] = n.open_kernel(extents[size_t(order[k])]);
    body();
    for (size_t k = 1; k < order.size(); ++k) n.close_kernel();
  }
  [[nodiscard]] Indices in_ring(const Indices& at, const Affine& slot) const {
    Indices r{slot};
    for (size_t k = 1; k < order.size(); ++k) r.push_back(at[size_t(order[k])]);
    return r;
  }
  Affine slot_of(ValueId row, int64_t rows) {
    if (rows == 1) return {};
    return Affine::of(n.make("remainder"_op, {row, n.integer(rows)}, Type::integer()));
  }
  // Writes rows from … to - 1 of the target.
  void commit(ValueId ring, int64_t rows, ValueId from, ValueId to) {
    Nest::Loop loop = n.open_for(from, to, n.integer(1), {});
    Indices at(extents.size());
    at[size_t(order[0])] = Affine::of(loop.index);
    Affine slot = slot_of(loop.index, rows);
    write_row(at, [&] { put(n.load(ring, in_ring(at, slot)), at); });
    n.close_for(loop, {});
  }
  void through_ring(int64_t back) {
    int64_t rows = back + 1;
    std::vector<ValueId> values{n.integer(rows)};
    for (size_t k = 1; k < order.size(); ++k) values.push_back(n.emit(extents[size_t(order[k])]));
    ValueId ring = scratch(values), height = n.emit(extents[size_t(order[0])]);
    Nest::Loop loop = n.open_for(n.integer(0), height, n.integer(1), {});
    Indices at(extents.size());
    at[size_t(order[0])] = Affine::of(loop.index);
    Affine slot = slot_of(loop.index, rows);
    write_row(at, [&] { n.store(ring, value(at), in_ring(at, slot)); });
    ValueId ready = n.emit(Affine::of(loop.index) + Affine{-back, {}});  // the row that nobody reads from here on
    ValueId from = back ? n.make("maximum"_op, {ready, n.integer(0)}, Type::integer()) : ready;
    commit(ring, rows, from, n.emit(Affine::of(loop.index) + Affine{1 - back, {}}));
    n.close_for(loop, {});
    if (!back) return;
    ValueId rest = n.emit(Affine::of(height) + Affine{-back, {}});
    commit(ring, rows, n.make("maximum"_op, {rest, n.integer(0)}, Type::integer()), height);
  }
};

}  // namespace

void expand_assign(Expansion& e, OpId id) {
  ValueId target = e.f.op(id).operands[0], source = e.f.op(id).operands[1];
  Type type = e.f.type(target);
  write_versions(e, id, {source}, false, Axes::All, [&](Nest& n) {
    n.rare |= e.f.int_attr(id, "rare") != 0;
    Assign a{n, target, source, type, e.extents.all(target), memory_order(type)};
    OpId nest;
    int64_t back = 0;
    Assign::Way way = a.attempt(nest, back);
    if (way == Assign::Way::Straight) return ValueId{};
    if (nest) e.f.erase(nest);  // what it computed outside its loops is used again, or goes with dce
    n.reads.clear();
    if (way == Assign::Way::Temporary && a.copy_slices()) {
      n.reads.clear();
      nest = {};
      way = a.attempt(nest, back);
      if (way == Assign::Way::Straight) return ValueId{};
      if (nest) e.f.erase(nest);
      n.reads.clear();
    }
    if (way == Assign::Way::Ring)
      a.through_ring(back);
    else
      a.through_temporary();
    return ValueId{};
  });
  finish(e, id, {});
}

}  // namespace aic::passes
