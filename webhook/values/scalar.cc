#include "values/scalar.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <limits>
#include <system_error>
#include <utility>
#include <variant>

#include "base/base64.h"
#include "base/strings.h"
#include "values/source_text.h"

namespace connected_registry::values {
namespace {

constexpr std::string_view kYaml = "tag:yaml.org,2002:";
constexpr double kExact = 9007199254740992;  // 2^53: up to it, a double holds every integer

template <std::size_t kSize>
bool is_one_of(std::string_view text, const std::array<std::string_view, kSize>& words) {
  return std::find(words.begin(), words.end(), text) != words.end();
}

constexpr std::array<std::string_view, 11> kTrue{"y",    "Y",    "yes", "Yes", "YES", "true",
                                                 "True", "TRUE", "on",  "On",  "ON"};
constexpr std::array<std::string_view, 11> kFalse{"n",     "N",     "no",  "No",  "NO", "false",
                                                  "False", "FALSE", "off", "Off", "OFF"};
constexpr std::array<std::string_view, 5> kNull{"", "~", "null", "Null", "NULL"};
constexpr std::array<std::string_view, 12> kNoJson{".nan",  ".NaN",  ".NAN",  ".inf",  ".Inf",  ".INF",
                                                   "+.inf", "+.Inf", "+.INF", "-.inf", "-.Inf", "-.INF"};

Node boolean(bool truth) {
  Node node;
  node.kind = Node::Kind::kBool;
  node.truth = truth;
  return node;
}

Node whole_number(std::int64_t value) {
  Node node;
  node.kind = Node::Kind::kInteger;
  node.integer = value;
  return node;
}

Node other_number(double value) {
  Node node;
  node.kind = Node::Kind::kNumber;
  node.number = value;
  return node;
}

// Returns the digits of a whole double as Go writes them in JSON: the shortest that give the double again,
// and zeros up to the point.
std::string digits_of(double value) {
  std::array<char, 32> buffer{};
  const auto written =
      std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, std::chars_format::scientific);
  const std::string_view text(buffer.data(), static_cast<std::size_t>(written.ptr - buffer.data()));
  const std::size_t exponent = text.find('e');
  std::string digits(text.substr(0, exponent));
  std::erase(digits, '.');
  int places = 0;
  std::from_chars(text.data() + exponent + 2, text.data() + text.size(), places);
  const std::size_t sign = digits.starts_with('-') ? 1 : 0;
  digits.resize(std::max(digits.size(), static_cast<std::size_t>(places) + 1 + sign), '0');
  return digits;
}

// Numbers go through JSON on their way into helm and kubectl. So 1e3 is 1000 to both, and helm reads each
// number as a double.
Node number(double value, NumberForm form) {
  constexpr double kLongestInteger = 1e21;  // Go writes larger doubles with an exponent
  if (value != std::floor(value)) return other_number(value);
  if (std::abs(value) <= kExact) return whole_number(static_cast<std::int64_t>(value));
  if (form == NumberForm::kHelm || std::abs(value) >= kLongestInteger) return other_number(value);
  const auto exact = json::read_number(digits_of(value));
  const bool fits = exact && !std::holds_alternative<double>(*exact);
  return fits ? number_value(*exact, form) : other_number(value);
}

// Reads digits of a base, all of the text. More than 64 bits are no integer to Go.
std::optional<json::Number> digits(std::string_view text, int base, bool has_sign, bool negative) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  constexpr std::uint64_t kLowest = std::uint64_t{1} << 63U;
  if (negative && value > kLowest) return std::nullopt;
  if (negative) return static_cast<std::int64_t>(0 - value);
  if (value < kLowest) return static_cast<std::int64_t>(value);
  if (has_sign) return std::nullopt;  // to Go, only a number of 64 bits without a sign is unsigned
  return value;
}

