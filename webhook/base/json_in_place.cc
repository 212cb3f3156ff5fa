#include "base/json_in_place.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/json_scanner.h"
#include "base/utf8.h"

namespace connected_registry::json {
namespace {

bool has_duplicate(std::span<std::string_view> names) {
  constexpr std::size_t kFew = 12;  // then comparing each with each is faster
  if (names.size() > kFew) {
    std::sort(names.begin(), names.end());
    return std::adjacent_find(names.begin(), names.end()) != names.end();
  }
  for (std::size_t left = 1; left < names.size(); ++left) {
    for (std::size_t right = 0; right < left; ++right) {
      if (are_same(names[left], names[right])) return true;
    }
  }
  return false;
}

// Parses by recursive descent, no deeper than kMaxDepth. A general parser, which emits an event for each
// value, took two thirds of the time of reading a pod; this one knows what is selected, and that strings are
// short.
class InPlaceParser {
 public:
  // Emits the selected values to `document`, within its Populate().
  InPlaceParser(std::span<char> text, Document& document)
      : tokens_(text), text_(text.data()), document_(document) {
    constexpr std::size_t kUsualNames = 64;
    names_.reserve(kUsualNames);
  }

  Status parse(const Selection& selection) {
    char* at = value<true>(Tokenizer::skip_space(text_), &selection);
    if (at != nullptr) {
      at = Tokenizer::skip_space(at);
      if (at == tokens_.end()) return {};
      tokens_.stop(at, "text after the document");
    }
    if (is_ambiguous_) return fail(ErrorCode::kInvalidArgument, "duplicate name in " + object_path());
    return fail(ErrorCode::kInvalidArgument, "not valid JSON " + tokens_.problem());
  }

 private:
  // The following functions parse what begins at `at`, emit it to the document where kKept, and return the
  // position behind it, or nullptr after an error.
  template <bool kKept>
  char* value(char* at, const Selection* selection) {
    switch (*at) {
      case '{':
        return object<kKept>(at, selection);
      case '[':
        return array<kKept>(at, selection);
      case '"': {
        if constexpr (!kKept) return tokens_.skip_string(at);
        std::string_view text;
        return emit_value(tokens_.string(at, text),
                          [&] { return document_.String(text.data(), size_of(text), false); });
      }
      case 't':
        return literal<kKept>(at, "true", [this] { return document_.Bool(true); });
      case 'f':
        return literal<kKept>(at, "false", [this] { return document_.Bool(false); });
      case 'n':
        return literal<kKept>(at, "null", [this] { return document_.Null(); });
      default:
        return number<kKept>(at);
    }
  }

  template <bool kKept>
  [[gnu::noinline]] char* object(char* at, const Selection* selection) {
    at = enter(at);
    if constexpr (kKept) at = emit_value(at, [this] { return document_.StartObject(); });
    if (at == nullptr) return nullptr;
    const std::size_t base = names_.size();
    if (*at == '}') return leave_object<kKept>(at, base);
    bool is_named = false;
    for (;;) {
      if (*at != '"') return tokens_.stop(at, "expected a member name");
      std::string_view name;
      at = tokens_.string(at, name);
      if (at == nullptr) return nullptr;
      at = Tokenizer::skip_space(at);
      if (*at != ':') return tokens_.stop(at, "expected ':'");
      at = Tokenizer::skip_space(at + 1);
      if constexpr (kKept) {
        at = member(at, selection, name);
      } else {
        // This object is left out for the value of one member: a second such member could select it.
        if (selection != nullptr && are_same(name, selection->member_name())) {
          is_ambiguous_ = std::exchange(is_named, true);
          if (is_ambiguous_) return nullptr;
        }
        at = value<false>(at, nullptr);
      }
      if (at == nullptr) return nullptr;
      at = Tokenizer::skip_space(at);
      if (*at == '}') return leave_object<kKept>(at, base);
      if (*at != ',') return tokens_.stop(at, "expected ',' or '}'");
      at = Tokenizer::skip_space(at + 1);
    }
  }

  // Parses the value of a member of an object that is kept.
  char* member(char* at, const Selection* selection, std::string_view name) {
    const Selection* inside = nullptr;
    if (selection != nullptr && !is_selected(*selection, name, inside)) {
      at = value<false>(at, nullptr);
    } else {
      names_.push_back(name);
      at = emit_value(at, [&] { return document_.Key(name.data(), size_of(name), false); });
      if (at != nullptr) at = value<true>(at, inside);
    }
    if (at == nullptr && is_ambiguous_) prepend_to_path(name);
    return at;
  }

  template <bool kKept>
  [[gnu::noinline]] char* array(char* at, const Selection* selection) {
    at = enter(at);
    if constexpr (kKept) at = emit_value(at, [this] { return document_.StartArray(); });
    if (at == nullptr) return nullptr;
    rapidjson::SizeType entries = 0;
    if (*at == ']') return leave_array<kKept>(at, entries);
    for (;;) {
      if (kKept && selection != nullptr && is_left_out(at, *selection)) {
        at = emit_value(object<false>(at, selection), [this] { return document_.Null(); });
      } else {
        at = value<kKept>(at, kKept ? selection : nullptr);
      }
      ++entries;
      if (at == nullptr) return nullptr;
      at = Tokenizer::skip_space(at);
      if (*at == ']') return leave_array<kKept>(at, entries);
      if (*at != ',') return tokens_.stop(at, "expected ',' or ']'");
      at = Tokenizer::skip_space(at + 1);
    }
  }

