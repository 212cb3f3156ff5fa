// Hands nginx the registry's certificate: checks the pair that the kubelet mounted, copies it to where nginx
// reads, and tells nginx. A pair that would break nginx or its clients never gets there.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <functional>
#include <stop_token>
#include <string>

#include "base/result.h"
#include "base/timestamp.h"
#include "controller/progress_log.h"

namespace connected_registry::controller {

struct WatcherRequest {
  std::filesystem::path source;    // a mounted Secret: tls.crt, tls.key, ca.crt
  std::filesystem::path target;    // nginx reads tls.crt and tls.key here
  std::string address;             // of the registry: an IP SAN of the certificate
  std::filesystem::path pid_file;  // of nginx's master process; empty: nobody is told
  std::chrono::milliseconds interval{2'000};
};

enum class WatchOutcome {
  kUnchanged,  // the target has it already
  kCopied,     // the target is new
};

// One look. In the target, tls.crt and tls.key are links through one link, `..data`, which is switched in one
// step: a reader never meets a certificate with the key of another. Files are for the own user only. The
// error says why the pair was not taken; the target is then as it was.
Result<WatchOutcome> copy_certificate(const WatcherRequest& request, TimePoint now);

// Sends SIGHUP to the process that the file names. kNotFound where there is no file yet. Errors, too, where
// the content is no process id, or of a process that is not nginx any more: a signal must not hit another
// one.
Status tell_nginx(const std::filesystem::path& pid_file);

// Until a good pair is in the target (true) or `stop` (false). For the init container.
bool copy_once(const WatcherRequest& request, const std::stop_token& stop, const Clock& clock = system_now);

// Until `stop`. Tells nginx at its start, too: a watcher that ended between copying and telling owes it that.
void watch_certificate(const WatcherRequest& request, const std::stop_token& stop,
                       const Clock& clock = system_now);

}  // namespace connected_registry::controller
