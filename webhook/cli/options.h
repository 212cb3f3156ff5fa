// Options that several commands have.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <ostream>
#include <string>

#include "contract/names.h"
#include "metrics/registry.h"

namespace connected_registry::cli {

// What a command's function writes to.
struct Streams {
  std::ostream& out;
  std::ostream& err;
};

// What run() calls once the arguments are parsed: set by the command that they name.
using Chosen = std::function<int(Streams)>;

// --name and --namespace, both required.
void add_installation(CLI::App& command, names::Installation& installation);

// A TCP port from 1 to 65535, with its default.
void add_port(CLI::App& command, const std::string& name, int& port, const std::string& description);

// --log-level. Applies it at once when it is parsed.
void add_log_level(CLI::App& command);

// connected_registry_build_info, 1 for the version that runs.
void count_version(metrics::Registry& metrics);

// An address that people and Kubernetes write: IPv4, or IPv6 without brackets.
std::string check_address(const std::string& text);

// Adds the command and lets it set `chosen`. One function a file.
void add_webhook(CLI::App& app, Chosen& chosen);
void add_trust_agent(CLI::App& app, Chosen& chosen);
void add_watch_certificate(CLI::App& app, Chosen& chosen);
void add_synchronize(CLI::App& app, Chosen& chosen);
void add_collect_garbage(CLI::App& app, Chosen& chosen);
void add_copy_program(CLI::App& app, Chosen& chosen);
void add_pull_through(CLI::App& app, Chosen& chosen);
void add_uninstall(CLI::App& app, Chosen& chosen);
void add_status(CLI::App& app, Chosen& chosen);
void add_check(CLI::App& app, Chosen& chosen);
void add_inject(CLI::App& app, Chosen& chosen);
void add_preflight(CLI::App& app, Chosen& chosen);
void add_version(CLI::App& app, Chosen& chosen);

}  // namespace connected_registry::cli
