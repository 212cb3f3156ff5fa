#include "trust/files/toml_edit.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "trust/files/toml_reader.h"

namespace connected_registry::trust {
namespace {

using ::testing::HasSubstr;

const names::Installation kInstallation{.name = "cr", .namespace_ = "edge"};
const TomlSetting kPath{.table = {"plugins", "io.containerd.grpc.v1.cri", "registry"},
                        .key = "config_path",
                        .value = "/etc/containerd/certs.d"};

std::string value_in(const std::string& text) {
  return toml::parse(text)["plugins"]["io.containerd.grpc.v1.cri"]["registry"]["config_path"].value_or(
      std::string("(none)"));
}

class TomlEdit : public ::testing::TestWithParam<const char*> {};

TEST_P(TomlEdit, adds_a_line_and_takes_it_out_again_without_a_trace) {
  const std::string before = GetParam();
  const auto edited = insert_settings(before, kInstallation, {kPath});
  ASSERT_TRUE(edited) << edited.error().message;
  EXPECT_EQ(value_in(*edited), "/etc/containerd/certs.d");
  EXPECT_TRUE(holds_settings(*edited, kInstallation));
  EXPECT_EQ(cut_settings(*edited, kInstallation), before);
}

INSTANTIATE_TEST_SUITE_P(
    Files, TomlEdit,
    ::testing::Values(
        "", "version = 2\n", "[plugins.\"io.containerd.grpc.v1.cri\".registry]\n",
        "[plugins]\n  [plugins.\"io.containerd.grpc.v1.cri\"]\n    [plugins.'io.containerd.grpc.v1.cri'."
        "registry] # here\n      headers = {}\n[debug]\n  level = \"info\"\n",
        "[plugins.\"io.containerd.grpc.v1.cri\".registry]\n      config_path = \"\"  # none\n  x = 1\n",
        "[plugins.\"io.containerd.grpc.v1.cri\".registry.headers]\n  X = [\"1\"]\n"));

TEST(TomlEditing, ends_the_last_line_first_where_it_has_no_end) {
  const auto edited = insert_settings("version = 2", kInstallation, {kPath});
  ASSERT_TRUE(edited);
  EXPECT_EQ(cut_settings(*edited, kInstallation), "version = 2\n");
}

TEST(TomlEditing, refuses_what_is_written_so_that_no_line_can_be_added) {
  for (const char* const text :
       {"plugins.\"io.containerd.grpc.v1.cri\".registry.headers = {}\n", "plugins = {}\n",
        "[plugins.\"io.containerd.grpc.v1.cri\"]\nregistry = { headers = {} }\n"}) {
    const auto edited = insert_settings(text, kInstallation, {kPath});
    ASSERT_FALSE(edited) << *edited;
    EXPECT_THAT(edited.error().message, HasSubstr("config_path"));
  }
}

// The line with the key holds more than the key: a new line in its place is valid TOML with another meaning.
TEST(TomlEditing, refuses_an_edit_that_would_change_another_key) {
  for (const char* const text :
       {"[plugins.\"io.containerd.grpc.v1.cri\"]\nregistry = { config_path = \"\", x = 1 }\n",
        "plugins.\"io.containerd.grpc.v1.cri\".registry.config_path = \"\"\n",
        "[plugins]\n\"io.containerd.grpc.v1.cri\".registry.config_path = \"\"\n",
        "[plugins.\"io.containerd.grpc.v1.cri\"]\nregistry.config_path = \"\"\n"}) {
    const auto edited = insert_settings(text, kInstallation, {kPath});
    ASSERT_FALSE(edited) << *edited;
    EXPECT_EQ(edited.error().code, ErrorCode::kInvalidArgument);
    EXPECT_THAT(edited.error().message, HasSubstr("cannot add"));
  }
}

TEST(TomlEditing, writes_lines_that_every_version_knows) {
  const auto edited = insert_settings("version = 2\n", kInstallation,
                                      {{.table = {"plugins", "cri"}, .key = "config_path", .value = "/x"}});
  EXPECT_EQ(edited,
            "version = 2\n"
            "# BEGIN connected-registry edge/cr. Removed at uninstall. Do not edit.\n"
            "[plugins.cri]\n"
            "config_path = \"/x\"\n"
            "# END connected-registry edge/cr sha256:"
            "f4cce64fdef933b3f9b3f667980ce9a258b49367d08d25e9f4eb2a6aff1f4615\n");
}

TEST(TomlEditing, refuses_to_replace_a_value_and_to_touch_what_is_no_toml) {
  EXPECT_FALSE(insert_settings("[plugins.\"io.containerd.grpc.v1.cri\".registry]\nconfig_path = \"/x\"\n",
                               kInstallation, {kPath}));
  const auto broken = insert_settings("[plugins\n", kInstallation, {kPath});
  ASSERT_FALSE(broken);
  EXPECT_THAT(broken.error().message, HasSubstr("line 1"));
}

TEST(TomlEditing, does_not_cut_what_somebody_changed_or_another_installation_added) {
  std::string edited = *insert_settings("", kInstallation, {kPath});
  EXPECT_EQ(cut_settings(edited, {.name = "other", .namespace_ = "edge"}), std::nullopt);
  edited.insert(edited.find("config_path"), "x = 1\n");
  EXPECT_TRUE(holds_settings(edited, kInstallation));
  EXPECT_EQ(cut_settings(edited, kInstallation), std::nullopt);
}

TEST(TomlEditing, takes_out_several) {
  const TomlSetting other{.table = {"plugins", "x", "10.9.8.7"}, .key = "ca_file", .value = "/ca"};
  const auto edited = insert_settings("version = 2\n", kInstallation, {kPath, other});
  ASSERT_TRUE(edited) << edited.error().message;
  EXPECT_EQ(cut_settings(*edited, kInstallation), "version = 2\n");
}

TEST(TomlEditing, cuts_none_of_several_if_one_was_changed) {
  const TomlSetting other{.table = {"plugins", "x", "10.9.8.7"}, .key = "ca_file", .value = "/ca"};
  for (const std::string changed : {"config_path", "ca_file"}) {
    std::string edited = *insert_settings("version = 2\n", kInstallation, {kPath, other});
    edited.insert(edited.find(changed), "x = 1\n");
    EXPECT_EQ(cut_settings(edited, kInstallation), std::nullopt) << changed;
  }
}

TomlSetting authority_of(const std::string& host) {
  return {.table = {"plugins", "io.containerd.grpc.v1.cri", "registry", "configs", host, "tls"},
          .key = "ca_file",
          .value = "/ca.crt"};
}

const std::vector<TomlSetting> kIpv6{authority_of("[fd00::1]"), authority_of("[fd00::1]:443")};

// containerd 1.x ends a header at the first bracket, even if it is quoted, and then does not start.
TEST(TomlEditing, writes_no_header_with_a_bracket_in_a_quoted_part) {
  const auto edited = insert_settings("version = 2\n", kInstallation, kIpv6);
  ASSERT_TRUE(edited) << edited.error().message;
  EXPECT_THAT(*edited, HasSubstr("[plugins.\"io.containerd.grpc.v1.cri\".registry.configs]\n"
                                 "\"[fd00::1]\" = { tls = { ca_file = \"/ca.crt\" } }\n"
                                 "\"[fd00::1]:443\" = { tls = { ca_file = \"/ca.crt\" } }\n"));
  EXPECT_EQ(cut_settings(*edited, kInstallation), "version = 2\n");
}

TEST(TomlEditing, adds_an_ipv6_host_below_the_header_that_is_there) {
  const std::string before =
      "[plugins.\"io.containerd.grpc.v1.cri\".registry.configs]\n"
      "[plugins.\"io.containerd.grpc.v1.cri\".registry.configs.\"10.0.0.1\".tls]\nca_file = \"/x\"\n";
  const auto edited = insert_settings(before, kInstallation, kIpv6);
  ASSERT_TRUE(edited) << edited.error().message;
  EXPECT_EQ(edited->find("[plugins", 1),
            edited->find("[plugins.\"io.containerd.grpc.v1.cri\".registry.configs.\""))
      << "no second header";
  EXPECT_EQ(cut_settings(*edited, kInstallation), before);
}

TEST(TomlEditing, refuses_an_ipv6_host_that_has_settings) {
  for (const char* const text :
       {"[plugins.\"io.containerd.grpc.v1.cri\".registry.configs]\n\"[fd00::1]\" = { auth = { username = 'u' "
        "} }\n",
        "[plugins.\"io.containerd.grpc.v1.cri\".registry.configs.'[fd00::1]'.auth]\nusername = 'u'\n",
        "[plugins.\"io.containerd.grpc.v1.cri\".registry.configs]\n\"[fd00::1]\" = ''\n"}) {
    const auto edited = insert_settings(text, kInstallation, kIpv6);
    ASSERT_FALSE(edited) << *edited;
    EXPECT_THAT(edited.error().message, HasSubstr("already has a value"));
  }
}

// The other installation takes the header away with its block.
TEST(TomlEditing, adds_no_line_below_a_header_of_another_installation) {
  const auto theirs = insert_settings("", {.name = "other", .namespace_ = "edge"}, kIpv6);
  ASSERT_TRUE(theirs);
  const auto edited = insert_settings(*theirs, kInstallation, {authority_of("[fd00::2]")});
  ASSERT_FALSE(edited) << *edited;
  EXPECT_THAT(edited.error().message, HasSubstr("another installation"));
}

TEST(TomlEditing, tells_a_person_the_lines_that_it_would_add) {
  EXPECT_EQ(
      toml_lines(authority_of("10.9.8.7")),
      "[plugins.\"io.containerd.grpc.v1.cri\".registry.configs.\"10.9.8.7\".tls] ca_file = \"/ca.crt\"");
  EXPECT_EQ(toml_lines(authority_of("[fd00::1]")),
            "[plugins.\"io.containerd.grpc.v1.cri\".registry.configs] \"[fd00::1]\" = { tls = { ca_file = "
            "\"/ca.crt\" } }");
}

TEST(TomlEditing, does_not_make_toml_of_a_text_that_ends_in_a_carriage_return) {
  EXPECT_FALSE(insert_settings("version = 2\r", kInstallation, {kPath}));
}

}  // namespace
}  // namespace connected_registry::trust
