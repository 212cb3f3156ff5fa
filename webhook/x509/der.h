// Reads DER (X.690, section 10). Refuses any other form of BER, as Go's crypto/x509 does. Internal to this
// module.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace connected_registry::x509 {

// The identifier octets that X.509 uses.
namespace der {
inline constexpr unsigned char kBoolean = 0x01;
inline constexpr unsigned char kInteger = 0x02;
inline constexpr unsigned char kBitString = 0x03;
inline constexpr unsigned char kOctetString = 0x04;
inline constexpr unsigned char kObjectIdentifier = 0x06;
inline constexpr unsigned char kSequence = 0x30;
inline constexpr unsigned char kSet = 0x31;

// Returns the identifier octet of a context-specific tag below 31.
constexpr unsigned char context(unsigned number) {
  return static_cast<unsigned char>(0x80U | number);
}
constexpr unsigned char constructed(unsigned number) {
  return static_cast<unsigned char>(0xa0U | number);
}
}  // namespace der

struct DerElement {
  unsigned char tag = 0;
  std::string_view content;
  std::string_view encoding;  // with its tag and length
};

// A reader of consecutive elements. After the first error, failed() is true and each read returns an empty
// result. The text must outlive the results.
class DerReader {
 public:
  explicit DerReader(std::string_view text) : rest_(text) {}

  bool failed() const { return failed_; }
  // Returns true if no element is left and no read has failed.
  bool at_end() const { return !failed_ && rest_.empty(); }
  // Returns true if an element is left. A loop over the elements ends at the first error.
  bool has_more() const { return !failed_ && !rest_.empty(); }
  bool next_is(unsigned char tag) const;

  // Reads the next element with any tag below 31.
  DerElement read_any();
  // Reads the next element, which must have the tag. Returns its content.
  std::string_view read(unsigned char tag);
  // Reads the next element if it has the tag. Otherwise reads nothing and returns nullopt.
  std::optional<std::string_view> read_if(unsigned char tag);

  bool read_boolean();
  // Reads an integer from 0 to the largest int.
  int read_small_integer();
  // Reads an integer of any size. Returns its content in the shortest form.
  std::string_view read_integer();
  // Reads a BIT STRING. Returns its bits from the first; `unused` becomes the number of unused bits at the
  // end.
  std::string_view read_bit_string(unsigned& unused);
  // Reads an OBJECT IDENTIFIER. Returns it in dotted form: "2.5.29.17". Refuses an arc above 2^31 - 1, as Go
  // does.
  std::string read_object_identifier();

  void fail() { failed_ = true; }

 private:
  std::string_view rest_;
  bool failed_ = false;
};

}  // namespace connected_registry::x509
