// Blocks that Python runs in compiled code: what the host's table has for them, and what a specialisation keeps of them.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "ir/module.h"
#include "python/bindings/values.h"

namespace aic::bindings {

struct Specialisation;

struct Block {
  PyObject* function = nullptr;  // lives for ever
  std::vector<Plan> values;
  std::vector<ir::Type> results;
  std::vector<std::string> result_names;
  Specialisation* of = nullptr;
};

int32_t interpret(rt::Context*, int64_t block, const rt::Slot* values, rt::Slot* results);
void drop_object(rt::Context*, void*);

// Makes the blocks of a loop form's `interpret` ops, which from then on hold their addresses.
void add_blocks(ir::Module&, Specialisation&);
// What a block may change though it was not handed over: containers of the caller's, values of the module. "": nothing. A part
// with blocks that fallback="python" made must not have such: the program did not ask for them.
[[nodiscard]] std::string reached_by_blocks(const Specialisation&);
[[nodiscard]] bool has_blocks(const ir::Module&, ir::SpanId* where = nullptr);

}  // namespace aic::bindings
