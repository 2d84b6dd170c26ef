// Order of a call: bind (only for keywords, defaults, *args) → keys → specialisation → guards → assumptions → unpack →
// machine code → box. Budgets, measured by tests/bench: f(1.0) 40 ns, array → scalar 45, array → array 120, 8 arguments 150.
#include "python/bindings/call.h"

#include <alloca.h>

#include <cstring>
#include <optional>

#include "python/bindings/lists.h"
#include "python/bindings/suspended.h"

namespace aic::bindings {
using ir::TypeKind;
using rt::Buffer;
using rt::Context;
using rt::Slot;

thread_local bool has_not_started = false;
thread_local bool gives_way = false;

uint64_t hash_of_keys(std::span<const Key> keys) {
  uint64_t h = keys.size();
  for (Key k : keys) h = mix(h, k);
  return h;
}

bool all_guards_hold(Specialisation* s) {
  for (const Guard& g : s->guards)
    if (!holds(g)) return false;
#if PY_VERSION_HEX < 0x030c0000
  for (auto& [dict, version] : s->stamps) version = reinterpret_cast<PyDictObject*>(dict)->ma_version_tag;
#endif
  return true;
}

namespace {

// Nothing was assigned in any of the dicts looked at since the last check, and cells and functions hold what they held.
// Python 3.12 has no dict versions; there every place is looked at.
inline bool guards_hold(Specialisation* s) {
  bool unchanged = !s->guards_lists;
#if PY_VERSION_HEX < 0x030c0000
  for (const auto& [dict, version] : s->stamps) unchanged &= reinterpret_cast<PyDictObject*>(dict)->ma_version_tag == version;
#else
  unchanged &= s->stamps.empty();
#endif
  for (const auto& [place, expected] : s->places) unchanged &= *place == expected;
  return __builtin_expect(unchanged, 1) || all_guards_hold(s);
}

struct Range {
  const char *low, *high;
};
Range range_of(const Slot* a, const Plan& p) {
  auto* data = static_cast<const char*>(a[0].p);
  auto* shape = static_cast<const int64_t*>(a[1].p);
  auto* strides = static_cast<const int64_t*>(a[2].p);
  Range r{data, data + byte_size(p.dtype)};
  for (int k = 0; k < p.rank; ++k) {
    if (shape[k] == 0) return {data, data};
    (strides[k] < 0 ? r.low : r.high) += (shape[k] - 1) * strides[k];
  }
  return r;
}

void collect_ranges(const Plan& p, const Slot*& at, Range*& out) {
  if (p.kind == TypeKind::Array) *out++ = range_of(at, p);
  if (p.parts.empty() || p.kind == TypeKind::List) {
    at += p.slots;
    return;
  }
  for (const Plan& part : p.parts) collect_ranges(part, at, out);
}

bool are_disjoint(const Specialisation* s, const Slot* slots) {
  if (s->buffers < 2) return true;
  auto* ranges = static_cast<Range*>(alloca(sizeof(Range) * size_t(s->buffers)));
  Range* end = ranges;
  for (const auto& [index, plan] : s->arguments) collect_ranges(plan, slots, end);
  for (Range* a = ranges; a < end; ++a)
    for (Range* b = ranges; b < a; ++b)
      if (a->low < b->high && b->low < a->high) return false;
  return true;
}

bool fit_together(const Specialisation* s, const Slot* slots) {
  for (const Relation& r : s->relations) {
    auto* first = static_cast<const int64_t*>(slots[r.first_slot + 1].p);
    auto* second = static_cast<const int64_t*>(slots[r.second_slot + 1].p);
    if (second[r.second_axis] != first[r.first_axis] + r.delta) return false;
  }
  return true;
}

// How much there is to do, and whether all ints and extents fit in 31 bits.
struct Size {
  int64_t work = 0;
  bool small = true;
};
inline void measure_leaf(const Plan& p, const Slot* at, Size& size) {
  if (p.kind == TypeKind::Array) {
    auto* shape = static_cast<const int64_t*>(at[1].p);
    int64_t elements = 1;
    for (int k = 0; k < p.rank; ++k) {
      elements *= shape[k];
      size.small &= shape[k] <= INT32_MAX;
    }
    size.work += elements;
  } else if (p.kind == TypeKind::Int) {
    bool fits = at->i == int32_t(at->i);
    size.small &= fits;
    size.work += fits ? (at->i < 0 ? -at->i : at->i) : INT32_MAX;
  } else if (p.kind == TypeKind::List) {
    size.work += static_cast<const rt::List*>(at->p)->length;
  }
}
void measure_parts(const Plan& p, const Slot* at, Size& size) {
  if (p.kind == TypeKind::List) return;
  for (const Plan& part : p.parts) {
    measure_leaf(part, at, size);
    measure_parts(part, at, size);
    at += part.slots;
  }
}
inline Size size_of(const Specialisation* s, const Slot* at) {
  Size size;
  for (const auto& [index, plan] : s->arguments) {
    measure_leaf(plan, at, size);
    if (!plan.parts.empty()) measure_parts(plan, at, size);
    at += plan.slots;
  }
  return size;
}

inline bool is_long_work(const Specialisation* s, int64_t size) {
  double work = double(size);
  for (int k = 1; k < s->nesting; ++k) work *= double(size);
  return work > double(long_work);
}

}  // namespace

void start(Context& context) {
  static const rt::Runtime* const runtime = rt::aic_runtime();
  context.runtime = runtime;
  context.host = host_table();
  context.poll_word = poll_word();
  context.stack_limit = stack_limit();
  context.live = nullptr;
  context.lists = nullptr;
  context.texts = nullptr;
  context.pools = nullptr;
  context.number.length = 0;
  rt::forget_errors(context);
}

namespace {

// The exception set stays as it is.
bool write_back_after_error(Conversion& lists) {
  PyObject *type, *value, *trace;
  PyErr_Fetch(&type, &value, &trace);
  if (!lists.write_back()) PyErr_Clear();
  PyErr_Restore(type, value, trace);
  return false;
}

__attribute__((always_inline)) inline PyObject* run(Specialisation* s, const Slot* arguments, Slot* results, bool is_long,
                                                    Context& context, Conversion* lists) {
  context.sites = &s->sites;
  const bool held = is_long || !s->blocks.empty();  // another thread, or a block, may drop it meanwhile
  if (held) s->references += 1;
  const int32_t status = enter(s->entry, is_long, context, arguments, results);
  PyObject* result = nullptr;
  if (__builtin_expect(status == 0 && context.interrupted, 0)) {
    if (lists) write_back_after_error(*lists);
  } else if (__builtin_expect(status == 0, 1)) {
    const Slot* from = results;
    result = box(s->result, from, context);
    if (lists && result && !lists->write_back()) Py_CLEAR(result);
  } else {
    context.error.site = status;
    set_exception(s->sites, context);
    if (lists) write_back_after_error(*lists);
  }
  if (__builtin_expect(context.live || context.lists || context.texts, 0)) rt::aic_release_live(&context);
  if (held) drop(s);
  return result;
}

Specialisation* find(Dispatcher* d, const Key* keys, int count, uint64_t hash, Assumptions wanted) {
  for (int i = d->entry_count; i-- > 0;) {
    Specialisation* s = d->entries[i];
    if (s->hash != hash || int(s->keys.size()) != count) continue;
    bool same = true;
    for (int k = 0; k < count; ++k) same &= s->keys[size_t(k)] == keys[k];  // few: a call of memcmp costs more
    if (!same) continue;
    // One that does not rely on an assumption serves where it fails, too.
    if ((s->needs_disjoint && !wanted.disjoint) || (s->needs_small && !wanted.small) ||
        (!s->relations.empty() && !wanted.fitting))
      continue;
    return s;
  }
  return nullptr;
}

// The value of an omitted parameter, or an array of the world.
PyObject* value_of(const Specialisation* s, int index) {
  if (size_t(index) >= s->keys.size()) return s->hidden[size_t(index) - s->keys.size()].first.get();
  for (const auto& [at, value] : s->defaults)
    if (at == index) return value.get();
  return nullptr;
}

// The call ends before the function has done anything.
PyObject* not_started() {
  has_not_started = true;
  return nullptr;
}
PyObject* call_converted(Dispatcher*, PyObject* const* arguments, int count);

struct Call {
  Specialisation* s;
  PyObject* const* arguments;
  int count;
  Slot* slots;  // room for arguments and results
  Headers headers;
  Context& context;
};

// Run: slots are filled up to `to`. Others: the specialisation relies on what these arguments do not keep, and `wanted` assumes
// it no longer.
enum class Ready : uint8_t { Run, NotStarted, Others };
__attribute__((always_inline)) inline Ready prepare(const Call& c, Assumptions& wanted, Conversion* lists, Slot*& to,
                                                    bool& is_long) {
  Specialisation* s = c.s;
  to = c.slots;
  Headers headers = c.headers;
  for (const auto& [index, plan] : s->arguments) {
    PyObject* a = index < c.count ? c.arguments[index] : nullptr;
    if (__builtin_expect(!a, 0)) a = value_of(s, index);
    if (plan.kind == TypeKind::Array) {
      unpack_array(a, to, headers.buffers);
    } else if (plan.kind == TypeKind::Float) {
      to++->f = PyFloat_AS_DOUBLE(a);
    } else if (!unpack(a, plan, to, headers, lists)) {
      return Ready::NotStarted;
    }
  }
  if (s->needs_disjoint && !are_disjoint(s, c.slots)) return wanted.disjoint = false, Ready::Others;
  if (!s->relations.empty() && !fit_together(s, c.slots)) return wanted.fitting = false, Ready::Others;
  is_long = s->weight == Weight::Heavy;
  if (s->needs_small || s->weight == Weight::BySize) {
    Size size = size_of(s, c.slots);
    if (s->needs_small && !size.small) return wanted.small = false, Ready::Others;
    is_long |= s->weight == Weight::BySize && is_long_work(s, size.work);
  }
  return Ready::Run;
}

// False: another specialisation is to be tried.
__attribute__((always_inline)) inline bool attempt(const Call& c, Assumptions& wanted, Conversion* lists, PyObject*& result) {
  Slot* to = nullptr;
  bool is_long = false;
  const Ready ready = prepare(c, wanted, lists, to, is_long);
  if (__builtin_expect(ready == Ready::Run, 1))
    result = run(c.s, c.slots, to, is_long, c.context, lists);
  else if (ready == Ready::NotStarted)
    result = not_started();
  return ready != Ready::Others;
}
// On its own: calls without lists are not to pay for what those with lists keep.
__attribute__((noinline)) bool attempt_with_lists(const Call& c, Assumptions& wanted, PyObject*& result) {
  Conversion lists(c.context, c.s->writes_lists);
  return attempt(c, wanted, &lists, result);
}

// What the call makes outlives it: so do its context and the headers of its arguments.
__attribute__((noinline)) bool attempt_to_suspend(Dispatcher* d, Specialisation* s, PyObject* const* arguments, int count,
                                                  Assumptions& wanted, PyObject*& result) {
  std::unique_ptr<Home> home = Home::make(s, d->function, arguments, count);
  if (!home) return true;
  start(home->context);
  home->context.sites = &s->sites;
  Slot* to = nullptr;
  bool is_long = false;
  const Ready ready =
      prepare({s, arguments, count, home->slots.get(), home->headers(), home->context}, wanted, home->lists(), to, is_long);
  if (ready == Ready::NotStarted) result = not_started();
  if (ready != Ready::Run) return ready != Ready::Others;
  const int32_t status = enter(s->entry, is_long, home->context, home->slots.get(), to);
  if (status == 0 && !home->context.interrupted) {
    result = suspended(std::move(home), to);
    return true;
  }
  if (status != 0) home->context.error.site = status, set_exception(s->sites, home->context);
  if (Conversion* lists = home->lists()) write_back_after_error(*lists);
  return true;
}

PyObject* call_bound(Dispatcher* d, PyObject* const* arguments, int count) {
  auto* keys = static_cast<Key*>(alloca(sizeof(Key) * size_t(count + 1)));
  uint64_t hash = uint64_t(count);
  for (int i = 0; i < count; ++i) {
    Key k = arguments[i] ? key_of(arguments[i]) : make_key(KeyKind::Default);
    if (k == make_key(KeyKind::Str) && i < 64 && d->literal_texts >> i & 1) k = key_of_literal(arguments[i]);
    if (__builtin_expect(!k, 0)) {
      if (d->warned) return not_started();  // nobody asks why
      if (d->library) return call_converted(d, arguments, count);
      try {
        refuse_argument(d->function, size_t(i), why_unsupported(arguments[i]));
      } catch (...) {
        translate_exception();
      }
      return not_started();
    }
    keys[i] = k;
    hash = mix(hash, k);
  }
  Assumptions wanted;
  for (int tries = 0; tries < 4; ++tries) {
    Specialisation* s = find(d, keys, count, hash, wanted);
    if (__builtin_expect(!s || !guards_hold(s) || !hidden_hold(*s), 0)) {
      if (d->left && d->left->contains({keys, keys + count})) return not_started();
      if (d->library && !serves(*d->library, {keys, size_t(count)})) return call_converted(d, arguments, count);
      s = specialise(d, {keys, size_t(count)}, wanted, arguments);
      if (!s && d->left) d->left->insert({keys, keys + count});
      if (!s) return not_started();
    }
    if (__builtin_expect(d->options->in_loop && s->has_lists, 0)) return not_started();
    if (__builtin_expect(!s->generators.empty(), 0)) {
      PyObject* result = nullptr;
      if (attempt_to_suspend(d, s, arguments, count, wanted, result)) return result;
      continue;
    }
    auto* slots = static_cast<Slot*>(alloca(sizeof(Slot) * size_t(s->argument_slots + s->result_slots + 1)));
    Headers headers{static_cast<Buffer*>(alloca(sizeof(Buffer) * size_t(s->buffers + 1))),
                    static_cast<rt::Str*>(alloca(sizeof(rt::Str) * size_t(s->texts + 1)))};
    Context context;
    start(context);
    PyObject* result = nullptr;
    auto call = [&] { return Call{s, arguments, count, slots, headers, context}; };
    if (__builtin_expect(s->has_lists, 0) ? attempt_with_lists(call(), wanted, result)
                                          : attempt(call(), wanted, nullptr, result))
      return result;
  }
  PyErr_SetString(PyExc_SystemError, "aic: no specialisation fits this call");
  return nullptr;
}

// A loaded function was called with other types than it was built for: numbers are converted where nothing is lost, defaults
// filled in; the rest is refused by aic/aot/load.py.
PyObject* call_converted(Dispatcher* d, PyObject* const* arguments, int count) {
  try {
    Ref given(checked(PyTuple_New(count)));
    std::vector<Key> keys;
    for (int i = 0; i < count; ++i) {
      Ref value = arguments[i] ? Ref::borrowed(arguments[i]) : default_value(d->function, i);
      PyTuple_SET_ITEM(given.get(), i, value ? value.release() : Py_NewRef(Py_None));
    }
    Ref convert = imported("aic.aot.load", "converted");
    Ref all(checked(PyObject_CallFunctionObjArgs(convert.get(), d->function, given.get(), nullptr)));
    PyObject** items = &PyTuple_GET_ITEM(all.get(), 0);
    for (int i = 0; i < count; ++i) keys.push_back(key_of(items[i]));
    if (!serves(*d->library, keys)) throw ir::InternalError("converted arguments do not fit the library's function");
    return call_bound(d, items, count);
  } catch (...) {
    translate_exception();
    return nullptr;
  }
}

// CPython's own words for a call that does not fit the parameters: the body is not reached.
PyObject* refuse_binding(Dispatcher* d, PyObject* const* arguments, size_t count_and_flag, PyObject* keywords) {
  Ref result(PyObject_Vectorcall(d->function, arguments, count_and_flag, keywords));
  if (result) PyErr_SetString(PyExc_SystemError, "aic: a call was refused that Python accepts");
  return nullptr;
}

int index_of_name(Dispatcher* d, PyObject* name, int from, int count) {
  for (int i = from; i < count; ++i)
    if (PyTuple_GET_ITEM(d->names, i) == name) return i;
  for (int i = from; i < count; ++i)
    if (PyUnicode_Compare(PyTuple_GET_ITEM(d->names, i), name) == 0) return i;
  return -1;
}

PyObject* bind_and_call(Dispatcher* d, PyObject* const* arguments, size_t count_and_flag, PyObject* keywords) {
  int given = int(PyVectorcall_NARGS(count_and_flag));
  int named = d->positional_count + d->keyword_only_count;
  int only = 0;  // positional-only parameters cannot be named
  Ref code_only(PyObject_GetAttrString(PyFunction_GET_CODE(d->function), "co_posonlyargcount"));
  if (code_only) only = int(PyLong_AsLong(code_only.get()));
  auto** bound = static_cast<PyObject**>(alloca(sizeof(PyObject*) * size_t(d->parameter_count + 1)));
  memset(bound, 0, sizeof(PyObject*) * size_t(d->parameter_count + 1));
  Ref rest;
  for (int i = 0; i < given && i < d->positional_count; ++i) bound[i] = arguments[i];
  if (given > d->positional_count && !d->has_varargs) return refuse_binding(d, arguments, count_and_flag, keywords);
  if (d->has_varargs) {
    int extra = given > d->positional_count ? given - d->positional_count : 0;
    rest = Ref(PyTuple_New(extra));
    if (!rest) return nullptr;
    for (int i = 0; i < extra; ++i) PyTuple_SET_ITEM(rest.get(), i, Py_NewRef(arguments[d->positional_count + i]));
    bound[named] = rest.get();
  }
  Py_ssize_t keyword_count = keywords ? PyTuple_GET_SIZE(keywords) : 0;
  Ref keyword_rest;
  if (d->has_kwargs) {
    keyword_rest = Ref(PyDict_New());
    if (!keyword_rest) return nullptr;
    bound[d->parameter_count - 1] = keyword_rest.get();
  }
  for (Py_ssize_t k = 0; k < keyword_count; ++k) {
    PyObject* name = PyTuple_GET_ITEM(keywords, k);
    int i = index_of_name(d, name, only, named);
    if (i < 0 && d->has_kwargs) {
      if (PyDict_SetItem(keyword_rest.get(), name, arguments[given + k]) < 0) return nullptr;
    } else if (i < 0 || bound[i]) {
      return refuse_binding(d, arguments, count_and_flag, keywords);
    } else {
      bound[i] = arguments[given + k];
    }
  }
  PyObject* defaults = PyFunction_GET_DEFAULTS(d->function);
  PyObject* keyword_defaults = PyFunction_GET_KW_DEFAULTS(d->function);
  int default_count = defaults ? int(PyTuple_GET_SIZE(defaults)) : 0;
  for (int i = 0; i < named; ++i) {  // null stands for a default
    bool has_default = i < d->positional_count
                           ? i >= d->positional_count - default_count
                           : keyword_defaults && PyDict_Contains(keyword_defaults, PyTuple_GET_ITEM(d->names, i)) == 1;
    if (!bound[i] && !has_default) return refuse_binding(d, arguments, count_and_flag, keywords);
  }
  return call_bound(d, bound, d->parameter_count);
}

}  // namespace

PyObject* call_dispatcher(PyObject* self, PyObject* const* arguments, size_t count_and_flag, PyObject* keywords) {
  auto* d = reinterpret_cast<Dispatcher*>(self);
  if (__builtin_expect(!keywords && PyVectorcall_NARGS(count_and_flag) == d->parameter_count && !d->has_varargs &&
                           !d->has_kwargs && !d->keyword_only_count,
                       1))
    return call_bound(d, arguments, d->parameter_count);
  return bind_and_call(d, arguments, count_and_flag, keywords);
}

}  // namespace aic::bindings
