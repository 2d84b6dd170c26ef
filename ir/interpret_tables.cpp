// Dicts and sets in the interpreter: a list whose elements are entries (hash, key, value), Undefined where one was
// removed. Keys are looked for one after another. A set's places stand in the order of insertion, not in CPython's: which
// order that is, the runtime decides, and no pass may ask.
#include <algorithm>
#include <cmath>

#include "ir/interpret_internal.h"

namespace aic::ir::interpreter {

namespace {

bool equal_numbers(const Scalar& a, const Scalar& b) {
  if (is_complex(a.dtype) || is_complex(b.dtype)) {
    auto parts = [](const Scalar& s) { return is_complex(s.dtype) ? Scalar::floating(s.im) : Scalar::floating(0.0); };
    auto real = [](const Scalar& s) { return is_complex(s.dtype) ? Scalar::floating(s.re) : s; };
    return parts(a).re == parts(b).re && equal_numbers(real(a), real(b));
  }
  // A long double holds each double, int64 and uint64 as it is.
  auto exact = [](const Scalar& s) {
    return is_float(s.dtype)                              ? static_cast<long double>(s.re)
           : is_signed(s.dtype) || s.dtype == DType::Bool ? static_cast<long double>(s.i)
                                                          : static_cast<long double>(uint64_t(s.i));
  };
  return exact(a) == exact(b);
}

bool equal_keys(const RuntimeValue& a, const RuntimeValue& b) {
  if (const auto* u = std::get_if<UnionValue>(&a)) return equal_keys(*u->payload, b);
  if (const auto* u = std::get_if<UnionValue>(&b)) return equal_keys(a, *u->payload);
  if (a.index() != b.index()) return false;
  if (const auto* s = std::get_if<Scalar>(&a)) return equal_numbers(*s, std::get<Scalar>(b));
  if (const auto* s = std::get_if<std::string>(&a)) return *s == std::get<std::string>(b);
  if (const auto* t = std::get_if<TupleValue>(&a)) {
    const auto& other = std::get<TupleValue>(b);
    bool equal = t->elements.size() == other.elements.size();
    for (size_t k = 0; equal && k < t->elements.size(); ++k) equal = equal_keys(t->elements[k], other.elements[k]);
    return equal;
  }
  return std::holds_alternative<NoneValue>(a);
}

bool is_entry(const RuntimeValue& v) { return std::holds_alternative<TupleValue>(v); }

int64_t place_of(const std::vector<RuntimeValue>& entries, const RuntimeValue& key) {
  for (size_t i = 0; i < entries.size(); ++i)
    if (is_entry(entries[i]) && equal_keys(std::get<TupleValue>(entries[i]).elements[1], key)) return int64_t(i);
  return -1;
}

// From `at` on in steps of 1 or -1, the first place that holds an entry.
int64_t entry_from(const std::vector<RuntimeValue>& entries, int64_t at, int64_t step) {
  for (; at >= 0 && at < int64_t(entries.size()); at += step)
    if (is_entry(entries[size_t(at)])) return at;
  return -1;
}

// As CPython hashes numbers: modulo 2**61 - 1, never -1.
int64_t hash_of(const Scalar& s) {
  constexpr int64_t modulus = (int64_t(1) << 61) - 1;
  auto settled = [](__int128 h) { return h == -1 ? int64_t(-2) : int64_t(h); };
  if (!is_float(s.dtype)) return settled(static_cast<__int128>(s.i) % modulus);
  if (std::isinf(s.re)) return s.re > 0 ? 314159 : -314159;
  if (std::isnan(s.re)) return 0;
  int exponent = 0;
  auto mantissa = static_cast<__int128>(std::ldexp(std::frexp(s.re, &exponent), 53));
  // 2**61 is 1: the exponent counts modulo 61.
  int turns = ((exponent - 53) % 61 + 61) % 61;
  return settled(mantissa % modulus * ((static_cast<__int128>(1) << turns) % modulus) % modulus);
}

int64_t inserted(std::vector<RuntimeValue>& entries, const RuntimeValue& key, size_t parts) {
  if (int64_t known = place_of(entries, key); known >= 0) return known;
  TupleValue entry{std::vector<RuntimeValue>(parts, Undefined{})};
  entry.elements[1] = key;
  if (const auto* number = std::get_if<Scalar>(&key)) entry.elements[0] = Scalar::integer(hash_of(*number));
  entries.emplace_back(std::move(entry));
  return int64_t(entries.size()) - 1;
}

}  // namespace

bool Frame::table(OpId id) {
  OpCode c = at(id).code;
  if (c == "hash"_op) return result(id, Scalar::integer(hash_of(scalar(id, 0)))), true;
  if (!record(c).name.starts_with("table.")) return false;
  std::vector<RuntimeValue>& entries = list_of(id).elements;
  auto number = [&](int64_t i) { return result(id, Scalar::integer(i)), true; };
  if (c == "table.find"_op) return number(place_of(entries, in(id, 1)));
  if (c == "table.insert"_op)
    return number(inserted(entries, in(id, 1), f_.type(at(id).operands[0]).element().elements().size()));
  if (c == "table.probe"_op) {
    for (size_t i = size_t(integer(id, 2) + 1); i < entries.size(); ++i)
      if (is_entry(entries[i]))
        if (const auto* hash = std::get_if<Scalar>(&std::get<TupleValue>(entries[i]).elements[0]))
          if (hash->i == integer(id, 1)) return number(int64_t(i));
    return number(-1);
  }
  if (c == "table.insert_hashed"_op) {
    TupleValue entry{std::vector<RuntimeValue>(f_.type(at(id).operands[0]).element().elements().size(), Undefined{})};
    entry.elements[0] = Scalar::integer(integer(id, 2));
    entry.elements[1] = in(id, 1);
    entries.emplace_back(std::move(entry));
    return number(int64_t(entries.size()) - 1);
  }
  if (c == "table.count"_op) return number(std::count_if(entries.begin(), entries.end(), is_entry));
  if (c == "table.next"_op) return number(entry_from(entries, std::max<int64_t>(integer(id, 1), 0), 1));
  if (c == "table.previous"_op) return number(entry_from(entries, std::min(integer(id, 1), int64_t(entries.size()) - 1), -1));
  if (c == "table.first_to_go"_op) return number(entry_from(entries, 0, 1));
  if (c == "table.clear"_op) return entries.clear(), true;
  if (c == "table.reserve"_op) return true;  // room is no matter here
  if (c == "table.remove"_op) {
    int64_t i = integer(id, 1);
    AIC_CHECK(i >= 0 && i < int64_t(entries.size()) && is_entry(entries[size_t(i)]), print(f_, id));
    return entries[size_t(i)] = Undefined{}, true;
  }
  std::vector<RuntimeValue>& other = std::get<std::shared_ptr<ListValue>>(in(id, 1))->elements;
  if (c == "table.swap"_op) return std::swap(entries, other), true;
  if (c == "table.select"_op) {
    const std::vector<RuntimeValue>& from = other;
    const std::vector<RuntimeValue>& held = std::get<std::shared_ptr<ListValue>>(in(id, 2))->elements;
    for (size_t i = 0; i < from.size(); ++i)
      if (is_entry(from[i])) {
        const RuntimeValue key = std::get<TupleValue>(from[i]).elements[1];
        if ((place_of(held, key) >= 0) == (f_.int_attr(id, "held") != 0)) inserted(entries, key, 2);
      }
    return true;
  }
  AIC_CHECK(c == "table.merge"_op, print(f_, id));
  for (size_t i = 0; i < other.size(); ++i)  // by index: a set may be merged with itself
    if (is_entry(other[i])) {
      std::vector<RuntimeValue> parts = std::get<TupleValue>(other[i]).elements;
      int64_t place = inserted(entries, parts[1], parts.size());
      std::copy(parts.begin() + 2, parts.end(), std::get<TupleValue>(entries[size_t(place)]).elements.begin() + 2);
    }
  return true;
}

}  // namespace aic::ir::interpreter
