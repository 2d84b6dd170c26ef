// One straight line from request to entry; each step's product can be asked for as text, or dumped by AIC_DUMP.
#include "python/bindings/driver.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <set>

#include "ir/ops/table.h"
#include "passes/constants.h"
#include "python/bindings/cache.h"
#include "python/bindings/generator.h"
#include "typeinfer/typeinfer.h"

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

// The journey of one request; stops where it is told to.
struct Journey {
  explicit Journey(const Request& r) : request(r) {}

  void to_tensor() {
    const Form& form = world.form_of(request.function);
    dump("py", form.module);
    entry = &typeinfer::infer(module, world, form.form, arguments(form));
    name = entry->name();
    if (request.assumptions.disjoint) entry->attrs.push_back({"noalias", int64_t{1}});
    if (request.assumptions.small) entry->attrs.push_back({"small", int64_t{1}});
    dump("tensor", module);
  }
  void to_optimized() {
    passes::optimize(module, request.options.passes);
    dump("optimized", module);
  }
  void to_loops() {
    passes::lower_to_loops(module, request.options.passes);
    dump("loop", module);
    entry = module.find(name);
    AIC_CHECK(entry, "the entry got lost on its way");
  }
  [[nodiscard]] uint32_t flags() const {
    return uint32_t(AIC_CG_OPT_2) | (request.options.debug ? uint32_t(AIC_CG_DEBUG_INFO) : 0) |
           (request.options.fastmath ? uint32_t(AIC_CG_FASTMATH_MASK) : 0);
  }
  [[nodiscard]] std::string generated(uint32_t emit) const {
    // Cached code says nothing of places, so that moving a function in its file changes nothing.
    std::string text = (request.options.debug ? sources_of(module) : "") + ir::print(module), out, error;
    PyThreadState* state = PyEval_SaveThread();
    try {
      out = generate(text, flags() | emit);
    } catch (const std::exception& e) {
      error = e.what();
    }
    PyEval_RestoreThread(state);
    if (!error.empty()) throw ir::InternalError(error);
    return out;
  }

  // Constants (None, str, omitted parameters) are told by value and have no parameter in the typed function.
  std::vector<ArgumentType> arguments(const Form& form) {
    std::vector<ArgumentType> all;
    size_t parameters = form.form.parameters.size(), defaults = form.form.defaults.size();
    for (size_t i = 0; i < request.keys.size(); ++i) {
      Key k = request.keys[i];
      if (kind_of(k) == KeyKind::Literal)
        all.emplace_back(Entity(ir::Constant{text_of_key(k)}));
      else if (kind_of(k) == KeyKind::None)
        all.emplace_back(Entity(ir::Constant{ir::NoneConstant{}}));
      else if (kind_of(k) == KeyKind::Default)
        all.emplace_back(form.form.defaults.at(i - (parameters - defaults)));
      else
        all.emplace_back(type_of_key(k));
    }
    return all;
  }

  void dump(const char* form, const Module& m) const {
    const char* wanted = getenv("AIC_DUMP");
    if (!wanted || ("," + std::string(wanted) + ",").find("," + std::string(form) + ",") == std::string::npos) return;
    write_dump(form, ir::print(m));
  }
  void write_dump(const char* form, const std::string& text) const;

  const Request& request;
  LiveWorld world;
  Module module;
  Function* entry = nullptr;
  std::string name;
};

std::string entry_symbol(const std::string& name) {
  std::string out = "aic_entry_";
  for (char c : name) {
    char hex[4];
    snprintf(hex, sizeof hex, "$%02x", unsigned(uint8_t(c)));
    out += isalnum(uint8_t(c)) || c == '_' || c == '.' ? std::string(1, c) : std::string(hex);
  }
  return out;
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

}  // namespace

std::string signature_text(std::span<const Key> keys) {
  std::string out;
  for (Key k : keys) {
    if (!out.empty()) out += ", ";
    if (kind_of(k) == KeyKind::Literal)
      out += "'" + text_of_key(k) + "'";
    else if (kind_of(k) == KeyKind::Default)
      out += "default";
    else
      out += type_of_key(k).text();
  }
  return out;
}

