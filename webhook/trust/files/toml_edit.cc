#include "trust/files/toml_edit.h"

#include <algorithm>
#include <utility>

#include "base/sha256.h"
#include "contract/node_file_marks.h"
#include "trust/files/marker.h"
#include "trust/files/toml_reader.h"

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

std::string key_text(const std::string& key) {
  const bool bare = !key.empty() && std::all_of(key.begin(), key.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  });
  return bare ? key : toml_string(key);
}

std::string header_of(const std::vector<std::string>& table) {
  std::string header = "[";
  for (const std::string& part : table) header += (header.size() > 1 ? "." : "") + key_text(part);
  return header + "]";
}

// Where a setting is written: in a table that has a header, on a line with this key.
struct Place {
  std::vector<std::string> table;
  std::string key;
  std::string line;

  bool is_inline(const TomlSetting& setting) const { return table.size() < setting.table.size(); }
};

// Returns the place of a setting. A part with a bracket starts an inline table below the header of the parts
// before it: go-toml 1, with which containerd 1.x reads, ends a header at the first bracket, even if the
// bracket is quoted.
Place place_of(const TomlSetting& setting) {
  const auto bracket = std::find_if(setting.table.begin(), setting.table.end(), [](const std::string& part) {
    return part.find_first_of("[]") != std::string::npos;
  });
  std::vector<std::string> keys(bracket, setting.table.end());
  keys.push_back(setting.key);
  std::string line = toml_string(setting.value);
  for (std::size_t at = keys.size(); at-- > 0;) {
    line = key_text(keys[at]) + " = " + line;
    if (at > 0) line = "{ " + line + " }";
  }
  return {.table = {setting.table.begin(), bracket}, .key = keys.front(), .line = std::move(line)};
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
                         const Place& place) {
  const std::size_t start = offset_of(text, line);
  const std::size_t end = text.find('\n', start);
  const std::string_view old = text.substr(start, end - start);
  std::string out(text.substr(0, start));
  out += block(installation, std::string(kReplacedLine) + std::string(old) + "\n" + place.line + "\n");
  return out + std::string(text.substr(end + 1));
}

// Returns the offset of the line below the table's header. No value if the table has no header of its own.
std::optional<std::size_t> below_header(std::string_view text, const toml::table& table,
                                        const std::vector<std::string>& name) {
  const std::size_t start = offset_of(text, table.source().begin.line);
  const std::size_t end = text.find('\n', start);
  const std::size_t bracket = text.find_first_not_of(" \t", start);
  // An implicit table starts at the header of a table below it, whose name is longer.
  const auto alone = parse_toml(text.substr(start, end - start));
  const toml::table* const named = alone ? table_at(*alone, name) : nullptr;
  if (text[bracket] != '[' || named == nullptr || !named->empty()) return std::nullopt;
  return end + 1;
}

// Returns true if the offset is between the first and the last line of a block of any installation.
bool is_in_block(std::string_view text, std::size_t offset) {
  const std::string_view before = text.substr(0, offset);
  const std::size_t begin = before.rfind(contract::kSettingsStart);
  if (begin == std::string_view::npos) return false;
  const std::size_t end = before.rfind(contract::kSettingsEnd);
  return end == std::string_view::npos || end < begin;
}

// Adds the lines below the table's header if that has a line of its own, otherwise at the end with a new
// header.
std::string add_lines(std::string_view text, const toml::table* table,
                      const names::Installation& installation, const std::vector<std::string>& name,
                      const std::string& lines) {
  const auto below = table == nullptr ? std::nullopt : below_header(text, *table, name);
  if (!below) return std::string(text) + block(installation, header_of(name) + "\n" + lines);
  return std::string(text.substr(0, *below)) + block(installation, lines) + std::string(text.substr(*below));
}

tl::unexpected<Error> cannot_add(const TomlSetting& setting, std::string_view reason) {
  return fail(ErrorCode::kInvalidArgument,
              "cannot add " + header_of(setting.table) + " " + setting.key + ": " + std::string(reason));
}

// Inserts settings that are in one block, because they are below the same header.
Result<std::string> insert_group(std::string_view text, const names::Installation& installation,
                                 const std::vector<TomlSetting>& group) {
  auto before = parse_toml(text);
  if (!before) return tl::unexpected(std::move(before.error()));
  const Place first = place_of(group.front());
  const toml::table* const table = table_at(*before, first.table);
  std::string lines;
  std::string edited;
  for (const TomlSetting& setting : group) {
    const Place place = place_of(setting);
    lines += place.line + "\n";
    const toml::node* const old = table == nullptr ? nullptr : table->get(place.key);
    if (old == nullptr) continue;
    if (place.is_inline(setting) || old->value<std::string>() != std::string()) {
      return fail(ErrorCode::kInvalidArgument, key_text(place.key) + " already has a value");
    }
    edited = replace_line(text, old->source().begin.line, installation, place);
  }
  if (edited.empty()) {
    const auto below = table == nullptr ? std::nullopt : below_header(text, *table, first.table);
    // The lines would be left without their header when the other installation removes its block.
    if (below && is_in_block(text, *below)) {
      return cannot_add(group.front(), "another installation added the header " + header_of(first.table));
    }
    edited = add_lines(text, table, installation, first.table, lines);
  }
  const auto after = parse_toml(edited);
  const bool fits = std::all_of(group.begin(), group.end(),
                                [&before](const TomlSetting& setting) { return set_in(*before, setting); });
  if (!after || !fits || *after != *before) {
    return cannot_add(group.front(), "the table is an inline table or has dotted keys");
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

std::string toml_lines(const TomlSetting& setting) {
  const Place place = place_of(setting);
  return header_of(place.table) + " " + place.line;
}

Result<std::string> insert_settings(std::string_view text, const names::Installation& installation,
                                    const std::vector<TomlSetting>& settings) {
  // The line end that is added below would make TOML of a text that ends in a carriage return.
  if (auto original = parse_toml(text); !original) return tl::unexpected(std::move(original.error()));
  std::string edited(text);
  if (!edited.empty() && edited.back() != '\n') edited += '\n';
  for (auto next = settings.begin(); next != settings.end();) {
    const Place first = place_of(*next);
    const bool is_inline = first.is_inline(*next);
    std::vector<TomlSetting> group = {*next++};
    while (is_inline && next != settings.end() && place_of(*next).is_inline(*next) &&
           place_of(*next).table == first.table) {
      group.push_back(*next++);
    }
    auto one = insert_group(edited, installation, group);
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
