#include "inject/image_reference.h"

#include <algorithm>
#include <cstddef>

namespace connected_registry::inject {

std::string_view host_of(std::string_view image_reference) {
  const std::size_t slash = image_reference.find('/');
  if (slash == std::string_view::npos) return {};
  const std::string_view first = image_reference.substr(0, slash);
  const bool is_host = first.find_first_of(".:") != std::string_view::npos || first == "localhost" ||
                       std::any_of(first.begin(), first.end(),
                                   [](char character) { return character >= 'A' && character <= 'Z'; });
  return is_host ? first : std::string_view();
}

}  // namespace connected_registry::inject
