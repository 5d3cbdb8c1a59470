/** The transports of an engine: passes on frames, in both directions, by the numbers of the connections. */
export class PeerLinks {
  /** @type {Map<number, import('../peers/transport.js').PeerTransport>} */
  #transports = new Map();
  #tell;

  /** @param {(message: object, pieces?: Uint8Array[]) => void} tell the engine */
  constructor(tell) {
    this.#tell = tell;
  }

  /** To be called when the engine knows the connection. */
  start(connection, transport) {
    this.#transports.set(connection, transport);
    const tell = (message, pieces) => {
      if (this.#transports.get(connection) === transport)
        this.#tell({ connection, ...message }, pieces);
    };
    transport.start({
      link: (error) => tell({ type: 'peerLink', code: error?.code, message: error?.message }),
      opened: (peer) => tell({ type: 'peerOpened', peer }),
      received: (peer, frame) => tell({ type: 'peerReceived', peer }, [frame]),
      closed: (peer) => tell({ type: 'peerClosed', peer }),
    });
  }

  send(connection, peer, frame) {
    this.#transports.get(connection)?.send(peer, frame);
  }

  closePeer(connection, peer) {
    this.#transports.get(connection)?.close(peer);
  }

  /** Ends the transport of a connection, if it has one. */
  stop(connection) {
    const transport = this.#transports.get(connection);
    this.#transports.delete(connection);
    transport?.stop();
  }

  close() {
    for (const connection of [...this.#transports.keys()]) this.stop(connection);
  }
}
