import { wrongType } from '../../../operators/support/argument.js';
import { checkSeconds, parsed, type ShowOptions, showOptions } from './arguments.js';
import { type Place, placeOf, placeOptions, symbolsAt } from './placeOptions.js';

/** Shows quotes of symbols at a place. */
export interface WatchCommand extends ShowOptions {
  readonly name: 'watch';
  readonly symbols: readonly string[];
  readonly place: Place;
}

/** Reads the arguments of `watch`. */
export function parseWatch(args: string[]): WatchCommand {
  const options = { ...showOptions, ...placeOptions };
  const { values, positionals } = parsed({ args, allowPositionals: true, options });
  if (positionals.length === 0) {
    const example = 'e.g. rx-quotes watch AOT PTT --url mqtts://broker.example';
    throw wrongType('SYMBOL', undefined, `name at least one, ${example}`);
  }
  const place = placeOf(values);
  const symbols = symbolsAt(place, positionals);
  return { name: 'watch', symbols, place, seconds: checkSeconds(values.seconds), json: values.json };
}
