// Exceptions as values. Three kinds of abstract values are exceptions:
//   Exception with a class in `text`        made of a builtin class, not raised yet: its parts are its arguments
//   an object of a class of the user's      a class derived from a builtin exception; `args` is one of its fields
//   Exception whose `text` is empty         one that was caught, or one of several: its part is the saved record (error.save).
//                                           A `text` that begins with a blank says what it can only be:
//                                           classes of the user's, by their flavours, and `*` where it may be a builtin one.
// What is asked of a caught one goes by classes: those of the user's that objects were made of are tested one by one, and their
// objects looked out of the record; the rest is asked of the host (error.text).
#pragma once
#include "typeinfer/frame.h"

namespace aic::typeinfer {

[[nodiscard]] bool is_caught(const Value&);
[[nodiscard]] Value caught_shape();

struct Caught {
  static bool is_class(Frame&, const Value&);  // of an exception
  static bool is_object(Frame&, const Value&);  // of a class of the user's that is an exception
  static void check_argument(Frame&, const Value&);  // of a builtin exception
  static bool can_be_argument(Type);
  static void drop_arguments(Frame&);  // of a StopIteration, which then may not be asked for them
  [[noreturn]] static void refuse_dropped(Frame&);
  static void note_raised(Frame&, const std::vector<Type>& types, size_t at);
  static Value saved(Frame&, const Value& exception);  // any exception, or None, as a caught one
  static std::vector<Class*> possible(Frame&, const Value&);
  static bool may_be_builtin(const Value&);
  static ValueId matches(Frame&, const Value&, const std::vector<std::string>& names);
  static Value object(Frame&, const Value&, const std::vector<Class*>&);
  static Value as_object(Frame&, const Value&);  // where it can only be of a class of the user's: what was raised
  static Value by_arguments(Frame&, const Value&, const std::vector<std::string>& classes, int count,
                            const std::function<Value(const Value&)>& of, const std::function<Value()>& otherwise);
  static Value by_class(Frame&, const Value&, const std::function<Value(const Value&)>& of_object,
                        const std::function<Value()>& of_builtin);
  static Value attribute(Frame&, const Value&, const std::string& name);
  static void set_attribute(Frame&, const Value&, const std::string& name, const Value&);
  static Value link(Frame&, const Value&, int64_t which);
  static Value arguments(Frame&, const Value&);
  static Value text(Frame&, const Value&, bool repr);
  static Value text_of_object(Frame&, const Value& object, bool repr);
  static Value class_name(Frame&, const Value&);
  static Value is_exactly(Frame&, const Value&, const Value& cls);
  static ValueId is_none(Frame&, const Value&);
  static void raise(Frame&, const Value& exception, const Value* cause);
  // A StopIteration that leaves a generator is a RuntimeError outside (stop_iteration.cpp).
  static void stop_generator(Frame&, const Value& stop);
  // A call that `map` or its like makes: a StopIteration out of it would end the iterator, and nobody would see it. Such a
  // program is refused.
  static Value call_of_iterator(Frame&, const Value& function, Values arguments);
  static bool is_call_of_iterator(Frame&);  // asked once, by what is called
  static bool ends_iterator(const Frame&, const ir::PyForm& called, bool of_iterator);
  [[noreturn]] static void refuse_end_of_iterator(Frame&);
  static Value stop();  // StopIteration(), made and not raised
  static void stop_unless(Frame&, ValueId condition);
  static void stop_if_matches(Frame&, const Value& caught);
  static void become_runtime_error(Frame&, const Value& caught);
  static void raise_object(Frame&, const Value&);
  static void narrow(Frame&, ValueId py, const Value&, const std::function<bool(Type)>& remains);
};

}  // namespace aic::typeinfer
