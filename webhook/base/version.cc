#include "base/version.h"

namespace connected_registry {

std::string_view version() {
  return CONNECTED_REGISTRY_VERSION;
}

}  // namespace connected_registry
