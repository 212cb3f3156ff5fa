// Says what the trust agent makes of a node, by calling the very functions.
//
// Standard input holds a JSON object a line; standard output gets one a line, in the same order. Kinds:
//   {"kind": "node", "files": {path: text}, "address", "port", "scheme", "runtime": of the Node's status,
//   "kubelet",
//    "os", "configured": a runtime, or nothing}
//     Applies the plan of an agent that may restart containerd, then takes it back: {"files": all files with
//     the plan, "actions": for the user, "restart": whether containerd is to be restarted, "problems",
//     "restored": whether the files were as before}
//   {"kind": "edit", "text": TOML, "settings": [[[table, …], key, value], …]}
//     {"text": with the settings, "cut": the text without them again, "error": why they cannot be set}
//   {"kind": "config", "text": a config.toml, "runtime"}: {"error": why this containerd would not start, if
//   it would not}
//   {"kind": "toml", "text": TOML}
//     {"error": if it is none, "one", "two": why this version of go-toml does not read it}
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <string>

#include "answer_lines.h"
#include "base/json.h"
#include "support/temporary_directory.h"
#include "trust/files/host_view.h"
#include "trust/runtimes/containerd_check.h"
#include "trust/runtimes/go_toml.h"
#include "trust/runtimes/runtimes.h"

namespace connected_registry::trust {
namespace {

namespace fs = std::filesystem;

const names::Installation kInstallation{.name = "cr", .namespace_ = "edge"};

class Answer {
 public:
  void set(const char* name, json::Value value) {
    document_.AddMember(json::Value(name, allocator()), value, allocator());
  }
  void set(const char* name, const std::string& text) { set(name, string(text)); }
  void set(const char* name, bool flag) { set(name, json::Value(flag)); }
  void set(const char* name, const Status& status) {
    if (!status) set(name, status.error().message);
  }
  void set(const char* name, const std::vector<std::string>& texts) {
    json::Value list(rapidjson::kArrayType);
    for (const std::string& text : texts) list.PushBack(string(text), allocator());
    set(name, std::move(list));
  }
  void set(const char* name, const std::map<std::string, std::string>& texts) {
    json::Value object(rapidjson::kObjectType);
    for (const auto& [key, text] : texts) object.AddMember(string(key), string(text), allocator());
    set(name, std::move(object));
  }
  std::string text() const { return json::to_text(document_); }

 private:
  json::Document::AllocatorType& allocator() { return document_.GetAllocator(); }
  json::Value string(const std::string& text) {
    return {text.data(), static_cast<rapidjson::SizeType>(text.size()), allocator()};
  }
  json::Document document_{rapidjson::kObjectType};
};

std::string text_of(const json::Value& question, const char* name) {
  return std::string(json::string_at(question, {name}));
}

void write_tree(const fs::path& root, const json::Value& files) {
  for (auto file = files.MemberBegin(); file != files.MemberEnd(); ++file) {
    const fs::path path = root / json::view(file->name);
    fs::create_directories(path.parent_path());
    std::ofstream(path) << json::view(file->value);
  }
}

std::map<std::string, std::string> read_tree(const fs::path& root) {
  std::map<std::string, std::string> files;
  for (const auto& entry : fs::recursive_directory_iterator(root)) {
    if (!entry.is_regular_file()) continue;
    std::ostringstream text;
    text << std::ifstream(entry.path()).rdbuf();
    files[fs::relative(entry.path(), root).string()] = text.str();
  }
  return files;
}

RuntimeRequest request_of(const json::Value& question) {
  const bool https = text_of(question, "scheme") == "https";
  RuntimeRequest request{.installation = kInstallation,
                         .registry = {.address = text_of(question, "address"),
                                      .port = question["port"].GetInt(),
                                      .scheme = https ? contract::Scheme::kHttps : contract::Scheme::kHttp},
                         .bundle = https ? text_of(question, "bundle") : "",
                         .node = {.runtime = text_of(question, "runtime"),
                                  .kubelet = text_of(question, "kubelet"),
                                  .os = text_of(question, "os")},
                         .configured = {},
                         .may_restart = true};
  const std::string configured = text_of(question, "configured");
  if (!configured.empty()) request.configured.insert(configured);
  return request;
}

void answer_node(const json::Value& question, Answer& answer) {
  const testing::TemporaryDirectory directory;
  write_tree(directory.path(), question["files"]);
  const auto before = read_tree(directory.path());
  const HostView host(machine_file_system(), directory.path());
  const RuntimePlan plan = plan_runtimes(host, request_of(question));
  const NodeFiles files(machine_file_system(), directory.path(), kInstallation,
                        runtime_layout(host, kInstallation));
  const NodeFilesResult result = files.ensure(plan.files, plan.settings);
  answer.set("files", read_tree(directory.path()));
  answer.set("actions", plan.user_actions);
  answer.set("problems", result.problems);
  answer.set("restart", plan.needs_restart && plan.user_actions.empty() && result.good());
  files.remove();
  answer.set("restored", read_tree(directory.path()) == before);
}

void answer_edit(const json::Value& question, Answer& answer) {
  std::vector<TomlSetting> settings;
  for (const json::Value& each : question["settings"].GetArray()) {
    TomlSetting setting{
        .table = {}, .key = std::string(json::view(each[1])), .value = std::string(json::view(each[2]))};
    for (const json::Value& part : each[0].GetArray()) setting.table.emplace_back(json::view(part));
    settings.push_back(std::move(setting));
  }
  const auto edited = insert_settings(text_of(question, "text"), kInstallation, settings);
  if (!edited) return answer.set("error", edited.error().message);
  answer.set("text", *edited);
  answer.set("cut", cut_settings(*edited, kInstallation).value_or("(was changed)"));
}

void answer_toml(const json::Value& question, Answer& answer) {
  const std::string text = text_of(question, "text");
  const auto read = read_containerd_config(text);
  if (!read) return answer.set("error", read.error().message);
  answer.set("one", check_go_toml(text, GoToml::kOne));
  answer.set("two", check_go_toml(text, GoToml::kTwo));
}

std::string answer_question(const json::Value& question) {
  const std::string kind = text_of(question, "kind");
  Answer answer;
  if (kind == "node") answer_node(question, answer);
  if (kind == "edit") answer_edit(question, answer);
  if (kind == "toml") answer_toml(question, answer);
  if (kind == "config") {
    answer.set("error", check_containerd_file(text_of(question, "text"),
                                              parse_containerd_version(text_of(question, "runtime"))));
  }
  return answer.text();
}

}  // namespace
}  // namespace connected_registry::trust

int main() {
  return connected_registry::answer_lines(connected_registry::trust::answer_question);
}
