// Which tags are not synchronized any more, since when, and which of them have stayed long enough. Pure.
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

// What a run saw.
struct Inventory {
  std::vector<Reference> present;                       // all tags of this registry
  std::map<std::string, std::set<std::string>> wanted;  // repository -> tags that the settings take
  std::set<std::string> unknown;                        // repositories of which a run failed: nothing leaves
  std::set<std::string> without_subject;                // tags (text) of artifacts whose image is gone
};

struct Retention {
  std::map<std::string, TimePoint> leaving;  // text of a reference -> since when
  std::vector<Reference> expired;            // to be removed now
};

// "sha256-<64 hexadecimal digits>…": artifacts that refer to an image; they leave after it.
bool is_artifact_tag(std::string_view tag);

// The digest of the image that such a tag refers to.
std::string subject_digest(std::string_view tag);

Retention judge_retention(const Inventory& inventory, const std::map<std::string, TimePoint>& leaving,
                          std::chrono::seconds retain, TimePoint now);

}  // namespace connected_registry::sync
