// Looking up names as Python does, and saying what kind of compile-time object was found.
#include "python/bindings/world.h"

#include "python/bindings/collections.h"

#include <algorithm>
#include <cstring>

#include "ir/ops/table.h"
#include "ir/scalar.h"
#include "python/bindings/dispatcher.h"
#include "python/bindings/objects.h"
#include "python/bindings/places.h"
#include "python/bindings/random.h"
#include "typeinfer/deleted.h"

namespace aic::bindings {
using ir::Entity;

Ref imported(const char* module, const char* name) {
  Ref m(checked(PyImport_ImportModule(module)));
  return Ref(checked(PyObject_GetAttrString(m.get(), name)));
}

namespace {

std::string text_of(PyObject* s) {
  Py_ssize_t n = 0;
  const char* p = s && PyUnicode_Check(s) ? PyUnicode_AsUTF8AndSize(s, &n) : nullptr;
  if (!p) PyErr_Clear();
  return p ? std::string(p, size_t(n)) : std::string();
}
std::string attribute_text(PyObject* o, const char* name) {
  Ref a(PyObject_GetAttrString(o, name));
  if (!a) PyErr_Clear();
  return text_of(a.get());
}
Ref text(const std::string& s) { return Ref(checked(PyUnicode_FromStringAndSize(s.data(), Py_ssize_t(s.size())))); }

Entity tuple_entity(LiveWorld& world, PyObject* o, const std::string& name) {
  std::vector<Entity> parts;
  for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(o); ++i) {
    parts.push_back(world.entity_of(PyTuple_GET_ITEM(o, i), name));
    if (auto* unknown = std::get_if<ir::Unknown>(&parts.back())) return *unknown;
  }
  return ir::Constant{parts};
}

Entity numpy_scalar(PyObject* o, Key key) {
  ir::NumpyConstant c;
  c.type = type_of_key(key);
  Plan plan = make_plan(c.type, Side::Parameter);
  rt::Slot slots[2] = {}, *to = slots;
  Headers none{};
  if (!unpack(o, plan, to, none)) throw PythonError{};
  ir::DType d = c.type.dtype();
  if (is_narrow_float(d)) {
    c.real = ir::narrow_value(uint16_t(slots[0].i), d);
  } else if (d == ir::DType::F32) {
    c.real = double(slots[0].f32);
  } else if (d == ir::DType::F64 || d == ir::DType::C128) {
    c.real = slots[0].f;
    c.imaginary = slots[1].f;
  } else if (d == ir::DType::C64) {
    float parts[2];
    memcpy(parts, slots, sizeof parts);
    c.real = double(parts[0]), c.imaginary = double(parts[1]);
  } else {
    c.integer = slots[0].i;
  }
  return c;
}

bool find_dtype_of(PyObject* o, ir::DType& out) {
  if (PyArray_DescrCheck(o)) {
    auto* d = reinterpret_cast<PyArray_Descr*>(o);
    return d->byteorder != '>' && find_dtype(d->type_num, out);
  }
  if (!PyType_Check(o) || !PyType_IsSubtype(reinterpret_cast<PyTypeObject*>(o), &PyGenericArrType_Type)) return false;
  PyArray_Descr* d = PyArray_DescrFromTypeObject(o);
  if (!d) {
    PyErr_Clear();
    return false;
  }
  bool found = PyArray_DescrCheck(reinterpret_cast<PyObject*>(d)) && d->typeobj == reinterpret_cast<PyTypeObject*>(o) &&
               find_dtype(d->type_num, out);
  Py_DECREF(d);
  return found;
}

PyTypeObject* ufunc_type() {
  static PyTypeObject* const type = [] {
    Ref t = imported("numpy", "ufunc");
    return reinterpret_cast<PyTypeObject*>(t.release());  // NumPy keeps it for ever too
  }();
  return type;
}

// A ufunc does not tell where it is from: SciPy's is what SciPy, if it is there, calls so.
bool is_scipys(PyObject* ufunc) {
  PyObject* special = PyImport_GetModule(text("scipy.special").get());
  Ref module(special),
      found(special ? PyObject_GetAttr(special, Ref(checked(PyObject_GetAttrString(ufunc, "__name__"))).get()) : nullptr);
  if (!found) PyErr_Clear();
  return found.get() == ufunc;
}

// In Python's own library, or in an installed package (ours among them).
bool is_foreign_file(const std::string& file) {
  static const std::string standard = [] {
    Ref os = imported("os", "__file__");
    std::string file = text_of(os.get());
    return file.substr(0, file.rfind('/') + 1);
  }();
  return file.starts_with("<frozen ") || file.starts_with(standard) || file.find("/site-packages/") != std::string::npos ||
         file.find("/dist-packages/") != std::string::npos;
}
bool has_foreign_text(PyObject* function) {
  std::string file = text_of(reinterpret_cast<PyCodeObject*>(PyFunction_GET_CODE(function))->co_filename);
  return is_foreign_file(file) || attribute_text(function, "__module__").starts_with("aic.lib");
}

// random.random and its kin are methods of one object.
bool is_of_shared_random(PyObject* o) {
  PyObject* self = PyMethod_Check(o) ? PyMethod_GET_SELF(o) : PyCFunction_Check(o) ? PyCFunction_GET_SELF(o) : nullptr;
  PyObject* module = self ? PyDict_GetItemString(PyImport_GetModuleDict(), "random") : nullptr;
  if (!module) return false;
  Ref shared(PyObject_GetAttrString(module, "_inst"));
  PyErr_Clear();
  return shared.get() == self;
}
// What makes functions of functions has a meaning of its own, whatever its text.
bool is_of_functools(PyObject* function, const std::string& module) {
  if (module != "functools") return false;
  std::string name = attribute_text(function, "__name__");
  return name == "wraps" || name == "cmp_to_key" || name == "cache" || name == "lru_cache";
}

// Is it the function called `inner` in the text of functools.singledispatch or contextlib.contextmanager? It has the name and
// the module of what it stands around.
bool is_made_by(PyObject* function, const char* maker, const char* inner) {
  static PyObject *const dispatch = imported("functools", "singledispatch").release(),
                         *const manager = imported("contextlib", "contextmanager").release();
  auto* made = reinterpret_cast<PyCodeObject*>(PyFunction_GET_CODE(function));
  PyObject* known = maker == std::string_view("singledispatch") ? dispatch : manager;
  auto* by = reinterpret_cast<PyCodeObject*>(PyFunction_GET_CODE(known));
  return text_of(made->co_name) == inner && text_of(made->co_qualname) == std::string(maker) + ".<locals>." + inner &&
         text_of(made->co_filename) == text_of(by->co_filename);
}

// The generator function in what contextmanager made of it; or null.
PyObject* behind_contextmanager(PyObject* function) {
  PyObject* closure = PyFunction_GET_CLOSURE(function);
  if (!is_made_by(function, "contextmanager", "helper") || !closure || PyTuple_GET_SIZE(closure) != 1) return nullptr;
  PyObject* held = PyCell_GET(PyTuple_GET_ITEM(closure, 0));
  return held && PyFunction_Check(held) ? held : nullptr;
}

// What `@np.errstate(…)` made of a function, in a text that can be compiled and is kept as long as it; other functions as they
// are.
PyObject* behind_errstate(PyObject* function) {
  auto* code = reinterpret_cast<PyCodeObject*>(PyFunction_GET_CODE(function));
  if (text_of(code->co_qualname) != "errstate.__call__.<locals>.inner") return function;
  Ref stand_in = imported("aic.error_states", "stand_in");
  Ref kept(checked(PyObject_CallOneArg(stand_in.get(), function)));
  return kept.get();
}

// Where functions and classes of C say they are from, cleaned of the modules that hide behind a public name.
std::string public_module(std::string module) {
  for (const char* written_in_c : {"_functools", "_operator", "_collections", "_bisect", "_heapq", "_statistics"})
    if (module == written_in_c) return module.substr(1);
  if (module.starts_with("numpy.") && (module.find("._") != std::string::npos || module.starts_with("numpy.core")))
    return "numpy";
  return module;
}

}  // namespace

