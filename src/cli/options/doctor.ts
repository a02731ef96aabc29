import { checkDocsBase, parsed } from './arguments.js';
import { demoSymbols } from './demo.js';
import { type Place, placeOf, placeOptions, symbolsAt } from './placeOptions.js';

/** Examines the way from this machine to the quotes of a place. */
export interface DoctorCommand {
  readonly name: 'doctor';
  /** The symbols to subscribe to; perhaps none. */
  readonly symbols: readonly string[];
  readonly place: Place;
  /** Whether it may sign in and connect although the venue may allow one session only. */
  readonly connect: boolean;
  readonly json: boolean;
  /** Whether the examination is repeated until interrupted. */
  readonly watch: boolean;
  /** The address of the pages in docs/, without a slash at its end. */
  readonly docsBase?: string;
}

const options = {
  ...placeOptions,
  demo: { type: 'boolean', default: false },
  connect: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  watch: { type: 'boolean', default: false },
  'docs-base': { type: 'string' },
} as const;

/** Reads the arguments of `doctor`. */
export function parseDoctor(args: string[]): DoctorCommand {
  const { values, positionals } = parsed({ args, allowPositionals: true, options });
  const place = placeOf(values);
  const isUsual = place.kind === 'demo' && positionals.length === 0;
  const symbols = isUsual ? demoSymbols : symbolsAt(place, positionals);
  const { connect, json, watch } = values;
  return { name: 'doctor', symbols, place, connect, json, watch, ...checkDocsBase(values['docs-base']) };
}
