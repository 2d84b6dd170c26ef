// What `with` enters: objects that have __enter__ and __exit__, and managers whose meaning inference knows
// (contextlib.suppress, closing, nullcontext, what contextmanager makes of a generator, numpy.errstate), which are Iterators of
// these names.
#pragma once
#include "typeinfer/frame.h"

namespace aic::typeinfer {

struct Contexts {
  static bool is_known(const Value&);
  static bool is_errstate(const Value&);
  static Value method(Frame&, const Value& manager, const std::string& name);  // for `with`: __enter__ or __exit__
  static std::optional<Value> make(Frame&, const std::string& name, const Frame::Arguments&);
  static void close_temporaries(Frame&, OpId op);  // closing.cpp
  static void close_below(Frame&, const Value&);
  static Value manage(Frame&, const Value& function, const Frame::Arguments&);
  static Value enter(Frame&, const Value& element);
  static Value leave(Frame&, const Value& generator, const Value& exception);
  static void check_ended(Frame&, const Value& element, const char* message);
  static std::optional<Value> call(Frame&, const Value& manager, const std::string& name, const Frame::Arguments&);
};

}  // namespace aic::typeinfer
