// Lowering: a module of the loop form becomes an LLVM module. One ModuleLowering for each compilation, one
// FunctionLowering for each function.
//
// A value of the IR is a row of LLVM values, its pieces, and memory is touched only where the IR says so:
//   bool, ints, floats  1   (bool is i1; i8 in memory)
//   complex             2   real, imaginary
//   none, functions     0
//   str                 1   Str*; null where undefined
//   tuple, range, slice the pieces of its elements
//   union               1 + those of every arm; the tag is i32. Arms that are all ints share one i64
//   array               data, owner, the extents, then those strides that the layout class does not give, counted in
//                       elements: none for C and F, all but the last for Inner, all for Strided
//   cell                1   pointer to its pieces, on the stack
//   list                1   pointer to the runtime's List; elements lie in it as slots, laid out like a result's
// Internal functions take a Context* and pieces and return {status, pieces…}; quiet ones return pieces only. LLVM
// returns up to three integers and four floats in registers and passes a hidden pointer beyond that.
#pragma once
#include <llvm/ADT/BitVector.h>
#include <llvm/ADT/DenseMap.h>
#include <llvm/ADT/SmallPtrSet.h>
#include <llvm/ADT/SmallVector.h>
#include <llvm/IR/DIBuilder.h>
#include <llvm/IR/IRBuilder.h>
#include <llvm/IR/Intrinsics.h>
#include <llvm/IR/MDBuilder.h>
#include <llvm/IR/Module.h>

#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "codegen/compile.h"
#include "codegen/cpu/target.h"
#include "ir/module.h"
#include "ir/ops/table.h"
#include "ir/raise_sites.h"

namespace aic::codegen {

using llvm::BasicBlock;
using llvm::SmallVector;
using llvm::Value;
using Pieces = SmallVector<Value*, 4>;
using Types = SmallVector<llvm::Type*, 8>;

// Field numbers of the structs of runtime/abi.h; lower.cpp asserts the offsets.
struct AbiTypes {
  llvm::StructType *context, *error, *buffer, *runtime, *host, *list, *text;
};

class FunctionLowering;
class LaneLowering;  // lanes.cpp

class ModuleLowering {
 public:
  ModuleLowering(const ir::Module& source, llvm::Module& target, const Request& request);
  void run();

  struct Callee {
    const ir::Function* function = nullptr;
    llvm::Function* code = nullptr;  // the internal function; null: only its entry exists
    bool quiet = false;
  };
  const Callee& callee(const std::string& name);
  [[nodiscard]] bool callee_is_quiet(const ir::Function& f) { return callees_.at(f.name()).quiet; }
  // cpu/helpers.cpp: functions written into the module on first use
  llvm::Function* power_function();   // i64 power and an overflow bit
  llvm::Function* gcd_function();     // of unsigned i64
  llvm::Function* divide_function();  // i64 / i64 → nearest f64
  llvm::Function* complex_power_function(llvm::Type* real, bool python);
  llvm::Constant* element_type(ir::Type element);  // lists.cpp: what the runtime must know of a list's elements
  // tables.cpp: what a key consists of; `hashed`: its ints are hashes
  llvm::Constant* key_parts(ir::Type key, bool hashed = false);
  llvm::MDNode* memory_tag(const char* kind);      // TBAA: memory of one kind is never that of another
  llvm::FunctionCallee libm(llvm::StringRef name, llvm::Type* result, llvm::ArrayRef<llvm::Type*> parameters);
  void pieces_of(ir::Type type, Types& out);
  [[nodiscard]] Types pieces_of(ir::Type type);
  [[nodiscard]] llvm::Type* scalar(ir::DType d);         // in registers; of a complex its part
  [[nodiscard]] llvm::Type* element(ir::DType d);        // in memory
  [[nodiscard]] int site(const ir::Function& f, ir::OpId op) const;
  [[nodiscard]] llvm::Constant* text_constant(const std::string& utf8);  // text.cpp

