#include "values/json_reader.h"

#include <string>
#include <utility>
#include <vector>

#include "base/json.h"
#include "values/scalar.h"

namespace connected_registry::values {
namespace {

class TreeBuilder : public json::Visitor {
 public:
  TreeBuilder(std::string_view text, int source) : text_(text), source_(source) {}

  Node take() { return std::move(root_); }

  void null(std::size_t offset) override { add({}, offset); }
  void boolean(bool value, std::size_t offset) override {
    Node node;
    node.kind = Node::Kind::kBool;
    node.truth = value;
    add(std::move(node), offset);
  }
  void number(const json::Number& value, std::size_t offset) override {
    add(number_value(value, NumberForm::kHelm), offset);
  }
  void string(std::string_view value, std::size_t offset) override {
    add(Node::of_text(std::string(value), {}), offset);
  }
  void begin_object(std::size_t offset) override { begin(Node::Kind::kMap, offset); }
  void key(std::string_view name, std::size_t offset) override {
    open_.back().members.push_back({.name = std::string(name), .at = location(offset), .value = {}});
  }
  void end_object() override { end(); }
  void begin_array(std::size_t offset) override { begin(Node::Kind::kList, offset); }
  void end_array() override { end(); }

 private:
  // A list or a map that is not complete yet.
  struct Frame {
    Node node;
    std::vector<Member> members;
  };

  // Offsets increase from call to call.
  SourceLocation location(std::size_t offset) {
    for (; counted_ < offset; ++counted_) {
      if (text_[counted_] != '\n') continue;
      ++line_;
      line_begin_ = counted_ + 1;
    }
    return {source_, line_, static_cast<int>(offset - line_begin_) + 1};
  }

  void begin(Node::Kind kind, std::size_t offset) {
    Frame frame;
    frame.node.kind = kind;
    frame.node.at = location(offset);
    open_.push_back(std::move(frame));
  }

  void end() {
    Frame frame = std::move(open_.back());
    open_.pop_back();
    if (frame.node.is_map()) set_members(frame.node, std::move(frame.members));
    put(std::move(frame.node));
  }

  void add(Node node, std::size_t offset) {
    node.at = location(offset);
    put(std::move(node));
  }

  void put(Node node) {
    if (open_.empty()) {
      root_ = std::move(node);
    } else if (open_.back().node.is_list()) {
      open_.back().node.list.push_back(std::move(node));
    } else {
      open_.back().members.back().value = std::move(node);
    }
  }

  std::string_view text_;
  int source_;
  std::size_t counted_ = 0;
  int line_ = 1;
  std::size_t line_begin_ = 0;
  Node root_;
  std::vector<Frame> open_;
};

}  // namespace

tl::expected<Node, Problem> read_json(std::string_view text, int source) {
  TreeBuilder builder(text, source);
  if (const Status status = json::visit(text, builder); !status) {
    return tl::unexpected(Problem{0, 0, status.error().message});
  }
  Node root = builder.take();
  if (root.is_map()) return root;
  return tl::unexpected(Problem{root.at.line, root.at.column, "it is no JSON object of keys and values"});
}

}  // namespace connected_registry::values
