// Deques, Counters, defaultdicts, OrderedDicts and ranges across the border. Compiled code has them as tuples whose flavour
// says of which class they are (typeinfer/instances.h): of a deque its list, a list with the place of its first element and
// maxlen; of the kinds of dict the dict; of a range start, stop and step. The container inside stands for the object.
#pragma once
#include "python/bindings/lists.h"

namespace aic::bindings {

[[nodiscard]] bool is_collection(PyObject*);  // exactly of one of these classes
[[nodiscard]] bool find_type_of_collection(PyObject*, ir::Type& out, int depth);
[[nodiscard]] std::string why_collection_unsupported(PyObject*);
[[nodiscard]] CollectionPlan plan_of_collection(std::string_view flavour);
[[nodiscard]] bool fits_collection(PyObject*, const Plan&);
bool unpack_range(PyObject*, rt::Slot*& to);                                   // false: an exception is set
[[nodiscard]] PyObject* box_collection(const Plan&, const rt::Slot*& from, rt::Context&);
[[nodiscard]] Ref items_in_order(PyObject* ordered);                           // of an OrderedDict: pairs
[[nodiscard]] bool is_ordered_dict(PyObject*);

}  // namespace aic::bindings
