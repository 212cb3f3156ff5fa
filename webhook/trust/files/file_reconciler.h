// One pass over the node's files: changes the files that differ, counts the changes and collects the
// problems. Only NodeFiles uses it.
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

// NodeFiles::ensure() calls the functions in the order below. The arguments of the constructor must outlive
// the object.
class FileReconciler {
 public:
  FileReconciler(const FileContext& context, const std::filesystem::path& host_root, const Layout& layout)
      : context_(context), host_root_(host_root), layout_(layout) {}

  void clean_up_after_crash();
  // Ensures the files of one image host's directory, and its record.
  void ensure_directory(const std::filesystem::path& directory, const std::vector<DesiredFile>& files);
  // Ensures a file in a directory that several installations share. No record lists such a file.
  void ensure_file(const DesiredFile& file);
  void ensure_settings(const DesiredSettings& desired);
  // Both functions remove the files of this installation that are not desired, and restore the originals.
  void remove_other_directories(const std::set<std::filesystem::path>& desired);
  void remove_other_files(const std::set<std::filesystem::path>& desired);
  // Removes the parent directories that an installation of this project created and that are empty now.
  // `nothing_desired`: this installation has no more files on the node.
  void remove_parents(bool nothing_desired);
  NodeFilesResult result() && { return std::move(result_); }

 private:
  // Counts the changes of a success, or adds an error to the problems. Returns true for a success.
  template <typename T>
  bool note(const Result<T>& result);
  // Does the same for a file that is not desired. It is not a problem if another program changed the file.
  void note_restored(const Result<bool>& result);
  Status check_path(const std::filesystem::path& relative) const;
  bool is_open(const std::filesystem::path& relative) const { return check_path(relative).has_value(); }
  // Both functions tell the node's owner about files of ours that stay, because check_path() returns
  // kPermissionDenied for their directory.
  void note_unsafe_directory(const std::filesystem::path& directory);
  void note_unsafe_file(const std::filesystem::path& file);
  tl::unexpected<Error> leave_unchanged(const std::filesystem::path& relative, const Error& reason) const;
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
