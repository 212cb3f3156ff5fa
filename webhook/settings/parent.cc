#include "settings/parent.h"

#include <algorithm>
#include <array>
#include <cstddef>

#include "base/strings.h"

namespace connected_registry::settings {
namespace {

bool is_lower_or_digit(char c) {
  return is_lower(c) || is_digit(c);
}

// Reports whether the text is "NAME.REGION": a registry's name and one word.
bool is_name_and_region(std::string_view text) {
  const auto parts = split(text, '.');
  return parts.size() == 2 && all_of(parts[0], [](char c) { return is_lower_or_digit(c) || c == '-'; }) &&
         all_of(parts[1], is_lower_or_digit);
}

constexpr std::array<std::string_view, 3> kDomains = {".azurecr.io", ".azurecr.cn", ".azurecr.us"};

// Reports whether the text is ".azurecr.io" or the domain of another cloud, with a port or without.
bool is_azure_domain(std::string_view text) {
  return std::any_of(kDomains.begin(), kDomains.end(), [&](std::string_view domain) {
    return text == domain || (text.starts_with(domain) && text[domain.size()] == ':');
  });
}

}  // namespace

bool is_azure_host(std::string_view host) {
  return std::any_of(kDomains.begin(), kDomains.end(),
                     [host](std::string_view domain) { return host.ends_with(domain); });
}

ParentAccess parent_access(const ConnectionString& connection) {
  return {.endpoint = image_host(connection.parent_endpoint),
          .username = connection.token_name,
          .password = connection.token_password};
}

std::string image_host(std::string_view parent_endpoint) {
  constexpr std::string_view kData = ".data";
  const std::string host = lower(parent_endpoint);
  const std::size_t data = host.find(".data.azurecr.");
  if (data != std::string::npos) {
    const std::string_view front = std::string_view(host).substr(0, data);
    const std::string_view domain = std::string_view(host).substr(data + kData.size());
    if (is_name_and_region(front) && is_azure_domain(domain)) {
      return std::string(front.substr(0, front.find('.'))).append(domain);
    }
  }
  return host.find_first_of(".:") == std::string::npos ? host + ":443" : host;
}

}  // namespace connected_registry::settings
