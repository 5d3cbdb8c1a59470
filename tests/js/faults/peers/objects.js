/**
 * How an application would carry the objects of the package over HTTP, by plain PUT and GET requests. What fails is
 * told to the package as an error.
 *
 * @param {string} url of the server
 */
export function httpObjects(url) {
  const place = (kind, name, file) =>
    `${url}${kind}/${encodeURIComponent(name)}/${encodeURIComponent(file)}`;
  return {
    async put(kind, name, file, bytes) {
      const response = await fetch(place(kind, name, file), { method: 'PUT', body: bytes });
      if (!response.ok) throw new Error(`PUT of ${file}: ${response.status}`);
    },
    /** @returns {Promise<Uint8Array | null>} */
    async get(kind, name, file) {
      const response = await fetch(place(kind, name, file));
      if (response.status === 404) return null;
      if (!response.ok) throw new Error(`GET of ${file}: ${response.status}`);
      return new Uint8Array(await response.arrayBuffer());
    },
  };
}
