#include "controller/deletion.h"

#include <map>
#include <set>

#include "base/stop.h"

namespace connected_registry::controller {
namespace {

// A controller that had seen only half of the deletions and makes something anew has its chance in between.
constexpr int kQuietRounds = 3;

std::string describe(const ObjectReference& object) {
  return std::string(object.resource.kind) + " " + object.name;
}

enum class Found {
  kNothing,
  kDeleted,
  kTrouble,  // another try may do better
  kRefusal,  // it will not
};

// One try. The reason of a failure goes to `reason`.
Found delete_one(kube::Client& client, const std::string& namespace_, const ObjectReference& object,
                 std::string& reason) {
  const auto removed = client.remove(object.resource, namespace_, object.name);
  if (removed) return Found::kDeleted;
  const ErrorCode code = removed.error().code;
  // Kinds that are not installed are not found either.
  if (code == ErrorCode::kNotFound) return Found::kNothing;
  reason = removed.error().message;
  const bool passing =
      code == ErrorCode::kUnavailable || code == ErrorCode::kTimeout || code == ErrorCode::kConflict;
  return passing ? Found::kTrouble : Found::kRefusal;
}

// What goes on over the rounds.
struct Progress {
  std::set<std::string> told;                  // as deleted
  std::map<std::string, std::string> reasons;  // of those that could not be deleted in the last round
};

// True if there was nothing to do any more.
bool take_round(kube::Client& client, const DeletionRequest& request, Progress& progress, std::ostream& out) {
  progress.reasons.clear();
  bool quiet = true;
  for (const ObjectReference& object : request.objects) {
    const std::string name = describe(object);
    std::string reason;
    const Found found = delete_one(client, request.namespace_, object, reason);
    if (found == Found::kDeleted && progress.told.insert(name).second) out << "deleted " << name << std::endl;
    if (found == Found::kTrouble || found == Found::kRefusal) progress.reasons[name] = reason;
    quiet = quiet && (found == Found::kNothing || found == Found::kRefusal);
  }
  return quiet;
}

}  // namespace

bool delete_until_gone(kube::Client& client, const DeletionRequest& request, std::ostream& out,
                       const std::stop_token& stop) {
  Progress progress;
  int quiet = 0;
  for (;;) {
    quiet = take_round(client, request, progress, out) ? quiet + 1 : 0;
    const bool late = std::chrono::steady_clock::now() >= request.deadline;
    if (quiet == kQuietRounds || late || !wait_for(stop, request.interval)) break;
  }
  for (const auto& [object, reason] : progress.reasons) {
    out << "could not delete " << object << ": " << reason << "\n  delete it yourself: kubectl -n "
        << request.namespace_ << " delete " << object << std::endl;
  }
  return progress.reasons.empty() && quiet == kQuietRounds;
}

}  // namespace connected_registry::controller
