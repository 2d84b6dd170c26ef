// Keys, plans and unpacking; boxing is in box.cpp.
#include "python/bindings/values.h"

#include <cstring>
#include <deque>
#include <unordered_map>

#include "python/bindings/collections.h"
#include "python/bindings/dispatcher.h"
#include "python/bindings/lists.h"
#include "python/bindings/objects.h"
#include "python/bindings/random.h"

namespace aic::bindings {
using ir::DType;
using ir::Layout;
using ir::Type;
using ir::TypeKind;
using rt::Buffer;
using rt::Slot;

namespace {

constexpr uint8_t no_dtype = 0xff;
// NumPy's type numbers, in order from NPY_BOOL; long long is int64 here.
constexpr uint8_t dtype_of_number[] = {uint8_t(DType::Bool),
                                       uint8_t(DType::I8),
                                       uint8_t(DType::U8),
                                       uint8_t(DType::I16),
                                       uint8_t(DType::U16),
                                       uint8_t(DType::I32),
                                       uint8_t(DType::U32),
                                       uint8_t(DType::I64),
                                       uint8_t(DType::U64),
                                       uint8_t(DType::I64),
                                       uint8_t(DType::U64),
                                       uint8_t(DType::F32),
                                       uint8_t(DType::F64),
                                       no_dtype,
                                       uint8_t(DType::C64),
                                       uint8_t(DType::C128),
                                       no_dtype,
                                       no_dtype,
                                       no_dtype,
                                       no_dtype,
                                       no_dtype,
                                       no_dtype,
                                       no_dtype,
                                       uint8_t(DType::F16)};
static_assert(sizeof(long) == 8 && NPY_LONG == 7 && NPY_LONGLONG == 9 && NPY_FLOAT == 11 && NPY_CDOUBLE == 15 &&
              NPY_HALF == 23);

// Interned types of tuples and lists, and texts: a key holds the number. Only touched with the GIL held; deques keep references
// valid.
std::deque<Type> container_types;
std::unordered_map<Type, uint32_t> container_numbers;
std::deque<std::string> texts;
std::unordered_map<std::string, uint32_t> text_numbers;

// Functions and classes that were arguments, kept for ever: code is compiled for each. Functions that captured nothing are
// one where their code is, so that a lambda in a call is compiled once.
std::vector<PyObject*> objects;
struct Identity {
  PyObject *object, *globals;
  bool operator==(const Identity&) const = default;
};
struct IdentityHash {
  size_t operator()(const Identity& i) const noexcept { return (uintptr_t(i.object) >> 4) * 31 + (uintptr_t(i.globals) >> 4); }
};
std::unordered_map<Identity, uint32_t, IdentityHash> object_numbers;

bool is_object_of_the_world(PyObject* o) {
  return PyFunction_Check(o) || PyCFunction_CheckExact(o) || PyType_Check(o) || as_dispatcher(o);
}

Key key_of_object(PyObject* o) {
  Identity i{o, nullptr};
  if (PyFunction_Check(o) && !PyFunction_GET_CLOSURE(o) && !PyFunction_GET_DEFAULTS(o) && !PyFunction_GET_KW_DEFAULTS(o))
    i = {PyFunction_GET_CODE(o), PyFunction_GET_GLOBALS(o)};
  auto [it, fresh] = object_numbers.try_emplace(i, uint32_t(objects.size()));
  if (fresh) objects.push_back(Py_NewRef(o));
  return make_key(KeyKind::Object, 0, 0, 0, it->second);
}

// Whether the elements of each axis are whole elements apart, as compiled code counts them. A field of a record may not be:
// one complex128 each 24 bytes is aligned, as NumPy has it.
bool has_whole_steps(PyArrayObject* a) {
  npy_intp size = PyDataType_ELSIZE(PyArray_DESCR(a));
  for (int k = 0; k < PyArray_NDIM(a); ++k)
    if (PyArray_DIM(a, k) > 1 && PyArray_STRIDE(a, k) % size != 0) return false;
  return true;
}

Key key_of_array(PyArrayObject* a) {
  PyArray_Descr* d = PyArray_DESCR(a);
  int flags = PyArray_FLAGS(a), rank = PyArray_NDIM(a);
  DType dtype;
  if (rank > ir::max_rank || !find_dtype(d->type_num, dtype)) return 0;
  if (!(flags & NPY_ARRAY_ALIGNED) || d->byteorder == '>') return 0;
  Layout layout = Layout::Strided;
  if (flags & NPY_ARRAY_C_CONTIGUOUS)
    layout = Layout::C;
  else if (flags & NPY_ARRAY_F_CONTIGUOUS)
    layout = Layout::F;
  else if (rank > 1 && PyArray_STRIDE(a, rank - 1) == PyDataType_ELSIZE(d))
    layout = Layout::Inner;
  if ((layout == Layout::Strided || layout == Layout::Inner) && !has_whole_steps(a)) return 0;
  return make_key(KeyKind::Array, unsigned(dtype), unsigned(rank), unsigned(layout) | (flags & NPY_ARRAY_WRITEABLE ? 0 : 0x80));
}

Key key_of_container(KeyKind kind, Type t) {
  auto [it, fresh] = container_numbers.try_emplace(t, uint32_t(container_types.size()));
  if (fresh) container_types.push_back(t);
  return make_key(kind, 0, 0, 0, it->second);
}

Key key_of_tuple(PyObject* o) {
  if (size_t(PyTuple_GET_SIZE(o)) > longest_tuple) {  // of things of one type: one type for all lengths
    Type t;
    if (find_type_of_container(o, t) && t.is_list()) return key_of_container(KeyKind::List, t);
  }
  std::vector<Type> parts;
  for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(o); ++i) {
    Key k = key_of(PyTuple_GET_ITEM(o, i));
    if (!has_type(k)) return 0;
    parts.push_back(type_of_key(k));
  }
  return key_of_container(KeyKind::Tuple, Type::tuple(parts));
}

// Of ints and None.
Key key_of_slice(PyObject* o) {
  std::vector<Type> parts;
  for (size_t k = 0; k < 3; ++k) {
    PyObject* part = part_of_slice(o, k);
    if (part != Py_None && !PyLong_CheckExact(part)) return 0;
    parts.push_back(part == Py_None ? Type::none() : Type::integer());
  }
  return key_of_container(KeyKind::Tuple, Type::flavoured(Type::tuple(parts), slice_flavour));
}

}  // namespace

