// AdmissionReview of admission.k8s.io/v1: a parser for the API server's request and a writer of the response.
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
  std::vector<char> text;   // copy of the review; empty if the review was parsed in place
  json::Document document;  // `document` and `text` own the data of the fields below
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

// One reason of a denial (metav1.StatusCause).
struct AdmissionCause {
  std::string field;
  std::string message;
};

struct AdmissionResponse {
  bool allowed = true;
  int code = 0;         // code of a denial; 0 means 403
  std::string message;  // message of a denial
  // Reasons of a denial with code 422. `kubectl edit` shows them instead of the message and opens the file
  // again.
  std::vector<AdmissionCause> causes;
  std::vector<std::string> warnings;
  std::map<std::string, std::string> audit_annotations;
  std::string patch;  // JSON Patch (RFC 6902) as text; empty: no patch
};

// Selects a whole object except `status` and `metadata.managedFields`. These two are not needed and can be
// most of the text.
extern const json::Selection kObjectParts;

// Parses a review. `object` selects the parts of the new and of the old object that are kept. The error's
// message is for a response with status 400.
Result<AdmissionRequest> parse_admission_review(std::string_view body,
                                                const json::Selection& object = kObjectParts);
// Parses a review without a copy. Writes to `body`, which must outlive the request and must be followed by
// json::kInPlacePadding bytes.
Result<AdmissionRequest> parse_admission_review_in_place(std::span<char> body,
                                                         const json::Selection& object = kObjectParts);

// Returns a response that admits the request. A warning gets the prefix "connected-registry: ".
AdmissionResponse admit(std::string warning = {});

// Returns the text of the review with the response. Warnings are cut at UTF-8 boundaries to the length that
// the API server keeps: 256 characters for each warning and 4,096 for all. Control characters in warnings are
// replaced. The patch is written as base64, with patchType JSONPatch.
std::string admission_review_response(std::string_view uid, const AdmissionResponse& response);

}  // namespace connected_registry::admission
