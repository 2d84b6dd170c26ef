// Lists in the interpreter of a body: displays, elements, lengths, and what methods and operators mean. What changes or
// searches a list is written in Python (python/aic/lib/list.py); here are the few operations that it stands on, and
// appending, indexing and slicing, which are too frequent to be calls.
#include <algorithm>

#include "ir/readers.h"
#include "typeinfer/caught.h"
#include "typeinfer/instances.h"
#include "typeinfer/promotion.h"

namespace aic::typeinfer {

// ---- sites ----
// The site of the lists made here: by the py op being interpreted and the place in it.
std::shared_ptr<ListSite> Frame::site_here(const std::string& path) {
  std::string name = std::to_string(reinterpret_cast<uintptr_t>(&py_)) + ":" + std::to_string(at_.index) + ":" + path;
  std::shared_ptr<ListSite>& s = instance_.sites[name];
  if (!s) s = new_site(&instance_.grown);
  return s;
}

void Frame::grow_list(const Value& list, const Value& element) {
  check_kept(element, "is put into a container, or bound again");
  Value e = held(element);
  if (list.site) {
    grow(list, e);
  } else if (key(join_elements(element_of_list(list), e)) != key(element_of_list(list))) {
    // Looked out of a union: which site it came from is not known. All of its type grow.
    bool found = false;
    for (auto& [name, site] : instance_.sites) {
      Value other = list_of(site, {});
      if (type_of(other) != list.type) continue;
      grow(other, e);
      found = true;
    }
    found = found || session_.classes.grow(list.type, type_of(e));
    if (!found && !instance_.grown) fail("list-element", {describe(element), describe(list)});
  }
  Value now = element_of_list(list);
  if (now.kind == Kind::Conflict) fail("conflict", {"a list", now.text});
}

// ---- making ----
Value Frame::new_list(ValueId capacity, const std::string& path, const Value& element) {
  Value l = list_of(site_here(path), {});
  Value e = held(element);
  if (e.kind == Kind::Conflict) fail("conflict", {"a list", e.text});
  bool fresh = element_of_list(l).kind == Kind::Never, before = instance_.grown;
  grow(l, e);
  if (fresh) instance_.grown = before;  // no code was written for it yet
  if (element_of_list(l).kind == Kind::Conflict) fail("conflict", {"a list", element_of_list(l).text});
  l.id = make("list.new"_op, {capacity}, type_of(l));
  return l;
}

// A list of known elements.
Value Frame::list_display(const Values& given, const std::string& path) {
  Values elements;
  Value element;
  for (const Value& v : given) {
    elements.push_back(real(v, path + "." + std::to_string(elements.size())));
    element = join_elements(element, elements.back());
  }
  ValueId n = ints(int64_t(elements.size()));
  Value l = new_list(n, path, element);
  if (elements.empty()) return l;
  b_.op("list.resize"_op, {l.id, n}, {});
  for (size_t k = 0; k < elements.size(); ++k) put(l, ints(int64_t(k)), elements[k], true);
  return l;
}

// A list display with starred elements.
Value Frame::starred_list(const Values& parts, const std::vector<int64_t>& starred) {
  Value l = new_list(ints(int64_t(parts.size())), "display", Value{});
  for (size_t k = 0; k < parts.size(); ++k)
    if (std::find(starred.begin(), starred.end(), int64_t(k)) == starred.end())
      append(l, real(parts[k], "display." + std::to_string(k)));
    else
      call_list("extend", {{l, parts[k]}, {}});
  return l;
}

// A value as others may see it: displays that had one consumer become lists.
Value Frame::real(const Value& v, const std::string& path) {
  if (is_list_display(v)) return list_display(v.parts[0].parts, path);
  if (is_caught(v)) return Caught::as_object(*this, v);
  if (v.kind != Kind::Tuple && v.kind != Kind::Iterator) return v;
  Value t = v;
  for (size_t k = 0; k < t.parts.size(); ++k) t.parts[k] = real(t.parts[k], path + "." + std::to_string(k));
  return t;
}

// A callee's result with sites of its caller.
Value Frame::adopted(const Value& result, const ir::PyForm& callee) {
  std::string of = "result of " + std::to_string(reinterpret_cast<uintptr_t>(&callee));
  return resited(result, [&](const std::string& path) { return site_here(of + path); });
}

// Will one op of this region see the value, which does not keep it? Then a display need not become a list.
bool Frame::has_one_consumer(OpId op) const {
  const std::vector<ir::Use>& uses = py_.value(py_.op(op).results[0]).uses;
  if (uses.size() != 1 || py_.op(uses[0].op).parent != py_.op(op).parent) return false;
  OpId user = uses[0].op;
  OpCode c = py_.op(user).code;
  uint32_t operand = uses[0].operand;
  if (c == "py.call"_op) return operand > 0;
  if (c == "py.getitem"_op) return operand == 1;
  if (c == "py.setitem"_op) return operand > 0;
  if (c == "py.for"_op) return operand == 0;
  if (c == "py.compare"_op) return operand == 1 && py_.text_attr(user, "op").ends_with("in");
  if (c == "py.list"_op || c == "py.tuple"_op) return has_one_consumer(user);
  if (c == "py.binary"_op) return py_.text_attr(user, "op") == "*" && has_one_consumer(user);  // zip(*[iter(x)] * 2)
  return c == "py.unpack"_op;
}

// k, where all that is done with the call's result is `[:k]` and k is known before the call.
std::optional<Value> Frame::wanted_first(OpId call) {
  if (py_.op(call).code != "py.call"_op) return {};
  const std::vector<ir::Use>& uses = py_.value(py_.op(call).results[0]).uses;
  if (uses.size() != 1 || uses[0].operand != 0) return {};
  OpId user = uses[0].op;
  if (py_.op(user).code != "py.getitem"_op || py_.op(user).parent != py_.op(call).parent) return {};
  OpId slice = py_.defining_op(py_.op(user).operands[1]);
  if (!slice || py_.op(slice).code != "py.slice"_op) return {};
  auto is_absent = [&](ValueId v) {
    OpId d = py_.defining_op(v);
    return d && py_.op(d).code == "py.const"_op && py_.text_attr(d, "kind") == "none";
  };
  const std::vector<ValueId>& parts = py_.op(slice).operands;
  if (!is_absent(parts[0]) || !is_absent(parts[2])) return {};
  OpId stop = py_.defining_op(parts[1]);
  if (stop && py_.op(stop).code == "py.const"_op)
    return py_.text_attr(stop, "kind") == "int" ? std::optional(integer(py_.int_attr(stop, "value"))) : std::nullopt;
  for (OpId op = call; op && op != slice; op = py_.op(op).next)
    if (op == stop) return {};
  Value k = py_value(parts[1]);
  bool whole =
      is_number(k) && (type_of(k).is(TypeKind::Int) || (type_of(k).is(TypeKind::Scalar) && ir::is_integer(k.type.dtype())));
  return whole ? std::optional(k) : std::nullopt;
}

// A generator expression among the arguments came as a list: the callee must read all of it at once.
void Frame::check_generators(OpId call) {
  const std::vector<ValueId>& operands = py_.op(call).operands;
  const std::vector<int64_t> starred = py_.list_attr(call, "starred");
  for (size_t k = 1; k < operands.size(); ++k) {
    OpId def = py_.defining_op(operands[k]);
    if (!def || !py_.int_attr(def, "generator")) continue;
    if (std::find(starred.begin(), starred.end(), int64_t(k) - 1) != starred.end()) continue;
    const Value& f = py_value(operands[0]);
    const std::string* name = f.kind == Kind::Method ? &f.text : builtin_name(f);
    if (!name || !ir::reads_whole(*name)) fail("generator-expression", {});
  }
}

// ---- elements ----
ValueId Frame::list_length(const Value& list) { return make("list.length"_op, {list.id}, Type::integer()); }

Value with_run_time(const Value& shape, ValueId id, const std::function<ValueId(ValueId, Type, size_t)>& part) {
  if (is_none(shape)) return none();
  if (shape.kind == Kind::Choice) {
    std::vector<Type> types;
    leaf_types(shape, types);
    std::vector<ValueId> ids;
    for (size_t k = 0; k < types.size(); ++k) ids.push_back(part(id, types[k], k));
    const ValueId* next = ids.data();
    return rebuild(shape, next);
  }
  Value v = shape;
  v.id = id;
  for (size_t k = 0; k < v.parts.size(); ++k) v.parts[k] = with_run_time(v.parts[k], part(id, type_of(v.parts[k]), k), part);
  return unpacked(std::move(v));
}

// The element at an index in range.
Value Frame::take(const Value& list, ValueId index) {
  Value shape = element_of_list(list);
  if (shape.kind == Kind::Never) return Value{};
  if (is_none(shape)) return none();
  ValueId id = make("list.load"_op, {list.id, index}, type_of(shape));
  if (is_bytearray(list)) return to_int(runtime(type_of(shape), id));
  return taken_apart(shape, id);
}

void Frame::put(const Value& list, ValueId index, const Value& given, bool fresh) {
  Type byte = Type::scalar(DType::U8);
  Value v = is_bytearray(list) ? runtime(byte, as_type(given, byte)) : real(given, "put");
  grow_list(list, v);
  std::vector<ir::NamedAttr> attrs;
  if (fresh) attrs.push_back({"fresh", int64_t(1)});
  Value element = element_of_list(list);
  b_.op("list.store"_op, {list.id, materialise(coerce(v, element)), index}, {}, std::move(attrs));
}

void Frame::append(const Value& list, const Value& v) {
  ValueId n = list_length(list);
  ValueId more = make("add"_op, {n, ints(1)}, Type::integer(), {{"exact", int64_t(1)}});
  Value element = real(v, "append");
  b_.op("list.resize"_op, {list.id, more}, {});
  put(list, make("assume.index"_op, {n, more}, Type::integer()), element, true);
}

ValueId Frame::list_index(const Value& list, const Value& given, const char* message) {
  Value i = zero_rank_loaded(given.kind == Kind::Pair ? given.parts[0] : given);
  bool whole = is_number(i) && (ir::is_integer(type_of(i).dtype()) || i.type.is(TypeKind::Bool));
  if (!whole) fail("bad-index", {"an index of type " + describe(given), describe(list)});
  if (i.kind == Kind::Runtime) {
    OpId def = out_.defining_op(i.id);
    if (def && out_.op(def).code == "assume.index"_op && out_.op(def).operands[1] != ValueId{}) {
      OpId n = out_.defining_op(out_.op(def).operands[1]);
      if (in_library() && n && out_.op(n).code == "list.length"_op && out_.op(n).operands[0] == list.id) return i.id;
    }
  }
  ValueId n = list_length(list);
  return make("check.index"_op, {as_type(i, Type::integer()), n}, Type::integer(), {{"message", std::string(message)}});
}

Value Frame::get_list_item(const Value& list, const Value& index) {
  if (index.kind == Kind::Slice) return list_slice(list, index);
  ValueId i = list_index(list, index, is_long_tuple(list) ? "tuple index out of range" : "list index out of range");
  return take(list, i);
}

void Frame::set_list_item(const Value& list, const Value& index, const Value& value) {
  if (index.kind == Kind::Slice) {
    call_list("_assign_slice", {{list, index.parts[0], index.parts[1], index.parts[2], value}, {}});
    return;
  }
  Value v = real(value, "set");
  put(list, list_index(list, index, "list assignment index out of range"), v, false);
}

void Frame::delete_item(const Value& given, const Value& index) {
  if (special(given, "__delitem__", {index})) return;
  const Value x = plain(given);
  if (is_union(x)) {
    by_arms(x, [&](const Value& arm) { return delete_item(arm, index), none(); });
    return;
  }
  if (is_object(x) && call_special(x, "__delitem__", {index})) return;
  if (is_table(x) && x.type.flavour() == "dict") {
    call_table("dict", "_delete", {{x, index}, {}});
    return;
  }
  if (is_bytearray(x)) {
    if (index.kind != Kind::Slice)
      call_bytearray("_delete", {{x, index}, {}});
    else
      call_bytearray("_delete_slice", {{x, index.parts[0], index.parts[1], index.parts[2]}, {}});
    return;
  }
  if (!is_list(x)) fail("unsupported", {"deleting an element of " + describe(x)});
  if (index.kind == Kind::Slice)
    call_list("_delete_slice", {{x, index.parts[0], index.parts[1], index.parts[2]}, {}});
  else
    call_list("_delete", {{x, index}, {}});
}

// A new list of the elements that a slice names.
Value Frame::list_slice(const Value& list, const Value& slice, bool as_list) {
  std::vector<ValueId> parts;  // start, count, step
  slice_operands(slice, list_length(list), parts);
  Value out = is_long_tuple(list) && !as_list ? new_long_tuple(parts[1], "slice", element_of_list(list))
                                              : new_list(parts[1], "slice", element_of_list(list));
  if (element_of_list(list).kind == Kind::Never) return out;
  b_.op("list.resize"_op, {out.id, parts[1]}, {});
  Type t = Type::integer();
  count_loop(parts[1], [&](ValueId k) {
    auto exact = [&](OpCode c, ValueId x, ValueId y) { return make(c, {x, y}, t, {{"exact", int64_t(1)}}); };
    ValueId from = exact("add"_op, parts[0], exact("multiply"_op, k, parts[2]));
    ValueId at = make("assume.index"_op, {from, list_length(list)}, t);
    put(out, k, take(list, at), true);
  });
  return out;
}

// list(x)
Value Frame::list_from(const Value& given) {
  Value x = iterated(given);
  if (is_list_display(x)) return real(x, "list");
  if (std::optional<Value> each = special(x, "_list", {})) return *each;
  if (x.kind == Kind::Choice ? x.parts.size() == 2 : is_collection(x)) return list_from(plain(x));
  std::optional<Values> elements = static_elements(x);
  if (elements && elements->size() <= 64) return list_display(*elements, "list");
  if (is_row(x)) {
    Value whole;
    whole.kind = Kind::Slice;
    whole.parts = {none(), none(), none()};
    return list_slice(x, whole, true);
  }
  return call_list("_from_iterable", {{x}, {}});
}

// ---- methods and operators ----
// A function of python/aic/lib/list.py.
Value Frame::call_list(const std::string& name, Arguments a) {
  const ir::PyForm* form = session_.world.library("list." + name);
  if (!form) fail("unknown-attribute", {"list", name});
  for (size_t k = 0; k < a.positional.size(); ++k) a.positional[k] = real(a.positional[k], "argument" + std::to_string(k));
  return call_function(*form, Value{}, std::move(a));
}

Value Frame::list_method(const Value& list, const std::string& name, Arguments a) {
  if (name == "append" && a.positional.size() == 1 && a.keywords.empty()) {
    append(list, a.positional[0]);
    return none();
  }
  if (name == "insert" && a.positional.size() == 2) grow_list(list, a.positional[1] = real(a.positional[1], "insert"));
  a.positional.insert(a.positional.begin(), list);
  return call_list(name, std::move(a));
}

bool Frame::is_list_like(const Value& v) const { return is_list(v) || is_list_display(v); }

std::optional<Value> Frame::list_binary(const std::string& op, const Value& x, const Value& y, bool in_place) {
  if (op == "+" && in_place && is_list(x) && (is_none(y) || (is_number(y) && y.type.is_python_number())))
    fail("not-iterable", {describe(y)});
  if (op == "+" && in_place && is_list(x)) return call_list("_iadd", {{x, y}, {}});
  if (op == "+" && is_list_like(x) && is_list_like(y)) return call_list("_concatenate", {{x, y}, {}});
  auto whole = [&](const Value& v) { return is_number(v) && (v.type.is(TypeKind::Bool) || ir::is_integer(v.type.dtype())); };
  if (op == "*" && is_list_like(x) && whole(y)) return call_list(in_place ? "_imul" : "_repeat", {{x, to_int(y)}, {}});
  if (op == "*" && is_list_like(y) && whole(x)) return call_list("_repeat", {{y, to_int(x)}, {}});
  return {};
}

std::optional<Value> Frame::list_compare(const std::string& op, const Value& x, const Value& y) {
  if (is_long_tuple(x) && y.kind == Kind::Tuple) return list_compare(op, x, as_long_tuple(y, "compared"));
  if (is_long_tuple(y) && x.kind == Kind::Tuple) return list_compare(op, as_long_tuple(x, "compared"), y);
  bool lists = is_list_like(x) && is_list_like(y), tuples = is_long_tuple(x) && is_long_tuple(y);
  if (!lists && !tuples) return {};
  if (op == "==") return call_list("_equal", {{x, y}, {}});
  if (op == "!=") return negation(call_list("_equal", {{x, y}, {}}));
  if (op == "<") return call_list("_less", {{x, y}, {}});
  if (op == ">") return call_list("_less", {{y, x}, {}});
  if (op == "<=") return call_list("_less_equal", {{x, y}, {}});
  return call_list("_less_equal", {{y, x}, {}});
}

// `a, *b, c = list`: lengths are checked as CPython does.
Values Frame::unpack_list(const Value& list, size_t n, int64_t star) {
  ValueId length = list_length(list);
  size_t named = star < 0 ? n : n - 1;
  std::string expected = " values to unpack (expected " + std::string(star < 0 ? "" : "at least ") + std::to_string(named);
  check(test("less_equal"_op, ints(int64_t(named)), length), "ValueError", "not enough" + expected + ", got {0})", {length});
  if (star < 0) check(test("less_equal"_op, length, ints(int64_t(n))), "ValueError", "too many" + expected + ")");
  Values out;
  for (size_t k = 0; k < n; ++k) {
    if (int64_t(k) == star) {
      Value slice;
      slice.kind = Kind::Slice;
      slice.parts = {integer(star), int64_t(n) - star > 1 ? integer(star + 1 - int64_t(n)) : none(), none()};
      out.push_back(list_slice(list, slice, true));
      continue;
    }
    int64_t at = star >= 0 && int64_t(k) > star ? int64_t(k) - int64_t(n) : int64_t(k);
    ValueId i = ints(at);
    if (at < 0) i = make("add"_op, {length, i}, Type::integer(), {{"exact", int64_t(1)}});
    out.push_back(take(list, make("assume.index"_op, {i, length}, Type::integer())));
  }
  return out;
}

// ---- primitives of the library ----
std::optional<Value> Frame::prim_list(const std::string& name, const Arguments& a) {
  const Values& p = a.positional;
  if (std::optional<Value> v = prim_table(name, a)) return v;
  auto whole = [&](size_t k) { return as_type(p.at(k), Type::integer()); };
  if (name == "is_comparison") return boolean(p.at(0).kind == Kind::Method && p[0].text == "functools.cmp_to_key");
  if (name == "comparison") return p.at(0).parts.at(0);
  if (name == "is_list") return boolean(is_list(p.at(0)));
  if (name == "holds_texts") {
    Value element = is_list(p.at(0)) ? element_of_list(p[0]) : none();
    return boolean(is_text(element) || is_bytes(element));
  }
  if (name == "list_new") return new_list(whole(0), "prim", Value{});
  if (name == "is_row") return boolean(is_row(p.at(0)));
  if (name == "tuple_new") return new_long_tuple(whole(0), "prim", Value{});
  if (name == "list_append") return append(p.at(0), p.at(1)), none();
  if (name == "list_like") return new_list(whole(1), "prim", element_of_list(p.at(0)));
  if (name == "list_get") {
    ValueId n = list_length(p.at(0));
    return take(p[0], make("assume.index"_op, {whole(1), n}, Type::integer()));
  }
  if (name == "list_set" || name == "list_fill") {
    ValueId n = list_length(p.at(0));
    put(p[0], make("assume.index"_op, {whole(1), n}, Type::integer()), p.at(2), name == "list_fill");
    return none();
  }
  if (name == "list_resize") {
    b_.op("list.resize"_op, {p.at(0).id, whole(1)}, {});
    return none();
  }
  if (name == "list_rotate") {
    b_.op("list.rotate"_op, {p.at(0).id, whole(1), whole(2), whole(3)}, {});
    return none();
  }
  if (name == "slice_parts") {  // start, count, step of a slice of so many elements
    Value s;
    s.kind = Kind::Slice;
    s.parts = {p.at(1), p.at(2), p.at(3)};
    std::vector<ValueId> ids;
    slice_operands(s, whole(0), ids);
    Values out;
    for (ValueId id : ids) out.push_back(runtime(Type::integer(), id));
    return tuple(std::move(out));
  }
  return {};
}

}  // namespace aic::typeinfer
