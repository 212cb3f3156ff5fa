#include "base/file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <atomic>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "support/temporary_directory.h"

namespace connected_registry::file {
namespace {

using connected_registry::testing::TemporaryDirectory;
using ::testing::HasSubstr;

void write_plainly(const std::filesystem::path& path, std::string_view bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
}

std::vector<std::string> names_in(const std::filesystem::path& directory) {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(directory)) {
    names.push_back(entry.path().filename().string());
  }
  return names;
}

mode_t mode_of(const std::filesystem::path& path) {
  struct stat status {};
  EXPECT_EQ(::stat(path.c_str(), &status), 0);
  return status.st_mode & 07777;
}

TEST(File, reads_every_byte) {
  const TemporaryDirectory directory;
  std::string bytes(300'000, 'x');
  bytes[1000] = '\0';
  write_plainly(directory.path() / "a", bytes);
  EXPECT_EQ(read(directory.path() / "a").value_or(""), bytes);
}

TEST(File, read_follows_a_link_as_a_mounted_secret_is_one) {
  const TemporaryDirectory directory;
  write_plainly(directory.path() / "target", "secret");
  std::filesystem::create_symlink("target", directory.path() / "link");
  EXPECT_EQ(read(directory.path() / "link").value_or(""), "secret");
}

TEST(File, read_says_not_found_with_the_path) {
  const TemporaryDirectory directory;
  const auto content = read(directory.path() / "absent");
  ASSERT_FALSE(content.has_value());
  EXPECT_EQ(content.error().code, ErrorCode::kNotFound);
  EXPECT_THAT(content.error().message, HasSubstr((directory.path() / "absent").string()));
}

TEST(File, read_accepts_the_limit_and_refuses_one_byte_more) {
  const TemporaryDirectory directory;
  write_plainly(directory.path() / "a", "12345");
  EXPECT_TRUE(read(directory.path() / "a", 5).has_value());
  const auto content = read(directory.path() / "a", 4);
  ASSERT_FALSE(content.has_value());
  EXPECT_EQ(content.error().code, ErrorCode::kInvalidArgument);
}

TEST(File, read_refuses_what_is_no_regular_file_and_does_not_wait_for_it) {
  const TemporaryDirectory directory;
  EXPECT_EQ(read(directory.path()).error().code, ErrorCode::kIo);
  ASSERT_EQ(::mkfifo((directory.path() / "pipe").c_str(), 0600), 0);
  EXPECT_EQ(read(directory.path() / "pipe").error().code, ErrorCode::kIo);
}

TEST(File, write_atomically_replaces_content_and_mode_and_leaves_nothing_else) {
  const TemporaryDirectory directory;
  const auto path = directory.path() / "a";
  write_plainly(path, "old and longer");
  ASSERT_TRUE(write_atomically(path, "new", 0640).has_value());
  EXPECT_EQ(read(path).value_or(""), "new");
  EXPECT_EQ(mode_of(path), 0640U);
  EXPECT_THAT(names_in(directory.path()), ::testing::ElementsAre("a"));
}

TEST(File, write_atomically_gives_the_mode_whatever_the_umask) {
  const TemporaryDirectory directory;
  const mode_t before = ::umask(0077);
  const auto written = write_atomically(directory.path() / "a", "x", 0644);
  ::umask(before);
  ASSERT_TRUE(written.has_value());
  EXPECT_EQ(mode_of(directory.path() / "a"), 0644U);
}

TEST(File, write_atomically_takes_over_a_temporary_file_left_by_a_crash) {
  const TemporaryDirectory directory;
  write_plainly(directory.path() / (std::string(kTemporaryPrefix) + "a"), "half");
  ASSERT_TRUE(write_atomically(directory.path() / "a", "whole", 0600).has_value());
  EXPECT_EQ(read(directory.path() / "a").value_or(""), "whole");
  EXPECT_THAT(names_in(directory.path()), ::testing::ElementsAre("a"));
}

TEST(File, write_atomically_does_not_write_through_a_link_in_the_temporary_files_place) {
  const TemporaryDirectory directory;
  write_plainly(directory.path() / "victim", "untouched");
  std::filesystem::create_symlink("victim", directory.path() / (std::string(kTemporaryPrefix) + "a"));
  ASSERT_TRUE(write_atomically(directory.path() / "a", "new", 0600).has_value());
  EXPECT_EQ(read(directory.path() / "victim").value_or(""), "untouched");
}

TEST(File, write_atomically_keeps_the_old_file_when_it_fails) {
  const TemporaryDirectory directory;
  const auto path = directory.path() / "a";
  write_plainly(path, "old");
  // Something in the temporary file's place that cannot be unlinked.
  std::filesystem::create_directory(directory.path() / (std::string(kTemporaryPrefix) + "a"));
  const auto written = write_atomically(path, "new", 0600);
  ASSERT_FALSE(written.has_value());
  EXPECT_EQ(written.error().code, ErrorCode::kIo);
  EXPECT_EQ(read(path).value_or(""), "old");
}

TEST(File, write_atomically_says_which_directory_is_missing) {
  const TemporaryDirectory directory;
  const auto written = write_atomically(directory.path() / "absent" / "a", "x", 0600);
  ASSERT_FALSE(written.has_value());
  EXPECT_EQ(written.error().code, ErrorCode::kNotFound);
  EXPECT_THAT(written.error().message, HasSubstr("absent"));
}

TEST(File, write_atomically_takes_a_name_without_a_directory) {
  const TemporaryDirectory directory;
  const auto before = std::filesystem::current_path();
  std::filesystem::current_path(directory.path());
  const auto written = write_atomically("a", "x", 0600);
  std::filesystem::current_path(before);
  EXPECT_TRUE(written.has_value());
  EXPECT_EQ(read(directory.path() / "a").value_or(""), "x");
}

TEST(File, a_reader_sees_the_old_bytes_or_the_new_ones_never_a_part) {
  const TemporaryDirectory directory;
  const auto path = directory.path() / "a";
  const std::string first(200'000, '1');
  const std::string second(100'000, '2');
  ASSERT_TRUE(write_atomically(path, first, 0600).has_value());
  std::atomic<bool> done = false;
  std::thread writer([&] {
    for (int round = 0; round < 50; ++round) {
      if (!write_atomically(path, round % 2 == 0 ? second : first, 0600)) break;
    }
    done = true;
  });
  int torn = 0;
  while (!done) {
    const auto content = read(path);
    if (!content || (*content != first && *content != second)) ++torn;
  }
  writer.join();
  EXPECT_EQ(torn, 0);
}

}  // namespace
}  // namespace connected_registry::file
