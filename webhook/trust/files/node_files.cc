#include "trust/files/node_files.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <utility>

#include "contract/node_file_marks.h"
#include "trust/files/directory_record.h"
#include "trust/files/edited_file.h"
#include "trust/files/placed_file.h"
#include "trust/runtimes/hosts_toml.h"

namespace connected_registry::trust {
namespace {

namespace fs = std::filesystem;
using Directories = std::map<fs::path, std::vector<DesiredFile>>;

// Fails if a step from `root` down to `relative` is a symbolic link, or is there and not a directory.
Status check_way(const FileSystem& files, const fs::path& root, const fs::path& relative) {
  fs::path path = root;
  for (const fs::path& step : relative) {
    path /= step;
    const auto look = files.look(path);
    if (!look) return tl::unexpected(look.error());
    if (look->kind == FileKind::kNone) return {};
    if (look->kind == FileKind::kLink) {
      return fail(ErrorCode::kAlreadyExists,
                  path.string() + " is a symbolic link, which is not followed: make it a directory");
    }
    if (look->kind != FileKind::kDirectory) {
      return fail(ErrorCode::kAlreadyExists, path.string() + " is not a directory");
    }
  }
  return {};
}

// One run over the node: counts what it changes and collects what it cannot change.
class Run {
 public:
  Run(const FileContext& work, const fs::path& host_root, const Layout& layout)
      : work_(work), host_root_(host_root), layout_(layout) {}

  void clean_up_after_a_crash();
  void ensure_directory(const fs::path& directory, const std::vector<DesiredFile>& files);
  void ensure_file(const DesiredFile& file);
  void take_back_others(const Directories& wanted);
  void ensure_settings(const DesiredSettings& desired);
  void take_back_files(const std::set<fs::path>& wanted);
  void leave_parents(bool for_good);
  Outcome outcome() && { return std::move(outcome_); }

 private:
  template <typename T>
  bool note(const Result<T>& result);
  // Of what is not wanted any more: somebody else's is no problem of ours.
  void note_taken_back(const Result<bool>& result);
  bool is_open(const fs::path& relative) { return check_way(work_.files, host_root_, relative).has_value(); }
  std::vector<fs::path> parents() const;
  bool make_directories(const fs::path& directory);
  void keep_record(const fs::path& directory, const OwnedRecord& before, const DirectoryRecord& after);
  void take_back_rest(const fs::path& directory, const std::set<std::string>& wanted,
                      const std::set<std::string>& known);
  void leave_directory(const fs::path& directory);

