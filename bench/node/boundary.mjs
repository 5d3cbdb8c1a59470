// How documents cross from WebAssembly to JavaScript: as JSON text that JSON.parse reads (what the engine does), or
// as DAG-CBOR decoded in JavaScript.
import * as dagCbor from '@ipld/dag-cbor';
import { makeDocuments } from '../documents.mjs';
import { alternate, print } from './measure.mjs';

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