PyObject* part_of_slice(PyObject* o, size_t k) {
  auto* s = reinterpret_cast<PySliceObject*>(o);
  return k == 0 ? s->start : k == 1 ? s->stop : s->step;
}

Key key_of_literal(PyObject* o) {
  Py_ssize_t n = 0;
  const char* s = PyUnicode_AsUTF8AndSize(o, &n);
  if (!s) {
    PyErr_Clear();
    return 0;
  }
  auto [it, fresh] = text_numbers.try_emplace(std::string(s, size_t(n)), uint32_t(texts.size()));
  if (fresh) texts.push_back(it->first);
  return make_key(KeyKind::Literal, 0, 0, 0, it->second);
}

namespace {

// The types of NumPy's scalars, exactly, with long long beside long.
struct ScalarType {
  PyTypeObject* type;
  DType dtype;
};
const ScalarType* scalar_types() {
  static const ScalarType table[] = {{&PyDoubleArrType_Type, DType::F64},
                                     {&PyLongArrType_Type, DType::I64},
                                     {&PyBoolArrType_Type, DType::Bool},
                                     {&PyFloatArrType_Type, DType::F32},
                                     {&PyIntArrType_Type, DType::I32},
                                     {&PyByteArrType_Type, DType::I8},
                                     {&PyShortArrType_Type, DType::I16},
                                     {&PyUByteArrType_Type, DType::U8},
                                     {&PyUShortArrType_Type, DType::U16},
                                     {&PyUIntArrType_Type, DType::U32},
                                     {&PyULongArrType_Type, DType::U64},
                                     {&PyCFloatArrType_Type, DType::C64},
                                     {&PyCDoubleArrType_Type, DType::C128},
                                     {&PyLongLongArrType_Type, DType::I64},
                                     {&PyULongLongArrType_Type, DType::U64},
                                     {&PyHalfArrType_Type, DType::F16},
                                     {nullptr, {}}};
  return table;
}

bool is_bfloat16(PyTypeObject* t) {
  if (!t->tp_name || strcmp(t->tp_name, "ml_dtypes.bfloat16") != 0) return false;
  DType d;
  PyArray_Descr* descr = PyArray_DescrFromTypeObject(reinterpret_cast<PyObject*>(t));
  bool is = descr && find_dtype(descr->type_num, d);
  Py_XDECREF(descr);
  return is;
}

}  // namespace

