#include "values/file_list.h"

#include <algorithm>
#include <cstddef>
#include <optional>

namespace connected_registry::values {
namespace {

// Cuts a name in quotes off the front. Returns nullopt if the quotes are not closed, or if text follows them.
std::optional<std::string> cut_quoted(std::string_view& text) {
  std::string name;
  text.remove_prefix(1);
  while (true) {
    const std::size_t quote = text.find('"');
    if (quote == std::string_view::npos) return std::nullopt;
    name.append(text.substr(0, quote));
    text.remove_prefix(quote + 1);
    if (!text.starts_with('"')) break;
    name.push_back('"');
    text.remove_prefix(1);
  }
  if (!text.empty() && text.front() != ',') return std::nullopt;
  return name;
}

std::optional<std::string> cut_plain(std::string_view& text) {
  const std::string_view name = text.substr(0, text.find(','));
  if (name.find('"') != std::string_view::npos) return std::nullopt;
  text.remove_prefix(name.size());
  return std::string(name);
}

}  // namespace

Result<std::vector<std::string>> parse_file_list(std::string_view text) {
  std::vector<std::string> names;
  if (text.empty()) return names;
  while (true) {
    auto name = text.starts_with('"') ? cut_quoted(text) : cut_plain(text);
    if (!name) {
      return fail(
          ErrorCode::kInvalidArgument,
          "double quotes in it do not enclose a whole name (write -f '\"a,b.yaml\"' for a comma in a name)");
    }
    names.push_back(std::move(*name));
    if (text.empty()) return names;
    text.remove_prefix(1);
  }
}

}  // namespace connected_registry::values
