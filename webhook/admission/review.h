// AdmissionReview of admission.k8s.io/v1: the request as sent by the API server, the response it verifies.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/json_in_place.h"
#include "base/result.h"

namespace connected_registry::admission {

struct AdmissionRequest {
  std::vector<char> text;   // the review, where it was copied
  json::Document document;  // owns, with the text, what the views and pointers below refer to
  std::string_view uid;
  std::string_view kind;         // "Pod"
  std::string_view resource;     // "pods"
  std::string_view subresource;  // "" or "ephemeralcontainers"
  std::string_view operation;    // CREATE, UPDATE, DELETE, CONNECT
  std::string_view name;         // may be empty (generateName)
  std::string_view namespace_;
  bool dry_run = false;
  const json::Value* object = nullptr;      // nullptr on DELETE
  const json::Value* old_object = nullptr;  // nullptr on CREATE
};

// One of the reasons of a denial: what it is about, and what is wrong with it.
struct AdmissionCause {
  std::string field;
  std::string message;
};

struct AdmissionResponse {
  bool allowed = true;
  int code = 0;         // of a denial; 403 where 0
  std::string message;  // of a denial
  // Of a denial with code 422: `kubectl edit` shows these and not the message, and opens the file again.
  std::vector<AdmissionCause> causes;
  std::vector<std::string> warnings;
  std::map<std::string, std::string> audit_annotations;
  std::string patch;  // JSON Patch (RFC 6902) text, or empty for none
};

// Of an object, all but `status` and `metadata.managedFields`: nobody here asks for them, and they can be
// most of the text.
extern const json::Selection kObjectParts;

// The error is for a 400: it says what is wrong with the review. Of the two objects, what is not wanted is
// left out.
Result<AdmissionRequest> parse_admission_review(std::string_view body,
                                                const json::Selection& object = kObjectParts);
// The same without a copy: it writes to `body`, which outlives the request; see json::kInPlacePadding.
Result<AdmissionRequest> parse_admission_review_in_place(std::span<char> body,
                                                         const json::Selection& object = kObjectParts);

// The response's text. Warnings are cut to what the API keeps: 256 characters each, 4,096 in all (at UTF-8
// boundaries, control characters replaced). The patch goes in base64 with patchType JSONPatch.
std::string admission_review_response(std::string_view uid, const AdmissionResponse& response);

}  // namespace connected_registry::admission
