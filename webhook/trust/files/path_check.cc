#include "trust/files/path_check.h"

#include <sys/stat.h>
#include <unistd.h>

#include <string>

namespace connected_registry::trust {
namespace {

namespace fs = std::filesystem;

Status check_writers(const fs::path& directory, const FileAttributes& attributes, bool is_administered) {
  const auto refuse = [&directory](const std::string& who, const std::string& command) {
    return fail(ErrorCode::kPermissionDenied,
                directory.string() + " can be changed by " + who +
                    ", who could then choose which registries this node trusts: run " + command + " " +
                    directory.string());
  };
  if (attributes.owner != 0 && attributes.owner != ::geteuid()) {
    return refuse("user " + std::to_string(attributes.owner), "chown root");
  }
  // In a sticky directory, users can only replace entries of their own.
  if ((attributes.mode & S_ISVTX) != 0) return {};
  if ((attributes.mode & S_IWOTH) != 0) return refuse("every user", "chmod o-w");
  if ((attributes.mode & S_IWGRP) != 0 && !is_administered) {
    return refuse("group " + std::to_string(attributes.group), "chmod g-w");
  }
  return {};
}

}  // namespace

Status check_path(const FileSystem& files, const fs::path& root, const fs::path& relative,
                  const std::set<fs::path>& administered) {
  fs::path step;
  bool is_administered = false;
  for (const fs::path& name : relative) {
    step /= name;
    const fs::path path = root / step;
    const auto attributes = files.inspect(path);
    if (!attributes) return tl::unexpected(attributes.error());
    if (attributes->kind == FileKind::kNone) return {};
    if (attributes->kind == FileKind::kLink) {
      return fail(ErrorCode::kAlreadyExists,
                  path.string() + " is a symbolic link, which is not followed: replace it with a directory");
    }
    if (attributes->kind != FileKind::kDirectory) {
      return fail(ErrorCode::kAlreadyExists, path.string() + " is not a directory: remove it");
    }
    is_administered = is_administered || administered.contains(step);
    if (auto safe = check_writers(path, *attributes, is_administered); !safe) return safe;
  }
  return {};
}

}  // namespace connected_registry::trust
