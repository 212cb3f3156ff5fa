#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "base/timestamp.h"
#include "cli/cli.h"
#include "support/temporary_directory.h"
#include "x509/issue.h"

namespace connected_registry::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

constexpr const char* kPod =
    "apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\nspec:\n  containers:\n  - name: app\n    image: "
    "192.100.100.1/web:1\n";

class InjectCommand : public ::testing::Test {
 protected:
  std::string file(const std::string& name, const std::string& text) const {
    const auto path = directory.path() / name;
    std::ofstream(path) << text;
    return path.string();
  }
  // Runs `connected-registry inject --address 192.100.100.1` with more arguments; returns the exit code.
  int inject(const std::vector<std::string>& more) {
    std::vector<const char*> argv = {"connected-registry", "inject", "--address", "192.100.100.1"};
    for (const std::string& argument : more) argv.push_back(argument.c_str());
    out.str("");
    err.str("");
    return run(static_cast<int>(argv.size()), argv.data(), out, err);
  }

  testing::TemporaryDirectory directory;
  std::ostringstream out;
  std::ostringstream err;
};

TEST_F(InjectCommand, prints_the_manifest_with_the_ca) {
  const auto ca = x509::issue_ca({.common_name = "ca",
                                  .dns_names = {},
                                  .ip_addresses = {},
                                  .not_before = system_now(),
                                  .lifetime = std::chrono::hours(1)});
  const std::string pem = ca->certificate.to_pem();
  ASSERT_EQ(inject({"-f", file("pod.yaml", kPod), "--ca-file", file("ca.crt", pem)}), kSuccess) << err.str();
  EXPECT_THAT(out.str(), StartsWith("apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\n"));
  EXPECT_THAT(out.str(),
              HasSubstr("connected-registry.io/ca-bundle: |\n      -----BEGIN CERTIFICATE-----\n"));
  EXPECT_THAT(out.str(), HasSubstr("path: " + ca->certificate.subject_hash() + ".0"));
  EXPECT_EQ(err.str(), "Pod web: injected\n");
  // What came out goes in again unchanged.
  const std::string first = out.str();
  ASSERT_EQ(inject({"-f", file("again.yaml", first), "--ca-file", file("ca.crt", pem)}), kSuccess);
  EXPECT_EQ(out.str(), first);
}

TEST_F(InjectCommand, without_a_ca_leaves_it_to_the_controller) {
  ASSERT_EQ(inject({"-f", file("pod.yaml", kPod)}), kSuccess);
  EXPECT_THAT(out.str(), Not(HasSubstr("connected-registry.io/ca-bundle:")));
  EXPECT_THAT(out.str(), HasSubstr("connected-registry.io/injected: connected-registry"));
  EXPECT_THAT(err.str(), HasSubstr("gets the CA when it exists"));
}

TEST_F(InjectCommand, takes_several_files_in_their_order_and_further_hosts) {
  const std::string other =
      "apiVersion: v1\nkind: Pod\nmetadata: {name: b}\nspec: {containers: [{name: a, image: "
      "mirror.example/b}]}\n";
  ASSERT_EQ(inject({"-f", file("b.yaml", other), "-f", file("a.yaml", "kind: ConfigMap\n"), "--host",
                    "mirror.example", "-o", "json"}),
            kSuccess);
  EXPECT_THAT(err.str(), StartsWith("Pod b: injected"));
  EXPECT_LT(out.str().find("\"b\""), out.str().find("ConfigMap"));
}

TEST_F(InjectCommand, prints_nothing_where_it_cannot_run) {
  const std::string pod = file("pod.yaml", kPod);
  const std::vector<std::pair<std::vector<std::string>, std::string>> wrong = {
      {{"-f", pod, "-f", (directory.path() / "none.yaml").string()},
       "none.yaml: it cannot be read: No such file"},
      {{"-f", pod, "-f", file("bad.yaml", "a: [1")}, "bad.yaml:1:"},
      {{"-f", pod, "--ca-file", file("ca.crt", "junk")}, "ca.crt: "},
      {{"-f", pod, "--host", "registry"}, "'registry' is not a host"},
      {{}, "--filename is required"},
  };
  for (const auto& [arguments, message] : wrong) {
    EXPECT_EQ(inject(arguments), kUsage) << message;
    EXPECT_THAT(out.str(), IsEmpty());
    EXPECT_THAT(err.str(), HasSubstr(message));
  }
}

}  // namespace
}  // namespace connected_registry::cli
