// The laws that a function in any form obeys. A pass may rely on each of them and must leave each of them true. The
// numbers stand in messages, in verify.cpp where the law is enforced, and in tests/unit/ir/verify.cpp, which breaks each.
//
//   V1   An operand is defined before it is used, in the same region or one around it, in the same function.
//   V2   A region ends in a terminator, or in a control op that nothing leaves; a terminator stands nowhere else.
//   V3   `break` and `continue` name a loop around them; `yield` and `condition` end the regions they belong to.
//   V4   Every arm of an `if` that yields gives as many values as the `if` has results, of their types.
//   V5   An op has the operands, results and regions that its record says.
//   V6   An op stands in a form that its record allows.
//   V7   The operands of an elementwise op have one dtype, which its dtype rule computes in; arrays have one rank; the
//        result has the dtype, and the rank, that follow. In loop form all are scalars. An op of the runtime has the types
//        of its signature.
//   V8   The state of a loop has one arity and one list of types: initial values, arguments, continues, breaks, results.
//   V9   A condition is a bool or b1.
//   V10  Loads and stores take one index per axis, which is a constant or the result of check.index or assume.index.
//   V11  The use lists name every use once, and nothing else.
//   V12  In the py form every value has type py; in the others none has.
//   V13  Labels of loops are unique in a function.
//   V14  A call names a function of the module, and matches its parameters and results.
//   V15  A `return` gives the function's results, of their types.
//   V16  A constant has a value of its type.
//   V17  A kernel's region has one int argument per extent and ends in a `yield` without values.
//   V18  Elements that are read from or stored into a list have its element type; the operand is a list.
//   V19  `unwind` stands right before an op that may raise.
#pragma once
#include <string>
#include <vector>

#include "ir/module.h"

namespace aic::ir {

// One text per violation: "V7: … in @f.0" and the op's line. Empty: the function is well-formed.
[[nodiscard]] std::vector<std::string> verify(const Function&);
[[nodiscard]] std::vector<std::string> verify(const Module&);
// Whether control can reach the end of an op and go on after it (V2): not after an exit, an `if` none of whose arms yields,
// an endless `while` without a `break`.
[[nodiscard]] bool falls_through(const Function&, OpId);
// Throws InternalError with the violations and the function's text; `after` names the pass to blame.
void verify_or_throw(const Function&, std::string_view after);

}  // namespace aic::ir
