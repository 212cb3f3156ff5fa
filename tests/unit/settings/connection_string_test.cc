#include "settings/connection_string.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace connected_registry::settings {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr std::string_view kWhole =
    "ConnectedRegistryName=myregistry;SyncTokenName=token;SyncTokenPassword=pa==ss;"
    "ParentGatewayEndpoint=contoso.eastus.data.azurecr.io;ParentEndpointProtocol=https";

TEST(ConnectionString, reads_all_parts) {
  const ConnectionString connection = parse_connection_string(kWhole);
  EXPECT_THAT(connection.problems, IsEmpty());
  EXPECT_EQ(connection.registry_name, "myregistry");
  EXPECT_EQ(connection.token_name, "token");
  EXPECT_EQ(connection.parent_endpoint, "contoso.eastus.data.azurecr.io");
  EXPECT_EQ(connection.parent_protocol, "https");
}

TEST(ConnectionString, keeps_the_equals_signs_of_a_password) {
  EXPECT_EQ(parse_connection_string(kWhole).token_password, "pa==ss");
}

TEST(ConnectionString, takes_a_semicolon_at_the_end) {
  EXPECT_THAT(parse_connection_string(std::string(kWhole) + ";").problems, IsEmpty());
}

TEST(ConnectionString, says_which_keys_are_missing_empty_and_doubled) {
  const ConnectionString connection = parse_connection_string(
      "ConnectedRegistryName=a;ConnectedRegistryName=b;SyncTokenName;SyncTokenPassword=;"
      "ParentEndpointProtocol=https");
  EXPECT_THAT(connection.problems,
              ElementsAre("ConnectedRegistryName is given more than once", "SyncTokenName is empty",
                          "SyncTokenPassword is empty", "ParentGatewayEndpoint is missing"));
}

TEST(ConnectionString, says_which_values_are_placeholders) {
  const ConnectionString connection = parse_connection_string(
      "ConnectedRegistryName=edge1;SyncTokenName=token;"
      "SyncTokenPassword=<use --generate-password to generate a new password>;"
      "ParentGatewayEndpoint=<parent gateway endpoint>;ParentEndpointProtocol=<http or https>");
  EXPECT_THAT(connection.problems, ElementsAre("SyncTokenPassword is a placeholder in < >",
                                               "ParentGatewayEndpoint is a placeholder in < >",
                                               "ParentEndpointProtocol is a placeholder in < >"));
}

TEST(ConnectionString, has_a_managed_identity_in_place_of_a_token) {
  const ConnectionString connection = parse_connection_string(
      "ConnectedRegistryName=edge1;ManagedIdentityClientId=0;ParentGatewayEndpoint=contoso.azurecr.io;"
      "ParentEndpointProtocol=https");
  EXPECT_TRUE(connection.has_managed_identity);
  EXPECT_THAT(connection.problems, IsEmpty());
  EXPECT_FALSE(parse_connection_string(kWhole).has_managed_identity);
}

TEST(ConnectionString, names_what_an_editor_added_unseen) {
  for (const char* addition : {"\r", "\n", "\xEF\xBB\xBF", "\x7f"}) {
    EXPECT_THAT(parse_connection_string(std::string(kWhole) + addition).problems,
                Contains(HasSubstr("another control character or a byte order mark")));
  }
}

TEST(ConnectionString, never_shows_a_value) {
  const ConnectionString connection =
      parse_connection_string("s3cret;SyncTokenPassword=s3cret;s3cret=s3cret\n");
  for (const std::string& problem : connection.problems) EXPECT_THAT(problem, Not(HasSubstr("s3cret")));
}

}  // namespace
}  // namespace connected_registry::settings
