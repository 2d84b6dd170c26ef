// Attributes of classes that compiled code rebinds. Such a name is a hidden argument, a list of one element, or of none where
// the class itself has no such attribute: what it is now is put in when the call begins and written back when it ends, however
// that may be. The world makes the place ("=name"; "!name" says that it is written, so that nothing is guarded by its value).
// Code that reads the attribute reads the place, in all functions of the compile; where it was written for a constant before
// the assignment was met, all is inferred again.
#include "typeinfer/frame.h"

namespace aic::typeinfer {

std::optional<ir::ArrayGlobal> Frame::rebound_place(const ir::ClassEntity& c, const std::string& name) {
  Classes& classes = session_.classes;
  if (!classes.rebound_names.contains(name)) return {};
  ir::Entity place = session_.world.attribute(c, "=" + name);
  auto* found = std::get_if<ir::ArrayGlobal>(&place);
  if (!found || !classes.rebound.contains(found->key)) return {};
  return *found;
}

bool Frame::is_rebound_member(const ir::ClassEntity& c, const std::string& name) {
  return session_.classes.rebound_names.contains(name) &&
         std::ranges::any_of(session_.classes.info(c).lookup,
                             [&](const auto& in) { return rebound_place(in, name).has_value(); });
}

// Looked for in the class, then in its bases, as every attribute is.
Value Frame::rebound_member(const ir::ClassEntity& c, const std::string& name) {
  const std::vector<ir::ClassEntity>& lookup = session_.classes.info(c).lookup;
  std::function<Value(size_t)> from = [&](size_t k) -> Value {
    if (k == lookup.size()) {
      raise("AttributeError", "type object '" + c.name + "' has no attribute '" + name + "'");
      return Value{};
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

void Frame::rebind(const ir::Entity& place, const Value& given) {
  auto& g = std::get<ir::ArrayGlobal>(place);
  Classes& classes = session_.classes;
  classes.rebound_names.insert(g.name);
  if (classes.rebound.insert(g.key).second) classes.grown = true;
  Value v = real(given, "place");
  if (!is_representable(v) || holds_choice(v))
    fail("unsupported", {"assigning " + describe(v) + " to `" + g.name + "`, a name of Python's,"});
  Value list = hidden_array(g);
  grow_list(list, v);
  b_.op("list.resize"_op, {list.id, ints(1)}, {});
  put(list, ints(0), v, false);
}

}  // namespace aic::typeinfer