LiveWorld::LiveWorld() = default;
LiveWorld::~LiveWorld() = default;

PyObject* LiveWorld::python_function(const ir::Function& f) {
  auto it = function_of_.find(&f.module());
  AIC_CHECK(it != function_of_.end(), "a function of no captured module");
  return it->second;
}

PyObject* LiveWorld::look_up(PyObject* dict, PyObject* name) {
  PyObject* found = PyDict_GetItemWithError(dict, name);
  if (!found && PyErr_Occurred()) throw PythonError{};
  if (!library_modules_.contains(dict) && logged_.try_emplace({dict, text_of(name)}, true).second)
    guards_.push_back({Guard::Kind::Item, Ref::borrowed(dict), Ref::borrowed(name), Ref::borrowed(found)});
  return found;
}

Entity LiveWorld::entity_of(PyObject* o, const std::string& name) {
  if (o == Py_None) return ir::Constant{ir::NoneConstant{}};
  if (o == Py_NotImplemented) return ir::Builtin{"builtins.NotImplemented"};
  if (o == Py_Ellipsis) return ir::Builtin{"builtins.Ellipsis"};
  if (PyBool_Check(o)) return ir::Constant{ir::BoolConstant{o == Py_True}};
  if (PyLong_CheckExact(o)) {
    int overflow = 0;
    long long v = PyLong_AsLongLongAndOverflow(o, &overflow);
    if (overflow) {
      uint64_t wide = PyLong_AsUnsignedLongLong(o);
      if (!PyErr_Occurred()) return ir::WideInt{wide};
      PyErr_Clear();
      return ir::Unknown{"it is an int that does not fit in 64 bits"};
    }
    return ir::Constant{int64_t(v)};
  }
  if (PyFloat_CheckExact(o)) return ir::Constant{PyFloat_AS_DOUBLE(o)};
  if (PyComplex_CheckExact(o)) {
    Py_complex c = PyComplex_AsCComplex(o);
    return ir::Constant{ir::ComplexConstant{c.real, c.imag}};
  }
  if (PyUnicode_CheckExact(o)) return ir::Constant{text_of(o)};
  if (PyBytes_CheckExact(o)) {
    Ref latin(checked(PyUnicode_DecodeLatin1(PyBytes_AS_STRING(o), PyBytes_GET_SIZE(o), nullptr)));
    return ir::Constant{ir::BytesConstant{text_of(latin.get())}};
  }
  if (PyTuple_CheckExact(o)) return tuple_entity(*this, o, name);
  if (is_named_tuple(o)) {
    Entity parts = tuple_entity(*this, o, name);
    if (std::holds_alternative<ir::Unknown>(parts)) return parts;
    return ir::NamedTuple{class_entity(reinterpret_cast<PyObject*>(Py_TYPE(o))),
                          std::get<std::vector<Entity>>(std::get<ir::Constant>(parts).value)};
  }
  if (is_member(o)) {
    auto* type = reinterpret_cast<PyObject*>(Py_TYPE(o));
    return ir::EnumMember{class_entity(type), number_of_member(members_of(Py_TYPE(o)), o)};
  }
  if (Dispatcher* d = as_dispatcher(o)) {
    met_as_[d->function].insert(o);
    o = d->function;
  } else if (PyFunction_Check(o)) {
    met_as_[o].insert(o);
  }
  if (std::string_view(Py_TYPE(o)->tp_name) == "functools._lru_cache_wrapper") {
    Ref function(PyObject_GetAttrString(o, "__wrapped__")), how(PyObject_CallMethod(o, "cache_parameters", nullptr));
    PyObject* typed = how && PyDict_Check(how.get()) ? PyDict_GetItemString(how.get(), "typed") : nullptr;
    PyErr_Clear();
    if (function && PyFunction_Check(function.get()) && typed == Py_False)
      return ir::PythonFunction{uint64_t(reinterpret_cast<uintptr_t>(function.get())), attribute_text(o, "__name__"), true};
  }
  if (PyFunction_Check(o)) {
    o = behind_errstate(o);
    std::string module = attribute_text(o, "__module__");
    if (module == "contextlib" && attribute_text(o, "__name__") == "contextmanager")
      return ir::Builtin{"contextlib.contextmanager"};
    if (PyObject* made_of = behind_contextmanager(o)) {
      is_cachable_ = false;
      return ir::Builtin{"contextlib._managed." + std::to_string(reinterpret_cast<uintptr_t>(made_of)) + "." +
                         attribute_text(made_of, "__name__")};
    }
    if (is_made_by(o, "singledispatch", "wrapper")) {
      is_cachable_ = false;
      return ir::Builtin{"functools._dispatched." + std::to_string(reinterpret_cast<uintptr_t>(o)) + "." +
                         attribute_text(o, "__name__")};
    }
    if (is_of_functools(o, module)) return ir::Builtin{"functools." + attribute_text(o, "__name__")};
    if (module == "aic.lib.prim" || module == "numpy" || module.starts_with("numpy.") || module == "heapq" ||
        module == "copy" || (module == "string" && attribute_text(o, "__name__") == "capwords"))
      return ir::Builtin{public_module(module) + "." + attribute_text(o, "__name__")};
    if (module == "dataclasses")
      for (const char* known : {"replace", "asdict", "astuple"})
        if (attribute_text(o, "__name__") == known) return ir::Builtin{std::string("dataclasses.") + known};
    if (module.starts_with("scipy.special.") && library("scipy.special." + attribute_text(o, "__name__")))
      return ir::Builtin{"scipy.special." + attribute_text(o, "__name__")};
    if (module.starts_with("scipy.sparse.")) {
      std::string own = attribute_text(o, "__qualname__");
      std::replace(own.begin(), own.end(), '.', '_');
      Ref sparse(checked(PyImport_ImportModule("aic.lib.scipy_sparse")));
      if (Ref f(PyObject_GetAttrString(sparse.get(), own.c_str())); f && PyFunction_Check(f.get()))
        return entity_of(f.get(), name);
      PyErr_Clear();
    }
    if (std::string name = attribute_text(o, "__qualname__"); module == "statistics" && library("statistics." + name))
      return ir::Builtin{"statistics." + name};
    if (module == "aic.derivatives") return ir::Builtin{"aic." + attribute_text(o, "__name__")};
    return ir::PythonFunction{uint64_t(reinterpret_cast<uintptr_t>(o)), attribute_text(o, "__name__")};
  }
  if (Py_TYPE(o) == &PyMethodDescr_Type)  // str.upper
    if (std::string method = attribute_text(o, "__qualname__"); library(method)) return ir::Builtin{method};
  if (PyModule_Check(o)) return ir::ModuleEntity{attribute_text(o, "__name__")};
  ir::DType dtype{};
  if (find_dtype_of(o, dtype)) return ir::DTypeEntity{dtype, bool(PyArray_DescrCheck(o))};
  if (Key key = key_of(o)) {
    if (kind_of(key) == KeyKind::Scalar) return numpy_scalar(o, key);
    bool numpys = attribute_text(reinterpret_cast<PyObject*>(Py_TYPE(o)), "__module__").starts_with("numpy");  // np.mgrid
    std::string_view flavour = kind_of(key) == KeyKind::Tuple ? type_of_key(key).flavour() : "";
    if (kind_of(key) == KeyKind::Array || is_random_flavour(flavour) || flavour == slice_flavour || is_collection(o) ||
        (kind_of(key) == KeyKind::List && !numpys))
      return ir::ArrayGlobal{uint64_t(reinterpret_cast<uintptr_t>(o)), name, type_of_key(key)};
  }
  if (Py_TYPE(o) == ufunc_type())
    return ir::Builtin{(is_scipys(o) ? "scipy.special." : "numpy.") + attribute_text(o, "__name__")};
  std::string module = attribute_text(o, "__module__"), own = attribute_text(o, "__name__");
  bool is_native_class = PyType_Check(o) && !(reinterpret_cast<PyTypeObject*>(o)->tp_flags & Py_TPFLAGS_HEAPTYPE);
  if (PyType_Check(o) && module == "enum") return ir::Builtin{"enum." + own};
  if (PyType_Check(o) && module == "contextlib" && (own == "suppress" || own == "closing" || own == "nullcontext"))
    return ir::Builtin{module + "." + own};
  // Written in Python: ChainMap, and what its methods make.
  bool is_view = module == "collections.abc" && (own == "KeysView" || own == "ValuesView" || own == "ItemsView");
  if (is_view || (module == "collections" && own == "ChainMap")) return class_entity(o);
  if (PyType_Check(o) &&
      (module == "functools" || module == "operator" || module == "collections" || (module == "random" && own == "Random")))
    return ir::Builtin{module + "." + own};
  bool is_known = module == "builtins" || module == "math" || module == "cmath" || module.starts_with("numpy") ||
                  module == "aic" || module.starts_with("aic.");
  if (module.starts_with("numpy.") && is_named_tuple_class(o)) return class_entity(o);  // results of np.linalg
  if (!own.empty() && !module.empty() && (PyCFunction_Check(o) || is_native_class || is_known))
    return ir::Builtin{public_module(module) + "." + own};
  if (is_of_shared_random(o)) return ir::Builtin{"random." + own};
  if (PyType_Check(o) && (module == "numbers" || module == "collections.abc")) return ir::Builtin{module + "." + own};
  if (is_users_class(o)) return class_entity(o);
  if (PyDict_CheckExact(o) || PyList_CheckExact(o)) return functions_of(o, name);
  return ir::Unknown{"it is a `" + std::string(Py_TYPE(o)->tp_name) + "`"};
}

