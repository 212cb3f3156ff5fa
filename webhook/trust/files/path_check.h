// A check of the directories on the way to a file of the node, before anything below them is changed.
#pragma once

#include <filesystem>
#include <set>

#include "base/result.h"
#include "trust/files/file_system.h"

namespace connected_registry::trust {

// Checks each step from `root` down to the directory `relative`; a step that does not exist ends the check
// with success. `root` itself is not checked. The check and a later write are separate system calls, so a
// success means that only root, or the user of this process, can replace a step between the two. In the
// directories `administered`, and below, a group may write too. kAlreadyExists: a step is a symbolic link, or
// is not a directory. kPermissionDenied: other users can replace entries of a step, because it belongs to
// another user, or a group or every user can write to it and it is not sticky.
Status check_path(const FileSystem& files, const std::filesystem::path& root,
                  const std::filesystem::path& relative,
                  const std::set<std::filesystem::path>& administered = {});

}  // namespace connected_registry::trust
