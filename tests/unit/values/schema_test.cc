#include "values/schema.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

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
  for (const settings::Finding& each : testing::chart().check(input->values)) {
    out.push_back(std::string(each.id) + " " + each.path + ": " + each.message);
  }
  return out;
}

void collect_keywords(const json::Value& schema, std::set<std::string>& out) {
  for (auto each = schema.MemberBegin(); each != schema.MemberEnd(); ++each) {
    const std::string name(json::view(each->name));
    out.insert(name);
    if (name == "properties" || name == "definitions") {
      for (auto one = each->value.MemberBegin(); one != each->value.MemberEnd(); ++one) {
        collect_keywords(one->value, out);
      }
    } else if (each->value.IsObject()) {
      collect_keywords(each->value, out);
    }
  }
}

TEST(Schema, of_the_chart_uses_no_keyword_that_is_not_understood) {
  const auto schema = json::parse(chart_schema());
  std::set<std::string> keywords;
  collect_keywords(*schema, keywords);
  const std::set<std::string> understood{
      "$schema",  "title",   "description", "definitions", "$ref",      "type",
      "enum",     "minimum", "items",       "properties",  "minLength", "additionalProperties",
      "required", "maximum", "minItems",    "maxLength",   "pattern",   "uniqueItems"};
  for (const std::string& each : keywords) EXPECT_TRUE(understood.contains(each)) << each;
}

TEST(Schema, bounds_numbers_and_lists) {
  EXPECT_THAT(findings("webhook: {timeoutSeconds: 31}\n"),
              ::testing::Contains(HasSubstr("it is more than 30")));
  EXPECT_THAT(findings("webhook: {timeoutSeconds: 0}\n"),
              ::testing::Contains(HasSubstr("it is less than 1")));
  EXPECT_THAT(findings("pvc: {accessModes: []}\n"), ::testing::Contains(HasSubstr("too few entries")));
}

TEST(Schema, bounds_texts_and_what_stands_twice) {
  EXPECT_THAT(findings("trustDistribution: {startupTaint: 'a b'}\n"),
              ElementsAre("CR065 trustDistribution.startupTaint: it is not of the form ^[A-Za-z0-9./_-]*$"));
  EXPECT_THAT(findings("trustDistribution: {startupTaint: " + std::string(1'000'000, 'a') + "}\n"),
              ElementsAre("CR065 trustDistribution.startupTaint: it is longer than 317 characters"));
  EXPECT_THAT(findings("trustDistribution: {startupTaint: registry.example/not-ready}\n"), IsEmpty());
  EXPECT_THAT(findings("trustDistribution: {runtimes: [k3s, k3s]}\n"),
              ElementsAre("CR065 trustDistribution.runtimes: it has an entry twice"));
}

TEST(Schema, is_kept_by_the_charts_own_values) {
  EXPECT_THAT(findings(""), IsEmpty());
}

TEST(Schema, names_the_key_that_was_meant) {
  EXPECT_THAT(findings("service: {clusterIp: 10.0.0.1}"),
              ElementsAre("CR060 service.clusterIp: it is not known; did you mean \"service.clusterIP\"?"));
  EXPECT_THAT(findings("zzzzzzzz: 1"), ElementsAre("CR060 zzzzzzzz: it is not known"));
  EXPECT_THAT(findings("'p;ss=w': 1"), ElementsAre("CR060 …: it is not known"));
  EXPECT_THAT(findings("global: {anything: 1}"), IsEmpty());
}

TEST(Schema, says_which_type_is_wanted) {
  EXPECT_THAT(findings("cert-manager: {enabled: \"true\"}"),
              ElementsAre("CR061 cert-manager.enabled: it is a text, not true or false"));
  EXPECT_THAT(findings("service: {clusterIP: 1}"), ElementsAre("CR065 service.clusterIP: it is not a text"));
  EXPECT_THAT(findings("service: 1"), ElementsAre("CR065 service: it is not a map"));
  EXPECT_THAT(findings("sync: {repositories: [a, 1]}"),
              ElementsAre("CR065 sync.repositories[1]: it is not a text or a map"));
  EXPECT_THAT(findings("logLevel: loud"),
              ElementsAre("CR065 logLevel: it is none of: trace, debug, info, warn, error"));
  EXPECT_THAT(findings("webhook: {replicas: 0}"), ElementsAre("CR065 webhook.replicas: it is less than 1"));
  EXPECT_THAT(findings("clusterDomain: ''"), ElementsAre("CR065 clusterDomain: it is empty"));
  EXPECT_THAT(findings("service: null"), ElementsAre("CR065 service: it is taken away by null"));
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
