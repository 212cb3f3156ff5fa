// Builds a tree of values from the events of yaml-cpp. Internal to yaml_reader.cc.
#pragma once

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/mark.h>

#include <cstddef>
#include <exception>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "values/node.h"
#include "values/source_text.h"

namespace connected_registry::values {

// Ends the parse from within an event; caught where the parser is called.
struct BuildError : std::exception {
  explicit BuildError(Problem what) : problem(std::move(what)) {}
  const char* what() const noexcept override { return problem.message.c_str(); }

  Problem problem;
};

// One document. `nodes` counts on from document to document of a file.
class YamlBuilder : public YAML::EventHandler {
 public:
  // `text`: the document's, which must outlive it. `lines_before`: of the file, before this document.
  YamlBuilder(std::string_view text, int source, int lines_before, std::size_t& nodes)
      : text_(text), source_(source), lines_before_(lines_before), nodes_(nodes) {}

  Node take() { return std::move(root_); }

  // yaml-cpp's names.
  // NOLINTBEGIN(readability-identifier-naming)
  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override;
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override;
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override;
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value style) override;
  void OnSequenceEnd() override;
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value style) override;
  void OnMapEnd() override;
  // NOLINTEND(readability-identifier-naming)

 private:
  struct Key {
    std::string name;
    SourceLocation at;
    bool merge = false;  // "<<": the value's members become the map's own
  };
  // A list or a map that has begun.
  struct Frame {
    Node node;
    YAML::anchor_t anchor = 0;
    bool block = false;
    std::optional<Key> key;  // of a map: the one whose value comes next
    std::vector<Member> members;
  };
  // A value that is whole. `text` is a scalar's own.
  struct Whole {
    Node node;
    YAML::anchor_t anchor = 0;
    std::string text;
    bool merge = false;
    bool alias = false;
  };

  SourceLocation position(const YAML::Mark& mark) const;
  void begin(const YAML::Mark& mark, YAML::anchor_t anchor, Node::Kind kind, YAML::EmitterStyle::value style);
  void end();
  void complete(Whole whole);
  void take_key(Frame& frame, const Whole& whole);
  void take_member(Frame& frame, Whole whole);
  void merge(Frame& frame, const Whole& whole);
  void count(std::size_t more, const SourceLocation& at);

  std::string_view text_;
  int source_;
  int lines_before_;
  std::size_t& nodes_;
  Node root_;
  std::vector<Frame> frames_;
  std::map<YAML::anchor_t, Node> anchored_;
};

}  // namespace connected_registry::values
