import { caused } from './failureOutcome.js';
import type { Outcome, StepResult } from './step.js';

const NAMES = ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy', 'ALL_PROXY', 'all_proxy'];

/** The variables of the environment that name a proxy. Their values may hold a password. */
function proxiesIn(env: NodeJS.ProcessEnv): readonly string[] {
  return NAMES.filter((name) => (env[name] ?? '') !== '');
}

/**
 * Tells whether this machine is meant to reach others through a proxy. MQTT goes through none, and the REST calls of a
 * sign-in neither, so a proxy explains a port that can't be reached.
 */
export function proxyOutcome(env: NodeJS.ProcessEnv, before: readonly StepResult[]): Outcome {
  const names = proxiesIn(env);
  if (names.length === 0) return { status: 'ok', text: 'none is set in the environment' };
  const set = `${names.join(', ')} ${names.length === 1 ? 'is' : 'are'} set`;
  const isBlocked = before.some(({ step, status }) => (step === 'dns' || step === 'tcp') && status === 'failed');
  return isBlocked
    ? {
        status: 'warning',
        text: `${set}, and the connection can't be made without a proxy: MQTT goes through none, and the REST calls neither`,
        evidence: { variables: names.join(' ') },
        ...caused('RXP_PROXY_NEEDED'),
      }
    : {
        status: 'ok',
        text: `${set}, and not used: the direct connection works`,
        evidence: { variables: names.join(' ') },
      };
}
