/** The key of all databases, for both systems. */
export const KEY = '000102030405060708090a0b0c0d0e0f';
