// Gives nginx the registry's certificate: checks the pair that the kubelet mounted, copies it to the
// directory from which nginx reads, and signals nginx. A pair that would break nginx or its clients is never
// copied.
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
  std::filesystem::path pid_file;  // of nginx's master process; empty: nobody is signalled
  std::chrono::milliseconds interval{2'000};
};

enum class CopyResult {
  kUnchanged,  // the target has it already
  kCopied,     // the target is new
};

// Copies the pair once. In the target, tls.crt and tls.key are links through one link, `..data`, which is
// switched in one step: a reader never meets a certificate with the key of another. Only the own user can
// read the files. The error says why the pair was refused; the target is then as it was.
Result<CopyResult> copy_certificate(const WatcherRequest& request, TimePoint now);

// Sends SIGHUP to the process that the file names. Errors: kNotFound where there is no file yet;
// kInvalidArgument where the file holds no process id, or that of a process that is not nginx: a signal must
// not hit another one.
Status reload_nginx(const std::filesystem::path& pid_file);

// Tries until a good pair is in the target (true) or `stop` (false). For the init container.
bool copy_once(const WatcherRequest& request, const std::stop_token& stop, const Clock& clock = system_now);

// Runs until `stop`. Signals nginx at the start as well: a former watcher may have ended after it copied and
// before it signalled.
void watch_certificate(const WatcherRequest& request, const std::stop_token& stop,
                       const Clock& clock = system_now);

}  // namespace connected_registry::controller
