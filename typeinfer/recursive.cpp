// Containers that hold their like without end: the dicts of a trie, the lists of `int | list` that a parser makes.
//
// A type is a finite text, so somewhere in it a name must stand for the whole. Inside of containers such a list or dict is held
// as an object of a class that has one field, the container (`list.rec`, `dict.rec`; one for each kind in a compile). What
// the field holds is the join of all that is put there, as of any field (classes.h), and may refer to the class itself. The
// object is made where the container is put in (Frame::boxed) and opened where it is taken out (Frame::unboxed), so that
// everywhere else there are lists and dicts; which object it was matters to nobody.
//
// Once there is such a class, all lists (or dicts) that are one arm of a union are held so: in which list they end cannot be
// told.
//
// Where it comes from: a site whose lists are put into lists of that site (without_site), or a type that grew deeper than
// programs write (folded). Both hand over what they know to the class, and all is inferred again until nothing grows.
#include <algorithm>

#include "typeinfer/frame.h"

namespace aic::typeinfer {

static constexpr std::string_view recursive_ending = ".rec";
static std::string_view kind_of(Type t) { return t.flavour().empty() ? "list" : t.flavour(); }
static bool is_foldable(Type t) { return t.is_list() && (t.flavour().empty() || t.flavour() == "dict"); }

bool is_recursive(Type t) { return t.is_object() && t.flavour().ends_with(recursive_ending); }

Type recursive_of(Type container) { return Type::object(std::string(kind_of(container)) + std::string(recursive_ending)); }

Type opened(Type t) {
  std::string_view kind = t.flavour().substr(0, t.flavour().size() - recursive_ending.size());
  return Type::flavoured(Type::list(Type::never()), kind == "list" ? "" : kind);
}

// ---- the classes ----
thread_local Classes* Classes::at_hand = nullptr;

Class& Classes::recursive(Type container) {
  Type type = is_recursive(container) ? container : recursive_of(container);
  if (Class* known = of_type(type)) return *known;
  Class& c = classes_.emplace_back();
  c.entity = {0, std::string(type.flavour().substr(0, type.flavour().find('.')))};
  c.info = &info(c.entity);
  c.type = type;
  Field& f = c.fields.emplace_back();
  f.name = "it";
  f.always = true;
  c.always.insert(f.name);
  return c;
}

// With what stands for them in place of the containers of a kind; these are handed over.
static Type replaced(Type t, std::string_view flavour, Classes& classes) {
  if (t.is_object() || (!t.is_list() && !t.is_tuple() && !t.is(TypeKind::Union))) return t;
  if (t.is_list() && t.flavour() == flavour) {
    classes.hold(t);
    return recursive_of(t);
  }
  std::vector<Type> parts;
  for (Type e : t.elements()) parts.push_back(replaced(e, flavour, classes));
  if (t.is(TypeKind::Union)) return absorbed(Type::union_of(parts));
  return Type::flavoured(t.is_list() ? Type::list(parts[0]) : Type::tuple(parts), t.flavour());
}

// What one holds may lead to others that are to be held, and back to it: one after another, each once.
void Classes::hold(Type container) {
  if (!held_.insert(container).second) return;
  to_hold_.push_back(container);
  if (held_.size() > 1) return;  // by the call that goes on
  while (!to_hold_.empty()) {
    Type next = to_hold_.back();
    to_hold_.pop_back();
    Type element = replaced(next.element(), next.flavour(), *this);
    widen(recursive(next).fields.front(), Type::flavoured(Type::list(element), next.flavour()));
  }
  held_.clear();
}

// ---- types ----
static int depth_in(Type t, std::string_view flavour) {
  if (t.is_object() || (!t.is_list() && !t.is_tuple() && !t.is(TypeKind::Union))) return 0;
  int deepest = 0;
  for (Type e : t.elements()) deepest = std::max(deepest, depth_in(e, flavour));
  return deepest + (t.is_list() && t.flavour() == flavour);
}

Type folded(Type t) {
  if (!Classes::at_hand) return Type::function();
  for (std::string_view flavour : {"", "dict"})
    if (is_endless(t) && depth_in(t, flavour) > 2) t = replaced(t, flavour, *Classes::at_hand);
  return is_endless(t) ? Type::function() : t;
}

Type absorbed(Type u) {
  if (!u.is(TypeKind::Union) || !Classes::at_hand) return u;
  std::vector<Type> kept;
  for (Type t : u.elements()) {
    const bool known = is_foldable(t) && Classes::at_hand->of_type(recursive_of(t));
    if (known) Classes::at_hand->hold(t);
    kept.push_back(known ? recursive_of(t) : t);
  }
  return Type::union_of(kept);
}

// ---- values ----
ValueId Frame::boxed(const Value& container, Type t) {
  Class& c = session_.classes.recursive(t);
  Value made = runtime(t, make("list.new"_op, {ints(1)}, t, {{"layout", c.layout}}));
  try {
    store_field(made, c, "it", container);
  } catch (const ir::Diagnosed& d) {  // one whose type is settled: no error of the program's
    if (d.diagnostic.info->name != "list-element") throw;
    fail("unsupported", {"putting " + describe(container) + " among lists that hold lists of their own kind"});
  }
  return made.id;
}

Value Frame::unboxed(const Value& v) {
  if (v.kind == Kind::Tuple) {
    Value t = v;
    for (Value& p : t.parts) p = unboxed(p);
    return t;
  }
  if (v.kind != Kind::Runtime || !is_recursive(v.type)) return v;
  Class& c = session_.classes.recursive(v.type);
  return load_field(v, c, c.fields.front());
}

}  // namespace aic::typeinfer
