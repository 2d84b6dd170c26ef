// Objects of the user's classes across the border (docs/classes.md): scanned for the types of their fields, converted on entry
// with all that they refer to, written back where they changed, made anew for results.
//
// A type tells an object's class by a name alone. What the name stands for is a record; records that refer to one another are
// remembered as a group, whose names say which group it is, so that a name means the same for ever.
#pragma once
#include <functional>
#include <map>
#include <unordered_map>

#include "python/bindings/lists.h"

namespace aic::bindings {

struct RecordPlan {
  struct Field {
    Ref name;
    Plan plan;
    int slot = 0, flag = -1;  // slots; flag: whether it is set
  };
  Ref of;                     // the class
  ir::Record record;
  std::vector<Field> fields;
  int slots = 0;
  std::shared_ptr<const ListElements> element;
  std::vector<Ref> members;   // of an enumeration, by number; then it has no fields
};

// Values of classes that are tuples to compiled code: members of enumerations, which are their number there, and named tuples.
[[nodiscard]] bool is_member(PyObject*);
[[nodiscard]] bool is_named_tuple(PyObject*);
[[nodiscard]] bool is_enumeration(PyObject* cls);
[[nodiscard]] bool is_named_tuple_class(PyObject* cls);
[[nodiscard]] std::vector<Ref> members_of(PyTypeObject* enumeration);
[[nodiscard]] int64_t number_of_member(const std::vector<Ref>& members, PyObject*);  // -1: it is none of them
[[nodiscard]] const std::string& flavour_of(PyTypeObject*);                          // of the type of its values

// Gives each record the name that it has from now on; the types in them are renamed.
[[nodiscard]] std::map<std::string, std::string> remember_records(const std::vector<ir::Record>&);
[[nodiscard]] ir::Type renamed(ir::Type, const std::map<std::string, std::string>& names);
[[nodiscard]] const RecordPlan* plan_of_record(const std::string& name);  // null: there is none

[[nodiscard]] bool is_object(PyObject*);  // of a class written in Python
[[nodiscard]] bool is_hashed_by_identity(const RecordPlan*);
[[nodiscard]] bool is_instance_of(PyObject*, const RecordPlan&);
[[nodiscard]] std::string why_object_unsupported(PyObject*);  // "": it is not the object's fault

// The objects met while the type of one argument is found.
class Scan {
 public:
  Scan();
  ~Scan();
  Scan(const Scan&) = delete;
  Scan& operator=(const Scan&) = delete;
  bool finish(ir::Type& out);  // looks into all objects; `out` gets their names. False: a field cannot be taken
 private:
  friend bool find_type_of_object(PyObject*, ir::Type&);
  struct Field {
    Ref name;
    ir::Type type = ir::Type::never();
    size_t count = 0;
  };
  struct Class {
    PyTypeObject* of;
    size_t objects = 0;
    std::vector<Field> fields;
  };
  bool look_into(PyObject*);
  std::vector<Class> classes_;
  std::vector<PyObject*> objects_;             // in the order in which they were met
  std::unordered_map<PyObject*, size_t> seen_;  // object → class
  Scan* outer_;
};
bool find_type_of_object(PyObject*, ir::Type&);

PyObject* box_object(const Plan&, rt::List*, rt::Context&);
// Fills tables whose keys are objects when these have their attributes: at once, or when the outermost value is done.
// `fill` is called twice: to make the keys and values, and to put them in.
bool fill_later(rt::Context&, std::function<bool(bool put)> fill);

}  // namespace aic::bindings
