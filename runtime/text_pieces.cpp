// What a string is split into. Latin text is looked at by 64 characters: bits say which of them separate.
#include <string.h>

#include "runtime/list.h"
#include "runtime/text.h"

namespace aic::rt {
namespace {

// Pieces go to their list by the dozen.
class Pieces {
 public:
  Pieces(Context* context, List* to, const Str* of, int64_t enough) : context_(context), to_(to), of_(of), enough_(enough) {}
  void add(int64_t start, int64_t stop) {
    bounds_[2 * count_] = start, bounds_[2 * count_ + 1] = stop;
    if (++count_ == most) flush();
  }
  bool flush() {
    good_ = good_ && append_pieces(context_, to_, of_, bounds_, count_);
    enough_ -= count_;
    count_ = 0;
    return good_;
  }
  [[nodiscard]] bool are_enough() const { return count_ >= enough_ || !good_; }

 private:
  static constexpr int64_t most = 64;
  Context* context_;
  List* to_;
  const Str* of_;
  bool good_ = true;
  int64_t enough_, count_ = 0, bounds_[2 * most];
};
constexpr int64_t all = INT64_MAX;

// ---- 64 Latin characters at a time ----
using Bytes = uint8_t __attribute__((vector_size(16)));
constexpr int64_t block = 64;

uint64_t bits_of(Bytes flags) {
#ifdef __SSE2__
  using Chars = char __attribute__((vector_size(16)));
  return uint64_t(uint16_t(__builtin_ia32_pmovmskb128(Chars(flags))));
#else
  uint64_t bits = 0;
  for (int k = 0; k < 16; ++k) bits |= uint64_t(flags[k] & 1) << k;
  return bits;
#endif
}
// Is a character one of first…first + more?
Bytes is_among(Bytes c, uint8_t first, uint8_t more) { return Bytes(Bytes(c - first) <= more); }
Bytes is_latin_space(Bytes c) {
  return is_among(c, 9, 4) | is_among(c, 28, 3) | Bytes(c == 32) | Bytes(c == 0x85) | Bytes(c == 0xa0);
}
Bytes is_latin_line_end(Bytes c) { return is_among(c, 10, 3) | is_among(c, 28, 2) | Bytes(c == 0x85); }

// Up to 16 characters, and something behind them: what stands there, where that is in the same page.
Bytes bytes_at(const uint8_t* p, int64_t n) {
  Bytes c = {};
#ifndef __SANITIZE_ADDRESS__
  constexpr uintptr_t page = 4096;
  if ((reinterpret_cast<uintptr_t>(p) & (page - 1)) <= page - sizeof c) n = sizeof c;
#endif
  n < int64_t(sizeof c) ? memcpy(&c, p, size_t(n)) : memcpy(&c, p, sizeof c);  // the second is no call
  return c;
}

// Calls visit(at, bits) for each block of the text from `from` on, until it says false; behind the end of the text bits are
// what `behind` says.
template <class Is, class Visit>
[[gnu::always_inline]] inline bool by_blocks(const Str* s, int64_t from, bool behind, Is is, Visit visit) {
  const auto* characters = static_cast<const uint8_t*>(s->data);
  for (int64_t at = from; at < s->length; at += block) {
    const uint8_t* p = characters + at;
    const int64_t n = s->length - at;
    uint64_t bits = 0;
    if (n >= block)
      for (int k = 0; k < 4; ++k) bits |= bits_of(is(bytes_at(p + 16 * k, 16))) << (16 * k);
    else
      for (int64_t k = 0; k < n; k += 16) bits |= bits_of(is(bytes_at(p + k, n - k))) << k;
    if (n < block) bits = behind ? bits | ~uint64_t(0) << n : bits & ~(~uint64_t(0) << n);
    if (!visit(at, bits)) return false;
  }
  return true;
}
// Each of the functions below adds pieces from `from` on until they are enough, and gives where to go on, or -1 at the end.
int64_t latin_words(Pieces& pieces, const Str* s, int64_t from) {
  uint64_t space_before = 1;
  int64_t start = -1, end = from;
  bool done = by_blocks(s, from, true, is_latin_space, [&](int64_t at, uint64_t spaces) {
    uint64_t borders = spaces ^ (spaces << 1 | space_before);
    space_before = spaces >> (block - 1);
    for (; borders; borders &= borders - 1) {
      const int64_t place = at + __builtin_ctzll(borders);
      if (start >= 0) pieces.add(start, end = place);
      start = start < 0 ? place : -1;
    }
    return !pieces.are_enough();
  });
  if (!done) return start < 0 ? end : start;
  if (start >= 0) pieces.add(start, s->length);
  return -1;
}

int64_t words(Context* context, Pieces& pieces, const Str* s, int64_t from, int64_t most) {
  int64_t at = str_skip_space(context, s, from, true);
  for (int64_t done = 0; at < s->length; ++done) {
    if (pieces.are_enough()) return at;
    int64_t end = most >= 0 && done >= most ? s->length : str_skip_space(context, s, at, false);
    pieces.add(at, end);
    at = str_skip_space(context, s, end, true);
  }
  return -1;
}

// Where a piece ends and where the next one begins: what a mark at a place says.
struct Border {
  int64_t end, next;
};
template <class Is, class BorderAt>
[[gnu::always_inline]] inline bool latin_borders(Pieces& pieces, const Str* s, int64_t& from, Is is, BorderAt border_at) {
  return by_blocks(s, from, false, is, [&](int64_t at, uint64_t bits) {
    for (; bits; bits &= bits - 1) {
      const int64_t place = at + __builtin_ctzll(bits);
      if (place < from) continue;  // the second of two characters that are one mark
      const Border b = border_at(place);
      pieces.add(from, b.end);
      from = b.next;
    }
    return !pieces.are_enough();
  });
}

int64_t latin_fields(Pieces& pieces, const Str* s, int64_t from, uint8_t separator) {
  auto is_separator = [=](Bytes c) { return Bytes(c == separator); };
  if (!latin_borders(pieces, s, from, is_separator, [](int64_t at) { return Border{at, at + 1}; })) return from;
  pieces.add(from, s->length);
  return -1;
}

int64_t fields(Context* context, Pieces& pieces, const Str* s, const Str* separator, int64_t from, int64_t most) {
  for (int64_t done = 0; most < 0 || done < most; ++done) {
    if (pieces.are_enough()) return from;
    int64_t end = str_find(context, s, separator, from, s->length);
    if (end < 0) break;
    pieces.add(from, end);
    from = end + separator->length;
  }
  pieces.add(from, s->length);
  return -1;
}

bool ends_line(uint32_t c) { return (c >= 10 && c <= 13) || (c >= 28 && c <= 30) || c == 0x85 || c == 0x2028 || c == 0x2029; }
int64_t lines(Pieces& pieces, const Str* s, int64_t from, bool with_ends) {
  auto border_at = [=](int64_t at) {
    const bool two = character(s, at) == '\r' && at + 1 < s->length && character(s, at + 1) == '\n';
    const int64_t next = at + (two ? 2 : 1);
    return Border{with_ends ? next : at, next};
  };
  if (s->kind == 1) {
    if (!latin_borders(pieces, s, from, is_latin_line_end, border_at)) return from;
  } else {
    for (int64_t at = from; at < s->length; ++at) {
      if (at < from || !ends_line(character(s, at))) continue;
      if (pieces.are_enough()) return from;
      const Border b = border_at(at);
      pieces.add(from, b.end);
      from = b.next;
    }
  }
  if (from < s->length) pieces.add(from, s->length);
  return -1;
}

int64_t split(Context* context, Pieces& pieces, const Str* s, const Str* separator, int64_t from, int64_t most) {
  const bool latin = s->kind == 1 && most < 0;
  if (separator->length == 0) return latin ? latin_words(pieces, s, from) : words(context, pieces, s, from, most);
  if (latin && separator->kind == 1 && separator->length == 1)
    return latin_fields(pieces, s, from, uint8_t(character(separator, 0)));
  return fields(context, pieces, s, separator, from, most);
}

}  // namespace

bool str_split(Context* context, List* l, const Str* s, const Str* separator, int64_t most) {
  Pieces pieces(context, l, s, all);
  split(context, pieces, s, separator, 0, most);
  return pieces.flush();
}
int64_t str_some_pieces(Context* context, List* l, const Str* s, const Str* separator, int64_t how, int64_t from) {
  constexpr int64_t some = 32;
  Pieces pieces(context, l, s, some);
  const int64_t next =
      how == text_pieces ? split(context, pieces, s, separator, from, -1) : lines(pieces, s, from, how == text_lines_with_ends);
  return pieces.flush() ? next : -2;
}

}  // namespace aic::rt
