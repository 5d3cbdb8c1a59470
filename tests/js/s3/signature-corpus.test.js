// The signing test suite of Amazon (docs/corpora.md), through the signer that this package is bundled with. It is not
// part of the checkout.
import { AwsV4Signer } from 'aws4fetch';
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { inCheckout } from '../../../scripts/lib/checkout.mjs';

const corpora = process.env.FIREPROOF_CORPORA ?? inCheckout('..', 'shared', 'corpora');
const folder = join(corpora, 'aws-c-auth', 'tests', 'aws-signing-test-suite', 'v4');

/** Paths that are not to be normalised, which is what the URL class does before anything is signed. */
const UNNORMALIZED = [
  'get-relative-relative-unnormalized',
  'get-relative-unnormalized',
  'get-slash-dot-slash-unnormalized',
  'get-slash-pointless-dot-unnormalized',
  'get-slash-unnormalized',
  'get-slashes-unnormalized',
];

/** A request as the suite writes it: raw HTTP, with lines that continue the header before. */
function parseRequest(text) {
  const [head, ...rest] = text.replaceAll('\r', '').split('\n\n');
  const [start, ...lines] = head.replaceAll(/\n[ \t]+/g, ' ').split('\n');
  const [, method, target] = /^(\S+) (.*) HTTP\/1\.1$/.exec(start);
  const headers = new Map();
  for (const line of lines.filter(Boolean)) {
    const [, name, value] = /^([^:]+):(.*)$/.exec(line);
    const key = name.toLowerCase();
    // Values of one name are joined without a space.
    headers.set(key, headers.has(key) ? `${headers.get(key)},${value.trim()}` : value.trim());
  }
  return { method, target, headers, body: rest.join('\n\n') };
}

const sha256 = (text) => createHash('sha256').update(text).digest('hex');

function signerOf(name, isQuery) {
  const read = (file) => readFileSync(join(folder, name, file), 'utf8');
  const context = JSON.parse(read('context.json'));
  const { method, target, headers, body } = parseRequest(read('request.txt'));
  const url = new URL(`https://${headers.get('host')}${target}`);
  headers.delete('host');
  if (isQuery) url.searchParams.set('X-Amz-Expires', String(context.expiration_in_seconds));
  const sent = Object.fromEntries(headers);
  if (context.sign_body && !isQuery) sent['x-amz-content-sha256'] = sha256(body);
  const signer = new AwsV4Signer({
    url: url.href,
    method,
    headers: sent,
    body,
    allHeaders: true,
    // The suite gives paths that are not encoded yet.
    singleEncode: true,
    accessKeyId: context.credentials.access_key_id,
    secretAccessKey: context.credentials.secret_access_key,
    sessionToken: context.credentials.token,
    appendSessionToken: context.omit_session_token,
    service: context.service,
    region: context.region,
    datetime: context.timestamp.replaceAll(/[:-]/g, ''),
    signQuery: isQuery,
  });
  return { signer, expected: read(`${isQuery ? 'query' : 'header'}-signature.txt`) };
}

test('the signatures are those of the suite of Amazon', async (t) => {
  if (!existsSync(folder)) {
    const message = `*** SKIPPED, because this is absent (FIREPROOF_CORPORA names its folder): ${folder}`;
    console.log(message);
    t.skip(message);
    return;
  }
  const names = readdirSync(folder).sort();
  const different = [];
  for (const name of names) {
    for (const kind of ['header', 'query']) {
      const { signer, expected } = signerOf(name, kind === 'query');
      if ((await signer.signature()) !== expected) different.push(`${name} ${kind}`);
    }
  }
  console.log(`aws-c-auth: ${2 * names.length - different.length} signatures equal`);
  const outside = UNNORMALIZED.flatMap((name) => [`${name} header`, `${name} query`]);
  assert.deepEqual(different, outside);
  assert.equal(names.length, 38);
});
