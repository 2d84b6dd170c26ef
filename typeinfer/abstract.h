// Abstract values: what inference knows of a Python value, and where its run-time content is.
//
// A value is a tree. Leaves of kind Runtime have an SSA value (`id`) in the function being written; every other kind is
// known by its kind and parts and leaves no code of its own. The same tree without ids is a *shape*: the state of a loop,
// the result of an `if` or of a call is a shape, and only its leaves are carried:
//   Constant     a literal: None, bool, int, float, complex, str
//   Runtime      a value of `type`: one leaf
//   Tuple        parts; `text`: the flavour of its type (of a named tuple)
//   Member       of an enumeration: its number, the only part; `text`: the flavour of its type (enums.h)
//   Pair         a number that is still its weak type or already its strong one (`s = 0; s += x[i]`, weak_ints.cpp):
//                parts are the payload in the strong type and a bool "still weak"; `type` is the union of both
//   Maybe        a name that may be unbound: the value and a bool "bound"
//   Function     a function of the py form: its captured values are the parts
//   Entity       a module, builtin, class, dtype or Python function of the world
//   Method       parts[0].text
//   Choice       one of several functions (or None): parts are the number of the one, as a run-time int, and each of them
//   Range, Slice start, stop, step;  Iterator: enumerate, zip, reversed of its parts;  Exception: class `text`
//   Conflict     values that cannot be one value; an error where it is read
#pragma once
#include <complex>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "ir/world.h"

