// "{0.name[key]!r:>{width}}".format(…), "%-*d" % …: the fields of a format string that is known when it is compiled.
#include <algorithm>

#include "typeinfer/frame.h"

namespace aic::typeinfer {

struct FormatString {
  struct Percent;
  Frame& frame;
  const Frame::Arguments& arguments;
  const Value* mapping;  // of format_map, where fields are its items
  int64_t next = 0;      // the number of the next field without a name; -1 once fields are numbered
  bool wrong = false;    // an error is raised where the pieces would be joined

  // A text with its fields; nested: within a specification.
  Value expand(const std::string& f, int depth = 0) {
    Values pieces;
    std::string plain;
    for (size_t k = 0; k < f.size() && !wrong; ++k) {
      bool twice = k + 1 < f.size() && f[k + 1] == f[k];
      if ((f[k] != '{' && f[k] != '}') || twice) {
        plain += f[k];
        k += twice && (f[k] == '{' || f[k] == '}');
        continue;
      }
      if (f[k] == '}' || k + 1 == f.size()) {
        error("ValueError", std::string("Single '") + f[k] + "' encountered in format string");
        break;
      }
      size_t end = closing(f, k);
      if (end == std::string::npos) {
        error("ValueError", "expected '}' before end of string");
        break;
      }
      if (depth == 2) {
        error("ValueError", "Max string recursion exceeded");
        break;
      }
      if (!plain.empty()) pieces.push_back(text(std::exchange(plain, "")));
      if (Value v = field(f.substr(k + 1, end - k - 1), depth); !wrong) pieces.push_back(v);
      k = end;
    }
    if (wrong) return {};
    if (!plain.empty()) pieces.push_back(text(plain));
    return pieces.empty() ? text("") : frame.joined(pieces);
  }

