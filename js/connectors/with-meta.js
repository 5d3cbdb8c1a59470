/**
 * A remote whose meta record is kept elsewhere: CARs in a public bucket, say, and the meta where only members may
 * write. What the keeper of the meta makes of conditions cannot be probed with a CAR, which it need not take: they are
 * asked for, but not relied on, so a write counts when it was read back.
 *
 * @param {import('./connector.js').Connector} cars
 * @param {import('./connector.js').Connector} meta
 * @returns {import('./connector.js').Connector}
 */
export function withMeta(cars, meta) {
  const probe = async (request) => ({
    absent: cars.conditional && cars.probe ? (await cars.probe(request)).absent : 'unknown',
    match: 'unknown',
  });
  return {
    name: `${cars.name}, meta at ${meta.name}`,
    canWrite: cars.canWrite && meta.canWrite,
    conditional: cars.conditional || meta.conditional,
    getMeta: (request) => meta.getMeta(request),
    getCar: (request) => cars.getCar(request),
    putMeta: (upload) =>
      meta.putMeta(meta.conditional ? upload : { ...upload, condition: 'none', etag: undefined }),
    putCar: (upload) => cars.putCar(cars.conditional ? upload : { ...upload, ifAbsent: false }),
    ...(cars.hasCar && { hasCar: (question) => cars.hasCar(question) }),
    probe,
  };
}
