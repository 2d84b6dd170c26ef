// `assign target, source`: writes into the target as if through a temporary, and mostly without one.
//
// The nest is written first, the store last: by then every load that the source needs is known with its array and index
// map. The store goes straight into the target unless a load may see what it writes, that is, unless a load's array may
// share memory with the target, and neither is its element the very one being written, nor can the two never meet
// (`p[:, 0] = p[:, 1]`). Else the nest fills a temporary, and a second one copies it.
#include "ir/ops/table.h"
#include "passes/kernels/expand.h"

namespace aic::passes {

using namespace ir;

namespace {

// Do the maps differ, on some axis, by a constant whatever the loops do?
bool never_meet(const Nest& n, const Indices& a, const Indices& b) {
  if (a.size() != b.size()) return false;
  for (size_t k = 0; k < a.size(); ++k)
    if (auto d = difference(a[k], b[k]); d && *d != 0 && n.level_of(a[k]) == 0) return true;
  return false;
}

bool may_see(const Nest& n, const Nest::Read& read, ValueId target, const Indices& at) {
  if (read.array == target && read.indices == at) return false;
  if (read.array == target && never_meet(n, read.indices, at)) return false;
  return !n.expansion().aliases.distinct(read.array, target);
}

}  // namespace

void expand_assign(Expansion& e, OpId id) {
  ValueId target = e.f.op(id).operands[0], source = e.f.op(id).operands[1];
  Type type = e.f.type(target);
  Type element = type.element();
  std::vector<Extent> extents = e.extents.all(target);
  write_versions(e, id, {source}, false, [&](Nest& n) {
    std::vector<int> order = memory_order(type);
    ValueId temporary;
    write_kernels(n, extents, order, [&](const Indices& at) {
      ValueId x = n.scalar(n.element(source, at), element);
      auto [base, place] = n.place(target, at);
      bool conflict = false;
      for (const Nest::Read& r : n.reads) conflict |= may_see(n, r, base, place);
      if (!conflict) return n.store(base, x, place);
      std::vector<ValueId> values;
      for (const Extent& k : extents) values.push_back(n.emit(k));
      temporary = n.at(0).make("empty"_op, values, Type::array(type.dtype(), type.rank(), Layout::C), {{"scratch", int64_t(1)}});
      n.store(temporary, x, at);
    });
    if (!temporary) return ValueId{};
    write_kernels(n, extents, order, [&](const Indices& at) {
      auto [base, place] = n.place(target, at);
      n.store(base, n.load(temporary, at), place);
    });
    return ValueId{};
  });
  finish(e, id, {});
}

}  // namespace aic::passes