  llvm::Module& module;
  llvm::LLVMContext& context;
  const ir::Module& source;
  const Request& request;
  AbiTypes abi;
  bool has_loops = false;
  bool has_calls = false;

 private:
  void declare(const ir::Function&);
  void define_entry(const ir::Function&);
  void define_library_function(const ir::Function&);  // library.cpp
  void start_debug_info();
  llvm::Function *power_ = nullptr, *gcd_ = nullptr, *divide_ = nullptr, *complex_power_[3] = {};
  std::unordered_map<std::string, Callee> callees_;
  std::unordered_map<ir::Type, llvm::Constant*> element_types_, key_parts_, hashed_parts_;
  std::unordered_map<std::string, llvm::Constant*> texts_;
  std::unordered_map<const ir::Function*, std::unordered_map<uint32_t, int>> sites_;

 public:
  // How many slots a value takes: as an argument, or as a result and in a list.
  static unsigned slot_count(ir::Type, bool is_argument = true);
  std::unique_ptr<llvm::DIBuilder> debug;
  llvm::DICompileUnit* unit = nullptr;
  llvm::DISubprogram* subprogram(const ir::Function&, llvm::StringRef link_name);
  std::unordered_map<const ir::Function*, llvm::DISubprogram*> subprograms;
};

// How `return` and raising leave the code being written.
enum class Leave : uint8_t { Entry, Internal };
// What all that raises in a function ends in: a new exception, one that a call left with, one that is raised again.
enum class Tail : uint8_t { Raise, Trace, Leave };

class FunctionLowering {
 public:
  FunctionLowering(ModuleLowering&, const ir::Function&, llvm::Function*, Leave);
  void run();
  void run_wrapper(const ModuleLowering::Callee&);

  llvm::IRBuilder<> b;
  ModuleLowering& m;
  const ir::Function& f;

 private:
  friend class LaneLowering;
  // ---- functions.cpp: frame, control flow, calls ----
  struct LoopFrame {
    BasicBlock *next, *exit;
    SmallVector<llvm::PHINode*, 8> state, results;
  };
  void parameters();
  void region(ir::RegionId);
  void op(ir::OpId);
  void lower_op(ir::OpId);
  bool control_op(ir::OpId);
  void lower_if(ir::OpId);
  void lower_for(ir::OpId);
  void lower_while(ir::OpId);
  void lower_kernel(ir::OpId);
  bool is_worth_vectors(ir::OpId kernel) const;
  void lower_in_lanes(ir::OpId);
  void lower_scalar_rounds(ir::OpId, BasicBlock* entry, llvm::PHINode* first, Value* limit, BasicBlock* head);
  void lower_call(ir::OpId);
  void catch_status(ir::OpId, bool quiet, Pieces&);
  void lower_return(ir::OpId);
  void return_pieces(const Pieces&);
  Pieces call_pieces(llvm::Function*, llvm::ArrayRef<Value*> arguments);
  void pass_on(Value* status, Value* site);  // a call failed: adds its site to the trace
  void leave(Value* status, const Pieces* results);
  void jump(BasicBlock* to, llvm::ArrayRef<llvm::PHINode*> phis, llvm::ArrayRef<ir::ValueId> values);
  SmallVector<llvm::PHINode*, 8> phis(llvm::ArrayRef<ir::Type> types, BasicBlock*);
  void bind_phis(llvm::ArrayRef<ir::ValueId> values, llvm::ArrayRef<llvm::PHINode*> phis);
  void finish_block(BasicBlock*, llvm::ArrayRef<llvm::PHINode*>);
  std::vector<ir::Type> types_of(llvm::ArrayRef<ir::ValueId> values) const;
  void mark_reassociated(ir::OpId loop);
  void mark_contracted(ir::OpId loop);
  [[nodiscard]] llvm::FastMathFlags math_flags(ir::OpId) const;
  bool leads_to(ir::ValueId v, ir::ValueId argument, int depth);
  BasicBlock* block(const char* name) { return BasicBlock::Create(m.context, name, code_); }
  BasicBlock* cold_block(const char* name);
  Value* trip_count(Value* start, Value* stop, Value* step, ir::ValueId step_id);
  // Of a loop: few; none waits for another; each waits for the one before.
  enum class Rounds : uint8_t { Rare, Independent, Chain };
  void loop_metadata(BasicBlock* latch, llvm::MDNode* group, Rounds);
  static bool is_small_chain(BasicBlock* next, BasicBlock* body, llvm::ArrayRef<llvm::PHINode*> state);
  void set_line(ir::OpId);

