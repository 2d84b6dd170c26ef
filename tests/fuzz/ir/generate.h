// Makes random well-typed modules in tensor form. The entry is @main; its header says what its arguments are to be like:
// `axes` numbers the axes of its array parameters, and axes of one number have one extent (1 for number 0).
//
// A module keeps the contracts of docs/ir.md, the unproved ones too: arrays of one elementwise op have one shape because
// axes of equal numbers meet, `exact` stands where bits are counted, divisors of Python's are checked. What differs from
// machine to machine is kept away from decisions: results of inexact functions are rounded to half of their bits, sums
// are of small whole numbers, floats are cast to ints only where they fit, signs of nans are not asked for.
#pragma once
#include <functional>
#include <memory>
#include <set>

#include "ir/builder.h"
#include "ir/ops/table.h"
#include "tests/fuzz/ir/random.h"

namespace aic::fuzz {

using ir::DType;
using ir::Layout;
using ir::OpCode;
using ir::OpId;
using ir::RegionId;
using ir::Type;
using ir::TypeKind;
using ir::ValueId;

[[nodiscard]] std::unique_ptr<ir::Module> generate(uint64_t seed);

// A value that may be used here.
struct Item {
  ValueId v;
  Type t;
  int bits = 64;          // of an int: |v| < 2**bits
  std::vector<int> tags;  // of an array: numbers of its axes
  bool writable = true;   // of an array: no two elements in one place, not read-only
};

// What a value must be to be carried by a loop or given to a return.
struct Spec {
  Type t;
  std::vector<int> tags;
  bool any_tags = false;
};

class Generator {
 public:
  Generator(ir::Module& m, Random& random) : m_(m), random_(random) {}
  void module();

 private:
  struct Loop {
    int64_t label;
    std::vector<Spec> state;
    ValueId counter;  // of a while: state 0
  };
  struct Signature {
    std::string name;
    std::vector<Type> parameters;
    Type result;
    bool recursive = false;
  };

  // functions (generate.cpp)
  void function(const std::string& name, bool entry, bool recursive);
  Type parameter_type(bool entry);
  Type result_type();
  Type number_type();
  Type python_type() {
    return random_.one_of({Type::boolean(), Type::integer(), Type::integer(), Type::floating(), Type::complex()});
  }
  DType dtype() { return DType(random_.below(14)); }
  DType likely_dtype() {
    return random_.chance(50) ? random_.one_of({DType::F64, DType::F64, DType::I64, DType::F32}) : dtype();
  }
  void recurse();
  // statements (statements.cpp)
  bool block(int budget);  // true: the region has ended
  bool statement();
  bool if_statement();
  bool arm(RegionId, const std::vector<Spec>& specs, bool may_leave);
  bool leave();
  void for_loop();
  void while_loop();
  void continue_loop(const Loop&);
  void break_loop(const Loop&);
  void return_now();
  void raise_now();
  void call(const Signature&, ValueId depth);
  void call_some();
  void compounds();
  void cells();
  void unions();
  void maybe_bound();
  // lists (lists.cpp)
  void lists();
  void new_list();
  void push(ValueId list);
  ValueId length(ValueId list);
  // strings (texts.cpp)
  void texts();
  void text_step();
  ValueId text();
  ValueId text_constant();
  ValueId text_length(ValueId);
  ValueId text_place(ValueId);
  void text_parts(ValueId);
  void text_search(ValueId);
  void text_changes(ValueId);
  void text_lists(ValueId);
  void text_of_number();
  void number_of_text(ValueId);
  void add_text(ValueId);
  void add_guarded(ValueId holds, Type, const std::function<ValueId()>& op);
  ValueId at_most(ValueId, int64_t most);  // in 0…most
  // tables, handlers (tables.cpp)
  void tables();
  ValueId new_table();
  void table_step(ValueId table);
  void put_entry(ValueId table);
  ValueId put_hashed(ValueId table, ValueId key);
  ValueId place_by_hash(ValueId table);
  Type part_of(ValueId table, size_t part);
  ValueId sought_key(Type held);
  void hash();
  void attempt();
  // scalars (scalars.cpp)
  ValueId constant(Type);
  ValueId number(Type);
  ValueId small_int();
  ValueId condition();
  void checks();
  void exact_arithmetic();
  ValueId cast(ValueId, Type to);
  ValueId rounded(ValueId);  // to half of its bits
  ValueId tame(ValueId);     // small whole numbers
  ValueId without_nan(ValueId);
  ValueId elementwise_op(OpCode, std::vector<ValueId>);
  void scalar_elementwise();
  bool operands_allowed(const ir::OpRecord&, DType);
  ValueId prepared(OpCode, std::vector<ValueId> operands);
  OpCode elementwise_code();
  void check_overflow();
  const Item* some_item(bool (*wanted)(const Item&));
  // arrays (arrays.cpp)
  Item any_array();
  Item array_of(const Spec&);
  Item array_like(DType, const std::vector<int>& tags);
  Item relayout(const Item&, Type);
  Item with_layout(const Item&, Layout);
  std::vector<int> some_tags(int rank);
  Item array_operand(DType, const Item& like);
  void array_elementwise();
  void broadcast(std::vector<Item>&);
  void view();
  void basic_view(const Item&);
  void neighbours(const Item&);
  void transpose(const Item&);
  void reshape(const Item&);
  void stretch(const Item&);
  std::vector<ValueId> indices(const Item&);
  Item target();
  void load();
  void store();
  void assign();
  void birth();
  void generate_op();
  void reduce();
  void scan();
  void matmul();
  void not_empty(const Item&, const std::vector<int64_t>& axes);
  void argreduce();
  bool pure_load_allowed(const Item&, const std::vector<int>& tags);
  ValueId clamped(ValueId index, ValueId extent);
  struct Slice {
    ValueId start, count, step;
    bool dense;  // of step 1
  };
  Slice slice(ValueId extent);
  ValueId exact_op(OpCode c, ValueId x, ValueId y) { return make(c, {x, y}, Type::integer(), {{"exact", int64_t(1)}}); }

  // values
  ValueId make(OpCode c, std::initializer_list<ValueId> operands, Type t, std::vector<ir::NamedAttr> attrs = {}) {
    return b().make(c, operands, t, std::move(attrs));
  }
  ir::Builder b() { return ir::Builder(*f_, here_); }
  Type type(ValueId v) { return f_->type(v); }
  void add(ValueId v, int bits = 64) { pool_.push_back({v, type(v), bits, {}, true}); }
  void add_array(ValueId v, std::vector<int> tags, bool writable = true) {
    pool_.push_back({v, type(v), 64, std::move(tags), writable});
  }
  void add_result(ValueId v);  // of a call or a tuple: its axes are new
  int new_tag(ValueId extent, bool is_product = false);
  int fresh_axis(ValueId array, int axis);
  ValueId extent_of(int tag);
  ValueId value(const Spec&);
  Spec spec_of(const Item& i) { return {i.t, i.tags, false}; }
  Spec some_state();

  ir::Module& m_;
  Random& random_;
  ir::Function* f_ = nullptr;
  RegionId here_;
  std::vector<Item> pool_;
  std::vector<ValueId> tags_;  // extents by number; 0 is the constant 1
  std::set<int> products_;     // numbers of axes that are too long to make arrays of
  std::vector<Loop> loops_;
  std::vector<Signature> signatures_;
  Type result_;
  int depth_ = 0, left_ = 0;
  ValueId recursion_;  // how often this function may still call itself
};

}  // namespace aic::fuzz
