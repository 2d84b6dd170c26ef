// Reading and writing the cache's files: little-endian numbers and length-prefixed texts, with a checksum over all.
#pragma once
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace aic::bindings {

inline uint64_t checksum(std::string_view bytes, uint64_t h = 0xcbf29ce484222325ull) {
  size_t k = 0;
  for (; k + 8 <= bytes.size(); k += 8) {
    uint64_t word;
    memcpy(&word, bytes.data() + k, 8);
    h = (h ^ word) * 0x9e3779b97f4a7c15ull;
    h ^= h >> 29;
  }
  for (; k < bytes.size(); ++k) h = (h ^ uint8_t(bytes[k])) * 0x100000001b3ull;
  return h ^ (h >> 32) ^ bytes.size();
}

class Writer {
 public:
  void number(int64_t n) { out_.append(reinterpret_cast<const char*>(&n), 8); }
  void text(std::string_view s) {
    number(int64_t(s.size()));
    out_.append(s);
    out_.append((8 - s.size() % 8) % 8, '\0');  // objects are read in place, at multiples of 8
  }
  [[nodiscard]] const std::string& bytes() const { return out_; }

 private:
  std::string out_;
};

// Past the end, or after a bad length, everything reads as 0 and "" and `good` says so.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : rest_(bytes) {}
  int64_t number() {
    if (rest_.size() < 8) return fail(), 0;
    int64_t n;
    memcpy(&n, rest_.data(), 8);
    rest_.remove_prefix(8);
    return n;
  }
  std::string_view text() {
    auto n = uint64_t(number());
    uint64_t padded = (n + 7) / 8 * 8;
    if (n > rest_.size() || padded > rest_.size()) return fail(), std::string_view();
    std::string_view s = rest_.substr(0, n);
    rest_.remove_prefix(padded);
    return s;
  }
  // A count of records: never more than could be there.
  size_t count() {
    auto n = uint64_t(number());
    return n > rest_.size() / 8 ? (fail(), 0) : n;
  }
  [[nodiscard]] bool good() const { return good_; }

 private:
  void fail() { good_ = false, rest_ = {}; }
  std::string_view rest_;
  bool good_ = true;
};

}  // namespace aic::bindings
