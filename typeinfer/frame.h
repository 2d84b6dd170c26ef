// The interpreter of one function body: it walks the py form once (loops: until their state is stable) and writes the
// typed function on the way. One Frame for each instance; lambdas given to `generate` run in a Frame of their own that
// writes into the same function.
//
// Speculation: a loop body is written with the state types guessed from its entry. If the types that come back are wider,
// what was written is erased and written again with the join. Errors met while guessing too narrowly are kept, not thrown:
// they count only if the guess was right.
#pragma once
#include <functional>

#include "ir/builder.h"
#include "ir/diagnostics.h"
#include "ir/ops/table.h"
#include "typeinfer/instances.h"
#include "typeinfer/session.h"

namespace aic::typeinfer {
using ir::operator""_op;
using ir::OpCode;

using Values = std::vector<Value>;

// How a region of the py form was left.
struct Outcome {
  bool ends = false;   // by an exit: nothing follows
  Values yielded;      // of `yield`, and of `condition` (the condition first)
};

struct Watched {  // a dict or set that a loop goes over, and how many entries it had at first
  Value table;
  ValueId count;
};

struct LoopContext {
  int64_t py_label = 0, label = 0;          // label: of the loop written for it
  int64_t break_label = 0;                  // of the loop that `break` leaves (an unrolled loop's outer one)
  Values state, results;                    // shapes guessed for `continue` and for `break`
  Values joined_state, joined_results;      // joins of what came
  bool left_by_break = false;
  bool unrolled_flat = false;               // rounds are written in a row: exits are met directly, in this region
  RegionId home;
  ValueId counter;                          // of a loop over lists: its first state, the number of the round
  std::vector<Watched> watched;
  bool by_cells = false;                    // of a loop over a generator: its state is in cells
  Values cells;
  std::string cells_name;
  bool by_slots = false;                    // of a loop that a kept generator goes on in: its state is in slots
  std::vector<size_t> slots, break_slots;
  int flat_exit = 0;                        // 1 continue, 2 break: met in this round
  Values flat_values;
};

// What some kinds of values do, each in a file of its own: a Frame's functions, in structs of their own.
struct Caught;        // caught.cpp: exceptions as values
struct Enums;         // enums.cpp
struct Named;         // named.cpp: named tuples
struct LocalClasses;  // local_classes.cpp: classes made by statements in compiled code
struct Contexts;      // contexts.cpp: what `with` enters
struct FormatString;  // format_strings.cpp
struct FloatErrors;   // float_errors.cpp: where they raise
struct Interpreted;   // interpreted.cpp: blocks that Python runs
struct ListNumbers;   // arrays_of_lists.cpp

class Frame {
  friend Caught;
  friend Enums;
  friend FormatString;
  friend Interpreted;
  friend Named;
  friend LocalClasses;
  friend Contexts;
  friend FloatErrors;
  friend ListNumbers;

 public:
  Frame(Session& session, Instance& instance, const ir::Function& py, ir::Function& out, RegionId region);
  void run();  // the whole body of an instance
  // A call written in place: the values of the parameters → the value returned; none if it cannot be done in place.
  std::optional<Value> run_inline(Values parameters);
  Value result;             // join of what was returned
  int lowest;

  struct Arguments {
    Values positional;
    std::vector<std::pair<std::string, Value>> keywords;
  };

