// Who owns each name of a function and of the functions nested in it, and how nested functions get at what they capture.
//
// A Frame is a function or lambda; a comprehension or class body has names of its own but runs in the frame around it. Every
// Name, parameter and def resolves to a Variable, or to none: then it is free in the outermost function (a closure variable of
// code that is not compiled with it) or global.
//
// Capturing. A nested function is called with what it captures as its first parameters. Three ways, best first:
//   fixed   a function bound once by `def` (or `f = lambda …`), whose defaults are constants, is no value at all: each use
//           makes it anew from the present values of what it captures, so that direct calls, recursion and mutual
//           recursion need no cells;
//   value   a variable that cannot be rebound after the capturing function was made;
//   cell    everything else: `nonlocal`, rebinding after capture, capture in a loop that rebinds.
#pragma once
#include <memory>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "frontend/ast.h"

namespace aic::frontend {

struct Frame;

struct Binding {
  uint32_t clock;           // when in the frame's order of evaluation; 0: a parameter
  std::vector<uint32_t> loops, blocks;  // the loops and blocks of statements around it
};

struct Variable {
  std::string name;
  Frame* frame = nullptr;
  uint32_t slot = 0;                     // in frame->variables
  bool is_parameter = false, is_deleted = false;
  bool in_comprehension = false;         // the comprehension's own
  bool in_class = false;                 // bound by the body of a class: no function in it sees it
  bool is_cell = false;
  const Node* fixed = nullptr;           // the def or lambda it names for ever
  uint32_t fixed_clock = 0;
  bool may_be_unbound = false;           // where a function captured it by value
  std::vector<Binding> bindings;
};

// A nested function seen from the frame it stands in, or a use of a fixed one.
struct Use {
  const Node* function;     // the def or lambda
  Frame* frame;             // where it is used
  uint32_t clock;
  std::vector<uint32_t> loops, blocks;
  bool escapes;             // used as a value: it may be called at any later time
};

struct Frame {
  const Node* node = nullptr;
  Frame* parent = nullptr;
  Use site;                                        // of its def or lambda in the parent
  std::string classes;                             // around its def: "Outer.Inner."
  std::vector<Variable*> variables;                // by slot
  bool is_generator = false;
  std::vector<Variable*> captured;                 // of outer frames, in a fixed order
  std::unordered_set<const Node*> fixed_used;      // fixed functions it mentions, itself or below
  std::unordered_set<Variable*> outer_used;        // variables of outer frames that it or frames below mention
};

class Scopes {
 public:
  // `free`: the function object's free variables. Throws a located problem for what no scope can hold.
  struct Problem {
    const Node* node;
    std::string diagnostic;
    std::vector<std::string> arguments;
  };
  Scopes(const Node& function, const std::vector<std::string>& free);
  ~Scopes();
  Scopes(const Scopes&) = delete;
  Scopes& operator=(const Scopes&) = delete;

  [[nodiscard]] Variable* variable(const Node& n) const {
    auto it = variables_of_.find(&n);
    return it == variables_of_.end() ? nullptr : it->second;
  }
  // Of a function decorated with functools.cache alone: the dict that is its cache, a variable beside it. Null: it is no such.
  [[nodiscard]] Variable* cache_of(const Node& function) const {
    auto it = caches_.find(&function);
    return it == caches_.end() ? nullptr : it->second;
  }
  [[nodiscard]] bool is_free(const std::string& name) const { return free_.contains(name); }
  [[nodiscard]] Frame& frame(const Node& function) const { return *frames_of_.at(&function); }
  // The variables of a comprehension's own, or of a class's body, in the order in which they are first bound.
  [[nodiscard]] const std::vector<Variable*>& own(const Node& scope) const { return own_.at(&scope); }

 private:
  friend class ScopeBuilder;
  std::vector<std::unique_ptr<Variable>> variables_;
  std::vector<std::unique_ptr<Frame>> frames_;
  std::unordered_map<const Node*, Variable*> variables_of_;
  std::unordered_map<const Node*, Frame*> frames_of_;
  std::unordered_map<const Node*, std::vector<Variable*>> own_;
  std::unordered_set<std::string> free_;
  std::unordered_map<const Node*, Variable*> caches_;
};

// What stands behind the @ of a function that has functools.cache or lru_cache alone around it, as far as its text tells; or
// null.
[[nodiscard]] const Node* cache_decorator(const Node& function);

// All parameters of a function in code-object order: positional, keyword-only, *args, **kwargs.
[[nodiscard]] std::vector<const Node*> parameters_of(const Node& function);
// For each of these its default, or null.
[[nodiscard]] std::vector<const Node*> defaults_of(const Node& function);

}  // namespace aic::frontend
