// Classes that a statement inside of compiled code makes. What stands for such a class at run time is an object (LocalClass,
// classes.h): each run of the statement makes one, so that what is assigned to the class's attributes and what its methods
// captured belong to that run. Its fields: `.method.0` a captured value, `name` an attribute, `.base.0` a base of its kind.
// Attributes that are the same constant in all runs stay known at compile time, until one is assigned.
#pragma once
#include "typeinfer/frame.h"

namespace aic::typeinfer {

struct LocalClasses {
  static LocalClass* of(Frame&, const Value&);         // what stands for such a class; null: something else
  static bool is_union_of(Frame&, const Value&);       // of several
  static Value statement(Frame&, OpId);
  static Value class_of(Frame&, const Value& object);  // what stands for its class
  static Value member(Frame&, const Value& of, const Classes::Found&, bool setter = false);
  static Value attribute(Frame&, const Value& cls, const std::string& name);
  // An attribute of an object where one was assigned to its class that the class's body does not bind; none: nowhere.
  static std::optional<Value> assigned(Frame&, const Value& object, Class&, const std::string& name);
  static void set_attribute(Frame&, const Value& cls, const std::string& name, const Value&);
  static Value default_value(Frame&, const Value& object, const std::string& field, bool factory);  // of a dataclass
  static Value as_entity(Frame&, const Value&);        // for isinstance: classes, by what is known at compile time
  // property, staticmethod, dataclass, …; none: something else
  static std::optional<Value> decorated(Frame&, const Value& f, const Frame::Arguments&);

 private:
  static Value load(Frame&, const Value& made, const std::string& field);
  static Value loaded(Frame&, const Value& made, const std::string& field, const Value& shape);
  static void store(Frame&, const Value& made, const std::string& field, const Value& given, const Value& shape);
  static void keep(Frame&, const Value& made, const std::string& field, const Value& given, Value& shape);
  static void add_base(Frame&, LocalClass&, const Value& base);
  static void add_member(Frame&, const Value& made, LocalClass&, const std::string& name, const Value&);
  static Value made_in(Frame&, const Value& of, const ir::ClassEntity& in);
  static Value dataclass(Frame&, const Value& cls, const Frame::Arguments& options);
  [[noreturn]] static void refuse(Frame&, const LocalClass&, const std::string& what);
};

}  // namespace aic::typeinfer
