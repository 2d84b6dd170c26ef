// Sorting lists of strings. Most strings are told apart by their first characters: these stand beside each pointer as a number,
// so that few comparisons look at the strings. A merge sort from the bottom up; equal strings keep their order.
#include <stdlib.h>
#include <string.h>

#include "runtime/list.h"
#include "runtime/text.h"

namespace aic::rt {
namespace {

struct Keyed {
  uint64_t begin;  // the first characters, the first one highest
  Str* text;
};

// Of one kind for all: 8 Latin characters, 4 of two bytes, 2 of four.
uint64_t beginning(const Str* s, int64_t kind) {
  uint64_t begin = 0;
  const int64_t room = int64_t(sizeof begin) / kind, n = s->length < room ? s->length : room;
  for (int64_t k = 0; k < n; ++k) begin |= uint64_t(character(s, k)) << (8 * kind * (room - 1 - k));
  return begin;
}

bool stands_before(const Keyed& a, const Keyed& b) {
  if (a.begin != b.begin) return a.begin < b.begin;
  return a.text != b.text && str_compare(nullptr, a.text, b.text) < 0;  // characters are shared
}

void sort_run(Keyed* e, int64_t n) {
  for (int64_t i = 1; i < n; ++i) {
    const Keyed x = e[i];
    int64_t j = i;
    for (; j > 0 && stands_before(x, e[j - 1]); --j) e[j] = e[j - 1];
    e[j] = x;
  }
}

void merge(const Keyed* a, const Keyed* middle, const Keyed* end, Keyed* to) {
  const Keyed* b = middle;
  while (a != middle && b != end) *to++ = stands_before(*b, *a) ? *b++ : *a++;
  while (a != middle) *to++ = *a++;
  while (b != end) *to++ = *b++;
}

constexpr int64_t run = 8;

// Shared strings of one Latin character each, as of `sorted(word)`: their places in the table of all are the code points.
// False: there are others.
bool sort_characters(List* l) {
  const auto first = reinterpret_cast<uintptr_t>(latin_texts.one);
  auto code = [&](int64_t k) { return (reinterpret_cast<uintptr_t>(l->data[k].p) - first) / sizeof(Str); };
  const int64_t n = l->length;
  for (int64_t k = 0; k < n; ++k)
    if (reinterpret_cast<uintptr_t>(l->data[k].p) - first >= sizeof latin_texts.one) return false;
  constexpr int64_t few = 32;
  if (n <= few) {  // by where they lie
    for (int64_t i = 1; i < n; ++i) {
      const Slot x = l->data[i];
      int64_t j = i;
      for (; j > 0 && l->data[j - 1].i > x.i; --j) l->data[j] = l->data[j - 1];
      l->data[j] = x;
    }
    return true;
  }
  int64_t counts[256] = {}, to = 0;
  for (int64_t k = 0; k < n; ++k) ++counts[code(k)];
  for (int c = 0; c < 256; ++c)
    for (int64_t k = 0; k < counts[c]; ++k) l->data[to++].p = &latin_texts.one[c];
  return true;
}

}  // namespace

bool str_sort(Context*, List* l) {
  const int64_t n = l->length;
  if (sort_characters(l)) return true;
  int64_t kind = 1;
  for (int64_t k = 0; k < n; ++k) {
    const int64_t own = static_cast<const Str*>(l->data[k].p)->kind;
    kind = own > kind ? own : kind;
  }
  Keyed few[128];
  const bool small = 2 * n <= int64_t(sizeof few / sizeof *few);
  Keyed* all = small ? few : static_cast<Keyed*>(malloc(size_t(2 * n) * sizeof(Keyed)));
  if (!all) return false;
  Keyed *from = all, *to = all + n;
  for (int64_t k = 0; k < n; ++k) {
    auto* s = static_cast<Str*>(l->data[k].p);
    from[k] = {beginning(s, kind), s};
  }
  for (int64_t at = 0; at < n; at += run) sort_run(from + at, n - at < run ? n - at : run);
  for (int64_t width = run; width < n; width *= 2) {
    for (int64_t at = 0; at < n; at += 2 * width) {
      const int64_t middle = at + width < n ? at + width : n, end = at + 2 * width < n ? at + 2 * width : n;
      merge(from + at, from + middle, from + end, to + at);
    }
    Keyed* sorted = to;
    to = from;
    from = sorted;
  }
  for (int64_t k = 0; k < n; ++k) l->data[k].p = from[k].text;
  if (!small) free(all);
  return true;
}

}  // namespace aic::rt
