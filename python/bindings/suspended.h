// Generators as Python objects: what a compiled function returned is run on, step by step, when Python asks for elements.
//
// Who owns what (docs/generators.md): all memory that the call made and the steps make stands on one context, which lives in
// the call's `Home`, beside the headers of its arguments and references to these. Each generator of the call is a Python object
// that has one reference to its state and one to the home; the last one takes the home along, and with it whatever stands on
// the context. So nothing leaks however a generator ends, also where a step left by an exception.
#pragma once
#include <memory>
#include <optional>

#include "python/bindings/lists.h"

namespace aic::bindings {

struct Specialisation;

struct Home {
  // Room for a call of the specialisation; keeps its arguments. Null: an exception is set.
  static std::unique_ptr<Home> make(Specialisation*, PyObject* function, PyObject* const* arguments, int count);
  ~Home();
  Home(const Home&) = delete;
  Home& operator=(const Home&) = delete;
  [[nodiscard]] Headers headers() const { return {buffers.get(), texts.get()}; }
  [[nodiscard]] Conversion* lists() { return conversion ? &*conversion : nullptr; }

  rt::Context context;
  Specialisation* code;  // counted
  Ref function;
  std::vector<Ref> kept;  // the arguments, and what is borrowed of theirs
  std::unique_ptr<rt::Slot[]> slots;
  std::unique_ptr<rt::Buffer[]> buffers;
  std::unique_ptr<rt::Str[]> texts;
  std::optional<Conversion> conversion;
  struct Shown {  // an array as it lay when the call was made
    PyArrayObject* array;
    const void* data;
    std::vector<npy_intp> extents, strides;
  };
  std::vector<Shown> arrays;
  int generators = 0;
  bool running = false;

 private:
  Home() = default;
};

// The Python object of what the call returned, a generator or a tuple with generators. Null: an exception is set.
PyObject* suspended(std::unique_ptr<Home>, const rt::Slot* results);
[[nodiscard]] PyObject* make_generator_type();  // sets up the type; null: an exception is set

}  // namespace aic::bindings
