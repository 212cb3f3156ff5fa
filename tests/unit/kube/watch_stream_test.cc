#include "kube/watch_stream.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace connected_registry::kube {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr std::string_view kTwoEvents =
    "{\"type\":\"ADDED\",\"object\":{\"n\":\"é\"}}\n{\"type\":\"DELETED\",\"object\":{\"n\":\"b\"}}\n";

class WatchStreamTest : public ::testing::Test {
 protected:
  std::vector<std::string> names_;
  WatchHandler handler_ = [this](WatchEventType, const json::Value& object) {
    names_.emplace_back(json::string_at(object, {"n"}));
    return true;
  };
  WatchStream stream_{handler_};
};

TEST_F(WatchStreamTest, reads_events_however_they_are_cut) {
  for (std::size_t size = 1; size <= kTwoEvents.size(); ++size) {
    names_.clear();
    WatchStream stream(handler_);
    for (std::size_t offset = 0; offset < kTwoEvents.size(); offset += size) {
      EXPECT_TRUE(stream.receive(kTwoEvents.substr(offset, size)));
    }
    EXPECT_TRUE(stream.finish().has_value());
    EXPECT_THAT(names_, ElementsAre("é", "b")) << size;
  }
}

TEST_F(WatchStreamTest, skips_empty_lines) {
  EXPECT_TRUE(stream_.receive("\n\n" + std::string(kTwoEvents) + "\n"));
  EXPECT_EQ(names_.size(), 2U);
}

TEST_F(WatchStreamTest, a_stream_that_ends_within_an_event_is_an_error) {
  EXPECT_TRUE(stream_.receive(kTwoEvents.substr(0, kTwoEvents.size() - 1)));
  const ApiStatus finished = stream_.finish();
  ASSERT_FALSE(finished.has_value());
  EXPECT_EQ(finished.error().code, ErrorCode::kUnavailable);
}

TEST_F(WatchStreamTest, the_handler_ends_it_and_gets_nothing_more) {
  int calls = 0;
  const WatchHandler once = [&calls](WatchEventType, const json::Value&) {
    ++calls;
    return false;
  };
  WatchStream stream(once);
  EXPECT_FALSE(stream.receive(kTwoEvents));
  EXPECT_FALSE(stream.receive(kTwoEvents));
  EXPECT_EQ(calls, 1);
  EXPECT_TRUE(stream.finish().has_value());
}

TEST_F(WatchStreamTest, an_error_event_becomes_an_error) {
  EXPECT_FALSE(
      stream_.receive("{\"type\":\"ERROR\",\"object\":{\"kind\":\"Status\",\"code\":410,\"message\":\"too "
                      "old resource version\"}}\n"));
  const ApiStatus finished = stream_.finish();
  ASSERT_FALSE(finished.has_value());
  EXPECT_EQ(finished.error().code, ErrorCode::kExpired);
  EXPECT_THAT(finished.error().message, HasSubstr("too old resource version"));
}

TEST_F(WatchStreamTest, what_is_no_event_is_an_error) {
  for (const std::string_view line :
       {"x\n", "[]\n", "{}\n", "{\"type\":\"ADDED\"}\n", "{\"type\":\"ADDED\",\"object\":1}\n",
        "{\"type\":\"OTHER\",\"object\":{}}\n"}) {
    WatchStream stream(handler_);
    EXPECT_FALSE(stream.receive(line)) << line;
    EXPECT_EQ(stream.finish().error().code, ErrorCode::kInternal) << line;
  }
}

TEST_F(WatchStreamTest, a_line_without_end_is_not_kept) {
  const std::string megabyte(std::size_t{1} << 20, 'x');
  int taken = 0;
  while (taken < 100 && stream_.receive(megabyte)) ++taken;
  EXPECT_EQ(taken, 8);
  EXPECT_THAT(stream_.finish().error().message, HasSubstr("longer than"));
}

}  // namespace
}  // namespace connected_registry::kube
