// Lists, dicts and sets across the border. A list argument is converted on entry, with all it holds, to the runtime's unboxed
// form; the same object met twice stays one. After the call, also after one that raised, the elements that changed are written
// into the same Python lists (what is not changed stays the very object it was).
#pragma once
#include <deque>
#include <memory>
#include <unordered_map>
#include <vector>

#include "python/bindings/values.h"

namespace aic::bindings {

// The runtime's description of a list's elements, and what it points at.
struct ListElements {
  rt::ElementType type{};
  std::vector<rt::ReferencePlace> places;
  std::vector<std::shared_ptr<const ListElements>> inner;
  std::vector<rt::KeyPart> key;  // of a dict or set
  // Objects of the user's classes are in its keys; one of these is hashed by its identity, which is another one in Python.
  bool keyed_by_objects = false, keyed_by_identity = false;
};
[[nodiscard]] std::shared_ptr<const ListElements> make_element_type(const Plan& element, Container);
void find_key_parts(const Plan&, std::vector<rt::KeyPart>& out);  // what a key consists of, in pre-order

constexpr size_t longest_tuple = 32;  // whose elements are told one by one though they are alike
[[nodiscard]] bool is_container(PyObject*);  // a list, dict, set or frozenset, and of no subclass
[[nodiscard]] bool find_type_of_container(PyObject*, ir::Type&);
[[nodiscard]] std::string why_container_unsupported(PyObject*);

[[nodiscard]] bool fits(PyObject*, const Plan&);
// The type that holds what both hold. False: too many arms.
bool join_types(ir::Type, ir::Type, ir::Type& out);
bool find_type(PyObject*, ir::Type& out, int depth);
bool find_type_of_dict(PyObject*, ir::Type& out, int depth);  // of a subclass, too
[[nodiscard]] bool fits_dict(PyObject*, const Plan&);

// The lists of one call.
class Conversion {
 public:
  explicit Conversion(rt::Context& context, bool writes) : context_(context), writes_(writes) {}
  Conversion(const Conversion&) = delete;
  Conversion& operator=(const Conversion&) = delete;
  ~Conversion();
  rt::List* container_in(PyObject*, const Plan&);  // null: an exception is set
  bool collection_in(PyObject*, const Plan&, rt::Slot*& to);  // collections.cpp
  bool write_back();                          // false: an exception is set
  void keep(std::vector<Ref>& hosts) const;   // what texts and arrays in the containers are borrowed from

 private:
  struct Converted {
    PyObject* host;  // owned
    rt::List* list;
    const Plan* plan;
    int64_t length;                     // on entry
    std::unique_ptr<rt::Slot[]> slots;  // as they were on entry, if the call may write
    rt::List* first = nullptr;          // of a deque: the place of its first element
  };
  rt::List* list_in(PyObject*, const Plan&);
  rt::List* bytearray_in(PyObject*, const Plan&);
  rt::List* dict_in(PyObject*, const Plan&);
  rt::List* set_in(PyObject*, const Plan&);
  rt::List* object_in(PyObject*, const Plan&);  // objects.cpp
  bool fill(size_t);
  bool fill_objects();
  rt::List* new_table(const Plan&);
  bool remember(Converted&);
  bool entry_in(rt::List*, PyObject* key, PyObject* value, Py_hash_t known, const Plan&, rt::Slot* room);
  bool hash_in(PyObject*, const Plan&, const rt::Slot*& at, rt::Slot& out);
  bool element_in(PyObject*, const Plan&, rt::Slot*& to);
  bool write_back(Converted&);
  bool write_back_dict(Converted&);
  bool write_back_object(Converted&);
  bool write_back_set(Converted&);
  bool write_back_objects(Converted&);
  bool write_back_bytearray(Converted&);
  bool write_back_deque(Converted&);
  bool write_back_place(Converted&);
  rt::Context& context_;
  bool writes_;
  std::vector<Converted> lists_;
  std::vector<size_t> unfilled_;     // objects among them whose fields are not converted yet
  bool filling_ = false;
  std::unordered_map<PyObject*, size_t> numbers_;  // of many lists: position + 1
  std::deque<rt::Buffer> buffers_;   // of arrays in lists
  std::deque<rt::Str> texts_;        // of strings in lists
  std::vector<PyObject*> replaced_;  // owned: texts in slots may still point into them
};

// While it lives, Python objects are made for a while only: compiled code's stand for none of them afterwards.
class ForAWhile {
 public:
  ForAWhile();
  ~ForAWhile();
  ForAWhile(const ForAWhile&) = delete;
  ForAWhile& operator=(const ForAWhile&) = delete;

 private:
  std::vector<rt::List*> made_, *outer_;
};

PyObject* stands_for(rt::List*, PyObject* made);  // the list is this object from now on; it (null: as it is)
[[nodiscard]] PyObject* box_element_of(const Plan& list, const rt::List*, int64_t i, rt::Context&);

// A result's list, dict or set: the caller's own object where it stands for one. Null: an exception is set.
PyObject* box_container(const Plan&, rt::List*, rt::Context&);
// In two steps, for lists and dicts that may hold their like to any depth.
PyObject* empty_container(const Plan&, rt::List*);
bool fill_container(PyObject* empty, const Plan&, rt::List*, rt::Context&);

}  // namespace aic::bindings
