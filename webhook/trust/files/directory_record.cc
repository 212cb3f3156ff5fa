#include "trust/files/directory_record.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "base/file.h"
#include "contract/node_file_marks.h"

namespace connected_registry::trust {
namespace {

namespace fs = std::filesystem;

constexpr mode_t kDirectoryMode = 0755;
constexpr std::string_view kMadeLine = "made\n";
constexpr std::string_view kWroteStart = "wrote ";

DirectoryRecord parse_record(std::string_view body) {
  DirectoryRecord record;
  while (!body.empty()) {
    const std::size_t end = std::min(body.find('\n'), body.size() - 1);
    const std::string_view line = body.substr(0, end + 1);
    if (line == kMadeLine) {
      record.made = true;
    } else if (line.starts_with(kWroteStart) && line.ends_with('\n')) {
      record.wrote.emplace(line.substr(kWroteStart.size(), line.size() - kWroteStart.size() - 1));
    }
    body.remove_prefix(end + 1);
  }
  return record;
}

bool is_temporary(std::string_view name) {
  return name == contract::kRecordFile || name.starts_with(file::kTemporaryPrefix);
}

Status build_directory(const FileContext& work, const fs::path& building) {
  if (auto made = work.files.make_directory(building, kDirectoryMode); !made) return made;
  const fs::path record = building / contract::kRecordFile;
  if (auto created = work.files.create(record, kFileMode); !created) return created;
  const std::string content = mark(work.installation, render_record({.made = true, .wrote = {}}));
  if (auto written = work.files.append(record, content); !written) return written;
  if (auto synced = work.files.sync(record); !synced) return synced;
  return work.files.sync(building);
}

// A directory that was about to come or go. What somebody put there while it was about to go gets its name
// back.
Status finish_directory(const FileContext& work, const fs::path& left, const fs::path& name) {
  const auto entries = work.files.list(left);
  if (!entries) return tl::unexpected(entries.error());
  const bool empty = std::all_of(entries->begin(), entries->end(),
                                 [](const std::string& entry) { return is_temporary(entry); });
  if (!empty) {
    const auto there = work.files.look(name);
    if (!there) return tl::unexpected(there.error());
    if (there->kind == FileKind::kNone) return work.files.rename(left, name);
    return fail(ErrorCode::kIo,
                left.string() + " holds files that connected-registry did not write: move them");
  }
  for (const std::string& entry : *entries) {
    if (auto gone = work.files.unlink(left / entry); !gone) return gone;
  }
  return work.files.remove_directory(left);
}

}  // namespace

std::string render_record(const DirectoryRecord& record) {
  std::string body;
  if (record.made) body += kMadeLine;
  for (const std::string& name : record.wrote) body += std::string(kWroteStart) + name + "\n";
  return body;
}

Result<std::optional<OwnedRecord>> read_record(const FileContext& work, const fs::path& directory) {
  auto found = find(work, directory / contract::kRecordFile);
  if (!found) return tl::unexpected(std::move(found.error()));
  const bool ours = found->owner == Owner::kUs || found->owner == Owner::kSibling;
  if (found->kind != FileKind::kFile || !ours) return std::nullopt;
  return OwnedRecord{.owner = found->owner, .record = parse_record(body_of(found->content))};
}

Status make_directory(const FileContext& work, const fs::path& directory) {
  const fs::path building =
      directory.parent_path() / temporary_name(work.installation, directory.filename().string());
  auto built = build_directory(work, building);
  if (built) built = work.files.rename(building, directory);
  if (!built) {
    static_cast<void>(work.files.unlink(building / contract::kRecordFile));
    static_cast<void>(work.files.remove_directory(building));
    return built;
  }
  return work.files.sync(directory.parent_path());
}

Result<bool> discard_directory(const FileContext& work, const fs::path& directory) {
  const fs::path going =
      directory.parent_path() / temporary_name(work.installation, directory.filename().string());
  if (auto renamed = work.files.rename(directory, going); !renamed) return tl::unexpected(renamed.error());
  auto gone = work.files.unlink(going / contract::kRecordFile);
  if (gone) gone = work.files.remove_directory(going);
  if (!gone) {
    const auto entries = work.files.list(going);
    const bool taken = entries && std::any_of(entries->begin(), entries->end(),
                                              [](const std::string& name) { return !is_temporary(name); });
    // Where it is ours alone, it waits for the next run under the name that says so.
    if (!taken) return tl::unexpected(gone.error());
    if (auto back = work.files.rename(going, directory); !back) return tl::unexpected(back.error());
    return false;
  }
  if (auto synced = work.files.sync(directory.parent_path()); !synced) return tl::unexpected(synced.error());
  return true;
}

Result<std::size_t> clean_up(const FileContext& work, const fs::path& directory) {
  const auto names = work.files.list(directory);
  if (!names) return tl::unexpected(names.error());
  const std::string prefix = temporary_name(work.installation, "");
  std::size_t count = 0;
  for (const std::string& name : *names) {
    if (!name.starts_with(prefix)) continue;
    const auto look = work.files.look(directory / name);
    if (!look) return tl::unexpected(look.error());
    const auto done = look->kind == FileKind::kDirectory
                          ? finish_directory(work, directory / name, directory / name.substr(prefix.size()))
                          : work.files.unlink(directory / name);
    if (!done) return tl::unexpected(done.error());
    ++count;
  }
  return count;
}

}  // namespace connected_registry::trust
