// Random pods from a fixed seed: what holds for each of them.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <random>

#include "base/names.h"
#include "inject/fixture.h"
#include "inject/inject.h"
#include "inject/json_patch.h"

namespace connected_registry::inject {
namespace {

using json::Value;
using testing::at;

constexpr int kPods = 2000;

class RandomPods {
 public:
  json::Document next(const std::vector<std::string>& images) {
    json::Document pod(rapidjson::kObjectType);
    allocator_ = &pod.GetAllocator();
    Value metadata(rapidjson::kObjectType);
    maybe_texts(metadata, "annotations");
    maybe_texts(metadata, "labels");
    Value spec(rapidjson::kObjectType);
    maybe_list(spec, "volumes", 3, [this] { return named_map("volume"); });
    maybe_list(spec, "initContainers", 2, [&] { return container(images); });
    Value containers(rapidjson::kArrayType);
    for (int i = 0; i < 1 + below(3); ++i) containers.PushBack(container(images), *allocator_);
    json::set(spec, "containers", std::move(containers), *allocator_);
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
    for (int i = 0; i < 1 + below(6); ++i) out += pieces[static_cast<std::size_t>(below(pieces.size()))];
    return out;
  }
  Value text_value() { return json::string_value(text(), *allocator_); }
  const std::string& one_of(const std::vector<std::string>& texts) {
    return texts[static_cast<std::size_t>(below(static_cast<int>(texts.size())))];
  }

  // object[name]: missing, null, empty or filled.
  void maybe_texts(Value& object, std::string_view name) {
    const int form = below(4);
    if (form == 0) return;
    Value map(form == 1 ? rapidjson::kNullType : rapidjson::kObjectType);
    for (int i = 0; form == 3 && i < 3; ++i) json::set(map, text(), text_value(), *allocator_);
    json::set(object, name, std::move(map), *allocator_);
  }
  template <typename Make>
  void maybe_list(Value& object, std::string_view name, int most, Make make) {
    const int form = below(4);
    if (form == 0) return;
    Value list(form == 1 ? rapidjson::kNullType : rapidjson::kArrayType);
    for (int i = 0; form == 3 && i < 1 + below(most); ++i) list.PushBack(make(), *allocator_);
    json::set(object, name, std::move(list), *allocator_);
  }

  Value named_map(std::string_view prefix) {
    Value map(rapidjson::kObjectType);
    json::set(map, "name", std::string(prefix) + std::to_string(below(100)), *allocator_);
    json::set(map, "other", text_value(), *allocator_);
    return map;
  }
  Value mount() {
    static const std::vector<std::string> paths = {"/data",
                                                   "/etc",
                                                   "/etc/docker",
                                                   "/etc/docker/certs.d/192.100.100.1",
                                                   "/etc/containers/certs.d/192.100.100.1/x",
                                                   "/etc/connected-registry/certs",
                                                   "relative",
                                                   "/etc/connected-registry/certificates",
                                                   "/"};
    Value map = named_map("volume");
    json::set(map, "mountPath", one_of(paths), *allocator_);
    return map;
  }
  Value variable() {
    static const std::vector<std::string> variables = {"HOME", "SSL_CERT_DIR", "NODE_EXTRA_CA_CERTS",
                                                       "SSL_CERT_FILE"};
    Value map(rapidjson::kObjectType);
    json::set(map, "name", one_of(variables), *allocator_);
    if (below(2) == 0) json::set(map, "value", text_value(), *allocator_);
    return map;
  }
  Value container(const std::vector<std::string>& images) {
    Value map = named_map("container");
    json::set(map, "image", one_of(images), *allocator_);
    maybe_list(map, "volumeMounts", 3, [this] { return mount(); });
    maybe_list(map, "env", 3, [this] { return variable(); });
    maybe_list(map, "envFrom", 1, [this] { return named_map("source"); });
    return map;
  }

  std::mt19937 random_{20260131};  // NOLINT(cert-msc32-c,cert-msc51-cpp): a failure must come back
  json::Allocator* allocator_ = nullptr;
};

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
  RandomPods pods;
  for (int i = 0; i < kPods; ++i) {
    const json::Document pod = pods.next({"192.100.100.1/a:1"});
    const auto outcome = inject_pod(pod, testing::policy());
    ASSERT_TRUE(outcome) << json::to_text(pod);
    ASSERT_NE(outcome->patch, "") << json::to_text(pod);
    const auto patched = testing::apply(pod, outcome->patch);
    ASSERT_TRUE(patched) << patched.error().message;
    ASSERT_EQ(without_additions(*patched, pod), json::to_text(pod));
  }
}

TEST(InjectProperty, changes_nothing_the_second_time) {
  RandomPods pods;
  for (int i = 0; i < kPods; ++i) {
    const json::Document pod = pods.next({"192.100.100.1/a:1", "busybox"});
    const auto first = inject_pod(pod, testing::policy());
    ASSERT_TRUE(first);
    const auto patched = testing::apply(pod, first->patch);
    ASSERT_TRUE(patched);
    const auto second = inject_pod(*patched, testing::policy());
    ASSERT_TRUE(second);
    ASSERT_EQ(second->patch, "") << json::to_text(pod);
  }
}

TEST(InjectProperty, leaves_pods_of_other_registries_alone) {
  RandomPods pods;
  for (int i = 0; i < kPods; ++i) {
    const json::Document pod = pods.next({"busybox", "192.100.100.2/a", "192.100.100.1:444/a",
                                          "registry.edge.svc.example/a", "a/192.100.100.1"});
    const auto outcome = inject_pod(pod, testing::policy());
    ASSERT_TRUE(outcome);
    ASSERT_EQ(outcome->patch, "");
    ASSERT_TRUE(outcome->warnings.empty());
  }
}

}  // namespace
}  // namespace connected_registry::inject
