#include "trust/runtimes/go_toml.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <set>
#include <string>

namespace connected_registry::trust {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr std::string_view kBlanks = " \t";

bool is_blank(char c) {
  return c == ' ' || c == '\t';
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// Walks over a text that toml++ has read. Relies on that: it only has to find the tokens.
class Walker {
 public:
  Walker(std::string_view text, GoToml version) : text_(text), version_(version) {}

  Status walk() {
    if (text_.starts_with(kByteOrderMark)) {
      if (version_ == GoToml::kTwo) refuse("a byte order mark at the start of the file");
      at_ = kByteOrderMark.size();
    }
    while (problem_.empty() && skip_to_statement()) {
      if (peek() == '[') {
        header();
      } else {
        key();
        value();
      }
    }
    if (problem_.empty()) return {};
    return fail(ErrorCode::kInvalidArgument, problem_);
  }

 private:
  char peek(std::size_t ahead = 0) const { return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0'; }
  bool done() const { return at_ >= text_.size() || !problem_.empty(); }
  std::string_view rest() const { return text_.substr(std::min(at_, text_.size())); }
  void refuse(std::string_view what) {
    if (!problem_.empty()) return;
    const std::string_view before = text_.substr(0, std::min(at_, text_.size()));
    const auto line = 1 + std::count(before.begin(), before.end(), '\n');
    problem_ = "line " + std::to_string(line) + ": containerd cannot read " + std::string(what);
  }
  // Reports what only go-toml 1 does not read.
  void refuse_for_one(std::string_view what) {
    if (version_ == GoToml::kOne) refuse(what);
  }

  void skip_comment() { at_ = std::min(text_.find('\n', at_), text_.size()); }
  void skip(std::string_view characters) {
    at_ = std::min(text_.find_first_not_of(characters, at_), text_.size());
  }
  bool skip_to_statement() {
    for (skip(" \t\r\n"); peek() == '#'; skip(" \t\r\n")) skip_comment();
    return !done();
  }

  void header();
  bool is_duplicate(const std::string& name, bool array);
  void quoted_key();
  void key();
  void value();
  void string();
  void scalar();
  void array();
  void inline_table();

  std::string_view text_;
  GoToml version_;
  std::size_t at_ = 0;
  std::string problem_;
  std::set<std::string> seen_;  // the names of tables, as their headers write them
};

// Reports what go-toml 1 does: it compares the names as they are written, and forgets those below an array of
// tables at each element.
bool Walker::is_duplicate(const std::string& name, bool array) {
  if (!array) return !seen_.insert(name).second;
  const std::string prefix = name + ".";
  const auto first = seen_.lower_bound(prefix);
  auto last = first;
  while (last != seen_.end() && last->starts_with(prefix)) ++last;
  seen_.erase(first, last);
  return false;
}

void Walker::header() {
  const bool is_array = peek(1) == '[';
  at_ += is_array ? 2 : 1;
  const std::size_t start = at_;
  while (!done() && peek() != ']') {
    if (peek() != '"' && peek() != '\'') {
      if (peek() == '.' && peek(1) == '\t') refuse_for_one("a tab after the dot of a header");
      ++at_;
      continue;
    }
    const std::size_t quote = at_;
    quoted_key();
    if (text_.substr(quote, at_ - quote).find_first_of("[]") != std::string_view::npos) {
      refuse_for_one("a header with a bracket in a quoted part: use an inline table");
    }
  }
  const std::string name(text_.substr(start, at_ - start));
  if (is_duplicate(name, is_array)) refuse_for_one("a header that repeats one below another array element");
  at_ += is_array ? 2 : 1;
}

void Walker::quoted_key() {
  const char quote = peek();
  for (++at_; !done() && peek() != quote; ++at_) {
    if (quote != '"' || peek() != '\\') continue;
    refuse_for_one("an escape in a quoted key");
    ++at_;
  }
  ++at_;
}

void Walker::key() {
  while (!done() && peek() != '=') {
    if (peek() == '"' || peek() == '\'') {
      quoted_key();
    } else {
      if (peek() == '.' && (is_blank(peek(1)) || (at_ > 0 && is_blank(text_[at_ - 1])))) {
        refuse_for_one("blanks around the dot of a key");
      }
      ++at_;
    }
  }
  ++at_;
}

void Walker::value() {
  skip(kBlanks);
  switch (peek()) {
    case '"':
    case '\'':
      return string();
    case '[':
      return array();
    case '{':
      return inline_table();
    default:
      return scalar();
  }
}

void Walker::string() {
  const char quote = peek();
  const std::string three(3, quote);
  const bool multi_line = rest().starts_with(three);
  const std::string end = multi_line ? three : std::string(1, quote);
  at_ += end.size();
  while (!done() && !rest().starts_with(end)) at_ += quote == '"' && peek() == '\\' ? 2U : 1U;
  at_ += end.size();
  if (!multi_line || peek() != quote) return;
  refuse_for_one("a string with a quote directly before its closing quotes");
  skip(end.substr(0, 1));
}

void Walker::scalar() {
  const std::size_t end = std::min(text_.find_first_of(" \t\r\n,]}#", at_), text_.size());
  const std::string token(text_.substr(at_, end - at_));
  const bool starts_with_digit = !token.empty() && is_digit(token.front());
  const bool is_date =
      token.find(':') != std::string::npos ||
      (token.size() > 4 && starts_with_digit && token[4] == '-' && token.find_first_of("eE") > 4);
  if (is_date) return refuse("dates and times everywhere: use a string");
  if (token.size() > 1 && token.front() == '0' && (token[1] == 'e' || token[1] == 'E')) {
    refuse_for_one("a float that starts with 0e");
  }
  const bool is_decimal = token.find_first_not_of("0123456789+-_.eE") == std::string::npos;
  std::string digits = token;
  std::erase(digits, '_');
  if (is_decimal && std::isinf(std::strtod(digits.c_str(), nullptr))) refuse("a float beyond the greatest");
  at_ = std::max(end, at_ + 1);
}

void Walker::array() {
  ++at_;
  while (!done()) {
    skip(" \t\r\n,");
    if (peek() == '#') {
      skip_comment();
    } else if (peek() == ']') {
      break;
    } else if (!done()) {
      value();
    }
  }
  ++at_;
}

void Walker::inline_table() {
  ++at_;
  while (!done()) {
    skip(" \t,");
    if (peek() == '}') break;
    key();
    value();
  }
  ++at_;
}

}  // namespace

Status check_go_toml(std::string_view text, GoToml version) {
  return Walker(text, version).walk();
}

}  // namespace connected_registry::trust
