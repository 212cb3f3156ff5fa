// X.509 certificates (RFC 5280), read-only.
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

  // Exactly one certificate in PEM, as parse_bundle would read it.
  static Result<Certificate> parse(std::string_view pem);

  std::string to_pem() const;

  std::string subject() const;       // one line, RFC 2253 order
  std::string subject_hash() const;  // eight hex digits: the name `<hash>.0` under which OpenSSL finds a CA
  std::string sha256() const;        // of the DER, lower-case hex
  TimePoint not_before() const;
  TimePoint not_after() const;
  // A certificate is valid from not_before through not_after, both included (RFC 5280, section 4.1.2.5; Go
  // does the same).
  bool is_valid_at(TimePoint now) const;
  bool has_expired_at(TimePoint now) const;  // now is after not_after
  bool is_ca() const;                        // basicConstraints CA:TRUE
  std::vector<std::string> ip_sans() const;  // canonical text of IPv4 and IPv6 addresses
  std::vector<std::string> dns_sans() const;
  bool names_address(std::string_view address) const;  // an IP SAN equals it; the common name does not count

  bool is_self_signed() const;  // names itself as its issuer, with a signature that fits
  // What makes today's clients refuse it, as the end of a sentence ("has an RSA key of 1024 bits"); empty:
  // nothing. RSA below 2,048 bits or EC below 256; a signature by MD5 or SHA-1.
  std::string key_weakness() const;
  std::string signature_weakness() const;

  ::X509* handle() const { return certificate_.get(); }

 private:
  std::shared_ptr<::X509> certificate_;
};

// What subject_hash() will be of a CA with the subject "O=organization, CN=common_name"; empty where OpenSSL
// cannot tell.
std::string subject_hash_of(std::string_view organization, std::string_view common_name);

// All certificates of a PEM text, in order; at least one. Text outside of the blocks is comment (what
// `openssl x509 -text` writes). A byte order mark, a carriage return, a control character, a block of another
// kind, a BEGIN or END that is indented, misspelt or missing are errors that name the line and say what it
// is.
Result<std::vector<Certificate>> parse_bundle(std::string_view pem);

// PEM of all of them, each once, in a stable order (by hash of content): equal sets give equal bytes.
std::string to_bundle(const std::vector<Certificate>& certificates);

}  // namespace connected_registry::x509
