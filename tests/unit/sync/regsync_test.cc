#include "sync/regsync.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <string>

#include "base/file.h"
#include "base/json.h"
#include "support/golden.h"

namespace connected_registry::sync {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

const Parent kParent{
    .access = {.endpoint = "contoso.azurecr.io", .username = "token", .password = "p{{w}}d?x"},
    .ca_bundle = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"};

// The golden files are read by the real regsync in tests/chart/test_engines.py.
void expect_golden(const std::string& name, const std::string& text) {
  const std::filesystem::path path = std::filesystem::path(golden_directory()) / "sync" / name;
  if (std::getenv("CONNECTED_REGISTRY_UPDATE_GOLDEN") != nullptr) {
    ASSERT_TRUE(file::write_atomically(path, text, 0644));
  }
  const auto golden = file::read(path);
  ASSERT_TRUE(golden) << golden.error().message;
  EXPECT_EQ(*golden, text);
}

std::string pretty(const std::string& text) {
  return json::to_pretty_text(*json::parse(text));
}

TEST(Configuration, of_a_repository_with_a_filter) {
  const Repository repository{
      .name = "team/app", .tag = {}, .filter = {.allow = {"v1\\..*", "latest"}, .deny = {".*-rc"}}};
  expect_golden("filtered.json", pretty(render_configuration(kParent, repository, "127.0.0.1:5000",
                                                             "connected-registry/0.1.0")));
}

TEST(Configuration, of_one_tag_from_a_parent_without_credentials) {
  const Parent open{.access = {.endpoint = "10.0.0.1:5443", .username = {}, .password = {}}, .ca_bundle = {}};
  const Repository repository{.name = "hello", .tag = "1.0", .filter = {}};
  expect_golden("one-tag.json",
                pretty(render_configuration(open, repository, "127.0.0.1:5000", "connected-registry/0.1.0")));
}

TEST(Log, tells_the_tags_that_were_taken) {
  RegsyncLogParser parser("secret");
  for (const char* line :
       {R"({"level":"DEBUG","msg":"Image matches","source":"p/a:1","target":"127.0.0.1:5000/a:1"})",
        R"({"level":"INFO","msg":"Image sync needed","source":"p/a:2","target":"127.0.0.1:5000/a:2"})",
        R"({"level":"INFO","msg":"Image refreshing","target":"127.0.0.1:5000/a:3"})",
        R"({"level":"DEBUG","msg":"Something else","target":"127.0.0.1:5000/a:4"})"}) {
    EXPECT_TRUE(parser.parse(line));
  }
  EXPECT_THAT(parser.tags(), ElementsAre("1", "2", "3"));
  EXPECT_EQ(parser.parse(R"({"level":"INFO","msg":"Image refreshing"})")->level, "debug") << "no news";
  EXPECT_EQ(parser.failure_message(), "");
}

TEST(Log, names_the_first_failure_without_any_credential) {
  RegsyncLogParser parser("secret");
  const auto line = parser.parse(
      R"({"level":"ERROR","msg":"Failed getting source tags","source":"p/a",)"
      R"("error":"failed to list tags for p/a: request failed: unauthorized [http 401]: https://x/y?sig=abc secret"})");
  ASSERT_TRUE(line);
  EXPECT_EQ(line->level, "error");
  EXPECT_THAT(line->message, HasSubstr("Failed getting source tags: p/a: "));
  EXPECT_EQ(parser.failure_reason(), reason::kUnauthorized);
  for (const std::string& text : {line->message, parser.failure_message()}) {
    EXPECT_THAT(text, Not(HasSubstr("secret")));
    EXPECT_THAT(text, Not(HasSubstr("sig=abc")));
  }
  parser.parse(R"({"level":"ERROR","msg":"Failed","error":"not found"})");
  EXPECT_EQ(parser.failure_reason(), reason::kUnauthorized);
}

TEST(Log, passes_over_what_is_no_event) {
  RegsyncLogParser parser("");
  for (const char* line : {"", "plain words", "[1]", "{\"level\":", "\xff"})
    EXPECT_FALSE(parser.parse(line)) << line;
}

TEST(Reasons, are_told_apart) {
  EXPECT_EQ(classify("request failed: unauthorized [http 401]"), reason::kUnauthorized);
  EXPECT_EQ(classify("requested access to the resource is denied: Forbidden"), reason::kDenied);
  EXPECT_EQ(classify("dial tcp 10.0.0.1:443: connect: connection refused"), reason::kUnreachable);
  EXPECT_EQ(classify("dial tcp 127.0.0.1:5000: connect: connection refused"), reason::kStorage);
  EXPECT_EQ(classify("tls: failed to verify certificate: x509: certificate signed by unknown authority"),
            reason::kCertificate);
  EXPECT_EQ(classify("write /var/lib/registry/x: no space left on device"), reason::kStorage);
  EXPECT_EQ(classify("manifest unknown: not found [http 404]"), reason::kNotFound);
  EXPECT_EQ(classify("something new"), reason::kFailed);
}

}  // namespace
}  // namespace connected_registry::sync
