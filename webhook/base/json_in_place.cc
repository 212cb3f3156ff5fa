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

bool has_twice(std::span<std::string_view> names) {
  constexpr std::size_t kFew = 12;
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

// Reads by recursive descent, no deeper than kMaxDepth. A general parser tells each value to somebody who may
// want it, and took two thirds of the time of reading a pod; this one knows what is wanted, and that strings
// are short.
class Reader {
 public:
  // Tells `document` what is wanted, within its Populate.
  Reader(std::span<char> text, Document& document) : scan_(text), text_(text.data()), document_(document) {
    constexpr std::size_t kUsual = 64;
    names_.reserve(kUsual);
  }

  Status read(const Selection& selection) {
    char* at = value<true>(Scanner::skip_space(text_), &selection);
    if (at != nullptr) {
      at = Scanner::skip_space(at);
      if (at == scan_.end()) return {};
      scan_.stop(at, "something after the document");
    }
    if (is_ambiguous_) return fail(ErrorCode::kInvalidArgument, "a name stands twice in " + place());
    return fail(ErrorCode::kInvalidArgument, "not valid JSON " + scan_.problem());
  }

 private:
  // Each of these reads what begins at `at`, tells the document where it is kept, and returns what is behind
  // it; nullptr where it stopped.
  template <bool kKept>
  char* value(char* at, const Selection* selection) {
    switch (*at) {
      case '{':
        return object<kKept>(at, selection);
      case '[':
        return array<kKept>(at, selection);
      case '"': {
        if constexpr (!kKept) return scan_.skip_string(at);
        std::string_view text;
        return told(scan_.string(at, text),
                    [&] { return document_.String(text.data(), size_of(text), false); });
      }
      case 't':
        return word<kKept>(at, "true", [this] { return document_.Bool(true); });
      case 'f':
        return word<kKept>(at, "false", [this] { return document_.Bool(false); });
      case 'n':
        return word<kKept>(at, "null", [this] { return document_.Null(); });
      default:
        return number<kKept>(at);
    }
  }

  template <bool kKept>
  [[gnu::noinline]] char* object(char* at, const Selection* selection) {
    at = enter(at);
    if constexpr (kKept) at = told(at, [this] { return document_.StartObject(); });
    if (at == nullptr) return nullptr;
    const std::size_t base = names_.size();
    if (*at == '}') return leave_object<kKept>(at, base);
    bool is_named = false;
    for (;;) {
      if (*at != '"') return scan_.stop(at, "an object's member does not begin with a name");
      std::string_view name;
      at = scan_.string(at, name);
      if (at == nullptr) return nullptr;
      at = Scanner::skip_space(at);
      if (*at != ':') return scan_.stop(at, "there is no colon behind a name");
      at = Scanner::skip_space(at + 1);
      if constexpr (kKept) {
        at = member(at, selection, name);
      } else {
        // One that was left out for its name: with another one it may be what is wanted.
        if (selection != nullptr && are_same(name, selection->by())) {
          is_ambiguous_ = std::exchange(is_named, true);
          if (is_ambiguous_) return nullptr;
        }
        at = value<false>(at, nullptr);
      }
      if (at == nullptr) return nullptr;
      at = Scanner::skip_space(at);
      if (*at == '}') return leave_object<kKept>(at, base);
      if (*at != ',') return scan_.stop(at, "there is neither a comma nor a } behind a member of an object");
      at = Scanner::skip_space(at + 1);
    }
  }

  // The value of a member of an object that is kept.
  char* member(char* at, const Selection* selection, std::string_view name) {
    const Selection* inside = nullptr;
    if (selection != nullptr && !choose(*selection, name, inside)) {
      at = value<false>(at, nullptr);
    } else {
      names_.push_back(name);
      at = told(at, [&] { return document_.Key(name.data(), size_of(name), false); });
      if (at != nullptr) at = value<true>(at, inside);
    }
    if (at == nullptr && is_ambiguous_) leave_a_trace(name);
    return at;
  }

  template <bool kKept>
  [[gnu::noinline]] char* array(char* at, const Selection* selection) {
    at = enter(at);
    if constexpr (kKept) at = told(at, [this] { return document_.StartArray(); });
    if (at == nullptr) return nullptr;
    rapidjson::SizeType entries = 0;
    if (*at == ']') return leave_array<kKept>(at, entries);
    for (;;) {
      if (kKept && selection != nullptr && is_left_out(at, *selection)) {
        at = told(object<false>(at, selection), [this] { return document_.Null(); });
      } else {
        at = value<kKept>(at, kKept ? selection : nullptr);
      }
      ++entries;
      if (at == nullptr) return nullptr;
      at = Scanner::skip_space(at);
      if (*at == ']') return leave_array<kKept>(at, entries);
      if (*at != ',') return scan_.stop(at, "there is neither a comma nor a ] behind an entry of an array");
      at = Scanner::skip_space(at + 1);
    }
  }

  template <bool kKept, typename Tell>
  char* word(char* at, std::string_view expected, Tell tell) {
    at = scan_.word(at, expected);
    return kKept ? told(at, tell) : at;
  }

  template <bool kKept>
  [[gnu::noinline]] char* number(char* at) {
    std::string_view text;
    char* const end = scan_.number(at, text);
    if (end == nullptr) return nullptr;
    const std::optional<Number> found = read_number(text);
    if (!found) return scan_.stop(at, "a number that is too large or too long");
    return kKept ? told(end, [&] { return tell(document_, *found); }) : end;
  }

  // `at` once the document has been told of one more value.
  template <typename Tell>
  char* told(char* at, Tell tell) {
    if (at == nullptr) return nullptr;
    if (++values_ > kMaxValues) return too_many(at);
    return tell() ? at : nullptr;
  }

  // Into an object or array, past its bracket.
  char* enter(char* at) {
    if (++depth_ > kMaxDepth) return too_deep(at);
    return Scanner::skip_space(at + 1);
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

  static bool choose(const Selection& selection, std::string_view name, const Selection*& inside) {
    for (const Choice& choice : selection.choices) {
      if (!are_same(choice.name, name)) continue;
      inside = choice.inside;
      return choice.wanted;
    }
    return selection.others;
  }

  // Whether what is next is an object of a list that nobody wants, for its name. Only the usual way of
  // writing it is known; what looks different is kept.
  bool is_left_out(char* at, const Selection& selection) const {
    if (selection.lead.empty()) return false;
    const std::string_view found = scan_.string_behind(at, selection.lead);
    return found.data() != nullptr &&
           std::none_of(selection.among.begin(), selection.among.end(),
                        [found](std::string_view each) { return are_same(each, found); });
  }

  static rapidjson::SizeType size_of(std::string_view text) {
    return static_cast<rapidjson::SizeType>(text.size());
  }

  // Apart, as the bigger ones above are: what runs for each string is then short.
  [[gnu::noinline]] char* too_many(char* at) {
    return scan_.stop(at, "more than " + std::to_string(kMaxValues) + " values");
  }
  [[gnu::noinline]] char* too_deep(char* at) {
    return scan_.stop(at, "nested deeper than " + std::to_string(kMaxDepth) + " levels");
  }
  bool end_object(std::size_t base) {
    const std::span<std::string_view> own = std::span(names_).subspan(base);
    is_ambiguous_ = has_twice(own);
    if (is_ambiguous_ || !document_.EndObject(static_cast<rapidjson::SizeType>(own.size()))) return false;
    names_.resize(base);
    return true;
  }

  // On the way out: the names that lead to an object in which one stands twice.
  void leave_a_trace(std::string_view name) { path_.insert(0, std::string(".").append(name)); }
  std::string place() const {
    constexpr std::size_t kLongest = 200;
    return path_.empty() ? "the outermost object" : path_.substr(1, kLongest);
  }

  Scanner scan_;
  char* const text_;
  Document& document_;
  std::vector<std::string_view> names_;  // of the objects that are open
  std::size_t depth_ = 0;                // open objects and arrays
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
  // A NUL within would be taken for the end.
  if (const std::size_t nul = all.find('\0'); nul != std::string_view::npos) return invalid(nul, "a NUL");
  // In one pass, so that strings need not be looked at for it.
  if (const std::size_t valid = utf8::valid_length(all); valid != all.size()) {
    return invalid(valid, "not UTF-8");
  }
  // Room for the values that are not in their object yet, of a usual review.
  constexpr std::size_t kStack = std::size_t{8} << 10;
  Document document(nullptr, kStack);
  Status status;
  const auto generate = [&](Document& target) {
    status = Reader(text, target).read(selection);
    return status.has_value();
  };
  document.Populate(generate);
  if (!status) return tl::unexpected<Error>(std::move(status).error());
  return document;
}

}  // namespace connected_registry::json