  // ---- values.cpp: pieces, slots; arrays.cpp: memory ----
  const Pieces& get(ir::ValueId v) { return values_[v.index]; }
  Value* one(ir::ValueId v);
  Pieces operands(ir::OpId, size_t from = 0);
  void set(ir::OpId, Pieces, size_t result = 0);
  bool value_op(ir::OpId);
  bool memory_op(ir::OpId);
  Pieces constant(ir::OpId);
  Pieces poison(ir::Type);
  void from_slots(ir::Type, Value* slots, unsigned& at, Pieces& out, bool is_argument = true);
  void array_from_result(ir::Type, Value* slots, unsigned& at, Pieces& out);
  void array_from_slots(ir::Type, Value* slots, unsigned& at, Pieces& out);
  void to_slots(ir::Type, const Pieces&, size_t& piece, Value* slots, unsigned& at, bool is_argument);
  Value* slot(Value* slots, unsigned at) { return at ? b.CreateConstInBoundsGEP1_64(b.getInt64Ty(), slots, at) : slots; }
  Value* widen(Value* v, ir::DType d);
  Value* narrow(Value* v, ir::DType d);
  struct Array {
    ir::Type type;
    Value *data = nullptr, *owner = nullptr;
    SmallVector<Value*, 4> extents, strides;  // strides in elements, all of them
  };
  Array array(ir::ValueId);
  Array unpack_array(ir::Type, llvm::ArrayRef<Value*>);
  Pieces pack_array(const Array&, ir::Type);
  Pieces load(const Array&, Value* at);
  void lower_load(ir::OpId);
  void lower_store(ir::OpId);
  void lower_empty(ir::OpId);
  Value* on_stack(ir::OpId);  // null: it needs memory of its own
  void lower_view(ir::OpId);
  void lower_other_view(ir::OpId);
  [[nodiscard]] bool is_in_loop(ir::OpId) const;
  void count_reference(ir::ValueId, bool retain, bool in_loop);
  void count_owner(Value* owner, bool list, bool retain);
  void lower_cell(ir::OpId);
  void lower_same(ir::OpId);
  void lower_lapack(ir::OpId);  // lapack.cpp
  void lower_bits(ir::OpId);
  // ---- addresses.cpp ----
  Value* mul(Value* x, Value* y);
  Value* plus(Value* x, Value* y);  // null is 0
  Value* offset(Value* data, ir::DType d, Value* elements);
  Value* address(const Array&, llvm::ArrayRef<Value*> indices);
  Value* address(ir::OpId, const Array&, size_t first);  // of a load or store, whose indices begin at that operand
  struct Index {
    Value *fixed, *moving;  // their sum; null is 0. What is fixed is the same in all rounds of a loop
  };
  [[nodiscard]] ir::RegionId innermost_loop(ir::OpId) const;
  [[nodiscard]] bool is_fixed(ir::ValueId, ir::RegionId loop) const;
  Index split(ir::ValueId, ir::RegionId loop);
  // ---- lists.cpp ----
  bool list_op(ir::OpId);
  Value* list_field(Value* list, unsigned field, llvm::Type*);
  Value* list_place(Value* list, ir::Type element, Value* index);
  void lower_list_new(ir::OpId);
  ir::Type held_by(ir::OpId, ir::ValueId list);
  Value* part_place(ir::OpId, Value* list, ir::Type element, Value* index);
  Value* list_data(Value* list);
  // ---- headers.cpp ----
  bool has_only_sound_headers();
  [[nodiscard]] bool may_move(ir::OpId, ir::Type list) const;
  std::vector<Value*> read_headers(ir::OpId loop);
  void forget_headers(llvm::ArrayRef<Value*>);
  // ---- tables.cpp: dicts, sets, caught exceptions ----
  bool table_op(ir::OpId);
  void lower_table_new(ir::OpId);
  void lower_matches(ir::OpId);
  void lower_error_make(ir::OpId);
  void lower_error_raise(ir::OpId);
  Value* in_slots(ir::ValueId);
  Value* find_plainly(ir::OpId id);
  llvm::CallInst* table_call(std::string_view name, llvm::Type* result, llvm::ArrayRef<Value*> arguments);
  void lower_list_resize(ir::OpId);
  void lower_list_reserve(ir::OpId);
  void make_room(ir::OpId, llvm::BasicBlock* fits, llvm::BasicBlock* grown);
  void set_length(llvm::Value* list, llvm::Value* n);
  void note_access(llvm::Instruction*, Value* data);
  void annotate_accesses();
  bool find_roots(Value* v, llvm::BitVector& out, llvm::SmallPtrSetImpl<Value*>& seen);
  Value* runtime_function(unsigned field);

