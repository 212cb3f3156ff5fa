// The traps of the tutorial as admission meets them: the same values, in the settings Secret. What it says is
// in tests/golden/traps/NAME.admission.txt.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <regex>
#include <string>

#include "admission/validate.h"
#include "base/base64.h"
#include "base/file.h"
#include "base/json.h"
#include "cli/rule_material.h"
#include "support/golden.h"
#include "values/yaml_reader.h"

namespace connected_registry::cli {
namespace {

namespace fs = std::filesystem;

// What helm makes of the file, which is not always JSON: text where a quote or a variable went wrong.
std::string settings_json(const std::string& text) {
  const auto node = values::read_yaml(text, 0);
  EXPECT_TRUE(node) << node.error().message;
  json::Document document =
      json::parse(
          R"({"formVersion":1,"values":{"service":{"clusterIP":"192.100.100.1"},"cert-manager":{"install":false,"enabled":false}}})")
          .value();
  auto& allocator = document.GetAllocator();
  json::Value given = values::to_json(*node, allocator);
  for (auto each = given.MemberBegin(); each != given.MemberEnd(); ++each) {
    json::set(json::object_at(document, "values", allocator), json::view(each->name), std::move(each->value),
              allocator);
  }
  return json::to_text(document);
}

std::string told_by_admission(const std::string& text) {
  json::Document secret(rapidjson::kObjectType);
  json::Value& data = json::object_at(secret, "data", secret.GetAllocator());
  json::set(data, "settings.json", base64::encode(settings_json(text)), secret.GetAllocator());
  admission::AdmissionRequest request;
  request.resource = "secrets";
  request.operation = "CREATE";
  request.object = &secret;
  const admission::AdmissionResponse response =
      admission::validate(request, {.name = "registry", .namespace_ = "shop"}, "", system_now());
  EXPECT_FALSE(response.allowed);
  return response.message + "\n";
}

TEST(Traps, are_refused_by_admission_in_words) {
  testing::RuleMaterial material(system_now());
  int tried = 0;
  for (const auto& entry : fs::directory_iterator(golden_directory() + "/traps")) {
    if (entry.path().extension() != ".json") continue;
    const std::string text = material.filled(file::read(entry.path()).value());
    const std::string said =
        std::regex_replace(told_by_admission(text), std::regex(R"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)"), "DATE");
    const fs::path golden = fs::path(entry.path()).replace_extension(".admission.txt");
    if (std::getenv("CONNECTED_REGISTRY_UPDATE_GOLDEN") != nullptr) {
      ASSERT_TRUE(file::write_atomically(golden, said, 0644));
    }
    EXPECT_EQ(said, file::read(golden).value_or("")) << golden;
    EXPECT_EQ(said.find("PRIVATE"), std::string::npos);
    ++tried;
  }
  EXPECT_GE(tried, 10);
}

}  // namespace
}  // namespace connected_registry::cli
