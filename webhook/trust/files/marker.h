// The first line of every file of ours: names its owner and the hash of what we wrote below it. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "contract/names.h"
#include "contract/node_file_marks.h"

namespace connected_registry::trust {

enum class Owner {
  kUs,       // ours, as we wrote it
  kSibling,  // of another installation of this project, as it wrote it
  kChanged,  // one of those that somebody changed since
  kForeign,  // anything else
};

// The file for a body: the marker's line, then the body.
std::string mark(const names::Installation& installation, std::string_view body);

// Whose a file's content is.
Owner owner_of(std::string_view content, const names::Installation& installation);

// What follows the marker's line, of a file that is kUs or kSibling.
std::string_view body_of(std::string_view content);

}  // namespace connected_registry::trust
