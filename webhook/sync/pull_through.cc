#include "sync/pull_through.h"

#include <string_view>
#include <thread>

#include "base/log.h"
#include "base/stop.h"

namespace connected_registry::sync {
namespace {

ProcessRequest program_of(const PullThroughRequest& request, const Parent& parent) {
  return {.arguments = {request.program, "serve", request.configuration.string()},
          .input = {},
          .environment = {{"REGISTRY_PROXY_REMOTEURL", "https://" + parent.access.endpoint},
                          {"REGISTRY_PROXY_USERNAME", parent.access.username},
                          {"REGISTRY_PROXY_PASSWORD", parent.access.password}}};
}

// Logs a line of Distribution's own JSON log, unless it contains the password.
void forward_log(std::string_view line, const std::string& password) {
  if (!password.empty() && line.find(password) != std::string_view::npos) return;
  log::info("distribution", {{"output", line}});
}

void run_until_changed(const PullThroughRequest& request, const Parent& parent, const std::stop_token& stop,
                       const RunProgram& run) {
  std::stop_source end;
  const std::stop_callback with_us(stop, [&end] { end.request_stop(); });
  const std::jthread watcher([&](const std::stop_token& done) {
    while (wait_for(done, request.tick)) {
      const auto now = read_parent(request.parent);
      if (!now || now->fingerprint() == parent.fingerprint()) continue;
      log::info("the parent's credentials have changed, restarting pull-through");
      end.request_stop();
      return;
    }
  });
  const auto ended = run(program_of(request, parent), end.get_token(),
                         [&parent](std::string_view line) { forward_log(line, parent.access.password); });
  if (!ended) return log::error("pull-through did not start", {{"error", ended.error()}});
  if (ended->end == ProcessEnd::kExited) {
    log::warning("pull-through ended unexpectedly", {{"exit_code", ended->exit_code}});
  }
}

}  // namespace

void pull_through(const PullThroughRequest& request, const std::function<Status(const Parent&)>& reach,
                  const std::stop_token& stop, const RunProgram& run) {
  std::string logged;
  do {
    const auto parent = read_parent(request.parent);
    const Status reached = parent ? reach(*parent) : Status(tl::unexpected(parent.error()));
    if (!reached) {
      if (logged != reached.error().message)
        log::warning("pull-through is not running", {{"error", reached.error()}});
      logged = reached.error().message;
      continue;
    }
    logged.clear();
    run_until_changed(request, *parent, stop, run);
  } while (wait_for(stop, request.pause));
}

}  // namespace connected_registry::sync
