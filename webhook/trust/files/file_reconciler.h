// One pass over the node's files: changes what differs, counts the changes and collects the problems.
// Internal to NodeFiles.
#pragma once

#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "base/result.h"
#include "trust/files/directory_record.h"
#include "trust/files/file_context.h"
#include "trust/files/node_files.h"

namespace connected_registry::trust {

// Used by NodeFiles::ensure(), in the order of the functions below. The arguments of the constructor must
// outlive the object.
class FileReconciler {
 public:
  FileReconciler(const FileContext& context, const std::filesystem::path& host_root, const Layout& layout)
      : context_(context), host_root_(host_root), layout_(layout) {}

  void clean_up_after_crash();
  // Ensures the files of one image host's directory, and its record.
  void ensure_directory(const std::filesystem::path& directory, const std::vector<DesiredFile>& files);
  // Ensures a file in a directory that installations share: there is no record of it.
  void ensure_file(const DesiredFile& file);
  void ensure_settings(const DesiredSettings& desired);
  // Restore whatever of ours is not desired.
  void remove_other_directories(const std::set<std::filesystem::path>& desired);
  void remove_other_files(const std::set<std::filesystem::path>& desired);
  // Removes the directories above ours that any installation of ours created and that are empty now.
  // `nothing_desired` says that this installation has no more files here.
  void remove_parents(bool nothing_desired);
  NodeFilesResult result() && { return std::move(result_); }

 private:
  // Counts a success and notes an error; true for a success.
  template <typename T>
  bool note(const Result<T>& result);
  // The same for a file that is not desired: it is no problem if somebody else changed it.
  void note_restored(const Result<bool>& result);
  bool is_open(const std::filesystem::path& relative) const;
  std::vector<std::filesystem::path> parents() const;
  bool make_directories(const std::filesystem::path& directory);
  void update_record(const std::filesystem::path& directory, const OwnedRecord& before,
                     const DirectoryRecord& after);
  void restore_others(const std::filesystem::path& directory, const std::set<std::string>& desired,
                      const std::set<std::string>& recorded);
  void remove_record(const std::filesystem::path& directory);

  const FileContext& context_;
  const std::filesystem::path& host_root_;
  const Layout& layout_;
  bool has_sibling_ = false;  // another installation has files below directories that we may have created
  NodeFilesResult result_;
};

}  // namespace connected_registry::trust
