// Characters that are only compared are compared as numbers, and no string is made for them.
//
//   %x = str.char %s, %i               %x = str.at %s, %i
//   %y = str.char %t, %j        →      %y = str.at %t, %j
//   %e = str.equal %x, %y              %e = equal %x, %y
//
// Likewise what orders two characters, what a character is (`isdigit`), and whether it is one of a few (`c in "+-*/"`).
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
      if (is(f_, id, "str.compare"_op)) changed_ |= order(id);
      if (is(f_, id, "str.at"_op)) changed_ |= look(id);
      if (is(f_, id, "str.is"_op)) changed_ |= ask(id);
      if (is(f_, id, "str.length"_op)) changed_ |= measure(id);
      if (is(f_, id, "str.find"_op)) changed_ |= seek(id);
    }
    return changed_;
  }

 private:
  // The number of UTF-8 characters of a constant, and the first one.
  struct Text {
    size_t length = 0;
    int64_t first = 0;
    std::string bytes;
  };
  std::optional<Text> constant(ValueId v) const {
    OpId def = f_.defining_op(v);
    if (!is(f_, def, "const"_op)) return std::nullopt;
    Text t;
    t.bytes = f_.text_attr(def, "value");
    const std::string& text = t.bytes;
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
  // Characters stand in the order of their code points.
  bool order(OpId id) {
    std::optional<Text> texts[2] = {constant(f_.op(id).operands[0]), constant(f_.op(id).operands[1])};
    ValueId points[2] = {};
    for (int k = 0; k < 2; ++k) {
      if (texts[k] && texts[k]->length != 1) return false;
      if (!texts[k] && !(points[k] = code_point(f_.op(id).operands[size_t(k)]))) return false;
    }
    Builder b = Builder::before(f_, id);
    b.span = f_.op(id).span;
    for (int k = 0; k < 2; ++k)
      if (texts[k]) points[k] = b.integer(texts[k]->first);
    ValueId more = b.make("greater"_op, {points[0], points[1]}, Type::boolean());
    ValueId less = b.make("less"_op, {points[0], points[1]}, Type::boolean());
    ValueId up = b.make("select"_op, {more, b.integer(1), b.integer(0)}, Type::integer());
    return replace(id, b.make("select"_op, {less, b.integer(-1), up}, Type::integer()));
  }
  bool ask(OpId id) {
    ValueId p = code_point(f_.op(id).operands[0]);
    if (!p) return false;
    Builder b = Builder::before(f_, id);
    b.span = f_.op(id).span;
    return replace(id, b.make("str.code_is"_op, {p, f_.op(id).operands[1]}, Type::boolean()));
  }
  bool measure(OpId id) {
    if (!is(f_, f_.defining_op(f_.op(id).operands[0]), "str.char"_op)) return false;
    Builder b = Builder::before(f_, id);
    b.span = f_.op(id).span;
    return replace(id, b.integer(1));
  }
  // In all of a short constant: which of its characters it is, the first of equal ones.
  bool seek(OpId id) {
    constexpr size_t few = 8;
    const Op& op = f_.op(id);
    std::optional<Text> text = constant(op.operands[0]);
    if (!text || text->length != text->bytes.size() || text->length > few || !covers(id, int64_t(text->length))) return false;
    ValueId p = code_point(op.operands[1]);
    if (!p) return false;
    Builder b = Builder::before(f_, id);
    b.span = op.span;
    ValueId place = b.integer(-1);
    for (size_t k = text->length; k-- > 0;) {
      ValueId same = b.make("equal"_op, {p, b.integer(text->bytes[k])}, Type::boolean());
      place = b.make("select"_op, {same, b.integer(int64_t(k)), place}, Type::integer());
    }
    return replace(id, place);
  }
  [[nodiscard]] bool covers(OpId id, int64_t length) const {
    auto is_number = [&](ValueId v, int64_t n) {
      OpId def = f_.defining_op(v);
      return is(f_, def, "const"_op) && f_.type(v) == Type::integer() && f_.int_attr(def, "value") == n;
    };
    return is_number(f_.op(id).operands[2], 0) && is_number(f_.op(id).operands[3], length);
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
