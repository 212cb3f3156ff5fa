#include "kube/reflector.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "kube/fake_api.h"

namespace connected_registry::kube {
namespace {

using ::testing::ElementsAre;
using testing::FakeApi;
using testing::SeenRequest;

std::string list_of(std::string_view version, std::string_view items) {
  return R"({"metadata":{"resourceVersion":")" + std::string(version) + R"("},"items":[)" +
         std::string(items) + "]}";
}

std::string event_of(std::string_view type, std::string_view name, std::string_view version) {
  return R"({"type":")" + std::string(type) + R"(","object":{"metadata":{"name":")" + std::string(name) +
         R"(","resourceVersion":")" + std::string(version) + "\"}}}\n";
}

bool is_watch(const SeenRequest& request) {
  return request.parameter("watch") == "true";
}

// Runs a reflector against the API and keeps what its handler was told, as text.
class Running {
 public:
  explicit Running(FakeApi& api)
      : client_(api.configuration()),
        thread_([this](const std::stop_token& stop) { reflect(client_, request_, handler_, stop); }) {}

  // Waits until so much was told.
  std::vector<std::string> wait_for(std::size_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, testing::kPatience, [&] { return told_.size() >= count; });
    return told_;
  }
  void stop() {
    thread_.request_stop();
    thread_.join();
  }

