// tests/chart/test_node_files.py compares the same function with go-toml, on thousands of texts.
#include "trust/runtimes/go_toml.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "trust/files/toml_reader.h"

namespace connected_registry::trust {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

struct Refused {
  const char* text;
  const char* reason;
};

class RefusedByGoToml1 : public ::testing::TestWithParam<Refused> {};

TEST_P(RefusedByGoToml1, names_the_line_and_the_reason) {
  const std::string text = std::string("a = 1 # [\"]\n") + GetParam().text;
  ASSERT_NO_THROW(static_cast<void>(toml::parse(text))) << "TOML 1.0 allows it";
  const auto checked = check_go_toml(text, GoToml::kOne);
  ASSERT_FALSE(checked) << text;
  EXPECT_THAT(checked.error().message, StartsWith("line 2: "));
  EXPECT_THAT(checked.error().message, HasSubstr(GetParam().reason));
}

INSTANTIATE_TEST_SUITE_P(
    Texts, RefusedByGoToml1,
    ::testing::Values(Refused{"[b.\"[fd00::1]:443\".tls]", "bracket"}, Refused{"[[b.'x]']]", "bracket"},
                      Refused{"[\"b\\tc\"]", "escape"}, Refused{"\"b\\\"c\" = 1", "escape"},
                      Refused{"b = { \"c\\\"d\" = 1 }", "escape"}, Refused{"[b.\tc]", "tab"},
                      Refused{"b. c = 1", "blanks"}, Refused{"b = [{ c .d = 1 }]", "blanks"},
                      Refused{"b = \"\"\"\"x\"\"\"\"", "quote"}, Refused{"b = '''x'''''\n", "quote"},
                      Refused{"b = 1979-05-27\n", "dates"}, Refused{"b = [07:32:00]", "dates"},
                      Refused{"b = 0e0", "0e"}));

TEST(GoToml1, takes_a_table_that_is_spelled_differently_below_an_array_for_a_duplicate) {
  EXPECT_TRUE(check_go_toml("[[a]]\n[a.b]\n[[a]]\n[a.b]\n", GoToml::kOne));
  EXPECT_FALSE(check_go_toml("[[a]]\n[\"a\".b]\n[[a]]\n[\"a\".b]\n", GoToml::kOne));
  EXPECT_FALSE(check_go_toml("[[ a ]]\n[a.b]\n[[ a ]]\n[a.b]\n", GoToml::kOne));
  EXPECT_TRUE(check_go_toml("[[ a ]]\n[a.b]\n[[ a ]]\n[a.b]\n", GoToml::kTwo));
}

TEST(GoToml2, does_not_read_a_byte_order_mark) {
  EXPECT_TRUE(check_go_toml("\xEF\xBB\xBFversion = 2\n", GoToml::kOne));
  const auto checked = check_go_toml("\xEF\xBB\xBFversion = 2\n", GoToml::kTwo);
  ASSERT_FALSE(checked);
  EXPECT_THAT(checked.error().message, StartsWith("line 1: containerd cannot read a byte order mark"));
}

TEST(GoToml, reads_all_that_configurations_have) {
  const std::string text =
      "# \"comment\" [x\nversion = 2\r\nroot = '/var/lib'\nnumbers = [ 1, -2, 0x1f, 1e5, # three\n  4.5, inf "
      "]\n"
      "text = \"\"\"\na \\\"quoted\\\" ''' word\"\"\"\nliteral = '''\n\"\"\" \\'''\n"
      "[plugins.\"io.containerd.grpc.v1.cri\".registry]\n  config_path = \"C:\\\\x # no comment\"\n"
      "  headers = { X-Y = [\"[1]\", '}'], \"z\" = {} }\n"
      "  mirrors.\"docker.io\".endpoint = [\n    \"https://[fd00::1]:443\",\n  ]\n"
      "[ plugins . 'x' ]\n[[plugins.x2.y]]\na = true\n[[plugins.x2.y]]\na = false";
  for (const GoToml version : {GoToml::kOne, GoToml::kTwo}) {
    const auto checked = check_go_toml(text, version);
    EXPECT_TRUE(checked) << checked.error().message;
  }
}

// It walks over what toml++ has read, but must end for any text.
TEST(GoToml, ends_at_the_end_of_any_text) {
  for (const char* const text :
       {"",           "a",     "a = ", "[",        "[\"", "\"",    "a = [", "a = {", "a = { b",
        "a = \"\"\"", "a = '", "[[a]", "a = \"\\", "= =", "a = ]", "a = }", "[a",    "\xEF\xBB\xBF",
        "a = [{",     "\"\\"}) {
    static_cast<void>(check_go_toml(text, GoToml::kOne));
  }
}

}  // namespace
}  // namespace connected_registry::trust
