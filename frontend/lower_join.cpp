// Where two ways meet: both arms of an `if` start from one environment; what they bind differently becomes results.
//
//   %3 = if %c { …; yield %1 } { …; yield %2 } : py
//
// An arm that ends in an exit yields nothing. If neither goes on, the `if` is last in its region.
#include "frontend/lower.h"

namespace aic::frontend {

struct Lowering::Arms {
  Environment before;
  Environment after[2];
  bool ends[2] = {false, false};
  ValueId value[2];  // of an expression
};

// Gives the op its results and the arms their yields; env_ becomes what holds after it. Returns the expression's value.
ValueId Lowering::join(OpId op, Arms& arms, const SlotSet* live) {
  RegionId home = b_.region();
  bool both = !arms.ends[0] && !arms.ends[1];
  int one = arms.ends[0] ? 1 : 0;  // an arm that goes on
  std::vector<uint32_t> results;
  env_ = arms.before;
  for (uint32_t s = 0; s < env_.size(); ++s) {
    const Local &x = arms.after[one][s], &y = both ? arms.after[1][s] : x;
    if (x.version == y.version && x.version == env_[s].version) continue;
    bool dead = x.bound == Bound::Dead || y.bound == Bound::Dead || (live && !live->has(s));
    if (dead) {
      env_[s] = {{}, ++last_version_, Bound::Dead};
    } else if (x.bound == Bound::No && y.bound == Bound::No) {
      env_[s] = {{}, ++last_version_, Bound::No};
    } else {
      results.push_back(s);
      env_[s] = {{}, ++last_version_, x.bound == Bound::Yes && y.bound == Bound::Yes ? Bound::Yes : Bound::Maybe};
    }
  }
  Environment joined = env_;
  bool has_value = bool(arms.value[one]);
  for (int k = 0; k < 2; ++k) {
    if (arms.ends[k]) continue;
    b_.set_region(b_.region_of(op, k));
    env_ = arms.after[k];
    std::vector<ValueId> yielded;
    if (has_value) yielded.push_back(arms.value[k]);
    for (uint32_t s : results) yielded.push_back(present(s));
    terminate("yield"_op, yielded);
  }
  b_.set_region(home);
  env_ = std::move(joined);
  ValueId value;
  if (has_value) value = f_.add_result(op, ir::Type::py());
  for (uint32_t s : results) env_[s].value = f_.add_result(op, ir::Type::py());
  return value;
}

bool Lowering::branch(ValueId condition, const SlotSet* live, const Arm& then, const Arm& otherwise) {
  OpId op = b_.op("if"_op, {condition}, {}, {}, 2);
  RegionId home = b_.region();
  Arms arms;
  arms.before = env_;
  for (int k = 0; k < 2; ++k) {
    b_.set_region(b_.region_of(op, k));
    env_ = arms.before;
    arms.ends[k] = (k ? otherwise : then)();
    arms.after[k] = std::move(env_);
  }
  b_.set_region(home);
  if (arms.ends[0] && arms.ends[1]) {
    env_ = std::move(arms.before);
    return true;
  }
  join(op, arms, live);
  return false;
}

// The two regions of a py.try; `completed` becomes whether it was the body that ended.
bool Lowering::try_arms(OpId op, const SlotSet* live, ValueId* completed, const Node& at, const Arm& body,
                        const Arm& handlers) {
  RegionId home = b_.region();
  Arms arms;
  arms.before = env_;
  for (int k = 0; k < 2; ++k) {
    b_.set_region(b_.region_of(op, k));
    env_ = arms.before;
    arms.ends[k] = (k ? handlers : body)();
    if (completed && !arms.ends[k]) arms.value[k] = boolean(at, k == 0);
    arms.after[k] = std::move(env_);
  }
  b_.set_region(home);
  if (arms.ends[0] && arms.ends[1]) {
    env_ = std::move(arms.before);
    return true;
  }
  if (completed)  // `else` reads what the body has bound; the handlers come with what nobody would have read
    for (Local& l : arms.after[1])
      if (l.bound == Bound::Dead) l = {{}, ++last_version_, Bound::No};
  ValueId which = join(op, arms, live);
  if (completed) *completed = which;
  return false;
}

ValueId Lowering::choose(ValueId condition, const Expression& then, const Expression& otherwise) {
  OpId op = b_.op("if"_op, {condition}, {}, {}, 2);
  RegionId home = b_.region();
  Arms arms;
  arms.before = env_;
  for (int k = 0; k < 2; ++k) {
    b_.set_region(b_.region_of(op, k));
    env_ = arms.before;
    arms.value[k] = (k ? otherwise : then)();
    arms.after[k] = std::move(env_);
  }
  b_.set_region(home);
  return join(op, arms, nullptr);
}

}  // namespace aic::frontend
