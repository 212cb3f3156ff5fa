#include "admission/review.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/base64.h"
#include "base/json_in_place.h"

namespace connected_registry::admission {
namespace {

using ::testing::HasSubstr;

constexpr std::string_view kCreate = R"({
  "apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview",
  "request": {
    "uid": "705ab4f5-6393-11e8-b7cc-42010a800002",
    "kind": {"group": "", "version": "v1", "kind": "Pod"},
    "resource": {"group": "", "version": "v1", "resource": "pods"},
    "name": "", "namespace": "shop", "operation": "CREATE", "dryRun": true,
    "object": {"kind": "Pod"}, "oldObject": null
  }})";

// Returns kCreate with one part replaced.
std::string changed(std::string_view from, std::string_view to) {
  std::string text(kCreate);
  return text.replace(text.find(from), from.size(), to);
}

std::string error_of(std::string_view body) {
  const auto request = parse_admission_review(body);
  return request ? "no error" : request.error().message;
}

json::Document response_of(const AdmissionResponse& response) {
  return json::parse(admission_review_response("the-uid", response)).value();
}

std::size_t characters(std::string_view text) {
  std::size_t count = 0;
  for (const char c : text) count += (static_cast<unsigned char>(c) & 0xC0U) != 0x80U ? 1 : 0;
  return count;
}

TEST(ParseAdmissionReview, reads_a_creation) {
  const auto request = parse_admission_review(kCreate);
  ASSERT_TRUE(request) << request.error().message;
  EXPECT_EQ(request->uid, "705ab4f5-6393-11e8-b7cc-42010a800002");
  EXPECT_EQ(request->kind, "Pod");
  EXPECT_EQ(request->resource, "pods");
  EXPECT_EQ(request->subresource, "");
  EXPECT_EQ(request->operation, "CREATE");
  EXPECT_EQ(request->namespace_, "shop");
  EXPECT_TRUE(request->dry_run);
  ASSERT_NE(request->object, nullptr);
  EXPECT_EQ(json::string_at(*request->object, {"kind"}), "Pod");
  EXPECT_EQ(request->old_object, nullptr);
}

TEST(ParseAdmissionReview, survives_being_moved) {
  auto parsed = parse_admission_review(changed(R"("name": "")", R"("name": "a")"));
  ASSERT_TRUE(parsed);
  const AdmissionRequest moved = std::move(*parsed);
  EXPECT_EQ(moved.name, "a");
  EXPECT_EQ(json::string_at(*moved.object, {"kind"}), "Pod");
}

TEST(ParseAdmissionReview, takes_a_deletion_without_an_object) {
  const std::string body = changed(R"("CREATE")", R"("DELETE")");
  const auto request =
      parse_admission_review(std::string(body).replace(body.find(R"({"kind": "Pod"})"), 15, "null"));
  ASSERT_TRUE(request) << request.error().message;
  EXPECT_EQ(request->object, nullptr);
}

TEST(ParseAdmissionReview, ignores_fields_that_do_not_matter) {
  EXPECT_TRUE(parse_admission_review(changed(R"("dryRun": true)", R"("userInfo": 7, "options": [])")));
}

TEST(ParseAdmissionReview, refuses_what_two_readers_would_take_for_two_things) {
  EXPECT_THAT(error_of(changed(R"("dryRun": true)", R"("uid": "another")")),
              HasSubstr("AdmissionReview: duplicate name in request"));
  EXPECT_THAT(error_of(changed(R"({"kind": "Pod"})", R"({"spec": {"os": {}, "os": null}})")),
              HasSubstr("duplicate name in request.object.spec"));
}

TEST(ParseAdmissionReview, refuses_text_that_is_cut_or_no_text) {
  EXPECT_THAT(error_of(std::string_view(kCreate).substr(0, kCreate.size() - 3)),
              HasSubstr("AdmissionReview: not valid JSON at byte"));
  EXPECT_THAT(error_of(changed("shop", "sh\xffop")), HasSubstr("not UTF-8"));
  EXPECT_THAT(error_of(changed("shop", std::string_view("sh\0op", 5))), HasSubstr(": NUL"));
}

