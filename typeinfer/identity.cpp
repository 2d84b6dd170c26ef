// Which arrays of the entry's result are surely new objects: views that the program made.
//
// At the border an array with the memory, shape and strides of an argument counts as that argument (`return a`), but in
// NumPy every view is an object of its own, even one of everything (`return a[:]`). After optimisation a whole view cannot
// be told from what it shows, so the entry's header says it here: `views` lists them, counted among the array leaves of
// the result. A leaf that is a view on some ways only is not listed; it is compared when the call returns.
#include <algorithm>

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
    if (t.is_array() && ir::record(o.code).has(ir::View)) return all;
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

}  // namespace

void mark_views(ir::Function& entry) {
  if (entry.result_types.empty()) return;
  Flags flags = Views(entry.module()).of_result(entry, 0);
  std::vector<int64_t> views;
  for (size_t k = 0; k < flags.size(); ++k)
    if (flags[k]) views.push_back(int64_t(k));
  if (!views.empty()) entry.attrs.push_back({"views", views});
}

}  // namespace aic::typeinfer
