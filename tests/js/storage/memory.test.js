import { test } from 'node:test';
import { MemoryStorage } from '../../../js/storage/memory.js';
import { storageAcceptance } from './acceptance.js';

storageAcceptance({
  test: (name, body) => test(`memory: ${name}`, body),
  create: (name) => new MemoryStorage({ name, format: '0.24' }),
});
