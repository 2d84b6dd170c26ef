// Text in: reads what print.cpp writes. The names of ops are the records', so there is no table here. Positions in the
// text become nodes of sources made on the way.
#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <map>

#include "ir/module.h"
#include "ir/ops/table.h"

namespace aic::ir {

namespace {

bool is_word(char c) { return isalnum(uint8_t(c)) || c == '_' || c == '.' || c == '$' || c == '<' || c == '>'; }
bool is_name(char c) { return isalnum(uint8_t(c)) || c == '_' || c == '.'; }

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text), rest_(text), module_(std::make_unique<Module>()) {}

  std::unique_ptr<Module> run() {
    try {
      Form form = Form::Tensor;
      for (skip(); !rest_.empty(); skip()) {
        if (eat_word("form"))
          form = read_form();
        else if (eat_word("func"))
          function(form);
        else if (eat_word("source"))
          source();
        else
          fail("expected `func`, `form` or `source`");
      }
    } catch (const Error& e) {
      std::string_view before = text_.substr(0, text_.size() - rest_.size());
      size_t line = size_t(std::count(before.begin(), before.end(), '\n')) + 1;
      size_t column = before.size() - (before.rfind('\n') == std::string_view::npos ? 0 : before.rfind('\n') + 1);
      throw Error("line " + std::to_string(line) + ", column " + std::to_string(column) + ": " + e.what());
    }
    return std::move(module_);
  }

 private:
  [[noreturn]] void fail(const std::string& what) { throw Error(what + ", found `" + std::string(rest_.substr(0, 24)) + "`"); }