Key key_of(PyObject* o) {
  PyTypeObject* t = Py_TYPE(o);
  if (t == &PyArray_Type) return key_of_array(reinterpret_cast<PyArrayObject*>(o));
  if (t == &PyFloat_Type) return make_key(KeyKind::Float);
  if (t == &PyLong_Type) return make_key(KeyKind::Int);
  if (t == &PyBool_Type) return make_key(KeyKind::Bool);
  if (o == Py_None) return make_key(KeyKind::None);
  if (t == &PyComplex_Type) return make_key(KeyKind::Complex);
  for (const ScalarType* s = scalar_types(); s->type; ++s)
    if (t == s->type) return make_key(KeyKind::Scalar, unsigned(s->dtype));
  if (t == &PyTuple_Type) return key_of_tuple(o);
  if (is_bfloat16(t)) return make_key(KeyKind::Scalar, unsigned(DType::BF16));
  if (t == &PySlice_Type) return key_of_slice(o);
  if (t == &PyUnicode_Type) return make_key(KeyKind::Str);
  if (t == &PyBytes_Type) return make_key(KeyKind::Bytes);
  if (is_member(o) || is_named_tuple(o) || is_collection(o)) {
    Type type;
    return find_type_of_container(o, type) ? key_of_container(KeyKind::Tuple, type) : 0;
  }
  if (is_container(o) || is_object(o)) {
    Type type;
    return find_type_of_container(o, type) ? key_of_container(KeyKind::List, type) : 0;
  }
  if (is_object_of_the_world(o)) return key_of_object(o);
  Type random;
  return find_type_of_random(o, random) ? key_of_container(KeyKind::Tuple, random) : 0;
}

std::string why_unsupported(PyObject* o) {
  std::string name = Py_TYPE(o)->tp_name;
  if (Py_TYPE(o) == &PyArray_Type) {
    auto* a = reinterpret_cast<PyArrayObject*>(o);
    if (int rank = PyArray_NDIM(a); rank > ir::max_rank)
      return "an array of rank " + std::to_string(rank) + " (at most " + std::to_string(ir::max_rank) + " is supported)";
    DType d;
    if (!find_dtype(PyArray_DESCR(a)->type_num, d)) {
      Ref text(PyObject_Str(reinterpret_cast<PyObject*>(PyArray_DESCR(a))));
      const char* s = text ? PyUnicode_AsUTF8(text.get()) : nullptr;
      if (!s) PyErr_Clear();
      return std::string("an array of dtype ") + (s ? s : "?");
    }
    if (PyArray_DESCR(a)->byteorder == '>') return "an array in foreign byte order";
    return PyArray_ISALIGNED(a) ? "an array whose elements are no whole number of elements apart (pass a copy)"
                                : "an array that is not aligned";
  }
  if (PyArray_Check(o)) return "a subclass of ndarray, `" + name + "`";
  if (is_collection(o)) return why_collection_unsupported(o);
  if (is_container(o) || is_object(o)) return why_container_unsupported(o);
  if (Py_TYPE(o) == &PyTuple_Type)
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(o); ++i) {
      Key k = key_of(PyTuple_GET_ITEM(o, i));
      if (!has_type(k)) return "a tuple that holds " + why_unsupported(PyTuple_GET_ITEM(o, i));
    }
  if (PySlice_Check(o)) return "a slice of other things than ints";
  std::string random = why_random_unsupported(o);
  return random.empty() ? "a `" + name + "`" : random;
}

