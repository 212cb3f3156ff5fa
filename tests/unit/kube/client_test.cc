#include "kube/client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "base/version.h"
#include "kube/fake_api.h"

namespace connected_registry::kube {
namespace {

using testing::document;
using testing::FakeApi;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::SeenRequest;
using ::testing::SizeIs;
using testing::status_object;

constexpr std::string_view kObject = R"({"kind":"Secret","metadata":{"name":"x","resourceVersion":"7"}})";

TEST(Client, get_asks_for_the_object_as_who_we_are) {
  FakeApi api;
  api.answer(200, std::string(kObject));
  Client client(api.configuration());
  const auto object = client.get(kSecrets, "default", "x");
  ASSERT_TRUE(object.has_value()) << object.error().message;
  EXPECT_EQ(json::to_text(*object), kObject);
  ASSERT_THAT(api.requests(), SizeIs(1));
  const SeenRequest request = api.requests().front();
  EXPECT_EQ(request.method, "GET");
  EXPECT_EQ(request.target, "/api/v1/namespaces/default/secrets/x");
  EXPECT_EQ(request.header("Authorization"), "Bearer token-1");
  EXPECT_EQ(request.header("Accept"), "application/json");
  EXPECT_EQ(request.header("User-Agent"), "connected-registry/" + std::string(version()));
  EXPECT_EQ(request.header("Host"), "127.0.0.1:" + std::to_string(api.configuration().port));
  EXPECT_EQ(request.header("Accept-Encoding"), "");
}

TEST(Client, a_new_token_is_used_from_the_next_call_on) {
  FakeApi api;
  api.answer(200, std::string(kObject));
  Client client(api.configuration());
  EXPECT_TRUE(client.get(kSecrets, "default", "x").has_value());
  api.write_token("token-2\n");
  EXPECT_TRUE(client.get(kSecrets, "default", "x").has_value());
  EXPECT_EQ(api.requests().at(1).header("Authorization"), "Bearer token-2");
}

TEST(Client, a_token_that_could_forge_a_header_is_not_sent) {
  FakeApi api;
  api.answer(200, std::string(kObject));
  Client client(api.configuration());
  for (const std::string_view token : {"a\r\nX-Forged: 1", "a b", "a\tb", "", "\n", "\xc3\xa9"}) {
    api.write_token(token);
    const auto object = client.get(kSecrets, "default", "x");
    ASSERT_FALSE(object.has_value());
    EXPECT_EQ(object.error().code, ErrorCode::kInvalidArgument);
    EXPECT_THAT(object.error().message, Not(HasSubstr("Forged")));
  }
  EXPECT_THAT(api.requests(), SizeIs(0));
}

TEST(Client, a_missing_token_is_an_error_that_names_the_file) {
  FakeApi api;
  Configuration configuration = api.configuration();
  configuration.token_file += ".absent";
  Client client(configuration);
  const auto object = client.get(kSecrets, "default", "x");
  ASSERT_FALSE(object.has_value());
  EXPECT_EQ(object.error().code, ErrorCode::kNotFound);
  EXPECT_THAT(object.error().message, HasSubstr("token.absent"));
}

struct Answer {
  int status;
  std::string_view reason;
  ErrorCode code;
};

class ClientError : public ::testing::TestWithParam<Answer> {};

TEST_P(ClientError, follows_from_the_status_and_carries_the_apis_message) {
  FakeApi api;
  api.answer(GetParam().status, status_object(GetParam().status, GetParam().reason, "because of that"));
  Client client(api.configuration());
  const auto object = client.get(kSecrets, "default", "x");
  ASSERT_FALSE(object.has_value());
  EXPECT_EQ(object.error().code, GetParam().code);
  EXPECT_EQ(object.error().message, "GET /api/v1/namespaces/default/secrets/x: because of that (" +
                                        std::to_string(GetParam().status) + ")");
}

INSTANTIATE_TEST_SUITE_P(Statuses, ClientError,
                         ::testing::Values(Answer{400, "BadRequest", ErrorCode::kInvalidArgument},
                                           Answer{401, "Unauthorized", ErrorCode::kUnauthenticated},
                                           Answer{403, "Forbidden", ErrorCode::kPermissionDenied},
                                           Answer{404, "NotFound", ErrorCode::kNotFound},
                                           Answer{409, "AlreadyExists", ErrorCode::kAlreadyExists},
                                           Answer{409, "Conflict", ErrorCode::kConflict},
                                           Answer{410, "Expired", ErrorCode::kExpired},
                                           Answer{418, "Teapot", ErrorCode::kInternal},
                                           Answer{422, "Invalid", ErrorCode::kInvalidArgument},
                                           Answer{429, "TooManyRequests", ErrorCode::kUnavailable},
                                           Answer{500, "InternalError", ErrorCode::kUnavailable},
                                           Answer{503, "ServiceUnavailable", ErrorCode::kUnavailable},
                                           Answer{301, "Moved", ErrorCode::kInternal}));

TEST(Client, an_error_without_a_status_object_says_the_number_only) {
  FakeApi api;
  api.answer(502, "<html>Bad Gateway</html>");
  Client client(api.configuration());
  const auto object = client.get(kSecrets, "default", "x");
  ASSERT_FALSE(object.has_value());
  EXPECT_EQ(object.error().code, ErrorCode::kUnavailable);
  EXPECT_THAT(object.error().message, HasSubstr("the API server answered with HTTP status 502"));
  EXPECT_THAT(object.error().message, Not(HasSubstr("html")));
}

TEST(Client, a_long_message_of_the_api_is_cut_between_characters) {
  FakeApi api;
  std::string message = "x";
  for (int count = 0; count < 1000; ++count) message += "é";
  api.answer(403, status_object(403, "Forbidden", message));
  Client client(api.configuration());
  const auto object = client.get(kSecrets, "default", "x");
  ASSERT_FALSE(object.has_value());
  EXPECT_LT(object.error().message.size(), 600U);
  EXPECT_THAT(object.error().message, HasSubstr("é… (403)"));
}

TEST(Client, an_answer_that_is_no_json_object_is_an_error) {
  FakeApi api;
  Client client(api.configuration());
  for (const std::string_view body : {"", "{", "[]", "null", "<html>"}) {
    api.answer(200, std::string(body));
    const auto object = client.get(kSecrets, "default", "x");
    ASSERT_FALSE(object.has_value()) << body;
    EXPECT_EQ(object.error().code, ErrorCode::kInternal);
  }
}

TEST(Client, list_follows_the_pages_and_joins_them) {
  FakeApi api;
  api.handle([](const SeenRequest& request, httplib::Response& response) {
    const std::string page = request.parameter("continue");
    std::string body;
    if (page.empty()) {
      body =
          R"({"metadata":{"resourceVersion":"9","continue":"a/b=","remainingItemCount":2},"items":[{"n":1}]})";
    } else if (page == "a/b=") {
      body = R"({"metadata":{"resourceVersion":"9","continue":"c"},"items":[{"n":2}]})";
    } else {
      body = R"({"metadata":{"resourceVersion":"9"},"items":[{"n":3}]})";
    }
    response.set_content(body, "application/json");
  });
  Client client(api.configuration());
  const auto list = client.list(kPods, "", {"spec.nodeName=a,b", "app in (x, y)"});
  ASSERT_TRUE(list.has_value()) << list.error().message;
  EXPECT_EQ(json::to_text(*list),
            R"({"metadata":{"resourceVersion":"9"},"items":[{"n":1},{"n":2},{"n":3}]})");
  const auto requests = api.requests();
  ASSERT_THAT(requests, SizeIs(3));
  EXPECT_EQ(
      requests[0].target,
      "/api/v1/pods?fieldSelector=spec.nodeName%3Da%2Cb&labelSelector=app%20in%20%28x%2C%20y%29&limit=500");
  for (const SeenRequest& request : requests) {
    EXPECT_EQ(request.parameter("fieldSelector"), "spec.nodeName=a,b");
    EXPECT_EQ(request.parameter("limit"), "500");
  }
  EXPECT_EQ(requests[2].parameter("continue"), "c");
}

TEST(Client, list_reports_a_position_that_expired_between_pages) {
  FakeApi api;
  api.handle([](const SeenRequest& request, httplib::Response& response) {
    if (request.parameter("continue").empty()) {
      response.set_content(R"({"metadata":{"continue":"old"},"items":[]})", "application/json");
    } else {
      response.status = 410;
    }
  });
  Client client(api.configuration());
  EXPECT_EQ(client.list(kPods, "", {}).error().code, ErrorCode::kExpired);
}

TEST(Client, list_of_nothing_has_items) {
  FakeApi api;
  Client client(api.configuration());
  for (const std::string_view body : {R"({"metadata":{},"items":null})", R"({"metadata":{}})"}) {
    api.answer(200, std::string(body));
    const auto list = client.list(kPods, "default", {});
    ASSERT_TRUE(list.has_value()) << list.error().message;
    EXPECT_EQ(json::to_text(*list), R"({"metadata":{},"items":[]})");
  }
}

TEST(Client, create_posts_to_the_collection) {
  FakeApi api;
  api.answer(201, std::string(kObject));
  Client client(api.configuration());
  ASSERT_TRUE(client.create(kSecrets, "default", document(kObject)).has_value());
  const SeenRequest request = api.requests().at(0);
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.target, "/api/v1/namespaces/default/secrets?fieldManager=connected-registry");
  EXPECT_EQ(request.header("Content-Type"), "application/json");
  EXPECT_EQ(request.body, kObject);
}

TEST(Client, replace_puts_the_object_under_its_name) {
  FakeApi api;
  api.answer(200, std::string(kObject));
  Client client(api.configuration());
  ASSERT_TRUE(client.replace(kSecrets, "default", document(kObject)).has_value());
  const SeenRequest request = api.requests().at(0);
  EXPECT_EQ(request.method, "PUT");
  EXPECT_EQ(request.path, "/api/v1/namespaces/default/secrets/x");
  EXPECT_EQ(request.body, kObject);
}

TEST(Client, a_claim_is_an_apply_of_its_own_manager_that_is_not_forced) {
  FakeApi api;
  api.answer(200, std::string(kObject));
  Client client(api.configuration());
  ASSERT_TRUE(client.claim(kSecrets, "default", document(kObject), "pod-1").has_value());
  const SeenRequest request = api.requests().back();
  EXPECT_EQ(request.method, "PATCH");
  EXPECT_EQ(request.target, "/api/v1/namespaces/default/secrets/x?fieldManager=connected-registry-pod-1");
  EXPECT_EQ(request.header("Content-Type"), "application/apply-patch+yaml");
}

TEST(Client, apply_is_server_side_and_forced) {
  FakeApi api;
  api.answer(200, std::string(kObject));
  Client client(api.configuration());
  ASSERT_TRUE(client.apply(kSecrets, "default", document(kObject)).has_value());
  const SeenRequest request = api.requests().at(0);
  EXPECT_EQ(request.method, "PATCH");
  EXPECT_EQ(request.target,
            "/api/v1/namespaces/default/secrets/x?fieldManager=connected-registry&force=true");
  EXPECT_EQ(request.header("Content-Type"), "application/apply-patch+yaml");
  EXPECT_EQ(request.body, kObject);
}

TEST(Client, patch_says_of_which_type_it_is) {
  FakeApi api;
  api.answer(200, std::string(kObject));
  Client client(api.configuration());
  for (const auto& [type, content_type] :
       {std::pair(PatchType::kMerge, "application/merge-patch+json"),
        std::pair(PatchType::kJson, "application/json-patch+json"),
        std::pair(PatchType::kStrategicMerge, "application/strategic-merge-patch+json")}) {
    ASSERT_TRUE(client.patch(kPods, "default", "p", type, document("{}")).has_value());
    EXPECT_EQ(api.requests().back().header("Content-Type"), content_type);
    EXPECT_EQ(api.requests().back().method, "PATCH");
  }
}

TEST(Client, remove_deletes_in_the_background) {
  FakeApi api;
  api.answer(200, R"({"kind":"Status","status":"Success"})");
  Client client(api.configuration());
  ASSERT_TRUE(client.remove(kSecrets, "default", "x").has_value());
  const SeenRequest request = api.requests().at(0);
  EXPECT_EQ(request.method, "DELETE");
  EXPECT_EQ(request.target, "/api/v1/namespaces/default/secrets/x?propagationPolicy=Background");
}

TEST(Client, remove_says_when_the_object_is_gone_already) {
  FakeApi api;
  api.answer(404, status_object(404, "NotFound", "gone"));
  Client client(api.configuration());
  EXPECT_EQ(client.remove(kSecrets, "default", "x").error().code, ErrorCode::kNotFound);
}

TEST(Client, an_object_without_a_name_is_not_sent) {
  FakeApi api;
  Client client(api.configuration());
  EXPECT_EQ(client.replace(kSecrets, "default", document("{}")).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(client.apply(kSecrets, "default", document("{}")).error().code, ErrorCode::kInvalidArgument);
  EXPECT_THAT(api.requests(), SizeIs(0));
}

TEST(Client, calls_from_many_threads_each_get_their_own_answer) {
  FakeApi api;
  api.handle([](const SeenRequest& request, httplib::Response& response) {
    response.set_content(R"({"path":")" + request.path + "\"}", "application/json");
  });
  Client client(api.configuration());
  std::vector<int> wrong(6, 0);
  {
    std::vector<std::jthread> threads;
    for (std::size_t index = 0; index < wrong.size(); ++index) {
      threads.emplace_back([&client, &wrong, index] {
        for (int round = 0; round < 30; ++round) {
          const std::string name = std::to_string(index) + "-" + std::to_string(round);
          const auto object = client.get(kSecrets, "default", name);
          if (!object || json::string_at(*object, {"path"}) != path_of(kSecrets, "default", name))
            ++wrong[index];
        }
      });
    }
  }
  EXPECT_THAT(wrong, ::testing::Each(0));
}

}  // namespace
}  // namespace connected_registry::kube
