// Compares the verdicts of the rules (`check` and admission), the controller and the certificate watcher on a
// server's TLS material.
#include "controller/tls_near_misses.h"

#include <gtest/gtest.h>

#include <array>
#include <map>
#include <set>

#include "base/base64.h"
#include "controller/active_tls.h"
#include "settings/tls_rules.h"
#include "x509/server_material.h"

namespace connected_registry::controller {
namespace {

using testing::NearMiss;
using testing::NearMisses;

enum class Judge { kValues, kUserSecret, kActiveSecret, kController, kWatcher };

using NamedJudge = std::pair<Judge, const char*>;
constexpr std::array<NamedJudge, 3> kChecks{{{Judge::kValues, "check of tls.* values"},
                                             {Judge::kUserSecret, "check of the Secret of tls.secret"},
                                             {Judge::kActiveSecret, "check of the active Secret"}}};
constexpr std::array<NamedJudge, 2> kPrograms{
    {{Judge::kController, "the controller"}, {Judge::kWatcher, "the certificate watcher"}}};

json::Document secret_of(const NearMiss& miss) {
  json::Document secret(rapidjson::kObjectType);
  auto& allocator = secret.GetAllocator();
  json::Value& data = json::object_at(secret, "data", allocator);
  json::set(data, "tls.crt", miss.encoded.certificate, allocator);
  json::set(data, "tls.key", miss.encoded.key, allocator);
  if (!miss.encoded.authority.empty()) json::set(data, "ca.crt", miss.encoded.authority, allocator);
  return secret;
}

settings::Settings settings_of(const NearMiss& miss) {
  settings::Settings settings;
  settings.service_cluster_ip = NearMisses::address();
  settings.tls.crt = miss.encoded.certificate;
  settings.tls.key = miss.encoded.key;
  settings.tls.cacrt = miss.encoded.authority;
  return settings;
}

bool controller_accepts(const NearMiss& miss) {
  const auto source = read_tls_secret(secret_of(miss));
  const auto values = read_tls_values(settings_of(miss));
  EXPECT_TRUE(!values || (source && *source == *values)) << "the controller reads one material from both";
  if (!source) return false;
  return plan_active_tls({.source = *source,
                          .active = std::nullopt,
                          .trusted = {},
                          .address = NearMisses::address(),
                          .now = miss.now})
      .active.has_value();
}

// Checks the files that the kubelet mounts. Without base64 there is no Secret to mount.
bool watcher_accepts(const NearMiss& miss) {
  const auto certificate = base64::decode(miss.encoded.certificate);
  const auto key = base64::decode(miss.encoded.key);
  const auto authority = base64::decode(miss.encoded.authority);
  if (!certificate || !key || !authority) return false;
  return check_tls_material({.tls_crt = *certificate, .tls_key = *key, .ca_crt = *authority},
                            NearMisses::address(), miss.now)
      .has_value();
}

bool accepts(Judge judge, const NearMiss& miss) {
  switch (judge) {
    case Judge::kValues:
      return !settings::has_errors(settings::check_tls_values(settings_of(miss), miss.now));
    case Judge::kUserSecret:
      return !settings::has_errors(settings::check_tls_secret(secret_of(miss), NearMisses::address(),
                                                              miss.now, settings::Authority::kRequired));
    case Judge::kActiveSecret:
      return !settings::has_errors(settings::check_tls_secret(secret_of(miss), NearMisses::address(),
                                                              miss.now, settings::Authority::kOptional));
    case Judge::kController:
      return controller_accepts(miss);
    case Judge::kWatcher:
      break;
  }
  return watcher_accepts(miss);
}

std::size_t certificates_in(const std::string& encoded) {
  constexpr std::string_view kBegin = "-----BEGIN CERTIFICATE-----";
  const std::string pem = base64::decode(encoded).value_or("");
  std::size_t count = 0;
  for (std::size_t at = pem.find(kBegin); at != std::string::npos; at = pem.find(kBegin, at + 1)) ++count;
  return count;
}

// Reports whether it is empty, or white space that base64 skips.
bool is_empty(const std::string& encoded) {
  return base64::decode(encoded).value_or("not base64").empty();
}

// A difference between a form of `check` and the programs that is by design.
struct Exception {
  Judge judge;
  bool accepts;  // the verdict then
  const char* reason;
  bool (*applies)(const NearMiss&);
};

constexpr std::array<Exception, 4> kExceptions{
    {{Judge::kValues, true, "without any of tls.*, cert-manager issues the certificate",
      [](const NearMiss& miss) {
        return miss.encoded.certificate.empty() && miss.encoded.key.empty() && miss.encoded.authority.empty();
      }},
     {Judge::kValues, false, "CR013: a template can only count, so one certificate needs tls.cacrt",
      [](const NearMiss& miss) {
        return is_empty(miss.encoded.authority) && certificates_in(miss.encoded.certificate) < 2;
      }},
     {Judge::kValues, false, "CR030: to a template, white space is not base64",
      [](const NearMiss& miss) {
        return !miss.encoded.authority.empty() && is_empty(miss.encoded.authority);
      }},
     {Judge::kUserSecret, false, "CR038: the documented form of a user's Secret has ca.crt",
      [](const NearMiss& miss) { return is_empty(miss.encoded.authority); }}}};

bool expected(Judge judge, const NearMiss& miss, bool usable) {
  for (const Exception& exception : kExceptions) {
    if (exception.judge == judge && exception.applies(miss)) return exception.accepts;
  }
  return usable;
}

std::string text_of(const NearMiss& miss) {
  return miss.description + "\ntls.crt: " + miss.encoded.certificate + "\ntls.key: " + miss.encoded.key +
         "\nca.crt: " + miss.encoded.authority + "\nnow: " + format_micro_time(miss.now);
}

TEST(TlsNearMisses, have_one_verdict) {
  constexpr std::uint32_t kCases = 10'000;
  const NearMisses misses;
  std::map<bool, int> verdicts;
  for (std::uint32_t seed = 0; seed < kCases; ++seed) {
    const NearMiss miss = misses.make(seed);
    // OpenSSL takes half a millisecond to read a key, so each case goes to one program and one form of
    // `check`.
    const auto& [program, program_name] = kPrograms.at(seed / kChecks.size() % kPrograms.size());
    const auto& [check, check_name] = kChecks.at(seed % kChecks.size());
    const bool usable = accepts(program, miss);
    ++verdicts[usable];
    ASSERT_EQ(accepts(check, miss), expected(check, miss, usable))
        << check_name << " differs from " << program_name << " (" << (usable ? "usable" : "refused")
        << "), seed " << seed << ": " << text_of(miss);
  }
  constexpr int kSome = 1'000;
  EXPECT_GT(verdicts[true], kSome) << "too few are usable to compare anything";
  EXPECT_GT(verdicts[false], kSome);
}

// The generator reaches all that the judge knows, save what only a webhook's certificate is asked for.
TEST(TlsNearMisses, meet_every_problem) {
  using x509::ProblemCode;
  constexpr std::uint32_t kCases = 10'000;
  const NearMisses misses;
  std::set<ProblemCode> missing;
  for (int code = 0; code <= static_cast<int>(ProblemCode::kNotCa); ++code) {
    missing.insert(static_cast<ProblemCode>(code));
  }
  missing.erase(ProblemCode::kNoDnsName);
  for (std::uint32_t seed = 0; seed < kCases && !missing.empty(); ++seed) {
    const NearMiss miss = misses.make(seed);
    const auto inspection =
        x509::inspect_server_material({.certificate = base64::decode(miss.encoded.certificate),
                                       .key = base64::decode(miss.encoded.key),
                                       .authority = base64::decode(miss.encoded.authority)},
                                      {.address = NearMisses::address(), .now = miss.now});
    for (const x509::Problem& problem : inspection.problems) missing.erase(problem.code);
  }
  for (const ProblemCode code : missing)
    ADD_FAILURE() << "problem " << static_cast<int>(code) << " is never met";
}

}  // namespace
}  // namespace connected_registry::controller
