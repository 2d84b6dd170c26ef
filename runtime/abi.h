// The binary interface between compiled code, the runtime, and whoever calls compiled code.
//
// Compiled code has no undefined symbols but libc's and libm's. Everything else reaches it through its first
// parameter, a `Context`: the runtime table (functions of runtime/), the host table (functions of whoever embeds us:
// python/bindings in a Python process, libc in a built library), the error record and the list of live buffers.
//
// An entry is `int32_t entry(Context*, const Slot* arguments, Slot* results)`. It returns 0, or the number (≥ 1) of the
// raise site in its module that raised; the error record then holds the values the message needs and the call sites
// that the exception passed on its way out. Values are flattened into 8-byte slots, in order:
//   bool, ints      1 slot   sign- or zero-extended to 64 bits
//   float, f32, f64 1 slot   (an f32 in the low 4 bytes)
//   complex, c128   2 slots  real, imaginary;  c64: 1 slot, real in the low half
//   None            0 slots
//   str             1 slot   Str*; of a result with one reference
//   tuple           its elements, one after another
//   union           1 slot for the tag (index of the arm), then the slots of each arm in order
//   array parameter 4 slots  data, const int64_t* shape, const int64_t* strides (bytes), Buffer* owner
//   array result    2+2r slots  data, Buffer* owner (one reference, given to the caller), shape[r], strides[r]
//   list            1 slot   List*; of a result with one reference; dicts and sets are lists of entries
//   range, slice    3 slots  start, stop, step (slice parts are unions when they may be None)
// The layout is versioned: a cached object with another `abi_version` is compiled again.
#pragma once
#include <stdint.h>

