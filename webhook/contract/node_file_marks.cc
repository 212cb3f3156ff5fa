#include "contract/node_file_marks.h"

namespace connected_registry::contract {

std::string marker_start(const names::Installation& installation) {
  return std::string(kMarkerStart) + installation.namespace_ + "/" + installation.name + ".";
}

std::string settings_start(const names::Installation& installation) {
  return std::string(kSettingsStart) + installation.namespace_ + "/" + installation.name + ".";
}

std::string settings_end(const names::Installation& installation) {
  return std::string(kSettingsEnd) + installation.namespace_ + "/" + installation.name;
}

}  // namespace connected_registry::contract
