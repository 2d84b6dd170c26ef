// Dicts and sets in the interpreter of a body. A table is a list of entries (hash, key, value) with an index (docs/tables.md):
// its site, its growing and its nesting are a list's. Here are displays, lookups and loops; what else dicts and sets do is
// written in Python over these (python/aic/lib/dict.py, set.py).
//
// A key that is looked up need not have the table's key type: 1.0 finds 1. One that is put in makes the type wider, and stays
// what it was: among ints, a float key makes a union.
#include <algorithm>

#include "typeinfer/caught.h"
#include "typeinfer/enums.h"
#include "typeinfer/instances.h"

namespace aic::typeinfer {

static bool is_dict(const Value& v) { return is_table(v) && v.type.flavour() == "dict"; }
static bool is_plain_set(const Value& v) { return is_table(v) && v.type.flavour() != "dict"; }
bool is_table_view(const Value& v) {
  return v.kind == Kind::Iterator && (v.text == "keys" || v.text == "values" || v.text == "items");
}

// ---- making ----
void Frame::grow_table(const Value& table, const Values& entry) {
  for (const Value& v : entry) check_kept(v, "is put into a container");
  Values parts{runtime(Type::integer(), {})};
  for (const Value& v : entry) {
    parts.push_back(held(v));
    if (parts.back().kind == Kind::Conflict) fail("conflict", {"a " + std::string(table.type.flavour()), parts.back().text});
  }
  grow_list(table, tuple(std::move(parts)));
}

Value Frame::new_table(const std::string& flavour, const std::string& path, const Values& entry) {
  std::shared_ptr<ListSite> site = site_here(flavour + path);
  set_flavour(site, flavour);
  Value t = list_of(site, {});
  bool fresh = element_of_list(t).kind == Kind::Never, before = instance_.grown;
  if (!entry.empty()) grow_table(t, entry);
  if (fresh) instance_.grown = before;  // no code was written for it yet
  t.id = make("list.new"_op, {ints(0)}, type_of(t));
  t.type = type_of(t);
  return t;
}

Value Frame::dict_display(OpId op) {
  const ir::Op& o = py_.op(op);
  std::vector<int64_t> starred = py_.list_attr(op, "starred");
  auto is_starred = [&](size_t k) { return std::find(starred.begin(), starred.end(), int64_t(k)) != starred.end(); };
  Value d = new_table("dict", "display", {});
  for (size_t k = 0; k < o.operands.size(); ++k) {
    if (is_starred(k)) {
      call_table("dict", "update", {{d, operand(op, k)}, {}});
      continue;
    }
    Value key = real(operand(op, k), "key" + std::to_string(k));
    set_dict_item(d, key, real(operand(op, k + 1), "value" + std::to_string(k)));
    ++k;
  }
  return d;
}

// {"key": value}, of a keyword argument
Value Frame::dict_of(const std::string& key, const Value& value) {
  Value d = new_table("dict", "keyword " + key, {});
  set_dict_item(d, text(key), real(value, "value " + key));
  return d;
}

Value Frame::set_display(const Values& elements, const std::string& path) {
  Value s = new_table("set", path, {});
  for (size_t k = 0; k < elements.size(); ++k) insert_place(s, real(elements[k], path + std::to_string(k)));
  return s;
}

// dict(…), set(…), frozenset(…)
Value Frame::table_from(const std::string& flavour, const Arguments& a) {
  if (a.positional.size() > 1)
    fail("call-arguments", {flavour + " expected at most 1 argument, got " + std::to_string(a.positional.size())});
  if (flavour == "dict") {
    Value d = a.positional.empty() ? new_table("dict", "made", {}) : call_table("dict", "_from", {{a.positional[0]}, {}});
    for (const auto& [name, v] : a.keywords) set_dict_item(d, text(name), real(v, "value " + name));
    return d;
  }
  if (!a.keywords.empty()) fail("call-arguments", {flavour + "() takes no keyword arguments"});
  if (a.positional.empty()) return new_table(flavour, "made", {});
  if (flavour == "frozenset" && is_plain_set(a.positional[0]) && a.positional[0].type.flavour() == flavour)
    return a.positional[0];
  return call_table("set", "_from", {{a.positional[0], boolean(flavour == "frozenset")}, {}});
}

// ---- keys ----
// In a tuple whose length is known at run time numbers lie as narrow as they are: those are not told apart.
static bool is_narrow(Type t) { return t.is(TypeKind::Scalar) && t.dtype() != DType::Bool && ir::byte_size(t.dtype()) < 8; }
bool Frame::is_hashable(Type t) {
  if (t.is_list() && t.flavour() == "tuple" && is_narrow(t.element())) return false;
  if (is_recursive(t)) return false;
  if (t.is_object()) {
    Class* c = session_.classes.of_type(t);
    if (!c) return false;
    ir::ClassMember m = session_.classes.find(c->entity, "__hash__").member;
    auto* constant = std::get_if<ir::Constant>(&m.entity);
    return !(m.kind == ir::ClassMember::Value && constant && std::holds_alternative<ir::NoneConstant>(constant->value));
  }
  if (t.is_list() && t.flavour() == "frozenset") return true;
  if (t.is_tuple() || t.is(TypeKind::Union) || (t.is_list() && t.flavour() == "tuple")) {
    for (Type e : t.elements())
      if (!is_hashable(e)) return false;
    return true;
  }
  if (t.is(TypeKind::Scalar))
    return t.dtype() == DType::Bool || t.dtype() == DType::F64 || (ir::is_integer(t.dtype()) && t.dtype() != DType::U64);
  return t.is(TypeKind::None) || t.is_python_number() || t.is(TypeKind::Str) || t.is(TypeKind::Never);
}

static std::string class_name(Type t) {
  if (t.is_list()) return t.flavour().empty() ? "list" : std::string(t.flavour());
  if (t.is_array()) return "numpy.ndarray";
  return t.text();
}

void Frame::check_hashable(const Value& key) {
  Type t = type_of(held(key));
  if (holds_choice(held(key))) fail("unsupported", {"a key that is " + describe(key)});
  if (is_hashable(t)) return;
  if (t.is(TypeKind::Scalar) || !(t.is_list() || t.is_array() || t.is_tuple() || t.is(TypeKind::Union)))
    fail("unsupported", {"a key of type " + describe(key)});
  while (t.is_tuple() || t.is(TypeKind::Union) || (t.is_list() && t.flavour() == "tuple")) {
    if (t.flavour() == exception_flavour) fail("unsupported", {"an exception as a key"});
    std::span<const Type> inside = t.elements();
    if (t.is_list() && is_narrow(t.element())) {
      t = t.element();
      break;
    }
    t = *std::find_if(inside.begin(), inside.end(), [&](Type e) { return !is_hashable(e); });
  }
  if (t.is(TypeKind::Scalar)) fail("unsupported", {"a key of type " + describe(key)});
  fail("unhashable", {"'" + (t.is_object() ? session_.classes.shown(t) : class_name(t)) + "'"});
}

// The key: of a union the arms that can be one, where the others raise when they are met.
Value Frame::hashable(const Value& key) {
  auto known = [&](const Value& arm) { return check_hashable(arm), arm; };
  return is_union(key) && key.kind == Kind::Runtime && !is_hashable(key.type) ? by_arms(key, known) : known(key);
}

// ---- keys that are hashed and compared by methods ----
// Objects of classes without such methods are keys by their identity, which the runtime knows; a named tuple hashes as a tuple.
bool Frame::asks_methods(Type t) {
  if (Class* c = session_.classes.of_type(t); c && !is_member(t)) {
    auto has = [&](const char* name) { return session_.classes.find(c->entity, name).member.kind != ir::ClassMember::Absent; };
    bool own = has("__eq__") || has("__hash__");
    if (t.is_object()) return own;
    if (own) fail("unsupported", {"`" + c->entity.name + "`, a named tuple with `__eq__` or `__hash__`, as a key"});
  }
  bool inside =
      t.is_tuple() || t.is(TypeKind::Union) || (t.is_list() && (t.flavour() == "tuple" || t.flavour() == "frozenset"));
  if (!inside) return false;
  bool any = false;
  for (Type e : t.elements()) any |= asks_methods(e);
  if (any && t.is_list())
    fail("unsupported", {"a key that holds a " + std::string(t.flavour()) + " of objects with methods of their own"});
  return any;
}

Value Frame::hash_of(const Value& given) {
  const Value v = hashable(zero_rank_loaded(given));
  if (v.kind == Kind::Never) return v;
  Type t = type_of(v);
  if (!asks_methods(t) && !Enums::holds_member(t))
    return runtime(Type::integer(), make("hash"_op, {table_key({}, v, false)}, Type::integer()));
  if (is_union(v)) return by_arms(v, [&](const Value& arm) { return hash_of(arm); });
  if (v.kind == Kind::Member) return Enums::hash(*this, v);
  if (v.kind == Kind::Tuple) {
    Values hashes;
    for (const Value& part : v.parts) {
      hashes.push_back(hash_of(part));
      if (hashes.back().kind == Kind::Never) return hashes.back();
    }
    ValueId all = materialise(tuple(std::move(hashes)));
    return runtime(Type::integer(), make("hash"_op, {all}, Type::integer(), {{"hashed", int64_t(1)}}));
  }
  AIC_CHECK(t.is_object(), describe(v));
  Classes::Found found = session_.classes.find(class_of(v).entity, "__hash__");
  if (found.member.kind == ir::ClassMember::Absent) return runtime(Type::integer(), make("hash"_op, {v.id}, Type::integer()));
  if (found.member.kind == ir::ClassMember::Generated) return generated_hash(v);
  std::optional<Value> h = call_special(v, "__hash__", {});
  if (!h) fail("unsupported", {"this `__hash__` of " + class_of(v).entity.name});
  if (h->kind == Kind::Never) return *h;
  if (!type_of(*h).is(TypeKind::Int) && !type_of(*h).is(TypeKind::Bool)) {
    raise("TypeError", "__hash__ method should return an integer");
    return Value{};
  }
  return call_table("dict", "_settled_hash", {{*h}, {}});
}

// Is it the same key, or an equal one?
Value Frame::equal_as_keys(const Value& x, const Value& y) {
  if (is_union(x)) return by_arms(x, [&](const Value& arm) { return equal_as_keys(arm, y); });
  if (is_union(y)) return by_arms(y, [&](const Value& arm) { return equal_as_keys(x, arm); });
  if (x.kind == Kind::Tuple && y.kind == Kind::Tuple) {
    if (x.parts.size() != y.parts.size()) return boolean(false);
    std::function<Value(size_t)> from = [&](size_t k) -> Value {
      if (k == x.parts.size()) return boolean(true);
      Value is = equal_as_keys(x.parts[k], y.parts[k]);
      if (std::optional<bool> known = known_bool(is)) return *known ? from(k + 1) : is;
      return choose(as_type(is, Type::boolean()), [&] { return from(k + 1); }, [&] { return boolean(false); });
    };
    return from(0);
  }
  if (!is_object(x) && !is_object(y)) return truth(compare("==", x, y));
  if (!is_object(x) || !is_object(y) || type_of(x) != type_of(y)) return truth(compare("==", x, y));
  Value same = is_same(x, y);
  if (std::optional<bool> known = known_bool(same)) return *known ? same : truth(compare("==", x, y));
  return choose(as_type(same, Type::boolean()), [&] { return boolean(true); }, [&] { return truth(compare("==", x, y)); });
}

// The place of the key, looked for in Python: "_place", or "_put", which puts it in where it is not there.
ValueId Frame::place_by_methods(const char* function, const Value& table, const Value& key) {
  Value hash = hash_of(key);
  if (hash.kind == Kind::Never) return ints(-1);
  Value place = call_table("dict", function, {{table, key, hash}, {}});
  return place.kind == Kind::Never ? ints(-1) : as_type(place, Type::integer());
}

ValueId Frame::table_key(const Value& table, const Value& key, bool grows) {
  check_hashable(key);
  if (!grows) return materialise(key.kind == Kind::Pair ? runtime(key.type, as_type(key, key.type)) : key);
  Value element = entry_of(table);
  return materialise(coerce(key, element.parts[1]));
}

ValueId Frame::find_place(const Value& table, const Value& given) {
  const Value key = hashable(given);
  if (key.kind == Kind::Never) return ints(-1);
  Value held_keys = entry_of(table);
  if (held_keys.kind != Kind::Never) Enums::check_keys(*this, type_of(key), type_of(held_keys.parts[1]));
  bool asks = held_keys.kind != Kind::Never && Enums::asks_methods(*this, table, type_of(held_keys.parts[1]));
  if (asks || Enums::asks_methods(*this, table, type_of(held(key))))
    return place_by_methods("_place", table, real(key, "sought"));
  return make("table.find"_op, {table.id, table_key(table, real(key, "sought"), false)}, Type::integer());
}

// The place of the key, which is put in if it is not there.
ValueId Frame::insert_place(const Value& table, const Value& given) {
  const Value key = hashable(real(given, "key"));
  if (key.kind == Kind::Never) return ints(-1);
  Value element = entry_of(table);
  if (element.kind != Kind::Never) Enums::check_keys(*this, type_of(key), type_of(element.parts[1]));
  Values entry{key};
  if (is_dict(table)) entry.push_back(element.kind == Kind::Never ? Value{} : element.parts[2]);
  grow_table(table, entry);
  if (entry_of(table).kind == Kind::Never) return make("undefined"_op, {}, Type::integer());  // this will be written again
  if (Enums::asks_methods(*this, table, type_of(entry_of(table).parts[1]))) return place_by_methods("_put", table, key);
  return make("table.insert"_op, {table.id, table_key(table, key, true)}, Type::integer());
}

void Frame::key_error(ValueId good, const Value& key) {
  ValueId argument = table_key({}, key, false);
  Caught::note_raised(*this, {type(argument)}, 1);
  b_.op("check.true"_op, {good, argument}, {},
        {{"exception", std::string("KeyError")}, {"message", std::string()}, {"args", int64_t(1)}});
}

// ---- entries ----
// The shape of the table's entries; Never: it never holds any.
Value Frame::entry_of(const Value& table) {
  Value element = element_of_list(table);
  if (element.kind == Kind::Conflict) fail("conflict", {"a " + std::string(table.type.flavour()), element.text});
  // A dict in a dict of its like can meet what is no table.
  bool is_entry = element.kind == Kind::Never || element.parts.size() == (is_dict(table) ? 3u : 2u);
  if (!is_entry) fail("conflict", {"a " + std::string(table.type.flavour()), "also another container: not one type"});
  return element;
}

Value Frame::take_part(const Value& table, ValueId place, size_t part) {
  Value element = entry_of(table);
  if (element.kind == Kind::Never) return Value{};
  const Value& shape = element.parts[part];
  if (shape.kind == Kind::Never) return Value{};
  if (is_none(shape)) return none();
  ValueId id = make("list.load"_op, {table.id, place}, type_of(shape), {{"part", int64_t(part)}});
  return taken_apart(shape, id);
}

void Frame::put_value(const Value& table, ValueId place, const Value& value) {
  Value element = entry_of(table);
  if (element.kind == Kind::Never) return;  // this will be written again
  ValueId x = materialise(coerce(value, element.parts[2]));
  b_.op("list.store"_op, {table.id, x, place}, {}, {{"part", int64_t(2)}});
}

ValueId Frame::table_count(const Value& table) { return make("table.count"_op, {table.id}, Type::integer()); }

Value Frame::get_dict_item(const Value& dict, const Value& given) {
  const Value key = hashable(real(given, "sought"));
  if (key.kind == Kind::Never) return key;
  ValueId place = find_place(dict, key);
  key_error(test("greater_equal"_op, place, ints(0)), key);
  return take_part(dict, place, 2);
}

void Frame::set_dict_item(const Value& dict, const Value& given_key, const Value& given) {
  const Value key = hashable(real(given_key, "key")), value = real(given, "value");
  if (key.kind == Kind::Never) return;
  grow_table(dict, {key, value});
  put_value(dict, insert_place(dict, key), value);
}

Value Frame::table_view(const Value& dict, const std::string& which) {
  Value v;
  v.kind = Kind::Iterator;
  v.text = which;
  v.parts = {dict};
  return v;
}

// ---- functions of the library ----
Value Frame::call_table(const std::string& flavour, const std::string& name, Arguments a) {
  const ir::PyForm* form = session_.world.library(flavour + "." + name);
  if (!form) fail("unknown-attribute", {flavour, name});
  for (size_t k = 0; k < a.positional.size(); ++k) a.positional[k] = real(a.positional[k], "argument" + std::to_string(k));
  for (auto& [key, v] : a.keywords) v = real(v, "argument " + key);
  return call_function(*form, Value{}, std::move(a));
}

std::optional<Value> Frame::table_binary(const std::string& op, const Value& x, const Value& y, bool in_place) {
  static const std::pair<const char*, const char*> names[] = {
      {"|", "_union"}, {"&", "_intersection"}, {"-", "_difference"}, {"^", "_exclusive"}};
  if (is_dict(x) && op == "|" && (is_dict(y) || in_place)) {
    if (!in_place) return call_table("dict", "_merged", {{x, y}, {}});
    call_table("dict", "update", {{x, y}, {}});
    return x;
  }
  auto as_set = [&](const Value& v) {
    return is_table_view(v) && v.text != "values" ? call_table("set", "_from", {{v, boolean(false)}, {}}) : v;
  };
  bool views = is_table_view(x) || is_table_view(y);
  Value a = as_set(x), b = as_set(y);
  if (!is_plain_set(a) || !is_plain_set(b) || (views && in_place)) return {};
  for (auto [sign, name] : names)
    if (op == sign)
      return call_table("set", std::string(name) + (in_place && is_plain_set(x) && a.type.flavour() == "set" ? "_update" : ""),
                        {{a, b}, {}});
  return {};
}

std::optional<Value> Frame::table_compare(const std::string& op, const Value& x, const Value& y) {
  if (is_dict(x) && is_dict(y)) {
    if (op == "==") return call_table("dict", "_equal", {{x, y}, {}});
    if (op == "!=") return negation(call_table("dict", "_equal", {{x, y}, {}}));
    return {};
  }
  auto as_set = [&](const Value& v) {
    return is_table_view(v) && v.text != "values" ? call_table("set", "_from", {{v, boolean(false)}, {}}) : v;
  };
  if (!(is_plain_set(x) || is_table_view(x)) || !(is_plain_set(y) || is_table_view(y))) return {};
  Value a = as_set(x), b = as_set(y);
  if (!is_plain_set(a) || !is_plain_set(b)) return {};
  if (op == "==") return call_table("set", "_equal", {{a, b}, {}});
  if (op == "!=") return negation(call_table("set", "_equal", {{a, b}, {}}));
  if (op == "<=") return call_table("set", "issubset", {{a, b}, {}});
  if (op == ">=") return call_table("set", "issubset", {{b, a}, {}});
  if (op == "<") return call_table("set", "_less", {{a, b}, {}});
  return call_table("set", "_less", {{b, a}, {}});
}

// ---- loops ----
// Places in order; in every round the number of entries must be what it was at first.
bool Frame::table_loop(OpId op, const Value& iterable) {
  const Value table = is_table(iterable) ? iterable : iterable.parts[0];
  if (entry_of(table).kind == Kind::Never) {  // no round
    for (size_t k = 0; k < py_.op(op).results.size(); ++k) set(py_.op(op).results[k], py_value(py_.op(op).operands[k + 1]));
    return false;
  }
  ValueId at_first = table_count(table);
  auto next = [&](ValueId place) {
    check(test("equal"_op, table_count(table), at_first), "RuntimeError",
          std::string(is_dict(table) ? "dictionary" : "Set") + " changed size during iteration");
    place = make("table.next"_op, {table.id, place}, Type::integer());
    return std::pair(test("greater_equal"_op, place, ints(0)), place);
  };
  return asking_loop(op, next, [&](ValueId place) {
    Value key = iterable.text == "values" ? none() : take_part(table, place, 1);
    Value value = is_table(iterable) || iterable.text == "keys" ? none() : take_part(table, place, 2);
    return iterable.text == "items" ? tuple({key, value}) : iterable.text == "values" ? value : key;
  });
}

// ---- primitives of the library ----
std::optional<Value> Frame::prim_table(const std::string& name, const Arguments& a) {
  const Values& p = a.positional;
  auto whole = [&](size_t k) { return as_type(p.at(k), Type::integer()); };
  auto answer = [&](OpCode c, std::initializer_list<ValueId> ids) {
    return runtime(Type::integer(), make(c, ids, Type::integer()));
  };
  if (name == "is_dict") return boolean(is_dict(p.at(0)));
  if (name == "is_mapping")
    return boolean(
        (is_collection(p.at(0)) && p[0].text != "collections._deque") ||
        (is_object(p[0]) && session_.classes.find(class_of(p[0]).entity, "keys").member.kind != ir::ClassMember::Absent));
  if (name == "is_set") return boolean(is_plain_set(p.at(0)));
  if (name == "is_frozen") return boolean(is_plain_set(p.at(0)) && p[0].type.flavour() == "frozenset");
  if (name == "dict_new") return new_table("dict", "prim", {});
  if (name == "set_new") return new_table(known_bool(p.at(0)) == true ? "frozenset" : "set", "prim", {});
  if (name == "table_find") return runtime(Type::integer(), find_place(p.at(0), p.at(1)));
  if (name == "table_insert") return runtime(Type::integer(), insert_place(p.at(0), p.at(1)));
  if (name == "table_key") return take_part(p.at(0), whole(1), 1);
  if (name == "table_value") return take_part(p.at(0), whole(1), 2);
  if (name == "table_set") {
    Value v = real(p.at(2), "value");
    Value element = entry_of(p.at(0));
    if (element.kind != Kind::Never) grow_table(p[0], {element.parts[1], v});
    return put_value(p[0], whole(1), v), none();
  }
  if (name == "table_count") return runtime(Type::integer(), table_count(p.at(0)));
  if (name == "table_next") return answer("table.next"_op, {p.at(0).id, whole(1)});
  if (name == "table_previous") return answer("table.previous"_op, {p.at(0).id, whole(1)});
  if (name == "table_first_to_go") return answer("table.first_to_go"_op, {p.at(0).id});
  if (name == "table_remove") return b_.op("table.remove"_op, {p.at(0).id, whole(1)}, {}), none();
  if (name == "table_clear") return b_.op("table.clear"_op, {p.at(0).id}, {}), none();
  if (name == "table_reserve") return b_.op("table.reserve"_op, {p.at(0).id, p.at(1).id}, {}), none();
  if (name == "table_same") {  // are both of one type, now that each holds what the other does?
    Value more = element_of_list(p.at(1));
    if (more.kind != Kind::Never) grow_list(p.at(0), more);
    const bool compares = p.size() < 3 || known_bool(p[2]) != true;
    if (compares && more.kind != Kind::Never && asks_methods(type_of(entry_of(p[0]).parts[1]))) return boolean(false);
    return boolean(type_of(element_of_list(p[0])) == type_of(more));
  }
  if (name == "table_alike") {
    Type keys = type_of(element_of_list(p.at(0)));
    return boolean(keys == type_of(element_of_list(p.at(1))) && keys.is_tuple() && !asks_methods(keys.elements()[1]));
  }
  if (name == "table_select") {
    b_.op("table.select"_op, {p.at(0).id, p.at(1).id, p.at(2).id}, {}, {{"held", known_int(p.at(3)).value()}});
    return none();
  }
  if (name == "table_merge" || name == "table_swap") {
    bool same = type_of(element_of_list(p.at(0))) == type_of(element_of_list(p.at(1)));
    AIC_CHECK(same || instance_.grown, "tables of two types are merged");
    b_.op(name == "table_merge" ? "table.merge"_op : "table.swap"_op, {p[0].id, p[1].id}, {});
    return none();
  }
  if (name == "key_error") {
    check_hashable(p.at(0));
    Value e;
    e.kind = Kind::Exception;
    e.text = "KeyError";
    e.parts = {p[0]};
    raise(e);
    return Value{};
  }
  if (name == "hash") return hash_of(p.at(0));
  if (name == "equal_as_keys") return equal_as_keys(p.at(0), p.at(1));
  if (name == "table_probe")
    return runtime(Type::integer(), make("table.probe"_op, {p.at(0).id, whole(1), whole(2)}, Type::integer()));
  if (name == "table_insert_hashed") {
    Value element = entry_of(p.at(0));
    if (element.kind == Kind::Never) return Value{};
    return runtime(Type::integer(),
                   make("table.insert_hashed"_op, {p[0].id, table_key(p[0], p.at(1), true), whole(2)}, Type::integer()));
  }
  return {};
}

}  // namespace aic::typeinfer
