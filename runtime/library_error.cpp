// What a failed call tells a C program: the exception's number and message, and the user's line.
//
// Messages are CPython's and NumPy's, as they stand in the sites' texts; values of the error record are put in their places
// here as Python would show them. Only failing calls come here.
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/half.h"
#include "runtime/library.h"

namespace aic::rt {
namespace {

struct Number {
  const char* exception;
  int32_t code;
};
// Numbers are part of the C interface: python/aic/aot/header.py writes the same ones into headers.
constexpr Number numbers[] = {{"ValueError", 2},         {"IndexError", 3},          {"ZeroDivisionError", 4},
                              {"OverflowError", 5},      {"TypeError", 6},           {"KeyError", 7},
                              {"MemoryError", 8},        {"RecursionError", 9},      {"AssertionError", 10},
                              {"RuntimeError", 11},      {"FloatingPointError", 12}, {"AttributeError", 13},
                              {"UnboundLocalError", 14}, {"LinAlgError", 15},        {"AxisError", 16},
                              {"StopIteration", 17},     {"NotImplementedError", 18}};

int32_t number_of(const char* exception) {
  for (const Number& n : numbers)
    if (strcmp(n.exception, exception) == 0) return n.code;
  return code_other;
}

// A message under construction: what does not fit is cut, never in the middle of a character.
struct Message {
  char* text;
  size_t capacity, length = 0;
  void add(const char* s, size_t n) {
    size_t room = capacity - 1 - length;
    if (n > room) {
      n = room;
      while (n > 0 && (s[n] & 0xc0) == 0x80) --n;
      capacity = length + n + 1;
    }
    memcpy(text + length, s, n);
    length += n;
    text[length] = 0;
  }
  void add(const char* s) { add(s, strlen(s)); }
  void number(int64_t v) {
    char digits[24];
    snprintf(digits, sizeof digits, "%lld", static_cast<long long>(v));
    add(digits);
  }
  void real(double v, bool is_single);
  void characters(const Str*);
};

// The shortest digits that read back, in Python's way of writing them.
void Message::real(double v, bool is_single) {
  if (isnan(v)) return add("nan");
  if (isinf(v)) return add(v < 0 ? "-inf" : "inf");
  char e[40];
  int digits = 1;
  for (; digits < 17; ++digits) {
    snprintf(e, sizeof e, "%.*e", digits - 1, v);
    if (is_single ? strtof(e, nullptr) == float(v) : strtod(e, nullptr) == v) break;
  }
  snprintf(e, sizeof e, "%.*e", digits - 1, v);
  int exponent = atoi(strchr(e, 'e') + 1);
  if (exponent < -4 || exponent >= 16) return add(e);
  char fixed[48];
  int places = digits - 1 - exponent;
  snprintf(fixed, sizeof fixed, "%.*f", places > 0 ? places : 1, v);
  add(fixed);
}

void Message::characters(const Str* s) {
  for (int64_t k = 0; k < s->length; ++k) {
    uint32_t c = s->kind == 1   ? static_cast<const uint8_t*>(s->data)[k]
                 : s->kind == 2 ? static_cast<const uint16_t*>(s->data)[k]
                                : static_cast<const uint32_t*>(s->data)[k];
    char utf8[4] = {char(c)};
    size_t n = 1;
    if (c >= 0x80) {
      n = c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
      for (size_t j = n; --j > 0; c >>= 6) utf8[j] = char(0x80 | (c & 0x3f));
      utf8[0] = char(c | (n == 2 ? 0xc0u : n == 3 ? 0xe0u : 0xf0u));
    }
    add(utf8, n);
  }
}

// The n-th of terminated texts.
const char* skip(const char* s, int n) {
  while (n-- > 0) s += strlen(s) + 1;
  return s;
}

struct Site {
  char kind;
  const char *exception, *message, *values, *ranks;
  int frames;
  const char *file, *function;
  int line;
};
bool find_site(const char* at, int32_t index, Site& out) {
  int count = atoi(at);
  if (index < 1 || index > count) return false;
  at = skip(at, 1);
  for (;; --index) {
    const char* next = skip(at, 5);
    int frames = atoi(next);
    next = skip(next, 1);
    if (index == 1) {
      out = {at[0], skip(at, 1), skip(at, 2), skip(at, 3), skip(at, 4), frames, "", "", 0};
      if (frames) out.file = next, out.function = skip(next, 1), out.line = atoi(skip(next, 2));
      return true;
    }
    at = skip(next, 3 * frames);
  }
}

struct Values {
  const Slot *at, *end;
  const Slot* take(int n) {
    const Slot* s = at;
    return (at += n) <= end ? s : nullptr;
  }
};

bool is(const char* type, size_t n, const char* name) { return strlen(name) == n && memcmp(type, name, n) == 0; }

// One value as str() shows it; `type` begins with its slots.
void show(Message& m, const char* type, size_t n, Values& values) {
  const Slot* s = values.take(atoi(type));
  while (n && *type >= '0' && *type <= '9') ++type, --n;
  if (!s) return m.add("?");
  if (is(type, n, "none")) return m.add("None");
  if (is(type, n, "bool") || is(type, n, "b1")) return m.add(s->i & 1 ? "True" : "False");
  if (is(type, n, "float") || is(type, n, "f64")) return m.real(s->f, false);
  if (is(type, n, "bf16")) return m.real(bfloat_value(uint16_t(s->i)), true);
  if (is(type, n, "f16")) return m.real(half_value(uint16_t(s->i)), true);
  if (is(type, n, "f32")) return m.real(double(s->f32), true);
  if (is(type, n, "str")) return m.characters(static_cast<const Str*>(s->p));
  if (is(type, n, "u64")) {
    char digits[24];
    snprintf(digits, sizeof digits, "%llu", static_cast<unsigned long long>(s->i));
    return m.add(digits);
  }
  if (is(type, n, "int") || ((type[0] == 'i' || type[0] == 'u') && n <= 3)) return m.number(s->i);
  m.add(n && (type[n - 1] == ']' || type[n - 1] == '!') ? "array" : "?");
}

void show_shape(Message& m, int rank, Values& values) {
  m.add("(");
  for (int k = 0; k < rank; ++k) {
    const Slot* s = values.take(1);
    s ? m.number(s->i) : m.add("?");
    if (k + 1 < rank || rank == 1) m.add(",");
  }
  m.add(")");
}

// `{3}`: the number; -1 when there is none here.
int place(const char* text, size_t& length) {
  if (*text != '{' || text[1] < '0' || text[1] > '9') return -1;
  int number = 0;
  size_t k = 1;
  while (text[k] >= '0' && text[k] <= '9') number = number * 10 + (text[k++] - '0');
  length = k + 1;
  return text[k] == '}' ? number : -1;
}

void write_message(Message& m, const Site& site, const ErrorRecord& record) {
  Values shapes{record.values, record.values + max_error_values};
  int skipped = site.kind == '0' + int(SiteKind::Condition);  // the condition itself is not part of the message
  for (const char* t = site.message; *t;) {
    size_t length = 1;
    if (strncmp(t, "{shapes}", 8) == 0) {
      for (const char* r = site.ranks; *r; ++r) r == site.ranks ? void() : m.add(" "), show_shape(m, *r - '0', shapes);
      t += 8;
    } else if (strncmp(t, "{shape0}", 8) == 0 || strncmp(t, "{shape1}", 8) == 0) {
      show_shape(m, site.ranks[t[6] - '0'] - '0', shapes);
      t += 8;
    } else if (int index = place(t, length); index >= 0) {
      Values values{record.values, record.values + max_error_values};
      Message nowhere{nullptr, 0};
      char ignored[8];
      const char* type = site.values;
      for (int k = 0; *type; ++k, type = strchr(type, ';') + 1) {
        nowhere = {ignored, sizeof ignored};
        bool wanted = k == index + skipped;
        show(wanted ? m : nowhere, type, size_t(strchr(type, ';') - type), values);
        if (wanted) break;
      }
      t += length;
    } else {
      m.add(t++, 1);
    }
  }
}

}  // namespace

int32_t library_failure(LibraryError* error, const LibraryFunction* f, int32_t code, const char* exception, const char* format,
                        ...) {
  if (!error) return code;
  error->code = code, error->line = 0;
  error->exception = exception, error->function = f ? f->name : "", error->file = "";
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(error->message, sizeof error->message, format, arguments);
  va_end(arguments);
  return code;
}

int32_t library_exception(LibraryError* error, const LibraryFunction* f, const LibraryVariant& variant,
                          const Context& context) {
  const ErrorRecord& record = context.error;
  Site site{};
  if (!find_site(variant.sites, record.site, site))
    return library_failure(error, f, code_other, "SystemError", "unknown raise site %d", record.site);
  bool is_nan = site.kind == '0' + int(SiteKind::Convert) && isnan(record.values[0].f);
  const char* exception = is_nan ? "ValueError" : site.exception;
  int32_t code = number_of(exception);
  if (!error) return code;
  Site place = site;  // the innermost frame of the user's
  for (int k = 0; !place.frames && k < record.trace_length && k < max_trace; ++k)
    if (!find_site(variant.sites, record.trace[k], place)) break;
  library_failure(error, f, code, exception, "%s", is_nan ? "cannot convert float NaN to integer" : "");
  if (place.frames) error->function = place.function, error->file = place.file, error->line = place.line;
  if (is_nan || (site.message[0] != '=' && site.message[0] != '#')) return code;
  site.message += 1;
  Message m{error->message, sizeof error->message};
  m.text[0] = 0;
  write_message(m, site, record);
  return code;
}

}  // namespace aic::rt
