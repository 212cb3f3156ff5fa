#include "base/json_in_place.h"

#include <rapidjson/error/en.h>
#include <rapidjson/reader.h>

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "base/json_in_place_stream.h"
#include "base/utf8.h"

namespace connected_registry::json {
namespace {

// Passes events on to a document, without those of members that are not wanted, and stops the parse at the
// caps.
class Selector {
 public:
  Selector(Document& document, const Selection& selection, bool has_escapes)
      : document_(document), inside_(&selection), has_escapes_(has_escapes) {}

  // Why the parse was stopped; empty where it was not.
  const std::string& reason() const { return reason_; }

  // NOLINTBEGIN(readability-identifier-naming): RapidJSON's names
  bool Null() {
    return value([&] { return document_.Null(); });
  }
  bool Bool(bool it) {
    return value([&] { return document_.Bool(it); });
  }
  bool Int(int it) {
    return value([&] { return document_.Int(it); });
  }
  bool Uint(unsigned it) {
    return value([&] { return document_.Uint(it); });
  }
  bool Int64(std::int64_t it) {
    return value([&] { return document_.Int64(it); });
  }
  bool Uint64(std::uint64_t it) {
    return value([&] { return document_.Uint64(it); });
  }
  bool Double(double it) {
    return value([&] { return document_.Double(it); });
  }
  bool RawNumber(const char* text, rapidjson::SizeType length, bool copy) {
    return value([&] { return document_.RawNumber(text, length, copy); });
  }
  bool String(const char* text, rapidjson::SizeType length, bool copy) {
    return is_text(text, length) && value([&] { return document_.String(text, length, copy); });
  }
  bool StartObject() { return enter() && (skipping() || document_.StartObject()); }
  bool Key(const char* text, rapidjson::SizeType length, bool copy) {
    if (!is_text(text, length)) return false;
    if (skipping()) return true;
    Level& level = levels_[depth_];
    inside_ = nullptr;
    if (level.selection != nullptr && !choose(*level.selection, {text, length})) {
      skipped_from_ = depth_ + 1;
      ++level.left_out;
      return true;
    }
    return count() && document_.Key(text, length, copy);
  }
  bool EndObject(rapidjson::SizeType members) {
    if (!skipping() && !document_.EndObject(members - levels_[depth_].left_out)) return false;
    close();
    return true;
  }
  bool StartArray() { return enter() && (skipping() || document_.StartArray()); }
  bool EndArray(rapidjson::SizeType count) {
    if (!skipping() && !document_.EndArray(count)) return false;
    close();
    return true;
  }
  // NOLINTEND(readability-identifier-naming)

 private:
  // Inside, or at, a member that is not wanted.
  bool skipping() const { return skipped_from_ != 0; }

  template <typename Pass>
  bool value(Pass pass) {
    if (!skipping()) return count() && pass();
    end_skipped();
    return true;
  }
  // A value has ended; where it was the member's own, what follows is wanted again.
  void end_skipped() {
    if (skipped_from_ == depth_ + 1) skipped_from_ = 0;
  }
  // Whether the member is wanted; what it holds is then selected by inside_.
  bool choose(const Selection& selection, std::string_view name) {
    for (const Choice& choice : selection.choices) {
      if (!are_same(choice.name, name)) continue;
      inside_ = choice.inside;
      return choice.wanted;
    }
    return selection.others;
  }
  bool enter() {
    if (++depth_ > kMaxDepth) return too_deep();
    if (skipping()) return true;
    levels_[depth_] = {.selection = inside_, .left_out = 0};
    return count();
  }
  void close() {
    --depth_;
    if (skipping()) return end_skipped();
    inside_ = levels_[depth_].selection;  // the next one of a list
  }
  // RapidJSON lets the escape of the second half of a character pass alone.
  bool is_text(const char* text, rapidjson::SizeType length) {
    if (!has_escapes_ || utf8::valid_length({text, length}) == length) return true;
    return stop("an escape that is half a character");
  }
  bool count() { return ++values_ <= kMaxValues || too_many(); }
  // Apart from where they are found, which is thus short.
  [[gnu::noinline]] bool too_deep() {
    return stop("nested deeper than " + std::to_string(kMaxDepth) + " levels");
  }
  [[gnu::noinline]] bool too_many() { return stop("more than " + std::to_string(kMaxValues) + " values"); }
  bool stop(std::string reason) {
    reason_ = std::move(reason);
    return false;
  }

  // An open object or array.
  struct Level {
    const Selection* selection = nullptr;
    rapidjson::SizeType left_out = 0;  // members
  };

