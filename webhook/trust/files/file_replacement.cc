#include "trust/files/file_replacement.h"

namespace connected_registry::trust {
namespace {

namespace fs = std::filesystem;

Status write_new(const FileContext& context, const fs::path& path, std::string_view content,
                 const FileAttributes& like) {
  if (auto created = context.files.create(path, like.mode); !created) return created;
  if (auto written = context.files.append(path, content); !written) return written;
  if (like.owner != 0 || like.group != 0) {
    if (auto owned = context.files.set_owner(path, like.owner, like.group); !owned) return owned;
  }
  return context.files.sync(path);
}

}  // namespace

Status replace_file(const FileContext& context, const fs::path& path, std::string_view content,
                    const FileAttributes& like) {
  const fs::path temporary =
      path.parent_path() / temporary_name(context.installation, path.filename().string());
  const auto left = context.files.inspect(temporary);
  if (!left) return tl::unexpected(left.error());
  if (left->kind != FileKind::kNone) {
    if (auto removed = context.files.unlink(temporary); !removed) return removed;
  }
  auto written = write_new(context, temporary, content, like);
  if (written) written = context.files.rename(temporary, path);
  if (!written) {
    static_cast<void>(context.files.unlink(temporary));
    return written;
  }
  return context.files.sync(path.parent_path());
}

Status exchange_file(const FileContext& context, const fs::path& path, std::string_view content,
                     const FileAttributes& like) {
  const fs::path kept = kept_path(path);
  if (auto written = replace_file(context, kept, content, like); !written) return written;
  if (auto exchanged = context.files.exchange(kept, path); !exchanged) {
    // Removes only the file written above. If that fails too, the next run finds it.
    static_cast<void>(context.files.unlink(kept));
    return exchanged;
  }
  return context.files.sync(path.parent_path());
}

Status remove_file(const FileContext& context, const fs::path& path) {
  if (auto removed = context.files.unlink(path); !removed) return removed;
  return context.files.sync(path.parent_path());
}

Status restore_kept(const FileContext& context, const fs::path& path) {
  if (auto renamed = context.files.rename(kept_path(path), path); !renamed) return renamed;
  return context.files.sync(path.parent_path());
}

}  // namespace connected_registry::trust