// A dict or list with functions or classes in it, `{"+": add, "-": lambda a, b: a - b}`: no argument can hold those, but what
// only looks things up in it can be compiled for what it holds now.
Entity LiveWorld::functions_of(PyObject* container, const std::string& name) {
  const bool is_dict = PyDict_CheckExact(container);
  Ref copy(checked(is_dict ? PyDict_Copy(container) : PyList_AsTuple(container)));
  Ref held(checked(is_dict ? PyDict_Items(container) : PySequence_List(container)));
  ir::NamedTuple all{{0, is_dict ? "dict" : "list"}, {}};
  std::function<bool(const Entity&)> is_constant = [&](const Entity& e) {
    auto* c = std::get_if<ir::Constant>(&e);
    auto* parts = c ? std::get_if<std::vector<Entity>>(&c->value) : nullptr;
    if (parts) return std::ranges::all_of(*parts, is_constant);
    return c || std::holds_alternative<ir::PythonFunction>(e) || std::holds_alternative<ir::Builtin>(e) ||
           std::holds_alternative<ir::ClassEntity>(e) || std::holds_alternative<ir::DTypeEntity>(e) ||
           std::holds_alternative<ir::EnumMember>(e);
  };
  for (Py_ssize_t k = 0; k < PyList_GET_SIZE(held.get()); ++k) {
    all.parts.push_back(entity_of(PyList_GET_ITEM(held.get(), k), name));
    if (!is_constant(all.parts.back())) return ir::Unknown{"it is a `" + std::string(Py_TYPE(container)->tp_name) + "`"};
  }
  is_cachable_ = false;
  if (logged_.try_emplace({container, " contents"}, true).second)
    guards_.push_back({Guard::Kind::Contents, Ref::borrowed(container), {}, std::move(copy)});
  return all;
}

