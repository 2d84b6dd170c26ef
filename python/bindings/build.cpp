// Functions of a library: each is compiled a few times (runtime/library.h says when which is called), and the last object
// brings the C function and its description along. What is returned to python/aic/aot is objects and words for them.
#include "python/bindings/build.h"

#include <algorithm>

#include "ir/ops/table.h"
#include "python/bindings/journey.h"
#include "python/bindings/places.h"
#include "runtime/library.h"

namespace aic::bindings {
static_assert(rt::most_rank == ir::max_rank);
using ir::DType;
using ir::Layout;
using ir::Type;
using ir::TypeKind;

namespace {

struct Variant {
  Request request;
  Journey journey;
  Specialisation told;  // needs, weight
  int32_t tests = 0;
  Variant(PyObject* function, std::span<const Key> keys, Assumptions a, const CompileOptions& options)
      : request{function, keys, a, options, {}}, journey(request) {}
  [[nodiscard]] Type result() const { return journey.entry->result_types.at(0); }
};

std::unique_ptr<Variant> travelled(PyObject* function, std::span<const Key> keys, Assumptions a,
                                   const CompileOptions& options) {
  auto v = std::make_unique<Variant>(function, keys, a, options);
  v->journey.world.take_constants();
  v->journey.to_tensor();
  v->journey.to_optimized();
  v->journey.to_loops();
  if (a.disjoint && writes_parameters(v->journey.module)) v->tests |= rt::test_disjoint;
  if (a.small && has_integers(*v->journey.entry)) v->tests |= rt::test_small;
  weigh(v->journey.module, v->told);
  return v;
}

// The same keys with C order where any strides would do. `changed`: there are such arrays.
Type contiguous(Type t) {
  if (t.is_tuple()) {
    std::vector<Type> parts;
    for (Type e : t.elements()) parts.push_back(contiguous(e));
    return Type::flavoured(Type::tuple(parts), t.flavour());
  }
  bool open = t.is_array() && t.rank() > 0 && (t.layout() == Layout::Strided || t.layout() == Layout::Inner);
  return open ? Type::array(t.dtype(), t.rank(), Layout::C, t.readonly()) : t;
}

// ---- words: the parameters of the C function ----
struct Words {
  std::string codes, names;
  int slots = 0, result_slots = 0, arrays = 0;
  void add(char kind, const std::string& name, DType d, int rank = 0, Layout layout = Layout::C) {
    codes += {kind, char('a' + int(d)), char('0' + rank), char('0' + int(layout))};
    names += name + '\0';
  }
};

[[noreturn]] void refuse(const Variant& v, const std::string& what, Type t) {
  const std::string told = generators_of(*v.journey.entry).empty() ? t.text() : "a generator";
  auto& journey = const_cast<Journey&>(v.journey);
  const Form& form = journey.world.form_of(v.request.function);
  throw ir::Diagnosed(
      ir::diagnose(form.module, form.form.function->span, "no-c-type", {what, form.form.function->name(), told}));
}

void add_parameter(Words& w, const Variant& v, const std::string& name, Type t) {
  switch (t.kind()) {
    case TypeKind::None: return;
    case TypeKind::Int: w.add('i', name, DType::I64), w.slots += 1; return;
    case TypeKind::Bool:
    case TypeKind::Float: w.add('s', name, t.dtype()), w.slots += 1; return;
    case TypeKind::Complex: w.add('z', name, DType::C128), w.slots += 2; return;
    case TypeKind::Scalar: {
      bool wide = t.dtype() == DType::C128;
      w.add(wide ? 'z' : 's', name, t.dtype()), w.slots += wide ? 2 : 1;
      return;
    }
    case TypeKind::Array: w.add('a', name, t.dtype(), t.rank(), t.layout()), w.slots += 4, w.arrays += 1; return;
    case TypeKind::Tuple: {
      if (!t.flavour().empty()) refuse(v, "the parameter `" + name + "`", t);
      int k = 0;
      for (Type e : t.elements()) add_parameter(w, v, name + "_" + std::to_string(k++), e);
      return;
    }
    default: refuse(v, "the parameter `" + name + "`", t);
  }
}

// A result that is of one type of number at times and of another at others, as a sum that is still Python's 0.0 for an empty
// array: the type that holds them all.
void add_union(Words& w, const Variant& v, const std::string& name, Type t, Type whole) {
  auto slots = [](Type arm) { return arm.dtype() == DType::C128 ? 2 : 1; };
  DType widest = DType::Bool;
  auto widen = [&](DType d) {
    if (ir::is_complex(d) || ir::is_complex(widest))
      widest = d == widest ? d : DType::C128;
    else if (ir::is_float(d) || ir::is_float(widest))
      widest = d == widest ? d : DType::F64;
    else
      widest = d == widest ? d : DType::I64;
  };
  for (Type arm : t.elements()) {
    if (!arm.is_number()) refuse(v, "the result", whole);
    arm == t.elements()[0] ? void(widest = arm.dtype()) : widen(arm.dtype());
  }
  w.add('u', name, widest, int(t.elements().size()));
  w.result_slots += 1;
  for (Type arm : t.elements()) {
    w.codes += {'v', char('a' + int(arm.dtype())), '0', '0'};
    w.result_slots += slots(arm);
  }
}

void add_result(Words& w, const Variant& v, const std::string& name, Type t, Type whole) {
  if (t.is(TypeKind::None) || t.is(TypeKind::Never)) return;
  if (t.is_tuple()) {
    if (!t.flavour().empty()) refuse(v, "the result", whole);
    int k = 0;
    for (Type e : t.elements()) add_result(w, v, name + "_" + std::to_string(k++), e, whole);
    return;
  }
  if (t.is_array()) {
    w.add('R', name, t.dtype(), t.rank()), w.result_slots += 2 + 2 * t.rank();
    return;
  }
  if (t.is(TypeKind::Union)) return add_union(w, v, name, t, whole);
  if (!t.is_number()) refuse(v, "the result", whole);
  w.add('r', name, t.dtype()), w.result_slots += t.dtype() == DType::C128 ? 2 : 1;
}

// ---- sites ----
std::string sites_text(const std::vector<Site>& sites) {
  std::string out;
  auto text = [&](const std::string& s) { out += s.substr(0, s.find('\0')) + '\0'; };
  text(std::to_string(sites.size() - 1));
  for (size_t k = 1; k < sites.size(); ++k) {
    const Site& s = sites[k];
    text(std::to_string(int(s.kind)));
    text(s.exception);
    text(s.by_arguments ? "#{0}" : s.has_message ? "=" + s.message : "");  // `#`: values are the exception's arguments
    std::string values, ranks;
    for (size_t n = 0; n < s.types.size(); ++n) values += std::to_string(s.values[n].slots) + s.types[n].text() + ";";
    for (int64_t rank : s.ranks) ranks += char('0' + rank);
    text(values), text(ranks), text(std::to_string(s.frames.size()));
    for (const SiteFrame& f : s.frames) text(f.file), text(f.function), text(std::to_string(f.line));
  }
  return out;
}

// What the code writes to: parameters of the entry, by their numbers, or -1 for what is not known. Memory of its own is
// nobody's business. `at`: the op.
template <class F>
void each_write(const Variant& v, F&& found) {
  for (const auto& f : v.journey.module.functions)
    for (ir::OpId id : f->ops_below(f->body())) {
      if (!ir::record(f->op(id).code).has(ir::Writes)) continue;
      ir::ValueId target = f->op(id).operands.at(0);
      if (!f->type(target).is_array()) continue;
      ir::OpId def = f->defining_op(target);
      while (def && ir::record(f->op(def).code).has(ir::View)) def = f->defining_op(target = f->op(def).operands[0]);
      if (def && ir::record(f->op(def).code).has(ir::Birth)) continue;
      const std::vector<ir::ValueId>& parameters = f->parameters();
      auto at = std::find(parameters.begin(), parameters.end(), target);
      found(f.get() == v.journey.entry && at != parameters.end() ? int(at - parameters.begin()) : -1, f->op(id).span);
    }
}

bool holds_object(ir::Type t) {
  if (t.is_tuple() || t.is(ir::TypeKind::Union)) return std::ranges::any_of(t.elements(), holds_object);
  return t.is_object();
}

// An exception of a class of the script's is an object of Python's, which a library has none of.
void refuse_own_exceptions(const Variant& v) {
  if (ir::SpanId where; has_blocks(v.journey.module, &where))
    throw ir::Diagnosed(ir::diagnose(v.journey.module, where, "needs-python", {"what runs in this `aic.objmode` block"}));
  for (const auto& f : v.journey.module.functions)
    for (ir::OpId op : f->ops_below(f->body()))
      if (ir::record(f->op(op).code).name == "raise" && f->find_attr(op, "bases")) {
        std::string name = f->text_attr(op, "exception");
        throw ir::Diagnosed(ir::diagnose(v.journey.module, f->op(op).span, "needs-python",
                                         {"what is raised here, `" + name.substr(0, name.find('.')) + "`"}));
      } else if (f->int_attr(op, "args") != 0) {  // KeyError(key)
        for (ir::ValueId x : f->op(op).operands)
          if (holds_object(f->type(x)))
            throw ir::Diagnosed(ir::diagnose(
                v.journey.module, f->op(op).span, "needs-python",
                {"the exception here, `" + f->text_attr(op, "exception") + "` of an object of a class of its own,"}));
      }
}

// Arrays of the world become constants, so nothing may write to them.
void refuse_writes(const Variant& v, size_t hidden) {
  int callers = int(v.journey.entry->parameters().size() - hidden);
  each_write(v, [&](int parameter, ir::SpanId span) {
    if (parameter >= 0 && parameter < callers) return;
    const Form& form = const_cast<Journey&>(v.journey).world.form_of(v.request.function);
    throw ir::Diagnosed(ir::diagnose(v.journey.module, span, "writes-global", {form.form.function->name()}));
  });
}

// Of the world only arrays are in a library.
void refuse_object(const Variant& v, const std::vector<int64_t>& hidden, size_t k) {
  auto* o = reinterpret_cast<PyObject*>(uintptr_t(hidden[k]));
  if (PyArray_Check(o)) return;
  const ir::Function& entry = *v.journey.entry;
  ir::ValueId parameter = entry.parameters()[entry.parameters().size() - hidden.size() + k];
  ir::SpanId span = entry.span;
  for (ir::OpId id : entry.ops_below(entry.body()))  // where it is used first
    if (std::ranges::count(entry.op(id).operands, parameter) && entry.op(id).span) {
      span = entry.op(id).span;
      break;
    }
  throw ir::Diagnosed(ir::diagnose(v.journey.module, span, "needs-python",
                                   {is_place(o) ? "a name of the module or of a class, which the function assigns"
                                                : "a list, dict or object of the module, which the function uses"}));
}

std::vector<int> written(const Variant& v) {
  std::vector<int> parameters;  // Python's, of the entry's
  for (size_t k = 0; k < v.request.keys.size(); ++k)
    if (kind_of(v.request.keys[k]) != KeyKind::None) parameters.push_back(int(k));
  std::vector<int> out(v.request.keys.size());
  each_write(v, [&](int parameter, ir::SpanId) {
    if (parameter >= 0 && size_t(parameter) < parameters.size()) out[size_t(parameters[size_t(parameter)])] = 1;
    if (parameter < 0) out.assign(out.size(), 1);
  });
  return out;
}

// Strings, dicts, sets or handlers.
bool uses_text(const ir::Module& m) {
  for (const auto& f : m.functions) {
    for (ir::OpId id : f->ops_below(f->body())) {
      const ir::OpRecord& r = ir::record(f->op(id).code);
      if (r.tier == ir::Tier::Runtime || r.name == "hash" || r.name.starts_with("error.") || r.name == "lapack") return true;
    }
    for (size_t k = 0; k < f->value_count(); ++k)
      if (Type t = f->type(ir::ValueId{uint32_t(k)}); t.is(TypeKind::Str) || t.is_table()) return true;
  }
  return false;
}

using Attrs = std::vector<ir::NamedAttr>;

void describe_hidden(Attrs& attrs, const std::vector<int64_t>& hidden) {
  std::vector<std::string> data;
  std::vector<int64_t> shapes;
  for (int64_t key : hidden) {
    auto* a = reinterpret_cast<PyArrayObject*>(uintptr_t(key));
    Ref packed(PyArray_NewCopy(a, NPY_KEEPORDER));
    if (!packed) throw PythonError{};
    auto* p = reinterpret_cast<PyArrayObject*>(packed.get());
    data.emplace_back(static_cast<const char*>(PyArray_DATA(p)), size_t(PyArray_NBYTES(p)));
    shapes.push_back(PyArray_NDIM(p));
    shapes.insert(shapes.end(), PyArray_DIMS(p), PyArray_DIMS(p) + PyArray_NDIM(p));
    shapes.insert(shapes.end(), PyArray_STRIDES(p), PyArray_STRIDES(p) + PyArray_NDIM(p));
  }
  attrs.push_back({"library_hidden", data});
  attrs.push_back({"library_shapes", shapes});
}

}  // namespace

BuiltFunction build(PyObject* function, std::span<const Key> keys, const std::vector<std::string>& names,
                    const LibraryNames& as, const CompileOptions& options, uint32_t emit) {
  std::vector<Key> rows;
  for (Key k : keys) rows.push_back(key_of_type(contiguous(type_of_key(k))));
  std::vector<std::unique_ptr<Variant>> variants;
  if (!std::equal(rows.begin(), rows.end(), keys.begin())) {
    variants.push_back(travelled(function, rows, {}, options));
    variants.back()->tests |= rt::test_contiguous;
  }
  variants.push_back(travelled(function, keys, {}, options));
  if (variants.back()->tests) variants.push_back(travelled(function, keys, {false, false}, options));
  Variant& last = *variants.back();
  last.tests = 0;

  Words words;
  for (size_t k = 0; k < keys.size(); ++k) add_parameter(words, last, names[k], type_of_key(keys[k]));
  add_result(words, last, "result", last.result(), last.result());
  std::vector<int64_t> hidden = hidden_of(*last.journey.entry);
  for (size_t k = 0; k < hidden.size(); ++k) refuse_object(last, hidden, k);
  bool text = false;
  BuiltFunction built;
  std::vector<std::string> symbols, sites;
  std::vector<int64_t> tests;
  for (auto& v : variants) {
    if (!hidden.empty()) refuse_writes(*v, hidden.size());
    refuse_own_exceptions(*v);
    AIC_CHECK(hidden_of(*v->journey.entry) == hidden, "variants of a function see different arrays of the world");
    symbols.push_back("aic_entry_" + as.symbol + "." + std::to_string(symbols.size()));
    sites.push_back(sites_text(make_sites(v->journey.module, {})));
    tests.insert(tests.end(), {v->tests, int64_t(v->told.weight), v->told.nesting});
    text |= uses_text(v->journey.module);
    v->journey.entry->attrs.push_back({"symbol", symbols.back()});
    std::vector<Type> types;
    for (Key k : v->request.keys) types.push_back(type_of_key(k));
    built.variants.push_back({types, v->result(), views_of(*v->journey.entry)});
  }
  for (int64_t key : hidden) built.hidden.push_back(type_of_key(key_of(reinterpret_cast<PyObject*>(uintptr_t(key)))));
  Attrs& attrs = last.journey.entry->attrs;
  attrs.insert(attrs.end(), {{"library", as.symbol},
                             {"library_name", as.name},
                             {"library_words", words.codes},
                             {"library_names", words.names},
                             {"library_counts",
                              std::vector<int64_t>{words.slots + 4 * int64_t(hidden.size()), words.result_slots, words.arrays}},
                             {"library_variants", symbols},
                             {"library_sites", sites},
                             {"library_tests", tests},
                             {"library_needs", as.needs},
                             {"library_text", int64_t(text)}});
  if (!hidden.empty()) describe_hidden(attrs, hidden);
  for (auto& v : variants) built.outputs.push_back(v->journey.generated(emit));
  built.words = words.codes, built.names = words.names, built.writes = written(last);
  return built;
}

}  // namespace aic::bindings
