// Reads what became of a function. An op's line is the user's: of the outermost place that it was inlined at. Second versions
// (`rare` regions, and the arm of a broadcast that stretches) say what the first says: a note is told once for a line.
#include "python/bindings/explain.h"

#include <algorithm>
#include <map>
#include <set>

#include "ir/ops/table.h"
#include "python/bindings/journey.h"

namespace aic::bindings {
using ir::Function;
using ir::Module;
using ir::Op;
using ir::OpId;
using ir::OpRecord;
using ir::RegionId;
using ir::operator""_op;

namespace {

struct Line {
  std::string file;
  int line = 0;
  auto operator<=>(const Line&) const = default;
};

Line line_of(const Module& m, ir::SpanId span) {
  while (span && m.spans[span.index].inlined_at) span = m.spans[span.index].inlined_at;
  const ir::Source& source = m.source_of(span);
  ir::Position p = m.position(span);
  return {source.file, p.line ? source.first_line + p.line - 1 : 0};
}

std::string listed(const std::vector<std::string>& names) {
  std::string out;
  for (const std::string& n : names) out += (out.empty() ? "" : ", ") + n;
  return out;
}

std::string users_text(ir::Type t) {
  std::string s = t.text();
  for (size_t at; (at = s.find("::1")) != std::string::npos;) s.replace(at, 3, ":");
  return s;
}

// What a check is about, in the user's words; its record's name where there are no better ones.
std::string subject(std::string_view check) {
  static constexpr std::pair<std::string_view, std::string_view> words[] = {
      {"index", "indices"},          {"overflow", "integer overflow"}, {"zero", "division by zero"}, {"broadcast", "shapes"},
      {"assignable", "shapes"},      {"bound", "unbound names"},       {"depth", "recursion depth"}, {"true", "conditions"},
      {"fits", "range of integers"}, {"convert", "range of integers"}};
  for (auto [name, words_for] : words)
    if (check == name) return std::string(words_for);
  return std::string(check);
}

class Reader {
 public:
  explicit Reader(const Module& m) : module_(m) {}

  std::vector<Note> read() {
    for (const std::unique_ptr<Function>& f : module_.functions) {
      f_ = f.get();
      for (OpId op : f_->ops_below(f_->body()))
        if (f_->op(op).code == "release"_op) released_.insert(f_->op(op).operands[0]);
      region(f_->body(), false);
      released_.clear();
    }
    for (const auto& [place, kinds] : checks_) {
      std::string text;
      for (const auto& [kind, n] : kinds)
        text += (text.empty() ? "" : ", ") + kind + (n > 1 ? " (" + std::to_string(n) + ")" : "");
      note(place, "checked", "checked while it runs: " + text);
    }
    std::sort(notes_.begin(), notes_.end(),
              [](const Note& a, const Note& b) { return std::tie(a.file, a.line) < std::tie(b.file, b.line); });
    return std::move(notes_);
  }

 private:
  void note(const Line& at, const char* kind, std::string text) {
    if (at.line && told_.insert({at, text}).second) notes_.push_back({at.file, at.line, kind, std::move(text)});
  }

  void region(RegionId r, bool rare) {
    for (OpId id : f_->ops_in(r)) {
      bool aside = rare || f_->int_attr(id, "rare") != 0;
      operation(id, aside);
      if (f_->op(id).code != "kernel"_op)
        for (RegionId inner : f_->op(id).regions) region(inner, aside);
    }
  }

  void operation(OpId id, bool rare) {
    const Op& op = f_->op(id);
    const OpRecord& r = ir::record(op.code);
    Line at = line_of(module_, op.span);
    if (rare) {
      if (r.name == "for" && f_->int_attr(id, "rare"))
        note(at, "loop", "two versions: one without checks where a test before the loop allows it, one as written");
    } else if (r.name == "kernel") {
      kernel(id, at);
    } else if (r.name == "for" && f_->int_attr(id, "reassociate")) {
      note(at, "fused", "a reduction in blocks" + among(id));
    } else if (r.has(ir::Birth)) {
      birth(id, at);
    } else if (r.name.starts_with("check.")) {
      ++checks_[at][subject(r.name.substr(6))];
    } else if (r.name == "call") {
      const Function* callee = module_.find(f_->text_attr(id, "callee"));
      if (callee && std::ranges::any_of(callee->attrs, [](const ir::NamedAttr& a) { return a.name == "block"; }))
        return note(at, "interpreted", "interpreted: an aic.objmode block");
      bool library = callee && module_.sources[callee->source].file.find("/aic/lib/") != std::string::npos;
      note(at, "call", std::string("a call of ") + (library ? "the library's " : "") + name_of(callee) + ", not inlined");
    } else if (r.tier == ir::Tier::Runtime) {
      note(at, "call", "done by the runtime: " + std::string(r.name));
    }
  }

  static std::string name_of(const Function* f) {
    if (f)
      for (const ir::NamedAttr& a : f->attrs)
        if (auto* text = std::get_if<std::string>(&a.value); text && a.name == "name") return "`" + *text + "`";
    return "a function";
  }