 private:
  struct Return {
    OpId at;  // a placeholder `return`, whose operand is set when the result's shape is known
    Value value;
  };
  // ---- control.cpp ----
  using Condition = std::pair<ValueId, bool>;  // a condition of the py form and whether it holds
  Outcome region(RegionId py, std::optional<Condition> fact = {});
  bool step(OpId, Outcome&);  // one op; true: the region ends here
  void operation(OpId);
  bool terminator(OpId, Outcome&);
  bool branch(OpId);
  bool branch_written(OpId, ValueId condition);
  void bind_results(OpId, OpId written, const Values& shapes);
  void refuse_mixed_results();
  void tell_hidden();
  void finish_returns();
  void end_unreachable();
  Value truth(const Value&);                   // a bool literal, or a Runtime bool or b1
  void exit_loop(OpId, bool is_break);
  // ---- loops.cpp ----
  bool while_loop(OpId);
  bool for_loop(OpId);
  using Attempt = std::function<OpId(LoopContext&)>;
  OpId fixpoint(OpId, const Values& entry, LoopContext&, const Attempt&);
  OpId while_attempt(OpId, const Values& entry, LoopContext&, bool& endless);
  bool unrolled_loop(OpId, const Values& elements);
  bool unrolled_flat(OpId, const Values& elements);
  bool unrolled_wrapped(OpId, const Values& elements);
  using ElementAt = std::function<Value(ValueId counter)>;
  bool counted_loop(OpId, ValueId start, ValueId stop, ValueId step, const ElementAt&);
  bool asking_loop(OpId, const std::function<std::pair<ValueId, ValueId>(ValueId)>& next, const ElementAt&);
  void write_round(OpId, LoopContext&, const std::vector<ValueId>& ids, const ElementAt&);
  Values loop_entry(OpId);
  void set_loop_results(OpId, const LoopContext&, OpId loop, size_t from);
  OpId open_for(const Values& init, ValueId start, ValueId stop, ValueId step, int64_t label);
  // iteration.cpp
  bool list_loop(OpId, const Value& iterable);
  bool careful_loop(OpId, const Value& iterable);
  bool list_rounds(OpId, const Value& iterable, const std::vector<Watched>&);
  static void tables_in(const Value& iterable, std::vector<Watched>& out);
  void check_watched(const Watched&);
  std::vector<Watched> tables_of(const Value& iterable);
  Watched watched(const Value& several);
  Value list_of_arms(const Value& several);
  bool may_resize(OpId loop, const std::vector<Type>& lists) const;
  Value prepared(const Value& iterable);
  Value entries_of(const Value& iterator, const Value& table);
  ValueId has_more(const Value& iterable, ValueId round);
  Value set_element(OpId, const Value& iterable, ValueId round);
  std::optional<Values> static_elements(const Value& iterable);
  Value element_of(const Value& iterable, ValueId index);
  Value hidden_array(const ir::ArrayGlobal&);
  ValueId hidden_parameter(const ir::ArrayGlobal&);
  ValueId hidden_id(const ir::ArrayGlobal&);
  ValueId new_hidden(const ir::ArrayGlobal&);
  Value of_world(const ir::Entity&);
  Value functions_of_world(const Value&, const ir::NamedTuple&);
  Value handed_over(Value argument);
  Value length_of(const Value& iterable);
  // ---- narrowing.cpp ----
  struct Fact {
    ValueId py;
    Value value;
  };
  using Facts = std::vector<std::pair<ValueId, std::function<bool(Type)>>>;  // which arms of a union value remain
  void facts(ValueId condition, bool holds, Facts& out, int depth = 0);
  void apply_facts(const Facts&);
  void narrow(ValueId py, const std::function<bool(Type)>& remains);
  // ---- coerce.cpp ----
  ValueId materialise(const Value&);              // its run-time value, of type_of(value)
  ValueId as_type(const Value&, Type);            // converted (numbers by cast), also into unions and wider layouts
  Value coerce(const Value&, const Value& shape); // into a shape that is a join with it
  Values coerce_all(const Values&, const Values& shapes);
  std::vector<ValueId> leaf_ids(const Values&);
  ValueId number_constant(const Value&, Type);
  Value exploded(Type, ValueId);                  // tuples as parts
  Value taken_apart(const Value& shape, ValueId);  // the same, of a shape
  ValueId boxed(const Value& container, Type);     // recursive.cpp
  Value unboxed(const Value&);
  Value undefined(const Value& shape);
  Value absent(const Value& shape);
  Value chosen(const Value&, const Value& shape);  // choices.cpp
  Value is_same_function(const Value& x, const Value& y);
  Value choose(ValueId condition, const std::function<Value()>& then, const std::function<Value()>& otherwise);
  Value by_arms(const Value&, const std::function<Value(const Value&)>& f);  // unions: f for each arm (unions.cpp)
  Value split(const Value&, const std::function<Value(const Value&)>& f);    // by_arms for unions, else f
  // ---- operators ----
  Value binary(const std::string& op, const Value& x, const Value& y, bool in_place = false);
  Value python_binary(const std::string& op, const Value& x, const Value& y);
  Value python_integers(const std::string& op, const Value& x, const Value& y);
  Value python_floats(const std::string& op, const Value& x, const Value& y);
  Value python_complex(const std::string& op, const Value& x, const Value& y);
  Value python_power(const Value& x, const Value& y);
  Value float_power(const Value& x, const Value& y);
  Value compare_exactly(OpCode, ValueId integer, ValueId real);  // Python's int against float
  ValueId both(ValueId a, ValueId b) { return make("bitwise_and"_op, {a, b}, Type::boolean()); }
  ValueId either(ValueId a, ValueId b) { return make("bitwise_or"_op, {a, b}, Type::boolean()); }
  ValueId inverse(ValueId a) { return make("logical_not"_op, {a}, Type::boolean()); }
  ValueId test(OpCode c, ValueId a, ValueId b) { return make(c, {a, b}, Type::boolean()); }
  ValueId real(double x) { return make("const"_op, {}, Type::floating(), {{"value", x}}); }
  ValueId divisor(const Value& y, Type, const char* message);
  [[noreturn]] void wrong_operands(const std::string& op, const Value& x, const Value& y);
  std::optional<Value> folded(const std::string& op, const Value& x, const Value& y);
  Value sequence_binary(const std::string& op, const Value& x, const Value& y);
  Value unary(const std::string& op, const Value& x);
  Value compare(const std::string& op, const Value& x, const Value& y);
  Value python_compare(const std::string& op, const Value& x, const Value& y);
  void raise_if_not_one(const std::string& op, const Value& x, const Value& y);
  Value compare_tuples(const std::string& op, const Value& x, const Value& y);
  Value is_same(const Value& x, const Value& y);
  Value contains(const Value& x, const Value& container);
  Value negation(const Value&);
  std::optional<Value> binary_of_collections(const std::string& op, const Value&, const Value&, bool in_place);
  Value compare_collections(const std::string& op, const Value& x, const Value& y);
  // ---- int_unions.cpp: what needs no telling of the arms ----
  [[nodiscard]] static bool has_number(const Value&);
  ValueId number_of(const Value&);
  Value is_python(const Value&);
  std::optional<Value> compare_numbers(const std::string& op, const Value& x, const Value& y);
  std::optional<Value> number_arithmetic(const std::string& op, const Value& x, const Value& y);
  std::optional<ValueId> number_as_union(const Value& pair, Type);
  std::optional<Value> pair_binary(const std::string& op, const Value& x, const Value& y);  // weak_ints.cpp
  // ---- ufuncs ----
  Value ufunc(OpCode, Values operands, bool by_operator = false);
  Value ufunc_scalar_or_array(OpCode, const Values& operands, DType compute, Type element);
  struct BroadcastError {
    std::string exception, message;
  };
  Values broadcast(const Values& operands, int& rank, const BroadcastError* told = nullptr);
  // ---- ufunc_calls.cpp ----
  Value in_place(const std::string& op, const Value& target, const Value& y);
  Value written_into(const Value& target, const std::string& shown, const std::function<Value()>& f,
                     const std::string& rule = "same_kind");
  bool said(const std::string& key, const Value&, const std::string& ufunc, std::string& word);
  void wrong_cast(const ir::OpRecord&, const std::string& what, DType from, DType to, const std::string& rule);
  bool check_inputs(const ir::OpRecord&, const Values& operands, DType to, const std::string& rule);
  Value call_record(OpCode, const std::string& name, Arguments);
  Value ufunc_method(const Value& ufunc, const std::string& name, Arguments);
  Value compare_wide(OpCode, const Values& operands);
  Value elementwise(OpCode, const std::vector<ValueId>& operands, DType result);
  Value zero_rank_loaded(const Value&);
  Value wide_as(const Value&, Type);  // wide_ints.cpp, as are the next three
  Value wide_beside(const Value& wide, const Values& others, bool compares);
  std::optional<Value> wide_binary(const std::string& op, const Value& x, const Value& y);
  std::optional<Value> wide_compare(const std::string& op, const Value& x, const Value& y);
  bool computed_in(const ir::OpRecord&, const std::string& name, std::optional<DType>, const std::string& rule,
                   Values& operands);
  Value cast_to(const Value&, DType);   // NumPy scalar or array of the dtype
  ValueId weak_operand(const Value&, DType compute, Type type);
  // ---- indexing ----
  struct Part {
    enum What : uint8_t { Index, Slice, Whole, NewAxis, Mask, Array } what;
    Value value;
  };
  std::vector<Part> index_parts(const Value& array, const Value& index);
  Value as_index(const Value&);
  Value as_subscript(const Value&);
  Value settled(const Value&);
  Value get_item(const Value& x, const Value& index);
  void set_item(const Value& x, const Value& index, const Value& value);
  Value get_array(const Value& a, const std::vector<Part>&);
  ValueId checked_index(const Value& index, ValueId array, int axis, int shown_axis);
  Value view(const Value& a, const std::vector<Part>&);
  void slice_operands(const Value& slice, ValueId extent, std::vector<ValueId>& out);
  Value get_tuple(const Value& t, const Value& index);
  // Index arrays (gathering.cpp): the basic parts as a view, and which of its axes are read through arrays.
  struct Advanced {
    Value base;
    std::vector<std::optional<Value>> index;  // per axis of base: an index array or number; none: the axis is kept
    Values arrays;                            // of rank ≥ 1, brought to one shape; in order of their axes
    std::vector<ValueId> extents;             // of that shape
    size_t position = 0;                      // among the kept axes: where these axes stand in the result
    std::vector<ValueId> kept;                // extents of the kept axes
    std::vector<bool> given;                  // per axis of base: the program's indices, not a mask's positions
  };
  Advanced advanced(const Value& a, const std::vector<Part>& parts);
  Values mask_positions(const Value& mask);
  std::vector<ValueId> place(const Advanced&, const std::vector<ValueId>& at, const std::vector<ValueId>& kept);
  std::vector<ValueId> arranged(const Advanced&, const std::vector<ValueId>& of_arrays, const std::vector<ValueId>& of_kept);
  void check_mask(const Value& a, const Value& mask, int first_axis);
  static bool is_masked(const std::vector<Part>&);
  ValueId count_of_mask(const Value& mask);
  std::vector<ValueId> chosen_extents(const Value& a, const Value& mask);
  Value compressed(const Value& a, const Value& mask);
  Value gather(const Value& a, const std::vector<Part>&);
  void check_places(const Advanced&);
  Value last_axes(const Value& a, int rank);
  Value without_ones(const Value& source, const std::vector<ValueId>& wide);
  Value chosen_without_ones(const Value& source, const std::vector<ValueId>& wide);
  Value written(const Value& value, const Value& a, const std::vector<ValueId>& extents, bool masked);
  void scatter_masked(const Value& a, const Value& mask, const Value& value, bool alone);
  void scatter(const Value& a, const std::vector<Part>&, const Value& value, bool alone);
  Value apart_from(const Value& x, const Value& a);
  void assign(const Value& target, const Value& source);
  void store(const Value& a, const std::vector<ValueId>& index, const Value& value);
  Value load(const Value& a, const std::vector<ValueId>& index);
  ValueId to_element(const Value&, Type element);  // as NumPy's assignment converts
  Value as_source(const Value& given, DType to);   // what is assigned to an array
  void each_index(const std::vector<ValueId>& extents, const std::function<void(const std::vector<ValueId>&)>& body);
  void count_loop(ValueId stop, const std::function<void(ValueId)>& body);
  // ---- lists.cpp ----
  std::shared_ptr<ListSite> site_here(const std::string& path);
  void grow_list(const Value& list, const Value& element);
  Value new_list(ValueId capacity, const std::string& path, const Value& element);
  Value starred_list(const Values& parts, const std::vector<int64_t>& starred);
  Value list_display(const Values& elements, const std::string& path);
  Value real(const Value&, const std::string& path);
  ValueId list_length(const Value& list);
  Value take(const Value& list, ValueId index);
  void put(const Value& list, ValueId index, const Value&, bool fresh);
  void append(const Value& list, const Value&);
  ValueId list_index(const Value& list, const Value& index, const char* message);
  Value get_list_item(const Value& list, const Value& index);
  void set_list_item(const Value& list, const Value& index, const Value& value);
  void delete_item(const Value& x, const Value& index);
  Value list_slice(const Value& list, const Value& slice, bool as_list = false);
  // long_tuples.cpp
  Value new_long_tuple(ValueId capacity, const std::string& path, const Value& element);
  Value as_long_tuple(const Value& tuple, const std::string& path);
  ValueId long_tuple_as(const Value& tuple, Type);
  Value tuple_from(const Value& iterable);
  Value starred_tuple(const Values& parts, const std::vector<int64_t>& starred);
  std::optional<Value> long_tuple_binary(const std::string& op, const Value& x, const Value& y);
  // spreading.cpp
  struct Spread;
  Values unpack(const Value&, size_t n, int64_t star, bool is_arm = false);
  Value spread_of(OpId call, size_t first);
  Value call_builtin_spread(const std::string& name, const Arguments&);
  Values spread_over_ufunc(const Value& rest, OpCode, size_t before);
  struct Parameter {
    std::string name;
    bool has_default, by_position_only = false, by_name_only = false;
  };
  struct Signature {
    std::string callee;  // as CPython's messages begin
    std::vector<Parameter> positional;
    size_t implied = 0;  // arguments that the caller does not write: self
    bool takes_more = false;
  };
  void check_spread(const Signature&, const Spread&, const Arguments&);
  void bind_from_table(const ir::PyForm&, const Value& function, const Value& table, std::vector<std::optional<Value>>& given);
  void place_table(const Signature&, const std::function<Value(size_t)>& otherwise, Arguments&);
  [[nodiscard]] bool takes_table(const Value& callee);
  void place_spread(const Signature&, const std::function<Value(size_t)>& otherwise, Arguments&);
  Value bound_from(const Value& rest, size_t index, const std::optional<Value>& otherwise);
  Value list_from(const Value& iterable);
  Value call_list(const std::string& name, Arguments);
  Value list_method(const Value& list, const std::string& name, Arguments);
  bool is_list_like(const Value&) const;
  std::optional<Value> list_binary(const std::string& op, const Value& x, const Value& y, bool in_place);
  std::optional<Value> list_compare(const std::string& op, const Value& x, const Value& y);
  Values unpack_list(const Value& list, size_t n, int64_t star);
  std::optional<Value> prim_list(const std::string& name, const Arguments&);
  bool has_one_consumer(OpId) const;
  std::optional<Value> wanted_first(OpId call);
  void check_generators(OpId call);
  Value adopted(const Value& result, const ir::PyForm& callee);
  // ---- tables.cpp: dicts and sets ----
  Value new_table(const std::string& flavour, const std::string& path, const Values& entry);
  ValueId table_key(const Value& table, const Value& key, bool grows);
  ValueId find_place(const Value& table, const Value& key);
  ValueId insert_place(const Value& table, const Value& key);
  Value take_part(const Value& table, ValueId place, size_t part);
  Value entry_of(const Value& table);
  void put_value(const Value& table, ValueId place, const Value& value);
  ValueId table_count(const Value& table);
  void grow_table(const Value& table, const Values& entry);
  Value dict_display(OpId);
  Value dict_of(const std::string& key, const Value&);
  Value set_display(const Values& elements, const std::string& path);
  Value get_dict_item(const Value& dict, const Value& key);
  void set_dict_item(const Value& dict, const Value& key, const Value& value);
  Value call_table(const std::string& flavour, const std::string& name, Arguments);
  Value table_from(const std::string& flavour, const Arguments&);
  std::optional<Value> table_binary(const std::string& op, const Value& x, const Value& y, bool in_place);
  std::optional<Value> table_compare(const std::string& op, const Value& x, const Value& y);
  std::optional<Value> prim_table(const std::string& name, const Arguments&);
  bool table_loop(OpId, const Value& iterable);
  Value table_view(const Value& dict, const std::string& which);
  void check_hashable(const Value& key);
  Value hashable(const Value& key);
  bool asks_methods(Type key);  // are keys hashed or compared by methods?
  bool is_hashable(Type);
  Value hash_of(const Value&);
  Value equal_as_keys(const Value&, const Value&);
  ValueId place_by_methods(const char* function, const Value& table, const Value& key);
  void key_error(ValueId good, const Value& key);
  // ---- objects.cpp, object_operators.cpp: objects of the user's classes ----
  Class& class_of(const Value& object);
  Value field_shape(Class&, Field&);
  Value load_field(const Value& x, Class&, Field&);
  std::optional<ir::ArrayGlobal> rebound_place(const ir::Entity& of, const std::string& name);  // places.cpp
  static ir::Entity place_owner(OpCode asked);
  ir::Entity asked_place(const ir::Entity& of, const std::string& name);
  std::optional<Value> rebound_global(const ir::Entity& of, const std::string& name);  // of: a module, or Missing
  void require_bound(const Value& place, const ir::Entity& of, const std::string& name);
  void rebind_global(const ir::Entity& of, const std::string& name, const Value&);
  bool is_rebound_member(const ir::ClassEntity&, const std::string& name);
  Value rebound_member(const ir::ClassEntity&, const std::string& name);
  void set_class_attribute(const ir::ClassEntity&, const std::string& name, const Value&);
  void rebind(const ir::Entity& place, const ir::Entity& of, const std::string& name, const Value&);
  void store_value(const Value& x, Class& c, Field& f, const Value& v);
  void store_function(const Value& x, Class&, Field&, const Value&);
  void store_field(const Value& x, Class&, const std::string& name, const Value&);
  std::optional<ValueId> is_set(const Value& x, Class&, const Field&);
  Value instantiate(const ir::ClassEntity&, Arguments, const Value* made = nullptr);
  Value of_class(const Classes::Found&, const Value& self, const ir::ClassEntity&, const std::string& name);
  Value member_value(const Classes::Found&, const Value& of);  // `of`: an object, or what stands for a class
  bool set_fields(Class&, const ir::ClassDescription&, const Value& self, Arguments);
  Value made_by(const Value& factory, const std::string& field);
  Value object_attribute(const Value& x, const std::string& name);
  void set_object_attribute(const Value& x, const std::string& name, const Value&);
  Value class_attribute(const ir::ClassEntity&, const std::string& name);
  Value super_of(const Arguments&);
  Value super_attribute(const Value& super, const std::string& name);
  Value call_generated(const Value& method, Arguments);
  std::optional<Value> union_method(const Value& x, const std::string& name);
  Value call_union_method(const Value& method, const Arguments&);
  bool has_special(const Value& x, const std::string& name);
  bool has_operator(const std::string& op, const Value& x, const Value& y);
  std::optional<Value> call_special(const Value& x, const std::string& name, const Values& others);
  Value object_binary(const std::string& op, const Value& x, const Value& y, bool in_place);
  Value object_compare(const std::string& op, const Value& x, const Value& y);
  std::optional<Value> compared(const std::string& name, const Value& x, const Value& y);
  Value compared_fields(const Value& x, const ir::ClassDescription&);
  Value object_unary(const std::string& op, const Value& x);
  Value object_truth(const Value& x);
  Value object_contains(const Value& x, const Value& container);
  Value object_text(const Value& x, bool repr);
  Value generated_text(const Value& x);
  Value generated_hash(const Value& x);
  Value text_of_fields(const Value& x);
  Value hash_of_fields(const Value& x);
  Value compare_of_fields(const std::string& op, const Value& x, const Value& y);
  std::optional<Value> object_builtin(const std::string& name, const Arguments&);
  Value iterated(const Value& x);
  Value library_iterator(const std::string& name, const Value& x);
  // ---- generators.cpp ----
  static Value generator(const ir::PyForm&, Values arguments);
  bool is_handed_once();
  [[nodiscard]] bool is_read_at_once() const;
  [[nodiscard]] bool is_looped_over() const;
  Value kept_iterator(Value);
  void check_consumed_once(ValueId py, OpId consumer);
  void consume(const Value& iterable, const std::function<void(Value)>& use);
  void close_region(OpCode exit, int64_t loop);
  void run_generator(const Value& generator, const std::function<void(Value)>& use);
  bool generator_loop(OpId, const Value& iterable, bool fresh = false);
  // ---- instances.cpp ----
  Value plain(const Value&);
  std::optional<Value> special(const Value&, const std::string& name, Values arguments);
  // ---- iterators.cpp ----
  Value iterator_of(const Value&);
  Value iterator_at(const Value&, const std::string& path);
  Value pulled(const Value& element, const std::function<Value(const Value&)>& f);
  Value pull(const Value& iterator);
  Value pull_filtered(const Value&);
  Value pull_entry(const Value& iterator, ValueId at);
  void rounds(const std::function<void(int64_t label)>& body);
  void leave_unless_bound(const Value&, int64_t label);
  Value next(const Arguments&);
  Value strict_zip(const Values& parts);
  void consume_pulled(const Value&, const std::function<void(Value)>& use);
  Values unpack_iterator(const Value&, size_t n);
  // ---- resumed.cpp ----
  Value resumed(const Value& generator, bool in_box = false, bool managed = false);
  Value resume(const Value& generator, const Value& sent);
  Value pull_delegated(const Value& iterator);
  Value resumed_method(const Value& generator, const std::string& name, const Arguments&);
  void run_resumed();
  void end_resumed(const Value& returned);
  Value returned_by(const Value& generator, ValueId py);
  void when(ValueId condition, const std::function<void()>& then);
  ValueId is_running();
  ValueId goes_on_in(std::pair<int, int> yields);
  [[nodiscard]] std::string slot_name(size_t k) const;
  void put_slot(size_t k, const Value&);
  [[nodiscard]] size_t slot(ValueId py) const;
  Value read_slot(size_t k);
  void keep(ValueId py, const Value&);
  void fetch(ValueId py);
  [[nodiscard]] bool fetch_all(OpId from, OpId stop);  // false: what they use is not known before the type of what is sent
  OpId segment(OpId, const std::function<void(OpId)>& entry, const std::function<void(const Values&)>& finish);
  void split_region(RegionId, const std::function<void(const Values&)>& finish);
  [[nodiscard]] std::pair<int, int> yields_in(RegionId) const;
  void enter_split(OpId);
  void write_split(OpId);
  void write_yield(OpId);
  void write_split_if(OpId);
  void next_of_split_for(OpId, const LoopContext&, bool& none);
  void test_of_split_while(OpId, const LoopContext&);
  // ---- escaping.cpp: generators that are returned to Python ----
  Value escaping(const Value& result);
  void run_driven();
  void drive_step(const Value& generator);
  void drive_throw(const Value& generator);
  void give_step(const Value& generator, const Value& element);
  void give_away(OpId yield, const Value& element);
  [[nodiscard]] bool is_returned_at_once() const;
  // ---- closing.cpp: generators that yield inside `try`; close, throw ----
  std::vector<ValueId> enter_step(Frame& outer, OpId op);
  void write_split_try(OpId);
  void write_guarded_part(OpId);
  void write_handling_part(OpId);
  void handle_at_once(OpId, const Value& exception);
  void raise_thrown();
  Values parts_of(const Value& generator);
  void close_generator(const Value&);
  Value throw_into(const Value& generator, const Value& exception);
  // What a generator has returned when it ends in the step at hand, which its StopIteration gives (resumed.cpp).
  struct Returning {
    Value cell, before;  // where that lies; where the generator was before the step. Never: it returns nothing
  };
  Returning returning(const Value& generator);
  void stop_with_returned(const Returning&, ValueId ended);
  Value sent_or_stopped(const Value& element, const Returning&);
  [[nodiscard]] bool holds_closing(const Value&) const;
  void check_kept(const Value&, const char* how);  // it does not leave the function that closes it
  Value closing(const ir::PyForm&);
  void close_all();
  void run_closing();
  // ---- exceptions.cpp ----
  struct Way {  // by which a guarded body is left
    enum What : uint8_t { Through, Return, Break, Continue, Yield } what = Through;
    int64_t loop = 0;  // py label
    OpId at;           // a placeholder `return`
    Values values;
  };
  struct Ways;
  struct GuardedCall {  // of a body that is written
    std::shared_ptr<Ways> ways;
    ValueId status, result;
  };
  bool try_statement(OpId);
  Value just_caught();
  void enter_guarded(Frame& outer);
  [[nodiscard]] bool is_leaving_generator() const;  // stop_iteration.cpp
  Value call_that_may_stop(const ir::PyForm&, const Values& arguments);
  Value taken_over(const Value& given, std::vector<ValueId>& handed);
  GuardedCall call_guarded(Frame& inner, std::vector<ValueId> handed);
  void after_guarded(OpId op, const GuardedCall&, Outcome& through);
  void guard(const Values& given, const std::function<void(Frame&, const Values&)>& body,
             const std::function<void(const Value& exception)>& caught, bool goes_on_handling = false);
  bool merge_arms(OpId, OpId written, Outcome (&arms)[2]);
  void leave_body(Way::What, int64_t loop, Values);
  void exit_loop_with(int64_t loop, bool is_break, Values);
  std::vector<ValueId> enter_body(Frame& outer, OpId op);
  bool go_ways(OpId op, const Ways&, const Value& kind, const Values& values, Outcome&);
  Value matches(const Value& exception, const Value& classes);
  Value caught_text(const Value& exception, int64_t what);
  void raise_again(const Value& exception);
  void leave_handlers(size_t loops);
  bool raise_with_arguments(const Value& exception);
  // ---- numpy_values.cpp ----
  std::optional<Value> numpy_value(const std::string& name, const Arguments&);
  Value zero_rank_constant(const Value&);
  std::optional<Value> numpy_limit(const Value& info, const std::string& name);
  [[nodiscard]] static bool is_numbered(const Value&);  // ndindex, ndenumerate, flat: counted in C order
  std::optional<Value> count_of(const Value& numbered);
  std::optional<Value> numbered_element(const Value&, ValueId k);
  std::vector<ValueId> unravelled(ValueId k, const Values& extents);
  Value flat(const Value& a);
  [[nodiscard]] bool is_flat(const Value&) const;
  std::vector<ValueId> flat_place(const Value& flat, const Value& index);
  Value array_truth(const Value& a);
  Value array_contains(const Value& x, const Value& a);
  // ---- arrays_of_lists.cpp ----
  Value array_of_list(const Value& list, std::optional<DType> to);
  Value list_filled(const Value& list, DType, bool given);
  std::optional<Value> by_arrays(const std::string& qualified, const Arguments&);
  void list_into(const Value& x, const Value& out, const std::vector<ValueId>& extents, size_t depth, std::vector<ValueId>& at);
  // ---- attributes, calls, builtins, prims ----
  std::optional<Value> dtype_attribute(const Value&, ir::DType, const std::string& name);
  Value flag(const Value& array, const std::string& name);
  std::vector<std::string> methods_in_library(const std::string& of);
  static std::string meant_attribute(const std::string& name, const std::vector<std::string>& known);  // "did you mean …?"
  Value attribute(const Value& x, const std::string& name);
  Value array_attribute(const Value& a, const std::string& name);
  Value array_base(const Value& a);  // array_owners.cpp
  Value base_is(const Value& a, const Value& other);
  bool lie_apart(ValueId x, ValueId y);
  [[nodiscard]] bool is_seen_elsewhere(ValueId py, ValueId array);
  void set_shape(const Value& x, const Value& shape);
  void set_attribute(const Value& x, const std::string& name, const Value& value);
  Value shape_tuple(const Value& a);
  Value call(const Value& f, Arguments);
  Value dict_of_keywords(const Value& keywords);
  void spread_keywords(ValueId given, Arguments&);
  Value call_partial(const Value& partial, Arguments);
  Value dispatched(const std::string& name, const Arguments&);
  std::optional<Value> functools_value(const std::string& name, const Arguments&);
  Value call_function(const ir::PyForm&, const Value& function, Arguments);
  Value called_here(const std::function<Value()>& called);
  Value told_here(const std::string& callee, const std::function<Value()>& called);
  Value call_instance(const ir::PyForm&, Values arguments);
  void stop_growing(const ir::PyForm&, Values& arguments);
  Value call_cached(const ir::PyForm&, Values arguments, const Values& bound, const Value& cache);
  [[nodiscard]] bool is_recursive_generator(const ir::PyForm&) const;
  Value box_shape(Box&);
  Value boxed(Value generator);
  Values unboxed(const Value& object, Box&);
  Values parameters_of(const Instance& callee, const Values& arguments);
  std::optional<Value> call_in_place(const Value& f, const Values& arguments);
  Values bind(const ir::PyForm&, const Value& function, Arguments, std::vector<Value>& captured);
  void refuse_bfloat16(const std::string& qualified, const Arguments&);
  Value call_builtin(const std::string& name, Arguments);
  Value call_method(const Value& receiver, const std::string& name, Arguments);
  [[nodiscard]] bool is_written_out(const Value&, const std::string& name) const;
  std::optional<Value> written_out(const Value&, const std::string& name, const Arguments&);
  Value builtin_number(const std::string& name, const Arguments&);
  Value builtin_extreme(bool maximum, const Arguments&);
  Value builtin_round(const Arguments&);
  Value to_int(const Value&);
  Value to_float(const Value&);
  Value to_complex(const Arguments&);
  Value isinstance(const Value& x, const Value& classes);
  Value sum_of(const Arguments&);
  Value prim(const std::string& name, const Arguments&);
  std::optional<Value> prim_question(const std::string& name, const Arguments&);
  Value prim_shape(const std::string& name, const Arguments&);
  Value prim_derivative(const Arguments&);
  Value fitted_tangent(const Value& given, const Value& primal, const Value& shape);
  Value prim_custom(const Arguments&);
  const ir::PyForm* form_of_function(const Value&);
  Value pushforward(const Instance&, std::vector<ValueId> arguments, const std::vector<int64_t>& wrt,
                    const std::vector<ValueId>& tangents);
  Value view_bits(const Arguments&, bool order);
  Value prim_reduce(const std::string& name, const Arguments&);
  Value generate(const Arguments&);
  Value as_array(const Value&, std::optional<DType> to = {});
  Value make_array(const Value& shape, DType, const std::function<ValueId(const std::vector<ValueId>&)>& birth);
  std::vector<ValueId> extents_of(const Value& shape, bool check_negative = true);
  std::vector<int64_t> known_axes(const Value&);
  DType dtype_of(const Value&);
  void raise(const Value& exception);
  void raise(const std::string& exception, const std::string& message, const std::vector<ValueId>& values = {});
  // ---- text.cpp ----
  Value text_op(OpCode, const Values& arguments);
  Value text_binary(const std::string& op, const Value& x, const Value& y);
  Value text_compare(const std::string& op, const Value& x, const Value& y);
  Value text_length(const Value&);
  Value text_item(const Value& s, const Value& index);
  Value joined(const Values& pieces);
  Value as_text(const Value&, bool repr);
  Value formatted(const Value&, const Value& spec);
  Value converted(const Value&, const std::string& conversion);
  Value format(OpId);
  Value percent_format(const std::string& format, const Value& arguments);
  Value format_method(const std::string& format, const Arguments&, bool of_mapping);
  Value code_point(const Value&);
  Value print(const Arguments&);
  std::optional<Value> builtin_text(const std::string& name, const Arguments&);
  Value int_of_text(const Value& s, const Value& base);
  Value float_of_text(const Value& s);
  // ---- bytes.cpp ----
  Value relabelled(const Value& text, Type);  // the same characters as the other of str and bytes
  Value call_bytes(const std::string& name, Arguments);
  Value call_bytearray(const std::string& name, Arguments);
  Value get_byte(const Value& bytearray, const Value& index);
  void set_byte(const Value& bytearray, const Value& index, const Value& value);
  std::optional<Value> bytes_binary(const std::string& op, const Value& x, const Value& y, bool in_place);
  std::optional<Value> bytes_compare(const std::string& op, const Value& x, const Value& y);
  std::optional<Value> prim_bytes(const std::string& name, const Arguments&);
  Value type_value(const Value&);
  Value cell(OpId);  // py.cell, py.cell.get, py.cell.set (cells.cpp)
  Value new_cell(const Value&, const std::string& path);
  void set_cell(const Value& cell, const Value&);
  Value read_cell(const Value& cell, bool maybe_unbound);
  // ---- small things ----
  Value& py_value(ValueId v) { return env_[v.index]; }
  void set(ValueId v, Value x) { env_[v.index] = std::move(x); }
  const Value& operand(OpId op, size_t k);
  ValueId ints(int64_t v) { return b_.integer(v); }
  ValueId make(OpCode code, std::initializer_list<ValueId> operands, Type type, std::vector<ir::NamedAttr> attrs = {}) {
    return b_.make(code, operands, type, std::move(attrs));
  }
  ValueId extent(ValueId array, int axis);
  void check(ValueId condition, const std::string& exception, const std::string& message, std::vector<ValueId> values = {});
  [[nodiscard]] Type type(ValueId v) const { return out_.type(v); }
  [[noreturn]] void fail(std::string_view diagnostic, const std::vector<std::string>& arguments, std::string label = {});
  int64_t need_int(const Value&, const char* what);
  std::string name_of(ValueId py) const;  // the Python name that a py value was read from, or ""
  [[nodiscard]] bool in_library() const { return Session::is_library(py_); }  // ours, not the user's
  [[nodiscard]] bool is_foreign() const { return Session::is_foreign(py_); }

