// One inference: the instances made so far, by signature, and what they share (world, output module, sources).
//
// An instance is one typed function. Its key is the function and the shapes of its arguments; only the leaves of these
// shapes are parameters. Recursion: a call of an instance that is still being written takes the result assumed for it
// (at first: never); when its inference ends with another result it is written again, and with it all instances that
// were made on that assumption.
#pragma once
#include <deque>
#include <map>
#include <set>
#include <unordered_map>

#include "ir/diagnostics.h"
#include "typeinfer/classes.h"
#include "typeinfer/typeinfer.h"

namespace aic::typeinfer {

struct HiddenArray {  // an array of the world that a function, or one it calls, uses: a parameter after Python's
  ir::ArrayGlobal array;
  ValueId id;
};

struct Instance {
  const ir::PyForm* form = nullptr;
  std::string key, symbol;
  std::vector<Value> arguments;  // shapes: captured values, then Python's parameters
  std::vector<HiddenArray> hidden;
  ir::Function* out = nullptr;
  Value result;                  // the shape assumed, then found; Never: does not return
  bool done = false, recursive = false, entry = false;
  Value wanted;                  // what callers put into the lists that it returns: its result is at least this
  std::map<std::string, std::shared_ptr<ListSite>> sites;  // lists.cpp
  bool grown = false;            // a site grew after code was written for it
  std::map<Box*, Value> boxes;     // resumed.cpp: likewise, of generators that may hold their like
  std::map<Field*, Value> fields;  // objects.cpp: shapes of the fields that it looks at, with sites of its own
  std::set<std::string> unbound_states;  // of loops over generators: names that a round may leave unbound
  std::set<const ir::PyForm*> closing;   // closing.cpp: generators that it makes, which are closed when it is left
  bool trivial = false;          // no effects, cannot raise: a call without run-time result is no call at all
  int depth = 0;                 // in the stack of instances being written
  int lowest = 0;                // the lowest depth of an unfinished instance it relies on
};

// Does a generator yield where an exception that is thrown into it, or its end, would be noticed: inside of `try`?
[[nodiscard]] bool yields_in_try(const ir::Function& py);  // closing.cpp
[[nodiscard]] bool yields_below(const ir::Function& py, RegionId);

// What a generator that is kept remembers between its steps (resumed.cpp).
struct ResumePlan {
  std::vector<ValueId> slots;                      // py values: each has a cell
  std::vector<int> slot_of;                        // by py value; -1: none
  std::map<uint32_t, std::pair<int, int>> yields;  // by op: the numbers of the yields below it, first and last
  std::map<uint32_t, int> more;                    // by op: a `for`'s iterator, an `if`'s condition; after those of values
  std::set<uint32_t> once;                         // values that one op makes, which does not split
  int thrown = -1;  // the slot of what is raised at the yield that goes on; -1: nothing ever is
  int count = 0;  // of all slots
  bool delegates = false;  // has it a `yield from`?
  bool takes_sent = false;  // does it look at what is sent?
  std::map<uint32_t, std::vector<int>> dead;  // by yield: slots of values that are not used after it (escaping.cpp)
  std::set<uint32_t> used_again;              // yields of values that are
};
void find_dead_slots(const ir::Function& py, ResumePlan&);

// Thrown through an instance whose inference needs the value of an argument whose literal was generalised.
struct NeedsLiteral {
  Instance* instance;
  int parameter;
};

class Session {
 public:
  Session(ir::Module& out, ir::World& world, const InferOptions& options, Classes& classes, bool keeps_errors)
      : out(out), world(world), options(options), classes(classes), keeps_errors_(keeps_errors) {}

  // What fails while fields are known too little is kept, and counts if nothing grows.
  [[nodiscard]] bool keeps_errors() const { return keeps_errors_ && !classes.empty(); }
  std::optional<ir::Diagnosed> kept;

