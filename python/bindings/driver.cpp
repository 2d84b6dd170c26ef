// From request to specialisation, and to the text of a form.
#include "python/bindings/driver.h"

#include <algorithm>
#include <cstdio>
#include <ranges>
#include <set>

#include "python/bindings/cache.h"
#include "python/bindings/collections.h"
#include "python/bindings/journey.h"
#include "python/bindings/objects.h"

namespace aic::bindings {
using ir::Function;
using ir::Type;

namespace {

std::string entry_symbol(const std::string& name) {
  std::string out = "aic_entry_";
  for (char c : name) {
    char hex[4];
    snprintf(hex, sizeof hex, "$%02x", unsigned(uint8_t(c)));
    out += isalnum(uint8_t(c)) || c == '_' || c == '.' ? std::string(1, c) : std::string(hex);
  }
  return out;
}

}  // namespace

static std::string name_of(PyObject* o) {
  Ref name(PyObject_GetAttrString(o, "__qualname__"));
  const char* text = name && PyUnicode_Check(name.get()) ? PyUnicode_AsUTF8(name.get()) : nullptr;
  if (!text) PyErr_Clear();
  return text ? text : Py_TYPE(o)->tp_name;
}

std::string signature_text(std::span<const Key> keys) {
  std::string out;
  for (Key k : keys) {
    if (!out.empty()) out += ", ";
    if (kind_of(k) == KeyKind::Literal)
      out += "'" + text_of_key(k) + "'";
    else if (kind_of(k) == KeyKind::Object)
      out += name_of(object_of_key(k));
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
  std::vector<std::string> left = parameter_names(entry);
  std::vector<int> kept;
  for (size_t i = 0; i < request.keys.size(); ++i)
    if (kind_of(request.keys[i]) == KeyKind::Default && std::count(left.begin(), left.end(), form.form.parameters[i]))
      kept.push_back(int(i));
  return kept;
}

}  // namespace

Ref default_value(PyObject* function, int index) {
  auto* code = reinterpret_cast<PyCodeObject*>(PyFunction_GET_CODE(function));
  if (index < code->co_argcount) {
    PyObject* values = PyFunction_GET_DEFAULTS(function);
    return Ref::borrowed(PyTuple_GET_ITEM(values, index - code->co_argcount + PyTuple_GET_SIZE(values)));
  }
  Ref names(checked(PyObject_GetAttrString(reinterpret_cast<PyObject*>(code), "co_varnames")));
  return Ref::borrowed(PyDict_GetItemWithError(PyFunction_GET_KW_DEFAULTS(function), PyTuple_GET_ITEM(names.get(), index)));
}

static bool holds_list(const Plan& p) {
  if (p.kind == ir::TypeKind::List) return true;
  for (const Plan& part : p.parts)
    if (holds_list(part)) return true;
  return false;
}

static bool holds_random(const Plan& p, int depth) {
  auto below = [&](const Plan& part) { return holds_random(part, depth + 1); };
  if (p.is_random || depth > 8) return p.is_random;
  if (p.kind == ir::TypeKind::List && p.record)
    return std::any_of(p.record->fields.begin(), p.record->fields.end(), [&](const auto& f) { return below(f.plan); });
  return std::any_of(p.parts.begin(), p.parts.end(), below);
}

void add_argument(Specialisation& s, size_t index, Type type) {
  Plan plan = make_plan(type, Side::Parameter);
  s.has_lists |= holds_list(plan);
  if (holds_random(plan, 0)) s.weight = Weight::Light;  // NumPy's lock around it is not taken: Python's is kept
  s.argument_slots += plan.slots;
  s.buffers += count(plan, ir::TypeKind::Array);
  s.texts += count(plan, ir::TypeKind::Str);
  s.arguments.emplace_back(int(index), std::move(plan));
}

static bool is_converted(const Plan& p) {
  return p.kind == ir::TypeKind::List || p.collection.kind == Collection::Deque || p.collection.kind == Collection::Dict;
}

static bool holds_object(const Plan& p) {
  return (p.kind == ir::TypeKind::List && p.container == Container::Object) ||
         std::any_of(p.parts.begin(), p.parts.end(), holds_object);
}

bool hidden_hold_again(const Specialisation& s) {
  size_t first = s.arguments.size() - s.hidden.size();
  for (size_t k = 0; k < s.hidden.size(); ++k) {
    const auto& [object, key] = s.hidden[k];
    const Plan& plan = s.arguments[first + k].second;
    if (is_converted(plan) && !fits(object.get(), plan)) return false;
    if ((!is_converted(plan) || holds_object(plan)) && key_of(object.get()) != key) return false;
  }
  return true;
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
    if (kind == KeyKind::None || !has_type(key)) continue;
    AIC_CHECK(s.arguments.size() < s.parameters.size(), "the call has more arguments than the entry parameters");
    add_argument(s, i, kind == KeyKind::List || kind == KeyKind::Tuple ? s.parameters[s.arguments.size()] : type_of_key(key));
  }
  for (int64_t key : hidden) {
    PyObject* array = reinterpret_cast<PyObject*>(uintptr_t(key));
    Key found = key_of(array);
    bool list = kind_of(found) == KeyKind::List || is_collection(array);  // its parameter may be wider than what it holds now
    add_argument(s, request.keys.size() + s.hidden.size(), list ? s.parameters[s.arguments.size()] : type_of_key(found));
    s.hidden.emplace_back(Ref::borrowed(array), key_of(array));
  }
  std::vector<int> slots{0};
  for (const auto& [_, plan] : s.arguments) slots.push_back(slots.back() + plan.slots);
  for (Relation& r : s.relations) r.first_slot = slots.at(size_t(r.first)), r.second_slot = slots.at(size_t(r.second));
  s.result = make_plan(result, Side::Result);
  int first = 0;
  mark_views(s.result, views, first);
  s.result_slots = s.result.slots;
  s.guards = world.take_guards();
  for (const Guard& g : s.guards)
    if (PyObject* const* place = place_of(g)) s.places.emplace_back(place, g.expected.get());
  std::set<PyObject*> dicts;
  for (const Guard& g : s.guards)
    if ((g.kind == Guard::Kind::Item || (g.kind == Guard::Kind::Contents && PyDict_Check(g.place.get()))) &&
        dicts.insert(g.place.get()).second)
      s.stamps.emplace_back(g.place.get(), 0);
    else if (g.kind == Guard::Kind::Contents && PyList_Check(g.place.get()))
      s.guards_lists = true;
  s.signature = signature_text(request.keys);
}