  Session& session_;
  Instance& instance_;
  const ir::Function& py_;
  ir::Function& out_;
  ir::Builder b_;
  std::vector<Value> env_;  // by py value
  std::vector<LoopContext> loops_;
  std::vector<Return> returns_;
  std::unordered_map<std::string, std::pair<Values, Values>> stable_;  // loop and entry shapes → state and result shapes
  std::vector<Watched> watched_;  // of the next loop over lists
  OpId last_loop_;                 // written by counted_loop
  std::vector<OpId> careful_;      // loops of the py form over lists that their body may resize
  int speculating_ = 0;
  bool handed_ = false;            // a generator that is made now is consumed at once
  std::vector<Fact>* undo_ = nullptr;  // what narrowing changed in the region being interpreted
  std::optional<ir::Diagnosed> kept_;
  bool inline_ = false;
  Frame* consumer_ = nullptr;          // of a generator: the frame whose loop it is written in place of
  SpanId inlined_at_;                  // of a generator written in place: where its loop stands
  int64_t generator_label_ = 0;        // the loop that `return` leaves
  std::function<void(Value)> on_yield_;
  Frame* outside_ = nullptr;           // of a guarded body: the frame that it is part of
  bool meets_stop_ = false;            // of a guarded part of one op: that op itself looks at its exceptions
  std::vector<Way> ways_;              // of a guarded body
  std::unordered_map<uint64_t, ValueId> hidden_;  // of a guarded body: arrays of the world, by key
  struct Handler {
    ValueId exception;
    size_t loops;   // open around it
    int slot = -1;  // of a generator that yields in it: where the exception is
  };
  std::vector<Handler> handlers_;  // being interpreted
  std::vector<ValueId> late_;  // of a guarded body: arguments that turned out to be needed, as the frame outside knows them
  const ResumePlan* resumed_ = nullptr;  // of a kept generator's step
  Value state_, sent_;
  Values slots_;
  std::map<std::string, Value> functions_;  // containers of functions in the world
  std::map<const ir::PyForm*, Value> closing_;  // lists of the generators that are closed when this function is left
  std::set<uint32_t> is_kept_;           // values of one op that were put in their slot
  std::map<uint32_t, bool> chosen_;      // by split `if`: its condition, where that is known
  int iterators_ = 0;                    // made by the op at hand
  const Value* written_ = nullptr;  // the array that the ufunc at hand writes to
  const Value* checked_where_ = nullptr;  // its `where`: floating-point errors elsewhere are none
  std::vector<std::pair<Value, std::string>>* late_error_ = nullptr;  // its errors, which are raised when it has written
  OpId at_;  // the py op being interpreted
};

std::string shapes_key(const Values&);
// The values of a shape's leaves among ids, from `from` on.
Values rebuilt(const Values& shapes, const std::vector<ValueId>& ids, size_t from);
[[nodiscard]] bool is_text(const Value&);      // a str
[[nodiscard]] bool is_bytes(const Value&);     // immutable ones
[[nodiscard]] bool is_bytearray(const Value&);
[[nodiscard]] bool is_spread(const Value&);  // arguments of which only the run knows how many there are
[[nodiscard]] std::string listed(const std::vector<std::string>& names);  // 'a', 'b', and 'c'
[[nodiscard]] bool is_generator(const Value&);
[[nodiscard]] bool is_generator_form(const ir::Function&);
[[nodiscard]] bool are_alternatives(const ir::Function& py, OpId a, OpId b);  // in different arms of one `if`
[[nodiscard]] bool is_library_instance(const Value&);
[[nodiscard]] bool is_several(const Value&);  // containers or texts of several types (iteration.cpp)
[[nodiscard]] bool is_resumed(const Value&);       // a generator that is kept
[[nodiscard]] bool holds_generator(const Value&);  // a generator, or an iterator over one
[[nodiscard]] bool takes_once(const ir::Function&, size_t parameter);
// A shape with its run-time values: `part` gives those of a tuple's parts.
Value with_run_time(const Value& shape, ValueId id, const std::function<ValueId(ValueId, Type, size_t)>& part);

}  // namespace aic::typeinfer