// strconv.ParseInt(text, 0, 64) of Go: 0x, 0o, 0b, and a leading 0 for octal.
std::optional<json::Number> integer(std::string_view text) {
  const bool negative = text.starts_with('-');
  const bool sign = negative || text.starts_with('+');
  text.remove_prefix(sign ? 1 : 0);
  if (text.size() < 2 || text.front() != '0') return digits(text, 10, sign, negative);
  switch (std::tolower(static_cast<unsigned char>(text[1]))) {
    case 'x':
      return digits(text.substr(2), 16, sign, negative);
    case 'o':
      return digits(text.substr(2), 8, sign, negative);
    case 'b':
      return digits(text.substr(2), 2, sign, negative);
    default:
      return digits(text.substr(1), 8, sign, negative);
  }
}

// [-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?
bool is_decimal(std::string_view text) {
  std::size_t at = 0;
  const auto skip_digits = [&] {
    const std::size_t begin = at;
    while (at < text.size() && is_digit(text[at])) ++at;
    return at - begin;
  };
  if (at < text.size() && (text[at] == '-' || text[at] == '+')) ++at;
  const std::size_t whole = skip_digits();
  std::size_t fraction = 0;
  if (at < text.size() && text[at] == '.') {
    ++at;
    fraction = skip_digits();
  }
  if (whole == 0 && fraction == 0) return false;
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    ++at;
    if (at < text.size() && (text[at] == '-' || text[at] == '+')) ++at;
    if (skip_digits() == 0) return false;
  }
  return at == text.size();
}

// Of a decimal that no double holds, whether it is so for being too small.
bool is_below_one(std::string_view text) {
  const std::size_t exponent = text.find_first_of("eE");
  if (exponent != std::string_view::npos) return text[exponent + 1] == '-';
  return text.substr(0, text.find('.')).find_first_of("123456789") == std::string_view::npos;
}

std::optional<double> decimal(std::string_view text) {
  if (!is_decimal(text)) return std::nullopt;
  if (text.starts_with('+')) text.remove_prefix(1);
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  // Too near to zero is zero, to Go; too large is no number, and so a text.
  if (error == std::errc::result_out_of_range && is_below_one(text)) return 0.0;
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

bool is_integer(std::string text) {
  std::erase(text, '_');
  return integer(text).has_value();
}

// A number by its first character, or nothing: the word is a text then.
std::optional<json::Number> numeral(std::string_view text) {
  const char first = text.front();
  if (first == '.') return decimal(text);
  if (!is_digit(first) && first != '+' && first != '-') return std::nullopt;
  std::string plain(text);
  std::erase(plain, '_');
  const std::optional<json::Number> value = integer(plain);
  if (value) return value;
  return decimal(plain);
}

// strconv.FormatFloat(value, 'g', -1, 32) of Go, which gives keys of maps their names.
std::string name_of(double value) {
  constexpr int kLeast = -4;
  constexpr int kMost = 6;
  const auto single = static_cast<float>(value);
  if (std::isinf(single)) return single < 0 ? "-.inf" : ".inf";
  std::array<char, 64> buffer{};
  const auto text = [&](std::chars_format format) {
    const auto written = std::to_chars(buffer.data(), buffer.data() + buffer.size(), single, format);
    return std::string(buffer.data(), written.ptr);
  };
  const std::string scientific = text(std::chars_format::scientific);
  const std::size_t exponent = scientific.find('e') + 1;
  int places = 0;
  std::from_chars(scientific.data() + exponent + 1, scientific.data() + scientific.size(), places);
  if (scientific[exponent] == '-') places = -places;
  return places < kLeast || places >= kMost ? scientific : text(std::chars_format::fixed);
}

Result<Node> resolve_word(std::string text, NumberForm form) {
  if (is_one_of(text, kNull)) return Node();
  if (is_one_of(text, kTrue)) return boolean(true);
  if (is_one_of(text, kFalse)) return boolean(false);
  if (is_one_of(text, kNoJson)) {
    return fail(ErrorCode::kInvalidArgument, "infinity and \"not a number\" are no values that JSON has");
  }
  if (const std::optional<json::Number> value = numeral(text)) return number_value(*value, form);
  return Node::of_text(std::move(text), {});
}

Result<Node> decode_binary(std::string_view text) {
  auto bytes = base64::decode(text);
  if (!bytes) return fail(ErrorCode::kInvalidArgument, "a !!binary value is not base64");
  if (!is_utf8(*bytes)) return fail(ErrorCode::kInvalidArgument, "a !!binary value is not text of UTF-8");
  return Node::of_text(std::move(*bytes), {});
}

// Returns true for a date such as 2026-1-31. Helm and kubectl read it as a text.
bool is_date(std::string_view text) {
  constexpr std::size_t kYear = 4;
  const std::size_t dash = text.find('-', kYear + 1);
  if (text.size() <= kYear || text[kYear] != '-' || dash == std::string_view::npos) return false;
  const auto number = [](std::string_view part, std::size_t longest) {
    unsigned value = 0;
    const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), value);
    const bool whole = error == std::errc() && end == part.data() + part.size() && part.size() <= longest;
    return whole ? value : 0;
  };
  const std::chrono::year_month_day date(
      std::chrono::year(static_cast<int>(number(text.substr(0, kYear), kYear))),
      std::chrono::month(number(text.substr(kYear + 1, dash - kYear - 1), 2)),
      std::chrono::day(number(text.substr(dash + 1), 2)));
  return date.ok();
}

