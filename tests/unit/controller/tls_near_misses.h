// Generates material of a server that is good, or wrong in one or two small things.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/timestamp.h"
#include "controller/pem_changes.h"

namespace connected_registry::controller::testing {

// The three parts of a server's material.
struct Triple {
  std::string certificate;
  std::string key;
  std::string authority;
};

struct NearMiss {
  Triple encoded;  // in base64, as a Secret and the values carry it
  TimePoint now;
  std::string description;  // the material and its changes
};

// A generator. Keys and certificates are made once. The seed decides everything else.
class NearMisses {
 public:
  NearMisses();

  // Returns the material of the first seeds unchanged, one seed each. Other seeds change it once or twice.
  NearMiss make(std::uint32_t seed) const;

  static const std::string& address();

 private:
  struct Base {
    std::string name;
    Triple pem;
    std::size_t one_in = 1;  // of so many draws, one is used: RSA and uncommon curves cost milliseconds
  };

  struct Draft {
    Triple pem;
    TimePoint now;
    std::string description;
    bool encoding = false;  // the base64 changes as well
  };

  void add_issued();
  void add_golden();
  void add_weak();
  void change(Draft& draft, Random& random) const;
  static void move_now(Draft& draft, Random& random);

  const Base& draw_base(Random& random) const;

  std::vector<Base> bases_;                // the first are good
  std::size_t good_ = 0;                   // so many
  std::vector<std::string> keys_;          // of others, in several forms
  std::vector<std::string> certificates_;  // of others
};

}  // namespace connected_registry::controller::testing
