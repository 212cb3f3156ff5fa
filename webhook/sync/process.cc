#include "sync/process.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstddef>
#include <utility>

#include "base/descriptor.h"
#include "base/stop_event.h"
#include "base/system_error.h"

namespace connected_registry::sync {
namespace {

using std::chrono::steady_clock;

constexpr std::chrono::milliseconds kPollInterval{100};

Result<Descriptor> memory_file(const std::string& input) {
  Descriptor file(::memfd_create("input", MFD_CLOEXEC));
  if (file.get() < 0) return fail_system("make its input", errno);
  for (std::size_t done = 0; done < input.size();) {
    const ssize_t count = ::write(file.get(), input.data() + done, input.size() - done);
    if (count < 0) return fail_system("write its input", errno);
    done += static_cast<std::size_t>(count);
  }
  if (::lseek(file.get(), 0, SEEK_SET) < 0) return fail_system("rewind its input", errno);
  return file;
}

// Returns "NAME=VALUE" of this process and of the request, which wins.
std::vector<std::string> environment_of(const ProcessRequest& request) {
  std::vector<std::string> out;
  for (char** each = environ; *each != nullptr; ++each) {
    const std::string_view entry(*each);
    if (!request.environment.contains(std::string(entry.substr(0, entry.find('='))))) out.emplace_back(entry);
  }
  for (const auto& [name, value] : request.environment) out.emplace_back(name).append("=").append(value);
  return out;
}

// Returns the texts as exec takes them; valid while `texts` is.
std::vector<char*> pointers_to(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  pointers.reserve(texts.size() + 1);
  for (std::string& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

// Starts the program with default signals: this process blocks and ignores some, which a child would inherit.
Result<pid_t> spawn(const ProcessRequest& request, int input, int output) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, output, STDERR_FILENO);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t none;
  sigset_t all;
  sigemptyset(&none);
  sigfillset(&all);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setsigdefault(&attributes, &all);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  std::vector<std::string> arguments = request.arguments;
  std::vector<std::string> environment = environment_of(request);
  pid_t child = 0;
  const int problem = ::posix_spawnp(&child, arguments.front().c_str(), &actions, &attributes,
                                     pointers_to(arguments).data(), pointers_to(environment).data());
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  if (problem != 0) return fail_system("start " + request.arguments.front(), problem);
  return child;
}

// Splits the output into lines.
class LineSplitter {
 public:
  explicit LineSplitter(const std::function<void(std::string_view)>& on_line) : on_line_(on_line) {}
  void add(std::string_view bytes) {
    constexpr std::size_t kLongest = std::size_t{64} << 10U;
    for (const char byte : bytes) {
      if (byte != '\n') rest_ += byte;
      if (byte == '\n' || rest_.size() >= kLongest) flush();
    }
  }
  void flush() {
    if (!rest_.empty()) on_line_(rest_);
    rest_.clear();
  }

 private:
  const std::function<void(std::string_view)>& on_line_;
  std::string rest_;
};

// Reads what is there now; false once the other end is closed.
bool read_some(int descriptor, LineSplitter& lines) {
  std::array<char, 16384> buffer{};
  const ssize_t count = ::read(descriptor, buffer.data(), buffer.size());
  if (count > 0) lines.add({buffer.data(), static_cast<std::size_t>(count)});
  return count > 0 || (count < 0 && (errno == EINTR || errno == EAGAIN));
}

// Reads the rest of what the program has written, without waiting for more.
void read_rest(int descriptor, LineSplitter& lines) {
  pollfd left{.fd = descriptor, .events = POLLIN, .revents = 0};
  while (::poll(&left, 1, 0) > 0 && (left.revents & POLLIN) != 0 && read_some(descriptor, lines)) {
  }
}

int exit_code_of(int status) {
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

// Waits for output, the process's end, the stop or the next point in time, whichever is first.
class ProcessWaiter {
 public:
  ProcessWaiter(pid_t child, int output, const std::stop_token& stop)
      : stop_event_(stop),
        // By its number: the C library's own function is newer than the oldest system that builds this.
        process_(static_cast<int>(::syscall(SYS_pidfd_open, child, 0))),
        output_(output) {}

  // Returns whether there is output, or its end, to be read.
  bool wait(bool output_open, bool stopping, const std::optional<steady_clock::time_point>& until) const {
    std::array<pollfd, 3> descriptors{{
        {.fd = output_open ? output_ : -1, .events = POLLIN, .revents = 0},
        {.fd = process_.get(), .events = POLLIN, .revents = 0},
        {.fd = stopping ? -1 : stop_event_.get(), .events = POLLIN, .revents = 0},
    }};
    return ::poll(descriptors.data(), descriptors.size(), timeout(until)) > 0 && descriptors[0].revents != 0;
  }

 private:
  int timeout(const std::optional<steady_clock::time_point>& until) const {
    using std::chrono::milliseconds;
    constexpr milliseconds kLongest{60'000};
    milliseconds wait = kLongest;
    if (until) {
      wait = std::clamp(std::chrono::ceil<milliseconds>(*until - steady_clock::now()), milliseconds(0),
                        kLongest);
    }
    // A kernel before 5.3 has no such descriptor: there the process's end is polled for.
    if (!process_ || stop_event_.get() < 0) wait = std::min(wait, kPollInterval);
    return static_cast<int>(wait.count());
  }

  StopEvent stop_event_;
  Descriptor process_;
  int output_;
};

}  // namespace

Result<ProcessResult> run_process(const ProcessRequest& request, const std::stop_token& stop,
                                  const std::function<void(std::string_view line)>& on_line) {
  auto input = memory_file(request.input);
  if (!input) return tl::unexpected(std::move(input.error()));
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return fail_system("make a pipe", errno);
  const Descriptor output(ends[0]);
  Descriptor childs_output(ends[1]);
  const auto child = spawn(request, input->get(), childs_output.get());
  if (!child) return tl::unexpected(child.error());
  childs_output.close();
  ProcessResult result;
  LineSplitter lines(on_line);
  const ProcessWaiter waiter(*child, output.get(), stop);
  std::optional<steady_clock::time_point> kill_at;  // set once it was asked to end
  bool open = true;
  int status = 0;
  // Its own children may hold the pipe open: its end counts, not the pipe's.
  while (::waitpid(*child, &status, WNOHANG) != *child) {
    const bool readable = waiter.wait(open, kill_at.has_value(), kill_at ? kill_at : request.deadline);
    if (readable) open = read_some(output.get(), lines);
    const auto now = steady_clock::now();
    const bool time_up = request.deadline && now >= *request.deadline;
    if (!kill_at && (stop.stop_requested() || time_up)) {
      result.end = stop.stop_requested() ? ProcessEnd::kStopped : ProcessEnd::kTimeUp;
      ::kill(*child, SIGTERM);
      kill_at = now + request.grace;
    } else if (kill_at && now >= *kill_at) {
      ::kill(*child, SIGKILL);
      kill_at = now + kPollInterval;
    }
  }
  if (open) read_rest(output.get(), lines);
  lines.flush();
  result.exit_code = exit_code_of(status);
  return result;
}

}  // namespace connected_registry::sync
