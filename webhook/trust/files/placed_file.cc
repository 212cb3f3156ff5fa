#include "trust/files/placed_file.h"

#include <string>

#include "trust/files/file_replacement.h"
#include "trust/files/file_state.h"
#include "trust/files/marker.h"

namespace connected_registry::trust {
namespace {

namespace fs = std::filesystem;

bool same_bytes(const FileState& one, const FileState& other) {
  return one.is_read && other.is_read && one.content == other.content;
}

tl::unexpected<Error> leave_unchanged(const fs::path& path, std::string_view reason) {
  return fail(ErrorCode::kAlreadyExists, path.string() + " " + std::string(reason));
}

constexpr std::string_view kReplaced =
    "is not the file that connected-registry wrote there, and is left unchanged: remove it, or add the "
    "registry's CA to it yourself";
constexpr std::string_view kEdited =
    "was changed after connected-registry wrote it, and is left unchanged: remove it to have it written "
    "again";

Status place_beside_foreign(const FileContext& context, const fs::path& path, std::string_view content) {
  const auto kept = read_state(context, kept_path(path));
  if (!kept) return tl::unexpected(kept.error());
  if (kept->exists() && !kept->is_ours()) return leave_unchanged(path, kReplaced);
  return exchange_file(context, path, content);
}

// Ends placing at `path`, which holds nothing or a file of ours.
Result<bool> undo(const FileContext& context, const fs::path& path, const FileState& placed,
                  const FileState& kept) {
  if (kept.exists() && !kept.is_ours()) return changed(restore_kept(context, path));
  if (!placed.exists() && !kept.exists()) return false;
  if (placed.exists()) {
    if (auto removed = context.files.unlink(path); !removed) return tl::unexpected(removed.error());
  }
  if (kept.exists()) {
    if (auto removed = context.files.unlink(kept_path(path)); !removed) {
      return tl::unexpected(removed.error());
    }
  }
  return changed(context.files.sync(path.parent_path()));
}

}  // namespace

Result<bool> place_file(const FileContext& context, const fs::path& path, std::string_view body,
                        bool written_before) {
  const auto current = read_state(context, path);
  if (!current) return tl::unexpected(current.error());
  const std::string content = mark(context.installation, body);
  switch (current->kind()) {
    case FileKind::kNone:
      return changed(replace_file(context, path, content));
    case FileKind::kLink:
      return leave_unchanged(
          path, "is a symbolic link, which is not followed: replace it with a file, or remove it");
    case FileKind::kDirectory:
    case FileKind::kOther:
      return leave_unchanged(path, "is not a file: remove it");
    case FileKind::kFile:
      break;
  }
  switch (current->owner) {
    case Owner::kUs:
    case Owner::kSibling:  // left by a removed installation: no two installations have the same address
      if (current->content == content && current->attributes.mode == kFileMode) return false;
      return changed(replace_file(context, path, content));
    case Owner::kChanged:
      return leave_unchanged(path, kEdited);
    case Owner::kForeign:
      break;
  }
  if (written_before) return leave_unchanged(path, kReplaced);
  return changed(place_beside_foreign(context, path, content));
}

Result<bool> restore_file(const FileContext& context, const fs::path& path) {
  const auto current = read_state(context, path);
  if (!current) return tl::unexpected(current.error());
  const auto kept = read_state(context, kept_path(path));
  if (!kept) return tl::unexpected(kept.error());
  if (!current->exists() || (current->kind() == FileKind::kFile && current->owner == Owner::kUs)) {
    return undo(context, path, *current, *kept);
  }
  if (current->owner == Owner::kSibling) return false;
  if (!kept->exists()) {
    if (current->owner == Owner::kChanged) return leave_unchanged(path, kEdited);
    return false;
  }
  if (kept->is_ours() || same_bytes(*kept, *current)) return changed(remove_file(context, kept_path(path)));
  return leave_unchanged(path,
                         "was changed after connected-registry wrote it, and is left unchanged; the original "
                         "is " +
                             kept_path(path).string());
}

}  // namespace connected_registry::trust
