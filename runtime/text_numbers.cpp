// Numbers from strings, as int() and float() read them.
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "runtime/text.h"

namespace aic::rt {
namespace {

// The characters without white space around them, in ASCII, with a zero behind them; digits of other scripts become ours.
struct Plain {
  char* text = nullptr;
  int64_t length = 0;
  Plain(Context* context, const Str* s) {
    Str* mine = nullptr;
    if (!is_ascii(s)) {
      mine = context->host->text_changed(context, s, text_plain_digits);
      if (mine && is_ascii(mine))
        s = mine;
      else
        length = -1;  // no number
    }
    int64_t start = 0, stop = length < 0 ? 0 : s->length;
    while (start < stop && is_space(character(s, start))) ++start;
    while (stop > start && is_space(character(s, stop - 1))) --stop;
    length = stop - start;
    text = length < int64_t(sizeof few_) ? few_ : static_cast<char*>(malloc(size_t(length) + 1));
    if (text) memcpy(text, static_cast<const char*>(s->data) + start, size_t(length)), text[length] = 0;
    str_release(context, mine);
  }
  Plain(const Plain&) = delete;
  ~Plain() {
    if (text != few_) free(text);
  }

 private:
  char few_[64];
};

int digit_of(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'z') return c - 'a' + 10;
  if (c >= 'A' && c <= 'Z') return c - 'A' + 10;
  return 99;
}

struct Read {
  int64_t status, value;
};
// Decimal digits with a sign or none, too few to be too large: nearly all there are.
bool read_plain_int(const Str* s, Read& out) {
  if (s->kind != 1 || s->length > 18 || s->length == 0) return false;
  auto* p = static_cast<const uint8_t*>(s->data);
  auto* end = p + s->length;
  bool negative = *p == '-';
  if (negative || *p == '+') ++p;
  if (p == end) return false;
  int64_t value = 0;
  for (; p < end; ++p) {
    if (*p < '0' || *p > '9') return false;
    value = value * 10 + (*p - '0');
  }
  out = {0, negative ? -value : value};
  return true;
}
Read read_int(Context* context, const Str* s, int64_t base) {
  if (Read fast; base == 10 && read_plain_int(s, fast)) return fast;
  Plain plain(context, s);
  const char* p = plain.text;
  if (!p || memchr(p, 0, size_t(plain.length))) return {1, 0};
  bool negative = *p == '-';
  if (*p == '-' || *p == '+') ++p;
  char letter = p[0] == '0' && p[1] ? char(p[1] | 32) : ' ';
  int prefixed = letter == 'x' ? 16 : letter == 'o' ? 8 : letter == 'b' ? 2 : 0;
  bool zero_first = p[0] == '0';
  if (prefixed && (base == prefixed || base == 0)) {
    base = prefixed, p += 2;
    if (*p == '_') ++p;
    zero_first = false;
  }
  bool free_base = base == 0;
  if (free_base) base = 10;
  if (digit_of(*p) >= base) return {1, 0};
  uint64_t value = 0;
  bool large = false;
  for (; *p; ++p) {
    if (*p == '_' && digit_of(p[1]) < base && p[-1] != '_') continue;
    int d = digit_of(*p);
    if (d >= base) return {1, 0};
    large |= __builtin_mul_overflow(value, uint64_t(base), &value) || __builtin_add_overflow(value, uint64_t(d), &value);
  }
  if (free_base && zero_first && (value || large)) return {1, 0};  // 010 is neither octal nor decimal
  if (large || value > (uint64_t(1) << 63) - !negative) return {2, 0};
  return {0, int64_t(negative ? 0 - value : value)};
}

// Whether float() takes it; what strtod is to read is left in `text`, without underscores.
bool is_float(char* text) {
  const char* p = text;
  char* to = text;
  auto sign = [&] {
    if (*p == '+' || *p == '-') *to++ = *p++;
  };
  auto digits = [&] {
    bool any = false;
    while ((*p >= '0' && *p <= '9') || (*p == '_' && any && p[1] >= '0' && p[1] <= '9')) {
      if (*p != '_') *to++ = *p;
      any = true, ++p;
    }
    return any;
  };
  sign();
  if (*p < '0' || *p > '9')  // most are digits
    if (strcasecmp(p, "infinity") == 0 || strcasecmp(p, "inf") == 0 || strcasecmp(p, "nan") == 0) return true;
  bool whole = digits(), part = false;
  if (*p == '.') *to++ = *p++, part = digits();
  if (!whole && !part) return false;
  if (*p == 'e' || *p == 'E') {
    *to++ = *p++;
    sign();
    if (!digits()) return false;
  }
  if (*p) return false;
  *to = 0;
  return true;
}

// A sign or none, digits and a point: at most 19 digits that make a number below 2**53, over a power of ten that is a float.
// One rounding, so exact.
bool read_exactly(const char* p, const char* end, double& value) {
  constexpr double powers[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,
                               1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19};
  const bool negative = p < end && *p == '-';
  if (p < end && (*p == '-' || *p == '+')) ++p;
  uint64_t digits = 0;
  const char* point = nullptr;
  const char* first = p;
  for (; p < end; ++p) {
    if (*p == '.' && !point)
      point = p;
    else if (*p >= '0' && *p <= '9')
      digits = 10 * digits + uint64_t(*p - '0');
    else
      return false;
  }
  const int64_t count = end - first - (point ? 1 : 0), places = point ? end - point - 1 : 0;
  if (count < 1 || count > 19 || digits >> 53) return false;
  value = double(digits) / powers[places];
  if (negative) value = -value;
  return true;
}
bool read_exactly(const Str* s, double& value) {
  const auto* text = static_cast<const char*>(s->data);
  return s->kind == 1 && s->length <= 21 && read_exactly(text, text + s->length, value);
}

locale_t plain_locale() {
  static locale_t known = nullptr;
  locale_t l = __atomic_load_n(&known, __ATOMIC_ACQUIRE);
  if (l) return l;
  l = newlocale(LC_ALL_MASK, "C", nullptr);
  locale_t none = nullptr;
  if (__atomic_compare_exchange_n(&known, &none, l, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE)) return l;
  freelocale(l);
  return none;
}

}  // namespace

