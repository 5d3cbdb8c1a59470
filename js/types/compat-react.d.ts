export * from './compat.js';
export * from './react.js';
