export * from './index.js';
export { folderQueue } from './folder-queue.js';
