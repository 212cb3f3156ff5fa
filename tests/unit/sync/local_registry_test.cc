#include "sync/local_registry.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <httplib.h>

#include <csignal>
#include <functional>
#include <mutex>
#include <thread>

namespace connected_registry::sync {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// A Distribution whose answers the test gives.
class LocalRegistryTest : public ::testing::Test {
 protected:
  using Handler = std::function<void(const httplib::Request&, httplib::Response&)>;

  LocalRegistryTest() {
    static_cast<void>(std::signal(SIGPIPE, SIG_IGN));
    const auto serve = [this](const httplib::Request& request, httplib::Response& response) {
      const std::lock_guard lock(mutex);
      requests.push_back(request.method + " " + request.target);
      accept = request.get_header_value("Accept");
      handler(request, response);
    };
    server.set_tcp_nodelay(true);
    server.Get(".*", serve);  // and HEAD
    server.Delete(".*", serve);
    port = server.bind_to_any_port("127.0.0.1");
    thread = std::thread([this] { server.listen_after_bind(); });
    while (!server.is_running()) std::this_thread::yield();
  }
  ~LocalRegistryTest() override {
    server.stop();
    thread.join();
  }
  std::string address() const { return "127.0.0.1:" + std::to_string(port); }
  void answer(int status, const std::string& body = {}) {
    handler = [=](const httplib::Request&, httplib::Response& response) {
      response.status = status;
      response.set_content(body, "application/json");
    };
  }

  std::mutex mutex;
  Handler handler;
  std::vector<std::string> requests;
  std::string accept;
  httplib::Server server;
  int port = 0;
  std::thread thread;
};

TEST_F(LocalRegistryTest, joins_the_pages_of_a_list) {
  handler = [](const httplib::Request& request, httplib::Response& response) {
    const bool first = !request.has_param("last");
    if (first) response.set_header("Link", R"(</v2/_catalog?last=b&n=100>; rel="next")");
    response.set_content(first ? R"({"repositories":["a","b"]})" : R"({"repositories":["c"]})",
                         "application/json");
  };
  LocalRegistry registry(address());
  const auto repositories = registry.repositories();
  ASSERT_TRUE(repositories) << repositories.error().message;
  EXPECT_THAT(*repositories, ElementsAre("a", "b", "c"));
  EXPECT_THAT(requests, ElementsAre("GET /v2/_catalog?n=100", "GET /v2/_catalog?last=b&n=100"));
}

TEST_F(LocalRegistryTest, follows_a_link_to_itself_alone) {
  handler = [](const httplib::Request&, httplib::Response& response) {
    response.set_header("Link", R"(<https://elsewhere.example/v2/_catalog>; rel="next")");
    response.set_content(R"({"repositories":["a"]})", "application/json");
  };
  LocalRegistry registry(address());
  EXPECT_THAT(registry.repositories().value(), ElementsAre("a"));
}

TEST_F(LocalRegistryTest, takes_a_list_of_nothing) {
  answer(200, R"({"name":"team/app","tags":null})");
  LocalRegistry registry(address());
  EXPECT_THAT(registry.tags("team/app").value(), IsEmpty());
  EXPECT_THAT(requests, ElementsAre("GET /v2/team/app/tags/list?n=100"));
}

TEST_F(LocalRegistryTest, tells_a_repository_that_is_not_there_from_one_that_cannot_be_read) {
  LocalRegistry registry(address());
  answer(404, "{}");
  EXPECT_EQ(registry.tags("team/app").error().code, ErrorCode::kNotFound);
  answer(500, "{}");
  const auto broken = registry.tags("team/app");
  EXPECT_EQ(broken.error().code, ErrorCode::kInternal);
  EXPECT_THAT(broken.error().message, HasSubstr("/v2/team/app/tags/list?n=100 with HTTP status 500"));
  answer(200, "no JSON");
  EXPECT_FALSE(registry.tags("team/app"));
}

TEST_F(LocalRegistryTest, asks_for_a_manifest_of_every_type_without_its_body) {
  LocalRegistry registry(address());
  answer(200);
  EXPECT_EQ(registry.has_manifest("team/app", "sha256:ab").value(), true);
  EXPECT_THAT(requests, ElementsAre("HEAD /v2/team/app/manifests/sha256:ab"));
  for (const char* type : {"image.index.v1", "image.manifest.v1", "manifest.list.v2", "manifest.v2"}) {
    EXPECT_THAT(accept, HasSubstr(type));
  }
  answer(404);
  EXPECT_EQ(registry.has_manifest("team/app", "sha256:ab").value(), false);
  answer(500);
  EXPECT_FALSE(registry.has_manifest("team/app", "sha256:ab"));
}

TEST_F(LocalRegistryTest, removes_a_tag_or_finds_it_gone) {
  LocalRegistry registry(address());
  answer(202);
  EXPECT_TRUE(registry.remove_tag("team/app", "1.0"));
  EXPECT_THAT(requests, ElementsAre("DELETE /v2/team/app/manifests/1.0"));
  answer(404);
  EXPECT_TRUE(registry.remove_tag("team/app", "1.0"));
  answer(405);
  EXPECT_FALSE(registry.remove_tag("team/app", "1.0"));
}

TEST_F(LocalRegistryTest, says_that_nothing_answers) {
  server.stop();
  LocalRegistry registry(address());
  const auto repositories = registry.repositories();
  ASSERT_FALSE(repositories);
  EXPECT_EQ(repositories.error().code, ErrorCode::kUnavailable);
  EXPECT_THAT(repositories.error().message, HasSubstr("this registry does not answer"));
}

}  // namespace
}  // namespace connected_registry::sync
