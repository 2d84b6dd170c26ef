// A call from C: parameters are tested, made into slots, the variant is chosen, results are given to the caller.
//
// Nothing that C passes is trusted further than C allows: null pointers, negative extents, strides that are no multiple of
// the element or contradict the layout class, and unaligned data come back as codes. Result arrays are contiguous memory of
// their own that libc's free releases: what shares memory with a parameter or another result is copied.
#include "runtime/library.h"

#include <alloca.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/half.h"
#include "runtime/stack.h"

namespace aic::rt {
namespace {

constexpr int64_t item_sizes[] = {1, 1, 2, 4, 8, 1, 2, 4, 8, 2, 2, 4, 8, 8, 16};      // by ir's number of the dtype
constexpr int64_t item_alignments[] = {1, 1, 2, 4, 8, 1, 2, 4, 8, 2, 2, 4, 8, 4, 8};

// One parameter of the C function.
struct Word {
  char kind;
  int dtype, rank, layout;
  [[nodiscard]] int64_t size() const { return item_sizes[dtype]; }
};
Word word_at(const char* w) { return {w[0], w[1] - 'a', w[2] - '0', w[3] - '0'}; }

// `struct { T *data; int64_t shape[r], strides[r]; }`
struct Header {
  void* data;
  int64_t extents[1];
};

bool is_row_major(const int64_t* shape, const int64_t* strides, int rank, int64_t size) {
  for (int k = rank; k-- > 0; size *= shape[k])
    if (shape[k] != 1 && strides[k] != size) return false;
  return true;
}
bool is_column_major(const int64_t* shape, const int64_t* strides, int rank, int64_t size) {
  for (int k = 0; k < rank; size *= shape[k++])
    if (shape[k] != 1 && strides[k] != size) return false;
  return true;
}

struct Call {
  const LibraryFunction* f;
  LibraryError* error;
  Context context;
  Buffer* buffers;
  Slot* slots;
  bool small = true, contiguous = true;
  bool lacks_tables = false;  // of Unicode: strings beyond ASCII met a function that needs them

