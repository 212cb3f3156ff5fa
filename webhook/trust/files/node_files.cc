#include "trust/files/node_files.h"

#include <map>
#include <utility>

#include "trust/files/file_context.h"
#include "trust/files/file_reconciler.h"

namespace connected_registry::trust {

namespace fs = std::filesystem;

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

NodeFilesResult NodeFiles::ensure(const std::vector<DesiredFile>& files,
                                  const std::vector<DesiredSettings>& settings) const {
  std::map<fs::path, std::vector<DesiredFile>> by_directory;
  std::vector<const DesiredFile*> single;
  for (const DesiredFile& desired : files) {
    if (layout_.host_roots.contains(desired.path.parent_path().parent_path())) {
      by_directory[desired.path.parent_path()].push_back(desired);
    } else {
      single.push_back(&desired);
    }
  }
  const FileContext context{.files = files_, .installation = installation_};
  FileReconciler reconciler(context, host_root_, layout_);
  reconciler.clean_up_after_crash();
  std::set<fs::path> desired_directories;
  for (const auto& [directory, desired] : by_directory) {
    reconciler.ensure_directory(directory, desired);
    desired_directories.insert(directory);
  }
  std::set<fs::path> desired_files;
  for (const DesiredFile* file : single) {
    reconciler.ensure_file(*file);
    desired_files.insert(file->path);
  }
  for (const DesiredSettings& desired : settings) {
    reconciler.ensure_settings(desired);
    desired_files.insert(desired.path);
  }
  reconciler.remove_other_directories(desired_directories);
  reconciler.remove_other_files(desired_files);
  reconciler.remove_parents(files.empty());
  return std::move(reconciler).result();
}

}  // namespace connected_registry::trust
