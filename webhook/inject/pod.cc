#include "inject/pod.h"

#include <algorithm>
#include <string>
#include <utility>

#include "base/names.h"
#include "inject/additions.h"

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

// Collects the first thing that is not as it should be.
class Shape {
 public:
  // value[name] of the type, or nullptr: missing, null (an error where it is required) or wrong (an error).
  const Value* member(const Value& value, std::string_view name, Type type, const std::string& path,
                      bool required) {
    const Value* found = json::find(value, {name});
    if (found == nullptr || found->IsNull()) {
      if (required) keep(path + std::string(name) + " is missing");
      return nullptr;
    }
    if (!is_type(*found, type)) {
      keep(path + std::string(name) + " is not " + std::string(type_name(type)));
      return nullptr;
    }
    return found;
  }

  // value[name] as a map of texts.
  void texts(const Value& value, std::string_view name, const std::string& path) {
    const Value* map = member(value, name, Type::kMap, path, false);
    if (map == nullptr) return;
    for (auto entry = map->MemberBegin(); entry != map->MemberEnd(); ++entry) {
      if (!entry->value.IsString()) {
        keep(path + std::string(name) + "[\"" + std::string(json::view(entry->name)) + "\"] is not a string");
      }
    }
  }

  // value[name] as a list of maps, each given to `judge` with its path.
  template <typename Judge>
  void maps(const Value& value, std::string_view name, const std::string& path, bool required, Judge judge) {
    const Value* list = member(value, name, Type::kList, path, required);
    if (list == nullptr) return;
    std::size_t index = 0;
    for (const Value& entry : list->GetArray()) {
      const std::string entry_path = path + std::string(name) + "[" + std::to_string(index++) + "]";
      if (entry.IsObject()) {
        judge(entry, entry_path + ".");
      } else {
        keep(entry_path + " is not an object");
      }
    }
  }

  Status result() && {
    if (error_.empty()) return {};
    return fail(ErrorCode::kInvalidArgument, "pod: " + std::move(error_));
  }

 private:
  void keep(std::string error) {
    if (error_.empty()) error_ = std::move(error);
  }
  std::string error_;
};

void check_container(Shape& shape, const Value& container, const std::string& path) {
  shape.member(container, "name", Type::kText, path, true);
  shape.member(container, "image", Type::kText, path, false);
  shape.maps(container, "volumeMounts", path, false, [&](const Value& mount, const std::string& mount_path) {
    shape.member(mount, "name", Type::kText, mount_path, true);
    shape.member(mount, "mountPath", Type::kText, mount_path, true);
  });
  shape.maps(container, "volumeDevices", path, false,
             [&](const Value& device, const std::string& device_path) {
               shape.member(device, "devicePath", Type::kText, device_path, true);
             });
  shape.maps(container, "env", path, false, [&](const Value& variable, const std::string& variable_path) {
    shape.member(variable, "name", Type::kText, variable_path, true);
    shape.member(variable, "value", Type::kText, variable_path, false);
  });
  shape.maps(container, "envFrom", path, false, [](const Value&, const std::string&) {});
}

// The path of the bundle's annotation, as a fieldRef writes it.
bool refers_to_bundle(const Value& item) {
  return json::string_at(item, {"fieldRef", "fieldPath"}) == kBundleField;
}

}  // namespace

Status check_pod(const Value& pod) {
  Shape shape;
  if (!pod.IsObject()) return fail(ErrorCode::kInvalidArgument, "pod: it is not an object");
  if (const Value* metadata = shape.member(pod, "metadata", Type::kMap, "", true)) {
    shape.texts(*metadata, "annotations", "metadata.");
    shape.texts(*metadata, "labels", "metadata.");
  }
  if (const Value* spec = shape.member(pod, "spec", Type::kMap, "", true)) {
    for (const std::string_view list : kContainerLists) {
      const auto judge = [&](const Value& each, const std::string& path) {
        check_container(shape, each, path);
      };
      shape.maps(*spec, list, "spec.", list == "containers", judge);
    }
    shape.maps(*spec, "volumes", "spec.", false, [&](const Value& volume, const std::string& path) {
      shape.member(volume, "name", Type::kText, path, true);
    });
    shape.texts(*spec, "nodeSelector", "spec.");
    shape.member(*spec, "os", Type::kMap, "spec.", false);
  }
  return std::move(shape).result();
}

Entries::Entries(const Value& object, std::string_view name) {
  const Value* found = json::find(object, {name});
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
