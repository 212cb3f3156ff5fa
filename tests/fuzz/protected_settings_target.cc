// A protected settings file of Azure's extension, with the settings that make it complete.
#include "check_values.h"

namespace connected_registry::fuzz {

void run(std::string_view input) {
  check_values(
      {.set = {"service.clusterIP=192.100.100.1,cert-manager.install=false,cert-manager.enabled=false"},
       .protected_files = {"-"}},
      input);
}

}  // namespace connected_registry::fuzz
