// Names that are rebound by nested functions, or after a nested function has captured them: a list that holds the value,
// or nothing while the name is unbound. So cells are counted, live as long as a closure that has them, and find their type
// as lists find that of their elements.
#include "typeinfer/frame.h"

namespace aic::typeinfer {

Value Frame::cell(OpId op) {
  OpCode c = py_.op(op).code;
  if (c == "py.cell"_op) {
    const Value& x = py_value(py_.op(op).operands[0]);
    if (x.kind != Kind::Maybe) return x.kind == Kind::Unbound ? new_list(ints(1), "cell", Value{}) : list_display({x}, "cell");
    Value l = new_list(ints(1), "cell", x.parts[0]);
    OpId w = b_.op("if"_op, {x.parts[1].id}, {}, {}, 2);
    RegionId home = b_.region();
    b_.set_region(b_.region_of(w, 0));
    append(l, x.parts[0]);
    b_.op("yield"_op, {}, {});
    b_.set_region(b_.region_of(w, 1));
    b_.op("yield"_op, {}, {});
    b_.set_region(home);
    return l;
  }
  Value l = operand(op, 0);
  ValueId zero = ints(0), one = ints(1);
  if (c == "py.cell.set"_op) {
    const Value& x = py_value(py_.op(op).operands[1]);
    b_.op("list.resize"_op, {l.id, zero}, {});
    if (x.kind == Kind::Unbound) return none();
    b_.op("list.resize"_op, {l.id, one}, {});
    put(l, zero, operand(op, 1), true);
    return none();
  }
  if (py_.int_attr(op, "maybe")) {
    Value unbound;
    unbound.kind = Kind::Unbound;
    if (element_of_list(l).kind == Kind::Never) return unbound;
    return choose(test("not_equal"_op, list_length(l), zero), [&] { return take(l, zero); }, [&] { return unbound; });
  }
  for (const ir::Use& use : py_.value(py_.op(op).results[0]).uses) {
    if (py_.op(use.op).code != "py.bound"_op) continue;
    const std::string& name = py_.text_attr(use.op, "name");
    bool free = py_.int_attr(use.op, "free");
    check(test("not_equal"_op, list_length(l), zero), free ? "NameError" : "UnboundLocalError",
          free ? "cannot access free variable '" + name + "' where it is not associated with a value in enclosing scope"
               : "cannot access local variable '" + name + "' where it is not associated with a value");
    break;
  }
  return take(l, zero);
}

}  // namespace aic::typeinfer
