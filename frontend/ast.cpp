// The syntax tree's arena, its numbering and its hash.
#include "frontend/ast.h"

#include <bit>
#include <cstring>

namespace aic::frontend {

namespace {

constexpr std::string_view kind_names[] = {
#define X(name) #name,
    AIC_AST_KINDS(X)
#undef X
        "Unknown"};

template <class T>
std::span<const T> kept(std::pmr::monotonic_buffer_resource& arena, const std::vector<T>& items) {
  if (items.empty()) return {};
  T* to = static_cast<T*>(arena.allocate(items.size() * sizeof(T), alignof(T)));
  std::uninitialized_copy(items.begin(), items.end(), to);
  return {to, items.size()};
}

// Decorators are not part of the function: `@jit` and `@jit(parallel=True)` compile the same text.
bool is_outside(const Slot& s, bool top) { return top && s.field == Field::decorator_list; }

void number_below(Node& n, uint32_t inherited, bool top, int first_line, std::vector<ir::Position>& positions) {
  n.ordinal = inherited;
  if (n.has_position) {
    n.ordinal = uint32_t(positions.size());
    ir::Position p = n.position;
    p.line -= first_line - 1;
    p.end_line -= first_line - 1;
    positions.push_back(p);
  }
  for (const Slot& s : n.slots)
    if (!is_outside(s, top))
      for (const Node* c : s.nodes)
        if (c) number_below(const_cast<Node&>(*c), n.ordinal, false, first_line, positions);
}

void mix_below(Hash& h, const Node& n, bool top) {
  h.mix(uint64_t(n.kind) << 8 | uint64_t(n.context));
  h.mix(uint64_t(n.number));
  h.mix(n.text);
  h.mix(n.words.size());
  for (const std::string& w : n.words) h.mix(w);
  if (n.constant.kind != Constant::Kind::Absent) {
    h.mix(uint64_t(n.constant.kind));
    h.mix(uint64_t(n.constant.integer));
    h.mix(std::bit_cast<uint64_t>(n.constant.real));
    h.mix(n.constant.text);
  }
  for (const Slot& s : n.slots) {
    if (is_outside(s, top)) continue;
    h.mix(uint64_t(s.field) << 32 | s.nodes.size());
    for (const Node* c : s.nodes)
      if (c)
        mix_below(h, *c, false);
      else
        h.mix(uint64_t(0xff));
  }
  h.mix(uint64_t(0xfe));  // the end: siblings do not become children
}

}  // namespace

Tree::~Tree() {
  for (Node* n : nodes_) n->~Node();
}
Node& Tree::make() {
  Node* n = new (arena_.allocate(sizeof(Node), alignof(Node))) Node;
  nodes_.push_back(n);
  return *n;
}
Nodes Tree::keep(const std::vector<const Node*>& nodes) { return kept(arena_, nodes); }
std::span<const Slot> Tree::keep(const std::vector<Slot>& slots) { return kept(arena_, slots); }

// Two lanes of multiply-and-fold with different odd constants (the finaliser of splitmix64).
void Hash::mix(uint64_t v) {
  auto fold = [](uint64_t x) {
    x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9ull;
    x = (x ^ x >> 27) * 0x94d049bb133111ebull;
    return x ^ x >> 31;
  };
  low = fold(low * 0x9e3779b97f4a7c15ull + v + 1);
  high = fold((high ^ v) * 0xd6e8feb86659fd93ull + std::rotl(low, 23));
}
void Hash::mix(std::string_view s) {
  mix(s.size());
  for (; !s.empty(); s.remove_prefix(std::min<size_t>(8, s.size()))) {
    uint64_t word = 0;
    std::memcpy(&word, s.data(), std::min<size_t>(8, s.size()));
    mix(word);
  }
}
std::string Hash::text() const {
  static constexpr char hex[] = "0123456789abcdef";
  std::string out;
  for (uint64_t half : {high, low})
    for (int shift = 60; shift >= 0; shift -= 4) out += hex[half >> shift & 15];
  return out;
}
void mix_tree(Hash& h, const Node& function) { mix_below(h, function, true); }

std::vector<ir::Position> number_nodes(const Node& function, int first_line) {
  std::vector<ir::Position> positions;
  number_below(const_cast<Node&>(function), 0, true, first_line, positions);
  return positions;
}

std::string_view name(Kind k) { return kind_names[size_t(k)]; }

}  // namespace aic::frontend
