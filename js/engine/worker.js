// The worker that runs the engine of one database in browsers.
import { expose } from 'comlink';
import { browserStorage } from './browser-storage.js';
import { EngineService } from './service.js';

expose(new EngineService(browserStorage));
