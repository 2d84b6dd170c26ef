// Python values ↔ types, keys and slots: what crosses the border of a call, and how.
//
// A `Key` is 64 bits that tell everything about an argument that its specialisation depends on: kind, dtype, rank, layout
// class, read-only bit; for tuples an interned type, for functions and classes an interned object, for a str whose value
// inference asked for an interned text. Making one is a few pointer comparisons, since types are compared exactly: a subclass
// may behave in any way and is refused.
//
// A `Plan` is a type flattened for the call path, so that unpacking and boxing ask no type table.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "ir/world.h"
#include "python/bindings/python.h"
#include "runtime/abi.h"
#include "typeinfer/instances.h"

namespace aic::bindings {

using Key = uint64_t;

enum class KeyKind : uint8_t {
  Unsupported,
  None,
  Bool,
  Int,
  Float,
  Complex,
  Str,
  Bytes,
  Literal,
  Scalar,
  Array,
  Tuple,
  List,
  Object,
  Default
};

constexpr Key make_key(KeyKind kind, unsigned dtype = 0, unsigned rank = 0, unsigned layout = 0, uint32_t id = 0) {
  return Key(kind) | Key(dtype) << 8 | Key(rank) << 16 | Key(layout) << 24 | Key(id) << 32;
}
constexpr KeyKind kind_of(Key k) { return KeyKind(k & 0xff); }
// Of a run-time value; the others stand for what is known when code is made.
constexpr bool has_type(Key k) {
  KeyKind kind = kind_of(k);
  return kind != KeyKind::Unsupported && kind != KeyKind::Literal && kind != KeyKind::Object && kind != KeyKind::Default;
}

[[nodiscard]] Key key_of(PyObject*);                       // 0: not supported; no exception is set
[[nodiscard]] std::string why_unsupported(PyObject*);      // "`list` arguments …": for the message
[[nodiscard]] Key key_of_literal(PyObject* text);          // a str by its value; 0: it has lone surrogates
[[nodiscard]] ir::Type type_of_key(Key);                   // of one that has a type
[[nodiscard]] Key key_of_type(ir::Type);                   // throws ir::Error for a type no argument has
[[nodiscard]] const std::string& text_of_key(Key);         // of a Literal
[[nodiscard]] PyObject* object_of_key(Key);                // of an Object
using typeinfer::slice_flavour;
[[nodiscard]] PyObject* part_of_slice(PyObject*, size_t k);            // borrowed
[[nodiscard]] bool find_dtype(int numpy_type_number, ir::DType&);
[[nodiscard]] int numpy_number(ir::DType);

struct ListElements;  // lists.h
enum class Collection : uint8_t { None, Deque, Dict, Range };
struct CollectionPlan {  // collections.h
  Collection kind = Collection::None;
  PyObject *of = nullptr, *factory = nullptr;  // borrowed: the class, and of a defaultdict what makes values
};
struct RecordPlan;    // objects.h
enum class Container : uint8_t { List, Dict, Set, FrozenSet, Object, ByteArray, Tuple };  // what a value of kind List is
class Conversion;

struct Plan {
  ir::TypeKind kind = ir::TypeKind::None;
  ir::DType dtype{};
  int8_t rank = 0;
  int slots = 0;            // as a parameter, or as a result: see make_plan
  bool is_view = false;     // an array result that is never the object it shows: `a[:]`
  bool readonly = false;
  bool is_bytes = false;    // of a Str
  bool is_slice = false;    // of a tuple: start, stop and step
  bool is_random = false;   // of a tuple: the state of a generator (random.h)
  CollectionPlan collection;  // of a tuple: of a deque, a Counter, …
  Container container = Container::List;
  std::vector<Plan> parts;  // of a tuple or union; of a list: its elements, laid out like a result's; of a dict or set: entries
  std::shared_ptr<const ListElements> element;  // of a list: what the runtime must know
  const RecordPlan* record = nullptr;  // of an object; null: one that never crosses the border
  int generator = -1;  // of a generator's state: which of the specialisation's (suspended.h)
};
enum class Side : uint8_t { Parameter, Result };
[[nodiscard]] Plan make_plan(ir::Type, Side);
[[nodiscard]] int count(const Plan&, ir::TypeKind);  // how often the kind stands in it

// Where the headers of arguments stand during the call: one for each array, one for each str outside of lists.
struct Headers {
  rt::Buffer* buffers;
  rt::Str* texts;
};
// Writes an argument's slots. False: an exception is set.
bool unpack(PyObject*, const Plan&, rt::Slot*& to, Headers&, Conversion* = nullptr);  // null: no lists among them
inline void unpack_array(PyObject* o, rt::Slot*& to, rt::Buffer*& buffers) {
  auto* a = reinterpret_cast<PyArrayObject*>(o);
  rt::Buffer* b = buffers++;
  *b = {1, PyArray_DATA(a), PyArray_BASE(a) == nullptr, o, nullptr, nullptr};
  to[0].p = b->data;
  to[1].p = PyArray_DIMS(a);
  to[2].p = PyArray_STRIDES(a);
  to[3].p = b;
  to += 4;
}

// Makes the object of a result; takes its references. Null: an exception is set.
PyObject* box(const Plan&, const rt::Slot*& from, rt::Context&);

// The memory of a new array becomes an object's: what box() then gives, each time. False: an exception is set.
bool own_by_object(const Plan&, const rt::Slot* from);

// One scalar at `slots`, as Python would show it in a message; advances.
std::string show(const Plan&, const rt::Slot*& slots);

}  // namespace aic::bindings