  // The instance for these arguments (captured values first), written if it is not there.
  Instance& instance(const ir::PyForm& form, const std::vector<Value>& arguments, bool entry = false, const Value& wanted = {});
  // A function for a part of an instance's body (exceptions.cpp).
  ir::Function& guarded_function(const Instance&, const ir::Function& like);
  SpanId span(const ir::Function& py, SpanId);  // of the py module → of `out`
  const ir::PyForm& nested(const ir::Function& py, const std::string& symbol);
  const ResumePlan& resume_plan(const ir::Function& py);
  const ir::PyForm& resumed_form(const ir::PyForm&, bool sending);
  const ir::PyForm& driven_form(const ir::PyForm&, bool closes);
  [[nodiscard]] bool is_driven_form(const ir::PyForm& f) const { return is_driven_form_.contains(&f); }
  [[nodiscard]] bool is_throwing_form(const ir::PyForm& f) const { return is_throwing_form_.contains(&f); }
  std::vector<Instance*> driven(Instance& entry);  // what Python calls of the generators that it returns (escaping.cpp)
  [[nodiscard]] bool is_sending_form(const ir::PyForm& f) const { return is_sending_form_.contains(&f); }
  [[nodiscard]] bool is_resumed_form(const ir::PyForm& f) const { return is_resumed_form_.contains(&f); }
  [[nodiscard]] static bool is_library(const ir::Function&);
  [[nodiscard]] static bool is_foreign(const ir::Function&);  // not the user's: the library's, or of an installed package
  void remove_unreachable(std::vector<const ir::Function*> entries);
  // Rules of custom derivatives are inferred when all else is: they may call the function that they are the rule of.
  struct Rule {
    const ir::PyForm* form;
    std::vector<Value> given;
    Value of;  // backward: the function's arguments; push: its result
    bool backward;
  };
  std::vector<Rule> rules;  // numbered by the attribute `rules` of calls
  void finish_rules();  // derivatives.cpp
  bool calls_for_iterator = false;  // the call that begins now is one that a map or filter makes (stop_iteration.cpp)
  int64_t float_errors = 0;  // that raise where inference stands (float_errors.h)
  std::set<const ir::PyForm*> cached;  // functions that were called through a cache
  bool may_stop(const Instance&);  // does it let a StopIteration through? (stop_iteration.cpp)
  void check_stops();
  void check_cached();  // none of them prints: how often it runs is not CPython's business alone
  [[nodiscard]] std::vector<const Instance*> being_written(const ir::PyForm&) const;
  [[nodiscard]] bool is_stepping(const ir::Function&) const;  // is a step of this generator being written?

  ir::Module& out;
  ir::World& world;
  InferOptions options;
  Classes& classes;

 private:
  bool keeps_errors_;
  Instance& make(const ir::PyForm&, std::vector<Value> arguments, std::string key, bool entry, const Value& wanted);
  [[nodiscard]] bool lets_stop_through(const std::string& symbol) const;
  void write(Instance&);
  void write_once(Instance&);
  void abandon(Instance&, size_t writing);
  void drop_provisional(size_t first, const Instance& keep);
  std::string fresh_symbol(const ir::PyForm&);

  std::deque<std::unique_ptr<Instance>> instances_;
  std::unordered_map<std::string, Instance*> by_key_;
  std::vector<Instance*> writing_;
  std::unordered_map<const ir::PyForm*, int> made_of_;  // instances of each function
  std::unordered_map<const ir::PyForm*, std::vector<int>> wanted_literals_;  // arguments whose literals inference asked for
  std::unordered_map<const ir::Module*, std::pair<uint32_t, std::vector<SpanId>>> spans_;  // source offset; span by span
  std::unordered_map<std::string, int> symbols_;
  std::map<const ir::Function*, std::unique_ptr<ResumePlan>> resume_plans_;
  std::map<std::pair<const ir::PyForm*, bool>, std::unique_ptr<ir::PyForm>> resumed_forms_;
  std::map<std::pair<const ir::PyForm*, bool>, std::unique_ptr<ir::PyForm>> driven_forms_;
  std::set<const ir::PyForm*> is_resumed_form_, is_sending_form_, is_driven_form_, is_throwing_form_;
  std::map<std::string, const ir::Function*> supposed_;  // functions that generators call: no StopIteration leaves them
};

// identity.cpp
void mark_views(ir::Function& entry);
void check_identity(const ir::Module&);  // `is` between arrays is answered, or refused

}  // namespace aic::typeinfer
