// Numbers as text: repr, and the mini-language of format specifications. A float's digits are exact integers of 128 bits
// where it is neither large nor small, else libc's, which rounds correctly; the shortest ones that read back are among those
// of 15, 16 and 17 places.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/text.h"

namespace aic::rt {
namespace {

constexpr int64_t most_precision = 2000;  // more digits than a float has

// ---- specifications: [[fill]align][sign][z][#][0][width][grouping][.precision][type] ----
struct Spec {
  uint32_t fill = ' ';
  char align = 0, sign = '-', grouping = 0, type = 0;
  bool alternate = false, zero = false, no_negative_zero = false, good = false;  // zero: padded with zeros behind the sign
  int64_t width = 0, precision = -1;
};

bool read_number(const Str* s, int64_t& at, int64_t& n) {
  int64_t start = at;
  for (n = 0; at < s->length && character(s, at) - '0' < 10; ++at) {
    n = n * 10 + (character(s, at) - '0');
    if (n > INT32_MAX) return false;
  }
  return at > start;
}

Spec read_spec(const Str* s) {
  Spec spec;
  int64_t at = 0;
  auto next = [&](int64_t k = 0) { return at + k < s->length ? character(s, at + k) : 0; };
  auto is_align = [](uint32_t c) { return c == '<' || c == '>' || c == '=' || c == '^'; };
  bool filled = is_align(next(1));
  if (filled)
    spec.fill = next(), spec.align = char(next(1)), at += 2;
  else if (is_align(next()))
    spec.align = char(next()), ++at;
  if (next() == '+' || next() == '-' || next() == ' ') spec.sign = char(next()), ++at;
  if (next() == 'z') spec.no_negative_zero = true, ++at;
  if (next() == '#') spec.alternate = true, ++at;
  if (next() == '0' && !filled) {
    spec.fill = '0';
    spec.zero = !spec.align;
    if (spec.zero) spec.align = '=';
    ++at;
  }
  if (next() - '0' < 10 && !read_number(s, at, spec.width)) return spec;
  if (next() == ',' || next() == '_') spec.grouping = char(next()), ++at;
  if (next() == '.') {
    ++at;
    if (!read_number(s, at, spec.precision) || spec.precision > most_precision) return spec;
  }
  if (at < s->length && next() < 128) spec.type = char(next()), ++at;
  spec.good = at == s->length;
  return spec;
}

// ---- digits of a float ----
struct Digits {
  bool negative = false;
  const char* special = nullptr;  // "nan", "inf"
  char text[most_precision + 400];  // without the point
  int count = 0, point = 0;         // the point stands behind so many digits; may be negative
};

// ---- in integers ----
constexpr int most_shift = 116, most_places = 19;
using Wide = unsigned __int128;

constexpr uint64_t power_of_ten(int k) { return k == 0 ? 1 : 10 * power_of_ten(k - 1); }
constexpr uint64_t powers[] = {power_of_ten(0),  power_of_ten(1),  power_of_ten(2),  power_of_ten(3),  power_of_ten(4),
                               power_of_ten(5),  power_of_ten(6),  power_of_ten(7),  power_of_ten(8),  power_of_ten(9),
                               power_of_ten(10), power_of_ten(11), power_of_ten(12), power_of_ten(13), power_of_ten(14),
                               power_of_ten(15), power_of_ten(16), power_of_ten(17), power_of_ten(18), power_of_ten(19)};

// x = mantissa / 2**shift, a positive number whose multiples by 10**19 are below 2**117.
struct Binary {
  uint64_t mantissa = 0;
  int shift = 0;
  bool good = false;
  explicit Binary(double x) {
    uint64_t bits = 0;
    memcpy(&bits, &x, 8);
    int exponent = int(bits >> 52 & 2047);
    mantissa = (bits & ((uint64_t(1) << 52) - 1)) | uint64_t(1) << 52;
    shift = 1075 - exponent;
    good = exponent > 0 && shift >= 0 && shift <= most_shift;
  }
};
// The whole number nearest to x * 10**places, ties to the even one; `above`: how far x * 10**places is above it, in 2**-shift.
bool nearest(const Binary& x, int places, uint64_t& q, __int128& above) {
  Wide scaled = Wide(x.mantissa) * powers[places], half = x.shift ? Wide(1) << (x.shift - 1) : 0;
  Wide low = scaled >> x.shift, rest = scaled - (low << x.shift);
  if (low >> 63) return false;
  q = uint64_t(low);
  bool up = x.shift && (rest > half || (rest == half && q & 1));
  q += up;
  above = up ? __int128(rest) - (__int128(1) << x.shift) : __int128(rest);
  return true;
}
int decimal_digits(char* to, uint64_t v) {
  char buffer[20];
  int n = 0;
  do buffer[n++] = char('0' + v % 10);
  while (v /= 10);
  for (int k = 0; k < n; ++k) to[k] = buffer[n - 1 - k];
  return n;
}

// ---- as libc says ----
void scientific(Digits& d, double x, int places) {
  char buffer[most_precision + 400];
  snprintf(buffer, sizeof buffer, "%.*e", places - 1, x);
  d.count = 0;
  const char* p = buffer;
  for (; *p && *p != 'e'; ++p)
    if (*p >= '0' && *p <= '9') d.text[d.count++] = *p;
  d.point = *p ? atoi(p + 1) + 1 : 1;
}
double value_of(const Digits& d) {
  char buffer[64];
  snprintf(buffer, sizeof buffer, "%.*se%d", d.count, d.text, d.point - d.count);
  return strtod(buffer, nullptr);
}
void cut_zeros(Digits& d) {
  while (d.count > 1 && d.text[d.count - 1] == '0') --d.count;
}
// The nearest number of n digits may not read back where the one on its other side does: below a power of two the
// neighbours stand closer than above it.
bool other_side(Digits& d, double x) {
  int exponent = 0;
  if (frexp(x, &exponent) != 0.5) return false;
  int k = d.count - 1;
  while (k >= 0 && d.text[k] == '9') d.text[k--] = '0';
  if (k < 0) return false;
  ++d.text[k];
  return value_of(d) == x;
}
// The shortest digits that read back: those whose distance from x is under half the distance to its neighbours.
bool shortest_in_integers(Digits& d, double x) {
  constexpr double tenths[] = {1e-1, 1e-2, 1e-3, 1e-4, 1e-5};  // the least floats that are not below these powers
  Binary b(x);
  if (!b.good || b.mantissa == uint64_t(1) << 52) return false;  // a power of two: its neighbours differ in distance
  int whole = 0;                                                  // digits before the point; negative: zeros behind it
  if (x >= 1)
    for (whole = 1; whole <= most_places && x >= double(powers[whole]);) ++whole;
  else
    while (whole > -5 && x < tenths[-whole]) --whole;
  for (int digits = 15; digits <= 17; ++digits) {
    int places = digits - whole;
    if (places < 0 || places > most_places) return false;
    uint64_t q = 0;
    __int128 above = 0;
    if (!nearest(b, places, q, above) || q == 0) return false;
    if (above < 0) above = -above;
    __int128 limit = __int128(powers[places]);
    if (2 * above > limit || (2 * above == limit && b.mantissa & 1)) continue;
    d.count = decimal_digits(d.text, q);
    d.point = d.count - places;
    return true;
  }
  return false;
}
void shortest(Digits& d, double x) {
  if (shortest_in_integers(d, x)) return cut_zeros(d);
  // Whatever has 15 digits reads back; subnormal numbers have fewer.
  for (int places = x < 0x1p-1022 ? 1 : 15; places <= 17; ++places) {
    scientific(d, x, places);
    if (value_of(d) == x || (places < 17 && other_side(d, x))) break;
  }
  cut_zeros(d);
}
bool fixed_in_integers(Digits& d, double x, int places) {
  Binary b(x);
  uint64_t q = 0;
  __int128 above = 0;
  if (!b.good || places > most_places || !nearest(b, places, q, above)) return false;
  char digits[20];
  int n = decimal_digits(digits, q), zeros = n <= places ? places + 1 - n : 0;
  memset(d.text, '0', size_t(zeros));
  memcpy(d.text + zeros, digits, size_t(n));
  d.count = zeros + n;
  d.point = d.count - places;
  return true;
}
void fixed(Digits& d, double x, int places) {
  if (fixed_in_integers(d, x, places)) return;
  char buffer[most_precision + 400];
  snprintf(buffer, sizeof buffer, "%.*f", places, x);
  d.count = 0;
  d.point = -1;
  for (const char* p = buffer; *p; ++p) {
    if (*p >= '0' && *p <= '9')
      d.text[d.count++] = *p;
    else if (d.point < 0)
      d.point = d.count;
  }
  if (d.point < 0) d.point = d.count;
}

// ---- pieces of a number, and putting them together ----
struct Number {
  const char* prefix = "";
  char sign = 0;
  char whole[most_precision + 400];
  int whole_count = 0;
  char rest[most_precision + 420];  // point, fraction, exponent, percent sign
  int rest_count = 0;
  int group = 3;
  bool is_number = true;  // not nan or inf
};

void write_exponent(Number& n, char letter, int e) {
  n.rest_count += snprintf(n.rest + n.rest_count, 16, "%c%c%02d", letter, e < 0 ? '-' : '+', e < 0 ? -e : e);
}
void put_fixed(Number& n, const Digits& d, int fraction, bool point) {
  if (d.point <= 0) n.whole[n.whole_count++] = '0';
  for (int k = 0; k < d.point; ++k) n.whole[n.whole_count++] = k < d.count ? d.text[k] : '0';
  if (fraction > 0 || point) n.rest[n.rest_count++] = '.';
  for (int k = 0; k < fraction; ++k) {
    int at = d.point + k;
    n.rest[n.rest_count++] = at >= 0 && at < d.count ? d.text[at] : '0';
  }
}
void put_scientific(Number& n, const Digits& d, char letter, bool point) {
  n.whole[n.whole_count++] = d.text[0];
  if (d.count > 1 || point) n.rest[n.rest_count++] = '.';
  for (int k = 1; k < d.count; ++k) n.rest[n.rest_count++] = d.text[k];
  write_exponent(n, letter, d.point - 1);
}

// `type` 0: as repr, or with a precision as 'g' that keeps ".0".
void float_pieces(Number& n, double x, char type, int64_t precision, bool alternate) {
  static_assert(sizeof(Digits) < 4096);
  bool upper = type == 'E' || type == 'F' || type == 'G';
  char kind = upper ? char(type | 32) : type == 'n' ? 'g' : type;
  if (!(x - x == 0)) {
    n.is_number = false;
    bool nan = x != x;
    n.rest_count = snprintf(n.rest, 8, "%s", nan ? (upper ? "NAN" : "nan") : upper ? "INF" : "inf");
    return;
  }
  Digits d;
  bool dot_zero = kind == 0;
  if (kind == 0 && precision < 0) {
    shortest(d, x);
    if (x == 0) d.count = 1, d.point = 1;
    bool e = d.point <= -4 || d.point > 16;
    if (e) return put_scientific(n, d, 'e', alternate);
    int fraction = d.count - d.point;
    return put_fixed(n, d, fraction > 1 ? fraction : 1, true);
  }
  int places = precision < 0 ? 6 : int(precision);
  if (kind == 'f' || kind == '%') {
    fixed(d, x, places);
    put_fixed(n, d, places, alternate);
  } else if (kind == 'e') {
    scientific(d, x, places + 1);
    put_scientific(n, d, upper ? 'E' : 'e', alternate);
  } else {
    if (places == 0) places = 1;
    scientific(d, x, places);
    if (x == 0) d.point = 1;
    bool e = d.point <= -4 || d.point > places - dot_zero;
    if (!alternate) cut_zeros(d);
    if (e) return put_scientific(n, d, upper ? 'E' : 'e', alternate);
    int fraction = d.count - d.point;
    if (dot_zero && fraction < 1) fraction = 1;
    put_fixed(n, d, fraction > 0 ? fraction : 0, alternate || dot_zero);
  }
}

// Puts separators between groups, and zeros before the digits up to a width.
int grouped(const char* digits, int count, char separator, int group, int64_t least, char* out) {
  char reversed[2 * most_precision + 1200];
  int n = 0;
  for (int k = 0; k < count || n < least; ++k) {
    if (separator && k && k % group == 0) reversed[n++] = separator;
    reversed[n++] = k < count ? digits[count - 1 - k] : '0';
  }
  for (int k = 0; k < n; ++k) out[k] = reversed[n - 1 - k];
  return n;
}

Str* padded(Context* context, const Spec& spec, const char* head, int head_count, const char* body, int body_count,
            char standard) {
  int64_t length = head_count + body_count, missing = spec.width > length ? spec.width - length : 0;
  char align = spec.align ? spec.align : standard;
  int64_t left = align == '>' ? missing : align == '^' ? missing / 2 : 0, middle = align == '=' ? missing : 0;
  Str* out = aic_new_text(context, missing ? kind_of(spec.fill) : 1, length + missing);
  if (!out) return nullptr;
  int64_t at = 0;
  for (int64_t k = 0; k < left; ++k) put(out, at++, spec.fill);
  for (int k = 0; k < head_count; ++k) put(out, at++, uint8_t(head[k]));
  for (int64_t k = 0; k < middle; ++k) put(out, at++, spec.fill);
  for (int k = 0; k < body_count; ++k) put(out, at++, uint8_t(body[k]));
  while (at < length + missing) put(out, at++, spec.fill);
  return out;
}

Str* number_text(Context* context, const Spec& spec, const Number& n) {
  char head[8];
  int head_count = 0;
  if (n.sign) head[head_count++] = n.sign;
  for (const char* p = n.prefix; *p; ++p) head[head_count++] = *p;
  int64_t least = spec.fill == '0' && spec.align == '=' && n.is_number ? spec.width - head_count - n.rest_count : 0;
  if (least > most_precision) least = most_precision;  // the rest is padding, and has no separators only where none are asked
  char body[4 * most_precision + 2400];
  int count = n.whole_count ? grouped(n.whole, n.whole_count, spec.grouping, n.group, spec.grouping ? least : 0, body) : 0;
  memcpy(body + count, n.rest, size_t(n.rest_count));
  return padded(context, spec, head, head_count, body, count + n.rest_count, '>');
}

char sign_of(const Spec& spec, bool negative) { return negative ? '-' : spec.sign == '-' ? char(0) : spec.sign; }

Str* format_real(Context* context, double x, const Spec& spec) {
  Number n;
  char type = spec.type;
  if (type == '%') x *= 100;
  float_pieces(n, fabs(x), type, spec.precision, spec.alternate);
  bool zero = spec.no_negative_zero;
  for (int k = 0; k < n.whole_count; ++k) zero = zero && n.whole[k] == '0';
  for (int k = 0; k < n.rest_count && n.rest[k] != 'e' && n.rest[k] != 'E'; ++k)
    zero = zero && (n.rest[k] == '0' || n.rest[k] == '.');
  n.sign = sign_of(spec, signbit(x) && !zero && x == x);
  if (type == '%') n.rest[n.rest_count++] = '%';
  return number_text(context, spec, n);
}

}  // namespace

// ---- repr ----
Str* str_of_int(Context* context, int64_t v) {
  if (v >= 0 && v < 10) return str_of_code(context, '0' + v);
  char buffer[24];
  buffer[0] = '-';
  int sign = v < 0;
  return text_of_bytes(context, buffer, sign + decimal_digits(buffer + sign, v < 0 ? 0 - uint64_t(v) : uint64_t(v)));
}
Str* str_of_float(Context* context, double x) { return format_real(context, x, {}); }

Str* str_of_complex(Context* context, double re, double im) {
  char whole[160];
  int at = 0;
  auto part = [&](double x, bool sign) {
    Number n;
    float_pieces(n, fabs(x), 0, -1, false);
    if (signbit(x) && x == x)
      whole[at++] = '-';
    else if (sign)
      whole[at++] = '+';
    memcpy(whole + at, n.whole, size_t(n.whole_count)), at += n.whole_count;
    bool dot_zero = n.rest_count == 2 && n.rest[1] == '0';  // (1+2j), without ".0"
    if (!dot_zero) memcpy(whole + at, n.rest, size_t(n.rest_count)), at += n.rest_count;
  };
  bool real = re != 0 || signbit(re);
  if (real) whole[at++] = '(', part(re, false);
  part(im, real);
  whole[at++] = 'j';
  if (real) whole[at++] = ')';
  return text_of_bytes(context, whole, at);
}

// ---- format ----
bool str_spec_fits(Context*, const Str* text, int64_t kind) {
  Spec s = read_spec(text);
  if (!s.good) return false;
  auto among = [&](const char* types) { return !s.type || strchr(types, s.type); };
  if (kind == 2)
    return among("s") && s.sign == '-' && !s.alternate && !s.grouping && !s.no_negative_zero && (s.align != '=' || s.zero);
  if (kind == 1) return among("eEfFgG%");
  if (!among("bcdoxXeEfFgG%")) return false;
  bool real = s.type && strchr("eEfFgG%", s.type);
  if (!real && (s.precision >= 0 || s.no_negative_zero)) return false;
  if (s.type == 'c') return s.sign == '-' && !s.alternate && !s.grouping;
  return s.grouping != ',' || !s.type || !strchr("boxX", s.type);
}

Str* str_format_float(Context* context, double x, const Str* spec) { return format_real(context, x, read_spec(spec)); }

static Str* format_text(Context* context, const Str* s, const Spec& spec, char standard) {
  int64_t length = spec.precision >= 0 && spec.precision < s->length ? spec.precision : s->length;
  int64_t missing = spec.width > length ? spec.width - length : 0;
  if (missing == 0) return str_slice(context, s, 0, length, 1);
  int64_t kind = kind_of(spec.fill) > s->kind ? kind_of(spec.fill) : s->kind;
  Str* out = aic_new_text(context, kind, length + missing);
  if (!out) return nullptr;
  char align = spec.align ? spec.align : standard;
  int64_t left = align == '>' ? missing : align == '^' ? missing / 2 : 0, at = 0;
  while (at < left) put(out, at++, spec.fill);
  copy_characters(out, at, s, 0, length);
  for (at += length; at < length + missing;) put(out, at++, spec.fill);
  return length == s->length ? out : narrowed(context, out);  // what was cut off may have been the largest
}
Str* str_format_str(Context* context, const Str* s, const Str* spec) { return format_text(context, s, read_spec(spec), '<'); }

Str* str_format_int(Context* context, int64_t v, const Str* text) {
  Spec spec = read_spec(text);
  if (spec.type && strchr("eEfFgG%", spec.type)) return format_real(context, double(v), spec);
  if (spec.type == 'c') {
    Str* c = str_of_code(context, v);
    if (!c) return nullptr;
    Str* out = format_text(context, c, spec, '>');
    str_release(context, c);
    return out;
  }
  Number n;
  uint64_t x = v < 0 ? 0 - uint64_t(v) : uint64_t(v);
  unsigned base = spec.type == 'b' ? 2 : spec.type == 'o' ? 8 : (spec.type | 32) == 'x' ? 16 : 10;
  if (base != 10) n.group = 4;
  const char* digits = spec.type == 'X' ? "0123456789ABCDEF" : "0123456789abcdef";
  char reversed[64];
  int count = 0;
  do reversed[count++] = digits[x % base];
  while (x /= base);
  while (count) n.whole[n.whole_count++] = reversed[--count];
  if (spec.alternate) n.prefix = base == 2 ? "0b" : base == 8 ? "0o" : spec.type == 'X' ? "0X" : base == 16 ? "0x" : "";
  n.sign = sign_of(spec, v < 0);
  return number_text(context, spec, n);
}

}  // namespace aic::rt
