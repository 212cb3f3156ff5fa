#include "controller/certificate_watcher.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <fstream>
#include <string>
#include <thread>

#include "base/file.h"
#include "support/temporary_directory.h"
#include "x509/issue.h"

namespace connected_registry::controller {
namespace {

namespace fs = std::filesystem;
using std::chrono::hours;
using std::chrono::milliseconds;
using ::testing::HasSubstr;
using ::testing::UnorderedElementsAre;

const TimePoint kNow = *parse_time("2026-01-31T12:00:00Z");
const std::string kAddress = "192.100.100.1";

struct Pair {
  std::string tls_crt;
  std::string tls_key;
  std::string ca_crt;
};

Pair make_pair(const std::string& address = kAddress) {
  x509::IssueRequest request{.common_name = "ca",
                             .dns_names = {},
                             .ip_addresses = {},
                             .not_before = kNow - hours(1),
                             .lifetime = hours(100)};
  const auto ca = *x509::issue_ca(request);
  request.common_name = "leaf";
  request.ip_addresses = {address};
  const auto leaf = *x509::issue_server(request, ca);
  return {
      .tls_crt = leaf.certificate.to_pem(), .tls_key = leaf.key.to_pem(), .ca_crt = ca.certificate.to_pem()};
}

class CertificateWatcher : public ::testing::Test {
 protected:
  CertificateWatcher() {
    fs::create_directory(source());
    fs::create_directory(target());
  }
  fs::path source() const { return directory_.path() / "source"; }
  fs::path target() const { return directory_.path() / "target"; }
  WatcherRequest request() const {
    return {.source = source(),
            .target = target(),
            .address = kAddress,
            .pid_file = directory_.path() / "nginx.pid",
            .interval = milliseconds(5)};
  }
  // As the kubelet does: files in a directory of their own, links through `..data`.
  void mount(const Pair& pair) {
    const std::string version = "..version-" + std::to_string(++version_);
    fs::create_directory(source() / version);
    std::ofstream(source() / version / "tls.crt") << pair.tls_crt;
    std::ofstream(source() / version / "tls.key") << pair.tls_key;
    if (!pair.ca_crt.empty()) std::ofstream(source() / version / "ca.crt") << pair.ca_crt;
    fs::remove(source() / "..data");
    fs::create_directory_symlink(version, source() / "..data");
    for (const char* const name : {"tls.crt", "tls.key"}) {
      if (!fs::is_symlink(source() / name)) fs::create_symlink(fs::path("..data") / name, source() / name);
    }
  }
  std::string served(const std::string& name) const { return file::read(target() / name).value_or("(none)"); }
  Result<CopyResult> copy() const { return copy_certificate(request(), kNow); }

 private:
  connected_registry::testing::TemporaryDirectory directory_;
  int version_ = 0;
};

TEST_F(CertificateWatcher, copies_a_good_pair_for_its_own_user_only) {
  const Pair pair = make_pair();
  mount(pair);
  EXPECT_EQ(copy(), CopyResult::kCopied);
  EXPECT_EQ(served("tls.crt"), pair.tls_crt);
  EXPECT_EQ(served("tls.key"), pair.tls_key);
  EXPECT_EQ(served("ca.crt"), pair.ca_crt);
  struct stat status {};
  ASSERT_EQ(::stat((target() / "tls.key").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777U, 0600U);
}

TEST_F(CertificateWatcher, does_nothing_when_nothing_is_new) {
  mount(make_pair());
  ASSERT_EQ(copy(), CopyResult::kCopied);
  EXPECT_EQ(copy(), CopyResult::kUnchanged);
}

TEST_F(CertificateWatcher, switches_all_files_by_one_link_and_keeps_no_old_key) {
  mount(make_pair());
  ASSERT_EQ(copy(), CopyResult::kCopied);
  const fs::path before = fs::read_symlink(target() / "..data");
  const Pair pair = make_pair();
  mount(pair);
  ASSERT_EQ(copy(), CopyResult::kCopied);
  EXPECT_EQ(fs::read_symlink(target() / "tls.crt"), "..data/tls.crt");
  EXPECT_EQ(fs::read_symlink(target() / "tls.key"), "..data/tls.key");
  EXPECT_EQ(served("tls.key"), pair.tls_key);
  EXPECT_FALSE(fs::exists(target() / before));
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(target()))
    names.push_back(entry.path().filename().string());
  EXPECT_THAT(names, UnorderedElementsAre("..data", "tls.crt", "tls.key", "ca.crt",
                                          fs::read_symlink(target() / "..data").string()));
}

TEST_F(CertificateWatcher, keeps_what_it_has_when_the_new_pair_is_bad) {
  const Pair good = make_pair();
  mount(good);
  ASSERT_EQ(copy(), CopyResult::kCopied);
  Pair mixed = make_pair();
  mixed.tls_key = good.tls_key;
  mount(mixed);
  const auto refused = copy();
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("tls.key"));
  EXPECT_EQ(served("tls.crt"), good.tls_crt);
  mount(make_pair("10.0.0.9"));
  EXPECT_THAT(copy().error().message, HasSubstr(kAddress));
  EXPECT_EQ(served("tls.key"), good.tls_key);
}

TEST_F(CertificateWatcher, refuses_a_pair_that_has_ended) {
  mount(make_pair());
  EXPECT_FALSE(copy_certificate(request(), kNow + hours(200)));
}

TEST_F(CertificateWatcher, says_what_is_missing) {
  const auto missing = copy();
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, ErrorCode::kNotFound);
  EXPECT_THAT(missing.error().message, HasSubstr("tls.crt"));
}

