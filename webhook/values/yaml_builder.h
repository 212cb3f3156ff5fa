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

// Stops the parser from inside an event. The caller of the parser catches it.
struct BuildError : std::exception {
  explicit BuildError(Problem what) : problem(std::move(what)) {}
  const char* what() const noexcept override { return problem.message.c_str(); }

  Problem problem;
};

// Builds the tree of one document.
class YamlBuilder : public YAML::EventHandler {
 public:
  // `text` is the text of the document and must outlive the builder. `lines_before` is the number of lines
  // of the file before this document. `nodes` is the number of values in the file so far; the builder
  // increases it.
  YamlBuilder(std::string_view text, int source, int lines_before, std::size_t& nodes)
      : text_(text), source_(source), lines_before_(lines_before), nodes_(nodes) {}

  Node take() { return std::move(root_); }

  // yaml-cpp defines these names.
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
    bool merge = false;  // "<<": the members of the value become members of the map
  };
  // A list or a map that is not complete yet.
  struct Frame {
    Node node;
    YAML::anchor_t anchor = 0;
    bool block = false;
    std::optional<Key> key;  // key of a map; its value follows
    std::vector<Member> members;
  };
  // A complete value. `text` is the text of a scalar as written.
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
