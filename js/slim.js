// The same as index.js. The build gives this entry its WebAssembly and worker as files beside it.
export * from './index.js';
