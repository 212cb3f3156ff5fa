// What helm makes of values, as tests/golden/values/make.py recorded it, is what we make of them.
#include <gtest/gtest.h>

#include <string>

#include "base/json.h"
#include "values/fixture.h"

namespace connected_registry::values {
namespace {

constexpr std::string_view kDefaults = "a: {b: 1, c: {d: 2}, n: null}\nl: [1,2]\ns: x\nz: null\n";

// One text for equal values: helm writes numbers in another form.
std::string canonical(std::string_view json_text) {
  auto document = json::parse(json_text);
  EXPECT_TRUE(document.has_value()) << json_text;
  if (!document) return "";
  const auto node = read_yaml(json::to_text(*document), 0);
  EXPECT_TRUE(node.has_value()) << json_text;
  return node ? testing::text_of(*node) : "";
}

// Each row of the file: `request_of` makes of its "given" what is read.
template <typename RequestOf>
void expect_as_helm(const std::string& name, std::string_view defaults, RequestOf request_of) {
  const auto rows = json::parse(testing::golden("values/" + name));
  ASSERT_TRUE(rows && rows->Size() > 5);
  for (const json::Value& row : rows->GetArray()) {
    testing::Files files;
    std::vector<std::string> given;
    for (const json::Value& each : row["given"].GetArray()) given.emplace_back(json::view(each));
    InputRequest request = request_of(given, files);
    request.chart_defaults = files.add("defaults.yaml", defaults);
    const auto input = files.read(request);
    SCOPED_TRACE(json::to_text(row));
    if (row["helm"].IsNull()) {
      EXPECT_FALSE(input) << "helm refuses it; read as " << testing::text_of(input->values);
    } else if (!input) {
      ADD_FAILURE() << "helm takes it: " << input.error().message;
    } else {
      EXPECT_EQ(canonical(testing::text_of(input->values)), canonical(json::view(row["helm"])));
    }
  }
}

TEST(AsHelm, a_scalar_is_resolved) {
  expect_as_helm("helm-scalars.json", "{}\n", [](const auto& given, testing::Files& files) {
    InputRequest request;
    request.files = {files.add("values.yaml", "k: " + given[0] + "\nz: 1\n")};
    return request;
  });
}

TEST(AsHelm, files_are_read_and_put_together) {
  expect_as_helm("helm-files.json", kDefaults, [](const auto& given, testing::Files& files) {
    InputRequest request;
    for (const std::string& text : given) {
      request.files.push_back(files.add(std::to_string(request.files.size()) + ".yaml", text));
    }
    return request;
  });
}

TEST(AsHelm, set_is_applied) {
  expect_as_helm("helm-set.json", kDefaults, [](const auto& given, testing::Files&) {
    InputRequest request;
    request.set = given;
    return request;
  });
}

TEST(AsHelm, set_string_is_applied) {
  expect_as_helm("helm-set-string.json", kDefaults, [](const auto& given, testing::Files&) {
    InputRequest request;
    request.set_string = given;
    return request;
  });
}

TEST(AsHelm, set_json_is_applied) {
  expect_as_helm("helm-set-json.json", kDefaults, [](const auto& given, testing::Files&) {
    InputRequest request;
    request.set_json = given;
    return request;
  });
}

TEST(AsHelm, set_literal_is_applied) {
  expect_as_helm("helm-set-literal.json", kDefaults, [](const auto& given, testing::Files&) {
    InputRequest request;
    request.set_literal = given;
    return request;
  });
}

TEST(AsHelm, one_option_names_several_files) {
  expect_as_helm("helm-lists.json", kDefaults, [](const auto& given, testing::Files& files) {
    InputRequest request;
    request.files.emplace_back();
    for (const std::string& text : given) {
      std::string& list = request.files.front();
      list.append(list.empty() ? "" : ",").append(files.add(std::to_string(list.size()) + ".yaml", text));
    }
    return request;
  });
}

}  // namespace
}  // namespace connected_registry::values
