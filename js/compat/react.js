'use client';
// What applications import from `use-fireproof`, so that an alias in the bundler moves them.
export * from 'fireproof-wasm/compat';
export * from 'fireproof-wasm/react';
