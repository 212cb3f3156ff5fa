#include "controller/certificate_watcher.h"

#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <string_view>
#include <system_error>
#include <utility>

#include "base/file.h"
#include "base/log.h"
#include "base/sha256.h"
#include "base/stop.h"
#include "base/system_error.h"
#include "controller/active_tls.h"

namespace connected_registry::controller {
namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 3> kFiles{"tls.crt", "tls.key", "ca.crt"};
constexpr std::string_view kDataLink = "..data";  // as the kubelet does it
constexpr std::string_view kDirectoryPrefix = "..pair-";
constexpr std::string_view kNewLink = "..data-new";
constexpr mode_t kFileMode = 0600;
constexpr mode_t kDirectoryMode = 0700;
const char* const kSubject = "the registry's certificate";

using Contents = std::array<std::string, kFiles.size()>;

// Reads all files from one version: the kubelet switches `..data` to a new one at any time.
Result<Contents> read_pair(const fs::path& source) {
  std::error_code no_link;
  const fs::path version = fs::read_symlink(source / kDataLink, no_link);
  const fs::path directory = no_link ? source : source / version;
  Contents contents;
  for (std::size_t index = 0; index < kFiles.size(); ++index) {
    auto content = file::read(directory / kFiles[index]);
    const bool may_miss = kFiles[index] == "ca.crt";
    if (!content && !(may_miss && content.error().code == ErrorCode::kNotFound)) {
      return tl::unexpected(std::move(content.error()));
    }
    if (content) contents[index] = std::move(*content);
  }
  return contents;
}

// Returns equal names for equal contents only: a length in front of each keeps others apart.
std::string directory_name(const Contents& contents) {
  std::string all;
  for (const std::string& content : contents) all += std::to_string(content.size()) + ":" + content;
  constexpr std::size_t kDigits = 16;
  return std::string(kDirectoryPrefix) + sha256_hex(all).substr(0, kDigits);
}

// Creates the link, or replaces it in one step.
Status set_link(const fs::path& link, const fs::path& to) {
  const fs::path fresh = link.parent_path() / kNewLink;
  if (::unlink(fresh.c_str()) != 0 && errno != ENOENT) return fail_system("remove", fresh, errno);
  if (::symlink(to.c_str(), fresh.c_str()) != 0) return fail_system("create", fresh, errno);
  if (::rename(fresh.c_str(), link.c_str()) != 0) return fail_system("replace", link, errno);
  return {};
}

Status write_directory(const fs::path& directory, const Contents& contents) {
  std::error_code ignored;
  fs::remove_all(directory, ignored);  // a former watcher may have ended while it wrote
  if (::mkdir(directory.c_str(), kDirectoryMode) != 0) return fail_system("create", directory, errno);
  for (std::size_t index = 0; index < kFiles.size(); ++index) {
    if (auto written = file::write_atomically(directory / kFiles[index], contents[index], kFileMode);
        !written) {
      return written;
    }
  }
  return {};
}

// Links the files through `..data`. These links never change.
Status link_files(const fs::path& target) {
  for (const std::string_view name : kFiles) {
    const fs::path desired = fs::path(kDataLink) / name;
    std::error_code no_link;
    if (fs::read_symlink(target / name, no_link) == desired && !no_link) continue;
    if (auto linked = set_link(target / name, desired); !linked) return linked;
  }
  return {};
}

void remove_former(const fs::path& target, const std::string& current) {
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(target, error)) {
    const std::string name = entry.path().filename().string();
    if (!name.starts_with(kDirectoryPrefix) || name == current) continue;
    std::error_code ignored;
    fs::remove_all(entry.path(), ignored);  // tried again with the next pair
  }
}

Result<pid_t> read_pid(const fs::path& pid_file) {
  constexpr std::size_t kLongest = 32;
  const auto content = file::read(pid_file, kLongest);
  if (!content) return tl::unexpected(content.error());
  std::string_view text = *content;
  while (text.ends_with('\n') || text.ends_with(' ')) text.remove_suffix(1);
  pid_t pid = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), pid);
  // 1 is the pod's pause process; 0 and negative numbers mean whole groups.
  if (problem != std::errc() || end != text.data() + text.size() || pid <= 1) {
    return fail(ErrorCode::kInvalidArgument, pid_file.string() + " holds no process id");
  }
  return pid;
}

}  // namespace

Result<CopyResult> copy_certificate(const WatcherRequest& request, TimePoint now) {
  auto contents = read_pair(request.source);
  if (!contents) return tl::unexpected(std::move(contents.error()));
  const std::string name = directory_name(*contents);
  std::error_code no_link;
  if (fs::read_symlink(request.target / kDataLink, no_link) == name && !no_link) {
    if (auto linked = link_files(request.target); !linked) return tl::unexpected(std::move(linked.error()));
    return CopyResult::kUnchanged;
  }
  const auto& [certificate, key, authority] = *contents;
  const TlsMaterial material{.tls_crt = certificate, .tls_key = key, .ca_crt = authority};
  if (auto usable = check_tls_material(material, request.address, now); !usable) {
    return tl::unexpected(std::move(usable).error());
  }
  if (auto written = write_directory(request.target / name, *contents); !written) {
    return tl::unexpected(std::move(written.error()));
  }
  if (auto switched = set_link(request.target / kDataLink, name); !switched) {
    return tl::unexpected(std::move(switched.error()));
  }
  if (auto linked = link_files(request.target); !linked) return tl::unexpected(std::move(linked.error()));
  remove_former(request.target, name);
  return CopyResult::kCopied;
}

Status reload_nginx(const fs::path& pid_file) {
  const auto pid = read_pid(pid_file);
  if (!pid) return tl::unexpected(pid.error());
  const std::string number = std::to_string(*pid);
  const auto program = file::read("/proc/" + number + "/comm");
  // The file of an nginx that was killed may name a process that came later.
  if (!program || *program != "nginx\n") {
    return fail(ErrorCode::kInvalidArgument,
                "process " + number + " of " + pid_file.string() + " is not nginx");
  }
  if (::kill(*pid, SIGHUP) != 0) return fail_system("signal process " + number + " of", pid_file, errno);
  return {};
}

bool copy_once(const WatcherRequest& request, const std::stop_token& stop, const Clock& clock) {
  ProgressLog progress;
  do {
    const auto copied = copy_certificate(request, clock());
    if (copied) {
      log::info("certificate is in place", {{"target", request.target.string()}});
      return true;
    }
    progress.waiting(kSubject, copied.error().message);
  } while (wait_for(stop, request.interval));
  return false;
}

void watch_certificate(const WatcherRequest& request, const std::stop_token& stop, const Clock& clock) {
  ProgressLog progress;
  bool reload_pending = !request.pid_file.empty();
  do {
    const auto copied = copy_certificate(request, clock());
    if (!copied) {
      progress.failed(kSubject, copied.error().message);
    } else {
      progress.done(kSubject);
      if (*copied == CopyResult::kCopied) {
        log::info("new certificate", {{"target", request.target.string()}});
        reload_pending = !request.pid_file.empty();
      }
    }
    if (!reload_pending) continue;
    if (const auto reloaded = reload_nginx(request.pid_file); !reloaded) {
      progress.waiting("nginx", reloaded.error().message);
    } else {
      progress.done("nginx");
      log::info("nginx reloads its certificate");
      reload_pending = false;
    }
  } while (wait_for(stop, request.interval));
}

}  // namespace connected_registry::controller
