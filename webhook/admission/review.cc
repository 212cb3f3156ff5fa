#include "admission/review.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

#include "base/base64.h"
#include "base/json_in_place.h"
#include "base/json_writer.h"

namespace connected_registry::admission {
namespace {

constexpr std::string_view kApiVersion = "admission.k8s.io/v1";
constexpr std::string_view kKind = "AdmissionReview";
constexpr std::size_t kMaxWarningCharacters = 256;
constexpr std::size_t kMaxAllWarningCharacters = 4096;
constexpr int kForbidden = 403;

tl::unexpected<Error> invalid(std::string_view path, std::string_view problem) {
  return fail(ErrorCode::kInvalidArgument,
              "AdmissionReview: " + std::string(path) + " " + std::string(problem));
}

// Returns "request.NAME" or "request.NAME.MEMBER".
std::string path_of(std::string_view name, std::string_view member) {
  std::string out = "request." + std::string(name);
  return member.empty() ? out : out.append(".").append(member);
}

// Returns the string request.NAME or request.NAME.MEMBER. Where it is missing or null, returns "" or, if
// `required`, an error.
Result<std::string_view> text_at(const json::Value& request, std::string_view name, std::string_view member,
                                 bool required) {
  const json::Value* value = json::member(request, name);
  if (!member.empty() && value != nullptr) value = json::member(*value, member);
  if (value == nullptr || value->IsNull()) {
    if (required) return invalid(path_of(name, member), "is missing");
    return std::string_view();
  }
  if (!value->IsString()) return invalid(path_of(name, member), "is not a string");
  if (required && value->GetStringLength() == 0) return invalid(path_of(name, member), "is empty");
  return json::view(*value);
}

// Returns the object request.NAME; nullptr where it is missing or null.
Result<const json::Value*> object_at(const json::Value& request, std::string_view name) {
  const json::Value* value = json::find(request, {name});
  if (value == nullptr || value->IsNull()) return nullptr;
  if (!value->IsObject()) return invalid("request." + std::string(name), "is not an object");
  return value;
}

Status read_texts(const json::Value& request, AdmissionRequest& out) {
  struct Text {
    std::string_view name;
    std::string_view member;
    std::string_view& target;
    bool required;
  };
  const std::array<Text, 7> texts{{
      {"uid", "", out.uid, true},
      {"kind", "kind", out.kind, true},
      {"resource", "resource", out.resource, true},
      {"subResource", "", out.subresource, false},
      {"operation", "", out.operation, true},
      {"name", "", out.name, false},
      {"namespace", "", out.namespace_, false},
  }};
  for (const Text& each : texts) {
    const Result<std::string_view> text = text_at(request, each.name, each.member, each.required);
    if (!text) return tl::unexpected<Error>(text.error());
    each.target = *text;
  }
  constexpr std::array<std::string_view, 4> kOperations = {"CREATE", "UPDATE", "DELETE", "CONNECT"};
  if (std::find(kOperations.begin(), kOperations.end(), out.operation) == kOperations.end()) {
    return invalid("request.operation", "is not CREATE, UPDATE, DELETE or CONNECT");
  }
  return {};
}

Status read_objects(const json::Value& request, AdmissionRequest& out) {
  const Result<const json::Value*> object = object_at(request, "object");
  if (!object) return tl::unexpected<Error>(object.error());
  const Result<const json::Value*> old_object = object_at(request, "oldObject");
  if (!old_object) return tl::unexpected<Error>(old_object.error());
  out.object = *object;
  out.old_object = *old_object;
  const bool has_new = out.operation == "CREATE" || out.operation == "UPDATE";
  if (has_new && out.object == nullptr) return invalid("request.object", "is missing");
  if (out.operation == "UPDATE" && out.old_object == nullptr)
    return invalid("request.oldObject", "is missing");
  return {};
}

Status read_review(const json::Value& review, AdmissionRequest& out) {
  if (!review.IsObject()) return invalid("the body", "is not a JSON object");
  if (json::string_at(review, {"apiVersion"}) != kApiVersion) {
    return invalid("apiVersion", "is not " + std::string(kApiVersion) +
                                     ": the webhook's admissionReviewVersions must be [v1]");
  }
  if (json::string_at(review, {"kind"}) != kKind) return invalid("kind", "is not " + std::string(kKind));
  const json::Value* request = json::find(review, {"request"});
  if (request == nullptr || request->IsNull()) return invalid("request", "is missing");
  if (!request->IsObject()) return invalid("request", "is not an object");
  if (Status status = read_texts(*request, out); !status) return status;
  if (Status status = read_objects(*request, out); !status) return status;
  const json::Value* dry_run = json::find(*request, {"dryRun"});
  if (dry_run != nullptr && !dry_run->IsNull()) {
    if (!dry_run->IsBool()) return invalid("request.dryRun", "is not true or false");
    out.dry_run = dry_run->GetBool();
  }
  return {};
}

bool is_continuation(char byte) {
  return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U;
}

// Returns at most `limit` characters of UTF-8, the last three of them "..." where it was cut. Control
// characters become spaces, since the API server sends warnings in an HTTP header.
std::string shorten(std::string_view text, std::size_t limit, std::size_t& characters) {
  constexpr std::string_view kDots = "...";
  std::string out;
  std::size_t count = 0;
  std::size_t cut = 0;  // the position at which the dots still fit
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (!is_continuation(text[i])) {
      if (count + kDots.size() == limit) cut = out.size();
      if (count == limit) {
        characters = limit;
        return out.substr(0, cut).append(kDots);
      }
      ++count;
    }
    const auto byte = static_cast<unsigned char>(text[i]);
    out += byte < ' ' || byte == 0x7f ? ' ' : text[i];
  }
  characters = count;
  return out;
}

void write_warnings(const std::vector<std::string>& warnings, json::TextWriter& writer) {
  writer.key("warnings");
  writer.begin_array();
  std::size_t total = 0;
  for (const std::string& warning : warnings) {
    std::size_t characters = 0;
    const std::string text = shorten(warning, kMaxWarningCharacters, characters);
    if (total + characters > kMaxAllWarningCharacters) break;
    total += characters;
    writer.string(text);
  }
  writer.end_array();
}

std::string_view reason_of(int code) {
  switch (code) {
    case 400:
      return "BadRequest";
    case 403:
      return "Forbidden";
    default:
      // Not "Invalid" for 422: with it, kubectl apply and patch leave the message out, as edit does.
      return "";
  }
}

void write_causes(const std::vector<AdmissionCause>& causes, json::TextWriter& writer) {
  writer.key("details");
  writer.begin_object();
  writer.key("causes");
  writer.begin_array();
  for (const AdmissionCause& each : causes) {
    writer.begin_object();
    writer.member("reason", "FieldValueInvalid");
    writer.member("field", each.field);
    writer.member("message", each.message);
    writer.end_object();
  }
  writer.end_array();
  writer.end_object();
}

void write_status(const AdmissionResponse& response, json::TextWriter& writer) {
  const int code = response.code == 0 ? kForbidden : response.code;
  writer.key("status");
  writer.begin_object();
  writer.member("status", "Failure");
  writer.key("code");
  writer.number(code);
  if (const std::string_view reason = reason_of(code); !reason.empty()) writer.member("reason", reason);
  writer.member("message", response.message);
  if (!response.causes.empty()) write_causes(response.causes, writer);
  writer.end_object();
}

void write_annotations(const std::map<std::string, std::string>& annotations, json::TextWriter& writer) {
  writer.key("auditAnnotations");
  writer.begin_object();
  for (const auto& [key, value] : annotations) writer.member(key, value);
  writer.end_object();
}

constexpr std::array<json::Choice, 1> kOfMetadata{{{.name = "managedFields", .selected = false}}};
constexpr json::Selection kMetadata{.choices = kOfMetadata, .others = true};
constexpr std::array<json::Choice, 2> kOfObject{
    {{.name = "status", .selected = false}, {.name = "metadata", .inside = &kMetadata}}};

// Parses the parts of a review that are needed.
Result<json::Document> parse_parts(std::span<char> body, const json::Selection& object) {
  const std::array<json::Choice, 10> of_request{{{.name = "uid"},
                                                 {.name = "kind"},
                                                 {.name = "resource"},
                                                 {.name = "subResource"},
                                                 {.name = "name"},
                                                 {.name = "namespace"},
                                                 {.name = "operation"},
                                                 {.name = "object", .inside = &object},
                                                 {.name = "oldObject", .inside = &object},
                                                 {.name = "dryRun"}}};
  const json::Selection request{.choices = of_request};
  const std::array<json::Choice, 3> of_review{
      {{.name = "kind"}, {.name = "apiVersion"}, {.name = "request", .inside = &request}}};
  return json::parse_in_place(body, {.choices = of_review});
}

}  // namespace

