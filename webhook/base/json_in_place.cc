#include "base/json_in_place.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

#include "base/utf8.h"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace connected_registry::json {
namespace {

constexpr char kQuote = '"';
constexpr char kBackslash = '\\';
constexpr unsigned kLastControl = 0x1F;

// The first character from `at` on that is not simply part of a string: a quote, a backslash, a control
// character. There is one: the NUL behind the text.
char* plain_end(char* at) {
#if defined(__SSE2__)
  constexpr std::size_t kBlock = 16;
  static_assert(kBlock <= kInPlacePadding);
  for (;; at += kBlock) {
    const __m128i block = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
    const __m128i quote = _mm_cmpeq_epi8(block, _mm_set1_epi8(kQuote));
    const __m128i backslash = _mm_cmpeq_epi8(block, _mm_set1_epi8(kBackslash));
    const __m128i control = _mm_cmpeq_epi8(_mm_min_epu8(block, _mm_set1_epi8(kLastControl)), block);
    const int ends = _mm_movemask_epi8(_mm_or_si128(_mm_or_si128(quote, backslash), control));
    if (ends != 0) return at + __builtin_ctz(static_cast<unsigned>(ends));
  }
#else
  while (*at != kQuote && *at != kBackslash && static_cast<unsigned char>(*at) > kLastControl) ++at;
  return at;
#endif
}

bool is_digit(char character) {
  return character >= '0' && character <= '9';
}

// The value of four hexadecimal digits, or -1.
int four_hex_digits(const char* at) {
  constexpr unsigned kBase = 16;
  unsigned out = 0;
  const char* const end = at + 4;
  for (; at != end; ++at) {
    const char lower = static_cast<char>(*at | 0x20);
    if (is_digit(*at)) {
      out = out * kBase + static_cast<unsigned>(*at - '0');
    } else if (lower >= 'a' && lower <= 'f') {
      out = out * kBase + static_cast<unsigned>(lower - 'a') + 10;
    } else {
      return -1;
    }
  }
  return static_cast<int>(out);
}

// What a backslash and this character stand for; NUL for none, or for one that takes more than this.
char simple_escape(char character) {
  switch (character) {
    case kQuote:
    case kBackslash:
    case '/':
      return character;
    case 'b':
      return '\b';
    case 'f':
      return '\f';
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    default:
      return '\0';
  }
}

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
  Reader(std::span<char> text, Document& document)
      : begin_(text.data()), end_(text.data() + text.size()), at_(text.data()), document_(document) {}

  Status read(const Selection& selection) {
    skip_space();
    if (value(&selection, true)) {
      skip_space();
      if (at_ == end_) return {};
      stop("something after the document");
    }
    if (is_ambiguous_) return fail(ErrorCode::kInvalidArgument, "a name stands twice in " + place());
    return fail(ErrorCode::kInvalidArgument,
                "not valid JSON at byte " + std::to_string(at_ - begin_) + ": " + reason_);
  }

 private:
  // Each of these reads what is at at_, and tells the document where it is `kept`; false where it stopped.
  bool value(const Selection* selection, bool kept) {
    switch (*at_) {
      case '{':
        return object(selection, kept);
      case '[':
        return array(selection, kept);
      case kQuote: {
        std::string_view text;
        return string(text) && (!kept || (count() && document_.String(text.data(), size_of(text), false)));
      }
      case 't':
        return word("true") && (!kept || (count() && document_.Bool(true)));
      case 'f':
        return word("false") && (!kept || (count() && document_.Bool(false)));
      case 'n':
        return word("null") && (!kept || (count() && document_.Null()));
      default:
        return number(kept);
    }
  }

  [[gnu::noinline]] bool object(const Selection* selection, bool kept) {
    if (!enter() || (kept && !(count() && document_.StartObject()))) return false;
    const std::size_t base = names_.size();
    if (*at_ == '}') return leave() && (!kept || end_object(base));
    for (;;) {
      if (*at_ != kQuote) return stop("an object's member does not begin with a name");
      std::string_view name;
      if (!string(name)) return false;
      skip_space();
      if (*at_ != ':') return stop("there is no colon behind a name");
      ++at_;
      skip_space();
      const Selection* inside = nullptr;
      const bool wanted = kept && (selection == nullptr || choose(*selection, name, inside));
      if (wanted && !key(name)) return false;
      if (!value(inside, wanted)) return leave_a_trace(name);
      skip_space();
      if (*at_ == '}') return leave() && (!kept || end_object(base));
      if (*at_ != ',') return stop("there is neither a comma nor a } behind a member of an object");
      ++at_;
      skip_space();
    }
  }

