/** Requests that may wait on one connection for the answer to an earlier one. */
export const PIPELINED = 64;

const QUEUE = Symbol('requests that wait');

/**
 * Lets the requests of one connection in one at a time. Node reads on while an answer is not taken, and each request
 * that it lets in would keep its file open (RFC 9112, section 9.3.2, allows clients not to wait).
 *
 * @param {(incoming: import('node:http').IncomingMessage, outgoing: import('node:http').ServerResponse) => void} listener
 * @param {(socket: import('node:net').Socket) => void} tooMany called when more wait, with the connection to be ended
 */
export function inTurn(listener, tooMany) {
  const run = (incoming, outgoing, queue) => {
    queue.current = outgoing;
    outgoing.once('close', () => {
      const next = queue.shift();
      if (next === undefined) queue.current = null;
      else if (!incoming.socket.destroyed) run(...next, queue);
    });
    listener(incoming, outgoing);
  };
  return (incoming, outgoing) => {
    const { socket } = incoming;
    const queue = (socket[QUEUE] ??= Object.assign([], { current: null }));
    if (queue.current === null) run(incoming, outgoing, queue);
    else if (queue.length < PIPELINED) queue.push([incoming, outgoing]);
    else tooMany(socket);
  };
}

/** Whether the head of an answer has gone out on a connection, and the end has not. @param {any} socket */
export const isAnswering = (socket) => socket[QUEUE]?.current?.headersSent ?? false;
