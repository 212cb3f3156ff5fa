#include "kube/api_error.h"

#include <gtest/gtest.h>

#include "kube/fake_api.h"

namespace connected_registry::kube {
namespace {

using std::chrono::seconds;
using testing::document;
using testing::status_object;

TEST(ApiError, carries_the_retry_after_of_an_overloaded_server) {
  for (const int status : {429, 500, 503, 504}) {
    const ApiError error = error_of_response(status, "5", "");
    EXPECT_EQ(error.code, ErrorCode::kUnavailable) << status;
    EXPECT_EQ(error.retry_after, seconds(5)) << status;
  }
  EXPECT_EQ(error_of_response(404, "5", "").retry_after, std::nullopt);
  EXPECT_EQ(error_of_response(503, "", "").retry_after, std::nullopt);
  EXPECT_EQ(error_of_response(503, "soon", "").retry_after, std::nullopt);
}

TEST(ApiError, takes_the_seconds_of_the_status_object_where_there_is_no_header) {
  const std::string body =
      R"({"kind":"Status","code":429,"message":"slow down","details":{"retryAfterSeconds":3}})";
  EXPECT_EQ(error_of_response(429, "", body).retry_after, seconds(3));
  EXPECT_EQ(error_of_response(429, "9", body).retry_after, seconds(9));
  EXPECT_EQ(error_of_status(document(body)).retry_after, seconds(3));
  EXPECT_EQ(error_of_status(document(R"({"kind":"Status","code":410,"details":{"retryAfterSeconds":3}})"))
                .retry_after,
            std::nullopt);
  EXPECT_EQ(error_of_status(document(R"({"code":429,"details":{"retryAfterSeconds":-3}})")).retry_after,
            std::nullopt);
}

TEST(ApiError, keeps_its_retry_after_with_a_context) {
  const ApiError error = error_of_response(503, "5", "").with_context("GET /x");
  EXPECT_EQ(error.retry_after, seconds(5));
  EXPECT_EQ(error.message, "GET /x: the API server answered with HTTP status 503");
}

TEST(ApiError, cuts_a_long_message_between_characters) {
  std::string message(511, 'a');
  message += "\u00e4 and more";
  const std::string text = error_of_response(500, "", status_object(500, "InternalError", message)).message;
  EXPECT_EQ(text, std::string(511, 'a') + "… (500)");
}

}  // namespace
}  // namespace connected_registry::kube
