#include "kube/lease.h"

#include <gtest/gtest.h>

#include "kube/fake_api.h"

namespace connected_registry::kube {
namespace {

using testing::document;

constexpr std::string_view kLease =
    R"({"metadata":{"name":"l","resourceVersion":"3"},"spec":{"holderIdentity":"a","leaseDurationSeconds":15,)"
    R"("acquireTime":"2026-01-31T12:00:00.000000Z","renewTime":"2026-01-31T12:00:05.000000Z","leaseTransitions":4}})";

TEST(Lease, reads_what_it_writes) {
  const LeaseRecord record = read_lease(document(kLease));
  EXPECT_EQ(record.holder, "a");
  EXPECT_EQ(record.duration, std::chrono::seconds(15));
  EXPECT_EQ(record.transitions, 4);
  json::Document lease = document(R"({"metadata":{"name":"l","resourceVersion":"3"}})");
  write_lease(lease, record);
  EXPECT_EQ(json::to_text(lease), kLease);
}

TEST(Lease, keeps_fields_that_are_not_its_own) {
  json::Document lease = document(R"({"metadata":{"labels":{"a":"b"}},"spec":{"strategy":"x"}})");
  write_lease(lease, {});
  EXPECT_EQ(json::string_at(lease, {"metadata", "labels", "a"}), "b");
  EXPECT_EQ(json::string_at(lease, {"spec", "strategy"}), "x");
}

TEST(Lease, has_only_the_fields_that_are_given) {
  EXPECT_EQ(
      json::to_text(make_lease("edge", "l", {.holder = "a"})),
      R"({"apiVersion":"coordination.k8s.io/v1","kind":"Lease","metadata":{"name":"l","namespace":"edge"},)"
      R"("spec":{"holderIdentity":"a"}})");
}

TEST(Lease, loses_fields_that_are_no_longer_given) {
  json::Document lease = document(kLease);
  write_lease(lease, {});
  EXPECT_EQ(json::to_text(lease),
            R"({"metadata":{"name":"l","resourceVersion":"3"},"spec":{"holderIdentity":""}})");
}

TEST(Lease, a_lease_without_a_spec_is_held_by_nobody) {
  for (const std::string_view text :
       {"{}", R"({"spec":null})", R"({"spec":{"holderIdentity":1,"leaseTransitions":"x"}})"}) {
    EXPECT_EQ(read_lease(document(text)), LeaseRecord()) << text;
  }
}

}  // namespace
}  // namespace connected_registry::kube