// ---- the last one ----
static bool is_short(const Str* s) { return s->kind == 1 && s->length > 0 && s->length <= 16; }
static void keep(Context* context, const Str* s, int64_t base, Slot value) {
  if (!is_short(s)) return;
  const TwoWords w = words_of(s->data, s->length);
  context->number = {w.first, w.last, s->length, base, value};
}
static bool is_kept(const Context* context, const Str* s, int64_t base) {
  const LastNumber& n = context->number;
  if (n.length != s->length || n.base != base || !is_short(s)) return false;
  const TwoWords w = words_of(s->data, s->length);
  return w.first == n.first && w.last == n.last;
}

int64_t str_int_status(Context* context, const Str* s, int64_t base) {
  const Read r = read_int(context, s, base);
  if (r.status == 0 && base != 0) keep(context, s, base, {.i = r.value});
  return r.status;
}
int64_t str_to_int(Context* context, const Str* s, int64_t base) {
  return base != 0 && is_kept(context, s, base) ? context->number.value.i : read_int(context, s, base).value;
}

bool str_is_float(Context* context, const Str* s) {
  if (double value = 0; read_exactly(s, value)) return keep(context, s, 0, {.f = value}), true;
  Plain plain(context, s);
  return plain.text && !memchr(plain.text, 0, size_t(plain.length)) && is_float(plain.text);
}
double str_to_float(Context* context, const Str* s) {
  double value = 0;
  if (is_kept(context, s, 0)) return context->number.value.f;
  if (read_exactly(s, value)) return value;
  Plain plain(context, s);
  if (!plain.text || !is_float(plain.text)) return 0;  // which takes underscores out
  if (read_exactly(plain.text, plain.text + strlen(plain.text), value)) return value;
  return strtod_l(plain.text, nullptr, plain_locale());
}

}  // namespace aic::rt
