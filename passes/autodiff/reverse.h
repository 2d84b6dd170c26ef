// Reverse mode: appends to a function the sweep that computes derivatives of its result.
//
// The function has one return and no loop exits (structure.h), every call is inlined. Its ops stay as they are: the forward
// sweep. What follows runs backwards through every region:
//   - numbers, and arrays that only whole-array operations see ("pure"), have an adjoint that is a value;
//   - other arrays have a shadow: an array of the same shape that adjoints are added to in place. A view's shadow is the
//     same view of the shadow. What loops and ifs carry has the shadow of what it came from: the forward sweep carries a
//     small number along that says which of the known arrays it is. Where arrays are made within a loop and carried on,
//     each round has shadows of its own, which are handed backwards as loop state. Lists of numbers have shadows that grow
//     where they shrank.
//   - a primal value that a rule needs is taken as it is (top level), computed again (cheap), or put on the tape at the
//     end of the region that made it (tape.push) and taken off at the beginning of that region's reversal (tape.pop).
//   - contents of arrays that are written somewhere are copied before the op that is to be reversed.
// What cannot be followed is refused at its place (diagnostics 30xx), never guessed.
#pragma once
#include <functional>
#include <map>
#include <unordered_map>

#include "ir/builder.h"
#include "ir/expr.h"
#include "passes/autodiff/activity.h"
#include "passes/memory/alias.h"

namespace aic::passes::autodiff {

class Reverse {
 public:
  using ValueId = ir::ValueId;
  using OpId = ir::OpId;
  using RegionId = ir::RegionId;
  using Type = ir::Type;
  using Values = std::vector<ValueId>;

  // `outputs`: numbers and arrays of the body that are differentiated; `inputs`: parameters, or parts of them, of inexact type.
  // `pullback_of`: the name of a callee's pullback (autodiff.cpp).
  using PullbackOf = std::function<std::string(const std::string&)>;
  Reverse(ir::Function&, Values inputs, Values outputs, PullbackOf pullback_of);
  // Appends the sweep to the body, whose terminator is gone. `seeds` stand beside the outputs. Gives one gradient per input.
  Values run(const Values& seeds);

 private:
  static constexpr int max_depth = 12;  // of expressions computed again
  static constexpr int64_t undefined_number = -1;  // in place of an array's
  struct Scope {
    Scope* outer = nullptr;
    RegionId primal;
    OpId pop;  // tape.pop of this region's frame; none at top level
    int visit = -1;
    std::unordered_map<ValueId, ValueId> have, adjoint, shadow;
  };
  struct Visit {  // one reversal of a region: its beginning is the tape.pop and, of a loop, what computes the counter
    RegionId region;
    int outer = -1;
    OpId pop, begin;
    ValueId counter, counter_back;
  };
  struct Frame {  // what a region puts on the tape
    Values recorded;
    std::vector<OpId> pops;
    bool settled = false;
  };

  // reverse_tape.cpp
  void settle_tapes();
  void settle(RegionId, std::vector<Scope>& again);
  void drop(const Visit&, Scope& again, const Values& kept, const Values& dropped);
  [[nodiscard]] bool can_drop(ValueId, const std::vector<Scope*>& visits);
  [[nodiscard]] ValueId record(ValueId);
  void enter(Scope&, RegionId primal);
  void leave(Scope&);
  [[nodiscard]] ValueId adjoint(ValueId) const;
  void reverse_region(RegionId);
  void reverse(OpId);
  void accumulate(ValueId, ir::Expr contribution);
  [[nodiscard]] ir::Expr expr(ValueId v) { return {&b_, v}; }
  [[nodiscard]] Type type(ValueId v) const { return f_.type(v); }
  // A number, or a union of numbers (`float | f64`): its adjoint is one number.
  [[nodiscard]] bool is_scalar(ValueId v) const;
  [[nodiscard]] Type slot(ValueId v) const;  // the type of an adjoint
  [[nodiscard]] ValueId coerced(ValueId, Type like);
  [[nodiscard]] ValueId zero(Type);
  [[nodiscard]] ValueId incoming(OpId op, size_t k = 0);  // adjoint or shadow of a result, or none
  [[nodiscard]] ValueId as_array(ValueId g, ValueId like);
  [[nodiscard]] ValueId summed(ValueId array, Type scalar_like);
  void refuse_lost(OpId);
  [[noreturn]] void refuse(OpId, const std::string& what, const std::string& why);

  // reverse_needs.cpp: primal values in the reverse sweep
  [[nodiscard]] ValueId need(ValueId);
  [[nodiscard]] ValueId need_index(ValueId, ValueId array, int axis);
  [[nodiscard]] ValueId need_contents(ValueId, OpId user);
  [[nodiscard]] Values extents(ValueId array);
  [[nodiscard]] ValueId find(ValueId) const;
  [[nodiscard]] RegionId home(ValueId v) const;
  [[nodiscard]] bool can_recompute(ValueId, int depth) const;
  [[nodiscard]] ValueId recompute(ValueId);
  [[nodiscard]] ValueId recompute_from_copy(ValueId);
  [[nodiscard]] ValueId reload(ValueId);
  [[nodiscard]] bool is_written_in(OpId loop, ValueId array);
  [[nodiscard]] bool looks_at_all(OpId load, OpId around) const;
  [[nodiscard]] static Type kept_type(Type t);  // contiguous
  [[nodiscard]] bool has_shadow_extent(OpId) const;
  [[nodiscard]] ValueId copy_in_reach(ValueId, OpId user);

