// Every change that the writer makes to a node, broken at every call: never a torn file, never a foreign byte
// lost, and the next run comes to where an undisturbed one would have come.
#include <fcntl.h>
#include <gtest/gtest.h>

#include <functional>
#include <set>
#include <string>
#include <vector>

#include "trust/files/directory_record.h"
#include "trust/files/faulty_file_system.h"
#include "trust/files/node_files.h"
#include "trust/files/node_tree.h"
#include "trust/files/placed_file.h"
#include "trust/runtimes/hosts_toml.h"

namespace connected_registry::trust {
namespace {

namespace fs = std::filesystem;
using testing::Crash;
using testing::Fault;
using testing::FaultyFileSystem;
using testing::NodeTree;

const names::Installation kInstallation{.name = "cr", .namespace_ = "edge"};
const fs::path kRoot = "etc/containerd/certs.d";
const fs::path kDocker = "etc/docker/certs.d";
const fs::path kDropIn = "etc/containers/registries.conf.d/cr.conf";
const fs::path kConfig = "etc/containerd/config.toml";
constexpr std::string_view kOwnersConfig = "version = 2\n";

std::vector<DesiredFile> wanted(const std::string& bundle, const std::string& address) {
  auto files = hosts_files(kRoot, "/" / kRoot, {.address = address}, bundle);
  for (auto& file : authority_files(kDocker, {.address = address}, bundle)) files.push_back(std::move(file));
  files.push_back({kDropIn, "# " + bundle + "\n"});
  return files;
}

// Somebody else's file, in which we set something: another value with each bundle.
std::vector<DesiredSettings> settings(const std::string& bundle) {
  return {{kConfig, {{.table = {"plugins", "cri", "registry"}, .key = "config_path", .value = bundle}}}};
}

// A node on which others have been at work, at the very places where we write.
void furnish(const NodeTree& tree) {
  tree.put(kConfig, std::string(kOwnersConfig), 0600);
  tree.put(kRoot / "docker.io/hosts.toml", "server = \"https://mirror\"\n");
  tree.put(kRoot / "10.9.8.7/hosts.toml", "# somebody's hosts.toml\n", 0640);
  tree.put(kDocker / "10.9.8.7/ca.crt", "somebody's CA\n", 0444);
  tree.put(kDocker / "10.9.8.7/client.key", "somebody's key\n", 0400);
  tree.put("etc/containers/policy.json", "{}\n");
}
const std::vector<std::string> kForeign = {"version = 2\n",
                                           "server = \"https://mirror\"\n",
                                           "# somebody's hosts.toml\n",
                                           "somebody's CA\n",
                                           "somebody's key\n",
                                           "{}\n"};

struct Step {
  const char* name;
  std::function<void(const NodeFiles&)> prepare;
  std::function<NodeFilesResult(const NodeFiles&)> act;
};

std::vector<Step> steps() {
  const auto nothing = [](const NodeFiles&) {};
  const auto installed = [](const NodeFiles& files) {
    files.ensure(wanted("OLD", "10.9.8.7"), settings("OLD"));
  };
  const auto ensure = [](const std::string& bundle, const std::string& address) {
    return [=](const NodeFiles& files) { return files.ensure(wanted(bundle, address), settings(bundle)); };
  };
  return {{"install", nothing, ensure("OLD", "10.9.8.7")},
          {"new bundle", installed, ensure("NEW", "10.9.8.7")},
          {"new address", installed, ensure("NEW", "10.9.8.9")},
          {"remove", installed, [](const NodeFiles& files) { return files.remove(); }}};
}

void expect_nothing_lost(const NodeTree& tree, const std::string& where) {
  std::multiset<std::string> there;
  for (const auto& [path, content] : tree.contents()) there.insert(content);
  for (const std::string& content : kForeign) {
    EXPECT_EQ(there.count(content), 1U) << where << ": " << content;
  }
}

// What a reader meets under the names that runtimes know is the whole old file or the whole new one.
void expect_nothing_torn(const NodeTree& tree, const std::string& where) {
  const std::string config = tree.contents().at(kConfig.string());
  const auto owners = holds_settings(config, kInstallation) ? cut_settings(config, kInstallation) : config;
  EXPECT_EQ(owners, kOwnersConfig) << where;
  for (const auto& [path, content] : tree.contents()) {
    const fs::path name = fs::path(path).filename();
    if (name != kHostsFile && name != kAuthorityFile && name != kDropIn.filename()) continue;
    EXPECT_NE(owner_of(content, kInstallation), Owner::kChanged) << where << ": " << path;
    EXPECT_NE(content, "") << where << ": " << path;
  }
}

class NodeFaults : public ::testing::TestWithParam<Fault> {};

TEST_P(NodeFaults, leave_old_or_new_and_the_next_run_converges) {
  const Layout layout{.host_roots = {kRoot, kDocker}, .files = {kDropIn}, .edited = {kConfig}};
  std::size_t points = 0;
  for (const Step& step : steps()) {
    std::map<std::string, std::string> expected;
    std::map<std::string, std::string> foreign;
    std::size_t calls = 0;
    {
      const NodeTree tree;
      furnish(tree);
      foreign = tree.all();
      FaultyFileSystem disk;
      const NodeFiles files(disk, tree.root(), kInstallation, layout);
      step.prepare(files);
      disk.disarm();
      ASSERT_TRUE(step.act(files).good()) << step.name;
      calls = disk.calls();
      expected = tree.contents();
    }
    ASSERT_GT(calls, 10U);
    points += calls;
    for (std::size_t at = 0; at < calls; ++at) {
      const std::string where = std::string(step.name) + ", call " + std::to_string(at);
      const NodeTree tree;
      furnish(tree);
      FaultyFileSystem disk;
      const NodeFiles files(disk, tree.root(), kInstallation, layout);
      step.prepare(files);
      disk.arm(at, GetParam());
      try {
        const NodeFilesResult outcome = step.act(files);
        // A full disk matters only if something new is still to come.
        EXPECT_TRUE(GetParam() == Fault::kFull || !outcome.good()) << where << ": it has to say so";
      } catch (const Crash&) {
      }
      disk.disarm();
      expect_nothing_lost(tree, where);
      expect_nothing_torn(tree, where);
      const NodeFilesResult again = step.act(files);
      EXPECT_TRUE(again.good()) << where << ": " << joined(again.problems);
      EXPECT_EQ(again.left_to_user, std::vector<std::string>()) << where;
      ASSERT_EQ(tree.contents(), expected) << where;
      EXPECT_EQ(step.act(files).changes, 0U) << where;
      EXPECT_TRUE(files.remove().good()) << where;
      ASSERT_EQ(tree.all(), foreign) << where;
    }
  }
  RecordProperty("fault_points", static_cast<int>(points));
}

INSTANTIATE_TEST_SUITE_P(AtEveryCall, NodeFaults,
                         ::testing::Values(Fault::kCrashBefore, Fault::kCrashHalf, Fault::kCrashAfter,
                                           Fault::kRefused, Fault::kFull, Fault::kReadOnly));

}  // namespace
}  // namespace connected_registry::trust
