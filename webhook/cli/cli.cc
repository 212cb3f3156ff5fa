#include "cli/cli.h"

#include <CLI/CLI.hpp>
#include <exception>
#include <iostream>
#include <string>
#include <variant>
#include <vector>

#include "cli/options.h"

namespace connected_registry::cli {
namespace {

constexpr const char* kDescription =
    "An HTTPS container registry on a fixed service IP that a cluster's nodes and pods trust.\n"
    "The parts that run in the cluster, in one program, which the Helm chart starts; and what a person runs: "
    "check, status, inject.";
constexpr const char* kFooter =
    "Examples:\n"
    "  connected-registry check -f values.yaml\n"
    "  connected-registry status\n"
    "  connected-registry inject -f deployment.yaml --address 192.100.100.1\n"
    "  connected-registry version\n"
    "  connected-registry webhook --help\n";

// What the arguments ask for; an exit code where that is answered already. The description of all commands
// goes with this function: one that runs for months does not keep it.
std::variant<Chosen, int> choose(const std::vector<std::string>& arguments, Streams streams) {
  CLI::App app(kDescription, "connected-registry");
  app.footer(kFooter);
  app.require_subcommand(0, 1);
  Chosen chosen;
  add_webhook(app, chosen);
  add_trust_agent(app, chosen);
  add_watch_certificate(app, chosen);
  add_synchronize(app, chosen);
  add_collect_garbage(app, chosen);
  add_copy_program(app, chosen);
  add_pull_through(app, chosen);
  add_uninstall(app, chosen);
  add_check(app, chosen);
  add_status(app, chosen);
  add_inject(app, chosen);
  add_preflight(app, chosen);
  add_version(app, chosen);
  try {
    // CLI11 takes them from the back.
    app.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));
  } catch (const CLI::ParseError& error) {
    const bool asked_for_help = error.get_exit_code() == static_cast<int>(CLI::ExitCodes::Success);
    if (asked_for_help) return app.exit(error, streams.out, streams.err);
    streams.err << "connected-registry: " << error.what() << "\nRun with --help for more information.\n";
    return kUsage;
  }
  if (!chosen) {
    streams.out << app.help();
    return kSuccess;
  }
  return chosen;
}

int parse_and_run(const std::vector<std::string>& arguments, Streams streams) {
  const std::variant<Chosen, int> found = choose(arguments, streams);
  if (const auto* const code = std::get_if<int>(&found)) return *code;
  return std::get<Chosen>(found)(streams);
}

}  // namespace

int run(int argc, const char* const* argv, std::ostream& out, std::ostream& err) {
  try {
    return parse_and_run(std::vector<std::string>(argv + (argc > 0 ? 1 : 0), argv + argc), Streams{out, err});
  } catch (const std::exception& error) {
    // Out of memory, or threads: what no part can handle by itself.
    err << "connected-registry: " << error.what() << "\n";
    return kFailure;
  }
}

int run(int argc, char** argv) {
  return run(argc, argv, std::cout, std::cerr);
}

}  // namespace connected_registry::cli
