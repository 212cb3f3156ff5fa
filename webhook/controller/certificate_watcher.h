// Provides nginx with the registry's certificate. Checks the pair of certificate and key that the kubelet
// mounted, copies it to the directory that nginx reads, and signals nginx. Never copies a pair that would
// break nginx or its clients.
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
  std::string address;             // address of the registry; the certificate must have it as an IP SAN
  std::filesystem::path pid_file;  // file with the process id of nginx's master; empty: send no signal
  std::chrono::milliseconds interval{2'000};
};

enum class CopyResult {
  kUnchanged,  // the target already contained the pair
  kCopied,     // the pair was copied to the target
};

// Copies the pair once. In the target, tls.crt and tls.key are links through the link `..data`. `..data` is
// switched in one step, so that a reader never reads a certificate with the key of another certificate. Only
// the user of this process can read the files. If the pair is refused, the error contains the reason, and
// the target is not changed.
Result<CopyResult> copy_certificate(const WatcherRequest& request, TimePoint now);

// Sends SIGHUP to the process with the id in the file. Fails with kNotFound if the file does not exist yet.
// Fails with kInvalidArgument if the file contains no process id or if the process is not nginx, so that no
// other process gets the signal.
Status reload_nginx(const std::filesystem::path& pid_file);

// Tries to copy the pair until it succeeds or until `stop`. Returns true if the pair was copied. Used by the
// init container.
bool copy_once(const WatcherRequest& request, const std::stop_token& stop, const Clock& clock = system_now);

// Runs until `stop`. Also signals nginx at the start, because a previous watcher may have ended between the
// copy and the signal.
void watch_certificate(const WatcherRequest& request, const std::stop_token& stop,
                       const Clock& clock = system_now);

}  // namespace connected_registry::controller
