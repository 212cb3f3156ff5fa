#include "metrics/registry.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace connected_registry::metrics {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(MetricsRegistry, writes_what_was_counted_with_its_help_and_type) {
  Registry registry;
  const Counter counter = registry.counter("connected_registry_things_total", "Things", {{"kind", "good"}});
  counter.add();
  counter.add(2);
  registry.gauge("connected_registry_level", "Level").set(7);
  EXPECT_THAT(registry.text(), HasSubstr("# HELP connected_registry_things_total Things\n"
                                         "# TYPE connected_registry_things_total counter\n"
                                         "connected_registry_things_total{kind=\"good\"} 3\n"));
  EXPECT_THAT(registry.text(), HasSubstr("connected_registry_level 7\n"));
}

TEST(MetricsRegistry, a_gauge_rises_and_falls) {
  Registry registry;
  const Gauge gauge = registry.gauge("connected_registry_level", "Level");
  gauge.add(3);
  gauge.add(-1);
  EXPECT_THAT(registry.text(), HasSubstr("connected_registry_level 2\n"));
}

TEST(MetricsRegistry, counts_an_observation_in_every_bucket_that_holds_it) {
  Registry registry;
  const Histogram histogram = registry.histogram("connected_registry_seconds", "Seconds", {0.1, 1});
  histogram.observe(0.5);
  histogram.observe(7);
  const std::string text = registry.text();
  EXPECT_THAT(text, HasSubstr("connected_registry_seconds_bucket{le=\"0.1\"} 0\n"));
  EXPECT_THAT(text, HasSubstr("connected_registry_seconds_bucket{le=\"1\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("connected_registry_seconds_bucket{le=\"+Inf\"} 2\n"));
  EXPECT_THAT(text, HasSubstr("connected_registry_seconds_sum 7.5\n"));
}

TEST(MetricsRegistry, gives_the_same_metric_when_asked_again) {
  Registry registry;
  registry.counter("connected_registry_things_total", "Things", {{"kind", "good"}}).add();
  registry.counter("connected_registry_things_total", "Things", {{"kind", "good"}}).add();
  registry.counter("connected_registry_things_total", "Things", {{"kind", "bad"}}).add();
  EXPECT_THAT(registry.text(), HasSubstr("connected_registry_things_total{kind=\"good\"} 2\n"));
  EXPECT_THAT(registry.text(), HasSubstr("connected_registry_things_total{kind=\"bad\"} 1\n"));
}

TEST(MetricsRegistry, escapes_what_a_label_holds) {
  Registry registry;
  registry.counter("connected_registry_things_total", "Things", {{"kind", "a\"b\nc"}}).add();
  EXPECT_THAT(registry.text(), HasSubstr(R"({kind="a\"b\nc"} 1)"));
}

TEST(MetricsRegistry, goes_on_without_a_metric_that_cannot_be) {
  Registry registry;
  registry.counter("not a name", "").add();
  registry.gauge("connected_registry_things", "Things").set(1);
  registry.counter("connected_registry_things", "Things").add();  // a gauge already
  EXPECT_THAT(registry.text(), HasSubstr("connected_registry_things 1\n"));
  EXPECT_THAT(registry.text(), Not(HasSubstr("not a name")));
}

TEST(MetricsRegistry, a_handle_of_no_registry_counts_for_nobody) {
  Counter().add();
  Gauge().set(1);
  Histogram().observe(1);
}

TEST(MetricsRegistry, says_what_the_process_uses) {
  const std::string text = Registry().text();
  for (const char* line : {"# TYPE process_cpu_seconds_total counter\n", "\nprocess_resident_memory_bytes ",
                           "\nprocess_open_fds ", "\nprocess_max_fds ", "\nprocess_start_time_seconds "}) {
    EXPECT_THAT(text, HasSubstr(line));
  }
}

}  // namespace
}  // namespace connected_registry::metrics
