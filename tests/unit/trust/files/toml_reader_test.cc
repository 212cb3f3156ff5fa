#include "trust/files/toml_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace connected_registry::trust {
namespace {

using ::testing::StartsWith;

TEST(TomlReader, names_the_line_of_what_is_not_toml) {
  for (const char* const text :
       {"a = 1\n[!]\n", "a = 1\n[\n", "a = 1\n[.]\n", "a = 1\na = 2\n", "a = 1\nb = 'x\n"}) {
    const auto read = parse_toml(text);
    ASSERT_FALSE(read) << text;
    EXPECT_EQ(read.error().code, ErrorCode::kInvalidArgument);
    EXPECT_THAT(read.error().message, StartsWith("line 2: ")) << text;
  }
}

}  // namespace
}  // namespace connected_registry::trust
