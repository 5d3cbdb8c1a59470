// How Fireproof 0.24 reaches objects over HTTP: a gateway for `bench:` URLs (format page 0.24, section 9.3). It does
// not poll, as our connection here does not.
import { Result } from '@adviser/cement';
import { NotFoundError, registerStoreProtocol } from '@fireproof/core';

const done = async () => Result.Ok(undefined);

/** The address of the object that a URL of the package names. */
function address(url) {
  const { host, pathname } = new URL(url.toString().replace(/^bench:/, 'http:'));
  const key = encodeURIComponent(url.getParam('key'));
  return `http://${host}${pathname}/${url.getParam('store')}/${key}`;
}

async function request(url, options) {
  try {
    return await fetch(address(url), options);
  } catch (error) {
    return { ok: false, status: error.message };
  }
}

const gateway = {
  start: async (url) => Result.Ok(url.build().defParam('version', 'v1-bench').URI()),
  buildUrl: async (url, key) => Result.Ok(url.build().setParam('key', key).URI()),
  close: done,
  destroy: done,
  delete: done,
  async put(url, body) {
    const method = url.getParam('store') === 'meta' ? 'POST' : 'PUT';
    const { ok, status } = await request(url, { method, body });
    return ok ? Result.Ok(undefined) : Result.Err(new Error(`${method} ${url}: ${status}`));
  },
  async get(url) {
    const response = await request(url);
    if (response.status === 404) return Result.Err(new NotFoundError(`no ${url}`));
    if (!response.ok) return Result.Err(new Error(`GET ${url}: ${response.status}`));
    return Result.Ok(new Uint8Array(await response.arrayBuffer()));
  },
  async getPlain(url, key) {
    return this.get(url.build().setParam('key', key).URI());
  },
};

registerStoreProtocol({
  protocol: 'bench:',
  isDefault: false,
  defaultURI: () => {
    throw new Error('a bench: URL has no default');
  },
  gateway: async () => gateway,
});

/** What `db.attach` takes for a remote at an HTTP address. @param {string} remote */
export function attachable(remote) {
  const url = remote.replace(/^http:/, 'bench:');
  const store = { url };
  return {
    name: 'bench',
    configHash: () => url,
    prepare: async () => ({ car: store, file: store, meta: store }),
  };
}
