// AdmissionReview of admission.k8s.io/v1: parses the API server's request, and serializes the response.
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
  std::vector<char> text;   // a copy of the review, unless it was parsed in place
  json::Document document;  // owns, with the text, the views and pointers below
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

// One of the reasons of a denial (metav1.StatusCause).
struct AdmissionCause {
  std::string field;
  std::string message;
};

struct AdmissionResponse {
  bool allowed = true;
  int code = 0;         // of a denial; 403 where 0
  std::string message;  // of a denial
  // Of a denial with code 422. `kubectl edit` shows these instead of the message, and opens the file again.
  std::vector<AdmissionCause> causes;
  std::vector<std::string> warnings;
  std::map<std::string, std::string> audit_annotations;
  std::string patch;  // JSON Patch (RFC 6902) text, or empty for none
};

// Selects all of an object save `status` and `metadata.managedFields`, which are not needed and can be most
// of the text.
extern const json::Selection kObjectParts;

// Parses a review. `object` selects the parts of the new and the old object that are kept. The error's
// message is for a response with status 400.
Result<AdmissionRequest> parse_admission_review(std::string_view body,
                                                const json::Selection& object = kObjectParts);
// Parses a review without a copy. Writes to `body`, which must outlive the request and have
// json::kInPlacePadding.
Result<AdmissionRequest> parse_admission_review_in_place(std::span<char> body,
                                                         const json::Selection& object = kObjectParts);

// Returns an admitting response. A warning gets the prefix "connected-registry: ".
AdmissionResponse admit(std::string warning = {});

// Returns the text of the review with the response. Warnings are cut to what the API server keeps, 256
// characters each and 4,096 in all, at UTF-8 boundaries, and their control characters replaced. The patch is
// in base64, with patchType JSONPatch.
std::string admission_review_response(std::string_view uid, const AdmissionResponse& response);

}  // namespace connected_registry::admission
