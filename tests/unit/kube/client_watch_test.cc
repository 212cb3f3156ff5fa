#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>

#include "kube/client.h"
#include "kube/fake_api.h"
#include "kube/scripted_server.h"

namespace connected_registry::kube {
namespace {

using ::testing::ElementsAre;
using testing::FakeApi;
using ::testing::HasSubstr;
using ::testing::Pair;
using testing::ScriptedServer;
using testing::SeenRequest;

constexpr std::string_view kEvents =
    "{\"type\":\"ADDED\",\"object\":{\"metadata\":{\"name\":\"a\"}}}\n"
    "{\"type\":\"MODIFIED\",\"object\":{\"metadata\":{\"name\":\"ü\"}}}\n"
    "{\"type\":\"DELETED\",\"object\":{\"metadata\":{\"name\":\"c\"}}}\n"
    "{\"type\":\"BOOKMARK\",\"object\":{\"metadata\":{\"name\":\"d\"}}}\n";

using Events = std::vector<std::pair<WatchEventType, std::string>>;

WatchHandler collect(Events& events) {
  return [&events](WatchEventType type, const json::Value& object) {
    events.emplace_back(type, json::string_at(object, {"metadata", "name"}));
    return true;
  };
}

ApiStatus watch(Client& client, const WatchHandler& handler, const std::stop_token& stop = {}) {
  return client.watch(kSecrets, "default", {"metadata.name=x", ""}, "42", stop, handler);
}

TEST(ClientWatch, asks_for_events_after_the_version_with_bookmarks_and_an_end) {
  FakeApi api;
  api.handle([&api](const SeenRequest&, httplib::Response& response) {
    api.stream(response, {std::string(kEvents)}, FakeApi::Afterwards::kEnd);
  });
  Client client(api.configuration());
  Events events;
  const ApiStatus ended = watch(client, collect(events));
  EXPECT_TRUE(ended.has_value()) << ended.error().message;
  EXPECT_EQ(api.requests().at(0).target,
            "/api/v1/namespaces/default/secrets?fieldSelector=metadata.name%3Dx&watch=true&"
            "allowWatchBookmarks=true&timeoutSeconds=290&resourceVersion=42");
}

TEST(ClientWatch, hands_on_every_event_however_the_stream_is_cut) {
  for (const std::size_t size : {std::size_t{1}, std::size_t{7}, std::size_t{64}, kEvents.size()}) {
    FakeApi api;
    api.handle([&api, size](const SeenRequest&, httplib::Response& response) {
      std::vector<std::string> pieces;
      for (std::size_t offset = 0; offset < kEvents.size(); offset += size) {
        pieces.emplace_back(kEvents.substr(offset, size));
      }
      api.stream(response, std::move(pieces), FakeApi::Afterwards::kEnd);
    });
    Client client(api.configuration());
    Events events;
    EXPECT_TRUE(watch(client, collect(events)).has_value());
    EXPECT_THAT(events,
                ElementsAre(Pair(WatchEventType::kAdded, "a"), Pair(WatchEventType::kModified, "ü"),
                            Pair(WatchEventType::kDeleted, "c"), Pair(WatchEventType::kBookmark, "d")));
  }
}

TEST(ClientWatch, ends_well_when_the_handler_has_seen_enough) {
  FakeApi api;
  api.handle([&api](const SeenRequest&, httplib::Response& response) {
    api.stream(response, {std::string(kEvents)}, FakeApi::Afterwards::kStayOpen);
  });
  Client client(api.configuration());
  EXPECT_TRUE(watch(client, [](WatchEventType, const json::Value&) { return false; }).has_value());
}

TEST(ClientWatch, an_error_event_that_the_position_is_too_old_says_so) {
  FakeApi api;
  api.handle([&api](const SeenRequest&, httplib::Response& response) {
    api.stream(
        response,
        {"{\"type\":\"ERROR\",\"object\":" + testing::status_object(410, "Expired", "too old") + "}\n"},
        FakeApi::Afterwards::kStayOpen);
  });
  Client client(api.configuration());
  Events events;
  const ApiStatus ended = watch(client, collect(events));
  ASSERT_FALSE(ended.has_value());
  EXPECT_EQ(ended.error().code, ErrorCode::kExpired);
  EXPECT_THAT(ended.error().message, HasSubstr("GET /api/v1/namespaces/default/secrets: too old (410)"));
}

TEST(ClientWatch, an_answer_that_is_no_stream_is_an_error_by_its_status) {
  FakeApi api;
  Client client(api.configuration());
  Events events;
  api.answer(410, testing::status_object(410, "Expired", "too old"));
  EXPECT_EQ(watch(client, collect(events)).error().code, ErrorCode::kExpired);
  api.answer(403, testing::status_object(403, "Forbidden", "may not watch"));
  const ApiStatus refused = watch(client, collect(events));
  EXPECT_EQ(refused.error().code, ErrorCode::kPermissionDenied);
  EXPECT_THAT(refused.error().message, HasSubstr("may not watch"));
}

TEST(ClientWatch, a_connection_that_breaks_is_an_error) {
  ScriptedServer server({[](ScriptedServer::Peer& peer) {
    EXPECT_NE(peer.read_request(), "");
    peer.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{\"typ");
  }});
  Client client(server.configuration());
  Events events;
  EXPECT_EQ(watch(client, collect(events)).error().code, ErrorCode::kUnavailable);
}

TEST(ClientWatch, may_stay_silent_longer_than_a_call_may_take) {
  FakeApi api;
  std::promise<void> waited;
  const std::shared_future<void> go_on = waited.get_future().share();
  api.handle([&go_on](const SeenRequest& request, httplib::Response& response) {
    if (request.parameter("watch").empty()) {
      response.status = 404;
      return;
    }
    response.set_chunked_content_provider("application/json", [&go_on](std::size_t, httplib::DataSink& sink) {
      go_on.wait();
      sink.write(kEvents.data(), kEvents.size());
      sink.done();
      return true;
    });
  });
  Configuration configuration = api.configuration();
  configuration.timeout = std::chrono::milliseconds(500);
  Client client(configuration);
  Events events;
  auto watching = std::async(std::launch::async, [&] { return watch(client, collect(events)); });
  EXPECT_TRUE(api.wait_for_requests(1));
  EXPECT_EQ(watching.wait_for(2 * configuration.timeout), std::future_status::timeout);
  waited.set_value();
  EXPECT_TRUE(watching.get().has_value());
  EXPECT_EQ(events.size(), 4U);
}

TEST(ClientWatch, must_begin_in_the_time_that_a_call_has) {
  ScriptedServer server({[](ScriptedServer::Peer& peer) {
    while (!peer.read_request().empty()) {  // until the client leaves
    }
  }});
  Configuration configuration = server.configuration();
  configuration.timeout = std::chrono::milliseconds(100);
  Client client(configuration);
  Events events;
  EXPECT_EQ(watch(client, collect(events)).error().code, ErrorCode::kTimeout);
}

TEST(ClientWatch, a_stop_ends_a_silent_watch_at_once) {
  FakeApi api;
  api.handle([&api](const SeenRequest&, httplib::Response& response) {
    api.stream(response, {std::string(kEvents)}, FakeApi::Afterwards::kStayOpen);
  });
  Client client(api.configuration());
  std::stop_source stop;
  std::promise<void> seen_all;
  int count = 0;
  auto watching = std::async(std::launch::async, [&] {
    return watch(
        client,
        [&](WatchEventType, const json::Value&) {
          if (++count == 4) seen_all.set_value();
          return true;
        },
        stop.get_token());
  });
  ASSERT_EQ(seen_all.get_future().wait_for(testing::kPatience), std::future_status::ready);
  const auto began = std::chrono::steady_clock::now();
  stop.request_stop();
  ASSERT_EQ(watching.wait_for(testing::kPatience), std::future_status::ready);
  EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(2));
  EXPECT_EQ(watching.get().error().code, ErrorCode::kCancelled);
}

TEST(ClientWatch, a_stop_ends_a_handshake_that_does_not_come) {
  // Without a script, a connection is accepted by the kernel alone.
  ScriptedServer server({});
  Client client(server.configuration());
  std::stop_source stop;
  auto watching = std::async(std::launch::async, [&] {
    return watch(
        client, [](WatchEventType, const json::Value&) { return true; }, stop.get_token());
  });
  EXPECT_EQ(watching.wait_for(std::chrono::milliseconds(50)), std::future_status::timeout);
  stop.request_stop();
  ASSERT_EQ(watching.wait_for(testing::kPatience), std::future_status::ready);
  EXPECT_EQ(watching.get().error().code, ErrorCode::kCancelled);
}

TEST(ClientWatch, a_stop_that_came_before_ends_it_at_once) {
  FakeApi api;
  api.handle([&api](const SeenRequest&, httplib::Response& response) {
    api.stream(response, {}, FakeApi::Afterwards::kStayOpen);
  });
  Client client(api.configuration());
  std::stop_source stop;
  stop.request_stop();
  Events events;
  EXPECT_EQ(watch(client, collect(events), stop.get_token()).error().code, ErrorCode::kCancelled);
}

}  // namespace
}  // namespace connected_registry::kube