LiveWorld::Found LiveWorld::find_global(PyObject* function, const std::string& name) {
  Ref key = text(name);
  PyObject* found = look_up(PyFunction_GET_GLOBALS(function), key.get());
  if (!found) {
    PyObject* builtins = PyDict_GetItemString(PyFunction_GET_GLOBALS(function), "__builtins__");
    if (builtins && PyModule_Check(builtins)) builtins = PyModule_GetDict(builtins);
    if (!builtins || !PyDict_Check(builtins)) builtins = PyEval_GetBuiltins();
    found = look_up(builtins, key.get());
  }
  // A name that a compile has found and that is gone is Python's NameError; one that never was is a mistake in the program.
  static auto& met = *new std::set<std::pair<PyObject*, std::string>>;
  std::pair<PyObject*, std::string> place{PyFunction_GET_GLOBALS(function), name};
  if (!found && met.contains(place)) return {{}, ir::Unknown{std::string(typeinfer::was_deleted)}};
  if (found && !library_modules_.contains(place.first)) met.insert(std::move(place));
  return {Ref::borrowed(found), found ? entity_of(found, name) : Entity(ir::Missing{})};
}

// The cell of a function's free variable, borrowed; null: it has none of this name.
static PyObject* cell_of(PyObject* function, const std::string& name) {
  PyObject* closure = PyFunction_GET_CLOSURE(function);
  Ref names(checked(PyObject_GetAttrString(PyFunction_GET_CODE(function), "co_freevars")));
  for (Py_ssize_t i = 0; closure && i < PyTuple_GET_SIZE(names.get()) && i < PyTuple_GET_SIZE(closure); ++i)
    if (text_of(PyTuple_GET_ITEM(names.get(), i)) == name) return PyTuple_GET_ITEM(closure, i);
  return nullptr;
}

LiveWorld::Found LiveWorld::find_free(PyObject* function, const std::string& name) {
  PyObject* cell = cell_of(function, name);
  if (!cell) return {{}, ir::Missing{}};
  Ref found = Ref::borrowed(PyCell_GET(cell));
  if (logged_.try_emplace({cell, ""}, true).second)
    guards_.push_back({Guard::Kind::Cell, Ref::borrowed(cell), {}, Ref::borrowed(found.get())});
  return {found, found ? entity_of(found.get(), name) : Entity(ir::Missing{})};
}

