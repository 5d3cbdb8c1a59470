'use client';
// Hooks for React 18 and 19, by the names of use-fireproof.
export { useConnection } from './hooks.js';
export {
  FireproofProvider,
  useAllDocs,
  useChanges,
  useDatabase,
  useDocument,
  useLiveQuery,
  useSuspenseLiveQuery,
} from './provider.js';
export { ImgFile, useFile } from './use-file.js';
export { useFireproof } from './use-fireproof.js';
export { useLive, useSuspenseLive } from './use-live.js';
