# fireproof-wasm: build/wasm/fireproof.mjs, an ES module whose default export makes an instance, and
# fireproof.wasm. The caller always passes `wasmBinary`, so the glue needs no way to load it: made
# for `web,worker` it runs in Node as well, and without import.meta.url no bundler goes looking for
# the .wasm file. DYNAMIC_EXECUTION=0: no eval, so a page's content security policy needs no more
# than 'wasm-unsafe-eval'.
add_executable(fireproof-wasm "${PROJECT_SOURCE_DIR}/wasm/bindings.cpp")
set_target_properties(fireproof-wasm PROPERTIES OUTPUT_NAME fireproof SUFFIX .mjs)
target_compile_definitions(fireproof-wasm PRIVATE EMSCRIPTEN_HAS_UNBOUND_TYPE_NAMES=0)
target_link_libraries(
  fireproof-wasm PRIVATE fireproof-core fireproof::warnings fireproof::no_exceptions
)
target_link_options(
  fireproof-wasm
  PRIVATE
  -lembind
  -fno-exceptions
  -fno-rtti
  -sMODULARIZE
  -sEXPORT_ES6
  -sUSE_ES6_IMPORT_META=0
  -sENVIRONMENT=web,worker
  -sDYNAMIC_EXECUTION=0
  -sALLOW_MEMORY_GROWTH
  -sTOTAL_STACK=1MB
  -sMALLOC=emmalloc
  -sFILESYSTEM=0
  -sINCOMING_MODULE_JS_API=wasmBinary
)

option(FIREPROOF_WASM_NAMES "Keep the names of functions, which profiles show" OFF)
if(FIREPROOF_WASM_NAMES)
  target_link_options(fireproof-wasm PRIVATE --profiling-funcs)
endif()

# The engine is compiled for size, but for the loops that see every byte or every entry.
foreach(
  hot
  base/text
  car/car
  documents/block_index
  documents/document_json
  ipld/dag_cbor
  ipld/dag_cbor_reader
  ipld/json
  ipld/json_parse
  multiformats/cid
  pail/shard
)
  set_source_files_properties("${PROJECT_SOURCE_DIR}/core/${hot}.cpp" PROPERTIES COMPILE_OPTIONS -O2)
endforeach()
