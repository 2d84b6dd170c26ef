// Strings: each op of ir/ops/text.h with operands that keep its contract: see generate.h. Characters are ASCII: others are
// the host's affair. What grows is cut, or a loop would double a string each round.
#include "tests/fuzz/ir/generate.h"

namespace aic::fuzz {

using namespace ir;

ValueId Generator::text_constant() {
  return b().text(random_.one_of<std::string>({"", "a", "abc", "a,b,,c", " 12 ", "3.5", "-7", "0x1f", "Hello World", "x\ny"}));
}

ValueId Generator::text() {
  const Item* known = some_item([](const Item& i) { return i.t == Type::str(); });
  return known && random_.chance(80) ? known->v : text_constant();
}

ValueId Generator::text_length(ValueId s) { return make("str.length"_op, {s}, Type::integer()); }

ValueId Generator::at_most(ValueId i, int64_t most) {
  return make("minimum"_op, {make("maximum"_op, {i, b().integer(0)}, Type::integer()), b().integer(most)}, Type::integer());
}

void Generator::add_text(ValueId s) {
  ValueId n = at_most(text_length(s), 40);
  add(make("str.slice"_op, {s, b().integer(0), n, b().integer(1)}, Type::str()));
}

// A place in a string, its end too.
ValueId Generator::text_place(ValueId s) {
  return make("minimum"_op, {at_most(small_int(), 60), text_length(s)}, Type::integer());
}

// The value of `op` where `holds`, else a constant.
void Generator::add_guarded(ValueId holds, Type t, const std::function<ValueId()>& op) {
  OpId branch = b().op("if"_op, {holds}, {t}, {}, 2);
  RegionId outside = here_;
  size_t items = pool_.size();
  for (size_t k = 0; k < 2; ++k) {
    here_ = f_->op(branch).regions[k];
    ValueId v = k == 0 ? op() : value({t, {}, true});
    b().op("yield"_op, {v}, {});
    pool_.resize(items);
  }
  here_ = outside;
  add_result(f_->op(branch).results[0]);
}

void Generator::text_parts(ValueId s) {
  ValueId n = text_length(s);
  if (random_.chance(20)) return add(n, 20);
  if (random_.chance(50)) {
    Slice part = slice(n);
    return add(make("str.slice"_op, {s, part.start, part.count, part.step}, Type::str()));
  }
  ValueId i = random_.chance(70) ? clamped(small_int(), n) : small_int();
  i = make("check.index"_op, {i, n}, Type::integer(),
           {{"axis", int64_t(0)}, {"message", std::string("string index out of range")}});
  if (random_.chance(50)) return add(make("str.at"_op, {s, i}, Type::integer()), 21);
  add(make("str.char"_op, {s, i}, Type::str()));
}

void Generator::text_search(ValueId s) {
  ValueId piece = text(), start = text_place(s), stop = make("maximum"_op, {text_place(s), start}, Type::integer());
  int k = random_.below(5);
  if (k == 0) return add(make("str.equal"_op, {s, piece}, Type::boolean()));
  if (k == 1) return add(make("str.compare"_op, {s, piece}, Type::integer()), 1);
  if (k == 2) return add(make("str.skip_space"_op, {s, start, cast(condition(), Type::boolean())}, Type::integer()), 20);
  if (k == 3) return add(make("str.count"_op, {s, piece, start, stop}, Type::integer()), 20);
  add(make(random_.chance(50) ? "str.find"_op : "str.rfind"_op, {s, piece, start, stop}, Type::integer()), 20);
}

void Generator::text_changes(ValueId s) {
  auto between = [&](int low, int high) { return b().integer(random_.between(low, high)); };
  switch (random_.below(8)) {
    case 0: return add_text(make("str.repeat"_op, {s, at_most(small_int(), 3)}, Type::str()));
    case 1: return add_text(make("str.replace"_op, {s, text(), text(), between(-1, 2)}, Type::str()));
    case 2: return add(make("str.strip"_op, {s, text(), between(1, 3)}, Type::str()));
    case 3: return add(make("str.strip_space"_op, {s, between(1, 3)}, Type::str()));
    case 4: return add_text(make("str.changed"_op, {s, between(0, 8)}, Type::str()));
    case 5: return add(make("str.is"_op, {s, between(0, 11)}, Type::boolean()));
    case 6: return static_cast<void>(b().op("str.write"_op, {s, between(1, 1)}, {}));
    default: return add_text(make("str.concat"_op, {s, text()}, Type::str()));
  }
}

void Generator::text_of_number() {
  ValueId i = number(Type::integer()), x = number(Type::floating());
  int k = random_.below(7);
  if (k == 6)
    return add(make("str.code_is"_op,
                    {exact_op("add"_op, at_most(i, 94), b().integer(32)), b().integer(random_.between(0, 11))},
                    Type::boolean()));
  if (k == 0) return add(make("str.of_code"_op, {exact_op("add"_op, at_most(i, 94), b().integer(32))}, Type::str()));
  if (k == 1) return add(make("str.of_int"_op, {i}, Type::str()));
  if (k == 2) return add(make("str.of_float"_op, {without_nan(x)}, Type::str()));
  if (k == 3)
    return add_text(make("str.of_complex"_op, {without_nan(x), x = without_nan(number(Type::floating()))}, Type::str()));
  // Specifications that fit, for ints, floats and strings.
  int64_t kind = random_.below(3);
  std::string spec = kind == 0   ? random_.one_of<std::string>({"", "5", "<6", "05d", "x", "+,"})
                     : kind == 1 ? random_.one_of<std::string>({"", ".3f", "e", ">12.4g", "+.1%"})
                                 : random_.one_of<std::string>({"", ">8", "*^9", ".2"});
  ValueId said = b().text(spec);
  if (k == 4) return add(make("str.spec_fits"_op, {random_.chance(50) ? text() : said, b().integer(kind)}, Type::boolean()));
  if (kind == 0) return add_text(make("str.format_int"_op, {i, said}, Type::str()));
  if (kind == 1) return add_text(make("str.format_float"_op, {without_nan(x), said}, Type::str()));
  add_text(make("str.format_str"_op, {text(), said}, Type::str()));
}

// Pieces of it in a list, asked for its length before and behind.
void Generator::text_lists(ValueId s) {
  ValueId l = make("list.new"_op, {b().integer(random_.below(3))}, Type::list(Type::str()));
  for (int n = random_.below(3); n > 0; --n) {
    if (random_.chance(40)) push(l);
    if (random_.chance(40)) add(length(l), 20);
    ValueId between = random_.chance(40) ? b().text("") : text();
    make("str.split"_op, {l, s, between, b().integer(random_.between(-1, 2))}, Type::boolean());
    if (random_.chance(40))
      add(make("str.some_pieces"_op, {l, s, between, b().integer(random_.between(0, 2)), b().integer(0)}, Type::integer()), 20);
    if (random_.chance(40)) make("str.sort"_op, {l}, Type::boolean());
  }
  add(length(l), 20);
  add_text(make("str.join"_op, {l, text()}, Type::str()));
}

void Generator::number_of_text(ValueId s) {
  if (random_.chance(50)) {
    ValueId holds = make("str.is_float"_op, {s}, Type::boolean());
    return add_guarded(holds, Type::floating(), [&] { return make("str.to_float"_op, {s}, Type::floating()); });
  }
  ValueId base = b().integer(random_.one_of({0, 2, 10, 10, 10, 16}));
  ValueId status = make("str.int_status"_op, {s, base}, Type::integer());
  ValueId holds = make("equal"_op, {status, b().integer(0)}, Type::boolean());
  add_guarded(holds, Type::integer(), [&] { return make("str.to_int"_op, {s, base}, Type::integer()); });
}

void Generator::texts() {
  for (int n = random_.between(1, 3); n > 0; --n) text_step();
}

void Generator::text_step() {
  ValueId s = text();
  int k = random_.below(100);
  if (k < 25) return text_parts(s);
  if (k < 45) return text_search(s);
  if (k < 60) return text_changes(s);
  if (k < 70) return text_lists(s);
  if (k < 90) return text_of_number();
  number_of_text(s);
}

}  // namespace aic::fuzz
