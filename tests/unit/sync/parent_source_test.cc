#include "sync/parent_source.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "base/file.h"
#include "support/temporary_directory.h"

namespace connected_registry::sync {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class ParentSourceTest : public ::testing::Test {
 protected:
  std::filesystem::path write(const std::string& name, std::string_view text) {
    EXPECT_TRUE(file::write_atomically(directory.path() / name, text, 0600));
    return directory.path() / name;
  }
  connected_registry::testing::TemporaryDirectory directory;
};

const std::string kConnection =
    "ConnectedRegistryName=edge01;SyncTokenName=token;SyncTokenPassword=hidden==;"
    "ParentGatewayEndpoint=Contoso.eastus.data.azurecr.io;ParentEndpointProtocol=https";

TEST_F(ParentSourceTest, takes_a_connection_string_apart) {
  const auto parent = read_parent({.connection_string = write("cs", kConnection + "\n"),
                                   .host = {},
                                   .credentials = {},
                                   .ca_bundle = write("ca.crt", "PEM")});
  ASSERT_TRUE(parent) << parent.error().message;
  EXPECT_EQ(parent->access.endpoint, "contoso.azurecr.io");
  EXPECT_EQ(parent->access.username, "token");
  EXPECT_EQ(parent->access.password, "hidden==");
  EXPECT_EQ(parent->ca_bundle, "PEM");
}

TEST_F(ParentSourceTest, takes_a_host_with_a_secret_of_the_users_or_without_one) {
  write("username", "me\n");
  write("password", "it");
  const auto parent = read_parent({.connection_string = {},
                                   .host = "registry.example:5000",
                                   .credentials = directory.path(),
                                   .ca_bundle = {}});
  ASSERT_TRUE(parent) << parent.error().message;
  EXPECT_EQ(parent->access.username, "me");
  EXPECT_EQ(parent->access.endpoint, "registry.example:5000");
  const auto open =
      read_parent({.connection_string = {}, .host = "parent", .credentials = {}, .ca_bundle = {}});
  ASSERT_TRUE(open);
  EXPECT_EQ(open->access.endpoint, "parent:443");
  EXPECT_EQ(open->access.username, "");
}

TEST_F(ParentSourceTest, has_another_fingerprint_with_another_password) {
  const auto path = write("cs", kConnection);
  const ParentSource source{.connection_string = path, .host = {}, .credentials = {}, .ca_bundle = {}};
  const std::string first = read_parent(source)->fingerprint();
  EXPECT_EQ(read_parent(source)->fingerprint(), first);
  write("cs", std::string(kConnection).replace(kConnection.find("hidden"), 6, "other!"));
  EXPECT_NE(read_parent(source)->fingerprint(), first);
  EXPECT_THAT(first, Not(HasSubstr("hidden")));
}

TEST_F(ParentSourceTest, says_what_is_wrong_and_shows_nothing_of_it) {
  const auto broken = read_parent({.connection_string = write("cs", kConnection + ";SyncTokenName=b"),
                                   .host = {},
                                   .credentials = {},
                                   .ca_bundle = {}});
  ASSERT_FALSE(broken);
  EXPECT_THAT(broken.error().message, HasSubstr("SyncTokenName is given more than once"));
  EXPECT_THAT(broken.error().message, Not(HasSubstr("hidden")));
  const auto missing = read_parent(
      {.connection_string = directory.path() / "none", .host = {}, .credentials = {}, .ca_bundle = {}});
  ASSERT_FALSE(missing);
  EXPECT_THAT(missing.error().message, HasSubstr("key connectionString of a Secret"));
  write("username", "me");
  write("password", "two\nlines");
  const auto lines = read_parent(
      {.connection_string = {}, .host = "parent", .credentials = directory.path(), .ca_bundle = {}});
  ASSERT_FALSE(lines);
  EXPECT_THAT(lines.error().message, HasSubstr("password is empty or contains a line break"));
}

}  // namespace
}  // namespace connected_registry::sync
