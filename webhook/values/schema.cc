#include "values/schema.h"

#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <exception>
#include <optional>
#include <regex>
#include <string>
#include <unordered_map>
#include <utility>
// Without exceptions, valijson aborts on a schema that it cannot parse. The macro is for this header alone:
// the adapter would change RapidJSON's assertions, which base/json.h has configured already.
#define VALIJSON_USE_EXCEPTIONS 1
#include <valijson/exceptions.hpp>
#undef VALIJSON_USE_EXCEPTIONS
#include <valijson/adapters/rapidjson_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validation_visitor.hpp>

#include "values/known_keys.h"
#include "values/node_value.h"

namespace connected_registry::values {
namespace {

using settings::Finding;
using settings::found;
using settings::SettingLocation;
using valijson::Subschema;
using Adapter = valijson::adapters::RapidJsonAdapter;
namespace constraints = valijson::constraints;

// valijson compares the entries pair by pair.
constexpr std::size_t kMostUniqueItems = 1000;

struct TypeName {
  std::string_view schema;
  std::string_view words;
};

constexpr std::array<TypeName, 6> kTypes{{
    {"string", "a string"},
    {"boolean", "true or false"},
    {"integer", "an integer"},
    {"number", "a number"},
    {"array", "a list"},
    {"object", "a map"},
}};

// Describes the types that a schema accepts, without null.
std::string types_of(const json::Value& schema) {
  const json::Value* const type = json::member(schema, "type");
  const auto accepts = [type](std::string_view name) {
    if (type == nullptr) return false;
    if (type->IsString()) return json::view(*type) == name;
    return type->IsArray() && std::any_of(type->Begin(), type->End(), [name](const json::Value& each) {
             return each.IsString() && json::view(each) == name;
           });
  };
  std::string words;
  for (const TypeName& each : kTypes) {
    if (accepts(each.schema)) words.append(words.empty() ? "" : " or ").append(each.words);
  }
  return words;
}

std::string keyword(const json::Value& schema, std::string_view name) {
  const json::Value* const value = json::member(schema, name);
  if (value == nullptr) return {};
  if (value->IsString()) return std::string(json::view(*value));
  if (!value->IsArray()) return json::to_text(*value);
  std::string words;
  for (const json::Value& each : value->GetArray()) {
    words.append(words.empty() ? "" : ", ");
    words.append(each.IsString() ? std::string(json::view(each)) : json::to_text(each));
  }
  return words;
}

// A value with all that is needed to check it and to say where it is.
struct Subject {
  const Node& node;
  const Node* given;          // as the user wrote it; nullptr: the chart's default
  const json::Value& json;    // the node as JSON
  const json::Value& schema;  // without $ref
  std::string path;
  std::optional<SettingLocation> location;  // where the user wrote it, or the nearest key above it
};

// Checks one value by one schema. valijson checks each constraint; this class continues with members and
// entries, so that a finding knows its path, its location and the constraint.
class SchemaChecker : public constraints::ConstraintVisitor {
 public:
  SchemaChecker(const json::Value& root, const std::vector<std::string>& known)
      : root_(root), known_(known) {}

  void check(Subject subject, const Subschema& schema) {
    if (is_full()) return;
    const Subject* const outer = std::exchange(subject_, &subject);
    // A value of a wrong type says nothing more.
    types_only_ = true;
    if (apply(schema)) {
      types_only_ = false;
      apply(schema);
    }
    types_only_ = false;
    subject_ = outer;
  }

  std::vector<Finding> take() { return std::move(findings_); }

