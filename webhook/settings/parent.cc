#include "settings/parent.h"

#include <algorithm>
#include <array>
#include <cstddef>

namespace connected_registry::settings {
namespace {

bool is_lower_or_digit(char character) {
  return (character >= 'a' && character <= 'z') || (character >= '0' && character <= '9');
}

char to_lower(char character) {
  return character >= 'A' && character <= 'Z' ? static_cast<char>(character - 'A' + 'a') : character;
}

// "NAME.REGION": a registry's name and one word.
bool is_name_and_region(std::string_view text) {
  const std::size_t dot = text.find('.');
  if (dot == std::string_view::npos || dot == 0 || dot + 1 == text.size()) return false;
  const std::string_view name = text.substr(0, dot);
  const std::string_view region = text.substr(dot + 1);
  return std::all_of(name.begin(), name.end(), [](char c) { return is_lower_or_digit(c) || c == '-'; }) &&
         std::all_of(region.begin(), region.end(), is_lower_or_digit);
}

// ".azurecr.io" and its sisters, a port allowed.
bool is_azure_domain(std::string_view text) {
  constexpr std::array<std::string_view, 3> kDomains = {".azurecr.io", ".azurecr.cn", ".azurecr.us"};
  return std::any_of(kDomains.begin(), kDomains.end(), [&](std::string_view domain) {
    return text == domain || (text.starts_with(domain) && text[domain.size()] == ':');
  });
}

}  // namespace

ParentAccess parent_access(const ConnectionString& connection) {
  return {.endpoint = image_host(connection.parent_endpoint),
          .username = connection.token_name,
          .password = connection.token_password};
}

std::string image_host(std::string_view parent_endpoint) {
  constexpr std::string_view kData = ".data";
  std::string host(parent_endpoint);
  std::transform(host.begin(), host.end(), host.begin(), to_lower);
  const std::size_t data = host.find(".data.azurecr.");
  if (data != std::string::npos) {
    const std::string_view front = std::string_view(host).substr(0, data);
    const std::string_view domain = std::string_view(host).substr(data + kData.size());
    if (is_name_and_region(front) && is_azure_domain(domain)) {
      return std::string(front.substr(0, front.find('.'))).append(domain);
    }
  }
  if (host.find_first_of(".:") == std::string::npos) host += ":443";
  return host;
}

}  // namespace connected_registry::settings
