#include "controller/tls_near_misses.h"

#include <array>
#include <utility>

#include "base/base64.h"
#include "controller/pem_changes.h"
#include "x509/issue.h"
#include "x509/material.h"
#include "x509/openssl.h"
#include "x509/self_signed.h"

namespace connected_registry::controller::testing {
namespace {

namespace material = x509::testing;
using material::golden;
using std::chrono::hours;

constexpr hours kDay{24};
constexpr hours kOneHour{1};
constexpr std::size_t kRarely = 20;       // for uncommon curves
constexpr std::size_t kVeryRarely = 100;  // for RSA
constexpr std::array<const char*, 3> kParts{"tls.crt", "tls.key", "ca.crt"};

x509::IssueRequest request(std::vector<std::string> addresses = {}) {
  x509::IssueRequest made = material::request_for("server");
  made.ip_addresses = std::move(addresses);
  return made;
}

std::string& part_of(Triple& triple, std::size_t index) {
  return index == 0 ? triple.certificate : index == 1 ? triple.key : triple.authority;
}

}  // namespace

// Sets now to an end of a certificate's time, or a millisecond beside it: readers disagree about that moment.
void NearMisses::move_now(Draft& draft, Random& random) {
  const auto bundle = x509::parse_bundle(below(random, 2) == 0 ? draft.pem.certificate : draft.pem.authority);
  if (!bundle) return;
  const TimePoint end = below(random, 2) == 0 ? bundle->front().not_after() : bundle->front().not_before();
  draft.now = end + std::chrono::milliseconds(static_cast<int>(below(random, 3)) - 1);
  draft.description += "; now is " + format_micro_time(draft.now);
}

const std::string& NearMisses::address() {
  static const std::string kAddress = "192.100.100.1";
  return kAddress;
}

NearMisses::NearMisses() {
  add_issued();
  add_golden();
  add_weak();
}

void NearMisses::add_issued() {
  const x509::Pair ca = material::make_ca();
  const x509::Pair other = material::make_ca();
  const std::string authority = ca.certificate.to_pem();
  const auto add = [&](const std::string& name, const x509::IssueRequest& asked, const x509::Pair& issuer) {
    const x509::Pair leaf = x509::issue_server(asked, issuer).value();
    bases_.push_back({name, {leaf.certificate.to_pem(), leaf.key.to_pem(), issuer.certificate.to_pem()}});
    return leaf;
  };
  const x509::Pair good = add("a leaf of a CA", request({address()}), ca);
  const std::string leaf = good.certificate.to_pem();
  const std::string key = good.key.to_pem();
  bases_.push_back({"a chain without ca.crt", {leaf + authority, key, ""}});
  bases_.push_back({"two authorities", {leaf, key, authority + other.certificate.to_pem()}});
  add("several addresses", request({"10.0.0.1", "fd00::1", address()}), ca);
  good_ = bases_.size();
  bases_.push_back({"an authority of the same name", {leaf, key, other.certificate.to_pem()}});
  bases_.push_back({"a leaf alone", {leaf, key, ""}});
  bases_.push_back({"the leaf as its authority", {leaf, key, leaf}});
  bases_.push_back({"the leaf twice without ca.crt", {leaf + leaf, key, ""}});
  bases_.push_back({"the CA first", {authority + leaf, key, authority}});
  bases_.push_back({"half a key of another", {leaf, material::mixed_key(good.key, other.key), authority}});
  bases_.push_back({"half of its key", {leaf, material::mixed_key(other.key, good.key), authority}});
  add("another address", request({"10.0.0.1"}), ca);
  x509::IssueRequest asked = request();
  asked.dns_names = {address()};
  add("a DNS name", asked, ca);
  asked = request({address()});
  asked.not_before = material::judged_at() + kOneHour;
  add("not yet valid", asked, ca);
  asked.not_before = material::judged_at() - kDay;
  asked.lifetime = kOneHour;
  add("expired", asked, ca);
  asked.lifetime = kDay + kDay * 10;
  add("expires soon", asked, ca);
  asked = request();
  asked.lifetime = kDay * 110;
  add("a CA that expires before it", request({address()}), x509::issue_ca(asked).value());
  asked.lifetime = kDay;
  add("an expired CA", request({address()}), x509::issue_ca(asked).value());
  keys_.push_back(other.key.to_pem());
  certificates_.push_back(authority);
  certificates_.push_back(other.certificate.to_pem());
  certificates_.push_back(material::make_server(other).certificate.to_pem());
}

void NearMisses::add_golden() {
  const std::string leaf = golden("leaf.crt");
  const std::string key = golden("leaf.key");
  const std::string intermediate = golden("intermediate.crt");
  const std::string root = golden("root.crt");
  bases_.push_back({"a leaf of an intermediate", {leaf + intermediate, key, root}});
  bases_.push_back({"an intermediate as authority", {leaf, key, intermediate}});
  bases_.push_back({"a whole chain without ca.crt", {leaf + intermediate + root, key, ""}});
  bases_.push_back({"a missing intermediate", {leaf, key, root}});
  bases_.push_back({"a chain in another order", {leaf + root + intermediate, key, root}});
  bases_.push_back(
      {"a leaf for clients", {golden("client-leaf.crt") + intermediate, golden("client-leaf.key"), root}});
  const std::string plain = golden("common-name-only.crt");
  bases_.push_back({"a common name only", {plain, golden("common-name-only.key"), plain}});
  const std::string never = golden("never-valid.crt");
  bases_.push_back({"never valid", {never, golden("never-valid.key"), never}});
  const std::string own = golden("self-signed.crt");
  bases_.push_back({"self-signed RSA", {own, golden("self-signed.key"), own}, kVeryRarely});
  bases_.push_back({"self-signed RSA with text",
                    {golden("self-signed-with-text.crt"), golden("rsa-pkcs1.key"), own},
                    kVeryRarely});
  bases_.push_back({"self-signed RSA without ca.crt", {own, golden("self-signed.key"), ""}, kVeryRarely});
  for (const char* const name : {"ec-pkcs8.key", "ec-sec1.key", "ec-with-parameters.key", "ed25519.key",
                                 "encrypted-pkcs8.key", "encrypted-traditional.key", "public.key"}) {
    keys_.push_back(golden(name));
  }
  certificates_.push_back(intermediate);
  certificates_.push_back(root);
}

void NearMisses::add_weak() {
  const x509::Certificate pattern = material::make_server(material::make_ca()).certificate;
  const auto add = [&](const std::string& name, EVP_PKEY* owned, const EVP_MD* digest, std::size_t one_in) {
    const x509::KeyHandle key(owned);
    const auto [certificate, pem] = material::self_signed(pattern, key.get(), digest);
    bases_.push_back({name, {certificate, pem, certificate}, one_in});
    bases_.push_back({name + " without ca.crt", {certificate, pem, ""}, one_in});
    certificates_.push_back(certificate);
  };
  add("RSA of 1024 bits", EVP_RSA_gen(1024), EVP_sha256(), kVeryRarely);
  add("P-256 with SHA-1", EVP_EC_gen("P-256"), EVP_sha1(), 1);
  add("P-384", EVP_EC_gen("P-384"), EVP_sha384(), kRarely);
  add("P-224", EVP_EC_gen("P-224"), EVP_sha256(), kRarely);
  add("brainpool", EVP_EC_gen("brainpoolP256r1"), EVP_sha256(), kRarely);
  add("Ed25519", EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"), nullptr, 1);
}

void NearMisses::change(Draft& draft, Random& random) const {
  const std::size_t part = below(random, kParts.size());
  const std::string name = kParts.at(part);
  std::string& text = part_of(draft.pem, part);
  const auto note = [&](const std::string& change) { draft.description += "; " + name + ": " + change; };
  switch (below(random, 12)) {
    case 0:
      text =
          part == 1 ? keys_[below(random, keys_.size())] : certificates_[below(random, certificates_.size())];
      return note("of another");
    case 1:
      text += certificates_[below(random, certificates_.size())];
      return note("with another certificate");
    case 2:
      text += keys_[below(random, keys_.size())];
      return note("with another key");
    case 3:
      std::swap(text, part_of(draft.pem, below(random, kParts.size())));
      return note("swapped");
    case 4:
      draft.encoding = true;
      return;
    case 5:
      return move_now(draft, random);
    default:
      note(change_text(text, random));
  }
}

// Draws every second time from the good ones, so that enough of what is made is usable.
const NearMisses::Base& NearMisses::draw_base(Random& random) const {
  if (below(random, 2) == 0) return bases_[below(random, good_)];
  for (;;) {
    const Base& base = bases_[below(random, bases_.size())];
    if (below(random, base.one_in) == 0) return base;
  }
}

NearMiss NearMisses::make(std::uint32_t seed) const {
  Random random(seed);
  const bool unchanged = seed < bases_.size();
  const Base& base = unchanged ? bases_[seed] : draw_base(random);
  Draft draft{.pem = base.pem, .now = material::judged_at(), .description = base.name};
  const std::size_t changes = unchanged ? 0 : 1 + below(random, 2);
  for (std::size_t count = 0; count < changes; ++count) change(draft, random);
  NearMiss miss{.encoded = {base64::encode(draft.pem.certificate), base64::encode(draft.pem.key),
                            base64::encode(draft.pem.authority)},
                .now = draft.now,
                .description = draft.description};
  if (draft.encoding) {
    const std::size_t part = below(random, kParts.size());
    change_encoding(part_of(miss.encoded, part), random);
    miss.description += std::string("; ") + kParts.at(part) + ": its base64 changed";
  }
  return miss;
}

}  // namespace connected_registry::controller::testing