// What NumPy numbered ml_dtypes' bfloat16 when that was imported; -1: it is not there.
static int number_of_bfloat16(bool import) {
  static int number = -1;
  if (number >= 0) return number;
  Ref module(import ? PyImport_ImportModule("ml_dtypes") : PyImport_GetModule(Ref(PyUnicode_FromString("ml_dtypes")).get()));
  Ref type(module ? PyObject_GetAttrString(module.get(), "bfloat16") : nullptr);
  PyArray_Descr* d = type ? PyArray_DescrFromTypeObject(type.get()) : nullptr;
  if (!import) PyErr_Clear();
  if (d) number = d->type_num;
  Py_XDECREF(d);
  return number;
}

bool find_dtype(int number, DType& out) {
  if (number >= NPY_USERDEF && number == number_of_bfloat16(false)) return out = DType::BF16, true;
  if (number < 0 || size_t(number) >= sizeof dtype_of_number || dtype_of_number[number] == no_dtype) return false;
  out = DType(dtype_of_number[number]);
  return true;
}

int numpy_number(DType d) {
  constexpr int numbers[] = {NPY_BOOL,  NPY_BYTE, NPY_SHORT, NPY_INT,   NPY_LONG,   NPY_UBYTE,  NPY_USHORT, NPY_UINT,
                             NPY_ULONG, 0,        NPY_HALF,  NPY_FLOAT, NPY_DOUBLE, NPY_CFLOAT, NPY_CDOUBLE};
  return d == DType::BF16 ? number_of_bfloat16(true) : numbers[int(d)];
}

Type type_of_key(Key k) {
  switch (kind_of(k)) {
    case KeyKind::None: return Type::none();
    case KeyKind::Bool: return Type::boolean();
    case KeyKind::Int: return Type::integer();
    case KeyKind::Float: return Type::floating();
    case KeyKind::Complex: return Type::complex();
    case KeyKind::Scalar: return Type::scalar(DType(k >> 8 & 0xff));
    case KeyKind::Array: return Type::array(DType(k >> 8 & 0xff), int(k >> 16 & 0xff), Layout(k >> 24 & 0x7f), k >> 31 & 1);
    case KeyKind::Tuple:
    case KeyKind::List: return container_types[k >> 32];
    case KeyKind::Str: return Type::str();
    case KeyKind::Bytes: return Type::bytes();
    case KeyKind::Literal:
    case KeyKind::Object:
    case KeyKind::Default:
    case KeyKind::Unsupported: break;
  }
  AIC_CHECK(false, "a key without a type");
  return {};
}

Key key_of_type(Type t) {
  switch (t.kind()) {
    case TypeKind::None: return make_key(KeyKind::None);
    case TypeKind::Bool: return make_key(KeyKind::Bool);
    case TypeKind::Int: return make_key(KeyKind::Int);
    case TypeKind::Float: return make_key(KeyKind::Float);
    case TypeKind::Complex: return make_key(KeyKind::Complex);
    case TypeKind::Str: return make_key(t == Type::bytes() ? KeyKind::Bytes : KeyKind::Str);
    case TypeKind::Scalar: return make_key(KeyKind::Scalar, unsigned(t.dtype()));
    case TypeKind::Array:
      return make_key(KeyKind::Array, unsigned(t.dtype()), unsigned(t.rank()),
                      unsigned(t.layout()) | (t.readonly() ? 0x80 : 0));
    case TypeKind::Tuple: return key_of_container(KeyKind::Tuple, t);
    case TypeKind::List: return key_of_container(KeyKind::List, t);
    case TypeKind::Py:
    case TypeKind::Never:
    case TypeKind::Unbound:
    case TypeKind::Union:
    case TypeKind::Range:
    case TypeKind::Slice:
    case TypeKind::Cell:
    case TypeKind::Function: break;
  }
  throw ir::Error("no argument has the type " + t.text());
}

