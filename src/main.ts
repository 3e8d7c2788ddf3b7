import { statSync } from 'node:fs';
import { serve } from './cli/serve.js';

await serve(process.env, (path) => statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false);
