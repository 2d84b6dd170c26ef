// What the files that define the extension's functions share. The only header that shows pybind11.
#pragma once
#include "python/bindings/python.h"

#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include "python/bindings/dispatcher.h"

namespace aic::bindings {

[[nodiscard]] Dispatcher& dispatcher(const pybind11::handle&);  // of a compiled function; throws TypeError
[[nodiscard]] std::vector<Key> keys_of(const pybind11::sequence& descriptions);
void define_library_functions(pybind11::module_&);              // library_module.cpp

// Runs `f`; C++ exceptions of ours become Python's.
template <class F>
pybind11::object guarded(F&& f) {
  try {
    return f();
  } catch (const pybind11::builtin_exception&) {
    throw;
  } catch (...) {
    translate_exception();
    throw pybind11::error_already_set();
  }
}

}  // namespace aic::bindings
