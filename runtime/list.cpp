// Lists, as compiled code sees them through the runtime table: unboxed elements in one growing piece of memory.
//
// Large lists grow as CPython's do (an eighth more, so that appending is amortised constant time and lists are about as
// large as Python's). Small lists are born and die in loops: each thread keeps headers, with their data where it is small. All
// lists of a call stand on the context's list, so that a call that ends by an exception leaves nothing behind: there each is
// freed by itself, without looking at what its elements refer to, which stands on the same lists.
#include "runtime/list.h"
#include "runtime/pool.h"
#include "runtime/table.h"
#include "runtime/text.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

namespace aic::rt {
namespace {

constexpr int64_t kept_bytes = 65536;  // data of at most this size stays with its header
constexpr int64_t small_bytes = 16384;  // up to here lists double

constexpr int64_t few_bytes = 256;  // of a small list

void free_header(List* l) { free(l->data), free(l); }

// A header whose data, if it kept some, has its bytes in `capacity`. Those with much data first: lists that are made anew and
// anew find the room that they grew to.
List* new_header(Context* context) {
  Pools* pools = pools_of(context);
  ListPool* p = pools ? &pools->lists : nullptr;
  if (p && p->count) return p->headers[--p->count];
  if (p && p->small) {
    List* l = p->small;
    p->small = l->next;
    --p->small_count;
    return l;
  }
  auto* l = static_cast<List*>(malloc(sizeof(List)));
  if (l) l->data = nullptr, l->capacity = 0;
  return l;
}
void give_back(Context* context, List* l) {
  Pools* pools = pools_of(context);
  ListPool* p = pools ? &pools->lists : nullptr;
  int64_t bytes = l->capacity * l->width;
  if (bytes > kept_bytes || bytes == 0) free(l->data), l->data = nullptr, bytes = 0;
  l->capacity = bytes;
  if (p && p->count < ListPool::max_headers)
    p->headers[p->count++] = l;
  else if (p && bytes <= few_bytes && p->small_count < ListPool::max_small)
    l->next = p->small, p->small = l, ++p->small_count;
  else
    free_header(l);
}

void unlink(Context* context, List* l) {
  if (l->previous)
    l->previous->next = l->next;
  else if (context->lists == l)
    context->lists = l->next;
  if (l->next) l->next->previous = l->previous;
}

bool reserve(List* l, int64_t capacity) {
  if (capacity <= l->capacity) return true;
  if (l->width == 0) {
    l->capacity = capacity;
    return true;
  }
  int64_t bytes = 0;
  if (__builtin_mul_overflow(capacity, l->width, &bytes)) return false;
  void* data = realloc(l->data, size_t(bytes));
  if (!data) return false;
  l->data = static_cast<Slot*>(data);
  l->capacity = capacity;
  return true;
}

bool holds(const ReferencePlace& r, const Slot* element) {
  for (int k = 0; k < 2; ++k)
    if (r.guard_slot[k] >= 0 && element[r.guard_slot[k]].i != r.guard_tag[k]) return false;
  return true;
}
constexpr ReferencePlace saved_references[] = {
    {int32_t(offsetof(SavedError, cause) / sizeof(Slot)), 0, nullptr, {-1, -1}, {0, 0}},
    {int32_t(offsetof(SavedError, context) / sizeof(Slot)), 0, nullptr, {-1, -1}, {0, 0}},
};
constexpr ReferencePlace handler_reference{0, 0, nullptr, {-1, -1}, {0, 0}};
constexpr ElementType handler_type{sizeof(Handler) / sizeof(Slot), 1, &handler_reference};
constexpr ElementType saved_error_type{(sizeof(SavedError) + sizeof(Slot) - 1) / sizeof(Slot), 2, saved_references};

// Lists whose last reference goes are hung before `dying`: a chain of a million objects is no recursion.
void drop_reference(Context* context, int32_t kind, void* p, List*& dying) {
  if (!p) return;
  if (kind == 0) {
    auto* inner = static_cast<List*>(p);
    if (--inner->refcount > 0) return;
    unlink(context, inner);
    inner->next = dying;
    dying = inner;
  } else if (kind == 2) {
    str_release(context, static_cast<Str*>(p));
  } else {
    auto* b = static_cast<Buffer*>(p);
    if (--b->refcount == 0) context->runtime->release(context, b);
  }
}

// A text and nothing else, whatever the other slots say.
bool is_text(const ElementType& t) {
  return t.slots == 1 && t.reference_count == 1 && t.references->kind == 2 && t.references->guard_slot[0] < 0;
}

void drop_elements(Context* context, List* l, int64_t from, int64_t to, List*& dying) {
  if (is_text(*l->type)) return release_texts(context, l->data + from, to - from);
  for (int64_t i = from; i < to; ++i) {
    const Slot* element = l->data + i * (l->width / int64_t(sizeof(Slot)));
    if (l->table && element->i == -1) continue;  // a place without entry
    for (int64_t k = 0; k < l->type->reference_count; ++k) {
      const ReferencePlace& r = l->type->references[k];
      if (holds(r, element)) drop_reference(context, r.kind, element[r.slot].p, dying);
    }
    if (l->type != &saved_error_type) continue;
    const ErrorRecord& e = saved_in(l)->error;
    for (int64_t held = e.held, k = 0; held; held >>= 2, ++k)
      if (held & 3) drop_reference(context, int32_t(held & 3) - 1, e.values[k].p, dying);
  }
}

void bury(Context* context, List* dying) {
  while (List* l = dying) {
    dying = l->next;
    if (l->type) drop_elements(context, l, 0, l->length, dying);
    if (l->table) drop_table(l->table);
    give_back(context, l);
  }
}

void drop_range(Context* context, List* l, int64_t from, int64_t to) {
  List* dying = nullptr;
  drop_elements(context, l, from, to, dying);
  bury(context, dying);
}

}  // namespace

// How many elements of that width fit. Most widths are powers of two, and a division takes as long as all the rest.
static int64_t count_of(int64_t bytes, int64_t width) {
  if (width <= 0) return 0;
  return (width & (width - 1)) == 0 ? bytes >> __builtin_ctzll(uint64_t(width)) : bytes / width;
}

List* list_new(Context* context, int64_t width, const ElementType* type, int64_t capacity) {
  List* l = new_header(context);
  if (!l) return nullptr;
  int64_t bytes = l->capacity;
  l->width = width;
  l->capacity = count_of(bytes, width);
  if (l->capacity == 0) free(l->data), l->data = nullptr;
  l->refcount = 1;
  l->length = 0;
  l->type = type;
  l->host = nullptr;
  l->table = nullptr;
  if (!reserve(l, capacity)) {
    give_back(context, l);
    return nullptr;
  }
  l->previous = nullptr;
  l->next = context->lists;
  if (l->next) l->next->previous = l;
  context->lists = l;
  return l;
}

static List* of_one(Context* context, const ElementType& type) {
  List* l = list_new(context, type.slots * int64_t(sizeof(Slot)), &type, 1);
  if (l) l->length = 1;
  return l;
}
List* saved_error_new(Context* context) { return of_one(context, saved_error_type); }
List* handler_new(Context* context) { return of_one(context, handler_type); }

int32_t list_grow(Context*, List* l, int64_t length) {
  if (length > l->capacity) {
    if (length > INT64_MAX / 16) return 0;
    // An eighth more, as CPython; a small list twice as much: moving it eight times costs more than the memory. A growth by
    // many at once gets what it asks for.
    int64_t more = length * l->width <= small_bytes ? length : length >> 3;
    int64_t capacity = (length + more + 6) & ~int64_t{3};
    if (length - l->length > capacity - length) capacity = (length + 3) & ~int64_t{3};
    if (!reserve(l, capacity)) return 0;
  }
  l->length = length;
  return 1;
}

void list_truncate(Context* context, List* l, int64_t length) {
  int64_t before = l->length;
  l->length = length;
  if (l->type) drop_range(context, l, length, before);
}

void list_drop(Context* context, List* l, int64_t from, int64_t to) {
  if (l->type) drop_range(context, l, from, to);
}

void list_release(Context* context, List* l) {
  unlink(context, l);
  if (!l->type && !l->table) return give_back(context, l);
  l->next = nullptr;
  bury(context, l);
}

void list_rotate(List* l, int64_t from, int64_t to, int64_t by) {
  int64_t n = to - from, width = l->width;
  if (by <= 0 || by >= n || width == 0) return;
  char* first = reinterpret_cast<char*>(l->data) + from * width;
  int64_t left = by * width, right = (n - by) * width;
  char small[256];
  int64_t least = left < right ? left : right;
  char* aside = least <= int64_t(sizeof small) ? small : static_cast<char*>(malloc(size_t(least)));
  if (!aside) {  // no memory: turn by single elements, which need little
    for (int64_t k = 0; k < by; ++k) list_rotate(l, from, to, 1);
    return;
  }
  if (left <= right) {
    memcpy(aside, first, size_t(left));
    memmove(first, first + left, size_t(right));
    memcpy(first + right, aside, size_t(left));
  } else {
    memcpy(aside, first + left, size_t(right));
    memmove(first + right, first, size_t(left));
    memcpy(first, aside, size_t(right));
  }
  if (aside != small) free(aside);
}

void release_live_lists(Context* context) {
  while (List* l = context->lists) {
    unlink(context, l);
    if (l->table) drop_table(l->table);
    give_back(context, l);
  }
}

}  // namespace aic::rt
