// Random pods from a fixed seed: what holds for each of them.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <random>
#include <set>
#include <span>

#include "contract/names.h"
#include "inject/fixture.h"
#include "inject/inject.h"
#include "inject/json_patch.h"
#include "inject/pod.h"

namespace connected_registry::inject {
namespace {

using json::Value;
using testing::at;

constexpr int kPods = 10'000;

// Pods that the API takes: names are unique, mounts are of volumes that there are, at paths that differ.
class RandomPods {
 public:
  json::Document next(const std::vector<std::string>& images) {
    json::Document pod(rapidjson::kObjectType);
    allocator_ = &pod.GetAllocator();
    volumes_.clear();
    containers_ = 0;
    Value metadata(rapidjson::kObjectType);
    json::set(metadata, below(2) == 0 ? "name" : "generateName", "pod", *allocator_);
    maybe_texts(metadata, "annotations", [this] { return text(); });
    maybe_texts(metadata, "labels", [this] { return "value-" + std::to_string(below(9)); });
    maybe_ask(metadata);
    Value spec(rapidjson::kObjectType);
    maybe_list(spec, "volumes", 3, [this] { return volume(); });
    maybe_list(spec, "initContainers", 2, [&] { return container(images); });
    Value containers(rapidjson::kArrayType);
    const int count = 1 + below(3);
    for (int i = 0; i < count; ++i) containers.PushBack(container(images), *allocator_);
    json::set(spec, "containers", std::move(containers), *allocator_);
    json::set(pod, "apiVersion", "v1", *allocator_);
    json::set(pod, "kind", "Pod", *allocator_);
    json::set(pod, "metadata", std::move(metadata), *allocator_);
    json::set(pod, "spec", std::move(spec), *allocator_);
    return pod;
  }

 private:
  int below(int limit) { return static_cast<int>(random_() % static_cast<unsigned>(limit)); }

  std::string text() {
    static const std::array<std::string, 8> pieces = {"a", "~", "/", "\"", "\\", "\n", "é", "x-y.z"};
    std::string out;
    const int count = below(6);
    for (int i = 0; i < count; ++i) out += pieces[static_cast<std::size_t>(below(pieces.size()))];
    return out;
  }
  const std::string& one_of(const std::vector<std::string>& texts) {
    return texts[static_cast<std::size_t>(below(static_cast<int>(texts.size())))];
  }

  // object[name]: missing, null, empty or filled.
  template <typename Make>
  void maybe_texts(Value& object, std::string_view name, Make make) {
    static const std::vector<std::string> keys = {"app",
                                                  "example.com/a",
                                                  "example.com/a.b_c-d",
                                                  "app.kubernetes.io/name",
                                                  "connected-registry.io/without-env",
                                                  "x"};
    const int form = below(4);
    if (form == 0) return;
    Value map(form == 1 ? rapidjson::kNullType : rapidjson::kObjectType);
    for (int i = 0; form == 3 && i < 3; ++i) json::set(map, one_of(keys), make(), *allocator_);
    json::set(object, name, std::move(map), *allocator_);
  }
  void maybe_ask(Value& metadata) {
    if (below(4) != 0) return;
    json::set(json::object_at(metadata, "annotations", *allocator_), names::kInjectAnnotation, "maybe",
              *allocator_);
  }
  template <typename Make>
  void maybe_list(Value& object, std::string_view name, int most, Make make) {
    const int form = below(4);
    if (form == 0) return;
    Value list(form == 1 ? rapidjson::kNullType : rapidjson::kArrayType);
    const int count = form == 3 ? 1 + below(most) : 0;
    for (int i = 0; i < count; ++i) list.PushBack(make(), *allocator_);
    json::set(object, name, std::move(list), *allocator_);
  }

