// Renders the configuration of regsync (regclient) and parses its log. Pure functions.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "sync/parent_source.h"
#include "sync/sync_config.h"

namespace connected_registry::sync {

// The reasons for the failure of a repository. Each is one word for people, events and metrics.
namespace reason {
inline constexpr std::string_view kUnauthorized = "UNAUTHORIZED";  // wrong user name or password
inline constexpr std::string_view kDenied = "DENIED";              // the user may not read the repository
inline constexpr std::string_view kUnreachable = "UNREACHABLE";    // the parent does not answer
inline constexpr std::string_view kCertificate = "CERTIFICATE";    // the parent's certificate is not trusted
inline constexpr std::string_view kNotFound = "NOT_FOUND";         // the parent has no such repository or tag
inline constexpr std::string_view kStorage = "STORAGE";  // no space, or this registry refuses the image
// The time window of the run (sync.window) or the pod ended. The next run continues.
inline constexpr std::string_view kInterrupted = "INTERRUPTED";
inline constexpr std::string_view kConfiguration = "CONFIGURATION";  // the settings do not work
inline constexpr std::string_view kFailed = "FAILED";                // any other reason; see the message
}  // namespace reason

// Returns the configuration for `regsync once` of one repository. It is JSON, which the YAML reader of
// regsync accepts. It contains the password: pass it to standard input, and write it to no file and no
// argument. `target` is the address of this registry, HOST:PORT, with plain HTTP.
std::string render_configuration(const Parent& parent, const Repository& repository, std::string_view target,
                                 std::string_view user_agent);

struct RegsyncLogLine {
  std::string level;    // debug, info, warning or error
  std::string message;  // text for this program's log, without credentials and without the queries of URLs
};

// A parser for the log of one regsync run (--logopt json --verbosity debug). It collects the result of the
// run.
class RegsyncLogParser {
 public:
  // `secret` (a password) is masked in every line.
  explicit RegsyncLogParser(std::string secret) : secret_(std::move(secret)) {}

  // Parses a line. Returns nullopt if the line is not a log event.
  std::optional<RegsyncLogLine> parse(std::string_view line);

  // Returns the tags of the repository that the filter matched. They were copied or were already present.
  const std::set<std::string>& tags() const { return tags_; }
  // Return the reason and the message of the first error, or an empty text if there was no error.
  std::string_view failure_reason() const { return reason_; }
  const std::string& failure_message() const { return message_; }

 private:
  std::string clean(std::string_view text) const;

  std::string secret_;
  std::set<std::string> tags_;
  std::string_view reason_;
  std::string message_;
};

// Returns the reason (see above) that belongs to an error text of regsync or of the system.
std::string_view classify(std::string_view error);

}  // namespace connected_registry::sync