  [[gnu::noinline]] bool array(const Selection* selection, bool kept) {
    if (!enter() || (kept && !(count() && document_.StartArray()))) return false;
    rapidjson::SizeType entries = 0;
    if (*at_ == ']') return leave() && (!kept || document_.EndArray(entries));
    for (;;) {
      if (!value(selection, kept)) return false;
      ++entries;
      skip_space();
      if (*at_ == ']') return leave() && (!kept || document_.EndArray(entries));
      if (*at_ != ',') return stop("there is neither a comma nor a ] behind an entry of an array");
      ++at_;
      skip_space();
    }
  }

  bool string(std::string_view& out) {
    char* const begin = ++at_;
    at_ = plain_end(at_);
    if (*at_ != kQuote) return escaped_string(begin, out);
    out = {begin, static_cast<std::size_t>(at_ - begin)};
    *at_++ = '\0';
    return true;
  }

  // The rest of one that holds a backslash, or something that may not be.
  [[gnu::noinline]] bool escaped_string(char* begin, std::string_view& out) {
    for (char* target = at_;;) {
      if (*at_ == kQuote) {
        out = {begin, static_cast<std::size_t>(target - begin)};
        *target = '\0';
        ++at_;
        return true;
      }
      if (*at_ != kBackslash)
        return stop(at_ == end_ ? "a string has no end" : "a control character in a string");
      if (!escape(target)) return false;
      const char* const plain = at_;
      at_ = plain_end(at_);
      const auto length = static_cast<std::size_t>(at_ - plain);
      std::memmove(target, plain, length);
      target += length;
    }
  }

  bool escape(char*& target) {
    if (at_[1] == 'u') return escaped_character(target);
    const char simple = simple_escape(at_[1]);
    if (simple == '\0') return stop("an escape that there is not");
    *target++ = simple;
    at_ += 2;
    return true;
  }

  // \uXXXX, or two of them where a character takes two.
  bool escaped_character(char*& target) {
    constexpr std::ptrdiff_t kLength = 6;
    constexpr int kFirstHigh = 0xD800;
    constexpr int kFirstLow = 0xDC00;
    constexpr int kBehindLow = 0xE000;
    int code = four_hex_digits(at_ + 2);
    if (code < 0) return stop("an escape that there is not");
    if (code >= kFirstHigh && code < kBehindLow) {
      const bool two = code < kFirstLow && at_[kLength] == kBackslash && at_[kLength + 1] == 'u';
      const int low = two ? four_hex_digits(at_ + kLength + 2) : -1;
      if (low < kFirstLow || low >= kBehindLow) return stop("an escape that is half a character");
      code = 0x10000 + ((code - kFirstHigh) << 10) + (low - kFirstLow);
      at_ += kLength;
    }
    at_ += kLength;
    encode(static_cast<unsigned>(code), target);
    return true;
  }

  // As UTF-8, which is shorter than the escape.
  static void encode(unsigned code, char*& target) {
    constexpr unsigned kSixBits = 0x3F;
    const auto put = [&target](unsigned byte) { *target++ = static_cast<char>(byte); };
    if (code < 0x80) return put(code);
    if (code < 0x800) {
      put(0xC0U | code >> 6U);
    } else {
      if (code < 0x10000) {
        put(0xE0U | code >> 12U);
      } else {
        put(0xF0U | code >> 18U);
        put(0x80U | (code >> 12U & kSixBits));
      }
      put(0x80U | (code >> 6U & kSixBits));
    }
    put(0x80U | (code & kSixBits));
  }

  [[gnu::noinline]] bool word(std::string_view expected) {
    if (std::string_view(at_, static_cast<std::size_t>(end_ - at_)).substr(0, expected.size()) != expected) {
      return stop("no value");
    }
    at_ += expected.size();
    return true;
  }

