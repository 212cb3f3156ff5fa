// Reads the fields of a pod that injection depends on.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

#include "base/json.h"
#include "base/json_in_place.h"
#include "base/result.h"

namespace connected_registry::inject {

// The lists in spec that contain containers.
inline constexpr std::array<std::string_view, 3> kContainerLists = {"initContainers", "containers",
                                                                    "ephemeralContainers"};

// Selects the fields of a pod that injection reads.
extern const json::Selection kPodParts;

// Checks the types of the fields that injection reads against the API's definition, so that later code does
// not need to check them again. A null counts as missing. Errors name the path.
Status check_pod(const json::Value& pod);

// A range over the entries of the array object[name]. The range is empty if the array is missing, null or
// not an array.
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

// A range over the entries of a container's env that kPodParts selects. The parser replaces each other entry
// with null, so that the positions in env do not change. The iteration skips nulls. The user cannot write a
// null in env, because the API server refuses it.
class EnvEntries {
 public:
  class Iterator {
   public:
    Iterator(const json::Value* first, const json::Value* at, const json::Value* end)
        : first_(first), at_(at), end_(end) {
      skip();
    }
    const json::Value& operator*() const { return *at_; }
    Iterator& operator++() {
      ++at_;
      skip();
      return *this;
    }
    bool operator==(const Iterator& other) const { return at_ == other.at_; }
    // Returns the position of the entry in env.
    std::size_t index() const { return static_cast<std::size_t>(at_ - first_); }

   private:
    void skip() {
      while (at_ != end_ && at_->IsNull()) ++at_;
    }
    const json::Value* first_;
    const json::Value* at_;
    const json::Value* end_;
  };

  // `env` may be nullptr. The range is empty if `env` is not an array.
  explicit EnvEntries(const json::Value* env) {
    if (env == nullptr || !env->IsArray()) return;
    begin_ = env->Begin();
    end_ = env->End();
  }
  Iterator begin() const { return {begin_, begin_, end_}; }
  Iterator end() const { return {begin_, end_, end_}; }

 private:
  const json::Value* begin_ = nullptr;
  const json::Value* end_ = nullptr;
};

std::string_view annotation(const json::Value& pod, std::string_view name);
std::string_view label(const json::Value& pod, std::string_view name);

// The volume of a pod that has the name of the CA volume.
struct CaVolume {
  enum class State { kMissing, kOurs, kForeign } state = State::kMissing;
  unsigned index = 0;  // position in spec.volumes; 0 if the volume is missing
  const json::Value* value = nullptr;
};
CaVolume find_ca_volume(const json::Value& pod);

// Returns true if an item of the CA volume writes the bundle to `path`.
bool has_item(const json::Value& volume, std::string_view path);

}  // namespace connected_registry::inject
