#include "base/sha256.h"

#include <gtest/gtest.h>

namespace connected_registry {
namespace {

TEST(Sha256, is_that_of_fips_180) {
  EXPECT_EQ(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

}  // namespace
}  // namespace connected_registry
