#include "trust/files/marker.h"

#include <gtest/gtest.h>

namespace connected_registry::trust {
namespace {

const names::Installation kInstallation{.name = "cr", .namespace_ = "edge"};
const names::Installation kOther{.name = "other", .namespace_ = "edge"};

TEST(Marker, tells_whose_a_file_is) {
  const std::string ours = mark(kInstallation, "body\n");
  EXPECT_EQ(owner_of(ours, kInstallation), Owner::kUs);
  EXPECT_EQ(owner_of(ours, kOther), Owner::kSibling);
  EXPECT_EQ(body_of(ours), "body\n");
  EXPECT_EQ(owner_of("server = \"x\"\n", kInstallation), Owner::kForeign);
  EXPECT_EQ(owner_of("", kInstallation), Owner::kForeign);
}

TEST(Marker, tells_that_somebody_changed_it) {
  const std::string ours = mark(kInstallation, "body\n");
  EXPECT_EQ(owner_of(ours + "more\n", kInstallation), Owner::kChanged);
  EXPECT_EQ(owner_of(ours.substr(0, ours.size() - 1), kInstallation), Owner::kChanged);
  EXPECT_EQ(owner_of(ours.substr(0, 50), kInstallation), Owner::kChanged);
}

TEST(Marker, does_not_take_a_longer_name_for_its_own) {
  EXPECT_EQ(owner_of(mark({.name = "cr.x", .namespace_ = "edge"}, "b"), kInstallation), Owner::kSibling);
}

TEST(Marker, is_a_line_that_every_version_knows) {
  EXPECT_EQ(mark(kInstallation, "abc"),
            "# Written by connected-registry for edge/cr. Removed at uninstall. Do not edit. sha256:"
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\nabc");
}

}  // namespace
}  // namespace connected_registry::trust
