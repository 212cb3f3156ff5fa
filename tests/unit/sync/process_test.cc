#include "sync/process.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace connected_registry::sync {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;
using ::testing::ElementsAre;

struct Ran {
  Result<ProcessResult> result;
  std::vector<std::string> lines;
};

Ran run(ProcessRequest request, const std::stop_token& stop = {}) {
  std::vector<std::string> lines;
  auto result = run_process(request, stop, [&lines](std::string_view line) { lines.emplace_back(line); });
  return {std::move(result), std::move(lines)};
}

TEST(Process, hands_on_its_input_its_lines_and_its_exit_code) {
  const auto ran =
      run({.arguments = {"sh", "-c", "cat; echo err >&2; printf last; exit 3"}, .input = "one\n\ntwo\n"});
  ASSERT_TRUE(ran.result) << ran.result.error().message;
  EXPECT_EQ(ran.result->end, ProcessEnd::kExited);
  EXPECT_EQ(ran.result->exit_code, 3);
  EXPECT_THAT(ran.lines, ElementsAre("one", "two", "err", "last"));
}

TEST(Process, takes_an_input_that_no_pipe_holds) {
  const auto ran = run({.arguments = {"wc", "-c"}, .input = std::string(1'000'000, 'x')});
  EXPECT_THAT(ran.lines, ElementsAre("1000000"));
}

TEST(Process, is_asked_to_end_when_we_are) {
  std::stop_source source;
  std::vector<std::string> lines;
  const auto result = run_process(
      {.arguments = {"sh", "-c", "trap 'echo asked; exit 7' TERM; echo up; while :; do sleep 0.05; done"}},
      source.get_token(), [&](std::string_view line) {
        lines.emplace_back(line);
        if (line == "up") source.request_stop();
      });
  ASSERT_TRUE(result);
  EXPECT_EQ(result->end, ProcessEnd::kStopped);
  EXPECT_EQ(result->exit_code, 7);
  EXPECT_THAT(lines, ElementsAre("up", "asked"));
}

TEST(Process, is_ended_by_force_where_it_does_not_end) {
  const auto ran = run({.arguments = {"sh", "-c", "trap '' TERM; while :; do sleep 0.05; done"},
                        .input = {},
                        .deadline = steady_clock::now() + milliseconds(200),
                        .grace = milliseconds(200)});
  ASSERT_TRUE(ran.result);
  EXPECT_EQ(ran.result->end, ProcessEnd::kTimeUp);
  EXPECT_EQ(ran.result->exit_code, 128 + 9);
}

TEST(Process, that_leaves_children_with_its_pipe_behind_has_ended) {
  const auto start = steady_clock::now();
  const auto ran = run({.arguments = {"sh", "-c", "sleep 3 & echo done"}});
  ASSERT_TRUE(ran.result);
  EXPECT_THAT(ran.lines, ElementsAre("done"));
  EXPECT_LT(steady_clock::now() - start, std::chrono::seconds(2));
}

TEST(Process, that_cannot_be_started_is_named) {
  const auto ran = run({.arguments = {"no-such-program-here"}});
  ASSERT_FALSE(ran.result);
  EXPECT_EQ(ran.result.error().message, "start no-such-program-here: No such file or directory");
}

}  // namespace
}  // namespace connected_registry::sync
