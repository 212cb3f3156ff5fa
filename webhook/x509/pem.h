// PEM (RFC 7468), read strictly: what one reader takes for a certificate and another for a comment is
// refused. Internal to this module.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace connected_registry::x509 {

struct PemBlock {
  std::string label;       // "CERTIFICATE"
  std::string der;         // decoded; empty where encrypted
  bool encrypted = false;  // has the header that OpenSSL's old encrypted keys carry
  std::size_t line = 0;    // of its BEGIN, from 1
};

// All blocks in order; at least one. Text outside of blocks is comment. No byte order mark, no carriage
// return or other control character, no indented or misspelt BEGIN or END, no block that is cut off. Errors
// name the line and never quote what stands there.
Result<std::vector<PemBlock>> read_pem(std::string_view text);

}  // namespace connected_registry::x509
