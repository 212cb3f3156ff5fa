// The node's files as those who decide from them see them: read only, paths relative to the host's root.
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
  // `files` must outlive it.
  HostView(const FileSystem& files, std::filesystem::path root) : files_(files), root_(std::move(root)) {}

  bool has_directory(const std::filesystem::path& path) const { return kind(path) == FileKind::kDirectory; }
  bool has_file(const std::filesystem::path& path) const { return kind(path) == FileKind::kFile; }
  // None where there is none, or it cannot be read.
  std::optional<std::string> text(const std::filesystem::path& path) const {
    if (!has_file(path)) return std::nullopt;
    auto content = files_.read(root_ / path);
    if (!content) return std::nullopt;
    return std::move(*content);
  }
  // Names, sorted; none where it is no directory.
  std::vector<std::string> list(const std::filesystem::path& path) const {
    return files_.list(root_ / path).value_or(std::vector<std::string>());
  }
  // Where a link leads; none where it is none.
  std::optional<std::filesystem::path> link(const std::filesystem::path& path) const {
    if (kind(path) != FileKind::kLink) return std::nullopt;
    auto target = files_.read_link(root_ / path);
    if (!target) return std::nullopt;
    return std::move(*target);
  }
  // When a file was last changed; none where it is no file.
  std::optional<TimePoint> modified(const std::filesystem::path& path) const {
    const auto look = files_.look(root_ / path);
    if (!look || look->kind != FileKind::kFile) return std::nullopt;
    return TimePoint(
        std::chrono::duration_cast<TimePoint::duration>(std::chrono::nanoseconds(look->modified)));
  }
  const std::filesystem::path& root() const { return root_; }

 private:
  FileKind kind(const std::filesystem::path& path) const {
    const auto look = files_.look(root_ / path);
    return look ? look->kind : FileKind::kNone;
  }

  const FileSystem& files_;
  std::filesystem::path root_;
};

}  // namespace connected_registry::trust
