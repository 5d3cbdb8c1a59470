// The one include through which tests reach Catch2, whose headers moved between 2.13 and 3.
#pragma once

#if __has_include(<catch_amalgamated.hpp>)
#include <catch_amalgamated.hpp>  // 3, compiled for WebAssembly
#elif __has_include(<catch2/catch_all.hpp>)
#include <catch2/catch_all.hpp>  // 3
#else
#include <catch2/catch.hpp>  // 2.13
#endif
