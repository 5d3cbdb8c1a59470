/** The fetch of the moment; browsers refuse to run it as a method of another object. @type {typeof globalThis.fetch} */
export const globalFetch = (...request) => globalThis.fetch(...request);
