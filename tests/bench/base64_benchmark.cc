// base64::encode() beside OpenSSL's EVP_EncodeBlock, on patches of two sizes.
#include <benchmark/benchmark.h>
#include <openssl/evp.h>

#include <random>
#include <string>

#include "base/base64.h"

namespace connected_registry {
namespace {

std::string random_bytes(std::int64_t size) {
  std::mt19937 random(1);
  std::string bytes(static_cast<std::size_t>(size), '\0');
  for (char& byte : bytes) byte = static_cast<char>(random());
  return bytes;
}

void base64_by_table(benchmark::State& state) {
  const std::string bytes = random_bytes(state.range(0));
  std::string target(base64::encoded_size(bytes.size()), '\0');
  for ([[maybe_unused]] const auto& each : state) {
    base64::encode(bytes, target.data());
    benchmark::DoNotOptimize(target.data());
    benchmark::ClobberMemory();
  }
}

void base64_by_openssl(benchmark::State& state) {
  const std::string bytes = random_bytes(state.range(0));
  std::string target(base64::encoded_size(bytes.size()) + 1, '\0');  // with its NUL
  for ([[maybe_unused]] const auto& each : state) {
    EVP_EncodeBlock(reinterpret_cast<unsigned char*>(target.data()),
                    reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size()));
    benchmark::DoNotOptimize(target.data());
    benchmark::ClobberMemory();
  }
}

BENCHMARK(base64_by_table)->Arg(4'000)->Arg(16'000);
BENCHMARK(base64_by_openssl)->Arg(4'000)->Arg(16'000);

}  // namespace
}  // namespace connected_registry
