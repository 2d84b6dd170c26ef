// Lists of numbers and of arrays, as Python's methods use them: see generate.h.
#include "tests/fuzz/ir/generate.h"

namespace aic::fuzz {

using namespace ir;

ValueId Generator::length(ValueId l) { return make("list.length"_op, {l}, Type::integer()); }

void Generator::push(ValueId l) {
  ValueId x = value({type(l).element(), {}, true}), n = length(l);
  b().op("list.resize"_op, {l, exact_op("add"_op, n, b().integer(1))}, {});
  b().op("list.store"_op, {l, x, n}, {}, {{"fresh", int64_t(1)}});
}

void Generator::new_list() {
  Type element = random_.chance(65)
                     ? number_type()
                     : Type::array(likely_dtype(), random_.between(0, 2), random_.one_of({Layout::C, Layout::Strided}));
  ValueId l = make("list.new"_op, {b().integer(random_.below(4))}, Type::list(element));
  for (int n = random_.below(4); n > 0; --n) push(l);
  add(l);
}

void Generator::lists() {
  const Item* known = some_item([](const Item& i) { return i.t.is_list() && !i.t.is_table(); });
  if (!known || random_.chance(15)) return new_list();
  ValueId l = known->v;
  int k = random_.below(100);
  if (k < 35) return push(l);
  if (k < 45) return add(length(l), 20);
  ValueId n = length(l);
  if (k < 60) {  // pop
    ValueId some = make("greater"_op, {n, b().integer(0)}, Type::boolean());
    b().op("check.true"_op, {some}, {},
           {{"exception", std::string("IndexError")}, {"message", std::string("pop from empty list")}});
    ValueId last = exact_op("subtract"_op, n, b().integer(1)), x = make("list.load"_op, {l, last}, type(l).element());
    b().op("list.resize"_op, {l, last}, {});
    return add_result(x);
  }
  ValueId i = random_.chance(70) ? clamped(small_int(), n) : small_int();
  i = make("check.index"_op, {i, n}, Type::integer(), {{"axis", int64_t(0)}});
  if (k < 75) return add_result(make("list.load"_op, {l, i}, type(l).element()));
  if (k < 90) return static_cast<void>(b().op("list.store"_op, {l, value({type(l).element(), {}, true}), i}, {}));
  b().op("list.rotate"_op, {l, i, n, b().integer(random_.below(2))}, {});
}

}  // namespace aic::fuzz
