// Attributes: of arrays and numbers (some are values, the others methods that the library may have), of modules and classes
// (the world answers).
#include <algorithm>

#include "typeinfer/caught.h"
#include "typeinfer/contexts.h"
#include "typeinfer/enums.h"
#include "typeinfer/local_classes.h"
#include "typeinfer/promotion.h"

namespace aic::typeinfer {

Value Frame::shape_tuple(const Value& a) {
  Values parts;
  for (int k = 0; k < a.type.rank(); ++k) parts.push_back(runtime(Type::integer(), extent(a.id, k)));
  return tuple(std::move(parts));
}

static constexpr std::string_view ordered = "collections._OrderedDict";
static bool is_view_name(const std::string& name) { return name == "keys" || name == "values" || name == "items"; }

static Value method(const Value& receiver, const std::string& name) {
  Value m;
  m.kind = Kind::Method;
  m.text = name;
  m.parts = {receiver};
  return m;
}

// What an ndarray has. Methods are the library's functions of that name, or `_method_<name>` where they differ.
static constexpr const char* array_attributes[] = {
    "T",      "all",     "any",      "argmax",   "argmin",    "argpartition", "argsort",   "astype", "byteswap",  "base",
    "choose", "clip",    "compress", "conj",     "conjugate", "copy",         "cumprod",   "cumsum", "data",      "diagonal",
    "dot",    "dtype",   "fill",     "flags",    "flat",      "flatten",      "imag",      "item",   "itemsize",  "max",
    "mean",   "min",     "mT",       "nbytes",   "ndim",      "nonzero",      "partition", "prod",   "put",       "ravel",
    "real",   "repeat",  "reshape",  "resize",   "round",     "searchsorted", "shape",     "size",   "sort",      "squeeze",
    "std",    "strides", "sum",      "swapaxes", "take",      "tobytes",      "tolist",    "trace",  "transpose", "var",
    "view"};

Value Frame::array_attribute(const Value& a, const std::string& name) {
  DType d = a.type.dtype();
  if (name == "shape") return shape_tuple(a);
  if (name == "ndim") return integer(a.type.rank());
  if (name == "itemsize") return integer(ir::byte_size(d));
  if (name == "dtype") return entity(ir::DTypeEntity{d, true});
  if (name == "size" || name == "nbytes") {
    Value n = integer(name == "size" ? 1 : ir::byte_size(d));
    for (int k = 0; k < a.type.rank(); ++k) n = binary("*", n, runtime(Type::integer(), extent(a.id, k)));
    return n;
  }
  if (name == "T") {
    int rank = a.type.rank();
    std::vector<int64_t> axes;
    for (int k = rank; k-- > 0;) axes.push_back(k);
    ir::Layout l = a.type.layout();
    ir::Layout turned = l == ir::Layout::C ? ir::Layout::F : l == ir::Layout::F ? ir::Layout::C : ir::Layout::Strided;
    Type t = Type::array(d, rank, turned, a.type.readonly());
    return runtime(t, make("view.transpose"_op, {a.id}, t, {{"axes", axes}}));
  }
  if (name == "mT") return call_builtin("numpy.matrix_transpose", {{a}, {}});
  if (name == "real" || name == "imag") {
    bool imaginary = name == "imag";
    if (!ir::is_complex(d)) {
      if (!imaginary) return a;
      Value shape = shape_tuple(a);
      Type t = Type::array(d, a.type.rank(), ir::Layout::C, true);
      std::vector<ValueId> ids{number_constant(d == DType::Bool ? boolean(false) : integer(0), Type::scalar(d))};
      for (const Value& e : shape.parts) ids.push_back(e.id);
      return runtime(t, b_.make("full"_op, ids, t));
    }
    Type t = Type::array(ir::rule::part(d), a.type.rank(), ir::Layout::Strided, a.type.readonly());
    return runtime(t, make("view.real"_op, {a.id}, t, {{"part", int64_t(imaginary)}}));
  }
  if (name == "strides") {
    Values parts;
    for (int k = 0; k < a.type.rank(); ++k)
      parts.push_back(runtime(Type::integer(), make("stride"_op, {a.id}, Type::integer(), {{"axis", int64_t(k)}})));
    return tuple(std::move(parts));
  }
  if (name == "flat") return flat(a);
  if (name == "flags") {
    Value flags;
    flags.kind = Kind::Iterator;
    flags.text = "flags";
    flags.parts = {a};
    return flags;
  }
  if (name == "base") return array_base(a);
  for (const char* other : {"byteswap", "data"})
    if (name == other) fail("unsupported", {"the attribute `" + name + "` of arrays"});
  return method(a, name);
}

// What a dtype tells.
std::optional<Value> Frame::dtype_attribute(const Value& x, DType d, const std::string& name) {
  int bytes = ir::byte_size(d);
  Value kind = d == DType::BF16 ? text("V") : prim("kind", {{x}, {}});
  if (name == "itemsize") return integer(bytes);
  if (name == "alignment") return integer(ir::is_complex(d) ? bytes / 2 : bytes);
  if (name == "type") return entity(ir::DTypeEntity{d});
  if (name == "kind") return kind;
  if (name == "char") return text(std::string(1, dtype_letters[size_t(d)]));
  if (name == "byteorder") return text(bytes == 1 ? "|" : "=");
  if (name == "str") return text((bytes == 1 ? "|" : "<") + *known_text(kind) + std::to_string(bytes));
  if (name == "num") {
    if (d == DType::BF16) fail("unsupported", {"the number of bfloat16, which its import gives"});
    constexpr int numbers[] = {0, 1, 3, 5, 7, 2, 4, 6, 8, -1, 23, 11, 12, 14, 15};
    return integer(numbers[int(d)]);
  }
  if (name == "isnative") return boolean(true);
  if (name == "ndim") return integer(0);
  if (name == "shape") return tuple({});
  if (name == "isnative") return boolean(true);
  if (name == "names" || name == "fields" || name == "subdtype") return none();
  return {};
}

// a.flags.c_contiguous and its like: known from the layout, or from the strides of run time.
Value Frame::flag(const Value& a, const std::string& name) {
  if (name == "writeable") return boolean(!a.type.readonly());
  bool fortran = name == "f_contiguous";
  if (name != "c_contiguous" && !fortran) fail("unknown-attribute", {"numpy.ndarray.flags", name});
  if (a.type.layout() == (fortran ? ir::Layout::F : ir::Layout::C)) return boolean(true);
  return call_builtin("numpy._is_contiguous", {{fortran ? array_attribute(a, "T") : a}, {}});
}

// Objects of Python's whose attributes are names that may be bound: modules and functions.
static bool has_names(const Value& x) {
  return x.kind == Kind::Entity &&
         (std::holds_alternative<ir::ModuleEntity>(*x.entity) || std::holds_alternative<ir::PythonFunction>(*x.entity));
}

// `z.real = x` writes into the part.
void Frame::set_attribute(const Value& x, const std::string& name, const Value& value) {
  if (is_union(x)) {
    by_arms(x, [&](const Value& arm) { return set_attribute(arm, name, value), none(); });
    return;
  }
  if (LocalClasses::of(*this, x)) return LocalClasses::set_attribute(*this, x, name, value);
  if (is_object(x)) return set_object_attribute(x, name, value);
  if (is_none(x)) fail("unknown-attribute", {"None", name});
  if (auto* c = x.kind == Kind::Entity ? std::get_if<ir::ClassEntity>(x.entity.get()) : nullptr)
    return set_class_attribute(*c, name, value);
  if (has_names(x)) return rebind_global(*x.entity, name, value);
  if (is_caught(x)) return Caught::set_attribute(*this, x, name, value);
  if (Class* c = Named::class_of(*this, x)) {
    bool field = std::ranges::any_of(c->info->fields, [&](const ir::ClassField& f) { return f.name == name; });
    if (field) return check(number_constant(boolean(false), Type::boolean()), "AttributeError", "can't set attribute");
  }
  if (is_array(x) && name == "flat" && !x.type.readonly()) {
    call_function(*session_.world.library("numpy._set_flat"), Value{}, {{x, value}, {}});
    return;
  }
  if (is_array(x) && name == "shape") return set_shape(x, value);
  if (!is_array(x) || !(name == "real" || (name == "imag" && ir::is_complex(x.type.dtype()))))
    fail("unsupported", {"setting `" + name + "` of " + describe(x)});
  if (x.type.readonly())
    check(number_constant(boolean(false), Type::boolean()), "ValueError", "assignment destination is read-only");
  else
    assign(array_attribute(x, name), value);
}

// What other languages call it.
static constexpr std::pair<const char*, const char*> foreign_names[] = {
    {"push", "append"},   {"push_back", "append"},  {"add", "append"},        {"concat", "extend"}, {"length", "size"},
    {"indexOf", "index"}, {"toUpperCase", "upper"}, {"toLowerCase", "lower"}, {"trim", "strip"}};

std::string Frame::meant_attribute(const std::string& name, const std::vector<std::string>& known) {
  auto has = [&](const std::string& n) { return std::find(known.begin(), known.end(), n) != known.end(); };
  for (auto [foreign, ours] : foreign_names)
    if (name == foreign && has(ours)) return std::string("did you mean `") + ours + "`?";
  std::string close = ir::closest(name, known);
  return close.empty() ? "" : "did you mean `" + close + "`?";
}

std::vector<std::string> Frame::methods_in_library(const std::string& of) {
  size_t dot = of.rfind('.');
  std::string prefix = of.substr(dot + 1) + "_";
  std::vector<std::string> names;
  for (const std::string& n : session_.world.known_names(of.substr(0, dot)))
    if (n.starts_with(prefix)) names.push_back(n.substr(prefix.size()));
  return names;
}

Value Frame::attribute(const Value& x, const std::string& name) {
  if (x.kind == Kind::Never) return x;  // of an object that nobody makes
  if (is_union(x))
    if (std::optional<Value> m = union_method(x, name)) return *m;
  if (is_union(x) || x.kind == Kind::Choice) return by_arms(x, [&](const Value& arm) { return attribute(arm, name); });
  if (LocalClasses::of(*this, x)) return LocalClasses::attribute(*this, x, name);
  if (is_object(x)) return object_attribute(x, name);
  if (x.kind == Kind::Method && x.text == "builtins.property" && name == "setter") {
    Value setter = x;
    setter.text += ".setter";
    return setter;
  }
  if (Enums::class_of(*this, x)) return Enums::attribute(*this, x, name);
  if (Named::class_of(*this, x))
    if (std::optional<Value> v = Named::attribute(*this, x, name)) return *v;
  if (x.kind == Kind::Iterator && x.text == "super") return super_attribute(x, name);
  if (is_array(x)) {
    for (const char* known : array_attributes)
      if (name == known) return array_attribute(x, name);
    fail("unknown-attribute", {describe(x), name},
         meant_attribute(name, {std::begin(array_attributes), std::end(array_attributes)}));
  }
  if (std::optional<Value> limit = numpy_limit(x, name)) return *limit;
  if (x.kind == Kind::Entity) {
    if (auto* n = std::get_if<ir::NumpyConstant>(x.entity.get())) return attribute(runtime(n->type, materialise(x)), name);
    if (auto* c = std::get_if<ir::ClassEntity>(x.entity.get())) return class_attribute(*c, name);
    if (auto* d = std::get_if<ir::DTypeEntity>(x.entity.get())) {
      if (name == "__name__" || (d->instance && name == "name")) return text(std::string(ir::numpy_name(d->dtype)));
      if (std::optional<Value> v = d->instance ? dtype_attribute(x, d->dtype, name) : std::nullopt) return *v;
    }
    if (name == "__name__") {
      if (auto* b = std::get_if<ir::Builtin>(x.entity.get())) return text(b->name.substr(b->name.rfind('.') + 1));
      if (auto* f = std::get_if<ir::PythonFunction>(x.entity.get())) return text(f->name);
    }
    if (const std::string* type = builtin_name(x); type && type->starts_with("builtins.")) {  // str.lower, dict.fromkeys
      std::string method = type->substr(9) + "." + name;
      static constexpr std::string_view classes[] = {"str", "dict", "set", "list", "bytes", "bytearray", "int", "float"};
      bool is_class = std::ranges::find(classes, std::string_view(*type).substr(9)) != std::end(classes);
      if (is_class && name[0] != '_' && (session_.world.library(method) || method == "list.append"))
        return entity(ir::Builtin{method});
    }
    if (const std::string* object = builtin_name(x); object && *object == "builtins.object" && name == "__setattr__")
      return method(x, name);
    if (name == "__init__" && Caught::is_class(*this, x)) return method(x, name);
    if (const std::string* function = builtin_name(x)) {
      if (*function == "itertools.chain" && name == "from_iterable")
        return entity(ir::Builtin{"itertools._chain_from_iterable"});
      size_t dot = function->rfind('.');  // Polynomial.fit
      std::string of_class =
          dot == std::string::npos ? "" : function->substr(0, dot + 1) + "_class_" + function->substr(dot + 1) + "_" + name;
      if (!of_class.empty() && session_.world.library(of_class)) return entity(ir::Builtin{of_class});
      OpCode code;
      for (const char* known : {"reduce", "accumulate", "outer", "at", "reduceat"})
        if (name == known && (ir::find_op_by_python_name(*function, code) || is_ufunc_of_the_library(*function)))
          return method(x, name);
    }
    if (has_names(x))
      if (std::optional<Value> now = rebound_global(*x.entity, name)) return *now;
    ir::Entity e = session_.world.attribute(*x.entity, name);
    if (auto* u = std::get_if<ir::Unknown>(&e)) fail("unusable-name", {name, u->why});
    if (std::holds_alternative<ir::Missing>(e)) {
      auto* m = std::get_if<ir::ModuleEntity>(x.entity.get());
      std::vector<std::string> known;
      if (m) known = session_.world.known_names(m->name);
      OpCode code;
      if (builtin_name(x) && ir::find_op_by_python_name(*builtin_name(x), code))
        known = {"reduce", "accumulate", "outer", "at", "reduceat"};
      std::string close = ir::closest(name, known);
      auto* f = std::get_if<ir::PythonFunction>(x.entity.get());
      if (f && f->is_cached && name.starts_with("cache_"))
        fail("unsupported", {"`" + f->name + "." + name + "`, where each call from Python begins with an empty cache,"});
      std::string shown = m && m->name == "numpy" ? "np" : m ? m->name : f ? f->name : describe(x);
      fail("unknown-attribute", {describe(x), shown + "." + name},
           close.empty() ? "" : "did you mean `" + (m ? shown + "." : "") + close + "`?");
    }
    return of_world(e);
  }
  if (is_number(x)) {
    bool complex = ir::is_complex(x.type.dtype());
    bool scalar = x.type.is(TypeKind::Scalar);
    if (name == "real" || name == "imag") {
      DType part = ir::rule::part(x.type.dtype());
      Type t = scalar ? Type::scalar(part) : complex ? Type::floating() : x.type.is(TypeKind::Bool) ? Type::integer() : x.type;
      if (!complex)
        return name == "real" ? runtime(t, as_type(x, t))
                              : runtime(t, number_constant(part == DType::Bool && scalar ? boolean(false) : integer(0), t));
      return runtime(t, make(name == "real" ? "real"_op : "imag"_op, {materialise(x)}, t));
    }
    if (!complex && !scalar && !x.type.is(TypeKind::Float) && (name == "numerator" || name == "denominator"))
      return name == "numerator" ? to_int(x) : integer(1);
    if (scalar) {
      if (name == "dtype") return entity(ir::DTypeEntity{x.type.dtype(), true});
      if (name == "ndim") return integer(0);
      if (name == "shape") return tuple({});
      if (name == "size") return integer(1);
      if (name == "T") return x;
      if (name == "itemsize" || name == "nbytes") return integer(ir::byte_size(x.type.dtype()));
    }
    if (name == "conjugate" || name == "item" || scalar) return method(x, name);
    if (session_.world.library(std::string(x.type.is(TypeKind::Float) ? "float." : "int.") + name)) return method(x, name);
  }
  if (is_text(x) && (name == "format" || name == "format_map" || session_.world.library("str." + name))) return method(x, name);
  if (is_bytearray(x) && name[0] != '_' &&
      (session_.world.library("bytearray." + name) || session_.world.library("bytes." + name)))
    return method(x, name);
  if (is_bytes(x) && name[0] != '_' && session_.world.library("bytes." + name)) return method(x, name);
  if (x.kind == Kind::Iterator && x.text == "flags") return flag(x.parts[0], name);
  if (Contexts::is_known(x) && (name == "__enter__" || name == "__exit__")) return method(x, name);
  if (x.kind == Kind::Exception) return Caught::attribute(*this, x, name);
  if (x.kind == Kind::Iterator && x.text == "type" && is_caught(x.parts[0]) && (name == "__name__" || name == "__qualname__"))
    return Caught::class_name(*this, x.parts[0]);
  if (x.kind == Kind::Iterator && x.text == "type")
    return by_arms(x.parts[0], [&](const Value& arm) { return attribute(type_value(arm), name); });
  if ((x.kind == Kind::Slice && name == "indices") || (x.kind == Kind::Range && (name == "index" || name == "count")))
    return method(x, name);
  if (x.kind == Kind::Slice || x.kind == Kind::Range) {
    static const std::vector<std::string> names = {"start", "stop", "step"};
    for (size_t k = 0; k < 3; ++k)
      if (name == names[k]) return x.parts[k];
  }
  if (is_list_like(x) && (name == "append" || (name[0] != '_' && session_.world.library("list." + name))))
    return method(real(x, "receiver"), name);
  if (is_table(x)) {
    bool dict = x.type.flavour() == "dict";
    if (dict && (name == "keys" || name == "values" || name == "items")) return method(x, name);
    static const std::vector<std::string> changes = {"add",
                                                     "discard",
                                                     "remove",
                                                     "pop",
                                                     "clear",
                                                     "update",
                                                     "intersection_update",
                                                     "difference_update",
                                                     "symmetric_difference_update"};
    bool frozen = x.type.flavour() == "frozenset" && std::find(changes.begin(), changes.end(), name) != changes.end();
    if (!frozen && name[0] != '_' && session_.world.library((dict ? "dict." : "set.") + name)) return method(x, name);
  }
  if (is_resumed(x) && (name == "send" || name == "close" || name == "throw" || name == "__next__")) return method(x, name);
  if (x.kind == Kind::Iterator && is_stateful(x) && name == "__next__") return method(x, name);
  if ((x.kind == Kind::Tuple || is_long_tuple(x)) && (name == "index" || name == "count")) return method(x, name);
  if (is_library_instance(x) && x.text == "collections._deque" && name == "maxlen") return x.parts[0].parts[2];
  if (is_library_instance(x) && session_.world.library(x.text + "_get_" + name))
    return call_builtin(x.text + "_get_" + name, {{x.parts[0]}, {}});
  if (is_library_instance(x) && name[0] != '_' && session_.world.library(x.text + "_" + name)) return method(x, name);
  if (x.kind == Kind::Iterator && x.text == ordered && is_view_name(name)) return method(x, name);
  if (is_collection(x) && x.text != "collections._deque") return attribute(plain(x), name);
  if (is_written_out(x, name)) return method(x, name);
  std::vector<std::string> known;
  if (is_text(x)) known = session_.world.known_names("str"), known.insert(known.end(), {"format", "format_map"});
  if (is_bytes(x) || is_bytearray(x)) known = session_.world.known_names("bytes");
  if (is_list_like(x)) known = session_.world.known_names("list"), known.emplace_back("append");
  if (is_number(x)) known = session_.world.known_names(x.type.is(TypeKind::Float) ? "float" : "int");
  if (x.kind == Kind::Tuple || is_long_tuple(x)) known = {"index", "count"};
  if (is_library_instance(x)) known = methods_in_library(x.text);
  if (x.kind == Kind::Slice || x.kind == Kind::Range) known = {"start", "stop", "step"};
  fail("unknown-attribute", {describe(x), name}, meant_attribute(name, known));
}

// type(x): a class; of a union it stays with its value until an attribute or a comparison asks.
Value Frame::type_value(const Value& x) {
  if (is_union(x) || is_caught(x)) {
    Value t;
    t.kind = Kind::Iterator;
    t.text = "type";
    t.parts = {x};
    return t;
  }
  auto named = [](const char* name) { return entity(ir::Builtin{std::string("builtins.") + name}); };
  if (x.kind == Kind::Entity && std::holds_alternative<ir::NumpyConstant>(*x.entity))
    return entity(ir::DTypeEntity{std::get<ir::NumpyConstant>(*x.entity).type.dtype()});
  if (x.kind == Kind::Range) return named("range");
  if (x.kind == Kind::Slice) return named("slice");
  if (is_list_like(x)) return named("list");
  if (is_bytearray(x)) return named("bytearray");
  if (is_long_tuple(x)) return named("tuple");
  if (is_table(x)) return named(std::string(x.type.flavour()).c_str());
  if (is_object(x) && session_.classes.local_of(class_of(x).entity)) return LocalClasses::class_of(*this, x);
  if (is_object(x)) return entity(class_of(x).entity);
  if (x.kind == Kind::Member || Named::class_of(*this, x)) return entity(class_of(x).entity);
  if (x.kind == Kind::Exception) return named(x.text.c_str());
  switch (type_of(x).kind()) {
    case TypeKind::None: return named("NoneType");
    case TypeKind::Bool: return named("bool");
    case TypeKind::Int: return named("int");
    case TypeKind::Float: return named("float");
    case TypeKind::Complex: return named("complex");
    case TypeKind::Str: return named(is_bytes(x) ? "bytes" : "str");
    case TypeKind::Tuple: return named("tuple");
    case TypeKind::Scalar: return entity(ir::DTypeEntity{type_of(x).dtype()});
    case TypeKind::Array: return entity(ir::Builtin{"numpy.ndarray"});
    default: fail("unsupported", {"type of " + describe(x)});
  }
}

// `xs.__repr__()`, `(1).__add__(2)`: what an operator or builtin does, by its method's name.
bool Frame::is_written_out(const Value& x, const std::string& name) const {
  static const std::set<std::string> names = {"__repr__", "__str__", "__len__", "__bool__",     "__iter__",    "__hash__",
                                              "__eq__",   "__ne__",  "__lt__",  "__le__",       "__gt__",      "__ge__",
                                              "__add__",  "__mul__", "__sub__", "__contains__", "__getitem__", "__setitem__"};
  bool python_number = is_number(x) && !is_union(x) && x.type.is_python_number();
  bool container = is_list_like(x) || is_table(x) || is_collection(x) || is_bytearray(x) || is_long_tuple(x);
  bool tuple = (x.kind == Kind::Tuple && x.text.empty()) || x.kind == Kind::Range;
  return (python_number || container || tuple || is_text(x) || is_bytes(x)) && names.contains(name);
}

std::optional<Value> Frame::written_out(const Value& x, const std::string& name, const Arguments& a) {
  if (!is_written_out(x, name) || !a.keywords.empty()) return {};
  const Values& p = a.positional;
  auto builtin = [&](const char* function) { return call_builtin(std::string("builtins.") + function, {{x}, {}}); };
  if (p.empty()) {
    if (name == "__repr__" || name == "__str__") return as_text(x, name == "__repr__");
    if (name == "__len__") return builtin("len");
    if (name == "__iter__") return builtin("iter");
    if (name == "__hash__") return builtin("hash");
    if (name == "__bool__" && is_number(x)) return truth(x);
  }
  if (p.size() == 2 && name == "__setitem__") return set_item(x, p[0], p[1]), none();
  if (p.size() != 1) return {};
  if (name == "__contains__") return truth(contains(p[0], x));
  if (name == "__getitem__") return get_item(x, p[0]);
  static const std::pair<const char*, const char*> comparisons[] = {{"__eq__", "=="}, {"__ne__", "!="}, {"__lt__", "<"},
                                                                    {"__le__", "<="}, {"__gt__", ">"},  {"__ge__", ">="}};
  static const std::pair<const char*, const char*> operators[] = {{"__add__", "+"}, {"__mul__", "*"}, {"__sub__", "-"}};
  auto family = [&](const Value& v) -> std::string {  // of those of two families the method would give NotImplemented
    return is_list_like(v)                             ? "list"
           : v.kind == Kind::Tuple                     ? "tuple"
           : is_table(v)                               ? std::string(v.type.flavour())
           : is_collection(v)                          ? v.text
           : is_number(v) || is_text(v) || is_bytes(v) ? type_of(v).text()
                                                       : "";
  };
  bool alike = family(x) == family(p[0]) && !family(x).empty() && !is_union(p[0]);
  for (auto [method, sign] : comparisons)
    if (name == method && alike) return compare(sign, x, p[0]);
  bool repeated = name == "__mul__" && !is_number(x) && is_number(p[0]) && p[0].type.is(TypeKind::Int);
  for (auto [method, sign] : operators)
    if (name == method && (repeated || alike)) return binary(sign, x, p[0]);
  return {};
}

Value Frame::call_method(const Value& x, const std::string& name, Arguments a) {
  if (std::optional<Value> v = written_out(x, name, a)) return *v;
  if (std::optional<Value> v = Contexts::call(*this, x, name, a)) return *v;
  if (std::optional<Value> v = Named::call(*this, x, name, a)) return *v;
  if (x.kind == Kind::Iterator && x.text == ordered && is_view_name(name)) {
    Value view = call_method(plain(x), name, std::move(a));
    view.parts.push_back(text("odict"));  // as its text has it
    return view;
  }
  if (is_library_instance(x)) {
    a.positional.insert(a.positional.begin(), x.parts[0]);
    return call_builtin(x.text + "_" + name, std::move(a));
  }
  if (is_long_tuple(x) || (x.kind == Kind::Tuple && name == "index")) {
    a.positional.insert(a.positional.begin(), as_long_tuple(x, "receiver"));
    return call_list(name == "index" ? "_index_of_tuple" : name, std::move(a));
  }
  if (x.kind == Kind::Tuple && a.positional.size() == 1) {
    if (name == "count") {
      Value n = integer(0);
      for (const Value& p : x.parts) n = binary("+", n, to_int(compare("==", p, a.positional[0])));
      return n;
    }
    fail("unsupported", {"the method " + name + " of a tuple"});
  }
  if (is_resumed(x) || (x.kind == Kind::Iterator && name == "__next__")) return resumed_method(x, name, a);
  if (x.kind == Kind::Slice || x.kind == Kind::Range) {
    a.positional.insert(a.positional.begin(), x.parts.begin(), x.parts.end());
    return call_builtin(x.kind == Kind::Slice ? "builtins._slice_indices" : "builtins._range_" + name, std::move(a));
  }
  if (is_list(x)) return list_method(x, name, std::move(a));
  if (is_table(x)) {
    bool dict = x.type.flavour() == "dict";
    if (dict && (name == "keys" || name == "values" || name == "items")) {
      if (!a.positional.empty() || !a.keywords.empty()) fail("call-arguments", {"dict." + name + "() takes no arguments"});
      return table_view(x, name);
    }
    if (name == "add" && a.positional.size() == 1) return insert_place(x, a.positional[0]), none();
    if (dict && name == "update")
      for (auto& [key, v] : a.keywords) a.positional.push_back(dict_of(key, v));
    if (dict && name == "update") a.keywords.clear();
    a.positional.insert(a.positional.begin(), x);
    return call_table(dict ? "dict" : "set", name, std::move(a));
  }
  if (is_text(x)) {
    if (name == "format" || name == "format_map") {
      if (const std::string* f = known_text(x)) return format_method(*f, a, name == "format_map");
      fail("needs-literal", {"the format of a str." + name + " call", describe(x)});
    }
    a.positional.insert(a.positional.begin(), x);
    const std::string named = a.keywords.empty() ? "" : a.keywords[0].first;
    const bool whole = a.positional.size() + a.keywords.size() <= 2 && (named.empty() || named == "sep" || named == "keepends");
    if (whole && (name == "split" || name == "splitlines") && is_looped_over())
      return call_builtin("str._each_of_" + name, std::move(a));
    return call_builtin("str." + name, std::move(a));
  }
  if (is_bytearray(x)) {
    bool own = session_.world.library("bytearray." + name) != nullptr;
    a.positional.insert(a.positional.begin(), own ? x : call_bytearray("_bytes", {{x}, {}}));
    Value v = call_builtin((own ? "bytearray." : "bytes.") + name, std::move(a));
    return own ? v : call_bytearray("_out", {{v}, {}});
  }
  if (is_bytes(x)) {
    a.positional.insert(a.positional.begin(), x);
    return call_builtin("bytes." + name, std::move(a));
  }
  if (is_number(x)) {
    if (name == "item") {
      Value v = zero_rank_loaded(x);
      DType d = v.type.dtype();
      if (d == DType::Bool) return runtime(Type::boolean(), as_type(v, Type::boolean()));
      if (ir::is_integer(d)) return to_int(v);
      if (ir::is_float(d)) return runtime(Type::floating(), as_type(v, Type::floating()));
      return runtime(Type::complex(), as_type(v, Type::complex()));
    }
    if (name == "conjugate" || name == "conj") {
      if (x.type.is_python_number() && !x.type.is(TypeKind::Complex)) return runtime(x.type, as_type(x, x.type));
      return runtime(x.type, make("conjugate"_op, {materialise(x)}, x.type));
    }
  }
  if (is_number(x) && x.type.is_python_number()) {
    a.positional.insert(a.positional.begin(), x.type.is(TypeKind::Bool) ? to_int(x) : x);
    return call_builtin((x.type.is(TypeKind::Float) ? "float." : "int.") + name, std::move(a));
  }
  if (is_array(x) && name == "item" && a.keywords.empty()) {
    if (a.positional.empty() && x.type.rank() == 0) return call_method(zero_rank_loaded(x), "item", {});
    if (a.positional.size() == size_t(x.type.rank()) && !a.positional.empty())
      return call_method(get_item(x, tuple(a.positional)), "item", {});
  }
  if (name == "__init__" && Caught::is_class(*this, x) && !a.positional.empty() && Caught::is_object(*this, a.positional[0])) {
    const Value& self = a.positional[0];
    store_field(self, class_of(self), "args", tuple({a.positional.begin() + 1, a.positional.end()}));
    return none();
  }
  if (name == "__setattr__" && x.kind == Kind::Entity && a.positional.size() == 3 && is_object(a.positional[0])) {
    const std::string* field = known_text(a.positional[1]);
    if (!field) fail("needs-literal", {"the name of an attribute", describe(a.positional[1])});
    store_field(a.positional[0], class_of(a.positional[0]), *field, a.positional[2]);
    return none();
  }
  if (x.kind == Kind::Entity && name == "__setattr__") fail("unsupported", {"`object.__setattr__` of this"});
  if (x.kind == Kind::Entity) return ufunc_method(x, name, std::move(a));
  a.positional.insert(a.positional.begin(), x);
  std::string own = "numpy._method_" + name;  // a method that is not what the function of its name is
  return call_builtin(session_.world.library(own) ? own : "numpy." + name, std::move(a));
}

}  // namespace aic::typeinfer
