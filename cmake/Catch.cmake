# dependency::catch: Catch2 2.13, which is one header, or 3, which is a library. Natively 3 is the
# machine's; for WebAssembly it is compiled from .deps/.
add_library(dependency_catch INTERFACE)
add_library(dependency::catch ALIAS dependency_catch)

find_machine_headers(CATCH2_INCLUDE_DIR catch2/catch_all.hpp catch2/catch.hpp)
if(NOT EMSCRIPTEN)
  find_package(Catch2 REQUIRED)
  target_link_libraries(dependency_catch INTERFACE Catch2::Catch2)
elseif(EXISTS "${CATCH2_INCLUDE_DIR}/catch2/catch_all.hpp")
  set(catch_dir "${PROJECT_SOURCE_DIR}/.deps/catch2-3.7.1/extras")
  require_sources("${catch_dir}")
  add_library(catch2 STATIC "${catch_dir}/catch_amalgamated.cpp")
  target_compile_options(catch2 PRIVATE -fexceptions)
  target_include_directories(catch2 SYSTEM PUBLIC "${catch_dir}")
  target_link_libraries(dependency_catch INTERFACE catch2)
else()
  file(CREATE_LINK "${CATCH2_INCLUDE_DIR}/catch2" "${PROJECT_BINARY_DIR}/headers/catch2" SYMBOLIC)
endif()
