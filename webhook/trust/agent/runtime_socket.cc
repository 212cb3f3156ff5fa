#include "trust/agent/runtime_socket.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <ctime>
#include <fstream>
#include <string>
#include <string_view>
#include <system_error>

#include "base/descriptor.h"

namespace connected_registry::trust {
namespace {

namespace fs = std::filesystem;

using SteadyTime = std::chrono::steady_clock::time_point;

constexpr std::chrono::seconds kConnectTimeout{2};

tl::unexpected<Error> not_answering(const fs::path& socket, int number) {
  return fail(ErrorCode::kUnavailable, "no answer at " + socket.string() + ": " +
                                           std::error_code(number, std::generic_category()).message());
}

Result<Descriptor> connect_to(const fs::path& socket) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string path = socket.string();
  if (path.size() >= sizeof address.sun_path) return not_answering(socket, ENAMETOOLONG);
  path.copy(address.sun_path, path.size());  // NOLINT(*-array-to-pointer-decay)
  Descriptor connection(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  // Limits connect() and send().
  const timeval limit{.tv_sec = kConnectTimeout.count(), .tv_usec = 0};
  static_cast<void>(::setsockopt(connection.get(), SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit));
  const auto* const general = reinterpret_cast<const sockaddr*>(&address);  // NOLINT(*-reinterpret-cast)
  if (::connect(connection.get(), general, sizeof address) != 0) return not_answering(socket, errno);
  return connection;
}

// Reads fields 2 and 22 of /proc/PID/stat: the name, and the clock ticks between the start of the machine and
// of the process.
Result<RuntimeProcess> read_process(pid_t process) {
  std::ifstream file("/proc/" + std::to_string(process) + "/stat");
  std::string text;
  std::getline(file, text);
  const std::size_t name_begin = text.find('(');
  const std::size_t name_end = text.rfind(") ");
  if (!file || name_begin == std::string::npos || name_end == std::string::npos || name_end < name_begin) {
    return fail(ErrorCode::kUnavailable, "process " + std::to_string(process) + " does not exist any more");
  }
  std::string_view rest = std::string_view(text).substr(name_end + 2);
  constexpr int kFieldsBefore = 19;  // the state is the third
  for (int field = 0; field < kFieldsBefore; ++field) {
    const std::size_t space = rest.find(' ');
    if (space == std::string_view::npos) return fail(ErrorCode::kInternal, "cannot read /proc");
    rest.remove_prefix(space + 1);
  }
  std::uint64_t ticks = 0;
  if (std::from_chars(rest.data(), rest.data() + rest.size(), ticks).ec != std::errc()) {
    return fail(ErrorCode::kInternal, "cannot read /proc");
  }
  timespec since_boot{};
  ::clock_gettime(CLOCK_BOOTTIME, &since_boot);
  const auto boot = std::chrono::seconds(since_boot.tv_sec) + std::chrono::nanoseconds(since_boot.tv_nsec);
  constexpr std::uint64_t kMilliseconds = 1'000;
  const auto started =
      std::chrono::milliseconds(ticks * kMilliseconds / static_cast<std::uint64_t>(::sysconf(_SC_CLK_TCK)));
  return RuntimeProcess{.id = process,
                        .started = std::chrono::time_point_cast<TimePoint::duration>(
                            std::chrono::system_clock::now() - boot + started),
                        .start_ticks = ticks,
                        .name = text.substr(name_begin + 1, name_end - name_begin - 1)};
}

// Returns a frame of HTTP/2 (RFC 9113 section 4.1), on stream 1 or on the connection.
std::string frame(char type, char flags, bool on_stream, std::string_view payload) {
  std::string out(3, '\0');
  out[2] = static_cast<char>(payload.size());
  out += type;
  out += flags;
  out.append(3, '\0');
  out += on_stream ? '\1' : '\0';
  out += payload;
  return out;
}

std::string hpack_literal(std::string_view value) {
  return static_cast<char>(value.size()) + std::string(value);
}

constexpr char kData = 0;
constexpr char kHeaders = 1;
constexpr char kSettings = 4;
constexpr char kEndStream = 1;
constexpr char kEndHeaders = 4;

// Returns a gRPC call with an empty message. The header block is HPACK (RFC 7541) with literals only: :method
// POST, :scheme http, :path, :authority, content-type, te.
std::string call_of(std::string_view path) {
  std::string headers = "\x83\x86\x04" + hpack_literal(path) + "\x01" + hpack_literal("localhost") +
                        "\x0f\x10" + hpack_literal("application/grpc");
  headers += '\0';
  headers += hpack_literal("te") + hpack_literal("trailers");
  return "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + frame(kSettings, 0, false, "") +
         frame(kHeaders, kEndHeaders, true, headers) + frame(kData, kEndStream, true, std::string(5, '\0'));
}

bool receive(const Descriptor& connection, char* target, std::size_t size, SteadyTime deadline) {
  while (size > 0) {
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now()).count();
    pollfd ready{.fd = connection.get(), .events = POLLIN, .revents = 0};
    if (left <= 0 || ::poll(&ready, 1, static_cast<int>(left)) != 1) return false;
    const ssize_t count = ::recv(connection.get(), target, size, 0);
    if (count <= 0) return false;
    target += count;
    size -= static_cast<std::size_t>(count);
  }
  return true;
}

// Reports whether an answer with content comes on stream 1.
bool is_answered(const Descriptor& connection, SteadyTime deadline) {
  constexpr std::size_t kHead = 9;
  constexpr std::size_t kLongest = 1U << 14U;
  constexpr int kFrames = 20;
  for (int count = 0; count < kFrames; ++count) {
    std::array<unsigned char, kHead> head{};
    if (!receive(connection, reinterpret_cast<char*>(head.data()), kHead, deadline)) return false;  // NOLINT
    const std::size_t length = (std::size_t{head[0]} << 16U) | (std::size_t{head[1]} << 8U) | head[2];
    if (length > kLongest) return false;
    std::string payload(length, '\0');
    if (!receive(connection, payload.data(), length, deadline)) return false;
    const bool ours = head[8] == 1;
    if (ours && head[3] == kData && length > 0) return true;
    if (ours && head[3] == kHeaders && (head[4] & static_cast<unsigned>(kEndStream)) != 0) return false;
  }
  return false;
}

}  // namespace

