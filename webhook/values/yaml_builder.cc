#include "values/yaml_builder.h"

#include <algorithm>
#include <utility>

#include "values/scalar.h"

namespace connected_registry::values {
namespace {

[[noreturn]] void stop(const SourceLocation& at, std::string message) {
  throw BuildError(Problem{at.line, at.column, std::move(message)});
}

std::string too_deep() {
  return "nested deeper than " + std::to_string(kMaxDepth) + " levels";
}

std::string_view view(const yaml_char_t* text) {
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): libyaml's type for bytes
  return text == nullptr ? std::string_view() : reinterpret_cast<const char*>(text);
}

std::size_t size_of(const Node& node) {
  std::size_t size = 1;
  for (const Node& each : node.list) size += size_of(each);
  for (const Member& each : node.map) size += size_of(each.value);
  return size;
}

std::size_t depth_of(const Node& node) {
  std::size_t depth = 0;
  for (const Node& each : node.list) depth = std::max(depth, depth_of(each));
  for (const Member& each : node.map) depth = std::max(depth, depth_of(each.value));
  return depth + (node.is_list() || node.is_map() ? 1 : 0);
}

// Returns true if a text in double quotes, as written, has the escape \/ of JSON.
bool escapes_a_slash(std::string_view written) {
  for (std::size_t at = written.find('\\'); at != std::string_view::npos; at = written.find('\\', at + 2)) {
    if (written.substr(at + 1).starts_with('/')) return true;
  }
  return false;
}

}  // namespace

void CharacterCursor::move_to(std::size_t character) {
  const auto continues = [this] {
    constexpr unsigned kMask = 0xC0;
    constexpr unsigned kContinuation = 0x80;
    return offset_ < text_.size() && (static_cast<unsigned char>(text_[offset_]) & kMask) == kContinuation;
  };
  while (character_ < character && offset_ < text_.size()) {
    if (text_[offset_] == '\n') line_begin_ = offset_ + 1;
    ++offset_;
    while (continues()) ++offset_;
    ++character_;
  }
  while (character_ > character) {
    --offset_;
    while (continues()) --offset_;
    --character_;
  }
  if (offset_ < line_begin_) line_begin_ = text_.substr(0, offset_).rfind('\n') + 1;  // npos + 1 is 0
}

SourceLocation YamlBuilder::position(const yaml_mark_t& mark) {
  cursor_.move_to(mark.index);
  return {options_.source, static_cast<int>(mark.line) + 1 + document_.lines_before,
          static_cast<int>(cursor_.column()) + 1};
}

void YamlBuilder::count(std::size_t more, const SourceLocation& at) {
  nodes_ += more;
  if (nodes_ > options_.max_values) {
    stop(at, "it holds more than " + std::to_string(options_.max_values) +
                 " values, those that aliases stand for included");
  }
}

void YamlBuilder::take(const yaml_event_t& event) {
  switch (event.type) {
    case YAML_ALIAS_EVENT:
      return take_alias(event);
    case YAML_SCALAR_EVENT:
      return take_scalar(event);
    case YAML_SEQUENCE_START_EVENT: {
      const auto& start = event.data.sequence_start;
      check_tag(event, start.tag);
      return begin(event, start.anchor, Node::Kind::kList, start.style == YAML_BLOCK_SEQUENCE_STYLE);
    }
    case YAML_MAPPING_START_EVENT: {
      const auto& start = event.data.mapping_start;
      check_tag(event, start.tag);
      return begin(event, start.anchor, Node::Kind::kMap, start.style == YAML_BLOCK_MAPPING_STYLE);
    }
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT:
      return end();
    default:
      return;
  }
}

YamlBuilder::AnchorName YamlBuilder::begin_anchor(const yaml_char_t* name) {
  if (name == nullptr) return {};
  AnchorName anchor{.name = std::string(view(name)), .number = ++anchors_};
  anchored_[anchor.name] = {.number = anchor.number, .whole = std::nullopt};
  return anchor;
}

void YamlBuilder::take_alias(const yaml_event_t& event) {
  const SourceLocation at = position(event.start_mark);
  const std::string_view name = view(event.data.alias.anchor);
  const auto found = anchored_.find(name);
  if (found == anchored_.end()) {
    stop(at, "an alias here (a word that begins with *) stands for nothing; a text needs quotes");
  }
  if (!found->second.whole) stop(at, "an alias here is part of what it stands for");
  const Node& node = found->second.whole->node;
  count(size_of(node), at);
  if (frames_.size() + depth_of(node) > kMaxDepth) stop(at, too_deep());
  Whole whole = *found->second.whole;
  whole.anchor = {};
  whole.node.at = at;
  whole.alias = true;
  complete(std::move(whole));
}

// Refuses a tag that ends at a comma or a bracket. Go takes them for a part of the tag.
void YamlBuilder::check_tag(const yaml_event_t& event, const yaml_char_t* tag) {
  if (tag == nullptr || frames_.empty() || frames_.back().block) return;
  cursor_.move_to(event.start_mark.index);
  std::string_view rest = document_.text.substr(cursor_.offset());
  rest.remove_prefix(std::min(rest.find('!'), rest.size()));
  const std::string_view written = rest.substr(0, rest.find_first_of(" \t\n"));
  if (!written.starts_with("!<") && written.find_first_of(",[]{}") != std::string_view::npos) {
    stop(position(event.start_mark), "a tag here needs a space after it");
  }
}

