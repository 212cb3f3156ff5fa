// A node's file tree for tests: made, changed by strangers, and compared with what it was.
#pragma once

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <string>

#include "support/temporary_directory.h"

namespace connected_registry::trust::testing {

class NodeTree {
 public:
  const std::filesystem::path& root() const { return directory_.path(); }

  void put(const std::filesystem::path& relative, const std::string& content, mode_t mode = 0644) const {
    const std::filesystem::path path = root() / relative;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path) << content;
    ::chmod(path.c_str(), mode);
    // An age, so that a file made anew would show.
    struct timespec times[2] = {{1'600'000'000, 123}, {1'600'000'000, 456}};  // NOLINT(*-c-arrays)
    ::utimensat(AT_FDCWD, path.c_str(), times, AT_SYMLINK_NOFOLLOW);
  }

  std::string read(const std::filesystem::path& relative) const {
    std::ifstream file(root() / relative);
    if (!file) return "(not there)";
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
  }

  bool has(const std::filesystem::path& relative) const {
    return std::filesystem::exists(std::filesystem::symlink_status(root() / relative));
  }

  mode_t mode(const std::filesystem::path& relative) const {
    struct stat status {};
    EXPECT_EQ(::lstat((root() / relative).c_str(), &status), 0) << relative;
    return status.st_mode & 07777U;
  }

  // All there is: path -> kind, mode, owner; for files content and times as well.
  std::map<std::string, std::string> all() const {
    std::map<std::string, std::string> found;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(root())) {
      struct stat status {};
      ::lstat(entry.path().c_str(), &status);
      const std::filesystem::path relative = std::filesystem::relative(entry.path(), root());
      std::string about = std::to_string(status.st_mode) + " " + std::to_string(status.st_uid) + ":" +
                          std::to_string(status.st_gid);
      if (S_ISREG(status.st_mode)) {
        about += " " + std::to_string(status.st_mtim.tv_sec) + "." + std::to_string(status.st_mtim.tv_nsec) +
                 " " + read(relative);
      }
      if (S_ISLNK(status.st_mode)) about += " " + std::filesystem::read_symlink(entry.path()).string();
      found[relative.string()] = about;
    }
    return found;
  }

  // The same without times: of files of ours nobody cares.
  std::map<std::string, std::string> contents() const {
    std::map<std::string, std::string> found;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(root())) {
      const std::filesystem::path relative = std::filesystem::relative(entry.path(), root());
      found[relative.string()] = entry.is_symlink() ? "->" : entry.is_regular_file() ? read(relative) : "/";
    }
    return found;
  }

 private:
  connected_registry::testing::TemporaryDirectory directory_;
};

}  // namespace connected_registry::trust::testing
