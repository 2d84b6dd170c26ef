// The numbers that lists and tuples in one another hold: which dtypes an array of them may have, and the array.
#pragma once
#include "typeinfer/frame.h"

namespace aic::typeinfer {

struct ListNumbers {
  ListNumbers(Frame&, const Value& list);
  // Whether the dtype of an array made of this is known at run time only.
  static bool is_open(Frame&, const Value&);
  // As many arrays as dtypes are possible; which one it is, is known at run time.
  Value array(std::optional<DType> given, const std::function<Value(DType)>& filled);

 private:
  struct Result {
    DType dtype;
    std::vector<int64_t> met;  // sets of dtypes of open_ that make it this one
  };
  void walk(const Value&, size_t depth);
  void note(int64_t met);
  void look_through(const Value&, const Value& seen);

  Frame& f_;
  std::string wrong_;  // why there is no array of it
  const Value& whole_;
  std::optional<size_t> depth_;
  std::vector<Type> certain_;  // of numbers of one type
  std::vector<DType> open_;    // of unions: some of these
  std::vector<Result> results_;
};

}  // namespace aic::typeinfer
