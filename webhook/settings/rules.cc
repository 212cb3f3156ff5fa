#include "settings/rules.h"

#include <algorithm>
#include <array>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "base/duration.h"
#include "base/quoted.h"
#include "base/schedule.h"
#include "net/address.h"
#include "settings/engine_rules.h"
#include "settings/grammar.h"
#include "settings/parent_rules.h"
#include "settings/rule_check.h"
#include "settings/tls_rules.h"

namespace connected_registry::settings {
namespace {

Problems address_missing(const Settings& settings) {
  return when(settings.service_cluster_ip.empty(), "it is not given");
}

Problems address_wrong(const Settings& settings) {
  const std::string& given = settings.service_cluster_ip;
  if (given.empty()) return {};
  const auto address = net::Address::parse(given);
  if (!address) return {quoted(given) + " is not an IPv4 or IPv6 address"};
  const std::string_view problem = address->problem();
  if (problem.empty()) return {};
  return {quoted(given) + " " + std::string(problem)};
}

Problems cert_manager_unused(const Settings& settings) {
  return when(settings.cert_manager_install && !settings.cert_manager_enabled,
              "cert-manager would be installed but not used");
}

Problems certificate_unsourced(const Settings& settings) {
  return when(certificate_source(settings) == CertificateSource::kNone,
              "the registry would have no certificate");
}

Problems own_certificate_unused(const Settings& settings) {
  return when(settings.tls.given() && (settings.cert_manager_enabled || settings.cert_manager_install),
              "a certificate is given, while cert-manager is to issue one");
}

Problems certificate_twice(const Settings& settings) {
  return when(!settings.tls.secret.empty() && settings.tls.has_values(),
              "tls.crt, tls.key or tls.cacrt is given as well");
}

Problems secret_name_wrong(const Settings& settings) {
  const std::string& name = settings.tls.secret;
  return when(!name.empty() && !is_object_name(name), quoted(name) + " is not the name of a Secret");
}

Problems plain_http_with_certificates(const Settings& settings) {
  return when(!settings.https_enabled && (settings.cert_manager_enabled || settings.tls.given()),
              "a certificate is configured, while the registry would serve plain HTTP");
}

Problems plain_http(const Settings& settings) {
  return when(!settings.https_enabled,
              "HTTP is not encrypted: whoever is on the network can read and change what is pulled");
}

Problems trust_left_to_user(const Settings& settings) {
  return when(settings.cert_manager_enabled && !settings.trust_distribution_enabled,
              "nodes will not trust the registry's certificate, and pulls will fail with an x509 error");
}

Problems selectors_disagree(const Settings& settings) {
  return when(settings.trust_skip_node_selector && settings.trust_use_node_selector,
              "it asks for every node, while useNodeSelector asks for labelled nodes only");
}

// By the parser that the programs with a schedule use.
Problems schedule_problems(const std::string& text) {
  const auto schedule = Schedule::parse(text);
  if (schedule) return {};
  return {quoted(text) + " is not a schedule: " + schedule.error().message};
}

Problems schedule_wrong(const Settings& settings) {
  return schedule_problems(settings.sync_schedule);
}

Problems storage_wrong(const Settings& settings) {
  return when(!is_positive_quantity(settings.storage_request),
              quoted(settings.storage_request) + " is not a positive quantity");
}

Problems mode_wrong(const Settings& settings) {
  return when(settings.mode != "ReadOnly" && settings.mode != "ReadWrite",
              quoted(settings.mode) + " is no mode");
}

Problems extra_hosts_wrong(const Settings& settings) {
  Problems problems;
  for (const std::string& host : settings.extra_hosts) {
    if (!is_image_host(host)) {
      problems.push_back(quoted(host) + " is not a host as image references write it");
    }
  }
  return problems;
}

bool shares_storage(const Settings& settings) {
  return (settings.storage_driver != "filesystem" && settings.storage_driver != "inmemory") ||
         std::find(settings.access_modes.begin(), settings.access_modes.end(), "ReadWriteMany") !=
             settings.access_modes.end();
}

Problems replicas_without_storage(const Settings& settings) {
  return when(settings.replicas > 1 && !shares_storage(settings),
              "several pods cannot write to one volume that is not ReadWriteMany");
}

Problems garbage_schedule_wrong(const Settings& settings) {
  return settings.garbage_schedule.empty() ? Problems() : schedule_problems(settings.garbage_schedule);
}

Problems garbage_of_several(const Settings& settings) {
  return when(!settings.garbage_schedule.empty() && settings.replicas > 1,
              "several pods could write while one collects");
}

Problems pull_through_without_volume(const Settings& settings) {
  return when(settings.pull_through && settings.storage_driver != "filesystem",
              "what is fetched needs a volume, and storage.driver is not filesystem");
}

Problems pull_through_with_pushes(const Settings& settings) {
  return when(settings.pull_through && settings.mode == "ReadWrite",
              "the registry takes pushes, and could not tell its own images from the parent's");
}

// In an htpasswd file a colon ends the name and the password.
bool breaks_htpasswd(std::string_view text) {
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return c == ':' || (c >= 0 && c < ' ') || c == '\x7f'; });
}

