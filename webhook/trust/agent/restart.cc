#include "trust/agent/restart.h"

#include <signal.h>

#include <cerrno>
#include <optional>
#include <sstream>
#include <system_error>
#include <thread>
#include <utility>

#include "base/json.h"
#include "base/log.h"
#include "trust/agent/runtime_socket.h"
#include "trust/runtimes/containerd.h"

namespace connected_registry::trust {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kUnit = "containerd.service";
// Longer than a restart takes: then its holder has failed, and people have had the time to see it.
constexpr std::chrono::minutes kTurnLasts{10};
constexpr std::chrono::milliseconds kInterval{250};

// The right to restart, for one node at a time: a Lease with its name.
class Turn {
 public:
  Turn(kube::Client& client, const RestartRequest& request, const Clock& clock)
      : client_(client), request_(request), clock_(clock) {}

  Status take() {
    const auto current = client_.get(kube::kLeases, request_.installation.namespace_, name());
    if (!current && current.error().code != ErrorCode::kNotFound) return tl::unexpected(current.error());
    if (!current) {
      return without_value(
          client_.create(kube::kLeases, request_.installation.namespace_, lease(request_.node, "")));
    }
    const std::string_view holder = json::string_at(*current, {"spec", "holderIdentity"});
    const auto renewed = parse_time(json::string_at(*current, {"spec", "renewTime"}));
    const bool over = !renewed || clock_() - *renewed > kTurnLasts;
    if (!holder.empty() && holder != request_.node && !over) {
      return fail(ErrorCode::kUnavailable, "containerd has to be restarted, and waits for its turn: " +
                                               std::string(holder) + " has it");
    }
    return without_value(replace(request_.node, json::string_at(*current, {"metadata", "resourceVersion"})));
  }

  void give_back() {
    const auto current = client_.get(kube::kLeases, request_.installation.namespace_, name());
    if (!current) return;
    static_cast<void>(replace("", json::string_at(*current, {"metadata", "resourceVersion"})));
  }

 private:
  std::string name() const { return request_.installation.restart_lease(); }

  json::Document lease(std::string_view holder, std::string_view version) const {
    json::Document object(rapidjson::kObjectType);
    auto& allocator = object.GetAllocator();
    json::set(object, "apiVersion", kube::kLeases.api_version(), allocator);
    json::set(object, "kind", kube::kLeases.kind, allocator);
    json::Value& metadata = json::object_at(object, "metadata", allocator);
    json::set(metadata, "name", name(), allocator);
    json::set(metadata, "namespace", request_.installation.namespace_, allocator);
    if (!version.empty()) json::set(metadata, "resourceVersion", version, allocator);
    json::set(json::object_at(metadata, "labels", allocator), names::kNameLabel, request_.installation.name,
              allocator);
    json::Value& spec = json::object_at(object, "spec", allocator);
    json::set(spec, "holderIdentity", holder, allocator);
    json::set(spec, "renewTime", format_micro_time(clock_()), allocator);
    return object;
  }

  Result<json::Document> replace(std::string_view holder, std::string_view version) {
    return client_.replace(kube::kLeases, request_.installation.namespace_, lease(holder, version));
  }

  // Whoever was faster has the turn.
  static Status without_value(const Result<json::Document>& outcome) {
    if (outcome) return {};
    const bool beaten =
        outcome.error().code == ErrorCode::kConflict || outcome.error().code == ErrorCode::kAlreadyExists;
    return fail(beaten ? ErrorCode::kUnavailable : outcome.error().code,
                "containerd has to be restarted, and waits for its turn: " + outcome.error().message);
  }

  kube::Client& client_;
  const RestartRequest& request_;
  const Clock& clock_;
};

// The value of the last Restart= in a unit file; none where it sets none.
std::optional<std::string> restart_setting(const std::string& text) {
  constexpr std::string_view kKey = "Restart=";
  std::optional<std::string> found;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    std::erase_if(line, [](char c) { return c == ' ' || c == '\t' || c == '\r'; });
    if (line.starts_with(kKey)) found = line.substr(kKey.size());
  }
  return found;
}

Status wait_for_answer(const fs::path& socket, pid_t old, const RestartRequest& request) {
  const auto deadline = std::chrono::steady_clock::now() + request.patience;
  while (std::chrono::steady_clock::now() < deadline) {
    const auto runtime = find_runtime(socket);
    if (runtime && runtime->id != old && ask_version(socket)) return {};
    std::this_thread::sleep_for(kInterval);
  }
  return fail(ErrorCode::kInternal,
              "containerd was restarted and does not answer since " +
                  std::to_string(request.patience.count()) +
                  " s: look at it (journalctl -u containerd); no other node is restarted "
                  "meanwhile");
}

Status restart(const fs::path& socket, const RuntimeProcess& runtime, const RestartRequest& request) {
  log::warning("restarting containerd", {{"node", request.node}, {"process", runtime.id}});
  if (::kill(runtime.id, SIGTERM) != 0) {
    return fail(ErrorCode::kPermissionDenied, "cannot restart containerd (" +
                                                  std::error_code(errno, std::generic_category()).message() +
                                                  "): restart it yourself");
  }
  return wait_for_answer(socket, runtime.id, request);
}

}  // namespace

bool restarts_always(const HostView& host, std::string_view unit) {
  std::optional<std::string> setting;
  // The first directory that has it counts; drop-ins of all of them add to it.
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

Status restart_containerd_if_older(kube::Client& client, const RestartRequest& request, const HostView& host,
                                   const Clock& clock) {
  const fs::path socket = request.host_root / "run/containerd/containerd.sock";
  const auto runtime = find_runtime(socket);
  if (!runtime) return tl::unexpected(runtime.error());
  const auto changed = host.modified(kContainerdConfig);
  if (!changed) return fail(ErrorCode::kUnavailable, "there is no /" + std::string(kContainerdConfig));
  if (runtime->started > *changed) return ask_version(socket);
  // No restart would ever be late enough.
  if (*changed > clock()) {
    return fail(ErrorCode::kInvalidArgument,
                "/" + std::string(kContainerdConfig) +
                    " was changed in the future, says this node's clock: set the clock, or touch the file");
  }
  if (!restarts_always(host, kUnit)) {
    return fail(ErrorCode::kInvalidArgument,
                "/" + std::string(kContainerdConfig) +
                    " is changed, and containerd has to be restarted: do it yourself (systemctl restart "
                    "containerd), for there is no " +
                    std::string(kUnit) + " that says Restart=always");
  }
  Turn turn(client, request, clock);
  if (auto taken = turn.take(); !taken) return taken;
  auto outcome = restart(socket, *runtime, request);
  // A runtime that did not come back stops the others from trying the same.
  if (outcome) turn.give_back();
  return outcome;
}

}  // namespace connected_registry::trust
