// The functions behind table.*, hash and error.* (runtime/abi.h says what each does), and what they share.
#pragma once
#include "runtime/abi.h"

namespace aic::rt {

#define AIC_DECLARE(result, name, parameters) result name parameters;
AIC_TABLE_FUNCTIONS(AIC_DECLARE)
#undef AIC_DECLARE

// What a set's index says of a place; of a dict's, the last two.
constexpr int32_t used = 0, empty = -1, removed = -2;

// Are two keys, of maybe different types, equal? x and y: the parts to begin with.
bool equal_keys(const Slot* a, const KeyPart* parts_a, int32_t x, const Slot* b, const KeyPart* parts_b, int32_t y);
// Does the set hold the key?
bool set_holds(const List*, int64_t hash, const Slot* key, const KeyPart* parts);
void drop_table(Table*);
// Slots of an entry.
inline int64_t entry_slots(const List* l) { return l->width / int64_t(sizeof(Slot)); }
// Makes a new set one of so many places, all empty: for hosts that copy theirs.
bool set_places(Context*, List*, int64_t size);

}  // namespace aic::rt
