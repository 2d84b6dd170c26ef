// The table of types, and their text. One process-wide table: entries are never removed or moved, and are read
// without a lock (they stand in chunks of fixed address; an id is handed out only after its entry is written).
#include "ir/types.h"

#include <algorithm>
#include <map>
#include <memory>
#include <mutex>

#include "ir/base/error.h"

namespace aic::ir {

namespace {
struct TypeData {
  TypeKind kind = TypeKind::Py;
  DType dtype = DType::Bool;
  uint8_t rank = 0;
  Layout layout = Layout::C;
  bool readonly = false;
  std::vector<Type> elements = {};
  std::string flavour = {};
  auto operator<=>(const TypeData&) const = default;
};

constexpr std::string_view dtype_names[] = {"b1",  "i8",   "i16", "i32", "i64", "u8",  "u16", "u32",
                                            "u64", "bf16", "f16", "f32", "f64", "c64", "c128"};
constexpr std::string_view numpy_names[] = {"bool",    "int8",    "int16",   "int32",     "int64",
                                            "uint8",   "uint16",  "uint32",  "uint64",    "bfloat16",
                                            "float16", "float32", "float64", "complex64", "complex128"};
constexpr std::pair<std::string_view, TypeKind> simple_names[] = {
    {"py", TypeKind::Py},     {"never", TypeKind::Never}, {"unbound", TypeKind::Unbound}, {"none", TypeKind::None},
    {"bool", TypeKind::Bool}, {"int", TypeKind::Int},     {"float", TypeKind::Float},     {"complex", TypeKind::Complex},
    {"str", TypeKind::Str},   {"range", TypeKind::Range}, {"fn", TypeKind::Function},
};
}  // namespace

class TypeTable {
 public:
  static TypeTable& get() {
    static TypeTable table;
    return table;
  }
  Type intern(const TypeData& d) {
    std::lock_guard lock(mutex_);
    auto [it, inserted] = ids_.try_emplace(d, count_);
    if (inserted) {
      AIC_CHECK(count_ < chunk_size * std::size(chunks_));
      std::unique_ptr<TypeData[]>& chunk = chunks_[count_ / chunk_size];
      if (!chunk) chunk = std::make_unique<TypeData[]>(chunk_size);
      chunk[count_++ % chunk_size] = d;
    }
    return Type(it->second);
  }
  const TypeData& operator[](Type t) const { return chunks_[t.id() / chunk_size][t.id() % chunk_size]; }

