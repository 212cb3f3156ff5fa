#include "trust/runtimes/hosts_toml.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <string>

#include "base/file.h"
#include "support/golden.h"
#include "trust/files/toml_reader.h"

namespace connected_registry::trust {
namespace {

using ::testing::Contains;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

const std::filesystem::path kRoot = "etc/containerd/certs.d";

std::vector<DesiredFile> files_for(const contract::RegistryDocument& registry,
                                   const std::string& bundle = "PEM") {
  return hosts_files(kRoot, "/" / kRoot, registry, bundle);
}

// UPDATE_GOLDEN=1 writes what the code gives now: read the difference before you keep it.
void expect_golden(const std::string& name, const std::string& text) {
  const std::filesystem::path path = std::filesystem::path(golden_directory()) / "trust" / name;
  if (std::getenv("UPDATE_GOLDEN") != nullptr) {
    ASSERT_TRUE(file::write_atomically(path, text, 0644));
  }
  const auto expected = file::read(path);
  ASSERT_TRUE(expected) << expected.error().message;
  EXPECT_EQ(text, *expected);
}

toml::table parsed(const std::string& text) {
  return toml::parse(text);
}

TEST(HostsToml, ipv4_is_as_recorded) {
  expect_golden("ipv4.hosts.toml",
                render_hosts_toml("192.100.100.1", "/etc/containerd/certs.d/192.100.100.1/ca.crt"));
}

TEST(HostsToml, ipv6_with_port_in_containerds_literal_directory_is_as_recorded) {
  expect_golden("ipv6-port.hosts.toml",
                render_hosts_toml("[fd00::1]:443",
                                  "/etc/containerd/certs.d:/etc/docker/certs.d/[fd00::1]_443_/ca.crt"));
}

TEST(HostsToml, has_what_every_containerd_needs) {
  const toml::table table = parsed(render_hosts_toml("192.100.100.1:443", "/directory/ca.crt"));
  EXPECT_EQ(table["server"].value<std::string>(), "https://192.100.100.1:443");
  EXPECT_EQ(table["ca"].value<std::string>(), "/directory/ca.crt")
      << "without it a 404 becomes a certificate error";
  const auto* const host = table["host"]["https://192.100.100.1:443"].as_table();
  ASSERT_NE(host, nullptr) << "containerd 1.5-1.7 refuse a file without a [host] table";
  EXPECT_EQ((*host)["ca"].value<std::string>(), "/directory/ca.crt");
  EXPECT_EQ((*host)["capabilities"][0].value<std::string>(), "pull");
  EXPECT_EQ((*host)["capabilities"][1].value<std::string>(), "resolve");
}

TEST(HostsToml, escapes_what_toml_strings_cannot_hold) {
  const toml::table table = parsed(render_hosts_toml("h", "/a\"b\\c/ca.crt"));
  EXPECT_EQ(table["ca"].value<std::string>(), "/a\"b\\c/ca.crt");
}

std::vector<std::string> paths(const std::vector<DesiredFile>& files) {
  std::vector<std::string> out;
  out.reserve(files.size());
  for (const DesiredFile& file : files) out.push_back(file.path.string());
  return out;
}

TEST(HostsFiles, lie_in_the_directories_of_the_address_with_and_without_port) {
  EXPECT_THAT(paths(files_for({.address = "192.100.100.1"})),
              ElementsAre("etc/containerd/certs.d/192.100.100.1/ca.crt",
                          "etc/containerd/certs.d/192.100.100.1/hosts.toml",
                          "etc/containerd/certs.d/192.100.100.1_443_/ca.crt",
                          "etc/containerd/certs.d/192.100.100.1_443_/hosts.toml"));
}

TEST(HostsFiles, bracket_an_ipv6_address) {
  const auto files = files_for({.address = "fd00::1"});
  EXPECT_EQ(files[1].path, "etc/containerd/certs.d/[fd00::1]/hosts.toml");
  EXPECT_EQ(files[3].path, "etc/containerd/certs.d/[fd00::1]_443_/hosts.toml");
  EXPECT_EQ(parsed(files[3].body)["server"].value<std::string>(), "https://[fd00::1]:443");
}

// containerd 1.x cannot read such a header: it would ask for HTTPS where the registry has plain HTTP.
TEST(HostsFiles, of_an_ipv6_address_have_no_header_with_a_bracket) {
  for (const contract::Scheme scheme : {contract::Scheme::kHttps, contract::Scheme::kHttp}) {
    const bool https = scheme == contract::Scheme::kHttps;
    for (const DesiredFile& file : files_for({.address = "fd00::1", .port = 8443, .scheme = scheme})) {
      if (file.path.filename() != kHostsFile) continue;
      EXPECT_THAT(file.body, HasSubstr("\n[host]\n"));
      EXPECT_THAT(file.body, Not(HasSubstr("[host.")));
      const std::string server = std::string(https ? "https" : "http") + "://[fd00::1]:8443";
      const toml::table table = parsed(file.body);
      const auto* const host = table["host"][server].as_table();
      ASSERT_NE(host, nullptr) << file.body;
      EXPECT_EQ((*host)["capabilities"][0].value<std::string>(), "pull");
      EXPECT_EQ((*host)["ca"].value<std::string>(), table["ca"].value<std::string>());
      EXPECT_EQ(host->contains("ca"), https);
    }
  }
}

TEST(HostsFiles, of_another_port_leave_references_without_a_port_alone) {
  EXPECT_THAT(paths(files_for({.address = "192.100.100.1", .port = 8443})),
              ElementsAre("etc/containerd/certs.d/192.100.100.1_8443_/ca.crt",
                          "etc/containerd/certs.d/192.100.100.1_8443_/hosts.toml"));
}

TEST(HostsFiles, point_to_the_authority_beside_them) {
  for (const DesiredFile& file : files_for({.address = "192.100.100.1"})) {
    if (file.path.filename() == kAuthorityFile) {
      EXPECT_EQ(file.body, "PEM");
    } else {
      EXPECT_EQ(parsed(file.body)["ca"].value<std::string>(),
                ("/" / file.path.parent_path() / "ca.crt").string());
    }
  }
}

TEST(HostsFiles, of_plain_http_name_the_scheme_and_hold_no_certificate) {
  const auto files =
      files_for({.address = "192.100.100.1", .port = 80, .scheme = contract::Scheme::kHttp}, "");
  EXPECT_THAT(paths(files), Each(Not(HasSubstr("ca.crt"))));
  EXPECT_THAT(paths(files), Contains("etc/containerd/certs.d/192.100.100.1/hosts.toml"));
  const toml::table table = parsed(files.front().body);
  EXPECT_EQ(table["server"].value<std::string>(), "http://192.100.100.1");
  EXPECT_TRUE(table["host"]["http://192.100.100.1"].is_table());
  EXPECT_FALSE(table.contains("ca"));
}

TEST(AuthorityFiles, lie_where_docker_and_podman_look_with_a_colon_before_the_port) {
  EXPECT_THAT(
      paths(authority_files("etc/docker/certs.d", {.address = "192.100.100.1"}, "PEM")),
      ElementsAre("etc/docker/certs.d/192.100.100.1/ca.crt", "etc/docker/certs.d/192.100.100.1:443/ca.crt"));
  EXPECT_TRUE(
      authority_files("etc/docker/certs.d", {.address = "1.2.3.4", .scheme = contract::Scheme::kHttp}, "")
          .empty());
}

}  // namespace
}  // namespace connected_registry::trust
