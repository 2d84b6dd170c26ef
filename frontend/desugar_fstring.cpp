// f"a{x!r:>5}b{y:{w}}" → py.format %x, %y, %w' {parts = ["a", "b", ""], conversions = ["r", ""], specs = [">5", ""],
// dynamic = [1]}: n + 1 texts around n values; a spec that holds values is a py.format of its own, given after them.
#include "frontend/lower.h"

namespace aic::frontend {

ValueId Lowering::formatted(const Node& n) {
  std::vector<std::string> parts{""}, conversions, specs;
  std::vector<int64_t> dynamic;
  std::vector<ValueId> values, spec_values;
  for (const Node* piece : n.list(Field::values)) {
    if (piece->is(Kind::Constant)) {
      parts.back() += piece->constant.text;
      continue;
    }
    values.push_back(expression(piece->at(Field::value)));
    conversions.push_back(piece->number > 0 ? std::string(1, char(piece->number)) : "");
    parts.emplace_back();
    specs.emplace_back();
    const Node* spec = piece->child(Field::format_spec);
    if (!spec) continue;
    bool is_text = true;
    for (const Node* p : spec->list(Field::values)) is_text &= p->is(Kind::Constant);
    if (is_text) {
      for (const Node* p : spec->list(Field::values)) specs.back() += p->constant.text;
    } else {
      dynamic.push_back(int64_t(values.size()) - 1);
      spec_values.push_back(formatted(*spec));
    }
  }
  values.insert(values.end(), spec_values.begin(), spec_values.end());
  std::vector<ir::NamedAttr> attrs{{"parts", parts}};
  if (!conversions.empty()) attrs.push_back({"conversions", conversions}), attrs.push_back({"specs", specs});
  if (!dynamic.empty()) attrs.push_back({"dynamic", dynamic});
  return make(n, "py.format"_op, values, std::move(attrs));
}

}  // namespace aic::frontend