TEST_F(CertificateWatcher, needs_no_ca_crt_where_the_chain_is_whole) {
  Pair pair = make_pair();
  pair.tls_crt += pair.ca_crt;
  pair.ca_crt.clear();
  mount(pair);
  EXPECT_EQ(copy(), CopyResult::kCopied);
  EXPECT_EQ(served("ca.crt"), "");
}

TEST_F(CertificateWatcher, goes_on_after_it_was_ended_half_way) {
  const Pair pair = make_pair();
  mount(pair);
  ASSERT_EQ(copy(), CopyResult::kCopied);
  const fs::path current = fs::read_symlink(target() / "..data");
  // Before the switch: a directory half written. After it: a link that is missing.
  fs::remove(target() / "..data");
  fs::remove(target() / current / "tls.key");
  fs::create_symlink("nowhere", target() / "..data-new");
  EXPECT_EQ(copy(), CopyResult::kCopied);
  EXPECT_EQ(served("tls.key"), pair.tls_key);
  fs::remove(target() / "tls.key");
  EXPECT_EQ(copy(), CopyResult::kUnchanged);
  EXPECT_EQ(served("tls.key"), pair.tls_key);
}

TEST_F(CertificateWatcher, reads_a_directory_that_no_kubelet_made) {
  const Pair pair = make_pair();
  std::ofstream(source() / "tls.crt") << pair.tls_crt;
  std::ofstream(source() / "tls.key") << pair.tls_key;
  std::ofstream(source() / "ca.crt") << pair.ca_crt;
  EXPECT_EQ(copy(), CopyResult::kCopied);
}

TEST_F(CertificateWatcher, once_waits_for_the_first_good_pair) {
  std::stop_source stop;
  std::jthread kubelet;
  const Clock clock = [&, mounted = false]() mutable {
    if (!std::exchange(mounted, true)) kubelet = std::jthread([this] { mount(make_pair()); });
    return kNow;
  };
  EXPECT_TRUE(copy_once(request(), stop.get_token(), clock));
  EXPECT_NE(served("tls.crt"), "(none)");
}

TEST_F(CertificateWatcher, once_ends_at_a_stop) {
  std::stop_source stop;
  stop.request_stop();
  EXPECT_FALSE(copy_once(request(), stop.get_token(), [] { return kNow; }));
}

// A child process under another name that ends with the number of the signal that it got.
class Child {
 public:
  explicit Child(const char* name) : pid_(::fork()) {
    if (pid_ != 0) return;
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGHUP);
    sigprocmask(SIG_BLOCK, &signals, nullptr);
    prctl(PR_SET_NAME, name);
    const timespec limit{.tv_sec = 20, .tv_nsec = 0};
    _exit(sigtimedwait(&signals, nullptr, &limit) == SIGHUP ? SIGHUP : 0);
  }
  ~Child() {
    if (pid_ > 0) {
      ::kill(pid_, SIGKILL);
      ::waitpid(pid_, nullptr, 0);
    }
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  Child(Child&&) = delete;
  Child& operator=(Child&&) = delete;

  pid_t pid() const { return pid_; }
  // Its own name is set after the fork.
  void await_name(const std::string& name) const {
    while (file::read("/proc/" + std::to_string(pid_) + "/comm") != name + "\n") std::this_thread::yield();
  }
  int await_end() {
    int status = 0;
    ::waitpid(std::exchange(pid_, -1), &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

 private:
  pid_t pid_;
};

class ReloadNginx : public CertificateWatcher {
 protected:
  void write_pid(const std::string& text) const { std::ofstream(request().pid_file) << text; }
  Status reload() const { return reload_nginx(request().pid_file); }
};

TEST_F(ReloadNginx, sends_the_signal_to_reload) {
  Child nginx("nginx");
  nginx.await_name("nginx");
  write_pid(std::to_string(nginx.pid()) + "\n");
  const auto reloaded = reload();
  EXPECT_TRUE(reloaded) << reloaded.error().message;
  EXPECT_EQ(nginx.await_end(), SIGHUP);
}

TEST_F(ReloadNginx, spares_a_process_that_has_taken_the_number_of_one_that_died) {
  const Child other("other");
  other.await_name("other");
  write_pid(std::to_string(other.pid()));
  const auto reloaded = reload();
  ASSERT_FALSE(reloaded);
  EXPECT_THAT(reloaded.error().message, HasSubstr("is not nginx"));
}

TEST_F(ReloadNginx, never_signals_a_group_or_the_pods_first_process) {
  for (const char* const text :
       {"", "0", "1", "-1", "-42", "x", "12x", "99999999999999999999", "4194305000"}) {
    write_pid(text);
    const auto reloaded = reload();
    ASSERT_FALSE(reloaded) << text;
    EXPECT_THAT(reloaded.error().message, HasSubstr("no process id"));
  }
}

TEST_F(ReloadNginx, finds_no_file_while_nginx_starts) {
  EXPECT_EQ(reload().error().code, ErrorCode::kNotFound);
}

TEST_F(ReloadNginx, is_repeated_until_nginx_is_there) {
  mount(make_pair());
  std::stop_source stop;
  std::atomic<int> rounds = 0;
  std::thread watcher([&] {
    watch_certificate(request(), stop.get_token(), [&] {
      ++rounds;
      return kNow;
    });
  });
  while (rounds < 2) std::this_thread::yield();  // it has copied, and found no nginx
  Child nginx("nginx");
  nginx.await_name("nginx");
  write_pid(std::to_string(nginx.pid()));
  EXPECT_EQ(nginx.await_end(), SIGHUP);
  stop.request_stop();
  watcher.join();
}

}  // namespace
}  // namespace connected_registry::controller
