// Reads PEM (RFC 7468) strictly: refuses a text that one program reads as a certificate and another program
// reads as a comment. Internal to this module.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace connected_registry::x509 {

struct PemBlock {
  std::string label;       // "CERTIFICATE"
  std::string der;         // decoded content; empty if the block is encrypted
  bool encrypted = false;  // the block has the header of OpenSSL's traditional encrypted keys
  std::size_t line = 0;    // line of its BEGIN, from 1
};

// Returns all blocks in order, at least one. Ignores text outside of blocks, because programs write comments
// there. Errors: a byte order mark, a carriage return or other control character, an indented or misspelt
// BEGIN or END, a block that is cut off. The errors name the line, but never contain its text.
Result<std::vector<PemBlock>> read_pem(std::string_view text);

}  // namespace connected_registry::x509
