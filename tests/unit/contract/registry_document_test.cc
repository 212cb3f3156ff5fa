#include "contract/registry_document.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace connected_registry::contract {
namespace {

using ::testing::HasSubstr;

TEST(RegistryDocument, is_read_as_written) {
  for (const RegistryDocument& document :
       {RegistryDocument{.address = "192.100.100.1", .port = 443},
        RegistryDocument{.address = "fd00::1", .port = 8443},
        RegistryDocument{.address = "10.0.0.1", .port = 80, .scheme = Scheme::kHttp}}) {
    EXPECT_EQ(parse_registry_document(render_registry_document(document)), document);
  }
}

TEST(RegistryDocument, has_the_form_that_agents_of_every_version_know) {
  EXPECT_EQ(render_registry_document({.address = "192.100.100.1", .port = 443}),
            R"({"formVersion":1,"address":"192.100.100.1","port":443})");
}

TEST(RegistryDocument, refuses_an_address_that_would_be_a_path) {
  for (const char* const address : {"", "..", "../../etc", "a/b", "registry.local", "192.100.100.01",
                                    "192.100.100.1/24", "FD00::1", "fd00:0::1", "192.100.100.1\\u0000"}) {
    const auto parsed = parse_registry_document(std::string(R"({"formVersion":1,"address":")") + address +
                                                R"(","port":443})");
    ASSERT_FALSE(parsed) << address;
    EXPECT_THAT(parsed.error().message, HasSubstr("address"));
  }
}

TEST(RegistryDocument, refuses_a_port_that_is_none) {
  for (const char* const port : {"0", "-1", "65536", "\"443\"", "443.5", "null"}) {
    const auto parsed =
        parse_registry_document(std::string(R"({"formVersion":1,"address":"10.0.0.1","port":)") + port + "}");
    ASSERT_FALSE(parsed) << port;
    EXPECT_THAT(parsed.error().message, HasSubstr("port"));
  }
}

TEST(RegistryDocument, says_that_another_version_wrote_it) {
  for (const char* const version : {"2", "\"1\"", "null"}) {
    const auto parsed = parse_registry_document(std::string(R"({"formVersion":)") + version +
                                                R"(,"address":"10.0.0.1","port":443})");
    ASSERT_FALSE(parsed) << version;
    EXPECT_THAT(parsed.error().message, HasSubstr("of another version"));
  }
}

TEST(RegistryDocument, refuses_what_is_no_json) {
  EXPECT_FALSE(parse_registry_document(""));
  EXPECT_FALSE(parse_registry_document("{"));
  EXPECT_FALSE(parse_registry_document("[]"));
}

}  // namespace
}  // namespace connected_registry::contract
