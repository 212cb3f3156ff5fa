// The machine's file system, but for one call: there the process "ends" (Crash is thrown), or the call fails
// as a full or read-only disk makes it fail. Nothing is waited for: fsync is counted, not done.
#pragma once

#include <functional>
#include <limits>
#include <string>

#include "trust/files/file_system.h"

namespace connected_registry::trust::testing {

struct Crash {};

enum class Fault {
  kCrashBefore,  // the process ends, the call has not happened
  kCrashHalf,    // the call has happened in part: half of the bytes are written
  kCrashAfter,   // the call has happened
  kRefused,      // this call fails once: EACCES
  kFull,         // from here on nothing new fits: ENOSPC
  kReadOnly,     // from here on nothing changes: EROFS
};

class FaultyFileSystem : public FileSystem {
 public:
  static constexpr std::size_t kNever = std::numeric_limits<std::size_t>::max();

  // From now on, the call number `at` (from 0, of those that change something) has this fault.
  void arm(std::size_t at, Fault fault) {
    calls_ = 0;
    at_ = at;
    fault_ = fault;
  }
  void disarm() { arm(kNever, Fault::kRefused); }
  std::size_t calls() const { return calls_; }

  Result<FileAttributes> inspect(const std::filesystem::path& path) const override {
    return real_.inspect(path);
  }
  Result<std::string> read(const std::filesystem::path& path) const override { return real_.read(path); }
  Result<std::vector<std::string>> list(const std::filesystem::path& directory) const override {
    return real_.list(directory);
  }
  Result<std::filesystem::path> read_link(const std::filesystem::path& path) const override {
    return real_.read_link(path);
  }

  Status create(const std::filesystem::path& path, mode_t mode) override {
    return change(true, path, [&] { return real_.create(path, mode); });
  }
  Status append(const std::filesystem::path& path, std::string_view bytes) override {
    return change(
        true, path, [&] { return real_.append(path, bytes); },
        [&] { return real_.append(path, bytes.substr(0, bytes.size() / 2)); });
  }
  Status set_owner(const std::filesystem::path& path, uid_t owner, gid_t group) override {
    return change(false, path, [&] { return real_.set_owner(path, owner, group); });
  }
  Status sync(const std::filesystem::path& path) override {
    return change(false, path, [] { return Status(); });
  }
  Status make_directory(const std::filesystem::path& path, mode_t mode) override {
    return change(true, path, [&] { return real_.make_directory(path, mode); });
  }
  Status rename(const std::filesystem::path& from, const std::filesystem::path& to) override {
    return change(false, to, [&] { return real_.rename(from, to); });
  }
  Status exchange(const std::filesystem::path& one, const std::filesystem::path& other) override {
    return change(false, other, [&] { return real_.exchange(one, other); });
  }
  Status unlink(const std::filesystem::path& path) override {
    return change(false, path, [&] { return real_.unlink(path); });
  }
  Status remove_directory(const std::filesystem::path& path) override {
    return change(false, path, [&] { return real_.remove_directory(path); });
  }

 private:
  using Deed = std::function<Status()>;

  Status change(
      bool needs_space, const std::filesystem::path& path, const Deed& whole,
      const Deed& half = [] { return Status(); }) {
    const std::size_t number = calls_++;
    if (number < at_) return whole();
    const auto refuse = [&](const char* reason) {
      return Status(fail(ErrorCode::kIo, path.string() + ": " + reason));
    };
    switch (fault_) {
      case Fault::kFull:
        if (!needs_space) return whole();
        static_cast<void>(half());
        return refuse("No space left on device");
      case Fault::kReadOnly:
        return refuse("Read-only file system");
      case Fault::kRefused:
        return number == at_ ? refuse("Permission denied") : whole();
      case Fault::kCrashBefore:
        throw Crash();
      case Fault::kCrashHalf:
        static_cast<void>(half());
        throw Crash();
      case Fault::kCrashAfter:
        static_cast<void>(whole());
        throw Crash();
    }
    return whole();
  }

  FileSystem& real_ = machine_file_system();
  std::size_t calls_ = 0;
  std::size_t at_ = kNever;
  Fault fault_ = Fault::kRefused;
};

}  // namespace connected_registry::trust::testing
