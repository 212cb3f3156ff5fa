#include "trust/agent/restart.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>

#include "kube/fake_api.h"
#include "trust/files/node_tree.h"

namespace connected_registry::trust {
namespace {

using testing::NodeTree;

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

// A socket at containerd's place, served by this very process.
class Listening {
 public:
  explicit Listening(const std::filesystem::path& path) : descriptor_(::socket(AF_UNIX, SOCK_STREAM, 0)) {
    std::filesystem::create_directories(path.parent_path());
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.string().copy(address.sun_path, sizeof address.sun_path - 1);  // NOLINT(*-array-to-pointer-decay)
    const auto* const general = reinterpret_cast<const sockaddr*>(&address);  // NOLINT(*-reinterpret-cast)
    EXPECT_EQ(::bind(descriptor_, general, sizeof address), 0);
    EXPECT_EQ(::listen(descriptor_, 4), 0);
  }
  ~Listening() { ::close(descriptor_); }
  Listening(const Listening&) = delete;
  Listening& operator=(const Listening&) = delete;
  Listening(Listening&&) = delete;
  Listening& operator=(Listening&&) = delete;

 private:
  int descriptor_;
};

TEST(RestartContainerd, does_not_try_for_ever_where_the_clock_went_back) {
  const NodeTree node;
  node.put("usr/lib/systemd/system/containerd.service", "[Service]\nRestart=always\n");
  node.put("etc/containerd/config.toml", "version = 2\n");
  const std::filesystem::path config = node.root() / "etc/containerd/config.toml";
  std::filesystem::last_write_time(config,
                                   std::filesystem::file_time_type::clock::now() + std::chrono::hours(1));
  const Listening containerd(node.root() / "run/containerd/containerd.sock");
  const kube::testing::FakeApi api;
  kube::Client client(api.configuration());
  const HostView host(machine_file_system(), node.root());
  const auto outcome = restart_containerd_if_older(
      client, {.installation = {.name = "cr", .namespace_ = "edge"}, .node = "n", .host_root = node.root()},
      host, system_now);
  ASSERT_FALSE(outcome);
  EXPECT_THAT(outcome.error().message, ::testing::HasSubstr("in the future"));
  EXPECT_TRUE(api.requests().empty()) << "nobody's turn is asked for";
}

}  // namespace
}  // namespace connected_registry::trust
