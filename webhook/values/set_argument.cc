#include "values/set_argument.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <optional>
#include <system_error>
#include <utility>

#include "base/json.h"

namespace connected_registry::values {
namespace {

// Helm's own bounds; of lists in lists it has none.
constexpr std::size_t kMaxIndex = 65536;
constexpr int kMaxLevels = 30;

bool equals_ignoring_case(std::string_view text, std::string_view lower) {
  return std::equal(text.begin(), text.end(), lower.begin(), lower.end(), [](char left, char right) {
    return std::tolower(static_cast<unsigned char>(left)) == right;
  });
}

// Base 10, with a sign or without, all of the text, within 64 bits.
std::optional<std::int64_t> integer(std::string_view text) {
  if (text.starts_with('+') && !text.starts_with("+-")) text.remove_prefix(1);
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

Node typed(std::string text) {
  Node node;
  if (equals_ignoring_case(text, "null")) return node;
  if (equals_ignoring_case(text, "true") || equals_ignoring_case(text, "false")) {
    node.kind = Node::Kind::kBool;
    node.truth = text.size() == 4;
    return node;
  }
  const bool octal_like = text.size() > 1 && text.front() == '0';
  if (const auto value = octal_like ? std::nullopt : integer(text)) {
    node.kind = Node::Kind::kInteger;
    node.integer = *value;
    return node;
  }
  return Node::of_text(std::move(text), {});
}

// One argument, from its begin to its end. A step says whether more may follow.
class Parser {
 public:
  Parser(const SetArgument& argument, const FileReader& read) : argument_(argument), read_(read) {}

  Status parse(Node& values) {
    while (true) {
      const Result<bool> more = key(values, 0);
      if (!more) return tl::unexpected(more.error());
      if (!*more) return {};
    }
  }

 private:
  using More = Result<bool>;  // false: the argument is at its end

  static tl::unexpected<Error> wrong(std::string message) {
    return fail(ErrorCode::kInvalidArgument, std::move(message));
  }

  SourceLocation here() const {
    return {argument_.source, 1, argument_.first_column + static_cast<int>(next_)};
  }

  struct Word {
    std::string text;
    char stop = 0;  // which of the characters ended it; 0: the argument's end
  };

  bool is_literal() const { return argument_.form == SetForm::kLiteral; }

  // Up to one of the characters, which is passed.
  Word until(std::string_view stops) {
    Word word;
    while (next_ < argument_.text.size()) {
      char character = argument_.text[next_++];
      if (stops.find(character) != std::string_view::npos) {
        word.stop = character;
        return word;
      }
      if (character == '\\' && !is_literal()) {
        if (next_ == argument_.text.size()) return word;
        character = argument_.text[next_++];
      }
      word.text.push_back(character);
    }
    return word;
  }

  More key(Node& map, int level) {
    const SourceLocation at = here();
    Word word = until(is_literal() ? "=[." : "=[,.");
    switch (word.stop) {
      case '[':
        return indexed(map, std::move(word.text), at, level);
      case '=':
        return assigned(map, std::move(word.text), at);
      case '.':
        return nested(map, word.text, at, level);
      case ',':
        return wrong("a key has no value (write KEY=VALUE; \\, is a comma within a value)");
      default:
        break;
    }
    if (!word.text.empty()) return wrong("a key has no value (write KEY=VALUE)");
    return false;
  }

  static void put(Node& map, std::string name, const SourceLocation& at, Node value) {
    if (!name.empty()) set(map, {.name = std::move(name), .at = at, .value = std::move(value)});
  }

  More nested(Node& map, const std::string& name, const SourceLocation& at, int level) {
    if (level == kMaxLevels) return too_deep();
    Node inner = Node::of_map(at);
    if (const Member* found = find(map, name)) {
      if (!found->value.is_map()) return wrong("a key is set below a value that is no map");
      inner = found->value;
    }
    const More more = key(inner, level + 1);
    if (more && *more && inner.map.empty()) return wrong("a key has no value (write KEY=VALUE)");
    if (more && !inner.map.empty()) put(map, name, at, std::move(inner));
    return more;
  }

  More assigned(Node& map, std::string name, const SourceLocation& at) {
    Result<Node> value = read_value();
    if (!value) return tl::unexpected(value.error());
    const bool more = !ended_;
    put(map, std::move(name), at, std::move(*value));
    return more;
  }

  More indexed(Node& map, std::string name, const SourceLocation& at, int level) {
    Node list;
    list.kind = Node::Kind::kList;
    list.at = at;
    if (const Member* found = find(map, name)) {
      if (!found->value.is_list()) return wrong("an index is given for a value that is no list");
      list = found->value;
    }
    const More more = item(list, level);
    if (more) put(map, std::move(name), at, std::move(list));
    return more;
  }

  // From behind the "[".
  More item(Node& list, int level) {
    if (level == kMaxLevels) return too_deep();
    const Word digits = until("]");
    const auto index = integer(digits.text);
    if (digits.stop == 0 || !index || *index < 0 || *index > static_cast<std::int64_t>(kMaxIndex)) {
      return wrong("an index is not a number from 0 to " + std::to_string(kMaxIndex) + " in [ ]");
    }
    const auto at = static_cast<std::size_t>(*index);
    const SourceLocation place = here();
    while (list.list.size() <= at) {
      // An entry that is not written has the location of the index that makes the list so long.
      Node& entry = list.list.emplace_back();
      entry.at = place;
    }
    const Word word = until("[.=");
    if (!word.text.empty() || word.stop == 0) return wrong("an index is followed by neither =, . nor [");
    Node& target = list.list[at];
    if (word.stop == '=') {
      Result<Node> value = read_value();
      if (!value) return tl::unexpected(value.error());
      target = std::move(*value);
      return !ended_;
    }
    const bool inner_list = word.stop == '[';
    if (inner_list && !target.is_null() && !target.is_list()) {
      return wrong("an index is given for a value that is no list");
    }
    if (inner_list ? !target.is_list() : !target.is_map()) {
      target = Node::of_map(place);
      if (inner_list) target.kind = Node::Kind::kList;
    }
    return inner_list ? item(target, level + 1) : key(target, level + 1);
  }

  // From behind the "="; passes the comma that ends it. Sets ended_ where there was none.
  Result<Node> read_value() {
    const SourceLocation at = here();
    ended_ = argument_.form == SetForm::kConfig || is_literal();
    if (argument_.form == SetForm::kJson) return read_json(at);
    if (ended_) {
      std::string rest(argument_.text.substr(std::exchange(next_, argument_.text.size())));
      Node node = is_literal() ? Node::of_text(std::move(rest), at) : typed(std::move(rest));
      node.at = at;
      return node;
    }
    if (next_ < argument_.text.size() && argument_.text[next_] == '{') return read_list(at);
    if (next_ == argument_.text.size()) {
      ended_ = true;
      return Node::of_text("", at);
    }
    Word word = until(",");
    // Whether a comma follows or not, helm looks for a key once more, and finds the end.
    return convert(std::move(word.text), at);
  }

  // Passes blanks, and a comma behind them. Returns true if there was a comma, or the argument's end.
  bool pass_comma() {
    constexpr std::string_view kBlank = " \t\n\v\f\r";
    while (next_ < argument_.text.size() && kBlank.find(argument_.text[next_]) != std::string_view::npos) {
      ++next_;
    }
    if (next_ == argument_.text.size()) return true;
    if (argument_.text[next_] != ',') return false;
    ++next_;
    return true;
  }

  Result<Node> read_json(const SourceLocation& at) {
    Node nothing;
    nothing.at = at;
    if (pass_comma()) return nothing;
    std::size_t size = 0;
    const auto document = json::parse_first(argument_.text.substr(next_), size);
    // The error's own words tell a position in the value, which may be a secret; the message stays short.
    if (!document) return wrong("a value is not JSON (text needs double quotes)");
    next_ += size;
    pass_comma();
    return from_json(*document, at);
  }

  Result<Node> read_list(const SourceLocation& at) {
    Node list;
    list.kind = Node::Kind::kList;
    list.at = at;
    ++next_;
    while (true) {
      const SourceLocation place = here();
      Word word = until(",}");
      if (word.stop == 0) return wrong("a list is not closed by }");
      Result<Node> value = convert(std::move(word.text), place);
      if (!value) return value;
      list.list.push_back(std::move(*value));
      if (word.stop == ',') continue;
      if (next_ < argument_.text.size() && argument_.text[next_] == ',') ++next_;
      return list;
    }
  }

  Result<Node> convert(std::string text, const SourceLocation& at) {
    if (argument_.form == SetForm::kFile) {
      auto content = read_(text);
      if (!content) return tl::unexpected(content.error());
      return Node::of_text(std::move(*content), at);
    }
    Node node =
        argument_.form == SetForm::kText ? Node::of_text(std::move(text), at) : typed(std::move(text));
    node.at = at;
    return node;
  }

  static tl::unexpected<Error> too_deep() {
    return wrong("a key has more than " + std::to_string(kMaxLevels) + " levels");
  }

  const SetArgument& argument_;
  const FileReader& read_;
  std::size_t next_ = 0;
  bool ended_ = false;
};

}  // namespace

Status apply(const SetArgument& argument, const FileReader& read, Node& values) {
  return Parser(argument, read).parse(values);
}

}  // namespace connected_registry::values