 private:
  void error(const std::string& exception, const std::string& message) {
    if (!std::exchange(wrong, true)) frame.raise(exception, message);
  }
  // The brace that closes the one at `open`; within a key braces are letters.
  static size_t closing(const std::string& f, size_t open) {
    bool key = false, name = true;
    int depth = 0;
    for (size_t k = open; k < f.size(); ++k) {
      if (key) {
        key = f[k] != ']';
      } else if (f[k] == '{') {
        ++depth;
      } else if (f[k] == '}') {
        if (--depth == 0) return k;
      } else if (depth == 1 && name) {
        key = f[k] == '[';
        name = f[k] != ':' && f[k] != '!';
      }
    }
    return std::string::npos;
  }
  Value field(const std::string& f, int depth) {
    size_t end = 0;  // of the name
    for (bool key = false; end < f.size() && (key || (f[end] != ':' && f[end] != '!')); ++end)
      key = key ? f[end] != ']' : f[end] == '[';
    std::string name = f.substr(0, end), conversion, spec = end < f.size() ? f.substr(end + 1) : "";
    if (end < f.size() && f[end] == '!') {
      conversion = spec.substr(0, 1);
      spec = spec.size() > 1 ? spec.substr(1) : "";
      if (!spec.empty() && spec[0] != ':') return error("ValueError", "expected ':' after conversion specifier"), Value{};
      if (conversion.find_first_of("sra") != 0)
        return error("ValueError",
                     conversion.empty() ? "unmatched '{' in format spec" : "Unknown conversion specifier " + conversion),
               Value{};
      spec = spec.empty() ? "" : spec.substr(1);
    }
    Value v = named(name);
    if (wrong) return {};
    v = frame.converted(v, conversion);
    Value how = expand(spec, depth + 1);
    return wrong ? Value{} : frame.formatted(v, how);
  }
  static bool is_number(const std::string& s) {
    return !s.empty() && s.size() < 10 && std::all_of(s.begin(), s.end(), [](char c) { return isdigit(uint8_t(c)); });
  }
  Value named(const std::string& whole) {
    size_t at = std::min(whole.find_first_of(".["), whole.size());
    Value v = first(whole.substr(0, at));
    while (!wrong && at < whole.size()) {
      bool key = whole[at] == '[';
      size_t end = key ? whole.find(']', at) : std::min(whole.find_first_of(".[", at + 1), whole.size());
      if (end == std::string::npos) return error("ValueError", "Missing ']' in format string"), Value{};
      std::string part = whole.substr(at + 1, end - at - 1);
      if (part.empty()) return error("ValueError", "Empty attribute in format string"), Value{};
      if (key && end + 1 < whole.size() && whole[end + 1] != '.' && whole[end + 1] != '[')
        return error("ValueError", "Only '.' or '[' may follow ']' in format field specifier"), Value{};
      if (key)
        v = frame.get_item(v, is_number(part) ? integer(std::stoll(part)) : text(part));
      else
        v = frame.attribute(v, part);
      at = end + key;
    }
    return v;
  }
  Value first(const std::string& name) {
    if (!name.empty() && !is_number(name)) {
      if (mapping) return frame.get_item(*mapping, text(name));
      for (auto& [key, value] : arguments.keywords)
        if (key == name) return value;
      for (auto& [key, value] : arguments.keywords)
        if (key == "**") return frame.get_item(value, text(name));
      return error("KeyError", name), Value{};
    }
    if (name.empty() ? next < 0 : next > 0)
      return error("ValueError", name.empty() ? "cannot switch from manual field specification to automatic field numbering"
                                              : "cannot switch from automatic field numbering to manual field specification"),
             Value{};
    if (mapping) return error("ValueError", "Format string contains positional fields"), Value{};
    int64_t number = name.empty() ? next++ : std::stoll(name);
    if (!name.empty()) next = -1;
    if (number < int64_t(arguments.positional.size())) return arguments.positional[size_t(number)];
    return error("IndexError", "Replacement index " + std::to_string(number) + " out of range for positional args tuple"),
           Value{};
  }
};

Value Frame::format_method(const std::string& f, const Arguments& a, bool of_mapping) {
  if (of_mapping && (a.positional.size() != 1 || !a.keywords.empty()))
    fail("call-arguments", {"str.format_map() takes exactly one argument (" + std::to_string(a.positional.size()) + " given)"});
  for (auto& [spread, table] : a.keywords)
    for (auto& [key, value] : a.keywords)
      if (spread == "**" && key != "**")
        check(inverse(as_type(truth(contains(text(key), table)), Type::boolean())), "TypeError",
              "str.format() got multiple values for keyword argument '" + key + "'");
  FormatString format{*this, a, of_mapping ? &a.positional[0] : nullptr};
  return format.expand(f);
}

// "%-*d|%s" % (…): a field of a format string that is known when it is compiled.
struct FormatString::Percent {
  std::string flags, width;  // `*` in the width or precision: the next of the stars
  char kind = 0;
  Values stars;

  [[nodiscard]] bool has(char flag) const { return flags.find(flag) != std::string::npos; }
  [[nodiscard]] bool is_one_of(std::string_view kinds) const { return kinds.find(kind) != std::string_view::npos; }

  Value shown(Frame& f, const Value& given) const {
    Value v = f.zero_rank_loaded(given);
    std::string sign;
    const bool whole = is_one_of("diuxXo");
    if (!is_one_of("srac")) {
      if (!typeinfer::is_number(v) && v.kind != Kind::Pair) f.fail("unsupported-operand", {"%", describe(v)});
      if (has('+') || has(' ')) sign += has('+') ? '+' : ' ';
      if (has('#')) sign += '#';
      if (whole && width.find('.') != std::string::npos) f.fail("unsupported", {"a precision for whole numbers"});
      v = whole ? f.to_int(v) : f.to_float(v);
    }
    if (kind == 'c' && !is_text(v)) v = f.text_op("str.of_code"_op, {f.code_point(v)});
    if (is_one_of("sra")) v = f.converted(v, std::string(1, kind));
    return stars.empty() ? aligned(f, v, sign, has('-'), {}) : starred(f, v, sign);
  }

