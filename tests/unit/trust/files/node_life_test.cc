// 1,000 lives of a node, at random but the same at every run: installs, upgrades, rotations, moves, crashes,
// strangers who change what they like, uninstalls. Foreign bytes are never lost, and an uninstall leaves the
// foreign tree.
#include <fcntl.h>
#include <gtest/gtest.h>

#include <array>
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "contract/node_file_marks.h"
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
const std::vector<fs::path> kRoots = {"etc/containerd/certs.d", "etc/containerd/certs.d:/etc/docker/certs.d",
                                      "etc/docker/certs.d"};
const fs::path kDropIn = "etc/containers/registries.conf.d/cr.conf";
const std::vector<std::string> kAddresses = {"10.9.8.7", "10.9.8.8", "fd00::1"};

class Life {
 public:
  explicit Life(unsigned seed)
      : random_(seed),
        files_(disk_, tree_.root(), kInstallation,
               {.host_roots = {kRoots.begin(), kRoots.end()}, .files = {kDropIn}}) {
    const unsigned strangers = pick(6);
    for (unsigned count = 0; count < strangers; ++count) stranger_writes();
    foreign_ = tree_.all();
    begun_ = true;
  }

  void run() {
    const unsigned steps = 4 + pick(10);
    for (unsigned step = 0; step < steps && !::testing::Test::HasFailure(); ++step) {
      one_step();
      expect_nothing_lost();
    }
    disk_.disarm();
    const NodeFilesResult removed = files_.remove();
    EXPECT_TRUE(removed.good()) << story_ << joined(removed.problems);
    expect_nothing_lost();
    expect_foreign_tree();
    EXPECT_TRUE(disturbed_ || tree_.all() == foreign_) << story_;
  }

 private:
  unsigned pick(unsigned below) { return static_cast<unsigned>(random_() % below); }

  void one_step() {
    switch (pick(10)) {
      case 0:
      case 1:
      case 2:
        tell("ensure");
        ensure();
        break;
      case 3:
        tell("new bundle");
        bundle_ = "bundle " + std::to_string(++number_) + "\n";
        ensure();
        break;
      case 4:
        tell("new address");
        address_ = pick(static_cast<unsigned>(kAddresses.size()));
        ensure();
        break;
      case 5:
      case 6:
        broken_off();
        break;
      case 7:
        tell("uninstall");
        files_.remove();
        break;
      default:
        if (pick(3) == 0) {
          stranger_deletes();
        } else {
          stranger_writes();
        }
    }
  }

  void broken_off() {
    constexpr std::array kFaults{Fault::kCrashBefore, Fault::kCrashHalf, Fault::kCrashAfter,
                                 Fault::kRefused,     Fault::kFull,      Fault::kReadOnly};
    disk_.arm(pick(60), kFaults.at(pick(static_cast<unsigned>(kFaults.size()))));
    try {
      if (pick(3) == 0) {
        tell("uninstall, broken off");
        files_.remove();
      } else {
        tell("ensure, broken off");
        bundle_ = "bundle " + std::to_string(++number_) + "\n";
        ensure();
      }
    } catch (const Crash&) {
      tell("crash");
    }
    disk_.disarm();
  }

  void ensure() {
    std::vector<DesiredFile> wanted;
    const contract::RegistryDocument registry{
        .address = kAddresses.at(address_),
        .port = pick(5) == 0 ? 5000 : 443,
        .scheme = pick(6) == 0 ? contract::Scheme::kHttp : contract::Scheme::kHttps};
    for (const fs::path& root : kRoots) {
      for (auto& file : hosts_files(root, "/" / root, registry, bundle_)) wanted.push_back(std::move(file));
    }
    wanted.push_back({kDropIn, bundle_});
    files_.ensure(wanted);
  }

  fs::path some_path() {
    const fs::path& root = kRoots.at(pick(static_cast<unsigned>(kRoots.size())));
    const std::array<fs::path, 7> paths{root / "10.9.8.7" / "hosts.toml",
                                        root / "10.9.8.7_443_" / "hosts.toml",
                                        root / "10.9.8.7" / "ca.crt",
                                        root / "10.9.8.8" / "ca.crt",
                                        root / "docker.io" / "hosts.toml",
                                        root / "10.9.8.7" / "client.key",
                                        kDropIn};
    return paths.at(pick(static_cast<unsigned>(paths.size())));
  }

  void forget(const fs::path& path) { alive_.erase(tree_.read(path)); }

  void stranger_writes() {
    const fs::path path = some_path();
    std::string content = "foreign " + std::to_string(++number_) + "\n";
    if (tree_.has(path)) {
      // Whoever overwrites a foreign file loses it himself.
      forget(path);
      if (pick(2) == 0) content = tree_.read(path) + content;
    }
    made_.insert(path.parent_path());  // his, from now on, whoever made it
    disturbed_ = begun_;
    tell("stranger writes " + path.string());
    constexpr std::array<mode_t, 3> kModes{0644, 0600, 0444};
    tree_.put(path, content, kModes.at(pick(3)));
    alive_[content] = path;
  }

  void stranger_deletes() {
    const fs::path path = some_path();
    if (!tree_.has(path)) return;
    disturbed_ = true;
    tell("stranger deletes " + path.string());
    forget(path);
    fs::remove(tree_.root() / path);
  }

  void expect_nothing_lost() {
    std::map<std::string, int> there;
    for (const auto& [path, content] : tree_.contents()) ++there[content];
    for (const auto& [content, home] : alive_) {
      EXPECT_GE(there[content], 1) << story_ << "lost: " << home << ": " << content;
    }
  }

  // Nothing but foreign files, each at home or, where a stranger took that place, beside it.
  void expect_foreign_tree() {
    for (const auto& [path, content] : tree_.contents()) {
      if (content == "/") continue;
      const auto found = alive_.find(content);
      if (found == alive_.end()) {
        ADD_FAILURE() << story_ << "left: " << path << ": " << content;
        continue;
      }
      const std::string home = found->second.string();
      EXPECT_TRUE(path == home || path == home + std::string(contract::kKeptSuffix)) << story_ << path;
    }
    for (const auto& [path, content] : tree_.contents()) {
      if (content != "/" || !fs::is_empty(tree_.root() / path)) continue;
      expect_his(path);
    }
  }

  // A directory that is empty is a stranger's: he made it, or it was there when all began.
  void expect_his(const std::string& path) {
    bool his = foreign_.contains(path);
    for (const fs::path& made : made_) his = his || made.string().starts_with(path);
    EXPECT_TRUE(his) << story_ << "left: directory " << path;
  }

  void tell(const std::string& what) { story_ += what + "\n"; }

  std::mt19937 random_;
  NodeTree tree_;
  FaultyFileSystem disk_;
  NodeFiles files_;
  std::map<std::string, std::string> foreign_;  // the tree before us
  std::map<std::string, fs::path> alive_;       // foreign contents, each unique, and where they were put
  std::set<fs::path> made_;                     // directories in which strangers wrote
  std::string bundle_ = "bundle\n";
  unsigned address_ = 0;
  unsigned number_ = 0;
  bool begun_ = false;
  bool disturbed_ = false;  // strangers were at work while we were there
  std::string story_;
};

TEST(NodeLife, foreign_bytes_are_never_lost_and_an_uninstall_leaves_the_foreign_tree) {
  constexpr unsigned kLives = 1'000;
  for (unsigned seed = 1; seed <= kLives && !HasFailure(); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Life(seed).run();
  }
}

}  // namespace
}  // namespace connected_registry::trust
