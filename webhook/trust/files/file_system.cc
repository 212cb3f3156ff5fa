#include "trust/files/file_system.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <system_error>

#include "base/descriptor.h"
#include "base/file.h"
#include "base/system_error.h"

namespace connected_registry::trust {
namespace {

namespace fs = std::filesystem;

constexpr mode_t kModeBits = 07777;
constexpr std::int64_t kNanoseconds = 1'000'000'000;

Descriptor open_file(const fs::path& path, int flags) {
  return Descriptor(::open(path.c_str(), flags | O_CLOEXEC));
}

FileKind kind_of(mode_t mode) {
  if (S_ISREG(mode)) return FileKind::kFile;
  if (S_ISDIR(mode)) return FileKind::kDirectory;
  return S_ISLNK(mode) ? FileKind::kLink : FileKind::kOther;
}

class MachineFileSystem : public FileSystem {
 public:
  Result<FileAttributes> inspect(const fs::path& path) const override {
    struct stat status {};
    if (::lstat(path.c_str(), &status) != 0) {
      if (errno == ENOENT) return FileAttributes{};
      return fail_system("inspect", path, errno);
    }
    return FileAttributes{.kind = kind_of(status.st_mode),
                          .mode = status.st_mode & kModeBits,
                          .owner = status.st_uid,
                          .group = status.st_gid,
                          .size = static_cast<std::uintmax_t>(status.st_size),
                          .modified = status.st_mtim.tv_sec * kNanoseconds + status.st_mtim.tv_nsec};
  }

  Result<std::string> read(const fs::path& path) const override { return file::read(path, kLongest); }

  Result<std::vector<std::string>> list(const fs::path& directory) const override {
    std::vector<std::string> names;
    std::error_code error;
    fs::directory_iterator entries(directory, error);
    if (error == std::errc::no_such_file_or_directory) return names;
    for (; !error && entries != fs::directory_iterator(); entries.increment(error)) {
      names.push_back(entries->path().filename().string());
    }
    if (error) return fail_system("list", directory, error.value());
    std::sort(names.begin(), names.end());
    return names;
  }

  Result<fs::path> read_link(const fs::path& path) const override {
    std::error_code error;
    fs::path target = fs::read_symlink(path, error);
    if (error) return fail_system("read the link", path, error.value());
    return target;
  }

  Status create(const fs::path& path, mode_t mode) override {
    const Descriptor made(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode));
    if (!made) return fail_system("create", path, errno);
    // The umask cuts the mode given to open().
    return done(::fchmod(made.get(), mode), "set the mode of", path);
  }

  Status append(const fs::path& path, std::string_view bytes) override {
    const Descriptor opened = open_file(path, O_WRONLY | O_APPEND | O_NOFOLLOW);
    if (!opened) return fail_system("write", path, errno);
    while (!bytes.empty()) {
      const ssize_t written = ::write(opened.get(), bytes.data(), bytes.size());
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) return fail_system("write", path, errno);
      bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    return {};
  }

  Status set_owner(const fs::path& path, uid_t owner, gid_t group) override {
    return done(::lchown(path.c_str(), owner, group), "set the owner of", path);
  }

  Status sync(const fs::path& path) override {
    const Descriptor opened = open_file(path, O_RDONLY | O_NOFOLLOW);
    if (!opened) return fail_system("open", path, errno);
    return done(::fsync(opened.get()), "sync", path);
  }

  Status make_directory(const fs::path& path, mode_t mode) override {
    if (::mkdir(path.c_str(), mode) != 0) return fail_system("create", path, errno);
    return done(::chmod(path.c_str(), mode), "set the mode of", path);
  }

  Status rename(const fs::path& from, const fs::path& to) override {
    return done(::rename(from.c_str(), to.c_str()), "replace", to);
  }

  Status exchange(const fs::path& one, const fs::path& other) override {
    return done(::renameat2(AT_FDCWD, one.c_str(), AT_FDCWD, other.c_str(), RENAME_EXCHANGE),
                "keep aside and replace", other);
  }

  Status unlink(const fs::path& path) override { return done(::unlink(path.c_str()), "remove", path); }

  Status remove_directory(const fs::path& path) override {
    return done(::rmdir(path.c_str()), "remove", path);
  }

 private:
  static Status done(int result, std::string_view action, const fs::path& path) {
    if (result == 0) return {};
    return fail_system(action, path, errno);
  }
};

}  // namespace

FileSystem& machine_file_system() {
  static MachineFileSystem machine;
  return machine;
}

}  // namespace connected_registry::trust
