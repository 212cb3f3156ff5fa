#include "manifest/write.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <string_view>
#include <utility>

#include "values/scalar.h"

namespace connected_registry::manifest {
namespace {

using json::Value;

bool is_alphanumeric(char character) {
  return (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z') ||
         (character >= '0' && character <= '9');
}

// "2026-01-31": a string to kubectl, a point in time to readers of YAML 1.1.
bool begins_like_a_date(std::string_view text) {
  constexpr std::size_t kYear = 4;
  return text.size() > kYear && text[kYear] == '-' && text.find_first_not_of("0123456789") == kYear;
}

bool is_string(const std::string& text) {
  const auto resolved = values::resolve_scalar("?", text);
  return resolved && resolved->is_text() && resolved->text == text;
}

// Strings to kubectl, numbers to readers of YAML 1.1: base 60 ("12:30:45", "190:20:30.15"), digits with
// commas
// ("1,000", to Ruby), and digits with underscores ("0x_1", "1_0.5").
bool is_number_of_yaml_1_1(std::string text) {
  if (text.starts_with("0x") || text.starts_with("0b")) return true;
  if (text.find_first_of(":,") != std::string::npos) {
    return text.find_first_not_of("0123456789:,._eE+-") == std::string::npos;
  }
  return std::erase(text, '_') > 0 && !is_string(text);
}

// Reports whether the text needs no quotes: it has no characters with a meaning in YAML, and no reader takes
// it for something else than a string ("yes", "0x10", "null").
bool is_plain(std::string_view text) {
  constexpr std::string_view kFirst = "/_.";
  constexpr std::string_view kInside = " _./:@+=-~,%()$";
  if (text.empty() || text.back() == ' ' || text.back() == ':') return false;
  if (begins_like_a_date(text) || is_number_of_yaml_1_1(std::string(text))) return false;
  if (!is_alphanumeric(text.front()) && kFirst.find(text.front()) == std::string_view::npos) return false;
  const bool harmless = std::all_of(text.begin(), text.end(), [&](char character) {
    return is_alphanumeric(character) || kInside.find(character) != std::string_view::npos;
  });
  if (!harmless || text.find(": ") != std::string_view::npos || text.starts_with("...")) return false;
  return is_string(std::string(text));
}

// Reports whether the text can be a literal block: several lines of printable ASCII with at most one line end
// at the end. The first line must not begin with a space, since it defines the indentation.
bool is_block(std::string_view text) {
  const std::size_t first_end = text.find('\n');
  if (first_end == std::string_view::npos || first_end == 0 || text.front() == ' ') return false;
  if (text == "\n" || text.ends_with("\n\n")) return false;
  constexpr char kFirstPrintable = 0x20;
  constexpr char kDelete = 0x7f;
  return std::all_of(text.begin(), text.end(), [](char character) {
    return character == '\n' || (character >= kFirstPrintable && character < kDelete);
  });
}

// Returns the text in double quotes. Bytes beyond ASCII stay as they are, except for characters that YAML
// takes for line ends or does not allow: U+0080 to U+009F, U+2028, U+2029, U+FEFF, U+FFFE, U+FFFF.
std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (std::size_t at = 0; at < text.size(); ++at) {
    const auto byte = static_cast<unsigned char>(text[at]);
    const std::string_view rest = text.substr(at);
    const auto escape = [&out](unsigned code) {
      std::array<char, 8> buffer{};
      std::snprintf(buffer.data(), buffer.size(), "\\u%04X", code);
      out += buffer.data();
    };
    if (byte == '"' || byte == '\\') {
      out += '\\';
      out += text[at];
    } else if (byte == '\n') {
      out += "\\n";
    } else if (byte < 0x20 || byte == 0x7f) {
      escape(byte);
    } else if (byte == 0xC2 && rest.size() > 1 && static_cast<unsigned char>(rest[1]) < 0xA0) {
      escape(static_cast<unsigned char>(rest[1]));
      at += 1;
    } else if (rest.starts_with("\xE2\x80\xA8") || rest.starts_with("\xE2\x80\xA9")) {
      escape(rest[2] == '\xA8' ? 0x2028 : 0x2029);
      at += 2;
    } else if (rest.starts_with("\xEF\xBB\xBF")) {
      escape(0xFEFF);
      at += 2;
    } else if (rest.starts_with("\xEF\xBF\xBE") || rest.starts_with("\xEF\xBF\xBF")) {
      escape(rest[2] == '\xBE' ? 0xFFFE : 0xFFFF);
      at += 2;
    } else {
      out += text[at];
    }
  }
  return out += '"';
}

std::string inline_text(std::string_view text) {
  return is_plain(text) ? std::string(text) : quoted(text);
}

// Returns a number, a boolean or null. Readers of YAML 1.1 take a number with an exponent for a string,
// unless it has a point and the exponent a sign.
std::string scalar(const Value& value) {
  std::string text = json::to_text(value);
  const std::size_t exponent = value.IsDouble() ? text.find('e') : std::string::npos;
  if (exponent == std::string::npos) return text;
  const char after = text[exponent + 1];
  if (after != '-' && after != '+') text.insert(exponent + 1, "+");
  if (text.find('.') == std::string::npos) text.insert(exponent, ".0");
  return text;
}

class YamlWriter {
 public:
  std::string text() && { return std::move(out_); }

