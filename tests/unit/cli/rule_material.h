// What the placeholders in tests/golden/rules stand for, made when it is first asked for and valid now.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "base/timestamp.h"

namespace connected_registry::cli::testing {

class RuleMaterial {
 public:
  explicit RuleMaterial(TimePoint now) : now_(now) {}

  // Each {{NAME}} replaced: "good.crt", "good.key" and "good.ca" by the base64 of PEM, "good.pem" by PEM. The
  // text is JSON, with the placeholders inside of its strings.
  std::string filled(std::string_view json_text);

  // PEM. `part` is crt, key or ca.
  std::string pem(const std::string& kind, const std::string& part);

 private:
  struct Parts {
    std::string certificate;
    std::string key;
    std::string authority;
  };

  std::string value(const std::string& name);
  const Parts& parts(const std::string& kind);
  Parts make(const std::string& kind) const;
  std::string changed(const std::string& change, const std::string& part);

  TimePoint now_;
  std::map<std::string, Parts> made_;
};

}  // namespace connected_registry::cli::testing
