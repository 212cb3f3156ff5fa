#include "base/json.h"

#include <rapidjson/error/en.h>
#include <rapidjson/memorystream.h>
#include <rapidjson/prettywriter.h>
#include <rapidjson/reader.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <optional>

namespace connected_registry::json {
namespace {

// Forwards events to a document, reads numbers, and stops the parse at kMaxDepth.
class Handler {
 public:
  explicit Handler(Document& document) : document_(document) {}

  // Returns why it stopped the parse.
  std::string reason() const {
    if (depth_ > kMaxDepth) return "nested deeper than " + std::to_string(kMaxDepth) + " levels";
    return "number too large or too long";
  }

  // NOLINTBEGIN(readability-identifier-naming): RapidJSON's names
  bool Null() { return document_.Null(); }
  bool Bool(bool value) { return document_.Bool(value); }
  // All numbers come as RawNumber; the others complete the interface.
  bool Int(int value) { return document_.Int(value); }
  bool Uint(unsigned value) { return document_.Uint(value); }
  bool Int64(std::int64_t value) { return document_.Int64(value); }
  bool Uint64(std::uint64_t value) { return document_.Uint64(value); }
  bool Double(double value) { return document_.Double(value); }
  bool RawNumber(const char* text, rapidjson::SizeType length, bool /*copy*/) {
    const std::optional<Number> number = read_number({text, length});
    return number.has_value() && emit(document_, *number);
  }
  bool String(const char* text, rapidjson::SizeType length, bool copy) {
    return document_.String(text, length, copy);
  }
  bool StartObject() { return enter() && document_.StartObject(); }
  bool Key(const char* text, rapidjson::SizeType length, bool copy) {
    return document_.Key(text, length, copy);
  }
  bool EndObject(rapidjson::SizeType count) { return end_container() && document_.EndObject(count); }
  bool StartArray() { return enter() && document_.StartArray(); }
  bool EndArray(rapidjson::SizeType count) { return end_container() && document_.EndArray(count); }
  // NOLINTEND(readability-identifier-naming)

 private:
  bool enter() { return ++depth_ <= kMaxDepth; }
  bool end_container() {
    --depth_;
    return true;
  }

  Document& document_;
  std::size_t depth_ = 0;
};

constexpr unsigned kFlags = rapidjson::kParseIterativeFlag | rapidjson::kParseValidateEncodingFlag |
                            rapidjson::kParseNumbersAsStringsFlag;

// Sets `consumed` to the number of bytes that were read.
template <unsigned flags>
Result<Document> parse_with(std::string_view text, std::size_t& consumed) {
  Document document;
  rapidjson::ParseResult result;
  std::string stop_reason;
  // Populate() calls the generator while the document is being built.
  auto generate = [&](Document& target) {
    Handler handler(target);
    // Not an EncodedInputStream, which skips a byte order mark, and parts of one.
    rapidjson::MemoryStream input(text.data(), text.size());
    rapidjson::Reader reader;
    result = reader.Parse<flags>(input, handler);
    consumed = input.Tell();
    if (result.Code() == rapidjson::kParseErrorTermination) stop_reason = handler.reason();
    return !result.IsError();
  };
  document.Populate(generate);
  if (result.IsError()) {
    const std::string reason = stop_reason.empty() ? rapidjson::GetParseError_En(result.Code()) : stop_reason;
    return fail(ErrorCode::kInvalidArgument,
                "not valid JSON at byte " + std::to_string(result.Offset()) + ": " + reason);
  }
  return document;
}

}  // namespace

Result<Document> parse(std::string_view text) {
  std::size_t consumed = 0;
  Result<Document> document = parse_with<kFlags>(text, consumed);
  // RapidJSON takes NUL for the end of the text.
  if (document && consumed != text.size()) {
    return fail(ErrorCode::kInvalidArgument,
                "not valid JSON at byte " + std::to_string(consumed) + ": NUL after the document");
  }
  return document;
}

Result<Document> parse_front(std::string_view& text) {
  std::size_t consumed = 0;
  Result<Document> document = parse_with<kFlags | rapidjson::kParseStopWhenDoneFlag>(text, consumed);
  text.remove_prefix(consumed);
  return document;
}

bool emit(Document& document, const Number& number) {
  if (const auto* const whole = std::get_if<std::int64_t>(&number)) {
    // RapidJSON chooses the narrowest type.
    if (*whole >= 0) return document.Uint64(static_cast<std::uint64_t>(*whole));
    return document.Int64(*whole);
  }
  if (const auto* const whole = std::get_if<std::uint64_t>(&number)) return document.Uint64(*whole);
  return document.Double(std::get<double>(number));
}

std::string to_text(const Value& value) {
  rapidjson::StringBuffer buffer;
  rapidjson::Writer<rapidjson::StringBuffer> writer(buffer);
  value.Accept(writer);
  return {buffer.GetString(), buffer.GetSize()};
}

std::string to_pretty_text(const Value& value) {
  rapidjson::StringBuffer buffer;
  rapidjson::PrettyWriter<rapidjson::StringBuffer> writer(buffer);
  writer.SetIndent(' ', 2);
  value.Accept(writer);
  return std::string(buffer.GetString(), buffer.GetSize()) + "\n";
}

namespace {

Value name_reference(std::string_view name) {
  return Value(rapidjson::StringRef(name.data(), static_cast<rapidjson::SizeType>(name.size())));
}

}  // namespace

const Value* find(const Value& value, std::initializer_list<std::string_view> path) {
  const Value* current = &value;
  for (const std::string_view step : path) {
    current = member(*current, step);
    if (current == nullptr) return nullptr;
  }
  return current;
}

std::string_view string_at(const Value& value, std::initializer_list<std::string_view> path) {
  const Value* found = find(value, path);
  return found != nullptr && found->IsString() ? view(*found) : std::string_view();
}

void set(Value& object, std::string_view name, Value value, Allocator& allocator) {
  const auto member = object.FindMember(name_reference(name));
  if (member != object.MemberEnd()) {
    member->value = value;  // RapidJSON's assignment moves
  } else {
    object.AddMember(string_value(name, allocator), value, allocator);
  }
}

void set(Value& object, std::string_view name, std::string_view value, Allocator& allocator) {
  set(object, name, string_value(value, allocator), allocator);
}

Value& object_at(Value& object, std::string_view name, Allocator& allocator) {
  auto member = object.FindMember(name_reference(name));
  if (member == object.MemberEnd()) {
    object.AddMember(string_value(name, allocator), Value(rapidjson::kObjectType), allocator);
    member = object.FindMember(name_reference(name));
  }
  if (!member->value.IsObject()) member->value.SetObject();
  return member->value;
}

}  // namespace connected_registry::json
