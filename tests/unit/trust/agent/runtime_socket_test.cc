#include "trust/agent/runtime_socket.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <string>
#include <thread>

#include "support/temporary_directory.h"
#include "trust/agent/unix_listener.h"

namespace connected_registry::trust {
namespace {

using std::chrono::milliseconds;
using ::testing::HasSubstr;
using testing::UnixListener;

class RuntimeSocket : public ::testing::Test {
 protected:
  const connected_registry::testing::TemporaryDirectory directory;
  const std::filesystem::path path = directory.path() / "containerd.sock";
};

// Answers the first connection with these bytes, a pause before each piece, until the peer has gone.
class Peer {
 public:
  Peer(const std::filesystem::path& path, std::string bytes, std::size_t piece, milliseconds pause)
      : listener_(path), thread_([this, bytes = std::move(bytes), piece, pause] {
          const int peer = ::accept(listener_.descriptor(), nullptr, nullptr);
          for (std::size_t at = 0; at < bytes.size(); at += piece) {
            pollfd gone{.fd = peer, .events = POLLRDHUP, .revents = 0};
            if (::poll(&gone, 1, static_cast<int>(pause.count())) != 0) break;
            if (::send(peer, bytes.data() + at, std::min(piece, bytes.size() - at), MSG_NOSIGNAL) < 0) break;
            sent_ += piece;
          }
          ::close(peer);
        }) {}
  ~Peer() { thread_.join(); }
  Peer(const Peer&) = delete;
  Peer& operator=(const Peer&) = delete;
  Peer(Peer&&) = delete;
  Peer& operator=(Peer&&) = delete;
  std::size_t sent() const { return sent_; }

 private:
  UnixListener listener_;
  std::atomic<std::size_t> sent_ = 0;
  std::thread thread_;
};

// A frame of HTTP/2: three bytes of length, type, flags, stream.
std::string frame(char type, char flags, char stream, const std::string& payload) {
  return std::string({'\0', '\0', static_cast<char>(payload.size()), type, flags, '\0', '\0', '\0', stream}) +
         payload;
}

TEST_F(RuntimeSocket, is_of_the_process_that_listens) {
  const UnixListener listener(path);
  const auto runtime = find_runtime(path);
  ASSERT_TRUE(runtime) << runtime.error().message;
  EXPECT_EQ(runtime->id, ::getpid());
  EXPECT_LE(runtime->started, system_now());
  EXPECT_FALSE(runtime->name.empty());
  const auto again = find_runtime(path);
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_TRUE(again->is_same(*runtime));
}

TEST_F(RuntimeSocket, of_nobody_is_unavailable) {
  const auto runtime = find_runtime(path);
  ASSERT_FALSE(runtime);
  EXPECT_EQ(runtime.error().code, ErrorCode::kUnavailable);
  EXPECT_THAT(runtime.error().message, HasSubstr(path.string()));
  EXPECT_FALSE(ask_version(path));
}

TEST_F(RuntimeSocket, answers_with_data_on_the_calls_stream) {
  const Peer peer(path, frame(4, 0, 0, "") + frame(1, 4, 1, "h") + frame(0, 0, 1, "version"), 100,
                  milliseconds(0));
  EXPECT_TRUE(ask_version(path));
}

// A peer that sends a byte now and then holds the agent no longer than one that sends none.
TEST_F(RuntimeSocket, ends_in_time_however_slowly_the_bytes_come) {
  constexpr std::size_t kBytes = 100;
  const Peer peer(path, std::string(3, '\0').replace(1, 1, 1, '\x10') + std::string(kBytes, '\0'), 1,
                  milliseconds(50));
  EXPECT_FALSE(ask_version(path, milliseconds(200)));
  EXPECT_LT(peer.sent(), kBytes);
}

}  // namespace
}  // namespace connected_registry::trust
