#include "trust/node_folder.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <system_error>

#include "base/file.h"
#include "trust/hosts_toml.h"
#include "trust/node_files.h"

namespace connected_registry::trust {
namespace {

namespace fs = std::filesystem;

constexpr mode_t kFileMode = 0644;
constexpr mode_t kFolderMode = 0755;
constexpr mode_t kModeBits = 07777;

tl::unexpected<Error> fail_system(std::string_view doing, const fs::path& path, int number) {
  return fail(ErrorCode::kIo, std::string(doing) + " " + path.string() + ": " +
                                  std::error_code(number, std::generic_category()).message());
}

// Names that only we give to files in a folder of ours.
bool is_our_name(std::string_view name) {
  return name == kHostsFile || name == kAuthorityFile || name == kMadeFile ||
         name.starts_with(file::kTemporaryPrefix);
}

// In this order: the marker in hosts.toml goes last, so that a removal that was broken off can be resumed.
Result<std::size_t> unlink_ours(const fs::path& folder) {
  auto names = entries_of(folder);
  if (!names) return tl::unexpected(std::move(names.error()));
  std::stable_partition(names->begin(), names->end(),
                        [](const std::string& name) { return name != kHostsFile; });
  std::size_t count = 0;
  for (const std::string& name : *names) {
    if (!is_our_name(name)) continue;
    const fs::path path = folder / name;
    if (::unlink(path.c_str()) != 0 && errno != ENOENT) return fail_system("remove", path, errno);
    ++count;
  }
  return count;
}

}  // namespace

Status check_way(const fs::path& root, const fs::path& relative) {
  fs::path path = root;
  for (const fs::path& step : relative) {
    path /= step;
    struct stat status {};
    if (::lstat(path.c_str(), &status) != 0) {
      if (errno == ENOENT) return {};
      return fail_system("look at", path, errno);
    }
    if (S_ISLNK(status.st_mode)) {
      return fail(ErrorCode::kIo,
                  path.string() + " is a symbolic link, which is not followed: make it a folder");
    }
    if (!S_ISDIR(status.st_mode)) return fail(ErrorCode::kIo, path.string() + " is not a folder");
  }
  return {};
}

Result<std::vector<std::string>> entries_of(const fs::path& folder) {
  std::vector<std::string> names;
  std::error_code error;
  fs::directory_iterator entries(folder, error);
  if (error == std::errc::no_such_file_or_directory) return names;
  for (; !error && entries != fs::directory_iterator(); entries.increment(error)) {
    names.push_back(entries->path().filename().string());
  }
  if (error) return fail_system("list", folder, error.value());
  std::sort(names.begin(), names.end());
  return names;
}

Result<Owner> owner_of(const fs::path& folder, const names::Installation& installation) {
  const fs::path path = folder / kHostsFile;
  struct stat status {};
  if (::lstat(path.c_str(), &status) != 0) {
    if (errno == ENOENT || errno == ENOTDIR) return Owner::kNobody;
    return fail_system("look at", path, errno);
  }
  if (!S_ISREG(status.st_mode)) return Owner::kForeign;
  auto content = file::read(path);
  if (!content) {
    if (content.error().code == ErrorCode::kInvalidArgument)
      return Owner::kForeign;  // longer than any of ours
    return tl::unexpected(std::move(content.error()));
  }
  const std::string first = content->substr(0, content->find('\n'));
  if (first == marker(installation)) return Owner::kUs;
  return first.starts_with(kMarkerStart) ? Owner::kSibling : Owner::kForeign;
}

std::string temporary_name(const names::Installation& installation, std::string_view name) {
  return std::string(file::kTemporaryPrefix) + installation.name_space + "." + installation.name + "." +
         std::string(name);
}

Status make_folder(const fs::path& folder, const std::vector<NamedContent>& files,
                   const names::Installation& installation) {
  const fs::path building = folder.parent_path() / temporary_name(installation, folder.filename().string());
  if (::mkdir(building.c_str(), kFolderMode) != 0) return fail_system("create", building, errno);
  // The mode given to mkdir is cut by the umask.
  if (::chmod(building.c_str(), kFolderMode) != 0) return fail_system("set the mode of", building, errno);
  for (const NamedContent& named : files) {
    if (auto written = file::write_atomically(building / named.name, named.content, kFileMode); !written) {
      return written;
    }
  }
  if (::rename(building.c_str(), folder.c_str()) != 0) return fail_system("create", folder, errno);
  return {};
}

Result<bool> update_file(const fs::path& path, std::string_view content) {
  struct stat status {};
  if (::lstat(path.c_str(), &status) == 0) {
    if (!S_ISREG(status.st_mode)) return fail(ErrorCode::kIo, path.string() + " is not a file: remove it");
    const auto current = file::read(path);
    if (current && *current == content && (status.st_mode & kModeBits) == kFileMode) return false;
  }
  if (auto written = file::write_atomically(path, content, kFileMode); !written) {
    return tl::unexpected(std::move(written.error()));
  }
  return true;
}

Result<bool> discard_folder(const fs::path& folder, const names::Installation& installation) {
  const auto names = entries_of(folder);
  if (!names) return tl::unexpected(names.error());
  if (!std::all_of(names->begin(), names->end(), is_our_name)) return false;
  const fs::path going = folder.parent_path() / temporary_name(installation, folder.filename().string());
  if (::rename(folder.c_str(), going.c_str()) != 0) return fail_system("remove", folder, errno);
  if (auto removed = unlink_ours(going); !removed) return tl::unexpected(std::move(removed.error()));
  if (::rmdir(going.c_str()) != 0) {
    const int reason = errno;
    // Somebody put a file there in between: it stays.
    if (::rename(going.c_str(), folder.c_str()) != 0) return fail_system("restore", folder, errno);
    return fail_system("remove", folder, reason);
  }
  return true;
}

Result<std::size_t> strip_folder(const fs::path& folder) {
  return unlink_ours(folder);
}

Result<std::size_t> clean_up(const fs::path& parent, const names::Installation& installation) {
  auto names = entries_of(parent);
  if (!names) return tl::unexpected(std::move(names.error()));
  const std::string prefix = temporary_name(installation, "");
  std::size_t count = 0;
  for (const std::string& name : *names) {
    if (!name.starts_with(prefix)) continue;
    const fs::path left = parent / name;
    if (auto removed = unlink_ours(left); !removed) return removed;
    if (::rmdir(left.c_str()) != 0) return fail_system("remove", left, errno);
    ++count;
  }
  return count;
}

}  // namespace connected_registry::trust
