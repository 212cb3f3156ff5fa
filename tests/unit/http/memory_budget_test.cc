#include "http/memory_budget.h"

#include <gtest/gtest.h>

#include <optional>

namespace connected_registry::http {
namespace {

constexpr std::size_t kMebibyte = std::size_t{1} << 20;

TEST(MemoryBudget, gives_no_more_than_there_is) {
  MemoryBudget budget(8 * kMebibyte);
  MemoryBudget::Share first(budget);
  MemoryBudget::Share second(budget);
  EXPECT_TRUE(first.resize(4 * kMebibyte));
  EXPECT_FALSE(second.resize(4 * kMebibyte));
  EXPECT_EQ(second.size(), 0U);
  EXPECT_TRUE(second.resize(3 * kMebibyte));
  EXPECT_EQ(budget.used(), 7 * kMebibyte);
}

TEST(MemoryBudget, keeps_some_for_the_small) {
  MemoryBudget budget(8 * kMebibyte);
  MemoryBudget::Share large(budget);
  MemoryBudget::Share small(budget);
  EXPECT_FALSE(large.resize(8 * kMebibyte));
  ASSERT_TRUE(large.resize(7 * kMebibyte));
  EXPECT_TRUE(small.resize(MemoryBudget::kSmall));
  EXPECT_FALSE(small.resize(MemoryBudget::kSmall + 1));
}

TEST(MemoryBudget, takes_back_what_is_no_longer_held) {
  MemoryBudget budget(8 * kMebibyte);
  std::optional<MemoryBudget::Share> share(std::in_place, budget);
  ASSERT_TRUE(share->resize(7 * kMebibyte));
  ASSERT_TRUE(share->resize(kMebibyte));
  EXPECT_EQ(budget.used(), kMebibyte);
  share.reset();
  EXPECT_EQ(budget.used(), 0U);
}

}  // namespace
}  // namespace connected_registry::http
