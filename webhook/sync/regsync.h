// regsync (regclient): its configuration, and what its log says. Pure.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "sync/parent_source.h"
#include "sync/sync_config.h"

namespace connected_registry::sync {

// Why a repository was not synchronized, in one word for people, events and metrics.
namespace reason {
inline constexpr std::string_view kUnauthorized = "UNAUTHORIZED";  // wrong name or password
inline constexpr std::string_view kDenied = "DENIED";              // known, but may not read it
inline constexpr std::string_view kUnreachable = "UNREACHABLE";    // the parent does not answer
inline constexpr std::string_view kCertificate = "CERTIFICATE";    // its certificate is not trusted
inline constexpr std::string_view kNotFound = "NOT_FOUND";         // it has no such repository or tag
inline constexpr std::string_view kStorage = "STORAGE";          // no room, or this registry does not take it
inline constexpr std::string_view kInterrupted = "INTERRUPTED";  // the window or the pod ended; it goes on
inline constexpr std::string_view kConfiguration = "CONFIGURATION";  // the settings do not work
inline constexpr std::string_view kFailed = "FAILED";                // anything else: the message says it
}  // namespace reason

// The configuration for `regsync once` of one repository, JSON, which its YAML reader takes. It holds the
// password: it goes through a pipe, into no file and no argument. `target` is this registry, HOST:PORT, over
// plain HTTP.
std::string render_configuration(const Parent& parent, const Repository& repository, std::string_view target,
                                 std::string_view user_agent);

// What a run of regsync came to, from the lines of its log (--logopt json --verbosity debug).
class LogReader {
 public:
  // `secret` (a password) is blotted out wherever a line should hold it.
  explicit LogReader(std::string secret) : secret_(std::move(secret)) {}

  struct Line {
    std::string level;    // debug, info, warning or error
    std::string message;  // for our own log, without credentials and without queries of URLs
  };
  // nullopt for a line that is no event of its log.
  std::optional<Line> take(std::string_view line);

  // Tags of the repository that the filter took, copied or there already.
  const std::set<std::string>& tags() const { return tags_; }
  // Of the first error; empty where there was none.
  std::string_view failure_reason() const { return reason_; }
  const std::string& failure_message() const { return message_; }

 private:
  std::string clean(std::string_view text) const;

  std::string secret_;
  std::set<std::string> tags_;
  std::string_view reason_;
  std::string message_;
};

// The reason for an error text of regsync or of the system.
std::string_view classify(std::string_view error);

}  // namespace connected_registry::sync
