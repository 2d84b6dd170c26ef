// What lists hold. A list's element type is not written anywhere: it is the join of all that is put in, wherever the list
// is known by another name. So each place that makes lists has a site, lists that meet share one, and when a site grows
// after code was written for its narrower type, that code is written again (Session::write). Elements are held without
// literals; an int among floats stays an int: the element becomes the union of both.
#include "ir/base/error.h"
#include "typeinfer/caught.h"
#include "typeinfer/classes.h"
#include "typeinfer/instances.h"

namespace aic::typeinfer {

static ListSite& root(const std::shared_ptr<ListSite>& site) {
  ListSite* s = site.get();
  while (s->same) s = s->same.get();
  return *s;
}

std::shared_ptr<ListSite> new_site(bool* grown) {
  auto s = std::make_shared<ListSite>();
  s->element = std::make_shared<Value>();
  s->grown = grown;
  return s;
}

Value list_of(std::shared_ptr<ListSite> site, ValueId id) {
  Value v = runtime(Type::flavoured(Type::list(type_of(*root(site).element)), root(site).flavour), id);
  v.site = std::move(site);
  return v;
}

void set_flavour(const std::shared_ptr<ListSite>& site, const std::string& flavour) {
  ListSite& s = root(site);
  if (s.flavour != flavour) AIC_CHECK(s.element->kind == Kind::Never, s.flavour + " becomes " + flavour);
  s.flavour = flavour;
}

static bool holds_site(const Value& v, const ListSite& site) {
  if (v.site && (&root(v.site) == &site || holds_site(*root(v.site).element, site))) return true;
  for (const Value& p : v.parts)
    if (holds_site(p, site)) return true;
  return false;
}

static Value joined_elements(const Value& a, const Value& b) {
  Value joined = join_elements(a, b);
  if (!is_representable(joined) || !is_endless(type_of(joined))) return joined;
  Type t = folded(type_of(joined));
  if (t.is(TypeKind::Function)) return conflict(std::string(endless));
  return shape_of_type(t, [](const std::string&) { return nullptr; });
}

Value without_site(const Value& v, const ListSite& site) {
  if (v.site && &root(v.site) == &site) return runtime(recursive_of(v.type), {});
  Value w = v;
  if (v.site) {
    ListSite& s = root(v.site);
    if (!holds_site(*s.element, site)) return w;
    *s.element = without_site(*s.element, site);
    if (s.grown) *s.grown = true;
    w.type = type_of(list_of(v.site, {}));
  }
  for (Value& p : w.parts) p = without_site(p, site);
  return w;
}

// What lists of the site hold, with what stands for them in place of these lists.
static Value element_without_itself(const Value& element, const ListSite& s) {
  return Classes::at_hand ? without_site(element, s) : conflict("a list that holds itself");
}
static void hand_over(const ListSite& s) {
  if (s.element->kind != Kind::Conflict && is_representable(*s.element))
    Classes::at_hand->hold(Type::flavoured(Type::list(type_of(*s.element)), s.flavour));
}

// `tell`: code was written for what the site held before.
static void set_element(ListSite& s, const Value& element, bool tell) {
  const bool inside = holds_site(element, s);
  Value joined = joined_elements(*s.element, inside ? element_without_itself(element, s) : element);
  if (key(joined) == key(*s.element)) return;
  *s.element = joined;
  if (inside) hand_over(s);
  if (tell && s.grown) *s.grown = true;
}

Value shape_of_type(Type t, const SiteAt& site, const std::string& path) {
  if (t.is(TypeKind::None)) return none();
  if (t.is_tuple()) {
    std::vector<Value> parts;
    for (Type e : t.elements()) parts.push_back(shape_of_type(e, site, path + "." + std::to_string(parts.size())));
    return tuple_of(std::move(parts), t.flavour());
  }
  std::shared_ptr<ListSite> own = t.is_list() && !t.is_object() ? site(path) : nullptr;
  if (!own) return runtime(t, {});
  set_flavour(own, std::string(t.flavour()));
  set_element(root(own), shape_of_type(t.element(), site, path + "e"), false);
  return list_of(own, {});
}

Value element_of_list(const Value& list) {
  if (list.site) return *root(list.site).element;
  return shape_of_type(list.type.element(), [](const std::string&) { return nullptr; });
}

// Of an iterator: what it goes over may be known by its kind alone.
static Value held_part(const Value& v) {
  if (v.kind != Kind::Iterator || v.text != "reversed") return held(v);
  Value w = shape_of(v);
  for (Value& p : w.parts)
    if (p = held_part(p); p.kind == Kind::Conflict) return p;
  return w;
}

Value held(const Value& v) {
  switch (v.kind) {
    case Kind::Constant: return v.type.is(TypeKind::None) ? none() : runtime(v.type, {});
    case Kind::Pair: return runtime(v.type, {});
    case Kind::Entity:
      if (auto* n = std::get_if<ir::NumpyConstant>(v.entity.get())) return runtime(n->type, {});
      return is_choosable(v) ? choice_of(v) : conflict("a list that holds " + describe(v));
    case Kind::Function:
    case Kind::Method: return held(choice_of(v));
    case Kind::Choice: {
      Value w = shape_of(v);
      for (size_t k = 1; k < w.parts.size(); ++k)
        for (std::vector<Value>* captured : {&w.parts[k].parts, &w.parts[k].defaults})
          for (Value& p : *captured)
            if (p = held_part(p); p.kind == Kind::Conflict) return p;
      return w;
    }
    case Kind::Tuple:
    case Kind::Member:
    case Kind::Range:
    case Kind::Slice: {
      Value w = shape_of(v);
      for (Value& p : w.parts) {
        p = held(p);
        if (p.kind == Kind::Conflict) return p;
      }
      return w;
    }
    case Kind::Runtime:
    case Kind::Never:
    case Kind::Conflict: return shape_of(v);
    case Kind::Maybe:
    case Kind::Iterator:
      if (Value p = packed(v); p.kind == Kind::Tuple && is_packed_when_held(v)) return held(p);
      if (is_choosable(v)) return held(choice_of(v));
      break;
    case Kind::Exception:  // one that was not raised would be another one each time that it is put somewhere
      if (is_caught(v)) return shape_of(packed(v));
      break;
    case Kind::Unbound:
    case Kind::Ellipsis: break;
  }
  return conflict("a list that holds " + describe(v));
}

Value join_elements(const Value& a, const Value& b) { return held(join(held(a), held(b))); }

void grow(const Value& list, const Value& element) {
  if (list.site) set_element(root(list.site), element, true);
}

bool holds_list_like(const Value& container, const Value& list) { return list.site && holds_site(container, root(list.site)); }

void share_sites(const Value& a, const Value& b) {
  if (a.site && b.site) {
    ListSite &x = root(a.site), &y = root(b.site);
    if (&x == &y || x.flavour != y.flavour) return;
    const bool inside = holds_site(*x.element, y) || holds_site(*y.element, x);
    std::string before = key(*x.element), other = key(*y.element);
    if (inside) {
      *x.element = element_without_itself(*x.element, y);
      *y.element = element_without_itself(*y.element, x);
    }
    Value joined = joined_elements(*x.element, *y.element);
    std::shared_ptr<ListSite> to = a.site;
    while (to->same) to = to->same;
    y.same = to;
    x.met = true;
    *x.element = joined;
    if (inside) hand_over(x);
    if (key(joined) != before && x.grown) *x.grown = true;
    if (key(joined) != other && y.grown) *y.grown = true;
    return;
  }
  if (a.kind != b.kind || a.parts.size() != b.parts.size()) return;
  for (size_t k = 0; k < a.parts.size(); ++k) share_sites(a.parts[k], b.parts[k]);
}

Value resited(Value v, const SiteAt& site, const std::string& path) {
  v.id = {};
  if (v.site) {
    std::shared_ptr<ListSite> own = site(path);
    set_flavour(own, root(v.site).flavour);
    Value element = resited(*root(v.site).element, site, path + "e");
    const ListSite& s = root(own);
    set_element(root(own), element, s.element->kind != Kind::Never || s.met);
    v.site = own;
    v.type = type_of(v);
  }
  int part = 0;
  for (Value& p : v.parts) p = resited(std::move(p), site, path + "." + std::to_string(part++));
  for (Value& p : v.defaults) p = resited(std::move(p), site, path + "." + std::to_string(part++));
  return v;
}

}  // namespace aic::typeinfer
