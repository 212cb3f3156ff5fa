#include "controller/deletion.h"

#include <map>
#include <set>

#include "base/stop.h"

namespace connected_registry::controller {
namespace {

// Between the rounds, a controller that had seen only a part of the deletions can recreate an object.
constexpr int kQuietRounds = 3;

std::string describe(const ObjectReference& object) {
  return std::string(object.resource.kind) + " " + object.name;
}

enum class Deletion {
  kNotFound,
  kDeleted,
  kRetry,    // failed; another try may succeed
  kRefused,  // failed for good
};

// Tries once. Sets `reason` after a failure.
Deletion delete_one(kube::Client& client, const std::string& namespace_, const ObjectReference& object,
                    std::string& reason) {
  const auto removed = client.remove(object.resource, namespace_, object.name);
  if (removed) return Deletion::kDeleted;
  const ErrorCode code = removed.error().code;
  // Objects of kinds that are not installed are not found either.
  if (code == ErrorCode::kNotFound) return Deletion::kNotFound;
  reason = removed.error().message;
  const bool passing =
      code == ErrorCode::kUnavailable || code == ErrorCode::kTimeout || code == ErrorCode::kConflict;
  return passing ? Deletion::kRetry : Deletion::kRefused;
}

// The state across the rounds.
struct Progress {
  std::set<std::string> reported;              // as deleted
  std::map<std::string, std::string> reasons;  // of the last round's failures, by object
};

// Returns true if there was nothing left to do.
bool run_round(kube::Client& client, const DeletionRequest& request, Progress& progress, std::ostream& out) {
  progress.reasons.clear();
  bool quiet = true;
  for (const ObjectReference& object : request.objects) {
    const std::string name = describe(object);
    std::string reason;
    const Deletion result = delete_one(client, request.namespace_, object, reason);
    if (result == Deletion::kDeleted && progress.reported.insert(name).second)
      out << "deleted " << name << std::endl;
    if (result == Deletion::kRetry || result == Deletion::kRefused) progress.reasons[name] = reason;
    quiet = quiet && (result == Deletion::kNotFound || result == Deletion::kRefused);
  }
  return quiet;
}

}  // namespace

bool delete_until_gone(kube::Client& client, const DeletionRequest& request, std::ostream& out,
                       const std::stop_token& stop) {
  Progress progress;
  int quiet = 0;
  for (;;) {
    quiet = run_round(client, request, progress, out) ? quiet + 1 : 0;
    const bool late = std::chrono::steady_clock::now() >= request.deadline;
    if (quiet == kQuietRounds || late || !wait_for(stop, request.interval)) break;
  }
  for (const auto& [object, reason] : progress.reasons) {
    out << "could not delete " << object << ": " << reason << "\n  delete it with: kubectl -n "
        << request.namespace_ << " delete " << object << std::endl;
  }
  return progress.reasons.empty() && quiet == kQuietRounds;
}

}  // namespace connected_registry::controller