LiveWorld::Found LiveWorld::find_attribute(const std::string& module, const std::string& name) {
  Ref m(PyImport_ImportModule(module.c_str()));
  if (!m) {
    PyErr_Clear();
    if (module.starts_with("sys.")) m = imported("sys", module.c_str() + 4);
    if (!m) return {{}, ir::Missing{}};
  }
  Ref key = text(name);
  Ref found = Ref::borrowed(PyModule_Check(m.get()) ? look_up(PyModule_GetDict(m.get()), key.get()) : nullptr);
  if (!found) {  // numpy makes some of its names on first use
    found = Ref(PyObject_GetAttr(m.get(), key.get()));
    if (!found) PyErr_Clear();
  }
  if (!found) return {{}, ir::Missing{}};
  Entity e = entity_of(found.get(), name);
  bool fields =
      std::holds_alternative<ir::Unknown>(e) && module == "sys" && PyObject_HasAttrString(found.get(), "n_sequence_fields");
  if (fields) return {found, ir::ModuleEntity{module + "." + name}};  // sys.float_info and its like: named constants
  if (std::holds_alternative<ir::Unknown>(e) && module == "numpy" && library("numpy._item_" + name))
    return {found, ir::Builtin{"numpy." + name}};  // np.mgrid and its like: an object that is only indexed
  // numpy.abs is numpy.absolute, numpy.amax numpy.max…: the name that NumPy itself gives decides, if it is public.
  if (auto* b = std::get_if<ir::Builtin>(&e); b && module != "builtins") {
    size_t dot = b->name.rfind('.');
    Ref again(PyObject_GetAttrString(m.get(), b->name.c_str() + dot + 1));
    if (!again) PyErr_Clear();
    if (again.get() != found.get() || b->name.substr(0, dot) != module) e = ir::Builtin{module + "." + name};
  }
  return {found, e};
}

// A name that compiled code rebinds: "=x" asks for its place, "!x" says that it is written, "?x" asks for the place if compiled
// code of this process writes it, and for nothing otherwise.
Entity LiveWorld::place(PyObject* owner, PyObject* dict, const std::string& name) {
  std::string own = name.substr(1);
  if (name[0] == '?' && (takes_constants_ || !is_known_place(owner, own))) return ir::Missing{};
  is_cachable_ = false;
  if (name[0] == '!') {
    logged_.try_emplace({dict, PyCell_Check(dict) ? "" : own}, true);
    std::erase_if(guards_, [&](const Guard& g) {
      const bool asked = g.kind == Guard::Kind::Cell || (g.kind == Guard::Kind::Item && text_of(g.name.get()) == own);
      return asked && g.place.get() == dict;
    });
  }
  PyObject* p = place_of_name(owner, own);
  Key key = key_of(p);
  if (!has_type(key)) return ir::Unknown{"it is rebound, and holds " + why_unsupported(p)};
  bool module = PyDict_Check(owner) && PyDict_GetItemString(owner, "__builtins__");
  if (module && !bound_at(p) && PyDict_GetItemString(PyEval_GetBuiltins(), own.c_str()))
    return ir::Unknown{"it is a builtin's name, which the module does not bind yet"};
  reads_places_ |= name[0] == '?';
  return ir::ArrayGlobal{uint64_t(reinterpret_cast<uintptr_t>(p)), own, type_of_key(key)};
}

static constexpr std::string_view dispatcher_name = "functools._dispatched.";
static bool is_of_a_place(const std::string& name) { return name[0] == '=' || name[0] == '!' || name[0] == '?'; }
static bool asks_in_vain(const std::string& name) { return name[0] == '?' && !has_places(); }

// Only a module of the user's may be changed.
Entity LiveWorld::place_in_module(const std::string& module, const std::string& name) {
  Ref m(PyImport_GetModule(text(module).get()));
  if (!m || !PyModule_Check(m.get())) return PyErr_Clear(), ir::Missing{};
  std::string file = attribute_text(m.get(), "__file__");
  if (module != "__main__" && (file.empty() || is_foreign_file(file)))
    return name[0] == '!' ? Entity(ir::Unknown{"it belongs to `" + module + "`, which is not the program's"}) : ir::Missing{};
  PyObject* dict = PyModule_GetDict(m.get());
  return place(dict, dict, name);
}

Entity LiveWorld::global(const ir::Function& f, const std::string& name) {
  if (asks_in_vain(name)) return ir::Missing{};
  PyObject* function = python_function(f);
  if (is_of_a_place(name)) return place(PyFunction_GET_GLOBALS(function), PyFunction_GET_GLOBALS(function), name);
  Found found = find_global(function, name);
  if (!library_modules_.contains(PyFunction_GET_GLOBALS(function)))
    log_.push_back({LogEntry::Global, std::to_string(number_of(function)), name, describe(found)});
  return found.entity;
}

Entity LiveWorld::free(const ir::Function& f, const std::string& name) {
  if (asks_in_vain(name)) return ir::Missing{};
  PyObject* function = python_function(f);
  if (is_of_a_place(name)) {
    PyObject* cell = cell_of(function, name.substr(1));
    return cell ? place(cell, cell, name) : ir::Missing{};
  }
  Found found = find_free(function, name);
  log_.push_back({LogEntry::Free, std::to_string(number_of(function)), name, describe(found)});
  return found.entity;
}

// What was set on a function, or on the compiled function that stands for it.
Entity LiveWorld::function_attribute(const ir::PythonFunction& f, const std::string& name) {
  auto* function = reinterpret_cast<PyObject*>(uintptr_t(f.key));
  const std::set<PyObject*>& as = met_as_[function];
  if (f.is_cached || as.size() != 1) return ir::Missing{};
  PyObject* holder = *as.begin();
  is_cachable_ = false;
  if (name == "__doc__" || name == "__qualname__") {
    guards_.push_back({name == "__doc__" ? Guard::Kind::Doc : Guard::Kind::Qualname, Ref::borrowed(function), {}, {}});
    PyObject* found = *place_of(guards_.back());
    guards_.back().expected = Ref::borrowed(found);
    return entity_of(found, name);
  }
  Ref dict(PyObject_GetAttrString(holder, "__dict__"));
  if (!dict || !PyDict_Check(dict.get())) return PyErr_Clear(), ir::Missing{};
  if (is_of_a_place(name)) return place(dict.get(), dict.get(), name);
  if (name.starts_with("__")) return ir::Missing{};
  Ref key = text(name);
  PyObject* found = look_up(dict.get(), key.get());
  return found ? entity_of(found, name) : Entity(ir::Missing{});
}

