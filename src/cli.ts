import { statSync } from 'node:fs';
import { Command, InvalidArgumentError } from 'commander';
import { registerClientCommands } from './cli/client-commands.js';
import { runDemo } from './cli/demo.js';
import { runFhirServer } from './cli/fhir-server.js';
import { registerMappingCommands } from './cli/mapping-commands.js';
import { registerPackCommands } from './cli/pack-commands.js';
import { serve } from './cli/serve.js';
import { projectVersion } from './root.js';

/** Exit codes: 0 fine, 1 something found, 2 wrong use. */
export const EXIT = { fine: 0, found: 1, wrongUse: 2 } as const;

function port(text: string): number {
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65_535) throw new InvalidArgumentError('expected 0 to 65535');
  return Number(text);
}

const program = new Command('pakkeforlop')
  .description('Diagnostisk pakkeforløp (C01) between an EPR and a FHIR R4 server')
  .version(projectVersion())
  .showHelpAfterError('(--help tells more)')
  .configureOutput({ outputError: (text, write) => write(text) })
  .exitOverride((error) => process.exit(error.exitCode === 0 ? EXIT.fine : EXIT.wrongUse));

program
  .command('serve')
  .description('run the service; its settings are environment variables (README)')
  .action(async () => {
    await serve(process.env, (path) => statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false);
  });

program
  .command('demo')
  .description('run it with example messages in a temporary folder, and show what comes of them')
  .option('--once', 'end after showing it')
  .option('--port <number>', 'where to serve (default: 3000, or a free one)', port)
  .action(async (options: { once?: true; port?: number }) => {
    process.exitCode = await runDemo({
      once: options.once === true,
      ...(options.port === undefined ? {} : { port: options.port }),
    });
  });

program
  .command('fhir-server')
  .description('run the embedded FHIR R4 server by itself, to try the adapter against')
  .option('--port <number>', 'where to serve', port, 3001)
  .option('--data <folder>', 'where its file is', './fhir-data')
  .action(async (options: { port: number; data: string }) => {
    process.exitCode = await runFhirServer(options);
  });

registerClientCommands(program);
registerMappingCommands(program);
registerPackCommands(program);
await program.parseAsync();
