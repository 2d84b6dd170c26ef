// The way of a program, driven from Python: function and argument keys → world → inference → passes → loop form → code
// generator → loader → entry. Everything here needs the GIL, but for the code generator's work.
#pragma once
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "passes/pipeline.h"
#include "python/bindings/interpret.h"
#include "python/bindings/likely.h"
#include "python/bindings/sites.h"
#include "python/bindings/world.h"
#include "runtime/loader/loader.h"

namespace aic::bindings {

struct CompileOptions {
  bool fastmath = false, debug = false, cache = true;
  passes::Options passes;
  bool leaves_to_python = false;  // fallback="warn": what does not compile is run by the interpreter
  bool splits = false;            // fallback="python": a function that does not compile is taken apart (aic/fallback.py)
  bool in_loop = false;           // a part that an interpreted loop calls: containers are not converted round by round
  bool verify = false;            // each call is compared with the interpreter's
  std::string cpu;  // LLVM's name of the processor to compile for; empty: this one
};

// What a specialisation takes for granted beyond its keys; a call for which one does not hold gets another.
struct Assumptions {
  bool disjoint = true;  // no two array arguments overlap in memory
  bool small = true;     // int arguments and extents fit in 31 bits
  bool fitting = true;   // extents are equal, or apart, as they were in the first call
  bool operator==(const Assumptions&) const = default;
};

constexpr int64_t long_work = 2000;  // elements or rounds: below, releasing the GIL costs more than it gives
enum class Weight : uint8_t { Light, BySize, Heavy };  // when to release the GIL: never, for long input, always

// extent(second) = extent(first) + delta, of arrays among the entry's parameters.
struct Relation {
  int first, first_axis, second, second_axis;
  int64_t delta;
  int first_slot = 0, second_slot = 0;
};

// Of a generator that the function returns: what runs it to its next `yield` (suspended.h).
struct GeneratorEntry {
  rt::Entry entry = nullptr;
  std::string name;
  rt::Entry throws = nullptr;  // goes on with an exception: its number in `thrown`, the object; null: it has no handler
  struct Thrown {
    Ref type;
    bool exactly, bare;  // of just this class; without arguments
  };
  std::vector<Thrown> thrown;
  bool asks_arguments = false, knows_own = false;  // of exceptions; classes of the user's
  Plan step;                 // (is there an element, the element; at the end: is there a result, the result)
  enum class Sent : uint8_t { Ignored, None, Some } sent = Sent::Ignored;  // what it looks at of what is sent
  Plan takes;                // Some: a union
  std::vector<Plan> hidden;  // arrays and random numbers of the world that it takes after the state
  std::vector<Ref> world;    // these
  int slots = 0, buffers = 0;  // of its arguments
};

// One compiled signature. Freed, with its code, when its dispatcher and the calls that run in it are done.
struct Specialisation {
  std::vector<Key> keys;
  uint64_t hash = 0;
  Assumptions assumed;
  bool needs_disjoint = false, needs_small = false;  // the code relies on it: calls must test it
  std::vector<Relation> relations;                   // likewise
  Weight weight = Weight::Light;
  uint8_t nesting = 0;  // of loops over sizes: the work is a size to this power
  rt::Entry entry = nullptr;
  int references = 1;
  bool has_lists = false, writes_lists = false;      // among the arguments; whether the code may change one
  std::vector<ir::Type> parameters;                  // the entry's: a list's elements may be wider there than in the key
  int argument_slots = 0, result_slots = 0, buffers = 0, texts = 0;
  std::vector<std::pair<int, Plan>> arguments;  // index of the Python parameter, and how to unpack it
  std::vector<std::pair<int, Ref>> defaults;    // values of omitted parameters that the code takes as arguments
  std::vector<std::pair<Ref, Key>> hidden;      // arrays of the world: arguments after Python's
  Plan result;
  std::vector<GeneratorEntry> generators;
  std::vector<Site> sites;
  std::vector<Guard> guards;
  bool guards_lists = false;  // which have no version
  std::vector<std::pair<PyObject* const*, PyObject*>>
      places;  // of guards on cells and functions: where to look, what stood there
  std::vector<std::pair<PyObject*, uint64_t>>
      stamps;  // the dicts of `guards`, and their versions when all was last seen to hold
  std::unique_ptr<rt::Code> code;
  std::string signature;  // "f64[::1], int"
  std::vector<std::unique_ptr<Block>> blocks;  // that Python runs; the code holds their addresses
};

// Arrays and containers of the world are still of the types that they were of: shape and dtype can be assigned to, containers
// may hold anything by now.
[[nodiscard]] bool hidden_hold_again(const Specialisation&);
[[nodiscard]] inline bool hidden_hold(const Specialisation& s) { return s.hidden.empty() || hidden_hold_again(s); }

struct Request {
  PyObject* function;
  std::span<const Key> keys;
  Assumptions assumptions;
  CompileOptions options;
  Guesses likely;  // at the arguments' shapes: the code is right for all, or says what it relies on
};

// Fills in what follows from the request, the result's type and what the world was asked; shared with the disk cache.
// `kept`: omitted parameters whose default the code takes as an argument; the others are constants in it. `views`: the
// header's list of array results that are objects of their own (typeinfer/identity.cpp). `hidden`: arrays of the world that
// it takes after Python's arguments, by their keys.
void finish(Specialisation&, const Request&, ir::Type result, std::span<const int> kept, std::span<const int> views,
            std::span<const int64_t> hidden, LiveWorld&);
// Throw ir::Diagnosed, PythonError, ir::InternalError.
[[nodiscard]] std::unique_ptr<Specialisation> compile(const Request&);
// The text of a form: py, tensor, optimized, loop, llvm, asm.
[[nodiscard]] std::string lowered_text(const Request&, const std::string& form);
// The diagnostic `name` at the function's definition.
[[noreturn]] void refuse(PyObject* function, const std::string& name, const std::vector<std::string>& arguments);
// A parameter's value has a type that no specialisation can be made for.
[[noreturn]] void refuse_argument(PyObject* function, size_t index, const std::string& why);

void add_argument(Specialisation&, size_t index, ir::Type);  // the plan of the next argument
[[nodiscard]] Ref default_value(PyObject* function, int index);

[[nodiscard]] std::string signature_text(std::span<const Key>);

}  // namespace aic::bindings
