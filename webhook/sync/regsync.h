// The configuration of regsync (regclient), and a parser of its log. Pure.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "sync/parent_source.h"
#include "sync/sync_config.h"

namespace connected_registry::sync {

// The reason for a repository's failure, in one word for people, events and metrics.
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

// Returns the configuration for `regsync once` of one repository: JSON, which its YAML reader accepts. It
// contains the password, so it goes through standard input, into no file and no argument. `target` is this
// registry, HOST:PORT, over plain HTTP.
std::string render_configuration(const Parent& parent, const Repository& repository, std::string_view target,
                                 std::string_view user_agent);

struct RegsyncLogLine {
  std::string level;    // debug, info, warning or error
  std::string message;  // for this program's log, without credentials and without queries of URLs
};

// A parser of the log of one regsync run (--logopt json --verbosity debug). It collects the run's result.
class RegsyncLogParser {
 public:
  // `secret` (a password) is masked in every line.
  explicit RegsyncLogParser(std::string secret) : secret_(std::move(secret)) {}

  // Returns nullopt for a line that is no event of the log.
  std::optional<RegsyncLogLine> parse(std::string_view line);

  // Returns the tags of the repository that the filter matched, copied or present already.
  const std::set<std::string>& tags() const { return tags_; }
  // Both are of the first error; empty where there was none.
  std::string_view failure_reason() const { return reason_; }
  const std::string& failure_message() const { return message_; }

 private:
  std::string clean(std::string_view text) const;

  std::string secret_;
  std::set<std::string> tags_;
  std::string_view reason_;
  std::string message_;
};

// Returns the reason for an error text of regsync or of the system.
std::string_view classify(std::string_view error);

}  // namespace connected_registry::sync
