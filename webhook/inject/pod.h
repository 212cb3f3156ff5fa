// How injection reads a pod.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

#include "base/json.h"
#include "base/json_in_place.h"
#include "base/result.h"

namespace connected_registry::inject {

// The lists of spec that hold containers.
inline constexpr std::array<std::string_view, 3> kContainerLists = {"initContainers", "containers",
                                                                    "ephemeralContainers"};

// What injection reads of a pod: the rest of it need not be there.
extern const json::Selection kPodParts;

// Checks that what injection reads of the pod is of the types the API defines (null counts as missing), so
// that the code after it need not ask again. The error names the path.
Status check_pod(const json::Value& pod);

// The entries of the array object[name]; empty where it is missing, null or no array.
class Entries {
 public:
  Entries(const json::Value& object, std::string_view name);
  const json::Value* begin() const { return begin_; }
  const json::Value* end() const { return end_; }
  bool empty() const { return begin_ == end_; }
  std::size_t size() const { return static_cast<std::size_t>(end_ - begin_); }

 private:
  const json::Value* begin_ = nullptr;
  const json::Value* end_ = nullptr;
};

std::string_view annotation(const json::Value& pod, std::string_view name);
std::string_view label(const json::Value& pod, std::string_view name);

// Where the pod's volume of our name is.
struct CaVolume {
  enum class State { kMissing, kOurs, kForeign } state = State::kMissing;
  unsigned index = 0;  // in spec.volumes, unless missing
  const json::Value* value = nullptr;
};
CaVolume find_ca_volume(const json::Value& pod);

// True if an item of the (our) volume puts the bundle at `path`.
bool has_item(const json::Value& volume, std::string_view path);

}  // namespace connected_registry::inject
