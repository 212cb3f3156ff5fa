#include "settings/finding.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "base/file.h"
#include "support/golden.h"

namespace connected_registry::settings {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

// What docs/rules.md says of a rule: from its heading to the next.
std::string documented(const std::string& text, std::string_view id) {
  const std::size_t begin = text.find("\n## " + std::string(id) + "\n");
  if (begin == std::string::npos) return "";
  return text.substr(begin + 1, text.find("\n## ", begin + 1) - begin);
}

TEST(Catalogue, is_sorted_and_uses_no_id_twice) {
  const auto& rules = catalogue();
  EXPECT_TRUE(std::is_sorted(rules.begin(), rules.end(),
                             [](const Rule& left, const Rule& right) { return left.id < right.id; }));
  EXPECT_EQ(std::adjacent_find(rules.begin(), rules.end(),
                               [](const Rule& left, const Rule& right) { return left.id == right.id; }),
            rules.end());
}

TEST(Catalogue, is_documented_in_the_same_words) {
  const auto text = file::read(golden_directory() + "/../../docs/rules.md");
  ASSERT_TRUE(text) << text.error().message;
  for (const Rule& rule : catalogue()) {
    const std::string section = documented(*text, rule.id);
    ASSERT_FALSE(section.empty()) << rule.id << " has no heading";
    const std::string severity = rule.severity == Severity::kError ? "*error; " : "*warning; ";
    EXPECT_THAT(section, StartsWith("## " + std::string(rule.id) + "\n\n" + severity));
    EXPECT_THAT(section, HasSubstr("\n\nRule: " + std::string(rule.title) + ".\n\n"));
    EXPECT_THAT(section, HasSubstr("\n\nFix: " + std::string(rule.fix) + ".\n\n"));
  }
}

TEST(Catalogue, links_to_the_headings) {
  EXPECT_THAT(link("CR002"), testing::EndsWith("docs/rules.md#cr002"));
}

}  // namespace
}  // namespace connected_registry::settings
