// Writes a function twice where the first call's arrays are thin: once for their short last axes, once for any.
//
//   func @f(%p: f64[:, ::1]) {likely = [0, 1, 3]}        %e = extent %p {axis = 1}
//     … extent %p {axis = 1} …                     →     %c = equal %e, 3
//                                                        if %c { %q = view.reshape %p, %n, 3 … } { … extent %p {axis = 1} … }
//
// Points of three coordinates, weights of two layers: the loop over such an axis is the innermost one, fills no vector and
// costs more than its rounds. With its length known `unroll` writes it out, the loop over the points is put into lanes, and
// broadcasts along the axis are decided. `likely` is a guess, never a promise: any other shape runs the second version.
// The driver sets it from the arguments that the function is compiled for (python/bindings/likely.cpp).
// After inlining: callees become part of both. Cost: everything that follows, once more; functions of `most_ops` at most.
#include "ir/builder.h"
#include "passes/clone.h"
#include "passes/effects.h"
#include "passes/passes.h"
#include "passes/shapes.h"

namespace aic::passes {
using namespace ir;

namespace {
constexpr size_t most_ops = 800;

struct Guess {
  ValueId array;
  int64_t axis, extent;
};

bool is_dense(Type t) { return t.is_array() && t.layout() == Layout::C; }

std::vector<Guess> guesses_of(const Function& f) {
  std::vector<Guess> out;
  for (const NamedAttr& a : f.attrs) {
    const auto* list = a.name == "likely" ? std::get_if<std::vector<int64_t>>(&a.value) : nullptr;
    for (size_t k = 0; list && k + 2 < list->size(); k += 3)
      if (size_t((*list)[k]) < f.parameters().size())
        if (ValueId array = f.parameters()[size_t((*list)[k])];
            is_dense(f.type(array)) && (*list)[k + 1] < f.type(array).rank())
          out.push_back({array, (*list)[k + 1], (*list)[k + 2]});
  }
  return out;
}

// Does anything ask for the extent, in a function that has something to run along it?
bool is_used(const Function& f, const Guess& g) {
  bool asked = false, works = false;
  for (OpId id : f.ops_below(f.body())) {
    const Op& op = f.op(id);
    asked |= op.code == "extent"_op && op.operands[0] == g.array && f.int_attr(id, "axis") == g.axis;
    works |= (record(op.code).traits & Loop) || record(op.code).tier == Tier::Structural;
  }
  return asked && works;
}

// In the region, what looks into the array looks through a view whose extent is the constant: all that asks for extents later
// is told, too.
void take_for_granted(Function& f, RegionId r, const Guess& g, ParameterExtents& extents) {
  const std::vector<OpId> below = f.ops_below(r);
  Builder b = Builder::before(f, f.region(r).first);
  b.span = f.op(f.region(r).first).span;
  std::vector<ValueId> operands{g.array};
  for (int64_t k = 0; k < f.type(g.array).rank(); ++k)
    operands.push_back(k == g.axis ? b.integer(g.extent) : extents.of(g.array, k));
  ValueId known = b.make("view.reshape"_op, operands, f.type(g.array)), extent = extents.of(g.array, g.axis);
  for (OpId id : below) {
    bool looks = looks_into(f, id);
    for (size_t k = 0; k < f.op(id).operands.size(); ++k) {
      if (f.op(id).operands[k] == extent) f.set_operand(id, uint32_t(k), operands[size_t(g.axis) + 1]);
      if (looks && f.op(id).operands[k] == g.array) f.set_operand(id, uint32_t(k), known);
    }
  }
}
}  // namespace

bool version_extents(Function& f, PassContext&) {
  std::vector<Guess> guesses = guesses_of(f);
  std::erase_if(f.attrs, [](const NamedAttr& a) { return a.name == "likely"; });
  std::erase_if(guesses, [&](const Guess& g) { return !is_used(f, g); });
  if (guesses.empty() || f.ops_below(f.body()).size() > most_ops) return false;
  std::vector<OpId> all;
  for (OpId id = f.region(f.body()).first; id; id = f.op(id).next) all.push_back(id);

  Builder b = Builder::before(f, all[0]);
  b.span = f.op(all[0]).span;
  ParameterExtents extents(f, b);
  extents.hoist(1);
  ValueId fits;
  for (const Guess& g : guesses) {
    ValueId equal = b.make("equal"_op, {extents.of(g.array, g.axis), b.integer(g.extent)}, Type::boolean());
    fits = fits ? b.make("logical_and"_op, {fits, equal}, Type::boolean()) : equal;
  }
  OpId choice = b.op("if"_op, {fits}, {}, {}, 2);
  b = Builder::before(f, choice);
  Builder thin(f, f.op(choice).regions[0]);
  Cloner copy(f, f);
  for (OpId id : all) copy.clone(id, thin);
  for (const Guess& g : guesses) take_for_granted(f, f.op(choice).regions[0], g, extents);
  for (OpId id : all) {
    f.detach(id);
    f.append(f.op(choice).regions[1], id);
  }
  return true;
}

}  // namespace aic::passes