// The function that singledispatch takes for a class: `builtins.list`, or `class 94…` of the user's.
Entity LiveWorld::dispatched(PyObject* function, const std::string& type) {
  Ref cls;
  if (type.starts_with("class "))
    cls = Ref::borrowed(reinterpret_cast<PyObject*>(uintptr_t(std::stoull(type.substr(6)))));
  else if (type == "builtins.NoneType")
    cls = Ref::borrowed(reinterpret_cast<PyObject*>(Py_TYPE(Py_None)));
  else if (size_t dot = type.rfind('.'); dot != std::string::npos)
    cls = imported(type.substr(0, dot).c_str(), type.c_str() + dot + 1);
  if (!cls || !PyType_Check(cls.get())) return ir::Missing{};
  Ref taken(PyObject_CallMethod(function, "dispatch", "O", cls.get())), registry(PyObject_GetAttrString(function, "registry"));
  Ref collector(PyImport_ImportModule("gc"));
  Ref held(registry && collector ? PyObject_CallMethod(collector.get(), "get_referents", "O", registry.get()) : nullptr);
  PyObject* table = held && PyList_GET_SIZE(held.get()) == 1 ? PyList_GET_ITEM(held.get(), 0) : nullptr;
  if (!taken || !table || !PyDict_Check(table)) return PyErr_Clear(), ir::Missing{};
  PyObject* mro = reinterpret_cast<PyTypeObject*>(cls.get())->tp_mro;  // registered anew: another may be taken
  for (Py_ssize_t k = 0; k < PyTuple_GET_SIZE(mro); ++k) {
    PyObject* base = PyTuple_GET_ITEM(mro, k);
    guards_.push_back(
        {Guard::Kind::Item, Ref::borrowed(table), Ref::borrowed(base), Ref::borrowed(PyDict_GetItemWithError(table, base))});
  }
  return entity_of(taken.get(), attribute_text(taken.get(), "__name__"));
}

Entity LiveWorld::attribute(const Entity& of, const std::string& name) {
  if (asks_in_vain(name)) return ir::Missing{};
  if (auto* m = std::get_if<ir::EnumMember>(&of)) {  // what its __init__ set
    Ref member = members_of(reinterpret_cast<PyTypeObject*>(uintptr_t(m->of.key))).at(size_t(m->index));
    Ref own(PyObject_GenericGetDict(member.get(), nullptr));
    PyObject* found = own ? PyDict_GetItemString(own.get(), name.c_str()) : nullptr;
    PyErr_Clear();
    return found ? entity_of(found, name) : Entity(ir::Missing{});
  }
  if (auto* c = std::get_if<ir::ClassEntity>(&of); c && is_of_a_place(name)) {
    auto* t = reinterpret_cast<PyTypeObject*>(uintptr_t(c->key));
    return place(reinterpret_cast<PyObject*>(t), t->tp_dict, name);
  }
  if (auto* c = std::get_if<ir::ClassEntity>(&of); c && name == "__qualname__")
    return ir::Constant{attribute_text(reinterpret_cast<PyObject*>(uintptr_t(c->key)), "__qualname__")};
  if (auto* f = std::get_if<ir::PythonFunction>(&of)) return function_attribute(*f, name);
  if (auto* b = std::get_if<ir::Builtin>(&of); b && b->name.starts_with(dispatcher_name))
    return dispatched(reinterpret_cast<PyObject*>(uintptr_t(std::stoull(b->name.substr(dispatcher_name.size())))), name);
  auto* module = std::get_if<ir::ModuleEntity>(&of);
  if (!module) return ir::Missing{};
  if (is_of_a_place(name)) return place_in_module(module->name, name);
  Found found = find_attribute(module->name, name);
  if (!module->name.starts_with("aic.lib")) log_.push_back({LogEntry::Attribute, module->name, name, describe(found)});
  return found.entity;
}

// Forms of the library, for all compiles of the process: they were 0.25 ms each, and np.median needs 17. Leaked: what Python
// objects they hold must not die after Python.
static std::map<PyObject*, std::shared_ptr<const Form>>& library_forms() {
  static auto& forms = *new std::map<PyObject*, std::shared_ptr<const Form>>;
  return forms;
}

