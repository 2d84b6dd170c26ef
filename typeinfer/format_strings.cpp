// "{0.name[key]!r:>{width}}".format(…): the fields of a format string that is known when it is compiled.
#include <algorithm>

#include "typeinfer/frame.h"

namespace aic::typeinfer {

struct FormatString {
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
  FormatString format{*this, a, of_mapping ? &a.positional[0] : nullptr};
  return format.expand(f);
}

}  // namespace aic::typeinfer
