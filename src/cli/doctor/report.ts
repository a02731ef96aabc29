import { redact } from '../../mqtt/transport/redact.js';
import type { Endpoint } from '../../model/transport.js';
import type { StepResult } from './step.js';

/** An examination from its beginning to its end. */
export interface Examination {
  /** The address that was examined, without a secret. */
  readonly target: string;
  readonly symbols: readonly string[];
  /** Wall time of its beginning, ms since the Unix epoch. */
  readonly at: number;
  /** In ms. */
  readonly ms: number;
  readonly results: readonly StepResult[];
}

/** The version of the form of `--json`: it changes when a field is removed or gets another meaning. */
const SCHEMA = 1;

/** How many results have each status. */
function countResults(results: readonly StepResult[]): Readonly<Record<StepResult['status'], number>> {
  const count = (status: StepResult['status']): number => results.filter((one) => one.status === status).length;
  return { ok: count('ok'), warning: count('warning'), failed: count('failed'), skipped: count('skipped') };
}

/** 0 when all is well, 1 after a failure, 3 when there are only warnings. */
export function exitCodeOf(results: readonly StepResult[]): 0 | 1 | 3 {
  const { failed, warning } = countResults(results);
  if (failed > 0) return 1;
  return warning > 0 ? 3 : 0;
}

/** An examination as a line of JSON. */
export function jsonReport({ target, symbols, at, ms, results }: Examination): string {
  const exitCode = exitCodeOf(results);
  const verdict = exitCode === 0 ? 'ok' : exitCode === 3 ? 'warning' : 'failed';
  const counts = countResults(results);
  const steps = results.map(({ step, about, status, code, text, evidence, fix, doc, ms: took }) => ({
    ...{ step, about, status, code, text, evidence: evidence ?? {}, fix, doc, ms: took },
  }));
  return JSON.stringify({ schema: SCHEMA, target, symbols, at, ms, verdict, exitCode, counts, steps });
}

/** A result without the credentials of the endpoints, which a peer may have sent back in its texts. */
export function withoutSecrets(result: StepResult, endpoints: readonly Endpoint[]): StepResult {
  const hidden = (text: string): string => endpoints.reduce(redact, text);
  const { about, text, fix, evidence } = result;
  return {
    ...result,
    text: hidden(text),
    ...(about === undefined ? {} : { about: hidden(about) }),
    ...(fix === undefined ? {} : { fix: hidden(fix) }),
    ...(evidence === undefined
      ? {}
      : {
          evidence: Object.fromEntries(
            Object.entries(evidence).map(([name, value]) => [name, typeof value === 'string' ? hidden(value) : value]),
          ),
        }),
  };
}
