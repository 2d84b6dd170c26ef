// Narrowing: what a condition says about unions. `x is None`, `isinstance(x, C)` and the truth of an optional value leave
// some arms of x where the condition holds and the others where it does not; `and`, `or`, `not` combine (they arrive as
// `if` ops whose arms yield). Narrowed values stand in the environment for the rest of the region.
#include <algorithm>
#include <set>

#include "ir/exceptions.h"
#include "typeinfer/caught.h"
#include "typeinfer/enums.h"
#include "typeinfer/instances.h"
#include "typeinfer/local_classes.h"

namespace aic::typeinfer {

static bool is_one_of(std::string_view name, std::initializer_list<std::string_view> all) {
  return std::find(all.begin(), all.end(), name) != all.end();
}

// Classes that nothing is an instance of but what is known to be one.
static bool is_plain_class(const std::string& name) {
  if (name.starts_with("builtins.")) {
    std::string own = name.substr(9);
    return ir::is_exception_class(own) ||
           is_one_of(own,
                     {"int",      "bool",   "float",     "complex", "str",   "bytes",  "bytearray", "tuple",    "list",
                      "dict",     "set",    "frozenset", "object",  "range", "slice",  "type",      "NoneType", "function",
                      "ellipsis", "module", "generator", "zip",     "map",   "filter", "enumerate", "reversed", "memoryview"});
  }
  return is_one_of(name, {"numpy.ndarray",
                          "numpy.generic",
                          "numpy.number",
                          "numpy.integer",
                          "numpy.signedinteger",
                          "numpy.unsignedinteger",
                          "numpy.inexact",
                          "numpy.floating",
                          "numpy.complexfloating",
                          "numpy.dtype",
                          "numpy.ufunc",
                          "random.Random",
                          "numpy.random.Generator",
                          "numpy.random.RandomState",
                          "numpy.random.PCG64",
                          "numpy.random.BitGenerator",
                          "collections.deque",
                          "collections.Counter",
                          "collections.OrderedDict",
                          "collections.defaultdict"});
}

// numbers.Number and its kin. NumPy's bools are none of them.
static std::optional<bool> is_kind_of_number(Type t, std::string_view which) {
  bool number = t.is_number() && !(t.is(TypeKind::Scalar) && t.dtype() == DType::Bool);
  if (t.is_object() || (t.is_tuple() && !t.flavour().empty()) || t.is(TypeKind::Union)) return {};
  if (!number)
    return is_one_of(which, {"Number", "Complex", "Real", "Rational", "Integral"}) ? std::optional(false) : std::nullopt;
  if (which == "Number" || which == "Complex") return true;
  if (which == "Real") return !ir::is_complex(t.dtype());
  if (which == "Rational" || which == "Integral") return ir::is_integer(t.dtype()) || t.dtype() == DType::Bool;
  return {};
}

// Protocols of collections.abc.
static std::optional<bool> follows(Type t, std::string_view which) {
  if (t.is_object() || (t.is_tuple() && !t.flavour().empty()) || t.is(TypeKind::Union)) return {};
  const std::string flavour(t.is_list() || t.is_tuple() ? t.flavour() : "");
  const bool text = t == Type::str() || t == Type::bytes(), tuple = t.is_tuple() || flavour == "tuple",
             range = t.is(TypeKind::Range);
  const bool list = t.is_list() && (flavour.empty() || flavour == "bytearray"), dict = flavour == "dict";
  const bool set = flavour == "set", frozen = flavour == "frozenset";
  const bool sequence = text || tuple || list || range, collection = sequence || dict || set || frozen || t.is_array();
  if (!collection && !t.is_number() && !t.is(TypeKind::None)) return {};
  if (which == "Sequence") return sequence;
  if (which == "MutableSequence") return list;
  if (which == "Mapping" || which == "MutableMapping") return dict;
  if (which == "Set") return set || frozen;
  if (which == "MutableSet") return set;
  if (is_one_of(which, {"Iterable", "Sized", "Container", "Collection"})) return collection;
  if (is_one_of(which, {"Callable", "Iterator", "Generator"})) return false;
  return {};
}

// Nothing: it cannot be told.
static std::optional<bool> is_class_of(Type t, const std::string& name) {
  if (name.starts_with("numbers.")) return is_kind_of_number(t, std::string_view(name).substr(8));
  if (name.starts_with("collections.abc.")) return follows(t, std::string_view(name).substr(16));
  if (name == "builtins.int") return t.is(TypeKind::Int) || t.is(TypeKind::Bool);
  if (name == "builtins.bool") return t.is(TypeKind::Bool);
  if (name == "builtins.float") return t.is(TypeKind::Float) || (t.is(TypeKind::Scalar) && t.dtype() == DType::F64);
  if (name == "builtins.complex") return t.is(TypeKind::Complex) || (t.is(TypeKind::Scalar) && t.dtype() == DType::C128);
  if (name == "builtins.str") return t == Type::str();
  if (name == "builtins.bytes") return t == Type::bytes();
  if (name == "builtins.tuple") return (t.is_tuple() && !is_member(t)) || (t.is_list() && t.flavour() == "tuple");
  if (name == "builtins.list") return t.is_list() && t.flavour().empty();
  if (t.is_list() && name == "builtins." + std::string(t.flavour())) return true;
  if (name == "builtins.object") return true;
  if (name == "builtins.NoneType") return t.is(TypeKind::None);
  if (name == "builtins.range") return t.is(TypeKind::Range);
  if (name == "builtins.slice") return t.is(TypeKind::Slice);
  if (name == "numpy.ndarray") return t.is_array();
  if (!t.is(TypeKind::Scalar)) return is_plain_class(name) ? std::optional(false) : std::nullopt;
  DType d = t.dtype();
  bool inexact = ir::is_float(d) || ir::is_complex(d);
  if (name == "numpy.generic") return true;
  if (d == DType::BF16) return is_plain_class(name) ? std::optional(false) : std::nullopt;  // of none of NumPy's kinds
  if (name == "numpy.number") return d != DType::Bool;
  if (name == "numpy.integer") return ir::is_integer(d);
  if (name == "numpy.signedinteger") return ir::is_signed(d);
  if (name == "numpy.unsignedinteger") return ir::is_unsigned(d);
  if (name == "numpy.inexact") return inexact;
  if (name == "numpy.floating") return ir::is_float(d);
  if (name == "numpy.complexfloating") return ir::is_complex(d);
  return is_plain_class(name) ? std::optional(false) : std::nullopt;
}

// Whether a value of type t is an instance of the class (or one of a tuple of classes); nothing: not a class we know.
static std::optional<bool> is_instance(Type t, const Value& classes, Classes& known) {
  if (is_recursive(t)) t = opened(t);
  if (const std::string* name = builtin_name(classes); name && is_member(t)) {
    const std::string& base = known.of_type(t)->info->builtin;
    if (!is_plain_class(*name) && !name->starts_with("enum.")) return {};
    if (name->starts_with("enum.")) return *name == "enum.Enum" ? std::optional(true) : std::nullopt;
    return *name == "builtins.object" || (!base.empty() && *name == "builtins." + base);
  }
  const std::string* builtin = builtin_name(classes);
  const bool of_exceptions = builtin && ir::is_exception_class(builtin->substr(builtin->rfind('.') + 1));
  if (t.is(TypeKind::Unbound) && of_exceptions) return {};  // a builtin exception
  if (of_exceptions)
    if (Class* own = known.of_type(t); own && own->info->kind == ir::ClassDescription::Exception)
      return ir::is_subclass(own->info->builtin, builtin->substr(builtin->rfind('.') + 1));
  if (classes.kind == Kind::Tuple) return is_instance_of_any(classes, [&](const Value& c) { return is_instance(t, c, known); });
  if (classes.kind == Kind::Entity)
    if (auto* c = std::get_if<ir::ClassEntity>(classes.entity.get())) {
      Class* own = known.of_type(t);
      return own && known.is_subclass(own->entity, *c);
    }
  if (const std::string* name = builtin_name(classes)) return is_class_of(t, *name);
  if (std::optional<DType> d = dtype_class(classes)) return t.is(TypeKind::Scalar) && t.dtype() == *d;
  if (is_none(classes)) return {};
  if (classes.kind == Kind::Entity && std::holds_alternative<ir::Unknown>(*classes.entity)) return false;
  return {};
}

// Of what has no type at run time: a function, a class, a range, a slice, zip(…).
static std::optional<bool> is_static_instance(const Value& x, const Value& classes) {
  if (classes.kind == Kind::Tuple) return is_instance_of_any(classes, [&](const Value& c) { return is_static_instance(x, c); });
  const std::string* name = builtin_name(classes);
  std::string own;
  if (x.kind == Kind::Range) own = "builtins.range";
  if (x.kind == Kind::Slice) own = "builtins.slice";
  if (x.kind == Kind::Ellipsis) own = "builtins.ellipsis";
  if (x.kind == Kind::Function) own = "builtins.function";
  if (x.kind == Kind::Iterator && is_one_of(x.text, {"zip", "enumerate", "reversed", "map", "filter"}))
    own = "builtins." + x.text;
  if (x.kind == Kind::Entity) {
    const ir::Entity& e = *x.entity;
    if (auto* d = std::get_if<ir::DTypeEntity>(&e)) own = d->instance ? "numpy.dtype" : "builtins.type";
    if (auto* f = std::get_if<ir::PythonFunction>(&e); f && !f->is_cached) own = "builtins.function";
    if (std::holds_alternative<ir::ClassEntity>(e)) own = "builtins.type";
    if (std::holds_alternative<ir::ModuleEntity>(e)) own = "builtins.module";
  }
  if (!name) return own.empty() || !dtype_class(classes) ? std::nullopt : std::optional(false);
  if (*name == "builtins.object" || (!own.empty() && *name == own)) return true;
  if (*name == "collections.abc.Callable" && (own == "builtins.function" || own == "builtins.type")) return true;
  static const std::set<std::string, std::less<>> values{
      "builtins.int",   "builtins.bool", "builtins.float", "builtins.complex", "builtins.str",       "builtins.bytes",
      "builtins.tuple", "builtins.list", "builtins.dict",  "builtins.set",     "builtins.frozenset", "builtins.bytearray",
      "numpy.ndarray",  "numpy.generic", "numpy.number",   "numpy.integer",    "numpy.floating",     "builtins.NoneType"};
  if (values.contains(*name)) return false;
  return !own.empty() && is_plain_class(*name) ? std::optional(false) : std::nullopt;
}

Value Frame::isinstance(const Value& x, const Value& given) {
  if (given.kind == Kind::Choice) return by_arms(given, [&](const Value& one) { return isinstance(x, one); });
  const Value classes = LocalClasses::as_entity(*this, given);
  if (is_list_display(x)) return isinstance(real(x, "display"), classes);
  if (x.kind == Kind::Exception || Caught::is_object(*this, x)) return matches(x, classes);
  bool of_numpy = x.kind == Kind::Entity && std::holds_alternative<ir::NumpyConstant>(*x.entity);
  if ((x.kind == Kind::Entity && !of_numpy) || x.kind == Kind::Function || x.kind == Kind::Range || x.kind == Kind::Slice ||
      x.kind == Kind::Ellipsis || (x.kind == Kind::Iterator && !is_library_instance(x))) {
    std::optional<bool> answer = is_static_instance(x, classes);
    if (!answer) fail("not-a-class", {describe(classes)});
    return boolean(*answer);
  }
  return split(x, [&](const Value& arm) {
    std::optional<bool> answer =
        is_library_instance(arm) ? is_instance_of(arm, classes) : is_instance(type_of(arm), classes, session_.classes);
    if (!answer) fail("not-a-class", {describe(classes)});
    return boolean(*answer);
  });
}

void Frame::facts(ValueId condition, bool holds, Facts& out, int depth) {
  OpId def = py_.defining_op(condition);
  if (!def || depth > 16) return;
  const ir::Op& op = py_.op(def);
  if (op.code == "py.truth"_op) {
    ValueId x = op.operands[0];
    // A true value is no None; a false one may be anything that has a false value.
    out.push_back({x, [holds](Type t) { return !holds || !t.is(TypeKind::None); }});
    return facts(x, holds, out, depth + 1);
  }
  if (op.code == "py.not"_op) return facts(op.operands[0], !holds, out, depth + 1);
  if (op.code == "py.compare"_op) {
    const std::string& how = py_.text_attr(def, "op");
    if (how != "is" && how != "is not") return;
    const Value& y = py_value(op.operands[1]);
    if (!is_none(y)) return;
    bool none = (how == "is") == holds;
    out.push_back({op.operands[0], [none](Type t) { return t.is(TypeKind::None) == none; }});
  }
  if (op.code == "py.call"_op && op.operands.size() == 3) {
    const std::string* name = builtin_name(py_value(op.operands[0]));
    if (!name || *name != "builtins.isinstance") return;
    Value classes = LocalClasses::as_entity(*this, py_value(op.operands[2]));
    out.push_back({op.operands[1], [classes, holds, &known = session_.classes](Type t) {
                     std::optional<bool> is = is_instance(t, classes, known);
                     return !is || *is == holds;
                   }});
  }
  if (op.code == "if"_op) {
    // `a and b`: if a { yield b } else { yield a }. The result can be true only through the first arm, where a holds.
    for (int k = 0; k < 2; ++k) {
      OpId end = py_.terminator(op.regions[size_t(k)]);
      if (!end || py_.op(end).code != "yield"_op || py_.op(end).operands.empty()) return;
    }
    if (op.results.empty() || op.results[0] != condition) return;
    ValueId first = py_.op(py_.terminator(op.regions[0])).operands[0],
            second = py_.op(py_.terminator(op.regions[1])).operands[0];
    ValueId asked = op.operands[0];
    OpId asked_op = py_.defining_op(asked);
    auto is_asked = [&](ValueId v) {
      return v == asked || (asked_op && py_.op(asked_op).code == "py.truth"_op && py_.op(asked_op).operands[0] == v);
    };
    bool is_and = is_asked(second), is_or = is_asked(first);
    if (holds && is_and) facts(asked, true, out, depth + 1), facts(first, true, out, depth + 1);
    if (!holds && is_or) facts(asked, false, out, depth + 1), facts(second, false, out, depth + 1);
  }
}

void Frame::narrow(ValueId py, const std::function<bool(Type)>& remains) {
  const Value v = py_value(py);
  if (is_caught(v)) return Caught::narrow(*this, py, v, remains);
  if (!is_union(v)) return;
  std::vector<Type> arms;
  for (Type t : v.type.elements())
    if (remains(t)) arms.push_back(t);
  if (arms.size() == v.type.elements().size() || arms.empty()) return;
  Value narrowed;
  if (v.kind == Kind::Pair) {
    narrowed = runtime(arms[0], v.parts[0].id);
    if (arms[0] != v.parts[0].type) narrowed.id = make("cast"_op, {v.parts[0].id}, arms[0]);
  } else if (arms.size() == 1) {
    if (arms[0].is(TypeKind::None)) {
      narrowed = none();
    } else {
      ValueId payload = make("union.get"_op, {v.id}, arms[0], {{"arm", int64_t(ir::arm_index(v.type, arms[0]))}});
      narrowed = exploded(arms[0], payload);
    }
  } else {
    return;  // several arms remain: dispatch at the use
  }
  undo_->push_back({py, v});
  set(py, std::move(narrowed));
}

void Frame::apply_facts(const Facts& all) {
  for (const auto& [py, remains] : all) narrow(py, remains);
}

}  // namespace aic::typeinfer
