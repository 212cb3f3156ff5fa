#include "settings/parent.h"

#include <gtest/gtest.h>

namespace connected_registry::settings {
namespace {

TEST(ImageHost, is_written_as_references_write_it) {
  const struct {
    const char* endpoint;
    const char* host;
  } cases[] = {
      {"contoso.eastus.data.azurecr.io", "contoso.azurecr.io"},
      {"contoso.eastus.data.azurecr.io:443", "contoso.azurecr.io:443"},
      {"Con-Toso.EastUS2.data.azurecr.io", "con-toso.azurecr.io"},
      {"contoso.chinaeast.data.azurecr.cn", "contoso.azurecr.cn"},
      {"contoso.usgov.data.azurecr.us", "contoso.azurecr.us"},
      {"contoso.azurecr.io", "contoso.azurecr.io"},
      {"Parent.Example:5443", "parent.example:5443"},
      {"10.1.2.3", "10.1.2.3"},
      {"[fd00::1]:5443", "[fd00::1]:5443"},
      {"[fd00::1]", "[fd00::1]"},
      {"parent", "parent:443"},
      // Not Azure's: another domain that only looks so, or a part missing.
      {"contoso.eastus.data.azurecr.io.example", "contoso.eastus.data.azurecr.io.example"},
      {"contoso.data.azurecr.io", "contoso.data.azurecr.io"},
      {"a.b.c.data.azurecr.io", "a.b.c.data.azurecr.io"},
      {".eastus.data.azurecr.io", ".eastus.data.azurecr.io"},
  };
  for (const auto& [endpoint, host] : cases) EXPECT_EQ(image_host(endpoint), host) << endpoint;
}

TEST(ParentAccess, takes_token_and_password_as_they_stand) {
  const ParentAccess access = parent_access(parse_connection_string(
      "ConnectedRegistryName=edge01;SyncTokenName=Token;SyncTokenPassword=P=a=;ParentGatewayEndpoint=Parent;"
      "ParentEndpointProtocol=https"));
  EXPECT_EQ(access.endpoint, "parent:443");
  EXPECT_EQ(access.username, "Token");
  EXPECT_EQ(access.password, "P=a=");
}

}  // namespace
}  // namespace connected_registry::settings
