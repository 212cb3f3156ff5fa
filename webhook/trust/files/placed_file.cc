#include "trust/files/placed_file.h"

#include <unistd.h>

#include <utility>

#include "base/file.h"
#include "contract/node_file_marks.h"

namespace connected_registry::trust {
namespace {

namespace fs = std::filesystem;

fs::path kept_path(const fs::path& path) {
  return path.string() + std::string(contract::kKeptSuffix);
}

bool is_ours(const Found& found) {
  return found.kind == FileKind::kFile && (found.owner == Owner::kUs || found.owner == Owner::kSibling);
}

bool same_bytes(const Found& one, const Found& other) {
  return one.is_read && other.is_read && one.content == other.content;
}

tl::unexpected<Error> leave_alone(const fs::path& path, std::string_view reason) {
  return fail(ErrorCode::kAlreadyExists, path.string() + " " + std::string(reason));
}

constexpr std::string_view kReplaced =
    "took the place of what connected-registry wrote and is left alone: remove it, or add the registry's CA "
    "to it "
    "yourself";
constexpr std::string_view kEdited =
    "was changed after connected-registry wrote it and is left alone: remove it to have it written again";

Status write_new(const FileContext& work, const fs::path& path, std::string_view content,
                 const FileStatus& like) {
  if (auto made = work.files.create(path, like.mode); !made) return made;
  if (auto written = work.files.append(path, content); !written) return written;
  if (like.owner != 0 || like.group != 0) {
    if (auto given = work.files.set_owner(path, like.owner, like.group); !given) return given;
  }
  return work.files.sync(path);
}

// Ours gets the other's name first and then changes places with it, so that there is no moment without a
// file.
Status keep_aside(const FileContext& work, const fs::path& path, std::string_view content) {
  const fs::path kept = kept_path(path);
  const auto earlier = find(work, kept);
  if (!earlier) return tl::unexpected(earlier.error());
  if (earlier->kind != FileKind::kNone && !is_ours(*earlier)) return leave_alone(path, kReplaced);
  if (auto written = write_whole(work, kept, content); !written) return written;
  if (auto exchanged = work.files.exchange(kept, path); !exchanged) {
    // Only what we have just put there; if it stays, the next run finds it.
    static_cast<void>(work.files.unlink(kept));
    return exchanged;
  }
  return work.files.sync(path.parent_path());
}

Result<bool> changed(Status outcome) {
  if (!outcome) return tl::unexpected(std::move(outcome.error()));
  return true;
}

// The end of ours at `path`, where something of ours is or nothing.
Result<bool> restore(const FileContext& work, const fs::path& path, const Found& here, const Found& kept) {
  const fs::path aside = kept_path(path);
  bool done = false;
  if (kept.kind != FileKind::kNone && !is_ours(kept)) {
    if (auto renamed = work.files.rename(aside, path); !renamed) return tl::unexpected(renamed.error());
    done = true;
  } else {
    for (const auto& [found, where] : {std::pair{&here, &path}, std::pair{&kept, &aside}}) {
      if (found->kind == FileKind::kNone) continue;
      if (auto gone = work.files.unlink(*where); !gone) return tl::unexpected(gone.error());
      done = true;
    }
  }
  if (!done) return false;
  return changed(work.files.sync(path.parent_path()));
}

}  // namespace

std::string temporary_name(const names::Installation& installation, std::string_view name) {
  return std::string(file::kTemporaryPrefix) + installation.namespace_ + "." + installation.name + "." +
         std::string(name);
}

Status write_whole(const FileContext& work, const fs::path& path, std::string_view content,
                   const FileStatus& like) {
  const fs::path temporary = path.parent_path() / temporary_name(work.installation, path.filename().string());
  const auto left = work.files.look(temporary);
  if (!left) return tl::unexpected(left.error());
  if (left->kind != FileKind::kNone) {
    if (auto gone = work.files.unlink(temporary); !gone) return gone;
  }
  auto written = write_new(work, temporary, content, like);
  if (written) written = work.files.rename(temporary, path);
  if (!written) {
    static_cast<void>(work.files.unlink(temporary));
    return written;
  }
  return work.files.sync(path.parent_path());
}

Result<Found> find(const FileContext& work, const fs::path& path) {
  const auto look = work.files.look(path);
  if (!look) return tl::unexpected(look.error());
  Found found{.kind = look->kind, .look = *look};
  // What we write is ours in the system's eyes too; without capabilities, even root cannot read everybody's.
  const bool may_be_ours = look->owner == ::geteuid() && look->size <= FileSystem::kLongest;
  if (look->kind != FileKind::kFile || !may_be_ours) return found;
  auto content = work.files.read(path);
  if (!content) return tl::unexpected(std::move(content.error()));
  found.is_read = true;
  found.content = std::move(*content);
  found.owner = owner_of(found.content, work.installation);
  return found;
}

Result<bool> place(const FileContext& work, const fs::path& path, std::string_view body,
                   bool written_before) {
  const auto here = find(work, path);
  if (!here) return tl::unexpected(here.error());
  const std::string content = mark(work.installation, body);
  switch (here->kind) {
    case FileKind::kNone:
      return changed(write_whole(work, path, content));
    case FileKind::kLink:
      return leave_alone(path, "is a symbolic link, which is not followed: make it a file, or remove it");
    case FileKind::kDirectory:
    case FileKind::kOther:
      return leave_alone(path, "is not a file: remove it");
    case FileKind::kFile:
      break;
  }
  switch (here->owner) {
    case Owner::kUs:
    case Owner::kSibling:  // two cannot have the same address: it was left by one that is gone
      if (here->content == content && here->look.mode == kFileMode) return false;
      return changed(write_whole(work, path, content));
    case Owner::kChanged:
      return leave_alone(path, kEdited);
    case Owner::kForeign:
      break;
  }
  if (written_before) return leave_alone(path, kReplaced);
  return changed(keep_aside(work, path, content));
}

Result<bool> take_back(const FileContext& work, const fs::path& path) {
  const auto here = find(work, path);
  if (!here) return tl::unexpected(here.error());
  const fs::path aside = kept_path(path);
  const auto kept = find(work, aside);
  if (!kept) return tl::unexpected(kept.error());
  const bool nothing = here->kind == FileKind::kNone;
  if (nothing || (here->kind == FileKind::kFile && here->owner == Owner::kUs)) {
    return restore(work, path, *here, *kept);
  }
  if (here->owner == Owner::kSibling) return false;
  if (kept->kind == FileKind::kNone) {
    if (here->owner == Owner::kChanged) return leave_alone(path, kEdited);
    return false;
  }
  if (is_ours(*kept) || same_bytes(*kept, *here)) {
    if (auto gone = work.files.unlink(aside); !gone) return tl::unexpected(gone.error());
    return changed(work.files.sync(path.parent_path()));
  }
  return leave_alone(path,
                     "was changed after connected-registry wrote it and is left alone; what was there before "
                     "is in " +
                         aside.string());
}

}  // namespace connected_registry::trust
