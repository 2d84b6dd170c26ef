// Characters that are only compared are compared as numbers, and no string is made for them.
//
//   %x = str.char %s, %i               %x = str.at %s, %i
//   %y = str.char %t, %j        →      %y = str.at %t, %j
//   %e = str.equal %x, %y              %e = equal %x, %y
//
// The code point is read where the character was taken, so that a loop around the comparison alone reads it once. A constant
// is a number, too; one of another length than 1 is never equal. `ord` of a character is its code point. The strings that
// nobody asks for any longer fall to dce. After inlining: comparisons of library functions see their characters then.
#include <optional>
#include <unordered_map>

#include "ir/builder.h"
#include "passes/effects.h"
#include "passes/passes.h"

namespace aic::passes {
using namespace ir;

namespace {
class Characters {
 public:
  explicit Characters(Function& f) : f_(f) {}
  bool run() {
    for (OpId id : f_.ops_below(f_.body())) {
      if (is(f_, id, "str.equal"_op)) changed_ |= compare(id);
      if (is(f_, id, "str.at"_op)) changed_ |= look(id);
    }
    return changed_;
  }

 private:
  // The number of UTF-8 characters of a constant, and the first one.
  struct Text {
    size_t length = 0;
    int64_t first = 0;
  };
  std::optional<Text> constant(ValueId v) const {
    OpId def = f_.defining_op(v);
    if (!is(f_, def, "const"_op)) return std::nullopt;
    const std::string text = f_.text_attr(def, "value");
    Text t;
    for (size_t k = 0; k < text.size(); ++k) {
      auto c = uint8_t(text[k]);
      bool more = (c & 0xc0) == 0x80;
      t.length += !more;
      if (t.length == 1)
        t.first = more ? t.first << 6 | (c & 0x3f) : c < 0x80 ? c : c < 0xe0 ? c & 0x1f : c < 0xf0 ? c & 0xf : c & 7;
    }
    return t;
  }
  ValueId code_point(ValueId v) {
    OpId def = f_.defining_op(v);
    if (!is(f_, def, "str.char"_op)) return {};
    ValueId& known = code_points_[v];
    if (!known) {
      Builder b = Builder::after(f_, def);
      b.span = f_.op(def).span;
      known = b.make("str.at"_op, f_.op(def).operands, Type::integer());
    }
    return known;
  }

  bool replace(OpId id, ValueId v) {
    f_.replace_uses(f_.op(id).results[0], v);
    f_.erase(id);
    return true;
  }
  bool compare(OpId id) {
    ValueId x = f_.op(id).operands[0], y = f_.op(id).operands[1];
    Builder b = Builder::before(f_, id);
    b.span = f_.op(id).span;
    std::optional<Text> text = constant(y);
    if (!text && (text = constant(x))) std::swap(x, y);
    ValueId p = code_point(x);
    if (!p) return false;
    if (text && text->length != 1) return replace(id, b.integer(0, Type::boolean()));
    ValueId q = text ? b.integer(text->first) : code_point(y);
    return q && replace(id, b.make("equal"_op, {p, q}, Type::boolean()));
  }
  // Of a character, at 0: there is no other place in it.
  bool look(OpId id) {
    ValueId p = code_point(f_.op(id).operands[0]);
    return p && replace(id, p);
  }

  Function& f_;
  std::unordered_map<ValueId, ValueId> code_points_;
  bool changed_ = false;
};
}  // namespace

bool characters(Function& f, PassContext&) { return Characters(f).run(); }

}  // namespace aic::passes
