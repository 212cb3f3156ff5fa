#include "base/json.h"

#include <rapidjson/error/en.h>
#include <rapidjson/memorystream.h>
#include <rapidjson/prettywriter.h>
#include <rapidjson/reader.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <optional>
#include <utility>

namespace connected_registry::json {
namespace {

// Returns true if the text has half of a surrogate pair. RapidJSON 1.1.0 writes the second half as it is
// where an escape gives it alone.
bool has_surrogate(const char* text, std::size_t length) {
  constexpr char kLead = '\xED';
  constexpr unsigned char kFirst = 0xA0;
  std::string_view rest(text, length);
  for (std::size_t at = rest.find(kLead); at != std::string_view::npos; at = rest.find(kLead, at + 1)) {
    if (at + 1 < rest.size() && static_cast<unsigned char>(rest[at + 1]) >= kFirst) return true;
  }
  return false;
}

// Forwards events to a target, reads numbers, and stops the parse at kMaxDepth.
template <typename Target>
class Handler {
 public:
  explicit Handler(Target& target) : target_(target) {}

  // Returns why it stopped the parse.
  std::string reason() const { return reason_; }

  // NOLINTBEGIN(readability-identifier-naming): RapidJSON's names
  bool Null() { return target_.Null(); }
  bool Bool(bool value) { return target_.Bool(value); }
  // All numbers come as RawNumber; the others complete the interface.
  bool Int(int) { return false; }
  bool Uint(unsigned) { return false; }
  bool Int64(std::int64_t) { return false; }
  bool Uint64(std::uint64_t) { return false; }
  bool Double(double) { return false; }
  bool RawNumber(const char* text, rapidjson::SizeType length, bool /*copy*/) {
    const std::optional<Number> number = read_number({text, length});
    if (!number) return stop("number too large or too long");
    return emit(target_, *number);
  }
  bool String(const char* text, rapidjson::SizeType length, bool copy) {
    if (has_surrogate(text, length)) return stop(kHalfPair);
    return target_.String(text, length, copy);
  }
  bool StartObject() { return enter() && target_.StartObject(); }
  bool Key(const char* text, rapidjson::SizeType length, bool copy) {
    if (has_surrogate(text, length)) return stop(kHalfPair);
    return target_.Key(text, length, copy);
  }
  bool EndObject(rapidjson::SizeType count) { return end_container() && target_.EndObject(count); }
  bool StartArray() { return enter() && target_.StartArray(); }
  bool EndArray(rapidjson::SizeType count) { return end_container() && target_.EndArray(count); }
  // NOLINTEND(readability-identifier-naming)

 private:
  static constexpr const char* kHalfPair = "an escape is half of a surrogate pair";

  bool stop(std::string reason) {
    reason_ = std::move(reason);
    return false;
  }
  bool enter() {
    return ++depth_ <= kMaxDepth || stop("nested deeper than " + std::to_string(kMaxDepth) + " levels");
  }
  bool end_container() {
    --depth_;
    return true;
  }

  Target& target_;
  std::size_t depth_ = 0;
  std::string reason_;
};

constexpr unsigned kFlags = rapidjson::kParseIterativeFlag | rapidjson::kParseValidateEncodingFlag |
                            rapidjson::kParseNumbersAsStringsFlag;

// Parses a text, or with kParseStopWhenDoneFlag the beginning of it. Sets `consumed` to the parsed bytes.
// Not an EncodedInputStream, which skips a byte order mark, and parts of one.
template <unsigned kMore, typename Target>
Status parse_into(Target& target, std::string_view text, rapidjson::MemoryStream& input) {
  Handler<Target> handler(target);
  rapidjson::Reader reader;
  const rapidjson::ParseResult result = reader.Parse<kFlags | kMore>(input, handler);
  if (!result.IsError()) {
    constexpr bool kWhole = kMore == 0;
    // RapidJSON takes NUL for the end of the text.
    if (!kWhole || input.Tell() == text.size()) return {};
    return fail(ErrorCode::kInvalidArgument,
                "not valid JSON at byte " + std::to_string(input.Tell()) + ": NUL after the document");
  }
  const bool stopped = result.Code() == rapidjson::kParseErrorTermination && !handler.reason().empty();
  return fail(ErrorCode::kInvalidArgument,
              "not valid JSON at byte " + std::to_string(result.Offset()) + ": " +
                  (stopped ? handler.reason() : rapidjson::GetParseError_En(result.Code())));
}

template <unsigned kMore>
Result<Document> parse_document(std::string_view text, std::size_t& consumed) {
  Document document;
  Status status;
  // Populate() calls the generator while the document is being built.
  auto generate = [&](Document& target) {
    rapidjson::MemoryStream input(text.data(), text.size());
    status = parse_into<kMore>(target, text, input);
    consumed = input.Tell();
    return status.has_value();
  };
  document.Populate(generate);
  if (!status) return tl::unexpected<Error>(std::move(status).error());
  return document;
}

// Adds the offsets of values to their events. Between two tokens of JSON there are only spaces, commas and
// colons.
class OffsetTarget {
 public:
  OffsetTarget(std::string_view text, const rapidjson::MemoryStream& input, Visitor& visitor)
      : text_(text), input_(input), visitor_(visitor) {}

  // NOLINTBEGIN(readability-identifier-naming): RapidJSON's names
  bool Null() { return visitor_.null(next()), true; }
  bool Bool(bool value) { return visitor_.boolean(value, next()), true; }
  bool Number(const json::Number& number) { return visitor_.number(number, next()), true; }
  bool String(const char* text, rapidjson::SizeType length, bool /*copy*/) {
    return visitor_.string({text, length}, next()), true;
  }
  // Brackets are not consumed yet.
  bool StartObject() { return visitor_.begin_object(next(1)), true; }
  bool Key(const char* text, rapidjson::SizeType length, bool /*copy*/) {
    return visitor_.key({text, length}, next()), true;
  }
  bool EndObject(rapidjson::SizeType) { return next(1), visitor_.end_object(), true; }
  bool StartArray() { return visitor_.begin_array(next(1)), true; }
  bool EndArray(rapidjson::SizeType) { return next(1), visitor_.end_array(), true; }
  // NOLINTEND(readability-identifier-naming)

 private:
  // Returns the offset of the token that ends `ahead` bytes beyond the parser.
  std::size_t next(std::size_t ahead = 0) {
    const std::size_t begin = text_.find_first_not_of(" \t\r\n,:", end_);
    end_ = input_.Tell() + ahead;
    return begin;
  }

  std::string_view text_;
  const rapidjson::MemoryStream& input_;
  Visitor& visitor_;
  std::size_t end_ = 0;
};

bool emit(OffsetTarget& target, const Number& number) {
  return target.Number(number);
}

}  // namespace

Result<Document> parse(std::string_view text) {
  std::size_t consumed = 0;
  return parse_document<0>(text, consumed);
}

Result<Document> parse_first(std::string_view text, std::size_t& size) {
  return parse_document<rapidjson::kParseStopWhenDoneFlag>(text, size);
}

Status visit(std::string_view text, Visitor& visitor) {
  rapidjson::MemoryStream input(text.data(), text.size());
  OffsetTarget target(text, input, visitor);
  return parse_into<0>(target, text, input);
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
