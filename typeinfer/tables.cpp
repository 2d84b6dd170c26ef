// Dicts and sets in the interpreter of a body. A table is a list of entries (hash, key, value) with an index (docs/tables.md):
// its site, its growing and its nesting are a list's. Here are displays, lookups and loops; what else dicts and sets do is
// written in Python over these (python/aic/lib/dict.py, set.py).
//
// A key that is looked up need not have the table's key type: 1.0 finds 1. One that is put in makes the type wider, and stays
// what it was: among ints, a float key makes a union.
#include <algorithm>

#include "typeinfer/caught.h"
#include "typeinfer/enums.h"

namespace aic::typeinfer {

static bool is_dict(const Value& v) { return is_table(v) && v.type.flavour() == "dict"; }
static bool is_plain_set(const Value& v) { return is_table(v) && v.type.flavour() != "dict"; }
bool is_table_view(const Value& v) {
  return v.kind == Kind::Iterator && (v.text == "keys" || v.text == "values" || v.text == "items");
}

// ---- making ----
void Frame::grow_table(const Value& table, const Values& entry) {
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
static bool is_hashable(Type t) {
  if (t.is_list() && t.flavour() == "tuple" && is_narrow(t.element())) return false;
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
  std::function<bool(Type)> holds_object = [&](Type part) {
    if (!part.is_tuple() && !part.is(TypeKind::Union)) return part.is_object();
    return std::any_of(part.elements().begin(), part.elements().end(), holds_object);
  };
  if (holds_object(t)) fail("unsupported", {"an object as a key"});
  if (t.is(TypeKind::Scalar) || !(t.is_list() || t.is_array() || t.is_tuple() || t.is(TypeKind::Union)))
    fail("unsupported", {"a key of type " + describe(key)});
  while (t.is_tuple() || t.is(TypeKind::Union) || (t.is_list() && t.flavour() == "tuple")) {
    std::span<const Type> inside = t.elements();
    if (t.is_list() && is_narrow(t.element())) {
      t = t.element();
      break;
    }
    t = *std::find_if(inside.begin(), inside.end(), [](Type e) { return !is_hashable(e); });
  }
  if (t.is(TypeKind::Scalar)) fail("unsupported", {"a key of type " + describe(key)});
  fail("unhashable", {"'" + class_name(t) + "'"});
}

ValueId Frame::table_key(const Value& table, const Value& key, bool grows) {
  check_hashable(key);
  if (!grows) return materialise(key.kind == Kind::Pair ? runtime(key.type, as_type(key, key.type)) : key);
  Value element = entry_of(table);
  return materialise(coerce(key, element.parts[1]));
}

ValueId Frame::find_place(const Value& table, const Value& key) {
  Value held_keys = entry_of(table);
  if (held_keys.kind != Kind::Never) Enums::check_keys(*this, type_of(key), type_of(held_keys.parts[1]));
  return make("table.find"_op, {table.id, table_key(table, real(key, "sought"), false)}, Type::integer());
}

// The place of the key, which is put in if it is not there.
ValueId Frame::insert_place(const Value& table, const Value& given) {
  Value key = real(given, "key");
  check_hashable(key);
  if (!is_dict(table) && Enums::holds_member(type_of(key))) fail("unsupported", {"a set of members of an enumeration"});
  Value element = entry_of(table);
  if (element.kind != Kind::Never) Enums::check_keys(*this, type_of(key), type_of(element.parts[1]));
  Values entry{key};
  if (is_dict(table)) entry.push_back(element.kind == Kind::Never ? Value{} : element.parts[2]);
  grow_table(table, entry);
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
  return with_run_time(shape, id, [&](ValueId whole, Type t, size_t k) {
    return t.is(TypeKind::None) ? ValueId{} : make("tuple.get"_op, {whole}, t, {{"index", int64_t(k)}});
  });
}

void Frame::put_value(const Value& table, ValueId place, const Value& value) {
  Value element = entry_of(table);
  ValueId x = materialise(coerce(value, element.parts[2]));
  b_.op("list.store"_op, {table.id, x, place}, {}, {{"part", int64_t(2)}});
}

ValueId Frame::table_count(const Value& table) { return make("table.count"_op, {table.id}, Type::integer()); }

Value Frame::get_dict_item(const Value& dict, const Value& given) {
  Value key = real(given, "sought");
  ValueId place = find_place(dict, key);
  key_error(test("greater_equal"_op, place, ints(0)), key);
  return take_part(dict, place, 2);
}

void Frame::set_dict_item(const Value& dict, const Value& given_key, const Value& given) {
  Value key = real(given_key, "key"), value = real(given, "value");
  check_hashable(key);
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
    return boolean(type_of(element_of_list(p[0])) == type_of(more));
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
  if (name == "hash") {
    Value v = zero_rank_loaded(p.at(0));
    check_hashable(v);
    return runtime(Type::integer(), make("hash"_op, {table_key({}, v, false)}, Type::integer()));
  }
  return {};
}

}  // namespace aic::typeinfer
