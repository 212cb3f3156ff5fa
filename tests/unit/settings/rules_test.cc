#include "settings/rules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "base/schedule.h"
#include "x509/issue.h"

namespace connected_registry::settings {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

const TimePoint kNow = *parse_time("2026-01-31T12:00:00Z");

constexpr std::string_view kConnection =
    "ConnectedRegistryName=myregistry;SyncTokenName=token;SyncTokenPassword=pass;"
    "ParentGatewayEndpoint=contoso.azurecr.io;ParentEndpointProtocol=https";

Settings good() {
  Settings settings;
  settings.service_cluster_ip = "192.100.100.1";
  settings.connection_string = kConnection;
  settings.sync_repositories = {"app", "app/web:1"};
  return settings;
}

std::vector<std::string> ids(const Settings& settings) {
  std::vector<std::string> out;
  for (const Finding& finding : check(settings, kNow)) out.emplace_back(finding.id);
  return out;
}

std::string replaced(std::string_view from, std::string_view to) {
  std::string text(kConnection);
  return text.replace(text.find(from), from.size(), to);
}

TEST(Rules, find_nothing_in_good_settings) {
  EXPECT_THAT(check(good(), kNow), IsEmpty());
}

TEST(Rules, CR001_wants_an_address) {
  Settings settings = good();
  settings.service_cluster_ip.clear();
  EXPECT_THAT(ids(settings), ElementsAre("CR001"));
}

TEST(Rules, CR002_wants_an_address_that_a_service_can_have) {
  for (const char* address : {"None", "0.0.0.0", "127.0.0.1", "169.254.0.1", "224.0.0.1", "::", "::1",
                              "fe80::1", "ff02::1", "192.100.100.1,fd00::1"}) {
    Settings settings = good();
    settings.service_cluster_ip = address;
    EXPECT_THAT(ids(settings), ElementsAre("CR002")) << address;
  }
}

TEST(Rules, CR010_and_CR014_want_cert_manager_used) {
  Settings settings = good();
  settings.cert_manager_enabled = false;
  EXPECT_THAT(ids(settings), ElementsAre("CR010", "CR014"));
  settings.cert_manager_install = false;
  EXPECT_THAT(ids(settings), ElementsAre("CR014"));
}

// Settings whose certificate is the user's own, in a Secret.
Settings with_secret() {
  Settings settings = good();
  settings.cert_manager_install = false;
  settings.cert_manager_enabled = false;
  settings.tls.secret = "k8secret";
  return settings;
}

TEST(Rules, CR011_wants_cert_manager_off_for_a_certificate_of_ones_own) {
  EXPECT_THAT(check(with_secret(), kNow), IsEmpty());
  Settings settings = with_secret();
  settings.cert_manager_enabled = true;
  EXPECT_THAT(ids(settings), ElementsAre("CR011"));
  settings.cert_manager_enabled = false;
  settings.cert_manager_install = true;
  EXPECT_THAT(ids(settings), ElementsAre("CR010", "CR011"));
}

TEST(Rules, CR012_wants_one_source_of_a_certificate) {
  Settings settings = with_secret();
  settings.tls.cacrt = "x";
  EXPECT_THAT(ids(settings), Contains("CR012"));
}

TEST(Rules, CR015_and_CR016_say_what_plain_http_means) {
  Settings settings = good();
  settings.https_enabled = false;
  EXPECT_THAT(ids(settings), ElementsAre("CR015", "CR016"));
  settings.cert_manager_install = false;
  settings.cert_manager_enabled = false;
  const auto findings = check(settings, kNow);
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].id, "CR016");
  EXPECT_EQ(findings[0].severity, Severity::kWarning);
  settings.tls.secret = "k8secret";
  EXPECT_THAT(ids(settings), ElementsAre("CR015", "CR016"));
}

TEST(Rules, CR039_wants_the_name_of_a_secret) {
  for (const char* name : {"My-Secret", "a/b", "-a", "a_b", "a'b", "a..b"}) {
    Settings settings = with_secret();
    settings.tls.secret = name;
    EXPECT_THAT(ids(settings), ElementsAre("CR039")) << name;
  }
}

TEST(Rules, CR052_refuses_to_shrink_the_volume) {
  Settings from = good();
  Settings to = good();
  const auto shrinks = [&](const char* old_size, const char* new_size) {
    from.storage_request = old_size;
    to.storage_request = new_size;
    return !check_change(from, to).empty();
  };
  EXPECT_TRUE(shrinks("500Gi", "499Gi"));
  EXPECT_TRUE(shrinks("1Ti", "1T"));
  EXPECT_TRUE(shrinks("1e12", "999999999999"));
  EXPECT_FALSE(shrinks("500Gi", "500Gi"));
  EXPECT_FALSE(shrinks("500Gi", "0.5Ti"));
  EXPECT_FALSE(shrinks("500Gi", "junk")) << "CR050 says that";
}

