#include "values/schema.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "values/fixture.h"

namespace connected_registry::values {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// "CR060 path: message" each, for values on top of the chart's own.
std::vector<std::string> findings(std::string_view values) {
  testing::Files files;
  const auto input = files.read({.files = {files.add("v.yaml", values)}});
  EXPECT_TRUE(input) << (input ? "" : input.error().message);
  std::vector<std::string> out;
  if (!input) return out;
  for (const settings::Finding& each : testing::chart().check(input->values, input->given)) {
    out.push_back(std::string(each.id) + " " + each.path + ": " + each.message);
  }
  return out;
}

TEST(Schema, bounds_numbers_and_lists) {
  EXPECT_THAT(findings("webhook: {timeoutSeconds: 31}\n"),
              ::testing::Contains(HasSubstr("it is greater than 30")));
  EXPECT_THAT(findings("webhook: {timeoutSeconds: 0}\n"),
              ::testing::Contains(HasSubstr("it is less than 1")));
  EXPECT_THAT(findings("pvc: {accessModes: []}\n"),
              ::testing::Contains(HasSubstr("it has fewer entries than 1")));
}

TEST(Schema, bounds_texts_and_what_stands_twice) {
  EXPECT_THAT(
      findings("trustDistribution: {startupTaint: 'a b'}\n"),
      ElementsAre("CR065 trustDistribution.startupTaint: it is not the key of a taint: [PREFIX/]NAME"));
  EXPECT_THAT(
      findings("trustDistribution: {startupTaint: " + std::string(1'000'000, 'a') + "}\n"),
      ElementsAre("CR065 trustDistribution.startupTaint: it is longer than 317 characters",
                  "CR065 trustDistribution.startupTaint: it is not the key of a taint: [PREFIX/]NAME"));
  EXPECT_THAT(findings("trustDistribution: {startupTaint: registry.example/not-ready}\n"), IsEmpty());
  EXPECT_THAT(findings("trustDistribution: {runtimes: [k3s, k3s]}\n"),
              ElementsAre("CR065 trustDistribution.runtimes: it has the same entry twice"));
}

TEST(Schema, is_kept_by_the_charts_own_values) {
  EXPECT_THAT(findings(""), IsEmpty());
}

TEST(Schema, takes_empty_keys_and_sections) {
  EXPECT_THAT(findings("service:\nmode:\nregistry: {nginx: {image: {tag: }}}\ntls.crt:\n"), IsEmpty());
  EXPECT_THAT(findings("sync: {repositories: [{name: a, tags: }, {name: b, tags: {allow: null}}]}"),
              IsEmpty());
  EXPECT_THAT(findings("sync: {repositories: [null]}"),
              ElementsAre("CR065 sync.repositories[0]: it is not a string or a map"));
  EXPECT_THAT(findings("unknown:\n"), ElementsAre("CR060 unknown: it is not a known key"));
}

TEST(Schema, names_the_key_that_was_meant) {
  EXPECT_THAT(
      findings("service: {clusterIp: 10.0.0.1}"),
      ElementsAre("CR060 service.clusterIp: it is not a known key; did you mean \"service.clusterIP\"?"));
  EXPECT_THAT(findings("zzzzzzzz: 1"), ElementsAre("CR060 zzzzzzzz: it is not a known key"));
  EXPECT_THAT(findings("'p;ss=w': 1"), ElementsAre("CR060 …: it is not a known key"));
  EXPECT_THAT(findings("global: {anything: 1}"), IsEmpty());
}

TEST(Schema, says_which_type_is_wanted) {
  EXPECT_THAT(findings("cert-manager: {enabled: \"true\"}"),
              ElementsAre("CR061 cert-manager.enabled: it is a string, not true or false"));
  EXPECT_THAT(findings("service: {clusterIP: 1}"),
              ElementsAre("CR065 service.clusterIP: it is not a string"));
  EXPECT_THAT(findings("service: 1"), ElementsAre("CR065 service: it is not a map"));
  EXPECT_THAT(findings("sync: {repositories: [a, 1]}"),
              ElementsAre("CR065 sync.repositories[1]: it is not a string or a map"));
  EXPECT_THAT(findings("logLevel: loud"),
              ElementsAre("CR065 logLevel: it is not one of: trace, debug, info, warn, error"));
  EXPECT_THAT(findings("webhook: {replicas: 0}"), ElementsAre("CR065 webhook.replicas: it is less than 1"));
  EXPECT_THAT(
      findings("clusterDomain: ''"),
      ElementsAre("CR065 clusterDomain: it is not a DNS domain in lower case, such as cluster.local"));
}

// "path line:column" of the first finding.
std::string location(std::string_view values) {
  testing::Files files;
  const auto input = files.read({.files = {files.add("v.yaml", values)}});
  const auto all = testing::chart().check(input->values, input->given);
  if (all.empty() || !all.front().location) return "none";
  const settings::SettingLocation& found = *all.front().location;
  return found.path + " " + std::to_string(found.key.line) + ":" + std::to_string(found.key.column);
}

TEST(Schema, says_where_a_value_is_written) {
  EXPECT_EQ(location("mode: ReadOnly\nservice:\n  clusterIP: 1\n"), "service.clusterIP 3:3");
  EXPECT_EQ(location("service:\n  clusterIp: x\n"), "service.clusterIp 2:3");
  EXPECT_EQ(location("sync:\n  repositories:\n  - a\n  - 1\n"), "sync.repositories[1] 4:5");
  EXPECT_EQ(location("imagePullSecrets:\n- {}\n"), "imagePullSecrets[0] 2:3");
}

TEST(Schema, places_an_entry_that_an_index_skips_at_that_index) {
  testing::Files files;
  const auto input = files.read({.set = {"sync.repositories[2]=a"}});
  const auto all = testing::chart().check(input->values, input->given);
  ASSERT_THAT(all, SizeIs(2));
  for (const settings::Finding& each : all) {
    ASSERT_TRUE(each.location);
    EXPECT_TRUE(each.location->key.known()) << each.path;
  }
  EXPECT_EQ(all.front().path, "sync.repositories[0]");
}

TEST(Schema, counts_characters_not_bytes) {
  const auto schema = Schema::parse(R"({"properties":{"a":{"type":"string","maxLength":2,"minLength":2}}})");
  ASSERT_TRUE(schema);
  for (const auto& [text, count] : {std::pair{"äö", 0U}, {"ä", 1U}, {"äöü", 1U}}) {
    const auto node = read_yaml(std::string("a: ") + text, 0);
    EXPECT_THAT(schema->check(*node, *node), SizeIs(count)) << text;
  }
}

TEST(Schema, judges_keywords_that_the_chart_does_not_use) {
  const auto schema =
      Schema::parse(R"({"properties":{"a":{"oneOf":[{"type":"string"},{"type":"integer"}]}}})");
  ASSERT_TRUE(schema);
  for (const auto& [text, count] : {std::pair{"x", 0U}, {"1", 0U}, {"true", 1U}}) {
    const auto node = read_yaml(std::string("a: ") + text, 0);
    EXPECT_THAT(schema->check(*node, *node), SizeIs(count)) << text;
  }
}

TEST(Schema, bounds_what_would_take_long) {
  std::string many = "trustDistribution: {runtimes: [";
  for (int i = 0; i < 2000; ++i) many += "k3s, ";
  EXPECT_THAT(findings(many + "k0s]}"),
              ElementsAre("CR065 trustDistribution.runtimes: it has more entries than 1000"));
}

TEST(Schema, that_is_none_is_an_error) {
  EXPECT_FALSE(Schema::parse("{"));
  EXPECT_FALSE(Schema::parse(R"({"properties":{"a":{"$ref":"#/definitions/none"}}})"));
}

TEST(Schema, says_no_more_than_anybody_reads) {
  std::string many;
  for (int i = 0; i < 500; ++i) many += "zzzzzz" + std::to_string(i) + ": 1\n";
  EXPECT_THAT(findings(many), SizeIs(Schema::kMaxFindings));
}

TEST(Schema, shows_values_of_known_keys_that_are_no_secrets) {
  const Schema schema = testing::chart();
  EXPECT_TRUE(schema.is_shown("service.clusterIP"));
  EXPECT_TRUE(schema.is_shown("sync.repositories[3]"));
  EXPECT_FALSE(schema.is_shown("tls.key"));
  EXPECT_FALSE(schema.is_shown("connectionString"));
  EXPECT_FALSE(schema.is_shown("unknown"));
}

}  // namespace
}  // namespace connected_registry::values
