import createModule from 'virtual:wasm-module';
import { loadWasmBinary } from 'virtual:wasm-binary';
import { ReplicationError } from '../errors.js';

/** The compiled module, shared by all databases of a thread. @type {Promise<object> | undefined} */
let loading;

function loadModule() {
  loading ??= loadWasmBinary().then((wasmBinary) => createModule({ wasmBinary }));
  return loading;
}

/** 32 random bytes as hex: what the engine makes its keys, IVs and random delays from. */
function entropy() {
  const bytes = crypto.getRandomValues(new Uint8Array(32));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/**
 * The WebAssembly engine of one database: messages in, commands out. This is the only file that touches
 * WebAssembly memory. Bytes given are copied in, bytes returned are copied out: nothing here needs freeing
 * but the whole, by `destroy()`.
 */
export class EngineCore {
  #module;
  #handle;

  constructor(module, handle) {
    this.#module = module;
    this.#handle = handle;
  }

  /**
   * @param {{ format: string, public: boolean, key?: string, cacheBytes: number }} options
   *   `cacheBytes`: memory for blocks, in bytes
   * @throws {ReplicationError} `unsupported-format`, `invalid-key`, `invalid-argument`
   */
  static async create({ format, public: isPublic, key = '', cacheBytes }) {
    const module = await loadModule();
    const made = JSON.parse(module.create(format, isPublic, key, entropy(), cacheBytes));
    if (made.code) throw new ReplicationError(made.code, made.message);
    return new EngineCore(module, made.handle);
  }

  /** The first commands. */
  start() {
    return this.#take(this.#module.start(this.#handle));
  }

  /**
   * @param {object} message one input of the engine, without its bytes
   * @param {(Uint8Array | null)[]} pieces bytes that go with it, in order; null where there are none
   * @returns {object[]} commands
   */
  receive(message, pieces = []) {
    const sizes = pieces.map((piece) => piece && piece.length);
    const total = sizes.reduce((sum, size) => sum + (size ?? 0), 0);
    let at = this.#module.stage(this.#handle, total);
    for (const piece of pieces) {
      if (!piece) continue;
      this.#module.HEAPU8.set(piece, at);
      at += piece.length;
    }
    const json = JSON.stringify(pieces.length > 0 ? { ...message, sizes } : message);
    return this.#take(this.#module.receive(this.#handle, json, Date.now()));
  }

  destroy() {
    this.#module.destroy(this.#handle);
  }

  #take(json) {
    const commands = JSON.parse(json);
    if (!Array.isArray(commands)) throw new ReplicationError(commands.code, commands.message);
    for (const command of commands) this.#takeBlobs(command);
    return commands;
  }

  /** Puts bytes in the place of `{ blob: n }` in the members that can have them. */
  #takeBlobs(command) {
    for (const holder of [command, ...(command.type === 'commit' ? command.rows : [])]) {
      for (const member of ['record', 'bytes', 'json']) {
        if (holder[member]) holder[member] = this.#copyBlob(holder[member].blob);
      }
    }
  }

  #copyBlob(blob) {
    const address = this.#module.blobAddress(this.#handle, blob);
    return this.#module.HEAPU8.slice(address, address + this.#module.blobSize(this.#handle, blob));
  }
}
