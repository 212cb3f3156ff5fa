#include "sync/collector.h"

#include <string_view>
#include <system_error>

#include "base/file.h"
#include "base/log.h"
#include "base/stop.h"
#include "sync/storage_lock.h"

namespace connected_registry::sync {
namespace {

namespace fs = std::filesystem;

constexpr mode_t kFlagMode = 0644;

// Creates or removes an empty file that nginx checks for.
void set_flag(const fs::path& file, bool present) {
  std::error_code problem;
  if (!present) {
    fs::remove(file, problem);
  } else if (const auto written = file::write_atomically(file, "", kFlagMode); !written) {
    log::error("cannot write a flag file", {{"error", written.error()}});
  }
}

// Updates the flag `full`, logs when it changes, and returns whether the volume has too little room.
bool update_full_flag(const CollectorRequest& request, bool full) {
  if (request.storage.empty()) return false;
  const auto space = disk_space(request.storage);
  if (!space) return full;
  const bool low = space->free_share() < request.minimum_free;
  if (low == full) return full;
  set_flag(request.gate / "full", low);
  if (low) {
    log::error("the registry's volume is nearly full, pushes are refused",
               {{"free_bytes", static_cast<long long>(space->free)},
                {"size_bytes", static_cast<long long>(space->total)}});
  } else {
    log::info("the registry's volume has room again");
  }
  return low;
}

void collect_once(const CollectorRequest& request, const std::stop_token& stop, const RunProgram& run) {
  const auto lock = StorageLock::acquire(request.gate / "lock", stop);
  if (!lock) {
    if (lock.error().code != ErrorCode::kCancelled)
      log::error("garbage collection did not start", {{"error", lock.error()}});
    return;
  }
  set_flag(request.gate / "closed", true);
  std::string last;
  std::size_t removed = 0;
  if (wait_for(stop, request.drain)) {
    const ProcessRequest program{.arguments = {request.program, "garbage-collect", "--delete-untagged",
                                               request.configuration.string()},
                                 .input = {},
                                 .deadline = {}};
    const auto ended = run(program, stop, [&](std::string_view line) {
      constexpr std::string_view kRemoved = "blob eligible for deletion";
      if (line.starts_with(kRemoved)) ++removed;
      last = line;
    });
    if (!ended) {
      log::error("garbage collection did not start", {{"error", ended.error()}});
    } else if (ended->end != ProcessEnd::kExited || ended->exit_code != 0) {
      log::error("garbage collection failed", {{"exit_code", ended->exit_code}, {"output", last}});
    } else {
      log::info("garbage collection finished", {{"removed_blobs", removed}});
    }
  }
  set_flag(request.gate / "closed", false);
}

}  // namespace

void collect_garbage(const CollectorRequest& request, const std::stop_token& stop, const RunProgram& run,
                     const Clock& clock) {
  set_flag(request.gate / "closed", false);
  set_flag(request.gate / "full", false);
  const auto next = [&]() -> std::optional<TimePoint> {
    return request.schedule ? request.schedule->next(clock()) : std::nullopt;
  };
  bool full = false;
  auto due = next();
  do {
    full = update_full_flag(request, full);
    if (!due || clock() < *due) continue;
    collect_once(request, stop, run);
    due = next();
  } while (wait_for(stop, request.tick));
}

}  // namespace connected_registry::sync
