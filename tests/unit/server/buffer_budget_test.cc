#include "server/buffer_budget.h"

#include <gtest/gtest.h>

#include <optional>

namespace connected_registry::server {
namespace {

constexpr std::size_t kMebibyte = std::size_t{1} << 20;

TEST(BufferBudget, gives_no_more_than_there_is) {
  BufferBudget budget(8 * kMebibyte);
  BufferBudget::Share first(budget);
  BufferBudget::Share second(budget);
  EXPECT_TRUE(first.resize(4 * kMebibyte));
  EXPECT_FALSE(second.resize(4 * kMebibyte));
  EXPECT_EQ(second.size(), 0U);
  EXPECT_TRUE(second.resize(3 * kMebibyte));
  EXPECT_EQ(budget.used(), 7 * kMebibyte);
}

TEST(BufferBudget, keeps_some_for_the_small) {
  BufferBudget budget(8 * kMebibyte);
  BufferBudget::Share large(budget);
  BufferBudget::Share small(budget);
  EXPECT_FALSE(large.resize(8 * kMebibyte));
  ASSERT_TRUE(large.resize(7 * kMebibyte));
  EXPECT_TRUE(small.resize(BufferBudget::kSmall));
  EXPECT_FALSE(small.resize(BufferBudget::kSmall + 1));
}

TEST(BufferBudget, takes_back_what_is_no_longer_held) {
  BufferBudget budget(8 * kMebibyte);
  std::optional<BufferBudget::Share> share(std::in_place, budget);
  ASSERT_TRUE(share->resize(7 * kMebibyte));
  ASSERT_TRUE(share->resize(kMebibyte));
  EXPECT_EQ(budget.used(), kMebibyte);
  share.reset();
  EXPECT_EQ(budget.used(), 0U);
}

}  // namespace
}  // namespace connected_registry::server
