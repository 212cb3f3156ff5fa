#include "trust/agent/restart.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <mutex>
#include <stop_token>
#include <thread>
#include <utility>

#include "kube/fake_api.h"
#include "trust/agent/runtime_socket.h"
#include "trust/agent/unix_listener.h"
#include "trust/files/node_tree.h"

namespace connected_registry::trust {
namespace {

using testing::NodeTree;
using testing::UnixListener;

bool always(const NodeTree& node) {
  return restarts_always(HostView(machine_file_system(), node.root()), "containerd.service");
}

TEST(RestartsAlways, is_what_the_unit_says) {
  const NodeTree node;
  EXPECT_FALSE(always(node)) << "no unit, nobody that starts it again";
  node.put("usr/lib/systemd/system/containerd.service", "[Service]\nRestart=always\n");
  EXPECT_TRUE(always(node));
  node.put("etc/systemd/system/containerd.service", "[Service]\nRestart=on-failure\n");
  EXPECT_FALSE(always(node)) << "/etc goes before /usr/lib";
}

TEST(RestartsAlways, counts_drop_ins) {
  const NodeTree node;
  node.put("usr/lib/systemd/system/containerd.service", "[Service]\nRestart=always\n");
  node.put("etc/systemd/system/containerd.service.d/10-mine.conf", "[Service]\nRestart = no\n");
  EXPECT_FALSE(always(node));
}

// Serves a runtime's socket until SIGTERM ends it.
class ChildRuntime {
 public:
  explicit ChildRuntime(const std::filesystem::path& path) : id_(::fork()) {
    if (id_ == 0) {
      const UnixListener listener(path);
      while (true) ::pause();
    }
    while (!find_runtime(path)) std::this_thread::yield();
  }
  ~ChildRuntime() {
    if (id_ > 0) ::kill(id_, SIGKILL);
    await_end();
  }
  ChildRuntime(const ChildRuntime&) = delete;
  ChildRuntime& operator=(const ChildRuntime&) = delete;
  ChildRuntime(ChildRuntime&&) = delete;
  ChildRuntime& operator=(ChildRuntime&&) = delete;

  // Waits until the process has ended.
  void await_end() {
    if (id_ > 0) ::waitpid(std::exchange(id_, -1), nullptr, 0);
  }

 private:
  pid_t id_;
};

class RestartContainerd : public ::testing::Test {
 protected:
  RestartContainerd() {
    node.put("usr/lib/systemd/system/containerd.service", "[Service]\nRestart=always\n");
    configure("version = 2\n");
  }
  void configure(const std::string& text) const {
    node.put("etc/containerd/config.toml", text);
    std::filesystem::last_write_time(node.root() / "etc/containerd/config.toml",
                                     std::filesystem::file_time_type::clock::now() + std::chrono::hours(1));
  }
  Status restart(kube::Client& client, const Clock& clock, std::chrono::seconds timeout,
                 const std::stop_token& stop, std::string_view runtime = "") const {
    RestartLock lock(client, {.installation = {.name = "cr", .namespace_ = "edge"}, .node = "n"});
    const HostView host(machine_file_system(), node.root());
    return restart_containerd_if_older(lock,
                                       {.node = "n",
                                        .host_root = node.root(),
                                        .containerd = parse_containerd_version(runtime),
                                        .timeout = timeout},
                                       host, clock, stop);
  }
  // The configuration was changed an hour before.
  static TimePoint later() { return system_now() + std::chrono::hours(2); }

