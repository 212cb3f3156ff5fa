#include "values/yaml_reader.h"

#include <yaml.h>

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "values/merge.h"
#include "values/yaml_builder.h"

namespace connected_registry::values {
namespace {

// Returns the number of the first line that begins with %, or 0 if there is none.
int directive_line(std::string_view text) {
  int line = 1;
  while (!text.empty()) {
    if (text.starts_with('%')) return line;
    const std::size_t end = text.find('\n');
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
    ++line;
  }
  return 0;
}

// An event of libyaml.
struct Event {
  Event() = default;
  Event(const Event&) = delete;
  Event& operator=(const Event&) = delete;
  ~Event() { yaml_event_delete(&raw); }

  yaml_event_t raw{};
};

// The parser of libyaml. Helm and kubectl read YAML with a translation of it to Go.
class Parser {
 public:
  explicit Parser(const DocumentText& document) : text_(document.text), lines_before_(document.lines_before) {
    ready_ = yaml_parser_initialize(&raw_) == 1;
    if (!ready_) return;
    yaml_parser_set_encoding(&raw_, YAML_UTF8_ENCODING);
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): libyaml's type for bytes
    yaml_parser_set_input_string(&raw_, reinterpret_cast<const unsigned char*>(text_.data()), text_.size());
  }
  Parser(const Parser&) = delete;
  Parser& operator=(const Parser&) = delete;
  ~Parser() {
    if (ready_) yaml_parser_delete(&raw_);
  }

  // Returns false if the text is no YAML. problem() says why.
  bool next(Event& event) { return ready_ && yaml_parser_parse(&raw_, &event.raw) == 1; }

  Problem problem() const;
  Problem problem_at_mark(const yaml_mark_t& mark, std::string message) const;

 private:
  struct Explanation {
    std::string_view problem;  // of libyaml
    std::string_view text;
    bool at_context = false;  // the place is where the construct begins
  };
  static const Explanation* explanation_of(std::string_view problem);

  std::string_view text_;
  int lines_before_;
  yaml_parser_t raw_{};
  bool ready_ = false;
};

// libyaml's own messages contain no part of the text, but they are for programmers.
const Parser::Explanation* Parser::explanation_of(std::string_view problem) {
  static constexpr std::array<Explanation, 22> kKnown{{
      {"mapping values are not allowed in this context",
       "a key and a colon may not stand here: is the line before it complete, and quoted?"},
      {"block sequence entries are not allowed in this context", "a list may not begin here"},
      {"mapping keys are not allowed in this context", "a key may not stand here"},
      {"did not find expected key", "this is no key of the map: is its indentation that of its neighbours?"},
      {"did not find expected '-' indicator",
       "this is no entry of the list: is its indentation that of its neighbours?"},
      {"did not find expected ',' or '}'", "a { is not closed, or a comma is missing"},
      {"did not find expected ',' or ']'", "a [ is not closed, or a comma is missing"},
      {"did not find expected node content",
       "a value is missing here, or it begins with a character that needs quotes"},
      {"did not find expected <document start>",
       "something follows the end of the document here: separate documents by a line ---"},
      {"could not find expected ':'", "a key here has no colon after it on its line", true},
      {"found unexpected end of stream", "a quoted text is not closed", true},
      {"found character that cannot start any token", "a text that begins with this character needs quotes"},
      {"found unknown escape character",
       "in double quotes, a backslash begins an escape, and one in this text is unknown", true},
      {"found invalid Unicode character escape code", "an escape in this text is no character", true},
      {"did not find expected hexdecimal number", "an escape in this text is no character", true},
      {"did not find expected whitespace or line break", "a tag here needs a space after it", true},
      {"did not find expected alphabetic or numeric character", "a text that begins with * or & needs quotes",
       true},
      {"did not find expected comment or line break",
       "after | or > at the begin of a text, only a comment may follow on the line", true},
      {"found a tab character that violates indentation", "a tab is where only spaces may be"},
      {"found a tab character where an indentation space is expected", "a tab is where only spaces may be"},
      {"found unexpected document indicator", "a document may not begin inside a quoted text"},
      {"found unexpected ':'", "a colon here needs a space after it, or the text needs quotes"},
  }};
  const auto* const found = std::find_if(kKnown.begin(), kKnown.end(),
                                         [&](const Explanation& each) { return each.problem == problem; });
  return found == kKnown.end() ? nullptr : found;
}

Problem Parser::problem_at_mark(const yaml_mark_t& mark, std::string message) const {
  CharacterCursor cursor(text_);
  cursor.move_to(mark.index);
  // At the end there is nothing to be seen: the last line that holds something is meant.
  const std::size_t last = text_.find_last_not_of(" \n");
  const bool ended = last == std::string_view::npos || cursor.offset() > last;
  const std::size_t offset = ended && last != std::string_view::npos ? last : cursor.offset();
  Problem problem = problem_at(text_, offset, std::move(message));
  problem.line += lines_before_;
  return problem;
}

Problem Parser::problem() const {
  if (!ready_ || raw_.error == YAML_MEMORY_ERROR) return {0, 0, "there is not enough memory to read it"};
  if (const int line = directive_line(text_); line != 0) {
    return {lines_before_ + line, 1, "a line may not begin with %: to YAML, that is a directive"};
  }
  if (raw_.error == YAML_READER_ERROR) return {0, 0, "not valid YAML"};
  const Explanation* const known = explanation_of(raw_.problem == nullptr ? "" : raw_.problem);
  const yaml_mark_t& mark = known != nullptr && known->at_context ? raw_.context_mark : raw_.problem_mark;
  Problem problem =
      problem_at_mark(mark, known == nullptr ? "not valid YAML here" : std::string(known->text));
  CharacterCursor cursor(text_);
  cursor.move_to(mark.index);
  if (text_.substr(cursor.offset()).starts_with('\t')) problem.message = "a tab is where only spaces may be";
  return problem;
}

}  // namespace

