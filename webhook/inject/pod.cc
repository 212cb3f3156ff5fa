#include "inject/pod.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "contract/names.h"
#include "inject/environment.h"
#include "inject/rendered_policy.h"

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

// The path of a value in the pod. Rendered only for an error: a pod has hundreds of values.
class FieldPath {
 public:
  FieldPath() = default;  // the pod itself
  explicit FieldPath(std::string_view name) : name_(name) {}
  FieldPath(const FieldPath& parent, std::string_view list, std::size_t index)
      : parent_(&parent), name_(list), index_(index) {}

  // "spec.containers[0]"
  std::string text() const { return member(""); }
  // "spec.containers[0].name"; "name" for a member of the pod itself
  std::string member(std::string_view name) const {
    std::string out = parent_ == nullptr ? std::string(name_) : parent_->member(name_);
    if (parent_ != nullptr) out.append("[").append(std::to_string(index_)).append("]");
    if (!out.empty() && !name.empty()) out += '.';
    return out.append(name);
  }

 private:
  const FieldPath* parent_ = nullptr;  // of the list that contains the value
  std::string_view name_;
  std::size_t index_ = 0;
};

// Checks the types of fields and keeps the first error.
class TypeChecker {
 public:
  // Returns value[name] if it has the type. Otherwise returns nullptr: the member is missing or null (an
  // error if it is required), or has another type (an error).
  const Value* member(const Value& value, std::string_view name, Type type, const FieldPath& path,
                      bool required) {
    const Value* found = json::member(value, name);
    if (found != nullptr && is_type(*found, type)) return found;
    const bool is_missing = found == nullptr || found->IsNull();
    if (required || !is_missing) refuse(is_missing, name, type, path);
    return nullptr;
  }

  // Checks that value[name] is a map of strings. The API reads a null in it as an empty string.
  void texts(const Value& value, std::string_view name, const FieldPath& path) {
    const Value* map = member(value, name, Type::kMap, path, false);
    if (map == nullptr) return;
    for (auto entry = map->MemberBegin(); entry != map->MemberEnd(); ++entry) {
      if (!entry->value.IsString() && !entry->value.IsNull()) {
        set_error(path.member(name) + "[\"" + std::string(json::view(entry->name)) + "\"] is not a string");
      }
    }
  }

  // Checks that value[name] is a list of objects, and calls `check` with each and its path.
  template <typename Check>
  void objects(const Value& value, std::string_view name, const FieldPath& path, bool required, Check check) {
    const Value* list = member(value, name, Type::kList, path, required);
    if (list == nullptr) return;
    std::size_t index = 0;
    for (const Value& entry : list->GetArray()) object(entry, FieldPath(path, name, index++), check);
  }

  // Does the same for a container's env.
  template <typename Check>
  void env(const Value& container, const FieldPath& path, Check check) {
    const EnvEntries entries(member(container, "env", Type::kList, path, false));
    for (auto entry = entries.begin(); entry != entries.end(); ++entry) {
      object(*entry, FieldPath(path, "env", entry.index()), check);
    }
  }

  Status result() && {
    if (error_.empty()) return {};
    return fail(ErrorCode::kInvalidArgument, "pod: " + std::move(error_));
  }

 private:
  template <typename Check>
  void object(const Value& value, const FieldPath& path, Check check) {
    if (value.IsObject()) {
      check(value, path);
    } else {
      set_error(path.text() + " is not an object");
    }
  }
  // A function of its own, which keeps the code that runs for each field short.
  [[gnu::noinline]] void refuse(bool is_missing, std::string_view name, Type type, const FieldPath& path) {
    set_error(path.member(name) + (is_missing ? " is missing" : " is not " + std::string(type_name(type))));
  }
  void set_error(std::string error) {
    if (error_.empty()) error_ = std::move(error);
  }
  std::string error_;
};

void check_container(TypeChecker& checker, const Value& container, const FieldPath& path) {
  checker.member(container, "name", Type::kText, path, true);
  checker.member(container, "image", Type::kText, path, false);
  checker.objects(container, "volumeMounts", path, false, [&](const Value& mount, const FieldPath& in_mount) {
    checker.member(mount, "name", Type::kText, in_mount, true);
    checker.member(mount, "mountPath", Type::kText, in_mount, true);
  });
  checker.objects(container, "volumeDevices", path, false,
                  [&](const Value& device, const FieldPath& in_device) {
                    checker.member(device, "devicePath", Type::kText, in_device, true);
                  });
  checker.env(container, path, [&](const Value& variable, const FieldPath& in_variable) {
    checker.member(variable, "name", Type::kText, in_variable, true);
    checker.member(variable, "value", Type::kText, in_variable, false);
  });
  checker.objects(container, "envFrom", path, false, [](const Value&, const FieldPath&) {});
}

