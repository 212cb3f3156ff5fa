// Determines when tags that are no longer synchronized expire. Pure functions.
#pragma once

#include <chrono>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/timestamp.h"

namespace connected_registry::sync {

// A tag of a repository.
struct Reference {
  std::string repository;
  std::string tag;

  std::string text() const { return repository + ":" + tag; }
  bool operator==(const Reference&) const = default;
};

// The tags in this registry, and the tags that the settings match.
struct Inventory {
  std::vector<Reference> present;                        // all tags of this registry
  std::map<std::string, std::set<std::string>> desired;  // repository -> tags that the settings match
  // Repositories with a failed run. Their desired tags are not known, so their tags do not expire, and no
  // new tag of them is added to Retention::leaving.
  std::set<std::string> unknown;
  // Reference::text() of artifact tags (see is_artifact_tag()) whose image does not exist any more.
  std::set<std::string> without_subject;
};

struct Retention {
  // Tags that are not desired and not expired. The key is Reference::text(). The value is the time from which
  // on the tag has not been desired.
  std::map<std::string, TimePoint> leaving;
  std::vector<Reference> expired;  // tags to remove now
};

// Returns true if the tag has the form "sha256-<64 hexadecimal digits>…". It is then the tag of an artifact
// that refers to an image. Such a tag is desired until its image does not exist any more.
bool is_artifact_tag(std::string_view tag);

// Returns the digest of the image that an artifact tag refers to. is_artifact_tag() must be true for `tag`.
std::string subject_digest(std::string_view tag);

// Divides the tags that are not desired: a tag is expired if it has not been desired for at least `retain`.
// All other tags that are not desired are leaving. `leaving` is Retention::leaving of the previous run.
Retention evaluate_retention(const Inventory& inventory, const std::map<std::string, TimePoint>& leaving,
                             std::chrono::seconds retain, TimePoint now);

}  // namespace connected_registry::sync
