// Builds a tree of values from the events of libyaml. Internal to yaml_reader.cc.
#pragma once

#include <yaml.h>

#include <cstddef>
#include <exception>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "values/node.h"
#include "values/source_text.h"
#include "values/yaml_document.h"

namespace connected_registry::values {

// Stops the builder from inside an event. read_document() catches it.
struct BuildError : std::exception {
  explicit BuildError(Problem what) : problem(std::move(what)) {}
  const char* what() const noexcept override { return problem.message.c_str(); }

  Problem problem;
};

// Converts positions in characters, which libyaml counts, to offsets in bytes. It is fast if each position is
// near the one before it.
class CharacterCursor {
 public:
  // `text` must be UTF-8 and must outlive the cursor.
  explicit CharacterCursor(std::string_view text) : text_(text) {}

  // Moves to the character with this number. Characters count from 0.
  void move_to(std::size_t character);
  std::size_t offset() const { return offset_; }
  // Returns the number of bytes between the beginning of the line and the character.
  std::size_t column() const { return offset_ - line_begin_; }

 private:
  std::string_view text_;
  std::size_t character_ = 0;
  std::size_t offset_ = 0;
  std::size_t line_begin_ = 0;
};

// Builds the tree of one document.
class YamlBuilder {
 public:
  // `document` and `options` must outlive the builder. `nodes` is the number of values in the file so far;
  // the builder increases it.
  YamlBuilder(const DocumentText& document, const ReadOptions& options, std::size_t& nodes)
      : document_(document), options_(options), nodes_(nodes), cursor_(document.text) {}

  // Takes the next event of the document. Throws BuildError if the document has no such tree.
  void take(const yaml_event_t& event);

  Node root() { return std::move(root_); }

 private:
  struct Key {
    std::string name;
    SourceLocation at;
    bool merge = false;  // "<<": the members of the value become members of the map
  };
  struct AnchorName {
    std::string name;        // empty: no anchor
    std::size_t number = 0;  // of the anchors in the document
  };
  // A list or a map that is not complete yet.
  struct Frame {
    Node node;
    AnchorName anchor;
    bool block = false;
    std::optional<Key> key;  // key of a map; its value follows
    std::vector<Member> members;
  };
  // A complete value. `text` is the text of a scalar as written.
  struct Whole {
    Node node;
    AnchorName anchor;
    std::string text;
    bool merge = false;
    bool alias = false;
  };

  // The value of the last anchor with a name. There is no value before it is complete.
  struct Anchored {
    std::size_t number = 0;
    std::optional<Whole> whole;
  };

  AnchorName begin_anchor(const yaml_char_t* name);
  SourceLocation position(const yaml_mark_t& mark);
  void take_alias(const yaml_event_t& event);
  void take_scalar(const yaml_event_t& event);
  void check_tag(const yaml_event_t& event, const yaml_char_t* tag);
  void check_scalar(const yaml_event_t& event, std::string_view value);
  void begin(const yaml_event_t& event, const yaml_char_t* anchor, Node::Kind kind, bool block);
  void end();
  void complete(Whole whole);
  void take_key(Frame& frame, const Whole& whole);
  void take_member(Frame& frame, Whole whole);
  void merge(Frame& frame, const Whole& whole);
  void count(std::size_t more, const SourceLocation& at);

  const DocumentText& document_;
  const ReadOptions& options_;
  std::size_t& nodes_;
  CharacterCursor cursor_;
  Node root_;
  std::vector<Frame> frames_;
  std::map<std::string, Anchored, std::less<>> anchored_;
  std::size_t anchors_ = 0;
};

}  // namespace connected_registry::values
