// Reads X.509 certificates (RFC 5280).
#pragma once

#include <openssl/types.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/timestamp.h"

namespace connected_registry::x509 {

// A parsed certificate. Cheap to copy (shares an immutable OpenSSL object); thread-safe to read.
class Certificate {
 public:
  // Takes ownership of one reference.
  explicit Certificate(::X509* owned);

  // Reads exactly one certificate in PEM, as parse_bundle() does.
  static Result<Certificate> parse(std::string_view pem);

  std::string to_pem() const;

  std::string subject() const;       // one line, in the order of RFC 2253
  std::string subject_hash() const;  // eight hex digits: OpenSSL finds a CA by the file name `<hash>.0`
  std::string sha256() const;        // of the DER, lower-case hex
  TimePoint not_before() const;
  TimePoint not_after() const;
  // Reports whether `now` is from not_before through not_after, both included (RFC 5280, section 4.1.2.5; Go
  // does the same).
  bool is_valid_at(TimePoint now) const;
  bool has_expired_at(TimePoint now) const;  // now is after not_after
  bool is_ca() const;                        // basicConstraints CA:TRUE
  std::vector<std::string> ip_sans() const;  // canonical text of IPv4 and IPv6 addresses
  std::vector<std::string> dns_sans() const;
  bool names_address(std::string_view address) const;  // an IP SAN equals it; the common name does not count

  bool is_self_signed() const;  // it is its own issuer, and the signature verifies
  // Return why today's clients refuse it ("has an RSA key of 1024 bits"), or nothing where they accept it.
  // They refuse RSA below 2,048 bits, EC below 256, and signatures by MD5 or SHA-1.
  std::string key_weakness() const;
  std::string signature_weakness() const;

  ::X509* handle() const { return certificate_.get(); }

 private:
  std::shared_ptr<::X509> certificate_;
};

// Returns the subject_hash() of a CA with the subject "O=organization, CN=common_name"; empty where OpenSSL
// fails.
std::string subject_hash_of(std::string_view organization, std::string_view common_name);

// Returns all certificates of a PEM text in order, at least one. Text outside of the blocks is comment:
// `openssl x509 -text` writes some. Errors: a byte order mark, a carriage return, a control character, a
// block of another kind, a BEGIN or END that is indented, misspelt or missing. The error names the line and
// the reason.
Result<std::vector<Certificate>> parse_bundle(std::string_view pem);

// Writes all of them as PEM, each once, in the order of their hashes: equal sets give equal bytes.
std::string to_bundle(const std::vector<Certificate>& certificates);

}  // namespace connected_registry::x509
