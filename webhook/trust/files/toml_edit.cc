#include "trust/files/toml_edit.h"

#include <toml++/toml.h>

#include <algorithm>
#include <utility>

#include "base/sha256.h"
#include "contract/node_file_marks.h"
#include "trust/files/marker.h"

namespace connected_registry::trust {
namespace {

constexpr std::string_view kReplacedLine = "#was: ";

std::string begin_line(const names::Installation& installation) {
  return contract::settings_start(installation) + " Removed at uninstall. Do not edit.\n";
}

// Returns the start of the closing line. The hash of the lines between and a line end follow it.
std::string end_start(const names::Installation& installation) {
  return contract::settings_end(installation) + " sha256:";
}

Result<toml::table> parse(std::string_view text) {
  try {
    return toml::parse(text);
  } catch (const toml::parse_error& error) {
    return fail(ErrorCode::kInvalidArgument, "line " + std::to_string(error.source().begin.line) + ": " +
                                                 std::string(error.description()));
  }
}

std::string header_of(const std::vector<std::string>& table) {
  std::string header = "[";
  for (const std::string& part : table) {
    if (header.size() > 1) header += '.';
    const bool bare = std::all_of(part.begin(), part.end(), [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
             c == '-';
    });
    header += bare ? part : toml_string(part);
  }
  return header + "]";
}

std::string line_of(const TomlSetting& setting) {
  return setting.key + " = " + toml_string(setting.value);
}

// Returns where a line starts. Lines count from 1.
std::size_t offset_of(std::string_view text, std::size_t line) {
  std::size_t offset = 0;
  for (std::size_t count = 1; count < line; ++count) {
    offset = text.find('\n', offset);
    if (offset == std::string_view::npos) return text.size();
    ++offset;
  }
  return offset;
}

const toml::table* table_at(const toml::table& root, const std::vector<std::string>& path) {
  const toml::table* table = &root;
  for (const std::string& part : path) {
    const toml::node* const node = table->get(part);
    table = node == nullptr ? nullptr : node->as_table();
    if (table == nullptr) return nullptr;
  }
  return table;
}

// Sets the key, creating tables as needed. False if a step of the path is no table.
bool set_in(toml::table& root, const TomlSetting& setting) {
  toml::table* table = &root;
  for (const std::string& part : setting.table) {
    table->insert(part, toml::table());  // does nothing if it exists
    toml::node* const node = table->get(part);
    table = node == nullptr ? nullptr : node->as_table();
    if (table == nullptr) return false;
  }
  table->insert_or_assign(setting.key, setting.value);
  return true;
}

std::string block(const names::Installation& installation, std::string_view inner) {
  return begin_line(installation) + std::string(inner) + end_start(installation) + sha256_hex(inner) + "\n";
}

// Replaces the line with the key, whose value is empty.
std::string replace_line(std::string_view text, std::size_t line, const names::Installation& installation,
                         const TomlSetting& setting) {
  const std::size_t start = offset_of(text, line);
  const std::size_t end = text.find('\n', start);
  const std::string_view old = text.substr(start, end - start);
  std::string out(text.substr(0, start));
  out += block(installation, std::string(kReplacedLine) + std::string(old) + "\n" + line_of(setting) + "\n");
  return out + std::string(text.substr(end + 1));
}

// Adds the key below the table's header if that has a line of its own, otherwise at the end with a new
// header.
std::string add_line(std::string_view text, const toml::table* table, const names::Installation& installation,
                     const TomlSetting& setting) {
  if (table != nullptr) {
    const std::size_t start = offset_of(text, table->source().begin.line);
    const std::size_t end = text.find('\n', start);
    const std::size_t bracket = text.find_first_not_of(" \t", start);
    // An implicit table starts at the header of a table below it, whose name is longer.
    const std::string_view header = text.substr(start, end - start);
    const auto alone = parse(header);
    const toml::table* const named = alone ? table_at(*alone, setting.table) : nullptr;
    if (text[bracket] == '[' && named != nullptr && named->empty()) {
      return std::string(text.substr(0, end + 1)) + block(installation, line_of(setting) + "\n") +
             std::string(text.substr(end + 1));
    }
  }
  return std::string(text) + block(installation, header_of(setting.table) + "\n" + line_of(setting) + "\n");
}

Result<std::string> insert_one(std::string_view text, const names::Installation& installation,
                               const TomlSetting& setting) {
  auto before = parse(text);
  if (!before) return tl::unexpected(std::move(before.error()));
  const toml::table* const table = table_at(*before, setting.table);
  const toml::node* const old = table == nullptr ? nullptr : table->get(setting.key);
  std::string edited;
  if (old != nullptr) {
    if (old->value<std::string>() != std::string()) {
      return fail(ErrorCode::kInvalidArgument, setting.key + " already has a value");
    }
    edited = replace_line(text, old->source().begin.line, installation, setting);
  } else {
    edited = add_line(text, table, installation, setting);
  }
  const auto after = parse(edited);
  const bool fits = set_in(*before, setting);
  if (!after || !fits || *after != *before) {
    return fail(ErrorCode::kInvalidArgument, "cannot add " + header_of(setting.table) + " " + setting.key +
                                                 ": the table is an inline table or has dotted keys");
  }
  return edited;
}

// Removes the first block of ours. No value if there is none, or if somebody changed it.
std::optional<std::string> cut_one(std::string_view text, const names::Installation& installation) {
  const std::string begin = begin_line(installation);
  const std::string end = end_start(installation);
  const std::size_t start = text.find(begin);
  if (start == std::string_view::npos) return std::nullopt;
  const std::size_t stop = text.find(end, start);
  if (stop == std::string_view::npos) return std::nullopt;
  const std::string_view inner = text.substr(start + begin.size(), stop - start - begin.size());
  const std::string closing = sha256_hex(inner) + "\n";
  const std::string_view rest = text.substr(stop + end.size());
  if (!rest.starts_with(closing)) return std::nullopt;
  std::string out(text.substr(0, start));
  if (inner.starts_with(kReplacedLine)) {
    out += inner.substr(kReplacedLine.size(), inner.find('\n') - kReplacedLine.size());
    out += '\n';
  }
  return out + std::string(rest.substr(closing.size()));
}

}  // namespace

std::string toml_string(std::string_view text) {
  std::string out = "\"";
  for (const char character : text) {
    if (character == '"' || character == '\\') out += '\\';
    out += character;
  }
  return out + '"';
}

Result<std::string> insert_settings(std::string_view text, const names::Installation& installation,
                                    const std::vector<TomlSetting>& settings) {
  std::string edited(text);
  if (!edited.empty() && edited.back() != '\n') edited += '\n';
  for (const TomlSetting& setting : settings) {
    auto one = insert_one(edited, installation, setting);
    if (!one) return one;
    edited = std::move(*one);
  }
  return edited;
}

bool holds_settings(std::string_view text, const names::Installation& installation) {
  return text.find(begin_line(installation)) != std::string_view::npos;
}

std::optional<std::string> cut_settings(std::string_view text, const names::Installation& installation) {
  auto cut = cut_one(text, installation);
  while (cut && holds_settings(*cut, installation)) cut = cut_one(*cut, installation);
  return cut;
}

}  // namespace connected_registry::trust