  const FileContext& work_;
  const fs::path& host_root_;
  const Layout& layout_;
  bool sibling_ = false;  // another installation has files here, below directories that we may have made
  Outcome outcome_;
};

// Counts a success; notes an error. False where the way on is barred.
template <typename T>
bool Run::note(const Result<T>& result) {
  if (!result) {
    outcome_.problems.push_back(result.error().message);
    return false;
  }
  if constexpr (std::is_same_v<T, void>) {
    ++outcome_.changes;
  } else {
    outcome_.changes += static_cast<std::size_t>(*result);
  }
  return true;
}

void Run::note_taken_back(const Result<bool>& result) {
  if (!result && result.error().code == ErrorCode::kAlreadyExists) {
    outcome_.left.push_back(result.error().message);
  } else {
    note(result);
  }
}

// All directories above ours, relative, the deepest first.
std::vector<fs::path> Run::parents() const {
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

void Run::clean_up_after_a_crash() {
  for (const fs::path& parent : parents()) {
    // A way that is barred matters only to what is to be written there, and is reported then.
    if (is_open(parent)) note(trust::clean_up(work_, host_root_ / parent));
  }
  for (const fs::path& root : layout_.host_roots) {
    if (!is_open(root)) continue;
    const auto names = work_.files.list(host_root_ / root);
    if (!names) continue;  // reported where it matters
    for (const std::string& name : *names) {
      if (is_open(root / name)) note(trust::clean_up(work_, host_root_ / root / name));
    }
  }
}

// The directory and those above it, where they are missing.
bool Run::make_directories(const fs::path& directory) {
  fs::path path = host_root_;
  for (const fs::path& step : directory) {
    path /= step;
    const auto look = work_.files.look(path);
    if (!look) return note(Status(tl::unexpected(look.error())));
    if (look->kind == FileKind::kNone && !note(make_directory(work_, path))) return false;
  }
  return true;
}

void Run::keep_record(const fs::path& directory, const OwnedRecord& before, const DirectoryRecord& after) {
  if (before.owner == Owner::kUs && before.record == after) return;
  note(write_whole(work_, directory / contract::kRecordFile, mark(work_.installation, render_record(after))));
}

void Run::ensure_directory(const fs::path& directory, const std::vector<DesiredFile>& files) {
  if (auto way = check_way(work_.files, host_root_, directory); !way) {
    note(way);
    return;
  }
  if (!make_directories(directory)) return;
  const fs::path path = host_root_ / directory;
  const auto found = read_record(work_, path);
  if (!found) {
    note(Status(tl::unexpected(found.error())));
    return;
  }
  const OwnedRecord before = found->value_or(OwnedRecord{});
  DirectoryRecord after = before.record;
  std::set<std::string> wanted;
  bool whole = true;
  for (const DesiredFile& file : files) {
    const std::string name = file.path.filename().string();
    wanted.insert(name);
    // hosts.toml needs the ca.crt before it.
    if (whole) whole = note(place(work_, path / name, file.body, before.record.wrote.contains(name)));
    if (whole) after.wrote.insert(name);
  }
  if (whole) take_back_rest(path, wanted, after.wrote);
  keep_record(path, before, after);
}

// One that has no directory of its own: others of us may have theirs beside it, so there is no record.
void Run::ensure_file(const DesiredFile& file) {
  if (auto way = check_way(work_.files, host_root_, file.path.parent_path()); !way) {
    note(way);
  } else if (make_directories(file.path.parent_path())) {
    note(place(work_, host_root_ / file.path, file.body, false));
  }
}

// Files of ours in a directory that are not wanted any more. hosts.toml first: it refers to the ca.crt.
void Run::take_back_rest(const fs::path& directory, const std::set<std::string>& wanted,
                         const std::set<std::string>& known) {
  std::vector<std::string> names{std::string(kHostsFile), std::string(kAuthorityFile)};
  for (const std::string& name : known) {
    // A name out of a file on the node: nothing that leads elsewhere.
    const bool plain = name.find('/') == std::string::npos && name != "." && name != "..";
    if (plain && std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
  }
  for (const std::string& name : names) {
    if (!wanted.contains(name)) note_taken_back(take_back(work_, directory / name));
  }
}

// Takes our record away, and the directory with it if we made it and nothing else is in it.
void Run::leave_directory(const fs::path& directory) {
  const auto record = read_record(work_, directory);
  if (!record) {
    note(Status(tl::unexpected(record.error())));
    return;
  }
  if (!record->has_value() || (*record)->owner != Owner::kUs) return;
  const auto names = work_.files.list(directory);
  if (!names) {
    note(Status(tl::unexpected(names.error())));
  } else if ((*record)->record.made && names->size() == 1) {
    note(discard_directory(work_, directory));
  } else {
    note(work_.files.unlink(directory / contract::kRecordFile));
  }
}

void Run::take_back_others(const Directories& wanted) {
  for (const fs::path& root : layout_.host_roots) {
    if (!is_open(root)) continue;  // nothing of ours can lie behind a link
    const auto names = work_.files.list(host_root_ / root);
    if (!names) {
      note(Status(tl::unexpected(names.error())));
      continue;
    }
    for (const std::string& name : *names) {
      const fs::path directory = host_root_ / root / name;
      const auto look = work_.files.look(directory);
      if (wanted.contains(root / name) || !look || look->kind != FileKind::kDirectory) continue;
      const auto record = read_record(work_, directory);
      if (record && record->has_value() && (*record)->owner == Owner::kSibling) {
        sibling_ = true;
        continue;
      }
      const std::size_t problems = outcome_.problems.size();
      take_back_rest(directory, {},
                     record && record->has_value() ? (*record)->record.wrote : std::set<std::string>());
      // What could not be taken back is still to be found by the next run.
      if (outcome_.problems.size() == problems) leave_directory(directory);
    }
  }
}

void Run::ensure_settings(const DesiredSettings& desired) {
  if (auto way = check_way(work_.files, host_root_, desired.path.parent_path()); !way) {
    note(way);
  } else {
    note(place_settings(work_, host_root_ / desired.path, desired.settings));
  }
}

void Run::take_back_files(const std::set<fs::path>& wanted) {
  for (const fs::path& file : layout_.files) {
    if (wanted.contains(file) || !is_open(file.parent_path())) continue;
    note_taken_back(take_back(work_, host_root_ / file));
  }
  for (const fs::path& file : layout_.edited) {
    if (wanted.contains(file) || !is_open(file.parent_path())) continue;
    const auto found = find(work_, host_root_ / file);
    if (!found) {
      note(Status(tl::unexpected(found.error())));
      continue;
    }
    const bool ours = found->kind == FileKind::kFile && found->owner == Owner::kUs;
    note_taken_back(ours ? take_back(work_, host_root_ / file)
                         : take_back_settings(work_, host_root_ / file));
  }
}

// Directories above ours that we made and that nobody else uses. Whoever of us made them: the last one
// removes them.
void Run::leave_parents(bool for_good) {
  for (const fs::path& parent : parents()) {
    if (!is_open(parent)) continue;
    const fs::path directory = host_root_ / parent;
    const auto record = read_record(work_, directory);
    if (!record || !record->has_value()) continue;
    const auto names = work_.files.list(directory);
    if (names && names->size() == 1 && (*record)->record.made) {
      note(discard_directory(work_, directory));
    } else if (for_good && !sibling_ && outcome_.good()) {
      note(work_.files.unlink(directory / contract::kRecordFile));
    }
  }
}

}  // namespace

std::string joined(const std::vector<std::string>& texts) {
  std::string all;
  for (const std::string& text : texts) all += (all.empty() ? "" : "; ") + text;
  return all;
}

NodeFiles::NodeFiles(FileSystem& files, fs::path host_root, names::Installation installation, Layout layout)
    : files_(files),
      host_root_(std::move(host_root)),
      installation_(std::move(installation)),
      layout_(std::move(layout)) {}

Outcome NodeFiles::ensure(const std::vector<DesiredFile>& files,
                          const std::vector<DesiredSettings>& settings) const {
  Directories directories;
  std::vector<const DesiredFile*> loose;
  for (const DesiredFile& desired : files) {
    if (layout_.host_roots.contains(desired.path.parent_path().parent_path())) {
      directories[desired.path.parent_path()].push_back(desired);
    } else {
      loose.push_back(&desired);
    }
  }
  const FileContext work{.files = files_, .installation = installation_};
  Run run(work, host_root_, layout_);
  run.clean_up_after_a_crash();
  for (const auto& [directory, wanted] : directories) run.ensure_directory(directory, wanted);
  std::set<fs::path> single;
  for (const DesiredFile* file : loose) {
    run.ensure_file(*file);
    single.insert(file->path);
  }
  for (const DesiredSettings& desired : settings) {
    run.ensure_settings(desired);
    single.insert(desired.path);
  }
  run.take_back_others(directories);
  run.take_back_files(single);
  run.leave_parents(files.empty());
  return std::move(run).outcome();
}

}  // namespace connected_registry::trust
