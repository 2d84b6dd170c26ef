// Which variant of a built function serves which arguments, and the specialisation made of it.
#include "python/bindings/library.h"

#include <cstdlib>
#include <cstring>

#include "python/bindings/journey.h"

namespace aic::bindings {
using ir::Layout;
using ir::Type;

namespace {

bool takes(Layout declared, Layout given) {
  return declared == given || declared == Layout::Strided || (declared == Layout::Inner && given == Layout::C);
}
bool takes(Type declared, Type given, bool writes) {
  if (declared == given) return true;
  if (declared.is_tuple() && given.is_tuple()) {
    if (declared.elements().size() != given.elements().size()) return false;
    for (size_t k = 0; k < given.elements().size(); ++k)
      if (!takes(declared.elements()[k], given.elements()[k], writes)) return false;
    return true;
  }
  return declared.is_array() && given.is_array() && declared.dtype() == given.dtype() && declared.rank() == given.rank() &&
         takes(declared.layout(), given.layout()) && (declared.readonly() ? given.readonly() : !given.readonly() || !writes);
}

bool takes(const LibraryCode& c, const LibraryCode::Variant& v, std::span<const Key> keys) {
  if (keys.size() != v.keys.size()) return false;
  for (size_t k = 0; k < keys.size(); ++k) {
    if (keys[k] == v.keys[k]) continue;
    if (!has_type(keys[k]) || !takes(type_of_key(v.keys[k]), type_of_key(keys[k]), c.writes.at(k))) return false;
  }
  return true;
}

std::vector<Site> read_sites(const char* at) {
  auto text = [&] {
    std::string_view s = at;
    at += s.size() + 1;
    return s;
  };
  auto number = [&] { return atoi(text().data()); };
  std::vector<Site> sites(1);
  for (int count = number(); count > 0; --count) {
    Site s;
    s.kind = SiteKind(number());
    s.exception = text();
    std::string_view message = text(), values = text(), ranks = text();
    s.has_message = !message.empty();
    s.by_arguments = message.starts_with('#');
    s.message = message.substr(s.has_message);
    while (!values.empty()) {
      size_t digits = values.find_first_not_of("0123456789");
      values.remove_prefix(digits);
      std::string_view type = values.substr(0, values.find(';'));
      values.remove_prefix(type.size() + 1);
      s.values.push_back(make_plan(ir::parse_type(type), Side::Parameter));
    }
    for (char c : ranks) s.ranks.push_back(c - '0');
    for (int frames = number(); frames > 0; --frames) {
      SiteFrame f;
      f.file = text(), f.function = text(), f.line = number();
      s.frames.push_back(std::move(f));
    }
    sites.push_back(std::move(s));
  }
  return sites;
}

}  // namespace

Ref constant_array(const rt::LibraryArray& a, Type t) {
  static_assert(sizeof(npy_intp) == sizeof(int64_t));
  auto axes = [](const int64_t* p) { return reinterpret_cast<npy_intp*>(const_cast<int64_t*>(p)); };
  return Ref(checked(PyArray_NewFromDescr(&PyArray_Type, PyArray_DescrFromType(numpy_number(t.dtype())), t.rank(),
                                          axes(a.shape), axes(a.strides), const_cast<void*>(a.data), 0, nullptr)));
}

bool serves(const LibraryCode& c, std::span<const Key> keys) { return takes(c, c.variants.back(), keys); }

std::unique_ptr<Specialisation> specialise_from(const LibraryCode& c, std::span<const Key> keys, Assumptions wanted) {
  for (size_t k = 0; k < c.variants.size(); ++k) {
    const rt::LibraryVariant& v = c.function->variants[k];
    if (!takes(c, c.variants[k], keys)) continue;
    if ((v.tests & rt::test_disjoint && !wanted.disjoint) || (v.tests & rt::test_small && !wanted.small)) continue;
    auto s = std::make_unique<Specialisation>();
    s->keys.assign(keys.begin(), keys.end());
    s->assumed = wanted;
    s->needs_disjoint = v.tests & rt::test_disjoint, s->needs_small = v.tests & rt::test_small;
    s->weight = Weight(v.weight), s->nesting = uint8_t(v.nesting);
    s->entry = v.entry;
    s->sites = read_sites(v.sites);
    for (size_t i = 0; i < keys.size(); ++i)
      if (kind_of(keys[i]) != KeyKind::None) add_argument(*s, i, type_of_key(keys[i]));
    for (const Ref& array : c.hidden) {
      add_argument(*s, keys.size() + s->hidden.size(), type_of_key(key_of(array.get())));
      s->hidden.emplace_back(Ref::borrowed(array.get()), key_of(array.get()));
    }
    s->result = make_plan(c.variants[k].result, Side::Result);
    int first = 0;
    mark_views(s->result, c.variants[k].views, first);
    s->result_slots = s->result.slots;
    s->signature = signature_text(keys);
    return s;
  }
  throw ir::InternalError("a library without a variant for its own signature");
}

}  // namespace aic::bindings
