# dependency::all  everything that the core includes: libsodium, BearSSL, RapidJSON and
# tl::expected. Natively the machine's libraries are used. For WebAssembly the two C libraries are
# compiled from the sources that `npm run setup` keeps in .deps/, and the two header-only ones are
# the machine's.
add_library(dependency_all INTERFACE)
add_library(dependency::all ALIAS dependency_all)

# Headers of the machine, also when the target is another.
function(find_machine_headers variable)
  find_path(
    ${variable}
    NAMES ${ARGN}
    PATHS /usr/include /usr/local/include /opt/homebrew/include
    NO_CMAKE_FIND_ROOT_PATH REQUIRED
  )
endfunction()

find_machine_headers(RAPIDJSON_INCLUDE_DIR rapidjson/reader.h)
find_machine_headers(TL_EXPECTED_INCLUDE_DIR tl/expected.hpp)

# Their folder is usually /usr/include, which must not be searched by a cross compiler: link to just
# the two.
set(header_links "${PROJECT_BINARY_DIR}/headers")
file(MAKE_DIRECTORY "${header_links}")
file(CREATE_LINK "${RAPIDJSON_INCLUDE_DIR}/rapidjson" "${header_links}/rapidjson" SYMBOLIC)
file(CREATE_LINK "${TL_EXPECTED_INCLUDE_DIR}/tl" "${header_links}/tl" SYMBOLIC)
target_include_directories(dependency_all SYSTEM INTERFACE "${header_links}")

if(EMSCRIPTEN)
  include(CryptoFromSource)
else()
  include(CryptoFromSystem)
endif()
target_link_libraries(dependency_all INTERFACE dependency::sodium dependency::bearssl)