  // ---- characters ----
  void skip() {
    for (;;) {
      size_t n = rest_.find_first_not_of(" \t\r\n");
      rest_.remove_prefix(std::min(n, rest_.size()));
      if (!rest_.starts_with(';')) return;
      rest_.remove_prefix(std::min(rest_.find('\n'), rest_.size()));
    }
  }
  bool peek(std::string_view s) {
    skip();
    return rest_.starts_with(s);
  }
  bool eat(std::string_view s) {
    if (!peek(s)) return false;
    rest_.remove_prefix(s.size());
    return true;
  }
  bool eat_word(std::string_view s) { return peek(s) && (rest_.size() == s.size() || !is_name(rest_[s.size()])) && eat(s); }
  void expect(std::string_view s) {
    if (!eat(s)) fail("expected `" + std::string(s) + "`");
  }
  std::string_view read_while(bool (*accept)(char)) {
    size_t n = 0;
    while (n < rest_.size() && accept(rest_[n])) ++n;
    std::string_view w = rest_.substr(0, n);
    rest_.remove_prefix(n);
    return w;
  }
  std::string_view name() {
    skip();
    std::string_view w = read_while(is_name);
    if (w.empty()) fail("expected a name");
    return w;
  }
  int integer() {
    skip();
    int v = 0;
    auto [end, error] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), v);
    if (error != std::errc()) fail("expected an integer");
    rest_.remove_prefix(size_t(end - rest_.data()));
    return v;
  }
  Type type() {
    skip();
    return parse_type(rest_);
  }

  // ---- attributes ----
  std::string string() {
    expect("\"");
    std::string out;
    while (!rest_.empty() && rest_[0] != '"') {
      char c = rest_[0];
      rest_.remove_prefix(1);
      if (c == '\\') c = escape();
      out += c;
    }
    expect("\"");
    return out;
  }
  char escape() {
    if (rest_.empty()) fail("expected a character after `\\`");
    char c = rest_[0];
    rest_.remove_prefix(1);
    if (c == 'n') return '\n';
    if (c != 'x') return c;
    int v = 0;
    if (rest_.size() < 2 || std::from_chars(rest_.data(), rest_.data() + 2, v, 16).ptr != rest_.data() + 2)
      fail("expected two hex digits");
    rest_.remove_prefix(2);
    return char(v);
  }
  Attr number() {
    skip();
    size_t n = rest_.find_first_not_of("+-0123456789.einfaxp");
    std::string_view w = rest_.substr(0, n);
    int64_t i = 0;
    auto [end, error] = std::from_chars(w.data(), w.data() + w.size(), i);
    if (error == std::errc() && end == w.data() + w.size()) return rest_.remove_prefix(w.size()), i;
    std::string copy(w);
    char* stop = nullptr;
    double d = std::strtod(copy.c_str(), &stop);
    if (stop == copy.c_str()) fail("expected a value");
    rest_.remove_prefix(size_t(stop - copy.c_str()));
    return d;
  }
  Attr list() {
    std::vector<int64_t> integers;
    std::vector<std::string> strings;
    while (!eat("]")) {
      if (peek("\"")) {
        strings.push_back(string());
      } else {
        Attr a = number();
        if (!std::holds_alternative<int64_t>(a)) fail("expected an integer in a list");
        integers.push_back(std::get<int64_t>(a));
      }
      if (!eat(",") && !peek("]")) fail("expected `]`");
    }
    if (!strings.empty()) return strings;
    return integers;
  }
  Attr attribute() {
    if (peek("\"")) return string();
    if (eat("[")) return list();
    if (eat_word("type")) return type();
    if (eat("@")) return Symbol{std::string(read_while(is_word))};
    return number();
  }
  // `{` begins attributes when a name and `=` follow, else a region.
  bool at_attributes() {
    if (!peek("{")) return false;
    std::string_view saved = rest_;
    eat("{");
    skip();
    bool found = !read_while(is_name).empty() && peek("=");
    rest_ = saved;
    return found;
  }
  std::vector<NamedAttr> attributes() {
    std::vector<NamedAttr> attrs;
    if (!at_attributes()) return attrs;
    expect("{");
    do {
      std::string key(name());
      expect("=");
      attrs.push_back({key, attribute()});
    } while (eat(","));
    expect("}");
    return attrs;
  }

  // ---- functions ----
  Form read_form() {
    std::string_view w = name();
    if (w == "py") return Form::Py;
    if (w == "tensor") return Form::Tensor;
    if (w == "loop") return Form::Loop;
    fail("expected py, tensor or loop");
  }
  void function(Form form) {
    expect("@");
    std::string symbol(read_while(is_word));
    if (module_->find(symbol)) fail("a second function @" + symbol);
    f_ = &module_->add_function(symbol, form);
    values_.clear();
    expect("(");
    arguments(f_->body(), ")");
    expect("->");
    expect("(");
    while (!eat(")")) {
      f_->result_types.push_back(type());
      if (!eat(",") && !peek(")")) fail("expected `)`");
    }
    f_->attrs = attributes();
    std::erase_if(f_->attrs, [&](const NamedAttr& a) {
      if (a.name != "source") return false;
      f_->source = uint32_t(std::get<int64_t>(a.value));
      return true;
    });
    make_source(f_->source);
    expect("{");
    ops(f_->body());
  }
  void arguments(RegionId r, std::string_view end) {
    while (!eat(end)) {
      expect("%");
      std::string n(read_while(is_name));
      expect(":");
      define(n, f_->add_argument(r, type()));
      if (!eat(",") && !peek(end)) fail("expected `" + std::string(end) + "`");
    }
  }
  void define(const std::string& n, ValueId v) {
    if (!values_.emplace(n, v).second) fail("%" + n + " is defined twice");
  }
  void ops(RegionId r) {
    while (!eat("}")) op(r);
  }
  void region(OpId owner) {
    expect("{");
    RegionId r = f_->new_region(owner);
    if (eat("(")) {
      arguments(r, ")");
      expect(":");
    }
    ops(r);
  }
  ValueId operand() {
    expect("%");
    std::string n(read_while(is_name));
    auto it = values_.find(n);
    if (it == values_.end()) fail("%" + n + " is not defined");
    return it->second;
  }
  void op(RegionId r) {
    std::vector<std::string> results;
    if (peek("%")) {
      do {
        expect("%");
        results.emplace_back(read_while(is_name));
      } while (eat(","));
      expect("=");
    }
    OpCode code{};
    std::string mnemonic(name());
    if (!find_op(mnemonic, code)) fail("no operator is called `" + mnemonic + "`");
    std::vector<ValueId> operands;
    // An op without operands may be followed by a line that begins with `%`.
    if (!record(code).operands.empty() && peek("%")) do
        operands.push_back(operand());
      while (eat(","));
    OpId id = f_->new_op(code, operands, {}, {}, attributes());
    f_->append(r, id);
    f_->reserve_label(f_->int_attr(id, "label"));
    while (peek("{")) region(id);
    if (!results.empty()) {
      expect(":");
      for (size_t k = 0; k < results.size(); ++k) {
        if (k) expect(",");
        define(results[k], f_->add_result(id, type()));
      }
    }
    if (eat("@")) f_->set_span(id, span());
  }

  // ---- spans ----
  void make_source(uint32_t k) {
    while (module_->sources.size() <= k) module_->sources.emplace_back();
    // Node 0 stays free: (source 0, node 0) is the unknown span.
    if (module_->sources[k].positions.empty()) module_->sources[k].positions.emplace_back();
  }
  // source 2 "/home/me/filters.py" "smooth" 12
  void source() {
    auto k = uint32_t(integer());
    if (k > 1'000'000) fail("expected the number of a source");
    make_source(k);
    Source& s = module_->sources[k];
    s.file = string();
    s.function = string();
    s.first_line = int(integer());
  }
  SpanId span() {
    SpanInfo s{.source = f_->source, .node = 0, .inlined_at = {}};
    if (eat("[")) {
      s.source = uint32_t(integer());
      expect("]");
    }
    Position p;
    p.line = integer();
    expect(":");
    p.column = integer();
    expect("-");
    p.end_line = p.line;
    p.end_column = integer();
    if (rest_.starts_with(':')) {
      eat(":");
      p.end_line = p.end_column;
      p.end_column = integer();
    }
    if (rest_.starts_with('^')) {
      eat("^");
      s.inlined_at = span();
    }
    make_source(s.source);
    std::vector<Position>& positions = module_->sources[s.source].positions;
    auto [it, added] = nodes_.try_emplace({s.source, p.line, p.column, p.end_line, p.end_column}, positions.size());
    if (added) positions.push_back(p);
    s.node = uint32_t(it->second);
    return module_->intern_span(s);
  }

  std::string_view text_, rest_;
  std::unique_ptr<Module> module_;
  Function* f_ = nullptr;
  std::map<std::string, ValueId, std::less<>> values_;
  std::map<std::tuple<uint32_t, int, int, int, int>, size_t> nodes_;
};

}  // namespace

std::unique_ptr<Module> parse(std::string_view text) { return Parser(text).run(); }

}  // namespace aic::ir