  // The elementwise operations of a loop that the compiler made, and on which lines they were written.
  std::string among(OpId loop) {
    std::vector<std::string> names;
    std::set<std::pair<uint32_t, std::string>> seen;
    std::set<int> lines;
    Line here = line_of(module_, f_->op(loop).span);
    for (RegionId body : f_->op(loop).regions)
      for (OpId id : f_->ops_below(body)) {
        const Op& op = f_->op(id);
        const OpRecord& r = ir::record(op.code);
        bool is_address = !op.results.empty() && f_->type(op.results[0]) == ir::Type::integer();
        if (r.tier != ir::Tier::Elementwise || is_address || r.name == "select") continue;
        Line at = line_of(module_, op.span);
        if (!seen.insert({op.span.index, std::string(r.name)}).second) continue;
        names.emplace_back(r.name);
        if (at.file == here.file && at.line && at.line != here.line) lines.insert(at.line);
      }
    std::string out = names.empty() ? "" : ": " + listed(names);
    for (int line : lines) out += (line == *lines.begin() ? ", with line " : ", ") + std::to_string(line);
    return out;
  }

  void kernel(OpId id, const Line& at) {
    size_t axes = f_->op(id).operands.size();
    std::string what = among(id);
    note(at, "fused", "one loop over " + std::to_string(axes) + (axes == 1 ? " axis" : " axes") + what);
  }

  void birth(OpId id, const Line& at) {
    if (f_->op(id).results.empty()) return;
    ir::ValueId array = f_->op(id).results[0];
    std::string type = users_text(f_->type(array));
    note(at, "allocated", released_.count(array) ? "a temporary " + type + ", freed in the function" : "a new " + type);
  }

  const Module& module_;
  const Function* f_ = nullptr;
  std::set<ir::ValueId> released_;
  std::set<std::pair<Line, std::string>> told_;
  std::map<Line, std::map<std::string, int>> checks_;
  std::vector<Note> notes_;
};

// ---- vector instructions, by line ----
// `!38 = !DILocation(line: 6, column: 17, scope: !4, inlinedAt: !40)`: the outermost line. `%5 = fmul <8 x double> …, !dbg
// !38`.
class VectorText {
 public:
  explicit VectorText(const std::string& text) {
    for (size_t at = 0, end = 0; at < text.size(); at = end + 1) {
      end = std::min(text.find('\n', at), text.size());
      std::string_view line(text.data() + at, end - at);
      if (line.starts_with("!")) location(line);
      if (line.starts_with("  %")) instruction(line);
    }
  }
  std::map<int, std::string> widest() const {
    std::map<int, std::pair<int, std::string>> best;
    for (const auto& [place, width, type] : found_) {
      auto& b = best[line_of(place)];
      if (width * bits(type) > b.first * bits(b.second)) b = {width, type};
    }
    std::map<int, std::string> out;
    for (const auto& [line, b] : best)
      if (line)
        out[line] = std::to_string(b.first) + " x " + (b.second == "double" ? "f64" : b.second == "float" ? "f32" : b.second);
    return out;
  }

 private:
  static int number_after(std::string_view line, std::string_view key) {
    size_t at = line.find(key);
    return at == std::string_view::npos ? -1 : atoi(std::string(line.substr(at + key.size(), 12)).c_str());
  }
  static int bits(const std::string& type) {
    return type == "double" ? 64 : type == "float" ? 32 : type.starts_with("i") ? atoi(type.c_str() + 1) : 0;
  }
  void location(std::string_view line) {
    size_t at = line.find("!DILocation(line: ");
    if (at != std::string_view::npos)
      places_[number_after(line, "!")] = {number_after(line, "(line: "), number_after(line, "inlinedAt: !")};
  }
  void instruction(std::string_view line) {
    static constexpr std::string_view arithmetic[] = {" fadd ", " fsub ", " fmul ", " fdiv ", " add ",  " sub ",  " mul ",
                                                      " xor ",  " and ",  " or ",   " call ", " fcmp ", " icmp ", " select "};
    size_t vector = line.find('<'), debug = line.rfind("!dbg !");
    if (vector == std::string_view::npos || debug == std::string_view::npos) return;
    std::string_view before = line.substr(0, vector);
    bool counts = false;
    for (std::string_view a : arithmetic) counts |= before.find(a) != std::string_view::npos;
    int width = atoi(std::string(line.substr(vector + 1, 6)).c_str());
    size_t by = line.find(" x ", vector), close = line.find('>', vector);
    if (!counts || width < 2 || by == std::string_view::npos || close < by) return;
    found_.push_back({number_after(line.substr(debug), "!dbg !"), width, std::string(line.substr(by + 3, close - by - 3))});
  }
  int line_of(int place) const {
    for (int depth = 0; depth < 64; ++depth) {
      auto it = places_.find(place);
      if (it == places_.end()) return 0;
      if (it->second.second < 0) return it->second.first;
      place = it->second.second;
    }
    return 0;
  }
  struct Found {
    int place, width;
    std::string type;
  };
  std::map<int, std::pair<int, int>> places_;  // metadata number → line, inlinedAt
  std::vector<Found> found_;
};

}  // namespace

std::vector<Note> explained(const Request& request) {
  Request own = request;
  own.options.debug = true;
  Journey j(own);
  j.to_tensor();
  j.to_optimized();
  j.to_loops();
  std::vector<Note> notes = Reader(j.module).read();
  std::string file = line_of(j.module, j.entry->span).file;
  for (const auto& [line, width] : VectorText(j.generated(AIC_CG_EMIT_LLVM)).widest())
    notes.push_back({file, line, "vectorised", "vectorised: " + width});
  std::stable_sort(notes.begin(), notes.end(),
                   [](const Note& a, const Note& b) { return std::tie(a.file, a.line) < std::tie(b.file, b.line); });
  return notes;
}

}  // namespace aic::bindings