const Form& LiveWorld::form_of(PyObject* function) {
  std::shared_ptr<const Form>& slot = forms_[function];
  if (slot) return *slot;
  if (auto known = library_forms().find(function); known != library_forms().end()) {
    slot = known->second;
    library_modules_.insert(PyFunction_GET_GLOBALS(function));
    function_of_[&slot->module] = function;
    return *slot;
  }
  auto form = std::make_shared<Form>();
  form->function = Ref::borrowed(function);
  form->captured = frontend::capture(function, form->module);
  const frontend::Captured& c = form->captured;
  form->form = {c.function, c.parameters, {}, c.positional_only, c.keyword_only, c.has_varargs, c.has_kwargs};
  bool is_library = attribute_text(function, "__module__").starts_with("aic.lib");
  if (is_library) {  // it does not change
    library_modules_.insert(PyFunction_GET_GLOBALS(function));
    for (auto& f : form->module.functions) f->attrs.push_back({"library", int64_t(1)});
  } else {
    (void)number_of(function);
    if (has_foreign_text(function))
      for (auto& f : form->module.functions) f->attrs.push_back({"foreign", int64_t(1)});
  }
  // From the first parameter that has a default to the last of all; Missing where one in between has none.
  size_t count = c.parameters.size(), first = count;
  PyObject* values = PyFunction_GET_DEFAULTS(function);
  PyObject* keyword_values = PyFunction_GET_KW_DEFAULTS(function);
  size_t positional = count - size_t(c.keyword_only) - c.has_varargs - c.has_kwargs;
  size_t given = values ? size_t(PyTuple_GET_SIZE(values)) : 0;
  std::vector<PyObject*> found(count, nullptr);
  for (size_t i = 0; i < given && i < positional; ++i) found[positional - given + i] = PyTuple_GET_ITEM(values, Py_ssize_t(i));
  for (size_t i = positional; keyword_values && i < positional + size_t(c.keyword_only); ++i)
    found[i] = PyDict_GetItemString(keyword_values, c.parameters[i].c_str());
  for (size_t i = 0; i < count && first == count; ++i)
    if (found[i]) first = i;
  function_of_[&form->module] = function;
  for (size_t i = first; i < count; ++i)
    form->form.defaults.push_back(found[i] ? entity_of(found[i], form->form.parameters[i]) : Entity(ir::Missing{}));
  if (is_library) library_forms()[function] = form;
  slot = std::move(form);
  return *slot;
}

int LiveWorld::number_of(PyObject* function) {
  for (size_t k = 0; k < functions_.size(); ++k)
    if (functions_[k].get() == function) return int(k);
  Ref f = Ref::borrowed(function);
  functions_.push_back(f);
  guards_.push_back({Guard::Kind::Code, f, {}, Ref::borrowed(PyFunction_GET_CODE(function))});
  guards_.push_back({Guard::Kind::Defaults, f, {}, Ref::borrowed(PyFunction_GET_DEFAULTS(function))});
  if (PyObject* values = PyFunction_GET_KW_DEFAULTS(function)) {
    guards_.push_back({Guard::Kind::KeywordDefaults, f, {}, Ref::borrowed(values)});
    PyObject *name, *value;
    for (Py_ssize_t at = 0; PyDict_Next(values, &at, &name, &value);)
      guards_.push_back({Guard::Kind::Item, Ref::borrowed(values), Ref::borrowed(name), Ref::borrowed(value)});
  }
  return int(functions_.size()) - 1;
}

std::string LiveWorld::hash_of(PyObject* function) {
  (void)number_of(function);
  auto form = forms_.find(function);
  frontend::Hash hash = form != forms_.end() && form->second ? form->second->captured.hash : frontend::hash_of(function);
  std::string out = hash.text();
  bool was_in_hash = std::exchange(in_hash_, true);
  PyObject* defaults = PyFunction_GET_DEFAULTS(function);
  PyObject* keyword_defaults = PyFunction_GET_KW_DEFAULTS(function);
  if (defaults) out += describe({Ref::borrowed(defaults), entity_of(defaults, "default")});
  PyObject *name, *value;
  for (Py_ssize_t at = 0; keyword_defaults && PyDict_Next(keyword_defaults, &at, &name, &value);)
    out += " " + text_of(name) + "=" + describe({Ref::borrowed(value), entity_of(value, "default")});
  in_hash_ = was_in_hash;
  return out;
}

std::string LiveWorld::describe(const Found& found) { return describe(found.entity, found.object.get()); }

// Every kind of entity, in words that two processes agree on. What has none makes the function uncachable.
std::string LiveWorld::describe(const Entity& e, PyObject* o) {
  auto bits = [](double x) {
    uint64_t n;
    memcpy(&n, &x, 8);
    return std::to_string(n);
  };
  if (std::holds_alternative<ir::Missing>(e)) return "missing";
  if (auto* m = std::get_if<ir::ModuleEntity>(&e)) return "module " + m->name;
  if (auto* b = std::get_if<ir::Builtin>(&e)) return "builtin " + b->name;
  if (auto* d = std::get_if<ir::DTypeEntity>(&e)) return (d->instance ? "dtype " : "class ") + std::string(ir::name(d->dtype));
  if (auto* a = std::get_if<ir::ArrayGlobal>(&e)) return "array " + a->type.text();
  if (auto* w = std::get_if<ir::WideInt>(&e)) return "wide " + std::to_string(w->value);
  if (auto* n = std::get_if<ir::NumpyConstant>(&e))
    return "scalar " + n->type.text() + " " + bits(n->real) + " " + bits(n->imaginary) + " " + std::to_string(n->integer);
  if (std::holds_alternative<ir::PythonFunction>(e)) {
    if (Dispatcher* d = as_dispatcher(o)) o = d->function;
    if (std::get<ir::PythonFunction>(e).is_cached) return is_cachable_ = false, "cached function";
    bool is_new = std::none_of(functions_.begin(), functions_.end(), [&](const Ref& f) { return f.get() == o; });
    if (in_hash_) is_cachable_ = false;  // a function as a default would be numbered in another order when looked up again
    int number = number_of(o);
    if (!is_new) return "function " + std::to_string(number);
    try {
      return "function " + std::to_string(number) + " " + hash_of(o);
    } catch (const ir::Diagnosed&) {  // named, perhaps never called
      is_cachable_ = false;
      return "function without source";
    }
  }
  if (auto* c = std::get_if<ir::Constant>(&e)) {
    if (auto* i = std::get_if<int64_t>(&c->value)) return "int " + std::to_string(*i);
    if (auto* x = std::get_if<double>(&c->value)) return "float " + bits(*x);
    if (auto* b = std::get_if<ir::BoolConstant>(&c->value)) return b->value ? "True" : "False";
    if (auto* z = std::get_if<ir::ComplexConstant>(&c->value)) return "complex " + bits(z->real) + " " + bits(z->imaginary);
    if (auto* s = std::get_if<std::string>(&c->value)) return "str " + std::to_string(s->size()) + " " + *s;
    if (auto* s = std::get_if<ir::BytesConstant>(&c->value)) return "bytes " + std::to_string(s->latin.size()) + " " + s->latin;
    if (std::holds_alternative<ir::NoneConstant>(c->value)) return "None";
    auto& parts = std::get<std::vector<Entity>>(c->value);
    std::string out = "tuple " + std::to_string(parts.size());
    for (size_t k = 0; k < parts.size(); ++k)
      out += " (" + describe(parts[k], o && PyTuple_Check(o) ? PyTuple_GET_ITEM(o, Py_ssize_t(k)) : nullptr) + ")";
    return out;
  }
  is_cachable_ = false;
  return "unknown";
}

