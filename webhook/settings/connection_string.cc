#include "settings/connection_string.h"

#include <algorithm>
#include <array>
#include <cstddef>

#include "base/strings.h"

namespace connected_registry::settings {
namespace {

struct Key {
  std::string_view name;
  std::string ConnectionString::*value;
};
constexpr std::array<Key, 5> kKeys{{
    {"ConnectedRegistryName", &ConnectionString::registry_name},
    {"SyncTokenName", &ConnectionString::token_name},
    {"SyncTokenPassword", &ConnectionString::token_password},
    {"ParentGatewayEndpoint", &ConnectionString::parent_endpoint},
    {"ParentEndpointProtocol", &ConnectionString::parent_protocol},
}};

using Counts = std::array<int, kKeys.size()>;

void read_part(std::string_view part, ConnectionString& out, Counts& counts) {
  const std::size_t equals = part.find('=');
  const std::string_view name = part.substr(0, equals);
  for (std::size_t i = 0; i < kKeys.size(); ++i) {
    if (kKeys[i].name != name) continue;
    ++counts[i];
    out.*kKeys[i].value = equals == std::string_view::npos ? std::string_view() : part.substr(equals + 1);
  }
}

// Reports whether the value is one of the placeholders that Azure's command line prints, such as
// "<use --generate-password to generate a new password>".
bool is_placeholder(std::string_view value) {
  return value.size() > 1 && value.front() == '<' && value.back() == '>';
}

// Reports whether the text holds what editors add to a copied text and do not show.
bool holds_invisible(std::string_view text) {
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  const bool control = std::any_of(text.begin(), text.end(), [](char character) {
    const auto byte = static_cast<unsigned char>(character);
    return byte < ' ' || byte == 0x7f;
  });
  return control || text.find(kByteOrderMark) != std::string_view::npos;
}

}  // namespace

ConnectionString parse_connection_string(std::string_view text) {
  ConnectionString out;
  Counts counts{};
  for (const std::string_view part : split(text, ';')) {
    read_part(part, out, counts);
    if (part.starts_with("ManagedIdentityClientId=")) out.has_managed_identity = true;
  }
  if (holds_invisible(text)) {
    out.problems.emplace_back("it holds a line break, another control character or a byte order mark");
  }
  for (std::size_t i = 0; i < kKeys.size(); ++i) {
    const std::string name(kKeys[i].name);
    const std::string& value = out.*kKeys[i].value;
    // Such a string has no token.
    if (out.has_managed_identity && counts[i] == 0 && name.starts_with("SyncToken")) continue;
    if (counts[i] > 1) out.problems.push_back(name + " is given more than once");
    if (counts[i] == 0) {
      out.problems.push_back(name + " is missing");
    } else if (value.empty()) {
      out.problems.push_back(name + " is empty");
    } else if (is_placeholder(value)) {
      out.problems.push_back(name + " is a placeholder in < >");
    }
  }
  return out;
}

std::string_view without_line_end(std::string_view text) {
  if (text.ends_with('\n')) text.remove_suffix(1);
  if (text.ends_with('\r')) text.remove_suffix(1);
  return text;
}

}  // namespace connected_registry::settings
