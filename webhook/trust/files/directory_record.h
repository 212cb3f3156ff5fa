// The record of a directory on the node. It states if the agent created the directory and lists the files
// that the agent wrote into it. The record is a hidden file (contract::kRecordFile). It is removed with the
// other files of the agent. Every version must read and write the same format, because nodes keep records for
// years.
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
  bool made = false;            // the agent created the directory
  std::set<std::string> wrote;  // names of the files that the agent wrote

  bool operator==(const DirectoryRecord&) const = default;
};

// Returns the record as text, without the marker line.
std::string render_record(const DirectoryRecord& record);

struct OwnedRecord {
  Owner owner = Owner::kForeign;  // kUs or kSibling
  DirectoryRecord record;
};

// Reads the record of a directory. No value if the record does not exist, or if another program changed it:
// it then counts as a foreign file.
Result<std::optional<OwnedRecord>> read_record(const FileContext& context,
                                               const std::filesystem::path& directory);

// Creates a directory with its record, in one step.
Status make_directory(const FileContext& context, const std::filesystem::path& directory);

// Removes, in one step, a directory that contains only its record. Returns false and keeps the directory if
// another program added a file in the meantime.
Result<bool> remove_directory(const FileContext& context, const std::filesystem::path& directory);

// Cleans up `directory` after an interrupted run of this installation: removes unfinished files, and
// directories that were being created or removed. Returns the number of these files and directories.
Result<std::size_t> clean_up(const FileContext& context, const std::filesystem::path& directory);

}  // namespace connected_registry::trust
