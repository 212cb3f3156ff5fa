#include "values/scalar.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <limits>
#include <system_error>
#include <utility>

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

// Numbers go through JSON on their way into helm, so that 1e3 is 1000 and a large integer loses its last
// digits.
Node number(double value) {
  Node node;
  if (value == std::floor(value) && std::abs(value) <= kExact) {
    node.kind = Node::Kind::kInteger;
    node.integer = static_cast<std::int64_t>(value);
  } else {
    node.kind = Node::Kind::kNumber;
    node.number = value;
  }
  return node;
}

// Digits of a base, all of the text. The value as a double: more than 64 bits are no integer to Go.
std::optional<double> digits(std::string_view text, int base, bool negative) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  constexpr std::uint64_t kLowest = std::uint64_t{1} << 63U;
  if (negative && value > kLowest) return std::nullopt;
  return negative ? -static_cast<double>(value) : static_cast<double>(value);
}

// strconv.ParseInt(text, 0, 64) of Go: 0x, 0o, 0b, and a leading 0 for octal.
std::optional<double> integer(std::string_view text) {
  const bool negative = text.starts_with('-');
  const bool sign = negative || text.starts_with('+');
  text.remove_prefix(sign ? 1 : 0);
  if (text.size() < 2 || text.front() != '0') return digits(text, 10, negative);
  switch (std::tolower(static_cast<unsigned char>(text[1]))) {
    case 'x':
      return digits(text.substr(2), 16, negative);
    case 'o':
      return digits(text.substr(2), 8, negative);
    case 'b':
      return digits(text.substr(2), 2, negative);
    default:
      return digits(text.substr(1), 8, negative);
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
std::optional<double> numeral(std::string_view text) {
  const char first = text.front();
  if (first == '.') return decimal(text);
  if (!is_digit(first) && first != '+' && first != '-') return std::nullopt;
  std::string plain(text);
  std::erase(plain, '_');
  const std::optional<double> value = integer(plain);
  return value ? value : decimal(plain);
}

Result<Node> resolve_word(std::string text) {
  if (is_one_of(text, kNull)) return Node();
  if (is_one_of(text, kTrue)) return boolean(true);
  if (is_one_of(text, kFalse)) return boolean(false);
  if (is_one_of(text, kNoJson)) {
    return fail(ErrorCode::kInvalidArgument, "infinity and \"not a number\" are no values that helm takes");
  }
  if (const std::optional<double> value = numeral(text)) return number(*value);
  return Node::of_text(std::move(text), {});
}

Result<Node> decode_binary(std::string_view text) {
  auto bytes = base64::decode(text);
  if (!bytes) return fail(ErrorCode::kInvalidArgument, "a !!binary value is not base64");
  if (!is_utf8(*bytes)) return fail(ErrorCode::kInvalidArgument, "a !!binary value is not text of UTF-8");
  return Node::of_text(std::move(*bytes), {});
}

bool agrees(std::string_view tag, Node::Kind kind) {
  if (tag == "bool") return kind == Node::Kind::kBool;
  if (tag == "null") return kind == Node::Kind::kNull;
  if (tag == "int") return kind == Node::Kind::kInteger;
  return kind == Node::Kind::kInteger || kind == Node::Kind::kNumber;  // float
}

}  // namespace

Result<Node> resolve_scalar(std::string_view tag, std::string text) {
  if (tag == "?") return resolve_word(std::move(text));
  if (!tag.starts_with(kYaml)) return Node::of_text(std::move(text), {});
  const std::string_view name = tag.substr(kYaml.size());
  if (name == "binary") return decode_binary(text);
  if (name != "bool" && name != "null" && name != "int" && name != "float") {
    return Node::of_text(std::move(text), {});
  }
  // 1.0 is a whole number to JSON, but no !!int.
  const bool fraction = name == "int" && (text.empty() || !is_integer(text));
  Result<Node> node = resolve_word(std::move(text));
  if (node && (fraction || !agrees(name, node->kind))) {
    return fail(ErrorCode::kInvalidArgument,
                "a value is not of the type that its tag !!" + std::string(name) + " says");
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
      return std::to_string(scalar.integer);
    case Node::Kind::kNumber:
      return std::string(text);
    default:
      return fail(ErrorCode::kInvalidArgument, "a key is null, a list or a map");
  }
}

}  // namespace connected_registry::values
