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

// A parsed certificate. A copy is cheap, because copies share an immutable OpenSSL object. Several threads
// can read it at the same time.
class Certificate {
 public:
  // Takes ownership of one reference to the OpenSSL object.
  explicit Certificate(::X509* owned);

  // Reads exactly one certificate in PEM, with the rules of parse_bundle().
  static Result<Certificate> parse(std::string_view pem);

  std::string to_pem() const;
  std::string der() const;  // the bytes that an OpenSSL server sends; empty if OpenSSL fails

  std::string subject() const;  // one line, in the order of RFC 2253
  // Returns eight hexadecimal digits. OpenSSL finds a CA by the file name `<hash>.0`.
  std::string subject_hash() const;
  std::string sha256() const;  // SHA-256 of the DER, as lower-case hexadecimal digits
  TimePoint not_before() const;
  TimePoint not_after() const;
  // Returns true if `now` is from not_before through not_after, including both times (RFC 5280, section
  // 4.1.2.5). Go does the same.
  bool is_valid_at(TimePoint now) const;
  bool has_expired_at(TimePoint now) const;  // now is after not_after
  bool is_ca() const;                        // basicConstraints CA:TRUE
  std::vector<std::string> ip_sans() const;  // canonical text of IPv4 and IPv6 addresses
  std::vector<std::string> dns_sans() const;
  // Returns true if an IP SAN equals the address. The common name does not count.
  bool names_address(std::string_view address) const;

  bool is_self_signed() const;  // the certificate is its own issuer, and its signature verifies
  // Return the reason why today's clients refuse the key or the signature ("has an RSA key of 1024 bits"), or
  // an empty text if clients accept it. Clients refuse RSA keys below 2,048 bits, EC keys below 256 bits, and
  // signatures with MD5, SHA-1 or an algorithm that Go or OpenSSL does not support.
  std::string key_weakness() const;
  std::string signature_weakness() const;
  // Returns the reason why clients written in Go cannot use the certificate, although OpenSSL can ("has a
  // negative serial number"), or an empty text. Container runtimes are written in Go.
  std::string unsupported() const;

  ::X509* handle() const { return certificate_.get(); }

 private:
  std::shared_ptr<::X509> certificate_;
};

// Returns the subject_hash() of a CA with the subject "O=organization, CN=common_name". Returns an empty text
// if OpenSSL fails.
std::string subject_hash_of(std::string_view organization, std::string_view common_name);

// Returns all certificates of a PEM text in order, at least one. Ignores text outside of the blocks, because
// `openssl x509 -text` writes such text. Errors: a byte order mark, a carriage return, a control character, a
// block of another kind, a BEGIN or END that is indented, misspelt or missing. The error names the line and
// the reason.
Result<std::vector<Certificate>> parse_bundle(std::string_view pem);

// Returns the certificates as PEM, each certificate once. They are sorted by their SHA-256, so that equal
// sets give equal bytes.
std::string to_bundle(const std::vector<Certificate>& certificates);

}  // namespace connected_registry::x509
