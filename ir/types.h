// Types: interned, immutable, compared by id, holding no value. A `Type` is a 32-bit handle into one process-wide table.
//
// Text      kind      meaning
// py        Py        any Python value: the only type of the py form
// none bool int float complex str     Python's own scalars (weak in promotion); int is 64 bits, checked
// b1 i8..i64 u8..u64 f16..f64 c64 c128 Scalar  NumPy scalars (strong; integers wrap)
// f64[:, ::1]  Array   dtype, rank, layout class: `[::1]`/`[:, ::1]` C, `[::1, :]` Fortran, `[:, :1]` inner axis
//                      contiguous, `[:, :]` any strides, `[]` rank 0; a trailing `!` marks a read-only array
// (int, f64[:]) Tuple  `()` the empty one, `(int,)` one element
// int | none   Union   two or more arms, in a fixed order (by text); a value carries the number of its arm
// range slice  Range, Slice(start, stop, step types)
// cell<T>      Cell    a rebindable name
// list<T>      List    a Python list, by reference; `list<never>` one that never holds anything
// dict'list<(int, K, V)>  a flavour: a class of Python's held as that type is. dict, set, frozenset: lists of entries (hash,
// key,
//                      value) with an index (docs/tables.md); a named tuple, an enum's member: tuples; bytes: str
// Node.1'list<never>  an object of a user's class, by reference: its fields are told by the ops (docs/classes.md)
// never        Never   no value: what does not return;  unbound  a name that has no value yet
// fn           Function  a compile-time function value; it carries nothing at run time
#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace aic::ir {

enum class TypeKind : uint8_t {
  Py,
  Never,
  Unbound,
  None,
  Bool,
  Int,
  Float,
  Complex,
  Str,
  Scalar,
  Array,
  Tuple,
  Union,
  Range,
  Slice,
  Cell,
  Function,
  List
};
enum class DType : uint8_t { Bool, I8, I16, I32, I64, U8, U16, U32, U64, BF16, F16, F32, F64, C64, C128 };
enum class Layout : uint8_t { C, F, Inner, Strided };

constexpr int max_rank = 32;  // of an array; NumPy goes to 64

class Type {
 public:
  constexpr Type() = default;  // `py`
  static Type py(), never(), unbound(), none(), boolean(), integer(), floating(), complex(), str(), bytes(), range(),
      function();
  static Type scalar(DType);
  static Type array(DType, int rank, Layout, bool readonly = false);
  static Type tuple(std::span<const Type>);
  static Type union_of(std::span<const Type>);  // flattens, sorts, removes duplicates and `never`; one arm: that arm
  static Type slice(Type start, Type stop, Type step);
  static Type cell(Type);
  static Type list(Type);
  static Type object(std::string_view name);                    // "Node.1"
  static Type flavoured(Type, std::string_view flavour);  // of a list, tuple or str; "" is the plain type

  [[nodiscard]] TypeKind kind() const;
  [[nodiscard]] bool is(TypeKind k) const { return kind() == k; }
  [[nodiscard]] bool is_array() const { return kind() == TypeKind::Array; }
  [[nodiscard]] bool is_tuple() const { return kind() == TypeKind::Tuple; }
  [[nodiscard]] bool is_number() const;         // Bool, Int, Float, Complex or Scalar: has a dtype, fits in registers
  [[nodiscard]] bool is_python_number() const;  // Bool, Int, Float, Complex
  [[nodiscard]] DType dtype() const;            // of a number or an array
  [[nodiscard]] int rank() const;               // of an array; 0 for a number
  [[nodiscard]] Layout layout() const;
  [[nodiscard]] bool readonly() const;
  [[nodiscard]] bool is_list() const { return kind() == TypeKind::List; }  // of any flavour
  [[nodiscard]] std::string_view flavour() const;
  [[nodiscard]] bool is_table() const;  // dict, set, frozenset
  [[nodiscard]] bool is_object() const;
  [[nodiscard]] std::span<const Type> elements() const;  // of a tuple, union, slice, cell, list
  [[nodiscard]] Type element() const;  // of an array: the NumPy scalar of its dtype; of a list: its elements
  [[nodiscard]] std::string text() const;
  [[nodiscard]] uint32_t id() const { return id_; }
  constexpr bool operator==(const Type&) const = default;
  constexpr auto operator<=>(const Type&) const = default;

 private:
  friend class TypeTable;
  constexpr explicit Type(uint32_t id) : id_(id) {}
  uint32_t id_ = 0;
};

[[nodiscard]] constexpr bool is_complex(DType d) { return d >= DType::C64; }
[[nodiscard]] constexpr bool is_float(DType d) { return d >= DType::BF16 && d <= DType::F64; }
[[nodiscard]] constexpr bool is_narrow_float(DType d) { return d == DType::BF16 || d == DType::F16; }  // computed in f32
[[nodiscard]] constexpr bool is_signed(DType d) { return d >= DType::I8 && d <= DType::I64; }
[[nodiscard]] constexpr bool is_unsigned(DType d) { return d >= DType::U8 && d <= DType::U64; }
[[nodiscard]] constexpr bool is_integer(DType d) { return d >= DType::I8 && d <= DType::U64; }
[[nodiscard]] constexpr int byte_size(DType d) {
  constexpr int sizes[] = {1, 1, 2, 4, 8, 1, 2, 4, 8, 2, 2, 4, 8, 8, 16};
  return sizes[int(d)];
}
[[nodiscard]] std::string_view name(DType);  // b1 i8 … c128, the IR's names
[[nodiscard]] std::string_view numpy_name(DType);  // bool int8 … complex128
[[nodiscard]] Type parse_type(std::string_view& text);  // consumes the type's text; throws ir::Error

// A union whose arms are all bools or ints of at most 64 signed bits: what it holds has one value as an int.
[[nodiscard]] bool is_union_of_ints(Type);
// The union arm that holds `arm`, or -1.
[[nodiscard]] int arm_index(Type union_type, Type arm);

}  // namespace aic::ir

template <>
struct std::hash<aic::ir::Type> {
  size_t operator()(aic::ir::Type t) const noexcept { return t.id() * 0x9e3779b97f4a7c15ull; }
};
