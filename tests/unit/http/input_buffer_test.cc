#include "http/input_buffer.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace connected_registry::http {
namespace {

TEST(InputBuffer, takes_no_memory_before_it_is_asked_to) {
  const InputBuffer buffer;
  EXPECT_TRUE(buffer.empty());
  EXPECT_EQ(buffer.capacity(), 0U);
  EXPECT_EQ(buffer.view(), "");
}

TEST(InputBuffer, keeps_its_bytes_while_it_grows) {
  InputBuffer buffer;
  ASSERT_TRUE(buffer.reserve(4));
  buffer.append("abcd");
  EXPECT_TRUE(buffer.room().empty());
  ASSERT_TRUE(buffer.reserve(1000));
  EXPECT_EQ(buffer.view(), "abcd");
  EXPECT_EQ(buffer.room().size(), 996U);
}

TEST(InputBuffer, forgets_bytes_at_the_front) {
  InputBuffer buffer;
  ASSERT_TRUE(buffer.reserve(8));
  buffer.append("abcdefgh");
  buffer.consume(5);
  EXPECT_EQ(buffer.view(), "fgh");
  buffer.consume(3);
  EXPECT_TRUE(buffer.empty());
  EXPECT_EQ(buffer.capacity(), 8U);
}

TEST(InputBuffer, has_room_behind_its_bytes_for_a_parser) {
  InputBuffer buffer;
  ASSERT_TRUE(buffer.reserve(3));
  buffer.append("abc");
  char* const behind = buffer.bytes().data() + buffer.size();
  std::fill_n(behind, InputBuffer::kPadding, '\0');
  EXPECT_EQ(buffer.view(), "abc");
}

TEST(InputBuffer, gives_its_memory_back) {
  InputBuffer buffer;
  ASSERT_TRUE(buffer.reserve(100));
  buffer.append("abc");
  buffer.release();
  EXPECT_TRUE(buffer.empty());
  EXPECT_EQ(buffer.capacity(), 0U);
}

}  // namespace
}  // namespace connected_registry::http
