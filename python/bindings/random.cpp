// See random.h. Where the state lies is NumPy's own business; python/aic/random_state.py tells whether it is where it is looked
// for.
#include "python/bindings/random.h"

#include <numpy/random/bitgen.h>

#include <cstring>

#include "python/bindings/world.h"

namespace aic::bindings {
using ir::DType;
using ir::Layout;
using ir::Type;
using rt::Buffer;
using rt::Slot;

namespace {

struct Piece {
  DType dtype;
  int64_t bytes, extent;
};
struct Kind {
  const char* class_name;  // as the C type calls itself
  const char* bit_generator;
  const char* flavour;  // what the library's class is called in types
  std::vector<Piece> pieces;
};
const Kind kinds[] = {{"numpy.random._generator.Generator",
                       "numpy.random._pcg64.PCG64",
                       "numpy.random._Generator",
                       {{DType::U64, 8, 4}, {DType::U32, 4, 2}}},
                      {"numpy.random.mtrand.RandomState",
                       "numpy.random._mt19937.MT19937",
                       "numpy.random._RandomState",
                       {{DType::U32, 4, 625}, {DType::I32, 4, 1}, {DType::F64, 8, 1}}}};
constexpr size_t most_pieces = 3;

const Kind* kind_of_class(PyObject* o) {
  for (const Kind& k : kinds)
    if (strcmp(Py_TYPE(o)->tp_name, k.class_name) == 0) return &k;
  return nullptr;
}

// Where a RandomState keeps its second normal, 8 bytes after whether there is one; 0: not known. Of a Generator: 1, if known.
int64_t place_of(const Kind& k) {
  static int64_t places[2] = {-1, -1};
  int64_t& place = places[&k - kinds];
  if (place >= 0) return place;
  Ref module(PyImport_ImportModule("aic.random_state"));
  Ref found(module ? PyObject_GetAttrString(module.get(), &k == kinds ? "PCG64" : "RANDOM_STATE") : nullptr);
  place = found ? PyLong_AsLong(found.get()) : 0;
  if (PyErr_Occurred()) PyErr_Clear(), place = 0;
  return place;
}

Ref bit_generator_of(PyObject* o) {
  static PyObject* const name = PyUnicode_InternFromString("_bit_generator");
  Ref b(PyObject_GetAttr(o, name));
  if (!b) PyErr_Clear();
  return b;
}

// Where the parts of the state are. They live as long as the object does.
bool find_state(PyObject* o, void** out) {
  static PyObject* const name = PyUnicode_InternFromString("capsule");
  const Kind& k = *kind_of_class(o);
  Ref bits = bit_generator_of(o);
  Ref capsule(bits ? PyObject_GetAttr(bits.get(), name) : nullptr);
  auto* interface = capsule ? static_cast<bitgen_t*>(PyCapsule_GetPointer(capsule.get(), "BitGenerator")) : nullptr;
  if (!interface) return PyErr_Clear(), false;
  if (&k == kinds) {  // pcg64_state: a pointer to state and increment, then the half that is kept
    out[0] = *static_cast<void**>(interface->state);
    out[1] = static_cast<char*>(interface->state) + sizeof(void*);
  } else {
    out[0] = interface->state;
    out[1] = reinterpret_cast<char*>(o) + place_of(k) - 8;
    out[2] = reinterpret_cast<char*>(o) + place_of(k);
  }
  return true;
}

constexpr int64_t word_strides[] = {8}, half_strides[] = {4};
const int64_t* strides_of(const Piece& p) { return p.bytes == 8 ? word_strides : half_strides; }

const Kind& kind_of_plan(const Plan& p) { return kinds[p.parts.size() - 2]; }

}  // namespace

bool is_random_flavour(std::string_view flavour) {
  for (const Kind& k : kinds)
    if (flavour == k.flavour) return true;
  return false;
}

std::string why_random_unsupported(PyObject* o) {
  const Kind* k = kind_of_class(o);
  Ref bits = k ? bit_generator_of(o) : Ref();
  if (!bits) return "";
  return std::string("a `") + k->class_name + "` over " + Py_TYPE(bits.get())->tp_name;
}

bool find_type_of_random(PyObject* o, Type& out) {
  const Kind* k = kind_of_class(o);
  if (!k) return false;
  Ref bits = bit_generator_of(o);
  if (!bits || strcmp(Py_TYPE(bits.get())->tp_name, k->bit_generator) != 0 || !place_of(*k)) return false;
  std::vector<Type> parts;
  for (const Piece& p : k->pieces) parts.push_back(Type::array(p.dtype, 1, Layout::C, false));
  return out = Type::flavoured(Type::tuple(parts), k->flavour), true;
}

void unpack_random(PyObject* o, const Plan& plan, Slot*& to, Buffer*& buffers) {
  void* state[most_pieces] = {};
  find_state(o, state);
  const Kind& k = kind_of_plan(plan);
  for (size_t i = 0; i < k.pieces.size(); ++i) {
    *buffers = {1, state[i], 0, o, nullptr, nullptr};
    to[0].p = state[i];
    to[1].p = const_cast<int64_t*>(&k.pieces[i].extent);
    to[2].p = const_cast<int64_t*>(strides_of(k.pieces[i]));
    to[3].p = buffers++;
    to += 4;
  }
}

void random_element(PyObject* o, const Plan& plan, Slot*& to, Buffer* const* buffers) {
  void* state[most_pieces] = {};
  find_state(o, state);
  const Kind& k = kind_of_plan(plan);
  for (size_t i = 0; i < k.pieces.size(); ++i) {
    *buffers[i] = {2, state[i], 0, o, nullptr, nullptr};
    to[0].p = state[i];
    to[1].p = buffers[i];
    to[2].i = k.pieces[i].extent;
    to[3].i = k.pieces[i].bytes;
    to += 4;
  }
}

PyObject* box_random(const Plan& plan, const Slot*& from) {
  const Kind& k = kind_of_plan(plan);
  auto* owner = static_cast<Buffer*>(from[1].p);
  if (!owner->host) {
    Ref module(PyImport_ImportModule("aic.random_state"));
    Ref made(module ? PyObject_CallMethod(module.get(), "new", "s", k.class_name) : nullptr);
    void* state[most_pieces] = {};
    if (!made || !find_state(made.get(), state)) return nullptr;
    for (size_t i = 0; i < k.pieces.size(); ++i)
      memcpy(state[i], from[4 * i].p, size_t(k.pieces[i].bytes * k.pieces[i].extent));
    owner->host = made.get();  // whoever else has it gets the same object
    from += plan.slots;
    return made.release();
  }
  from += plan.slots;
  return Py_NewRef(static_cast<PyObject*>(owner->host));
}

}  // namespace aic::bindings
