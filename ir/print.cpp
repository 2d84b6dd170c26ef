// Text out. Values are numbered in print order, so that equal programs print equally; parse.cpp reads all of it back.
#include <charconv>
#include <cmath>
#include <unordered_map>

#include "ir/module.h"
#include "ir/ops/table.h"

namespace aic::ir {

namespace {

std::string quoted(const std::string& s) {
  static constexpr char hex[] = "0123456789abcdef";
  std::string out = "\"";
  for (char c : s) {
    if (c == '"' || c == '\\')
      out += '\\', out += c;
    else if (c == '\n')
      out += "\\n";
    else if (uint8_t(c) < 0x20)
      out += "\\x", out += hex[uint8_t(c) >> 4], out += hex[c & 15];
    else
      out += c;
  }
  return out + '"';
}

std::string number_text(double v) {
  if (std::isnan(v)) return std::signbit(v) ? "-nan" : "nan";
  if (std::isinf(v)) return v < 0 ? "-inf" : "inf";
  char buffer[40];
  std::string s(buffer, std::to_chars(buffer, buffer + sizeof buffer, v).ptr);  // shortest that reads back
  return s.find_first_of(".e") == std::string::npos ? s + ".0" : s;
}

struct AttrText {
  std::string operator()(int64_t v) const { return std::to_string(v); }
  std::string operator()(double v) const { return number_text(v); }
  std::string operator()(const std::string& s) const { return quoted(s); }
  std::string operator()(Type t) const { return "type " + t.text(); }
  std::string operator()(const Symbol& s) const { return "@" + s.name; }
  std::string operator()(const std::vector<int64_t>& v) const {
    std::string out = "[";
    for (size_t k = 0; k < v.size(); ++k) out += (k ? ", " : "") + std::to_string(v[k]);
    return out + "]";
  }
  std::string operator()(const std::vector<std::string>& v) const {
    std::string out = "[";  // an empty list prints as one of integers; `list_attr` and text lists both read it as empty
    for (size_t k = 0; k < v.size(); ++k) out += (k ? ", " : "") + quoted(v[k]);
    return out + "]";
  }
};

class Printer {
 public:
  explicit Printer(const Function& f) : f_(f) {}

  void function() {
    out_ += "func @" + f_.name() + "(";
    arguments(f_.body());
    out_ += ") -> (";
    for (size_t k = 0; k < f_.result_types.size(); ++k) out_ += (k ? ", " : "") + f_.result_types[k].text();
    out_ += ")";
    std::vector<NamedAttr> attrs = f_.attrs;
    if (f_.source) attrs.push_back({"source", int64_t(f_.source)});
    attributes(attrs);
    out_ += " {\n";
    ops(f_.body(), 1);
    out_ += "}\n";
  }
  void op(OpId id, int depth) {
    const Op& op = f_.op(id);
    out_.append(size_t(depth) * 2, ' ');
    for (size_t k = 0; k < op.results.size(); ++k) out_ += (k ? ", " : "") + name(op.results[k]);
    if (!op.results.empty()) out_ += " = ";
    out_ += op_names[size_t(op.code)];
    for (size_t k = 0; k < op.operands.size(); ++k) out_ += (k ? ", " : " ") + name(op.operands[k]);
    attributes(op.attrs);
    for (RegionId r : op.regions) region(r, depth);
    for (size_t k = 0; k < op.results.size(); ++k) out_ += (k ? ", " : " : ") + f_.type(op.results[k]).text();
    span(op.span);
    out_ += '\n';
  }
  std::string take() { return std::move(out_); }

 private:
  std::string name(ValueId v) {
    auto [it, _] = names_.try_emplace(v, names_.size());
    return "%" + std::to_string(it->second);
  }
  void arguments(RegionId r) {
    const std::vector<ValueId>& arguments = f_.region(r).arguments;
    for (size_t k = 0; k < arguments.size(); ++k)
      out_ += (k ? ", " : "") + name(arguments[k]) + ": " + f_.type(arguments[k]).text();
  }
  void attributes(const std::vector<NamedAttr>& attrs) {
    if (attrs.empty()) return;
    out_ += " {";
    for (size_t k = 0; k < attrs.size(); ++k)
      out_ += (k ? ", " : "") + attrs[k].name + " = " + std::visit(AttrText{}, attrs[k].value);
    out_ += "}";
  }
  void region(RegionId r, int depth) {
    out_ += " {\n";
    if (!f_.region(r).arguments.empty()) {
      out_.append(size_t(depth + 1) * 2, ' ');
      out_ += "(";
      arguments(r);
      out_ += "):\n";
    }
    ops(r, depth + 1);
    out_.append(size_t(depth) * 2, ' ');
    out_ += "}";
  }
  void ops(RegionId r, int depth) {
    for (OpId id = f_.region(r).first; id; id = f_.op(id).next) op(id, depth);
  }
  // @12:5-17, over lines @12:5-14:3; [k] before it names another source than the function's; ^ leads to where it was inlined.
  void span(SpanId id) {
    for (const char* sign = " @"; id && id.index; sign = "^") {
      const SpanInfo& s = f_.module().spans[id.index];
      Position p = f_.module().position(id);
      out_ += sign;
      if (s.source != f_.source) out_ += "[" + std::to_string(s.source) + "]";
      out_ += std::to_string(p.line) + ":" + std::to_string(p.column) + "-";
      if (p.end_line != p.line) out_ += std::to_string(p.end_line) + ":";
      out_ += std::to_string(p.end_column);
      id = s.inlined_at;
    }
  }

  const Function& f_;
  std::string out_;
  std::unordered_map<ValueId, size_t> names_;
};

constexpr std::string_view form_names[] = {"py", "tensor", "loop"};

}  // namespace

std::string print(const Function& f) {
  Printer p(f);
  p.function();
  return p.take();
}

std::string print(const Function& f, OpId id) {
  Printer p(f);
  p.op(id, 0);
  return p.take();
}

std::string print(const Module& m) {
  std::string out;
  std::string_view form;
  for (const std::unique_ptr<Function>& f : m.functions) {
    if (form != form_names[int(f->form())]) {
      form = form_names[int(f->form())];
      out += "form " + std::string(form) + "\n";
    }
    out += "\n" + print(*f);
  }
  return out;
}

}  // namespace aic::ir
