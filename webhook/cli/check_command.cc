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
#include "values/input.h"
#include "values/judge.h"
#include "values/locator.h"
#include "values/schema.h"

namespace connected_registry::cli {
namespace {

constexpr const char* kDescription = "Check settings before an install or upgrade";
constexpr const char* kFooter =
    R"(Reads what you would give helm (or Azure's extension), puts it together in the same order, and says everything that is
wrong with it: with file, line and column, the reason, the fix, and a link. It needs no cluster and no helm, and it never
prints a password, a key or a certificate.

With --cluster it also asks the cluster: whether the address is free, whether cert-manager, the Secret of tls.secret and a
storage class are there, whether the namespace lets the trust agent run. It reads, and tries the Service out without
making it (a dry run on the server). What it may not read is said on standard error, and not judged.

Exit codes: 0 no errors, 1 findings, 2 it could not run.

Examples:
  The file that you are about to install:
    connected-registry check -f values.yaml
  The same as helm's command line, in the same words:
    connected-registry check -f values.yaml -f site.yaml --set service.clusterIP=192.100.100.1
  What you would give Azure's extension:
    connected-registry check --config service.clusterIP=192.100.100.1 \
      --config cert-manager.enabled=false --config cert-manager.install=false \
      --config-protected-file protected-settings-extension.json
  What a script makes, and warnings count as well:
    make-values | connected-registry check -f - --strict
  By what the cluster says as well, for the release that is to be installed or upgraded:
    connected-registry check -f values.yaml --cluster --context prod --namespace edge --release connected-registry
  On GitHub, as annotations of the change, or for code scanning:
    connected-registry check -f values.yaml -o github
    connected-registry check -f values.yaml -o sarif > check.sarif
  All rules:
    connected-registry check --list-rules
)";

enum class Form { kText, kJson, kSarif, kGithub };

struct Options {
  values::Request request;
  Form form = Form::kText;
  bool strict = false;
  bool list_rules = false;
  ClusterOptions cluster;
};

// A terminal that a person looks at, and who has not said otherwise (https://no-color.org).
bool wants_colour(const std::ostream& out) {
  const auto value = [](const char* name) {
    const char* const text = std::getenv(name);
    return std::string_view(text == nullptr ? "" : text);
  };
  return &out == &std::cout && ::isatty(STDOUT_FILENO) == 1 && value("NO_COLOR").empty() &&
         value("TERM") != "dumb";
}

int list_rules(const Options& options, Streams streams) {
  if (options.form != Form::kText && options.form != Form::kJson) {
    streams.err << "connected-registry check: --list-rules is written as text or json\n";
    return kUsage;
  }
  streams.out << (options.form == Form::kJson ? report::rules_to_json() : report::rules_to_text());
  return kSuccess;
}

void print(const report::Findings& findings, Form form, std::ostream& out) {
  switch (form) {
    case Form::kText:
      out << report::to_text(findings, wants_colour(out));
      return;
    case Form::kJson:
      out << report::to_json(findings);
      return;
    case Form::kSarif:
      out << report::to_sarif(findings);
      return;
    case Form::kGithub:
      out << report::to_github(findings);
      return;
  }
}

int verdict(const report::Findings& findings, bool strict) {
  for (const values::Located& each : findings) {
    if (strict || each.finding.severity == settings::Severity::kError) return kFailure;
  }
  return kSuccess;
}

int cannot_run(const Error& error, Streams streams) {
  streams.err << "connected-registry check: " << error.message << "\n";
  return kUsage;
}

int check(const Options& options, Streams streams) {
  if (options.list_rules) return list_rules(options, streams);
  const auto schema = values::Schema::parse(values::chart_schema());
  if (!schema) return cannot_run(schema.error(), streams);
  const auto input = values::read_input(options.request, std::cin);
  if (!input) return cannot_run(input.error(), streams);
  // Every source of findings adds to one list, which is then placed and printed.
  const TimePoint now = system_now();
  std::vector<settings::Finding> findings = values::judge(*input, *schema, now);
  if (options.cluster.wanted && input->complete) {
    auto more = check_in_cluster(options.cluster, values::settings_of(*input), now);
    if (!more) return cannot_run(more.error(), streams);
    for (settings::Finding& finding : more->findings) findings.push_back(std::move(finding));
    settings::sort(findings);
    for (const std::string& line : more->unanswered) {
      streams.err << "connected-registry check: not judged: " << line << "\n";
    }
  }
  const report::Findings located = values::Locator(*input, *schema).locate(std::move(findings));
  print(located, options.form, streams.out);
  if (!input->complete) {
    streams.err
        << "connected-registry check: a file could not be read; the settings as a whole were not judged\n";
  }
  return verdict(located, options.strict);
}

// Each time the option is given it takes one argument, whatever that looks like.
void add_list(CLI::App& command, const char* name, std::vector<std::string>& target, const char* type,
              const char* description) {
  command.add_option(name, target, description)->type_name(type)->type_size(1)->allow_extra_args(false);
}

void add_cluster_options(CLI::App& command, ClusterOptions& options) {
  CLI::Option* const wanted = command.add_flag(
      "--cluster", options.wanted, "Ask the cluster of the current context as well; changes nothing");
  const auto add = [&](const char* name, std::string& target, const char* type, const char* description) {
    command.add_option(name, target, description)->type_name(type)->needs(wanted);
  };
  add("--kubeconfig", options.kubeconfig, "FILE",
      "How to reach it (default: $KUBECONFIG, else ~/.kube/config)");
  add("--context", options.context, "NAME", "The context to use (default: the current one)");
  add("-n,--namespace", options.namespace_, "NAME", "Of the release (default: the context's)");
  add("--release", options.release, "NAME", "The release's name (default: connected-registry)");
}

void add_options(CLI::App& command, Options& options) {
  values::Request& request = options.request;
  add_list(command, "-f,--values", request.files, "FILE",
           "A values file, YAML or JSON; - is standard input. Later ones win");
  add_list(command, "--set", request.set, "KEY=VALUE", "As helm's: KEY=VALUE[,KEY=VALUE]");
  add_list(command, "--set-string", request.set_string, "KEY=VALUE", "As helm's: the value is text");
  add_list(command, "--set-file", request.set_file, "KEY=FILE",
           "As helm's: the value is what the file holds");
  add_list(command, "--config", request.config, "KEY=VALUE", "A setting as Azure's extension takes it");
  add_list(command, "--config-protected-file", request.protected_files, "FILE",
           "A JSON file of protected settings, as Azure's extension takes it");
  command
      .add_option("--chart-defaults", request.chart_defaults,
                  "values.yaml of another version of the chart (default: of this version)")
      ->type_name("FILE");
  const std::map<std::string, Form> forms{
      {"text", Form::kText}, {"json", Form::kJson}, {"sarif", Form::kSarif}, {"github", Form::kGithub}};
  command.add_option("-o,--output", options.form, "text, json, sarif or github (default: text)")
      ->transform(CLI::CheckedTransformer(forms))
      ->type_name("FORM");
  command.add_flag("--strict", options.strict, "Warnings count: exit with 1 for them too");
  command.add_flag("--list-rules", options.list_rules, "Print all rules, and read nothing");
}

}  // namespace

void add_check(CLI::App& app, Chosen& chosen) {
  CLI::App* const command = app.add_subcommand("check", kDescription);
  command->footer(kFooter);
  const auto options = std::make_shared<Options>();
  add_options(*command, *options);
  add_cluster_options(*command, options->cluster);
  command->callback(
      [options, &chosen] { chosen = [options](Streams streams) { return check(*options, streams); }; });
}

}  // namespace connected_registry::cli
