// Dicts and sets across the border: what lists.cpp leaves to tables.cpp.
#pragma once
#include "python/bindings/lists.h"

namespace aic::bindings {

PyObject* box_dict(const Plan&, rt::List*, rt::Context&);
PyObject* box_set(const Plan&, rt::List*, rt::Context&);

}  // namespace aic::bindings
