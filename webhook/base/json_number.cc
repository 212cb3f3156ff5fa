#include "base/json_number.h"

#include <charconv>
#include <cmath>
#include <cstdlib>
#include <string>

namespace connected_registry::json {
namespace {

template <typename Whole>
std::optional<Number> whole_number(std::string_view text) {
  Whole value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace

std::optional<Number> read_number(std::string_view text) {
  if (text.size() > kMaxNumberLength) return std::nullopt;
  if (const auto whole = whole_number<std::int64_t>(text)) return whole;
  if (const auto whole = whole_number<std::uint64_t>(text)) return whole;
  // Unlike from_chars, strtod distinguishes a number that is too small, which is zero, from one that is too
  // large. The program sets no locale with another decimal point.
  const double value = std::strtod(std::string(text).c_str(), nullptr);
  if (!std::isfinite(value)) return std::nullopt;
  return value;
}

}  // namespace connected_registry::json
