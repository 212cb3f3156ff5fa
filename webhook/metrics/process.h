// What the kernel says of this process, under the names that Prometheus' own client libraries use.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

namespace connected_registry::metrics {

struct ProcessValue {
  const char* name;
  const char* help;
  bool is_counter;
  double value;
};

// What could be read: nothing that is not known is guessed.
std::vector<ProcessValue> process_values();

// Of /proc/PID/stat (proc(5)), in the kernel's units.
struct ProcessStat {
  unsigned long long user_ticks = 0;
  unsigned long long system_ticks = 0;
  unsigned long long start_ticks = 0;  // after the machine's start
  unsigned long long threads = 0;
  unsigned long long virtual_bytes = 0;
  unsigned long long resident_pages = 0;
};
// nullopt where the text is not what the kernel writes. The program's name may hold blanks and parentheses.
std::optional<ProcessStat> parse_process_stat(std::string_view text);

}  // namespace connected_registry::metrics