Problems login_wrong(const Settings& settings) {
  const std::string& name = settings.access_username;
  const std::string& password = settings.access_password;
  return when(name.empty() != password.empty() ||
                  (!settings.pull_secret_namespaces.empty() && password.empty()) || breaks_htpasswd(name) ||
                  breaks_htpasswd(password),
              "username and password do not make a login");
}

// The rules of tls.* are in tls_rules.h. The rules of the values' form (CR061 to CR065) are checked where the
// values are read.
constexpr std::array<RuleCheck, 21> kRuleChecks{{
    {"CR001", address_missing},
    {"CR002", address_wrong},
    {"CR010", cert_manager_unused},
    {"CR011", own_certificate_unused},
    {"CR012", certificate_twice},
    {"CR014", certificate_unsourced},
    {"CR015", plain_http_with_certificates},
    {"CR016", plain_http},
    {"CR020", trust_left_to_user},
    {"CR021", selectors_disagree},
    {"CR039", secret_name_wrong},
    {"CR046", schedule_wrong},
    {"CR050", storage_wrong},
    {"CR054", garbage_schedule_wrong},
    {"CR055", garbage_of_several},
    {"CR056", pull_through_without_volume},
    {"CR057", replicas_without_storage},
    {"CR070", mode_wrong},
    {"CR071", pull_through_with_pushes},
    {"CR074", login_wrong},
    {"CR080", extra_hosts_wrong},
}};

void add_findings(const RuleCheck& rule, const Settings& settings, std::vector<Finding>& findings) {
  for (std::string& problem : rule.problems(settings)) findings.push_back(found(rule.id, std::move(problem)));
}

// By the parser that the synchronizer uses. An empty text is no duration and right.
Problems duration_problems(const std::string& text, bool may_be_zero) {
  if (text.empty()) return {};
  const auto duration = parse_span(text);
  if (!duration) return {quoted(text) + " " + duration.error().message};
  return when(!may_be_zero && duration->count() == 0, quoted(text) + " leaves no time for a run");
}

void check_durations(const Settings& settings, std::vector<Finding>& findings) {
  for (std::string& problem : duration_problems(settings.sync_window, false)) {
    findings.push_back(found("CR073", "sync.window", std::move(problem)));
  }
  for (std::string& problem : duration_problems(settings.sync_retain, true)) {
    findings.push_back(found("CR073", "sync.retain", std::move(problem)));
  }
}

// Adds a warning for a schedule that is well formed and has no day in any year.
void warn_of_empty_schedules(const Settings& settings, TimePoint now, std::vector<Finding>& findings) {
  const std::array<std::pair<std::string_view, const std::string*>, 2> schedules = {
      {{"CR046", &settings.sync_schedule}, {"CR054", &settings.garbage_schedule}}};
  for (const auto& [id, text] : schedules) {
    const auto schedule = Schedule::parse(*text);
    if (!schedule || schedule->next(now)) continue;
    Finding finding = found(id, quoted(*text) + " is never due: no month that it names has such a day");
    finding.severity = Severity::kWarning;
    findings.push_back(std::move(finding));
  }
}

// Checks the rules that more than one key can break.
void check_other_paths(const Settings& settings, std::vector<Finding>& findings) {
  const std::array<std::pair<const char*, const std::string*>, 3> secrets = {
      {{"connectionStringSecret", &settings.connection_string_secret},
       {"parent.existingSecret", &settings.parent_secret},
       {"access.existingSecret", &settings.access_secret}}};
  for (const auto& [path, name] : secrets) {
    if (name->empty() || is_object_name(*name)) continue;
    findings.push_back(found("CR039", path, quoted(*name) + " is not the name of a Secret"));
  }
  if (!settings.parent_url.empty() &&
      !(settings.connection_string.empty() && settings.connection_string_secret.empty())) {
    findings.push_back(found("CR048", "parent.url", "a connection string is given as well"));
  }
}

}  // namespace

std::vector<Finding> check(const Settings& settings, TimePoint now) {
  std::vector<Finding> findings = check_tls_values(settings, now);
  for (const std::span<const RuleCheck> rules : {std::span<const RuleCheck>(kRuleChecks), parent_rules()}) {
    for (const RuleCheck& rule : rules) add_findings(rule, settings, findings);
  }
  check_other_paths(settings, findings);
  check_durations(settings, findings);
  check_engine(settings, findings);
  warn_of_empty_schedules(settings, now, findings);
  sort(findings);
  return findings;
}

std::vector<Finding> check_connection_string(std::string_view text) {
  if (text.empty()) return {found("CR040", "it is empty")};
  Settings settings;
  settings.connection_string = text;
  std::vector<Finding> findings;
  for (const RuleCheck& rule : parent_rules()) {
    if (is_about_connection_string(rule)) add_findings(rule, settings, findings);
  }
  sort(findings);
  return findings;
}

std::vector<Finding> check_change(const Settings& from, const Settings& to) {
  std::vector<Finding> findings;
  const auto before = quantity_value(from.storage_request);
  const auto after = quantity_value(to.storage_request);
  if (before && after && *after < *before) {
    findings.push_back(
        found("CR052", quoted(to.storage_request) + " is less than " + quoted(from.storage_request)));
  }
  return findings;
}

}  // namespace connected_registry::settings