  int32_t take_array(int k, const Word& w, const void* from);
  [[nodiscard]] bool are_disjoint() const;
  int32_t take(const Slot* words);
  int32_t give(const Slot* words, const Slot* results);
  int32_t give_union(const Word& to, const char* arms, const Slot*& from, void* out);
  int32_t give_array(const Word& w, const Slot* from, Header* to);
};

int32_t Call::take_array(int k, const Word& w, const void* from) {
  auto* header = static_cast<const Header*>(from);
  if (!header) return library_failure(error, f, code_null_pointer, "TypeError", "`%s` is a null pointer", name_of(f, k));
  const int64_t *shape = header->extents, *strides = shape + w.rank;
  int64_t bytes = w.size();
  bool empty = false, too_large = false;
  for (int d = 0; d < w.rank; ++d) {
    if (shape[d] < 0)
      return library_failure(error, f, code_bad_shape, "ValueError", "`%s` has the negative extent %lld on axis %d",
                             name_of(f, k), static_cast<long long>(shape[d]), d);
    empty |= shape[d] == 0;
    too_large |= __builtin_mul_overflow(bytes, shape[d] ? shape[d] : 1, &bytes);
    small &= shape[d] <= INT32_MAX;
  }
  if (too_large) return library_failure(error, f, code_bad_shape, "ValueError", "`%s` is larger than memory", name_of(f, k));
  if (!header->data && !empty)
    return library_failure(error, f, code_null_pointer, "TypeError", "the data of `%s` is a null pointer", name_of(f, k));
  if (reinterpret_cast<uintptr_t>(header->data) % uintptr_t(item_alignments[w.dtype]))
    return library_failure(error, f, code_unaligned, "ValueError", "the data of `%s` is not aligned to its elements",
                           name_of(f, k));
  for (int d = 0; d < w.rank && !empty; ++d)
    if (shape[d] > 1 && strides[d] % w.size())
      return library_failure(error, f, code_bad_strides, "ValueError",
                             "the stride %lld of `%s` on axis %d is no multiple of its elements' %lld bytes",
                             static_cast<long long>(strides[d]), name_of(f, k), d, static_cast<long long>(w.size()));
  bool rows = empty || is_row_major(shape, strides, w.rank, w.size());
  bool fits = w.layout == 3 || (w.layout == 0 && rows) ||
              (w.layout == 1 && (empty || is_column_major(shape, strides, w.rank, w.size()))) ||
              (w.layout == 2 && (empty || shape[w.rank - 1] == 1 || strides[w.rank - 1] == w.size()));
  if (!fits)
    return library_failure(error, f, code_bad_strides, "ValueError", "`%s` must be %s", name_of(f, k),
                           w.layout == 0   ? "contiguous in C order"
                           : w.layout == 1 ? "contiguous in Fortran order"
                                           : "contiguous along its last axis");
  contiguous &= rows;
  *buffers = {1, header->data, 0, const_cast<void*>(from), nullptr, nullptr};
  slots[0].p = header->data;
  slots[1].p = const_cast<int64_t*>(shape);
  slots[2].p = const_cast<int64_t*>(strides);
  slots[3].p = buffers++;
  slots += 4;
  return 0;
}

int32_t Call::take(const Slot* words) {
  const char* w = f->words;
  for (int k = 0; *w; k += *w != 'v', w += 4) {
    switch (*w) {
      case 'a':
        if (int32_t code = take_array(k, word_at(w), words->p)) return code;
        break;
      case 'i': small &= words->i == int32_t(words->i); [[fallthrough]];
      case 's': *slots++ = *words; break;
      case 'z': *slots++ = *words++, *slots++ = *words; break;
      case 'v': continue;
      default:
        if (!words->p)
          return library_failure(error, f, code_null_pointer, "TypeError", "`%s` is a null pointer", name_of(f, k));
    }
    ++words;
  }
  for (int k = 0; k < f->hidden_count; ++k) {
    const LibraryArray& h = f->hidden[k];
    *buffers = {1, const_cast<void*>(h.data), 0, const_cast<LibraryArray*>(&h), nullptr, nullptr};
    slots[0].p = buffers->data;
    slots[1].p = const_cast<int64_t*>(h.shape);
    slots[2].p = const_cast<int64_t*>(h.strides);
    slots[3].p = buffers++;
    slots += 4;
  }
  return 0;
}

// Of the parameters; arrays of the world are never written to.
bool Call::are_disjoint() const {
  struct Range {
    uintptr_t low, high;
  };
  auto* ranges = static_cast<Range*>(alloca(sizeof(Range) * size_t(f->array_count + 1)));
  int n = 0;
  const Buffer* b = buffers - f->array_count - f->hidden_count;
  for (const char* at = f->words; *at; at += 4) {
    Word w = word_at(at);
    if (w.kind != 'a') continue;
    auto* header = static_cast<const Header*>((b++)->host);
    const int64_t *shape = header->extents, *strides = shape + w.rank;
    auto from = reinterpret_cast<uintptr_t>(header->data);
    Range r{from, from + uintptr_t(w.size())};
    for (int d = 0; d < w.rank; ++d) {
      if (shape[d] == 0) r = {from, from};
      if (shape[d] == 0) break;
      (strides[d] < 0 ? r.low : r.high) += uintptr_t((shape[d] - 1) * strides[d]);
    }
    for (int j = 0; j < n; ++j)
      if (r.low < ranges[j].high && ranges[j].low < r.high) return false;
    ranges[n++] = r;
  }
  return true;
}

void copy_elements(char*& to, const char* from, const int64_t* shape, const int64_t* strides, int rank, int64_t size) {
  if (rank == 0) {
    memcpy(to, from, size_t(size));
    to += size;
    return;
  }
  for (int64_t i = 0; i < shape[0]; ++i) copy_elements(to, from + i * strides[0], shape + 1, strides + 1, rank - 1, size);
}

int32_t Call::give_array(const Word& w, const Slot* from, Header* to) {
  auto* owner = static_cast<Buffer*>(from[1].p);
  const int64_t *shape = &from[2].i, *strides = shape + w.rank;
  int64_t elements = 1;
  for (int d = 0; d < w.rank; ++d) elements *= shape[d];
  bool whole =
      elements == 0 || is_row_major(shape, strides, w.rank, w.size()) || is_column_major(shape, strides, w.rank, w.size());
  if (!owner->host && owner->refcount == 1 && from[0].p == owner->data && whole) {
    to->data = aic_take_data(&context, owner);
    memcpy(to->extents, shape, size_t(w.rank) * 16);
    return 0;
  }
  int64_t bytes = elements * w.size();
  to->data = aligned_alloc(64, size_t(bytes ? (bytes + 63) & ~int64_t{63} : 64));
  if (!to->data) return library_failure(error, f, code_memory, "MemoryError", "no memory for a result");
  char* at = static_cast<char*>(to->data);
  copy_elements(at, static_cast<const char*>(from[0].p), shape, strides, w.rank, w.size());
  int64_t step = w.size();
  for (int d = w.rank; d-- > 0; step *= shape[d]) to->extents[d] = shape[d], to->extents[w.rank + d] = step;
  return 0;
}

// The number of one of the arms, in the type that holds them all; a whole number that this cannot hold is an error.
int32_t Call::give_union(const Word& to, const char* arms, const Slot*& from, void* out) {
  int64_t tag = from++->i;
  const Slot* value = nullptr;
  Word arm{};
  for (int k = 0; k < to.rank; ++k) {
    Word w = word_at(arms + 4 * k);
    if (k == tag) arm = w, value = from;
    from += w.size() > 8 ? 2 : 1;
  }
  constexpr int u64 = 8, bf16 = 9, f16 = 10, f32 = 11, f64 = 12, c64 = 13, c128 = 14;
  double real = 0, imaginary = 0;
  bool exact = true;
  if (arm.dtype >= c64) {
    struct {
      float re, im;
    } pair;
    memcpy(&pair, value, 8);
    real = arm.dtype == c64 ? double(pair.re) : value[0].f, imaginary = arm.dtype == c64 ? double(pair.im) : value[1].f;
  } else if (arm.dtype == bf16) {
    real = bfloat_value(uint16_t(value->i));
  } else if (arm.dtype == f16) {
    real = half_value(uint16_t(value->i));
  } else if (arm.dtype >= f32) {
    real = arm.dtype == f32 ? double(value->f32) : value->f;
  } else if (arm.dtype == u64) {
    real = double(uint64_t(value->i)), exact = real < 0x1p64 && uint64_t(real) == uint64_t(value->i);
  } else {
    real = double(value->i), exact = real < 0x1p63 && int64_t(real) == value->i;
  }
  Slot result[2];
  result[0].f = real, result[1].f = imaginary;
  if (to.dtype == f32) result[0].i = 0, result[0].f32 = float(real);
  if (to.dtype == c64) {
    float pair[2] = {float(real), float(imaginary)};
    memcpy(result, pair, 8);
  }
  if (to.dtype <= f16) {  // a float of 16 bits is among its like only: else the union is wider
    result[0] = *value;
    exact = arm.dtype != u64 || to.dtype == u64 || value->i >= 0;
    if (arm.dtype == 0) result[0].i &= 1;
  }
  if (!exact)
    return library_failure(error, f, 5, "OverflowError", "the result is a whole number that %s cannot hold",
                           to.dtype == f64 || to.dtype == c128 ? "a double" : "int64_t");
  memcpy(out, result, size_t(to.size()));
  return 0;
}

int32_t Call::give(const Slot* words, const Slot* results) {
  int given = 0;
  Header* arrays[64];
  for (const char* at = f->words; *at; words += *at != 'v', at += 4) {
    Word w = word_at(at);
    if (w.kind == 'z') ++words;
    if (w.kind == 'u') {
      if (int32_t code = give_union(w, at + 4, results, words->p)) return code;
    }
    if (w.kind == 'R') {
      auto* to = static_cast<Header*>(words->p);
      if (int32_t code = give_array(w, results, to)) {
        for (int j = 0; j < given; ++j) free(arrays[j]->data), arrays[j]->data = nullptr;
        return code;
      }
      if (given < 64) arrays[given++] = to;
      results += 2 + 2 * w.rank;
    } else if (w.kind == 'r') {
      Slot value = *results;
      if (w.dtype == 0) value.i &= 1;
      memcpy(words->p, w.size() > 8 ? results : &value, size_t(w.size()));
      results += w.size() > 8 ? 2 : 1;
    }
  }
  return 0;
}

// ---- the host of a call from C ----
// Through stdio, so that the lines of a C program and of ours come in the order in which they were written.
void write(Context*, int32_t stream, const char* bytes, int64_t length) {
  fwrite(bytes, 1, size_t(length), stream == 2 ? stderr : stdout);
}
int32_t poll(Context*) { return 0; }

Call* call_of(Context* context) {
  return reinterpret_cast<Call*>(reinterpret_cast<char*>(context) - __builtin_offsetof(Call, context));
}
// There are no tables of Unicode here. The call goes on with any answer, and its results are thrown away.
Str* text_changed(Context* context, const Str* s, int64_t) {
  call_of(context)->lacks_tables = true;
  Str* copy = aic_new_text(context, s->kind, s->length);
  if (copy) memcpy(const_cast<void*>(copy->data), s->data, size_t(s->length * s->kind));
  return copy;
}
int32_t text_is(Context* context, const Str*, int64_t what) {
  if (what == 32) return 1;  // print options: the default ones
  call_of(context)->lacks_tables = true;
  return 0;
}
const Host host = {abi_version, write, poll, text_changed, text_is, nullptr, nullptr, nullptr, nullptr};

const int32_t never = 0;  // the poll word

// Below this address recursion raises. Asking takes microseconds, so each thread asks once.
thread_local char* known_limit = nullptr;
char* stack_limit() {
  if (known_limit) return known_limit;
  return known_limit = lowest_of_stack(128 << 10);
}

// All functions of a library were compiled for one processor. 0: not asked yet.
int32_t processor_state = 0;
bool fits_processor(const LibraryFunction* f) {
  int32_t state = __atomic_load_n(&processor_state, __ATOMIC_RELAXED);
  if (state == 0) __atomic_store_n(&processor_state, state = aic_processor_has(f->needs) ? 1 : 2, __ATOMIC_RELAXED);
  return state == 1;
}

}  // namespace

extern "C" int32_t aic_library_call(const LibraryFunction* f, const Slot* words, LibraryError* error) {
  if (!fits_processor(f))
    return library_failure(error, f, code_bad_processor, "RuntimeError", "this processor lacks some of %s", f->needs);
  Call call;
  call.f = f, call.error = error;
  call.buffers = static_cast<Buffer*>(alloca(sizeof(Buffer) * size_t(f->array_count + f->hidden_count + 1)));
  auto* slots = static_cast<Slot*>(alloca(sizeof(Slot) * size_t(f->slot_count + f->result_slot_count + 1)));
  call.slots = slots;
  if (int32_t code = call.take(words)) return code;
  int disjoint = -1;  // not known yet
  const LibraryVariant* v = f->variants;
  for (;; ++v) {
    if (v->tests & test_contiguous && !call.contiguous) continue;
    if (v->tests & test_small && !call.small) continue;
    if (v->tests & test_disjoint && disjoint < 0) disjoint = call.are_disjoint();
    if (!(v->tests & test_disjoint) || disjoint) break;
  }
  Context& context = call.context;
  context.runtime = f->runtime();
  context.host = &host;
  context.poll_word = &never;
  context.stack_limit = stack_limit();
  context.live = nullptr, context.lists = nullptr, context.texts = nullptr;
  context.pools = nullptr;
  context.number.length = 0;
  context.sites = nullptr;
  forget_errors(context);
  Slot* results = slots + f->slot_count;
  int32_t status = v->entry(&context, slots, results);
  int32_t code = 0;
  if (call.lacks_tables)
    code = library_failure(error, f, code_unsupported, "NotImplementedError",
                           "a string beyond ASCII needs Python's tables of Unicode, which a library does not have");
  else if (status)
    context.error.site = status, code = library_exception(error, f, *v, context);
  else
    code = call.give(words, results);
  if (context.live || context.lists || context.texts) aic_release_live(&context);
  if (!code && error) error->code = 0, error->message[0] = 0;
  return code;
}

}  // namespace aic::rt