TEST(Rules, CR020_warns_where_nobody_distributes_trust) {
  Settings settings = good();
  settings.trust_distribution_enabled = false;
  const auto findings = check(settings, kNow);
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].id, "CR020");
  EXPECT_EQ(findings[0].severity, Severity::kWarning);
}

TEST(Rules, CR021_refuses_selectors_that_disagree) {
  Settings settings = good();
  settings.trust_skip_node_selector = true;
  EXPECT_THAT(ids(settings), IsEmpty());
  settings.trust_use_node_selector = true;
  EXPECT_THAT(ids(settings), ElementsAre("CR021"));
}

TEST(Rules, CR040_wants_the_connection_string_whole) {
  Settings settings = good();
  settings.connection_string = replaced("SyncTokenName=token;", "");
  EXPECT_THAT(ids(settings), ElementsAre("CR040"));
  settings.connection_string = "nonsense";
  EXPECT_THAT(ids(settings), ElementsAre("CR040", "CR040", "CR040", "CR040", "CR040"));
}

TEST(Rules, judge_no_connection_string_where_none_is_given) {
  Settings settings = good();
  settings.connection_string.clear();
  settings.sync_repositories.clear();
  EXPECT_THAT(ids(settings), IsEmpty());
}

TEST(Rules, CR041_wants_a_registry_name_of_5_to_40_letters_and_digits) {
  Settings settings = good();
  settings.connection_string = replaced("myregistry", "my-registry");
  EXPECT_THAT(ids(settings), ElementsAre("CR041"));
}

TEST(Rules, CR042_wants_https_to_the_parent) {
  Settings settings = good();
  settings.connection_string = replaced("=https", "=http");
  EXPECT_THAT(ids(settings), ElementsAre("CR042"));
}

TEST(Rules, CR043_wants_a_bare_endpoint) {
  Settings settings = good();
  settings.connection_string = replaced("=contoso.azurecr.io", "=https://contoso.azurecr.io");
  EXPECT_THAT(ids(settings), ElementsAre("CR043"));
}

TEST(Rules, CR044_wants_a_parent_for_repositories) {
  Settings settings = good();
  settings.connection_string.clear();
  EXPECT_THAT(ids(settings), ElementsAre("CR044"));
}

TEST(Rules, CR045_finds_the_host_of_the_parent) {
  Settings settings = good();
  settings.connection_string.clear();
  settings.parent_url = "https://Parent.example:5443";
  settings.sync_repositories = {"parent.example/app", "contoso.azurecr.io/team/app:1"};
  EXPECT_THAT(ids(settings), ElementsAre("CR045", "CR045"));
  settings.sync_repositories = {"parent/app", "docker.io/library/nginx", "team/parent.example",
                                "parent.example"};
  EXPECT_THAT(ids(settings), IsEmpty());
}

TEST(Rules, CR045_names_each_repository_that_is_wrong) {
  Settings settings = good();
  settings.sync_repositories = {"App", "app", "host:5000/app"};
  const auto findings = check(settings, kNow);
  ASSERT_EQ(findings.size(), 2U);
  EXPECT_EQ(findings[0].message, "\"App\" is not NAME or NAME:TAG");
  EXPECT_EQ(findings[1].message, "\"host:5000/app\" is not NAME or NAME:TAG");
}

TEST(Rules, CR046_wants_a_schedule) {
  Settings settings = good();
  settings.sync_schedule = "sometimes";
  EXPECT_THAT(ids(settings), ElementsAre("CR046"));
}

TEST(Rules, CR046_and_CR054_say_what_the_schedules_parser_says) {
  Settings settings = good();
  settings.sync_schedule = "61 * * * *";
  settings.garbage_schedule = "@every 0s";
  const std::vector<Finding> findings = check(settings, kNow);
  ASSERT_EQ(findings.size(), 2U);
  EXPECT_EQ(findings[0].message,
            "\"61 * * * *\" is not a schedule: " + Schedule::parse("61 * * * *").error().message);
  EXPECT_EQ(findings[1].message, "\"@every 0s\" is not a schedule: \"0s\" is shorter than 1s");
  EXPECT_EQ(findings[1].severity, Severity::kError);
}

