import { checkSeconds, checkUpperCase, parsed, type ShowOptions, showOptions } from './arguments.js';

/** Shows quotes of a simulated market. */
export interface DemoCommand extends ShowOptions {
  readonly name: 'demo';
  readonly symbols: readonly string[];
}

/** Five symbols of the Stock Exchange of Thailand; one of them has spaces and an ampersand. */
export const demoSymbols: readonly string[] = ['AOT', 'PTT', 'ADVANC', 'DELTA', 'S & J'];

/** Reads the arguments of `demo`. */
export function parseDemo(args: string[]): DemoCommand {
  const { values, positionals } = parsed({ args, allowPositionals: true, options: showOptions });
  const symbols = positionals.length === 0 ? demoSymbols : checkUpperCase(positionals);
  return { name: 'demo', symbols, seconds: checkSeconds(values.seconds), json: values.json };
}
