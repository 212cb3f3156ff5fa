#include "values/merge.h"

#include <gtest/gtest.h>

#include "values/fixture.h"

namespace connected_registry::values {
namespace {

// The values that the chart's templates see, as JSON.
std::string effective(std::string_view defaults, std::string_view given) {
  testing::Files files;
  InputRequest request;
  request.chart_defaults = files.add("defaults.yaml", defaults);
  request.files = {files.add("values.yaml", given)};
  const auto input = files.read(request);
  return input ? testing::text_of(input->effective) : input.error().message;
}

constexpr std::string_view kDefaults = "a: {b: 1, c: {d: [2]}, k: null}\ns: x\n";
constexpr std::string_view kAll = R"({"a":{"b":1,"c":{"d":[2]}},"s":"x"})";

TEST(Complete, gives_an_empty_key_its_default) {
  for (const char* given : {"", "a:\n", "a: null\ns: ~\n", "a: {b: , c: {d: }}", "a: {c: }\ns:\n"}) {
    EXPECT_EQ(effective(kDefaults, given), kAll) << given;
  }
}

TEST(Complete, keeps_what_is_given) {
  EXPECT_EQ(effective(kDefaults, "a: {b: 0, c: {d: []}}\ns: ''\n"), R"({"a":{"b":0,"c":{"d":[]}},"s":""})");
  EXPECT_EQ(effective(kDefaults, "a: 5\n"), R"({"a":5,"s":"x"})");
  EXPECT_EQ(effective(kDefaults, "a: {b: {q: 1}}\n"), R"({"a":{"b":{"q":1},"c":{"d":[2]}},"s":"x"})");
}

TEST(Complete, keeps_a_null_without_a_default) {
  EXPECT_EQ(effective(kDefaults, "z:\na: {k: }\n"),
            R"({"a":{"b":1,"c":{"d":[2]},"k":null},"s":"x","z":null})");
}

}  // namespace
}  // namespace connected_registry::values
