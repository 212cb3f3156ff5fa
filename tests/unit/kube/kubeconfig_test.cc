#include "kube/kubeconfig.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "base/base64.h"
#include "base/file.h"
#include "support/temporary_directory.h"

namespace connected_registry::kube {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

std::string kubeconfig(const std::string& cluster, const std::string& user) {
  return R"({"current-context":"here","contexts":[{"name":"here","context":{"cluster":"c","user":"u","namespace":"edge"}},
             {"name":"there","context":{"cluster":"c","user":"u"}}],
             "clusters":[{"name":"c","cluster":)" +
         cluster + R"(}],"users":[{"name":"u","user":)" + user + "}]}";
}

Result<ClusterAccess> read(const std::string& text, const std::string& context = "",
                           const std::filesystem::path& directory = "/nowhere") {
  const json::Document document = json::parse(text).value();
  return read_kubeconfig({{.document = &document, .directory = directory}}, context);
}

std::string refusal(const std::string& cluster, const std::string& user) {
  const auto access = read(kubeconfig(cluster, user));
  return access ? "taken" : access.error().message;
}

constexpr const char* kServer = R"({"server":"https://10.0.0.1:6443"})";
constexpr const char* kToken = R"({"token":"s3cret"})";

TEST(Kubeconfig, gives_the_current_context_its_server_its_ca_and_its_token) {
  const auto access =
      read(kubeconfig(R"({"server":"https://[fd00::1]:6443/","certificate-authority-data":")" +
                          base64::encode("PEM") + R"(","tls-server-name":"api.example"})",
                      kToken));
  ASSERT_TRUE(access) << access.error().message;
  EXPECT_EQ(access->configuration.host, "fd00::1");
  EXPECT_EQ(access->configuration.port, 6443);
  EXPECT_EQ(access->configuration.ca_pem, "PEM");
  EXPECT_EQ(access->configuration.server_name, "api.example");
  EXPECT_EQ(access->configuration.token, "s3cret");
  EXPECT_EQ(access->namespace_, "edge");
  EXPECT_EQ(access->context, "here");
}

TEST(Kubeconfig, takes_another_context_by_its_name) {
  EXPECT_EQ(read(kubeconfig(kServer, kToken), "there")->namespace_, "");
  EXPECT_THAT(read(kubeconfig(kServer, kToken), "nowhere").error().message,
              HasSubstr("there is no context \"nowhere\"; there are: here, there"));
}

TEST(Kubeconfig, reads_files_beside_it) {
  const connected_registry::testing::TemporaryDirectory directory;
  for (const char* name : {"ca.crt", "me.crt", "me.key"}) {
    ASSERT_TRUE(file::write_atomically(directory.path() / name, name, 0600));
  }
  const auto access =
      read(kubeconfig(R"({"server":"https://api.example","certificate-authority":"ca.crt"})",
                      R"({"client-certificate":"me.crt","client-key":"me.key","tokenFile":"token"})"),
           "", directory.path());
  ASSERT_TRUE(access) << access.error().message;
  EXPECT_EQ(access->configuration.port, 443);
  EXPECT_EQ(access->configuration.ca_pem, "ca.crt");
  EXPECT_EQ(access->configuration.certificate_pem, "me.crt");
  EXPECT_EQ(access->configuration.key_pem, "me.key");
  EXPECT_EQ(access->configuration.token_file, directory.path() / "token");
}

TEST(Kubeconfig, of_several_files_the_first_that_holds_a_name_wins) {
  const json::Document first =
      json::parse(R"({"clusters":[{"name":"c","cluster":{"server":"https://first"}}]})").value();
  const json::Document second = json::parse(kubeconfig(kServer, kToken)).value();
  const auto access =
      read_kubeconfig({{.document = &first, .directory = {}}, {.document = &second, .directory = {}}}, "");
  ASSERT_TRUE(access) << access.error().message;
  EXPECT_EQ(access->configuration.host, "first");
  EXPECT_EQ(access->configuration.token, "s3cret");
}

TEST(Kubeconfig, says_what_to_do_instead_of_what_only_kubectl_can) {
  EXPECT_THAT(refusal(kServer, R"({"exec":{"command":"aws","args":["s3cret"]}})"),
              AllOf(HasSubstr("user u: exec: its credentials come from a program (aws)"),
                    HasSubstr("kubectl create token"), Not(HasSubstr("s3cret"))));
  EXPECT_THAT(refusal(kServer, R"({"auth-provider":{"name":"oidc"}})"), HasSubstr("auth-provider: "));
  EXPECT_THAT(refusal(kServer, R"({"username":"me","password":"s3cret"})"),
              AllOf(HasSubstr("username: "), Not(HasSubstr("s3cret"))));
  EXPECT_THAT(refusal(kServer, R"({"token":"s3cret","as":"other"})"), HasSubstr("as: "));
  EXPECT_THAT(refusal(kServer, "{}"), HasSubstr("it has no credentials"));
}

TEST(Kubeconfig, sends_no_credential_where_nobody_knows_who_listens) {
  EXPECT_THAT(refusal(R"({"server":"https://a","insecure-skip-tls-verify":true})", kToken),
              HasSubstr("certificate-authority-data"));
  EXPECT_THAT(refusal(R"({"server":"http://a"})", kToken), HasSubstr("it is not https://HOST:PORT"));
  EXPECT_THAT(refusal(R"({"server":"https://a","proxy-url":"http://p"})", kToken), HasSubstr("proxy-url"));
}

TEST(Kubeconfig, refuses_what_is_broken) {
  for (const char* server :
       {"https://", "https://a:0", "https://a:65536", "https://a:x", "https://a/path", "a", ""}) {
    EXPECT_THAT(refusal(R"({"server":")" + std::string(server) + R"("})", kToken), HasSubstr("server "))
        << server;
  }
  EXPECT_THAT(refusal(R"({"server":"https://a","certificate-authority-data":"%"})", kToken),
              HasSubstr("certificate-authority-data: "));
  EXPECT_THAT(refusal(kServer, R"({"token":"a\r\nb"})"), HasSubstr("token: it is not a token"));
  EXPECT_THAT(refusal(kServer, R"({"client-certificate-data":"UEVN"})"), HasSubstr("are required together"));
  EXPECT_FALSE(read("{}"));
  EXPECT_FALSE(read(R"({"current-context":"a","contexts":7})"));
}

}  // namespace
}  // namespace connected_registry::kube