// {generators = […]}: so many texts for each (typeinfer/escaping.cpp).
constexpr size_t told_of_generator = 6;

// The plans of the generators among the results are told which they are.
static void number_generators(Plan& p, Type t, const std::vector<std::string>& told) {
  for (size_t k = 0; t.is_object() && k < told.size(); k += told_of_generator)
    if (told[k] == t.flavour()) p.generator = int(k / told_of_generator);
  const bool inside = t.is_tuple() || t.is(ir::TypeKind::Union);
  for (size_t k = 0; inside && k < p.parts.size(); ++k) number_generators(p.parts[k], t.elements()[k], told);
}

static void add_generators(const Journey& j, Specialisation& s, const std::map<std::string, std::string>& names) {
  const std::vector<std::string> told = generators_of(*j.entry);
  auto entry_of = [&](const std::string& name) {
    auto found = reinterpret_cast<rt::Entry>(s.code->find(entry_symbol(name)));
    AIC_CHECK(found, "the object has no entry for " + name);
    return found;
  };
  for (size_t k = 0; k < told.size(); k += told_of_generator) {
    const Function* f = j.module.find(told[k + 1]);
    AIC_CHECK(f, told[k + 1]);
    GeneratorEntry& g = s.generators.emplace_back();
    g.entry = entry_of(told[k + 1]);
    if (!told[k + 2].empty()) g.throws = entry_of(told[k + 2]);
    for (auto c : std::views::split(told[k + 4], ' ')) {
      const std::string name(c.begin(), c.end());
      const size_t first = name.find_first_not_of("=-");
      g.thrown.push_back({exception_class(name.substr(first)), name[first ? first - 1 : 0] == '=', name[0] == '-'});
    }
    g.asks_arguments = told[k + 5].find("arguments") != std::string::npos;
    g.knows_own = told[k + 5].find("own") != std::string::npos;
    g.sent = told[k + 3] == "some"   ? GeneratorEntry::Sent::Some
             : told[k + 3] == "none" ? GeneratorEntry::Sent::None
                                     : GeneratorEntry::Sent::Ignored;
    for (const ir::NamedAttr& a : f->attrs)
      if (a.name == "name") g.name = std::get<std::string>(a.value);
    g.step = make_plan(renamed(f->result_types.at(0), names), Side::Result);
    int first = 0;
    mark_views(g.step, views_of(*f), first);
    g.slots = 1;
    if (g.sent == GeneratorEntry::Sent::Some) {
      g.takes = make_plan(f->type(f->parameters()[1]), Side::Result);
      g.slots += g.takes.slots;
    }
    const std::vector<int64_t> world = hidden_of(*f);
    for (size_t n = 0; n < world.size(); ++n) {
      const ir::ValueId parameter = f->parameters()[f->parameters().size() - world.size() + n];
      g.world.push_back(Ref::borrowed(reinterpret_cast<PyObject*>(uintptr_t(world[n]))));
      g.hidden.push_back(make_plan(f->type(parameter), Side::Parameter));
      g.slots += g.hidden.back().slots;
      g.buffers += count(g.hidden.back(), ir::TypeKind::Array);
      if (holds_random(g.hidden.back(), 0)) s.weight = Weight::Light;
    }
  }
  number_generators(s.result, j.entry->result_types[0], told);
}