  Value volume() {
    const std::string name = "volume-" + std::to_string(volumes_.size());
    volumes_.push_back(name);
    Value map(rapidjson::kObjectType);
    json::set(map, "name", name, *allocator_);
    json::set(map, "emptyDir", Value(rapidjson::kObjectType), *allocator_);
    return map;
  }
  Value mounts() {
    std::vector<std::string> paths = {"/data",
                                      "/etc",
                                      "/etc/docker",
                                      "/etc/docker/certs.d/192.100.100.1",
                                      "/etc/docker/certs.d/192.100.100.1/",
                                      "/etc/containers/certs.d/192.100.100.1/x",
                                      "/etc/connected-registry/certs",
                                      "/etc/connected-registry/./certs//",
                                      "relative",
                                      "/etc/connected-registry/certificates",
                                      "/etc/connected-registry/certs-x",
                                      "/etc/connected-registry/cert",
                                      "/etc/docker/certs.d/192.100.100.10",
                                      "/etc/docker/certs.d/192.100.100.1-x/y",
                                      "/etc/containers/certs.d/192.100.100",
                                      "/etc/cont",
                                      "/"};
    std::shuffle(paths.begin(), paths.end(), random_);
    Value list(rapidjson::kArrayType);
    const int count = below(4);
    for (int i = 0; i < count; ++i) {
      Value map(rapidjson::kObjectType);
      json::set(map, "name", one_of(volumes_), *allocator_);
      json::set(map, "mountPath", paths[static_cast<std::size_t>(i)], *allocator_);
      list.PushBack(std::move(map), *allocator_);
    }
    return list;
  }
  Value variable() {
    static const std::vector<std::string> variables = {"HOME",          "SSL_CERT_DIR", "NODE_EXTRA_CA_CERTS",
                                                       "SSL_CERT_FILE", "HTTPS_PROXY",  "NO_PROXY",
                                                       "CURL_CA_BUNDLE"};
    Value map(rapidjson::kObjectType);
    json::set(map, "name", one_of(variables), *allocator_);
    const int form = below(3);
    if (form == 1) json::set(map, "value", text(), *allocator_);
    if (form == 2) {
      Value source(rapidjson::kObjectType);
      json::set(json::object_at(source, "fieldRef", *allocator_), "fieldPath", "metadata.name", *allocator_);
      json::set(map, "valueFrom", std::move(source), *allocator_);
    }
    return map;
  }
  Value source() {
    Value map(rapidjson::kObjectType);
    json::set(json::object_at(map, "configMapRef", *allocator_), "name", "settings", *allocator_);
    return map;
  }
  Value container(const std::vector<std::string>& images) {
    Value map(rapidjson::kObjectType);
    json::set(map, "name", "container-" + std::to_string(containers_++), *allocator_);
    json::set(map, "image", one_of(images), *allocator_);
    if (!volumes_.empty() && below(2) == 0) json::set(map, "volumeMounts", mounts(), *allocator_);
    maybe_list(map, "env", 4, [this] { return variable(); });
    maybe_list(map, "envFrom", 1, [this] { return source(); });
    return map;
  }

