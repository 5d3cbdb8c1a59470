#!/usr/bin/env node
import { runCommand } from './commands.js';
import { outliveReaders, reportFailures } from './outputs.js';

outliveReaders();
reportFailures();
process.exitCode = await runCommand(process.argv.slice(2));
