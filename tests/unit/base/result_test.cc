#include "base/result.h"

#include <gtest/gtest.h>

namespace connected_registry {
namespace {

Status fails() {
  return fail(ErrorCode::kIo, "disk full");
}

Result<int> passes_on() {
  if (auto done = fails(); !done) return fail(std::move(done).error(), "write settings");
  return 1;
}

TEST(Result, an_error_gains_context_on_its_way_out_and_keeps_its_code) {
  const auto result = passes_on();
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().code, ErrorCode::kIo);
  EXPECT_EQ(result.error().message, "write settings: disk full");
}

TEST(Result, every_code_has_words_for_a_log) {
  EXPECT_EQ(to_string(ErrorCode::kInvalidArgument), "invalid_argument");
  for (int code = 0; code <= static_cast<int>(ErrorCode::kInternal); ++code) {
    EXPECT_NE(to_string(static_cast<ErrorCode>(code)), "unknown");
  }
}

}  // namespace
}  // namespace connected_registry
