#include "contract/names.h"

namespace connected_registry::names {

std::string Installation::webhook_configuration() const {
  // The chart's `trunc 63 | trimSuffix "-"`.
  std::string joined = (name + "-" + namespace_).substr(0, 63);
  if (joined.ends_with('-')) joined.pop_back();
  return joined;
}

}  // namespace connected_registry::names