  bool visit(const TypeConstraint& constraint) override {
    if (!types_only_ || accepts(constraint)) return true;
    const std::string words = types_of(subject_->schema);
    if (is_bare_word(subject_->node) && words == "a string") return add_unquoted();
    if (subject_->node.is_text() && words == "true or false") {
      return add("CR061", "it is a string, not true or false");
    }
    return add("CR065", "it is not " + words);
  }
  bool visit(const EnumConstraint& constraint) override {
    return require(constraint, "it is not one of: " + keyword(subject_->schema, "enum"));
  }
  bool visit(const MinimumConstraint& constraint) override {
    return require(constraint, "it is less than " + keyword(subject_->schema, "minimum"));
  }
  bool visit(const MaximumConstraint& constraint) override {
    return require(constraint, "it is greater than " + keyword(subject_->schema, "maximum"));
  }
  bool visit(const MinItemsConstraint& constraint) override {
    return require(constraint, "it has fewer entries than " + keyword(subject_->schema, "minItems"));
  }
  bool visit(const MaxItemsConstraint& constraint) override {
    return require(constraint, "it has more entries than " + keyword(subject_->schema, "maxItems"));
  }
  bool visit(const MinLengthConstraint& constraint) override {
    return require(constraint,
                   "it is shorter than " + keyword(subject_->schema, "minLength") + " characters");
  }
  bool visit(const MaxLengthConstraint& constraint) override {
    return require(constraint, "it is longer than " + keyword(subject_->schema, "maxLength") + " characters");
  }
  // Helm matches with the regexp package of Go, which has the syntax of RE2. valijson would use std::regex,
  // which is recursive.
  bool visit(const PatternConstraint& constraint) override {
    if (types_only_ || !subject_->node.is_text()) return true;
    const re2::RE2 pattern(constraint.getPattern<std::allocator<char>>(), re2::RE2::Quiet);
    if (re2::RE2::PartialMatch(subject_->node.text, pattern)) return true;
    const std::string title = keyword(subject_->schema, "title");
    return add("CR065", title.empty() ? "it does not match " + keyword(subject_->schema, "pattern")
                                      : "it is not " + title);
  }
  bool visit(const UniqueItemsConstraint& constraint) override {
    if (types_only_) return true;
    if (subject_->node.is_list() && subject_->node.list.size() > kMostUniqueItems) {
      return add("CR065", "it has more entries than " + std::to_string(kMostUniqueItems));
    }
    return require(constraint, "it has the same entry twice");
  }
  bool visit(const RequiredConstraint& constraint) override {
    if (types_only_ || !subject_->node.is_map()) return true;
    constraint.applyToRequiredProperties([this](const auto& required) {
      const std::string name(required.c_str());
      if (find(subject_->node, name) != nullptr) return true;
      add("CR065", below(subject_->path, name), "it is missing", subject_->location);
      return true;
    });
    return true;
  }
  bool visit(const PropertiesConstraint& constraint) override {
    if (types_only_ || !subject_->node.is_map()) return true;
    std::unordered_map<std::string, const Subschema*> properties;
    constraint.applyToProperties([&properties](const auto& name, const Subschema* schema) {
      properties.emplace(name.c_str(), schema);
      return true;
    });
    const Subject& subject = *subject_;
    auto json = subject.json.MemberBegin();
    for (const Member& member : subject.node.map) {
      const json::Value& value = (json++)->value;
      const auto property = properties.find(member.name);
      const Subschema* const additional = constraint.getAdditionalPropertiesSubschema();
      if (property != properties.end()) {
        check_member(subject, member, value, "properties", *property->second);
      } else if (additional != nullptr) {
        check_member(subject, member, value, "additionalProperties", *additional);
      } else {
        report_unknown(subject, member);
      }
    }
    return true;
  }
  bool visit(const SingularItemsConstraint& constraint) override {
    const Subschema* const items = constraint.getItemsSubschema();
    if (types_only_ || !subject_->node.is_list() || items == nullptr) return true;
    const Subject& subject = *subject_;
    const bool is_given = subject.given != nullptr && subject.given->is_list();
    const json::Value* const schema = json::member(subject.schema, "items");
    for (std::size_t i = 0; i < subject.node.list.size() && !is_full(); ++i) {
      const std::string path = below(subject.path, i);
      const Node* const given =
          is_given && i < subject.given->list.size() ? &subject.given->list[i] : nullptr;
      check({.node = subject.node.list[i],
             .given = given,
             .json = subject.json[static_cast<rapidjson::SizeType>(i)],
             .schema = schema == nullptr ? subject.schema : resolved(*schema, root_),
             .path = path,
             .location = given == nullptr ? subject.location : written_at(path, given->at, *given)},
            *items);
    }
    return true;
  }
  bool visit(const PropertyNamesConstraint& constraint) override {
    const json::Value* const names = json::member(subject_->schema, "propertyNames");
    if (types_only_ || !subject_->node.is_map() || names == nullptr) return true;
    const Subject& subject = *subject_;
    for (const Member& member : subject.node.map) {
      if (is_full()) break;
      const Node name = Node::of_text(member.name, member.at);
      const json::Value json(
          rapidjson::StringRef(member.name.data(), static_cast<rapidjson::SizeType>(member.name.size())));
      const std::string path = below(subject.path, shown_name(member.name));
      const Member* const given = subject.given == nullptr ? nullptr : find(*subject.given, member.name);
      check({.node = name,
             .given = nullptr,
             .json = json,
             .schema = resolved(*names, root_),
             .path = path,
             .location = given == nullptr ? subject.location : written_at(path, given->at, given->value)},
            *constraint.getSubschema());
    }
    return true;
  }
  // The chart's schema does not use these. valijson checks them as a whole.
  bool visit(const AllOfConstraint& constraint) override { return require(constraint, kOther); }
  bool visit(const AnyOfConstraint& constraint) override { return require(constraint, kOther); }
  bool visit(const ConditionalConstraint& constraint) override { return require(constraint, kOther); }
  bool visit(const ConstConstraint& constraint) override { return require(constraint, kOther); }
  bool visit(const ContainsConstraint& constraint) override { return require(constraint, kOther); }
  bool visit(const DependenciesConstraint& constraint) override { return require(constraint, kOther); }
  bool visit(const FormatConstraint& constraint) override { return require(constraint, kOther); }
  bool visit(const LinearItemsConstraint& constraint) override { return require(constraint, kOther); }
  bool visit(const MaxPropertiesConstraint& constraint) override { return require(constraint, kOther); }
  bool visit(const MinPropertiesConstraint& constraint) override { return require(constraint, kOther); }
  bool visit(const MultipleOfDoubleConstraint& constraint) override { return require(constraint, kOther); }
  bool visit(const MultipleOfIntConstraint& constraint) override { return require(constraint, kOther); }
  bool visit(const NotConstraint& constraint) override { return require(constraint, kOther); }
  bool visit(const OneOfConstraint& constraint) override { return require(constraint, kOther); }
  bool visit(const PolyConstraint& constraint) override { return require(constraint, kOther); }