std::unique_ptr<Specialisation> compile(const Request& request) {
  if (auto cached = find_cached(request)) return cached;
  Journey j(request);
  j.to_tensor();
  j.to_optimized();
  j.to_loops();
  auto s = std::make_unique<Specialisation>();
  add_blocks(j.module, *s);
  std::string object = j.generated(AIC_CG_EMIT_OBJECT), error, symbol = entry_symbol(j.name);

  s->code = rt::Code::load(std::as_bytes(std::span(object)), request.options.debug, error);
  AIC_CHECK(s->code, error);
  s->entry = reinterpret_cast<rt::Entry>(s->code->find(symbol));
  AIC_CHECK(s->entry, "the object has no " + symbol);
  s->needs_disjoint = request.assumptions.disjoint && writes_parameters(j.module);
  s->needs_small = request.assumptions.small && has_integers(*j.entry);
  s->relations = relations_of(*j.entry);
  weigh(j.module, *s);
  AIC_CHECK(j.entry->result_types.size() == 1, "the entry has not one result");
  std::map<std::string, std::string> names = remember_records(j.world.records());
  s->sites = make_sites(j.module, names);
  Type result = renamed(j.entry->result_types[0], names);
  std::vector<int> kept = kept_defaults(request, j.world.form_of(request.function), *j.entry);
  for (ir::ValueId v : j.entry->parameters()) s->parameters.push_back(renamed(j.entry->type(v), names));
  s->writes_lists = writes_lists(j.module);
  std::vector<int> views = views_of(*j.entry);
  std::vector<int64_t> hidden = hidden_of(*j.entry);
  const bool makes_generators = !generators_of(*j.entry).empty();
  if (s->blocks.empty() && !makes_generators) store_cached(request, *s, object, result, symbol, kept, views, hidden, j.world);
  finish(*s, request, result, kept, views, hidden, j.world);
  add_generators(j, *s, names);
  AIC_CHECK(j.entry->parameters().size() == s->arguments.size(), "the entry has other parameters than the call");
  if (std::string what = request.options.splits ? reached_by_blocks(*s) : ""; !what.empty())
    throw ir::Diagnosed(
        ir::diagnose(j.module, j.entry->span, "objmode-value", {what, "in the hands of the compiled code around it"}));
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

void refuse(PyObject* function, const std::string& name, const std::vector<std::string>& arguments) {
  LiveWorld world;
  const Form& form = world.form_of(function);
  throw ir::Diagnosed(ir::diagnose(form.module, form.form.function->span, name, arguments));
}

void refuse_argument(PyObject* function, size_t index, const std::string& why) {
  LiveWorld world;
  const Form& form = world.form_of(function);
  const std::string& name = form.form.parameters.at(index);
  throw ir::Diagnosed(ir::diagnose(form.module, form.form.function->span, "unsupported-argument", {name, why}));
}

}  // namespace aic::bindings
