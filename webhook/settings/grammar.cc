#include "settings/grammar.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdlib>
#include <string>
#include <utility>

#include "base/strings.h"
#include "net/endpoint.h"

namespace connected_registry::settings {
namespace {

// Removes what the predicate accepts from the front and returns it.
template <typename Predicate>
std::string_view cut_front(std::string_view& text, Predicate predicate) {
  const auto* const end = std::find_if_not(text.begin(), text.end(), predicate);
  const std::string_view front = text.substr(0, static_cast<std::size_t>(end - text.begin()));
  text.remove_prefix(front.size());
  return front;
}

bool is_quantity_suffix(std::string_view text) {
  constexpr std::array<std::string_view, 16> kSuffixes = {"",  "Ki", "Mi", "Gi", "Ti", "Pi", "Ei", "n",
                                                          "u", "m",  "k",  "M",  "G",  "T",  "P",  "E"};
  if (std::find(kSuffixes.begin(), kSuffixes.end(), text) != kSuffixes.end()) return true;
  if (text.front() != 'e' && text.front() != 'E') return false;
  text.remove_prefix(1);
  if (!text.empty() && (text.front() == '+' || text.front() == '-')) text.remove_prefix(1);
  return all_of(text, is_digit);
}

// One part of a repository's path: runs of lower-case letters and digits, between them one '.', one or two
// '_', or any number of '-'.
bool is_path_part(std::string_view text) {
  const auto in_run = [](char c) { return is_digit(c) || is_lower(c); };
  if (cut_front(text, in_run).empty()) return false;
  while (!text.empty()) {
    const std::string_view separator = cut_front(text, [first = text.front()](char c) { return c == first; });
    const char kind = separator.front();
    const bool allowed =
        (kind == '.' && separator.size() == 1) || (kind == '_' && separator.size() <= 2) || kind == '-';
    if (!allowed || cut_front(text, in_run).empty()) return false;
  }
  return true;
}

bool is_tag(std::string_view text) {
  constexpr std::size_t kMaxTag = 128;
  const auto in_tag = [](char c) { return is_alphanumeric(c) || c == '_' || c == '.' || c == '-'; };
  return text.size() <= kMaxTag && all_of(text, in_tag) && text.front() != '.' && text.front() != '-';
}

}  // namespace

bool is_positive_quantity(std::string_view text) {
  if (!text.empty() && text.front() == '+') text.remove_prefix(1);
  const std::string_view mantissa = cut_front(text, [](char c) { return is_digit(c) || c == '.'; });
  const bool one_point = std::count(mantissa.begin(), mantissa.end(), '.') <= 1;
  const bool positive =
      std::any_of(mantissa.begin(), mantissa.end(), [](char c) { return c >= '1' && c <= '9'; });
  return one_point && positive && is_quantity_suffix(text);
}

std::optional<double> quantity_value(std::string_view text) {
  if (!is_positive_quantity(text)) return std::nullopt;
  if (text.front() == '+') text.remove_prefix(1);
  const std::string_view mantissa = cut_front(text, [](char c) { return is_digit(c) || c == '.'; });
  const double number = std::strtod(std::string(mantissa).c_str(), nullptr);
  constexpr std::array<std::pair<std::string_view, double>, 16> kScales{{
      {"", 1},
      {"Ki", 0x1p10},
      {"Mi", 0x1p20},
      {"Gi", 0x1p30},
      {"Ti", 0x1p40},
      {"Pi", 0x1p50},
      {"Ei", 0x1p60},
      {"n", 1e-9},
      {"u", 1e-6},
      {"m", 1e-3},
      {"k", 1e3},
      {"M", 1e6},
      {"G", 1e9},
      {"T", 1e12},
      {"P", 1e15},
      {"E", 1e18},
  }};
  const auto* const scale =
      std::find_if(kScales.begin(), kScales.end(), [&](const auto& each) { return each.first == text; });
  if (scale != kScales.end()) return number * scale->second;
  return number * std::pow(10.0, std::strtod(std::string(text.substr(1)).c_str(), nullptr));
}

bool is_repository(std::string_view text) {
  if (const std::size_t colon = text.find(':'); colon != std::string_view::npos) {
    if (!is_tag(text.substr(colon + 1))) return false;
    text = text.substr(0, colon);
  }
  const auto parts = split(text, '/');
  return std::all_of(parts.begin(), parts.end(), is_path_part);
}

bool is_image_host(std::string_view text) {
  const auto endpoint = net::Endpoint::parse(text);
  return endpoint && (text.find_first_of(".:") != std::string_view::npos || endpoint->host == "localhost");
}

bool is_object_name(std::string_view text) {
  constexpr std::size_t kMaxName = 253;
  const auto in_name = [](char c) { return is_lower(c) || is_digit(c) || c == '-' || c == '.'; };
  const auto at_end = [](char c) { return is_lower(c) || is_digit(c); };
  if (text.size() > kMaxName || !all_of(text, in_name) || !at_end(text.front()) || !at_end(text.back()))
    return false;
  for (const std::string_view wrong : {"..", ".-", "-."}) {
    if (text.find(wrong) != std::string_view::npos) return false;
  }
  return true;
}

bool is_registry_name(std::string_view text) {
  return text.size() >= 5 && text.size() <= 50 && all_of(text, is_alphanumeric);
}

}  // namespace connected_registry::settings
