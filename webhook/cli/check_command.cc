#include <unistd.h>

#include <cstdlib>
#include <functional>
#include <iostream>
#include <iterator>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/timestamp.h"
#include "cli/cli.h"
#include "cli/cluster_check.h"
#include "cli/options.h"
#include "report/report.h"
#include "values/chart_files.h"
#include "values/check.h"
#include "values/input.h"
#include "values/locator.h"
#include "values/schema.h"

namespace connected_registry::cli {
namespace {

constexpr const char* kDescription = "Check settings before an install or an upgrade";
constexpr const char* kFooter =
    R"(Reads the arguments that you would give to helm (or to Azure's extension), merges them in the same order, and reports every
error: with file, line and column, the reason, the fix and a link. It needs no cluster and no helm. It never prints a
password, a key or a certificate.

With --cluster it checks the settings against a cluster as well: whether the address is free, whether cert-manager, the
Secret of tls.secret and a storage class exist, and whether the namespace allows the trust agent. It changes nothing: it
sends the Service as a server-side dry run. Checks that it has no permission for are skipped, and named on standard error.

Exit codes: 0 no errors, 1 errors were found (with --strict: errors or warnings), 2 wrong arguments, or the input could
not be read.

Examples:
  Check the file that you are about to install:
    connected-registry check -f values.yaml
  Check the arguments of a helm command:
    connected-registry check -f values.yaml -f site.yaml --set service.clusterIP=192.100.100.1
  Check the arguments of Azure's extension:
    connected-registry check --config service.clusterIP=192.100.100.1 \
      --config cert-manager.enabled=false --config cert-manager.install=false \
      --config-protected-file protected-settings-extension.json
  Check the output of a script, and fail on warnings as well:
    make-values | connected-registry check -f - --strict
  Check against a cluster as well, for the release that you will install or upgrade:
    connected-registry check -f values.yaml --cluster --context prod --namespace edge --release connected-registry
  Write annotations for GitHub Actions, or a file for code scanning:
    connected-registry check -f values.yaml -o github
    connected-registry check -f values.yaml -o sarif > check.sarif
  List all rules:
    connected-registry check --list-rules
)";

enum class OutputFormat { kText, kJson, kSarif, kGithub };

struct CheckOptions {
  values::InputRequest request;
  OutputFormat output = OutputFormat::kText;
  bool strict = false;
  bool list_rules = false;
  ClusterOptions cluster;
};

// Reports whether `out` is a terminal whose user did not turn colours off (https://no-color.org).
bool wants_colour(const std::ostream& out) {
  const auto value = [](const char* name) {
    const char* const text = std::getenv(name);
    return std::string_view(text == nullptr ? "" : text);
  };
  return &out == &std::cout && ::isatty(STDOUT_FILENO) == 1 && value("NO_COLOR").empty() &&
         value("TERM") != "dumb";
}

int list_rules(const CheckOptions& options, CommandStreams streams) {
  if (options.output != OutputFormat::kText && options.output != OutputFormat::kJson) {
    streams.err << "connected-registry check: --list-rules can be printed as text or json only\n";
    return kUsage;
  }
  streams.out << (options.output == OutputFormat::kJson ? report::rules_to_json() : report::rules_to_text());
  return kSuccess;
}

void print(const report::Findings& findings, OutputFormat output, std::ostream& out) {
  switch (output) {
    case OutputFormat::kText:
      out << report::to_text(findings, wants_colour(out));
      return;
    case OutputFormat::kJson:
      out << report::to_json(findings);
      return;
    case OutputFormat::kSarif:
      out << report::to_sarif(findings);
      return;
    case OutputFormat::kGithub:
      out << report::to_github(findings);
      return;
  }
}

int exit_code(const report::Findings& findings, bool strict) {
  for (const values::LocatedFinding& each : findings) {
    if (strict || each.finding.severity == settings::Severity::kError) return kFailure;
  }
  return kSuccess;
}

int cannot_run(const Error& error, CommandStreams streams) {
  streams.err << "connected-registry check: " << error.message << "\n";
  return kUsage;
}

int check(const CheckOptions& options, CommandStreams streams) {
  if (options.list_rules) return list_rules(options, streams);
  const auto schema = values::Schema::parse(values::chart_schema());
  if (!schema) return cannot_run(schema.error(), streams);
  const auto input = values::read_input(options.request, std::cin);
  if (!input) return cannot_run(input.error(), streams);
  const TimePoint now = system_now();
  std::vector<settings::Finding> findings = values::check_values(*input, *schema, now);
  if (options.cluster.wanted && input->complete) {
    const settings::Settings settings = values::settings_of(*input);
    auto more = check_in_cluster(options.cluster, settings, now);
    if (!more) return cannot_run(more.error(), streams);
    settings::set_locations(settings, more->findings);
    for (settings::Finding& finding : more->findings) findings.push_back(std::move(finding));
    settings::sort(findings);
    for (const std::string& line : more->unanswered) {
      streams.err << "connected-registry check: not checked: " << line << "\n";
    }
  }
  const report::Findings located = values::Locator(*input, *schema).locate(std::move(findings));
  print(located, options.output, streams.out);
  if (!input->complete) {
    streams.err << "connected-registry check: a file is not JSON, so the settings were not checked\n";
  }
  return exit_code(located, options.strict);
}

void add_cluster_options(CLI::App& command, ClusterOptions& options) {
  CLI::Option* const wanted = command.add_flag(
      "--cluster", options.wanted, "Check the settings against a cluster as well; changes nothing");
  const auto add = [&](const char* name, std::string& target, const char* type, const char* description) {
    return command.add_option(name, target, description)->type_name(type)->needs(wanted);
  };
  add("--kubeconfig", options.kubeconfig, "FILE",
      "Kubeconfig of the cluster (default: $KUBECONFIG, else ~/.kube/config)");
  add("--context", options.context, "NAME", "Context of the kubeconfig (default: the current one)");
  add("-n,--namespace", options.namespace_, "NAME",
      "Namespace of the release (default: that of the context)");
  add("--release", options.release, "NAME", "Name of the release")->capture_default_str();
}

void add_options(CLI::App& command, CheckOptions& options) {
  values::InputRequest& request = options.request;
  add_repeated(command, "-f,--values", request.files, "FILE",
               "Values file, YAML or JSON, or several with commas between them; - is standard input. A later "
               "file overrides an earlier one");
  add_repeated(command, "--set", request.set, "KEY=VALUE", "Value as for helm: KEY=VALUE[,KEY=VALUE]");
  add_repeated(command, "--set-string", request.set_string, "KEY=VALUE",
               "Value as for helm; the value is always a string");
  add_repeated(command, "--set-json", request.set_json, "KEY=JSON",
               "Value as for helm: KEY=JSON[,KEY=JSON], or a JSON object of keys");
  add_repeated(command, "--set-literal", request.set_literal, "KEY=VALUE",
               "Value as for helm: all of it, commas included, is one string");
  add_repeated(command, "--set-file", request.set_file, "KEY=FILE", "Value as for helm, read from a file");
  add_repeated(command, "--config", request.config, "KEY=VALUE", "Setting as for Azure's extension");
  add_repeated(command, "--config-protected-file", request.protected_files, "FILE",
               "JSON file of protected settings, as for Azure's extension");
  command
      .add_option("--chart-defaults", request.chart_defaults,
                  "values.yaml of another version of the chart (default: that of this version)")
      ->type_name("FILE");
  add_choice<OutputFormat>(command, "-o,--output", options.output,
                           {{"text", OutputFormat::kText},
                            {"json", OutputFormat::kJson},
                            {"sarif", OutputFormat::kSarif},
                            {"github", OutputFormat::kGithub}},
                           "Form of the findings");
  command.add_flag("--strict", options.strict, "Treat warnings as errors: exit with 1");
  command.add_flag("--list-rules", options.list_rules, "List all rules; needs no values");
}

}  // namespace

void add_check(CLI::App& app, CommandAction& action) {
  CLI::App* const command = app.add_subcommand("check", kDescription);
  command->footer(kFooter);
  const auto options = std::make_shared<CheckOptions>();
  add_options(*command, *options);
  add_cluster_options(*command, options->cluster);
  command->callback([options, &action] {
    action = [options](CommandStreams streams) { return check(*options, streams); };
  });
}

}  // namespace connected_registry::cli
