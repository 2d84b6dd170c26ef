// Makes a failing module smaller: tries to leave out ops, arms and loops one at a time, as long as the failure stays.
#pragma once
#include <functional>
#include <string>

namespace aic::fuzz {

[[nodiscard]] std::string reduced(const std::string& text, const std::function<bool(const std::string&)>& fails);

}  // namespace aic::fuzz
