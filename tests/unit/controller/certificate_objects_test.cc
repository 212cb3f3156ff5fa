#include "controller/certificate_objects.h"

#include <gtest/gtest.h>
#include <rapidjson/prettywriter.h>
#include <rapidjson/stringbuffer.h>

#include <cstdlib>
#include <filesystem>

#include "base/file.h"
#include "support/golden.h"

namespace connected_registry::controller {
namespace {

CertificateRequest request_for(const std::string& address) {
  return {.installation = {.name = "connected-registry", .namespace_ = "edge"},
          .address = address,
          .cluster_domain = "cluster.local",
          .owners = {Owner{.resource = kube::kDeployments,
                           .name = "connected-registry-webhook",
                           .uid = "11111111-2222-3333-4444-555555555555"}}};
}

std::string pretty(const std::vector<DesiredObject>& objects) {
  std::string out;
  for (const DesiredObject& desired : objects) {
    rapidjson::StringBuffer buffer;
    rapidjson::PrettyWriter<rapidjson::StringBuffer> writer(buffer);
    writer.SetIndent(' ', 2);
    desired.object.Accept(writer);
    out += std::string(buffer.GetString(), buffer.GetSize()) + "\n";
  }
  return out;
}

// UPDATE_GOLDEN=1 writes what the code gives now: read the difference before you keep it.
TEST(CertificateObjects, are_as_recorded) {
  const std::string text = pretty(certificate_objects(request_for("192.100.100.1")));
  const auto path = std::filesystem::path(golden_directory()) / "controller" / "certificates.json";
  if (std::getenv("UPDATE_GOLDEN") != nullptr) {
    ASSERT_TRUE(file::write_atomically(path, text, 0644));
  }
  const auto expected = file::read(path);
  ASSERT_TRUE(expected) << expected.error().message;
  EXPECT_EQ(text, *expected);
}

TEST(CertificateObjects, name_the_extra_hosts_in_the_registrys_certificate) {
  CertificateRequest request = request_for("192.100.100.1");
  request.extra_hosts = {"a.example", "b.example:5000", "10.0.0.5", "[fd00::2]:8443", "192.100.100.1"};
  const auto objects = certificate_objects(request);
  EXPECT_EQ(json::to_text(*json::find(objects.back().object, {"spec", "ipAddresses"})),
            R"(["192.100.100.1","10.0.0.5","fd00::2"])");
  const json::Value& names = *json::find(objects.back().object, {"spec", "dnsNames"});
  ASSERT_EQ(names.Size(), 5U);
  EXPECT_EQ(json::view(names[3]), "a.example");
  EXPECT_EQ(json::view(names[4]), "b.example");
}

TEST(CertificateObjects, name_each_object_as_it_is_applied) {
  for (const DesiredObject& desired : certificate_objects(request_for("192.100.100.1"))) {
    EXPECT_EQ(json::string_at(desired.object, {"metadata", "name"}), desired.name);
    EXPECT_EQ(json::string_at(desired.object, {"kind"}), desired.resource.kind);
    EXPECT_EQ(json::string_at(desired.object, {"apiVersion"}), desired.resource.api_version());
  }
}

TEST(CertificateObjects, differ_in_the_address_alone_when_the_address_changes) {
  const auto before = certificate_objects(request_for("192.100.100.1"));
  const auto after = certificate_objects(request_for("fd00::1"));
  for (std::size_t index = 0; index < 3; ++index) EXPECT_EQ(before[index].object, after[index].object);
  EXPECT_EQ(json::to_text(*json::find(after[3].object, {"spec", "ipAddresses"})), R"(["fd00::1"])");
}

}  // namespace
}  // namespace connected_registry::controller