std::string LiveWorld::look_again(int64_t kind, const std::string& of, const std::string& name) {
  if (kind == LogEntry::Attribute) return describe(find_attribute(of, name));
  size_t k = size_t(atoll(of.c_str()));
  if (k >= functions_.size()) return "";
  PyObject* function = functions_[k].get();
  return describe(kind == LogEntry::Global ? find_global(function, name) : find_free(function, name));
}

int LiveWorld::first_line(int function) const {
  if (size_t(function) >= functions_.size()) return 0;
  return reinterpret_cast<PyCodeObject*>(PyFunction_GET_CODE(functions_[size_t(function)].get()))->co_firstlineno;
}

std::string LiveWorld::file_of(int function) const {
  if (size_t(function) >= functions_.size()) return "";
  return text_of(reinterpret_cast<PyCodeObject*>(PyFunction_GET_CODE(functions_[size_t(function)].get()))->co_filename);
}

int LiveWorld::number_of_source(const std::string& file, const std::string& function) const {
  for (size_t k = 0; k < functions_.size(); ++k) {
    std::string name = attribute_text(functions_[k].get(), "__qualname__");
    if (file_of(int(k)) == file && (function == name || function.starts_with(name + ".") || name.ends_with("." + function)))
      return int(k);
  }
  return -1;
}

bool LiveWorld::is_foreign(const ir::PythonFunction& f) {
  return has_foreign_text(reinterpret_cast<PyObject*>(static_cast<uintptr_t>(f.key)));
}

const ir::PyForm& LiveWorld::py_form(const ir::PythonFunction& f) {
  return form_of(reinterpret_cast<PyObject*>(static_cast<uintptr_t>(f.key))).form;
}

// "numpy.linalg" is aic/lib/numpy_linalg.py.
static std::string library_module(std::string module) {
  std::replace(module.begin(), module.end(), '.', '_');
  return "aic.lib." + module;
}

const ir::PyForm* LiveWorld::library(const std::string& qualified) {
  auto known = library_.find(qualified);
  if (known != library_.end()) return known->second;
  const ir::PyForm*& slot = library_[qualified];
  slot = nullptr;
  size_t dot = qualified.rfind('.');
  if (dot == std::string::npos) return nullptr;
  std::string module = library_module(qualified.substr(0, dot));
  Ref m(PyImport_ImportModule(module.c_str()));
  Ref f(m ? PyObject_GetAttrString(m.get(), qualified.c_str() + dot + 1) : nullptr);
  PyErr_Clear();
  if (!f || !PyFunction_Check(f.get()) || !attribute_text(f.get(), "__module__").starts_with("aic.lib.")) return nullptr;
  return slot = &form_of(f.get()).form;
}

std::vector<std::string> LiveWorld::known_names(const std::string& module) {
  std::vector<std::string> names;
  if (module.starts_with("class ")) {  // a class by its key: what its objects have
    Ref listed(PyObject_Dir(reinterpret_cast<PyObject*>(uintptr_t(std::stoull(module.substr(6))))));
    if (!listed) PyErr_Clear();
    for (Py_ssize_t i = 0; listed && i < PyList_GET_SIZE(listed.get()); ++i)
      if (std::string n = text_of(PyList_GET_ITEM(listed.get(), i)); !n.starts_with("__")) names.push_back(n);
    return names;
  }
  Ref m(PyImport_ImportModule(library_module(module).c_str()));
  if (!m) PyErr_Clear();
  Ref listed(m ? PyObject_Dir(m.get()) : nullptr);
  if (!listed) PyErr_Clear();
  for (Py_ssize_t i = 0; listed && i < PyList_GET_SIZE(listed.get()); ++i) {
    PyObject* n = PyList_GET_ITEM(listed.get(), i);
    Ref named(PyObject_GetAttr(m.get(), n));
    if (!named) PyErr_Clear();
    bool is_method = named && PyFunction_Check(named.get()) && text_of(n).size() > 1 && isupper(uint8_t(text_of(n)[1]));
    if (named && !PyModule_Check(named.get()) && (text_of(n)[0] != '_' || is_method)) names.push_back(text_of(n));
  }
  for (size_t k = 0; k < ir::record_count; ++k) {
    std::string_view python = ir::record(ir::OpCode(k)).python;
    while (!python.empty()) {
      std::string_view word = python.substr(0, python.find(' '));
      python.remove_prefix(std::min(python.size(), word.size() + 1));
      if (word.size() > module.size() + 1 && word.starts_with(module) && word[module.size()] == '.')
        names.emplace_back(word.substr(module.size() + 1));
    }
  }
  return names;
}

}  // namespace aic::bindings
