#include "inject/pod.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "contract/names.h"
#include "inject/environment.h"
#include "inject/prepared_policy.h"

namespace connected_registry::inject {
namespace {

using json::Value;

enum class Type { kText, kMap, kList };

bool is_type(const Value& value, Type type) {
  switch (type) {
    case Type::kText:
      return value.IsString();
    case Type::kMap:
      return value.IsObject();
    case Type::kList:
      return value.IsArray();
  }
  return false;
}

std::string_view type_name(Type type) {
  switch (type) {
    case Type::kText:
      return "a string";
    case Type::kMap:
      return "an object";
    case Type::kList:
      return "an array";
  }
  return "";
}

// Where a value is in the pod. Written out only where there is something to say of it: a pod has hundreds.
class Place {
 public:
  Place() = default;  // the pod itself
  explicit Place(std::string_view name) : name_(name) {}
  Place(const Place& parent, std::string_view list, std::size_t index)
      : parent_(&parent), name_(list), index_(index) {}

  // "spec.containers[0]"
  std::string text() const { return member(""); }
  // "spec.containers[0].name"; what is in the pod itself has nothing before it.
  std::string member(std::string_view name) const {
    std::string out = parent_ == nullptr ? std::string(name_) : parent_->member(name_);
    if (parent_ != nullptr) out.append("[").append(std::to_string(index_)).append("]");
    if (!out.empty() && !name.empty()) out += '.';
    return out.append(name);
  }

 private:
  const Place* parent_ = nullptr;  // of the list that it is in
  std::string_view name_;
  std::size_t index_ = 0;
};

// Whether a list may hold null.
enum Nulls { kNoNull, kOrNull };

// Collects the first thing that is not as it should be.
class Shape {
 public:
  // value[name] of the type, or nullptr: missing, null (an error where it is required) or wrong (an error).
  const Value* member(const Value& value, std::string_view name, Type type, const Place& place,
                      bool required) {
    const Value* found = json::member(value, name);
    if (found != nullptr && is_type(*found, type)) return found;
    const bool is_missing = found == nullptr || found->IsNull();
    if (required || !is_missing) refuse(is_missing, name, type, place);
    return nullptr;
  }

  // value[name] as a map of texts.
  void texts(const Value& value, std::string_view name, const Place& place) {
    const Value* map = member(value, name, Type::kMap, place, false);
    if (map == nullptr) return;
    for (auto entry = map->MemberBegin(); entry != map->MemberEnd(); ++entry) {
      if (!entry->value.IsString()) {
        keep(place.member(name) + "[\"" + std::string(json::view(entry->name)) + "\"] is not a string");
      }
    }
  }

  // value[name] as a list of maps, each given to `judge` with its path.
  template <Nulls kNulls = kNoNull, typename Judge>
  void maps(const Value& value, std::string_view name, const Place& place, bool required, Judge judge) {
    const Value* list = member(value, name, Type::kList, place, required);
    if (list == nullptr) return;
    std::size_t index = 0;
    for (const Value& entry : list->GetArray()) {
      const Place entry_place(place, name, index++);
      if (entry.IsObject()) {
        judge(entry, entry_place);
      } else if (kNulls == kNoNull || !entry.IsNull()) {
        keep(entry_place.text() + " is not an object");
      }
    }
  }

  Status result() && {
    if (error_.empty()) return {};
    return fail(ErrorCode::kInvalidArgument, "pod: " + std::move(error_));
  }

