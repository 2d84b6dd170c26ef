// See manager.h.
#include "passes/manager.h"

#include <ctime>

#include <cstdio>
#include <cstdlib>
#include <unordered_map>
#include <unordered_set>

#include "ir/ops/table.h"
#include "ir/verify.h"

namespace aic::passes {
using namespace ir;

namespace {
bool is_listed(const std::string& list, std::string_view name) {
  size_t from = 0;
  while (from < list.size()) {
    size_t to = std::min(list.find(',', from), list.size());
    if (std::string_view(list).substr(from, to - from) == name) return true;
    from = to + 1;
  }
  return false;
}
std::string environment(const char* name) {
  const char* v = std::getenv(name);
  return v ? v : "";
}
Options with_environment(Options o) {
  if (o.dump.empty()) o.dump = environment("AIC_DUMP");
  if (o.skip.empty()) o.skip = environment("AIC_SKIP");
  if (environment("AIC_VERIFY") == "1") o.verify = true;
  if (environment("AIC_TIME_PASSES") == "1") o.time = true;
  if (std::string n = environment("AIC_OPT_BISECT"); o.bisect < 0 && !n.empty()) o.bisect = std::atoll(n.c_str());
  return o;
}

double seconds() {  // of this thread's processor time: other processes do not count
  timespec t{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return double(t.tv_sec) + 1e-9 * double(t.tv_nsec);
}

class Runner {
 public:
  Runner(Module& m, const Options& given) : options_(with_environment(given)), context_{m, options_} {}
  void run(Function& f, const Row& row) {
    if (!(row.forms & form_bit(f.form())) || !is_wanted(f, row)) return;
    double begin = options_.time ? seconds() : 0;
    bool changed = row.run(f, context_);
    if (options_.time) seconds_[row.name] += seconds() - begin;
    if (options_.verify) verify_or_throw(f, row.name);
    if (changed && (is_listed(options_.dump, row.name) || options_.dump == "all"))
      std::fprintf(stderr, "; after %s\n%s\n", row.name, print(f).c_str());
  }
  void report(std::span<const Row> rows) {
    if (options_.bisect >= 0 && !last_.empty()) std::fprintf(stderr, "; bisect: last was %s\n", last_.c_str());
    if (!options_.time) return;
    std::unordered_set<std::string> told;
    for (const Row& r : rows)
      if (told.insert(r.name).second) std::fprintf(stderr, "; %8.3f ms  %s\n", seconds_[r.name] * 1e3, r.name);
  }
  const Options& options() const { return options_; }

 private:
  static uint8_t form_bit(Form f) { return f == Form::Py ? InPy : f == Form::Tensor ? InTensor : InLoop; }
  bool is_wanted(const Function& f, const Row& row) {
    if (row.needed) return true;
    if (is_listed(options_.skip, row.name)) return false;
    if (options_.bisect < 0) return true;
    if (count_ >= options_.bisect) return false;
    ++count_;
    last_ = "pass " + std::to_string(count_) + " " + row.name + " on " + f.name();
    return true;
  }
  Options options_;
  PassContext context_;
  int64_t count_ = 0;
  std::string last_;
  std::unordered_map<std::string, double> seconds_;
};

void visit(Module& m, Function& f, std::unordered_set<Function*>& seen, std::vector<Function*>& out) {
  if (!seen.insert(&f).second) return;
  for (OpId id : f.ops_below(f.body()))
    if (f.op(id).code == "call"_op || f.op(id).code == "derive"_op)
      for (const char* role : {"callee", "backward", "push"})  // the latter two: rules of a custom derivative
        if (Function* callee = m.find(f.text_attr(id, role))) visit(m, *callee, seen, out);
  out.push_back(&f);
}
}  // namespace

std::vector<Function*> callees_first(Module& m) {
  std::unordered_set<Function*> seen;
  std::vector<Function*> out;
  for (const std::unique_ptr<Function>& f : m.functions) visit(m, *f, seen, out);
  return out;
}

std::unordered_set<const Function*> called_under_guard(Module& m) {
  std::unordered_set<Function*> seen;
  std::vector<Function*> reached;
  for (const std::unique_ptr<Function>& f : m.functions)
    for (OpId id : f->ops_below(f->body()))
      if (f->op(id).code == "call"_op && f->int_attr(id, "caught"))
        visit(m, *m.find(f->text_attr(id, "callee")), seen, reached);
  return {reached.begin(), reached.end()};
}

void remove_uncalled(Module& m) {
  std::unordered_set<Function*> seen;
  std::vector<Function*> reached;
  for (const std::unique_ptr<Function>& f : m.functions)
    for (const NamedAttr& a : f->attrs)
      if (a.name == "entry" && a.value == Attr(int64_t(1))) visit(m, *f, seen, reached);
  if (reached.empty()) return;
  std::erase_if(m.functions, [&](const std::unique_ptr<Function>& f) { return !seen.contains(f.get()); });
}

void run_passes(Function& f, std::span<const Row> rows, const Options& options) {
  Runner runner(f.module(), options);
  for (const Row& row : rows) runner.run(f, row);
}

void run_passes(Module& m, std::span<const Row> rows, const Options& options) {
  Runner runner(m, options);
  for (Function* f : callees_first(m))
    for (const Row& row : rows) runner.run(*f, row);
  runner.report(rows);
}

}  // namespace aic::passes
