// Random numbers that come out the same everywhere: splitmix64.
#pragma once
#include <cstdint>
#include <initializer_list>
#include <vector>

namespace aic::fuzz {

class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed * 0x9e3779b97f4a7c15ull + 0x1234567) {}
  uint64_t bits() {
    uint64_t z = state_ += 0x9e3779b97f4a7c15ull;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
    return z ^ (z >> 31);
  }
  int below(int n) { return n <= 0 ? 0 : int(bits() % uint64_t(n)); }
  int between(int low, int high) { return low + below(high - low + 1); }
  bool chance(int percent) { return below(100) < percent; }
  template <class T>
  T one_of(std::initializer_list<T> list) {
    return list.begin()[below(int(list.size()))];
  }
  template <class T>
  const T& one_of(const std::vector<T>& list) {
    return list[size_t(below(int(list.size())))];
  }

 private:
  uint64_t state_;
};

}  // namespace aic::fuzz