TEST(Rules, CR046_and_CR054_warn_of_a_schedule_that_is_never_due) {
  Settings settings = good();
  settings.sync_schedule = "0 0 30 2 *";
  settings.garbage_schedule = "0 0 31 4,6 *";
  const std::vector<Finding> findings = check(settings, kNow);
  ASSERT_THAT(ids(settings), ElementsAre("CR046", "CR054"));
  EXPECT_EQ(findings[0].message, "\"0 0 30 2 *\" is never due: no month that it names has such a day");
  EXPECT_EQ(findings[0].severity, Severity::kWarning);
  EXPECT_EQ(findings[1].severity, Severity::kWarning);
  settings.sync_schedule = "0 0 30 2 1";  // or a Monday
  settings.garbage_schedule = "0 0 29 2 *";
  EXPECT_THAT(ids(settings), IsEmpty());
}

TEST(Rules, CR047_wants_certificates_in_the_parents_bundle) {
  Settings settings = good();
  settings.parent_ca_bundle = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
  EXPECT_THAT(ids(settings), ElementsAre("CR047"));
  const auto ca = x509::issue_ca({.common_name = "parent",
                                  .dns_names = {},
                                  .ip_addresses = {},
                                  .not_before = system_now(),
                                  .lifetime = std::chrono::hours(1)});
  ASSERT_TRUE(ca);
  settings.parent_ca_bundle = ca->certificate.to_pem();
  EXPECT_THAT(ids(settings), IsEmpty());
}

TEST(Rules, CR048_wants_one_connection_string) {
  Settings settings = good();
  settings.connection_string_secret = "parent";
  EXPECT_THAT(ids(settings), ElementsAre("CR048"));
  settings.connection_string.clear();
  EXPECT_THAT(ids(settings), IsEmpty()) << "the Secret gives the parent, too";
  settings.connection_string_secret = "My_Secret";
  EXPECT_THAT(ids(settings), ElementsAre("CR039"));
  EXPECT_EQ(check(settings, kNow)[0].path, "connectionStringSecret");
}

TEST(Rules, CR072_and_CR075_want_a_parent_by_its_address) {
  Settings settings = good();
  settings.connection_string.clear();
  for (const char* url : {"registry.example", "https://registry.example:5000/", "[fd00::1]:5000"}) {
    settings.parent_url = url;
    settings.parent_secret = "login";
    EXPECT_THAT(ids(settings), IsEmpty()) << url;
  }
  for (const char* url : {"http://registry.example", "registry.example/team", "https://"}) {
    settings.parent_url = url;
    EXPECT_THAT(ids(settings), ElementsAre("CR075")) << url;
  }
  settings = good();
  settings.parent_url = "registry.example";
  EXPECT_THAT(ids(settings), ElementsAre("CR048"));
  settings.parent_url.clear();
  settings.parent_secret = "Log_in";
  EXPECT_THAT(ids(settings), ElementsAre("CR039", "CR072"));
}

TEST(Rules, CR055_and_CR057_want_storage_that_several_can_share) {
  Settings settings = good();
  settings.replicas = 2;
  EXPECT_THAT(ids(settings), ElementsAre("CR057"));
  settings.access_modes = {"ReadWriteMany"};
  EXPECT_THAT(ids(settings), IsEmpty());
  settings.access_modes = {"ReadWriteOnce"};
  settings.storage_driver = "s3";
  EXPECT_THAT(ids(settings), IsEmpty());
  settings.garbage_schedule = "@weekly";
  EXPECT_THAT(ids(settings), ElementsAre("CR055"));
  settings.replicas = 1;
  settings.garbage_schedule = "weekly";
  EXPECT_THAT(ids(settings), ElementsAre("CR054"));
}

TEST(Rules, CR056_and_CR071_want_a_volume_and_no_pushes_for_what_is_fetched) {
  Settings settings = good();
  settings.pull_through = true;
  EXPECT_THAT(ids(settings), IsEmpty());
  settings.storage_driver = "gcs";
  settings.mode = "ReadWrite";
  EXPECT_THAT(ids(settings), ElementsAre("CR056", "CR071"));
}

TEST(Rules, CR073_wants_durations) {
  Settings settings = good();
  settings.sync_window = "3h";
  settings.sync_retain = "3 days";
  ASSERT_THAT(ids(settings), ElementsAre("CR073"));
  EXPECT_EQ(check(settings, kNow)[0].path, "sync.retain");
}

TEST(Rules, CR073_ends_where_the_parser_does_and_says_so) {
  Settings settings = good();
  settings.sync_window = "87672h";
  settings.sync_retain = "0s";
  EXPECT_THAT(ids(settings), IsEmpty());
  settings.sync_window = "0h";
  settings.sync_retain = "87672h1s";
  const std::vector<Finding> findings = check(settings, kNow);
  ASSERT_EQ(findings.size(), 2U);
  EXPECT_EQ(findings[0].message, "\"87672h1s\" is longer than 87672h");
  EXPECT_EQ(findings[1].message, "\"0h\" leaves no time for a run");
}