namespace aic::rt {

constexpr int32_t abi_version = 11;

union Slot {
  int64_t i;
  double f;
  float f32;
  void* p;
};

struct Context;

// Owner of array memory. References are counted without atomics: a buffer belongs to one call until it is returned.
// A parameter's buffer is made by the caller, usually on its stack: `host` is the object that owns the memory (borrowed),
// `release` is null, and compiled code counts on it like on any other. Its `bytes` only say whether that object has the memory
// itself: 0 of a view.
struct Buffer {
  int64_t refcount;
  void* data;        // what `aligned_alloc(64, …)` gave; libc's free may release it, so that NumPy can take it over
  int64_t bytes;
  void* host;        // the host's object for a parameter, else null; without data: a reference to what has the memory
  Buffer* previous;  // the call's live buffers, so that an exception frees what the call left behind
  Buffer* next;
};

// Where an element of a list holds a reference. Guards say under which tags of unions (slot -1: always).
struct ReferencePlace {
  int32_t slot;
  int32_t kind;             // 0 a List*, 1 a Buffer*, 2 a Str*
  const struct ElementType* inner;  // of a list: its elements
  int32_t guard_slot[2];
  int64_t guard_tag[2];
};
// What the runtime must know of a list's elements: made by compiled code as constants, one for each type.
struct ElementType {
  int64_t slots;            // 8-byte slots of an element, laid out like a result's
  int64_t reference_count;
  const ReferencePlace* references;
};

// A Python list: elements unboxed in one piece of memory. A plain number takes as many bytes as its type has, so that
// `[True] * n` is n bytes; everything else whole slots. One that stands for a Python list of the caller has it as `host`,
// and the caller holds one of its references.
struct List {
  int64_t refcount;
  int64_t length, capacity;  // in elements
  Slot* data;                // null while capacity is 0
  const ElementType* type;   // null: no references in it, and `width` tells the rest
  int64_t width;             // bytes of an element
  void* host;
  List* previous;            // the call's live lists
  List* next;
  struct Table* table;       // of a dict or set; null of a list
};

// What a key consists of, in pre-order: how to hash it and when two are equal. Keys of two types may be equal: 1 == 1.0.
// A sequence is a tuple whose length is known at run time only: a List*, and one part below, what each element is (none: it is
// empty). A frozen set likewise. An object is the one that it is; objects of classes with methods of their own for this are
// hashed and compared by compiled code (table_probe). A hash stands for something that has it.
enum KeyKind : int32_t {
  key_none,
  key_bool,
  key_int,
  key_float,
  key_complex,
  key_text,
  key_bytes,
  key_tuple,
  key_union,
  key_sequence,
  key_object,
  key_frozen_set,
  key_hash
};
struct KeyPart {
  int32_t kind;
  int32_t slots;  // that it takes, with what is below it
  int32_t parts;  // of a tuple or union: how many follow below it
  int32_t next;   // index of the part after it and what is below it
};
// The index of a dict or set. Entries are the list's elements, the hash first (-1, which no hash is, where there is none).
// A dict's stand in the order of insertion, and `index` maps hashes to them (-1 empty, -2 removed). A set's stand where
// CPython's would: the list has mask + 1 elements, and a place without entry says whether one was removed there.
struct Table {
  const KeyPart* key;
  int64_t count;       // entries
  int64_t fill;        // of a set: places used or removed from; of a dict: entries that still fit (CPython's `usable`)
  int64_t mask;        // size of the index - 1
  int32_t* index;      // null of a set
  int64_t finger;      // of a set: where pop() goes on; of a dict: no entry stands before this place
  int32_t key_slots;
  int32_t is_set;
};

// A Python str: immutable. One of bytes has a character for each; its kind is 1. `kind` is the least of 1, 2, 4 bytes a
// character that holds its largest one.
struct Str {
  int64_t refcount;         // negative: immortal (constants, arguments of a call) and not counted
  int64_t length;           // in characters
  const void* data;
  int64_t kind;
  int64_t hash;             // -1: not known yet
  void* host;               // the host's object for an argument, else null
  struct TextStore* store;  // memory shared with longer strings that begin with this one; null: it follows the header
  Str* previous;            // the call's live strings
  Str* next;
};

// The functions behind the ops of ir/ops/text.h: `str.concat` is str_concat. Null: memory is short.
// clang-format off
#define AIC_TEXT_FUNCTIONS(X)                                                                              \
  X(int64_t, str_at, (Context*, const Str*, int64_t index))          /* the code point */                  \
  X(Str*, str_char, (Context*, const Str*, int64_t index))                                                 \
  X(Str*, str_slice, (Context*, const Str*, int64_t start, int64_t count, int64_t step))                   \
  X(Str*, str_concat, (Context*, const Str*, const Str*))                                                  \
  X(Str*, str_append, (Context*, Str*, const Str*))                  /* the same; takes a reference to the first */ \
  X(Str*, str_repeat, (Context*, const Str*, int64_t count))                                               \
  X(bool, str_equal, (Context*, const Str*, const Str*))                                                   \
  X(int64_t, str_compare, (Context*, const Str*, const Str*))        /* -1, 0, 1 */                        \
  X(int64_t, str_find, (Context*, const Str*, const Str* piece, int64_t start, int64_t stop))              \
  X(int64_t, str_rfind, (Context*, const Str*, const Str* piece, int64_t start, int64_t stop))             \
  X(int64_t, str_count, (Context*, const Str*, const Str* piece, int64_t start, int64_t stop))             \
  X(Str*, str_replace, (Context*, const Str*, const Str* old, const Str* by, int64_t count))               \
  X(Str*, str_strip, (Context*, const Str*, const Str* characters, int64_t sides))                         \
  X(Str*, str_strip_space, (Context*, const Str*, int64_t sides))                                          \
  X(int64_t, str_skip_space, (Context*, const Str*, int64_t from, bool space))                             \
  X(Str*, str_changed, (Context*, const Str*, int64_t how))          /* TextChange */                      \
  X(bool, str_is, (Context*, const Str*, int64_t what))              /* TextProperty */                    \
  X(bool, str_code_is, (Context*, int64_t code_point, int64_t what)) /* of the text that is this character */ \
  X(Str*, str_of_code, (Context*, int64_t code_point))                                                     \
  X(Str*, str_of_int, (Context*, int64_t))                                                                 \
  X(Str*, str_of_float, (Context*, double))                          /* as repr */                         \
  X(Str*, str_of_complex, (Context*, double, double))                                                      \
  X(int64_t, str_int_status, (Context*, const Str*, int64_t base))   /* 0 good, 1 no number, 2 too large */ \
  X(int64_t, str_to_int, (Context*, const Str*, int64_t base))                                             \
  X(bool, str_is_float, (Context*, const Str*))                                                            \
  X(double, str_to_float, (Context*, const Str*))                                                          \
  X(bool, str_spec_fits, (Context*, const Str* spec, int64_t kind))  /* 0 int, 1 float, 2 str */           \
  X(Str*, str_format_int, (Context*, int64_t, const Str* spec))                                            \
  X(Str*, str_format_float, (Context*, double, const Str* spec))                                           \
  X(Str*, str_format_str, (Context*, const Str*, const Str* spec))                                         \
  X(Str*, str_recoded, (Context*, const Str*, int64_t how))          /* 0 UTF-8 as characters, 1 back */    \
  X(int64_t, str_wrong_code, (Context*, const Str*, int64_t from, int64_t codec)) /* Codec */               \
  X(Str*, str_of_list, (Context*, const List*, int64_t start, int64_t count, int64_t step))                \
  X(Str*, str_join, (Context*, const List*, const Str*))                                                   \
  X(bool, str_split, (Context*, List*, const Str*, const Str* separator, int64_t most))                    \
  X(int64_t, str_some_pieces, (Context*, List*, const Str*, const Str* separator, int64_t how, int64_t from))\
  X(bool, str_sort, (Context*, List*))                                                                     \
  X(void, str_write, (Context*, const Str*, int64_t stream))                                               \
  X(void, str_retain, (Context*, Str*))                              /* one reference more */             \
  X(void, str_release, (Context*, Str*))                             /* one less; of null: nothing */
// clang-format on
enum TextChange : int64_t {
  text_upper,
  text_lower,
  text_title,
  text_capitalize,
  text_swapcase,
  text_casefold,
  text_repr,
  text_ascii,
  text_plain_digits,
  text_of_bytes_repr,      // b'…'
  text_ascii_only_too = 16 // added: letters beyond ASCII stay
};
// What str_wrong_code looks for. Its answer: 8 * (8 * place + how many bytes) + what is wrong.
enum Codec : int64_t { codec_utf8_bytes, codec_utf8_text, codec_ascii, codec_latin };
enum CodecError : int64_t { wrong_start, wrong_continuation, wrong_end, wrong_range };
// What str_some_pieces finds.
enum PieceKind : int64_t { text_pieces, text_lines, text_lines_with_ends };
enum TextProperty : int64_t {
  text_alpha,
  text_digit,
  text_alnum,
  text_space,
  text_upper_only,
  text_lower_only,
  text_titled,
  text_identifier,
  text_numeric,
  text_decimal,
  text_ascii_only,
  text_printable,
  text_bytes_only = 16  // added: only ASCII counts
};
// The shared strings of one Latin character, and what str_is says of each that is ASCII: a bit for each TextProperty.
struct LatinTexts {
  Str one[256];
  uint16_t properties[256];  // of others nothing
};
struct Context;
struct TextFunctions {
#define AIC_FIELD(result, name, parameters) result(*name) parameters;
  AIC_TEXT_FUNCTIONS(AIC_FIELD)
#undef AIC_FIELD
};

constexpr int max_error_values = 32;  // two bits of `held` each
constexpr int max_trace = 32;

// What an exception needs: filled by compiled code just before it returns a non-zero status.
struct ErrorRecord {
  int32_t site;                     // raise-site number, as returned
  int32_t trace_length;             // call sites passed on the way out, innermost first; may exceed max_trace (then cut)
  int32_t trace[max_trace];
  Slot values[max_error_values];    // the operands of the check, flattened like arguments
  int64_t held;                     // references it counts: two bits a value, 0 or ReferencePlace::kind + 1
};

// An exception that was caught, in the data of a List: its only element. The lists it refers to are counted.
struct SavedError {
  ErrorRecord error;
  int32_t has_cause;
  List *cause, *context;
};
// A handler that is at work on one, likewise. That is counted.
struct Handler {
  List* saved;
  List* outside;  // the exception that was handled before
  List* below;    // Context::handlers: before this one
};

inline SavedError* saved_in(const List* l) { return static_cast<SavedError*>(static_cast<void*>(l->data)); }
inline Handler* handler_in(const List* l) { return static_cast<Handler*>(static_cast<void*>(l->data)); }

// What `lapack` runs (runtime/lapack.h); the op's {routine} is the name.
// clang-format off
#define AIC_LAPACK_ROUTINES(X)                                                                                \
  X(potrf)              /* a: its upper triangle becomes Cholesky's factor */                                 \
  X(getrf)              /* a: LU factors; order: the rows exchanged, from 1 on, int64 */                      \
  X(gesv)               /* a: LU factors; order; b becomes x */                                               \
  X(syevd)              /* values of a's lower triangle; a becomes the vectors */                             \
  X(syevd_upper)                                                                                              \
  X(syevd_values)       /* values alone; a is lost */                                                         \
  X(syevd_values_upper)                                                                                       \
  X(geev)               /* a is lost; complex values; right vectors: real and imaginary parts of real pairs */ \
  X(geev_values)                                                                                              \
  X(gesdd)              /* a is lost; values; u; v's conjugate transpose: whole ones */                       \
  X(gesdd_thin)         /* as many vectors as there are values */                                             \
  X(gesdd_values)                                                                                             \
  X(geqrf)              /* a: R and reflections; taus */                                                      \
  X(orgqr)              /* a: reflections become Q's columns; taus */
// clang-format on
enum LapackRoutine : int64_t {
#define AIC_ROUTINE(name) lapack_##name,
  AIC_LAPACK_ROUTINES(AIC_ROUTINE)
#undef AIC_ROUTINE
};
enum LapackAnswer : int64_t { lapack_absent = -1000, lapack_no_memory = -1001 };
struct LapackArray {
  void* data;
  int64_t extents[2];
};

struct Runtime {
  int32_t version;
  // Births. `bytes` may be 0 (a valid, unique pointer results). Null when memory is short or bytes < 0.
  Buffer* (*allocate)(Context*, int64_t bytes);
  Buffer* (*allocate_zeroed)(Context*, int64_t bytes);
  void (*release)(Context*, Buffer*);  // called when a count falls to 0; never for parameters' buffers
  // Lists. `type` is null where elements hold no references. Null or 0: memory is short.
  List* (*list_new)(Context*, int64_t width, const ElementType* type, int64_t capacity);
  int32_t (*list_grow)(Context*, List*, int64_t length);      // makes the length larger
  void (*list_truncate)(Context*, List*, int64_t length);     // makes it smaller, and releases what falls away
  void (*list_release)(Context*, List*);                      // called when the count falls to 0
  void (*list_rotate)(List*, int64_t from, int64_t to, int64_t by);
  const TextFunctions* text;
  const struct TableFunctions* tables;
  struct LatinTexts* latin;  // null where `text` is
  bool (*lapack_is_there)();
  int64_t (*lapack)(int64_t routine, bool complex, const LapackArray*);  // its info, or a LapackAnswer
};

// The functions behind table.* and error.*. Null or 0 where one may fail: memory is short.
// clang-format off
#define AIC_TABLE_FUNCTIONS(X)                                                                                          \
  X(List*, table_new, (Context*, int64_t slots, const ElementType*, const KeyPart*, int32_t key_slots, int32_t is_set)) \
  X(int64_t, table_find, (Context*, const List*, const Slot* key, const KeyPart*))                                      \
  X(int64_t, dict_find_text, (Context*, const List*, const Str*))        /* table_find of keys that are texts, */         \
  X(int64_t, dict_find_int, (const List*, int64_t))                      /* or ints */                                    \
  X(int64_t, table_insert, (Context*, List*, const Slot* key))           /* the key's reference is taken; -1: no memory */ \
  X(int64_t, table_probe, (const List*, int64_t hash, int64_t after))                                                    \
  X(int64_t, table_insert_hashed, (Context*, List*, const Slot* key, int64_t hash))                                     \
  X(void, table_remove, (Context*, List*, int64_t place))                                                               \
  X(void, table_clear, (Context*, List*))                                                                               \
  X(int64_t, table_next, (const List*, int64_t from))                                                                   \
  X(int64_t, table_previous, (const List*, int64_t from))                                                               \
  X(int64_t, table_first_to_go, (List*))                                                                                \
  X(int32_t, table_reserve, (Context*, List*, const List*))                                                             \
  X(int32_t, table_merge, (Context*, List*, const List*))                                                               \
  X(int32_t, table_select, (Context*, List*, const List* from, const List* other, int32_t held))                       \
  X(void, table_swap, (List*, List*))                                                                                   \
  X(int64_t, hash_key, (Context*, const Slot*, const KeyPart*))                                                         \
  X(List*, error_save, (Context*))                                                                                      \
  X(int32_t, error_restore, (Context*, List*))                           /* its site */                                 \
  X(Str*, error_text, (Context*, const List*, int64_t what))                                                            \
  X(List*, error_make, (Context*))                                                                                      \
  X(void, error_cause, (Context*, List* cause))                          /* of what is raised next; one without a site: None */ \
  X(List*, error_link, (Context*, const List*, int64_t which))           /* 0 its cause, 1 its context; none: site 0 */ \
  X(void, error_done, (Context*, List*))
// clang-format on
struct TableFunctions {
#define AIC_FIELD(result, name, parameters) result(*name) parameters;
  AIC_TABLE_FUNCTIONS(AIC_FIELD)
#undef AIC_FIELD
};

struct Host {
  int32_t version;
  void (*write)(Context*, int32_t stream, const char* bytes, int64_t length);  // print: 1 stdout, 2 stderr
  int32_t (*poll)(Context*);                                                    // non-zero: an exception is pending (Ctrl-C)
  // Of strings with characters beyond ASCII, where the host's tables of Unicode decide.
  Str* (*text_changed)(Context*, const Str*, int64_t how);
  int32_t (*text_is)(Context*, const Str*, int64_t what);
  int64_t (*hash_text)(Context*, const Str*);   // as the host's dicts hash it; of null: None. Not there: a hash of our own
  Str* (*error_text)(Context*, const ErrorRecord*, int64_t what);  // of a caught exception: see error.text
  // A block that the host's interpreter runs (docs/fallback.md): values and results in slots, laid out like an element of a
  // list. Non-zero: an exception is set. The values stay the caller's; the results come with references.
  int32_t (*interpret)(Context*, int64_t block, const Slot* values, Slot* results);
  void (*drop)(Context*, void* object);  // one reference to an object of the host's less
};

// What was last read as a number. Asking whether a text is one reads it, and mostly it is read next.
struct LastNumber {
  uint64_t first, last;  // the characters, of at most 16
  int64_t length;        // 0: none
  int64_t base;          // 0 of floats
  Slot value;
};

struct Context {
  const Runtime* runtime;
  const Host* host;
  const volatile int32_t* poll_word;  // non-zero: call host->poll at the next `poll`
  char* stack_limit;                  // below this address recursion raises RecursionError
  Buffer* live;                       // head of the doubly linked list of buffers born in this call and not yet released
  ErrorRecord error;
  List* lists;                        // the same of lists
  Str* texts;                         // and of strings
  const void* sites;                  // the host's table of raise sites: for the texts of exceptions that are caught
  int32_t interrupted;                // a poll raised: what caught it does not end it
  int32_t has_cause;                  // of the exception under way: `from` was there
  List* cause;                        // of the exception under way; null: None
  List* context;                      // of the exception under way, where it has been caught before
  List* handled;                      // the exception that the innermost handler is at work on
  List* handled_outside;              // what that was before the last call {caught}
  List* again;                        // counted: the saved exception that is under way again, and stays the same one
  List* handlers;                     // counted: of all handlers that began and did not end, the last one first
  List* handlers_outside;             // what that was before the last call {caught}
  struct Pools* pools;                // the thread's memory (runtime/pool.h); null: not asked for yet
  LastNumber number;
};

// What a call begins with.
inline void forget_errors(Context& c) {
  c.error.site = c.error.trace_length = 0;
  c.error.held = 0;
  c.interrupted = c.has_cause = 0;
  c.cause = c.context = c.handled = c.handled_outside = c.again = c.handlers = c.handlers_outside = nullptr;
}

using Entry = int32_t (*)(Context*, const Slot* arguments, Slot* results);

extern "C" {
const Runtime* aic_runtime();                 // the table of this archive
void aic_release_live(Context*);              // frees all that is still on the context's lists (after an exception)
// For hosts that keep results beyond the call:
void aic_detach(Context*, Buffer*);           // takes a buffer off the list; its references stay counted
void aic_drop_detached(Buffer*);              // one reference to a detached buffer less; the last one frees it
Str* aic_new_text(Context*, int64_t kind, int64_t length);  // its characters are to be written at once
void* aic_take_data(Context*, Buffer*);  // the only reference to a buffer becomes its data, for libc's free or aic_recycle
void aic_recycle(void* data, int64_t bytes);  // data of a birth whose first `bytes` were in use: for the next birth, or freed
}

}  // namespace aic::rt
