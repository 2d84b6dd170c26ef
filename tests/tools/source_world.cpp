// See source_world.h.
#include "tests/tools/source_world.h"

#include <algorithm>
#include <fstream>
#include <sstream>

#include "frontend/frontend.h"
#include "frontend/parse.h"
#include "ir/ops/table.h"

namespace aic::tests {
using frontend::Field;
using frontend::Node;
using ir::Entity;

static std::string read_text(const std::string& path) {
  std::ifstream in(path);
  if (!in) throw ir::Error("cannot read " + path);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

// Literals, and names through `name`; Missing for what is neither.
static Entity literal(const Node& n, const std::function<Entity(const std::string&)>& name) {
  if (n.is(frontend::Kind::Name)) return name(n.text);
  if (n.is(frontend::Kind::UnaryOp)) {
    Entity e = literal(n.at(Field::operand), name);
    if (auto* c = std::get_if<ir::Constant>(&e)) {
      if (auto* i = std::get_if<int64_t>(&c->value)) return ir::Constant{-*i};
      if (auto* d = std::get_if<double>(&c->value)) return ir::Constant{-*d};
    }
    return ir::Missing{};
  }
  if (!n.is(frontend::Kind::Constant)) return ir::Missing{};
  const frontend::Constant& c = n.constant;
  using K = frontend::Constant::Kind;
  switch (c.kind) {
    case K::None: return ir::Constant{ir::NoneConstant{}};
    case K::Bool: return ir::Constant{ir::BoolConstant{c.integer != 0}};
    case K::Int: return ir::Constant{c.integer};
    case K::Float: return ir::Constant{c.real};
    case K::Str: return ir::Constant{c.text};
    default: return ir::Missing{};
  }
}

SourceWorld::SourceWorld(const std::string& path, const std::string& library) {
  read("", path);
  for (const char* m :
       {"numpy", "numpy_linalg", "numpy_fft", "math", "cmath", "builtins", "list", "dict", "set", "str", "heapq", "bisect"}) {
    std::string file = library + "/" + m + ".py";
    if (std::ifstream(file)) read(m, file);
  }
  for (const std::string& topic : std::vector<std::string>(files_["numpy"].topics)) {
    read(topic, library + "/" + topic + ".py");
    File& whole = files_["numpy"];
    whole.aliases.insert(files_[topic].aliases.begin(), files_[topic].aliases.end());
  }
}

void SourceWorld::read(const std::string& module, const std::string& path) {
  File& f = files_[module];
  f.path = path;
  f.text = read_text(path);
  f.names = frontend::function_names(f.text, path);
  frontend::Parsed parsed = frontend::parse_text(f.text, path);
  if (!parsed.tree) throw ir::Error(path + ": " + parsed.problem.message);
  for (const Node* s : parsed.tree->root->list(Field::body)) {
    if (s->is(frontend::Kind::ImportFrom) && !s->words.empty() && s->words[0] == "aic.lib")
      for (const Node* name : s->list(Field::names))
        if (name->text.starts_with(module + "_")) f.topics.push_back(name->text);
    if (!s->is(frontend::Kind::Assign) || !s->list(Field::targets)[0]->is(frontend::Kind::Name)) continue;
    const std::string& target = s->list(Field::targets)[0]->text;
    const Node& value = s->at(Field::value);
    if (value.is(frontend::Kind::Name)) f.aliases[target] = value.text;
    Entity e = literal(value, [](const std::string&) { return Entity(ir::Missing{}); });
    if (!std::holds_alternative<ir::Missing>(e)) f.constants[target] = e;
    if (value.is(frontend::Kind::Call) && !value.list(Field::args).empty() &&
        value.list(Field::args)[0]->is(frontend::Kind::Constant))
      f.constants[target] =
          ir::Constant{std::strtod(value.list(Field::args)[0]->constant.text.c_str(), nullptr)};  // float("inf")
  }
}

const ir::PyForm& SourceWorld::function(const std::string& name) { return form("", name); }

const ir::PyForm& SourceWorld::form(const std::string& module, const std::string& name) {
  std::string key = module + ":" + name;
  if (forms_.count(key)) return *forms_[key];
  File& f = files_.at(module);
  auto m = std::make_unique<ir::Module>();
  frontend::Captured c = frontend::lower_source(f.text, name, f.path, *m);
  auto p = std::make_unique<ir::PyForm>();
  p->function = c.function;
  p->parameters = c.parameters;
  p->positional_only = c.positional_only;
  p->keyword_only = c.keyword_only;
  p->has_varargs = c.has_varargs;
  p->has_kwargs = c.has_kwargs;
  if (!module.empty())
    for (auto& g : m->functions) g->attrs.push_back({"library", int64_t(1)});
  frontend::Parsed parsed = frontend::parse_text(f.text, f.path);
  for (const Node* s : parsed.tree->root->list(Field::body)) {
    if (!s->is(frontend::Kind::FunctionDef) || s->text != name) continue;
    const Node& a = s->at(Field::args);
    p->defaults.clear();
    auto resolve = [&](const std::string& n) { return found(module, n); };
    for (const Node* d : a.list(Field::defaults)) p->defaults.push_back(literal(*d, resolve));
    for (const Node* d : a.list(Field::kw_defaults))
      if (d || !p->defaults.empty()) p->defaults.push_back(d ? literal(*d, resolve) : ir::Entity(ir::Missing{}));
    if (!p->defaults.empty()) p->defaults.resize(p->defaults.size() + size_t(p->has_varargs) + size_t(p->has_kwargs));
  }
  module_of_[m.get()] = module;
  modules_[key] = std::move(m);
  return *(forms_[key] = std::move(p));
}

// The file that defines a function that a module has: numpy.py has all that its topics have.
std::string SourceWorld::owner_of(const std::string& module, const std::string& name) const {
  std::vector<std::string> places{module};
  const std::vector<std::string>& topics = files_.at(module).topics;
  places.insert(places.end(), topics.begin(), topics.end());
  for (const std::string& place : places) {
    auto it = files_.find(place);
    if (it == files_.end()) continue;
    for (const std::string& n : it->second.names)
      if (n == name) return place;
  }
  return {};
}

// numpy.linalg is numpy_linalg.py.
static std::string file_of(std::string module) {
  std::replace(module.begin(), module.end(), '.', '_');
  return module;
}

static bool is_class_name(const std::string& n) {
  for (const char* c : {"int", "float", "bool", "complex", "str", "tuple", "object", "list", "dict", "set", "frozenset"})
    if (n == c) return true;
  return n.ends_with("Error") || n.ends_with("Exception") || n == "StopIteration";
}

Entity SourceWorld::found(const std::string& module, const std::string& name) {
  File& f = files_.at(module);
  if (auto it = f.constants.find(name); it != f.constants.end()) return it->second;
  if (auto it = f.aliases.find(name); it != f.aliases.end()) return found(module, it->second);
  if (std::string owner = owner_of(module, name); !owner.empty()) {
    std::string key = owner + ":" + name;
    size_t k = 0;
    while (k < by_key_.size() && by_key_[k] != key) ++k;
    if (k == by_key_.size()) by_key_.push_back(key);
    return ir::PythonFunction{k + 1, name};
  }
  if (name == "np" || name == "numpy") return ir::ModuleEntity{"numpy"};
  if (name == "math" || name == "cmath") return ir::ModuleEntity{name};
  if (name == "prim") return ir::ModuleEntity{"aic.prim"};
  if (!module.empty())
    for (int d = 0; d <= int(ir::DType::C128); ++d)
      if (name == ir::numpy_name(ir::DType(d))) return ir::DTypeEntity{ir::DType(d)};
  for (const char* b : {"len", "range", "abs", "min", "max", "sum", "round", "divmod", "pow", "enumerate", "zip", "reversed",
                        "slice", "isinstance", "print", "type"})
    if (name == b) return ir::Builtin{"builtins." + name};
  if (is_class_name(name)) return ir::Builtin{"builtins." + name};
  return ir::Missing{};
}

Entity SourceWorld::global(const ir::Function& f, const std::string& name) { return found(module_of_.at(&f.module()), name); }
Entity SourceWorld::free(const ir::Function&, const std::string&) { return ir::Missing{}; }

Entity SourceWorld::attribute(const Entity& of, const std::string& name) {
  auto* m = std::get_if<ir::ModuleEntity>(&of);
  if (!m) return ir::Missing{};
  if (m->name == "aic.prim") return ir::Builtin{"aic.prim." + name};
  if (m->name == "numpy") {
    for (int d = 0; d <= int(ir::DType::C128); ++d)
      if (name == ir::numpy_name(ir::DType(d)) || (name == "bool_" && d == 0)) return ir::DTypeEntity{ir::DType(d)};
    if (name == "newaxis") return ir::Constant{ir::NoneConstant{}};
    for (const char* c : {"ndarray", "integer", "floating", "generic", "number"})
      if (name == c) return ir::Builtin{"numpy." + name};
    if (name == "pi" || name == "inf" || name == "nan" || name == "e") return found("math", name);
  }
  ir::OpCode code;
  std::string qualified = m->name + "." + name;
  if (ir::find_op_by_python_name(qualified, code)) return ir::Builtin{qualified};
  auto it = files_.find(file_of(m->name));
  if (it == files_.end()) return ir::Missing{};
  if (m->name == "numpy" && (name == "linalg" || name == "fft")) return ir::ModuleEntity{"numpy." + name};
  Entity e = found(file_of(m->name), name);
  if (std::holds_alternative<ir::PythonFunction>(e)) return ir::Builtin{qualified};
  return std::holds_alternative<ir::Constant>(e) ? e : Entity(ir::Missing{});
}

const ir::PyForm& SourceWorld::py_form(const ir::PythonFunction& f) {
  const std::string& key = by_key_.at(f.key - 1);
  size_t colon = key.find(':');
  return form(key.substr(0, colon), key.substr(colon + 1));
}

const ir::PyForm* SourceWorld::library(const std::string& qualified) {
  size_t dot = qualified.rfind('.');
  std::string module = qualified.substr(0, dot), name = qualified.substr(dot + 1);
  auto it = files_.find(file_of(module));
  if (it == files_.end()) return nullptr;
  if (auto alias = it->second.aliases.find(name); alias != it->second.aliases.end()) name = alias->second;
  std::string owner = owner_of(file_of(module), name);
  return owner.empty() ? nullptr : &form(owner, name);
}

std::vector<std::string> SourceWorld::known_names(const std::string& module) {
  std::vector<std::string> names;
  if (auto it = files_.find(module); it != files_.end()) {
    names = it->second.names;
    for (const std::string& topic : it->second.topics)
      names.insert(names.end(), files_[topic].names.begin(), files_[topic].names.end());
  }
  for (size_t k = 0; k < ir::record_count; ++k) {
    std::string_view python = ir::record(ir::OpCode(k)).python;
    while (!python.empty()) {
      size_t n = python.find(' ');
      std::string_view one = python.substr(0, n);
      if (one.starts_with(module + ".")) names.emplace_back(one.substr(module.size() + 1));
      python = n == std::string_view::npos ? std::string_view{} : python.substr(n + 1);
    }
  }
  return names;
}

}  // namespace aic::tests
