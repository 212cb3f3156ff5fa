// The kernel's measurements of this process, with the names that Prometheus' client libraries use.
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

// Returns the measurements that could be read.
std::vector<ProcessValue> process_values();

// Fields of /proc/PID/stat (proc(5)), in the kernel's units.
struct ProcessStat {
  unsigned long long user_ticks = 0;
  unsigned long long system_ticks = 0;
  unsigned long long start_ticks = 0;  // the process's start, counted from the machine's start
  unsigned long long threads = 0;
  unsigned long long virtual_bytes = 0;
  unsigned long long resident_pages = 0;
};
// Returns nullopt if the text is not in the kernel's format. The program's name in it may contain blanks and
// parentheses.
std::optional<ProcessStat> parse_process_stat(std::string_view text);

}  // namespace connected_registry::metrics
