# compile_in_groups(target folder): the sources of a target that lie below a folder are compiled several
# at a time, at most this many, each group from one subfolder. Most of the time of a build goes into
# headers and templates that all of them share: a third to a half of it is saved. What they keep in anonymous
# namespaces needs names of its own within the folder. The build for WebAssembly compiles one by one,
# and so tells whether each includes what it uses.
set(unity_group_size 6)

function(compile_in_groups target folder)
  if(EMSCRIPTEN)
    return()
  endif()
  set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_MODE GROUP)
  get_target_property(sources ${target} SOURCES)
  foreach(source ${sources})
    cmake_path(IS_PREFIX folder "${source}" is_below)
    get_source_file_property(is_alone "${source}" SKIP_UNITY_BUILD_INCLUSION)
    if(NOT is_below OR is_alone)
      continue()
    endif()
    cmake_path(GET source PARENT_PATH parent)
    cmake_path(GET parent FILENAME name)
    math(EXPR count_${name} "0${count_${name}} + 1")
    math(EXPR number "(${count_${name}} - 1) / ${unity_group_size}")
    set_source_files_properties("${source}" PROPERTIES UNITY_GROUP "${name}${number}")
  endforeach()
endfunction()
