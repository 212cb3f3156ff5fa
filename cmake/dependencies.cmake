# Everything comes from the distribution's packages (names as in Debian 12 in the comments).
# hack/lib/needs.py has the same packages, for hack/ and the Dockerfile; tests/hack/test_needs.py compares them.
find_package(Threads REQUIRED)
find_package(OpenSSL 3 REQUIRED)             # libssl-dev
find_package(PkgConfig REQUIRED)             # pkg-config
find_package(RapidJSON REQUIRED)             # rapidjson-dev
find_package(spdlog REQUIRED)                # libspdlog-dev
find_package(CLI11 REQUIRED)                 # libcli11-dev
find_package(tl-expected REQUIRED)           # libexpected-dev
# The static one where there is one: the shared one costs the webhook, which reads no YAML, memory.
find_path(libyaml_headers yaml.h REQUIRED)   # libyaml-dev
find_library(libyaml_archive libyaml.a)
find_library(libyaml_shared yaml REQUIRED)
add_library(libyaml INTERFACE)
target_link_libraries(libyaml INTERFACE $<IF:$<BOOL:${libyaml_archive}>,${libyaml_archive},${libyaml_shared}>)
target_include_directories(libyaml SYSTEM INTERFACE ${libyaml_headers})
# The static one where there is one, as above.
find_path(re2_headers re2/re2.h REQUIRED)    # libre2-dev
find_library(re2_archive libre2.a)
find_library(re2_shared re2)
add_library(re2_library INTERFACE)
target_link_libraries(re2_library INTERFACE $<IF:$<BOOL:${re2_archive}>,${re2_archive},${re2_shared}> Threads::Threads)
target_include_directories(re2_library SYSTEM INTERFACE ${re2_headers})
find_path(valijson_headers valijson/schema.hpp REQUIRED)   # libvalijson-dev
find_path(tomlplusplus_headers toml++/toml.h REQUIRED)   # libtomlplusplus-dev
# cpp-httplib's build macros change the layout of its classes: they must be the packaged library's own.
pkg_check_modules(httplib REQUIRED IMPORTED_TARGET cpp-httplib)   # libcpp-httplib-dev
# By pkg-config: its CMake file asks for civetweb and curl as well, which only parts that are not used here need.
pkg_check_modules(prometheus REQUIRED IMPORTED_TARGET prometheus-cpp-core)   # prometheus-cpp-dev

# Third-party headers are SYSTEM: our warnings-as-errors are for our code.
add_library(rapidjson_headers INTERFACE)
target_include_directories(rapidjson_headers SYSTEM INTERFACE ${RAPIDJSON_INCLUDE_DIRS})
