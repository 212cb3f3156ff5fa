// A record in a directory on the node: whether we created the directory, and which files in it we wrote. It
// is a hidden file of ours (contract::kRecordFile) and is removed with the rest. Nodes keep records for
// years: every version reads and writes the same format.
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <set>
#include <string>

#include "base/result.h"
#include "trust/files/file_context.h"
#include "trust/files/marker.h"

namespace connected_registry::trust {

struct DirectoryRecord {
  bool made = false;            // the directory did not exist before us
  std::set<std::string> wrote;  // names of files

  bool operator==(const DirectoryRecord&) const = default;
};

// Returns the record as text, without the marker line.
std::string render_record(const DirectoryRecord& record);

struct OwnedRecord {
  Owner owner = Owner::kForeign;  // kUs or kSibling
  DirectoryRecord record;
};

// Reads a directory's record. No value if there is none, or if somebody changed it: then the file is foreign.
Result<std::optional<OwnedRecord>> read_record(const FileContext& context,
                                               const std::filesystem::path& directory);

// Creates a directory with its record, in one step.
Status make_directory(const FileContext& context, const std::filesystem::path& directory);

// Removes, in one step, a directory that holds only its record. False if somebody added a file meanwhile:
// then the directory stays.
Result<bool> remove_directory(const FileContext& context, const std::filesystem::path& directory);

// Removes what an interrupted run of ours left in `directory`: unfinished files, and directories that were
// being created or removed. Returns their number.
Result<std::size_t> clean_up(const FileContext& context, const std::filesystem::path& directory);

}  // namespace connected_registry::trust
