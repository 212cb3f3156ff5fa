#include "x509/der.h"

#include <limits>

namespace connected_registry::x509 {
namespace {

unsigned byte_at(std::string_view text, std::size_t index) {
  return static_cast<unsigned char>(text[index]);
}

// The size of an element's header and of its content.
struct DerLength {
  std::size_t header = 0;
  std::size_t content = 0;
};

// Returns nullopt if the length is not in its shortest form, or is longer than the text.
std::optional<DerLength> length_of(std::string_view text) {
  constexpr unsigned kLongForm = 0x80;
  constexpr unsigned kMaxBytes = 4;
  if (text.size() < 2) return std::nullopt;
  const unsigned first = byte_at(text, 1);
  DerLength length{.header = 2, .content = first};
  if (first >= kLongForm) {
    const unsigned bytes = first - kLongForm;
    if (bytes == 0 || bytes > kMaxBytes || text.size() < 2 + bytes) return std::nullopt;
    length = {.header = 2 + bytes, .content = 0};
    for (unsigned index = 0; index < bytes; ++index) {
      length.content = length.content << 8U | byte_at(text, 2 + index);
    }
    if (length.content < kLongForm || length.content >> (8U * (bytes - 1)) == 0) return std::nullopt;
  }
  if (length.content > text.size() - length.header) return std::nullopt;
  return length;
}

bool is_shortest_integer(std::string_view content) {
  constexpr unsigned kSign = 0x80;
  if (content.empty()) return false;
  if (content.size() == 1) return true;
  const unsigned first = byte_at(content, 0);
  const bool next_is_negative = (byte_at(content, 1) & kSign) != 0;
  return !(first == 0 && !next_is_negative) && !(first == 0xff && next_is_negative);
}

// Reads one arc of an OBJECT IDENTIFIER from `content` and removes it. Returns -1 if it is too large, not in
// its shortest form, or cut off.
std::int64_t read_arc(std::string_view& content) {
  constexpr unsigned kMore = 0x80;
  std::int64_t arc = 0;
  for (std::size_t index = 0; index < content.size(); ++index) {
    const unsigned byte = byte_at(content, index);
    if (index == 0 && byte == kMore) return -1;
    arc = arc << 7U | static_cast<std::int64_t>(byte & (kMore - 1));
    if (arc > std::numeric_limits<std::int32_t>::max()) return -1;
    if ((byte & kMore) == 0) {
      content.remove_prefix(index + 1);
      return arc;
    }
  }
  return -1;
}

}  // namespace

bool DerReader::next_is(unsigned char tag) const {
  return has_more() && byte_at(rest_, 0) == tag;
}

DerElement DerReader::read_any() {
  constexpr unsigned kHighTag = 0x1f;
  if (!failed_ && !rest_.empty() && (byte_at(rest_, 0) & kHighTag) != kHighTag) {
    if (const auto length = length_of(rest_)) {
      DerElement element{.tag = static_cast<unsigned char>(rest_[0]),
                         .content = rest_.substr(length->header, length->content),
                         .encoding = rest_.substr(0, length->header + length->content)};
      rest_.remove_prefix(element.encoding.size());
      return element;
    }
  }
  fail();
  return {};
}

std::string_view DerReader::read(unsigned char tag) {
  if (next_is(tag)) return read_any().content;
  fail();
  return {};
}

std::optional<std::string_view> DerReader::read_if(unsigned char tag) {
  if (!next_is(tag)) return std::nullopt;
  return read_any().content;
}

bool DerReader::read_boolean() {
  const std::string_view content = read(der::kBoolean);
  if (content.size() != 1 || (byte_at(content, 0) != 0 && byte_at(content, 0) != 0xff)) fail();
  return !failed_ && content[0] != 0;
}

std::string_view DerReader::read_integer() {
  const std::string_view content = read(der::kInteger);
  if (!is_shortest_integer(content)) fail();
  return failed_ ? std::string_view() : content;
}

int DerReader::read_small_integer() {
  const std::string_view content = read_integer();
  if (content.size() > sizeof(int) || (!content.empty() && byte_at(content, 0) >= 0x80)) fail();
  if (failed_) return 0;
  int value = 0;
  for (const char byte : content) value = value << 8 | static_cast<unsigned char>(byte);
  return value;
}

std::string_view DerReader::read_bit_string(unsigned& unused) {
  constexpr unsigned kBits = 8;
  const std::string_view content = read(der::kBitString);
  unused = 0;
  if (content.empty()) {
    fail();
    return {};
  }
  unused = byte_at(content, 0);
  const std::string_view bits = content.substr(1);
  const bool fits = bits.empty() ? unused == 0 : unused < kBits;
  if (!fits || (unused > 0 && (byte_at(bits, bits.size() - 1) & ((1U << unused) - 1)) != 0)) {
    fail();
    return {};
  }
  return bits;
}

std::string DerReader::read_object_identifier() {
  std::string_view content = read(der::kObjectIdentifier);
  constexpr std::int64_t kArcs = 40;  // of the second level, below the first arcs 0 and 1
  const std::int64_t first = read_arc(content);
  if (first < 0) fail();
  if (failed_) return {};
  const std::int64_t root = first < kArcs ? 0 : first < 2 * kArcs ? 1 : 2;
  std::string text = std::to_string(root) + "." + std::to_string(first - root * kArcs);
  while (!content.empty()) {
    const std::int64_t arc = read_arc(content);
    if (arc < 0) {
      fail();
      return {};
    }
    text += "." + std::to_string(arc);
  }
  return text;
}

}  // namespace connected_registry::x509
