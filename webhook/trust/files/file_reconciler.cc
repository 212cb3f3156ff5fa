#include "trust/files/file_reconciler.h"

#include <unistd.h>

#include <algorithm>
#include <iterator>
#include <type_traits>
#include <utility>

#include "contract/node_file_marks.h"
#include "trust/files/edited_file.h"
#include "trust/files/file_replacement.h"
#include "trust/files/file_state.h"
#include "trust/files/path_check.h"
#include "trust/files/placed_file.h"

namespace connected_registry::trust {
namespace fs = std::filesystem;

template <typename T>
bool FileReconciler::note(const Result<T>& result) {
  if (!result) {
    result_.problems.push_back(result.error().message);
    return false;
  }
  if constexpr (std::is_same_v<T, void>) {
    ++result_.changes;
  } else {
    result_.changes += static_cast<std::size_t>(*result);
  }
  return true;
}

void FileReconciler::note_restored(const Result<bool>& result) {
  if (!result && result.error().code == ErrorCode::kAlreadyExists) {
    result_.left_to_user.push_back(result.error().message);
  } else {
    note(result);
  }
}

Status FileReconciler::check_path(const fs::path& relative) const {
  return trust::check_path(context_.files, host_root_, relative, layout_.administered);
}

// Other users cannot create a file of this process's user, so a record of that user is ours.
void FileReconciler::note_unsafe_directory(const fs::path& directory) {
  const auto safe = check_path(directory);
  if (safe || safe.error().code != ErrorCode::kPermissionDenied) return;
  const auto record = context_.files.inspect(host_root_ / directory / contract::kRecordFile);
  if (!record || record->kind != FileKind::kFile || record->owner != ::geteuid()) return;
  note_restored(leave_unchanged(directory, safe.error()));
}

void FileReconciler::note_unsafe_file(const fs::path& file) {
  const auto safe = check_path(file.parent_path());
  if (safe || safe.error().code != ErrorCode::kPermissionDenied) return;
  const auto state = read_state(context_, host_root_ / file);
  if (!state || !state->is_read) return;
  if (state->owner != Owner::kUs && !holds_settings(state->content, context_.installation)) return;
  note_restored(leave_unchanged(file, safe.error()));
}

tl::unexpected<Error> FileReconciler::leave_unchanged(const fs::path& relative, const Error& reason) const {
  return fail(
      ErrorCode::kAlreadyExists,
      (host_root_ / relative).string() + " is left unchanged, and must be removed by you: " + reason.message);
}

// Returns all directories above ours, relative to the host's root, the deepest first.
std::vector<fs::path> FileReconciler::parents() const {
  std::set<fs::path> all;
  const auto add = [&all](fs::path path) {
    for (; !path.empty(); path = path.parent_path()) all.insert(path);
  };
  for (const fs::path& root : layout_.host_roots) add(root);
  for (const auto* files : {&layout_.files, &layout_.edited}) {
    for (const fs::path& file : *files) add(file.parent_path());
  }
  std::vector<fs::path> sorted(all.begin(), all.end());
  std::stable_sort(sorted.begin(), sorted.end(), [](const fs::path& left, const fs::path& right) {
    return std::distance(left.begin(), left.end()) > std::distance(right.begin(), right.end());
  });
  return sorted;
}

void FileReconciler::clean_up_after_crash() {
  for (const fs::path& parent : parents()) {
    // A path with a link in it matters only to files below it, and is reported with those.
    if (is_open(parent)) note(clean_up(context_, host_root_ / parent));
  }
  for (const fs::path& root : layout_.host_roots) {
    if (!is_open(root)) continue;
    const auto names = context_.files.list(host_root_ / root);
    if (!names) continue;  // reported by remove_other_directories()
    for (const std::string& name : *names) {
      if (is_open(root / name)) note(clean_up(context_, host_root_ / root / name));
    }
  }
}

bool FileReconciler::make_directories(const fs::path& directory) {
  fs::path path = host_root_;
  for (const fs::path& step : directory) {
    path /= step;
    const auto attributes = context_.files.inspect(path);
    if (!attributes) return note(Status(tl::unexpected(attributes.error())));
    if (attributes->kind == FileKind::kNone && !note(make_directory(context_, path))) return false;
  }
  return true;
}

void FileReconciler::update_record(const fs::path& directory, const OwnedRecord& before,
                                   const DirectoryRecord& after) {
  if (before.owner == Owner::kUs && before.record == after) return;
  note(replace_file(context_, directory / contract::kRecordFile,
                    mark(context_.installation, render_record(after))));
}

void FileReconciler::ensure_directory(const fs::path& directory, const std::vector<DesiredFile>& files) {
  if (auto open = check_path(directory); !open) {
    note(open);
    return;
  }
  if (!make_directories(directory)) return;
  const fs::path path = host_root_ / directory;
  const auto record = read_record(context_, path);
  if (!record) {
    note(Status(tl::unexpected(record.error())));
    return;
  }
  const OwnedRecord before = record->value_or(OwnedRecord{});
  DirectoryRecord after = before.record;
  std::set<std::string> desired;
  bool complete = true;
  for (const DesiredFile& file : files) {
    const std::string name = file.path.filename().string();
    desired.insert(name);
    // hosts.toml needs the ca.crt before it.
    if (complete)
      complete = note(place_file(context_, path / name, file.body, before.record.wrote.contains(name)));
    if (complete) after.wrote.insert(name);
  }
  // Until all files are written, an older hosts.toml may still refer to an older ca.crt.
  if (complete) restore_others(path, desired, after.wrote);
  update_record(path, before, after);
}

void FileReconciler::ensure_file(const DesiredFile& file) {
  if (auto open = check_path(file.path.parent_path()); !open) {
    note(open);
  } else if (make_directories(file.path.parent_path())) {
    note(place_file(context_, host_root_ / file.path, file.body, false));
  }
}

void FileReconciler::ensure_settings(const DesiredSettings& desired) {
  if (auto open = check_path(desired.path.parent_path()); !open) {
    note(open);
  } else {
    note(insert_into_file(context_, host_root_ / desired.path, desired.settings));
  }
}

// Restores the files of ours in a directory that are not desired. hosts.toml comes first: it refers to
// ca.crt.
void FileReconciler::restore_others(const fs::path& directory, const std::set<std::string>& desired,
                                    const std::set<std::string>& recorded) {
  std::vector<std::string> names{std::string(kHostsFile), std::string(kAuthorityFile)};
  for (const std::string& name : recorded) {
    // The name comes from a file on the node: it must not lead out of the directory.
    const bool plain = !name.empty() && name.find('/') == std::string::npos && name != "." && name != "..";
    if (plain && std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
  }
  for (const std::string& name : names) {
    if (!desired.contains(name)) note_restored(restore_file(context_, directory / name));
  }
}

// Removes our record, and with it the directory if we created it and it holds nothing else.
void FileReconciler::remove_record(const fs::path& directory) {
  const auto record = read_record(context_, directory);
  if (!record) {
    note(Status(tl::unexpected(record.error())));
    return;
  }
  if (!record->has_value() || (*record)->owner != Owner::kUs) return;
  const auto names = context_.files.list(directory);
  if (!names) {
    note(Status(tl::unexpected(names.error())));
  } else if ((*record)->record.made && names->size() == 1) {
    note(remove_directory(context_, directory));
  } else {
    note(context_.files.unlink(directory / contract::kRecordFile));
  }
}

void FileReconciler::remove_other_directories(const std::set<fs::path>& desired) {
  for (const fs::path& root : layout_.host_roots) {
    // No file of ours is behind a link.
    if (const auto open = check_path(root); !open && open.error().code != ErrorCode::kPermissionDenied)
      continue;
    const auto names = context_.files.list(host_root_ / root);
    if (!names) {
      note(Status(tl::unexpected(names.error())));
      continue;
    }
    for (const std::string& name : *names) {
      const fs::path directory = host_root_ / root / name;
      const auto attributes = context_.files.inspect(directory);
      if (desired.contains(root / name) || !attributes || attributes->kind != FileKind::kDirectory) continue;
      if (!is_open(root / name)) {
        note_unsafe_directory(root / name);
        continue;
      }
      const auto record = read_record(context_, directory);
      if (record && record->has_value() && (*record)->owner == Owner::kSibling) {
        has_sibling_ = true;
        continue;
      }
      const std::size_t problems = result_.problems.size();
      restore_others(directory, {},
                     record && record->has_value() ? (*record)->record.wrote : std::set<std::string>());
      // After a problem the record stays, so that the next pass finds the files.
      if (result_.problems.size() == problems) remove_record(directory);
    }
  }
}

void FileReconciler::remove_other_files(const std::set<fs::path>& desired) {
  for (const fs::path& file : layout_.files) {
    if (desired.contains(file)) continue;
    if (!is_open(file.parent_path())) {
      note_unsafe_file(file);
      continue;
    }
    note_restored(restore_file(context_, host_root_ / file));
  }
  for (const fs::path& file : layout_.edited) {
    if (desired.contains(file)) continue;
    if (!is_open(file.parent_path())) {
      note_unsafe_file(file);
      continue;
    }
    const auto state = read_state(context_, host_root_ / file);
    if (!state) {
      note(Status(tl::unexpected(state.error())));
      continue;
    }
    const bool ours = state->kind() == FileKind::kFile && state->owner == Owner::kUs;
    note_restored(ours ? restore_file(context_, host_root_ / file)
                       : restore_edited_file(context_, host_root_ / file));
  }
}

// The last installation removes the directories, whichever of them created them.
void FileReconciler::remove_parents(bool nothing_desired) {
  for (const fs::path& parent : parents()) {
    if (!is_open(parent)) continue;
    const fs::path directory = host_root_ / parent;
    const auto record = read_record(context_, directory);
    if (!record || !record->has_value()) continue;
    const auto names = context_.files.list(directory);
    if (names && names->size() == 1 && (*record)->record.made) {
      note(remove_directory(context_, directory));
    } else if (nothing_desired && !has_sibling_ && result_.good()) {
      note(context_.files.unlink(directory / contract::kRecordFile));
    }
  }
}

}  // namespace connected_registry::trust
