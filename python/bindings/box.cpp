// Results → Python objects. A new array's memory is handed over: NumPy owns it and gives it back through the handler below,
// so that the next call's result finds it in the pool (a loop of calls costs no malloc; measured 60 ns of 200). Memory that
// several results share hangs on a capsule that counts. An array that is a parameter, or a view of one, comes back as that
// object, or with it as its base.
#include <malloc.h>

#include <cstdlib>
#include <cstring>

#include "python/bindings/collections.h"
#include "python/bindings/objects.h"
#include "python/bindings/random.h"

namespace aic::bindings {
using ir::DType;
using ir::TypeKind;
using rt::Buffer;
using rt::Context;
using rt::Slot;

namespace {

constexpr const char* capsule_name = "aic.buffer";

void drop_capsule(PyObject* capsule) {
  rt::aic_drop_detached(static_cast<Buffer*>(PyCapsule_GetPointer(capsule, capsule_name)));
}

bool is_same_array(PyArrayObject* a, const Plan& p, const void* data, const int64_t* shape, const int64_t* strides) {
  DType d;
  if (PyArray_NDIM(a) != p.rank || PyArray_DATA(a) != data || !find_dtype(PyArray_DESCR(a)->type_num, d) || d != p.dtype)
    return false;
  if (memcmp(PyArray_DIMS(a), shape, size_t(p.rank) * 8) != 0) return false;
  for (int k = 0; k < p.rank; ++k)
    if (shape[k] > 1 && PyArray_STRIDE(a, k) != strides[k]) return false;
  return true;
}

// NumPy's interface for who allocates an array's memory (NEP 49); all of it is libc's, so resize() works too.
PyObject* memory_handler() {
  static PyDataMem_Handler handler = {
      "aic",
      1,
      {nullptr, [](void*, size_t n) { return aligned_alloc(64, n ? (n + 63) & ~size_t{63} : 64); },
       [](void*, size_t n, size_t size) { return calloc(n, size); },
       // What realloc gives is aligned to 16 only: it goes to the pool's 64-byte births through no way but free.
       [](void*, void* p, size_t n) {
         void* grown = aligned_alloc(64, n ? (n + 63) & ~size_t{63} : 64);
         size_t old = malloc_usable_size(p);
         if (grown) memcpy(grown, p, old < n ? old : n), free(p);
         return grown;
       },
       [](void*, void* p, size_t n) { reinterpret_cast<uintptr_t>(p) % 64 ? free(p) : rt::aic_recycle(p, int64_t(n)); }}};
  static PyObject* const capsule = PyCapsule_New(&handler, "mem_handler", nullptr);
  return capsule;
}

PyObject* new_array(const Plan& p, void* data, const int64_t* shape, const int64_t* strides, int flags) {
  int number = numpy_number(p.dtype);
  if (number < 0) return nullptr;  // bfloat16 without ml_dtypes
  PyArray_Descr* d = PyArray_DescrFromType(number);
  return PyArray_NewFromDescr(&PyArray_Type, d, p.rank, const_cast<npy_intp*>(reinterpret_cast<const npy_intp*>(shape)),
                              const_cast<npy_intp*>(reinterpret_cast<const npy_intp*>(strides)), data, flags, nullptr);
}

PyObject* view_of(PyObject* base, const Plan& p, void* data, const int64_t* shape, const int64_t* strides) {
  bool writable = !p.readonly && (!PyArray_Check(base) || PyArray_ISWRITEABLE(reinterpret_cast<PyArrayObject*>(base)));
  PyObject* a = new_array(p, data, shape, strides, writable ? NPY_ARRAY_WRITEABLE : 0);
  if (!a) {
    Py_DECREF(base);
    return nullptr;
  }
  // Takes the reference to base, and goes to base's own base as NumPy does.
  if (PyArray_SetBaseObject(reinterpret_cast<PyArrayObject*>(a), base) < 0) {
    Py_DECREF(a);
    return nullptr;
  }
  return a;
}

// A new array whose memory NumPy frees; null: an exception is set.
PyObject* new_owner(const Plan& p, void* data, const int64_t* shape, const int64_t* strides) {
  PyObject* a = new_array(p, data, shape, strides, p.readonly ? 0 : NPY_ARRAY_WRITEABLE);
  if (!a) return nullptr;
  PyArray_ENABLEFLAGS(reinterpret_cast<PyArrayObject*>(a), NPY_ARRAY_OWNDATA);
  reinterpret_cast<PyArrayObject_fields*>(a)->mem_handler = Py_XNewRef(memory_handler());
  return a;
}

PyObject* box_array(const Plan& p, const Slot* from, Context& context) {
  void* data = from[0].p;
  auto* owner = static_cast<Buffer*>(from[1].p);
  const int64_t* shape = &from[2].i;
  const int64_t* strides = shape + p.rank;
  if (owner->host) {
    auto* host = static_cast<PyObject*>(owner->host);
    Py_INCREF(host);
    if (!p.is_view && is_same_array(reinterpret_cast<PyArrayObject*>(host), p, data, shape, strides)) return host;
    return view_of(host, p, data, shape, strides);
  }
  int64_t bytes = byte_size(p.dtype);  // what NumPy will think it owns; a broadcast view thinks too much
  for (int k = 0; k < p.rank; ++k) bytes *= shape[k];
  if (owner->refcount == 1 && data == owner->data && bytes <= owner->bytes) {
    PyObject* a = new_owner(p, data, shape, strides);
    if (a) rt::aic_take_data(&context, owner);
    return a;
  }
  PyObject* capsule = PyCapsule_New(owner, capsule_name, drop_capsule);
  if (!capsule) return nullptr;
  rt::aic_detach(&context, owner);
  return view_of(capsule, p, data, shape, strides);
}

// What NumPy's tp_alloc does for its own static types, less clearing what is written next.
PyObject* new_scalar(PyTypeObject* type) {
  auto* o = static_cast<PyObject*>(PyObject_Malloc(size_t(type->tp_basicsize)));
  return o ? PyObject_Init(o, type) : PyErr_NoMemory();
}

PyObject* box_scalar(DType d, const Slot* from) {
  union {
    int8_t i8;
    int16_t i16;
    int32_t i32;
    double two[2];
  } bits;
  bits.two[0] = from[0].f;
  if (d == DType::F64) {  // the most frequent: without asking NumPy for a descriptor
    PyObject* o = new_scalar(&PyDoubleArrType_Type);
    if (o) PyArrayScalar_ASSIGN(o, Double, from[0].f);
    return o;
  }
  if (d == DType::I64) {
    PyObject* o = new_scalar(&PyLongArrType_Type);
    if (o) PyArrayScalar_ASSIGN(o, Long, from[0].i);
    return o;
  }
  if (d == DType::Bool) {
    if (from[0].i & 1) PyArrayScalar_RETURN_TRUE;
    PyArrayScalar_RETURN_FALSE;
  }
  if (d == DType::C128) bits.two[1] = from[1].f;
  // Little-endian: the low bytes of the slot are the value.
  int number = numpy_number(d);
  if (number < 0) return nullptr;
  PyArray_Descr* descr = PyArray_DescrFromType(number);
  PyObject* o = PyArray_Scalar(&bits, descr, nullptr);
  Py_DECREF(descr);
  return o;
}

// An argument comes back as itself. The reference goes; what is shown in a message is the call's still.
PyObject* box_text(const Plan& p, rt::Str* s, Context& context) {
  if (auto* host = static_cast<PyObject*>(s->host); host && Py_TYPE(host) == (p.is_bytes ? &PyBytes_Type : &PyUnicode_Type))
    return Py_NewRef(host);
  PyObject* o = p.is_bytes ? PyBytes_FromStringAndSize(static_cast<const char*>(s->data), Py_ssize_t(s->length))
                           : PyUnicode_FromKindAndData(int(s->kind), s->data, Py_ssize_t(s->length));
  if (context.runtime) context.runtime->text->str_release(&context, s);
  return o;
}

PyObject* box_range(const Slot* from) {
  return PyObject_CallFunction(reinterpret_cast<PyObject*>(&PyRange_Type), "LLL", static_cast<long long>(from[0].i),
                               static_cast<long long>(from[1].i), static_cast<long long>(from[2].i));
}

PyObject* box_slice(const Plan& p, const Slot*& from, Context& context) {
  Ref start(box(p.parts[0], from, context)), stop(box(p.parts[1], from, context)), step(box(p.parts[2], from, context));
  return start && stop && step ? PySlice_New(start.get(), stop.get(), step.get()) : nullptr;
}

// Two elements that are the same new array must be one object, as `t = (x, x)` is in Python.
PyObject* box_tuple(const Plan& p, const Slot*& from, Context& context) {
  if (p.record && !p.record->members.empty()) {
    auto number = size_t(from->i);
    from += p.slots;
    if (number < p.record->members.size()) return Py_NewRef(p.record->members[number].get());
    PyErr_SetString(PyExc_SystemError, "aic: an enumeration without that member");
    return nullptr;
  }
  if (p.is_random) return box_random(p, from);
  if (p.collection.kind != Collection::None) return box_collection(p, from, context);
  if (p.is_slice) return box_slice(p, from, context);
  auto* named = p.record ? reinterpret_cast<PyTypeObject*>(p.record->of.get()) : nullptr;
  PyObject* t = named ? named->tp_alloc(named, Py_ssize_t(p.parts.size())) : PyTuple_New(Py_ssize_t(p.parts.size()));
  if (!t) return nullptr;
  std::vector<std::pair<const Slot*, Py_ssize_t>> arrays;
  for (size_t i = 0; i < p.parts.size(); ++i) {
    const Plan& part = p.parts[i];
    PyObject* o = nullptr;
    if (part.kind == TypeKind::Array && !part.is_view && !static_cast<Buffer*>(from[1].p)->host)
      for (auto [slots, index] : arrays)
        if (!o && p.parts[size_t(index)].rank == part.rank && p.parts[size_t(index)].dtype == part.dtype &&
            memcmp(slots, from, size_t(part.slots) * 8) == 0) {
          o = Py_NewRef(PyTuple_GET_ITEM(t, index));
          // Its reference is not needed: the first one's object holds its own.
          static_cast<Buffer*>(from[1].p)->refcount -= 1;
        }
    if (o) {
      from += part.slots;
    } else {
      if (part.kind == TypeKind::Array && !part.is_view) arrays.emplace_back(from, Py_ssize_t(i));
      o = box(part, from, context);
    }
    if (!o) {
      Py_DECREF(t);
      return nullptr;
    }
    PyTuple_SET_ITEM(t, Py_ssize_t(i), o);
  }
  return t;
}

PyObject* box_union(const Plan& p, const Slot*& from, Context& context) {
  auto tag = size_t(from->i);
  const Slot* end = from + p.slots;
  ++from;
  for (size_t i = 0; i < tag && i < p.parts.size(); ++i) from += p.parts[i].slots;
  PyObject* o = nullptr;
  if (tag < p.parts.size())
    o = box(p.parts[tag], from, context);
  else
    PyErr_SetString(PyExc_SystemError, "aic: a union without that arm");
  from = end;
  return o;
}

}  // namespace

bool own_by_object(const Plan& p, const Slot* from) {
  auto* owner = static_cast<Buffer*>(from[1].p);
  const int64_t* shape = &from[2].i;
  int64_t bytes = byte_size(p.dtype);
  for (int k = 0; k < p.rank; ++k) bytes *= shape[k];
  if (from[0].p == owner->data && bytes <= owner->bytes) {
    owner->host = new_owner(p, owner->data, shape, shape + p.rank);
  } else {  // what is seen here is a part of it
    Plan all;
    all.dtype = DType::U8, all.rank = 1;
    const int64_t one = 1;
    owner->host = new_owner(all, owner->data, &owner->bytes, &one);
  }
  if (!owner->host) return false;
  owner->data = nullptr;
  return true;
}

PyObject* box(const Plan& p, const Slot*& from, Context& context) {
  const Slot* s = from;
  switch (p.kind) {
    case TypeKind::Tuple: return box_tuple(p, from, context);
    case TypeKind::Union: return box_union(p, from, context);
    case TypeKind::Slice: return box_slice(p, from, context);
    case TypeKind::Float: from += 1; return PyFloat_FromDouble(s->f);
    case TypeKind::Int: from += 1; return PyLong_FromLongLong(s->i);
    case TypeKind::Bool: from += 1; return PyBool_FromLong(s->i & 1);
    case TypeKind::Complex: from += 2; return PyComplex_FromDoubles(s[0].f, s[1].f);
    case TypeKind::None: Py_RETURN_NONE;
    case TypeKind::Str: from += 1; return box_text(p, static_cast<rt::Str*>(s->p), context);
    case TypeKind::Scalar: from += p.slots; return box_scalar(p.dtype, s);
    case TypeKind::Array: from += p.slots; return box_array(p, s, context);
    case TypeKind::Range: from += 3; return box_range(s);
    case TypeKind::List: from += 1; return box_container(p, static_cast<rt::List*>(s->p), context);
    case TypeKind::Py:
    case TypeKind::Never:
    case TypeKind::Unbound:
    case TypeKind::Cell:
    case TypeKind::Function: break;
  }
  PyErr_SetString(PyExc_SystemError, "aic: a result of impossible type");
  return nullptr;
}

std::string show(const Plan& p, const Slot*& slots) {
  Context none{};
  if (p.kind == TypeKind::Array || p.kind == TypeKind::List) {
    slots += p.slots;
    return p.kind == TypeKind::Array ? "array" : "list";
  }
  Ref o(box(p, slots, none));
  Ref text(o ? PyObject_Str(o.get()) : nullptr);
  const char* s = text ? PyUnicode_AsUTF8(text.get()) : nullptr;
  if (!s) PyErr_Clear();
  return s ? s : "?";
}

}  // namespace aic::bindings