 private:
  static constexpr const char* kOther = "it is not what values.schema.json allows";

  // Reports whether the value is a text if it is written in quotes.
  static bool is_bare_word(const Node& node) {
    return node.kind == Node::Kind::kBool || node.kind == Node::Kind::kInteger ||
           node.kind == Node::Kind::kNumber;
  }

  bool add_unquoted() {
    const std::size_t before = findings_.size();
    add("CR065", "it is not a string");
    if (findings_.size() > before) findings_.back().fix = settings::kQuoteFix;
    return false;
  }

  static SettingLocation written_at(const std::string& path, const SourceLocation& key, const Node& given) {
    SettingLocation location = location_of(key, given);
    location.path = path;
    return location;
  }

  bool is_full() const { return findings_.size() >= Schema::kMaxFindings; }

  bool apply(const Subschema& schema) {
    Subschema::ApplyFunction visit_one = [this](const constraints::Constraint& constraint) {
      return constraint.accept(*this);
    };
    return schema.apply(visit_one);
  }

  template <typename Constraint>
  bool accepts(const Constraint& constraint) {
    constexpr bool kStrictTypes = true;
    return valijson::ValidationVisitor<Adapter>(Adapter(subject_->json), {}, kStrictTypes, nullptr,
                                                expressions_)
        .visit(constraint);
  }

