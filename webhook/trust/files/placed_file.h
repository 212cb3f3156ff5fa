// One file of ours on a node, put where somebody else's may be, and taken back. What was there is kept beside
// it, the same inode, and so comes back with its bytes, mode, owner and times. For NodeFiles.
//
// Each function is safe against the process's end at any moment: at every path there is always the whole old
// file or the whole new one, and whatever is left half done is finished or undone by the next call.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.h"
#include "contract/names.h"
#include "trust/files/file_system.h"
#include "trust/files/marker.h"

namespace connected_registry::trust {

// Where an installation works on a file system.
struct FileContext {
  FileSystem& files;
  const names::Installation& installation;
};

inline constexpr mode_t kFileMode = 0644;

// Name for the time in which a file or directory comes or goes. Tells its installation, so that only that one
// cleans it up.
std::string temporary_name(const names::Installation& installation, std::string_view name);

// Replaces the file, or makes it, in one step.
Status write_whole(const FileContext& work, const std::filesystem::path& path, std::string_view content,
                   const FileStatus& like = {.kind = FileKind::kFile, .mode = kFileMode});

// What a file is to us. A long one, one of another user, a link, a directory are kForeign, and not read;
// kNone where nothing is there.
struct Found {
  FileKind kind = FileKind::kNone;
  Owner owner = Owner::kForeign;
  bool is_read = false;
  std::string content = {};
  FileStatus look = {};
};
Result<Found> find(const FileContext& work, const std::filesystem::path& path);

// Makes the file hold `body` below our marker; true if that changed something. A foreign file is kept aside.
// Errors of code kAlreadyExists name what is left alone: a link, a file of ours that somebody changed, a
// foreign one that took the place of ours (`written_before` says that we had written there).
Result<bool> place(const FileContext& work, const std::filesystem::path& path, std::string_view body,
                   bool written_before);

// Undoes place(): what was kept comes back, else the file goes. True if that changed something. Nothing
// happens where the file is not ours. kAlreadyExists as above.
Result<bool> take_back(const FileContext& work, const std::filesystem::path& path);

}  // namespace connected_registry::trust