 private:
  // Apart, so that what runs for each member of a pod is short.
  [[gnu::noinline]] void refuse(bool is_missing, std::string_view name, Type type, const Place& place) {
    keep(place.member(name) + (is_missing ? " is missing" : " is not " + std::string(type_name(type))));
  }
  void keep(std::string error) {
    if (error_.empty()) error_ = std::move(error);
  }
  std::string error_;
};

void check_container(Shape& shape, const Value& container, const Place& place) {
  shape.member(container, "name", Type::kText, place, true);
  shape.member(container, "image", Type::kText, place, false);
  shape.maps(container, "volumeMounts", place, false, [&](const Value& mount, const Place& mount_place) {
    shape.member(mount, "name", Type::kText, mount_place, true);
    shape.member(mount, "mountPath", Type::kText, mount_place, true);
  });
  shape.maps(container, "volumeDevices", place, false, [&](const Value& device, const Place& device_place) {
    shape.member(device, "devicePath", Type::kText, device_place, true);
  });
  // null stands for one that kPodParts leaves out; the API server refuses it itself.
  shape.maps<kOrNull>(container, "env", place, false,
                      [&](const Value& variable, const Place& variable_place) {
                        shape.member(variable, "name", Type::kText, variable_place, true);
                        shape.member(variable, "value", Type::kText, variable_place, false);
                      });
  shape.maps(container, "envFrom", place, false, [](const Value&, const Place&) {});
}

// The path of the bundle's annotation, as a fieldRef writes it.
bool refers_to_bundle(const Value& item) {
  return json::string_at(item, {"fieldRef", "fieldPath"}) == kBundleField;
}

// A pod can have hundreds of variables. Those that nobody heeds are the API server's to judge.
constexpr json::Selection kVariable{.others = true, .lead = R"({"name":")", .among = kHeededVariables};
constexpr std::array<json::Choice, 6> kOfContainer{{{.name = "name"},
                                                    {.name = "image"},
                                                    {.name = "env", .inside = &kVariable},
                                                    {.name = "volumeMounts"},
                                                    {.name = "envFrom"},
                                                    {.name = "volumeDevices"}}};
constexpr json::Selection kContainer{.choices = kOfContainer};
constexpr std::array<json::Choice, 2> kOfVolume{{{.name = "name"}, {.name = "downwardAPI"}}};
constexpr json::Selection kVolume{.choices = kOfVolume};
constexpr std::array<json::Choice, 7> kOfSpec{{{.name = "volumes", .inside = &kVolume},
                                               {.name = "initContainers", .inside = &kContainer},
                                               {.name = "containers", .inside = &kContainer},
                                               {.name = "ephemeralContainers", .inside = &kContainer},
                                               {.name = "imagePullSecrets"},
                                               {.name = "nodeSelector"},
                                               {.name = "os"}}};
constexpr json::Selection kSpec{.choices = kOfSpec};
constexpr std::array<json::Choice, 3> kOfMetadata{
    {{.name = "namespace"}, {.name = "labels"}, {.name = "annotations"}}};
constexpr json::Selection kMetadata{.choices = kOfMetadata};
constexpr std::array<json::Choice, 2> kOfPod{
    {{.name = "metadata", .inside = &kMetadata}, {.name = "spec", .inside = &kSpec}}};

}  // namespace

const json::Selection kPodParts{.choices = kOfPod};

Status check_pod(const Value& pod) {
  Shape shape;
  if (!pod.IsObject()) return fail(ErrorCode::kInvalidArgument, "pod: it is not an object");
  const Place in_pod;
  const Place in_metadata("metadata");
  const Place in_spec("spec");
  if (const Value* metadata = shape.member(pod, "metadata", Type::kMap, in_pod, true)) {
    shape.texts(*metadata, "annotations", in_metadata);
    shape.texts(*metadata, "labels", in_metadata);
  }
  if (const Value* spec = shape.member(pod, "spec", Type::kMap, in_pod, true)) {
    for (const std::string_view list : kContainerLists) {
      const auto judge = [&](const Value& each, const Place& place) { check_container(shape, each, place); };
      shape.maps(*spec, list, in_spec, list == "containers", judge);
    }
    shape.maps(*spec, "volumes", in_spec, false, [&](const Value& volume, const Place& place) {
      shape.member(volume, "name", Type::kText, place, true);
    });
    shape.maps(*spec, "imagePullSecrets", in_spec, false, [&](const Value& secret, const Place& place) {
      shape.member(secret, "name", Type::kText, place, false);
    });
    shape.texts(*spec, "nodeSelector", in_spec);
    shape.member(*spec, "os", Type::kMap, in_spec, false);
  }
  return std::move(shape).result();
}

Entries::Entries(const Value& object, std::string_view name) {
  const Value* found = json::member(object, name);
  if (found == nullptr || !found->IsArray()) return;
  begin_ = found->Begin();
  end_ = found->End();
}

std::string_view annotation(const Value& pod, std::string_view name) {
  return json::string_at(pod, {"metadata", "annotations", name});
}

std::string_view label(const Value& pod, std::string_view name) {
  return json::string_at(pod, {"metadata", "labels", name});
}

CaVolume find_ca_volume(const Value& pod) {
  const Value* spec = json::find(pod, {"spec"});
  if (spec == nullptr) return {};
  unsigned index = 0;
  for (const Value& volume : Entries(*spec, "volumes")) {
    if (json::string_at(volume, {"name"}) == names::kCaVolume) {
      const Value* source = json::find(volume, {"downwardAPI"});
      const bool ours = source != nullptr && has_item(volume, names::kBundleKey);
      return {ours ? CaVolume::State::kOurs : CaVolume::State::kForeign, index, &volume};
    }
    ++index;
  }
  return {};
}

bool has_item(const Value& volume, std::string_view path) {
  const Value* source = json::find(volume, {"downwardAPI"});
  if (source == nullptr) return false;
  const Entries items(*source, "items");
  return std::any_of(items.begin(), items.end(), [path](const Value& item) {
    return json::string_at(item, {"path"}) == path && refers_to_bundle(item);
  });
}

}  // namespace connected_registry::inject
