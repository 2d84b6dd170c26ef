// Diagnostics: finding a table entry, filling in its text, and the form users see (API.md), at most 12 lines:
//
//   error[AIC2104]: cannot add `str` and `f64[:]`
//     --> filters.py:12:17
//      |
//   11 |     for row in rows:
//   12 |         total = name + row
//      |                 ^^^^^^^^^^ `name` is str (from line 8), `row` is f64[:]
//      = help: convert one side, e.g. `str(row)`
//
// Columns in the IR count characters from 0; the `-->` line counts from 1, as editors do. Carets are placed by display
// width: a tab is repeated as a tab, a wide character takes two columns.
#include "ir/diagnostics.h"

#include <algorithm>
#include <numeric>

#include "ir/diagnostics_table.h"

namespace aic::ir {

namespace {

constexpr size_t most_lines = 12;
constexpr int most_columns = 160;  // of a quoted line; more is cut on both sides of the mark

std::u32string decoded(std::string_view s) {
  std::u32string out;
  for (size_t k = 0; k < s.size();) {
    uint8_t c = uint8_t(s[k++]);
    int more = c >= 0xf0 ? 3 : c >= 0xe0 ? 2 : c >= 0xc0 ? 1 : 0;
    char32_t v = more == 3 ? c & 7 : more == 2 ? c & 15 : more == 1 ? c & 31 : c;
    for (; more > 0 && k < s.size(); --more) v = v << 6 | (uint8_t(s[k++]) & 63);
    out += v;
  }
  return out;
}

std::string encoded(std::u32string_view s) {
  std::string out;
  for (char32_t c : s) {
    if (c < 0x80) {
      out += char(c);
      continue;
    }
    int more = c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;
    out += char((more == 1 ? 0xc0 : more == 2 ? 0xe0 : 0xf0) | c >> (6 * more));
    while (more-- > 0) out += char(0x80 | ((c >> (6 * more)) & 63));
  }
  return out;
}

// The East Asian wide blocks and emoji take two columns, combining marks none.
int display_width(char32_t c) {
  if ((c >= 0x300 && c <= 0x36f) || (c >= 0x200b && c <= 0x200f) || (c >= 0xfe00 && c <= 0xfe0f)) return 0;
  bool wide = (c >= 0x1100 && c <= 0x115f) || (c >= 0x2e80 && c <= 0xa4cf) || (c >= 0xac00 && c <= 0xd7a3) ||
              (c >= 0xf900 && c <= 0xfaff) || (c >= 0xfe30 && c <= 0xfe6f) || (c >= 0xff00 && c <= 0xff60) ||
              (c >= 0xffe0 && c <= 0xffe6) || (c >= 0x1f300 && c <= 0x1faff) || (c >= 0x20000 && c <= 0x3fffd);
  return wide ? 2 : 1;
}

// One quoted line and the carets under columns [begin, end).
struct Quote {
  std::string line, marks;
};

Quote quote(const std::string& text, int begin, int end) {
  std::u32string line = decoded(text);
  while (!line.empty() && (line.back() == ' ' || line.back() == '\t' || line.back() == '\n' || line.back() == '\r'))
    line.pop_back();
  begin = std::clamp(begin, 0, int(line.size()));
  end = std::clamp(end, begin + 1, std::max(begin + 1, int(line.size())));
  if (int(line.size()) > most_columns) {
    int cut = std::max(0, std::min(begin - most_columns / 4, int(line.size()) - most_columns));
    line = (cut ? U"…" : U"") + line.substr(size_t(cut), size_t(most_columns)) +
           (cut + most_columns < int(line.size()) ? U"…" : U"");
    int moved = cut ? cut - 1 : 0;
    begin -= moved, end = std::min(end - moved, int(line.size()));
  }
  Quote q{encoded(line), {}};
  for (int k = 0; k < begin; ++k)
    q.marks += line[size_t(k)] == '\t' ? "\t" : std::string(size_t(display_width(line[size_t(k)])), ' ');
  for (int k = begin; k < end; ++k) q.marks.append(k < int(line.size()) ? size_t(display_width(line[size_t(k)])) : 1, '^');
  return q;
}

std::string one_line(std::string s) {
  std::replace(s.begin(), s.end(), '\n', ' ');
  return s;
}

std::string filled(std::string_view text, const std::vector<std::string>& arguments) {
  std::string out;
  for (size_t k = 0; k < text.size(); ++k) {
    bool hole = k + 2 < text.size() && text[k] == '{' && text[k + 1] >= '0' && text[k + 1] <= '9' && text[k + 2] == '}';
    if (!hole) {
      out += text[k];
      continue;
    }
    size_t which = size_t(text[k + 1] - '0');
    AIC_CHECK(which < arguments.size(), std::string(text));
    out += arguments[which];
    k += 2;
  }
  return out;
}

}  // namespace

std::string Diagnostic::text() const {
  std::string code = std::to_string(info ? info->code : 0);
  std::string out = "error[AIC" + std::string(4 - std::min<size_t>(4, code.size()), '0') + code + "]: " + one_line(message);
  size_t used = 1;
  std::string gutter = " ";
  if (!file.empty() && position.line > 0) {
    std::string number = std::to_string(line());
    gutter.assign(number.size() + 1, ' ');
    out += "\n" + std::string(number.size(), ' ') + "--> " + file + ":" + number + ":" + std::to_string(position.column + 1);
    used += 1;
    if (size_t(position.line) <= lines.size()) {
      const std::string& marked = lines[size_t(position.line) - 1];
      int end = position.end_line == position.line ? position.end_column : int(marked.size());
      Quote q = quote(marked, position.column, end);
      out += "\n" + gutter + "|";
      if (position.line > 1) {
        std::string before = std::to_string(line() - 1);
        out += "\n" + std::string(number.size() - before.size(), ' ') + before + " | " +
               quote(lines[size_t(position.line) - 2], 0, 1).line;
        used += 1;
      }
      out += "\n" + number + " | " + q.line + "\n" + gutter + "| " + q.marks + (label.empty() ? "" : " " + one_line(label));
      used += 3;
    }
  }
  size_t room = most_lines - used - (help.empty() ? 0 : 1);
  for (size_t k = 0; k < std::min(room, notes.size()); ++k) {
    const auto& [where, note] = notes[k];
    out += "\n" + gutter + "= note: " + (where.line > 0 ? "line " + std::to_string(first_line + where.line - 1) + ": " : "") +
           one_line(note);
  }
  if (!help.empty()) out += "\n" + gutter + "= help: " + one_line(help);
  return out;
}

const DiagnosticInfo& diagnostic_info(std::string_view name) {
  for (const DiagnosticInfo& info : diagnostic_table)
    if (info.name == name) return info;
  internal_error("no such diagnostic", __FILE__, __LINE__, std::string(name));
}

Diagnostic diagnose(const Module& m, SpanId span, std::string_view name, const std::vector<std::string>& arguments,
                    std::string label) {
  const DiagnosticInfo& info = diagnostic_info(name);
  Diagnostic d;
  d.info = &info;
  d.arguments = arguments;
  d.message = filled(info.message, arguments);
  d.help = filled(info.help, arguments);
  d.label = std::move(label);
  d.place(m, span);
  return d;
}

void Diagnostic::place(const Module& m, SpanId span) {
  const Source& source = m.source_of(span);
  file = source.file;
  function = source.function;
  first_line = source.first_line;
  lines = source.lines;
  position = m.position(span);
}

// Edit distance with neighbouring letters swapped counting one; a third of the letters may differ.
std::string closest(std::string_view name, const std::vector<std::string>& known) {
  std::string best;
  size_t best_distance = std::max<size_t>(1, name.size() / 3) + 1;
  std::vector<size_t> before_last, last, row;
  for (const std::string& k : known) {
    if (k == name || k.size() + best_distance <= name.size() || name.size() + best_distance <= k.size()) continue;
    last.resize(k.size() + 1);
    std::iota(last.begin(), last.end(), size_t(0));
    before_last = last;
    for (size_t i = 1; i <= name.size(); ++i) {
      row.assign(k.size() + 1, i);
      for (size_t j = 1; j <= k.size(); ++j) {
        row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (name[i - 1] != k[j - 1])});
        if (i > 1 && j > 1 && name[i - 1] == k[j - 2] && name[i - 2] == k[j - 1])
          row[j] = std::min(row[j], before_last[j - 2] + 1);
      }
      std::swap(before_last, last);
      std::swap(last, row);
    }
    if (last[k.size()] < best_distance) best_distance = last[k.size()], best = k;
  }
  return best;
}

}  // namespace aic::ir
