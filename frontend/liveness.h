// Which names may still be read: only these become results of an `if` and state of a loop. Without it every temporary of
// a loop's body would be carried around the loop, possibly unbound.
#pragma once
#include <unordered_map>
#include <vector>

#include "frontend/scopes.h"

namespace aic::frontend {

class SlotSet {
 public:
  void insert(uint32_t k) {
    if (k / 64 >= words_.size()) words_.resize(k / 64 + 1);
    words_[k / 64] |= uint64_t(1) << k % 64;
  }
  void erase(uint32_t k) {
    if (k / 64 < words_.size()) words_[k / 64] &= ~(uint64_t(1) << k % 64);
  }
  void insert(const SlotSet& o) {
    if (words_.size() < o.words_.size()) words_.resize(o.words_.size());
    for (size_t k = 0; k < o.words_.size(); ++k) words_[k] |= o.words_[k];
  }
  [[nodiscard]] bool has(uint32_t k) const { return k / 64 < words_.size() && (words_[k / 64] >> k % 64 & 1); }

 private:
  std::vector<uint64_t> words_;
};

// `while True`: left by `break` only.
[[nodiscard]] bool is_endless(const Node& loop);

class Liveness {
 public:
  Liveness(const Scopes& scopes, const Frame& frame);
  // After an `if`, `try` or a loop (its `else` included) and, of a loop, before each round.
  [[nodiscard]] const SlotSet& after(const Node& statement) const { return after_.at(&statement); }
  [[nodiscard]] const SlotSet& header(const Node& loop) const { return header_.at(&loop); }
  // Of a `try`: what a handler or `finally` may read when the body is left by an exception; what is live where body and
  // handlers meet, before `else`; and what is live before `finally`, on whatever way it is reached.
  [[nodiscard]] const SlotSet& raised(const Node& statement) const { return raised_.at(&statement); }
  [[nodiscard]] const SlotSet& joined(const Node& statement) const { return joined_.at(&statement); }
  [[nodiscard]] const SlotSet& before_finally(const Node& statement) const { return finally_.at(&statement); }
  // The slots that code below a node binds or deletes, in this frame; in pre-order, once each.
  [[nodiscard]] std::vector<uint32_t> assigned(const Node& n) const;
  void assigned_below(Nodes nodes, std::vector<uint32_t>& out) const;

 private:
  struct Exits {
    const SlotSet* at_break;
    const SlotSet* at_continue;
    const SlotSet* at_return;
  };
  SlotSet block(Nodes, SlotSet live, Exits);
  SlotSet statement(const Node&, SlotSet live, Exits);
  SlotSet with(const Node&, const SlotSet& live, Exits);
  SlotSet loop(const Node&, SlotSet live, Exits);
  SlotSet guarded(const Node&, const SlotSet& live, Exits);
  void kill(const Node& target, SlotSet& live) const;
  void uses(const Node& n, SlotSet& live) const;
  void use(Variable* v, SlotSet& live) const;
  void captures(const Node& function, SlotSet& live) const;
  void assigned_in(const Node& n, SlotSet& seen, std::vector<uint32_t>& out) const;
  [[nodiscard]] bool is_here(const Variable* v) const { return v && v->frame == &frame_ && !v->is_cell && !v->fixed; }

  const Scopes& scopes_;
  const Frame& frame_;
  std::unordered_map<const Node*, SlotSet> after_, header_, raised_, joined_, finally_;
};

}  // namespace aic::frontend
