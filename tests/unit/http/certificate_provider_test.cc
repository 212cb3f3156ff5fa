#include "http/certificate_provider.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

#include "base/file.h"
#include "http/server_fixture.h"
#include "support/golden.h"

namespace connected_registry::http {
namespace {

using testing::post;
using testing::RawClient;
using ::testing::StartsWith;

std::string golden_path(std::string_view name) {
  return golden_directory() + "/x509/" + std::string(name);
}

std::string golden(std::string_view name) {
  return file::read(golden_path(name)).value();
}

class CertificateProviderTest : public testing::ServerTest {};

TEST_F(CertificateProviderTest, gives_new_connections_the_newest_certificate) {
  start();
  RawClient before = connect();
  EXPECT_EQ(before.peer_common_name(), "first");
  authority_.fill(certificate_, "second");
  EXPECT_EQ(connect().peer_common_name(), "second");
  ASSERT_TRUE(before.send(post("/echo", "{}")));
  EXPECT_TRUE(before.receive()) << "an open connection ended with its certificate";
}

TEST_F(CertificateProviderTest, sends_the_chain_that_came_with_the_certificate) {
  const x509::Pair pair = authority_.issue("leaf");
  ASSERT_TRUE(certificate_.set(pair.certificate.to_pem() + authority_.to_pem(), pair.key.to_pem()));
  start();
  const RawClient client = connect();
  EXPECT_EQ(client.peer_common_name(), "leaf");
  EXPECT_EQ(client.peer_chain_length(), 2);
}

TEST_F(CertificateProviderTest, lets_nobody_in_before_there_is_a_certificate) {
  CertificateProvider empty;
  options_.certificate = &empty;
  start();
  EXPECT_FALSE(connect().connected());
  authority_.fill(empty, "late");
  EXPECT_EQ(connect().peer_common_name(), "late");
}

TEST_F(CertificateProviderTest, keeps_what_it_has_when_the_new_pair_is_wrong) {
  const x509::Pair one = authority_.issue("one");
  const x509::Pair other = authority_.issue("other");
  const Status mixed = certificate_.set(one.certificate.to_pem(), other.key.to_pem());
  ASSERT_FALSE(mixed);
  EXPECT_EQ(mixed.error().message, "tls.key: it does not belong to the certificate in tls.crt");
  EXPECT_THAT(certificate_.set("x", one.key.to_pem()).error().message, StartsWith("tls.crt: "));
  EXPECT_THAT(certificate_.set(one.certificate.to_pem(), "x").error().message, StartsWith("tls.key: "));
  start();
  EXPECT_EQ(connect().peer_common_name(), "first");
}

TEST_F(CertificateProviderTest, lets_in_only_clients_of_the_ca_where_there_is_one) {
  CertificateProvider guarded(golden("intermediate.crt"));
  authority_.fill(guarded, "guarded");
  options_.certificate = &guarded;
  start();
  const auto answered = [this](const std::string& name) {
    RawClient client(server_->port(), RawClient::Tls::kYes, 0, name.empty() ? name : golden_path(name));
    return client.connected() && client.send(post("/echo", "{}")) && client.receive();
  };
  EXPECT_TRUE(answered("client-leaf"));
  EXPECT_FALSE(answered("leaf")) << "it is for servers";
  EXPECT_FALSE(answered("self-signed")) << "it is of another CA";
  EXPECT_FALSE(answered(""));
}

TEST_F(CertificateProviderTest, says_when_the_client_ca_is_none) {
  CertificateProvider provider("x");
  const x509::Pair pair = authority_.issue("one");
  EXPECT_THAT(provider.set(pair.certificate.to_pem(), pair.key.to_pem()).error().message,
              StartsWith("client CA: "));
}

TEST_F(CertificateProviderTest, is_exchanged_under_load_without_a_lost_request) {
  start();
  constexpr int kClients = 4;
  std::atomic<bool> done = false;
  std::atomic<int> lost = 0;
  std::atomic<int> answered = 0;
  std::vector<std::thread> clients;
  clients.reserve(kClients);
  for (int i = 0; i < kClients; ++i) {
    clients.emplace_back([&] {
      while (!done) {
        RawClient client = connect();
        const bool sent = client.connected() && client.send(post("/echo", "{}")) && client.receive();
        ++(sent ? answered : lost);
      }
    });
  }
  const std::vector<x509::Pair> pairs = {authority_.issue("a"), authority_.issue("b")};
  for (int i = 0; answered < 100 && lost == 0; ++i) {
    const x509::Pair& pair = pairs[static_cast<std::size_t>(i % 2)];
    EXPECT_TRUE(certificate_.set(pair.certificate.to_pem(), pair.key.to_pem()));
  }
  done = true;
  for (std::thread& client : clients) client.join();
  EXPECT_EQ(lost, 0);
}

}  // namespace
}  // namespace connected_registry::http