  Document& document_;
  const Selection* inside_;  // of the value that comes next; nullptr: all
  const bool has_escapes_;
  std::string reason_;
  std::size_t depth_ = 0;         // open objects and arrays
  std::size_t skipped_from_ = 0;  // the depth that a skipped member's content has; 0: none is skipped
  std::size_t values_ = 0;
  std::array<Level, kMaxDepth + 1> levels_{};
};

// Apart, so that what runs for each object is short.
[[gnu::noinline]] bool has_twice_among_many(const Value& object) {
  std::vector<std::string_view> names;
  names.reserve(object.MemberCount());
  for (auto member = object.MemberBegin(); member != object.MemberEnd(); ++member) {
    names.push_back(view(member->name));
  }
  std::sort(names.begin(), names.end());
  return std::adjacent_find(names.begin(), names.end()) != names.end();
}

bool has_twice(const Value& object) {
  constexpr rapidjson::SizeType kFew = 12;
  if (object.MemberCount() > kFew) return has_twice_among_many(object);
  const auto begin = object.MemberBegin();
  for (auto left = begin; left != object.MemberEnd(); ++left) {
    for (auto right = begin; right != left; ++right) {
      if (are_same(view(left->name), view(right->name))) return true;
    }
  }
  return false;
}

bool is_container(const Value& value) {
  return value.IsObject() || value.IsArray();
}

// True where a name stands twice in one of the objects.
bool is_ambiguous(const Value& value) {
  if (value.IsArray()) {
    return std::any_of(value.Begin(), value.End(),
                       [](const Value& entry) { return is_container(entry) && is_ambiguous(entry); });
  }
  if (has_twice(value)) return true;
  return std::any_of(value.MemberBegin(), value.MemberEnd(), [](const auto& member) {
    return is_container(member.value) && is_ambiguous(member.value);
  });
}

// The names that lead to that object, each with a dot before it.
std::string path_of_ambiguous(const Value& value) {
  const auto is_it = [](const Value& each) { return is_container(each) && is_ambiguous(each); };
  if (value.IsArray()) return path_of_ambiguous(*std::find_if(value.Begin(), value.End(), is_it));
  if (has_twice(value)) return {};
  const auto member = std::find_if(value.MemberBegin(), value.MemberEnd(),
                                   [&](const auto& each) { return is_it(each.value); });
  return std::string(".").append(view(member->name)).append(path_of_ambiguous(member->value));
}

tl::unexpected<Error> invalid(std::size_t offset, std::string_view reason) {
  return fail(ErrorCode::kInvalidArgument,
              "not valid JSON at byte " + std::to_string(offset) + ": " + std::string(reason));
}

}  // namespace

Result<Document> parse_in_place(std::span<char> text, const Selection& selection) {
  const std::string_view all(text.data(), text.size());
  // RapidJSON takes a NUL for the end of the text.
  if (const std::size_t nul = all.find('\0'); nul != std::string_view::npos) return invalid(nul, "a NUL");
  // One pass that is quicker than RapidJSON's own check of each string.
  if (const std::size_t valid = utf8::valid_length(all); valid != all.size())
    return invalid(valid, "not UTF-8");
  // Room for the values that are not in their object yet, of a usual review.
  constexpr std::size_t kStack = std::size_t{8} << 10;
  Document document(nullptr, kStack);
  rapidjson::ParseResult outcome;
  std::string stopped;
  const auto generate = [&](Document& target) {
    Selector handler(target, selection, all.find("\\u") != std::string_view::npos);
    InPlaceStream input(text.data());
    rapidjson::Reader reader;
    // Recursive, which is quicker: the handler stops it at kMaxDepth.
    outcome = reader.Parse<rapidjson::kParseInsituFlag | rapidjson::kParseFullPrecisionFlag>(input, handler);
    stopped = handler.reason();
    return !outcome.IsError();
  };
  document.Populate(generate);
  if (outcome.IsError()) {
    return invalid(outcome.Offset(), stopped.empty() ? rapidjson::GetParseError_En(outcome.Code()) : stopped);
  }
  if (is_container(document) && is_ambiguous(document)) {
    constexpr std::size_t kLongest = 200;
    const std::string path = path_of_ambiguous(document);
    return fail(
        ErrorCode::kInvalidArgument,
        "a name stands twice in " + (path.empty() ? "the outermost object" : path.substr(1, kLongest)));
  }
  return document;
}

}  // namespace connected_registry::json