const json::Selection kObjectParts{.choices = kOfObject, .others = true};

Result<AdmissionRequest> parse_admission_review(std::string_view body, const json::Selection& object) {
  std::vector<char> text(body.size() + json::kInPlacePadding);
  std::copy(body.begin(), body.end(), text.begin());
  Result<AdmissionRequest> request =
      parse_admission_review_in_place(std::span(text).first(body.size()), object);
  if (request) request->text = std::move(text);
  return request;
}

Result<AdmissionRequest> parse_admission_review_in_place(std::span<char> body,
                                                         const json::Selection& object) {
  Result<json::Document> document = parse_parts(body, object);
  if (!document) return fail(std::move(document).error(), "AdmissionReview");
  AdmissionRequest request;
  request.document = std::move(*document);
  if (Status status = read_review(request.document, request); !status) {
    return tl::unexpected<Error>(std::move(status).error());
  }
  return request;
}

AdmissionResponse admit(std::string warning) {
  AdmissionResponse response;
  if (!warning.empty()) response.warnings.push_back("connected-registry: " + std::move(warning));
  return response;
}

std::string admission_review_response(std::string_view uid, const AdmissionResponse& response) {
  constexpr std::size_t kRest = 1024;
  json::TextWriter writer(kRest + base64::encoded_size(response.patch.size()));
  writer.begin_object();
  writer.member("apiVersion", kApiVersion);
  writer.member("kind", kKind);
  writer.key("response");
  writer.begin_object();
  writer.member("uid", uid);
  writer.key("allowed");
  writer.boolean(response.allowed);
  if (!response.allowed) write_status(response, writer);
  if (!response.warnings.empty()) write_warnings(response.warnings, writer);
  if (!response.audit_annotations.empty()) write_annotations(response.audit_annotations, writer);
  // The API server requires both or none.
  if (!response.patch.empty()) {
    writer.member("patchType", "JSONPatch");
    writer.key("patch");
    writer.base64(response.patch);
  }
  writer.end_object();
  writer.end_object();
  return writer.text();
}

}  // namespace connected_registry::admission
