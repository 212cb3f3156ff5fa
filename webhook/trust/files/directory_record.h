// What we note in a directory on a node: whether we made it, and which files in it we wrote. A file of ours,
// hidden, that goes when we go. For NodeFiles.
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "base/result.h"
#include "contract/names.h"
#include "contract/node_file_marks.h"
#include "trust/files/placed_file.h"

namespace connected_registry::trust {

struct DirectoryRecord {
  bool made = false;  // the directory was not there before us
  std::set<std::string> wrote;

  bool operator==(const DirectoryRecord&) const = default;
};

std::string render_record(const DirectoryRecord& record);

struct OwnedRecord {
  Owner owner = Owner::kForeign;  // kUs or kSibling
  DirectoryRecord record;
};

// None where there is none, or one that somebody changed: that is a stranger's file then.
Result<std::optional<OwnedRecord>> read_record(const FileContext& work,
                                               const std::filesystem::path& directory);

// Makes a directory with its record, in one step.
Status make_directory(const FileContext& work, const std::filesystem::path& directory);

// Removes, in one step, a directory that holds nothing but its record. False if somebody put a file there
// meanwhile.
Result<bool> discard_directory(const FileContext& work, const std::filesystem::path& directory);

// Removes what a crash of ours left in `directory`: unfinished files, directories that were about to come or
// go. How many.
Result<std::size_t> clean_up(const FileContext& work, const std::filesystem::path& directory);

}  // namespace connected_registry::trust
