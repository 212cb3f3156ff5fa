// JSON for the whole project: RapidJSON with one configuration and with limits for the parser.
//
// Text from outside may be hostile. parse() is iterative, so that a deep document cannot exhaust the stack.
// It checks UTF-8. It refuses a document deeper than kMaxDepth, because writing and copying a value are
// recursive. It also refuses text after the document.
#pragma once

// RapidJSON's switches. They must be the same in every translation unit, so only this header sets them.
// RAPIDJSON_SSE2 is not defined. With RAPIDJSON_SSE2, version 1.1.0 writes the control characters 1A to 1F
// unescaped, which is not valid JSON.
#define RAPIDJSON_HAS_STDSTRING 1
#define RAPIDJSON_NOMEMBERITERATORCLASS 1
#include <rapidjson/document.h>

#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <string>
#include <string_view>

#include "base/json_number.h"
#include "base/result.h"

namespace connected_registry::json {

using Value = rapidjson::Value;
using Document = rapidjson::Document;  // owns the memory of its values; movable, not copyable
using Allocator = Document::AllocatorType;

inline constexpr std::size_t kMaxDepth = 256;  // Kubernetes objects have about 20 levels

// Number of readable bytes that must follow a text that is parsed in place. The first of them must be a NUL.
inline constexpr std::size_t kInPlacePadding = 32;

// Adds a number to a document that is being built. Returns true if the document accepted the number.
bool emit(Document& document, const Number& number);

// Parses one whole JSON text. The error names the byte offset and the reason. Uses read_number() for numbers,
// so that an object keeps its numbers when it is read and written back.
Result<Document> parse(std::string_view text);

// Parses the JSON text at the beginning of `text`, and removes it. What follows stays.
Result<Document> parse_front(std::string_view& text);

// Returns the value as compact UTF-8 text.
std::string to_text(const Value& value);

// Returns the value as text for people, indented by two spaces and with a line end.
std::string to_pretty_text(const Value& value);

// Returns a view of a string value. The value must be a string.
inline std::string_view view(const Value& value) {
  return {value.GetString(), value.GetStringLength()};
}

// Returns true if left == right. It calls no function for short texts, because names are short and the parser
// of an AdmissionReview makes thousands of comparisons.
inline bool are_same(std::string_view left, std::string_view right) {
  const std::size_t size = left.size();
  if (size != right.size()) return false;
  // Compares the first word and the last word of the texts. The two words may overlap.
  const auto same_ends = [&]<typename Word>(Word first) {
    Word last = first;
    Word other_first = 0;
    Word other_last = 0;
    std::memcpy(&first, left.data(), sizeof(Word));
    std::memcpy(&last, left.data() + size - sizeof(Word), sizeof(Word));
    std::memcpy(&other_first, right.data(), sizeof(Word));
    std::memcpy(&other_last, right.data() + size - sizeof(Word), sizeof(Word));
    return first == other_first && last == other_last;
  };
  constexpr std::size_t kLong = 2 * sizeof(std::uint64_t);
  if (size > kLong) return left == right;
  if (size >= sizeof(std::uint64_t)) return same_ends(std::uint64_t{});
  if (size >= sizeof(std::uint32_t)) return same_ends(std::uint32_t{});
  if (size >= sizeof(std::uint16_t)) return same_ends(std::uint16_t{});
  return size == 0 || left.front() == right.front();
}

// Returns object[name], or nullptr if this member does not exist or `object` is not an object. Inline,
// because admission calls it hundreds of times per pod.
inline const Value* member(const Value& object, std::string_view name) {
  if (!object.IsObject()) return nullptr;
  for (auto each = object.MemberBegin(); each != object.MemberEnd(); ++each) {
    if (are_same(view(each->name), name)) return &each->value;
  }
  return nullptr;
}

// Returns the string object[name], or an empty view if this member does not exist or is not a string.
inline std::string_view text(const Value& object, std::string_view name) {
  const Value* const found = member(object, name);
  return found != nullptr && found->IsString() ? view(*found) : std::string_view();
}

// Returns the value at a path of object members, or nullptr if a member on the path does not exist or its
// parent is not an object.
const Value* find(const Value& value, std::initializer_list<std::string_view> path);

// Returns the string at a path, or an empty view if it does not exist or is not a string. The view is valid
// as long as the value. A string may contain NUL; the view has the full length.
std::string_view string_at(const Value& value, std::initializer_list<std::string_view> path);

// Returns a string value with a copy of the text in the allocator's memory.
inline Value string_value(std::string_view text, Allocator& allocator) {
  return Value(text.data(), static_cast<rapidjson::SizeType>(text.size()), allocator);
}

// Adds or replaces object[name]. `object` must be an object.
void set(Value& object, std::string_view name, Value value, Allocator& allocator);
void set(Value& object, std::string_view name, std::string_view value, Allocator& allocator);

// Returns object[name] as an object. If this member does not exist or is not an object, it becomes an empty
// object.
Value& object_at(Value& object, std::string_view name, Allocator& allocator);

}  // namespace connected_registry::json
