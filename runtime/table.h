// The functions behind table.*, hash and error.* (runtime/abi.h says what each does), and what they share.
#pragma once
#include "runtime/abi.h"

namespace aic::rt {

#define AIC_DECLARE(result, name, parameters) result name parameters;
AIC_TABLE_FUNCTIONS(AIC_DECLARE)
#undef AIC_DECLARE

// CPython's: modulo a prime, and no hash is -1.
constexpr int64_t hash_modulus = (int64_t(1) << 61) - 1;
inline int64_t no_minus_one(int64_t h) { return h == -1 ? -2 : h; }
inline int64_t hash_of_int(int64_t v) {
  if (v >= 0 && v < hash_modulus) return v;
  uint64_t size = v < 0 ? uint64_t(0) - uint64_t(v) : uint64_t(v);
  auto h = int64_t(size % uint64_t(hash_modulus));
  return no_minus_one(v < 0 ? -h : h);
}
// What a dict whose keys are texts, or tuples of ints, has as their hashes: CPython's, which sets are ordered by, take longer
// (docs/tables.md), and of a dict nobody sees them. Of up to seven Latin characters it says all, which its being negative
// tells: such keys are equal where their hashes are.
int64_t index_of_text(Context*, const Str*);
int64_t index_of_ints(const Slot*, int32_t count);
constexpr bool says_all(int64_t index_of_text) { return index_of_text < 0; }
// The same of a key of another type, in a dict of such: of what equals none of its keys, any number.
int64_t index_in_texts(Context*, const Slot* key, const KeyPart* parts);
int64_t index_in_ints(const Slot* key, const KeyPart* parts, int32_t count);
// Are two keys, of maybe different types, equal? x and y: the parts to begin with.
bool equal_keys(const Slot* a, const KeyPart* parts_a, int32_t x, const Slot* b, const KeyPart* parts_b, int32_t y);
// Does the set hold the key?
bool set_holds(const List*, int64_t hash, const Slot* key, const KeyPart* parts);
void drop_table(Table*);
// Of how many ints a key that is a tuple of a few and of nothing else consists; else 0.
constexpr int32_t most_ints = 16;
inline int32_t ints_in(const KeyPart* key) {
  if (key->kind != key_tuple || key->parts > most_ints) return 0;
  for (int32_t k = 1; k <= key->parts; ++k)
    if (key[k].kind != key_int) return 0;
  return key->parts;
}
// Slots of an entry: its hash, the key, of a dict the value.
inline int64_t entry_slots(const List* l) { return int64_t(uint64_t(l->width) / sizeof(Slot)); }
inline Slot* entry(const List* l, int64_t place) { return l->data + place * entry_slots(l); }
// No hash is -1. A place of a set that never had an entry is all ones; a table of no more than one key tells no difference.
inline bool is_entry(const Slot* e) { return e->i != -1; }
inline void mark_removed(List* l, Slot* e) {
  e->i = -1;
  if (l->table->is_set && l->table->key_slots > 0) e[1].i = 0;
}
inline bool was_removed(const List* l, const Slot* e) { return e->i == -1 && l->table->key_slots > 0 && e[1].i != -1; }
// Makes a new set one of so many places, all empty: for hosts that copy theirs.
bool set_places(Context*, List*, int64_t size);

}  // namespace aic::rt