tl::expected<std::vector<DocumentText>, Problem> split_documents(std::string_view text) {
  constexpr std::string_view kSeparator = "---";
  std::vector<DocumentText> documents;
  DocumentText current;
  int line = 0;
  for (std::size_t begin = 0; begin < text.size(); ++line) {
    const std::size_t end = std::min(text.find('\n', begin), text.size() - 1) + 1;
    const std::string_view one = text.substr(begin, end - begin);
    const bool separates = one.starts_with(kSeparator);
    if (separates) {
      const std::size_t rest = one.find_first_not_of(" \t\n", kSeparator.size());
      if (rest != std::string_view::npos && one[rest] != '#') {
        return tl::unexpected(Problem{line + 1, static_cast<int>(rest) + 1,
                                      "only a comment may follow --- at the begin of a line"});
      }
    }
    if (separates && !current.text.empty()) {
      documents.push_back(current);
      current = {.text = {}, .lines_before = line + 1};
    } else if (current.text.empty()) {
      current = {.text = one, .lines_before = line};
    } else {
      current.text = {current.text.data(), current.text.size() + one.size()};
    }
    begin = end;
  }
  if (!current.text.empty()) documents.push_back(current);
  return documents;
}

tl::expected<Node, Problem> read_document(const DocumentText& document, const ReadOptions& options,
                                          std::size_t& count) {
  Parser parser(document);
  YamlBuilder builder(document, options, count);
  int documents = 0;
  try {
    for (yaml_event_type_t type = YAML_NO_EVENT; type != YAML_STREAM_END_EVENT;) {
      Event event;
      if (!parser.next(event)) return tl::unexpected(parser.problem());
      type = event.raw.type;
      // After a line "...". Helm and kubectl ignore all that follows.
      if (type == YAML_DOCUMENT_START_EVENT && ++documents > 1) {
        return tl::unexpected(parser.problem_at_mark(
            event.raw.start_mark,
            "something follows the end of the document here: separate documents by a line ---"));
      }
      builder.take(event.raw);
    }
  } catch (const BuildError& error) {
    return tl::unexpected(error.problem);
  }
  return builder.root();
}

tl::expected<Node, Problem> read_yaml(std::string_view text, int source) {
  const auto documents = split_documents(text);
  if (!documents) return tl::unexpected(documents.error());
  Node values = Node::of_map({source, 1, 1});
  std::size_t count = 0;
  for (const DocumentText& document : *documents) {
    auto one = read_document(document, {.source = source}, count);
    if (!one) return one;
    if (one->is_null()) continue;
    if (!one->is_map()) {
      return tl::unexpected(
          Problem{one->at.line, one->at.column, "it is no map of keys and values (KEY: VALUE, a line each)"});
    }
    merge(values, std::move(*one));
  }
  return values;
}

}  // namespace connected_registry::values
