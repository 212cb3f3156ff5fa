// What can be wrong with the TLS material of a server.
#pragma once

#include <string>

namespace connected_registry::x509 {

// The three parts of a server's TLS material, by the keys that a Secret has for them.
enum class Part {
  kCertificate,  // tls.crt: the server's certificate, then the chain
  kKey,          // tls.key
  kAuthority,    // ca.crt: what clients are to trust
};

// Material with an error is never served. A warning alone does not stop it.
enum class ProblemCode {
  kMissing,           // the part is missing or empty
  kNotDecoded,        // the part's base64 could not be decoded
  kUnreadable,        // the part is not the PEM of what belongs there
  kKeyEncrypted,      // only a password opens the key
  kKeyInconsistent,   // the key's private half does not belong to its public half
  kKeyMismatch,       // the key belongs to none of the certificates
  kLeafNotFirst,      // the key belongs to a certificate that is not the first
  kNoAddress,         // no SAN of type IP equals the address
  kNoDnsName,         // no SAN of type DNS equals a name
  kNotYetValid,       // now is before not_before
  kExpired,           // now is after not_after
  kExpiresSoon,       // warning: not_after is less than 30 days away
  kWeakKey,           // clients refuse so short a key
  kWeakSignature,     // clients refuse the signature's digest
  kNoAuthority,       // ca.crt is missing, and the chain does not end in a CA
  kChainNotVerified,  // RFC 5280's path validation fails
  kNotCa,             // warning: ca.crt holds a certificate that is no CA
};

struct Problem {
  ProblemCode code;
  Part part;
  // The facts: a time, an address, a subject, OpenSSL's reason, a line's number. Never a part's content.
  std::string detail;

  bool operator==(const Problem&) const = default;
};

// The names by which a message calls the parts.
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
