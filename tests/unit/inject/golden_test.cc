// Every tests/golden/inject/NAME.pod.json is injected and compared with NAME.outcome.json (what a person is
// told and what changes) and NAME.patched.json (the pod then; only where something changes). With
// NAME.old.json it is an update of ephemeral containers. CONNECTED_REGISTRY_UPDATE_GOLDEN=1 writes the
// expected files anew.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "base/file.h"
#include "inject/fixture.h"
#include "inject/inject.h"
#include "inject/json_patch.h"

// After base/json.h, which sets RapidJSON's switches.
#include <rapidjson/prettywriter.h>
#include <rapidjson/stringbuffer.h>

namespace connected_registry::inject {
namespace {

const std::filesystem::path kFolder = std::filesystem::path(CONNECTED_REGISTRY_GOLDEN) / "inject";
constexpr std::string_view kInput = ".pod.json";

std::vector<std::string> case_names() {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(kFolder)) {
    const std::string file = entry.path().filename().string();
    if (file.ends_with(kInput)) names.push_back(file.substr(0, file.size() - kInput.size()));
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::filesystem::path path_of(const std::string& name, std::string_view ending) {
  return kFolder / (name + std::string(ending));
}

json::Document read(const std::string& name, std::string_view ending) {
  const auto text = file::read(path_of(name, ending));
  EXPECT_TRUE(text) << (text ? "" : text.error().message);
  auto document = json::parse(text.value_or("null"));
  EXPECT_TRUE(document) << name << ending << ": " << (document ? "" : document.error().message);
  return document ? std::move(*document) : json::Document();
}

std::string pretty(const json::Value& value) {
  rapidjson::StringBuffer buffer;
  rapidjson::PrettyWriter<rapidjson::StringBuffer> writer(buffer);
  writer.SetIndent(' ', 2);
  value.Accept(writer);
  return std::string(buffer.GetString(), buffer.GetSize()) + "\n";
}

// Compares with the file, or writes it.
void expect_golden(const std::string& name, std::string_view ending, const json::Value* actual) {
  const auto path = path_of(name, ending);
  if (std::getenv("CONNECTED_REGISTRY_UPDATE_GOLDEN") != nullptr) {
    std::filesystem::remove(path);
    if (actual != nullptr) std::ofstream(path) << pretty(*actual);
    return;
  }
  ASSERT_EQ(std::filesystem::exists(path), actual != nullptr) << path;
  if (actual != nullptr) {
    EXPECT_EQ(pretty(*actual), file::read(path).value_or("")) << path;
  }
}

json::Document to_document(const Outcome& outcome) {
  json::Document out(rapidjson::kObjectType);
  auto& allocator = out.GetAllocator();
  json::set(out, "status", outcome.status, allocator);
  json::Value warnings(rapidjson::kArrayType);
  for (const std::string& warning : outcome.warnings) {
    warnings.PushBack(json::string_value(warning, allocator), allocator);
  }
  json::set(out, "warnings", std::move(warnings), allocator);
  json::Value patch(rapidjson::kArrayType);
  if (!outcome.patch.empty()) patch.CopyFrom(json::parse(outcome.patch).value(), allocator);
  json::set(out, "patch", std::move(patch), allocator);
  return out;
}

class GoldenCase : public ::testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    pod_ = read(GetParam(), kInput);
    if (std::filesystem::exists(path_of(GetParam(), ".old.json"))) old_pod_ = read(GetParam(), ".old.json");
  }
  Result<Outcome> inject(const json::Value& pod) const {
    if (!old_pod_.IsNull()) return inject_ephemeral_containers(pod, old_pod_, testing::policy());
    return inject_pod(pod, testing::policy());
  }

  json::Document pod_;
  json::Document old_pod_;
};

TEST_P(GoldenCase, gives_the_expected_outcome) {
  const auto outcome = inject(pod_);
  ASSERT_TRUE(outcome) << outcome.error().message;
  const json::Document document = to_document(*outcome);
  expect_golden(GetParam(), ".outcome.json", &document);
  const auto patched = testing::apply(pod_, outcome->patch);
  ASSERT_TRUE(patched) << patched.error().message;
  expect_golden(GetParam(), ".patched.json", outcome->patch.empty() ? nullptr : &*patched);
}

TEST_P(GoldenCase, changes_nothing_the_second_time) {
  const auto first = inject(pod_);
  ASSERT_TRUE(first);
  const auto patched = testing::apply(pod_, first->patch);
  ASSERT_TRUE(patched);
  const auto second = inject(*patched);
  ASSERT_TRUE(second);
  EXPECT_EQ(second->patch, "");
}

TEST_P(GoldenCase, tells_people_in_warnings_that_fit) {
  const auto outcome = inject(pod_);
  ASSERT_TRUE(outcome);
  for (const std::string& warning : outcome->warnings) {
    EXPECT_THAT(warning, ::testing::StartsWith("connected-registry: "));
    EXPECT_LE(warning.size(), 256U) << warning;
  }
}

INSTANTIATE_TEST_SUITE_P(Inject, GoldenCase, ::testing::ValuesIn(case_names()), [](const auto& each) {
  std::string name = each.param;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
});

}  // namespace
}  // namespace connected_registry::inject