  // Writes what follows "KEY:" or "-" with its line end. `compact`: the first member is on the same line.
  void value(const Value& value, std::size_t indent, bool compact) {
    if (value.IsObject() && !value.ObjectEmpty()) return map(value, indent, compact);
    if (value.IsArray() && !value.Empty()) return list(value, indent, compact);
    if (value.IsString() && is_block(json::view(value))) return block(json::view(value), indent);
    if (indent > 0 || compact) out_ += ' ';
    out_ += value.IsString() ? inline_text(json::view(value)) : scalar(value);
    out_ += '\n';
  }

 private:
  void begin_line(std::size_t indent, bool& compact) {
    if (std::exchange(compact, false)) {
      out_ += ' ';
    } else {
      out_.append(indent, ' ');
    }
  }

  void map(const Value& map, std::size_t indent, bool compact) {
    if (!compact && !out_.empty() && out_.back() != '\n') out_ += '\n';
    for (auto member = map.MemberBegin(); member != map.MemberEnd(); ++member) {
      begin_line(indent, compact);
      out_ += inline_text(json::view(member->name)) + ":";
      // kubectl does not indent a list below its key.
      const bool list_follows = member->value.IsArray() && !member->value.Empty();
      value(member->value, list_follows ? indent : indent + 2, false);
    }
  }

  void list(const Value& list, std::size_t indent, bool compact) {
    if (!compact && !out_.empty() && out_.back() != '\n') out_ += '\n';
    for (const Value& entry : list.GetArray()) {
      begin_line(indent, compact);
      out_ += '-';
      value(entry, indent + 2, true);
    }
  }

  void block(std::string_view text, std::size_t indent) {
    indent = std::max(indent, std::size_t{1});  // also where the text is the document
    if (!out_.empty() && out_.back() != '\n') out_ += ' ';
    out_ += text.ends_with('\n') ? "|\n" : "|-\n";
    while (!text.empty()) {
      const std::size_t end = std::min(text.find('\n'), text.size());
      if (end > 0) out_.append(indent, ' ').append(text.substr(0, end));
      out_ += '\n';
      text.remove_prefix(std::min(end + 1, text.size()));
    }
  }

  std::string out_;
};

}  // namespace

std::string to_yaml(const Value& value) {
  YamlWriter writer;
  writer.value(value, 0, false);
  return std::move(writer).text();
}

std::string to_yaml(const std::vector<json::Document>& documents) {
  std::string out;
  for (const json::Document& document : documents) {
    if (!out.empty()) out += "---\n";
    out += to_yaml(document);
  }
  return out;
}

std::string to_json(const std::vector<json::Document>& documents) {
  if (documents.size() == 1) return json::to_pretty_text(documents.front());
  json::Document list(rapidjson::kObjectType);
  json::Allocator& allocator = list.GetAllocator();
  json::set(list, "apiVersion", "v1", allocator);
  json::set(list, "kind", "List", allocator);
  json::Value items(rapidjson::kArrayType);
  for (const json::Document& document : documents) {
    items.PushBack(Value(document, allocator), allocator);
  }
  json::set(list, "items", std::move(items), allocator);
  return json::to_pretty_text(list);
}

}  // namespace connected_registry::manifest
