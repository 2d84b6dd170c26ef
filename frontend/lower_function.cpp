// Functions: header, parameters, cells; nested functions and lambdas as py.function with what they capture.
#include <algorithm>

#include "frontend/lower.h"

namespace aic::frontend {

namespace {

std::string symbol_text(std::string s) {
  for (char& c : s)
    if (uint8_t(c) >= 0x80) c = '_';  // symbols are ASCII; the header's `name` keeps the spelling
  return s;
}

// The text of an expression as written, line ends as blanks.
std::string source_text(const ir::Source& source, const Node* n) {
  if (!n) return {};
  const ir::Position& p = source.positions[n->ordinal];
  std::string out;
  for (int line = p.line; line <= p.end_line && size_t(line) <= source.lines.size(); ++line) {
    const std::string& text = source.lines[size_t(line) - 1];
    auto byte_of = [&](int column) {
      size_t k = 0;
      while (k < text.size() && column >= 0)
        if ((uint8_t(text[k]) & 0xc0) == 0x80 || column-- > 0) ++k;
      return k;
    };
    size_t begin = line == p.line ? byte_of(p.column) : text.find_first_not_of(" \t");
    size_t end = line == p.end_line ? byte_of(p.end_column) : text.size();
    if (begin >= end) continue;
    out += (out.empty() ? "" : " ") + text.substr(begin, end - begin);
  }
  return out;
}

}  // namespace

std::string Unit::written_as(const Node& n) const { return source_text(module.sources[source], &n); }

void Unit::refuse(const Node& n, std::string_view diagnostic, const std::vector<std::string>& arguments,
                  std::string label) const {
  throw ir::Diagnosed(ir::diagnose(module, span(n), diagnostic, arguments, std::move(label)));
}

// Tracebacks name the function of each frame: a nested one has the same text under another name.
uint32_t Unit::source_named(const std::string& name) {
  ir::Source nested = module.sources[source];
  nested.function = name;
  module.sources.push_back(std::move(nested));
  return uint32_t(module.sources.size()) - 1;
}

std::string qualified_name(const ir::Function& f) {
  for (const ir::NamedAttr& a : f.attrs)
    if (a.name == "qualified") return std::get<std::string>(a.value);
  return f.module().sources[f.source].function;
}

ir::Function& Unit::function_of(const Node& n) {
  auto [it, added] = functions.try_emplace(&n);
  if (!added) return *it->second;
  const Frame& frame = scopes.frame(n);
  const Frame* parent = frame.parent;
  std::string outer = parent ? functions.at(parent->node)->name() : "";  // lowered before what stands in it
  std::string name = n.is(Kind::Lambda) ? "<lambda>" : n.text, told = frame.classes + name;
  std::string symbol = symbol_text(outer.empty() ? name : outer + "." + told), unique = symbol;
  for (int k = 2; module.find(unique); ++k) unique = symbol + "$" + std::to_string(k);
  ir::Function& f = module.add_function(unique, ir::Form::Py);
  f.source = parent ? source_named(name) : source;
  f.span = module.intern_span({f.source, n.ordinal, {}});
  f.result_types = {ir::Type::py()};
  f.attrs.push_back({"name", name});
  if (parent) f.attrs.push_back({"qualified", qualified_name(*functions.at(parent->node)) + ".<locals>." + told});
  it->second = &f;
  waiting.push_back(&n);
  return f;
}

Lowering::Lowering(Unit& unit, const Node& function)
    : unit_(unit),
      node_(function),
      frame_(unit.scopes.frame(function)),
      f_(*unit.functions.at(&function)),
      b_(f_),
      liveness_(unit.scopes, frame_),
      env_(frame_.variables.size()) {
  b_.span = unit.span(function);
}

void Lowering::run() {
  if (node_.is(Kind::AsyncFunctionDef)) unit_.refuse(node_, "async", {"async def"});
  parameters();
  if (node_.is(Kind::Lambda)) {
    const Node& body = node_.at(Field::body);
    ValueId x = expression(body);
    b_.span = unit_.span(body);
    terminate("return"_op, {x});
  } else if (!block(node_.list(Field::body))) {
    b_.span = unit_.span(node_);
    terminate("return"_op, {none(node_)});
  }
}

void Lowering::parameters() {
  const Node& a = node_.at(Field::args);
  std::vector<const Node*> parameters = parameters_of(node_), defaults = defaults_of(node_);
  std::vector<std::string> names, annotations;
  std::vector<int64_t> defaulted;
  const ir::Source& source = unit_.module.sources[unit_.source];
  for (size_t k = 0; k < parameters.size(); ++k) {
    names.push_back(parameters[k]->text);
    annotations.push_back(source_text(source, parameters[k]->child(Field::annotation)));
    if (defaults[k]) defaulted.push_back(int64_t(k));
  }
  auto set = [&](const char* name, int64_t n) {
    if (n) f_.attrs.push_back({name, n});
  };
  if (!names.empty()) f_.attrs.push_back({"params", names});
  set("captured", int64_t(frame_.captured.size()));
  set("positional_only", int64_t(a.list(Field::posonlyargs).size()));
  set("keyword_only", int64_t(a.list(Field::kwonlyargs).size()));
  set("varargs", int64_t(a.list(Field::vararg).size()));
  set("kwargs", int64_t(a.list(Field::kwarg).size()));
  set("generator", frame_.is_generator);
  if (Variable* cache = unit_.scopes.cache_of(node_))
    set("cached", std::find(frame_.captured.begin(), frame_.captured.end(), cache) - frame_.captured.begin() + 1);
  if (!defaulted.empty()) f_.attrs.push_back({"defaulted", defaulted});
  bool annotated = std::any_of(annotations.begin(), annotations.end(), [](const std::string& s) { return !s.empty(); });
  if (annotated) f_.attrs.push_back({"annotations", annotations});
  if (const Node* r = node_.child(Field::returns)) f_.attrs.push_back({"returns", source_text(source, r)});

  for (Variable* v : frame_.captured) handles_[v] = f_.add_argument(f_.body(), ir::Type::py());
  for (const Node* p : parameters) {
    ValueId x = f_.add_argument(f_.body(), ir::Type::py());
    Variable& v = *unit_.scopes.variable(*p);
    if (!v.is_cell)
      set_local(v.slot, x, Bound::Yes);
    else
      handles_[&v] = make(*p, "py.cell"_op, {x}, {{"name", v.name}});
  }
  for (Variable* v : frame_.variables)
    if (v->is_cell && !v->is_parameter && !v->in_comprehension)
      handles_[v] = make(node_, "py.cell"_op, {make(node_, "py.unbound"_op, {})}, {{"name", v->name}});
}

ValueId Lowering::function_value(const Node& function, const Node& at) {
  std::vector<ValueId> operands, defaults;
  for (const Node* d : defaults_of(function))
    if (d) defaults.push_back(expression(*d));
  for (Variable* v : unit_.scopes.frame(function).captured) operands.push_back(captured_operand(*v, at));
  operands.insert(operands.end(), defaults.begin(), defaults.end());
  std::string symbol = unit_.function_of(function).name();
  std::vector<ir::NamedAttr> attrs{{"function", ir::Symbol{symbol}}};
  if (!defaults.empty()) attrs.push_back({"defaults", int64_t(defaults.size())});
  return make(at, "py.function"_op, operands, std::move(attrs));
}

void Lowering::function_statement(const Node& n) {
  Nodes decorators = n.list(Field::decorator_list);
  if (Variable* cache = unit_.scopes.cache_of(n)) {
    const Node& decorator = *cache_decorator(n);
    if (cache->is_cell)
      unit_.refuse(decorator, "unsupported", {"a cached function that is made in a loop, or used before it is made,"});
    ValueId expected = expression(decorator), dict = make(n, "py.dict"_op, {});
    bind_variable(*cache, make(decorator, "py.call"_op, {expected, dict}, {{"expects", "functools." + decorator.text}}));
    if (unit_.scopes.variable(n)->fixed) return;
  }
  std::vector<ValueId> around;
  for (const Node* d : decorators) around.push_back(expression(*d));
  Variable* v = unit_.scopes.variable(n);
  if (v->fixed) return;
  ValueId x = function_value(n, n);
  for (size_t k = around.size(); k-- > 0;) x = make(*decorators[k], "py.call"_op, {around[k], x});
  bind_variable(*v, x);
}

}  // namespace aic::frontend
