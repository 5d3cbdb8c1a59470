import { readdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { restConnector } from '../../connectors/rest.js';
import { s3Connector } from '../../connectors/s3.js';
import { ReplicationError } from '../../errors.js';
import { keyHex } from '../../snapshot/key-hex.js';
import { databaseFolder, decodeName } from '../../storage/file-names.js';
import { directoryConnector } from './directory-connector.js';

/**
 * @typedef {object} Place where a database is, as the command line names it
 * @property {string} text as it was given
 * @property {string} database
 * @property {string} format '0.14' or '0.24'
 * @property {string[]} keys that were given, hex: one or none
 * @property {string | null} store folder of all stores, if it is a local store of this package; null: a remote
 * @property {import('../../connectors/connector.js').Connector | null} connector of a remote
 */

/** The options that say more of places, for `parseArgs`. */
export const PLACE_OPTIONS = {
  database: { type: 'string', hint: 'NAME', what: 'of the database (the only one of a folder)' },
  format: { type: 'string', hint: 'F', what: '0.24 or 0.14 (the one that is there)' },
  key: { type: 'string', hint: 'KEY', what: 'hex or base58 (FIREPROOF_KEY)' },
  token: { type: 'string', hint: 'TOKEN', what: 'of a REST server (FIREPROOF_TOKEN)' },
  's3-endpoint': { type: 'string', hint: 'URL', what: 'of the S3 service (Amazon)' },
  's3-region': { type: 'string', hint: 'NAME', what: 'of the bucket (AWS_REGION)' },
};

const FORMATS = ['0.24', '0.14'];

/**
 * @param {string | undefined} text a folder of objects, `http(s)://…`, `s3://bucket/prefix`, or `store:` and a folder of local
 *   stores
 * @param {Record<string, any>} values of PLACE_OPTIONS
 * @param {Record<string, string | undefined>} env
 * @param {{ isNew?: boolean }} [options] `isNew`: there need not be a database yet
 * @returns {Promise<Place>}
 * @throws {ReplicationError} `invalid-argument`
 */
export async function placeOf(text, values, env, { isNew = false } = {}) {
  if (!text) refuse('it needs a place: a folder, a URL, s3://bucket/prefix or store:FOLDER');
  const { format: wanted } = values;
  if (wanted !== undefined && !FORMATS.includes(wanted)) refuse(`not a format: ${wanted}`);
  const key = values.key ?? env.FIREPROOF_KEY;
  const keysOf = (format) => (key ? [keyHex(key, format)] : []);
  const formats = wanted ? [wanted] : FORMATS;
  if (text.startsWith('store:')) {
    const place = await storeOf(text, values, formats);
    return { ...place, keys: keysOf(place.format) };
  }
  const connectorOf = remoteOf(text, values, env);
  const databases = values.database ? [values.database] : await databasesAt(text, formats);
  const database = single(databases, text);
  const found = formats.length > 1 ? await formatAt(database, connectorOf) : formats[0];
  if (!found && !isNew) {
    refuse(`${text} has no database "${database}"; if only its meta is gone, give --format`);
  }
  const format = found ?? formats[0];
  const connector = connectorOf({ database, format });
  return { text, database, format, keys: keysOf(format), store: null, connector };
}

/** @param {string} text @returns {(database: object) => import('../../connectors/connector.js').Connector} */
function remoteOf(text, values, env) {
  if (/^https?:\/\//.test(text)) {
    const token = values.token ?? env.FIREPROOF_TOKEN;
    const headers = token ? { Authorization: `Bearer ${token}` } : {};
    return (database) => restConnector({ url: text, headers, ...database });
  }
  if (!text.startsWith('s3://')) return (database) => directoryConnector(text, database);
  const [, bucket, prefix] =
    /^s3:\/\/([^/]+)\/?(.*)$/.exec(text) ?? refuse(`not a bucket: ${text}`);
  const region =
    values['s3-region'] || env.AWS_REGION || refuse('s3:// needs --s3-region or AWS_REGION');
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = env;
  const sessionToken = env.AWS_SESSION_TOKEN;
  const credentials = accessKeyId ? { accessKeyId, secretAccessKey, sessionToken } : undefined;
  const options = { bucket, region, prefix, endpoint: values['s3-endpoint'], credentials };
  return (database) => s3Connector({ ...options, ...database });
}

async function storeOf(text, { database: wanted }, formats) {
  const store = text.slice('store:'.length) || join(homedir(), '.fireproof-wasm');
  const names = wanted ? [wanted] : (await namesIn(store)).map(decodeName);
  const database = single(names, text);
  const there = await namesIn(join(store, databaseFolder(database)));
  const format = formats.find((each) => there.includes(each)) ?? formats[0];
  return { text, database, format, store, connector: null };
}

/** The databases whose metas a folder has. Other places cannot be listed. */
async function databasesAt(text, formats) {
  if (/^(https?|s3):\/\//.test(text)) return [];
  const folders = await namesIn(join(text, 'meta'));
  const endings = formats.map((format) => `.${format}`);
  return folders
    .filter((name) => name.startsWith('fp.') && endings.some((ending) => name.endsWith(ending)))
    .map((name) => name.slice('fp.'.length, name.lastIndexOf('.0.')));
}

async function formatAt(database, connectorOf) {
  for (const format of FORMATS) {
    const { status } = await connectorOf({ database, format }).getMeta({});
    if (status === 'found') return format;
  }
  return null;
}

function single(names, text) {
  const different = [...new Set(names)];
  if (different.length === 1) return different[0];
  if (different.length === 0) refuse(`${text} tells no database: give --database`);
  return refuse(
    `${text} has several databases: give --database, of ${different.sort().join(', ')}`,
  );
}

const namesIn = async (dir) => {
  const entries = await readdir(dir, { withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
};

/** @param {string} message @returns {never} */
export function refuse(message) {
  throw new ReplicationError('invalid-argument', message);
}
