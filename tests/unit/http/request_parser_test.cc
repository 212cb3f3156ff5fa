#include "http/request_parser.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace connected_registry::http {
namespace {

using ::testing::HasSubstr;

std::string post(std::string_view fields) {
  std::string head = "POST /mutate?timeout=3s HTTP/1.1\r\nHost: webhook\r\n";
  return head.append(fields).append("\r\n");
}

constexpr std::string_view kJson = "Content-Type: application/json\r\nContent-Length: 10\r\n";

// Returns the status that the head is refused with, or 0.
int refused(std::string_view head, const RequestLimits& limits = kPostJson) {
  const auto read = parse_head(head, limits);
  return read ? 0 : read.error().status;
}

int refused_post(std::string_view fields) {
  return refused(post(std::string(kJson).append(fields)));
}

TEST(RequestParser, lets_a_post_of_json_in) {
  const auto head = parse_head(post(kJson), kPostJson);
  ASSERT_TRUE(head) << head.error().message;
  EXPECT_EQ(head->method, "POST");
  EXPECT_EQ(head->target, "/mutate?timeout=3s");
  EXPECT_EQ(head->body_length, 10U);
  EXPECT_TRUE(head->keep_alive);
  EXPECT_FALSE(head->expects_continue);
}

TEST(RequestParser, reads_names_and_types_whatever_their_case) {
  EXPECT_EQ(refused(post("content-type: Application/JSON; charset=utf-8\r\nCONTENT-LENGTH:0\r\n")), 0);
}

TEST(RequestParser, lets_reads_in_where_only_they_are_meant) {
  EXPECT_EQ(refused("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n", kGetOrHead), 0);
  EXPECT_EQ(refused("HEAD /healthz HTTP/1.0\r\n\r\n", kGetOrHead), 0);
  EXPECT_EQ(refused("POST /healthz HTTP/1.1\r\nHost: x\r\n\r\n", kGetOrHead), 405);
  EXPECT_EQ(refused("GET /healthz HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\n", kGetOrHead), 413);
}

TEST(RequestParser, refuses_other_methods_and_says_which_there_are) {
  const auto head = parse_head("GET /mutate HTTP/1.1\r\nHost: x\r\n\r\n", kPostJson);
  ASSERT_FALSE(head);
  EXPECT_EQ(head.error().status, 405);
  EXPECT_THAT(serialize_error(head.error()), HasSubstr("\r\nAllow: POST\r\n"));
}

TEST(RequestParser, wants_a_content_length) {
  EXPECT_EQ(refused(post("Content-Type: application/json\r\n")), 411);
  EXPECT_EQ(refused_post("Transfer-Encoding: chunked\r\n"), 411);
  EXPECT_EQ(refused_post("Transfer-Encoding: identity\r\n"), 411);
}

TEST(RequestParser, takes_one_content_length_that_is_a_number) {
  for (const char* value : {"abc", "-1", "+1", "0x10", "1 2", "", "10,10", "99999999999999999999999"}) {
    EXPECT_EQ(
        refused(post("Content-Type: application/json\r\nContent-Length: " + std::string(value) + "\r\n")),
        400)
        << value;
  }
  EXPECT_EQ(refused_post("Content-Length: 11\r\n"), 400);
  EXPECT_EQ(refused_post("Content-Length: 10\r\n"), 0);
}

TEST(RequestParser, refuses_a_body_that_is_too_long_before_it_comes) {
  const std::string type = "Content-Type: application/json\r\nContent-Length: ";
  EXPECT_EQ(refused(post(type + std::to_string(kMaxBody) + "\r\n")), 0);
  EXPECT_EQ(refused(post(type + std::to_string(kMaxBody + 1) + "\r\n")), 413);
}

TEST(RequestParser, takes_json_alone_and_not_encoded) {
  EXPECT_EQ(refused(post("Content-Length: 1\r\n")), 415);
  EXPECT_EQ(refused(post("Content-Length: 1\r\nContent-Type: text/json\r\n")), 415);
  EXPECT_EQ(refused(post("Content-Length: 1\r\nContent-Type: application/jsonx\r\n")), 415);
  EXPECT_EQ(refused(post("Content-Length: 1\r\nContent-Type: multipart/form-data; boundary=x\r\n")), 415);
  EXPECT_EQ(refused_post("Content-Encoding: gzip\r\n"), 415);
  EXPECT_EQ(refused_post("Content-Encoding: identity\r\n"), 0);
}

TEST(RequestParser, refuses_an_encoding_that_another_field_follows_or_precedes) {
  EXPECT_EQ(refused_post("Content-Encoding: gzip\r\nContent-Encoding: identity\r\n"), 415);
  EXPECT_EQ(refused_post("Content-Encoding: identity\r\nContent-Encoding: gzip\r\n"), 415);
  EXPECT_EQ(refused_post("Content-Encoding: identity\r\nContent-Encoding: identity\r\n"), 0);
}

TEST(RequestParser, meets_no_expectation_but_100_continue) {
  EXPECT_TRUE(parse_head(post(std::string(kJson) + "Expect: 100-Continue\r\n"), kPostJson)->expects_continue);
  EXPECT_EQ(refused_post("Expect: tea\r\n"), 417);
}

TEST(RequestParser, knows_when_the_connection_is_to_close) {
  EXPECT_FALSE(
      parse_head(post(std::string(kJson) + "Connection: Upgrade, Close\r\n"), kPostJson)->keep_alive);
  EXPECT_FALSE(parse_head("GET / HTTP/1.0\r\n\r\n", kGetOrHead)->keep_alive);
  EXPECT_TRUE(parse_head("GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n", kGetOrHead)->keep_alive);
}

TEST(RequestParser, refuses_heads_that_are_malformed) {
  for (const char* head :
       {"\r\n\r\n", "POST /\r\n\r\n", "POST\r\n\r\n", "POST  HTTP/1.1\r\nHost: x\r\n\r\n",
        "POST / x HTTP/1.1\r\nHost: x\r\n\r\n", "PO ST / HTTP/1.1\r\nHost: x\r\n\r\n",
        "P@ST / HTTP/1.1\r\nHost: x\r\n\r\n", "POST mutate HTTP/1.1\r\nHost: x\r\n\r\n",
        "POST http://x/ HTTP/1.1\r\nHost: x\r\n\r\n", "POST /#a HTTP/1.1\r\nHost: x\r\n\r\n",
        "POST /\x01 HTTP/1.1\r\nHost: x\r\n\r\n", "POST / HTTP/1.1\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n", "POST / HTTP/1.1\r\nHost: x\r\nno colon\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: x\r\n folded: y\r\n\r\n", "POST / HTTP/1.1\r\nHost : x\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: x\r\nA: b\nc\r\n\r\n", "POST / HTTP/1.1\r\nHost: x\r\nA: \x01\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: x\r\n: y\r\n\r\n"}) {
    EXPECT_EQ(refused(head), 400) << head;
  }
  EXPECT_EQ(refused("POST / HTTP/2.0\r\nHost: x\r\n\r\n"), 505);
}

TEST(RequestParser, bounds_the_number_of_fields) {
  std::string fields;
  for (std::size_t i = 0; i < kMaxFields; ++i) fields += "a: b\r\n";
  EXPECT_EQ(refused_post(fields), 431);
}

TEST(ClientTimeout, is_read_as_the_api_server_writes_it) {
  using std::chrono::milliseconds;
  EXPECT_EQ(client_timeout("/mutate?timeout=3s"), milliseconds(3000));
  EXPECT_EQ(client_timeout("/mutate?a=b&timeout=1m30s&c"), milliseconds(90'000));
  for (const char* target :
       {"/mutate", "/mutate?", "/mutate?timeout=", "/mutate?timeout=3", "/mutate?timeout=-3s",
        "/mutate?timeout=3parsecs", "/mutate?xtimeout=3s", "/timeout=3s", "/mutate?timeout=s",
        "/mutate?timeout=nans", "/mutate?timeout=infs", "/mutate?timeout=1.5s",
        "/mutate?timeout=99999999999999999999999h"}) {
    EXPECT_EQ(client_timeout(target), std::nullopt) << target;
  }
}

TEST(OverloadError, asks_to_try_again_where_the_client_waits_for_long_enough) {
  EXPECT_THAT(serialize_error(overload_error("/mutate?timeout=3s")), HasSubstr("\r\nRetry-After: 1\r\n"));
  for (const char* target : {"", "/mutate", "/mutate?timeout=1s"}) {
    EXPECT_THAT(serialize_error(overload_error(target)), ::testing::Not(HasSubstr("Retry-After"))) << target;
  }
}

TEST(HeadLength, finds_an_end_that_came_in_two_parts) {
  const std::string head = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
  for (std::size_t searched = 0; searched < head.size(); ++searched) {
    EXPECT_EQ(head_length(head + "body", searched).value(), head.size()) << searched;
  }
}

TEST(HeadLength, waits_for_the_empty_line) {
  EXPECT_EQ(head_length("").value(), std::nullopt);
  EXPECT_EQ(head_length("GET / HTTP/1.1\r\nHost: x\r\n").value(), std::nullopt);
  EXPECT_EQ(head_length("GET / HTTP/1.1\r\nHost: x\r\n\r\nbody").value(), 27U);
}

TEST(HeadLength, gives_up_on_a_request_line_that_does_not_end) {
  const auto length = head_length("GET /" + std::string(kMaxRequestLine, 'a'));
  ASSERT_FALSE(length);
  EXPECT_EQ(length.error().status, 414);
}

TEST(HeadLength, gives_up_on_fields_that_do_not_end) {
  const auto length = head_length("GET / HTTP/1.1\r\nA: " + std::string(kMaxHead, 'a'));
  ASSERT_FALSE(length);
  EXPECT_EQ(length.error().status, 431);
}

TEST(SerializedError, is_a_whole_answer_that_ends_the_connection) {
  EXPECT_EQ(
      serialize_error({.status = 413, .message = "too long"}),
      "HTTP/1.1 413 Content Too Large\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: 9\r\n"
      "Connection: close\r\n\r\ntoo long\n");
}

}  // namespace
}  // namespace connected_registry::http
