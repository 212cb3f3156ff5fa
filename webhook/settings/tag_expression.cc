#include "settings/tag_expression.h"

#include <re2/re2.h>

#include <string>

namespace connected_registry::settings {

bool is_tag_expression(std::string_view text) {
  RE2::Options options;
  options.set_log_errors(false);
  // As regsync does. It matters: "\" is right in front of "$", and "*" behind "^".
  const std::string whole = "^" + std::string(text) + "$";
  return RE2(whole, options).ok();
}

}  // namespace connected_registry::settings
