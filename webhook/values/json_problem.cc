#include "values/json_problem.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

#include "base/json.h"

namespace connected_registry::values {
namespace {

constexpr std::string_view kSpace = " \t\r\n";
constexpr std::string_view kPunctuation = "{}[]:,\"";

constexpr std::array<std::string_view, 6> kCurlyDouble{"“", "”", "„", "‟", "«", "»"};
constexpr std::array<std::string_view, 4> kCurlySingle{"‘", "’", "‚", "‛"};

template <std::size_t kSize>
bool begins_with_one_of(std::string_view text, const std::array<std::string_view, kSize>& words) {
  return std::any_of(words.begin(), words.end(),
                     [&](std::string_view word) { return text.starts_with(word); });
}

bool is_curly(std::string_view text) {
  return begins_with_one_of(text, kCurlyDouble) || begins_with_one_of(text, kCurlySingle);
}

bool is_name_character(char character) {
  return (character >= 'A' && character <= 'Z') || (character >= 'a' && character <= 'z') ||
         (character >= '0' && character <= '9') || character == '_';
}

// "$TLS_CRT" where the text begins with a shell variable: $NAME, ${NAME} or ${{ NAME }}; empty where it does
// not, and "a variable" where its name does not look like one.
std::string variable(std::string_view text) {
  constexpr std::size_t kLongest = 40;
  if (!text.starts_with('$')) return {};
  text.remove_prefix(1);
  const bool braces = text.starts_with('{');
  text.remove_prefix(std::min(text.find_first_not_of("{ "), text.size()));
  const auto end = std::find_if_not(text.begin(), text.end(), is_name_character);
  const std::string name(text.begin(), end);
  const bool plain =
      !name.empty() && name.size() <= kLongest &&
      std::none_of(name.begin(), name.end(), [](char each) { return each >= 'a' && each <= 'z'; });
  if (name.empty() && !braces) return {};
  return plain ? "$" + name : "a variable";
}

// Walks over the tokens and stops at the first that may not stand where it does.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  std::optional<Problem> scan() {
    if (text_.starts_with("\xEF\xBB\xBF")) {
      return problem_at(text_, 0, "it begins with a byte order mark; save it as UTF-8 without one");
    }
    while (!problem_ && expected_ != Expected::kNothing) step();
    if (!problem_) {
      skip_space();
      if (at_ < text_.size()) stop(at_, "something follows after the end of the JSON text");
    }
    return problem_;
  }

 private:
  enum class Expected { kValue, kValueOrEnd, kKey, kKeyOrEnd, kColon, kCommaOrEnd, kNothing };

  void stop(std::size_t at, std::string message) {
    if (!problem_) problem_ = problem_at(text_, at, std::move(message));
  }

  void skip_space() { at_ = std::min(text_.find_first_not_of(kSpace, at_), text_.size()); }
  std::string_view rest() const { return text_.substr(at_); }

  void step() {
    skip_space();
    if (at_ == text_.size()) return stop_at_end();
    const char character = text_[at_];
    switch (expected_) {
      case Expected::kKeyOrEnd:
      case Expected::kValueOrEnd:
        if (character == (expected_ == Expected::kKeyOrEnd ? '}' : ']')) return close();
        return expected_ == Expected::kKeyOrEnd ? key() : value();
      case Expected::kKey:
        return key();
      case Expected::kValue:
        return value();
      case Expected::kColon:
        if (character != ':') return unexpected("a colon is missing between a key and its value");
        ++at_;
        expected_ = Expected::kValue;
        return;
      default:
        return comma_or_end();
    }
  }

  void stop_at_end() {
    if (open_.empty()) return stop(0, "it is empty");
    stop(text_.size(), std::string("it ends before a ") + (open_.back() == '{' ? '}' : ']') + " closes it");
  }

  void key() {
    if (text_[at_] == '}') return stop(comma_, "a comma stands before the closing }; remove it");
    if (text_[at_] != '"') return unexpected("a key must stand in double quotes here");
    string(false);
    expected_ = Expected::kColon;
  }