  // ---- text.cpp: ops of the runtime ----
  void runtime_call(ir::OpId);
  void count_text(Value* text, bool retain);
  void count_text_in_place(Value* text, bool retain);
  Value* text_part(Value* text, unsigned field);
  Value* text_data(Value* text);
  Value* text_kind(Value* text);
  // The value of `fast` where `likely`, else of `slow`.
  template <class Fast, class Slow>
  Value* likely_or(Value* likely, Fast fast, Slow slow);
  Value* called(ir::OpId id, llvm::ArrayRef<Value*> arguments);
  Value* latin_character(Value* code);
  Value* text_character(ir::OpId id, bool code);
  Value* character_of(ir::OpId id);
  Value* character_is(ir::OpId id);
  Value* texts_equal(ir::OpId id);
  Value* joined(ir::OpId id);
  Value* text_function(std::string_view name);

  // ---- checks.cpp ----
  bool check_op(ir::OpId);
  void raise_unless(Value* ok, ir::OpId, llvm::ArrayRef<ir::ValueId> values);
  void raise_with(Value* site);
  void store_values(llvm::ArrayRef<ir::ValueId> values, bool are_arguments);
  void each_reference(ir::Type, const Pieces&, size_t& piece, unsigned& slot, Value* active,
                      llvm::function_ref<void(ir::Type, Value*, unsigned)> visit);
  void count(ir::Type, Value* reference, bool retain);
  void unwind(llvm::ArrayRef<ir::ValueId> owned, Tail, Value* status, Value* site);
  void raise_now(ir::OpId, llvm::ArrayRef<ir::ValueId> values);
  void check_index(ir::OpId);
  void check_overflow(ir::OpId);
  void check_convert(ir::OpId);
  void check_fits(ir::OpId);
  void check_broadcast(ir::OpId);
  void check_assignable(ir::OpId);
  void check_depth(ir::OpId);
  void poll(ir::OpId);
  void interpret(ir::OpId);
  bool is_non_negative(ir::ValueId, int depth = 0);
  Value* error_field(unsigned field, unsigned index);

  // ---- cpu/elementwise.cpp ----
  void elementwise(ir::OpId);