// Reports whether the item's fieldRef is the bundle's annotation.
bool refers_to_bundle(const Value& item) {
  return json::string_at(item, {"fieldRef", "fieldPath"}) == kBundleField;
}

// A pod can have hundreds of variables. The API server checks those that injection ignores.
constexpr json::Selection kVariable{.others = true, .lead = R"({"name":")", .among = kRelevantVariables};
constexpr std::array<json::Choice, 1> kOfSecurityContext{{{.name = "windowsOptions"}}};
constexpr json::Selection kSecurityContext{.choices = kOfSecurityContext};
constexpr std::array<json::Choice, 7> kOfContainer{
    {{.name = "name"},
     {.name = "image"},
     {.name = "env", .inside = &kVariable},
     {.name = "volumeMounts"},
     {.name = "envFrom"},
     {.name = "volumeDevices"},
     {.name = "securityContext", .inside = &kSecurityContext}}};
constexpr json::Selection kContainer{.choices = kOfContainer};
constexpr std::array<json::Choice, 3> kOfVolume{
    {{.name = "name"}, {.name = "downwardAPI"}, {.name = "image"}}};
constexpr json::Selection kVolume{.choices = kOfVolume};
constexpr std::array<json::Choice, 1> kOfAffinity{{{.name = "nodeAffinity"}}};
constexpr json::Selection kAffinity{.choices = kOfAffinity};
constexpr std::array<json::Choice, 9> kOfSpec{{{.name = "volumes", .inside = &kVolume},
                                               {.name = "initContainers", .inside = &kContainer},
                                               {.name = "containers", .inside = &kContainer},
                                               {.name = "ephemeralContainers", .inside = &kContainer},
                                               {.name = "imagePullSecrets"},
                                               {.name = "nodeSelector"},
                                               {.name = "os"},
                                               {.name = "securityContext", .inside = &kSecurityContext},
                                               {.name = "affinity", .inside = &kAffinity}}};
constexpr json::Selection kSpec{.choices = kOfSpec};
constexpr std::array<json::Choice, 3> kOfMetadata{
    {{.name = "namespace"}, {.name = "labels"}, {.name = "annotations"}}};
constexpr json::Selection kMetadata{.choices = kOfMetadata};
constexpr std::array<json::Choice, 2> kOfPod{
    {{.name = "metadata", .inside = &kMetadata}, {.name = "spec", .inside = &kSpec}}};

}  // namespace

const json::Selection kPodParts{.choices = kOfPod};

Status check_pod(const Value& pod) {
  if (!pod.IsObject()) return fail(ErrorCode::kInvalidArgument, "pod: it is not an object");
  TypeChecker checker;
  const FieldPath in_pod;
  const FieldPath in_metadata("metadata");
  const FieldPath in_spec("spec");
  if (const Value* metadata = checker.member(pod, "metadata", Type::kMap, in_pod, true)) {
    checker.texts(*metadata, "annotations", in_metadata);
    checker.texts(*metadata, "labels", in_metadata);
  }
  if (const Value* spec = checker.member(pod, "spec", Type::kMap, in_pod, true)) {
    for (const std::string_view list : kContainerLists) {
      const auto check = [&](const Value& each, const FieldPath& path) {
        check_container(checker, each, path);
      };
      checker.objects(*spec, list, in_spec, list == "containers", check);
    }
    checker.objects(*spec, "volumes", in_spec, false, [&](const Value& volume, const FieldPath& path) {
      checker.member(volume, "name", Type::kText, path, true);
    });
    checker.objects(*spec, "imagePullSecrets", in_spec, false,
                    [&](const Value& secret, const FieldPath& path) {
                      checker.member(secret, "name", Type::kText, path, false);
                    });
    checker.texts(*spec, "nodeSelector", in_spec);
    checker.member(*spec, "os", Type::kMap, in_spec, false);
  }
  return std::move(checker).result();
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
