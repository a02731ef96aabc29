import { run } from '../../../src/cli/run.js';
import { fakeTerminal } from '../../cli/fakeTerminal.js';
import type { Place } from './realRow.js';

/** How long the doctor may take, in ms. */
const longest = 60_000;

/** The JSON that a command writes; `undefined` if it writes none. */
async function jsonOf(args: readonly string[], env: NodeJS.ProcessEnv): Promise<unknown> {
  const terminal = fakeTerminal();
  const timer = setTimeout(() => {
    terminal.end('interrupted');
  }, longest);
  try {
    await run(args, terminal, { env });
    const [line] = terminal.lines;
    return line === undefined ? undefined : (JSON.parse(terminal.lines.join('\n')) as unknown);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * The codes by `rx-quotes doctor` at a place.
 *
 * @param options - symbols, and further options
 * @param caFile - the path of the authority's certificate, where the place has one
 */
export async function doctorCodes(
  { url, username, password }: Place,
  options: readonly string[],
  caFile?: string,
): Promise<readonly string[]> {
  const form = options.some((one) => one.startsWith('--topic'))
    ? []
    : ['--topic', 'px/{symbol}/book', '--json-fields', 'bid=b,ask=a'];
  const args = [
    'doctor',
    '--url',
    url,
    ...form,
    '--connect',
    '--json',
    ...(caFile === undefined ? [] : ['--ca', caFile]),
  ];
  const env = {
    ...(username === undefined ? {} : { MQTT_USERNAME: username }),
    ...(password === undefined ? {} : { MQTT_PASSWORD: password }),
  };
  const report = (await jsonOf([...args, ...options], env)) as
    | { readonly steps: readonly { readonly code?: string }[] }
    | undefined;
  return [...new Set(report?.steps.flatMap(({ code }) => code ?? []))].sort();
}

/** The codes by `rx-quotes status` of a process. */
export async function statusCodes(url: string): Promise<readonly string[]> {
  const report = (await jsonOf(['status', url, '--json'], {})) as
    | { readonly feeds?: Readonly<Record<string, { readonly findings: readonly { readonly code: string }[] }>> }
    | undefined;
  return Object.values(report?.feeds ?? {}).flatMap(({ findings }) => findings.map(({ code }) => code));
}
