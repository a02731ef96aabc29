import { HIDDEN, wrongType } from '../../../operators/support/argument.js';
import { checkDocsBase, checkHttpUrl, checkOne, parsed } from './arguments.js';

/** Shows what a running process reports of its feed. */
export interface StatusCommand {
  readonly name: 'status';
  /** The address of the process's metrics server, without a slash at its end. */
  readonly url: string;
  /** The symbol to explain. */
  readonly symbol?: string;
  readonly json: boolean;
  /** Whether the status is shown again and again until interrupted. */
  readonly watch: boolean;
  /** The address of the pages in docs/, without a slash at its end. */
  readonly docsBase?: string;
}

const options = {
  symbol: { type: 'string' },
  json: { type: 'boolean', default: false },
  watch: { type: 'boolean', default: false },
  'docs-base': { type: 'string' },
} as const;

/** Reads the arguments of `status`. */
export function parseStatus(args: string[]): StatusCommand {
  const { values, positionals } = parsed({ args, allowPositionals: true, options });
  const [url, ...others] = positionals;
  const remedy = 'pass the address of the metrics server, e.g. rx-quotes status http://127.0.0.1:8000';
  if (url === undefined) throw wrongType('URL', url, remedy);
  if (others.length > 0) throw wrongType('URL', HIDDEN, 'pass one address; a symbol is passed as --symbol');
  return {
    name: 'status',
    url: checkHttpUrl('URL', url, remedy),
    ...(values.symbol === undefined ? {} : { symbol: checkOne('--symbol', values.symbol) }),
    json: values.json,
    watch: values.watch,
    ...checkDocsBase(values['docs-base']),
  };
}
