// The worker that runs the engine of one database in browsers.
import { expose, transfer } from 'comlink';
import { browserStorage } from './browser-storage.js';
import { EngineService } from './service.js';

class WorkerService extends EngineService {
  /** News go by the same port as answers, so that they arrive in order and nothing has to wait for them. */
  open(options) {
    return super.open(options, (news) => postMessage({ news }));
  }

  /** Bytes of an answer are moved to the page, not copied. */
  async call(...parameters) {
    const answer = await super.call(...parameters);
    const { json, bytes } = answer.value ?? {};
    const buffers = [json, bytes].filter(Boolean).map(({ buffer }) => buffer);
    return transfer(answer, buffers);
  }
}

expose(new WorkerService(browserStorage));
