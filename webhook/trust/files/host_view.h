// A read-only view of the node's file system. Paths are relative to the host's root.
#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/timestamp.h"
#include "trust/files/file_system.h"

namespace connected_registry::trust {

class HostView {
 public:
  // `files` must outlive the view.
  HostView(const FileSystem& files, std::filesystem::path root) : files_(files), root_(std::move(root)) {}

  bool has_directory(const std::filesystem::path& path) const { return kind(path) == FileKind::kDirectory; }
  bool has_file(const std::filesystem::path& path) const { return kind(path) == FileKind::kFile; }
  // Returns the content of a file. No value if the file does not exist or cannot be read.
  std::optional<std::string> text(const std::filesystem::path& path) const {
    if (!has_file(path)) return std::nullopt;
    auto content = files_.read(root_ / path);
    if (!content) return std::nullopt;
    return std::move(*content);
  }
  // Returns the sorted names in a directory. Empty if the directory cannot be read.
  std::vector<std::string> list(const std::filesystem::path& path) const {
    return files_.list(root_ / path).value_or(std::vector<std::string>());
  }
  // Returns the target of a symbolic link. No value if the path is not a link.
  std::optional<std::filesystem::path> link(const std::filesystem::path& path) const {
    if (kind(path) != FileKind::kLink) return std::nullopt;
    auto target = files_.read_link(root_ / path);
    if (!target) return std::nullopt;
    return std::move(*target);
  }
  // Returns the time of the last change of a file. No value if the path is not a file.
  std::optional<TimePoint> modified(const std::filesystem::path& path) const {
    const auto attributes = files_.inspect(root_ / path);
    if (!attributes || attributes->kind != FileKind::kFile) return std::nullopt;
    return TimePoint(
        std::chrono::duration_cast<TimePoint::duration>(std::chrono::nanoseconds(attributes->modified)));
  }
  const std::filesystem::path& root() const { return root_; }

 private:
  FileKind kind(const std::filesystem::path& path) const {
    const auto attributes = files_.inspect(root_ / path);
    return attributes ? attributes->kind : FileKind::kNone;
  }

  const FileSystem& files_;
  std::filesystem::path root_;
};

}  // namespace connected_registry::trust