  void value() {
    const char character = text_[at_];
    if (character == '{' || character == '[') {
      open_.push_back(character);
      ++at_;
      expected_ = character == '{' ? Expected::kKeyOrEnd : Expected::kValueOrEnd;
      return;
    }
    if (character == ']' && !open_.empty() && open_.back() == '[') {
      return stop(comma_, "a comma stands before the closing ]; remove it");
    }
    if (character == '"') {
      string(true);
    } else {
      word();
    }
    expected_ = after_value();
  }

  Expected after_value() const { return open_.empty() ? Expected::kNothing : Expected::kCommaOrEnd; }

  void comma_or_end() {
    const char character = text_[at_];
    if (character == (open_.back() == '{' ? '}' : ']')) return close();
    if (character != ',') {
      const bool next = character == '"' || character == '{' || character == '[';
      return unexpected(next ? "a comma is missing before this"
                             : "a comma or the closing bracket is missing here");
    }
    comma_ = at_++;
    expected_ = open_.back() == '{' ? Expected::kKey : Expected::kValue;
  }

  void close() {
    open_.pop_back();
    ++at_;
    expected_ = after_value();
  }

  void string(bool is_value) {
    const std::size_t begin = at_++;
    if (is_value) check_variable(begin);
    for (; at_ < text_.size() && text_[at_] != '"'; ++at_) {
      if (text_[at_] == '\\') ++at_;
      if (at_ < text_.size() && text_[at_] == '\n') break;
    }
    if (at_ < text_.size() && text_[at_] == '"') {
      ++at_;
      return;
    }
    // It began straight; the quote that was to close it may be a curly one.
    for (std::size_t at = begin; at < std::min(at_, text_.size()); ++at) {
      if (is_curly(text_.substr(at))) return explain_curly(at);
    }
    stop(begin, "the text that begins here does not end on its line (base64 must be one line: base64 -w0)");
  }

  void check_variable(std::size_t quote) {
    const std::string name = variable(text_.substr(quote + 1));
    const std::size_t end = text_.find_first_of("\"\n", quote + 1);
    if (name.empty() || end == std::string_view::npos) return;
    const std::string_view text = text_.substr(quote + 1, end - quote - 1);
    const auto last = std::find_if_not(text.begin(), text.end(), [](char each) {
      return is_name_character(each) || each == '$' || each == '{' || each == '}' || each == ' ';
    });
    if (last == text.end())
      stop(quote + 1, name + " stands here where its value should; put the value in before you use the file");
  }

  void word() {
    const std::size_t end =
        std::min(text_.find_first_of(std::string(kSpace).append(kPunctuation), at_), text_.size());
    const std::string_view text = text_.substr(at_, end - at_);
    constexpr std::string_view kNumber = "0123456789+-.eE";
    const bool number = text.find_first_not_of(kNumber) == std::string_view::npos && !text.empty();
    if (text == "true" || text == "false" || text == "null" || number) {
      at_ = end;
      return;
    }
    unexpected(text.empty() ? "a value is missing here" : "a text must stand in double quotes here");
  }

  void explain_curly(std::size_t at) {
    const bool is_single = begins_with_one_of(text_.substr(at), kCurlySingle);
    stop(at,
         std::string("a curly quote (") + (is_single ? "‘ or ’" : "“ or ”") +
             ") is here; write straight double quotes (\"): word processors and web pages make curly ones");
  }

  // What stands here, where it is a thing that people write; else what was expected.
  void unexpected(std::string otherwise) {
    if (is_curly(rest())) return explain_curly(at_);
    if (const std::string name = variable(rest()); !name.empty()) {
      return stop(
          at_,
          name + " stands here without quotes, where its value should; put the value in, in double quotes");
    }
    if (text_[at_] == '\'') return stop(at_, "a single quote is here; JSON takes double quotes (\") only");
    if (rest().starts_with("//") || rest().starts_with("/*") || text_[at_] == '#') {
      return stop(at_, "a comment is here; JSON has none");
    }
    stop(at_, std::move(otherwise));
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t comma_ = 0;  // the last one
  std::vector<char> open_;
  Expected expected_ = Expected::kValue;
  std::optional<Problem> problem_;
};

}  // namespace

std::optional<Problem> find_json_problem(std::string_view text) {
  if (auto problem = Scanner(text).scan()) return problem;
  // Numbers, escapes and depth are checked by the parser.
  const auto document = json::parse(text);
  if (!document) return Problem{0, 0, document.error().message};
  return std::nullopt;
}

}  // namespace connected_registry::values
