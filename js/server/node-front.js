/** Milliseconds that a client gets to read the answer to an upload that is not read to its end. */
const LINGER = 1000;

/**
 * The handler for Node's HTTP server, without `Request` and `Response` between them.
 *
 * @param {(request: import('./plain-request.js').PlainRequest) => Promise<import('./answer.js').Answer>} handler
 * @param {(incoming: import('node:http').IncomingMessage) => string | null} clientOf address of who asks
 * @returns {(incoming: import('node:http').IncomingMessage, outgoing: import('node:http').ServerResponse) =>
 *   Promise<void>}
 */
export function nodeFront(handler, clientOf) {
  return async (incoming, outgoing) => {
    const target = targetOf(incoming.url);
    const query = target.indexOf('?');
    const { status, headers, body } = await handler({
      method: incoming.method,
      path: query < 0 ? target : target.slice(0, query),
      targetLength: target.length,
      headers: { get: (name) => headerOf(incoming, name) },
      body: () => bodyOf(incoming),
      client: clientOf(incoming),
    });
    if (!incoming.complete) endAfter(incoming, outgoing);
    outgoing.writeHead(status, headers);
    if (body === null || ArrayBuffer.isView(body)) outgoing.end(body ?? undefined);
    else await send(body, outgoing);
  };
}

/** A proxy may name all of the URL, whose path is what matters. @param {string} url */
function targetOf(url) {
  if (url.startsWith('/')) return url;
  return URL.canParse(url) ? new URL(url).pathname + new URL(url).search : url;
}

/** @returns {string | null} */
function headerOf({ headers }, name) {
  const value = headers[name];
  return value === undefined ? null : String(value);
}

/** The body of a request. Read as it is taken, and left as it is when it is cancelled. */
function bodyOf(incoming) {
  let end = () => {};
  return new ReadableStream(
    {
      start(controller) {
        const broken = () => controller.error(new Error('the upload broke off'));
        const onData = (chunk) => {
          incoming.pause();
          controller.enqueue(chunk);
        };
        const onEnd = () => {
          end();
          controller.close();
        };
        const onClose = () => {
          end();
          broken();
        };
        end = () => {
          incoming.off('data', onData).off('end', onEnd).off('close', onClose).pause();
        };
        incoming
          .on('data', onData)
          .on('end', onEnd)
          .on('close', onClose)
          .on('error', () => {});
        incoming.pause();
      },
      pull: () => void incoming.resume(),
      cancel: () => end(),
    },
    { highWaterMark: 0 },
  );
}

/** What is left of the request is not worth waiting for: the connection ends with the answer. */
function endAfter(incoming, outgoing) {
  outgoing.setHeader('Connection', 'close');
  outgoing.once('finish', () => {
    // Reading on, so that the system does not throw the answer away with what was not read.
    incoming.on('error', () => {}).resume();
    setTimeout(() => incoming.socket.destroy(), LINGER).unref();
  });
}

/** Sends a body as fast as it is taken, one part in memory at a time. */
async function send(body, outgoing) {
  const reader = body.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (outgoing.destroyed) return void reader.cancel().catch(() => {});
      if (done) break;
      if (!outgoing.write(value)) await drained(outgoing);
    }
    outgoing.end();
  } catch {
    // The head has gone out: all that can still be told is that the body is not whole.
    outgoing.destroy();
  }
}

/** Resolves when there is room for more, or nobody there to take it. */
function drained(outgoing) {
  return new Promise((resolve) => {
    const done = () => {
      outgoing.off('drain', done).off('close', done);
      resolve();
    };
    outgoing.on('drain', done).on('close', done);
    if (outgoing.destroyed) done();
  });
}
