// A condition that cannot be understood protects what it was to protect.
import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { test } from 'node:test';
import { areConditionsClear } from '../../../js/server/condition-syntax.js';
import { withReplica } from './replica.js';

const META = 'meta/fp.notes.0.24/main.json';

test('conditions: a PUT with a malformed one is 412 and changes nothing', () =>
  withReplica(async ({ url }) => {
    const { headers } = await fetch(url + META, { method: 'PUT', body: '[1]' });
    const etag = headers.get('etag');
    /** The status line of a PUT with header lines as they are. */
    const put = (lines) =>
      new Promise((resolve) => {
        let answer = '';
        const head = `PUT /${META} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 3\r\n`;
        const socket = connect(Number(new URL(url).port), '127.0.0.1', () =>
          socket.write(`${head}${lines}\r\n[2]`),
        );
        socket
          .setEncoding('latin1')
          .on('data', (part) => (answer += part))
          .on('error', () => {});
        socket.on('close', () => resolve(Number(answer.slice(9, 12))));
      });
    for (const lines of [
      'If-None-Match: abc\r\n',
      'If-None-Match: \r\n',
      'If-None-Match: *, "x"\r\n',
      'If-None-Match: *\r\nIf-None-Match: *\r\n',
      'If-None-Match: "x" "y"\r\n',
      'If-None-Match: "x\r\n',
      `If-None-Match: "x",${etag.slice(1, -1)}\r\n`,
      `If-Match: ${etag.slice(1, -1)}\r\n`,
      `If-Match: ${etag}, *\r\n`,
      `If-Match: W/${etag}\r\n`,
      'If-Match: \r\n',
      `If-Match: ${etag}\r\nIf-None-Match: x\r\n`,
    ]) {
      assert.equal(await put(lines), 412, lines);
    }
    assert.equal(await (await fetch(url + META)).text(), '[1]');
    assert.equal(await put(`If-Match: "a", ${etag} ,W/"b"\r\n`), 200);
    assert.equal(await (await fetch(url + META)).text(), '[2]');
  }));

test('conditions: what RFC 9110 allows is understood', () => {
  const clear = (value) => areConditionsClear(new Headers({ 'If-None-Match': value }));
  for (const value of ['*', ' * ', '""', '"a"', 'W/"a"', '"a","b"', '"a" , W/"b,c"', '"ÿ!"']) {
    assert.ok(clear(value), value);
  }
  for (const value of ['', 'a', '"', '"a"b', 'w/"a"', '"a",', ',"a"', '"a" "b"', '*,*', '"a b"']) {
    assert.ok(!clear(value), value);
  }
  const start = performance.now();
  assert.ok(!clear(`${'"a",'.repeat(4000)}x`));
  assert.ok(performance.now() - start < 100);
});
