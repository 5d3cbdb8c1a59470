import { someCar } from '../car.js';

/** One request of each operation that a connector has, with names. */
export async function everyRequest(connector) {
  const { cid, bytes } = await someCar(100, 1);
  const car = { kind: 'data', cid };
  const requests = {
    getMeta: {},
    getCar: car,
    hasCar: car,
    putCar: { ...car, bytes, ifAbsent: false },
    putMeta: { bytes, condition: 'none' },
  };
  return Object.entries(requests)
    .filter(([operation]) => typeof connector[operation] === 'function')
    .map(([operation, request]) => ({
      operation,
      ask: (more) => connector[operation]({ ...request, ...more }),
    }));
}
