#include "x509/problem.h"

namespace connected_registry::x509 {

const std::string& PartNames::of(Part part) const {
  if (part == Part::kCertificate) return certificate;
  return part == Part::kKey ? key : authority;
}

bool is_warning(ProblemCode code) {
  return code == ProblemCode::kExpiresSoon || code == ProblemCode::kIssuerExpiresSoon ||
         code == ProblemCode::kNotRoot || code == ProblemCode::kNotCa;
}

std::string describe(const Problem& problem, const PartNames& names) {
  switch (problem.code) {
    case ProblemCode::kMissing:
      return "it is missing or empty";
    case ProblemCode::kKeyEncrypted:
      return "it is encrypted, and nobody could type its password";
    case ProblemCode::kKeyInconsistent:
      return "its private and public halves do not belong together: the key is damaged";
    case ProblemCode::kKeyMismatch:
      return "it does not belong to the certificate in " + names.certificate;
    case ProblemCode::kLeafNotFirst:
      return "the server's certificate must come first: " + names.key + " belongs to number " +
             problem.detail;
    case ProblemCode::kNoAddress:
      return "no SAN of type IP equals " + problem.detail;
    case ProblemCode::kNoDnsName:
      return "no SAN of type DNS equals " + problem.detail;
    case ProblemCode::kNotYetValid:
      return "it is not valid before " + problem.detail;
    case ProblemCode::kExpired:
      return "it expired at " + problem.detail;
    case ProblemCode::kExpiresSoon:
      return "it expires soon, at " + problem.detail;
    case ProblemCode::kNoAuthority:
      return "it is missing, and " + names.certificate + " does not end in a CA certificate";
    case ProblemCode::kChainNotVerified:
      return "it does not verify up to its CA for server authentication: " + problem.detail;
    case ProblemCode::kIssuerExpiresSoon:
      return "a CA in its chain expires soon: " + problem.detail;
    case ProblemCode::kNotRoot:
      return "it does not contain the root CA, so clients that use OpenSSL may refuse the chain: it ends "
             "in " +
             problem.detail;
    case ProblemCode::kNotCa:
      return "it is not a CA certificate: " + problem.detail;
    case ProblemCode::kNotDecoded:
    case ProblemCode::kUnreadable:
    case ProblemCode::kWeakKey:
    case ProblemCode::kWeakSignature:
    case ProblemCode::kUnsupported:
      break;
  }
  return problem.detail;
}

}  // namespace connected_registry::x509
