#include "values/yaml_builder.h"

#include <utility>

#include "values/scalar.h"
#include "values/yaml_reader.h"

namespace connected_registry::values {
namespace {

[[noreturn]] void stop(const SourceLocation& at, std::string message) {
  throw BuildError(Problem{at.line, at.column, std::move(message)});
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

}  // namespace

SourceLocation YamlBuilder::position(const YAML::Mark& mark) const {
  return {source_, mark.line + 1 + lines_before_, mark.column + 1};
}

void YamlBuilder::count(std::size_t more, const SourceLocation& at) {
  nodes_ += more;
  if (nodes_ > kMaxNodes) {
    stop(at, "it holds more than " + std::to_string(kMaxNodes) +
                 " values, those that aliases stand for included");
  }
}

void YamlBuilder::OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) {
  Whole whole;
  whole.node.at = position(mark);
  whole.anchor = anchor;
  // yaml-cpp takes a line without a colon for a key without a value; helm does not.
  if (!frames_.empty() && frames_.back().block && frames_.back().key &&
      frames_.back().key->at.line == whole.node.at.line &&
      frames_.back().key->at.column == whole.node.at.column) {
    stop(whole.node.at, "a key here has no colon after it");
  }
  const char here = mark.pos >= 0 && static_cast<std::size_t>(mark.pos) < text_.size()
                        ? text_[static_cast<std::size_t>(mark.pos)]
                        : ' ';
  // So it takes a document that begins with what cannot begin one for an empty one.
  if (frames_.empty() && std::string_view(",.]}:?-").find(here) != std::string_view::npos) {
    stop(whole.node.at, "nothing may begin with this");
  }
  // And [a,,b] for three entries.
  if (!frames_.empty() && frames_.back().node.is_list() && !frames_.back().block &&
      (here == ',' || here == ']')) {
    stop(whole.node.at, "an entry is missing before this comma");
  }
  complete(std::move(whole));
}

void YamlBuilder::OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) {
  const SourceLocation at = position(mark);
  const auto found = anchored_.find(anchor);
  if (found == anchored_.end()) stop(at, "an alias here is part of what it stands for");
  count(size_of(found->second), at);
  if (frames_.size() + depth_of(found->second) > kMaxDepth) {
    stop(at, "nested deeper than " + std::to_string(kMaxDepth) + " levels");
  }
  Whole whole;
  whole.node = found->second;
  whole.node.at = at;
  whole.text = whole.node.text;
  whole.alias = true;
  complete(std::move(whole));
}

void YamlBuilder::OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                           const std::string& value) {
  Whole whole;
  Result<Node> node = resolve_scalar(tag, value);
  if (!node) stop(position(mark), std::move(node.error().message));
  whole.node = std::move(*node);
  whole.node.at = position(mark);
  whole.anchor = anchor;
  whole.text = value;
  whole.merge = value == "<<" && (tag == "?" || tag == "tag:yaml.org,2002:merge");
  complete(std::move(whole));
}

void YamlBuilder::begin(const YAML::Mark& mark, YAML::anchor_t anchor, Node::Kind kind,
                        YAML::EmitterStyle::value style) {
  Frame frame;
  frame.node.kind = kind;
  frame.node.at = position(mark);
  frame.anchor = anchor;
  frame.block = style == YAML::EmitterStyle::Block;
  if (frames_.size() == kMaxDepth) {
    stop(frame.node.at, "nested deeper than " + std::to_string(kMaxDepth) + " levels");
  }
  frames_.push_back(std::move(frame));
}

void YamlBuilder::OnSequenceStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                                  YAML::EmitterStyle::value style) {
  begin(mark, anchor, Node::Kind::kList, style);
}

void YamlBuilder::OnMapStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                             YAML::EmitterStyle::value style) {
  begin(mark, anchor, Node::Kind::kMap, style);
}

void YamlBuilder::OnSequenceEnd() {
  end();
}

void YamlBuilder::OnMapEnd() {
  end();
}

void YamlBuilder::end() {
  Frame frame = std::move(frames_.back());
  frames_.pop_back();
  if (frame.node.is_map()) set_members(frame.node, std::move(frame.members));
  Whole whole;
  whole.node = std::move(frame.node);
  whole.anchor = frame.anchor;
  complete(std::move(whole));
}

void YamlBuilder::complete(Whole whole) {
  count(1, whole.node.at);
  if (whole.anchor != YAML::NullAnchor) {
    count(size_of(whole.node), whole.node.at);
    anchored_[whole.anchor] = whole.node;
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
  frame.key = Key{.name = std::move(*name), .at = whole.node.at, .merge = whole.merge};
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
