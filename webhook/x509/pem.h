// Reads PEM (RFC 7468) strictly: refuses text that one program takes for a certificate and another for a
// comment. Internal to this module.
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
  bool encrypted = false;  // it has the header of OpenSSL's traditional encrypted keys
  std::size_t line = 0;    // of its BEGIN, from 1
};

// Returns all blocks in order, at least one. Text outside of blocks is comment. Errors: a byte order mark, a
// carriage return or other control character, an indented or misspelt BEGIN or END, a block that is cut off.
// They name the line and never quote it.
Result<std::vector<PemBlock>> read_pem(std::string_view text);

}  // namespace connected_registry::x509
