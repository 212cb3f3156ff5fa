// Manifests as people have them: read, injected, written.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <regex>
#include <string>

#include "inject/fixture.h"
#include "manifest/inject.h"
#include "manifest/read.h"
#include "manifest/write.h"

namespace connected_registry::manifest {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::vector<json::Document> documents(std::string_view text) {
  auto read_documents = read(text, "test.yaml");
  EXPECT_TRUE(read_documents) << read_documents.error().message;
  return read_documents ? std::move(*read_documents) : std::vector<json::Document>();
}

std::string error_of(std::string_view text) {
  const auto read_documents = read(text, "test.yaml");
  return read_documents ? "no error" : read_documents.error().message;
}

// Read and written again.
std::string again(std::string_view text) {
  return to_yaml(documents(text));
}

TEST(Read, keeps_documents_and_members_in_their_order) {
  EXPECT_EQ(again("# first\nz: 1\na: {d: 1, c: 2}\n---\n---\n# nothing\n---\n- b\n- a\n"),
            "z: 1\na:\n  d: 1\n  c: 2\n---\n- b\n- a\n");
}

TEST(Read, takes_json) {
  EXPECT_EQ(again(R"({"b": [1, {"a": "x"}], "a": null})"), "b:\n- 1\n- a: x\na: null\n");
}

TEST(Read, takes_words_as_kubectl_does) {
  EXPECT_EQ(again("a: yes\nb: \"yes\"\nc: 0x10\nd: 1.50\ne: 1.2.3\nf: ~\ng: 2026-01-31\n"),
            "a: true\nb: \"yes\"\nc: 16\nd: 1.5\ne: 1.2.3\nf: null\ng: \"2026-01-31\"\n");
}

TEST(Read, takes_json_objects_one_after_the_other) {
  const std::string expected = "a: 1\n---\nb: 2\n";
  EXPECT_EQ(again("{\"a\":1}\n{\"b\":2}\n"), expected);
  EXPECT_EQ(again("{\"a\":1}{\"b\":2}"), expected);
  EXPECT_EQ(again("{\n \"a\": 1\n}\n\n{\n \"b\": 2\n}"), expected);
  EXPECT_EQ(again("{\"a\":1}\n---\n{\"b\":2}\n"), expected);
  EXPECT_EQ(again("# of kubectl\n---\n{\"a\":1}\n---\nb: 2\n"), expected);
  EXPECT_THAT(error_of("x: 1\n---\n{\"a\":1}\n{\"b\":tru}\n"), HasSubstr("test.yaml:4:6: "));
}

TEST(Read, loses_nothing_that_follows_a_complete_value) {
  for (const char* const text :
       {"{a: 1}\n{b: 2}\n", "{\"a\": 1}\nb: 2\n", "[1]\n[2]\n", "- a\nb: x\n", "- a\nb\n",
        "a: 1\n...\nb: 2\n", "{a: 1}\nb: 2\n", "\"a\"\nb: 2\n", "a: 1\n]\n", "{}}\n"}) {
    EXPECT_THAT(error_of(text), HasSubstr("test.yaml:")) << text;
  }
  EXPECT_EQ(again("a: 1\n...\n# only a comment\n"), "a: 1\n");
}

TEST(Read, keeps_whole_numbers_of_64_bits) {
  const std::string yaml =
      "a: 9223372036854775807\nb: -9223372036854775808\nc: 18446744073709551615\nd: 9007199254740993\n"
      "e: 1685906000388294123\nf: 100000000000000000\n";
  EXPECT_EQ(again(yaml), yaml);
  EXPECT_EQ(again(R"({"a":9223372036854775807,"b":-9223372036854775808,"c":18446744073709551615,)"
                  R"("d":9007199254740993,"e":1685906000388294123,"f":100000000000000000})"),
            yaml);
  EXPECT_EQ(again("a: 0x7FFFFFFFFFFFFFFF\nb: 0xFFFFFFFFFFFFFFFF\nc: 0777\nd: 0b11\ne: 1_000\n"),
            "a: 9223372036854775807\nb: 18446744073709551615\nc: 511\nd: 3\ne: 1000\n");
}

TEST(Read, makes_whole_numbers_of_decimals_as_kubectl_does) {
  EXPECT_EQ(again("a: 1e3\nb: 1.0\nc: 1e17\nd: 1234567890123456789.0\ne: -0.0\nf: 1.5\n"),
            "a: 1000\nb: 1\nc: 100000000000000000\nd: 1234567890123456800\ne: 0\nf: 1.5\n");
  EXPECT_EQ(again("1e6: a\n0x10: b\n1.50: c\n9223372036854775807: d\n"),
            "\"1e+06\": a\n\"16\": b\n\"1.5\": c\n\"9223372036854775807\": d\n");
}

TEST(Read, takes_numbers_beyond_64_bits_for_doubles) {
  EXPECT_EQ(again("a: 18446744073709551616\nb: -9223372036854775809\nc: 1e20\nd: 1e21\n"),
            "a: 18446744073709553000.0\nb: -9223372036854776000.0\nc: 100000000000000000000.0\nd: 1.0e+21\n");
}

TEST(Read, takes_every_character_of_json) {
  const auto read_documents = documents("{\"a\": \"\\ud83d\\ude00\\uFFFF\\/\x7F\xE2\x80\xA8\xEF\xBF\xBF\"}");
  ASSERT_EQ(read_documents.size(), 1U);
  const std::string expected = "\xF0\x9F\x98\x80\xEF\xBF\xBF/\x7F\xE2\x80\xA8\xEF\xBF\xBF";
  EXPECT_EQ(json::string_at(read_documents[0], {"a"}), expected);
  const auto back = documents(to_yaml(read_documents));
  ASSERT_EQ(back.size(), 1U);
  EXPECT_EQ(json::string_at(back[0], {"a"}), expected);
  EXPECT_THAT(error_of("{\"a\": \"\\udc00\"}"), HasSubstr("test.yaml:1:7: "));
}

TEST(Read, keeps_the_last_of_the_members_with_one_name) {
  EXPECT_EQ(again(R"({"a":1,"b":{"c":1,"d":2,"c":3},"a":2})"), "b:\n  d: 2\n  c: 3\na: 2\n");
}

TEST(Read, takes_files_as_large_as_bundles_of_definitions) {
  std::string yaml;
  for (int i = 0; i < 60'000; ++i)
    yaml += "key-" + std::to_string(i) + ": {a: [1, 2, 3], b: a text\n  of two lines}\n";
  const auto read_documents = documents(yaml);
  ASSERT_EQ(read_documents.size(), 1U);
  EXPECT_EQ(read_documents[0].MemberCount(), 60'000U);
  EXPECT_EQ(error_of(std::string(kMaxManifestBytes + 1, ' ')),
            "test.yaml: it is larger than 64 MiB, the limit for a file that is read into memory: split it");
}

TEST(Read, takes_what_an_alias_stands_for) {
  EXPECT_EQ(again("a: &x\n  b: 1\nc: *x\n"), "a:\n  b: 1\nc:\n  b: 1\n");
}

TEST(Read, says_where_a_file_is_wrong_and_shows_nothing_of_it) {
  EXPECT_THAT(error_of("a: 1\nb: [secret\n"), HasSubstr("test.yaml:"));
  EXPECT_THAT(error_of("a: 1\nb: [secret\n"), ::testing::Not(HasSubstr("secret")));
  EXPECT_THAT(error_of("a\xff: 1\n"), HasSubstr("test.yaml:1:2: "));
  EXPECT_THAT(error_of(std::string(100'000, '[')), HasSubstr("nested deeper"));
}

TEST(Write, has_texts_of_several_lines_as_blocks) {
  EXPECT_EQ(again(R"({"a":"x\ny: z\n","b":["x\n\ny"],"c":"x\n\n","d":" x\ny","e":"\tx\ny"})"),
            "a: |\n  x\n  y: z\nb:\n- |-\n  x\n\n  y\nc: \"x\\n\\n\"\nd: \" x\\ny\"\ne: \"\\u0009x\\ny\"\n");
}

TEST(Write, indents_the_lines_of_a_document_that_is_a_text) {
  EXPECT_EQ(again("\"a\\nb\""), "|-\n a\n b\n");
  EXPECT_EQ(again(again("\"a\\nb\"")), "|-\n a\n b\n");
}

TEST(Write, quotes_what_would_be_something_else) {
  for (const char* text : {"",    " a",  "a ",  "a: b", "a #b", "- a",   "? a",
                           "*a",  "&a",  "!a",  "%a",   "@a",   "`a",    "[a]",
                           "{a}", "|",   ">",   "true", "No",   "null",  "~",
                           "1",   "1e3", ".5",  "0o7",  "0x1",  "1_000", "1:30",
                           "=",   "<<",  "---", "...",  "a:",   ".inf",  "2026-01-31T00:00:00Z"}) {
    json::Document value(rapidjson::kArrayType);
    value.PushBack(json::string_value(text, value.GetAllocator()), value.GetAllocator());
    const auto back = documents(to_yaml(value));
    ASSERT_EQ(back.size(), 1U) << text;
    EXPECT_EQ(json::to_text(back.front()), json::to_text(value)) << to_yaml(value);
  }
}

// The implicit resolvers of PyYAML 6 (yaml/resolver.py), a reader of YAML 1.1: a plain word that matches one
// is not a string.
bool is_a_string_to_pyyaml(const std::string& word) {
  static const std::vector<std::regex> kResolvers = [] {
    std::vector<std::regex> out;
    for (const char* const pattern : {
             "yes|Yes|YES|no|No|NO|true|True|TRUE|false|False|FALSE|on|On|ON|off|Off|OFF",
             R"([-+]?(?:[0-9][0-9_]*)\.[0-9_]*(?:[eE][-+][0-9]+)?)",
             R"(\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?)",
             R"([-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*)",
             R"([-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))",
             "[-+]?0b[0-1_]+|[-+]?0[0-7_]+|[-+]?(?:0|[1-9][0-9_]*)|[-+]?0x[0-9a-fA-F_]+",
             "[-+]?[1-9][0-9_]*(?::[0-5]?[0-9])+",
             "<<|=|~|null|Null|NULL|",
             "[0-9]{4}-[0-9]{2}-[0-9]{2}",
             R"([0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt]|[ \t]+)[0-9]{1,2}:[0-9]{2}:[0-9]{2})"
             R"((?:\.[0-9]*)?(?:[ \t]*(?:Z|[-+][0-9]{1,2}(?::[0-9]{2})?))?)",
         }) {
      out.emplace_back(pattern);
    }
    return out;
  }();
  return std::none_of(kResolvers.begin(), kResolvers.end(),
                      [&](const std::regex& each) { return std::regex_match(word, each); });
}

std::string written(const std::string& word) {
  json::Document value;
  value.SetString(word.c_str(), static_cast<rapidjson::SizeType>(word.size()), value.GetAllocator());
  const std::string yaml = to_yaml(value);
  return yaml.substr(0, yaml.size() - 1);
}

TEST(Write, quotes_numbers_in_base_60) {
  for (const char* const word : {"22:22", "12:30:45", "190:20:30", "190:20:30.15", "1_0:30", "0:0", "1:2:3:4",
                                 "7:30.", "08:15:00", "1:2_3", "1,000", "1,000.5", "00:50:56:11:22:33"}) {
    EXPECT_EQ(written(word), "\"" + std::string(word) + "\"");
  }
  for (const char* const word : {"10.0.0.1:443", "a:b", "12:30pm", "localhost:5000"}) {
    EXPECT_EQ(written(word), word == std::string("10.0.0.1:443") ? "\"10.0.0.1:443\"" : word);
  }
}

TEST(Write, quotes_every_word_that_pyyaml_takes_for_something_else) {
  constexpr int kWords = 200'000;
  std::mt19937 random{20260131};  // NOLINT(cert-msc32-c,cert-msc51-cpp): a failure must come back
  const std::vector<std::string> pieces = {"0",   "1",   "2",   "6", "9", "10", "59",   "60", "2026",
                                           "-01", "-1",  ":",   ".", "_", "-",  "+",    "e",  "E",
                                           "x",   "b",   "f",   "T", "Z", " ",  "0x",   "0b", "no",
                                           "On",  "nan", "inf", "~", "=", "<<", "null", "o"};
  int other = 0;
  for (int i = 0; i < kWords; ++i) {
    std::string word;
    for (auto left = 1 + random() % 6; left > 0; --left) word += pieces[random() % pieces.size()];
    if (is_a_string_to_pyyaml(word)) continue;
    ++other;
    ASSERT_EQ(written(word), "\"" + word + "\"");
  }
  EXPECT_GT(other, kWords / 20) << "the generator reaches the resolvers";
}

TEST(Write, has_numbers_that_each_reader_takes_for_numbers) {
  EXPECT_EQ(again("a: 1e30\nb: 1.5e-7\nc: 1e-7\nd: 0.5\n"), "a: 1.0e+30\nb: 1.5e-7\nc: 1.0e-7\nd: 0.5\n");
}

// Texts and structures from a fixed seed.
class RandomValues {
 public:
  json::Value next(json::Allocator& allocator, int depth) {
    switch (random_() % (depth > 0 ? 7U : 5U)) {
      case 0:
        return json::Value(random_() % 2 == 0);
      case 1:
        return json::Value(static_cast<std::int64_t>(random_()) - 2'000'000'000);
      case 2:
        return json::Value();
      case 5: {
        json::Value list(rapidjson::kArrayType);
        for (unsigned i = 0; i < random_() % 4; ++i) list.PushBack(next(allocator, depth - 1), allocator);
        return list;
      }
      case 6: {
        json::Value map(rapidjson::kObjectType);
        for (unsigned i = 0; i < random_() % 4; ++i)
          json::set(map, text(), next(allocator, depth - 1), allocator);
        return map;
      }
      default:
        return json::string_value(text(), allocator);
    }
  }

 private:
  std::string text() {
    static const std::vector<std::string> pieces = {"a",
                                                    "b",
                                                    " ",
                                                    "\n",
                                                    ":",
                                                    "#",
                                                    "-",
                                                    "'",
                                                    "\"",
                                                    "\\",
                                                    "0",
                                                    "1",
                                                    ".",
                                                    "e",
                                                    "x",
                                                    "~",
                                                    "\xC2\x85",
                                                    "\xC3\xA4",
                                                    "\xE2\x80\xA8",
                                                    "\xEF\xBB\xBF",
                                                    "\t",
                                                    "|",
                                                    ">",
                                                    "%",
                                                    "[",
                                                    "]",
                                                    "{",
                                                    "}",
                                                    ",",
                                                    "&",
                                                    "*",
                                                    "!",
                                                    "?",
                                                    "@",
                                                    "_",
                                                    "\xF0\x9F\x98\x80"};
    std::string out;
    for (unsigned i = 0; i < random_() % 9; ++i) out += pieces[random_() % pieces.size()];
    return out;
  }

  std::mt19937 random_{20261125};  // NOLINT(cert-msc32-c,cert-msc51-cpp): a failure must come back
};

TEST(Write, is_read_back_as_the_same_value) {
  constexpr int kValues = 10'000;
  RandomValues values;
  for (int i = 0; i < kValues; ++i) {
    json::Document value(rapidjson::kObjectType);
    json::set(value, "value", values.next(value.GetAllocator(), 4), value.GetAllocator());
    const std::string yaml = to_yaml(value);
    const auto back = read(yaml, "back");
    ASSERT_TRUE(back) << back.error().message << "\n" << yaml;
    ASSERT_EQ(back->size(), 1U);
    ASSERT_EQ(json::to_text(back->front()), json::to_text(value)) << yaml;
  }
}

constexpr std::string_view kSpec = "{containers: [{name: app, image: 192.100.100.1/a}]}";

std::string workload(const std::string& api_version, const std::string& kind, const std::string& spec) {
  return "apiVersion: " + api_version + "\nkind: " + kind + "\nmetadata: {name: it, namespace: shop}\n" +
         spec + "\n";
}

// What was done with each object, "SUBJECT: STATUS".
std::vector<std::string> injected(std::vector<json::Document>& given) {
  const auto results = inject(given, inject::testing::policy());
  EXPECT_TRUE(results) << results.error().message;
  std::vector<std::string> out;
  for (const ObjectResult& result : *results) out.push_back(result.subject + ": " + result.status);
  return out;
}

TEST(InjectManifest, reaches_the_pod_of_every_kind) {
  const std::string in_template = "spec: {template: {spec: " + std::string(kSpec) + "}}";
  const std::vector<std::pair<std::string, std::string>> kinds = {
      {"Pod", workload("v1", "Pod", "spec: " + std::string(kSpec))},
      {"PodTemplate", workload("v1", "PodTemplate", "template: {spec: " + std::string(kSpec) + "}")},
      {"ReplicationController", workload("v1", "ReplicationController", in_template)},
      {"Deployment", workload("apps/v1", "Deployment", in_template)},
      {"ReplicaSet", workload("apps/v1", "ReplicaSet", in_template)},
      {"StatefulSet", workload("apps/v1", "StatefulSet", in_template)},
      {"DaemonSet", workload("apps/v1", "DaemonSet", in_template)},
      {"Job", workload("batch/v1", "Job", in_template)},
      {"CronJob", workload("batch/v1", "CronJob", "spec: {jobTemplate: {" + in_template + "}}")},
      {"CronJob", workload("batch/v1beta1", "CronJob", "spec: {jobTemplate: {" + in_template + "}}")},
      {"Deployment", workload("extensions/v1beta1", "Deployment", in_template)},
  };
  for (const auto& [kind, text] : kinds) {
    auto given = documents(text);
    EXPECT_THAT(injected(given), ElementsAre(kind + " shop/it: injected"));
    const std::string first = to_yaml(given);
    EXPECT_THAT(first, HasSubstr("connected-registry.io/injected: connected-registry"));
    EXPECT_THAT(injected(given), ElementsAre(kind + " shop/it: unchanged: already injected"));
    EXPECT_EQ(to_yaml(given), first);
  }
}

TEST(InjectManifest, reaches_into_lists_and_leaves_everything_else_as_it_is) {
  const std::string others = R"(apiVersion: v1
kind: Service
metadata: {name: web}
spec: {ports: [{port: 80}]}
---
apiVersion: example.com/v1
kind: Deployment
metadata: {name: none-of-kubernetes}
spec: {template: {spec: {containers: [{name: a, image: example/a}]}}}
)";
  auto given = documents(others + "---\n" +
                         workload("v1", "List",
                                  "items: [{apiVersion: v1, kind: Pod, metadata: "
                                  "{generateName: web-}, spec: " +
                                      std::string(kSpec) + "}]"));
  EXPECT_THAT(injected(given), ElementsAre("Pod web-: injected"));
  EXPECT_THAT(to_yaml(given), ::testing::StartsWith(again(others)));
}

TEST(InjectManifest, leaves_excluded_namespaces_alone) {
  auto given = documents(
      "apiVersion: apps/v1\nkind: DaemonSet\nmetadata: {name: a, namespace: kube-system}\nspec: "
      "{template: {spec: " +
      std::string(kSpec) + "}}");
  const std::string before = to_yaml(given);
  EXPECT_THAT(injected(given),
              ElementsAre("DaemonSet kube-system/a: unchanged: the pod does not use the registry"));
  EXPECT_EQ(to_yaml(given), before);
}

TEST(InjectManifest, reaches_items_whose_type_the_list_gives) {
  auto given = documents(
      "apiVersion: apps/v1\nkind: DeploymentList\nitems:\n- metadata: {name: a}\n  spec: {template: {spec: " +
      std::string(kSpec) + "}}\n");
  EXPECT_THAT(injected(given), ElementsAre("Deployment a: injected"));
}

TEST(InjectManifest, names_objects_of_other_kinds_that_have_an_image_of_the_registry) {
  auto given = documents(R"(apiVersion: serving.knative.dev/v1
kind: Service
metadata: {name: kn, namespace: shop}
spec: {template: {spec: {containers: [{image: 192.100.100.1/a:1}]}}}
---
apiVersion: example.com/v1
kind: Database
metadata: {name: of-another-registry}
spec: {image: docker.io/db, address: 192.100.100.1/32}
---
apiVersion: example.com/v1
kind: Database
metadata: {name: db}
spec: {baseImage: {repository: 192.100.100.1/db}}
)");
  const std::string rest =
      ": unchanged: it has an image of the registry, but the pods of this kind are not known; the webhook "
      "injects them when they are created";
  EXPECT_THAT(injected(given), ElementsAre("Service shop/kn (serving.knative.dev/v1)" + rest,
                                           "Database db (example.com/v1)" + rest));
}

TEST(InjectManifest, names_the_object_whose_pod_is_none) {
  auto given = documents(workload("apps/v1", "Deployment",
                                  "spec: {template: {spec: {containers: [{image: 192.100.100.1/a}]}}}"));
  const auto results = inject(given, inject::testing::policy());
  ASSERT_FALSE(results);
  EXPECT_EQ(results.error().message, "Deployment shop/it: pod: spec.containers[0].name is missing");
}

TEST(InjectManifest, leaves_invalid_objects_alone_that_have_nothing_to_do_with_the_registry) {
  for (const auto& [spec, reason] : std::vector<std::pair<std::string, std::string>>{
           {"spec: {replicas: 1}", "it has no pod template"},
           {"spec: {template: 7}", "pod: it is not an object"},
           {"spec: {template: {spec: {}}}", "pod: spec.containers is missing"},
           {"spec: {template: {spec: {containers: [{name: a, env: [{name: PORT, value: 8080}]}]}}}",
            "pod: spec.containers[0].env[0].value is not a string"}}) {
    auto given = documents(workload("apps/v1", "Deployment", spec));
    const std::string before = to_yaml(given);
    const auto results = inject(given, inject::testing::policy());
    ASSERT_TRUE(results);
    ASSERT_EQ(results->size(), 1U);
    EXPECT_EQ(results->front().status, "unchanged: invalid");
    EXPECT_THAT(results->front().warnings,
                ElementsAre("connected-registry: the API server refuses this object: " + reason));
    EXPECT_EQ(to_yaml(given), before);
  }
}

TEST(InjectManifest, takes_a_null_in_a_map_of_texts_for_an_empty_text) {
  auto given = documents(workload(
      "v1", "Pod", "spec: {nodeSelector: {disk: }, containers: [{name: a, image: 192.100.100.1/a}]}"));
  json::object_at(given[0]["metadata"], "labels", given[0].GetAllocator())
      .AddMember("app.kubernetes.io/version", json::Value(), given[0].GetAllocator());
  json::object_at(given[0]["metadata"], "annotations", given[0].GetAllocator())
      .AddMember("checksum/config", json::Value(), given[0].GetAllocator());
  EXPECT_THAT(injected(given), ElementsAre("Pod shop/it: injected"));
}

TEST(Json, is_the_document_or_a_list_of_them) {
  EXPECT_EQ(to_json(documents("a: 1")), "{\n  \"a\": 1\n}\n");
  EXPECT_EQ(json::to_text(*json::parse(to_json(documents("a: 1\n---\nb: 2")))),
            R"({"apiVersion":"v1","kind":"List","items":[{"a":1},{"b":2}]})");
}

}  // namespace
}  // namespace connected_registry::manifest
