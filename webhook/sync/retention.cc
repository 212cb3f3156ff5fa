#include "sync/retention.h"

#include <algorithm>
#include <cstddef>

namespace connected_registry::sync {
namespace {

constexpr std::string_view kPrefix = "sha256-";
constexpr std::size_t kDigits = 64;

bool is_desired(const Inventory& inventory, const Reference& reference) {
  if (inventory.unknown.contains(reference.repository)) return true;
  if (is_artifact_tag(reference.tag)) return !inventory.without_subject.contains(reference.text());
  const auto found = inventory.desired.find(reference.repository);
  return found != inventory.desired.end() && found->second.contains(reference.tag);
}

}  // namespace

bool is_artifact_tag(std::string_view tag) {
  if (!tag.starts_with(kPrefix) || tag.size() < kPrefix.size() + kDigits) return false;
  const std::string_view digest = tag.substr(kPrefix.size(), kDigits);
  return std::all_of(digest.begin(), digest.end(),
                     [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

std::string subject_digest(std::string_view tag) {
  return "sha256:" + std::string(tag.substr(kPrefix.size(), kDigits));
}

Retention evaluate_retention(const Inventory& inventory, const std::map<std::string, TimePoint>& leaving,
                             std::chrono::seconds retain, TimePoint now) {
  Retention out;
  for (const Reference& reference : inventory.present) {
    const auto before = leaving.find(reference.text());
    const bool unknown = inventory.unknown.contains(reference.repository);
    // A tag of a repository that is unknown now keeps its date, but does not expire.
    if (is_desired(inventory, reference) && !(unknown && before != leaving.end())) continue;
    const TimePoint since = before == leaving.end() ? now : before->second;
    if (!unknown && since + retain <= now) {
      out.expired.push_back(reference);
    } else {
      out.leaving.emplace(reference.text(), since);
    }
  }
  return out;
}

}  // namespace connected_registry::sync