 private:
  TypeTable() {
    // Simple kinds first, so that a default-constructed Type is `py`.
    for (auto [_, kind] : simple_names) intern({.kind = kind});
  }
  std::mutex mutex_;
  std::map<TypeData, uint32_t> ids_;
  static constexpr uint32_t chunk_size = 256;
  std::unique_ptr<TypeData[]> chunks_[4096];
  uint32_t count_ = 0;
};

static Type simple(TypeKind k) { return TypeTable::get().intern({.kind = k}); }
static const TypeData& data(Type t) { return TypeTable::get()[t]; }

#define AIC_SIMPLE_TYPE(function_name, kind)      \
  Type Type::function_name() {                    \
    static const Type t = simple(TypeKind::kind); \
    return t;                                     \
  }
AIC_SIMPLE_TYPE(py, Py)
AIC_SIMPLE_TYPE(never, Never)
AIC_SIMPLE_TYPE(unbound, Unbound)
AIC_SIMPLE_TYPE(none, None)
AIC_SIMPLE_TYPE(boolean, Bool)
AIC_SIMPLE_TYPE(integer, Int)
AIC_SIMPLE_TYPE(floating, Float)
AIC_SIMPLE_TYPE(complex, Complex)
AIC_SIMPLE_TYPE(str, Str)
AIC_SIMPLE_TYPE(range, Range)
AIC_SIMPLE_TYPE(function, Function)
#undef AIC_SIMPLE_TYPE

Type Type::scalar(DType d) { return TypeTable::get().intern({.kind = TypeKind::Scalar, .dtype = d}); }
Type Type::array(DType d, int rank, Layout layout, bool readonly) {
  AIC_CHECK(rank >= 0 && rank <= max_rank);
  if (rank == 0) layout = Layout::C;
  if (rank == 1 && layout != Layout::Strided) layout = Layout::C;  // one axis: C, F and Inner are the same
  return TypeTable::get().intern(
      {.kind = TypeKind::Array, .dtype = d, .rank = uint8_t(rank), .layout = layout, .readonly = readonly});
}
Type Type::tuple(std::span<const Type> e) {
  return TypeTable::get().intern({.kind = TypeKind::Tuple, .elements = {e.begin(), e.end()}});
}
Type Type::union_of(std::span<const Type> arms) {
  std::vector<Type> flat;
  for (Type t : arms) {
    if (t.is(TypeKind::Union))
      flat.insert(flat.end(), t.elements().begin(), t.elements().end());
    else if (!t.is(TypeKind::Never))
      flat.push_back(t);
  }
  // By text, not by id: ids depend on what was compiled before, and object code must not.
  std::sort(flat.begin(), flat.end(), [](Type a, Type b) { return a.text() < b.text(); });
  flat.erase(std::unique(flat.begin(), flat.end()), flat.end());
  if (flat.empty()) return Type::never();
  if (flat.size() == 1) return flat[0];
  return TypeTable::get().intern({.kind = TypeKind::Union, .elements = flat});
}
Type Type::slice(Type a, Type b, Type c) { return TypeTable::get().intern({.kind = TypeKind::Slice, .elements = {a, b, c}}); }
Type Type::list(Type t) { return TypeTable::get().intern({.kind = TypeKind::List, .elements = {t}}); }
Type Type::flavoured(Type t, std::string_view flavour) {
  AIC_CHECK(t.is_list() || t.is_tuple() || t.is(TypeKind::Str), t.text());
  return TypeTable::get().intern(
      {.kind = t.kind(), .elements = {t.elements().begin(), t.elements().end()}, .flavour = std::string(flavour)});
}
Type Type::bytes() {
  static const Type t = flavoured(str(), "bytes");
  return t;
}
Type Type::object(std::string_view name) {
  AIC_CHECK(name.find('.') != name.npos, std::string(name));
  return flavoured(list(never()), name);
}
Type Type::cell(Type t) { return TypeTable::get().intern({.kind = TypeKind::Cell, .elements = {t}}); }

TypeKind Type::kind() const { return data(*this).kind; }
bool Type::is_python_number() const {
  TypeKind k = kind();
  return k == TypeKind::Bool || k == TypeKind::Int || k == TypeKind::Float || k == TypeKind::Complex;
}
bool Type::is_number() const { return is_python_number() || is(TypeKind::Scalar); }
DType Type::dtype() const {
  switch (kind()) {
    case TypeKind::Bool: return DType::Bool;
    case TypeKind::Int: return DType::I64;
    case TypeKind::Float: return DType::F64;
    case TypeKind::Complex: return DType::C128;
    case TypeKind::Scalar:
    case TypeKind::Array: return data(*this).dtype;
    case TypeKind::Py:
    case TypeKind::Never:
    case TypeKind::Unbound:
    case TypeKind::None:
    case TypeKind::Str:
    case TypeKind::Tuple:
    case TypeKind::Union:
    case TypeKind::Range:
    case TypeKind::Slice:
    case TypeKind::Cell:
    case TypeKind::Function:
    case TypeKind::List: break;
  }
  internal_error("a type without dtype", __FILE__, __LINE__, text());
}
int Type::rank() const { return data(*this).rank; }
Layout Type::layout() const { return data(*this).layout; }
bool Type::readonly() const { return data(*this).readonly; }
std::span<const Type> Type::elements() const { return data(*this).elements; }
std::string_view Type::flavour() const { return data(*this).flavour; }
bool Type::is_table() const {
  std::string_view f = flavour();
  return is_list() && (f == "dict" || f == "set" || f == "frozenset");
}
bool Type::is_object() const { return is_list() && flavour().find('.') != std::string_view::npos; }
Type Type::element() const { return is_list() ? elements()[0] : scalar(dtype()); }
std::string_view name(DType d) { return dtype_names[int(d)]; }
std::string_view numpy_name(DType d) { return numpy_names[int(d)]; }

bool is_union_of_ints(Type u) {
  if (!u.is(TypeKind::Union)) return false;
  for (Type arm : u.elements())
    if (!arm.is_number() || !(arm.dtype() == DType::Bool || is_integer(arm.dtype())) || arm.dtype() == DType::U64) return false;
  return true;
}

int arm_index(Type u, Type arm) {
  auto arms = u.elements();
  auto it = std::find(arms.begin(), arms.end(), arm);
  return it == arms.end() ? -1 : int(it - arms.begin());
}

static std::string array_text(const TypeData& d) {
  std::string s(dtype_names[int(d.dtype)]);
  s += '[';
  for (int k = 0; k < d.rank; ++k) {
    if (k) s += ", ";
    bool last = k == d.rank - 1;
    if ((d.layout == Layout::C && last) || (d.layout == Layout::F && k == 0))
      s += "::1";
    else
      s += d.layout == Layout::Inner && last ? ":1" : ":";
  }
  return s + (d.readonly ? "]!" : "]");
}

static std::string joined(std::span<const Type> types, std::string_view between) {
  std::string s;
  for (size_t k = 0; k < types.size(); ++k) s += std::string(k ? between : "") + types[k].text();
  return s;
}

std::string Type::text() const {
  const TypeData& d = data(*this);
  if (!d.flavour.empty()) return d.flavour + "'" + flavoured(*this, "").text();
  switch (d.kind) {
    case TypeKind::Scalar: return std::string(dtype_names[int(d.dtype)]);
    case TypeKind::Array: return array_text(d);
    case TypeKind::Tuple: return "(" + joined(d.elements, ", ") + (d.elements.size() == 1 ? ",)" : ")");
    case TypeKind::Union: return "{" + joined(d.elements, " | ") + "}";
    case TypeKind::Slice: return "slice<" + joined(d.elements, ", ") + ">";
    case TypeKind::Cell: return "cell<" + joined(d.elements, ", ") + ">";
    case TypeKind::List: return "list<" + joined(d.elements, ", ") + ">";
    default: break;
  }
  for (auto [n, k] : simple_names)
    if (k == d.kind) return std::string(n);
  internal_error("a type without text", __FILE__, __LINE__);
}

// ---- reading ----
namespace {
bool eat(std::string_view& s, std::string_view what) {
  while (!s.empty() && s[0] == ' ') s.remove_prefix(1);
  if (!s.starts_with(what)) return false;
  s.remove_prefix(what.size());
  return true;
}
std::string_view word(std::string_view& s) {
  eat(s, "");
  size_t n = 0;
  while (n < s.size() && (isalnum(uint8_t(s[n])) || s[n] == '_' || s[n] == '.')) ++n;
  std::string_view w = s.substr(0, n);
  s.remove_prefix(n);
  return w;
}
std::vector<Type> list(std::string_view& s, std::string_view between, std::string_view end) {
  std::vector<Type> types;
  while (!eat(s, end)) {
    types.push_back(parse_type(s));
    if (!eat(s, between) && !s.starts_with(end)) throw Error("expected `" + std::string(end) + "` in a type");
  }
  return types;
}
Type parse_array(DType d, std::string_view& s) {
  int rank = 0;
  Layout layout = Layout::Strided;
  while (!eat(s, "]")) {
    if (eat(s, "::1"))
      layout = (eat(s, ","), s.starts_with("]")) ? Layout::C : rank == 0 ? Layout::F : Layout::C;
    else if (eat(s, ":1"))
      layout = Layout::Inner;
    else if (!eat(s, ":"))
      throw Error("expected `:` in an array type");
    ++rank;
    eat(s, ",");
  }
  return Type::array(d, rank, layout, eat(s, "!"));
}
}  // namespace

Type parse_type(std::string_view& s) {
  if (eat(s, "(")) {
    std::vector<Type> elements = list(s, ",", ")");
    return Type::tuple(elements);
  }
  if (eat(s, "{")) {
    std::vector<Type> arms = list(s, "|", "}");
    return Type::union_of(arms);
  }
  std::string_view w = word(s);
  if ((w == "slice" || w == "cell" || w == "list") && eat(s, "<")) {
    std::vector<Type> e = list(s, ",", ">");
    if (e.size() != (w == "slice" ? 3u : 1u)) throw Error("wrong number of types in " + std::string(w));
    return w == "slice" ? Type::slice(e[0], e[1], e[2]) : w == "cell" ? Type::cell(e[0]) : Type::list(e[0]);
  }
  if (eat(s, "'")) return Type::flavoured(parse_type(s), w);
  for (auto [n, k] : simple_names)
    if (n == w) return simple(k);
  for (int d = 0; d < int(std::size(dtype_names)); ++d)
    if (dtype_names[d] == w) return eat(s, "[") ? parse_array(DType(d), s) : Type::scalar(DType(d));
  throw Error("not a type: `" + std::string(w) + "`");
}

}  // namespace aic::ir
