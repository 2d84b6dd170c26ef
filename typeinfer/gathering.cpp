// Indexing by masks and integer arrays. A mask stands for the arrays of the positions where it is true. Index arrays are
// brought to one shape; their axes stand in the result where the first of them stood, or in front when they are apart.
// Written as loops: `empty`, then a load and a store for each element; a write checks all indices before the first store.
#include <algorithm>

#include "typeinfer/frame.h"

namespace aic::typeinfer {

// ---- loops over extents ----
void Frame::count_loop(ValueId stop, const std::function<void(ValueId)>& body) {
  RegionId home = b_.region();
  int64_t label = out_.new_label();
  ValueId zero = ints(0), one = ints(1);
  open_for({}, zero, stop, one, label);
  ValueId i = out_.region(b_.region()).arguments[0];
  RegionId inside = b_.region();
  body(make("assume.index"_op, {i, stop}, Type::integer()));
  b_.set_region(inside);
  b_.op("continue"_op, {}, {}, {{"loop", label}});
  b_.set_region(home);
}

void Frame::each_index(const std::vector<ValueId>& extents, const std::function<void(const std::vector<ValueId>&)>& body) {
  std::vector<ValueId> at;
  std::function<void()> next = [&] {
    if (at.size() == extents.size()) return body(at);
    count_loop(extents[at.size()], [&](ValueId i) {
      at.push_back(i);
      next();
      at.pop_back();
    });
  };
  next();
}

// ---- masks ----
Values Frame::mask_positions(const Value& mask) {
  int rank = mask.type.rank();
  Type i64 = Type::array(DType::I64, rank, ir::Layout::C), one = Type::array(DType::I64, 1, ir::Layout::C),
       scalar = Type::scalar(DType::I64);
  std::vector<int64_t> axes;
  std::vector<ValueId> extents;
  for (int k = 0; k < rank; ++k) axes.push_back(k), extents.push_back(extent(mask.id, k));
  ValueId ones = make("cast"_op, {mask.id}, i64);
  ValueId count =
      make("cast"_op, {make("reduce"_op, {ones}, scalar, {{"kind", std::string("add")}, {"axes", axes}})}, Type::integer());
  Values out;
  for (int k = 0; k < rank; ++k) out.push_back(runtime(one, b_.make("empty"_op, std::vector<ValueId>{count}, one)));
  // Nested loops that carry the next free place.
  RegionId home = b_.region();
  ValueId zero = ints(0), step = ints(1);
  std::vector<ValueId> at;
  std::function<ValueId(ValueId)> next = [&](ValueId place) -> ValueId {
    RegionId here = b_.region();
    if (int(at.size()) == rank) {
      Value set = load(mask, at);
      Value moved = choose(
          set.id,
          [&] {
            ValueId to = make("assume.index"_op, {place, count}, Type::integer());
            for (int k = 0; k < rank; ++k) store(out[size_t(k)], {to}, runtime(Type::integer(), at[size_t(k)]));
            return runtime(Type::integer(), make("add"_op, {place, step}, Type::integer(), {{"exact", int64_t(1)}}));
          },
          [&] { return runtime(Type::integer(), place); });
      return moved.id;
    }
    int64_t label = out_.new_label();
    ValueId stop = extents[at.size()];
    OpId w = open_for({runtime(Type::integer(), place)}, zero, stop, step, label);
    std::vector<ValueId> arguments = out_.region(b_.region()).arguments;
    at.push_back(make("assume.index"_op, {arguments[0], stop}, Type::integer()));
    ValueId after = next(arguments[1]);
    at.pop_back();
    b_.op("continue"_op, {after}, {}, {{"loop", label}});
    b_.set_region(here);
    return out_.op(w).results[0];
  };
  next(zero);
  b_.set_region(home);
  return out;
}

void Frame::check_mask(const Value& a, const Value& mask, int first_axis) {
  for (int k = 0; k < mask.type.rank(); ++k) {
    ValueId n = extent(a.id, first_axis + k), m = extent(mask.id, k);
    check(test("equal"_op, n, m), "IndexError",
          "boolean index did not match indexed array along axis " + std::to_string(first_axis + k) +
              "; size of axis is {0} but size of corresponding boolean axis is {1}",
          {n, m});
  }
}

// A mask of the first axes, and whole axes after it.
bool Frame::is_masked(const std::vector<Part>& parts) {
  return !parts.empty() && parts[0].what == Part::Mask && parts[0].value.type.rank() > 0 &&
         std::all_of(parts.begin() + 1, parts.end(), [](const Part& p) { return p.what == Part::Whole; });
}
ValueId Frame::count_of_mask(const Value& mask) { return make("count"_op, {mask.id}, Type::integer()); }

// The extents of what the mask chooses.
std::vector<ValueId> Frame::chosen_extents(const Value& a, const Value& mask) {
  std::vector<ValueId> out{count_of_mask(mask)};
  for (int k = mask.type.rank(); k < a.type.rank(); ++k) out.push_back(extent(a.id, k));
  return out;
}

Value Frame::compressed(const Value& a, const Value& mask) {
  check_mask(a, mask, 0);
  Type t = Type::array(a.type.dtype(), a.type.rank() - mask.type.rank() + 1, ir::Layout::C);
  return runtime(t, b_.make("compress"_op, {a.id, mask.id, count_of_mask(mask)}, t));
}

// ---- what an index with arrays means ----
// The axis of the user's array that an axis of the base is: new axes before it do not count.
static int shown_axis(const ir::Function& f, ValueId base, size_t axis) {
  OpId def = f.defining_op(base);
  if (!def || f.op(def).code != "view"_op) return int(axis);
  const std::string spec(f.text_attr(def, "spec"));
  return int(axis) - int(std::count(spec.begin(), spec.begin() + long(axis), 'n'));
}

Frame::Advanced Frame::advanced(const Value& a, const std::vector<Part>& parts) {
  Advanced x;
  std::vector<Part> expanded;
  std::vector<bool> given;
  int axis = 0;
  size_t divide = 0;  // where an Ellipsis of no axes stands among arrays: they are apart
  for (const Part& p : parts) {
    if (p.what == Part::NewAxis && p.value.kind == Kind::Ellipsis) {
      divide = expanded.size();
      continue;
    }
    if (p.what != Part::Mask) {
      expanded.push_back(p);
      given.push_back(true);
      axis += p.what != Part::NewAxis;
      continue;
    }
    for (int k = 0; k < p.value.type.rank(); ++k) {  // a mask without elements fits any axis
      ValueId n = extent(a.id, axis + k), m = extent(p.value.id, k);
      check(either(test("equal"_op, n, m), test("equal"_op, m, ints(0))), "IndexError",
            "boolean index did not match indexed array along axis " + std::to_string(axis + k) +
                "; size of axis is {0} but size of corresponding boolean axis is {1}",
            {n, m});
    }
    axis += p.value.type.rank();
    for (Value& positions : mask_positions(p.value)) {
      expanded.push_back({Part::Array, std::move(positions)});
      given.push_back(false);
    }
  }
  std::vector<Part> basic;
  int first = -1, last = -1, arrays = 0;
  bool plain = true;
  for (size_t k = 0; k < expanded.size(); ++k) {
    const Part& p = expanded[k];
    bool through = p.what == Part::Array || p.what == Part::Index;
    plain = plain && (through || p.what == Part::Whole);
    if (through) {
      if (first < 0) first = int(k);
      last = int(k);
      ++arrays;
      x.index.push_back(p.value);
      x.given.push_back(given[k]);
      basic.push_back({Part::Whole, {}});
    } else {
      x.index.push_back({});
      x.given.push_back(false);
      basic.push_back(p);
    }
  }
  bool together = last - first + 1 == arrays && !(int(divide) > first && int(divide) <= last);
  x.position = together ? size_t(first) : 0;
  x.base = plain ? a : view(a, basic);
  for (size_t k = 0; k < x.index.size(); ++k)
    if (!x.index[k])
      x.kept.push_back(extent(x.base.id, int(k)));
    else if (is_array(*x.index[k]))
      x.arrays.push_back(*x.index[k]);
    else {  // numbers are looked at first, and even where arrays choose nothing
      ValueId n = extent(x.base.id, int(k)), i = checked_index(*x.index[k], x.base.id, int(k), shown_axis(out_, x.base.id, k));
      x.index[k] = runtime(Type::integer(), make("assume.index"_op, {i, n}, Type::integer()));
    }
  int rank = 0;
  static const BroadcastError told{"IndexError",
                                   "shape mismatch: indexing arrays could not be broadcast together with shapes {shapes} "};
  x.arrays = broadcast(x.arrays, rank, &told);
  for (int k = 0; k < rank; ++k) x.extents.push_back(extent(x.arrays[0].id, k));
  return x;
}

// The indices into the base for one round: the arrays' elements, checked, and the kept axes' own.
std::vector<ValueId> Frame::place(const Advanced& x, const std::vector<ValueId>& at, const std::vector<ValueId>& kept) {
  std::vector<ValueId> index;
  size_t array = 0, own = 0;
  for (size_t k = 0; k < x.index.size(); ++k) {
    if (!x.index[k]) {
      index.push_back(own < kept.size() ? kept[own++] : ValueId{});
      continue;
    }
    Value i = is_array(*x.index[k]) ? load(x.arrays[array++], at) : *x.index[k];
    index.push_back(checked_index(i, x.base.id, int(k), shown_axis(out_, x.base.id, k)));
  }
  return index;
}

// All places that the program gives, array after array as NumPy looks at them; not where they are broadcast away.
void Frame::check_places(const Advanced& x) {
  for (size_t k = 0, array = 0; k < x.index.size(); ++k) {
    if (!x.index[k] || !is_array(*x.index[k])) continue;
    const Value& places = x.arrays[array++];
    if (x.given[k])
      each_index(x.extents, [&](const std::vector<ValueId>& at) {
        checked_index(load(places, at), x.base.id, int(k), shown_axis(out_, x.base.id, k));
      });
  }
}

std::vector<ValueId> Frame::arranged(const Advanced& x, const std::vector<ValueId>& of_arrays,
                                     const std::vector<ValueId>& of_kept) {
  std::vector<ValueId> all = of_kept;
  all.insert(all.begin() + long(x.position), of_arrays.begin(), of_arrays.end());
  return all;
}

// An array of elements that are computed where they are wanted, so that a gather joins the expression around it. Indices that
// the program gives are looked at before: when one is out of range, the loop that checks one by one finds it and raises.
Value Frame::gather(const Value& a, const std::vector<Part>& parts) {
  if (is_masked(parts)) return compressed(a, parts[0].value);
  Advanced x = advanced(a, parts);
  ValueId fine;  // a mask's positions are in range
  for (size_t k = 0; k < x.index.size(); ++k) {
    if (!x.index[k]) continue;
    const Value& i = *x.index[k];
    ValueId n = extent(x.base.id, int(k));
    if (is_array(i) && x.given[k]) {
      Value below = runtime(Type::integer(), make("subtract"_op, {ints(0), n}, Type::integer(), {{"exact", int64_t(1)}}));
      Value in =
          ufunc("logical_and"_op, {ufunc("greater_equal"_op, {i, below}), ufunc("less"_op, {i, runtime(Type::integer(), n)})});
      std::vector<int64_t> axes;
      for (int axis = 0; axis < in.type.rank(); ++axis) axes.push_back(axis);
      Type b1 = Type::scalar(DType::Bool);
      Value all = runtime(b1, make("reduce"_op, {in.id}, b1, {{"kind", std::string("logical_and")}, {"axes", axes}}));
      ValueId yes = as_type(all, Type::boolean());
      fine = fine ? both(fine, yes) : yes;
    }
  }
  ir::Builder home = b_;
  if (fine) {
    OpId w = b_.op("if"_op, {fine}, {}, {}, 2);
    home = b_;
    for (int arm = 0; arm < 2; ++arm) {
      b_.set_region(b_.region_of(w, arm));
      if (arm) check_places(x);
      b_.op("yield"_op, {}, {});
    }
    b_ = home;
  }
  if (x.kept.empty()) {
    Type t = Type::array(a.type.dtype(), int(x.extents.size()), ir::Layout::C);
    std::vector<ValueId> ids{x.base.id};
    size_t array = 0;
    for (const std::optional<Value>& i : x.index) ids.push_back(is_array(*i) ? x.arrays[array++].id : materialise(*i));
    return runtime(t, b_.make("gather"_op, ids, t));
  }
  std::vector<ValueId> extents = arranged(x, x.extents, x.kept), at;
  Type t = Type::array(a.type.dtype(), int(extents.size()), ir::Layout::C);
  OpId g = b_.op("generate"_op, extents, std::span(&t, 1), {}, 1);
  home = b_;
  RegionId body = b_.region_of(g);
  for (size_t k = 0; k < extents.size(); ++k) at.push_back(out_.add_argument(body, Type::integer()));
  b_.set_region(body);
  for (size_t k = 0; k < at.size(); ++k) at[k] = make("assume.index"_op, {at[k], extents[k]}, Type::integer());
  auto first = at.begin() + long(x.position), last = first + long(x.extents.size());
  std::vector<ValueId> of_arrays(first, last), of_kept(at.begin(), first), full;
  of_kept.insert(of_kept.end(), last, at.end());
  for (size_t k = 0, array = 0, own = 0; k < x.index.size(); ++k) {
    if (!x.index[k]) {
      full.push_back(of_kept[own++]);
      continue;
    }
    ValueId n = extent(x.base.id, int(k));
    ValueId i = is_array(*x.index[k]) ? as_type(load(x.arrays[array++], of_arrays), Type::integer()) : materialise(*x.index[k]);
    if (is_array(*x.index[k]) && x.given[k])  // counted from the end
      i = make("select"_op, {test("less"_op, i, ints(0)), make("add"_op, {i, n}, Type::integer()), i}, Type::integer());
    full.push_back(make("assume.index"_op, {i, n}, Type::integer()));
  }
  b_.op("yield"_op, {materialise(load(x.base, full))}, {});
  b_ = home;
  return runtime(t, b_.result(g, 0));
}

// A shape in a message: the values {first}, {first + 1}, …
static std::string shape_text(size_t first, size_t rank) {
  std::string s = "(";
  for (size_t k = 0; k < rank; ++k) s += (k ? ",{" : "{") + std::to_string(first + k) + "}";
  return s + (rank == 1 ? ",)" : ")");
}

// The last axes of an array, at the first place of the others.
Value Frame::last_axes(const Value& a, int rank) {
  int more = a.type.rank() - rank;
  std::vector<ValueId> ids(size_t(more) + 1, ints(0));
  ids[0] = a.id;
  ir::Layout l = a.type.layout() == ir::Layout::F ? ir::Layout::Strided : a.type.layout();
  Type t = Type::array(a.type.dtype(), rank, l, a.type.readonly());
  return runtime(t, b_.make("view"_op, ids, t, {{"spec", std::string(size_t(more), 'i') + std::string(size_t(rank), ':')}}));
}

// What is assigned to fewer axes: leading ones of extent 1 are dropped, one after another.
Value Frame::without_ones(const Value& source, const std::vector<ValueId>& wide) {
  int more = source.type.rank() - int(wide.size());
  for (int k = 0; k < more; ++k) {
    std::vector<ValueId> shapes;
    for (int axis = k; axis < source.type.rank(); ++axis) shapes.push_back(extent(source.id, axis));
    std::string from = shape_text(0, shapes.size()), to = shape_text(shapes.size(), wide.size());
    ValueId one = test("equal"_op, shapes[0], ints(1));
    shapes.insert(shapes.end(), wide.begin(), wide.end());
    check(one, "ValueError", "could not broadcast input array from shape " + from + " into shape " + to, shapes);
  }
  return last_axes(source, int(wide.size()));
}

// The same for what goes to chosen places: the other axes may be anything where there is no element.
Value Frame::chosen_without_ones(const Value& source, const std::vector<ValueId>& wide) {
  size_t n = size_t(source.type.rank()), more = n - wide.size();
  std::vector<ValueId> shapes;
  for (size_t k = 0; k < n; ++k) shapes.push_back(extent(source.id, int(k)));
  ValueId drops = test("equal"_op, shapes[0], ints(1)), fits;
  for (size_t k = 1; k < n; ++k) {
    if (k < more) {
      drops = both(drops, test("equal"_op, shapes[k], ints(1)));
      continue;
    }
    ValueId fit = either(test("equal"_op, shapes[k], ints(1)), test("equal"_op, shapes[k], wide[k - more]));
    fits = fits ? both(fits, fit) : fit;
  }
  for (size_t k = more; k < n; ++k) drops = either(drops, test("equal"_op, shapes[k], ints(0)));
  shapes.insert(shapes.end(), wide.begin(), wide.end());
  check(fits ? both(drops, fits) : drops, "ValueError",
        "shape mismatch: value array of shape " + shape_text(0, n) + " could not be broadcast to indexing result of shape " +
            shape_text(n, wide.size()),
        shapes);
  return last_axes(source, int(wide.size()));
}

// The value as it is written: of the array's dtype, stretched to what is written to. masked: a mask of all axes stands alone.
Value Frame::written(const Value& value, const Value& a, const std::vector<ValueId>& extents, bool masked) {
  Type element = a.type.element();
  if (!is_array(value)) return runtime(element, to_element(value, element));
  int rank = int(extents.size()), narrow = value.type.rank();
  if (ir::is_complex(value.type.dtype()) && !ir::is_complex(element.dtype()))
    fail("cannot-store", {describe(value), describe(a)});
  if (narrow > rank) {
    if (masked) fail("cannot-broadcast", {describe(value), std::to_string(rank) + " axes"});
    return written(chosen_without_ones(value, extents), a, extents, false);
  }
  Value source = cast_to(value, element.dtype());
  std::vector<ValueId> shapes;
  for (int k = 0; k < narrow; ++k) shapes.push_back(extent(source.id, k));
  if (masked && narrow == 1 && rank == 1) {
    ValueId fits = either(test("equal"_op, shapes[0], extents[0]), test("equal"_op, shapes[0], ints(1)));
    check(fits, "ValueError",
          "NumPy boolean array indexing assignment cannot assign {0} input values to the {1} output values where the mask is "
          "true",
          {shapes[0], extents[0]});
  } else {
    std::vector<ValueId> all = shapes;
    all.insert(all.end(), extents.begin(), extents.end());
    b_.op("check.assignable"_op, all, {},
          {{"ranks", std::vector<int64_t>{narrow, rank}},
           {"message", std::string("shape mismatch: value array of shape {shape0} could not be broadcast to indexing result of "
                                   "shape {shape1}")}});
  }
  std::vector<ValueId> ids{source.id};
  ids.insert(ids.end(), extents.begin(), extents.end());
  Type wide = Type::array(element.dtype(), rank, ir::Layout::Strided, true);
  return runtime(wide, b_.make("view.broadcast"_op, ids, wide));
}

void Frame::scatter_masked(const Value& a, const Value& mask, const Value& value, bool alone) {
  check_mask(a, mask, 0);
  if (is_array(value)) {
    Value source = written(value, a, chosen_extents(a, mask), alone && mask.type.rank() == a.type.rank());
    b_.op("assign.where"_op, {a.id, mask.id, source.id}, {});
    return;
  }
  // A fill: each element is its own or the value.
  Value all = mask;
  if (mask.type.rank() < a.type.rank()) {
    std::vector<Part> parts(size_t(mask.type.rank()), {Part::Whole, {}});
    parts.resize(size_t(a.type.rank()), {Part::NewAxis, {}});
    std::vector<ValueId> ids{view(mask, parts).id};
    for (int k = 0; k < a.type.rank(); ++k) ids.push_back(extent(a.id, k));
    Type wide = Type::array(DType::Bool, a.type.rank(), ir::Layout::Strided, true);
    all = runtime(wide, b_.make("view.broadcast"_op, ids, wide));
  }
  Type element = a.type.element();
  Type t = Type::array(element.dtype(), a.type.rank(), a.type.layout() == ir::Layout::F ? ir::Layout::F : ir::Layout::C);
  b_.op("assign"_op, {a.id, make("select"_op, {all.id, to_element(value, element), a.id}, t)}, {});
}

// x, or a copy of it where writing into `a` could change it: `p[p] = q`. Arrays of one kind and size are copied unless the
// definitions tell them apart; others can only be views of the same bytes, which is asked at run time.
Value Frame::apart_from(const Value& x, const Value& a) {
  if (!is_array(x) || !is_array(a) || lie_apart(x.id, a.id)) return x;
  DType i = x.type.dtype(), d = a.type.dtype();
  if (ir::is_integer(i) != ir::is_integer(d) || ir::byte_size(i) != ir::byte_size(d))
    return call_function(*session_.world.library("numpy._clear_of"), Value{}, {{x, a}, {}});
  Type c = Type::array(i, x.type.rank(), ir::Layout::C);
  return runtime(c, make("copy"_op, {x.id}, c));
}

// alone: nothing else stands in the index.
void Frame::scatter(const Value& a, const std::vector<Part>& given_parts, const Value& given, bool alone) {
  Value value = as_source(given, a.type.dtype());
  if (is_masked(given_parts)) return scatter_masked(a, given_parts[0].value, value, alone);
  std::vector<Part> parts = given_parts;
  for (Part& p : parts)
    if (p.what == Part::Array) p.value = apart_from(p.value, a);
  Advanced x = advanced(a, parts);
  if (is_array(value) && (ir::is_complex(a.type.dtype()) || !ir::is_complex(value.type.dtype()))) {
    value = cast_to(value, a.type.dtype());
    OpId def = out_.defining_op(value.id);
    if (!def || !(ir::record(out_.op(def).code).traits & ir::Birth)) {  // it may overlap what is written
      Type c = Type::array(value.type.dtype(), value.type.rank(), ir::Layout::C);
      value = runtime(c, make("copy"_op, {value.id}, c));
    }
  }
  Value source = written(value, a, arranged(x, x.extents, x.kept), false);
  check_places(x);
  each_index(x.extents, [&](const std::vector<ValueId>& at) {
    std::vector<ValueId> to = place(x, at, {});
    each_index(x.kept, [&](const std::vector<ValueId>& kept) {
      std::vector<ValueId> full = to;
      for (size_t k = 0, own = 0; k < full.size(); ++k)
        if (!x.index[k]) full[k] = kept[own++];
      store(x.base, full, is_array(source) ? load(source, arranged(x, at, kept)) : source);
    });
  });
}

}  // namespace aic::typeinfer
