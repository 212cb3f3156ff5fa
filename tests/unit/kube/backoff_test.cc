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

}  // namespace
}  // namespace connected_registry::kube
