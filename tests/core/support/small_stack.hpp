// The stack of the WebAssembly module is small; tests of deep structures run on one of that size.
#pragma once

#ifdef __EMSCRIPTEN__
#include <utility>
#else
#include <pthread.h>

#include <exception>
#include <stdexcept>
#endif

namespace fireproof::test {

// Runs `function` on a stack of 1 MB, as cmake/WasmModule.cmake gives the module. An overflow ends the process. Catch2's
// assertions belong after this call, on the thread of the test. In WebAssembly it is simply called.
template <typename Function>
void on_small_stack(Function function) {
#ifdef __EMSCRIPTEN__
  std::move(function)();
#else
  struct Task {
    Function* function;
    std::exception_ptr thrown;
  } task{&function, nullptr};
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, 1 << 20);
  pthread_t thread;
  const auto run = [](void* argument) -> void* {
    auto* mine = static_cast<Task*>(argument);
    try {
      (*mine->function)();
    } catch (...) {
      mine->thrown = std::current_exception();
    }
    return nullptr;
  };
  const int failed = pthread_create(&thread, &attributes, run, &task);
  pthread_attr_destroy(&attributes);
  if (failed != 0) throw std::runtime_error("no thread with a small stack");
  pthread_join(thread, nullptr);
  if (task.thrown) std::rethrow_exception(task.thrown);
#endif
}

}  // namespace fireproof::test
