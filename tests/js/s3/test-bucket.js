// A bucket as its owner sees it: made, configured, and looked into by requests of aws4fetch alone.
import { AwsClient } from 'aws4fetch';
import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { corsRules } from '../../../js/connectors/s3/cors.js';

export const REGION = 'us-east-1';

let made = 0;

export class TestBucket {
  #client;
  #url;

  /** @param {string} endpoint @param {{ accessKeyId: string, secretAccessKey: string }} owner */
  constructor(endpoint, owner) {
    this.bucket = `test-${process.pid}-${++made}`;
    this.endpoint = endpoint;
    this.owner = owner;
    this.#url = `${endpoint}/${this.bucket}`;
    this.#client = new AwsClient({ ...owner, service: 's3', region: REGION, retries: 0 });
  }

  static async make(endpoint, owner) {
    const bucket = new TestBucket(endpoint, owner);
    await bucket.#send('', { method: 'PUT' });
    return bucket;
  }

  /** Options of connect.s3 for its owner. */
  get signed() {
    return { ...this.open, credentials: this.owner };
  }

  /** The same without credentials. */
  get open() {
    return { endpoint: this.endpoint, region: REGION, bucket: this.bucket };
  }

  /** The address at which everybody may read, if they may. */
  get url() {
    return `${this.#url}/`;
  }

  /**
   * Lets pages in, as the documentation says.
   *
   * @param {string} origin
   * @param {{ exposed?: string[], headers?: string[] }} [options] headers that they see and may send, if others
   */
  allowOrigin(origin, { exposed, headers } = {}) {
    const [rule] = JSON.parse(corsRules(origin));
    const list = (name, values) => values.map((value) => `<${name}>${value}</${name}>`).join('');
    const xml = `<CORSConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><CORSRule>${[
      list('AllowedOrigin', rule.AllowedOrigins),
      list('AllowedMethod', rule.AllowedMethods),
      list('AllowedHeader', headers ?? rule.AllowedHeaders),
      list('ExposeHeader', exposed ?? rule.ExposeHeaders),
      list('MaxAgeSeconds', [rule.MaxAgeSeconds]),
    ].join('')}</CORSRule></CORSConfiguration>`;
    return this.#configure('cors', xml, { 'Content-Type': 'application/xml' });
  }

  /** Lets everybody read, and see what is missing. */
  allowReading() {
    const allow = (Action, Resource) => ({ Effect: 'Allow', Principal: '*', Action, Resource });
    const arn = `arn:aws:s3:::${this.bucket}`;
    const Statement = [allow(['s3:GetObject'], `${arn}/*`), allow(['s3:ListBucket'], arn)];
    return this.#configure('policy', JSON.stringify({ Version: '2012-10-17', Statement }));
  }

  keepVersions() {
    const xml =
      '<VersioningConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Status>Enabled</Status></VersioningConfiguration>';
    return this.#configure('versioning', xml);
  }

  /** The keys of all objects, decoded. */
  async keys() {
    const xml = await (await this.#send('?list-type=2')).text();
    const keys = [...xml.matchAll(/<Key>([^<]*)<\/Key>/g)].map(([, key]) => key);
    const entities = { amp: '&', apos: "'", '#x27': "'", quot: '"', lt: '<', gt: '>' };
    return keys.map((key) => key.replace(/&([^;]+);/g, (_, entity) => entities[entity]));
  }

  /** @param {string} key */
  async read(key) {
    const response = await this.#send(`/${encodeURIComponent(key)}`);
    return new Uint8Array(await response.arrayBuffer());
  }

  /** Puts bytes in place of an object, behind the back of everybody else. @param {string} key */
  write(key, bytes) {
    return this.#send(`/${encodeURIComponent(key)}`, { method: 'PUT', body: bytes });
  }

  /** @param {string} key */
  delete(key) {
    return this.#send(`/${encodeURIComponent(key)}`, { method: 'DELETE' });
  }

  /** Copies all objects into a folder. */
  async copyTo(dir) {
    for (const key of await this.keys()) {
      const path = join(dir, key);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, await this.read(key));
    }
  }

  #configure(what, body, headers = {}) {
    const md5 = createHash('md5').update(body).digest('base64');
    return this.#send(`?${what}=`, {
      method: 'PUT',
      body,
      headers: { 'Content-MD5': md5, ...headers },
    });
  }

  async #send(path, init) {
    const response = await this.#client.fetch(`${this.#url}${path}`, init);
    if (response.ok) return response;
    throw new Error(`${path || this.bucket}: ${response.status} ${await response.text()}`);
  }
}