Result<RuntimeProcess> find_runtime(const fs::path& socket) {
  const auto connection = connect_to(socket);
  if (!connection) return tl::unexpected(connection.error());
  ucred peer{};
  socklen_t size = sizeof peer;
  if (::getsockopt(connection->get(), SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) {
    return not_answering(socket, errno);
  }
  if (peer.pid <= 0) {
    return fail(ErrorCode::kPermissionDenied,
                "the process at " + socket.string() + " is not visible: the agent's pod needs hostPID");
  }
  return read_process(peer.pid);
}

Status ask_version(const fs::path& socket, std::chrono::milliseconds timeout) {
  const SteadyTime deadline = std::chrono::steady_clock::now() + timeout;
  // containerd 1.5 has only the second.
  for (const char* const path :
       {"/runtime.v1.RuntimeService/Version", "/runtime.v1alpha2.RuntimeService/Version"}) {
    const auto connection = connect_to(socket);
    if (!connection) return tl::unexpected(connection.error());
    const std::string call = call_of(path);
    if (::send(connection->get(), call.data(), call.size(), MSG_NOSIGNAL) !=
        static_cast<ssize_t>(call.size())) {
      return not_answering(socket, errno);
    }
    if (is_answered(*connection, deadline)) return {};
  }
  return fail(ErrorCode::kUnavailable, "CRI does not answer at " + socket.string());
}

}  // namespace connected_registry::trust
