// Dicts and sets: lists of entries with an index (docs/tables.md).
//
// A dict is CPython's: entries in the order of insertion, an index that maps hashes to them by open addressing, grown to
// three times the entries when the room for entries is used up, which also closes the gaps that removed entries left.
// A set is CPython's too, probe by probe: the order in which it is iterated is that of its places, which is seen by every
// program that prints one. Its entries lie where CPython's would, its sizes grow when and as CPython's do.
#include "runtime/table.h"

#include <stdlib.h>
#include <string.h>

#include "runtime/list.h"
#include "runtime/text.h"

namespace aic::rt {
namespace {

constexpr int64_t least_size = 8;

constexpr int32_t empty = -1, removed = -2;  // what a dict's index says of a place

// A few slots at a time: cheaper than a call.
void copy_slots(Slot* to, const Slot* from, int64_t n) {
  for (int64_t k = 0; k < n; ++k) to[k] = from[k];
}
bool is_used(const List* l, int64_t place) { return is_entry(entry(l, place)); }
// All places of a set, before the first entry.
void empty_places(List* l) { memset(l->data, 0xff, size_t(l->length * l->width)); }

int64_t room_for(int64_t size) { return size * 2 / 3; }  // entries of a dict with an index of that size

int32_t* new_index(int64_t size) {
  auto* index = static_cast<int32_t*>(malloc(size_t(size) * sizeof(int32_t)));
  if (index) memset(index, 0xff, size_t(size) * sizeof(int32_t));
  return index;
}

// One reference more of whatever an entry holds in these slots.
[[gnu::noinline]] void retain_references(Context* context, const List* l, Slot* e, int64_t from, int64_t to) {
  for (int64_t k = 0; k < l->type->reference_count; ++k) {
    const ReferencePlace& r = l->type->references[k];
    if (r.slot < from || r.slot >= to) continue;
    bool holds = true;
    for (int g = 0; g < 2; ++g) holds = holds && (r.guard_slot[g] < 0 || e[r.guard_slot[g]].i == r.guard_tag[g]);
    if (!holds || !e[r.slot].p) continue;
    if (r.kind == 0)
      ++static_cast<List*>(e[r.slot].p)->refcount;
    else if (r.kind == 2)
      str_retain(context, static_cast<Str*>(e[r.slot].p));
    else
      ++static_cast<Buffer*>(e[r.slot].p)->refcount;
  }
}

void retain_slots(Context* context, const List* l, Slot* e, int64_t from, int64_t to) {
  if (l->type) retain_references(context, l, e, from, to);
}
void retain_key(Context* context, const List* l, Slot* e) { retain_slots(context, l, e, 1, 1 + l->table->key_slots); }
void retain_value(Context* context, const List* l, Slot* e) {
  retain_slots(context, l, e, 1 + l->table->key_slots, entry_slots(l));
}

bool is_of_texts(const Table* t) { return !t->is_set && t->key->kind == key_text; }
// What the table has, or would have, as the hash of a key.
int64_t hash_in(Context* context, const List* l, const Slot* key, const KeyPart* parts) {
  const Table* t = l->table;
  const KeyPart* own = t->key;
  if (t->is_set || (own->kind != key_text && own->kind != key_tuple)) return hash_key(context, key, parts);
  if (own->kind == key_text)
    return parts->kind == key_text ? index_of_text(context, static_cast<const Str*>(key->p))
                                   : index_in_texts(context, key, parts);
  const int32_t ints = ints_in(own);
  if (ints == 0) return hash_key(context, key, parts);
  return parts == own || ints_in(parts) == ints ? index_of_ints(key, ints) : index_in_ints(key, parts, ints);
}

// Has an entry of a dict that key, of that index_of_text?
struct SameText {
  bool operator()(const Slot* e, int64_t hash, const Slot* key) const {
    return e->i == hash && (says_all(hash) || equal_texts(static_cast<const Str*>(e[1].p), static_cast<const Str*>(key->p)));
  }
};

struct SameInt {
  bool operator()(const Slot* e, int64_t, const Slot* key) const { return e[1].i == key->i; }
};
struct SamePair {
  bool operator()(const Slot* e, int64_t, const Slot* key) const { return e[1].i == key[0].i && e[2].i == key[1].i; }
};

// Calls `go` with a test of whether an entry has a key, of this hash: of plain ints and of strings, most keys there are, one
// comparison, of tuples of ints one for each. What `go` calls is a function for each kind, which keeps what it needs in
// registers.
template <class Go>
[[gnu::always_inline]] inline auto with_test(const KeyPart* own, const KeyPart* asked, Go go) {
  if (asked->kind == key_int && own->kind == key_int) return go(SameInt());
  if (asked->kind == key_text && own->kind == key_text)
    return go([](const Slot* e, int64_t hash, const Slot* key) {
      return e->i == hash && equal_texts(static_cast<const Str*>(e[1].p), static_cast<const Str*>(key->p));
    });
  if (int32_t ints = ints_in(asked); ints && (asked == own || ints == ints_in(own)))
    return ints == 2 ? go(SamePair()) : go([ints](const Slot* e, int64_t hash, const Slot* key) {
      bool equal = e->i == hash;
      for (int32_t k = 0; equal && k < ints; ++k) equal = e[1 + k].i == key[k].i;
      return equal;
    });
  return go([own, asked](const Slot* e, int64_t hash, const Slot* key) {
    return e->i == hash && equal_keys(e + 1, own, 0, key, asked, 0);
  });
}

// ---- dicts ----
// Where in the index the hash's entry is, or (-1 there) may go.
template <class Same>
int64_t dict_slot_as(const List* l, int64_t hash, const Slot* key, Same is_same) {
  const Table* t = l->table;
  auto perturb = uint64_t(hash);
  for (uint64_t i = uint64_t(hash) & uint64_t(t->mask);; i = (i * 5 + (perturb >>= 5) + 1) & uint64_t(t->mask)) {
    int32_t place = t->index[i];
    if (place == empty || (place >= 0 && is_same(entry(l, place), hash, key))) return int64_t(i);
  }
}
int64_t dict_slot(const List* l, int64_t hash, const Slot* key, const KeyPart* parts) {
  if (parts->kind == key_text && is_of_texts(l->table)) return dict_slot_as(l, hash, key, SameText());
  return with_test(l->table->key, parts, [=](auto is_same) { return dict_slot_as(l, hash, key, is_same); });
}

bool dict_resize(List* l) {
  Table* t = l->table;
  int64_t size = least_size;
  while (size < t->count * 3) size *= 2;
  int32_t* index = new_index(size);
  if (!index) return false;
  int64_t to = 0;
  for (int64_t from = 0; from < l->length; ++from) {
    if (!is_used(l, from)) continue;
    if (to != from) copy_slots(entry(l, to), entry(l, from), entry_slots(l));
    auto perturb = uint64_t(entry(l, to)->i);
    uint64_t i = perturb & uint64_t(size - 1);
    while (index[i] != empty) i = (i * 5 + (perturb >>= 5) + 1) & uint64_t(size - 1);
    index[i] = int32_t(to++);
  }
  l->length = to;
  free(t->index);
  t->index = index;
  t->mask = size - 1;
  t->fill = room_for(size) - t->count;
  t->finger = 0;
  return true;
}

// The first free place of the index for a hash, whatever is there already.
int64_t free_slot(const List* l, int64_t hash) {
  const Table* t = l->table;
  auto perturb = uint64_t(hash);
  uint64_t i = perturb & uint64_t(t->mask);
  while (t->index[i] != empty) i = (i * 5 + (perturb >>= 5) + 1) & uint64_t(t->mask);
  return int64_t(i);
}

// A key that is not there. `i`: its place in the index.
int64_t dict_append(Context* context, List* l, int64_t hash, const Slot* key, int64_t i) {
  Table* t = l->table;
  if (t->fill <= 0) {
    if (l->length >= INT32_MAX - 8 || !dict_resize(l)) return -1;
    i = free_slot(l, hash);
  }
  int64_t place = l->length;
  if (!list_grow(context, l, place + 1)) return -1;
  if (place < t->finger) t->finger = place;
  Slot* e = entry(l, place);
  e->i = hash;
  copy_slots(e + 1, key, t->key_slots);
  memset(e + 1 + t->key_slots, 0, size_t(entry_slots(l) - 1 - t->key_slots) * sizeof(Slot));
  retain_key(context, l, e);
  t->index[i] = int32_t(place);
  --t->fill;
  ++t->count;
  return place;
}

int64_t dict_insert(Context* context, List* l, int64_t hash, const Slot* key) {
  int64_t i = dict_slot(l, hash, key, l->table->key);
  return l->table->index[i] >= 0 ? l->table->index[i] : dict_append(context, l, hash, key, i);
}

// The entries of another dict of its type, for one that has none.
int32_t dict_become(Context* context, List* l, const List* other) {
  Table *t = l->table, *o = other->table;
  const size_t values = size_t(entry_slots(l) - 1 - t->key_slots) * sizeof(Slot);
  if (o->count != other->length || l->length) {  // removed ones are left out
    for (int64_t k = 0; k < other->length; ++k) {
      if (!is_used(other, k)) continue;
      const Slot* e = entry(other, k);
      int64_t place = dict_insert(context, l, e->i, e + 1);
      if (place < 0) return 0;
      memcpy(entry(l, place) + 1 + t->key_slots, e + 1 + t->key_slots, values);
      retain_value(context, l, entry(l, place));
    }
    return 1;
  }
  auto* index = static_cast<int32_t*>(malloc(size_t(o->mask + 1) * sizeof(int32_t)));
  if (!index || !list_grow(context, l, other->length)) return free(index), 0;
  memcpy(index, o->index, size_t(o->mask + 1) * sizeof(int32_t));
  memcpy(l->data, other->data, size_t(other->length * l->width));
  for (int64_t k = 0; l->type && k < l->length; ++k) retain_slots(context, l, entry(l, k), 1, entry_slots(l));
  free(t->index);
  t->index = index;
  t->mask = o->mask, t->fill = o->fill, t->count = o->count;
  return 1;
}

// ---- sets ----
constexpr uint64_t linear_probes = 9;

// The place that `is_it`, or the first empty one that is met; `freed`: the last one before it that a key was removed from.
template <class Test>
int64_t set_walk(const List* l, int64_t hash, Test is_it, int64_t* freed) {
  auto mask = uint64_t(l->table->mask), perturb = uint64_t(hash);
  const int64_t slots = entry_slots(l);
  for (uint64_t i = uint64_t(hash) & mask;; i = (i * 5 + 1 + perturb) & mask) {
    uint64_t last = i + linear_probes <= mask ? i + linear_probes : i;
    const Slot* e = entry(l, int64_t(i));
    for (uint64_t p = i; p <= last; ++p, e += slots) {
      if (is_entry(e)) {
        if (is_it(e)) return int64_t(p);
        continue;
      }
      if (!was_removed(l, e)) return int64_t(p);
      if (freed) *freed = int64_t(p);
    }
    perturb >>= 5;
  }
}

template <class Same>
int64_t set_place_as(const List* l, int64_t hash, const Slot* key, Same is_same) {
  return set_walk(l, hash, [=](const Slot* e) { return is_same(e, hash, key); }, nullptr);
}
int64_t set_place(const List* l, int64_t hash, const Slot* key, const KeyPart* parts) {
  return with_test(l->table->key, parts, [=](auto is_same) { return set_place_as(l, hash, key, is_same); });
}

// The first empty place on the hash's way.
int64_t free_place(const List* l, int64_t hash, int64_t* freed) {
  return set_walk(l, hash, [](const Slot*) { return false; }, freed);
}

// The first place without entry on the hash's way, of a set that has no removed ones.
[[gnu::noinline]] Slot* next_free(const List* l, int64_t hash) {
  return entry(l, set_walk(l, hash, [](const Slot*) { return false; }, nullptr));
}
// Moves an entry into such a set, which holds none like it. Where it is now.
[[gnu::always_inline]] inline Slot* set_move_in(List* l, const Slot* from, int64_t slots) {
  Slot* to = l->data + int64_t(uint64_t(from->i) & uint64_t(l->table->mask)) * slots;
  if (is_entry(to)) to = next_free(l, from->i);
  copy_slots(to, from, slots);
  return to;
}
// Each of so many places.
void move_all_in(List* l, const Slot* places, int64_t size) {
  auto move = [=](int64_t slots) {
    for (const Slot *e = places, *end = places + size * slots; e != end; e += slots)
      if (is_entry(e)) set_move_in(l, e, slots);
  };
  entry_slots(l) == 2 ? move(2) : move(entry_slots(l));  // keys of one slot: the loops are for two
}

bool set_resize(Context* context, List* l, int64_t used) {
  Table* t = l->table;
  int64_t size = least_size, old_size = t->mask + 1;
  while (size <= used) size *= 2;
  Slot few[256];
  Slot *old = l->data, *aside = nullptr;
  if (size <= l->capacity && old_size * entry_slots(l) <= int64_t(sizeof few / sizeof *few)) {
    memcpy(few, old, size_t(old_size * l->width));  // lists that are made anew and anew have room
    old = few;
  } else {
    List fresh = *l;
    fresh.data = nullptr;
    fresh.length = fresh.capacity = 0;
    if (!list_grow(context, &fresh, size)) return false;
    aside = old;
    l->data = fresh.data;
    l->capacity = fresh.capacity;
  }
  l->length = size;
  t->mask = size - 1;
  empty_places(l);
  if (t->count) move_all_in(l, old, old_size);
  free(aside);
  t->fill = t->count;
  return true;
}

bool set_grow(Context* context, List* l) {
  int64_t n = l->table->count;
  return set_resize(context, l, n > 50000 ? n * 2 : n * 4);
}

// More room, for a key that was just put there. Its new place.
[[gnu::noinline]] int64_t set_grow_around(Context* context, List* l, int64_t hash, const Slot* key) {
  if (!set_grow(context, l)) return -1;
  const size_t bytes = size_t(l->table->key_slots) * sizeof(Slot);
  return set_walk(l, hash, [=](const Slot* q) { return q->i == hash && memcmp(q + 1, key, bytes) == 0; }, nullptr);
}

// A key that is not there, to be put at the empty place `p` or the one that was `freed` on the way.
inline int64_t set_append(Context* context, List* l, int64_t hash, const Slot* key, int64_t p, int64_t freed) {
  Table* t = l->table;
  if (freed >= 0) p = freed;
  Slot* e = entry(l, p);
  e->i = hash;
  copy_slots(e + 1, key, t->key_slots);
  retain_key(context, l, e);
  ++t->count;
  if (freed >= 0) return p;
  ++t->fill;
  return uint64_t(t->fill) * 5 < uint64_t(t->mask) * 3 ? p : set_grow_around(context, l, hash, key);
}

// Adds such an entry.
bool set_add(Context* context, List* l, const Slot* from) {
  Table* t = l->table;
  retain_key(context, l, set_move_in(l, from, entry_slots(l)));
  t->fill = ++t->count;
  return uint64_t(t->fill) * 5 < uint64_t(t->mask) * 3 || set_grow(context, l);
}

template <class Same>
int64_t set_insert_as(Context* context, List* l, int64_t hash, const Slot* key, Same is_same) {
  int64_t freed = -1, p = set_walk(l, hash, [=](const Slot* e) { return is_same(e, hash, key); }, &freed);
  return is_used(l, p) ? p : set_append(context, l, hash, key, p, freed);
}
int64_t set_insert(Context* context, List* l, int64_t hash, const Slot* key) {
  const KeyPart* parts = l->table->key;
  return with_test(parts, parts, [=](auto is_same) { return set_insert_as(context, l, hash, key, is_same); });
}

// Adds entries of another set of its type: all, or those that a third one has or has not.
template <class Same>
int32_t set_add_all(Context* context, List* l, const List* from, Same is_same) {
  const int64_t slots = entry_slots(from);
  for (const Slot *e = from->data, *end = e + (from->table->mask + 1) * slots; e != end; e += slots)
    if (is_entry(e) && set_insert_as(context, l, e->i, e + 1, is_same) < 0) return 0;
  return 1;
}
template <class Same>
int32_t set_select(Context* context, List* l, const List* from, const List* other, bool held, Same is_same) {
  const int64_t slots = entry_slots(from);
  const bool none = l->table->fill == 0;  // what is added differs from one another then, and from all that is there
  for (const Slot *e = from->data, *end = e + (from->table->mask + 1) * slots; e != end; e += slots) {
    if (!is_entry(e)) continue;
    int64_t place = set_walk(other, e->i, [=](const Slot* x) { return is_same(x, e->i, e + 1); }, nullptr);
    if (is_used(other, place) != held) continue;
    if (none ? !set_add(context, l, e) : set_insert(context, l, e->i, e + 1) < 0) return 0;
  }
  return 1;
}

}  // namespace

// ---- both ----
List* table_new(Context* context, int64_t slots, const ElementType* type, const KeyPart* key, int32_t key_slots,
                int32_t is_set) {
  List* l = list_new(context, slots * int64_t(sizeof(Slot)), type, is_set ? least_size : 0);
  if (!l) return nullptr;
  auto* t = static_cast<Table*>(malloc(sizeof(Table)));
  int32_t* index = t && !is_set ? new_index(least_size) : nullptr;
  if (!t || !(index || is_set)) {
    free(t);
    list_release(context, l);
    return nullptr;
  }
  *t = {key, 0, is_set ? 0 : room_for(least_size), least_size - 1, index, 0, key_slots, is_set};
  l->table = t;
  if (is_set) {
    l->length = least_size;
    empty_places(l);
  }
  return l;
}

bool set_places(Context* context, List* l, int64_t size) {
  if (!list_grow(context, l, size)) return false;
  empty_places(l);
  l->table->mask = size - 1;
  return true;
}

void drop_table(Table* t) {
  free(t->index);
  free(t);
}

int64_t table_find(Context* context, const List* l, const Slot* key, const KeyPart* parts) {
  const Table* t = l->table;
  if (t->count == 0) return -1;
  if (!t->is_set && parts == t->key && ints_in(parts) == 2) {
    const int32_t place = t->index[dict_slot_as(l, index_of_ints(key, 2), key, SamePair())];
    return place >= 0 ? place : -1;
  }
  int64_t hash = hash_in(context, l, key, parts);
  if (!t->is_set) {
    int32_t place = t->index[dict_slot(l, hash, key, parts)];
    return place >= 0 ? place : -1;
  }
  int64_t p = set_place(l, hash, key, parts);
  return is_used(l, p) ? p : -1;
}

int64_t dict_find_text(Context* context, const List* l, const Str* key) {
  const Table* t = l->table;
  if (t->count == 0) return -1;
  Slot asked;
  asked.p = const_cast<Str*>(key);
  const int32_t place = t->index[dict_slot_as(l, index_of_text(context, key), &asked, SameText())];
  return place >= 0 ? place : -1;
}
int64_t dict_find_int(const List* l, int64_t key) {
  const Table* t = l->table;
  if (t->count == 0) return -1;
  Slot asked;
  asked.i = key;
  const int32_t place = t->index[dict_slot_as(l, hash_of_int(key), &asked, SameInt())];
  return place >= 0 ? place : -1;
}

int64_t table_insert(Context* context, List* l, const Slot* key) {
  const Table* t = l->table;
  const KeyPart* parts = t->key;
  if (!t->is_set && ints_in(parts) == 2) {
    const int64_t hash = index_of_ints(key, 2), i = dict_slot_as(l, hash, key, SamePair());
    return t->index[i] >= 0 ? t->index[i] : dict_append(context, l, hash, key, i);
  }
  int64_t hash = parts->kind == key_int ? hash_of_int(key->i) : hash_in(context, l, key, parts);
  return l->table->is_set ? set_insert(context, l, hash, key) : dict_insert(context, l, hash, key);
}

// The places that the hash leads to, in order, until `is_it` says so of one: that, or -1. The order may come back to a place.
template <class Test>
static int64_t walk(const List* l, int64_t hash, Test is_it) {
  const Table* t = l->table;
  if (t->is_set) {
    auto is_entry_of = [&](const Slot* e) { return is_it((e - l->data) / entry_slots(l)); };
    int64_t p = set_walk(l, hash, is_entry_of, nullptr);
    return is_used(l, p) ? p : -1;
  }
  auto perturb = uint64_t(hash);
  for (uint64_t i = uint64_t(hash) & uint64_t(t->mask);; i = (i * 5 + (perturb >>= 5) + 1) & uint64_t(t->mask)) {
    if (t->index[i] == empty) return -1;
    if (t->index[i] >= 0 && is_it(t->index[i])) return t->index[i];
  }
}

int64_t table_probe(const List* l, int64_t hash, int64_t after) {
  if (l->table->count == 0) return -1;
  bool passed = after < 0;
  auto is_before = [&](int64_t place) {
    return after >= 0 && walk(l, hash, [&](int64_t p) { return p == place || p == after; }) == place;
  };
  return walk(l, hash, [&](int64_t place) {
    if (passed) return entry(l, place)->i == hash && place != after && !is_before(place);
    passed = place == after;
    return false;
  });
}

int64_t table_insert_hashed(Context* context, List* l, const Slot* key, int64_t hash) {
  if (!l->table->is_set) return dict_append(context, l, hash, key, free_slot(l, hash));
  int64_t freed = -1, p = free_place(l, hash, &freed);
  return set_append(context, l, hash, key, p, freed);
}

bool set_holds(const List* l, int64_t hash, const Slot* key, const KeyPart* parts) {
  return l->table->count > 0 && is_used(l, set_place(l, hash, key, parts));
}

void table_remove(Context* context, List* l, int64_t place) {
  Table* t = l->table;
  if (!t->is_set) {
    auto perturb = uint64_t(entry(l, place)->i);
    uint64_t i = perturb & uint64_t(t->mask);
    while (t->index[i] != place) i = (i * 5 + (perturb >>= 5) + 1) & uint64_t(t->mask);
    t->index[i] = removed;
  }
  --t->count;
  list_drop(context, l, place, place + 1);
  mark_removed(l, entry(l, place));
}

void table_clear(Context* context, List* l) {
  Table* t = l->table;
  list_drop(context, l, 0, l->length);
  t->count = 0;
  if (t->is_set) {
    t->mask = least_size - 1;
    l->length = least_size;
    t->fill = 0;
    return empty_places(l);
  }
  if (t->mask >= least_size) {
    int32_t* index = new_index(least_size);
    if (index) {
      free(t->index);
      t->index = index;
      t->mask = least_size - 1;
    }
  }
  memset(t->index, 0xff, size_t(t->mask + 1) * sizeof(int32_t));
  t->finger = 0;
  l->length = 0;
  t->fill = room_for(t->mask + 1);
}

// Who takes the first entries of a dict away, one after the other, passes each gap once.
int64_t table_next(const List* l, int64_t from) {
  Table* t = l->table;
  const bool first = !t->is_set && from <= t->finger;
  if (first) from = t->finger;
  while (from < l->length && !is_used(l, from)) ++from;
  if (first) t->finger = from;
  return from < l->length ? from : -1;
}

int64_t table_previous(const List* l, int64_t from) {
  for (from = from < l->length ? from : l->length - 1; from >= 0; --from)
    if (is_used(l, from)) return from;
  return -1;
}

int64_t table_first_to_go(List* l) {
  Table* t = l->table;
  if (t->count == 0) return -1;
  int64_t p = t->finger & t->mask;
  while (!is_used(l, p)) p = p < t->mask ? p + 1 : 0;
  t->finger = p + 1;
  return p;
}

int32_t table_reserve(Context* context, List* l, const List* other) {
  Table* t = l->table;
  if (!t->is_set) return 1;
  if (l == other) return t->fill - t->count <= t->mask / 4 || set_grow(context, l);
  int64_t more = other->table->count;
  return (t->fill + more) * 5 < t->mask * 3 || set_resize(context, l, (t->count + more) * 2);
}

int32_t table_merge(Context* context, List* l, const List* other) {
  Table *t = l->table, *o = other->table;
  if (l == other || o->count == 0) return 1;
  if (!t->is_set) return dict_become(context, l, other);
  if (!table_reserve(context, l, other)) return 0;
  if (t->fill > 0) return with_test(t->key, t->key, [=](auto is_same) { return set_add_all(context, l, other, is_same); });
  if (t->mask == o->mask && o->fill == o->count) {
    memcpy(l->data, other->data, size_t(l->length * l->width));
  } else {
    move_all_in(l, other->data, o->mask + 1);
  }
  for (int64_t p = 0; l->type && p <= t->mask; ++p)
    if (is_used(l, p)) retain_key(context, l, entry(l, p));
  t->fill = t->count = o->count;
  return 1;
}

int32_t table_select(Context* context, List* l, const List* from, const List* other, int32_t held) {
  return with_test(other->table->key, from->table->key,
                   [=](auto is_same) { return set_select(context, l, from, other, held != 0, is_same); });
}

void table_swap(List* a, List* b) {
  auto swap = [](auto& x, auto& y) {
    auto was = x;
    x = y;
    y = was;
  };
  swap(a->data, b->data);
  swap(a->length, b->length);
  swap(a->capacity, b->capacity);
  swap(a->table, b->table);
}

}  // namespace aic::rt
