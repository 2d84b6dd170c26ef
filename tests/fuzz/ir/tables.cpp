// Dicts and sets as Python's methods use them, and handlers: see generate.h. Places are the runtime's affair, so none goes
// into the pool; nor does the order of a set.
#include "tests/fuzz/ir/generate.h"

namespace aic::fuzz {

using namespace ir;

ValueId Generator::new_table() {
  Type key = random_.one_of({Type::integer(), Type::integer(), Type::str(), Type::floating(), Type::boolean(),
                             Type::tuple(std::array{Type::integer(), Type::str()})});
  std::vector<Type> parts{Type::integer(), key};
  bool dict = random_.chance(65);
  if (dict)
    parts.push_back(random_.chance(60)   ? number_type()
                    : random_.chance(50) ? Type::str()
                                         : Type::array(DType::F64, 1, Layout::C));
  Type t = Type::flavoured(Type::list(Type::tuple(parts)), dict ? "dict" : "set");
  ValueId table = make("list.new"_op, {b().integer(0)}, t);
  add(table);
  for (int n = random_.below(4); n > 0; --n) put_entry(table);
  return table;
}

Type Generator::part_of(ValueId table, size_t part) { return type(table).element().elements()[part]; }

void Generator::put_entry(ValueId table) {
  bool dict = type(table).flavour() == "dict";
  ValueId x = dict ? value({part_of(table, 2), {}, true}) : ValueId{}, key = value({part_of(table, 1), {}, true});
  bool hashed = dict && part_of(table, 1) == Type::integer() && random_.chance(50);
  ValueId place = hashed ? put_hashed(table, key) : make("table.insert"_op, {table, key}, Type::integer());
  if (dict) b().op("list.store"_op, {table, x, place}, {}, {{"part", int64_t(2)}});
}

// A key is looked for that is another number's equal: 1, 1.0 and True are one.
ValueId Generator::sought_key(Type held) {
  if (!held.is_number() || random_.chance(60)) return value({held, {}, true});
  return number(random_.one_of({Type::integer(), Type::floating(), Type::boolean()}));
}

void Generator::tables() {
  const Item* known = some_item([](const Item& i) { return i.t.is_list() && i.t.is_table(); });
  ValueId table = known && random_.chance(85) ? known->v : new_table();
  for (int n = random_.between(1, 4); n > 0; --n) table_step(table);
}

// The place of a key whose hash is asked first, as keys that have methods for it are put in.
ValueId Generator::put_hashed(ValueId table, ValueId key) {
  ValueId hash = make("hash"_op, {key}, Type::integer());
  ValueId known = make("table.find"_op, {table, key}, Type::integer());
  ValueId there = make("greater_equal"_op, {known, b().integer(0)}, Type::boolean());
  OpId branch = b().op("if"_op, {there}, {Type::integer()}, {}, 2);
  RegionId outside = here_;
  for (size_t arm = 0; arm < 2; ++arm) {
    here_ = f_->op(branch).regions[arm];
    ValueId place = arm == 0 ? known : make("table.insert_hashed"_op, {table, key, hash}, Type::integer());
    b().op("yield"_op, {place}, {});
  }
  here_ = outside;
  return f_->op(branch).results[0];
}

ValueId Generator::place_by_hash(ValueId table) {
  ValueId hash = make("hash"_op, {value({Type::integer(), {}, true})}, Type::integer());
  return make("table.probe"_op, {table, hash, b().integer(-1)}, Type::integer());
}

void Generator::table_step(ValueId table) {
  bool dict = type(table).flavour() == "dict";
  int k = random_.below(100);
  if (k < 40) return put_entry(table);
  if (k < 48) return add(make("table.count"_op, {table}, Type::integer()), 20);
  if (k < 50) return static_cast<void>(b().op("table.clear"_op, {table}, {}));
  if (k < 60) {
    const Item* other = some_item([](const Item& i) { return i.t.is_list() && i.t.is_table(); });
    if (!other || other->t != type(table)) return static_cast<void>(b().op("table.reserve"_op, {table, table}, {}));
    if (!dict && random_.chance(40))
      return static_cast<void>(b().op("table.select"_op, {table, other->v, random_.chance(50) ? table : other->v}, {},
                                      {{"held", int64_t(random_.below(2))}}));
    return static_cast<void>(b().op(dict || random_.chance(30) ? "table.swap"_op : "table.merge"_op, {table, other->v}, {}));
  }
  bool found = dict ? random_.chance(60) : random_.chance(80);
  ValueId n = make("list.length"_op, {table}, Type::integer());
  bool by_hash = found && dict && part_of(table, 1) == Type::integer() && random_.chance(50);
  ValueId place = by_hash              ? place_by_hash(table)
                  : found              ? make("table.find"_op, {table, sought_key(part_of(table, 1))}, Type::integer())
                  : random_.chance(40) ? make("table.next"_op, {table, b().integer(0)}, Type::integer())
                  : dict || random_.chance(50)
                      ? make("table.previous"_op, {table, exact_op("subtract"_op, n, b().integer(1))}, Type::integer())
                      : make("table.first_to_go"_op, {table}, Type::integer());
  ValueId there = make("greater_equal"_op, {place, b().integer(0)}, Type::boolean());
  if (!dict && !found) return add(there);
  if (random_.chance(30)) {
    OpId branch = b().op("if"_op, {there}, {}, {}, 2);
    RegionId outside = here_;
    for (size_t arm = 0; arm < 2; ++arm) {
      here_ = f_->op(branch).regions[arm];
      if (arm == 0) b().op("table.remove"_op, {table, place}, {});
      b().op("yield"_op, {}, {});
    }
    here_ = outside;
    return add(there);
  }
  auto part = int64_t(dict ? random_.between(1, 2) : 1);
  Type t = part_of(table, size_t(part));
  add_guarded(there, t, [&] { return make("list.load"_op, {table, place}, t, {{"part", part}}); });
}

void Generator::hash() {
  ValueId x = value({random_.one_of({Type::integer(), Type::floating(), Type::boolean()}), {}, true});
  if (type(x) == Type::floating()) x = without_nan(x);  // nan's is its address in CPython
  add(make("hash"_op, {x}, Type::integer()));
}

// A call whose exception is caught: some classes are handled, any other goes on.
void Generator::attempt() {
  size_t mine = f_->name() == "main" ? 0 : 1;  // a function calls those made before it
  if (signatures_.size() <= mine + (mine ? 0 : 1)) return scalar_elementwise();
  const Signature s = signatures_[size_t(random_.below(int(signatures_.size()) - 1))];
  std::vector<ValueId> arguments;
  for (size_t k = 0; k < s.parameters.size(); ++k)
    arguments.push_back(k == 0 && s.recursive ? b().integer(random_.between(0, 3)) : value({s.parameters[k], {}, true}));
  OpId call = b().op("call"_op, arguments, std::vector<Type>{Type::integer(), s.result},
                     {{"callee", Symbol{s.name}}, {"caught", int64_t(1)}});
  ValueId status = f_->op(call).results[0], result = f_->op(call).results[1];
  ValueId raised = make("not_equal"_op, {status, b().integer(0)}, Type::boolean());
  OpId branch = b().op("if"_op, {raised}, {s.result}, {}, 2);
  RegionId outside = here_;
  size_t items = pool_.size(), tags = tags_.size();
  here_ = f_->op(branch).regions[0];
  ValueId error = make("error.save"_op, {}, Type::list(Type::integer()));
  std::vector<std::string> classes{
      random_.one_of<std::string>({"ValueError", "IndexError", "LookupError", "ArithmeticError", "Exception"})};
  ValueId mineness = make("error.matches"_op, {error}, Type::boolean(), {{"classes", classes}});
  OpId handled = b().op("if"_op, {mineness}, {s.result}, {}, 2);
  RegionId handler = here_;
  here_ = f_->op(handled).regions[0];
  ValueId instead = value({s.result, {}, true});
  b().op("yield"_op, {instead}, {});
  pool_.resize(items), tags_.resize(tags);
  here_ = f_->op(handled).regions[1];
  b().op("error.raise"_op, {error}, {});
  here_ = handler;
  b().op("yield"_op, {f_->op(handled).results[0]}, {});
  here_ = f_->op(branch).regions[1];
  b().op("yield"_op, {result}, {});
  here_ = outside;
  add_result(f_->op(branch).results[0]);
}

}  // namespace aic::fuzz