const std::string& text_of_key(Key k) { return texts[k >> 32]; }
PyObject* object_of_key(Key k) { return objects[k >> 32]; }

static Container container_of(std::string_view flavour) {
  return flavour == "dict"        ? Container::Dict
         : flavour == "set"       ? Container::Set
         : flavour == "frozenset" ? Container::FrozenSet
         : flavour == "bytearray" ? Container::ByteArray
         : flavour == "tuple"     ? Container::Tuple
                                  : Container::List;
}

Plan make_plan(Type t, Side side) {
  Plan p;
  p.kind = t.kind();
  switch (t.kind()) {
    case TypeKind::None:
    case TypeKind::Never: break;
    case TypeKind::Bool:
    case TypeKind::Int:
    case TypeKind::Float: p.dtype = t.dtype(), p.slots = 1; break;
    case TypeKind::Complex: p.dtype = DType::C128, p.slots = 2; break;
    case TypeKind::Str: p.slots = 1, p.is_bytes = t == Type::bytes(); break;
    case TypeKind::Scalar: p.dtype = t.dtype(), p.slots = t.dtype() == DType::C128 ? 2 : 1; break;
    case TypeKind::Range: p.slots = 3; break;
    case TypeKind::Array:
      p.dtype = t.dtype(), p.rank = int8_t(t.rank()), p.readonly = t.readonly();
      p.slots = side == Side::Parameter ? 4 : 2 + 2 * t.rank();
      break;
    case TypeKind::Tuple:
    case TypeKind::Union:
    case TypeKind::Slice:
      if (t.is_tuple() && !t.flavour().empty()) p.record = plan_of_record(std::string(t.flavour()));
      p.is_slice = t.is_tuple() && t.flavour() == slice_flavour;
      p.is_random = t.is_tuple() && is_random_flavour(t.flavour());
      if (t.is_tuple()) p.collection = plan_of_collection(t.flavour());
      p.slots = t.is(TypeKind::Union);
      for (Type e : t.elements()) {
        p.parts.push_back(make_plan(e, side));
        p.slots += p.parts.back().slots;
      }
      break;
    case TypeKind::Py:
    case TypeKind::List:
      p.slots = 1;
      if (t.is_object()) {
        p.container = Container::Object;
        p.record = plan_of_record(std::string(t.flavour()));
        break;
      }
      p.container = container_of(t.flavour());
      p.parts.push_back(make_plan(t.element(), Side::Result));
      p.element = make_element_type(p.parts[0], p.container);
      break;
    case TypeKind::Unbound:
    case TypeKind::Cell:
    case TypeKind::Function: AIC_CHECK(false, "no value of this type crosses the border: " + t.text());
  }
  return p;
}

int count(const Plan& p, TypeKind kind) {
  int n = p.kind == kind;
  if (p.kind == TypeKind::List) return n;  // the headers of what they hold are the conversion's
  for (const Plan& part : p.parts) n += count(part, kind);
  return n;
}