TEST(ParseAdmissionReview, leaves_out_what_nobody_asks_for) {
  const std::string body = changed(
      R"({"kind": "Pod"})",
      R"({"kind": "Pod", "metadata": {"name": "a", "managedFields": [1]}, "status": {"a": 1}, "data": {"status": "b"}})");
  const auto request = parse_admission_review(body);
  ASSERT_TRUE(request) << request.error().message;
  EXPECT_EQ(json::to_text(*request->object),
            R"({"kind":"Pod","metadata":{"name":"a"},"data":{"status":"b"}})");
}

TEST(ParseAdmissionReview, reads_in_place_what_has_the_padding) {
  std::string body(kCreate);
  body.resize(kCreate.size() + json::kInPlacePadding);
  const auto request = parse_admission_review_in_place(std::span(body).first(kCreate.size()));
  ASSERT_TRUE(request) << request.error().message;
  EXPECT_EQ(request->namespace_, "shop");
}

TEST(ParseAdmissionReview, says_what_is_wrong_and_where) {
  EXPECT_THAT(error_of("nonsense"), HasSubstr("AdmissionReview: not valid JSON at byte"));
  EXPECT_EQ(error_of("[]"), "AdmissionReview: the body is not a JSON object");
  EXPECT_EQ(error_of(changed("io/v1", "io/v1beta1")),
            "AdmissionReview: apiVersion is not admission.k8s.io/v1: the webhook's "
            "admissionReviewVersions must be [v1]");
  EXPECT_EQ(error_of(changed(R"("kind": "AdmissionReview")", R"("kind": 1)")),
            "AdmissionReview: kind is not AdmissionReview");
  EXPECT_EQ(error_of(R"({"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview"})"),
            "AdmissionReview: request is missing");
  EXPECT_EQ(error_of(R"({"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":[]})"),
            "AdmissionReview: request is not an object");
  EXPECT_EQ(error_of(changed(R"("uid": "705ab4f5-6393-11e8-b7cc-42010a800002",)", "")),
            "AdmissionReview: request.uid is missing");
  EXPECT_EQ(error_of(changed("705ab4f5-6393-11e8-b7cc-42010a800002", "")),
            "AdmissionReview: request.uid is empty");
  EXPECT_EQ(error_of(changed(R"("kind": "Pod"})", R"("kind": 5})")),
            "AdmissionReview: request.kind.kind is not a string");
  EXPECT_EQ(error_of(changed(R"({"group": "", "version": "v1", "resource": "pods"})", "7")),
            "AdmissionReview: request.resource.resource is missing");
  EXPECT_EQ(error_of(changed("CREATE", "PATCH")),
            "AdmissionReview: request.operation is not CREATE, UPDATE, DELETE or CONNECT");
  EXPECT_EQ(error_of(changed(R"({"kind": "Pod"})", "null")), "AdmissionReview: request.object is missing");
  EXPECT_EQ(error_of(changed(R"({"kind": "Pod"})", "[]")),
            "AdmissionReview: request.object is not an object");
  EXPECT_EQ(error_of(changed("CREATE", "UPDATE")), "AdmissionReview: request.oldObject is missing");
  EXPECT_EQ(error_of(changed(R"("dryRun": true)", R"("dryRun": "true")")),
            "AdmissionReview: request.dryRun is not true or false");
  EXPECT_EQ(error_of(changed(R"("namespace": "shop")", R"("namespace": {})")),
            "AdmissionReview: request.namespace is not a string");
}

TEST(AdmissionReviewResponse, says_nothing_more_than_allowed) {
  EXPECT_EQ(
      admission_review_response("u", {}),
      R"({"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","response":{"uid":"u","allowed":true}})");
}

