#include "metrics/process.h"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <string>
#include <system_error>

namespace connected_registry::metrics {
namespace {

std::string first_line_of(const char* path) {
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  return line;
}

// Returns the start of the process, in seconds since 1970.
double start_time(unsigned long long start_ticks, double ticks_per_second) {
  timespec wall{};
  timespec since_boot{};
  clock_gettime(CLOCK_REALTIME, &wall);
  clock_gettime(CLOCK_BOOTTIME, &since_boot);
  constexpr double kNanoseconds = 1e9;
  const double boot = static_cast<double>(wall.tv_sec - since_boot.tv_sec) +
                      static_cast<double>(wall.tv_nsec - since_boot.tv_nsec) / kNanoseconds;
  return boot + static_cast<double>(start_ticks) / ticks_per_second;
}

void add_stat(std::vector<ProcessValue>& out) {
  const std::optional<ProcessStat> stat = parse_process_stat(first_line_of("/proc/self/stat"));
  if (!stat) return;
  const auto ticks = static_cast<double>(sysconf(_SC_CLK_TCK));
  const auto page = static_cast<double>(sysconf(_SC_PAGESIZE));
  out.push_back({"process_cpu_seconds_total", "CPU time used, user and system", true,
                 static_cast<double>(stat->user_ticks + stat->system_ticks) / ticks});
  out.push_back({"process_start_time_seconds", "Start time of the process, in seconds since 1970", false,
                 start_time(stat->start_ticks, ticks)});
  out.push_back({"process_threads", "Number of threads", false, static_cast<double>(stat->threads)});
  out.push_back({"process_virtual_memory_bytes", "Virtual memory size", false,
                 static_cast<double>(stat->virtual_bytes)});
  out.push_back({"process_resident_memory_bytes", "Resident memory size", false,
                 static_cast<double>(stat->resident_pages) * page});
}

void add_descriptors(std::vector<ProcessValue>& out) {
  std::error_code error;
  std::filesystem::directory_iterator entry("/proc/self/fd", error);
  if (!error) {
    double count = -1;  // without the descriptor that reads the directory
    for (; !error && entry != std::filesystem::directory_iterator(); entry.increment(error)) ++count;
    out.push_back({"process_open_fds", "Number of open file descriptors", false, count});
  }
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
    out.push_back({"process_max_fds", "Maximum number of open file descriptors", false,
                   static_cast<double>(limit.rlim_cur)});
  }
}

}  // namespace

std::optional<ProcessStat> parse_process_stat(std::string_view text) {
  const std::size_t name_end = text.rfind(')');
  if (name_end == std::string_view::npos) return std::nullopt;
  text.remove_prefix(name_end + 1);
  // proc(5) counts fields from 1; the state, the first after the name, is field 3.
  constexpr std::size_t kFirst = 3;
  constexpr std::size_t kLast = 24;
  std::array<unsigned long long, kLast + 1> fields{};
  for (std::size_t number = kFirst; number <= kLast; ++number) {
    const std::size_t begin = text.find_first_not_of(" \n");
    if (begin == std::string_view::npos) return std::nullopt;
    const std::size_t end = std::min(text.find_first_of(" \n", begin), text.size());
    // Letters and negative numbers are in fields that are not needed: they stay 0.
    std::from_chars(text.data() + begin, text.data() + end, fields.at(number));
    text.remove_prefix(end);
  }
  ProcessStat stat;
  stat.user_ticks = fields[14];
  stat.system_ticks = fields[15];
  stat.threads = fields[20];
  stat.start_ticks = fields[22];
  stat.virtual_bytes = fields[23];
  stat.resident_pages = fields[24];
  return stat;
}

std::vector<ProcessValue> process_values() {
  std::vector<ProcessValue> out;
  add_stat(out);
  add_descriptors(out);
  return out;
}

}  // namespace connected_registry::metrics
