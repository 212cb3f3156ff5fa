#include "kube/backoff.h"

#include <gtest/gtest.h>

namespace connected_registry::kube {
namespace {

using std::chrono::milliseconds;

TEST(Backoff, doubles_to_its_bound_with_jitter_downwards) {
  Backoff backoff(milliseconds(200), milliseconds(1000));
  for (const int bound : {200, 400, 800, 1000, 1000}) {
    const milliseconds wait = backoff.next();
    EXPECT_GE(wait, milliseconds(bound / 2));
    EXPECT_LE(wait, milliseconds(bound));
  }
}

TEST(Backoff, starts_anew_after_a_reset) {
  Backoff backoff(milliseconds(200), milliseconds(10'000));
  for (int round = 0; round < 10; ++round) backoff.next();
  backoff.reset();
  EXPECT_LE(backoff.next(), milliseconds(200));
}

TEST(Backoff, waits_on_top_of_what_the_server_asks_for_up_to_a_minute) {
  using std::chrono::seconds;
  Backoff backoff(milliseconds(200), milliseconds(200));
  EXPECT_GE(backoff.next(seconds(3)), milliseconds(3'100));
  EXPECT_LE(backoff.next(seconds(3)), milliseconds(3'200));
  EXPECT_GE(backoff.next(seconds(3'600)), milliseconds(60'100));
  EXPECT_LE(backoff.next(seconds(3'600)), milliseconds(60'200));
  EXPECT_LE(backoff.next(), milliseconds(200));
}

TEST(Jitter, adds_up_to_the_factor) {
  EXPECT_EQ(jittered(milliseconds(2'000), 1.2, 0), milliseconds(2'000));
  EXPECT_EQ(jittered(milliseconds(2'000), 1.2, 0.5), milliseconds(3'200));
  EXPECT_LE(jittered(milliseconds(2'000), 1.2, 0.999), milliseconds(4'400));
}

}  // namespace
}  // namespace connected_registry::kube
