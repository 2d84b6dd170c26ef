// The same program compiled: text through the code generator's C interface, the object through our loader, values through
// slots as runtime/abi.h lays them out. Counts references too: what a call leaves behind must be in its results.
#include <dlfcn.h>

#include <cstring>
#include <deque>
#include <map>

#include "codegen/codegen.h"
#include "ir/ops/table.h"
#include "ir/raise_sites.h"
#include "runtime/abi.h"
#include "runtime/loader/loader.h"
#include "tests/fuzz/ir/run.h"
#include "tests/unit/paths.h"

namespace aic::fuzz {

using namespace ir;

namespace {

std::string object_of(const std::string& text) {
  static void* library = dlopen(tests::code_generator, RTLD_NOW | RTLD_LOCAL);
  if (!library) throw Error(dlerror());
  static auto* compile = reinterpret_cast<decltype(aic_cg_compile)*>(dlsym(library, "aic_cg_compile"));
  std::string out, error(1 << 14, '\0');
  aic_cg_request request{text.data(), text.size(), nullptr, nullptr, AIC_CG_OPT_2 | AIC_CG_EMIT_OBJECT | AIC_CG_VERIFY};
  aic_cg_sink sink{&out, [](void* s, const char* bytes, size_t n) { static_cast<std::string*>(s)->append(bytes, n); }};
  if (compile(&request, sink, error.data(), error.size())) throw Error(std::string("code generator: ") + error.c_str());
  return out;
}

// One call: slots, and the buffers of the arguments.
class Call {
 public:
  explicit Call(const std::vector<RuntimeValue>& arguments, const Function& f) {
    for (size_t k = 0; k < arguments.size(); ++k) push(arguments[k], f.type(f.parameters()[k]));
  }
  std::vector<rt::Slot> slots;

  RuntimeValue read(const rt::Slot*& s, Type t) {
    if (t.is(TypeKind::None)) return NoneValue{};
    if (t.is_number()) return number(s, t);
    if (t.is_array()) return array(s, t);
    if (t == Type::str()) return text(s);
    if (t.is_tuple()) {
      TupleValue v;
      for (Type e : t.elements()) v.elements.push_back(read(s, e));
      return v;
    }
    AIC_CHECK(t.is(TypeKind::Union), t.text());
    auto payload = std::make_shared<RuntimeValue>();
    int64_t tag = (s++)->i;
    for (size_t k = 0; k < t.elements().size(); ++k) {
      RuntimeValue arm = read(s, t.elements()[k]);
      if (int64_t(k) == tag) *payload = arm;
    }
    return UnionValue{int(tag), payload};
  }
  // Every live buffer is a result, counted as often as it is one; arguments got their references back.
  [[nodiscard]] std::string leaks(const rt::Context& c) {
    if (c.lists) return "a list has " + std::to_string(c.lists->refcount) + " references, none of them returned";
    for (const rt::Buffer* b = c.live; b; b = b->next)
      if (b->refcount != returned_[b])
        return "a buffer of " + std::to_string(b->bytes) + " bytes has " + std::to_string(b->refcount) + " references, " +
               std::to_string(returned_[b]) + " of them returned";
    for (const rt::Str* t = c.texts; t; t = t->next)
      if (t->refcount != texts_[t])
        return "a string has " + std::to_string(t->refcount) + " references, " + std::to_string(texts_[t]) +
               " of them returned";
    for (const rt::Buffer& b : buffers_)
      if (b.refcount != 1 + returned_[&b])
        return "an argument's buffer has " + std::to_string(b.refcount) + " references, " + std::to_string(returned_[&b]) +
               " of them returned";
    return "";
  }

