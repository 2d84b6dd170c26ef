// Bytes and characters: UTF-8 in both directions, what codecs refuse, and the quoted form of bytes. Bytes are strings whose
// characters are below 256, so that Latin-1 is no conversion at all (docs/bytes.md).
#include <string.h>

#include "runtime/text.h"

namespace aic::rt {
namespace {

struct Sequence {  // what begins at a byte: so many bytes, of which `good` are as they must be
  int64_t length = 1, good = 1;
  CodecError wrong = wrong_start;
  bool is_whole = true;
  uint32_t point = 0;
};

// As CPython's decoder sees it: a sequence ends before the first byte that can't continue it.
Sequence sequence_at(const uint8_t* s, int64_t n) {
  uint8_t lead = s[0];
  if (lead < 0x80) return {1, 1, wrong_start, true, lead};
  if (lead < 0xc2 || lead > 0xf4) return {1, 1, wrong_start, false, 0};
  Sequence q{lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4, 1, wrong_continuation, true, 0};
  q.point = lead & (0xffu >> (q.length + 1));
  for (; q.good < q.length; ++q.good) {
    if (q.good >= n) return q.wrong = wrong_end, q.is_whole = false, q;
    uint8_t c = s[q.good];
    bool fits = (c & 0xc0) == 0x80;
    if (q.good == 1)
      fits &= !(lead == 0xe0 && c < 0xa0) && !(lead == 0xed && c > 0x9f) && !(lead == 0xf0 && c < 0x90) &&
              !(lead == 0xf4 && c > 0x8f);
    if (!fits) return q.is_whole = false, q;
    q.point = q.point << 6 | (c & 0x3fu);
  }
  return q;
}

Str* decoded(Context* context, const Str* s) {
  auto* bytes = static_cast<const uint8_t*>(s->data);
  uint32_t largest = 0;
  int64_t count = 0;
  for (int64_t k = 0; k < s->length; ++count) {
    Sequence q = sequence_at(bytes + k, s->length - k);
    if (q.point > largest) largest = q.point;
    k += q.length;
  }
  Str* out = aic_new_text(context, kind_of(largest), count);
  if (!out) return nullptr;
  int64_t to = 0;
  for (int64_t k = 0; k < s->length;) {
    Sequence q = sequence_at(bytes + k, s->length - k);
    put(out, to++, q.point);
    k += q.length;
  }
  return out;
}

int64_t bytes_of(uint32_t c) { return c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4; }

Str* encoded(Context* context, const Str* s) {
  int64_t length = 0;
  for (int64_t k = 0; k < s->length; ++k) length += bytes_of(character(s, k));
  Str* out = aic_new_text(context, 1, length);
  if (!out) return nullptr;
  auto* to = static_cast<uint8_t*>(const_cast<void*>(out->data));
  for (int64_t k = 0; k < s->length; ++k) {
    uint32_t c = character(s, k);
    int64_t n = bytes_of(c);
    if (n == 1) {
      *to++ = uint8_t(c);
      continue;
    }
    *to++ = uint8_t((0xf00u >> n) | c >> (6 * (n - 1)));
    for (int64_t more = n - 2; more >= 0; --more) *to++ = uint8_t(0x80u | (c >> (6 * more) & 0x3fu));
  }
  return out;
}

}  // namespace

Str* str_recoded(Context* context, const Str* s, int64_t how) {
  if (is_ascii(s)) return str_slice(context, s, 0, s->length, 1);
  return how == 0 ? decoded(context, s) : encoded(context, s);
}

int64_t str_wrong_code(Context*, const Str* s, int64_t from, int64_t codec) {
  auto answer = [](int64_t place, int64_t count, CodecError what) { return 8 * (8 * place + count) + what; };
  if (codec == codec_utf8_bytes) {
    auto* bytes = static_cast<const uint8_t*>(s->data);
    for (int64_t k = from; k < s->length;) {
      Sequence q = sequence_at(bytes + k, s->length - k);
      if (!q.is_whole) return answer(k, q.good, q.wrong);
      k += q.length;
    }
    return -1;
  }
  for (int64_t k = from; k < s->length; ++k) {
    uint32_t c = character(s, k);
    if (codec == codec_utf8_text ? c >= 0xd800 && c < 0xe000 : c >= (codec == codec_ascii ? 128u : 256u))
      return answer(k, 1, wrong_range);
  }
  return -1;
}

Str* str_of_list(Context* context, const List* l, int64_t start, int64_t count, int64_t step) {
  if (count <= 0) count = 0;
  Str* out = aic_new_text(context, 1, count);
  if (!out) return nullptr;
  auto* from = reinterpret_cast<const uint8_t*>(l->data) + start;
  auto* to = static_cast<uint8_t*>(const_cast<void*>(out->data));
  if (step == 1 && count > 0) memcpy(to, from, size_t(count));
  for (int64_t k = 0; step != 1 && k < count; ++k) to[k] = from[k * step];
  return out;
}

// b'…': single quotes unless only those stand inside.
Str* quoted_bytes(Context* context, const Str* s) {
  auto* bytes = static_cast<const uint8_t*>(s->data);
  auto holds = [&](char c) { return s->length > 0 && memchr(bytes, c, size_t(s->length)); };
  char quote = holds('\'') && !holds('"') ? '"' : '\'';
  auto escape = [&](uint8_t c) -> char {
    return c == '\\' || c == uint8_t(quote) ? char(c) : c == '\n' ? 'n' : c == '\r' ? 'r' : c == '\t' ? 't' : 0;
  };
  int64_t length = 3;
  for (int64_t k = 0; k < s->length; ++k) length += escape(bytes[k]) ? 2 : bytes[k] < 32 || bytes[k] > 126 ? 4 : 1;
  Str* out = aic_new_text(context, 1, length);
  if (!out) return nullptr;
  auto* to = static_cast<char*>(const_cast<void*>(out->data));
  *to++ = 'b', *to++ = quote;
  for (int64_t k = 0; k < s->length; ++k) {
    uint8_t c = bytes[k];
    if (char e = escape(c)) {
      *to++ = '\\', *to++ = e;
    } else if (c < 32 || c > 126) {
      const char* hex = "0123456789abcdef";
      *to++ = '\\', *to++ = 'x', *to++ = hex[c >> 4], *to++ = hex[c & 15];
    } else {
      *to++ = char(c);
    }
  }
  *to = quote;
  return out;
}

}  // namespace aic::rt