bool agrees(std::string_view tag, Node::Kind kind) {
  if (tag == "bool") return kind == Node::Kind::kBool;
  if (tag == "null") return kind == Node::Kind::kNull;
  return kind == Node::Kind::kInteger || kind == Node::Kind::kNumber;  // int, float
}

}  // namespace

Node number_value(const json::Number& value, NumberForm form) {
  if (const auto* const real = std::get_if<double>(&value)) return number(*real, form);
  const auto* const whole = std::get_if<std::int64_t>(&value);
  if (form == NumberForm::kHelm) {
    return number(
        whole != nullptr ? static_cast<double>(*whole) : static_cast<double>(std::get<std::uint64_t>(value)),
        form);
  }
  if (whole != nullptr) return whole_number(*whole);
  Node node = other_number(static_cast<double>(std::get<std::uint64_t>(value)));
  node.large = std::get<std::uint64_t>(value);
  return node;
}

Result<Node> resolve_scalar(std::string_view tag, std::string text, NumberForm form) {
  if (tag == "?") return resolve_word(std::move(text), form);
  if (!tag.starts_with(kYaml)) return Node::of_text(std::move(text), {});
  const std::string_view name = tag.substr(kYaml.size());
  if (name == "binary") return decode_binary(text);
  if (name == "timestamp" && !is_date(text)) {
    return fail(ErrorCode::kInvalidArgument,
                "only a date can have the tag !!timestamp here; write it in quotes");
  }
  if (name != "bool" && name != "null" && name != "int" && name != "float") {
    return Node::of_text(std::move(text), {});
  }
  // 1.0 is a whole number to JSON, but no !!int.
  const bool fraction = name == "int" && (text.empty() || !is_integer(text));
  Result<Node> node = resolve_word(std::move(text), form);
  // To Go, a number of 64 bits without a sign is no !!float.
  if (node && (fraction || !agrees(name, node->kind) || (name == "float" && node->large != 0))) {
    return fail(ErrorCode::kInvalidArgument,
                "a value is not of the type that its tag !!" + std::string(name) + " says");
  }
  if (node && name == "float" && node->kind == Node::Kind::kInteger) {
    return number(static_cast<double>(node->integer), form);
  }
  return node;
}

Result<std::string> member_name(const Node& scalar, std::string_view text) {
  switch (scalar.kind) {
    case Node::Kind::kText:
      return scalar.text;
    case Node::Kind::kBool:
      return std::string(scalar.truth ? "true" : "false");
    case Node::Kind::kInteger:
    case Node::Kind::kNumber:
      break;
    default:
      return fail(ErrorCode::kInvalidArgument, "a key is null, a list or a map");
  }
  const std::optional<json::Number> value = numeral(text);
  if (!value || std::holds_alternative<std::uint64_t>(*value)) {
    return fail(ErrorCode::kInvalidArgument,
                "a key is a number beyond 64 bits with a sign; write it in quotes");
  }
  const auto* const whole = std::get_if<std::int64_t>(&*value);
  return whole != nullptr ? std::to_string(*whole) : name_of(std::get<double>(*value));
}

}  // namespace connected_registry::values
