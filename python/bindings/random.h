// NumPy's generators across the border: a Generator over PCG64 and a RandomState over MT19937 are, to compiled code, arrays
// that stand where NumPy keeps their state (python/aic/lib/numpy_random.py), so that draws there and here go on from one
// another and nothing is to be written back.
#pragma once
#include <string>

#include "python/bindings/values.h"

namespace aic::bindings {

[[nodiscard]] bool is_random_flavour(std::string_view);
[[nodiscard]] bool find_type_of_random(PyObject*, ir::Type& out);  // false: it is none that compiled code can take
[[nodiscard]] std::string why_random_unsupported(PyObject*);  // "": it is no generator at all

// The state of one whose type was found, as parameters are laid out or as results are.
void unpack_random(PyObject*, const Plan&, rt::Slot*& to, rt::Buffer*& buffers);
void random_element(PyObject*, const Plan&, rt::Slot*& to, rt::Buffer* const* buffers);
// The object whose state it is; a new one where the state was made by compiled code. Null: an exception is set.
PyObject* box_random(const Plan&, const rt::Slot*& from);

}  // namespace aic::bindings
