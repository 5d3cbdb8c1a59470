# dependency::sodium and dependency::bearssl as the machine has them (libsodium-dev,
# libbearssl-dev).
function(add_system_library name library header)
  string(TOUPPER "${name}" prefix)
  find_library(${prefix}_LIBRARY "${library}" REQUIRED)
  find_path(${prefix}_INCLUDE_DIR "${header}" REQUIRED)
  add_library(dependency::${name} UNKNOWN IMPORTED)
  set_target_properties(
    dependency::${name} PROPERTIES IMPORTED_LOCATION "${${prefix}_LIBRARY}"
                                   INTERFACE_INCLUDE_DIRECTORIES "${${prefix}_INCLUDE_DIR}"
  )
endfunction()

add_system_library(sodium sodium sodium.h)
add_system_library(bearssl bearssl bearssl.h)
