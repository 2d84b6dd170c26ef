// Hashes and equality of keys, as CPython has them: 1, 1.0 and True are one key, a tuple's hash comes from its elements'.
// A key lies in slots like an element of a list, with a union's tag before its arms; its KeyParts say what is where.
//
// Sets of numbers are iterated in the order of their hashes, so these must be CPython's to the bit. Those of strings are
// the host's (they differ from process to process); without a host they are ours, FNV. Dicts have an order of their own: what
// they are indexed by, of short texts, is cheaper.
#include <math.h>
#include <string.h>
#include <sys/auxv.h>

#include "runtime/table.h"
#include "runtime/text.h"

namespace aic::rt {
namespace {

// CPython's _Py_HashDouble: the value modulo 2**61 - 1, read 28 bits at a time.
int64_t hash_of_float(double v) {
  if (isnan(v)) return 0;  // CPython hashes the object's address
  if (isinf(v)) return v > 0 ? 314159 : -314159;
  int exponent = 0;
  double m = frexp(v, &exponent);
  bool negative = m < 0;
  if (negative) m = -m;
  uint64_t x = 0;
  while (m != 0) {
    x = ((x << 28) & uint64_t(hash_modulus)) | x >> (61 - 28);
    m *= 268435456.0;
    exponent -= 28;
    auto y = uint64_t(m);
    m -= double(y);
    x += y;
    if (x >= uint64_t(hash_modulus)) x -= uint64_t(hash_modulus);
  }
  exponent = exponent >= 0 ? exponent % 61 : 61 - 1 - ((-1 - exponent) % 61);
  x = ((x << exponent) & uint64_t(hash_modulus)) | x >> (61 - exponent);
  return no_minus_one(negative ? -int64_t(x) : int64_t(x));
}

int64_t hash_of_text(Context* context, const Str* s) {
  if (s->hash != -1) return s->hash;
  int64_t h = 0;
  if (context->host && context->host->hash_text) {
    h = context->host->hash_text(context, s);
  } else if (s->length > 0) {
    uint64_t x = 14695981039346656037u;
    auto* bytes = static_cast<const uint8_t*>(s->data);
    for (int64_t k = 0; k < s->length * s->kind; ++k) x = (x ^ bytes[k]) * 1099511628211u;
    h = no_minus_one(int64_t(x));
  }
  // Constants lie in memory that several threads read: a word is written whole, and always with the same value.
  const_cast<Str*>(s)->hash = h;
  return h;
}

// The part that a union holds now, and where.
void resolve(const Slot*& at, const KeyPart* parts, int32_t& k) {
  while (parts[k].kind == key_union) {
    int64_t tag = at->i;
    ++at;
    ++k;
    for (int64_t arm = 0; arm < tag; ++arm) at += parts[k].slots, k = parts[k].next;
  }
}

// By its address here, which no other has while the table holds it. Python's own hash is that of another address.
int64_t hash_of_object(const void* p) {
  auto address = uint64_t(reinterpret_cast<uintptr_t>(p));
  return no_minus_one(int64_t(address >> 4 | address << 60));
}

// As CPython's: independent of the order.
int64_t hash_of_frozen_set(const List* l) {
  auto shuffled = [](uint64_t h) { return ((h ^ 89869747u) ^ (h << 16)) * 3644798167u; };
  const Table& t = *l->table;
  uint64_t hash = 0;
  for (int64_t p = 0; p <= t.mask; ++p)
    if (is_entry(entry(l, p))) hash ^= shuffled(uint64_t(entry(l, p)->i));
  hash ^= (uint64_t(t.count) + 1) * 1927868237u;
  hash ^= (hash >> 11) ^ (hash >> 25);
  hash = hash * 69069u + 907133923u;
  return hash == uint64_t(-1) ? 590923713 : int64_t(hash);
}

// The elements of a tuple, of either kind, one after another.
struct Elements {
  const char* at;
  int32_t part;
  int64_t left, width;  // bytes of an element of a sequence; 0: of a tuple
  Slot narrow{};        // a bool, which takes less than a slot there
  const Slot* now() {
    if (width == 0 || width >= int64_t(sizeof(Slot))) return reinterpret_cast<const Slot*>(at);
    memcpy(&narrow, at, size_t(width));
    return &narrow;
  }
};
Elements elements_of(const Slot* at, const KeyPart* parts, int32_t k) {
  if (parts[k].kind != key_sequence) return {reinterpret_cast<const char*>(at), k + 1, parts[k].parts, 0};
  auto* list = static_cast<const List*>(at->p);
  return {reinterpret_cast<const char*>(list->data), k + 1, list->length, list->width};
}
void advance(Elements& e, const KeyPart* parts) {
  --e.left;
  e.at += e.width ? e.width : parts[e.part].slots * int64_t(sizeof(Slot));
  if (!e.width) e.part = parts[e.part].next;
}

// CPython's, from the hashes of the elements.
struct TupleHash {
  static constexpr uint64_t p1 = 11400714785074694791u, p2 = 14029467366897019727u, p5 = 2870177450012600261u;
  uint64_t h = p5;
  void add(int64_t element) {
    h += uint64_t(element) * p2;
    h = (h << 31 | h >> 33) * p1;
  }
  [[nodiscard]] int64_t of(int64_t length) const {
    uint64_t all = h + (uint64_t(length) ^ (p5 ^ 3527539u));
    return all == uint64_t(-1) ? 1546275796 : int64_t(all);
  }
};

int64_t hash_part(Context* context, const Slot* at, const KeyPart* parts, int32_t k) {
  resolve(at, parts, k);
  switch (parts[k].kind) {
    case key_none: return context->host && context->host->hash_text ? context->host->hash_text(context, nullptr) : 0xfca86420;
    case key_bool: return at->i & 1;
    case key_int: return hash_of_int(at->i);
    case key_float: return hash_of_float(at->f);
    case key_complex: {
      uint64_t h = uint64_t(hash_of_float(at[0].f)) + 1000003u * uint64_t(hash_of_float(at[1].f));
      return no_minus_one(int64_t(h));
    }
    case key_text:
    case key_bytes: return hash_of_text(context, static_cast<const Str*>(at->p));
    case key_object: return hash_of_object(at->p);
    case key_frozen_set: return hash_of_frozen_set(static_cast<const List*>(at->p));
    case key_hash: return at->i;
    default: break;
  }
  TupleHash h;
  Elements e = elements_of(at, parts, k);
  const int64_t n = e.left;
  for (; e.left > 0; advance(e, parts)) h.add(hash_part(context, e.now(), parts, e.part));
  return h.of(n);
}

// The two halves of the product of all bits with all bits (wyhash, by Wang Yi).
uint64_t folded(uint64_t a, uint64_t b) {
  auto product = static_cast<unsigned __int128>(a) * b;
  return uint64_t(product) ^ uint64_t(product >> 64);
}
// Other ones in each process, so that nobody can choose texts that collide.
struct Seeds {
  uint64_t first = 0xa0761d6478bd642fu, last = 0xe7037ed1a0b428dbu;
  Seeds() {
    const auto* random = reinterpret_cast<const char*>(getauxval(AT_RANDOM));  // 16 bytes
    uint64_t own[2];
    if (!random) return;
    memcpy(own, random, sizeof own);
    first ^= own[0], last ^= own[1];
  }
};
const Seeds seeds;

bool is_number(int32_t kind) { return kind >= key_bool && kind <= key_complex; }

bool equal_numbers(const Slot* a, int32_t x, const Slot* b, int32_t y) {
  auto whole = [](const Slot* s, int32_t kind) { return kind == key_bool ? s->i & 1 : s->i; };
  if (x <= key_int && y <= key_int) return whole(a, x) == whole(b, y);
  if ((x == key_complex && a[1].f != 0) || (y == key_complex && b[1].f != 0))
    return x == y && a[0].f == b[0].f && a[1].f == b[1].f;
  if (x > key_int && y > key_int) return a->f == b->f;
  int64_t i = x <= key_int ? whole(a, x) : whole(b, y);
  double d = x <= key_int ? b->f : a->f;
  return d >= -9223372036854775808.0 && d < 9223372036854775808.0 && double(int64_t(d)) == d && int64_t(d) == i;
}

bool equal_sets(const List* a, const List* b) {
  if (a == b) return true;
  if (a->table->count != b->table->count) return false;
  for (int64_t p = 0; p <= a->table->mask; ++p) {
    const Slot* e = entry(a, p);
    if (is_entry(e) && !set_holds(b, e->i, e + 1, a->table->key)) return false;
  }
  return true;
}

}  // namespace

int64_t hash_key(Context* context, const Slot* at, const KeyPart* parts) {
  if (parts->kind == key_int) return hash_of_int(at->i);
  const int32_t ints = ints_in(parts);
  if (ints == 0) return hash_part(context, at, parts, 0);
  TupleHash h;
  for (int32_t k = 0; k < ints; ++k) h.add(hash_of_int(at[k].i));
  return h.of(ints);
}

// As many 63-bit numbers as there are such texts: each step can be undone.
static int64_t index_of_short_text(const Str* s) {
  constexpr uint64_t low63 = ~uint64_t(0) >> 1;
  uint64_t x = (word_of(static_cast<const uint8_t*>(s->data), s->length) | uint64_t(s->length) << 56) ^ (seeds.first & low63);
  x = x * (seeds.last | 1) & low63;
  x ^= x >> 32;
  x = x * 0x9e3779b97f4a7c15u & low63;
  x ^= x >> 29;
  return int64_t(x | ~low63);
}
int64_t index_of_text(Context* context, const Str* s) {
  if (s->length <= 7 && s->kind == 1) {
    const int64_t h = index_of_short_text(s);
    if (h != -1) return h;  // no hash is; the one text that has it is a long one
  }
  const int64_t bytes = s->length * s->kind;
  uint64_t h = 0;
  if (bytes <= 32) {
    const auto* data = static_cast<const char*>(s->data);
    const TwoWords end = words_of(bytes > 16 ? data + bytes - 16 : data, bytes > 16 ? 16 : bytes);
    h = folded(end.first ^ seeds.first, end.last ^ seeds.last ^ uint64_t(bytes));
    if (bytes > 16) {
      const TwoWords start = words_of(data, 16);
      h = folded(start.first ^ seeds.first, start.last ^ h);
    }
  } else {
    h = uint64_t(hash_of_text(context, s));
  }
  return int64_t(h & ~uint64_t(0) >> 1);
}
int64_t index_in_texts(Context* context, const Slot* at, const KeyPart* parts) {
  int32_t k = 0;
  resolve(at, parts, k);
  return parts[k].kind == key_text ? index_of_text(context, static_cast<const Str*>(at->p)) : 0;
}

int64_t index_of_ints(const Slot* at, int32_t count) {
  uint64_t h = seeds.last;
  for (int32_t k = 0; k + 1 < count; k += 2) h = folded(h ^ uint64_t(at[k].i), seeds.first ^ uint64_t(at[k + 1].i));
  if (count % 2) h = folded(h ^ uint64_t(at[count - 1].i), seeds.first);
  return no_minus_one(int64_t(h));
}
int64_t index_in_ints(const Slot* at, const KeyPart* parts, int32_t count) {
  Slot ints[most_ints];
  int32_t k = 0;
  resolve(at, parts, k);
  if (parts[k].kind != key_tuple && parts[k].kind != key_sequence) return 0;
  Elements e = elements_of(at, parts, k);
  if (e.left != count) return 0;
  for (int32_t n = 0; e.left > 0; advance(e, parts), ++n) {
    const Slot* x = e.now();
    int32_t part = e.part;
    resolve(x, parts, part);
    if (!is_number(parts[part].kind)) return 0;
    const bool whole = parts[part].kind <= key_int;
    ints[n].i = parts[part].kind == key_bool ? x->i & 1 : whole ? x->i : x->f >= -0x1p63 && x->f < 0x1p63 ? int64_t(x->f) : 0;
  }
  return index_of_ints(ints, count);
}

bool equal_keys(const Slot* a, const KeyPart* pa, int32_t x, const Slot* b, const KeyPart* pb, int32_t y) {
  resolve(a, pa, x);
  resolve(b, pb, y);
  int32_t s = pa[x].kind, t = pb[y].kind;
  if (is_number(s) && is_number(t)) return equal_numbers(a, s, b, t);
  auto is_tuple = [](int32_t kind) { return kind == key_tuple || kind == key_sequence; };
  if (s != t && !(is_tuple(s) && is_tuple(t))) return false;
  if (s == key_none) return true;
  if (s == key_text || s == key_bytes)
    return a->p == b->p || equal_texts(static_cast<const Str*>(a->p), static_cast<const Str*>(b->p));
  if (s == key_object) return a->p == b->p;
  if (s == key_hash) return a->i == b->i;
  if (s == key_frozen_set) return equal_sets(static_cast<const List*>(a->p), static_cast<const List*>(b->p));
  Elements left = elements_of(a, pa, x), right = elements_of(b, pb, y);
  if (left.left != right.left) return false;
  for (; left.left > 0; advance(left, pa), advance(right, pb))
    if (!equal_keys(left.now(), pa, left.part, right.now(), pb, right.part)) return false;
  return true;
}

}  // namespace aic::rt