namespace aic::typeinfer {
using ir::DType;
using ir::OpId;
using ir::RegionId;
using ir::SpanId;
using ir::Type;
using ir::TypeKind;
using ir::ValueId;

enum class Kind : uint8_t {
  Never,
  Unbound,
  Runtime,
  Constant,
  Tuple,
  Member,
  Pair,
  Maybe,
  Function,
  Entity,
  Method,
  Range,
  Slice,
  Iterator,
  Exception,
  Ellipsis,
  Choice,
  Conflict
};

using Complex = std::complex<double>;
using Literal = std::variant<std::monostate, bool, int64_t, double, Complex, std::string>;

// Where lists are made: what one place's lists hold. `element` grows with what is put in; lists that meet (in a join, in a
// container) share one site. When it grows, code was written for a narrower type: the instance is written again.
struct Value;
struct ListSite {
  std::shared_ptr<Value> element;  // a shape as elements are held; Never: nothing yet
  std::shared_ptr<ListSite> same;  // merged into this one
  bool met = false;                // another was merged into this one: code may have been written for it while it was empty
  bool* grown = nullptr;           // of the instance being written
  std::string flavour;             // dict, set, frozenset: elements are entries
};

struct Value {
  Kind kind = Kind::Never;
  Type type = Type::never();  // Runtime, Constant, Pair
  ValueId id;                 // Runtime; a Constant's op where it has one already
  int parameter = -1;         // of a literal that was generalised at the call: which argument it was
  Literal literal;            // Constant
  std::string text;           // Method, Iterator, Exception, Conflict
  std::vector<Value> parts;
  const ir::PyForm* form = nullptr;                // Function
  std::shared_ptr<const ir::Entity> entity;        // Entity
  std::vector<Value> defaults;                     // Function: of a nested function's last parameters
  std::shared_ptr<ListSite> site;                  // Runtime, of a list type: none for what was looked out of a union
};

// How the flavours of enumerations end: "Colour.1.e".
inline constexpr std::string_view member_ending = ".e";

// ---- making ----
Value runtime(Type, ValueId);
Value constant(Literal);
Value none();
Value boolean(bool);
Value integer(int64_t);
Value floating(double);
Value text(std::string);
Value bytes_literal(std::string latin);  // each byte a character, in UTF-8
Value tuple(std::vector<Value>);
Value tuple_of(std::vector<Value>, std::string_view flavour);  // a tuple, named tuple or member
Value entity(ir::Entity);
class Classes;
Value from_entity(const ir::Entity&, Classes&);  // constants, members and tuples become values
Value conflict(std::string why);

// ---- asking ----
[[nodiscard]] Type type_of(const Value&);  // Tuple: of its parts; what has no run-time type: `fn`
[[nodiscard]] std::string key(const Value&);  // equal keys: the same shape
[[nodiscard]] std::string describe(const Value&);  // for diagnostics: `f64[:]`, "the module numpy"
[[nodiscard]] bool is_none(const Value&);
[[nodiscard]] bool is_representable(const Value&);  // has a run-time type
[[nodiscard]] std::optional<uint64_t> wide_int(const Value&);  // of a constant: wide_ints.cpp
[[nodiscard]] bool is_ufunc_of_the_library(std::string_view qualified);
[[nodiscard]] bool is_number(const Value&);         // Constant, Runtime or Pair with a numeric type
[[nodiscard]] bool is_array(const Value&);
[[nodiscard]] bool is_union(const Value&);          // Runtime union or Pair
[[nodiscard]] bool is_list(const Value&);           // Runtime of a plain list type
[[nodiscard]] bool is_long_tuple(const Value&);     // Runtime: a tuple whose length is known at run time only
[[nodiscard]] bool is_row(const Value&);            // a list or a long tuple
[[nodiscard]] bool is_table(const Value&);          // Runtime of a dict, set or frozenset type
[[nodiscard]] bool is_member(Type);                 // of an enumeration
[[nodiscard]] bool is_object(const Value&);         // Runtime of a class of the user's
[[nodiscard]] bool is_table_view(const Value&);     // d.keys(), d.values(), d.items()
[[nodiscard]] bool is_array_like(const Value&);     // beside an array a list, tuple or range is one
[[nodiscard]] bool is_list_display(const Value&);   // a list that only one op will ever see: parts[0] is a tuple
[[nodiscard]] bool is_choosable(const Value&);      // what may be one of several at run time: a function, a method, None
[[nodiscard]] bool is_stateful(const Value&);       // an iterator that knows how far it is (iterators.cpp), or one over such
[[nodiscard]] bool holds_choice(const Value&);      // a choice, or what holds one, at any depth
[[nodiscard]] bool is_same_choice(const Value& a, const Value& b);  // but for what they captured
[[nodiscard]] Value choice_of(const Value&);        // of one: a shape
[[nodiscard]] bool is_fully_static(const Value&);   // no leaves
[[nodiscard]] std::optional<int64_t> known_int(const Value&);  // an int or bool literal
[[nodiscard]] std::optional<bool> known_bool(const Value&);
[[nodiscard]] const std::string* known_text(const Value&);  // of a str
[[nodiscard]] const std::string* known_bytes(const Value&);  // of bytes, each a character, in UTF-8
[[nodiscard]] const std::string* builtin_name(const Value&);  // "numpy.sin" of a Builtin
inline constexpr std::string_view dtype_letters = "?bhilBHILEefdFD";  // NumPy's characters for dtypes, in order
[[nodiscard]] std::optional<DType> dtype_class(const Value&);  // numpy.float64, float, int, …: the dtype it stands for

// ---- the lattice ----
[[nodiscard]] Value join(const Value&, const Value&);  // a shape
[[nodiscard]] Value widen(const Value&);               // a shape without number literals
[[nodiscard]] Value shape_of(Value);                   // without ids
[[nodiscard]] bool fits_pair(const Value& weak, Type strong);  // the weak value is exact in the strong type
[[nodiscard]] Value pair_shape(Type weak, Type strong);

// ---- lists (sites.cpp) ----
using SiteAt = std::function<std::shared_ptr<ListSite>(const std::string& path)>;  // of a part of a shape
[[nodiscard]] std::shared_ptr<ListSite> new_site(bool* grown);
void set_flavour(const std::shared_ptr<ListSite>&, const std::string& flavour);  // before anything is put in
[[nodiscard]] Value list_of(std::shared_ptr<ListSite>, ValueId);
[[nodiscard]] Value element_of_list(const Value& list);   // the shape of its elements
[[nodiscard]] Value held(const Value&);                   // the shape that a value has as an element: no literals
// Containers in containers, deeper than programs write: a recursion that returns what holds its own results, or
// `node = node.setdefault(c, {})`. Each round of inference would go one deeper: recursive.cpp.
[[nodiscard]] bool is_endless(Type);
inline constexpr std::string_view endless = "a container that holds containers without end";
[[nodiscard]] bool is_recursive(Type);     // stands for a container that may hold its like
[[nodiscard]] Type recursive_of(Type container);
[[nodiscard]] Type opened(Type);           // of such a one: of the container, as far as isinstance asks
[[nodiscard]] Type folded(Type);           // of an endless type; `fn`: there is none
[[nodiscard]] Type absorbed(Type);         // a union, with what stands for containers where there is such a class
[[nodiscard]] Value without_site(const Value&, const ListSite&);  // what holds the site's lists holds what stands for them
[[nodiscard]] Value join_elements(const Value&, const Value&);
[[nodiscard]] Value shape_of_type(Type, const SiteAt& site, const std::string& path = {});
void grow(const Value& list, const Value& element);       // the list holds this, too
[[nodiscard]] bool holds_list_like(const Value& container, const Value& list);  // may the list be in it, or be it?
void share_sites(const Value& a, const Value& b);         // the lists at the same places of two shapes become one
// The same shape with sites of another instance.
[[nodiscard]] Value resited(Value shape, const SiteAt& site, const std::string& path = {});

void leaf_types(const Value& shape, std::vector<Type>& out);
void leaves(const Value& v, std::vector<ValueId>& out);
Value rebuild(const Value& shape, const ValueId*& ids);

}  // namespace aic::typeinfer
