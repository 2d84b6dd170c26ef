// Numbers the raise sites of a module; see raise_sites.h for the law.
#include "ir/raise_sites.h"

#include "ir/ops/table.h"

namespace aic::ir {

std::vector<RaiseSite> raise_sites(const Module& module) {
  std::vector<RaiseSite> sites(1);
  for (const std::unique_ptr<Function>& f : module.functions)
    for (OpId op : f->ops_below(f->body()))
      if (record(f->op(op).code).has(MayRaise)) sites.push_back({f.get(), op});
  return sites;
}

}  // namespace aic::ir
