// JSON for the whole project: RapidJSON with one configuration, and limits on what it parses.
//
// Text from outside is hostile. parse() is iterative (a deep document cannot exhaust the stack), checks
// UTF-8, refuses a document deeper than kMaxDepth (writing and copying a value are recursive), and refuses
// text after the document.
#pragma once

// RapidJSON's switches. They must be the same in every translation unit, hence only here. RAPIDJSON_SSE2 is
// off: with it, version 1.1.0 writes the control characters 1A to 1F unescaped, which is not JSON.
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
using Document = rapidjson::Document;  // owns its values' memory; not copyable, movable
using Allocator = Document::AllocatorType;

inline constexpr std::size_t kMaxDepth = 256;  // objects of Kubernetes have about 20 levels

// Behind a text that is parsed in place there must be a NUL and, including it, so many readable bytes.
inline constexpr std::size_t kInPlacePadding = 32;

// Adds a number to a document that is being built.
bool emit(Document& document, const Number& number);

// Parses one whole JSON text. The error names the byte offset and the reason. Numbers are read by
// read_number(): an object that is read and written back keeps them.
Result<Document> parse(std::string_view text);

// Returns the value as compact UTF-8 text.
std::string to_text(const Value& value);

// Returns the value as text for people: indented by two spaces, with a line end.
std::string to_pretty_text(const Value& value);

// Returns the view of a value that is known to be a string.
inline std::string_view view(const Value& value) {
  return {value.GetString(), value.GetStringLength()};
}

// Reports whether left == right, without a function call: names are short, and a review takes thousands of
// comparisons.
inline bool are_same(std::string_view left, std::string_view right) {
  const std::size_t size = left.size();
  if (size != right.size()) return false;
  // Compares the first and the last bytes, which may overlap.
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

// Returns object[name], or nullptr where it is missing or `object` is not an object. Inline, since admission
// calls it hundreds of times per pod.
inline const Value* member(const Value& object, std::string_view name) {
  if (!object.IsObject()) return nullptr;
  for (auto each = object.MemberBegin(); each != object.MemberEnd(); ++each) {
    if (are_same(view(each->name), name)) return &each->value;
  }
  return nullptr;
}

// Returns the string object[name], or an empty view where it is missing or not a string.
inline std::string_view text(const Value& object, std::string_view name) {
  const Value* const found = member(object, name);
  return found != nullptr && found->IsString() ? view(*found) : std::string_view();
}

// Returns the value at a path of object members, or nullptr where a step is missing or not an object.
const Value* find(const Value& value, std::initializer_list<std::string_view> path);

// Returns the string at a path, or an empty view where it is missing or not a string. The view lives as long
// as the value. A string may contain NUL: the view has the true length.
std::string_view string_at(const Value& value, std::initializer_list<std::string_view> path);

// Returns a string value whose text is copied into the allocator.
inline Value string_value(std::string_view text, Allocator& allocator) {
  return Value(text.data(), static_cast<rapidjson::SizeType>(text.size()), allocator);
}

// Adds or replaces object[name]. `object` must be an object.
void set(Value& object, std::string_view name, Value value, Allocator& allocator);
void set(Value& object, std::string_view name, std::string_view value, Allocator& allocator);

// Returns object[name] as an object. Makes it an empty one where it is missing or of another type.
Value& object_at(Value& object, std::string_view name, Allocator& allocator);

}  // namespace connected_registry::json
