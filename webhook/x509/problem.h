// Problems of the TLS material of a server.
#pragma once

#include <string>

namespace connected_registry::x509 {

// The three parts of a server's TLS material, named after the keys of a Secret.
enum class Part {
  kCertificate,  // tls.crt: the server's certificate, then its chain
  kKey,          // tls.key
  kAuthority,    // ca.crt: the CAs that clients must trust
};

// The kind of a problem. Material with an error is never served. Material that has only warnings is served.
enum class ProblemCode {
  kMissing,           // the part is missing or empty
  kNotDecoded,        // the part's base64 could not be decoded
  kUnreadable,        // the part is not PEM of the expected type
  kKeyEncrypted,      // the key is encrypted with a password
  kKeyInconsistent,   // the key's private half does not belong to its public half
  kKeyMismatch,       // the key does not belong to any of the certificates
  kLeafNotFirst,      // the key belongs to a certificate that is not the first
  kNoAddress,         // no SAN of type IP equals the address
  kNoDnsName,         // a required name is not a SAN of type DNS
  kNotYetValid,       // now is before not_before
  kExpired,           // now is after not_after
  kExpiresSoon,       // warning: not_after is less than 30 days away
  kWeakKey,           // the key is too short for clients
  kWeakSignature,     // the signature uses a digest that clients refuse
  kNoAuthority,       // ca.crt is missing, and the chain does not end in a CA
  kChainNotVerified,  // path validation (RFC 5280) fails
  kUnsupported,  // clients that use Go cannot read the certificate, or do not support its key or signature
  kIssuerExpiresSoon,  // warning: not_after of a CA in the chain is less than 30 days away
  kNotRoot,            // warning: the chain ends in a certificate that is not self-signed
  kNotCa,              // warning: ca.crt contains a certificate that is not a CA
};

struct Problem {
  ProblemCode code;
  Part part;
  // The facts: a time, an address, a subject, OpenSSL's reason or a line number. Never the content of a part.
  std::string detail;

  bool operator==(const Problem&) const = default;
};

// The names of the parts in messages.
struct PartNames {
  std::string certificate = "tls.crt";
  std::string key = "tls.key";
  std::string authority = "ca.crt";

  const std::string& of(Part part) const;
};

bool is_warning(ProblemCode code);

// Returns the problem as a clause that follows the part's name: "it expired at 2026-01-31T12:00:00Z".
std::string describe(const Problem& problem, const PartNames& names = {});

}  // namespace connected_registry::x509
