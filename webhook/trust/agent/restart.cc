#include "trust/agent/restart.h"

#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <optional>
#include <sstream>
#include <system_error>

#include "base/descriptor.h"
#include "base/log.h"
#include "base/stop.h"
#include "trust/agent/runtime_socket.h"
#include "trust/runtimes/containerd.h"
#include "trust/runtimes/containerd_check.h"

namespace connected_registry::trust {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kUnit = "containerd.service";
constexpr std::chrono::milliseconds kInterval{250};

// Returns the value of the last Restart= in a unit file.
std::optional<std::string> restart_setting(const std::string& text) {
  constexpr std::string_view kKey = "Restart=";
  std::optional<std::string> value;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    std::erase_if(line, [](char c) { return c == ' ' || c == '\t' || c == '\r'; });
    if (line.starts_with(kKey)) value = line.substr(kKey.size());
  }
  return value;
}

Status wait_for_answer(const fs::path& socket, pid_t old, const RestartRequest& request,
                       const std::stop_token& stop) {
  const auto deadline = std::chrono::steady_clock::now() + request.timeout;
  while (std::chrono::steady_clock::now() < deadline) {
    const auto runtime = find_runtime(socket);
    if (runtime && runtime->id != old && ask_version(socket)) return {};
    if (!wait_for(stop, kInterval)) {
      return fail(ErrorCode::kUnavailable, "the agent stops while containerd restarts");
    }
  }
  return fail(ErrorCode::kInternal,
              "containerd was restarted, and did not answer within " +
                  std::to_string(request.timeout.count()) +
                  " s: see journalctl -u containerd; no other node is restarted meanwhile");
}

tl::unexpected<Error> ended_meanwhile() {
  return fail(ErrorCode::kUnavailable, "containerd ended meanwhile");
}

tl::unexpected<Error> cannot_restart(int number) {
  if (number == ESRCH) return ended_meanwhile();
  return fail(ErrorCode::kPermissionDenied, "cannot restart containerd (" +
                                                std::error_code(number, std::generic_category()).message() +
                                                "): restart it yourself");
}

}  // namespace

// The process is opened first and looked up again afterwards, so the signal goes to the process that was
// opened.
Status terminate(const fs::path& socket, const RuntimeProcess& runtime) {
  const Descriptor process(static_cast<int>(::syscall(SYS_pidfd_open, runtime.id, 0)));
  if (!process) return cannot_restart(errno);
  const auto current = find_runtime(socket);
  if (!current || !current->is_same(runtime)) return ended_meanwhile();
  if (::syscall(SYS_pidfd_send_signal, process.get(), SIGTERM, nullptr, 0) != 0) return cannot_restart(errno);
  return {};
}

namespace {

Status restart(const fs::path& socket, const RuntimeProcess& runtime, const RestartRequest& request,
               const std::stop_token& stop) {
  log::warning("restarting containerd", {{"node", request.node}, {"process", runtime.id}});
  if (auto terminated = terminate(socket, runtime); !terminated) return terminated;
  return wait_for_answer(socket, runtime.id, request, stop);
}

}  // namespace

bool restarts_always(const HostView& host, std::string_view unit) {
  std::optional<std::string> setting;
  // systemd reads the unit file of the first directory that has one, and the drop-ins of all directories.
  const std::vector<fs::path> directories = {"etc/systemd/system", "run/systemd/system",
                                             "usr/lib/systemd/system", "lib/systemd/system"};
  for (const fs::path& directory : directories) {
    if (const auto text = host.text(directory / unit)) {
      setting = restart_setting(*text);
      break;
    }
  }
  for (auto directory = directories.rbegin(); directory != directories.rend(); ++directory) {
    const fs::path drop_ins = *directory / (std::string(unit) + ".d");
    for (const std::string& name : host.list(drop_ins)) {
      if (!name.ends_with(".conf")) continue;
      const auto text = host.text(drop_ins / name);
      if (const auto own = restart_setting(text.value_or(""))) setting = own;
    }
  }
  return setting == "always";
}

Status restart_containerd_if_older(RestartLock& lock, const RestartRequest& request, const HostView& host,
                                   const Clock& clock, const std::stop_token& stop) {
  const fs::path socket = request.host_root / "run/containerd/containerd.sock";
  const std::string config = "/" + std::string(kContainerdConfig);
  const auto runtime = find_runtime(socket);
  if (!runtime) return tl::unexpected(runtime.error());
  const auto changed = host.modified(kContainerdConfig);
  if (!changed) return fail(ErrorCode::kUnavailable, config + " does not exist");
  if (runtime->started > *changed) return ask_version(socket);
  // No restart would ever be late enough.
  if (*changed > clock()) {
    return fail(ErrorCode::kInvalidArgument,
                config + " has a change time in the future: set this node's clock, or touch the file");
  }
  if (!restarts_always(host, kUnit)) {
    return fail(ErrorCode::kInvalidArgument,
                config +
                    " was changed, so containerd must be restarted: run systemctl restart containerd; the "
                    "agent does not, because " +
                    std::string(kUnit) + " does not have Restart=always");
  }
  if (const auto checked =
          check_containerd_files(host, host.text(kContainerdConfig).value_or(""), request.containerd);
      !checked) {
    return fail(ErrorCode::kInvalidArgument,
                "containerd is not restarted, because it would not start: " + checked.error().message);
  }
  if (auto acquired = lock.acquire(); !acquired) return acquired;
  auto restarted = restart(socket, *runtime, request, stop);
  // After a failed restart the lock stays held: the other nodes do not try the same.
  if (!restarted) return restarted;
  if (const auto released = lock.release(); !released) {
    log::warning("cannot release the restart lock: other nodes wait until it expires",
                 {{"node", request.node}, {"error", released.error()}});
  }
  return {};
}

}  // namespace connected_registry::trust
