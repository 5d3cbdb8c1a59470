/** Whether something is a database, of this copy of the package or of another one. @param {any} value */
export function isDatabase(value) {
  const methods = ['put', 'get', 'allDocs', 'query', 'exportKey'];
  return value instanceof EventTarget && methods.every((each) => typeof value[each] === 'function');
}
