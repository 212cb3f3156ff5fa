// What we note in a folder on a node: whether we made it, and which files in it we wrote. A file of ours,
// hidden, that goes when we go. For NodeFiles.
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "base/names.h"
#include "base/result.h"
#include "trust/placed_file.h"

namespace connected_registry::trust {

inline constexpr std::string_view kRecordFile = ".connected-registry";

struct FolderRecord {
  bool made = false;  // the folder was not there before us
  std::set<std::string> wrote;

  bool operator==(const FolderRecord&) const = default;
};

std::string render_record(const FolderRecord& record);

struct FoundRecord {
  Owner owner = Owner::kForeign;  // kUs or kSibling
  FolderRecord record;
};

// None where there is none, or one that somebody changed: that is a stranger's file then.
Result<std::optional<FoundRecord>> read_record(const Workplace& work, const std::filesystem::path& folder);

// Makes a folder with its record, in one step.
Status make_folder(const Workplace& work, const std::filesystem::path& folder);

// Removes, in one step, a folder that holds nothing but its record. False if somebody put a file there
// meanwhile.
Result<bool> discard_folder(const Workplace& work, const std::filesystem::path& folder);

// Removes what a crash of ours left in `folder`: unfinished files, folders that were about to come or go. How
// many.
Result<std::size_t> clean_up(const Workplace& work, const std::filesystem::path& folder);

}  // namespace connected_registry::trust