 private:
  Value aligned(Frame& f, const Value& v, const std::string& sign, bool left, const Values& widths) const {
    const bool zeros = has('0') && !left, of_number = !is_one_of("srac");
    Values how{text((left ? "<" : is_one_of("sra") || !zeros ? ">" : "") + sign + (zeros && of_number ? "0" : ""))};
    size_t star = 0;
    for (char w : width) how.push_back(w == '*' ? f.as_text(widths[star++], false) : text(std::string(1, w)));
    how.push_back(text(!of_number ? "" : std::string(1, is_one_of("diu") ? 'd' : kind)));
    const bool bare = width.empty() && !left && !zeros && sign.empty() && is_text(v);
    return bare ? v : f.formatted(v, f.joined(how));
  }
  // A width below 0 stands for the flag `-`; a precision below 0 is 0.
  Value starred(Frame& f, const Value& v, const std::string& sign) const {
    Values widths;
    for (const Value& s : stars) widths.push_back(f.to_int(s));
    auto is_negative = [&](const Value& n) { return f.test("less"_op, f.materialise(n), f.ints(0)); };
    if (width[0] != '*' || widths.size() > 1) {
      const Value precision = widths.back();
      widths.back() = f.choose(is_negative(precision), [] { return integer(0); }, [&] { return precision; });
    }
    if (width[0] != '*') return aligned(f, v, sign, has('-'), widths);
    Values turned = widths;
    turned[0] = f.unary("-", turned[0]);
    return f.choose(
        is_negative(widths[0]), [&] { return aligned(f, v, sign, true, turned); },
        [&] { return aligned(f, v, sign, has('-'), widths); });
  }
};

Value Frame::percent_format(const std::string& f, const Value& given) {
  Values arguments = given.kind == Kind::Tuple ? given.parts : Values{given};
  Values pieces;
  std::string plain;
  size_t used = 0;
  const bool is_mapping = is_table(given) && given.type.flavour() == "dict";
  bool of_mapping = false;  // `%(name)s`
  for (size_t k = 0; k < f.size(); ++k) {
    if (f[k] != '%') {
      plain += f[k];
      continue;
    }
    if (k + 1 < f.size() && f[k + 1] == '%') {
      plain += f[++k];
      continue;
    }
    FormatString::Percent field;
    std::string key;
    const bool named = k + 1 < f.size() && f[k + 1] == '(' && is_mapping && f.find(')', k) != std::string::npos;
    if (named) {
      key = f.substr(k + 2, f.find(')', k) - k - 2);
      k = f.find(')', k);
    }
    of_mapping |= named;
    while (++k < f.size() && std::string_view("-+ #0").find(f[k]) != std::string_view::npos) field.flags += f[k];
    while (k < f.size() && (isdigit(uint8_t(f[k])) || f[k] == '.' || f[k] == '*')) field.width += f[k++];
    if (k >= f.size() || std::string_view("diuxXoeEfFgGsrac").find(f[k]) == std::string_view::npos)
      fail("unsupported", {"this `%` format"});
    field.kind = f[k];
    if ((named && used) || (of_mapping && !named)) fail("unsupported", {"a `%` format of a dict's items and of the dict"});
    for (size_t star = field.width.find('*'); star != std::string::npos; star = field.width.find('*', star + 1)) {
      if (named) fail("unsupported", {"this `%` format"});
      if (used == arguments.size()) break;
      field.stars.push_back(arguments[used++]);
      const Value& s = field.stars.back();
      if (!is_number(s) || !(type_of(s).is(TypeKind::Int) || type_of(s).is(TypeKind::Bool)))
        return raise("TypeError", "* wants int"), Value{};
    }
    if (!named && used == arguments.size()) {
      raise("TypeError", "not enough arguments for format string");
      return Value{};
    }
    if (!plain.empty()) pieces.push_back(text(std::exchange(plain, "")));
    const Value value = named ? get_item(given, text(key)) : arguments[used++];
    if (value.kind == Kind::Never) return value;
    pieces.push_back(named ? split(value, [&](const Value& one) { return field.shown(*this, one); })
                           : field.shown(*this, value));
  }
  if (used < arguments.size() && !is_mapping) {
    raise("TypeError", "not all arguments converted during string formatting");
    return Value{};
  }
  if (!plain.empty()) pieces.push_back(text(plain));
  return joined(pieces);
}

}  // namespace aic::typeinfer
