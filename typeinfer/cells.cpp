// Names that are rebound by nested functions, or after a nested function has captured them: a list that holds the value,
// or nothing while the name is unbound. So cells are counted, live as long as a closure that has them, and find their type
// as lists find that of their elements.
#include "typeinfer/frame.h"

namespace aic::typeinfer {

Value Frame::new_cell(const Value& x, const std::string& path) {
  if (x.kind == Kind::Unbound) return new_list(ints(1), path, Value{});
  if (x.kind != Kind::Maybe) return list_display({x}, path);
  Value l = new_list(ints(1), path, x.parts[0]);
  set_cell(l, x);
  return l;
}

void Frame::set_cell(const Value& l, const Value& x) {
  ValueId zero = ints(0), one = ints(1);
  b_.op("list.resize"_op, {l.id, zero}, {});
  if (x.kind == Kind::Unbound) return;
  auto hold = [&](const Value& v) {
    b_.op("list.resize"_op, {l.id, one}, {});
    put(l, zero, v, true);
  };
  if (x.kind != Kind::Maybe) return hold(x);
  OpId w = b_.op("if"_op, {x.parts[1].id}, {}, {}, 2);
  RegionId home = b_.region();
  b_.set_region(b_.region_of(w, 0));
  hold(x.parts[0]);
  b_.op("yield"_op, {}, {});
  b_.set_region(b_.region_of(w, 1));
  b_.op("yield"_op, {}, {});
  b_.set_region(home);
}

Value Frame::read_cell(const Value& l, bool maybe_unbound) {
  ValueId zero = ints(0);
  if (!maybe_unbound) return take(l, zero);
  Value unbound;
  unbound.kind = Kind::Unbound;
  if (element_of_list(l).kind == Kind::Never) return unbound;
  return choose(test("not_equal"_op, list_length(l), zero), [&] { return take(l, zero); }, [&] { return unbound; });
}

Value Frame::cell(OpId op) {
  OpCode c = py_.op(op).code;
  if (c == "py.cell"_op) return new_cell(py_value(py_.op(op).operands[0]), "cell");
  Value l = operand(op, 0);
  if (c == "py.cell.set"_op) {
    const Value& x = py_value(py_.op(op).operands[1]);
    set_cell(l, x.kind == Kind::Unbound || x.kind == Kind::Maybe ? x : operand(op, 1));
    return none();
  }
  if (py_.int_attr(op, "maybe")) return read_cell(l, true);
  for (const ir::Use& use : py_.value(py_.op(op).results[0]).uses) {
    if (py_.op(use.op).code != "py.bound"_op) continue;
    const std::string& name = py_.text_attr(use.op, "name");
    bool free = py_.int_attr(use.op, "free");
    check(test("not_equal"_op, list_length(l), ints(0)), free ? "NameError" : "UnboundLocalError",
          free ? "cannot access free variable '" + name + "' where it is not associated with a value in enclosing scope"
               : "cannot access local variable '" + name + "' where it is not associated with a value");
    break;
  }
  return take(l, ints(0));
}

}  // namespace aic::typeinfer
