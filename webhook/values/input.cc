#include "values/input.h"

#include <array>
#include <cerrno>
#include <fstream>
#include <iterator>
#include <system_error>
#include <tuple>

#include "base/json.h"
#include "values/chart_files.h"
#include "values/file_list.h"
#include "values/json_problem.h"
#include "values/json_reader.h"
#include "values/known_keys.h"
#include "values/merge.h"
#include "values/source_text.h"
#include "values/yaml_reader.h"

namespace connected_registry::values {
namespace {

// Reads at most one byte more than kMaxBytes, which find_problem() then reports.
std::string read_all(std::istream& stream) {
  std::string text;
  std::array<char, 65536> block{};
  while (text.size() <= kMaxBytes && stream.read(block.data(), block.size()).gcount() > 0) {
    text.append(block.data(), static_cast<std::size_t>(stream.gcount()));
  }
  return text;
}

// Reads a file, or a pipe such as a shell's <(command).
Result<std::string> read_file(const std::string& path) {
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  std::string text = file ? read_all(file) : std::string();
  if (!file.is_open() || file.bad()) {
    const int reason = errno == 0 ? EIO : errno;
    return fail(ErrorCode::kIo, "it cannot be read: " + std::generic_category().message(reason));
  }
  return text;
}

std::string position_text(const Problem& problem) {
  if (problem.line == 0) return {};
  return ":" + std::to_string(problem.line) + ":" + std::to_string(problem.column);
}

class InputReader {
 public:
  explicit InputReader(std::istream& standard_input) : standard_input_(standard_input) {}

  Result<Input> read(const InputRequest& request) {
    Node defaults;
    if (const Status read = read_defaults(request, defaults); !read) return tl::unexpected(read.error());
    for (const std::string& list : request.files) {
      const auto names = parse_file_list(list);
      if (!names) return fail(names.error(), "-f");
      for (const std::string& path : *names) {
        if (const Status read = read_values_file(path); !read) return tl::unexpected(read.error());
      }
    }
    using Arguments = std::tuple<const std::vector<std::string>*, SetForm, const char*>;
    for (const auto& [arguments, form, option] :
         {Arguments{&request.set_json, SetForm::kJson, "--set-json"},
          Arguments{&request.set, SetForm::kTyped, "--set"},
          Arguments{&request.set_string, SetForm::kText, "--set-string"},
          Arguments{&request.set_file, SetForm::kFile, "--set-file"},
          Arguments{&request.set_literal, SetForm::kLiteral, "--set-literal"},
          Arguments{&request.config, SetForm::kConfig, "--config"}}) {
      for (const std::string& argument : *arguments) {
        if (const Status read = read_argument(argument, form, option); !read)
          return tl::unexpected(read.error());
      }
    }
    for (const std::string& path : request.protected_files) {
      if (const Status read = read_protected_file(path); !read) return tl::unexpected(read.error());
    }
    input_.values = coalesce(defaults, input_.given);
    input_.effective = input_.values;
    complete(input_.effective, defaults);
    return std::move(input_);
  }

 private:
  int add(ValuesSource::Kind kind, std::string name, std::string text) {
    input_.sources.push_back({kind, std::move(name), std::move(text)});
    return static_cast<int>(input_.sources.size()) - 1;
  }

  static tl::unexpected<Error> wrong(const std::string& name, const Problem& problem) {
    return fail(ErrorCode::kInvalidArgument, name + position_text(problem) + ": " + problem.message);
  }

  Status read_defaults(const InputRequest& request, Node& defaults) {
    std::string name = "values.yaml of the chart";
    std::string text(chart_values());
    if (!request.chart_defaults.empty()) {
      name = request.chart_defaults;
      auto file = read_file(name);
      if (!file) return fail(file.error(), name);
      text = std::move(*file);
    }
    if (const auto problem = find_problem(text)) return wrong(name, *problem);
    const int source = add(ValuesSource::Kind::kChart, name, normalized(text));
    auto node = read_yaml(input_.sources.back().text, source);
    if (!node) return wrong(name, node.error());
    defaults = std::move(*node);
    return {};
  }

  // Helm reads a values file as YAML, even if it contains JSON. A protected settings file is JSON.
  enum class Language { kYaml, kJson };

