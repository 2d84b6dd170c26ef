// Where a program can raise, numbered. Compiled code reports a raise as one small number; whoever called it looks the
// number up in a table made from the same text. Every op whose record has MayRaise is a site (quiet calls too: a rule
// that asks nothing but the record cannot come out differently on two sides). Numbers run from 1 in print order of the
// module: function by function, pre-order. The order of the text is the order of the module, so numbering the parsed
// module and numbering the one that was printed agree.
#pragma once
#include "ir/module.h"

namespace aic::ir {

struct RaiseSite {
  const Function* function = nullptr;  // null at index 0, which is no site
  OpId op;
};

[[nodiscard]] std::vector<RaiseSite> raise_sites(const Module&);

}  // namespace aic::ir
