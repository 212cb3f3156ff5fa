// DER of a certificate, as a user, cert-manager or the server that the trust agent connects to sends it.
#include "x509/profile_reader.h"

#include "target.h"

namespace connected_registry::fuzz {
namespace {

bool is_part_of(std::string_view part, std::string_view whole) {
  return part.data() >= whole.data() && part.data() + part.size() <= whole.data() + whole.size();
}

}  // namespace

void run(std::string_view input) {
  const auto profile = x509::read_profile(input);
  if (!profile) {
    require(!profile.error().message.empty(), "a refusal has a reason");
    return;
  }
  require(is_part_of(profile->issuer, input) && is_part_of(profile->subject, input),
          "the names are parts of the certificate");
  require(profile->version >= 1 && profile->version <= 3, "the version is known");
}

}  // namespace connected_registry::fuzz