static void unpack_scalar(PyObject* o, DType d, Slot* to) {
  switch (d) {
    case DType::Bool: to->i = PyArrayScalar_VAL(o, Bool) != 0; break;
    case DType::I8: to->i = PyArrayScalar_VAL(o, Byte); break;
    case DType::I16: to->i = PyArrayScalar_VAL(o, Short); break;
    case DType::I32: to->i = PyArrayScalar_VAL(o, Int); break;
    case DType::I64: to->i = PyArrayScalar_VAL(o, Long); break;
    case DType::U8: to->i = PyArrayScalar_VAL(o, UByte); break;
    case DType::U16: to->i = PyArrayScalar_VAL(o, UShort); break;
    case DType::U32: to->i = PyArrayScalar_VAL(o, UInt); break;
    case DType::U64: to->i = int64_t(PyArrayScalar_VAL(o, ULong)); break;
    case DType::BF16: {  // the value stands behind the header
      uint16_t bits;
      memcpy(&bits, reinterpret_cast<const char*>(o) + sizeof(PyObject), sizeof bits);
      to->i = bits;
      break;
    }
    case DType::F16: to->i = PyArrayScalar_VAL(o, Half); break;
    case DType::F32: to->i = 0, to->f32 = PyArrayScalar_VAL(o, Float); break;
    case DType::F64: to->f = PyArrayScalar_VAL(o, Double); break;
    case DType::C64: memcpy(to, &PyArrayScalar_VAL(o, CFloat), 8); break;
    case DType::C128: memcpy(to, &PyArrayScalar_VAL(o, CDouble), 16); break;
  }
}

bool unpack(PyObject* o, const Plan& p, Slot*& to, Headers& headers, Conversion* lists) {
  switch (p.kind) {
    case TypeKind::Array: unpack_array(o, to, headers.buffers); return true;
    case TypeKind::Float: to->f = PyFloat_AS_DOUBLE(o); break;
    case TypeKind::Bool: to->i = o == Py_True; break;
    case TypeKind::Int: {
      int overflow = 0;
      to->i = PyLong_AsLongLongAndOverflow(o, &overflow);
      if (overflow) {
        PyErr_SetString(PyExc_OverflowError, "Python int too large to convert to 64 bits");
        return false;
      }
      break;
    }
    case TypeKind::Complex: {
      Py_complex c = reinterpret_cast<PyComplexObject*>(o)->cval;
      to[0].f = c.real;
      to[1].f = c.imag;
      break;
    }
    case TypeKind::Scalar: unpack_scalar(o, p.dtype, to); break;
    case TypeKind::Tuple:
      if (p.record && !p.record->members.empty()) {
        to++->i = number_of_member(p.record->members, o);
        return true;
      }
      if (p.is_random) return unpack_random(o, p, to, headers.buffers), true;
      if (p.collection.kind == Collection::Range) return unpack_range(o, to);
      if (p.collection.kind != Collection::None) return lists->collection_in(o, p, to);
      for (size_t i = 0; i < p.parts.size(); ++i)
        if (!unpack(p.is_slice ? part_of_slice(o, i) : PyTuple_GET_ITEM(o, Py_ssize_t(i)), p.parts[i], to, headers, lists))
          return false;
      return true;
    case TypeKind::Str: {
      rt::Str* s = headers.texts++;
      if (p.is_bytes) {
        *s = {-1, PyBytes_GET_SIZE(o), PyBytes_AS_STRING(o), 1, -1, o, nullptr, nullptr, nullptr};
        to->p = s;
        break;
      }
      if (PyUnicode_READY(o) < 0) return false;
      int64_t hash = reinterpret_cast<PyASCIIObject*>(o)->hash;  // -1: nobody asked for it yet
      *s = {-1, PyUnicode_GET_LENGTH(o), PyUnicode_DATA(o), PyUnicode_KIND(o), hash, o, nullptr, nullptr, nullptr};
      to->p = s;
      break;
    }
    case TypeKind::None: break;
    case TypeKind::List:
      to->p = lists->container_in(o, p);
      if (!to->p) return false;
      break;
    case TypeKind::Py:
    case TypeKind::Never:
    case TypeKind::Unbound:
    case TypeKind::Union:
    case TypeKind::Range:
    case TypeKind::Slice:
    case TypeKind::Cell:
    case TypeKind::Function: PyErr_SetString(PyExc_SystemError, "aic: an argument of impossible type"); return false;
  }
  to += p.slots;
  return true;
}

}  // namespace aic::bindings