  std::mt19937 random_{20260131};  // NOLINT(cert-msc32-c,cert-msc51-cpp): a failure must come back
  json::Allocator* allocator_ = nullptr;
  std::vector<std::string> volumes_;
  int containers_ = 0;
};

// What the API asks of the parts that injection touches, by its validation (pkg/apis/core/validation); empty
// for a pod that it takes.
std::string why_invalid(const Value& pod) {
  std::set<std::string_view> volumes;
  const Value& spec = *json::find(pod, {"spec"});
  for (const Value& volume : Entries(spec, "volumes")) {
    if (!volumes.insert(json::string_at(volume, {"name"})).second) return "a volume's name is there twice";
    std::set<std::string_view> files;
    const Value* source = json::find(volume, {"downwardAPI"});
    if (source == nullptr) continue;
    for (const Value& item : Entries(*source, "items")) {
      const std::string_view path = json::string_at(item, {"path"});
      if (path.empty() || path.starts_with('/')) return "the path of an item is not relative";
      if (!files.insert(path).second) return "an item is there twice";
      if (json::string_at(item, {"fieldRef", "fieldPath"}).empty()) return "an item has no field";
    }
  }
  for (const std::string_view list : {"initContainers", "containers"}) {
    for (const Value& container : Entries(spec, list)) {
      std::set<std::string_view> paths;
      for (const Value& mount : Entries(container, "volumeMounts")) {
        const std::string_view path = json::string_at(mount, {"mountPath"});
        if (!volumes.contains(json::string_at(mount, {"name"}))) return "a mount has no volume";
        if (path.empty() || path.find(':') != std::string_view::npos) return "a mount's path is none";
        if (!paths.insert(path).second) return "two mounts are at one path";
      }
      for (const Value& variable : Entries(container, "env")) {
        if (json::string_at(variable, {"name"}).empty()) return "a variable has no name";
        const bool twice =
            json::find(variable, {"value"}) != nullptr && json::find(variable, {"valueFrom"}) != nullptr;
        if (twice) return "a variable has two values";
      }
    }
  }
  return {};
}

template <typename IsOurs>
void drop_from_list(Value& object, const Value& original, const char* name, IsOurs is_ours) {
  const auto member = object.FindMember(name);
  if (member == object.MemberEnd() || !member->value.IsArray()) return;
  for (auto* entry = member->value.Begin(); entry != member->value.End();) {
    entry = is_ours(*entry) ? member->value.Erase(entry) : entry + 1;
  }
  const Value* before = json::find(original, {name});
  if (!member->value.Empty() || (before != nullptr && before->IsArray())) return;
  if (before == nullptr) {
    object.EraseMember(member);
  } else {
    member->value.SetNull();
  }
}

void drop_from_map(Value& object, const Value& original, const char* name,
                   const std::vector<std::string_view>& keys) {
  const auto member = object.FindMember(name);
  if (member == object.MemberEnd() || !member->value.IsObject()) return;
  for (const std::string_view key : keys) member->value.EraseMember(std::string(key).c_str());
  const Value* before = json::find(original, {name});
  if (!member->value.ObjectEmpty() || (before != nullptr && before->IsObject())) return;
  if (before == nullptr) {
    object.EraseMember(member);
  } else {
    member->value.SetNull();
  }
}

bool is_our_variable(const Value& entry) {
  const std::string_view value = json::string_at(entry, {"value"});
  return value == "/etc/ssl/certs:/etc/pki/tls/certs:/etc/connected-registry/certs" ||
         value == "/etc/connected-registry/certs/ca.crt";
}

// The injected pod without what injection adds: it must be the original, byte for byte.
std::string without_additions(const Value& injected, const Value& original) {
  const auto has_our_name = [](const Value& entry) {
    return json::string_at(entry, {"name"}) == names::kCaVolume;
  };
  json::Document pod = testing::copy(injected);
  drop_from_map(at(pod, "metadata"), *json::find(original, {"metadata"}), "annotations",
                {names::kBundleAnnotation, names::kStatusAnnotation});
  drop_from_map(at(pod, "metadata"), *json::find(original, {"metadata"}), "labels", {names::kInjectedLabel});
  drop_from_list(at(pod, "spec"), *json::find(original, {"spec"}), "volumes", has_our_name);
  for (const char* list : {"initContainers", "containers"}) {
    Value& spec = at(pod, "spec");
    const auto member = spec.FindMember(list);
    if (member == spec.MemberEnd() || !member->value.IsArray()) continue;
    for (rapidjson::SizeType i = 0; i < member->value.Size(); ++i) {
      const Value& before = (*json::find(original, {"spec", list}))[i];
      drop_from_list(member->value[i], before, "volumeMounts", has_our_name);
      drop_from_list(member->value[i], before, "env", is_our_variable);
    }
  }
  return json::to_text(pod);
}

TEST(InjectProperty, keeps_every_byte_of_the_users_own_parts) {
  const RenderedPolicy rendered(testing::policy());
  RandomPods pods;
  for (int i = 0; i < kPods; ++i) {
    const json::Document pod = pods.next({"192.100.100.1/a:1"});
    const auto result = inject_pod(pod, rendered);
    ASSERT_TRUE(result) << json::to_text(pod);
    ASSERT_NE(result->patch, "") << json::to_text(pod);
    const auto patched = testing::apply(pod, result->patch);
    ASSERT_TRUE(patched) << patched.error().message;
    ASSERT_EQ(without_additions(*patched, pod), json::to_text(pod));
  }
}

TEST(InjectProperty, gives_the_api_pods_that_it_takes) {
  const RenderedPolicy rendered(testing::policy());
  RandomPods pods;
  for (int i = 0; i < kPods; ++i) {
    const json::Document pod = pods.next({"192.100.100.1/a:1", "busybox"});
    ASSERT_EQ(why_invalid(pod), "") << json::to_text(pod);
    const auto result = inject_pod(pod, rendered);
    ASSERT_TRUE(result);
    const auto patched = testing::apply(pod, result->patch);
    ASSERT_TRUE(patched);
    ASSERT_EQ(why_invalid(*patched), "") << json::to_text(*patched);
  }
}

TEST(InjectProperty, changes_nothing_the_second_time) {
  const RenderedPolicy rendered(testing::policy());
  RandomPods pods;
  for (int i = 0; i < kPods; ++i) {
    const json::Document pod = pods.next({"192.100.100.1/a:1", "busybox"});
    const auto first = inject_pod(pod, rendered);
    ASSERT_TRUE(first);
    const auto patched = testing::apply(pod, first->patch);
    ASSERT_TRUE(patched);
    const auto second = inject_pod(*patched, rendered);
    ASSERT_TRUE(second);
    ASSERT_EQ(second->patch, "") << json::to_text(pod);
  }
}

// A path as kubelet resolves it, in its components.
std::vector<std::string> components(std::string_view path) {
  const auto clean = (std::filesystem::path("/") / path).lexically_normal();
  std::vector<std::string> out;
  for (const auto& component : clean) {
    if (!component.empty()) out.push_back(component.string());
  }
  return out;
}

// One is the other, or a directory above or below it.
bool overlap(const std::vector<std::string>& left, const std::vector<std::string>& right) {
  return std::equal(left.begin(),
                    left.begin() + static_cast<std::ptrdiff_t>(std::min(left.size(), right.size())),
                    right.begin());
}

std::vector<std::string> mount_paths(const Value& container, bool ours) {
  std::vector<std::string> paths;
  for (const Value& mount : Entries(container, "volumeMounts")) {
    const bool is_ours = json::string_at(mount, {"name"}) == names::kCaVolume;
    if (is_ours == ours) paths.emplace_back(json::string_at(mount, {"mountPath"}));
  }
  return paths;
}

TEST(InjectProperty, mounts_each_directory_that_no_mount_of_the_users_overlaps) {
  const std::vector<std::string> all = {"/etc/connected-registry/certs", "/etc/docker/certs.d/192.100.100.1",
                                        "/etc/containers/certs.d/192.100.100.1"};
  const RenderedPolicy rendered(testing::policy());
  RandomPods pods;
  constexpr int kEnough = 2'000;  // each with several containers
  for (int i = 0; i < kEnough; ++i) {
    const json::Document pod = pods.next({"192.100.100.1/a:1"});
    const auto result = inject_pod(pod, rendered);
    ASSERT_TRUE(result);
    const auto patched = testing::apply(pod, result->patch);
    ASSERT_TRUE(patched);
    for (const char* const list : {"initContainers", "containers"}) {
      for (const Value& container : Entries(*json::find(*patched, {"spec"}), list)) {
        std::vector<std::string> expected;
        const std::vector<std::string> theirs = mount_paths(container, false);
        for (const std::string& path : all) {
          if (std::none_of(theirs.begin(), theirs.end(), [&](const std::string& each) {
                return overlap(components(each), components(path));
              })) {
            expected.push_back(path);
          }
        }
        ASSERT_EQ(mount_paths(container, true), expected) << json::to_text(container);
      }
    }
  }
}

// A field that injection reads and kPodParts leaves out would be missing in reviews only.
TEST(InjectProperty, finds_all_it_reads_of_a_pod_in_kPodParts) {
  const RenderedPolicy rendered(testing::policy());
  RandomPods pods;
  for (int i = 0; i < kPods; ++i) {
    const json::Document pod = pods.next({"192.100.100.1/a:1", "busybox"});
    std::string text = json::to_text(pod);
    const std::size_t size = text.size();
    text.resize(size + json::kInPlacePadding);
    const auto parts = json::parse_in_place(std::span(text).first(size), kPodParts);
    ASSERT_TRUE(parts) << parts.error().message;
    const auto of_whole = inject_pod(pod, rendered);
    const auto of_parts = inject_pod(*parts, rendered);
    ASSERT_TRUE(of_whole && of_parts);
    ASSERT_EQ(of_parts->patch, of_whole->patch) << json::to_text(pod);
    ASSERT_EQ(of_parts->warnings, of_whole->warnings) << json::to_text(pod);
    ASSERT_EQ(of_parts->status, of_whole->status) << json::to_text(pod);
  }
}

TEST(InjectProperty, leaves_pods_of_other_registries_alone) {
  const RenderedPolicy rendered(testing::policy());
  RandomPods pods;
  for (int i = 0; i < kPods; ++i) {
    const json::Document pod =
        pods.next({"busybox", "192.100.100.2/a", "192.100.100.1:444/a",
                   "connected-registry.registry-system.svc.example/a", "a/192.100.100.1"});
    const auto result = inject_pod(pod, rendered);
    ASSERT_TRUE(result);
    ASSERT_EQ(result->patch, "") << json::to_text(pod);
    ASSERT_TRUE(result->warnings.empty());
  }
}

}  // namespace
}  // namespace connected_registry::inject