  template <typename Constraint>
  bool require(const Constraint& constraint, std::string message) {
    return types_only_ || accepts(constraint) || add("CR065", std::move(message));
  }

  bool add(std::string_view id, std::string message) {
    return add(id, subject_->path, std::move(message), subject_->location);
  }

  // Returns false, as a constraint that does not hold does.
  bool add(std::string_view id, std::string path, std::string message,
           std::optional<SettingLocation> location) {
    if (is_full()) return false;
    if (findings_.size() + 1 == Schema::kMaxFindings)
      message = "there are more findings, which are not shown";
    Finding finding = found(id, std::move(path), std::move(message));
    finding.location = std::move(location);
    findings_.push_back(std::move(finding));
    return false;
  }

  void check_member(const Subject& subject, const Member& member, const json::Value& value,
                    std::string_view kind, const Subschema& schema) {
    const json::Value* raw = json::member(subject.schema, kind);
    if (raw != nullptr && kind == "properties") raw = json::member(*raw, member.name);
    const Member* const given = subject.given == nullptr ? nullptr : find(*subject.given, member.name);
    const std::string path = below(subject.path, member.name);
    check({.node = member.value,
           .given = given == nullptr ? nullptr : &given->value,
           .json = value,
           .schema = raw == nullptr ? subject.schema : resolved(*raw, root_),
           .path = path,
           .location = given == nullptr ? subject.location : written_at(path, given->at, given->value)},
          schema);
  }

  void report_unknown(const Subject& subject, const Member& member) {
    std::string path = below(subject.path, shown_name(member.name));
    const std::string nearest = nearest_key(path, known_);
    std::string message = "it is not a known key";
    if (!nearest.empty()) message += "; did you mean \"" + nearest + "\"?";
    const Member* const given = subject.given == nullptr ? nullptr : find(*subject.given, member.name);
    auto location = given == nullptr ? subject.location : written_at(path, given->at, given->value);
    add("CR060", std::move(path), std::move(message), std::move(location));
  }

  const json::Value& root_;
  const std::vector<std::string>& known_;
  const Subject* subject_ = nullptr;  // the value that is checked now
  bool types_only_ = false;
  std::unordered_map<std::string, std::regex> expressions_;  // compiled by valijson
  std::vector<Finding> findings_;
};

// "imagePullSecrets[0].name" is shown if "imagePullSecrets" is.
std::string_view without_index(std::string_view path) {
  return path.substr(0, path.find('['));
}

}  // namespace

Schema::Schema(json::Document document, std::shared_ptr<const valijson::Schema> compiled)
    : document_(std::move(document)), known_(known_keys(document_)), compiled_(std::move(compiled)) {}

Result<Schema> Schema::parse(std::string_view text) {
  auto document = json::parse(text);
  if (!document) return fail(document.error(), "values.schema.json");
  auto compiled = std::make_shared<valijson::Schema>();
  try {
    valijson::SchemaParser().populateSchema(Adapter(*document), *compiled);
  } catch (const std::exception& error) {
    return fail(ErrorCode::kInvalidArgument, std::string("values.schema.json: ") + error.what());
  }
  return Schema(std::move(*document), std::move(compiled));
}

std::vector<Finding> Schema::check(const Node& values, const Node& given) const {
  json::Document document;
  const json::Value json = to_json(values, document.GetAllocator());
  SchemaChecker checker(document_, known_);
  checker.check(
      {.node = values, .given = &given, .json = json, .schema = document_, .path = "", .location = {}},
      *compiled_);
  return checker.take();
}

bool Schema::knows(std::string_view path) const {
  return std::find(known_.begin(), known_.end(), without_index(path)) != known_.end();
}

bool Schema::is_shown(std::string_view path) const {
  return knows(path) && !is_secret(path);
}

}  // namespace connected_registry::values
