#include "inject/proxy.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "net/no_proxy.h"

namespace connected_registry::inject {
namespace {

constexpr std::uint16_t kHttpsPort = 443;

template <std::size_t kSize>
bool is_one_of(std::string_view name, const std::array<std::string_view, kSize>& names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

bool uses_proxy_for(std::span<const OwnVariable> variables, std::string_view address) {
  bool has_proxy = false;
  bool is_exempt = false;
  for (const OwnVariable& each : variables) {
    if (is_one_of(each.name, kProxyVariables)) {
      has_proxy = has_proxy || each.is_from_elsewhere || !each.value.empty();
    }
    if (is_one_of(each.name, kNoProxyVariables)) {
      is_exempt =
          is_exempt || each.is_from_elsewhere || net::is_exempt_from_proxy(each.value, address, kHttpsPort);
    }
  }
  return has_proxy && !is_exempt;
}

}  // namespace connected_registry::inject
