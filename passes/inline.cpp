// Puts the bodies of small functions, and of functions called once, in the place of their calls.
//
// Library functions are compositions of small functions, and fusion only sees what stands in one function, so this is what
// makes `np.mean(a * b)` one loop. Callees are optimised before their callers (see manager.h), so that sizes are those of
// good code. Recursive functions stay calls. Spans say where an op was inlined: tracebacks show the frames all the same.
//
//   %2 = call %x {callee = @half.0} : f64      →      %2 = multiply %x, %c : f64 @3:4-9^12:0-7
//
// Cost: proportional to what is copied, which the limits below bound.
#include <algorithm>
#include <memory>
#include <unordered_map>

#include "passes/clone.h"
#include "passes/effects.h"
#include "passes/passes.h"
#include "passes/returns.h"

namespace aic::passes {
using namespace ir;

namespace {
constexpr size_t small = 250;      // ops of a callee that is inlined everywhere
constexpr size_t once = 4000;      // ops of a callee with one call
constexpr size_t small_apart = 100, once_apart = 1500;  // likewise of a callee that fuses with nothing
constexpr size_t too_large = 20000;  // ops of a caller that grows no more

class Inliner {
 public:
  Inliner(Function& f, PassContext& context) : f_(f), module_(context.module) {}
  bool run() {
    bool changed = false;
    size_t size = f_.ops_below(f_.body()).size();
    for (OpId id : f_.ops_below(f_.body())) {
      if (f_.is_erased(id) || !is(f_, id, "call"_op) || f_.int_attr(id, "caught") || size > too_large) continue;
      if (f_.find_attr(id, "custom")) continue;  // passes/autodiff wants to see it
      const Function* body = find_body(f_.text_attr(id, "callee"));
      if (!body || body->parameters().size() != f_.op(id).operands.size() || f_.op(id).results.size() != 1) continue;
      size += body->op_count();
      put(id, *body);
      changed = true;
    }
    return changed;
  }

 private:
  // The callee with a single return, ready to be copied; null when it stays a call.
  const Function* find_body(const std::string& name) {
    auto [it, fresh] = bodies_.try_emplace(name);
    if (!fresh) return it->second.get();
    const Function* callee = module_.find(name);
    if (!callee || callee == &f_ || callee->form() != f_.form() || !is_wanted(*callee)) return nullptr;
    auto body = std::make_unique<Function>(module_, name, callee->form());
    body->result_types = callee->result_types;
    Cloner copy(*callee, *body);
    for (ValueId p : callee->parameters()) copy.map(p, body->add_argument(body->body(), callee->type(p)));
    Builder b(*body);
    copy.clone_ops(callee->body(), b);
    if (try_single_return(*body)) it->second = std::move(body);
    return it->second.get();
  }
  bool is_wanted(const Function& callee) const {
    std::vector<OpId> ops = callee.ops_below(callee.body());
    for (OpId id : ops)
      if (is(callee, id, "interpret"_op) || (is(callee, id, "call"_op) && calls_back(callee.text_attr(id, "callee"), callee)))
        return false;  // what Python runs stays a call: it may do what an unknown function may
    bool all = std::any_of(f_.attrs.begin(), f_.attrs.end(), [](const NamedAttr& a) { return a.name == "differentiated"; });
    bool apart = is_apart(callee, ops);
    return all || ops.size() <= (apart ? small_apart : small) ||
           (ops.size() <= (apart ? once_apart : once) && calls_of(callee.name()) == 1);
  }
  // The library's loops over elements of arrays that it is given: a pass of an FFT, a sweep of an SVD. Inlined again and again
  // they took a third of the compile time of fft, svd and lstsq, for nothing.
  static bool is_apart(const Function& callee, const std::vector<OpId>& ops) {
    return std::ranges::any_of(callee.attrs, [](const NamedAttr& a) { return a.name == "library"; }) &&
           std::ranges::any_of(callee.parameters(), [&](ValueId p) { return callee.type(p).is_array(); }) &&
           std::ranges::any_of(ops, [&](OpId id) { return is(callee, id, "for"_op) || is(callee, id, "while"_op); });
  }
  // Recursion: the callee calls itself, or a function that is not optimised yet since it is part of a cycle.
  bool calls_back(const std::string& name, const Function& callee) const { return name == callee.name() || name == f_.name(); }
  int calls_of(const std::string& name) const {
    int n = 0;
    for (const std::unique_ptr<Function>& g : module_.functions)
      for (OpId id : g->ops_below(g->body())) n += is(*g, id, "call"_op) && g->text_attr(id, "callee") == name;
    return n;
  }

  void put(OpId call, const Function& body) {
    Cloner copy(body, f_);
    SpanId at = f_.op(call).span;
    std::unordered_map<SpanId, SpanId> moved;
    copy.span = [&](SpanId s) { return inlined(s, at, moved); };
    for (size_t k = 0; k < body.parameters().size(); ++k) copy.map(body.parameters()[k], f_.op(call).operands[k]);
    Builder b = Builder::before(f_, call);
    copy.clone_ops(body.body(), b);
    OpId end = f_.op(call).previous;
    AIC_CHECK(is(f_, end, "return"_op));
    ValueId result = f_.op(end).operands[0];
    f_.erase(end);
    f_.replace_uses(f_.op(call).results[0], result);
    f_.erase(call);
  }
  SpanId inlined(SpanId s, SpanId at, std::unordered_map<SpanId, SpanId>& moved) {
    if (!s || !s.index) return at;
    auto [it, fresh] = moved.try_emplace(s);
    if (!fresh) return it->second;
    SpanInfo info = module_.spans[s.index];
    info.inlined_at = info.inlined_at && info.inlined_at.index ? inlined(info.inlined_at, at, moved) : at;
    return moved[s] = module_.intern_span(info);
  }

  Function& f_;
  Module& module_;
  std::unordered_map<std::string, std::unique_ptr<Function>> bodies_;
};
}  // namespace

bool inline_calls(Function& f, PassContext& context) { return Inliner(f, context).run(); }

}  // namespace aic::passes
