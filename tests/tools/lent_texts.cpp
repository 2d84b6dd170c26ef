// Each op is one function of the table in runtime/abi.h; its parameters and its result say how values travel: a string
// goes over in UTF-8 and comes back so.
#include "tests/tools/lent_texts.h"

#include <map>
#include <tuple>

#include "ir/base/error.h"
#include "runtime/list.h"
#include "runtime/text.h"

namespace aic::tests {

namespace {

using ir::RuntimeValue;
using ir::Scalar;

struct Loan {  // of one op: a context, whose strings end with it
  rt::Host host{};
  rt::Context context{};
  std::string written;

  Loan() {
    host.version = rt::abi_version;
    host.write = [](rt::Context* c, int32_t, const char* bytes, int64_t length) {
      // The host is this object's first member.
      const_cast<Loan*>(reinterpret_cast<const Loan*>(c->host))->written.append(bytes, size_t(length));
    };
    context.runtime = rt::aic_runtime();
    context.host = &host;
  }
  ~Loan() { rt::aic_release_live(&context); }
  Loan(const Loan&) = delete;
  Loan& operator=(const Loan&) = delete;

  rt::Str* text_of(const std::string& utf8) {
    rt::Str* s = rt::str_slice(&context, rt::str_of_code(&context, 0), 0, 0, 1);
    for (size_t k = 0; k < utf8.size();) {
      auto lead = uint8_t(utf8[k]);
      size_t n = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
      uint32_t c = n == 1 ? lead : lead & (0xffu >> (n + 1));
      for (size_t j = 1; j < n; ++j) c = c << 6 | (uint8_t(utf8.at(k + j)) & 0x3f);
      s = rt::str_concat(&context, s, rt::str_of_code(&context, c));
      k += n;
    }
    return s;
  }
  std::string utf8_of(const rt::Str* s) {
    std::string before = std::move(written);
    written.clear();
    rt::str_write(&context, s, 1);
    std::swap(before, written);
    return before;
  }

  template <class T>
  T given(const RuntimeValue& v) {
    if constexpr (std::is_same_v<T, const rt::List*> || std::is_same_v<T, rt::List*>) {
      const auto& elements = std::get<std::shared_ptr<ir::ListValue>>(v)->elements;
      bool texts =
          !std::is_same_v<T, const rt::List*> || (!elements.empty() && std::holds_alternative<std::string>(elements[0]));
      rt::List* l = rt::list_new(&context, texts ? int64_t(sizeof(rt::Slot)) : 1, nullptr, int64_t(elements.size()));
      l->length = int64_t(elements.size());
      for (size_t k = 0; texts && k < elements.size(); ++k) l->data[k].p = text_of(std::get<std::string>(elements[k]));
      for (size_t k = 0; !texts && k < elements.size(); ++k)
        reinterpret_cast<uint8_t*>(l->data)[k] = uint8_t(std::get<Scalar>(elements[k]).i);
      return l;
    } else if constexpr (std::is_pointer_v<T>)
      return text_of(std::get<std::string>(v));
    else if constexpr (std::is_floating_point_v<T>)
      return T(std::get<Scalar>(v).re);
    else
      return T(std::get<Scalar>(v).i);
  }
  RuntimeValue taken(rt::Str* s) { return utf8_of(s); }
  RuntimeValue taken(bool b) { return Scalar::boolean(b); }
  RuntimeValue taken(int64_t i) { return Scalar::integer(i); }
  RuntimeValue taken(double x) { return Scalar::floating(x); }

  // What a list of strings holds after a call that may change it.
  template <class T>
  void take_back(T, const RuntimeValue&) {}
  void take_back(rt::List* l, const RuntimeValue& v) {
    auto& elements = std::get<std::shared_ptr<ir::ListValue>>(v)->elements;
    elements.resize(size_t(l->length));
    for (size_t k = 0; k < elements.size(); ++k) elements[k] = utf8_of(static_cast<const rt::Str*>(l->data[k].p));
  }

  template <class R, class... A, size_t... k>
  RuntimeValue call(R (*f)(rt::Context*, A...), const std::vector<RuntimeValue>& in, std::index_sequence<k...>) {
    AIC_CHECK(in.size() == sizeof...(A));
    if constexpr (std::is_void_v<R>) {
      return f(&context, given<A>(in[k])...), ir::Undefined{};
    } else {
      std::tuple<A...> arguments{given<A>(in[k])...};
      RuntimeValue out = taken(f(&context, std::get<k>(arguments)...));
      (take_back(std::get<k>(arguments), in[k]), ...);
      return out;
    }
  }
};

using Function = std::function<RuntimeValue(Loan&, const std::vector<RuntimeValue>&)>;

template <class R, class... A>
Function function(R (*f)(rt::Context*, A...)) {
  return [f](Loan& loan, const std::vector<RuntimeValue>& in) { return loan.call(f, in, std::index_sequence_for<A...>()); };
}

const std::map<std::string, Function, std::less<>>& functions() {
#define AIC_ENTRY(result, name, parameters) {#name, function(&rt::name)},
  static const std::map<std::string, Function, std::less<>> all{AIC_TEXT_FUNCTIONS(AIC_ENTRY)};
#undef AIC_ENTRY
  return all;
}

}  // namespace

ir::TextFunctions lent_texts(std::string* written) {
  return [written](std::string_view op, const std::vector<RuntimeValue>& in) {
    std::string name(op);
    name.replace(name.find('.'), 1, "_");
    auto known = functions().find(name);
    AIC_CHECK(known != functions().end(), name);
    Loan loan;
    RuntimeValue out = known->second(loan, in);
    if (written) *written += loan.written;
    return out;
  };
}

}  // namespace aic::tests
