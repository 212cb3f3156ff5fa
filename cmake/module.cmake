# Flags of every target of ours.
add_library(project_options INTERFACE)
target_compile_options(project_options INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wnon-virtual-dtor
  -Wold-style-cast -Woverloaded-virtual -Wnull-dereference -Werror
  -fstack-protector-strong)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  # GCC 12 sees overlapping copies in std::string's operator+ (GCC bug 105651).
  target_compile_options(project_options INTERFACE -Wno-restrict)
endif()
if(CMAKE_BUILD_TYPE STREQUAL "Release")
  target_compile_options(project_options INTERFACE -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2)
endif()
if(CONNECTED_REGISTRY_SANITIZER)
  # Not vptr: it tries memory out with a pipe, and takes it for invalid where a test has used up all descriptors.
  target_compile_options(project_options INTERFACE
    -fsanitize=${CONNECTED_REGISTRY_SANITIZER} -fno-sanitize=vptr -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(project_options INTERFACE -fsanitize=${CONNECTED_REGISTRY_SANITIZER})
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # GCC's -Wnull-dereference and -Wmaybe-uninitialized see ghosts in instrumented code.
    target_compile_options(project_options INTERFACE -Wno-null-dereference -Wno-maybe-uninitialized)
  else()
    # RapidJSON's empty stack adds to a null pointer, which Clang's sanitizer does not take.
    target_compile_options(project_options INTERFACE -fno-sanitize=pointer-overflow)
  endif()
endif()

# The program is optimised as a whole where it is linked: half the code, and so much less of it in memory. Its
# modules' objects hold ordinary code as well ("fat"), with which the other programs link quickly.
set(whole_program_compile_options)
set(whole_program_link_options)
set(other_program_link_options)
if(CMAKE_BUILD_TYPE STREQUAL "Release" AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  set(whole_program_compile_options -O2 -flto -ffat-lto-objects)
  # Packed relocations (glibc 2.36) take 100 kB less of each process's memory.
  set(whole_program_link_options -O2 -flto=auto -Wl,--gc-sections -Wl,-z,pack-relative-relocs)
  set(other_program_link_options -fno-lto)
endif()

# add_module(NAME DEPENDS modules… LIBRARIES libraries… [PRIVATE_LIBRARIES libraries…])
# A module is the directory of its name ("trust/files" is the library trust_files) and a static library. It links only to
# the modules it names, so an include against the one-way order of ARCHITECTURE.md fails at link time.
function(add_module name)
  cmake_parse_arguments(module "" "" "DEPENDS;LIBRARIES;PRIVATE_LIBRARIES" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${name}/*.cc)
  string(REPLACE "/" "_" name ${name})
  add_library(${name} STATIC ${sources})
  target_include_directories(${name} PUBLIC ${PROJECT_SOURCE_DIR}/webhook)
  target_link_libraries(${name} PUBLIC ${module_DEPENDS} ${module_LIBRARIES}
                                PRIVATE project_options ${module_PRIVATE_LIBRARIES})
  target_compile_options(${name} PRIVATE ${whole_program_compile_options})
endfunction()
