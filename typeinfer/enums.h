// Members of enumerations. The type of a member is a tuple of one int, its number among the members, with its class as the
// flavour; as an abstract value it is of a kind of its own, so that nothing takes it for a tuple. What is known of it at
// compile time is the number, and `Colour.RED.value` is a constant. Where the number is known only at run time, names and
// values are looked up by tests.
#pragma once
#include "typeinfer/frame.h"

namespace aic::typeinfer {

struct Enums {
  static Class* class_of(Frame&, const Value&);  // of a member; null: it is none
  static bool is_class(Frame&, const ir::ClassEntity&);
  static Value member(Frame&, const ir::ClassEntity&, int64_t number);
  static Values all(Frame&, const ir::ClassEntity&);
  static Value pick(Frame&, const Value& member, const std::function<Value(int64_t)>&);
  static Value value(Frame&, const Value& member);
  static Value plain(Frame&, const Value&);  // of an IntEnum or its like: the number or text that it is, too
  static Value attribute(Frame&, const Value& member, const std::string& name);
  static std::optional<Value> named(Frame&, const ir::ClassEntity&, const std::string& name);
  static Value by_name(Frame&, const ir::ClassEntity&, const Value& name);
  static Value by_value(Frame&, const ir::ClassEntity&, const Value&);
  static std::optional<Value> compare(Frame&, const std::string& op, const Value& x, const Value& y);
  static bool shows_value(Frame&, const Value& member, const char* method);  // its __str__ or __format__ is that of the value
  static Value text(Frame&, const Value& member, bool repr);
  // Is all that happens to this set of members that `in` asks whether a member is among them? Their order does not matter then.
  static bool is_only_asked(Frame&, OpId set, const Values& parts);
  static bool holds_member(Type);
  // Are keys of this table hashed or compared by methods? Members are among those of sets, whose order is that of hashes.
  static bool asks_methods(Frame&, const Value& table, Type key);
  static Value hash(Frame&, const Value& member);
  static void check_keys(Frame&, Type, Type);  // keys that could be taken for others: refused
};

// Named tuples: tuples whose flavour is their class.
struct Named {
  static Class* class_of(Frame&, const Value&);  // null: it is none
  // What stands in the class of a member or named tuple: a method, property or value.
  static std::optional<Value> member_of_class(Frame&, const Value&, const Class&, const std::string& name);
  static Value make(Frame&, const ir::ClassEntity&, Frame::Arguments);
  static std::optional<Value> attribute(Frame&, const Value&, const std::string& name);
  static bool has_attribute(Frame&, const Value&, const std::string& name);
  static std::optional<Value> class_attribute(Frame&, const ir::ClassEntity&, const std::string& name);
  static std::optional<Value> call(Frame&, const Value& receiver, const std::string& name, const Frame::Arguments&);
  static Value text(Frame&, const Value&);
  static Value replaced(Frame&, const Value& object, Frame::Arguments);  // dataclasses.replace
  static Value unmade(Frame&, const Value& object, bool as_dict);
  static Value without_dataclasses(Frame&, const Value&, bool as_dict);
};

}  // namespace aic::typeinfer