 private:
  void tell(std::string text) {
    {
      const std::lock_guard lock(mutex_);
      told_.push_back(std::move(text));
    }
    changed_.notify_all();
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::string> told_;
  Client client_;
  ReflectorRequest request_ = single_object(kSecrets, "default", "x");
  ReflectorHandler handler_{[this](const std::vector<const json::Value*>& objects) {
                              std::string text = "list";
                              for (const json::Value* object : objects) {
                                text += " ";
                                text += json::string_at(*object, {"metadata", "name"});
                              }
                              tell(std::move(text));
                            },
                            [this](WatchEventType type, const json::Value& object) {
                              tell(std::to_string(static_cast<int>(type)) + " " +
                                   std::string(json::string_at(object, {"metadata", "name"})));
                            }};
  std::jthread thread_;
};

TEST(Reflector, lists_and_then_follows_from_the_lists_version) {
  FakeApi api;
  api.handle([&api](const SeenRequest& request, httplib::Response& response) {
    if (is_watch(request)) {
      api.stream(
          response,
          {event_of("ADDED", "c", "8"), event_of("MODIFIED", "a", "9"), event_of("DELETED", "b", "10")},
          FakeApi::Afterwards::kStayOpen);
    } else {
      response.set_content(list_of("7", R"({"metadata":{"name":"a"}},{"metadata":{"name":"b"}})"),
                           "application/json");
    }
  });
  Running running(api);
  EXPECT_THAT(running.wait_for(4), ElementsAre("list a b", "0 c", "1 a", "2 b"));
  EXPECT_EQ(api.requests().at(0).parameter("fieldSelector"), "metadata.name=x");
  EXPECT_EQ(api.requests().at(1).parameter("fieldSelector"), "metadata.name=x");
  EXPECT_EQ(api.requests().at(1).parameter("resourceVersion"), "7");
}

TEST(Reflector, goes_on_from_the_last_version_when_a_watch_ends) {
  FakeApi api;
  api.handle([&api](const SeenRequest& request, httplib::Response& response) {
    const std::string version = request.parameter("resourceVersion");
    if (!is_watch(request)) {
      response.set_content(list_of("7", ""), "application/json");
    } else if (version == "7") {
      api.stream(response, {event_of("ADDED", "a", "8"), event_of("BOOKMARK", "", "12")},
                 FakeApi::Afterwards::kEnd);
    } else {
      api.stream(response, {event_of("ADDED", "after-" + version, "13")}, FakeApi::Afterwards::kStayOpen);
    }
  });
  Running running(api);
  EXPECT_THAT(running.wait_for(3), ElementsAre("list", "0 a", "0 after-12"));
}

TEST(Reflector, lists_anew_when_its_version_is_too_old) {
  FakeApi api;
  api.handle([&api](const SeenRequest& request, httplib::Response& response) {
    if (!is_watch(request)) {
      response.set_content(list_of(api.requests().size() == 1 ? "7" : "20", ""), "application/json");
    } else if (request.parameter("resourceVersion") == "7") {
      api.stream(response,
                 {R"({"type":"ERROR","object":{"code":410}})"
                  "\n"},
                 FakeApi::Afterwards::kEnd);
    } else {
      api.stream(response, {event_of("ADDED", "a", "21")}, FakeApi::Afterwards::kStayOpen);
    }
  });
  Running running(api);
  EXPECT_THAT(running.wait_for(3), ElementsAre("list", "list", "0 a"));
}

TEST(Reflector, lists_anew_when_watches_keep_failing) {
  FakeApi api;
  api.handle([&api](const SeenRequest& request, httplib::Response& response) {
    if (!is_watch(request)) {
      response.set_content(list_of(api.requests().size() == 1 ? "7" : "20", ""), "application/json");
    } else if (request.parameter("resourceVersion") == "7") {
      response.status = 504;  // a version of the future, after etcd was restored
    } else {
      api.stream(response, {event_of("ADDED", "a", "21")}, FakeApi::Afterwards::kStayOpen);
    }
  });
  Running running(api);
  EXPECT_THAT(running.wait_for(3), ElementsAre("list", "list", "0 a"));
}

TEST(Reflector, survives_an_api_that_fails_for_a_while) {
  FakeApi api;
  api.handle([&api](const SeenRequest& request, httplib::Response& response) {
    if (api.requests().size() <= 2) {
      response.status = 503;
    } else if (is_watch(request)) {
      api.stream(response, {event_of("ADDED", "a", "8")}, FakeApi::Afterwards::kStayOpen);
    } else {
      response.set_content(list_of("7", ""), "application/json");
    }
  });
  Running running(api);
  EXPECT_THAT(running.wait_for(2), ElementsAre("list", "0 a"));
}

TEST(Reflector, pauses_when_the_api_ends_each_watch_at_once) {
  FakeApi api;
  api.handle([&api](const SeenRequest& request, httplib::Response& response) {
    if (is_watch(request)) {
      api.stream(response, {}, FakeApi::Afterwards::kEnd);
    } else {
      response.set_content(list_of("7", ""), "application/json");
    }
  });
  const auto began = std::chrono::steady_clock::now();
  const Running running(api);
  ASSERT_TRUE(api.wait_for_requests(4));  // list, watch, watch, list
  // Two pauses of at least 100 and 200 ms.
  EXPECT_GE(std::chrono::steady_clock::now() - began, std::chrono::milliseconds(300));
}

TEST(Reflector, waits_for_as_long_as_the_server_asks) {
  FakeApi api;
  std::mutex mutex;
  std::vector<std::chrono::steady_clock::time_point> times;
  api.handle([&](const SeenRequest&, httplib::Response& response) {
    const std::lock_guard lock(mutex);
    times.push_back(std::chrono::steady_clock::now());
    response.status = 429;
    response.set_header("Retry-After", "1");
  });
  Running running(api);
  ASSERT_TRUE(api.wait_for_requests(3));
  running.stop();
  const std::lock_guard lock(mutex);
  EXPECT_GE(times.at(1) - times.at(0), std::chrono::seconds(1));
}

TEST(Reflector, logs_a_failure_once_however_often_it_is_tried) {
  ::testing::internal::CaptureStderr();
  {
    FakeApi api;
    api.answer(403, testing::status_object(403, "Forbidden", "may not list"));
    Running running(api);
    EXPECT_TRUE(api.wait_for_requests(3));
    running.stop();
  }
  const std::string log = ::testing::internal::GetCapturedStderr();
  const std::size_t first = log.find("may not list");
  EXPECT_NE(first, std::string::npos);
  EXPECT_EQ(log.find("may not list", first + 1), std::string::npos) << log;
}

TEST(Reflector, stops_at_once_in_a_silent_watch_and_in_a_pause) {
  FakeApi api;
  api.handle([&api](const SeenRequest& request, httplib::Response& response) {
    if (is_watch(request)) {
      api.stream(response, {event_of("ADDED", "a", "8")}, FakeApi::Afterwards::kStayOpen);
    } else {
      response.set_content(list_of("7", ""), "application/json");
    }
  });
  Running watching(api);
  watching.wait_for(2);
  FakeApi failing;
  failing.answer(503, "");
  Running pausing(failing);
  EXPECT_TRUE(failing.wait_for_requests(4));  // the next pause is of most of a second
  const auto began = std::chrono::steady_clock::now();
  watching.stop();
  pausing.stop();
  EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(2));
}

}  // namespace
}  // namespace connected_registry::kube
