// The marker: the first line of every file of ours. It names the installation and holds the SHA-256 of the
// rest of the file. Pure. Nodes keep these files: the line stays the same in every version.
#pragma once

#include <string>
#include <string_view>

#include "contract/names.h"

namespace connected_registry::trust {

enum class Owner {
  kUs,       // this installation, and the file is as we wrote it
  kSibling,  // another installation of this project, and the file is as that one wrote it
  kChanged,  // a file of an installation that somebody changed since
  kForeign,  // anybody else
};

// Returns the content of a file: the marker, then the body.
std::string mark(const names::Installation& installation, std::string_view body);

// Returns the owner of a file with this content.
Owner owner_of(std::string_view content, const names::Installation& installation);

// Returns the body of a file that belongs to kUs or kSibling.
std::string_view body_of(std::string_view content);

}  // namespace connected_registry::trust