  template <bool kKept, typename Emit>
  char* literal(char* at, std::string_view expected, Emit emit) {
    at = tokens_.literal(at, expected);
    return kKept ? emit_value(at, emit) : at;
  }

  template <bool kKept>
  [[gnu::noinline]] char* number(char* at) {
    std::string_view text;
    char* const end = tokens_.number(at, text);
    if (end == nullptr) return nullptr;
    const std::optional<Number> number = read_number(text);
    if (!number) return tokens_.stop(at, "number too large or too long");
    return kKept ? emit_value(end, [&] { return json::emit(document_, *number); }) : end;
  }

  // Emits one value and returns `at`. Checks the number of values.
  template <typename Emit>
  char* emit_value(char* at, Emit emit) {
    if (at == nullptr) return nullptr;
    if (++values_ > kMaxValues) return too_many(at);
    return emit() ? at : nullptr;
  }

  // Enters an object or array: goes past its bracket.
  char* enter(char* at) {
    if (++depth_ > kMaxDepth) return too_deep(at);
    return Tokenizer::skip_space(at + 1);
  }
  template <bool kKept>
  char* leave_object(char* at, std::size_t base) {
    --depth_;
    return kKept && !end_object(base) ? nullptr : at + 1;
  }
  template <bool kKept>
  char* leave_array(char* at, rapidjson::SizeType entries) {
    --depth_;
    return kKept && !document_.EndArray(entries) ? nullptr : at + 1;
  }

  static bool is_selected(const Selection& selection, std::string_view name, const Selection*& inside) {
    for (const Choice& choice : selection.choices) {
      if (!are_same(choice.name, name)) continue;
      inside = choice.inside;
      return choice.selected;
    }
    return selection.others;
  }

  // Reports whether the next entry of an array is an object that is left out for the value of its first
  // member. An object that is written in another way is kept.
  bool is_left_out(char* at, const Selection& selection) const {
    if (selection.lead.empty()) return false;
    const std::string_view found = tokens_.string_behind(at, selection.lead);
    return found.data() != nullptr &&
           std::none_of(selection.among.begin(), selection.among.end(),
                        [found](std::string_view each) { return are_same(each, found); });
  }

  static rapidjson::SizeType size_of(std::string_view text) {
    return static_cast<rapidjson::SizeType>(text.size());
  }

  // Not inlined, as the larger functions above, so that the code for each string stays short.
  [[gnu::noinline]] char* too_many(char* at) {
    return tokens_.stop(at, "more than " + std::to_string(kMaxValues) + " values");
  }
  [[gnu::noinline]] char* too_deep(char* at) {
    return tokens_.stop(at, "nested deeper than " + std::to_string(kMaxDepth) + " levels");
  }
  bool end_object(std::size_t base) {
    const std::span<std::string_view> own = std::span(names_).subspan(base);
    is_ambiguous_ = has_duplicate(own);
    if (is_ambiguous_ || !document_.EndObject(static_cast<rapidjson::SizeType>(own.size()))) return false;
    names_.resize(base);
    return true;
  }

  // Adds a name to the path of the object with the duplicate, from the inside out.
  void prepend_to_path(std::string_view name) { path_.insert(0, std::string(".").append(name)); }
  std::string object_path() const {
    constexpr std::size_t kMaxLength = 200;
    return path_.empty() ? "the outermost object" : path_.substr(1, kMaxLength);
  }

  Tokenizer tokens_;
  char* const text_;
  Document& document_;
  std::vector<std::string_view> names_;  // of the open objects
  std::size_t depth_ = 0;                // number of open objects and arrays
  std::size_t values_ = 0;
  bool is_ambiguous_ = false;
  std::string path_;
};

tl::unexpected<Error> invalid(std::size_t offset, std::string_view reason) {
  return fail(ErrorCode::kInvalidArgument,
              "not valid JSON at byte " + std::to_string(offset) + ": " + std::string(reason));
}

}  // namespace

Result<Document> parse_in_place(std::span<char> text, const Selection& selection) {
  const std::string_view all(text.data(), text.size());
  // NUL within the text would be taken for its end.
  if (const std::size_t nul = all.find('\0'); nul != std::string_view::npos) return invalid(nul, "NUL");
  // In one pass, so that strings need no check of their own.
  if (const std::size_t valid = utf8::valid_length(all); valid != all.size()) {
    return invalid(valid, "not UTF-8");
  }
  // Room for values that are not in their object yet; enough for a usual review.
  constexpr std::size_t kStack = std::size_t{8} << 10;
  Document document(nullptr, kStack);
  Status status;
  const auto generate = [&](Document& target) {
    status = InPlaceParser(text, target).parse(selection);
    return status.has_value();
  };
  document.Populate(generate);
  if (!status) return tl::unexpected<Error>(std::move(status).error());
  return document;
}

}  // namespace connected_registry::json
