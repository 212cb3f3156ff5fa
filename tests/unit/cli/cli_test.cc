#include "cli/cli.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "base/file.h"
#include "base/timestamp.h"
#include "base/version.h"
#include "support/temporary_directory.h"
#include "x509/issue.h"

namespace connected_registry::cli {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

struct Outcome {
  int code;
  std::string out;
  std::string err;
};

Outcome run_with(const std::vector<std::string>& arguments) {
  std::vector<const char*> argv = {"connected-registry"};
  for (const std::string& argument : arguments) argv.push_back(argument.c_str());
  std::ostringstream out;
  std::ostringstream err;
  const int code = run(static_cast<int>(argv.size()), argv.data(), out, err);
  return {.code = code, .out = out.str(), .err = err.str()};
}

const std::vector<std::string> kCommands = {
    "webhook",      "trust-agent", "watch-certificate", "synchronize", "collect-garbage", "copy-program",
    "pull-through", "uninstall",   "version",           "check",       "inject",          "status"};

TEST(CommandLine, alone_prints_its_help) {
  const Outcome outcome = run_with({});
  EXPECT_EQ(outcome.code, kSuccess);
  for (const std::string& command : kCommands) EXPECT_THAT(outcome.out, HasSubstr(command));
  EXPECT_THAT(outcome.err, IsEmpty());
}

TEST(CommandLine, every_command_has_a_help_that_needs_nothing_else) {
  for (const std::string& command : kCommands) {
    const Outcome outcome = run_with({command, "--help"});
    EXPECT_EQ(outcome.code, kSuccess) << command << outcome.err;
    EXPECT_THAT(outcome.out, HasSubstr(command));
  }
  EXPECT_THAT(run_with({"uninstall", "--help"}).out, AllOf(HasSubstr("--timeout"), HasSubstr("Examples:")));
  EXPECT_THAT(run_with({"--help"}).out, HasSubstr("Examples:"));
}

TEST(CommandLine, prints_its_version) {
  const Outcome outcome = run_with({"version"});
  EXPECT_EQ(outcome.code, kSuccess);
  EXPECT_EQ(outcome.out, "connected-registry " + std::string(version()) + "\n");
}

TEST(CommandLine, names_what_is_wrong_with_its_arguments) {
  const struct {
    std::vector<std::string> arguments;
    std::string hint;
  } wrong[] = {
      {{"unknown"}, "unknown"},
      {{"version", "--unknown"}, "--unknown"},
      {{"webhook"}, "--name is required"},
      {{"webhook", "--name", "cr"}, "--namespace is required"},
      {{"webhook", "--name", "Not_A_Name", "--namespace", "edge"}, "Not_A_Name"},
      {{"webhook", "--name", "cr", "--namespace", "../x"}, "../x"},
      {{"webhook", "--name", "cr", "--namespace", "edge", "--port", "0"}, "--port"},
      {{"webhook", "--name", "cr", "--namespace", "edge", "--log-level", "loud"}, "loud"},
      {{"watch-certificate", "--source", "s", "--target", "t", "--address", "registry.local"},
       "registry.local"},
      {{"uninstall", "--name", "cr", "--namespace", "edge", "--timeout", "soon"}, "soon"},
      {{"uninstall", "--name", "cr", "--namespace", "edge", "--timeout", "0s"}, "--timeout"},
      {{"uninstall", "--name", "cr", "--namespace", "edge", "--release", "r"}, "--after"},
  };
  for (const auto& [arguments, hint] : wrong) {
    const Outcome outcome = run_with(arguments);
    EXPECT_EQ(outcome.code, kUsage) << hint;
    EXPECT_THAT(outcome.err, AllOf(HasSubstr(hint), HasSubstr("--help"))) << outcome.err;
    EXPECT_THAT(outcome.out, IsEmpty());
  }
}

TEST(CommandLine, takes_the_log_levels_of_the_other_programs_in_its_pods) {
  // Outside a cluster: the arguments are good, so it is the cluster that is missing.
  ::unsetenv("KUBERNETES_SERVICE_HOST");
  for (const char* const level : {"trace", "debug", "info", "warn", "warning", "error"}) {
    const Outcome outcome =
        run_with({"uninstall", "--name", "cr", "--namespace", "edge", "--log-level", level});
    EXPECT_THAT(outcome.err, HasSubstr("KUBERNETES_SERVICE_HOST")) << level;
  }
  EXPECT_EQ(run_with({"version"}).code, kSuccess);
}

TEST(CommandLine, says_what_a_command_misses_outside_a_cluster) {
  ::unsetenv("KUBERNETES_SERVICE_HOST");
  for (const std::vector<std::string>& arguments :
       {std::vector<std::string>{"webhook", "--name", "cr", "--namespace", "edge"},
        {"trust-agent", "--name", "cr", "--namespace", "edge", "--node-name", "n"},
        {"uninstall", "--name", "cr", "--namespace", "edge", "--timeout", "2m"},
        {"uninstall", "--after", "--name=cr", "--namespace=edge", "--release=r",
         "--cert-manager-webhook-secret=s"}}) {
    const Outcome outcome = run_with(arguments);
    EXPECT_EQ(outcome.code, kUsage);
    EXPECT_THAT(outcome.err, AllOf(HasSubstr(arguments.front()), HasSubstr("KUBERNETES_SERVICE_HOST")));
  }
}

TEST(CommandLine, takes_the_nodes_name_from_the_environment) {
  ::unsetenv("KUBERNETES_SERVICE_HOST");
  ::unsetenv("NODE_NAME");
  const std::vector<std::string> arguments = {"trust-agent", "--name", "cr", "--namespace", "edge"};
  EXPECT_THAT(run_with(arguments).err, HasSubstr("--node-name"));
  ::setenv("NODE_NAME", "n", 1);
  EXPECT_THAT(run_with(arguments).err, Not(HasSubstr("--node-name")));
  ::unsetenv("NODE_NAME");
}

TEST(WatchCertificate, once_copies_a_good_pair_and_ends) {
  const connected_registry::testing::TemporaryDirectory directory;
  x509::IssueRequest request{.common_name = "ca",
                             .dns_names = {},
                             .ip_addresses = {},
                             .not_before = system_now() - std::chrono::hours(1),
                             .lifetime = std::chrono::hours(100)};
  const auto ca = *x509::issue_ca(request);
  request.ip_addresses = {"fd00::1"};
  const auto leaf = *x509::issue_server(request, ca);
  const fs::path source = directory.path() / "source";
  const fs::path target = directory.path() / "target";
  fs::create_directory(source);
  fs::create_directory(target);
  std::ofstream(source / "tls.crt") << leaf.certificate.to_pem();
  std::ofstream(source / "tls.key") << leaf.key.to_pem();
  std::ofstream(source / "ca.crt") << ca.certificate.to_pem();
  const Outcome outcome = run_with({"watch-certificate", "--once", "--source", source.string(), "--target",
                                    target.string(), "--address", "fd00::1"});
  EXPECT_EQ(outcome.code, kSuccess) << outcome.err;
  EXPECT_EQ(file::read(target / "tls.key"), leaf.key.to_pem());
}

TEST(CopyProgram, makes_a_directory_from_which_the_program_runs) {
  const connected_registry::testing::TemporaryDirectory directory;
  const Outcome outcome = run_with({"copy-program", "--target", directory.path().string()});
  EXPECT_EQ(outcome.code, kSuccess) << outcome.err;
  EXPECT_TRUE(fs::exists(directory.path() / "loader"));
  EXPECT_TRUE(fs::exists(directory.path() / "connected-registry"));
}

TEST(CollectGarbage, names_a_schedule_that_is_none) {
  const Outcome outcome = run_with({"collect-garbage", "--schedule", "61 * * * *", "--configuration",
                                    "/etc/config.yml", "--gate", "/tmp"});
  EXPECT_EQ(outcome.code, kUsage);
  EXPECT_THAT(outcome.err, HasSubstr("--schedule: minute '61' is not within 0 to 59"));
}

}  // namespace
}  // namespace connected_registry::cli
