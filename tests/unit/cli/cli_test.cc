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

struct CommandResult {
  int code;
  std::string out;
  std::string err;
};

CommandResult run_with(const std::vector<std::string>& arguments) {
  std::vector<const char*> argv = {"connected-registry"};
  for (const std::string& argument : arguments) argv.push_back(argument.c_str());
  std::ostringstream out;
  std::ostringstream err;
  const int code = run(static_cast<int>(argv.size()), argv.data(), out, err);
  return {.code = code, .out = out.str(), .err = err.str()};
}

const std::vector<std::string> kCommands = {
    "webhook",      "trust-agent",  "watch-certificate", "synchronize", "collect-garbage",
    "copy-program", "pull-through", "uninstall",         "version",     "check",
    "inject",       "status",       "preflight"};

TEST(CommandLine, alone_prints_its_help) {
  const CommandResult result = run_with({});
  EXPECT_EQ(result.code, kSuccess);
  for (const std::string& command : kCommands) EXPECT_THAT(result.out, HasSubstr(command));
  EXPECT_THAT(result.err, IsEmpty());
}

TEST(CommandLine, every_command_has_a_help_that_needs_nothing_else) {
  for (const std::string& command : kCommands) {
    const CommandResult result = run_with({command, "--help"});
    EXPECT_EQ(result.code, kSuccess) << command << result.err;
    EXPECT_THAT(result.out, HasSubstr(command));
  }
  EXPECT_THAT(run_with({"uninstall", "--help"}).out, AllOf(HasSubstr("--timeout"), HasSubstr("Examples:")));
  EXPECT_THAT(run_with({"--help"}).out, HasSubstr("Examples:"));
}

TEST(CommandLine, prints_its_version) {
  for (const char* const argument : {"version", "--version"}) {
    const CommandResult result = run_with({argument});
    EXPECT_EQ(result.code, kSuccess);
    EXPECT_EQ(result.out, "connected-registry " + std::string(version()) + "\n");
  }
}

TEST(CommandLine, help_shows_what_the_option_help_shows) {
  EXPECT_EQ(run_with({"help"}).out, run_with({"--help"}).out);
  EXPECT_EQ(run_with({"help"}).code, kSuccess);
  for (const std::string& command : kCommands) {
    const CommandResult result = run_with({"help", command});
    EXPECT_EQ(result.code, kSuccess) << command;
    EXPECT_EQ(result.out, run_with({command, "--help"}).out);
  }
  const CommandResult unknown = run_with({"help", "geheim"});
  EXPECT_EQ(unknown.code, kUsage);
  EXPECT_THAT(unknown.err, AllOf(HasSubstr("unknown command"), Not(HasSubstr("geheim"))));
}

TEST(CommandLine, help_shows_nothing_of_how_values_are_checked) {
  for (const std::string& command : kCommands) {
    const std::string help = run_with({command, "--help"}).out;
    EXPECT_THAT(help, AllOf(Not(HasSubstr("->")), Not(HasSubstr(":INT")), Not(HasSubstr(" in [")),
                            Not(HasSubstr("TEXT")), HasSubstr("Usage: connected-registry " + command)));
    if (command == "version") continue;
    EXPECT_THAT(help, AllOf(HasSubstr("Exit codes: "), HasSubstr("Examples:")));
  }
  EXPECT_THAT(run_with({"check", "--help"}).out, HasSubstr("--output text|json|sarif|github"));
  EXPECT_THAT(run_with({"webhook", "--help"}).out,
              AllOf(HasSubstr("--port PORT "), HasSubstr("(default: 9443)"), HasSubstr("(required)"),
                    HasSubstr("--log-format text|json")));
}

TEST(CommandLine, names_unknown_options_and_prints_no_value_of_them) {
  const struct {
    std::vector<std::string> arguments;
    std::string message;
  } wrong[] = {
      {{"check", "--password=geheim"}, "connected-registry check: unknown option --password\n"},
      {{"check", "--password", "geheim"},
       "unknown option --password; 1 unexpected argument (not shown, in case of a secret)\n"},
      {{"check", "-pgeheim", "geheim", "geheim"},
       "unknown option -p; 2 unexpected arguments (not shown, in case of a secret)\n"},
      {{"check", "-----BEGIN geheim"}, ": 1 unexpected argument (not shown"},
      {{"check", "--geheim geheim"}, ": 1 unexpected argument (not shown"},
      {{"geheim"}, "the first argument is not a command\n"},
      {{"version", "geheim"}, ": 1 unexpected argument (not shown"},
  };
  for (const auto& [arguments, message] : wrong) {
    const CommandResult result = run_with(arguments);
    EXPECT_EQ(result.code, kUsage);
    EXPECT_THAT(result.err, AllOf(HasSubstr(message), Not(HasSubstr("geheim"))));
  }
}

