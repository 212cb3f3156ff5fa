#include "trust/files/directory_record.h"

#include <gtest/gtest.h>

#include <string>

#include "contract/node_file_marks.h"
#include "trust/files/node_tree.h"

namespace connected_registry::trust {
namespace {

using testing::NodeTree;

const names::Installation kInstallation{.name = "cr", .namespace_ = "edge"};
const names::Installation kOther{.name = "other", .namespace_ = "edge"};

class DirectoryRecordTest : public ::testing::Test {
 protected:
  std::optional<OwnedRecord> read() const {
    auto record = read_record(context, node.root() / "d");
    EXPECT_TRUE(record);
    return record.value_or(std::nullopt);
  }
  void put(const std::string& content) const {
    node.put(std::filesystem::path("d") / contract::kRecordFile, content);
  }
  const NodeTree node;
  const FileContext context{.files = machine_file_system(), .installation = kInstallation};
};

TEST_F(DirectoryRecordTest, has_the_text_that_every_version_knows) {
  EXPECT_EQ(render_record({.made = true, .wrote = {"hosts.toml", "ca.crt"}}),
            "made\nwrote ca.crt\nwrote hosts.toml\n");
  EXPECT_EQ(render_record({}), "");
  EXPECT_EQ(contract::kRecordFile, ".connected-registry");
}

TEST_F(DirectoryRecordTest, is_read_as_written_by_any_installation) {
  const DirectoryRecord record{.made = true, .wrote = {"a b", "ca.crt"}};
  put(mark(kInstallation, render_record(record)));
  ASSERT_TRUE(read());
  EXPECT_EQ(read()->owner, Owner::kUs);
  EXPECT_EQ(read()->record, record);
  put(mark(kOther, render_record(record)));
  ASSERT_TRUE(read());
  EXPECT_EQ(read()->owner, Owner::kSibling);
}

TEST_F(DirectoryRecordTest, ignores_lines_that_it_does_not_know) {
  put(mark(kInstallation, "later 1\nmade\n\nwrote x"));
  ASSERT_TRUE(read());
  EXPECT_EQ(read()->record, (DirectoryRecord{.made = true, .wrote = {}})) << "the last line has no end";
}

TEST_F(DirectoryRecordTest, counts_for_nothing_where_somebody_changed_it) {
  put(mark(kInstallation, "made\n") + "wrote x\n");
  EXPECT_FALSE(read());
  put("made\n");
  EXPECT_FALSE(read());
}

TEST_F(DirectoryRecordTest, comes_and_goes_with_a_directory_that_we_made) {
  ASSERT_TRUE(make_directory(context, node.root() / "d"));
  ASSERT_TRUE(read());
  EXPECT_TRUE(read()->record.made);
  EXPECT_EQ(node.mode("d"), 0755U);
  EXPECT_EQ(remove_directory(context, node.root() / "d"), true);
  EXPECT_TRUE(node.contents().empty());
}

TEST_F(DirectoryRecordTest, a_directory_with_another_file_stays) {
  ASSERT_TRUE(make_directory(context, node.root() / "d"));
  node.put("d/theirs", "x");
  EXPECT_EQ(remove_directory(context, node.root() / "d"), false);
  EXPECT_EQ(node.read("d/theirs"), "x");
}

TEST_F(DirectoryRecordTest, cleans_up_only_what_its_own_installation_left) {
  node.put(temporary_name(kInstallation, "hosts.toml"), "half");
  node.put(std::filesystem::path(temporary_name(kInstallation, "d")) / contract::kRecordFile, "half");
  node.put(temporary_name(kOther, "hosts.toml"), "half");
  EXPECT_EQ(clean_up(context, node.root()), 2U);
  EXPECT_EQ(node.contents(),
            (std::map<std::string, std::string>{{temporary_name(kOther, "hosts.toml"), "half"}}));
}

TEST_F(DirectoryRecordTest, gives_its_name_back_to_a_directory_that_somebody_used_meanwhile) {
  node.put(std::filesystem::path(temporary_name(kInstallation, "d")) / "theirs", "x");
  EXPECT_TRUE(clean_up(context, node.root()));
  EXPECT_EQ(node.read("d/theirs"), "x");
}

}  // namespace
}  // namespace connected_registry::trust
