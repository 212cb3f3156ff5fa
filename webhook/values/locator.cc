#include "values/locator.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <utility>

#include "base/json.h"
#include "values/excerpt.h"
#include "values/known_keys.h"
#include "values/source_text.h"

namespace connected_registry::values {
namespace {

constexpr const char* kHidden = "…";

// The index that a rest of a path begins with ("[3].name"), which is then removed.
std::optional<std::size_t> take_index(std::string_view& rest) {
  if (!rest.starts_with('[')) return std::nullopt;
  std::size_t index = 0;
  const auto [end, error] = std::from_chars(rest.data() + 1, rest.data() + rest.size(), index);
  if (error != std::errc() || end == rest.data() + rest.size() || *end != ']') return std::nullopt;
  rest.remove_prefix(static_cast<std::size_t>(end + 1 - rest.data()));
  return index;
}

// The member that the longest begin of the rest names: "tls.crt" is one key where it is given flat.
const Member* take_member(const Node& map, std::string_view& rest) {
  if (rest.starts_with('.')) rest.remove_prefix(1);
  for (std::size_t end = rest.size(); end != 0 && end != std::string_view::npos;
       end = rest.substr(0, end).find_last_of(".[")) {
    if (const Member* member = find(map, rest.substr(0, end))) {
      rest.remove_prefix(end);
      return member;
    }
  }
  return nullptr;
}

// Names under which a rule's key may be given as well.
std::vector<std::string> spellings(std::string_view path) {
  if (path == "httpsEnabled") return {"httpsEnabled", "HttpsEnabled", "httpEnabled"};
  // What is in the Secret of tls.secret.
  if (path.starts_with("Secret ")) return {"tls.secret"};
  if (path == "tls") return {"tls", "tls.crt", "tls.key", "tls.cacrt", "tls.secret"};
  return {std::string(path)};
}

std::string value_text(const Node& node) {
  if (node.is_text()) return node.text;
  json::Document document;
  return json::to_text(to_json(node, document.GetAllocator()));
}

}  // namespace

Locator::Spot Locator::find_spot(std::string_view path) const {
  Spot spot;
  const Node* node = &input_.given;
  std::string_view rest = path;
  while (!rest.empty()) {
    if (node->is_map()) {
      const Member* member = take_member(*node, rest);
      if (member == nullptr) break;
      spot.key = member->at;
      node = &member->value;
    } else {
      const auto index = node->is_list() ? take_index(rest) : std::nullopt;
      if (!index || *index >= node->list.size()) break;
      node = &node->list[*index];
      spot.key = node->at;
    }
    spot.value = node;
    spot.path = std::string(path.substr(0, path.size() - rest.size()));
  }
  spot.exact = rest.empty();
  return spot;
}

void Locator::place_in_file(const Spot& spot, const Source& source, bool at_key, Place& place) const {
  const bool shown = schema_.is_shown(spot.path);
  const Node* value = spot.value;
  const bool scalar = value != nullptr && !value->is_map() && !value->is_list() && !value->is_null() &&
                      value->at.source == spot.key.source;
  const Position& at = scalar && !at_key ? value->at : spot.key;
  place.file = source.name;
  place.line = at.line;
  place.column = characters(line_of(source.text, at.line), static_cast<std::size_t>(at.column - 1)) + 1;
  Excerpt excerpt = excerpt_of(source.text, spot.key, scalar ? value : nullptr, shown, at);
  place.excerpt = std::move(excerpt.text);
  place.caret = excerpt.caret;
}

void Locator::place_in_argument(const Spot& spot, const Source& source, Place& place) const {
  const std::string key = source.name + " " + spot.path + "=";
  const Node* value = spot.value;
  const bool shown = schema_.is_shown(spot.path) && value != nullptr && !value->is_map() && !value->is_list();
  place.argument = key + kHidden;
  // A file's content is not what was typed.
  place.excerpt = key + (shown && source.name != "--set-file" ? value_text(*value) : kHidden);
  place.caret = characters(key, key.size()) + 1;
}

Place Locator::place_of(const Spot& spot, bool at_key) const {
  Place place;
  if (spot.key.known()) {
    const Source& source = input_.sources[static_cast<std::size_t>(spot.key.source)];
    if (source.kind == Source::Kind::kArgument) {
      place_in_argument(spot, source, place);
    } else {
      place_in_file(spot, source, at_key, place);
    }
    return place;
  }
  const auto file = std::find_if(input_.sources.begin(), input_.sources.end(),
                                 [](const Source& source) { return source.kind == Source::Kind::kFile; });
  if (file != input_.sources.end()) place.file = file->name;
  return place;
}

Located Locator::locate(settings::Finding finding) const {
  Spot spot;
  for (const std::string& path : spellings(finding.path)) {
    Spot candidate = find_spot(path);
    if (candidate.exact || !spot.key.known()) spot = std::move(candidate);
    if (spot.exact) break;
  }
  const bool unknown = finding.id == "CR060";
  if (unknown && spot.exact && spot.key.known()) {
    const Source& source = input_.sources[static_cast<std::size_t>(spot.key.source)];
    const std::string first = source.text.substr(0, source.text.find('='));
    // What follows a comma may be a part of the secret.
    if (source.kind == Source::Kind::kArgument && first != finding.path && is_secret(first)) {
      finding.path = first;
      finding.message = "a comma in its value begins another key, which is not known; write \\, for a comma";
      spot = find_spot(first);
    }
  }
  Place place = place_of(spot, unknown);
  return {std::move(finding), std::move(place)};
}

Located Locator::locate(const PlacedFinding& placed) const {
  const Source& source = input_.sources[static_cast<std::size_t>(placed.at.source)];
  Place place;
  place.file = source.name;
  place.line = placed.at.line;
  if (place.line > 0) {
    const std::string_view line = line_of(source.text, placed.at.line);
    place.column = characters(line, static_cast<std::size_t>(placed.at.column - 1)) + 1;
    Excerpt excerpt = masked_json(line, placed.at.column, schema_);
    place.excerpt = std::move(excerpt.text);
    place.caret = excerpt.caret;
  }
  return {placed.finding, std::move(place)};
}

std::vector<Located> Locator::locate(std::vector<settings::Finding> findings) const {
  std::vector<Located> located;
  for (const PlacedFinding& each : input_.findings) located.push_back(locate(each));
  for (settings::Finding& each : findings) located.push_back(locate(std::move(each)));
  return located;
}

}  // namespace connected_registry::values