// Refuses two scalars that libyaml reads, but its translation to Go does not.
void YamlBuilder::check_scalar(const yaml_event_t& event, std::string_view value) {
  const yaml_scalar_style_t style = event.data.scalar.style;
  const bool in_flow = !frames_.empty() && !frames_.back().block;
  if (style == YAML_PLAIN_SCALAR_STYLE && in_flow && value.find('?') != std::string_view::npos) {
    stop(position(event.start_mark), "a text with a ? needs quotes within { } or [ ]");
  }
  if (style != YAML_DOUBLE_QUOTED_SCALAR_STYLE) return;
  cursor_.move_to(event.start_mark.index);
  const std::size_t begin = cursor_.offset();
  cursor_.move_to(event.end_mark.index);
  if (escapes_a_slash(document_.text.substr(begin, cursor_.offset() - begin))) {
    stop(position(event.start_mark), "a text here has the escape \\/, which only JSON has: write /");
  }
}

void YamlBuilder::take_scalar(const yaml_event_t& event) {
  const auto& scalar = event.data.scalar;
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): libyaml's type for bytes
  const std::string value(reinterpret_cast<const char*>(scalar.value), scalar.length);
  check_scalar(event, value);
  check_tag(event, scalar.tag);
  const bool plain = scalar.style == YAML_PLAIN_SCALAR_STYLE;
  const std::string_view tag = scalar.tag != nullptr ? view(scalar.tag) : plain ? "?" : "!";
  Whole whole;
  Result<Node> node = resolve_scalar(tag, value, options_.numbers);
  if (!node) stop(position(event.start_mark), std::move(node.error().message));
  whole.node = std::move(*node);
  whole.node.at = position(event.start_mark);
  whole.anchor = begin_anchor(scalar.anchor);
  whole.merge = value == "<<" && (tag == "?" || tag == "tag:yaml.org,2002:merge");
  whole.text = value;
  complete(std::move(whole));
}

void YamlBuilder::begin(const yaml_event_t& event, const yaml_char_t* anchor, Node::Kind kind, bool block) {
  Frame frame;
  frame.node.kind = kind;
  frame.node.at = position(event.start_mark);
  frame.anchor = begin_anchor(anchor);
  frame.block = block;
  if (frames_.size() == kMaxDepth) stop(frame.node.at, too_deep());
  frames_.push_back(std::move(frame));
}

void YamlBuilder::end() {
  Frame frame = std::move(frames_.back());
  frames_.pop_back();
  if (frame.node.is_map()) set_members(frame.node, std::move(frame.members));
  Whole whole;
  whole.node = std::move(frame.node);
  whole.anchor = std::move(frame.anchor);
  complete(std::move(whole));
}

void YamlBuilder::complete(Whole whole) {
  count(1, whole.node.at);
  // A later anchor with the same name may be inside of the value.
  if (!whole.anchor.name.empty() && anchored_[whole.anchor.name].number == whole.anchor.number) {
    count(size_of(whole.node), whole.node.at);
    anchored_[whole.anchor.name].whole = whole;
  }
  if (frames_.empty()) {
    root_ = std::move(whole.node);
    return;
  }
  Frame& frame = frames_.back();
  if (frame.node.is_list()) {
    frame.node.list.push_back(std::move(whole.node));
  } else if (!frame.key) {
    take_key(frame, whole);
  } else {
    take_member(frame, std::move(whole));
  }
}

void YamlBuilder::take_key(Frame& frame, const Whole& whole) {
  Result<std::string> name = member_name(whole.node, whole.text);
  if (!name) stop(whole.node.at, std::move(name.error().message));
  frame.key = Key{.name = std::move(*name), .at = whole.node.at, .merge = whole.merge && !whole.alias};
}

void YamlBuilder::take_member(Frame& frame, Whole whole) {
  const Key key = std::move(*frame.key);
  frame.key.reset();
  if (key.merge) return merge(frame, whole);
  frame.members.push_back({.name = key.name, .at = key.at, .value = std::move(whole.node)});
}

// Members are sorted out when the map ends: what comes later wins, of a merged list what comes first.
void YamlBuilder::merge(Frame& frame, const Whole& whole) {
  constexpr const char* kWanted = "what << merges is neither a map nor a list of maps";
  if (whole.node.is_map()) {
    frame.members.insert(frame.members.end(), whole.node.map.begin(), whole.node.map.end());
    return;
  }
  if (!whole.node.is_list() || whole.alias) stop(whole.node.at, kWanted);
  for (auto each = whole.node.list.rbegin(); each != whole.node.list.rend(); ++each) {
    if (!each->is_map()) stop(each->at, kWanted);
    frame.members.insert(frame.members.end(), each->map.begin(), each->map.end());
  }
}

}  // namespace connected_registry::values
