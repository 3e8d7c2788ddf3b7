import express, { type Router } from 'express';
import { handleMessages } from './message-routes.js';
import { handleOperations } from './operation-routes.js';
import { handleMappings } from './mapping-routes.js';
import type { ApiOptions } from './options.js';
import { handlePathways } from './pathway-routes.js';

/** The routes that read and operate (CONTRACT 2): messages, pathways, mappings, the scan, health, metrics and the description of it all. */
export function createApi(options: ApiOptions): Router {
  const router = express.Router({ caseSensitive: true, strict: true });
  handleMessages(router, options);
  handlePathways(router, options);
  handleMappings(router, options);
  handleOperations(router, options);
  return router;
}
