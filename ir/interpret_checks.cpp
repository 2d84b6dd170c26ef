// Checks, and the messages of what they raise: the record's `message` with {0}, {1}… for operands and {name} for
// attributes; {shapes} of check.broadcast and {shape0}, {shape1} of check.assignable are shapes put together from extents.
#include "ir/interpret_internal.h"

#include <cmath>

namespace aic::ir::interpreter {

static std::string shape_text(const std::vector<int64_t>& shape) {
  std::string s = "(";
  for (size_t k = 0; k < shape.size(); ++k) s += (k ? "," : "") + std::to_string(shape[k]);
  return s + (shape.size() == 1 ? ",)" : ")");
}
static std::vector<std::vector<int64_t>> split(const std::vector<int64_t>& extents, const std::vector<int64_t>& ranks) {
  std::vector<std::vector<int64_t>> shapes;
  size_t from = 0;
  for (int64_t rank : ranks) {
    shapes.emplace_back(extents.begin() + std::ptrdiff_t(from), extents.begin() + std::ptrdiff_t(from + size_t(rank)));
    from += size_t(rank);
  }
  AIC_CHECK(from == extents.size(), "extents that do not make up the ranks");
  return shapes;
}

std::string Frame::attribute_text(OpId id, const std::string& name) const {
  const Attr* a = f_.find_attr(id, name);
  if (!a) return "";
  if (const int64_t* i = std::get_if<int64_t>(a)) return std::to_string(*i);
  if (const Type* t = std::get_if<Type>(a)) return std::string(numpy_name(t->dtype()));
  return f_.text_attr(id, name);
}

// Replaces each {…}; what is put in is not looked at again.
static std::string filled(std::string_view pattern, const std::function<std::string(const std::string&)>& part) {
  std::string out;
  while (!pattern.empty()) {
    size_t open = pattern.find('{'), close = pattern.find('}', open == std::string_view::npos ? 0 : open);
    if (open == std::string_view::npos || close == std::string_view::npos) return out + std::string(pattern);
    out += pattern.substr(0, open);
    out += part(std::string(pattern.substr(open + 1, close - open - 1)));
    pattern.remove_prefix(close + 1);
  }
  return out;
}

void Frame::raise(OpId id, const std::string& exception, const std::string& message) {
  auto part = [&](const std::string& name) -> std::string {
    if (!name.empty() && isdigit(uint8_t(name[0]))) return text(in(id, size_t(std::stoi(name))));
    if (name == "shapes" || name == "shape0" || name == "shape1") {
      std::vector<std::vector<int64_t>> shapes = split(integers(id, 0), f_.list_attr(id, "ranks"));
      if (name != "shapes") return shape_text(shapes.at(name == "shape1"));
      std::string all;
      for (const std::vector<int64_t>& s : shapes) all += (all.empty() ? "" : " ") + shape_text(s);
      return all;
    }
    if (name == "dtype" && !f_.find_attr(id, name) && !at(id).results.empty())
      return std::string(numpy_name(result_type(id).dtype()));
    return attribute_text(id, name);
  };
  throw Raised{filled(exception, part), filled(message, part), &f_, id};
}

// {message} may itself hold {0}, {1}….
void Frame::raise_record(OpId id) {
  const OpRecord& r = record(at(id).code);
  std::string message(r.message);
  bool own = message == "{message}" || f_.find_attr(id, "message"), named = f_.find_attr(id, "exception");
  raise(id, named ? attribute_text(id, "exception") : std::string(r.exception), own ? attribute_text(id, "message") : message);
}

bool Frame::check(OpId id) {
  OpCode c = at(id).code;
  if (c == "check.index"_op) return check_index(id), true;
  if (c == "check.overflow"_op) return check_overflow(id), true;
  if (c == "check.convert"_op) return check_convert(id), true;
  if (c == "check.broadcast"_op) return check_broadcast(id), true;
  if (c == "check.assignable"_op) return check_assignable(id), true;
  if (c == "check.zero"_op) {
    if (!scalar(id, 0).truth()) raise_record(id);
    return result(id, in(id, 0)), true;
  }
  if (c == "check.fits"_op) {
    Scalar x = Scalar::integer(integer(id, 0), result_type(id).dtype());
    bool fits = x.i == integer(id, 0) && !(x.dtype == DType::U64 && x.i < 0);
    if (!fits) raise_record(id);
    return result(id, x), true;
  }
  if (c == "check.true"_op) {
    if (!scalar(id, 0).truth()) raise_record(id);
    return true;
  }
  if (c == "check.bound"_op) {
    if (!scalar(id, 0).truth()) raise_record(id);
    return result(id, in(id, 1)), true;
  }
  return c == "check.depth"_op;  // calls count
}

void Frame::check_index(OpId id) {
  int64_t i = integer(id, 0), n = integer(id, 1);
  if (i < 0) i += n;
  if (i < 0 || i >= n) raise_record(id);
  result(id, Scalar::integer(i));
}

// In 128 bits; a power or a shift stops as soon as it does not fit.
void Frame::check_overflow(OpId id) {
  const std::string& op = f_.text_attr(id, "op");
  __int128 x = integer(id, 0), y = at(id).operands.size() > 1 ? integer(id, 1) : 0, r = 0;
  auto fits = [](__int128 v) { return v >= INT64_MIN && v <= INT64_MAX; };
  if (op == "add")
    r = x + y;
  else if (op == "subtract")
    r = x - y;
  else if (op == "multiply")
    r = x * y;
  else if (op == "negative")
    r = -x;
  else if (op == "absolute")
    r = x < 0 ? -x : x;
  else if (op == "floor_divide")
    r = y == -1 ? -x : evaluate("floor_divide"_op, std::array{scalar(id, 0), scalar(id, 1)}.data()).i;
  else if (op == "left_shift") {
    AIC_CHECK(y >= 0);
    r = x == 0 ? 0 : y > 63 ? __int128(INT64_MAX) + 1 : x * (__int128(1) << int(y));
  } else if (op == "power") {
    AIC_CHECK(y >= 0);
    bool small = x >= -1 && x <= 1;
    r = 1;
    for (__int128 k = 0; k < (small ? y % 2 + (y > 0 && x == 0) : y) && fits(r); ++k) r *= x;
  } else {
    internal_error("check.overflow of an unknown op", __FILE__, __LINE__, op);
  }
  if (!fits(r)) raise_record(id);
  result(id, Scalar::integer(int64_t(r)));
}

void Frame::check_convert(OpId id) {
  double x = scalar(id, 0).re;
  if (std::isnan(x)) raise(id, "ValueError", "cannot convert float NaN to integer");
  if (std::isinf(x)) raise_record(id);
  if (!(std::trunc(x) >= -0x1p63 && std::trunc(x) < 0x1p63))
    raise(id, "OverflowError", "result of int does not fit in 64 bits");
  result(id, convert(scalar(id, 0), DType::I64));
}

void Frame::check_broadcast(OpId id) {
  std::vector<int64_t> out(at(id).results.size(), 1);
  for (const std::vector<int64_t>& s : split(integers(id, 0), f_.list_attr(id, "ranks")))
    for (size_t k = 0; k < s.size(); ++k) {
      int64_t& e = out.at(out.size() - s.size() + k);
      if (e != s[k] && e != 1 && s[k] != 1) raise_record(id);
      if (e == 1) e = s[k];
    }
  for (size_t k = 0; k < out.size(); ++k) result(id, Scalar::integer(out[k]), k);
}

// A source may have more axes than the target if the first ones have extent 1.
void Frame::check_assignable(OpId id) {
  std::vector<std::vector<int64_t>> shapes = split(integers(id, 0), f_.list_attr(id, "ranks"));
  const std::vector<int64_t>&source = shapes.at(0), &target = shapes.at(1);
  for (size_t k = 0; k < source.size(); ++k) {
    size_t from_end = source.size() - k;
    bool fits = from_end > target.size() ? source[k] == 1 : source[k] == 1 || source[k] == target[target.size() - from_end];
    if (!fits) raise_record(id);
  }
}

}  // namespace aic::ir::interpreter
