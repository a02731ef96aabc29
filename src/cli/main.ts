#!/usr/bin/env node
import { run } from './run.js';
import { processTerminal } from './terminal/terminal.js';

// The process ends by itself: nothing the run has started is left behind.
process.exitCode = await run(process.argv.slice(2), processTerminal(), { env: process.env });
