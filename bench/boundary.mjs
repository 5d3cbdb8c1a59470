// How documents cross from WebAssembly to JavaScript: as JSON text that JSON.parse reads (what the engine does), or
// as DAG-CBOR decoded in JavaScript.
import * as dagCbor from '@ipld/dag-cbor';
import { alternate, print } from './measure.mjs';

const words = 'lorem ipsum dolor sit amet consectetur adipiscing elit sed do eiusmod tempor'.split(
  ' ',
);

/** Documents of about 340 bytes of JSON, as in the workloads of the other benchmarks. */
export function makeDocuments(count) {
  const body = (n) =>
    Array.from({ length: 32 }, (_, i) => words[(n * 7 + i * i) % words.length]).join(' ');
  return Array.from({ length: count }, (_, n) => ({
    _id: `doc-${String(n).padStart(6, '0')}`,
    type: 'note',
    title: `Note number ${n} of all of them`,
    body: body(n),
    n,
    tags: [words[n % 12], words[(n + 5) % 12], words[(n + 7) % 12]],
  }));
}

export async function boundary() {
  const documents = makeDocuments(1000);
  const json = new TextEncoder().encode(JSON.stringify(documents));
  const cbor = documents.map((document) => dagCbor.encode(document));
  const results = await alternate(
    {
      'JSON text, one parse': () => JSON.parse(new TextDecoder().decode(json)),
      'DAG-CBOR, one decode a document': () => cbor.map((bytes) => dagCbor.decode(bytes)),
    },
    30,
  );
  print('1,000 documents from bytes to objects', results);
}
