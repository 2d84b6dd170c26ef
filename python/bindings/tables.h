// Dicts and sets across the border: what lists.cpp leaves to tables.cpp.
#pragma once
#include "python/bindings/lists.h"

namespace aic::bindings {

PyObject* filled_dict(Ref empty, const Plan&, rt::List*, rt::Context&);  // it; the list stands for it already
PyObject* box_dict(const Plan&, rt::List*, rt::Context&);
PyObject* box_set(const Plan&, rt::List*, rt::Context&);

}  // namespace aic::bindings
