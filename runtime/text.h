// What the files of strings share: making them, reading characters. The functions themselves are declared by the table
// of runtime/abi.h.
#pragma once
#include <string.h>

#include "runtime/abi.h"

namespace aic::rt {

// Memory behind strings that grow at their end: `s += piece` writes behind s where s ends where the store is used up to,
// so that building a string piece by piece costs what its pieces cost.
struct TextStore {
  int64_t refcount;
  int64_t used, capacity;  // bytes
};

#define AIC_DECLARE(result, name, parameters) result name parameters;
AIC_TEXT_FUNCTIONS(AIC_DECLARE)
#undef AIC_DECLARE

void release_live_texts(Context*);
void release_texts(Context*, const Slot* texts, int64_t count);
// Appends parts of a text to a list of texts: `bounds` has where each begins and ends.
bool append_pieces(Context*, List*, const Str*, const int64_t* bounds, int64_t count);

inline uint32_t character(const Str* s, int64_t i) {
  if (s->kind == 1) return static_cast<const uint8_t*>(s->data)[i];
  if (s->kind == 2) return static_cast<const uint16_t*>(s->data)[i];
  return static_cast<const uint32_t*>(s->data)[i];
}
inline void put(Str* s, int64_t i, uint32_t c) {  // while it is being made
  auto* data = const_cast<void*>(s->data);
  if (s->kind == 1)
    static_cast<uint8_t*>(data)[i] = uint8_t(c);
  else if (s->kind == 2)
    static_cast<uint16_t*>(data)[i] = uint16_t(c);
  else
    static_cast<uint32_t*>(data)[i] = c;
}
inline int64_t kind_of(uint32_t c) { return c < 256 ? 1 : c < 65536 ? 2 : 4; }
constexpr bool is_space(uint32_t c) {
  if (c < 128) return c == ' ' || (c >= 9 && c <= 13) || (c >= 28 && c <= 31);
  return c == 0x85 || c == 0xa0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200a) || c == 0x2028 || c == 0x2029 || c == 0x202f ||
         c == 0x205f || c == 0x3000;
}
constexpr bool is_upper(uint32_t c) { return c >= 'A' && c <= 'Z'; }
constexpr bool is_lower(uint32_t c) { return c >= 'a' && c <= 'z'; }
constexpr bool is_letter(uint32_t c) { return is_upper(c) || is_lower(c); }
constexpr bool is_digit(uint32_t c) { return c >= '0' && c <= '9'; }
// What str_is says of a text that is one ASCII character: a bit for each TextProperty.
constexpr uint16_t ascii_properties(uint32_t c) {
  uint32_t all = 0;
  if (c >= 128) return 0;
  auto set = [&](int64_t what, bool is) { all |= uint32_t(is) << what; };
  set(text_digit, is_digit(c)), set(text_numeric, is_digit(c)), set(text_decimal, is_digit(c));
  set(text_alpha, is_letter(c)), set(text_alnum, is_letter(c) || is_digit(c)), set(text_space, is_space(c));
  set(text_upper_only, is_upper(c)), set(text_lower_only, is_lower(c)), set(text_titled, is_upper(c));
  set(text_identifier, is_letter(c) || c == '_'), set(text_printable, c >= 32 && c < 127), set(text_ascii_only, true);
  return uint16_t(all);
}
extern LatinTexts latin_texts;
inline bool ascii_is(uint32_t c, int64_t what) { return c < 128 && latin_texts.properties[c] >> what & 1; }

struct LatinSpaces {
  bool is[256];
  constexpr LatinSpaces() : is{} {
    for (uint32_t c = 0; c < 256; ++c) is[c] = is_space(c);
  }
  constexpr bool operator[](uint8_t c) const { return is[c]; }
};
inline constexpr LatinSpaces latin_spaces;
// Up to 8 bytes as one number, zeros behind them. They are read with what stands behind them, where that is in the same page.
inline uint64_t word_of(const uint8_t* p, int64_t bytes) {
  uint64_t word = 0;
#ifndef __SANITIZE_ADDRESS__
  constexpr uintptr_t page = 4096;
  if (bytes > 0 && (reinterpret_cast<uintptr_t>(p) & (page - 1)) <= page - sizeof word) {
    memcpy(&word, p, sizeof word);
    return bytes >= 8 ? word : word & ((uint64_t(1) << (8 * bytes)) - 1);
  }
#endif
  for (int64_t k = 0; k < bytes; ++k) word |= uint64_t(p[k]) << (8 * k);
  return word;
}
// Of at most 16 bytes: two words that, with how many there are, say all of them.
struct TwoWords {
  uint64_t first, last;
};
inline TwoWords words_of(const void* data, int64_t bytes) {
  const auto* p = static_cast<const uint8_t*>(data);
  if (bytes <= 8) return {word_of(p, bytes), 0};
  TwoWords w;
  memcpy(&w.first, p, 8), memcpy(&w.last, p + bytes - 8, 8);
  return w;
}
inline bool equal_texts(const Str* a, const Str* b) {
  if (a == b) return true;
  if (a->length != b->length || a->kind != b->kind) return false;
  const int64_t bytes = a->length * a->kind;
  if (bytes > 16) return memcmp(a->data, b->data, size_t(bytes)) == 0;
  const TwoWords x = words_of(a->data, bytes), y = words_of(b->data, bytes);
  return x.first == y.first && x.last == y.last;
}
bool is_ascii(const Str*);
Str* quoted_bytes(Context*, const Str*);
Str* narrowed(Context*, Str*);  // takes a new string whose kind may be larger than it need be
Str* text_of_bytes(Context*, const char* ascii, int64_t length);
// Copies count characters of `from` to `to`, which is being made and whose kind is not smaller.
void copy_characters(Str* to, int64_t at, const Str* from, int64_t first, int64_t count);

}  // namespace aic::rt