  [[gnu::noinline]] bool number(bool kept) {
    constexpr std::ptrdiff_t kSafeDigits = 18;  // of 64 bits, with the sign
    char* const begin = at_;
    if (*at_ == '-') ++at_;
    if (*at_ == '0') {
      ++at_;
    } else if (!digits()) {
      return stop("no value");
    }
    const bool is_whole = *at_ != '.' && *at_ != 'e' && *at_ != 'E';
    if (is_whole && at_ - begin <= kSafeDigits) {
      std::int64_t whole = 0;
      if (kept) std::from_chars(begin, at_, whole);
      return !kept || (count() && whole_number(whole));
    }
    if (*at_ == '.') {
      ++at_;
      if (!digits()) return stop("a number ends in its point");
    }
    if (*at_ == 'e' || *at_ == 'E') {
      ++at_;
      if (*at_ == '+' || *at_ == '-') ++at_;
      if (!digits()) return stop("a number's exponent is missing");
    }
    return rare_number(begin, kept);
  }

  bool digits() {
    const char* const first = at_;
    while (is_digit(*at_)) ++at_;
    return at_ != first;
  }

  // Those with a fraction, an exponent or many digits, as the general parser reads them.
  bool rare_number(char* begin, bool kept) {
    const auto parsed = parse({begin, static_cast<std::size_t>(at_ - begin)});
    if (!parsed) {
      at_ = begin;
      return stop("a number that is too large");
    }
    return !kept || (count() && parsed->Accept(document_));
  }

  // By the narrowest type, as RapidJSON's reader does.
  bool whole_number(std::int64_t value) {
    if (value >= 0) return document_.Uint64(static_cast<std::uint64_t>(value));
    return document_.Int64(value);
  }

  void skip_space() {
    while (*at_ == ' ' || *at_ == '\n' || *at_ == '\r' || *at_ == '\t') ++at_;
  }

  // Into an object or array, past its bracket.
  bool enter() {
    if (++depth_ > kMaxDepth) return too_deep();
    ++at_;
    skip_space();
    return true;
  }
  bool leave() {
    --depth_;
    ++at_;
    return true;
  }

  static bool choose(const Selection& selection, std::string_view name, const Selection*& inside) {
    for (const Choice& choice : selection.choices) {
      if (!are_same(choice.name, name)) continue;
      inside = choice.inside;
      return choice.wanted;
    }
    return selection.others;
  }

  static rapidjson::SizeType size_of(std::string_view text) {
    return static_cast<rapidjson::SizeType>(text.size());
  }

  bool count() { return ++values_ <= kMaxValues || too_many(); }
  // Apart, as the bigger ones above are: what runs for each string is then short.
  [[gnu::noinline]] bool too_many() { return stop("more than " + std::to_string(kMaxValues) + " values"); }
  [[gnu::noinline]] bool too_deep() {
    return stop("nested deeper than " + std::to_string(kMaxDepth) + " levels");
  }
  bool key(std::string_view name) {
    names_.push_back(name);
    return count() && document_.Key(name.data(), size_of(name), false);
  }
  bool end_object(std::size_t base) {
    const std::span<std::string_view> own = std::span(names_).subspan(base);
    is_ambiguous_ = has_twice(own);
    if (is_ambiguous_ || !document_.EndObject(static_cast<rapidjson::SizeType>(own.size()))) return false;
    names_.resize(base);
    return true;
  }

  bool stop(std::string reason) {
    reason_ = std::move(reason);
    return false;
  }
  // On the way out: the names that lead to an object in which one stands twice.
  bool leave_a_trace(std::string_view name) {
    if (is_ambiguous_) path_.insert(0, std::string(".").append(name));
    return false;
  }
  std::string place() const {
    constexpr std::size_t kLongest = 200;
    return path_.empty() ? "the outermost object" : path_.substr(1, kLongest);
  }

  char* const begin_;
  char* const end_;
  char* at_;
  Document& document_;
  std::vector<std::string_view> names_;  // of the objects that are open
  std::size_t depth_ = 0;                // open objects and arrays
  std::size_t values_ = 0;
  std::string reason_;
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
