// Built libraries: what `aic build` writes of a function, and how a call from C becomes a call of an entry.
//
// The code generator writes for each function `f` of a library one C function `f`, which puts its parameters into 8-byte
// words and calls `aic_library_call`, and one `LibraryFunction`, the constant `aic_function_f`, which says what the words
// are, which variants were compiled and what each raise site means. `aic.load` reads the same constant. A function is
// compiled a few times: the first variant whose conditions a call meets serves it, and the last one has none.
#pragma once
#include <stdint.h>
#include <string.h>

#include "runtime/abi.h"

namespace aic::rt {

// Kinds of raise sites: what the message is made of.
enum class SiteKind : uint8_t { Plain, Call, Convert, Broadcast, Assignable, Poll, Condition };

// Conditions of a variant, one bit each.
enum LibraryTest : int32_t {
  test_disjoint = 1,    // no two array parameters overlap in memory
  test_small = 2,       // ints and extents fit in 31 bits
  test_contiguous = 4,  // all array parameters have C order, whatever their layout class admits
};

struct LibraryVariant {
  Entry entry;
  // Terminated texts, one after another: the number of sites; then for each site, from 1 on: the digit of its kind,
  // exception, message after a `=` (empty: it has none; after a `#`: its values are the exception's arguments), its values
  // (slots and type, `1int;`), ranks as digits, the number of frames; for each frame, innermost first: file, function, line.
  const char* sites;
  int32_t tests;
  int32_t weight, nesting;  // for aic.load: when to release Python's lock
};

// An array of Python's world that the code takes as an argument after the caller's.
struct LibraryArray {
  const void* data;
  const int64_t* shape;
  const int64_t* strides;
};

struct LibraryFunction {
  int32_t version;  // abi_version
  int32_t variant_count;
  const LibraryVariant* variants;
  const Runtime* (*runtime)();
  // Four characters for each parameter of the C function but the last: what it is, dtype ('a' + ir's number), rank and
  // layout class as digits (counted on from '0' above 9). `i` Python's int, `s` another scalar, `z` a c128 (two words), `a` an
  // array, `r` a scalar result and `R` an array result, by pointer; `u` a scalar result that has one of several types, which
  // follow as `v`: these have no parameter of their own.
  const char* words;
  const char* names;  // of the parameters, each terminated
  const char* name;  // of the function in Python
  const char* needs;  // features that the processor must have, LLVM's names with commas between them
  int32_t slot_count, result_slot_count, array_count;
  int32_t hidden_count;
  const LibraryArray* hidden;
};

constexpr int most_rank = 32;  // of an array in a call with described values; python/bindings/build.cpp compares it with ir's
inline const char* name_of(const LibraryFunction* f, int k) {  // of parameter k
  const char* name = f->names;
  while (k-- > 0) name += strlen(name) + 1;
  return name;
}

// `aic_error` of the header.
struct LibraryError {
  int32_t code, line;
  const char *exception, *function, *file;
  char message[256];
};
// `aic_value` of the header: what stands at `data`, of which type.
struct LibraryValue {
  int32_t dtype;  // ir's number
  int32_t rank;  // -1: a scalar
  void* data;  // of an array its elements; of a scalar its place; of a result the place or the array's struct
  const int64_t *shape, *strides;
};
enum LibraryCode : int32_t {
  code_none = 0,
  code_other = 1,  // an exception without a number of its own: those that have one stand in library_error.cpp
  code_memory = 8,
  code_null_pointer = 100,
  code_bad_shape,
  code_bad_strides,
  code_unaligned,
  code_bad_rank,
  code_bad_dtype,
  code_unknown_function,
  code_bad_count,
  code_unsupported,
  code_bad_processor,
};

// Fills in the error, if there is one to fill in; returns the code.
int32_t library_failure(LibraryError*, const LibraryFunction*, int32_t code, const char* exception, const char* format, ...)
    __attribute__((format(printf, 5, 6)));
int32_t library_exception(LibraryError*, const LibraryFunction*, const LibraryVariant&, const Context&);

extern "C" {
// By described values, in the order of the C function's parameters, results at the end.
int32_t aic_call(const LibraryFunction*, const LibraryValue* values, int32_t count, LibraryError*);
int32_t aic_library_call(const LibraryFunction*, const Slot* words, LibraryError*);
bool aic_processor_has(const char* needs);
int32_t aic_processor_known(char* names, int32_t size);  // the features that can be asked for; the length
const Runtime* aic_runtime_without_text();  // the table for code that has no strings: so these are not linked in
}

}  // namespace aic::rt