namespace {

// Numbers among the defaults are arguments unless inference asked for their value: the header says which are left.
std::vector<int> kept_defaults(const Request& request, const Form& form, const Function& entry) {
  std::vector<std::string> left;
  for (const ir::NamedAttr& a : entry.attrs)
    if (auto* names = std::get_if<std::vector<std::string>>(&a.value); names && a.name == "params") left = *names;
  std::vector<int> kept;
  for (size_t i = 0; i < request.keys.size(); ++i)
    if (kind_of(request.keys[i]) == KeyKind::Default && std::count(left.begin(), left.end(), form.form.parameters[i]))
      kept.push_back(int(i));
  return kept;
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

Ref default_value(PyObject* function, int index) {
  auto* code = reinterpret_cast<PyCodeObject*>(PyFunction_GET_CODE(function));
  if (index < code->co_argcount) {
    PyObject* values = PyFunction_GET_DEFAULTS(function);
    return Ref::borrowed(PyTuple_GET_ITEM(values, index - code->co_argcount + PyTuple_GET_SIZE(values)));
  }
  Ref names(checked(PyObject_GetAttrString(reinterpret_cast<PyObject*>(code), "co_varnames")));
  return Ref::borrowed(PyDict_GetItemWithError(PyFunction_GET_KW_DEFAULTS(function), PyTuple_GET_ITEM(names.get(), index)));
}

}  // namespace

// The plan's arrays in the order of typeinfer/identity.cpp; `next` counts them.
static void mark_views(Plan& p, std::span<const int> views, int& next) {
  if (p.kind == ir::TypeKind::Array) p.is_view = std::count(views.begin(), views.end(), next++);
  if (p.kind == ir::TypeKind::List) return;  // its elements are not told
  for (Plan& part : p.parts) mark_views(part, views, next);
}

static bool holds_list(const Plan& p) {
  if (p.kind == ir::TypeKind::List) return true;
  for (const Plan& part : p.parts)
    if (holds_list(part)) return true;
  return false;
}

static void add_argument(Specialisation& s, size_t index, Type type) {
  Plan plan = make_plan(type, Side::Parameter);
  s.has_lists |= holds_list(plan);
  s.argument_slots += plan.slots;
  s.buffers += count(plan, ir::TypeKind::Array);
  s.texts += count(plan, ir::TypeKind::Str);
  s.arguments.emplace_back(int(index), std::move(plan));
}

void finish(Specialisation& s, const Request& request, Type result, std::span<const int> kept, std::span<const int> views,
            std::span<const int64_t> hidden, LiveWorld& world) {
  s.keys.assign(request.keys.begin(), request.keys.end());
  s.assumed = request.assumptions;
  for (size_t i = 0; i < request.keys.size(); ++i) {
    KeyKind kind = kind_of(request.keys[i]);
    Key key = request.keys[i];
    if (kind == KeyKind::Default && std::count(kept.begin(), kept.end(), int(i))) {
      s.defaults.emplace_back(int(i), default_value(request.function, int(i)));
      key = s.defaults.back().second ? key_of(s.defaults.back().second.get()) : 0;
      AIC_CHECK(key, "a default without a type");
      kind = kind_of(key);
    }
    if (kind == KeyKind::Literal || kind == KeyKind::None || kind == KeyKind::Default) continue;
    AIC_CHECK(s.arguments.size() < s.parameters.size(), "the call has more arguments than the entry parameters");
    add_argument(s, i, kind == KeyKind::List ? s.parameters[s.arguments.size()] : type_of_key(key));
  }
  for (int64_t key : hidden) {
    PyObject* array = reinterpret_cast<PyObject*>(uintptr_t(key));
    add_argument(s, request.keys.size() + s.hidden.size(), type_of_key(key_of(array)));
    s.hidden.emplace_back(Ref::borrowed(array), key_of(array));
  }
  s.result = make_plan(result, Side::Result);
  int first = 0;
  mark_views(s.result, views, first);
  s.result_slots = s.result.slots;
  s.guards = world.take_guards();
  for (const Guard& g : s.guards)
    if (PyObject* const* place = place_of(g)) s.places.emplace_back(place, g.expected.get());
  std::set<PyObject*> dicts;
  for (const Guard& g : s.guards)
    if (g.kind == Guard::Kind::Item && dicts.insert(g.place.get()).second) s.stamps.emplace_back(g.place.get(), 0);
  s.signature = signature_text(request.keys);
}

std::unique_ptr<Specialisation> compile(const Request& request) {
  if (auto cached = find_cached(request)) return cached;
  Journey j(request);
  j.to_tensor();
  j.to_optimized();
  j.to_loops();
  std::string object = j.generated(AIC_CG_EMIT_OBJECT), error, symbol = entry_symbol(j.name);

  auto s = std::make_unique<Specialisation>();
  s->code = rt::Code::load(std::as_bytes(std::span(object)), request.options.debug, error);
  AIC_CHECK(s->code, error);
  s->entry = reinterpret_cast<rt::Entry>(s->code->find(symbol));
  AIC_CHECK(s->entry, "the object has no " + symbol);
  s->needs_disjoint = request.assumptions.disjoint && writes_parameters(j.module);
  s->needs_small = request.assumptions.small && has_integers(*j.entry);
  weigh(j.module, *s);
  s->sites = make_sites(j.module);
  AIC_CHECK(j.entry->result_types.size() == 1, "the entry has not one result");
  Type result = j.entry->result_types[0];
  std::vector<int> kept = kept_defaults(request, j.world.form_of(request.function), *j.entry);
  for (ir::ValueId v : j.entry->parameters()) s->parameters.push_back(j.entry->type(v));
  s->writes_lists = writes_lists(j.module);
  std::vector<int> views = views_of(*j.entry);
  std::vector<int64_t> hidden = hidden_of(*j.entry);
  if (hidden.empty())
    store_cached(request, *s, object, result, symbol, kept, views, j.world);  // an array's identity is of this process
  finish(*s, request, result, kept, views, hidden, j.world);
  AIC_CHECK(j.entry->parameters().size() == s->arguments.size(), "the entry has other parameters than the call");
  return s;
}

std::string lowered_text(const Request& request, const std::string& form) {
  Journey j(request);
  if (form == "py") return ir::print(j.world.form_of(request.function).module);
  j.to_tensor();
  if (form == "tensor") return ir::print(j.module);
  j.to_optimized();
  if (form == "optimized") return ir::print(j.module);
  j.to_loops();
  if (form == "loop") return ir::print(j.module);
  return j.generated(form == "asm" ? AIC_CG_EMIT_ASM : AIC_CG_EMIT_LLVM);
}

void refuse_argument(PyObject* function, size_t index, const std::string& why) {
  LiveWorld world;
  const Form& form = world.form_of(function);
  const std::string& name = form.form.parameters.at(index);
  throw ir::Diagnosed(ir::diagnose(form.module, form.form.function->span, "unsupported-argument", {name, why}));
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

}  // namespace aic::bindings
