// Names that compiled code rebinds: a global that is declared so and assigned, an attribute of a class, a nonlocal name of a
// function that Python ran. Such a name is a hidden
// argument, a list of one element, or of none where the name is not bound: what it holds now is put in when the call begins
// and written back when it ends, however that may be. The world makes the place ("=name"; "!name" says that it is written, so
// that nothing is guarded by its value). Code that reads the name reads the place, in all functions of the compile; where it
// was written for a constant before the assignment was met, all is inferred again.
#include "typeinfer/frame.h"

namespace aic::typeinfer {

// Whose name a `py.global` or `py.free` asks for.
constexpr const char* cell_name = "aic.=cell";
ir::Entity Frame::place_owner(OpCode asked) {
  return asked == "py.global"_op ? ir::Entity(ir::Missing{}) : ir::Builtin{cell_name};
}

static bool is_cell(const ir::Entity& of) {
  auto* b = std::get_if<ir::Builtin>(&of);
  return b && b->name == cell_name;
}

ir::Entity Frame::asked_place(const ir::Entity& of, const std::string& name) {
  if (std::holds_alternative<ir::Missing>(of)) return session_.world.global(py_, name);
  return is_cell(of) ? session_.world.free(py_, name) : session_.world.attribute(of, name);
}

std::optional<ir::ArrayGlobal> Frame::rebound_place(const ir::Entity& of, const std::string& name) {
  Classes& classes = session_.classes;
  if (!classes.rebound_names.contains(name)) return {};
  ir::Entity place = asked_place(of, "=" + name);
  auto* found = std::get_if<ir::ArrayGlobal>(&place);
  if (!found || !classes.rebound.contains(found->key)) return {};
  return *found;
}

// A name that other compiled code rebinds ("?name") is read from its place too: nothing is compiled again when it changes.
// Nothing: it is a constant, as others are.
std::optional<Value> Frame::rebound_global(const ir::Entity& of, const std::string& name) {
  ir::Entity known = asked_place(of, "?" + name);
  if (auto* place = std::get_if<ir::ArrayGlobal>(&known)) {
    session_.classes.rebound_names.insert(name);
    session_.classes.rebound.insert(place->key);
  }
  std::optional<ir::ArrayGlobal> place = rebound_place(of, name);
  if (!place) return {};
  Value list = hidden_array(*place);
  require_bound(list, of, name);
  return take(list, ints(0));
}

void Frame::require_bound(const Value& place, const ir::Entity& of, const std::string& name) {
  ValueId bound = test("not_equal"_op, list_length(place), ints(0));
  if (auto* m = std::get_if<ir::ModuleEntity>(&of))
    check(bound, "AttributeError", "module '" + m->name + "' has no attribute '" + name + "'");
  else if (std::holds_alternative<ir::PythonFunction>(of))
    check(bound, "AttributeError", "'function' object has no attribute '" + name + "'");
  else if (is_cell(of))
    check(bound, "NameError",
          "cannot access free variable '" + name + "' where it is not associated with a value in enclosing scope");
  else
    check(bound, "NameError", "name '" + name + "' is not defined");
}

bool Frame::is_rebound_member(const ir::ClassEntity& c, const std::string& name) {
  Classes& classes = session_.classes;
  auto is_rebound = [&](const auto& in) { return !classes.local_of(in) && rebound_place(in, name).has_value(); };
  return classes.rebound_names.contains(name) && std::ranges::any_of(classes.info(c).lookup, is_rebound);
}

// Looked for in the class, then in its bases, as every attribute is.
Value Frame::rebound_member(const ir::ClassEntity& c, const std::string& name) {
  const std::vector<ir::ClassEntity>& lookup = session_.classes.info(c).lookup;
  std::function<Value(size_t)> from = [&](size_t k) -> Value {
    if (k == lookup.size()) {
      raise("AttributeError", "type object '" + c.name + "' has no attribute '" + name + "'");
      return Value{};
    }
    if (LocalClass* local = session_.classes.local_of(lookup[k])) {
      if (local->members.contains(name))
        fail("unsupported", {"`" + name + "`, which a class of Python's has and one that derives from it,"});
      return from(k + 1);
    }
    if (std::optional<ir::ArrayGlobal> place = rebound_place(lookup[k], name)) {
      Value list = hidden_array(*place);
      if (element_of_list(list).kind == Kind::Never) return from(k + 1);  // this will be written again
      return choose(
          test("not_equal"_op, list_length(list), ints(0)), [&] { return take(list, ints(0)); }, [&] { return from(k + 1); });
    }
    ir::ClassMember m = session_.world.class_member(lookup[k], name);
    if (m.kind == ir::ClassMember::Absent) return from(k + 1);
    if (m.kind != ir::ClassMember::Value)
      fail("unsupported", {"`" + name + "`, which is a method of one class and assigned in another,"});
    return of_world(m.entity);
  };
  return from(0);
}

// A name of a module or function (`of`), of this function's module, or of a function around it that Python ran; a value that is
// unbound deletes it.
void Frame::rebind_global(const ir::Entity& of, const std::string& name, const Value& given) {
  rebind(asked_place(of, "!" + name), of, name, given);
}

void Frame::rebind(const ir::Entity& place, const ir::Entity& of, const std::string& name, const Value& given) {
  auto* unknown = std::get_if<ir::Unknown>(&place);
  if (!std::holds_alternative<ir::ArrayGlobal>(place))
    fail("unusable-name", {name, unknown ? unknown->why : "nothing is known of it"});
  auto& g = std::get<ir::ArrayGlobal>(place);
  Classes& classes = session_.classes;
  classes.rebound_names.insert(g.name);
  if (classes.rebound.insert(g.key).second) classes.grown = true;
  if (std::ranges::none_of(out_.attrs, [](const ir::NamedAttr& a) { return a.name == "rebinds"; }))
    out_.attrs.push_back({"rebinds", int64_t(1)});  // check_cached asks
  if (given.kind == Kind::Unbound) {
    Value list = hidden_array(g);
    require_bound(list, of, name);
    b_.op("list.resize"_op, {list.id, ints(0)}, {});
    return;
  }
  Value v = real(given, "place");
  if (!is_representable(v) || holds_choice(v))
    fail("unsupported", {"assigning " + describe(v) + " to `" + g.name + "`, a name of Python's,"});
  Value list = hidden_array(g);
  grow_list(list, v);
  b_.op("list.resize"_op, {list.id, ints(1)}, {});
  put(list, ints(0), v, false);
}

}  // namespace aic::typeinfer
