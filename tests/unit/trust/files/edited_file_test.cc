#include "trust/files/edited_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "trust/files/node_tree.h"

namespace connected_registry::trust {
namespace {

using ::testing::HasSubstr;
using testing::NodeTree;

const names::Installation kInstallation{.name = "cr", .namespace_ = "edge"};
const std::string kKept = "config.toml.before-connected-registry";

class EditedFile : public ::testing::Test {
 protected:
  Result<bool> insert(const std::string& value = "/x") const {
    return insert_into_file(context, path,
                            {{.table = {"plugins", "cri"}, .key = "config_path", .value = value}});
  }
  const NodeTree node;
  const std::filesystem::path path = node.root() / "config.toml";
  const FileContext context{.files = machine_file_system(), .installation = kInstallation};
};

TEST_F(EditedFile, keeps_the_original_beside_it_and_brings_it_back) {
  node.put("config.toml", "version = 2\n", 0600);
  const auto before = node.all();
  EXPECT_EQ(insert(), true);
  EXPECT_EQ(node.read(kKept), "version = 2\n");
  EXPECT_EQ(node.mode("config.toml"), 0600U);
  EXPECT_EQ(insert(), false);
  EXPECT_EQ(insert("/y"), true);
  EXPECT_EQ(restore_edited_file(context, path), true);
  EXPECT_EQ(node.all(), before);
  EXPECT_EQ(restore_edited_file(context, path), false);
}

TEST_F(EditedFile, overwrites_no_file_at_the_path_of_the_original) {
  node.put("config.toml", "version = 2\n");
  node.put(kKept, "somebody's\n");
  const auto before = node.all();
  const auto inserted = insert();
  ASSERT_FALSE(inserted);
  EXPECT_EQ(inserted.error().code, ErrorCode::kAlreadyExists);
  EXPECT_THAT(inserted.error().message, HasSubstr(kKept + " already exists"));
  EXPECT_EQ(restore_edited_file(context, path), false);
  EXPECT_EQ(node.all(), before);
}

TEST_F(EditedFile, finishes_an_edit_that_was_interrupted_before_the_exchange) {
  node.put("config.toml", "version = 2\n");
  node.put(kKept, *insert_settings("version = 2\n", kInstallation,
                                   {{.table = {"plugins", "cri"}, .key = "config_path", .value = "/x"}}));
  EXPECT_EQ(restore_edited_file(context, path), true);
  EXPECT_EQ(node.contents(), (std::map<std::string, std::string>{{"config.toml", "version = 2\n"}}));
}

TEST_F(EditedFile, names_the_file_that_cannot_be_edited) {
  EXPECT_FALSE(insert()) << "there is none";
  node.put("config.toml", "[broken\n");
  const auto inserted = insert();
  ASSERT_FALSE(inserted);
  EXPECT_EQ(inserted.error().code, ErrorCode::kInvalidArgument);
  EXPECT_THAT(inserted.error().message, HasSubstr(path.string() + ": line 1"));
}

}  // namespace
}  // namespace connected_registry::trust
