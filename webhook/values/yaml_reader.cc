#include "values/yaml_reader.h"

#include <yaml-cpp/depthguard.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <array>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "values/merge.h"
#include "values/yaml_builder.h"

namespace connected_registry::values {
namespace {

struct Document {
  std::string_view text;
  int lines_before = 0;
};

using Documents = tl::expected<std::vector<Document>, Problem>;

// At lines that begin with "---", before anybody looks at the YAML: so does the reader that helm uses. A
// document that follows such a line comes without it.
Documents split(std::string_view text) {
  constexpr std::string_view kSeparator = "---";
  std::vector<Document> documents;
  Document current;
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

// The number from 1 of the first line that begins with %, for a directive; 0 where there is none. Helm knows
// a part of them only, values files have none, and yaml-cpp ends the document without a word where one stands
// in it.
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

// Those of yaml-cpp's messages that name nothing of the text (an anchor's name may be a password that begins
// with *), in words for a person.
std::string explain(std::string_view message) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 14> kKnown{{
      {"illegal map value",
       "a key and a colon may not stand here: is the line before it complete, and quoted?"},
      {"illegal block entry", "a list may not begin here"},
      {"end of map not found", "this is no key of the map: is its indentation that of its neighbours?"},
      {"end of map flow not found", "a { is not closed, or a comma is missing"},
      {"end of sequence not found",
       "this is no entry of the list: is its indentation that of its neighbours?"},
      {"end of sequence flow not found", "a [ is not closed, or a comma is missing"},
      {"illegal EOF in scalar", "a quoted text is not closed"},
      {"illegal flow end", "a } or ] closes nothing"},
      {"unknown token", "a text that begins with this character needs quotes"},
      {"unknown escape character", "in double quotes, a backslash begins an escape, and this one is unknown"},
      {"invalid unicode", "an escape here is no character"},
      {"the referenced anchor",
       "an alias here (a word that begins with *) stands for nothing; a text needs quotes"},
      {"illegal tab", "a tab is where only spaces may be"},
      {"illegal document indicator", "a document may not begin inside a quoted text"},
  }};
  // Longer ones that begin as a shorter one do come after it.
  const auto found = std::find_if(kKnown.rbegin(), kKnown.rend(),
                                  [&](const auto& known) { return message.starts_with(known.first); });
  return found == kKnown.rend() ? "not valid YAML here" : std::string(found->second);
}

Problem at(const YAML::Mark& mark, int lines_before, std::string message) {
  if (mark.is_null()) return {0, 0, std::move(message)};
  return {mark.line + 1 + lines_before, mark.column + 1, std::move(message)};
}

tl::expected<Node, Problem> read_document(const Document& document, int source, std::size_t& nodes) {
  if (const int line = directive_line(document.text); line != 0) {
    return tl::unexpected(Problem{document.lines_before + line, 1,
                                  "a line may not begin with %: to YAML, that is a directive"});
  }
  YamlBuilder builder(document.text, source, document.lines_before, nodes);
  try {
    // yaml-cpp takes the end after a line end for the end of a quoted text; a comment there is none.
    std::string text(document.text);
    if (text.ends_with('\n')) text.push_back('#');
    std::istringstream stream{std::move(text)};
    YAML::Parser parser(stream);
    parser.HandleNextDocument(builder);
    return builder.take();
  } catch (const BuildError& error) {
    return tl::unexpected(error.problem);
  } catch (const YAML::DeepRecursion& error) {
    return tl::unexpected(
        at(error.mark, document.lines_before, "nested deeper than " + std::to_string(kMaxDepth) + " levels"));
  } catch (const YAML::Exception& error) {
    // At the end there is nothing to be seen: the last line that holds something is meant.
    const std::size_t last = document.text.find_last_not_of("\n");
    if (!error.mark.is_null() && last != std::string_view::npos &&
        static_cast<std::size_t>(error.mark.pos) >= document.text.size()) {
      Problem problem = problem_at(document.text, last, explain(error.msg));
      problem.line += document.lines_before;
      return tl::unexpected(std::move(problem));
    }
    return tl::unexpected(at(error.mark, document.lines_before, explain(error.msg)));
  }
}

}  // namespace

tl::expected<std::vector<Node>, Problem> read_documents(std::string_view text, int source) {
  if (has_too_many_open_brackets(text)) {
    return tl::unexpected(Problem{0, 0, "nested deeper than " + std::to_string(kMaxDepth) + " levels"});
  }
  const Documents documents = split(text);
  if (!documents) return tl::unexpected(documents.error());
  std::vector<Node> nodes;
  std::size_t count = 0;
  for (const Document& document : *documents) {
    auto one = read_document(document, source, count);
    if (!one) return tl::unexpected(one.error());
    if (!one->is_null()) nodes.push_back(std::move(*one));
  }
  return nodes;
}

tl::expected<Node, Problem> read_yaml(std::string_view text, int source) {
  auto documents = read_documents(text, source);
  if (!documents) return tl::unexpected(documents.error());
  Node values = Node::of_map({source, 1, 1});
  for (Node& one : *documents) {
    if (!one.is_map()) {
      return tl::unexpected(
          Problem{one.at.line, one.at.column, "it is no map of keys and values (KEY: VALUE, a line each)"});
    }
    merge(values, std::move(one));
  }
  return values;
}

}  // namespace connected_registry::values