  const NodeTree node;
  const std::filesystem::path socket = node.root() / "run/containerd/containerd.sock";
};

TEST_F(RestartContainerd, does_not_try_for_ever_where_the_clock_went_back) {
  const UnixListener containerd(socket);
  const kube::testing::FakeApi api;
  kube::Client client(api.configuration());
  const auto restarted = restart(client, system_now, std::chrono::seconds(1), {});
  ASSERT_FALSE(restarted);
  EXPECT_THAT(restarted.error().message, ::testing::HasSubstr("in the future"));
  EXPECT_TRUE(api.requests().empty()) << "the lock is not asked for";
}

TEST_F(RestartContainerd, says_so_where_systemd_would_not_start_it_again) {
  node.put("usr/lib/systemd/system/containerd.service", "[Service]\n");
  const UnixListener containerd(socket);
  const kube::testing::FakeApi api;
  kube::Client client(api.configuration());
  const auto restarted = restart(client, later, std::chrono::seconds(1), {});
  ASSERT_FALSE(restarted);
  EXPECT_THAT(restarted.error().message, ::testing::HasSubstr("systemctl restart containerd"));
  EXPECT_TRUE(api.requests().empty());
}

TEST_F(RestartContainerd, says_so_where_containerd_could_not_read_its_configuration) {
  configure("[plugins.\"io.containerd.grpc.v1.cri\".registry.configs.\"[::1]\".tls]\n");
  const UnixListener containerd(socket);
  const kube::testing::FakeApi api;
  kube::Client client(api.configuration());
  const auto restarted = restart(client, later, std::chrono::seconds(1), {}, "containerd://1.6.20");
  ASSERT_FALSE(restarted);
  EXPECT_EQ(restarted.error().code, ErrorCode::kInvalidArgument);
  EXPECT_THAT(restarted.error().message, ::testing::HasSubstr("/etc/containerd/config.toml: line 1"));
  EXPECT_TRUE(api.requests().empty()) << "the lock is not asked for";
}

// Keeps what is written, and accepts everything.
struct LeaseApi {
  LeaseApi() {
    api.handle([this](const kube::testing::SeenRequest& request, httplib::Response& response) {
      if (request.method == "GET") {
        response.status = 404;
        return;
      }
      const std::lock_guard lock(mutex);
      ++writes;
      response.set_content(request.body, "application/json");
    });
  }
  std::mutex mutex;
  int writes = 0;
  kube::testing::FakeApi api;
};

TEST_F(RestartContainerd, reaches_the_process_that_was_found) {
  ChildRuntime containerd(socket);
  const auto runtime = find_runtime(socket);
  ASSERT_TRUE(runtime) << runtime.error().message;
  const auto terminated = terminate(socket, *runtime);
  ASSERT_TRUE(terminated) << terminated.error().message;
  containerd.await_end();
  const auto again = terminate(socket, *runtime);
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, ErrorCode::kUnavailable) << again.error().message;
}

// The process that serves the socket now stands for one that got the id of an ended one.
TEST_F(RestartContainerd, sends_no_signal_to_another_process_with_the_same_id) {
  const ChildRuntime containerd(socket);
  const auto runtime = find_runtime(socket);
  ASSERT_TRUE(runtime) << runtime.error().message;
  RuntimeProcess earlier = *runtime;
  --earlier.start_ticks;
  RuntimeProcess renamed = *runtime;
  renamed.name = "another";
  for (const RuntimeProcess& former : {earlier, renamed}) {
    const auto terminated = terminate(socket, former);
    ASSERT_FALSE(terminated);
    EXPECT_EQ(terminated.error().code, ErrorCode::kUnavailable);
  }
  const auto current = find_runtime(socket);
  ASSERT_TRUE(current) << "it goes on";
  EXPECT_TRUE(current->is_same(*runtime));
}

TEST_F(RestartContainerd, that_does_not_come_back_keeps_the_lock) {
  ChildRuntime containerd(socket);
  LeaseApi lease;
  kube::Client client(lease.api.configuration());
  const auto restarted = restart(client, later, std::chrono::seconds(1), {});
  ASSERT_FALSE(restarted);
  EXPECT_EQ(restarted.error().code, ErrorCode::kInternal);
  EXPECT_THAT(restarted.error().message, ::testing::HasSubstr("within 1 s"));
  EXPECT_EQ(lease.writes, 1) << "acquired, and not released";
}

TEST_F(RestartContainerd, ends_its_wait_at_a_stop_and_leaves_the_lock_to_the_next_agent) {
  ChildRuntime containerd(socket);
  LeaseApi lease;
  kube::Client client(lease.api.configuration());
  std::stop_source stop;
  const std::jthread stopping([&] {
    containerd.await_end();
    stop.request_stop();
  });
  const auto restarted = restart(client, later, std::chrono::seconds(20), stop.get_token());
  ASSERT_FALSE(restarted);
  EXPECT_EQ(restarted.error().code, ErrorCode::kUnavailable) << restarted.error().message;
  EXPECT_EQ(lease.writes, 1);
}

}  // namespace
}  // namespace connected_registry::trust
