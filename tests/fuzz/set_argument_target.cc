// The argument of --set, --set-string or --config; the first byte selects the option.
#include "check_values.h"

namespace connected_registry::fuzz {

void run(std::string_view input) {
  const std::string argument(input.substr(std::min<std::size_t>(1, input.size())));
  switch (input.empty() ? ' ' : input.front()) {
    case 's':
      return check_values({.set_string = {argument}}, {});
    case 'c':
      return check_values({.config = {argument}}, {});
    default:
      return check_values({.set = {argument}}, {});
  }
}

}  // namespace connected_registry::fuzz
