// Functions and signatures: see generate.h.
#include "tests/fuzz/ir/generate.h"

namespace aic::fuzz {

using namespace ir;

Type Generator::number_type() {
  if (random_.chance(50)) return python_type();
  return Type::scalar(likely_dtype());
}

Type Generator::parameter_type(bool entry) {
  if (random_.chance(45)) return number_type();
  if (!entry && random_.chance(12)) return Type::str();
  int rank = random_.one_of({0, 1, 1, 1, 2, 2, 3});
  Layout layout = random_.chance(60) ? Layout::C : random_.one_of({Layout::F, Layout::Inner, Layout::Strided});
  return Type::array(likely_dtype(), rank, layout, entry && random_.chance(8));
}

Type Generator::result_type() {
  std::vector<Type> elements;
  int n = random_.between(1, 4);
  for (int k = 0; k < n; ++k) {
    Type t = number_type();
    if (random_.chance(45))
      t = Type::array(likely_dtype(), random_.one_of({1, 1, 2, 2, 3, 0}),
                      random_.one_of({Layout::C, Layout::C, Layout::Strided, Layout::F}));
    if (random_.chance(6)) t = Type::none();
    if (random_.chance(8)) t = Type::str();
    if (random_.chance(8)) t = Type::union_of(std::array{Type::integer(), Type::floating(), Type::none()});
    elements.push_back(t);
  }
  return n == 1 && random_.chance(50) ? elements[0] : Type::tuple(elements);
}

// A call of the function itself, where there is depth left.
void Generator::recurse() {
  const Signature self = signatures_.back();
  OpId check = b().op("check.depth"_op, {}, {});
  static_cast<void>(check);
  ValueId more = make("greater"_op, {recursion_, b().integer(0)}, Type::boolean());
  OpId branch = b().op("if"_op, {more}, {self.result}, {}, 2);
  RegionId outside = here_;
  size_t items = pool_.size(), tags = tags_.size();
  here_ = f_->op(branch).regions[0];
  ValueId less = make("subtract"_op, {recursion_, b().integer(1)}, Type::integer(), {{"exact", int64_t(1)}});
  std::vector<ValueId> arguments{less};
  for (size_t k = 1; k < self.parameters.size(); ++k) arguments.push_back(value({self.parameters[k], {}, true}));
  ValueId r = b().make("call"_op, arguments, self.result, {{"callee", Symbol{self.name}}});
  b().op("yield"_op, {r}, {});
  pool_.resize(items), tags_.resize(tags);
  here_ = f_->op(branch).regions[1];
  ValueId other = value({self.result, {}, true});
  b().op("yield"_op, {other}, {});
  pool_.resize(items), tags_.resize(tags);
  here_ = outside;
  add_result(f_->op(branch).results[0]);
}

void Generator::function(const std::string& name, bool entry, bool recursive) {
  f_ = &m_.add_function(name, Form::Tensor);
  here_ = f_->body();
  pool_.clear(), tags_.clear(), loops_.clear();
  depth_ = 0;
  result_ = result_type();
  f_->result_types = {result_};
  Signature s{name, {}, result_, recursive};
  int n = random_.between(entry ? 2 : 1, entry ? 6 : 4);
  std::vector<ValueId> parameters;
  for (int k = 0; k < n; ++k) {
    Type t = recursive && k == 0 ? Type::integer() : parameter_type(entry);
    s.parameters.push_back(t);
    parameters.push_back(f_->add_argument(f_->body(), t));
  }
  f_->attrs.push_back({"name", name});
  if (entry) f_->attrs.push_back({"entry", int64_t(1)});
  if (entry && random_.chance(50)) f_->attrs.push_back({"noalias", int64_t(1)});
  if (entry && random_.chance(50)) f_->attrs.push_back({"small", int64_t(1)});
  tags_.push_back(b().integer(1));
  std::vector<int64_t> axes;
  std::vector<int> shared(4, -1);  // the numbers of axes that the entry's arrays have in common
  for (int k = 0; k < n; ++k) {
    Type t = s.parameters[size_t(k)];
    if (!t.is_array()) {
      add(parameters[size_t(k)]);
      continue;
    }
    std::vector<int> tags;
    for (int axis = 0; axis < t.rank(); ++axis) {
      int which = random_.chance(60) ? 1 : random_.one_of({0, 2, 3});
      if (!entry) {
        tags.push_back(fresh_axis(parameters[size_t(k)], axis));
        continue;
      }
      axes.push_back(which);
      if (which && shared[size_t(which)] < 0) shared[size_t(which)] = fresh_axis(parameters[size_t(k)], axis);
      tags.push_back(which ? shared[size_t(which)] : 0);
    }
    add_array(parameters[size_t(k)], tags, !t.readonly());
  }
  if (entry) f_->attrs.push_back({"axes", axes});
  left_ = entry ? random_.between(6, 40) : random_.between(2, 12);
  signatures_.push_back(s);
  recursion_ = recursive ? parameters[0] : ValueId{};
  if (recursive) recurse();
  bool ended = block(left_);
  if (!ended) return_now();
  if (entry) signatures_.pop_back();
}

void Generator::module() {
  int callees = random_.one_of({0, 0, 1, 1, 2});
  for (int k = 0; k < callees; ++k) function("f." + std::to_string(k), false, random_.chance(35));
  function("main", true, false);
}

std::unique_ptr<Module> generate(uint64_t seed) {
  auto m = std::make_unique<Module>();
  Random random(seed);
  Generator(*m, random).module();
  return m;
}

}  // namespace aic::fuzz