  llvm::Function* code_;
  Leave leave_;
  bool quiet_;
  Value* context_ = nullptr;
  Value* results_ = nullptr;  // Leave::Entry: the result slots
  std::vector<Pieces> values_;
  std::unordered_map<int64_t, LoopFrame> loops_;
  struct Header {
    Value *data, *kind;  // a text has a kind
  };
  llvm::DenseMap<Value*, Header> headers_;  // of lists and texts, read before the loop around this point
  int sound_headers_ = -1;                  // not looked yet
  std::vector<BasicBlock*> cold_;
  int rare_ = 0;  // inside code that seldom runs: its loops are compiled small
  BasicBlock* raise_exit_ = nullptr;  // common tail of all raises: phi of the site
  llvm::PHINode* raise_site_ = nullptr;
  BasicBlock* trace_exit_ = nullptr;  // common tail of all failing calls
  llvm::PHINode *trace_status_ = nullptr, *trace_site_ = nullptr;
  struct Unwinding {
    BasicBlock* block;
    llvm::PHINode *status, *site;  // no site where none is added to the trace
  };
  std::map<std::pair<std::vector<ir::ValueId>, Tail>, Unwinding> unwindings_;
  std::vector<ir::ValueId> owned_;  // where the next op raises
  ir::OpId released_;               // a `release` whose reference was taken by an op before it
  int64_t stack_bytes_ = 0;  // of arrays
  std::vector<bool> reassociated_, contracted_;
  SmallVector<llvm::MDNode*, 4> groups_;  // kernels around this point
  struct Access {
    llvm::Instruction* instruction;
    Value* data;
  };
  std::vector<Access> accesses_;
  llvm::DenseMap<Value*, int> roots_;  // data pointers of parameters and births
  int root_count_ = 0;
};

// ---- cpu/ ----
// One scalar operator. `in` has the pieces of each operand, all of dtype `d`; `type` is the operands' type, which tells
// Python's numbers from NumPy's.
struct ScalarOp {
  llvm::IRBuilder<>& b;
  ModuleLowering& m;
  const ir::OpRecord& record;
  ir::DType d;
  ir::Type type, result;
  std::vector<Pieces> in;
  bool exact = false;
  [[nodiscard]] Value* x(size_t k = 0) const { return in[k][0]; }
};
[[nodiscard]] Pieces lower_scalar(ScalarOp&);
[[nodiscard]] Pieces lower_sequence(ScalarOp&, std::string_view name);  // cpu/sequences.cpp, as are the next three
[[nodiscard]] Pieces constant_power(ScalarOp&);
[[nodiscard]] Pieces complex_multiply(llvm::IRBuilder<>&, const Pieces& x, const Pieces& y);
[[nodiscard]] Pieces complex_divide(llvm::IRBuilder<>&, const Pieces& x, const Pieces& y, bool python);
[[nodiscard]] Value* call_libm(llvm::IRBuilder<>&, ModuleLowering&, std::string_view name, llvm::ArrayRef<Value*>);
// By a routine of ours where a vectorised loop may take one; Python's own floats keep libm's bits.
[[nodiscard]] Value* call_routine(ScalarOp&, std::string_view name, llvm::ArrayRef<Value*> x);
[[nodiscard]] Pieces call_complex(llvm::IRBuilder<>&, ModuleLowering&, std::string_view name, llvm::ArrayRef<Pieces>);
// cpu/half.cpp, as are the next: the neighbour of x, of which the float32s are given too, in f16 or bf16.
[[nodiscard]] Value* next_half(llvm::IRBuilder<>&, Value* x, Value* wide_x, Value* wide_y, ir::DType);
[[nodiscard]] Value* float_of_bfloat(llvm::IRBuilder<>&, Value*);
[[nodiscard]] Value* bfloat_of_float(llvm::IRBuilder<>&, Value*);
void convert_halves_by_integers(llvm::Module&);
[[nodiscard]] Pieces lower_cast(llvm::IRBuilder<>&, ModuleLowering&, const Pieces&, ir::DType from, ir::DType to);

}  // namespace aic::codegen