TEST(Rules, CR076_names_each_expression_that_regsync_could_not_compile) {
  Settings settings = good();
  settings.sync_tag_expressions = {"v1", "v(", "(?!rc).*"};
  ASSERT_THAT(ids(settings), ElementsAre("CR076", "CR076"));
  EXPECT_EQ(check(settings, kNow)[1].message, "\"v(\" is not a regular expression that regsync can compile");
}

TEST(Rules, CR074_wants_a_whole_login) {
  Settings settings = good();
  settings.access_username = "me";
  EXPECT_THAT(ids(settings), ElementsAre("CR074"));
  settings.access_password = "hunter2";
  settings.pull_secret_namespaces = {"apps"};
  EXPECT_THAT(ids(settings), IsEmpty());
  settings.access_username = "me:you";
  const auto findings = check(settings, kNow);
  ASSERT_THAT(ids(settings), ElementsAre("CR074"));
  EXPECT_THAT(findings[0].message, Not(HasSubstr("hunter2")));
}

TEST(CheckConnectionString, judges_it_alone) {
  EXPECT_THAT(check_connection_string(kConnection), IsEmpty());
  const auto ids_of = [](std::string_view text) {
    std::vector<std::string> out;
    for (const Finding& finding : check_connection_string(text)) out.emplace_back(finding.id);
    return out;
  };
  EXPECT_THAT(ids_of(""), ElementsAre("CR040"));
  EXPECT_THAT(ids_of(replaced("SyncTokenName=token;", "")), ElementsAre("CR040"));
  EXPECT_THAT(ids_of(replaced("myregistry", "x")), ElementsAre("CR041"));
  EXPECT_THAT(ids_of(replaced("=https", "=http")), ElementsAre("CR042"));
  EXPECT_THAT(ids_of(replaced("contoso.azurecr.io", "https://a")), ElementsAre("CR043"));
}

TEST(Rules, CR050_wants_a_positive_size) {
  for (const char* size : {"0", "-1Gi", "lots", ""}) {
    Settings settings = good();
    settings.storage_request = size;
    EXPECT_THAT(ids(settings), ElementsAre("CR050")) << size;
  }
}

TEST(Rules, CR070_wants_a_mode_that_there_is) {
  Settings settings = good();
  settings.mode = "ReadWrite";
  EXPECT_THAT(ids(settings), IsEmpty());
  settings.mode = "readonly";
  EXPECT_THAT(ids(settings), ElementsAre("CR070"));
}

TEST(Rules, CR080_wants_extra_hosts_that_an_image_can_begin_with) {
  Settings settings = good();
  settings.extra_hosts = {"registry.example", "registry:5000", "localhost", "10.0.0.5", "[fd00::1]:443"};
  EXPECT_THAT(ids(settings), IsEmpty());
  settings.extra_hosts = {"registry.example", "registry", "https://registry.example", "a.b/c"};
  EXPECT_THAT(ids(settings), ElementsAre("CR080", "CR080", "CR080"));
}

TEST(Rules, report_everything_at_once_in_order) {
  Settings settings;
  settings.mode = "x";
  settings.cert_manager_enabled = false;
  settings.storage_request = "0";
  settings.sync_repositories = {"app"};
  EXPECT_THAT(ids(settings), ElementsAre("CR001", "CR010", "CR014", "CR044", "CR050", "CR070"));
}

TEST(Rules, never_show_what_a_connection_string_holds) {
  Settings settings = good();
  settings.connection_string =
      "ConnectedRegistryName=s3cret!;SyncTokenPassword=s3cret;ParentGatewayEndpoint=s3cret/"
      ";ParentEndpointProtocol=s3cret";
  const auto findings = check(settings, kNow);
  EXPECT_EQ(findings.size(), 4U);
  for (const Finding& finding : findings) EXPECT_THAT(to_line(finding), Not(HasSubstr("s3cret")));
}

TEST(Finding, is_one_line_with_id_key_problem_and_fix) {
  Settings settings = good();
  settings.service_cluster_ip = "127.0.0.1";
  const auto findings = check(settings, kNow);
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(
      to_line(findings[0]),
      "CR002 service.clusterIP: \"127.0.0.1\" is a loopback address. Fix: set it to one free address of the "
      "cluster's service range, such as 192.100.100.1 in 192.100.0.0/16.");
}

}  // namespace
}  // namespace connected_registry::settings
