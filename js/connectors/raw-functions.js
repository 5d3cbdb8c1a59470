import { ReplicationError } from '../errors.js';

const isFunction = (value) => typeof value === 'function';

/**
 * What an application gave to read with, whichever of the two forms it is.
 *
 * @param {Record<string, any>} given
 * @returns {{
 *   downloadMeta: (params: { name: string, branch: string }) => any,
 *   downloadCar: (params: { type: 'data' | 'file', name: string, car: string }) => any,
 * }}
 * @throws {ReplicationError} `invalid-argument` if functions are missing
 */
export function readingOf({ download, metaDownload, dataDownload }) {
  if (isFunction(download)) {
    return {
      downloadMeta: (params) => download({ type: 'meta', ...params }),
      downloadCar: (params) => download(params),
    };
  }
  if (isFunction(metaDownload) && isFunction(dataDownload)) {
    return { downloadMeta: metaDownload, downloadCar: dataDownload };
  }
  const message = 'a raw connection needs the function download, or metaDownload and dataDownload';
  throw new ReplicationError('invalid-argument', message);
}

/**
 * Likewise to write with.
 *
 * @param {Record<string, any>} given
 * @returns {{
 *   uploadMeta: (bytes: Uint8Array, params: { name: string, branch: string }) => any,
 *   uploadCar: (bytes: Uint8Array, params: { type: 'data' | 'file', name: string, car: string },
 *     options: { public: boolean }) => any,
 * } | null} null: it gave nothing
 * @throws {ReplicationError} `invalid-argument` if it gave one function of two
 */
export function writingOf({ upload, metaUpload, dataUpload }) {
  if (isFunction(upload)) {
    return {
      uploadMeta: (bytes, params) => upload(bytes, { type: 'meta', ...params }),
      uploadCar: (bytes, params) => upload(bytes, params),
    };
  }
  if (!isFunction(metaUpload) && !isFunction(dataUpload)) return null;
  if (!isFunction(metaUpload) || !isFunction(dataUpload)) {
    const message = 'a raw connection that uploads needs both metaUpload and dataUpload';
    throw new ReplicationError('invalid-argument', message);
  }
  return { uploadMeta: metaUpload, uploadCar: asDataUpload(dataUpload) };
}

/** That of Fireproof 0.14 also gets the size, as text, and says of files only whether they are public. */
function asDataUpload(dataUpload) {
  return (bytes, params, options) =>
    dataUpload(
      bytes,
      { ...params, size: String(bytes.length) },
      params.type === 'file' ? options : undefined,
    );
}
