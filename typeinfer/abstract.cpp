// Making, naming and asking abstract values. `key` is the identity of shapes: instances, loop states and joins compare it.
#include "typeinfer/abstract.h"

#include <charconv>
#include <cmath>

#include "ir/base/error.h"
#include "typeinfer/classes.h"

namespace aic::typeinfer {

Value runtime(Type t, ValueId id) {
  Value v;
  v.kind = t.is(TypeKind::Never) ? Kind::Never : Kind::Runtime;
  v.type = t;
  v.id = id;
  return v;
}
Value constant(Literal l) {
  Value v;
  v.kind = Kind::Constant;
  constexpr TypeKind kinds[] = {TypeKind::None,  TypeKind::Bool,    TypeKind::Int,
                                TypeKind::Float, TypeKind::Complex, TypeKind::Str};
  switch (kinds[l.index()]) {
    case TypeKind::None: v.type = Type::none(); break;
    case TypeKind::Bool: v.type = Type::boolean(); break;
    case TypeKind::Int: v.type = Type::integer(); break;
    case TypeKind::Float: v.type = Type::floating(); break;
    case TypeKind::Complex: v.type = Type::complex(); break;
    default: v.type = Type::str(); break;
  }
  v.literal = std::move(l);
  return v;
}
Value none() { return constant(std::monostate{}); }
Value boolean(bool b) { return constant(b); }
Value integer(int64_t i) { return constant(i); }
Value floating(double d) { return constant(d); }
Value text(std::string s) { return constant(std::move(s)); }
Value bytes_literal(std::string latin) {
  Value v = text(std::move(latin));
  v.type = Type::bytes();
  return v;
}
Value tuple(std::vector<Value> parts) {
  Value v;
  v.kind = Kind::Tuple;
  v.parts = std::move(parts);
  return v;
}
bool is_member(Type t) { return t.is_tuple() && t.flavour().ends_with(member_ending); }
Value tuple_of(std::vector<Value> parts, std::string_view flavour) {
  Value v = tuple(std::move(parts));
  v.text = flavour;
  if (flavour.ends_with(member_ending)) v.kind = Kind::Member;
  return v;
}
Value entity(ir::Entity e) {
  Value v;
  v.kind = Kind::Entity;
  v.entity = std::make_shared<const ir::Entity>(std::move(e));
  return v;
}
Value conflict(std::string why) {
  Value v;
  v.kind = Kind::Conflict;
  v.text = std::move(why);
  return v;
}

static Value from_constant(const ir::Constant& c, Classes& classes) {
  if (auto* b = std::get_if<ir::BoolConstant>(&c.value)) return boolean(b->value);
  if (auto* i = std::get_if<int64_t>(&c.value)) return integer(*i);
  if (auto* d = std::get_if<double>(&c.value)) return floating(*d);
  if (auto* z = std::get_if<ir::ComplexConstant>(&c.value)) return constant(Complex(z->real, z->imaginary));
  if (auto* s = std::get_if<std::string>(&c.value)) return text(*s);
  if (auto* s = std::get_if<ir::BytesConstant>(&c.value)) return bytes_literal(s->latin);
  if (auto* t = std::get_if<std::vector<ir::Entity>>(&c.value)) {
    std::vector<Value> parts;
    for (const ir::Entity& e : *t) parts.push_back(from_entity(e, classes));
    return tuple(std::move(parts));
  }
  return none();
}
Value from_entity(const ir::Entity& e, Classes& classes) {
  if (auto* c = std::get_if<ir::Constant>(&e)) return from_constant(*c, classes);
  if (auto* b = std::get_if<ir::Builtin>(&e); b && b->name == "builtins.Ellipsis") {
    Value dots;
    dots.kind = Kind::Ellipsis;
    return dots;
  }
  if (auto* m = std::get_if<ir::EnumMember>(&e)) return tuple_of({integer(m->index)}, classes.of(m->of).type.flavour());
  if (auto* t = std::get_if<ir::NamedTuple>(&e); t && t->of.key) {
    std::vector<Value> parts;
    for (const ir::Entity& p : t->parts) parts.push_back(from_entity(p, classes));
    return tuple_of(std::move(parts), classes.of(t->of).type.flavour());
  }
  return entity(e);
}

// ---- asking ----
Type type_of(const Value& v) {
  switch (v.kind) {
    case Kind::Runtime:
      if (v.site) return Type::flavoured(Type::list(type_of(element_of_list(v))), v.type.flavour());
      return v.type;
    case Kind::Constant:
    case Kind::Pair: return v.type;
    case Kind::Never: return Type::never();
    case Kind::Unbound: return Type::unbound();
    case Kind::Tuple:
    case Kind::Member: {
      std::vector<Type> types;
      for (const Value& p : v.parts) types.push_back(type_of(p));
      return Type::flavoured(Type::tuple(types), v.text);
    }
    case Kind::Range: return Type::range();
    case Kind::Slice: return Type::slice(type_of(v.parts[0]), type_of(v.parts[1]), type_of(v.parts[2]));
    case Kind::Maybe: return type_of(v.parts[0]);
    case Kind::Choice: {
      std::vector<Type> types;
      leaf_types(v, types);
      return Type::tuple(types);
    }
    case Kind::Function:
    case Kind::Entity:
    case Kind::Method:
    case Kind::Iterator:
    case Kind::Exception:
    case Kind::Ellipsis:
    case Kind::Conflict: break;
  }
  return Type::function();
}

static std::string number_text(double d) {
  char buffer[32];
  auto end = std::to_chars(buffer, buffer + sizeof buffer, d).ptr;
  return std::string(buffer, end) + (std::signbit(d) && d == 0 ? "-" : "");
}
static std::string literal_key(const Literal& l) {
  if (auto* b = std::get_if<bool>(&l)) return *b ? "True" : "False";
  if (auto* i = std::get_if<int64_t>(&l)) return std::to_string(*i);
  if (auto* d = std::get_if<double>(&l)) return number_text(*d) + "f";
  if (auto* z = std::get_if<Complex>(&l)) return number_text(z->real()) + "+" + number_text(z->imag()) + "j";
  if (auto* s = std::get_if<std::string>(&l)) return std::to_string(s->size()) + "'" + *s;
  return "None";
}
static std::string entity_key(const ir::Entity& e) {
  if (auto* f = std::get_if<ir::PythonFunction>(&e)) return "py" + std::to_string(f->key);
  if (auto* b = std::get_if<ir::Builtin>(&e)) return b->name;
  if (auto* m = std::get_if<ir::ModuleEntity>(&e)) return "module " + m->name;
  if (auto* d = std::get_if<ir::DTypeEntity>(&e)) return (d->instance ? "dtype " : "class ") + std::string(ir::name(d->dtype));
  if (auto* a = std::get_if<ir::ArrayGlobal>(&e)) return "array " + std::to_string(a->key);
  if (auto* n = std::get_if<ir::NumpyConstant>(&e))
    return n->type.text() + "=" + number_text(n->real) + "," + number_text(n->imaginary) + "," + std::to_string(n->integer);
  if (auto* w = std::get_if<ir::WideInt>(&e)) return "wide " + std::to_string(w->value);
  if (auto* c = std::get_if<ir::ClassEntity>(&e)) return "class " + std::to_string(c->key);
  if (auto* m = std::get_if<ir::EnumMember>(&e)) return "member " + std::to_string(m->of.key) + " " + std::to_string(m->index);
  if (auto* t = std::get_if<ir::NamedTuple>(&e)) {  // a container of functions; others are never a value: from_entity
    std::string all = t->of.name + "[";
    for (const ir::Entity& p : t->parts) all += entity_key(p) + ";";
    return all + "]";
  }
  if (auto* c = std::get_if<ir::Constant>(&e)) {
    if (auto* i = std::get_if<int64_t>(&c->value)) return std::to_string(*i);
    if (auto* x = std::get_if<double>(&c->value)) return number_text(*x) + "f";
    if (auto* b = std::get_if<ir::BoolConstant>(&c->value)) return b->value ? "True" : "False";
    if (auto* s = std::get_if<std::string>(&c->value)) return std::to_string(s->size()) + "'" + *s;
    if (auto* s = std::get_if<ir::BytesConstant>(&c->value)) return "b" + std::to_string(s->latin.size()) + "'" + s->latin;
    if (auto* z = std::get_if<ir::ComplexConstant>(&c->value))
      return number_text(z->real) + "+" + number_text(z->imaginary) + "j";
    if (auto* parts = std::get_if<std::vector<ir::Entity>>(&c->value)) {
      std::string all = "(";
      for (const ir::Entity& p : *parts) all += entity_key(p) + ",";
      return all + ")";
    }
    return "None";
  }
  if (auto* u = std::get_if<ir::Unknown>(&e)) return "unknown " + u->why;
  return "missing";
}

static std::string part_keys(const Value& v, char open, char close) {
  std::string s(1, open);
  for (const Value& p : v.parts) s += key(p) + ",";
  for (const Value& p : v.defaults) s += "=" + key(p) + ",";
  return s + close;
}
std::string key(const Value& v) {
  switch (v.kind) {
    case Kind::Never: return "never";
    case Kind::Unbound: return "unbound";
    case Kind::Runtime:
      return v.site ? "list" + std::string(v.type.flavour()) + part_keys(tuple({element_of_list(v)}), '<', '>') : v.type.text();
    case Kind::Constant: return (v.type == Type::bytes() ? "b=" : "=") + literal_key(v.literal);
    case Kind::Tuple:
    case Kind::Member: return v.text + part_keys(v, '(', ')');
    case Kind::Pair: return "pair" + part_keys(v, '<', '>') + v.type.text();
    case Kind::Maybe: return "maybe" + part_keys(v, '<', '>');
    case Kind::Function: return "fn" + std::to_string(reinterpret_cast<uintptr_t>(v.form)) + part_keys(v, '<', '>');
    case Kind::Entity: return "@" + entity_key(*v.entity);
    case Kind::Method: return "method " + v.text + part_keys(v, '<', '>');
    case Kind::Range: return "range" + part_keys(v, '<', '>');
    case Kind::Slice: return "slice" + part_keys(v, '<', '>');
    case Kind::Iterator: return v.text + part_keys(v, '<', '>');
    case Kind::Exception: return "exception " + v.text + part_keys(v, '<', '>');
    case Kind::Ellipsis: return "...";
    case Kind::Choice: return "choice" + part_keys(v, '<', '>');
    case Kind::Conflict: return "conflict";
  }
  return {};
}

// Node.1'list<never> is a Node, Colour.1.e'(int,) a Colour.
static std::string without_flavours(std::string s) {
  const std::string member = std::string(member_ending) + "'(int,)";
  for (size_t at; (at = s.find(member)) != std::string::npos;) {
    size_t dot = s.rfind('.', at - 1);
    s.erase(dot, at + member.size() - dot);
  }
  constexpr std::string_view object = "'list<never>";
  for (size_t at = 0; (at = s.find(object, at)) != std::string::npos;) {
    size_t dot = at;
    while (dot > 0 && std::isdigit(static_cast<unsigned char>(s[dot - 1]))) --dot;
    if (dot > 0 && s[dot - 1] == '.')  // not dict'list<never>
      s.erase(dot - 1, at + object.size() - (dot - 1)), at = dot - 1;
    else
      at += object.size();
  }
  return s;
}

std::string describe(const Value& v) {
  switch (v.kind) {
    case Kind::Runtime:
    case Kind::Constant:
    case Kind::Pair: {
      std::string s = type_of(v).text();
      if (s == "none") return "None";
      s = without_flavours(std::move(s));
      for (size_t at; (at = s.find("bytearray'list<u8>")) != std::string::npos;) s.replace(at, 18, "bytearray");
      for (size_t at; (at = s.find("bytes'str")) != std::string::npos;) s.replace(at, 9, "bytes");
      for (size_t at; (at = s.find(".rec'list<never>")) != std::string::npos;) s.erase(at, 16);
      if (is_table(v)) {
        Value e = element_of_list(v);
        std::string inside = e.kind == Kind::Never ? "" : describe(e.parts[1]);
        if (e.kind != Kind::Never && e.parts.size() > 2) inside += ", " + describe(e.parts[2]);
        return std::string(v.type.flavour()) + "[" + inside + "]";
      }
      if (is_long_tuple(v)) return "tuple[" + describe(element_of_list(v)) + ", ...]";
      if (s.starts_with("list<"))
        for (char& c : s) c = c == '<' ? '[' : c == '>' ? ']' : c;
      if (s.starts_with("{")) s = s.substr(1, s.size() - 2);
      for (size_t at; (at = s.find("::1")) != std::string::npos;) s.replace(at, 3, ":");  // layout is no matter here
      for (size_t at; (at = s.find("none")) != std::string::npos;) s.replace(at, 4, "None");
      return s;
    }
    case Kind::Tuple:
    case Kind::Member: {
      if (!v.text.empty()) return v.text.substr(0, v.text.find('.'));
      std::string s = "tuple[";
      for (size_t k = 0; k < v.parts.size(); ++k) s += (k ? ", " : "") + describe(v.parts[k]);
      return s + "]";
    }
    case Kind::Entity:
      if (auto* f = std::get_if<ir::PythonFunction>(v.entity.get())) return "the function " + f->name;
      if (auto* b = std::get_if<ir::Builtin>(v.entity.get()))
        return b->name.starts_with("builtins.") ? b->name.substr(9) : b->name;
      if (auto* m = std::get_if<ir::ModuleEntity>(v.entity.get())) return "the module " + m->name;
      if (auto* d = std::get_if<ir::DTypeEntity>(v.entity.get())) return "numpy." + std::string(ir::numpy_name(d->dtype));
      if (auto* a = std::get_if<ir::ArrayGlobal>(v.entity.get())) return "the global array " + a->name;
      if (auto* n = std::get_if<ir::NumpyConstant>(v.entity.get())) return n->type.text();
      if (wide_int(v)) return "an int beyond 64 bits";
      if (auto* c = std::get_if<ir::ClassEntity>(v.entity.get())) return "the class " + c->name;
      return "an object";
    case Kind::Function:
      return "the function " + (v.form && v.form->function ? v.form->function->name() : std::string("<lambda>"));
    case Kind::Method: return "the method " + v.text;
    case Kind::Range: return "range";
    case Kind::Slice: return "slice";
    case Kind::Iterator: {
      if (v.text.starts_with("generator ") || v.text.starts_with("resumed ")) return "generator";
      size_t hidden = v.text.find("._");  // the library's name of a class
      return hidden == std::string::npos ? v.text : v.text.substr(0, hidden + 1) + v.text.substr(hidden + 2);
    }
    case Kind::Exception:
      return v.text.empty() || v.text[0] == ' ' ? "an exception that was caught" : "the exception " + v.text;
    case Kind::Ellipsis: return "ellipsis";
    case Kind::Maybe: return describe(v.parts[0]);
    case Kind::Choice: {
      std::string s;
      for (size_t k = 1; k < v.parts.size(); ++k) s += (k > 1 ? " or " : "") + describe(v.parts[k]);
      return s;
    }
    case Kind::Unbound: return "unbound";
    case Kind::Never: return "never";
    case Kind::Conflict: return v.text;
  }
  return {};
}

bool is_none(const Value& v) { return type_of(v).is(TypeKind::None); }
bool is_representable(const Value& v) {
  switch (v.kind) {
    case Kind::Runtime:
    case Kind::Constant:
    case Kind::Pair: return true;
    case Kind::Tuple:
    case Kind::Member:
    case Kind::Range:
    case Kind::Slice:
      for (const Value& p : v.parts)
        if (!is_representable(p)) return false;
      return true;
    case Kind::Never:
    case Kind::Unbound:
    case Kind::Maybe:
    case Kind::Function:
    case Kind::Entity:
    case Kind::Method:
    case Kind::Iterator:
    case Kind::Exception:
    case Kind::Ellipsis:
    case Kind::Choice:
    case Kind::Conflict: return false;
  }
  return false;
}
bool is_number(const Value& v) { return (v.kind == Kind::Runtime || v.kind == Kind::Constant) && v.type.is_number(); }
bool is_array(const Value& v) { return v.kind == Kind::Runtime && v.type.is_array(); }
bool is_union(const Value& v) { return v.kind == Kind::Pair || (v.kind == Kind::Runtime && v.type.is(TypeKind::Union)); }
bool is_list(const Value& v) { return v.kind == Kind::Runtime && v.type.is_list() && v.type.flavour().empty(); }
bool is_long_tuple(const Value& v) { return v.kind == Kind::Runtime && v.type.is_list() && v.type.flavour() == "tuple"; }
bool is_row(const Value& v) { return is_list(v) || is_long_tuple(v); }
bool is_object(const Value& v) { return v.kind == Kind::Runtime && v.type.is_object(); }
bool is_table(const Value& v) { return v.kind == Kind::Runtime && v.type.is_table(); }
bool is_array_like(const Value& v) { return v.kind == Kind::Tuple || v.kind == Kind::Range || is_list_display(v) || is_row(v); }
bool is_list_display(const Value& v) { return v.kind == Kind::Iterator && v.text == "list"; }
bool is_fully_static(const Value& v) {
  std::vector<Type> types;
  leaf_types(v, types);
  return types.empty();
}
std::optional<int64_t> known_int(const Value& v) {
  if (v.kind != Kind::Constant) return {};
  if (auto* i = std::get_if<int64_t>(&v.literal)) return *i;
  if (auto* b = std::get_if<bool>(&v.literal)) return *b;
  return {};
}
std::optional<bool> known_bool(const Value& v) {
  if (v.kind != Kind::Constant) return {};
  if (auto* b = std::get_if<bool>(&v.literal)) return *b;
  return {};
}
const std::string* known_text(const Value& v) {
  return v.kind == Kind::Constant && v.type == Type::str() ? std::get_if<std::string>(&v.literal) : nullptr;
}
const std::string* known_bytes(const Value& v) {
  return v.kind == Kind::Constant && v.type == Type::bytes() ? std::get_if<std::string>(&v.literal) : nullptr;
}
const std::string* builtin_name(const Value& v) {
  if (v.kind != Kind::Entity) return nullptr;
  auto* b = std::get_if<ir::Builtin>(v.entity.get());
  return b ? &b->name : nullptr;
}
std::optional<DType> dtype_class(const Value& v) {
  if (v.kind == Kind::Entity)
    if (auto* d = std::get_if<ir::DTypeEntity>(v.entity.get())) return d->dtype;
  const std::string* name = builtin_name(v);
  if (!name) {
    name = known_text(v);
    if (!name) return {};
    constexpr std::string_view short_names[] = {"?",  "i1",       "i2", "i4", "i8", "u1", "u2", "u4",
                                                "u8", "bfloat16", "f2", "f4", "f8", "c8", "c16"};
    std::string_view brief = *name;
    if (brief.size() > 1 && std::string_view("<=|").find(brief[0]) != std::string_view::npos) brief.remove_prefix(1);
    for (int d = 0; d <= int(DType::C128); ++d)
      if (*name == ir::numpy_name(DType(d)) || brief == short_names[d] ||
          (d != int(DType::BF16) && *name == std::string(1, dtype_letters[size_t(d)])))
        return DType(d);
    // What C and Python call them; longlong, which is a class of its own, is none of ours.
    constexpr std::pair<std::string_view, DType> others[] = {
        {"int", DType::I64},    {"float", DType::F64},  {"complex", DType::C128}, {"half", DType::F16},
        {"single", DType::F32}, {"double", DType::F64}, {"csingle", DType::C64},  {"cdouble", DType::C128},
        {"byte", DType::I8},    {"ubyte", DType::U8},   {"short", DType::I16},    {"ushort", DType::U16},
        {"intc", DType::I32},   {"uintc", DType::U32},  {"long", DType::I64},     {"ulong", DType::U64},
        {"uint", DType::U64},   {"intp", DType::I64},   {"uintp", DType::U64},    {"b1", DType::Bool},
        {"p", DType::I64},      {"n", DType::I64},      {"P", DType::U64},        {"N", DType::U64}};
    for (const auto& [other, d] : others)
      if (brief == other) return d;
    return {};
  }
  if (*name == "builtins.int") return DType::I64;
  if (*name == "builtins.float") return DType::F64;
  if (*name == "builtins.bool") return DType::Bool;
  if (*name == "builtins.complex") return DType::C128;
  return {};
}

// ---- leaves ----
void leaf_types(const Value& v, std::vector<Type>& out) {
  if (v.kind == Kind::Runtime && !v.type.is(TypeKind::None)) out.push_back(v.site ? type_of(v) : v.type);
  for (const Value& p : v.parts) leaf_types(p, out);
  for (const Value& p : v.defaults) leaf_types(p, out);
}
void leaves(const Value& v, std::vector<ValueId>& out) {
  if (v.kind == Kind::Runtime && !v.type.is(TypeKind::None)) out.push_back(v.id);
  for (const Value& p : v.parts) leaves(p, out);
  for (const Value& p : v.defaults) leaves(p, out);
}
Value rebuild(const Value& shape, const ValueId*& ids) {
  Value v = shape;
  if (v.kind == Kind::Runtime && !v.type.is(TypeKind::None)) v.id = *ids++;
  for (Value& p : v.parts) p = rebuild(p, ids);
  for (Value& p : v.defaults) p = rebuild(p, ids);
  return v;
}
Value shape_of(Value v) {
  v.id = {};
  v.parameter = -1;
  for (Value& p : v.parts) p = shape_of(std::move(p));
  for (Value& p : v.defaults) p = shape_of(std::move(p));
  return v;
}

}  // namespace aic::typeinfer
