#include "base/file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

namespace connected_registry::file {
namespace {

// An open file, closed at the end of its scope.
class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  Descriptor(Descriptor&&) = delete;
  Descriptor& operator=(Descriptor&&) = delete;

  int number() const { return number_; }
  bool valid() const { return number_ >= 0; }
  // Closes now, so that an error of a delayed write is seen.
  int close_now() { return ::close(std::exchange(number_, -1)); }

 private:
  int number_;
};

tl::unexpected<Error> fail_system(std::string_view doing, const std::filesystem::path& path, int number) {
  const ErrorCode code = number == ENOENT ? ErrorCode::kNotFound : ErrorCode::kIo;
  return fail(code, std::string(doing) + " " + path.string() + ": " +
                        std::error_code(number, std::generic_category()).message());
}

Status write_all(int descriptor, std::string_view bytes, const std::filesystem::path& path) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return fail_system("write", path, errno);
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

// fsync of a folder makes the rename itself durable.
Status sync_folder(const std::filesystem::path& folder) {
  const Descriptor opened(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!opened.valid()) return fail_system("open", folder, errno);
  if (::fsync(opened.number()) != 0) return fail_system("sync", folder, errno);
  return {};
}

Status write_temporary(const std::string& name, std::string_view bytes, mode_t mode) {
  Descriptor opened(::open(name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode));
  if (!opened.valid()) return fail_system("create", name, errno);
  if (auto written = write_all(opened.number(), bytes, name); !written) return written;
  // The mode given to open is cut by the umask.
  if (::fchmod(opened.number(), mode) != 0) return fail_system("set the mode of", name, errno);
  if (::fsync(opened.number()) != 0) return fail_system("sync", name, errno);
  if (opened.close_now() != 0) return fail_system("close", name, errno);
  return {};
}

}  // namespace

Result<std::string> read(const std::filesystem::path& path, std::size_t limit) {
  const Descriptor opened(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!opened.valid()) return fail_system("read", path, errno);
  struct stat status {};
  if (::fstat(opened.number(), &status) != 0) return fail_system("read", path, errno);
  if (!S_ISREG(status.st_mode)) return fail(ErrorCode::kIo, "read " + path.string() + ": not a regular file");
  std::string content;
  std::string chunk(std::size_t{64} * 1024, '\0');
  for (;;) {
    const ssize_t count = ::read(opened.number(), chunk.data(), chunk.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return fail_system("read", path, errno);
    if (count == 0) return content;
    content.append(chunk.data(), static_cast<std::size_t>(count));
    if (content.size() > limit) {
      return fail(ErrorCode::kInvalidArgument,
                  "read " + path.string() + ": longer than " + std::to_string(limit) + " bytes");
    }
  }
}

Status write_atomically(const std::filesystem::path& path, std::string_view bytes, mode_t mode) {
  const std::filesystem::path folder = path.has_parent_path() ? path.parent_path() : ".";
  const std::string temporary = folder / (std::string(kTemporaryPrefix) + path.filename().string());
  ::unlink(temporary.c_str());  // left by a crash of ours
  auto written = write_temporary(temporary, bytes, mode);
  if (written && ::rename(temporary.c_str(), path.c_str()) != 0)
    written = fail_system("replace", path, errno);
  if (!written) {
    ::unlink(temporary.c_str());
    return written;
  }
  return sync_folder(folder);
}

}  // namespace connected_registry::file