TEST(AdmissionReviewResponse, carries_patch_and_type_together) {
  AdmissionResponse response;
  response.patch = R"([{"op":"add","path":"/a","value":1}])";
  const json::Document review = response_of(response);
  EXPECT_EQ(json::string_at(review, {"response", "patchType"}), "JSONPatch");
  EXPECT_EQ(base64::decode(json::string_at(review, {"response", "patch"})).value(), response.patch);
}

TEST(AdmissionReviewResponse, gives_a_denial_code_reason_and_message) {
  AdmissionResponse response;
  response.allowed = false;
  response.message = "no";
  json::Document review = response_of(response);
  EXPECT_FALSE(json::find(review, {"response", "allowed"})->GetBool());
  EXPECT_EQ(json::find(review, {"response", "status", "code"})->GetInt(), 403);
  EXPECT_EQ(json::string_at(review, {"response", "status", "reason"}), "Forbidden");
  EXPECT_EQ(json::string_at(review, {"response", "status", "message"}), "no");
  EXPECT_EQ(json::string_at(review, {"response", "status", "status"}), "Failure");
  EXPECT_EQ(json::find(review, {"response", "status", "details"}), nullptr);
}

TEST(AdmissionReviewResponse, gives_the_causes_of_a_422_to_kubectl_edit_and_the_message_to_apply) {
  AdmissionResponse response;
  response.allowed = false;
  response.code = 422;
  response.message = "mode: wrong";
  response.causes = {{.field = "mode", .message = "wrong"}};
  const json::Document review = response_of(response);
  EXPECT_EQ(json::find(review, {"response", "status", "code"})->GetInt(), 422);
  EXPECT_EQ(json::string_at(review, {"response", "status", "message"}), "mode: wrong");
  EXPECT_EQ(json::find(review, {"response", "status", "reason"}), nullptr)
      << "with the reason Invalid, kubectl apply leaves the message out";
  const json::Value* causes = json::find(review, {"response", "status", "details", "causes"});
  ASSERT_TRUE(causes != nullptr && causes->IsArray() && causes->Size() == 1);
  EXPECT_EQ(json::string_at((*causes)[0], {"field"}), "mode");
  EXPECT_EQ(json::string_at((*causes)[0], {"message"}), "wrong");
}

TEST(AdmissionReviewResponse, carries_audit_annotations) {
  AdmissionResponse response;
  response.audit_annotations = {{"injection", "injected"}};
  EXPECT_EQ(json::string_at(response_of(response), {"response", "auditAnnotations", "injection"}),
            "injected");
}

TEST(AdmissionReviewResponse, keeps_a_warning_of_256_characters_whole) {
  AdmissionResponse response;
  response.warnings = {std::string(256, 'x')};
  const json::Document review = response_of(response);
  EXPECT_EQ(json::view((*json::find(review, {"response", "warnings"}))[0]), response.warnings[0]);
}

TEST(AdmissionReviewResponse, cuts_longer_warnings_between_characters) {
  AdmissionResponse response;
  std::string euros;
  for (int i = 0; i < 300; ++i) euros += "€";
  response.warnings = {euros};
  const json::Document review = response_of(response);
  const std::string_view warning = json::view((*json::find(review, {"response", "warnings"}))[0]);
  EXPECT_EQ(characters(warning), 256U);
  EXPECT_TRUE(warning.ends_with("€..."));
}

TEST(AdmissionReviewResponse, keeps_all_warnings_within_4096_characters) {
  AdmissionResponse response;
  response.warnings.assign(20, std::string(256, 'x'));
  const json::Document review = response_of(response);
  EXPECT_EQ(json::find(review, {"response", "warnings"})->Size(), 16U);
}

TEST(AdmissionReviewResponse, replaces_control_characters_in_warnings) {
  AdmissionResponse response;
  response.warnings = {"a\r\nb\x7f"};
  const json::Document review = response_of(response);
  EXPECT_EQ(json::view((*json::find(review, {"response", "warnings"}))[0]), "a  b ");
}

}  // namespace
}  // namespace connected_registry::admission
