#include "settings/grammar.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdlib>
#include <string>
#include <utility>

#include "net/address.h"

namespace connected_registry::settings {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_lower(char c) {
  return c >= 'a' && c <= 'z';
}
bool is_letter(char c) {
  return is_lower(c) || (c >= 'A' && c <= 'Z');
}
bool is_alphanumeric(char c) {
  return is_digit(c) || is_letter(c);
}

template <typename Predicate>
bool all(std::string_view text, Predicate predicate) {
  return !text.empty() && std::all_of(text.begin(), text.end(), predicate);
}

// Takes what the predicate accepts off the front.
template <typename Predicate>
std::string_view take(std::string_view& text, Predicate predicate) {
  const auto* const end = std::find_if_not(text.begin(), text.end(), predicate);
  const std::string_view taken = text.substr(0, static_cast<std::size_t>(end - text.begin()));
  text.remove_prefix(taken.size());
  return taken;
}

bool is_quantity_suffix(std::string_view text) {
  constexpr std::array<std::string_view, 16> kSuffixes = {"",  "Ki", "Mi", "Gi", "Ti", "Pi", "Ei", "n",
                                                          "u", "m",  "k",  "M",  "G",  "T",  "P",  "E"};
  if (std::find(kSuffixes.begin(), kSuffixes.end(), text) != kSuffixes.end()) return true;
  if (text.front() != 'e' && text.front() != 'E') return false;
  text.remove_prefix(1);
  if (!text.empty() && (text.front() == '+' || text.front() == '-')) text.remove_prefix(1);
  return all(text, is_digit);
}

// "10m", "1h30m": what follows "@every ".
bool is_duration(std::string_view text) {
  if (text.empty()) return false;
  while (!text.empty()) {
    if (take(text, is_digit).empty() || text.empty()) return false;
    if (text.front() != 's' && text.front() != 'm' && text.front() != 'h') return false;
    text.remove_prefix(1);
  }
  return true;
}

// One part of a repository's path: runs of lower-case letters and digits, between them one '.', one or two
// '_', or any number of '-'.
bool is_path_part(std::string_view text) {
  const auto in_run = [](char c) { return is_digit(c) || is_lower(c); };
  if (take(text, in_run).empty()) return false;
  while (!text.empty()) {
    const std::string_view separator = take(text, [first = text.front()](char c) { return c == first; });
    const char kind = separator.front();
    const bool allowed =
        (kind == '.' && separator.size() == 1) || (kind == '_' && separator.size() <= 2) || kind == '-';
    if (!allowed || take(text, in_run).empty()) return false;
  }
  return true;
}

bool is_tag(std::string_view text) {
  constexpr std::size_t kMaxTag = 128;
  const auto in_tag = [](char c) { return is_alphanumeric(c) || c == '_' || c == '.' || c == '-'; };
  return text.size() <= kMaxTag && all(text, in_tag) && text.front() != '.' && text.front() != '-';
}

bool is_host_name(std::string_view text) {
  constexpr std::size_t kMaxName = 253;
  constexpr std::size_t kMaxLabel = 63;
  if (text.empty() || text.size() > kMaxName) return false;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find('.', begin), text.size());
    const std::string_view label = text.substr(begin, end - begin);
    const auto in_label = [](char c) { return is_alphanumeric(c) || c == '-'; };
    if (label.size() > kMaxLabel || !all(label, in_label)) return false;
    if (label.front() == '-' || label.back() == '-') return false;
    begin = end + 1;
  }
  // Digits and dots alone are meant as an IPv4 address.
  if (all(text, [](char c) { return is_digit(c) || c == '.'; })) return net::Address::parse(text).has_value();
  return true;
}

bool is_port(std::string_view text) {
  constexpr int kMaxPort = 65535;
  if (text.size() > 5 || !all(text, is_digit)) return false;
  int port = 0;
  for (const char c : text) port = port * 10 + (c - '0');
  return port >= 1 && port <= kMaxPort;
}

}  // namespace

bool is_positive_quantity(std::string_view text) {
  if (!text.empty() && text.front() == '+') text.remove_prefix(1);
  const std::string_view mantissa = take(text, [](char c) { return is_digit(c) || c == '.'; });
  const bool one_point = std::count(mantissa.begin(), mantissa.end(), '.') <= 1;
  const bool positive =
      std::any_of(mantissa.begin(), mantissa.end(), [](char c) { return c >= '1' && c <= '9'; });
  return one_point && positive && is_quantity_suffix(text);
}

std::optional<double> quantity_value(std::string_view text) {
  if (!is_positive_quantity(text)) return std::nullopt;
  if (text.front() == '+') text.remove_prefix(1);
  const std::string_view mantissa = take(text, [](char c) { return is_digit(c) || c == '.'; });
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

bool is_schedule(std::string_view text) {
  constexpr std::string_view kEvery = "@every ";
  constexpr std::array<std::string_view, 7> kNames = {"@hourly",  "@daily",  "@midnight", "@weekly",
                                                      "@monthly", "@yearly", "@annually"};
  if (text.starts_with(kEvery)) return is_duration(text.substr(kEvery.size()));
  if (text.starts_with('@')) return std::find(kNames.begin(), kNames.end(), text) != kNames.end();
  constexpr int kFields = 5;
  const auto in_field = [](char c) {
    return is_alphanumeric(c) || std::string_view("*?/,-").find(c) != std::string_view::npos;
  };
  for (int field = 1; field <= kFields; ++field) {
    if (take(text, in_field).empty()) return false;
    if (field < kFields && take(text, [](char c) { return c == ' '; }).empty()) return false;
  }
  return text.empty();
}

bool is_repository(std::string_view text) {
  if (const std::size_t colon = text.find(':'); colon != std::string_view::npos) {
    if (!is_tag(text.substr(colon + 1))) return false;
    text = text.substr(0, colon);
  }
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find('/', begin), text.size());
    if (!is_path_part(text.substr(begin, end - begin))) return false;
    begin = end + 1;
  }
  return true;
}

bool is_endpoint(std::string_view text) {
  if (text.starts_with('[')) {
    const std::size_t close = text.find(']');
    if (close == std::string_view::npos) return false;
    const auto address = net::Address::parse(text.substr(1, close - 1));
    const std::string_view rest = text.substr(close + 1);
    return address && !address->is_ipv4() &&
           (rest.empty() || (rest.front() == ':' && is_port(rest.substr(1))));
  }
  const std::size_t colon = text.find(':');
  if (colon != std::string_view::npos && !is_port(text.substr(colon + 1))) return false;
  return is_host_name(text.substr(0, colon));
}

bool is_image_host(std::string_view text) {
  return is_endpoint(text) && (text.find_first_of(".:") != std::string_view::npos || text == "localhost");
}

bool is_object_name(std::string_view text) {
  constexpr std::size_t kMaxName = 253;
  const auto in_name = [](char c) { return is_lower(c) || is_digit(c) || c == '-' || c == '.'; };
  const auto at_end = [](char c) { return is_lower(c) || is_digit(c); };
  if (text.size() > kMaxName || !all(text, in_name) || !at_end(text.front()) || !at_end(text.back()))
    return false;
  for (const std::string_view wrong : {"..", ".-", "-."}) {
    if (text.find(wrong) != std::string_view::npos) return false;
  }
  return true;
}

bool is_registry_name(std::string_view text) {
  return text.size() >= 5 && text.size() <= 40 && all(text, is_alphanumeric);
}

}  // namespace connected_registry::settings
