# fireproof::warnings       the warnings of our own code
# fireproof::no_exceptions  no exceptions and no type information: the core returns errors as values
# Sanitizers, where asked for, are flags of the whole build.
option(FIREPROOF_WARNINGS_AS_ERRORS "Stop at a compiler warning" ON)
option(FIREPROOF_SANITIZE "Build with AddressSanitizer and UndefinedBehaviorSanitizer" OFF)

add_library(fireproof_warnings INTERFACE)
add_library(fireproof::warnings ALIAS fireproof_warnings)
target_compile_options(fireproof_warnings INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wconversion)
if(FIREPROOF_WARNINGS_AS_ERRORS)
  target_compile_options(fireproof_warnings INTERFACE -Werror)
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # False alarms of GCC 12 about what it inlines from the standard library, more of them under
  # sanitizers: -Wrestrict on string concatenation (GCC bug 105651), -Wmaybe-uninitialized and
  # -Wfree-nonheap-object on tl::expected and std::optional, the other two on the growth of a
  # std::vector.
  target_compile_options(
    fireproof_warnings INTERFACE -Wno-restrict -Wno-maybe-uninitialized -Wno-free-nonheap-object
                                 -Wno-stringop-overflow -Wno-array-bounds
  )
else()
  # Clang's -Wconversion has it, GCC's has not: what compiles natively is to compile for
  # WebAssembly.
  target_compile_options(fireproof_warnings INTERFACE -Wno-sign-conversion)
endif()

add_library(fireproof_no_exceptions INTERFACE)
add_library(fireproof::no_exceptions ALIAS fireproof_no_exceptions)
target_compile_options(fireproof_no_exceptions INTERFACE -fno-exceptions -fno-rtti)

if(EMSCRIPTEN)
  # -O3 makes the module half as large again, compressed, for C++ that mostly moves bytes; the
  # ciphers, in C, keep it.
  set(FIREPROOF_WASM_OPTIMIZATION "-Os" CACHE STRING "Optimisation of the C++ code for WebAssembly")
  set(CMAKE_CXX_FLAGS_RELEASE "${FIREPROOF_WASM_OPTIMIZATION} -DNDEBUG")
  set(CMAKE_C_FLAGS_RELEASE "-O3 -DNDEBUG")
endif()

if(FIREPROOF_SANITIZE)
  # Assertions stay on (no NDEBUG). `vptr` checks need the type information that the core is built
  # without.
  set(CMAKE_C_FLAGS_RELWITHDEBINFO "-O1 -g1")
  set(CMAKE_CXX_FLAGS_RELWITHDEBINFO "-O1 -g1 -D_GLIBCXX_ASSERTIONS")
  set(sanitizer_flags -fsanitize=address,undefined -fno-sanitize=vptr -fno-sanitize-recover=all)
  add_compile_options(${sanitizer_flags} -fno-omit-frame-pointer)
  add_link_options(${sanitizer_flags})
endif()
