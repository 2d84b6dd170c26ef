// `aic_call`: a function of a library called with described values, for callers that know types at run time only (other
// languages, plug-ins). Rank, dtype and count are tested here; the rest is the ordinary call.
#include <alloca.h>
#include <string.h>

#include "runtime/library.h"

namespace aic::rt {
namespace {

const char* const dtype_names[] = {"bool",   "int8",   "int16", "int32", "int64",  "uint8",         "uint16",        "uint32",
                                   "uint64", "bfloat", "half",  "float", "double", "complex float", "complex double"};
constexpr int dtype_count = 15;

// `struct { T *data; int64_t shape[r], strides[r]; }`
struct Header {
  void* data;
  int64_t axes[2 * most_rank];
};

// A scalar as the words of the ordinary call hold it.
Slot scalar_word(int dtype, const void* data) {
  Slot s{};
  switch (dtype) {
    case 0: s.i = *static_cast<const bool*>(data); break;
    case 1: s.i = *static_cast<const int8_t*>(data); break;
    case 2: s.i = *static_cast<const int16_t*>(data); break;
    case 3: s.i = *static_cast<const int32_t*>(data); break;
    case 5: s.i = *static_cast<const uint8_t*>(data); break;
    case 6: s.i = *static_cast<const uint16_t*>(data); break;
    case 7: s.i = *static_cast<const uint32_t*>(data); break;
    case 9:
    case 10: s.i = *static_cast<const uint16_t*>(data); break;
    case 11: s.f32 = *static_cast<const float*>(data); break;
    default: memcpy(&s, data, 8);
  }
  return s;
}

}  // namespace

extern "C" __attribute__((visibility("default"))) int32_t aic_call(const LibraryFunction* f, const LibraryValue* values,
                                                                   int32_t count, LibraryError* error) {
  if (!f || (!values && count))
    return library_failure(error, f, code_null_pointer, "TypeError", f ? "there are no values" : "there is no function");
  if (f->version != abi_version)
    return library_failure(error, f, code_unknown_function, "RuntimeError", "the function is of a library of another version");
  int expected = 0;
  for (const char* w = f->words; *w; w += 4) expected += *w != 'v';
  if (count != expected)
    return library_failure(error, f, code_bad_count, "TypeError", "%s takes %d values, results among them, not %d", f->name,
                           expected, count);
  auto* words = static_cast<Slot*>(alloca(sizeof(Slot) * size_t(2 * count + 1)));
  auto* headers = static_cast<Header*>(alloca(sizeof(Header) * size_t(count + 1)));
  Slot* to = words;
  int k = 0;
  for (const char* w = f->words; *w; w += 4) {
    if (*w == 'v') continue;
    const LibraryValue& v = values[k];
    const char* name = name_of(f, k);
    int dtype = w[1] - 'a', rank = w[2] - '0';
    bool is_array = *w == 'a' || *w == 'R';
    if (v.dtype != dtype)
      return library_failure(error, f, code_bad_dtype, "TypeError", "`%s` has elements of type %s, not %s", name,
                             dtype_names[dtype], v.dtype >= 0 && v.dtype < dtype_count ? dtype_names[v.dtype] : "no number");
    if (v.rank != (is_array ? rank : -1))
      return library_failure(error, f, code_bad_rank, "TypeError",
                             is_array ? "`%s` has rank %d, not %d" : "`%s` is a scalar (%d), not of rank %d", name,
                             is_array ? rank : -1, int(v.rank));
    if (!v.data && *w != 'a') return library_failure(error, f, code_null_pointer, "TypeError", "`%s` is a null pointer", name);
    if (*w == 'a') {
      if (rank && (!v.shape || !v.strides))
        return library_failure(error, f, code_null_pointer, "TypeError", "the shape of `%s` is a null pointer", name);
      headers[k].data = v.data;
      memcpy(headers[k].axes, v.shape, size_t(rank) * 8);
      memcpy(headers[k].axes + rank, v.strides, size_t(rank) * 8);
      to++->p = &headers[k];
    } else if (*w == 'z') {
      memcpy(to, v.data, 16);
      to += 2;
    } else if (*w == 'i' || *w == 's') {
      *to++ = scalar_word(dtype, v.data);
    } else {
      to++->p = v.data;
    }
    ++k;
  }
  return aic_library_call(f, words, error);
}

}  // namespace aic::rt