  // reverse_shadows.cpp
  void find_pure();
  void find_tracked();
  [[nodiscard]] bool is_pure(ValueId v) const { return v.index < pure_.size() && pure_[v.index]; }
  [[nodiscard]] ValueId shadow(ValueId);
  [[nodiscard]] ValueId find_shadow(ValueId) const;
  void create_shadows(RegionId);
  void create_shadow(ValueId);
  [[nodiscard]] ValueId zeros(ValueId like);
  [[nodiscard]] ValueId chosen_shadow(ValueId merge);
  [[nodiscard]] ValueId number_of(ValueId array);  // in the forward sweep: which known array this is
  [[nodiscard]] ValueId number_in_for(ValueId array);
  [[nodiscard]] ValueId number_in_while(ValueId array);
  void append(OpId, ValueId operand);
  [[nodiscard]] bool is_merge(ValueId v) const { return merges_.contains(v); }
  [[nodiscard]] bool is_tracked(ValueId v) const {
    auto it = merges_.find(v);
    return it != merges_.end() && it->second.tracked;
  }
  [[nodiscard]] Values origins(ValueId v, bool* maybe_undefined = nullptr) const;
  [[nodiscard]] ValueId nothing(ir::Builder&, Type);
  [[nodiscard]] ValueId loosened(ir::Builder&, ValueId array, Type);
  [[nodiscard]] bool stands_before(ValueId, OpId) const;
  struct Backwards {
    OpId op;
    int64_t label;
    ValueId round;
    Values state;
  };
  Backwards open_backwards(ValueId last, const Values& state);
  struct Handed {
    ValueId carried, shadow_of_target;
  };
  void begin_shadows(RegionId, const Values& arguments, const std::vector<Handed>&);
  void check_exclusive();
  [[nodiscard]] bool is_used_after(ValueId array, OpId write) const;

  // reverse_control.cpp
  void reverse_if(OpId);
  [[nodiscard]] Values reverse_arm(OpId, RegionId arm, const Values& free, const Values& start, const Values& given);
  [[nodiscard]] bool matters(OpId) const;
  void reverse_for(OpId);
  void reverse_while(OpId);
  [[nodiscard]] ValueId count_rounds(OpId);
  [[nodiscard]] Values free_scalars(OpId) const;  // active numbers from outside that are used within
  void refuse_other(OpId loop, ValueId carried);
  [[nodiscard]] ValueId or_zero(ValueId adjoint, ValueId like);

  // reverse_rules.cpp: one op each
  void reverse_elementwise(OpId);
  void reverse_structural(OpId);
  void reverse_assign(OpId);
  void reverse_load(OpId);
  void reverse_store(OpId);
  void reverse_reduce(OpId);
  void reverse_scan(OpId);
  void reverse_matmul(OpId);
  void reverse_broadcast(OpId);
  [[nodiscard]] ValueId spread(ValueId g, const std::vector<int64_t>& axes, ValueId like);
  [[nodiscard]] ValueId flipped(ValueId, int axis);
  [[nodiscard]] ValueId transposed(ValueId);

  // reverse_lists.cpp
  [[nodiscard]] bool is_followed_list(ValueId v) const;
  void check_list(OpId, ValueId list);
  [[nodiscard]] bool has_shadow(ValueId v) const { return type(v).is_array() || is_followed_list(v); }
  void accumulate_array(ValueId target, ValueId more);
  void if_not_empty(ValueId array, const std::function<void()>& then);
  [[nodiscard]] ValueId zero_list(ValueId like);
  void fill_places(ValueId list, ValueId from, ValueId to);
  void reverse_list(OpId);

  // reverse_calls.cpp
  void reverse_call(OpId);
  void reverse_custom(OpId, const Values& cotangents);
  void check_repeatable(OpId call);
  [[nodiscard]] std::vector<Type> leaf_types_of(OpId call) const;
  [[nodiscard]] Values cotangents_of(OpId call, size_t leaves);
  [[nodiscard]] ValueId fitted(ValueId g, Type want, ValueId like);
  [[nodiscard]] Values parts_of(ValueId result);
  [[nodiscard]] bool is_made(OpId def) const;  // its array is a new one

  struct Merge {
    OpId op;  // the if or loop
    Values from;  // what it may be
    bool tracked = true;
    ValueId number;  // in the forward sweep, once asked for
  };

  ir::Function& f_;
  ir::Builder b_;
  Values inputs_, outputs_;
  PullbackOf pullback_of_;
  Activity activity_;
  Aliases aliases_;
  Scope top_, *scope_ = &top_;
  std::map<RegionId, Frame> frames_;
  std::vector<Visit> visits_;
  bool settling_ = false;
  std::unordered_map<ValueId, Merge> merges_;
  Values merge_order_;
  std::vector<bool> pure_;
  std::vector<uint32_t> place_;  // pre-order number of the forward sweep's ops
  std::map<std::pair<ValueId, OpId>, ValueId> copies_;
  std::unordered_map<ValueId, std::vector<std::pair<OpId, ValueId>>> copied_;  // array: for whom, the copy
  std::unordered_map<ValueId, Values> extents_;
  std::vector<OpId> writers_;
};

}  // namespace aic::passes::autodiff
