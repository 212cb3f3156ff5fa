// Every tests/golden/inject/NAME.pod.yaml is injected and compared with NAME.result.yaml (what a person is
// told and what changes) and NAME.patched.yaml (the pod then; only where something changes). With
// NAME.old.yaml it is an update of ephemeral containers; NAME.policy.yaml says where the policy is another
// than the fixture's. The end-to-end tests have a real API server do the same.
// CONNECTED_REGISTRY_UPDATE_GOLDEN=1 writes the expected files anew.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <span>

#include "base/file.h"
#include "base/json_in_place.h"
#include "inject/apply_patch.h"
#include "inject/fixture.h"
#include "inject/inject.h"
#include "inject/pod.h"
#include "manifest/read.h"
#include "manifest/write.h"
#include "support/golden.h"

namespace connected_registry::manifest {
namespace {

using inject::InjectionResult;
using inject::Policy;

const std::filesystem::path kDirectory = std::filesystem::path(golden_directory()) / "inject";
constexpr std::string_view kInput = ".pod.yaml";

std::vector<std::string> case_names() {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(kDirectory)) {
    const std::string file = entry.path().filename().string();
    if (file.ends_with(kInput)) names.push_back(file.substr(0, file.size() - kInput.size()));
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::filesystem::path path_of(const std::string& name, std::string_view ending) {
  return kDirectory / (name + std::string(ending));
}

// The one document of a file; null where there is no such file.
json::Document read_one(const std::string& name, std::string_view ending) {
  const auto path = path_of(name, ending);
  if (!std::filesystem::exists(path)) return {};
  auto documents = read(file::read(path).value_or(""), path.filename().string());
  EXPECT_TRUE(documents && documents->size() == 1) << path;
  return documents && documents->size() == 1 ? std::move(documents->front()) : json::Document();
}

Policy policy_of(const std::string& name) {
  Policy policy = inject::testing::policy();
  const json::Document change = read_one(name, ".policy.yaml");
  if (const json::Value* bundle = json::find(change, {"bundle"})) policy.bundle = json::view(*bundle);
  if (const json::Value* hashes = json::find(change, {"subjectHashes"})) {
    policy.subject_hashes.clear();
    for (const json::Value& hash : hashes->GetArray()) policy.subject_hashes.emplace_back(json::view(hash));
  }
  if (const json::Value* address = json::find(change, {"address"})) {
    policy.address = json::view(*address);
    policy.hosts = inject::registry_hosts({.name = "r", .namespace_ = "n"}, policy.address, "cluster.local");
    policy.directory_hosts.clear();
  }
  return policy;
}

// Compares with the file, or writes it.
void expect_golden(const std::string& name, std::string_view ending, const json::Value* actual) {
  const auto path = path_of(name, ending);
  if (std::getenv("CONNECTED_REGISTRY_UPDATE_GOLDEN") != nullptr) {
    std::filesystem::remove(path);
    if (actual != nullptr) std::ofstream(path) << to_yaml(*actual);
    return;
  }
  ASSERT_EQ(std::filesystem::exists(path), actual != nullptr) << path;
  if (actual != nullptr) {
    EXPECT_EQ(to_yaml(*actual), file::read(path).value_or("")) << path;
  }
}

json::Document to_document(const InjectionResult& result) {
  json::Document out(rapidjson::kObjectType);
  auto& allocator = out.GetAllocator();
  json::set(out, "status", result.status, allocator);
  json::Value warnings(rapidjson::kArrayType);
  for (const std::string& warning : result.warnings) {
    warnings.PushBack(json::string_value(warning, allocator), allocator);
  }
  json::set(out, "warnings", std::move(warnings), allocator);
  json::Value patch(rapidjson::kArrayType);
  if (!result.patch.empty()) patch.CopyFrom(json::parse(result.patch).value(), allocator);
  json::set(out, "patch", std::move(patch), allocator);
  return out;
}

class GoldenCase : public ::testing::TestWithParam<std::string> {
 protected:
  Result<InjectionResult> inject(const json::Value& pod) const {
    if (!old_pod_.IsNull()) return inject::inject_ephemeral_containers(pod, old_pod_, policy_);
    return inject::inject_pod(pod, policy_);
  }

  const json::Document pod_ = read_one(GetParam(), kInput);
  const json::Document old_pod_ = read_one(GetParam(), ".old.yaml");
  const inject::RenderedPolicy policy_{policy_of(GetParam())};
};

TEST_P(GoldenCase, gives_the_expected_result) {
  const auto result = inject(pod_);
  ASSERT_TRUE(result) << result.error().message;
  const json::Document document = to_document(*result);
  expect_golden(GetParam(), ".result.yaml", &document);
  const auto patched = inject::apply_patch(pod_, result->patch);
  ASSERT_TRUE(patched) << patched.error().message;
  expect_golden(GetParam(), ".patched.yaml", result->patch.empty() ? nullptr : &*patched);
}

TEST_P(GoldenCase, changes_nothing_the_second_time) {
  const auto first = inject(pod_);
  ASSERT_TRUE(first);
  const auto patched = inject::apply_patch(pod_, first->patch);
  ASSERT_TRUE(patched);
  const auto second = inject(*patched);
  ASSERT_TRUE(second);
  EXPECT_EQ(second->patch, "");
}

TEST_P(GoldenCase, tells_people_in_warnings_that_fit) {
  const auto result = inject(pod_);
  ASSERT_TRUE(result);
  for (const std::string& warning : result->warnings) {
    EXPECT_THAT(warning, ::testing::StartsWith("connected-registry: "));
    EXPECT_LE(warning.size(), 256U) << warning;
  }
}

// The webhook builds of a pod only what injection says that it reads.
TEST_P(GoldenCase, reads_no_more_of_a_pod_than_a_review_gives) {
  const auto parts_of = [](const json::Value& pod) {
    std::string text = json::to_text(pod);
    const std::size_t size = text.size();
    text.resize(size + json::kInPlacePadding);
    const auto parts = json::parse_in_place(std::span(text).first(size), inject::kPodParts);
    return parts ? json::to_text(*parts) : parts.error().message;
  };
  const json::Document pod = json::parse(parts_of(pod_)).value();
  const auto of_parts = old_pod_.IsNull() ? inject::inject_pod(pod, policy_)
                                          : inject::inject_ephemeral_containers(
                                                pod, json::parse(parts_of(old_pod_)).value(), policy_);
  const auto of_whole = inject(pod_);
  ASSERT_TRUE(of_parts && of_whole);
  EXPECT_EQ(json::to_text(to_document(*of_parts)), json::to_text(to_document(*of_whole)));
}

// What is written is read back as it was: so do kubectl and a person's next program.
TEST_P(GoldenCase, comes_through_yaml_unchanged) {
  const auto again = read(to_yaml(pod_), "again");
  ASSERT_TRUE(again) << again.error().message;
  ASSERT_EQ(again->size(), 1U);
  EXPECT_EQ(json::to_text(again->front()), json::to_text(pod_));
}

INSTANTIATE_TEST_SUITE_P(Inject, GoldenCase, ::testing::ValuesIn(case_names()), [](const auto& each) {
  std::string name = each.param;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
});

}  // namespace
}  // namespace connected_registry::manifest
