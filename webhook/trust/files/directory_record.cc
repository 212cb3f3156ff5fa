#include "trust/files/directory_record.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "base/file.h"
#include "contract/node_file_marks.h"
#include "trust/files/file_state.h"

namespace connected_registry::trust {
namespace {

namespace fs = std::filesystem;

constexpr mode_t kDirectoryMode = 0755;
// The format: one line each, in this order.
constexpr std::string_view kMadeLine = "made\n";
constexpr std::string_view kWroteStart = "wrote ";  // then the file's name

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

Status build_directory(const FileContext& context, const fs::path& building) {
  if (auto made = context.files.make_directory(building, kDirectoryMode); !made) return made;
  const fs::path record = building / contract::kRecordFile;
  if (auto created = context.files.create(record, kFileMode); !created) return created;
  const std::string content = mark(context.installation, render_record({.made = true, .wrote = {}}));
  if (auto written = context.files.append(record, content); !written) return written;
  if (auto synced = context.files.sync(record); !synced) return synced;
  return context.files.sync(building);
}

// Removes a directory that was being created or removed under its temporary name. If somebody added a file to
// it meanwhile, the directory gets its name back.
Status finish_directory(const FileContext& context, const fs::path& temporary, const fs::path& name) {
  const auto entries = context.files.list(temporary);
  if (!entries) return tl::unexpected(entries.error());
  const bool empty = std::all_of(entries->begin(), entries->end(),
                                 [](const std::string& entry) { return is_temporary(entry); });
  if (!empty) {
    const auto current = context.files.inspect(name);
    if (!current) return tl::unexpected(current.error());
    if (current->kind == FileKind::kNone) return context.files.rename(temporary, name);
    return fail(ErrorCode::kIo,
                temporary.string() + " holds files that connected-registry did not write: move them away");
  }
  for (const std::string& entry : *entries) {
    if (auto removed = context.files.unlink(temporary / entry); !removed) return removed;
  }
  return context.files.remove_directory(temporary);
}

}  // namespace

std::string render_record(const DirectoryRecord& record) {
  std::string body;
  if (record.made) body += kMadeLine;
  for (const std::string& name : record.wrote) body += std::string(kWroteStart) + name + "\n";
  return body;
}

Result<std::optional<OwnedRecord>> read_record(const FileContext& context, const fs::path& directory) {
  auto state = read_state(context, directory / contract::kRecordFile);
  if (!state) return tl::unexpected(std::move(state.error()));
  if (!state->is_ours()) return std::nullopt;
  return OwnedRecord{.owner = state->owner, .record = parse_record(body_of(state->content))};
}

Status make_directory(const FileContext& context, const fs::path& directory) {
  const fs::path building =
      directory.parent_path() / temporary_name(context.installation, directory.filename().string());
  auto built = build_directory(context, building);
  if (built) built = context.files.rename(building, directory);
  if (!built) {
    static_cast<void>(context.files.unlink(building / contract::kRecordFile));
    static_cast<void>(context.files.remove_directory(building));
    return built;
  }
  return context.files.sync(directory.parent_path());
}

Result<bool> remove_directory(const FileContext& context, const fs::path& directory) {
  const fs::path temporary =
      directory.parent_path() / temporary_name(context.installation, directory.filename().string());
  if (auto renamed = context.files.rename(directory, temporary); !renamed) {
    return tl::unexpected(renamed.error());
  }
  auto removed = context.files.unlink(temporary / contract::kRecordFile);
  if (removed) removed = context.files.remove_directory(temporary);
  if (!removed) {
    const auto entries = context.files.list(temporary);
    const bool has_foreign =
        entries && std::any_of(entries->begin(), entries->end(),
                               [](const std::string& name) { return !is_temporary(name); });
    // A directory of ours alone keeps its temporary name: the next run removes it.
    if (!has_foreign) return tl::unexpected(removed.error());
    if (auto back = context.files.rename(temporary, directory); !back) return tl::unexpected(back.error());
    return false;
  }
  if (auto synced = context.files.sync(directory.parent_path()); !synced) {
    return tl::unexpected(synced.error());
  }
  return true;
}

Result<std::size_t> clean_up(const FileContext& context, const fs::path& directory) {
  const auto names = context.files.list(directory);
  if (!names) return tl::unexpected(names.error());
  const std::string prefix = temporary_name(context.installation, "");
  std::size_t count = 0;
  for (const std::string& name : *names) {
    if (!name.starts_with(prefix)) continue;
    const auto attributes = context.files.inspect(directory / name);
    if (!attributes) return tl::unexpected(attributes.error());
    const auto done =
        attributes->kind == FileKind::kDirectory
            ? finish_directory(context, directory / name, directory / name.substr(prefix.size()))
            : context.files.unlink(directory / name);
    if (!done) return tl::unexpected(done.error());
    ++count;
  }
  return count;
}

}  // namespace connected_registry::trust
