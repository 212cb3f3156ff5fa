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

// What it writes is its own log: JSON, passed on as it is but for the password.
void pass_on(std::string_view line, const std::string& password) {
  if (!password.empty() && line.find(password) != std::string_view::npos) return;
  log::info("distribution", {{"said", line}});
}

void run_until_changed(const PullThroughRequest& request, const Parent& parent, const std::stop_token& stop,
                       const RunProgram& run) {
  std::stop_source end;
  const std::stop_callback with_us(stop, [&end] { end.request_stop(); });
  const std::jthread watcher([&](const std::stop_token& done) {
    while (wait_for(done, request.tick)) {
      const auto now = read_parent(request.parent);
      if (!now || now->fingerprint() == parent.fingerprint()) continue;
      log::info("the parent's credentials have changed");
      end.request_stop();
      return;
    }
  });
  const auto ended = run(program_of(request, parent), end.get_token(),
                         [&parent](std::string_view line) { pass_on(line, parent.access.password); });
  if (!ended) return log::error("pull-through", {{"error", ended.error()}});
  if (ended->end == ProcessEnd::kExited) {
    log::warning("pull-through ended by itself", {{"exit_code", ended->exit_code}});
  }
}

}  // namespace

void pull_through(const PullThroughRequest& request, const std::function<Status(const Parent&)>& reach,
                  const std::stop_token& stop, const RunProgram& run) {
  std::string told;
  do {
    const auto parent = read_parent(request.parent);
    const Status reached = parent ? reach(*parent) : Status(tl::unexpected(parent.error()));
    if (!reached) {
      if (told != reached.error().message) log::warning("no pull-through", {{"error", reached.error()}});
      told = reached.error().message;
      continue;
    }
    told.clear();
    run_until_changed(request, *parent, stop, run);
  } while (wait_for(stop, request.pause));
}

}  // namespace connected_registry::sync
