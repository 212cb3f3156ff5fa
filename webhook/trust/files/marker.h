// The marker: the first line of every file that the agent writes. It contains the name of the installation
// and the SHA-256 of the rest of the file. The format of the line must be the same in every version, because
// nodes keep these files. Pure functions.
#pragma once

#include <string>
#include <string_view>

#include "contract/names.h"

namespace connected_registry::trust {

enum class Owner {
  kUs,       // this installation wrote the file, and nobody has changed it
  kSibling,  // another installation of this project wrote the file, and nobody has changed it
  kChanged,  // an installation of this project wrote the file, and another program changed it
  kForeign,  // no installation of this project wrote the file
};

// Returns the content of a file: the marker followed by the body.
std::string mark(const names::Installation& installation, std::string_view body);

// Returns the owner of a file with this content.
Owner owner_of(std::string_view content, const names::Installation& installation);

// Returns the body of a file that belongs to kUs or kSibling.
std::string_view body_of(std::string_view content);

}  // namespace connected_registry::trust
