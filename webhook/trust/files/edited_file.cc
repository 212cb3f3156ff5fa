#include "trust/files/edited_file.h"

#include <string>
#include <utility>

#include "trust/files/file_replacement.h"
#include "trust/files/file_state.h"

namespace connected_registry::trust {
namespace {

namespace fs = std::filesystem;

bool holds_ours(const FileContext& context, const FileState& state) {
  return state.is_read && holds_settings(state.content, context.installation);
}

tl::unexpected<Error> lines_were_changed(const fs::path& path) {
  return fail(
      ErrorCode::kAlreadyExists,
      path.string() +
          ": the lines that connected-registry added were changed, and are left unchanged: remove them");
}

Result<bool> edit_first(const FileContext& context, const fs::path& path, const FileState& original,
                        const std::string& edited) {
  const fs::path kept = kept_path(path);
  const auto earlier = read_state(context, kept);
  if (!earlier) return tl::unexpected(earlier.error());
  if (earlier->exists() && !holds_ours(context, *earlier)) {
    return fail(ErrorCode::kAlreadyExists, kept.string() + " already exists: remove it");
  }
  return changed(exchange_file(context, path, edited, original.attributes));
}

}  // namespace

Result<bool> insert_into_file(const FileContext& context, const fs::path& path,
                              const std::vector<TomlSetting>& settings) {
  const auto current = read_state(context, path);
  if (!current) return tl::unexpected(current.error());
  if (!current->is_read)
    return fail(ErrorCode::kAlreadyExists, path.string() + " is not a file that can be edited");
  if (!holds_ours(context, *current)) {
    const auto edited = insert_settings(current->content, context.installation, settings);
    if (!edited) return fail(Error(edited.error()), path.string());
    return edit_first(context, path, *current, *edited);
  }
  const auto original = cut_settings(current->content, context.installation);
  if (!original) return lines_were_changed(path);
  const auto edited = insert_settings(*original, context.installation, settings);
  if (!edited) return fail(Error(edited.error()), path.string());
  if (*edited == current->content) return false;
  return changed(replace_file(context, path, *edited, current->attributes));
}

Result<bool> restore_edited_file(const FileContext& context, const fs::path& path) {
  const auto current = read_state(context, path);
  if (!current) return tl::unexpected(current.error());
  const auto kept = read_state(context, kept_path(path));
  if (!kept) return tl::unexpected(kept.error());
  if (!holds_ours(context, *current)) {
    // Either the first edit was interrupted before the exchange, or nothing here is ours.
    if (holds_ours(context, *kept)) return changed(remove_file(context, kept_path(path)));
    return false;
  }
  const auto original = cut_settings(current->content, context.installation);
  if (!original) return lines_were_changed(path);
  if (kept->is_read && (kept->content == *original || kept->content + "\n" == *original)) {
    return changed(restore_kept(context, path));
  }
  // Somebody changed the rest of the file since: the kept original is out of date.
  if (auto written = replace_file(context, path, *original, current->attributes); !written) {
    return changed(written);
  }
  if (kept->is_read) return changed(remove_file(context, kept_path(path)));
  return true;
}

}  // namespace connected_registry::trust
