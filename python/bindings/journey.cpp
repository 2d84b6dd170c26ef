// The steps of a journey, and what the loop form at its end tells of the code.
#include "python/bindings/journey.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>

#include "ir/ops/table.h"
#include "passes/constants.h"
#include "python/bindings/generator.h"

namespace aic::bindings {
using ir::Entity;
using ir::Function;
using ir::Module;
using ir::Type;
using typeinfer::ArgumentType;

namespace {

// `source 2 "/home/me/filters.py" "smooth" 12` for each.
std::string sources_of(const Module& m) {
  auto quoted = [](const std::string& s) {
    std::string out = "\"";
    for (char c : s) out += c == '"' || c == '\\' ? std::string("\\") + c : std::string(1, c);
    return out + "\" ";
  };
  std::string out;
  for (size_t k = 1; k < m.sources.size(); ++k)
    out += "source " + std::to_string(k) + " " + quoted(m.sources[k].file) + quoted(m.sources[k].function) +
           std::to_string(m.sources[k].first_line) + "\n";
  return out;
}

// How the work grows with the sizes of the arguments: `rounds` by constants, times a size to the power of `nesting`.
struct Growth {
  double rounds = 1;
  int nesting = 0;
  bool unknown = false;  // `while`, calls
};
Growth growth_of(const Function& f, ir::RegionId r) {
  Growth most;
  for (ir::OpId id = f.region(r).first; id; id = f.op(id).next) {
    const ir::Op& op = f.op(id);
    std::string_view name = ir::record(op.code).name;
    Growth here;
    for (ir::RegionId inner : op.regions) {
      Growth g = growth_of(f, inner);
      here = {std::max(here.rounds, g.rounds), std::max(here.nesting, g.nesting), here.unknown || g.unknown};
    }
    here.unknown |= name == "while" || name == "call";
    if (name == "for") {
      auto start = passes::find_integer(f, op.operands[0]), stop = passes::find_integer(f, op.operands[1]);
      if (start && stop)
        here.rounds *= std::max(1.0, std::abs(double(*stop) - double(*start)));
      else
        here.nesting += 1;
    }
    if (name == "kernel") here.nesting += 1;  // over elements, whatever its rank
    if (name == "empty") here.nesting = std::max(here.nesting, 1);
    most = {std::max(most.rounds, here.rounds), std::max(most.nesting, here.nesting), most.unknown || here.unknown};
  }
  return most;
}

}  // namespace

void Journey::infer(const Form& form, const typeinfer::InferOptions& options) {
  try {
    entry = &typeinfer::infer(module, world, form.form, arguments(form), options);
  } catch (const ir::Diagnosed&) {
    if (!world.reads_places()) throw;
    world.take_constants();
    module.functions.clear();
    entry = &typeinfer::infer(module, world, form.form, arguments(form), options);
  }
}

void Journey::to_tensor() {
  const Form& form = world.form_of(request.function);
  dump("py", form.module);
  // What will be sent to a generator that is returned is not known yet: the widest guess that compiles.
  typeinfer::InferOptions options;
  bool guesses = false;
  options.guesses_sent = &guesses;
  for (;; --options.sent) {
    try {
      infer(form, options);
      break;
    } catch (const ir::Diagnosed&) {
      if (!guesses || options.sent == 0) throw;
      module.functions.clear();
    }
  }
  name = entry->name();
  if (request.assumptions.disjoint) entry->attrs.push_back({"noalias", int64_t{1}});
  if (request.assumptions.small) entry->attrs.push_back({"small", int64_t{1}});
  add_likely_extents(form);
  if (request.assumptions.fitting) add_related_extents(form);
  dump("tensor", module);
}

// {likely = [parameter, axis, extent, …]}, by the entry's own parameters.
void Journey::add_likely_extents(const Form& form) {
  std::vector<int64_t> all;
  std::vector<std::string> names = parameter_names(*entry);
  for (const LikelyExtent& e : request.likely.thin) {
    auto name = std::find(names.begin(), names.end(), form.form.parameters.at(size_t(e.argument)));
    if (name != names.end()) all.insert(all.end(), {name - names.begin(), e.axis, e.extent});
  }
  if (!all.empty()) entry->attrs.push_back({"likely", all});
}

// {related = [parameter, axis, family, offset, …]}, likewise.
void Journey::add_related_extents(const Form& form) {
  std::vector<int64_t> all;
  std::vector<std::string> names = parameter_names(*entry);
  for (const RelatedExtent& e : request.likely.related) {
    auto name = std::find(names.begin(), names.end(), form.form.parameters.at(size_t(e.argument)));
    if (name != names.end()) all.insert(all.end(), {name - names.begin(), e.axis, e.family, e.offset});
  }
  if (!all.empty()) entry->attrs.push_back({"related", all});
}

void Journey::to_optimized() {
  passes::optimize(module, request.options.passes);
  dump("optimized", module);
}

void Journey::to_loops() {
  passes::lower_to_loops(module, request.options.passes);
  dump("loop", module);
  entry = module.find(name);
  AIC_CHECK(entry, "the entry got lost on its way");
}

std::string Journey::generated(uint32_t emit) const {
  // Cached code says nothing of places, so that moving a function in its file changes nothing.
  std::string text = (request.options.debug ? sources_of(module) : "") + ir::print(module), out, error;
  uint32_t flags = uint32_t(AIC_CG_OPT_2) | (request.options.debug ? uint32_t(AIC_CG_DEBUG_INFO) : 0) |
                   (request.options.fastmath ? uint32_t(AIC_CG_FASTMATH_MASK) : 0);
  PyThreadState* state = PyEval_SaveThread();
  try {
    out = generate(text, flags | emit, request.options.cpu);
  } catch (const std::exception& e) {
    error = e.what();
  }
  PyEval_RestoreThread(state);
  if (!error.empty()) throw ir::InternalError(error);
  return out;
}

// A function or a class: as if it were a global.
ArgumentType Journey::object_argument(const Form& form, size_t i, PyObject* o) {
  const std::string& name = form.form.parameters.at(i);
  Entity e = world.entity_of(o, name);
  if (std::holds_alternative<ir::Unknown>(e))
    throw ir::Diagnosed(
        ir::diagnose(form.module, form.form.function->span, "unsupported-argument", {name, why_unsupported(o)}));
  return e;
}

// Constants (None, str, omitted parameters) are told by value and have no parameter in the typed function.
std::vector<ArgumentType> Journey::arguments(const Form& form) {
  std::vector<ArgumentType> all;
  size_t parameters = form.form.parameters.size(), defaults = form.form.defaults.size();
  for (size_t i = 0; i < request.keys.size(); ++i) {
    Key k = request.keys[i];
    if (kind_of(k) == KeyKind::Literal)
      all.emplace_back(Entity(ir::Constant{text_of_key(k)}));
    else if (kind_of(k) == KeyKind::Object)
      all.push_back(object_argument(form, i, object_of_key(k)));
    else if (kind_of(k) == KeyKind::None)
      all.emplace_back(Entity(ir::Constant{ir::NoneConstant{}}));
    else if (kind_of(k) == KeyKind::Default)
      all.emplace_back(form.form.defaults.at(i - (parameters - defaults)));
    else
      all.emplace_back(type_of_key(k));
  }
  return all;
}

void Journey::dump(const char* form, const Module& m) const {
  const char* wanted = getenv("AIC_DUMP");
  if (!wanted || ("," + std::string(wanted) + ",").find("," + std::string(form) + ",") == std::string::npos) return;
  write_dump(form, ir::print(m));
}

void Journey::write_dump(const char* form, const std::string& text) const {
  const char* folder = getenv("AIC_DUMP_DIR");
  if (!folder) {
    fprintf(stderr, "; ---- %s ----\n%s\n", form, text.c_str());
    return;
  }
  std::string stem = name.empty() ? "function" : name;
  std::ofstream(std::string(folder) + "/" + stem + "." + form + ".ir") << text;
}

// Ints and extents that `small` says something about. Range analysis may use it anywhere: every such call is tested.
bool has_integers(const Function& entry) {
  std::vector<Type> types;
  for (ir::ValueId v : entry.parameters()) types.push_back(entry.type(v));
  for (size_t k = 0; k < types.size(); ++k) {
    if (types[k].is(ir::TypeKind::Int) || (types[k].is_array() && types[k].rank() > 0)) return true;
    if (types[k].is_tuple()) types.insert(types.end(), types[k].elements().begin(), types[k].elements().end());
  }
  return false;
}

// Whether a store may reach memory that is not the function's own: only then do overlapping arguments matter.
bool writes_parameters(const Module& m) {
  for (const auto& f : m.functions)
    for (ir::OpId id : f->ops_below(f->body())) {
      if (!ir::record(f->op(id).code).has(ir::Writes)) continue;
      ir::ValueId target = f->op(id).operands.at(0);
      if (f->type(target).is_list()) continue;
      ir::OpId def = f->defining_op(target);
      while (def && ir::record(f->op(def).code).has(ir::View)) def = f->defining_op(target = f->op(def).operands[0]);
      if (!def || !ir::record(f->op(def).code).has(ir::Birth)) return true;
    }
  return false;
}

bool writes_lists(const Module& m) {
  for (const auto& f : m.functions)
    for (ir::OpId id : f->ops_below(f->body())) {
      const ir::Op& op = f->op(id);
      if (!ir::record(op.code).has(ir::Writes) || !f->type(op.operands.at(0)).is_list()) continue;
      ir::OpId def = f->defining_op(op.operands[0]);
      if (!def || !ir::record(f->op(def).code).has(ir::Birth)) return true;
    }
  return false;
}

void weigh(const Module& m, Specialisation& s) {
  Growth most;
  for (const auto& f : m.functions) {
    Growth g = growth_of(*f, f->body());
    most = {std::max(most.rounds, g.rounds), std::max(most.nesting, g.nesting), most.unknown || g.unknown};
  }
  bool heavy = most.unknown || most.rounds > long_work || most.nesting > 8;
  s.weight = heavy ? Weight::Heavy : most.nesting > 0 ? Weight::BySize : Weight::Light;
  s.nesting = uint8_t(most.nesting);
}

std::vector<std::string> parameter_names(const Function& entry) {
  for (const ir::NamedAttr& a : entry.attrs)
    if (auto* names = std::get_if<std::vector<std::string>>(&a.value); names && a.name == "params") return *names;
  return {};
}

std::vector<Relation> relations_of(const Function& entry) {
  std::vector<Relation> out;
  for (const ir::NamedAttr& a : entry.attrs)
    if (auto* list = std::get_if<std::vector<int64_t>>(&a.value); list && a.name == "assumed")
      for (size_t k = 0; k + 4 < list->size(); k += 5)
        out.push_back({int((*list)[k]), int((*list)[k + 1]), int((*list)[k + 2]), int((*list)[k + 3]), (*list)[k + 4]});
  return out;
}

std::vector<int> views_of(const Function& entry) {
  for (const ir::NamedAttr& a : entry.attrs)
    if (auto* list = std::get_if<std::vector<int64_t>>(&a.value); list && a.name == "views")
      return {list->begin(), list->end()};
  return {};
}

std::vector<int64_t> hidden_of(const Function& entry) {
  for (const ir::NamedAttr& a : entry.attrs)
    if (auto* keys = std::get_if<std::vector<int64_t>>(&a.value); keys && a.name == "hidden") return *keys;
  return {};
}

std::vector<std::string> generators_of(const Function& entry) {
  for (const ir::NamedAttr& a : entry.attrs)
    if (auto* told = std::get_if<std::vector<std::string>>(&a.value); told && a.name == "generators") return *told;
  return {};
}

// The plan's arrays in the order of typeinfer/identity.cpp; `next` counts them.
void mark_views(Plan& p, std::span<const int> views, int& next) {
  if (p.kind == ir::TypeKind::Array) p.is_view = std::count(views.begin(), views.end(), next++);
  if (p.kind == ir::TypeKind::List) return;  // its elements are not told
  for (Plan& part : p.parts) mark_views(part, views, next);
}

}  // namespace aic::bindings
