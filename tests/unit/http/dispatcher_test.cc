#include "http/dispatcher.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>

namespace connected_registry::http {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

class DispatcherTest : public ::testing::Test {
 protected:
  std::string answer(std::string method, std::string target, std::string body = {}, bool close = false) {
    Head head;
    head.method = std::move(method);
    head.target = std::move(target);
    head.body_length = body.size();
    return handle_request(routes_, head, body, std::chrono::seconds(120), [close] { return close; }).text;
  }

  const Routes routes_ = {
      {"/echo",
       [](const HttpRequest& request) {
         return HttpResponse{.content_type = "application/json",
                             .body = std::string(request.method) + " " + std::string(request.path) + " " +
                                     std::string(request.body.begin(), request.body.end())};
       }},
      {"/throws", [](const HttpRequest&) -> HttpResponse { throw std::runtime_error("s3cret"); }},
      {"/throws-a-number", [](const HttpRequest&) -> HttpResponse { throw 7; }},
      {"/empty", [](const HttpRequest&) { return HttpResponse{}; }},
  };
};

TEST_F(DispatcherTest, gives_handlers_method_path_and_body) {
  const std::string text = answer("POST", "/echo?timeout=3s", "{}");
  EXPECT_THAT(text, StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_THAT(text, HasSubstr("Content-Type: application/json\r\n"));
  EXPECT_THAT(text, HasSubstr("Content-Length: 13\r\n"));
  EXPECT_THAT(text, EndsWith("\r\n\r\nPOST /echo {}"));
}

TEST_F(DispatcherTest, does_not_mind_an_odd_query) {
  EXPECT_THAT(answer("POST", "/echo?a?b?%zz&&=", "x"), StartsWith("HTTP/1.1 200 OK\r\n"));
}

TEST_F(DispatcherTest, gives_a_head_the_fields_of_a_get_and_no_body) {
  const std::string text = answer("HEAD", "/echo");
  EXPECT_THAT(text, HasSubstr("Content-Length: 11\r\n"));
  EXPECT_THAT(text, EndsWith("\r\n\r\n"));
}

TEST_F(DispatcherTest, says_where_there_is_something) {
  const std::string text = answer("POST", "/nothing");
  EXPECT_THAT(text, StartsWith("HTTP/1.1 404 Not Found\r\n"));
  EXPECT_THAT(text, HasSubstr("/echo, /throws"));
}

TEST_F(DispatcherTest, tells_nothing_of_an_exception) {
  for (const char* target : {"/throws", "/throws-a-number"}) {
    const std::string text = answer("POST", target);
    EXPECT_THAT(text, StartsWith("HTTP/1.1 500 Internal Server Error\r\n"));
    EXPECT_THAT(text, Not(HasSubstr("s3cret")));
    EXPECT_THAT(text, Not(HasSubstr("EXCEPTION")));
  }
}

TEST_F(DispatcherTest, tells_the_client_whether_the_connection_goes_on) {
  EXPECT_THAT(answer("POST", "/echo", "", false), HasSubstr("Keep-Alive: timeout=120"));
  const std::string last = answer("POST", "/echo", "", true);
  EXPECT_THAT(last, HasSubstr("Connection: close\r\n"));
  EXPECT_THAT(last, Not(HasSubstr("Keep-Alive")));
}

TEST_F(DispatcherTest, gives_an_empty_answer_its_length) {
  EXPECT_THAT(answer("POST", "/empty"), HasSubstr("Content-Length: 0\r\n"));
}

}  // namespace
}  // namespace connected_registry::http
