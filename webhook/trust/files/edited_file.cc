#include "trust/files/edited_file.h"

#include <string>
#include <utility>
#include "contract/node_file_marks.h"

namespace connected_registry::trust {
namespace {

namespace fs = std::filesystem;

fs::path kept_path(const fs::path& path) {
  return path.string() + std::string(contract::kKeptSuffix);
}

bool readable(const Found& found) {
  return found.is_read;
}

bool holds_ours(const FileContext& work, const Found& found) {
  return readable(found) && holds_settings(found.content, work.installation);
}

Result<bool> changed(Status outcome) {
  if (!outcome) return tl::unexpected(std::move(outcome.error()));
  return true;
}

// The edited file under the original's side name first, then both change places: no moment without a file.
Result<bool> edit_first(const FileContext& work, const fs::path& path, const Found& here,
                        const std::string& edited) {
  const fs::path kept = kept_path(path);
  const auto earlier = find(work, kept);
  if (!earlier) return tl::unexpected(earlier.error());
  if (earlier->kind != FileKind::kNone && !holds_ours(work, *earlier)) {
    return fail(ErrorCode::kAlreadyExists, kept.string() + " is in the way: remove it");
  }
  if (auto written = write_whole(work, kept, edited, here.look); !written) return changed(written);
  if (auto exchanged = work.files.exchange(kept, path); !exchanged) {
    static_cast<void>(work.files.unlink(kept));
    return changed(exchanged);
  }
  return changed(work.files.sync(path.parent_path()));
}

}  // namespace

Result<bool> place_settings(const FileContext& work, const fs::path& path,
                            const std::vector<TomlSetting>& settings) {
  const auto here = find(work, path);
  if (!here) return tl::unexpected(here.error());
  if (!readable(*here))
    return fail(ErrorCode::kAlreadyExists, path.string() + " is not a file that can be edited");
  if (!holds_settings(here->content, work.installation)) {
    const auto edited = insert_settings(here->content, work.installation, settings);
    if (!edited) return fail(Error(edited.error()), path.string());
    return edit_first(work, path, *here, *edited);
  }
  const auto original = cut_settings(here->content, work.installation);
  if (!original) {
    return fail(
        ErrorCode::kAlreadyExists,
        path.string() + ": the lines that connected-registry added were changed; they are left alone");
  }
  const auto edited = insert_settings(*original, work.installation, settings);
  if (!edited) return fail(Error(edited.error()), path.string());
  if (*edited == here->content) return false;
  return changed(write_whole(work, path, *edited, here->look));
}

Result<bool> take_back_settings(const FileContext& work, const fs::path& path) {
  const auto here = find(work, path);
  if (!here) return tl::unexpected(here.error());
  const fs::path aside = kept_path(path);
  const auto kept = find(work, aside);
  if (!kept) return tl::unexpected(kept.error());
  const auto drop_kept = [&]() -> Result<bool> {
    if (auto gone = work.files.unlink(aside); !gone) return tl::unexpected(gone.error());
    return changed(work.files.sync(path.parent_path()));
  };
  if (!holds_ours(work, *here)) {
    // Broken off before the exchange, or nothing of ours at all.
    if (holds_ours(work, *kept)) return drop_kept();
    return false;
  }
  const auto original = cut_settings(here->content, work.installation);
  if (!original) {
    return fail(
        ErrorCode::kAlreadyExists,
        path.string() + ": the lines that connected-registry added were changed; they are left alone");
  }
  const bool has_kept = readable(*kept);
  if (has_kept && (kept->content == *original || kept->content + "\n" == *original)) {
    if (auto renamed = work.files.rename(aside, path); !renamed) return tl::unexpected(renamed.error());
    return changed(work.files.sync(path.parent_path()));
  }
  // Somebody changed the rest meanwhile. What is kept is what he started from: his own change made it old.
  if (auto written = write_whole(work, path, *original, here->look); !written) return changed(written);
  if (has_kept) return drop_kept();
  return true;
}

}  // namespace connected_registry::trust
