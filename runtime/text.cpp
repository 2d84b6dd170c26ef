// Strings, as compiled code sees them through the runtime table: laid out as CPython's, so that arguments are borrowed
// without a copy and searching is libc's memchr and memcmp. All strings of a call stand on the context's list, as buffers
// do, so that a call that ends by an exception leaves nothing behind. Strings of one Latin-1 character are shared. Short
// strings come and go by the thousand: each thread keeps the memory of some.
#include "runtime/text.h"

#include <stdlib.h>
#include <string.h>

#include "runtime/list.h"
#include "runtime/pool.h"

namespace aic::rt {
namespace {

void link_live(Context* context, Str* s) {
  s->refcount = 1;
  s->hash = -1;
  s->host = nullptr;
  s->previous = nullptr;
  s->next = context->texts;
  if (s->next) s->next->previous = s;
  context->texts = s;
}
void unlink_live(Context* context, Str* s) {
  if (s->previous)
    s->previous->next = s->next;
  else if (context->texts == s)
    context->texts = s->next;
  if (s->next) s->next->previous = s->previous;
}

// ---- memory of short strings: pieces of one size, chained by `next` ----
constexpr int64_t short_bytes = 24;  // of characters

using Pool = TextPool;
Pool* pool_of(Context* context) {
  Pools* p = pools_of(context);
  return p ? &p->texts : nullptr;
}
Str* piece_for(int64_t bytes, Pool* p) {
  if (bytes > short_bytes) return static_cast<Str*>(malloc(sizeof(Str) + size_t(bytes)));
  if (!p || !p->first) return static_cast<Str*>(malloc(sizeof(Str) + short_bytes));
  Str* s = p->first;
  p->first = s->next;
  --p->count;
  return s;
}
void drop(Str* s, Pool* p) {
  bool shares = s->store != nullptr;
  if (shares && --s->store->refcount == 0) free(s->store);
  bool is_short = shares || s->length * s->kind <= short_bytes;
  if (!is_short || !p || p->count >= Pool::max_pieces) return free(s);
  s->next = p->first;
  p->first = s;
  ++p->count;
}

uint32_t largest(const Str* s, int64_t first, int64_t count, int64_t step) {
  uint32_t most = 0;
  for (int64_t k = 0; k < count; ++k) {
    uint32_t c = character(s, first + k * step);
    most = c > most ? c : most;
  }
  return most;
}

// Where in [start, stop) the piece begins; -1: nowhere.
int64_t find_forwards(const Str* s, const Str* piece, int64_t start, int64_t stop) {
  int64_t n = piece->length, last = stop - n;
  if (start > last) return -1;
  if (n == 0) return start;
  if (s->kind == 1 && piece->kind == 1) {
    auto* text = static_cast<const char*>(s->data);
    auto* found = static_cast<const char*>(n == 1 ? memchr(text + start, int(character(piece, 0)), size_t(stop - start))
                                                  : memmem(text + start, size_t(stop - start), piece->data, size_t(n)));
    return found ? found - text : -1;
  }
  if (piece->kind > s->kind) return -1;
  uint32_t first = character(piece, 0);
  for (int64_t i = start; i <= last; ++i) {
    if (character(s, i) != first) continue;
    int64_t k = 1;
    while (k < n && character(s, i + k) == character(piece, k)) ++k;
    if (k == n) return i;
  }
  return -1;
}
bool holds(const Str* characters, uint32_t c) {
  for (int64_t k = 0; k < characters->length; ++k)
    if (character(characters, k) == c) return true;
  return false;
}
template <class Dropped>
Str* stripped(Context* context, const Str* s, int64_t sides, Dropped dropped) {
  int64_t start = 0, stop = s->length;
  if (sides & 1)
    while (start < stop && dropped(character(s, start))) ++start;
  if (sides & 2)
    while (stop > start && dropped(character(s, stop - 1))) --stop;
  return str_slice(context, s, start, stop - start, 1);
}
Str* shared(Context*, const Str* s) {
  auto* same = const_cast<Str*>(s);
  if (same->refcount >= 0) ++same->refcount;
  return same;
}

}  // namespace

static constexpr Str immortal(const void* data, int64_t length) {
  return {-1, length, data, 1, -1, nullptr, nullptr, nullptr, nullptr};
}
struct LatinBytes {
  uint8_t all[256];
  constexpr LatinBytes() : all{} {
    for (int c = 0; c < 256; ++c) all[c] = uint8_t(c);
  }
};
static constexpr LatinBytes latin_bytes;
static constexpr LatinTexts make_latin_texts() {
  LatinTexts t{};
  for (uint32_t c = 0; c < 256; ++c) t.one[c] = immortal(latin_bytes.all + c, 1), t.properties[c] = ascii_properties(c);
  return t;
}
constinit LatinTexts latin_texts = make_latin_texts();
static constinit Str no_text = immortal(latin_bytes.all, 0);

// ---- making ----
static Str* begun(Context* context, Str* s, int64_t kind, int64_t length) {
  if (!s) return nullptr;
  s->length = length;
  s->kind = kind;
  s->data = s + 1;
  s->store = nullptr;
  link_live(context, s);
  return s;
}
extern "C" Str* aic_new_text(Context* context, int64_t kind, int64_t length) {
  int64_t bytes = 0;
  if (__builtin_mul_overflow(kind, length, &bytes) || bytes > INT64_MAX - int64_t(sizeof(Str))) return nullptr;
  return begun(context, piece_for(bytes, pool_of(context)), kind, length);
}

// Of a few bytes by words that may overlap: most texts are short, and a call costs more.
template <class Word>
static void copy_two(char* to, const char* from, int64_t bytes) {
  Word first, last;
  memcpy(&first, from, sizeof first), memcpy(&last, from + bytes - sizeof last, sizeof last);
  memcpy(to, &first, sizeof first), memcpy(to + bytes - sizeof last, &last, sizeof last);
}
static void copy_bytes(char* to, const char* from, int64_t bytes) {
  if (bytes > 16)
    memcpy(to, from, size_t(bytes));
  else if (bytes >= 8)
    copy_two<uint64_t>(to, from, bytes);
  else if (bytes >= 4)
    copy_two<uint32_t>(to, from, bytes);
  else if (bytes >= 2)
    copy_two<uint16_t>(to, from, bytes);
  else if (bytes == 1)
    *to = *from;
}

void copy_characters(Str* to, int64_t at, const Str* from, int64_t first, int64_t count) {
  if (to->kind == from->kind) {
    auto* target = static_cast<char*>(const_cast<void*>(to->data)) + at * to->kind;
    copy_bytes(target, static_cast<const char*>(from->data) + first * from->kind, count * to->kind);
  } else {
    for (int64_t k = 0; k < count; ++k) put(to, at + k, character(from, first + k));
  }
}

Str* text_of_bytes(Context* context, const char* ascii, int64_t length) {
  Str* s = aic_new_text(context, 1, length);
  if (s) copy_bytes(static_cast<char*>(const_cast<void*>(s->data)), ascii, length);
  return s;
}

Str* str_of_code(Context* context, int64_t code_point) {
  if (code_point < 256) return &latin_texts.one[code_point];
  Str* s = aic_new_text(context, kind_of(uint32_t(code_point)), 1);
  if (s) put(s, 0, uint32_t(code_point));
  return s;
}

void str_retain(Context*, Str* s) {
  if (s && s->refcount >= 0) ++s->refcount;
}
void str_release(Context* context, Str* s) {
  if (!s || s->refcount < 0 || --s->refcount > 0) return;
  unlink_live(context, s);
  drop(s, pool_of(context));
}

void release_texts(Context* context, const Slot* texts, int64_t count) {
  Pool* p = pool_of(context);
  for (int64_t k = 0; k < count; ++k) {
    auto* s = static_cast<Str*>(texts[k].p);
    if (!s || s->refcount < 0 || --s->refcount > 0) continue;
    unlink_live(context, s);
    drop(s, p);
  }
}

void release_live_texts(Context* context) {
  Pool* p = pool_of(context);
  while (Str* s = context->texts) {
    context->texts = s->next;
    drop(s, p);
  }
}

Str* narrowed(Context* context, Str* s) {
  int64_t least = s->kind == 1 ? 1 : kind_of(largest(s, 0, s->length, 1));
  if (least == s->kind) return s;
  Str* narrow = aic_new_text(context, least, s->length);
  for (int64_t k = 0; narrow && k < s->length; ++k) put(narrow, k, character(s, k));
  str_release(context, s);
  return narrow;
}

// ---- parts ----
int64_t str_at(Context*, const Str* s, int64_t index) { return character(s, index); }
Str* str_char(Context* context, const Str* s, int64_t index) { return str_of_code(context, character(s, index)); }

Str* str_slice(Context* context, const Str* s, int64_t start, int64_t count, int64_t step) {
  if (count <= 0) return &no_text;
  if (count == 1) return str_char(context, s, start);
  if (count == s->length && step == 1) return shared(context, s);
  if (s->kind == 1 && step == 1) return text_of_bytes(context, static_cast<const char*>(s->data) + start, count);
  int64_t kind = s->kind == 1 ? 1 : kind_of(largest(s, start, count, step));
  Str* part = aic_new_text(context, kind, count);
  if (!part) return nullptr;
  if (step == 1 && kind == s->kind) {
    copy_characters(part, 0, s, start, count);
  } else if (s->kind == 1) {
    auto* to = reinterpret_cast<uint8_t*>(part + 1);
    const auto* from = static_cast<const uint8_t*>(s->data) + start;
    for (int64_t k = 0; k < count; ++k, from += step) to[k] = *from;
  } else {
    for (int64_t k = 0; k < count; ++k) put(part, k, character(s, start + k * step));
  }
  return part;
}

// Pieces of Latin text are copied from the memory that the thread keeps, asked for once.
bool append_pieces(Context* context, List* l, const Str* s, const int64_t* bounds, int64_t count) {
  Pool none = {}, *p = pool_of(context);
  if (!p) p = &none;
  const int64_t before = l->length, last_whole = s->length - short_bytes, of_kind = s->kind, length = s->length;
  if (!list_grow(context, l, before + count)) return false;
  Slot* to = l->data + before;
  Str *free = p->first, *live = context->texts;  // as they are while pieces come one after another
  int taken = 0;
  auto settle = [&] { p->first = free, p->count -= taken, taken = 0, context->texts = live; };
  for (int64_t k = 0; k < count; ++k) {
    const int64_t start = bounds[2 * k], n = bounds[2 * k + 1] - start;
    const auto* characters = static_cast<const uint8_t*>(s->data) + start;
    Str* piece = free;
    if (of_kind == 1 && n == 1) {
      piece = &latin_texts.one[*characters];
    } else if (of_kind == 1 && n > 1 && n <= short_bytes && n != length && piece) {
      free = piece->next;
      ++taken;
      *piece = {1, n, piece + 1, 1, -1, nullptr, nullptr, nullptr, live};
      if (live) live->previous = piece;
      live = piece;
      start <= last_whole ? memcpy(piece + 1, characters, short_bytes)
                          : memcpy(piece + 1, characters, size_t(n));  // the first is no call
    } else {
      settle();
      piece = str_slice(context, s, start, n, 1);
      free = p->first, live = context->texts;
      if (!piece) return l->length = before + k, false;
    }
    to[k].p = piece;
  }
  settle();
  return true;
}

// ---- putting together ----
// a's own memory goes on behind it, unless somebody has been there before.
static Str* grown(Context* context, const Str* a, const Str* b, int64_t kind) {
  int64_t before = a->length * kind, more = b->length * kind;
  Str* whole = piece_for(0, pool_of(context));  // what shares memory gives back a short piece
  if (!whole) return nullptr;
  TextStore* store = a->kind == kind ? a->store : nullptr;
  auto* data = store ? reinterpret_cast<char*>(store + 1) : nullptr;
  bool fits =
      store && data + store->used == static_cast<const char*>(a->data) + before && store->used + more <= store->capacity;
  if (!fits) {
    int64_t capacity = before + more + (a->store ? before + more : (before + more) / 8 + 16);
    store = static_cast<TextStore*>(malloc(sizeof(TextStore) + size_t(capacity)));
    if (!store) {
      free(whole);
      return nullptr;
    }
    *store = {0, before, capacity};
    data = reinterpret_cast<char*>(store + 1);
  }
  ++store->refcount;
  whole->length = a->length + b->length;
  whole->kind = kind;
  whole->data = fits ? a->data : data;
  whole->store = store;
  if (!fits) copy_characters(whole, 0, a, 0, a->length);
  copy_characters(whole, a->length, b, 0, b->length);
  store->used += more;
  link_live(context, whole);
  return whole;
}

Str* str_concat(Context* context, const Str* a, const Str* b) {
  if (a->length == 0) return shared(context, b);
  if (b->length == 0) return shared(context, a);
  int64_t kind = a->kind > b->kind ? a->kind : b->kind;
  if (a->length > INT64_MAX / 16 || b->length > INT64_MAX / 16) return nullptr;
  if ((a->length + b->length) * kind > short_bytes) return grown(context, a, b, kind);
  Str* s = aic_new_text(context, kind, a->length + b->length);
  if (!s) return nullptr;
  copy_characters(s, 0, a, 0, a->length);
  copy_characters(s, a->length, b, 0, b->length);
  return s;
}

// `s += piece`: who has the only reference to s, and no other string goes on behind it, writes behind it.
Str* str_append(Context* context, Str* a, const Str* b) {
  const int64_t before = a->length * a->kind, more = b->length * b->kind;
  if (a->refcount == 1 && a->kind == b->kind && a != b && !a->host && a->length > 0) {
    TextStore* store = a->store;
    char* end = static_cast<char*>(const_cast<void*>(a->data)) + before;
    const bool fits = store ? reinterpret_cast<char*>(store + 1) + store->used == end && more <= store->capacity - store->used
                            : a->data == a + 1 && before + more <= short_bytes;
    if (fits) {
      copy_bytes(end, static_cast<const char*>(b->data), more);
      if (store) store->used += more;
      a->length += b->length;
      a->hash = -1;
      return a;
    }
  }
  Str* whole = str_concat(context, a, b);
  if (whole) str_release(context, a);
  return whole;
}

// Elements of a list of strings are pointers.
Str* str_join(Context* context, const List* texts, const Str* between) {
  const int64_t n = texts->length;
  auto text = [&](int64_t k) { return static_cast<const Str*>(texts->data[k].p); };
  if (n == 0) return &no_text;
  if (n == 1) return shared(context, text(0));
  int64_t kind = between->kind, length = 0;
  if (__builtin_mul_overflow(between->length, n - 1, &length)) return nullptr;
  for (int64_t k = 0; k < n; ++k) {
    kind = text(k)->kind > kind ? text(k)->kind : kind;
    if (__builtin_add_overflow(length, text(k)->length, &length)) return nullptr;
  }
  Str* all = aic_new_text(context, kind, length);
  if (!all) return nullptr;
  if (kind == 1) {
    auto* to = static_cast<char*>(const_cast<void*>(all->data));
    auto add = [&](const Str* s) {
      s->length == 1 ? void(*to = *static_cast<const char*>(s->data))
                     : copy_bytes(to, static_cast<const char*>(s->data), s->length);
      to += s->length;
    };
    for (int64_t k = 0; k < n; ++k) {
      if (k && between->length) add(between);
      add(text(k));
    }
    return all;
  }
  int64_t at = 0;
  for (int64_t k = 0; k < n; ++k) {
    if (k) copy_characters(all, at, between, 0, between->length), at += between->length;
    copy_characters(all, at, text(k), 0, text(k)->length);
    at += text(k)->length;
  }
  return all;
}

Str* str_repeat(Context* context, const Str* s, int64_t count) {
  if (count <= 0 || s->length == 0) return &no_text;
  if (count == 1) return shared(context, s);
  int64_t length = 0;
  if (__builtin_mul_overflow(s->length, count, &length)) return nullptr;
  Str* all = aic_new_text(context, s->kind, length);
  if (!all) return nullptr;
  if (s->length == 1 && s->kind == 1) {
    memset(const_cast<void*>(all->data), int(character(s, 0)), size_t(count));
    return all;
  }
  copy_characters(all, 0, s, 0, s->length);
  for (int64_t done = s->length; done < length;) {
    int64_t more = done < length - done ? done : length - done;
    copy_characters(all, done, all, 0, more);
    done += more;
  }
  return all;
}

Str* str_replace(Context* context, const Str* s, const Str* old, const Str* by, int64_t count) {
  if (count < 0) count = INT64_MAX;
  constexpr int64_t most = 64;
  int64_t places[most], n = 0;  // the first ones are found once only
  if (old->length == 0) {
    n = s->length + 1 < count ? s->length + 1 : count;
  } else {
    for (int64_t at = 0; n < count && (at = find_forwards(s, old, at, s->length)) >= 0; at += old->length, ++n)
      if (n < most) places[n] = at;
  }
  if (n == 0) return shared(context, s);
  int64_t length = 0;
  if (__builtin_mul_overflow(n, by->length - old->length, &length) || __builtin_add_overflow(length, s->length, &length))
    return nullptr;
  int64_t kind = s->kind > by->kind ? s->kind : by->kind;
  Str* all = aic_new_text(context, kind, length);
  if (!all) return nullptr;
  int64_t from = 0, to = 0;
  for (int64_t k = 0; k < n; ++k) {
    // An empty piece stands before every character and at the end.
    int64_t at = !old->length ? k : k < most ? places[k] : find_forwards(s, old, from, s->length);
    copy_characters(all, to, s, from, at - from);
    to += at - from;
    copy_characters(all, to, by, 0, by->length);
    to += by->length;
    from = at + old->length;
  }
  copy_characters(all, to, s, from, s->length - from);
  return narrowed(context, all);  // the largest characters may have been replaced
}

// ---- asking ----
bool str_equal(Context*, const Str* a, const Str* b) { return equal_texts(a, b); }

int64_t str_compare(Context*, const Str* a, const Str* b) {
  int64_t n = a->length < b->length ? a->length : b->length;
  const bool bytes = a->kind == 1 && b->kind == 1;
  if (int order = bytes ? memcmp(a->data, b->data, size_t(n)) : 0) return order < 0 ? -1 : 1;
  for (int64_t k = 0; k < n && !bytes; ++k) {
    uint32_t x = character(a, k), y = character(b, k);
    if (x != y) return x < y ? -1 : 1;
  }
  return a->length < b->length ? -1 : a->length > b->length;
}

int64_t str_find(Context*, const Str* s, const Str* piece, int64_t start, int64_t stop) {
  return find_forwards(s, piece, start, stop);
}

int64_t str_rfind(Context*, const Str* s, const Str* piece, int64_t start, int64_t stop) {
  int64_t n = piece->length;
  for (int64_t i = stop - n; i >= start; --i) {
    int64_t k = 0;
    while (k < n && character(s, i + k) == character(piece, k)) ++k;
    if (k == n) return i;
  }
  return -1;
}

int64_t str_count(Context*, const Str* s, const Str* piece, int64_t start, int64_t stop) {
  if (start > stop) return 0;
  if (piece->length == 0) return stop - start + 1;
  int64_t n = 0;
  for (int64_t at = start; (at = find_forwards(s, piece, at, stop)) >= 0; at += piece->length) ++n;
  return n;
}

Str* str_strip(Context* context, const Str* s, const Str* characters, int64_t sides) {
  return stripped(context, s, sides, [&](uint32_t c) { return holds(characters, c); });
}
Str* str_strip_space(Context* context, const Str* s, int64_t sides) { return stripped(context, s, sides, is_space); }

// The first place from `from` on whose character is white space, or is none.
int64_t str_skip_space(Context*, const Str* s, int64_t from, bool space) {
  if (s->kind == 1) {
    auto* bytes = static_cast<const uint8_t*>(s->data);
    while (from < s->length && latin_spaces[bytes[from]] == space) ++from;
    return from;
  }
  while (from < s->length && is_space(character(s, from)) == space) ++from;
  return from;
}

void str_write(Context* context, const Str* s, int64_t stream) {
  if (s->kind == 1 && is_ascii(s))
    return context->host->write(context, int32_t(stream), static_cast<const char*>(s->data), s->length);
  auto* bytes = static_cast<char*>(malloc(size_t(s->length) * 4 + 1));
  if (!bytes) return;
  int64_t n = 0;
  for (int64_t k = 0; k < s->length; ++k) {
    uint32_t c = character(s, k);
    if (c < 0x80) {
      bytes[n++] = char(c);
    } else if (c < 0x800) {
      bytes[n++] = char(0xc0 | c >> 6), bytes[n++] = char(0x80 | (c & 63));
    } else if (c < 0x10000) {
      bytes[n++] = char(0xe0 | c >> 12), bytes[n++] = char(0x80 | (c >> 6 & 63)), bytes[n++] = char(0x80 | (c & 63));
    } else {
      bytes[n++] = char(0xf0 | c >> 18), bytes[n++] = char(0x80 | (c >> 12 & 63));
      bytes[n++] = char(0x80 | (c >> 6 & 63)), bytes[n++] = char(0x80 | (c & 63));
    }
  }
  context->host->write(context, int32_t(stream), bytes, n);
  free(bytes);
}

}  // namespace aic::rt
