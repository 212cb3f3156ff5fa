// A manifest: what is read of it is written so that it is read again as the same.
#include <cstddef>

#include "base/json.h"
#include "manifest/read.h"
#include "manifest/write.h"
#include "target.h"

namespace connected_registry::fuzz {

void run(std::string_view input) {
  const auto documents = manifest::read(input, "input");
  if (!documents) return;
  const auto again = manifest::read(manifest::to_yaml(*documents), "again");
  require(again.has_value(), "what is written can be read");
  // Empty documents are left out. 1.0 is 1 then, as to kubectl.
  std::size_t at = 0;
  for (const auto& each : *documents) {
    if (each.IsNull()) continue;
    require(at < again->size() && (*again)[at++] == each, "what is written is read as the same");
  }
}

}  // namespace connected_registry::fuzz