 private:
  void push(const RuntimeValue& v, Type t) {
    if (t.is_array()) {
      const ArrayValue& a = *std::get<std::shared_ptr<ArrayValue>>(v);
      rt::Buffer& owner = owners_.try_emplace(a.bytes.get(), nullptr).first->second
                              ? *owners_[a.bytes.get()]
                              : buffers_.emplace_back(rt::Buffer{1, nullptr, 1, this, nullptr, nullptr});
      owners_[a.bytes.get()] = &owner;
      shapes_.push_back(a.shape), shapes_.push_back(a.strides);
      int64_t *shape = shapes_[shapes_.size() - 2].data(), *strides = shapes_.back().data();
      slots.insert(slots.end(), {rt::Slot{.p = a.bytes->data() + a.offset}, rt::Slot{.p = shape}, rt::Slot{.p = strides},
                                 rt::Slot{.p = &owner}});
      return;
    }
    const Scalar& s = std::get<Scalar>(v);
    rt::Slot slot{.i = s.i};
    if (is_narrow_float(s.dtype)) slot.i = ir::narrow_bits(s.re, s.dtype);
    if (s.dtype == DType::F32 || s.dtype == DType::C64) slot.i = 0, slot.f32 = float(s.re);
    if (s.dtype == DType::F64 || s.dtype == DType::C128) slot.f = s.re;
    if (s.dtype == DType::C64) {
      float im = float(s.im);
      std::memcpy(reinterpret_cast<char*>(&slot) + 4, &im, 4);
    }
    slots.push_back(slot);
    if (s.dtype == DType::C128) slots.push_back({.f = s.im});
  }
  static RuntimeValue number(const rt::Slot*& s, Type t) {
    DType d = t.dtype();
    Scalar out = Scalar::integer(s->i, d);
    float parts[2];
    std::memcpy(parts, s, 8);
    if (d == DType::Bool) out = Scalar::boolean(s->i != 0);
    if (is_narrow_float(d)) out = Scalar::floating(ir::narrow_value(uint16_t(s->i), d), d);
    if (d == DType::F32) out = Scalar::floating(parts[0], d);
    if (d == DType::F64) out = Scalar::floating(s->f);
    if (d == DType::C64) out = Scalar::complex(parts[0], parts[1], d);
    if (d == DType::C128) out = Scalar::complex(s[0].f, s[1].f);
    s += d == DType::C128 ? 2 : 1;
    out.python = t.is_python_number();
    return out;
  }
  RuntimeValue text(const rt::Slot*& s) {
    const auto* t = static_cast<const rt::Str*>((s++)->p);
    if (t->refcount >= 0) ++texts_[t];
    AIC_CHECK(t->kind == 1);
    return std::string(static_cast<const char*>(t->data), size_t(t->length));
  }
  RuntimeValue array(const rt::Slot*& s, Type t) {
    const auto* data = static_cast<const unsigned char*>(s[0].p);
    auto* owner = static_cast<rt::Buffer*>(s[1].p);
    if (owner) ++returned_[owner];
    s += 2;
    std::vector<int64_t> shape, strides;
    for (int k = 0; k < t.rank(); ++k) shape.push_back((s++)->i);
    for (int k = 0; k < t.rank(); ++k) strides.push_back((s++)->i);
    if (!owner) return Undefined{};  // of a union's other arm
    std::shared_ptr<ArrayValue> out = ArrayValue::make(t.dtype(), shape);
    size_t bytes = size_t(byte_size(t.dtype()));
    for (int64_t n = out->size(), k = 0; k < n; ++k) {
      int64_t rest = k, at = 0;
      for (size_t axis = shape.size(); axis-- > 0;) at += rest % shape[axis] * strides[axis], rest /= shape[axis];
      std::memcpy(out->bytes->data() + size_t(k) * bytes, data + at, bytes);
    }
    return out;
  }

  std::deque<rt::Buffer> buffers_;
  std::map<const void*, rt::Buffer*> owners_;
  std::deque<std::vector<int64_t>> shapes_;
  std::map<const rt::Buffer*, int64_t> returned_;
  std::map<const rt::Str*, int64_t> texts_;
};

std::string exception_at(const Module& m, int32_t site) {
  std::vector<RaiseSite> sites = raise_sites(m);
  AIC_CHECK(site > 0 && size_t(site) < sites.size(), "site " + std::to_string(site));
  const Function& f = *sites[size_t(site)].function;
  OpId id = sites[size_t(site)].op;
  if (f.op(id).code == "raise"_op || f.op(id).code == "check.true"_op) return f.text_attr(id, "exception");
  if (f.op(id).code == "check.convert"_op) return "OverflowError or ValueError";
  std::string_view e = record(f.op(id).code).exception;
  return e.empty() ? "MemoryError" : std::string(e);
}

bool catches(const Module& m) {
  for (const std::unique_ptr<Function>& f : m.functions)
    for (OpId id : f->ops_below(f->body()))
      if (f->op(id).code == "error.save"_op) return true;
  return false;
}

}  // namespace

Outcome compiled(const Module& m, uint64_t seed) {
  Outcome o;
  o.arguments = make_arguments(m, seed);
  const Function& f = *m.find("main");
  static std::map<std::string, std::unique_ptr<rt::Code>> last;  // one module, several seeds
  std::string text = print(m), error;
  if (!last.contains(text)) {
    last.clear();
    std::string object = object_of(text);
    last[text] = rt::Code::load(std::as_bytes(std::span(object)), false, error);
    if (!last[text]) throw Error(error);
  }
  auto entry = reinterpret_cast<rt::Entry>(last[text]->find("aic_entry_main"));
  AIC_CHECK(entry);
  volatile int32_t poll_word = 0;
  struct Listening : rt::Host {  // what str.write writes
    std::string written;
  } host{};
  host.version = rt::abi_version;
  host.write = [](rt::Context* c, int32_t, const char* bytes, int64_t length) {
    const_cast<Listening*>(static_cast<const Listening*>(c->host))->written.append(bytes, size_t(length));
  };
  rt::Context context{};
  context.runtime = rt::aic_runtime();
  context.host = &host;
  context.poll_word = &poll_word;
  context.stack_limit = static_cast<char*>(__builtin_frame_address(0)) - (1 << 20);
  Call call(o.arguments, f);
  std::vector<rt::Slot> results(512);
  int32_t site = entry(&context, call.slots.data(), results.data());
  if (site) {
    o.exception = exception_at(m, site);
  } else {
    const rt::Slot* at = results.data();
    for (Type t : f.result_types) o.results.push_back(call.read(at, t));
    // What frames owned that raised and were caught is freed when the call ends.
    if (!catches(m)) error = call.leaks(context);
  }
  o.written = host.written;
  rt::aic_release_live(&context);
  if (!error.empty()) throw Error(error);
  return o;
}

}  // namespace aic::fuzz
