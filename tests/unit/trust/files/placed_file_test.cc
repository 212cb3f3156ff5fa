#include "trust/files/placed_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "trust/files/marker.h"
#include "trust/files/node_tree.h"

namespace connected_registry::trust {
namespace {

using ::testing::HasSubstr;
using testing::NodeTree;

const names::Installation kInstallation{.name = "cr", .namespace_ = "edge"};
const names::Installation kOther{.name = "other", .namespace_ = "edge"};
const std::string kKept = "f.before-connected-registry";

class PlacedFile : public ::testing::Test {
 protected:
  Result<bool> place(const std::string& body = "body", bool written_before = false) const {
    return place_file(context, path, body, written_before);
  }
  Result<bool> restore() const { return restore_file(context, path); }

  const NodeTree node;
  const std::filesystem::path path = node.root() / "f";
  const FileContext context{.files = machine_file_system(), .installation = kInstallation};
};

TEST_F(PlacedFile, comes_and_goes) {
  EXPECT_EQ(place(), true);
  EXPECT_EQ(place(), false);
  EXPECT_EQ(place("new"), true);
  EXPECT_EQ(node.read("f"), mark(kInstallation, "new"));
  EXPECT_EQ(restore(), true);
  EXPECT_TRUE(node.contents().empty());
  EXPECT_EQ(restore(), false);
}

TEST_F(PlacedFile, keeps_a_foreign_file_and_brings_it_back) {
  node.put("f", "theirs", 0640);
  const auto before = node.all();
  EXPECT_EQ(place(), true);
  EXPECT_EQ(node.read(kKept), "theirs");
  EXPECT_EQ(restore(), true);
  EXPECT_EQ(node.all(), before);
}

TEST_F(PlacedFile, overwrites_no_foreign_file_at_the_path_of_the_original) {
  node.put("f", "theirs");
  node.put(kKept, "theirs, too");
  const auto before = node.all();
  const auto placed = place();
  ASSERT_FALSE(placed);
  EXPECT_EQ(placed.error().code, ErrorCode::kAlreadyExists);
  EXPECT_EQ(node.all(), before);
}

TEST_F(PlacedFile, leaves_a_foreign_file_in_the_place_of_ours) {
  node.put("f", "theirs");
  const auto placed = place("body", true);
  ASSERT_FALSE(placed);
  EXPECT_THAT(placed.error().message, HasSubstr("is not the file that connected-registry wrote"));
  EXPECT_FALSE(node.has(kKept));
}

TEST_F(PlacedFile, restores_nothing_of_another_installation) {
  ASSERT_EQ(place_file({.files = machine_file_system(), .installation = kOther}, path, "body", false), true);
  EXPECT_EQ(restore(), false);
  EXPECT_EQ(node.read("f"), mark(kOther, "body"));
}

TEST_F(PlacedFile, names_the_original_where_ours_was_changed) {
  node.put("f", "theirs");
  ASSERT_EQ(place(), true);
  node.put("f", "changed");
  const auto restored = restore();
  ASSERT_FALSE(restored);
  EXPECT_THAT(restored.error().message, HasSubstr(kKept));
  EXPECT_EQ(node.read(kKept), "theirs");
  node.put("f", "theirs");
  EXPECT_EQ(restore(), true) << "the owner brought it back";
  EXPECT_FALSE(node.has(kKept));
}

TEST_F(PlacedFile, follows_no_link) {
  std::filesystem::create_symlink("/nowhere", path);
  EXPECT_FALSE(place());
  EXPECT_EQ(restore(), false);
  std::filesystem::remove(path);
  std::filesystem::create_directory(path);
  EXPECT_FALSE(place());
  EXPECT_EQ(restore(), false);
}

}  // namespace
}  // namespace connected_registry::trust
