// What strings consist of, and their other cases: ASCII is decided here, everything else by the host's tables of Unicode.
#include <string.h>

#include "runtime/text.h"

namespace aic::rt {
namespace {

bool every(const Str* s, int64_t what) {
  for (int64_t k = 0; k < s->length; ++k)
    if (!ascii_is(character(s, k), what)) return false;
  return s->length > 0;
}
bool is_identifier(const Str* s) {
  for (int64_t k = 0; k < s->length; ++k) {
    const uint32_t c = character(s, k);
    if (!ascii_is(c, text_identifier) && (k == 0 || !is_digit(c))) return false;
  }
  return s->length > 0;
}
bool is_titled(const Str* s) {
  bool cased = false, inside = false;
  for (int64_t k = 0; k < s->length; ++k) {
    uint32_t c = character(s, k);
    if (is_upper(c) ? inside : is_lower(c) ? !inside : false) return false;
    inside = is_letter(c);
    cased |= inside;
  }
  return cased;
}
bool has_case(const Str* s, bool (*wanted)(uint32_t), bool (*other)(uint32_t)) {
  bool any = false;
  for (int64_t k = 0; k < s->length; ++k) {
    if (other(character(s, k))) return false;
    any |= wanted(character(s, k));
  }
  return any;
}

// The quoted form: single quotes unless only those stand inside.
Str* quoted(Context* context, const Str* s) {
  int64_t length = 2;
  bool single = false, twofold = false;
  for (int64_t k = 0; k < s->length; ++k) {
    uint32_t c = character(s, k);
    single |= c == '\'', twofold |= c == '"';
    length += c == '\\' || c == '\n' || c == '\r' || c == '\t' ? 2 : c < 32 || c == 127 ? 4 : 1;
  }
  char quote = single && !twofold ? '"' : '\'';
  if (quote == '\'')
    for (int64_t k = 0; k < s->length; ++k) length += character(s, k) == '\'';
  Str* out = aic_new_text(context, 1, length);
  if (!out) return nullptr;
  auto* to = static_cast<char*>(const_cast<void*>(out->data));
  *to++ = quote;
  for (int64_t k = 0; k < s->length; ++k) {
    uint32_t c = character(s, k);
    const char* escape = c == '\\' ? "\\\\" : c == '\n' ? "\\n" : c == '\r' ? "\\r" : c == '\t' ? "\\t" : nullptr;
    if (escape) {
      *to++ = escape[0], *to++ = escape[1];
    } else if (c == uint32_t(quote)) {
      *to++ = '\\', *to++ = quote;
    } else if (c < 32 || c == 127) {
      const char* hex = "0123456789abcdef";
      *to++ = '\\', *to++ = 'x', *to++ = hex[c >> 4], *to++ = hex[c & 15];
    } else {
      *to++ = char(c);
    }
  }
  *to = quote;
  return out;
}

}  // namespace

bool is_ascii(const Str* s) {
  if (s->kind != 1) return false;
  auto* bytes = static_cast<const uint8_t*>(s->data);
  int64_t k = 0;
  uint64_t all = 0, word = 0;
  for (; k + 8 <= s->length; k += 8) {
    memcpy(&word, bytes + k, 8);
    all |= word;
  }
  for (; k < s->length; ++k) all |= bytes[k];
  return (all & 0x8080808080808080u) == 0;
}

bool str_is(Context* context, const Str* s, int64_t what) {
  const int64_t asked = what & ~text_bytes_only;
  if (s->length == 1 && character(s, 0) < 128) return ascii_is(character(s, 0), asked);
  const bool ascii = is_ascii(s);
  if (what == text_ascii_only) return ascii;
  if (!ascii && !(what & text_bytes_only)) return context->host->text_is(context, s, what) != 0;
  switch (asked) {
    case text_upper_only: return has_case(s, is_upper, is_lower);
    case text_lower_only: return has_case(s, is_lower, is_upper);
    case text_titled: return is_titled(s);
    case text_identifier: return is_identifier(s);
    case text_printable: return s->length == 0 || every(s, text_printable);
    default: return every(s, asked);
  }
}

bool str_code_is(Context* context, int64_t code_point, int64_t what) {
  if (code_point < 128) return ascii_is(uint32_t(code_point), what & ~text_bytes_only);
  Str* c = str_of_code(context, code_point);
  if (!c) return false;
  const bool is = str_is(context, c, what);
  str_release(context, c);
  return is;
}

Str* str_changed(Context* context, const Str* s, int64_t how) {
  if (how == text_of_bytes_repr) return quoted_bytes(context, s);
  if (!(how & text_ascii_only_too) && !is_ascii(s)) return context->host->text_changed(context, s, how);
  how &= ~text_ascii_only_too;
  if (how == text_repr || how == text_ascii) return quoted(context, s);
  const bool one_way = how == text_upper || how == text_lower;
  const uint8_t first = how == text_upper ? 'a' : 'A';
  auto changed = [=](uint8_t c) { return uint8_t(c ^ (uint8_t(c - first) < 26 ? 32 : 0)); };
  const auto* from = static_cast<const uint8_t*>(s->data);
  if (one_way && s->length == 1) return str_of_code(context, changed(*from));
  Str* out = aic_new_text(context, 1, s->length);
  if (!out) return nullptr;
  if (one_way) {
    auto* to = static_cast<uint8_t*>(const_cast<void*>(out->data));
    for (int64_t k = 0; k < s->length; ++k) to[k] = changed(from[k]);
    return out;
  }
  bool inside = false;
  for (int64_t k = 0; k < s->length; ++k) {
    uint32_t c = character(s, k);
    bool up = (how == text_title && !inside) || (how == text_capitalize && k == 0) || (how == text_swapcase && is_lower(c));
    if (is_letter(c)) c = up ? c & ~32u : c | 32u;
    inside = is_letter(c);
    put(out, k, c);
  }
  return out;
}

}  // namespace aic::rt
