// Integer polynomials over SSA values: what range proofs reckon with. Mathematical integers: nothing wraps, and what grows
// beyond 100 bits or degree 4 is marked as lost.
#pragma once
#include <algorithm>
#include <array>
#include <vector>

#include "ir/base/ids.h"

namespace aic::passes {

using Wide = __int128;

struct Monomial {
  static constexpr uint32_t none = 0xffffffffu;
  std::array<uint32_t, 4> atoms{none, none, none, none};  // sorted; values may repeat
  auto operator<=>(const Monomial&) const = default;
  [[nodiscard]] bool is_single() const { return atoms[1] == none; }
};

struct Poly {
  struct Term {
    Monomial product;
    Wide factor;
    auto operator<=>(const Term&) const = default;
  };
  std::vector<Term> terms;  // sorted by product, no zero factors
  Wide constant = 0;
  bool lost = false;

  Poly() = default;
  explicit Poly(Wide c) : constant(c) {}
  static Poly of(ir::ValueId atom) {
    Poly p;
    p.terms.push_back({{{atom.index, Monomial::none, Monomial::none, Monomial::none}}, 1});
    return p;
  }
  [[nodiscard]] bool is_constant() const { return terms.empty(); }
  auto operator<=>(const Poly&) const = default;

  Poly& add(const Poly& p, Wide factor) {
    lost |= p.lost;
    constant = checked(constant, p.constant, factor);
    if (p.terms.empty()) return *this;
    std::vector<Term> sum;
    sum.reserve(terms.size() + p.terms.size());
    size_t i = 0, j = 0;
    while (i < terms.size() || j < p.terms.size()) {
      if (j == p.terms.size() || (i < terms.size() && terms[i].product < p.terms[j].product)) {
        sum.push_back(terms[i++]);
      } else {
        bool both = i < terms.size() && terms[i].product == p.terms[j].product;
        Wide c = checked(both ? terms[i++].factor : 0, p.terms[j].factor, factor);
        if (c != 0) sum.push_back({p.terms[j].product, c});
        ++j;
      }
    }
    terms = std::move(sum);
    return *this;
  }
  [[nodiscard]] friend Poly operator+(Poly a, const Poly& b) { return std::move(a.add(b, 1)); }
  [[nodiscard]] friend Poly operator-(Poly a, const Poly& b) { return std::move(a.add(b, -1)); }
  [[nodiscard]] friend Poly operator*(const Poly& a, const Poly& b) {
    Poly out;
    if (b.is_constant()) return std::move(out.add(a, b.constant));
    if (a.is_constant()) return std::move(out.add(b, a.constant));
    out.add(a, b.constant);
    for (const Term& t : b.terms) {
      Poly row;
      row.lost = a.lost || b.lost;
      if (a.constant != 0) row.terms.push_back({t.product, row.checked(0, a.constant, t.factor)});
      for (const Term& s : a.terms)
        row.terms.push_back({row.product(s.product, t.product), row.checked(0, s.factor, t.factor)});
      std::sort(row.terms.begin(), row.terms.end(), [](const Term& x, const Term& y) { return x.product < y.product; });
      out.add(row, 1);
    }
    return out;
  }
  [[nodiscard]] Poly shifted(Wide by) const {
    Poly p = *this;
    p.constant = p.checked(constant, by, 1);
    return p;
  }
  // this = atom * quotient + rest; the quotient may hold the atom again.
  void split(uint32_t atom, Poly& quotient, Poly& rest) const {
    quotient.lost = rest.lost = lost;
    rest.constant = constant;
    for (const Term& t : terms) {
      auto at = std::find(t.product.atoms.begin(), t.product.atoms.end(), atom);
      if (at == t.product.atoms.end()) {
        rest.terms.push_back(t);
        continue;
      }
      Monomial m = t.product;
      for (size_t k = size_t(at - t.product.atoms.begin()); k < 3; ++k) m.atoms[k] = m.atoms[k + 1];
      m.atoms[3] = Monomial::none;
      Poly q;
      if (m.atoms[0] == Monomial::none)
        q.constant = t.factor;
      else
        q.terms.push_back({m, t.factor});
      quotient.add(q, 1);
    }
  }
  [[nodiscard]] bool mentions(uint32_t atom) const {
    for (const Term& t : terms)
      for (uint32_t a : t.product.atoms)
        if (a == atom) return true;
    return false;
  }
  [[nodiscard]] Poly replaced(uint32_t atom, const Poly& by) const {
    Poly q, r;
    split(atom, q, r);
    if (q.is_constant() && q.constant == 0) return *this;
    if (q.mentions(atom)) q = q.replaced(atom, by);
    return q * by + r;
  }
  [[nodiscard]] std::vector<uint32_t> atoms() const {
    std::vector<uint32_t> out;
    for (const Term& t : terms)
      for (uint32_t a : t.product.atoms)
        if (a != Monomial::none && std::find(out.begin(), out.end(), a) == out.end()) out.push_back(a);
    return out;
  }

 private:
  Wide checked(Wide a, Wide b, Wide factor) {
    constexpr Wide limit = Wide(1) << 100;
    Wide product, sum;
    if (__builtin_mul_overflow(b, factor, &product) || __builtin_add_overflow(a, product, &sum) || sum > limit || sum < -limit)
      return lost = true, 0;
    return sum;
  }
  Monomial product(const Monomial& a, const Monomial& b) {
    std::array<uint32_t, 8> all{};
    std::merge(a.atoms.begin(), a.atoms.end(), b.atoms.begin(), b.atoms.end(), all.begin());
    if (all[4] != Monomial::none) lost = true;
    Monomial m;
    std::copy(all.begin(), all.begin() + 4, m.atoms.begin());
    return m;
  }
};

}  // namespace aic::passes
