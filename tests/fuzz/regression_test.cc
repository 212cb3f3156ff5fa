// A fuzz target as an ordinary test. It is compiled once for all targets and knows its own by the program's
// name, fuzz_NAME_test; its seeds are in corpus/NAME beside the program. An input that ends the program is
// saved there, too.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "base/file.h"
#include "mutate.h"
#include "target.h"

namespace connected_registry::fuzz {
namespace {

constexpr int kMutations = 2'000;
constexpr time_t kSeconds = 10;  // CPU time for one input, sanitizers included

std::string_view current;  // the input of run()
std::string crash_file;    // the file for an input that ends the program

// Returns NAME.
std::string target_name(const std::filesystem::path& program) {
  constexpr std::string_view kBefore = "fuzz_";
  constexpr std::string_view kAfter = "_test";
  std::string name = program.filename().string();
  if (!name.starts_with(kBefore) || !name.ends_with(kAfter)) return {};
  return name.substr(kBefore.size(), name.size() - kBefore.size() - kAfter.size());
}

// Saves the input. Calls only functions that a signal handler may call.
void save_and_die(int signal) {
  const int file = ::open(crash_file.c_str(), O_CREAT | O_WRONLY | O_TRUNC | O_CLOEXEC, 0600);
  bool written = file >= 0 && ::write(file, current.data(), current.size()) >= 0;
  for (const std::string_view part :
       {std::string_view("\nthe input is saved in "), std::string_view(crash_file), std::string_view("\n")}) {
    written = ::write(STDERR_FILENO, part.data(), part.size()) >= 0 && written;
  }
  ::_exit(written ? 128 + signal : 1);
}

void set_limit(time_t seconds) {
  const itimerval limit{.it_interval = {}, .it_value = {.tv_sec = seconds, .tv_usec = 0}};
  ::setitimer(ITIMER_PROF, &limit, nullptr);
}

void run_one(std::string_view input) {
  current = input;
  set_limit(kSeconds);
  run(input);
  set_limit(0);
}

class Target : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    for (const int signal : {SIGABRT, SIGSEGV, SIGFPE, SIGILL, SIGBUS, SIGPROF}) {
      ASSERT_NE(std::signal(signal, save_and_die), SIG_ERR);
    }
  }

  void SetUp() override {
    const std::filesystem::path program = std::filesystem::read_symlink("/proc/self/exe");
    const std::string name = target_name(program);
    ASSERT_FALSE(name.empty()) << program;
    crash_file = (program.parent_path() / (name + ".input")).string();
    std::vector<std::filesystem::path> paths;
    for (const auto& entry : std::filesystem::directory_iterator(program.parent_path() / "corpus" / name)) {
      paths.push_back(entry.path());
    }
    std::sort(paths.begin(), paths.end());
    for (const auto& path : paths) {
      auto text = file::read(path);
      ASSERT_TRUE(text) << text.error().message;
      seeds.push_back(std::move(*text));
    }
    ASSERT_FALSE(seeds.empty());
  }

  std::vector<std::string> seeds;
};

TEST_F(Target, accepts_its_seeds_and_nothing) {
  run_one({});
  for (const std::string& seed : seeds) run_one(seed);
}

TEST_F(Target, accepts_every_prefix_of_its_shortest_seed) {
  const std::string& seed = *std::min_element(
      seeds.begin(), seeds.end(),
      [](const std::string& left, const std::string& right) { return left.size() < right.size(); });
  constexpr std::size_t kMaxLength = 2'000;
  for (std::size_t end = 0; end < std::min(seed.size(), kMaxLength); ++end)
    run_one(std::string_view(seed).substr(0, end));
}

TEST_F(Target, accepts_random_mutations_of_its_seeds) {
  std::mt19937_64 random(20260131);  // NOLINT(cert-msc32-c,cert-msc51-cpp): a failure must come back
  for (int count = 0; count < kMutations; ++count) run_one(mutated(seeds, random));
}

}  // namespace
}  // namespace connected_registry::fuzz
