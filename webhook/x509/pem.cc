#include "x509/pem.h"

#include <algorithm>
#include <optional>

#include "base/base64.h"

namespace connected_registry::x509 {
namespace {

constexpr std::string_view kBegin = "-----BEGIN ";
constexpr std::string_view kEnd = "-----END ";
constexpr std::string_view kDashes = "-----";

tl::unexpected<Error> fail_at(std::size_t line, std::string_view what) {
  return fail(ErrorCode::kInvalidArgument, "line " + std::to_string(line) + ": " + std::string(what));
}

// Returns the label of a "-----BEGIN label-----" or END line; nullopt where it is no such line.
std::optional<std::string_view> label_of(std::string_view line, std::string_view opening) {
  if (!line.starts_with(opening) || !line.ends_with(kDashes)) return std::nullopt;
  line.remove_prefix(opening.size());
  line.remove_suffix(std::min(line.size(), kDashes.size()));
  if (line.empty() || line.find("--") != std::string_view::npos) return std::nullopt;
  return line;
}

bool is_boundary_like(std::string_view line) {
  return line.find("-----BEGIN") != std::string_view::npos || line.find("-----END") != std::string_view::npos;
}

// Refuses bytes that neither a comment nor base64 holds. `openssl x509 -text` writes tabs.
Status check_bytes(std::string_view text) {
  if (text.starts_with("\xef\xbb\xbf")) {
    return fail(ErrorCode::kInvalidArgument, "starts with a byte order mark: save it as UTF-8 without one");
  }
  std::size_t line = 1;
  for (const char character : text) {
    const auto byte = static_cast<unsigned char>(character);
    if (character == '\n') {
      ++line;
    } else if (character == '\r') {
      return fail_at(line, "holds a carriage return: convert it to Unix line ends");
    } else if ((byte < ' ' && character != '\t') || byte == 0x7f) {
      return fail_at(line, "holds a control character: this is not PEM");
    }
  }
  return {};
}

// An iterator over the lines of a text. It drops spaces at a line's end, as OpenSSL does.
class Lines {
 public:
  explicit Lines(std::string_view text) : rest_(text) {}

  bool next(std::string_view& line) {
    if (rest_.empty()) return false;
    const std::size_t end = std::min(rest_.find('\n'), rest_.size());
    line = rest_.substr(0, end);
    rest_.remove_prefix(std::min(end + 1, rest_.size()));
    while (line.ends_with(' ') || line.ends_with('\t')) line.remove_suffix(1);
    ++number_;
    return true;
  }
  std::size_t number() const { return number_; }

 private:
  std::string_view rest_;
  std::size_t number_ = 0;
};

// Reads from the line after BEGIN through END.
Result<PemBlock> read_block(Lines& lines, std::string_view label) {
  PemBlock block;
  block.label = label;
  block.line = lines.number();
  std::string body;
  std::string_view line;
  bool in_headers = false;
  while (lines.next(line)) {
    if (const auto ended = label_of(line, kEnd)) {
      if (*ended != label) return fail_at(lines.number(), "END of another block than the one begun");
      if (block.encrypted) return block;
      auto der = base64::decode(body);
      if (!der || der->empty())
        return fail_at(block.line, "the block is not base64: is a part of it missing?");
      block.der = std::move(*der);
      return block;
    }
    if (is_boundary_like(line))
      return fail_at(lines.number(), "a block begins before the last one has ended");
    if (line.find(':') != std::string_view::npos) {
      if (line.starts_with("Proc-Type:") && line.ends_with("ENCRYPTED")) block.encrypted = true;
      in_headers = true;
    } else if (line.empty()) {
      if (!in_headers) return fail_at(lines.number(), "an empty line within a block");
      in_headers = false;
    } else {
      body += line;
    }
    if (in_headers && !block.encrypted)
      return fail_at(lines.number(), "a header within a block: not supported");
  }
  return fail_at(block.line, "the block has no END line: is the text cut off?");
}

}  // namespace

Result<std::vector<PemBlock>> read_pem(std::string_view text) {
  if (auto checked = check_bytes(text); !checked) return tl::unexpected(std::move(checked).error());
  std::vector<PemBlock> blocks;
  Lines lines(text);
  std::string_view line;
  while (lines.next(line)) {
    if (const auto label = label_of(line, kBegin)) {
      auto block = read_block(lines, *label);
      if (!block) return tl::unexpected(std::move(block).error());
      blocks.push_back(std::move(*block));
    } else if (is_boundary_like(line)) {
      return fail_at(lines.number(),
                     "a BEGIN or END line must stand alone on its line, whole and not indented");
    }
  }
  if (blocks.empty()) return fail(ErrorCode::kInvalidArgument, "not PEM: no line '-----BEGIN …-----'");
  return blocks;
}

}  // namespace connected_registry::x509
