#include "support/golden.h"

std::string golden_directory() {
  return CONNECTED_REGISTRY_GOLDEN;
}