TEST(CommandLine, prints_no_value_of_an_unknown_option_of_any_command) {
  const std::vector<std::vector<std::string>> secrets = {
      {"--sets", "tls.key=geheim"}, {"--sets=tls.key=geheim"},
      {"--tls.key=geheim"},         {"-xgeheim"},
      {"access.password=geheim"},   {"--sets", "a", "b", "connectionString=\"geheim\""}};
  for (const std::string& command : kCommands) {
    for (std::vector<std::string> arguments : secrets) {
      arguments.insert(arguments.begin(), command);
      const CommandResult result = run_with(arguments);
      EXPECT_EQ(result.code, kUsage) << command;
      EXPECT_THAT(result.out + result.err, Not(HasSubstr("geheim"))) << command;
    }
  }
}

TEST(CommandLine, names_what_is_wrong_with_its_arguments) {
  const struct {
    std::vector<std::string> arguments;
    std::string hint;
  } wrong[] = {
      {{"unknown"}, "not a command"},
      {{"version", "--unknown"}, "--unknown"},
      {{"webhook"}, "--name is required"},
      {{"webhook", "--name", "cr"}, "--namespace is required"},
      {{"webhook", "--name", "Not_A_Name", "--namespace", "edge"}, "Not_A_Name"},
      {{"webhook", "--name", "cr", "--namespace", "../x"}, "../x"},
      {{"webhook", "--name", "cr", "--namespace", "edge", "--port", "0"}, "--port"},
      {{"webhook", "--name", "cr", "--namespace", "edge", "--log-level", "loud"}, "loud"},
      {{"webhook", "--name", "cr", "--namespace", "edge", "--log-format", "xml"}, "text or json"},
      {{"check", "--output", "xml"}, "text|json|sarif|github"},
      {{"watch-certificate", "--source", "s", "--target", "t", "--address", "registry.local"},
       "registry.local"},
      {{"uninstall", "--name", "cr", "--namespace", "edge", "--timeout", "soon"}, "soon"},
      {{"uninstall", "--name", "cr", "--namespace", "edge", "--timeout", "0s"}, "--timeout"},
      {{"uninstall", "--name", "cr", "--namespace", "edge", "--release", "r"}, "--after"},
  };
  for (const auto& [arguments, hint] : wrong) {
    const CommandResult result = run_with(arguments);
    EXPECT_EQ(result.code, kUsage) << hint;
    EXPECT_THAT(result.err, AllOf(HasSubstr(hint), HasSubstr("--help"))) << result.err;
    EXPECT_THAT(result.out, IsEmpty());
  }
}

TEST(CommandLine, takes_the_log_levels_of_the_other_programs_in_its_pods) {
  // Outside a cluster: the arguments are good, so it is the cluster that is missing.
  ::unsetenv("KUBERNETES_SERVICE_HOST");
  for (const char* const level : {"trace", "debug", "info", "warn", "warning", "error"}) {
    const CommandResult result =
        run_with({"uninstall", "--name", "cr", "--namespace", "edge", "--log-level", level});
    EXPECT_THAT(result.err, HasSubstr("KUBERNETES_SERVICE_HOST")) << level;
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
    const CommandResult result = run_with(arguments);
    EXPECT_EQ(result.code, kUsage);
    EXPECT_THAT(result.err, AllOf(HasSubstr(arguments.front()), HasSubstr("KUBERNETES_SERVICE_HOST")));
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
  const CommandResult result = run_with({"watch-certificate", "--once", "--source", source.string(),
                                         "--target", target.string(), "--address", "fd00::1"});
  EXPECT_EQ(result.code, kSuccess) << result.err;
  EXPECT_EQ(file::read(target / "tls.key"), leaf.key.to_pem());
}

TEST(CopyProgram, makes_a_directory_from_which_the_program_runs) {
  const connected_registry::testing::TemporaryDirectory directory;
  const CommandResult result = run_with({"copy-program", "--target", directory.path().string()});
  EXPECT_EQ(result.code, kSuccess) << result.err;
  EXPECT_TRUE(fs::exists(directory.path() / "loader"));
  EXPECT_TRUE(fs::exists(directory.path() / "connected-registry"));
}

TEST(CollectGarbage, names_a_schedule_that_is_none) {
  const CommandResult result = run_with({"collect-garbage", "--schedule", "61 * * * *", "--configuration",
                                         "/etc/config.yml", "--gate", "/tmp"});
  EXPECT_EQ(result.code, kUsage);
  EXPECT_THAT(
      result.err,
      HasSubstr("--schedule: minute \"61\" is not a list of values, ranges and steps within 0 to 59"));
}

}  // namespace
}  // namespace connected_registry::cli
