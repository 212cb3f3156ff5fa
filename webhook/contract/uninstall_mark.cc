#include "contract/uninstall_mark.h"

#include "contract/names.h"

namespace connected_registry::contract {

bool is_uninstalling(const json::Value& object, TimePoint now) {
  const std::string_view text =
      json::string_at(object, {"metadata", "annotations", names::kUninstallingAnnotation});
  if (text.empty()) return false;
  const auto time = parse_time(text);
  return time && std::chrono::abs(now - *time) < kUninstallingLasts;
}

}  // namespace connected_registry::contract