  // Reads a file, checks it, and adds it as a source. `raw` becomes its bytes.
  Result<int> open(const std::string& path, Language language, std::string& raw) {
    const bool standard = path == "-";
    const std::string name = standard ? "stdin" : path;
    auto text = standard ? Result<std::string>(read_all(standard_input_)) : read_file(path);
    if (!text) return fail(text.error(), name);
    const auto problem = language == Language::kJson ? find_problem_of_json(*text) : find_problem(*text);
    if (problem) return wrong(name, *problem);
    raw = std::move(*text);
    return add(ValuesSource::Kind::kFile, name, normalized(raw));
  }

  Status read_values_file(const std::string& path) {
    std::string raw;
    const Result<int> source = open(path, Language::kYaml, raw);
    if (!source) return tl::unexpected(source.error());
    return path.ends_with(".json") ? merge_json(raw, *source, Language::kYaml)
                                   : merge_file(*source, Language::kYaml);
  }

  Status read_protected_file(const std::string& path) {
    std::string raw;
    const Result<int> source = open(path, Language::kJson, raw);
    if (!source) return tl::unexpected(source.error());
    return merge_json(raw, *source, Language::kJson);
  }

  Status merge_json(const std::string& raw, int source, Language language) {
    const auto problem = find_json_problem(raw);
    if (problem) {
      settings::Finding finding = settings::found("CR064", problem->message);
      finding.location.emplace().key = {.source = source, .line = problem->line, .column = problem->column};
      input_.findings.push_back(std::move(finding));
      // YAML would read much of it as keys that the user did not mean, a part of a password among them. Only
      // a variable in quotes leaves the rest clear.
      if (!json::parse(raw)) {
        input_.complete = false;
        return {};
      }
    }
    return merge_file(source, language);
  }

  Status merge_file(int source, Language language) {
    const ValuesSource& file = input_.sources[static_cast<std::size_t>(source)];
    auto node = language == Language::kJson ? read_json(file.text, source) : read_yaml(file.text, source);
    if (!node) return wrong(file.name, node.error());
    merge(input_.given, std::move(*node));
    return {};
  }

  // Merges the JSON object that --set-json gives in place of KEY=VALUE.
  Status merge_json_argument(const std::string& argument, int source, const std::string& name) {
    const auto document = json::parse(argument);
    if (!document) return fail(ErrorCode::kInvalidArgument, name + ": it is not a JSON object");
    merge(input_.given, from_json(*document, {.source = source, .line = 1, .column = 1}));
    return {};
  }

  Status read_argument(const std::string& argument, SetForm form, const char* option) {
    // Up to the first key, which is all of an argument that may be shown.
    const std::size_t equals = argument.find('=');
    const std::string key = equals == std::string::npos ? "" : shown_name(argument.substr(0, equals)) + "=…";
    const std::string name = std::string(option) + (key.empty() ? "" : " ") + key;
    if (argument.size() > kMaxBytes || !is_utf8(argument) || argument.find('\0') != std::string::npos) {
      return fail(ErrorCode::kInvalidArgument, name + ": it is not UTF-8, or too long");
    }
    const int source = add(ValuesSource::Kind::kArgument, option, argument);
    const std::size_t first = argument.find_first_not_of(" \t\r\n");
    if (form == SetForm::kJson && first != std::string::npos && argument[first] == '{') {
      return merge_json_argument(argument, source, name);
    }
    const FileReader read = [&](const std::string& path) -> Result<std::string> {
      auto text = path == "-" ? Result<std::string>(read_all(standard_input_)) : read_file(path);
      if (!text) return text;
      if (text->size() > kMaxBytes) return fail(ErrorCode::kInvalidArgument, find_problem(*text)->message);
      if (!is_utf8(*text)) return fail(ErrorCode::kInvalidArgument, "the file is not UTF-8");
      return text;
    };
    const Status applied = apply({.text = argument, .form = form, .source = source}, read, input_.given);
    if (!applied) return fail(applied.error(), name);
    return {};
  }

  std::istream& standard_input_;
  Input input_;
};

}  // namespace

Result<Input> read_input(const InputRequest& request, std::istream& standard_input) {
  return InputReader(standard_input).read(request);
}

}  // namespace connected_registry::values
