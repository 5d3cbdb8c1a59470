# Finds Emscripten wherever it was installed (a distribution's package, the SDK, Homebrew) and hands
# over to the toolchain file that it brings.
# CMake reads this file again for each compiler check; the environment keeps the answer.
if(NOT DEFINED ENV{FIREPROOF_EMSCRIPTEN_ROOT})
  find_program(EM_CONFIG em-config REQUIRED)
  execute_process(
    COMMAND "${EM_CONFIG}" EMSCRIPTEN_ROOT
    OUTPUT_VARIABLE emscripten_root
    OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY
  )
  set(ENV{FIREPROOF_EMSCRIPTEN_ROOT} "${emscripten_root}")
endif()
include("$ENV{FIREPROOF_EMSCRIPTEN_ROOT}/cmake/Modules/Platform/Emscripten.cmake")
