// A values file, read as for -f.
#include "check_values.h"

namespace connected_registry::fuzz {

void run(std::string_view input) {
  check_values({.files = {"-"}}, input);
}

}  // namespace connected_registry::fuzz
