#include "kube/secret.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace connected_registry::kube {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(SecretValue, is_read_as_written) {
  json::Document secret(rapidjson::kObjectType);
  set_secret_value(secret, "tls.key", std::string("a\0b", 3));
  EXPECT_EQ(secret_value(secret, "tls.key"), std::string("a\0b", 3));
}

TEST(SecretValue, names_secret_and_key_when_it_is_missing_or_junk_but_never_the_value) {
  const auto secret = json::parse(R"({"metadata":{"name":"s"},"data":{"bad":"se!cret","number":1}})");
  const auto missing = secret_value(*secret, "tls.key");
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, ErrorCode::kNotFound);
  EXPECT_EQ(missing.error().message, "Secret s: tls.key is missing");
  const auto bad = secret_value(*secret, "bad");
  ASSERT_FALSE(bad);
  EXPECT_EQ(bad.error().code, ErrorCode::kInvalidArgument);
  EXPECT_THAT(bad.error().message,
              AllOf(HasSubstr("Secret s: bad"), Not(HasSubstr("cret:")), Not(HasSubstr("se!"))));
  EXPECT_FALSE(secret_value(*secret, "number"));
}

}  // namespace
}  // namespace connected_registry::kube
