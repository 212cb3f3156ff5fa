#include "trust/node_files.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "base/file.h"
#include "trust/node_folder.h"

namespace connected_registry::trust {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kMadeText =
    "This folder was made by connected-registry. It is removed when nothing else is left in it.\n";

// One run over the node: counts what it changes and collects what it cannot change.
class Run {
 public:
  Run(const fs::path& host_root, const names::Installation& installation, const std::vector<fs::path>& roots)
      : host_root_(host_root), installation_(installation), roots_(roots) {}

  void clean_up_after_a_crash();
  void ensure_folder(const fs::path& folder, const std::vector<NamedContent>& files);
  void remove_others(const std::set<fs::path>& wanted);
  void remove_empty_parents();
  Result<std::size_t> outcome() const;

 private:
  // Counts a success; notes an error. False where the way on is barred.
  template <typename T>
  bool note(const Result<T>& result);
  void note(ErrorCode code, std::string message);
  std::vector<fs::path> parents() const;
  bool make_parents(const fs::path& folder);
  bool may_write(const fs::path& folder, const std::vector<NamedContent>& files);
  void remove_folder(const fs::path& folder);

  const fs::path& host_root_;
  const names::Installation& installation_;
  const std::vector<fs::path>& roots_;
  std::size_t changes_ = 0;
  std::vector<Error> errors_;
};

template <typename T>
bool Run::note(const Result<T>& result) {
  if (!result) {
    errors_.push_back(result.error());
    return false;
  }
  if constexpr (std::is_same_v<T, void>) {
    ++changes_;
  } else {
    changes_ += static_cast<std::size_t>(*result);
  }
  return true;
}

void Run::note(ErrorCode code, std::string message) {
  errors_.push_back({code, std::move(message)});
}

// The roots and all folders above them, relative, the deepest first.
std::vector<fs::path> Run::parents() const {
  std::set<fs::path> all;
  for (const fs::path& root : roots_) {
    for (fs::path path = root; !path.empty(); path = path.parent_path()) all.insert(path);
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
    if (check_way(host_root_, parent)) note(trust::clean_up(host_root_ / parent, installation_));
  }
}

bool Run::make_parents(const fs::path& folder) {
  fs::path path = host_root_;
  for (const fs::path& step : folder.parent_path()) {
    path /= step;
    std::error_code ignored;
    if (fs::is_directory(path, ignored)) continue;
    if (!note(make_folder(path, {{std::string(kMadeFile), std::string(kMadeText)}}, installation_)))
      return false;
  }
  return true;
}

// Judges a folder that is there and not empty.
bool Run::may_write(const fs::path& folder, const std::vector<NamedContent>& files) {
  const auto owner = owner_of(folder, installation_);
  if (!owner) {
    errors_.push_back(owner.error());
    return false;
  }
  // Two installations cannot have the same address: a sibling's file there was left by one that is gone.
  if (*owner == Owner::kUs || *owner == Owner::kSibling) return true;
  if (*owner == Owner::kForeign) {
    note(ErrorCode::kAlreadyExists, (folder / kHostsFile).string() +
                                        " was not written by connected-registry and is left alone: "
                                        "remove it, or add the registry's CA to it yourself");
    return false;
  }
  const auto names = entries_of(folder);
  if (!names) {
    errors_.push_back(names.error());
    return false;
  }
  for (const std::string& name : *names) {
    const bool leftover = name.starts_with(file::kTemporaryPrefix);
    const bool wanted = std::any_of(files.begin(), files.end(), [&](const NamedContent& wanted_file) {
      const auto content = file::read(folder / name);
      return wanted_file.name == name && content && *content == wanted_file.content;
    });
    if (leftover || wanted) continue;
    note(ErrorCode::kAlreadyExists,
         (folder / name).string() +
             " was not written by connected-registry and its folder is left alone: "
             "remove it, or add the registry's CA yourself");
    return false;
  }
  return true;
}

void Run::ensure_folder(const fs::path& folder, const std::vector<NamedContent>& files) {
  if (auto way = check_way(host_root_, folder); !way) {
    errors_.push_back(way.error());
    return;
  }
  const fs::path path = host_root_ / folder;
  const auto names = entries_of(path);
  if (!names) {
    errors_.push_back(names.error());
    return;
  }
  if (names->empty()) {
    if (make_parents(folder)) note(make_folder(path, files, installation_));
    return;
  }
  if (!may_write(path, files)) return;
  for (const NamedContent& named : files) {
    if (!note(update_file(path / named.name, named.content)))
      return;  // hosts.toml needs the ca.crt before it
  }
}

void Run::remove_folder(const fs::path& folder) {
  const auto discarded = discard_folder(folder, installation_);
  if (note(discarded) && !*discarded) note(strip_folder(folder));
}

void Run::remove_others(const std::set<fs::path>& wanted) {
  for (const fs::path& root : roots_) {
    if (!check_way(host_root_, root)) continue;  // nothing of ours can lie behind a link
    const auto names = entries_of(host_root_ / root);
    if (!names) {
      errors_.push_back(names.error());
      continue;
    }
    for (const std::string& name : *names) {
      if (wanted.contains(root / name) || !check_way(host_root_, root / name)) continue;
      const fs::path folder = host_root_ / root / name;
      const auto owner = owner_of(folder, installation_);
      if (!owner) {
        errors_.push_back(owner.error());
      } else if (*owner == Owner::kUs) {
        remove_folder(folder);
      }
    }
  }
}

void Run::remove_empty_parents() {
  for (const fs::path& parent : parents()) {
    if (!check_way(host_root_, parent)) continue;
    const auto names = entries_of(host_root_ / parent);
    if (names && *names == std::vector<std::string>{std::string(kMadeFile)}) {
      note(discard_folder(host_root_ / parent, installation_));
    }
  }
}

Result<std::size_t> Run::outcome() const {
  if (errors_.empty()) return changes_;
  std::string message;
  for (const Error& error : errors_) message += (message.empty() ? "" : "; ") + error.message;
  return fail(errors_.front().code, std::move(message));
}

}  // namespace

NodeFiles::NodeFiles(fs::path host_root, names::Installation installation, std::vector<fs::path> roots)
    : host_root_(std::move(host_root)), installation_(std::move(installation)), roots_(std::move(roots)) {}

Result<std::size_t> NodeFiles::ensure(const std::vector<DesiredFile>& files) const {
  std::map<fs::path, std::vector<NamedContent>> folders;
  std::set<fs::path> wanted;
  for (const DesiredFile& desired : files) {
    folders[desired.path.parent_path()].push_back({desired.path.filename().string(), desired.content});
    wanted.insert(desired.path.parent_path());
  }
  Run run(host_root_, installation_, roots_);
  run.clean_up_after_a_crash();
  for (const auto& [folder, contents] : folders) run.ensure_folder(folder, contents);
  run.remove_others(wanted);
  run.remove_empty_parents();
  return run.outcome();
}

}  // namespace connected_registry::trust
