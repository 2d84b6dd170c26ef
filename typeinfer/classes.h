// What one compile knows of the user's classes: which there are, and of what types their objects' fields are.
//
// An object is a reference; its type in the IR is a name alone (`Node.1'list<never>`), so a class may refer to itself, and
// a field that turns out to hold more changes no other type. The fields belong to the class: their types are joined over all
// that is stored in them anywhere. Where one grows after code was written for less, the whole inference is done again, with
// what is known by then (infer, session.cpp); it ends when nothing grows. docs/classes.md says more.
#pragma once
#include <deque>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>

#include "typeinfer/abstract.h"

namespace aic::typeinfer {

struct Field {
  std::string name;
  Type type = Type::never();          // joined so far
  std::optional<Value> fixed;         // a function or class: the same in all objects
  bool always = false;                // set by __init__ before anybody can look
  int part = -1, flag = -1;           // in the layout; -1: not in it (yet)
  Type written = Type::never();       // as in the layout
  Value shape, shape_written;         // where functions are in it, of which a type does not tell; Never: the type tells all
};

struct LocalClass;

struct Class {
  ir::ClassEntity entity;
  const ir::ClassDescription* info = nullptr;
  Type type;                          // of its objects; of a named tuple: only its flavour counts
  Type layout = Type::tuple({});
  std::deque<Field> fields;           // references stay valid
  std::set<std::string> always;
  bool sets_args = false;             // of an exception: its __init__ always calls that of a builtin class
  LocalClass* stands_for = nullptr;   // of what a class statement makes
  [[nodiscard]] Field* find(const std::string& name);
};

// A class that a statement inside of compiled code makes (local_classes.cpp). Each run of the statement makes an object of the
// class `made`, whose fields are what methods captured and what the class's attributes are; each instance has it in a field.
struct LocalClass {
  struct Member {
    ir::ClassMember::Kind kind = ir::ClassMember::Absent;
    Value value, setter;  // shapes, joined over all runs; what is not static in them is in fields of `made`
  };
  ir::ClassEntity entity;
  ir::ClassDescription info;
  std::map<std::string, Member> members;
  std::vector<ir::ClassEntity> bases;
  Class* made = nullptr;
  std::vector<std::pair<std::string, std::string>> annotated;  // names and annotations, in order
  std::string qualified;  // as __qualname__ tells it
  ir::SpanId span;
  bool many = false;  // its statement may run more than once
};
inline constexpr const char* class_field = ".class";  // of an instance: what its class's statement made

// What a generator that may hold its like remembers (resumed.cpp): an object of a class of its own, whose one field has all of
// it.
struct Box {
  Class* of = nullptr;
  Value shape, written;  // joined so far; as in the layout
  bool is_sent_to = false;
  const ir::PyForm* form = nullptr;  // of one that is returned to Python (escaping.cpp)
};
[[nodiscard]] bool is_box(Type);  // of such an object

class Classes {
 public:
  explicit Classes(ir::World& world) : world_(world), outer_(std::exchange(at_hand, this)) {}
  ~Classes() { at_hand = outer_; }
  Classes(const Classes&) = delete;
  Classes& operator=(const Classes&) = delete;
  static thread_local Classes* at_hand;    // of the inference that is going on
  Class& of(const ir::ClassEntity&);
  Class* of_type(Type);                    // null: no object, named tuple or member of an enumeration
  [[nodiscard]] bool empty() const { return classes_.empty() && globals_.empty(); }
  Field& global(const ir::ArrayGlobal&);   // what a container or object of the world is
  Class& recursive(Type container);        // recursive.cpp
  void hold(Type container);               // what stands for its like may be this one, too
  Box& box(const ir::Function& generator);
  Box& box(Type);
  void widen(Box&, const Value& shape);
  void begin();                            // of an attempt: layouts are made of what is known
  Field& field(Class&, const std::string& name);
  void widen(Field&, Type);                // it holds this, too
  void fix(Field&, const Value&);
  void keep(Field&, const Value&);         // as widen, of a value with functions in it
  bool grow(Type list, Type element);
  // A type of an argument, with the names that its classes have here.
  Type adopted(Type);
  // Do the fields of such an object lead to an object of its class?
  [[nodiscard]] bool refers_to_itself(Type object);
  // The user's classes of exceptions that objects were made of. Another one later: all is inferred again.
  [[nodiscard]] std::vector<Class*> exceptions();
  // The arguments that builtin exceptions were raised with; `at`: where these stand among the values of the raising op.
  struct Raised {
    std::vector<Type> types;
    size_t at;
    auto operator<=>(const Raised&) const = default;
  };
  [[nodiscard]] const std::set<Raised>& raised() { return asks_raised_ = true, raised_; }
  [[nodiscard]] bool asks_raised() const { return asks_raised_; }
  bool drops_raised = false;  // a StopIteration has lost what the generator returned, a container: nobody may ask for it
  void raises(Raised);
  [[nodiscard]] std::string why_not() const;  // one of them cannot be compiled; "" if all can
  void define(Type, std::set<std::string>& known);  // tells the world how the objects in such a value lie
  // Where attributes of an object of the class are looked for: the class and what stands there.
  struct Found {
    ir::ClassEntity in;
    ir::ClassMember member;
    std::string name;
  };
  LocalClass& local(const ir::Function& py, OpId statement, const std::string& name);
  [[nodiscard]] LocalClass* local_of(const ir::ClassEntity&);  // null: a class of Python's
  [[nodiscard]] std::string qualified(const ir::ClassEntity&);  // its __qualname__
  [[nodiscard]] LocalClass* class_with(const ir::PyForm* method);  // the local class whose method this is
  Found find(const ir::ClassEntity&, const std::string& name, const ir::ClassEntity* after = nullptr);
  [[nodiscard]] bool is_subclass(const ir::ClassEntity&, const ir::ClassEntity& of);
  [[nodiscard]] std::string shown(Type) const;      // the Python name of an object's class
  const ir::ClassDescription& info(const ir::ClassEntity&);
  bool grown = false;
  std::set<const ir::Function*> stopping;  // functions that a StopIteration leaves (stop_iteration.cpp)
  // Names of modules and attributes of classes that compiled code rebinds (places.cpp), and the keys of their places.
  std::set<std::string> rebound_names;
  std::set<uint64_t> rebound;
  // Fields may hold nested functions: their forms outlive an attempt.
  std::map<const ir::Function*, std::unique_ptr<ir::PyForm>> nested;

 private:
  std::set<std::string> always_set(const ir::ClassEntity&, const ir::ClassEntity* after, int depth, bool& escapes);
  ir::World& world_;
  Classes* outer_;
  std::set<Type> held_;          // of the call of hold that goes on
  std::vector<Type> to_hold_;
  std::deque<Class> classes_;
  std::map<std::pair<const ir::Function*, uint32_t>, std::unique_ptr<LocalClass>> locals_;
  std::map<uint64_t, Field> globals_;
  std::map<const ir::Function*, Box> boxes_;
  bool asks_exceptions_ = false, asks_raised_ = false;
  std::set<Raised> raised_;
  std::set<Type> argument_;   // types of arguments that were read
};

// The least type that holds values of both; lists are joined by their elements. `fn`: there is none.
[[nodiscard]] Type join_types(Type, Type);

}  // namespace aic::typeinfer
