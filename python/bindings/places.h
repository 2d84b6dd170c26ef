// Names that compiled code rebinds (typeinfer/places.cpp): an object of ours stands for each, which crosses the border as a
// list of what the name is bound to now, empty where it is not bound.
#pragma once
#include <string>

#include "python/bindings/python.h"

namespace aic::bindings {

// `owner`: a module's dict, a class, or the cell of a closure. The object lives for ever, as do the types of what is compiled for it.
[[nodiscard]] PyObject* place_of_name(PyObject* owner, const std::string& name);
[[nodiscard]] bool is_known_place(PyObject* owner, const std::string& name);  // whether there is such an object already
[[nodiscard]] bool has_places();
[[nodiscard]] bool is_place(PyObject*);
[[nodiscard]] PyObject* bound_at(PyObject* place);  // borrowed; null: nothing, and no exception is set
bool bind_at(PyObject* place, PyObject* value);  // null: a global is deleted. false: an exception is set

}  // namespace aic::bindings
