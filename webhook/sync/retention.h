// The retention of tags that are no longer synchronized. Pure.
#pragma once

#include <chrono>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/timestamp.h"

namespace connected_registry::sync {

struct Reference {
  std::string repository;
  std::string tag;

  std::string text() const { return repository + ":" + tag; }
  bool operator==(const Reference&) const = default;
};

// The tags that a run found and those that the settings ask for.
struct Inventory {
  std::vector<Reference> present;                        // all tags of this registry
  std::map<std::string, std::set<std::string>> desired;  // repository -> tags that the settings match
  std::set<std::string> unknown;  // repositories whose run failed: their tags neither expire nor start to
  std::set<std::string> without_subject;  // tags (text) of artifacts whose image is gone
};

struct Retention {
  std::map<std::string, TimePoint> leaving;  // text of a reference -> since when it is not desired
  std::vector<Reference> expired;            // to be removed now
};

// Reports whether the tag is "sha256-<64 hexadecimal digits>…": of an artifact that refers to an image. It
// expires after its image.
bool is_artifact_tag(std::string_view tag);

// Returns the digest of the image that such a tag refers to.
std::string subject_digest(std::string_view tag);

// Returns the tags that are not desired, and those of them that have stayed for longer than `retain`.
// `leaving` is the result of the run before.
Retention evaluate_retention(const Inventory& inventory, const std::map<std::string, TimePoint>& leaving,
                             std::chrono::seconds retain, TimePoint now);

}  // namespace connected_registry::sync
