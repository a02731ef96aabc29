#!/usr/bin/env node
import { run } from './run.js';
import { processTerminal } from './terminal/terminal.js';

// The process ends by itself, because the run leaves no timer and no socket open.
process.exitCode = await run(process.argv.slice(2), processTerminal(), { env: process.env });
