// From a function's node to its py form: scopes, then the function and, one after another, the functions it mentions.
#include "frontend/lower.h"

#include "frontend/lower_unit.h"

namespace aic::frontend {

Hash hash_function(const Node& function, const std::vector<std::string>& free) {
  Hash h;
  h.mix(function.text);
  for (const std::string& f : free) h.mix(f);  // the same text means another program where other names are free
  mix_tree(h, function);
  return h;
}

namespace {

Captured description(const Node& function) {
  Captured c;
  const Node& a = function.at(Field::args);
  std::vector<const Node*> parameters = parameters_of(function), defaults = defaults_of(function);
  for (size_t k = 0; k < parameters.size(); ++k) {
    c.parameters.push_back(parameters[k]->text);
    if (defaults[k]) c.defaulted.push_back(int(k));
  }
  c.positional_only = int(a.list(Field::posonlyargs).size());
  c.keyword_only = int(a.list(Field::kwonlyargs).size());
  c.has_varargs = a.child(Field::vararg) != nullptr;
  c.has_kwargs = a.child(Field::kwarg) != nullptr;
  return c;
}

}  // namespace

Captured lower_function(const Node& function, ir::Source source, const std::vector<std::string>& free, ir::Module& module,
                        const Interpreter& interpreter) {
  Captured c = description(function);
  c.hash = hash_function(function, free);
  source.positions = number_nodes(function, source.first_line);
  module.sources.push_back(std::move(source));
  uint32_t index = uint32_t(module.sources.size()) - 1;
  auto refuse = [&](const Scopes::Problem& p) {
    throw ir::Diagnosed(ir::diagnose(module, module.intern_span({index, p.node->ordinal, {}}), p.diagnostic, p.arguments));
  };
  try {
    Scopes scopes(function, free);
    Unit unit{module, scopes, index, interpreter, {}, {}};
    c.function = &unit.function_of(function);
    while (!unit.waiting.empty()) {
      const Node* next = unit.waiting.front();
      unit.waiting.pop_front();
      unit.source = unit.functions.at(next)->source;
      Lowering(unit, *next).run();
    }
  } catch (const Scopes::Problem& p) {
    refuse(p);
  }
  return c;
}

}  // namespace aic::frontend
