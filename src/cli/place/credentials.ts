import { HIDDEN, outOfRange, wrongType } from '../../../operators/support/argument.js';
import { parseEndpoint } from '../../mqtt/transport/endpointUrl.js';
import type { Endpoint } from '../../model/transport.js';

/** The user name for a token if the user sets none: MQTT 3.1.1 allows no password without a user name. */
const TOKEN_USER = 'token';

/** A variable of the environment, if it is set. */
export function given(env: NodeJS.ProcessEnv, name: string): string | undefined {
  const value = env[name];
  // An empty variable is a mistake in a script. The broker would refuse it without a visible reason.
  if (value === '') throw outOfRange(name, value, 'give it a value in the environment, or unset it');
  return value;
}

/** A broker's endpoint with the credentials from the environment. No error shows a credential. */
export function endpointFrom(url: string, env: NodeJS.ProcessEnv): Endpoint {
  const token = given(env, 'API_TOKEN');
  const username = given(env, 'MQTT_USERNAME');
  const password = given(env, 'MQTT_PASSWORD');
  const isWebSocket = /^wss?:/i.test(url);
  if (token !== undefined && password !== undefined && !isWebSocket) {
    throw wrongType('MQTT_PASSWORD', HIDDEN, 'unset it or API_TOKEN: over mqtt and mqtts both are the password');
  }
  if (password !== undefined && username === undefined) {
    throw wrongType('MQTT_USERNAME', undefined, 'set it too: MQTT 3.1.1 allows no password without a user name');
  }
  const login = {
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
  };
  if (token === undefined) return { url, ...login };
  return isWebSocket
    ? { url, ...login, headers: { Authorization: `Bearer ${token}` } }
    : { url, username: username ?? TOKEN_USER, password: token };
}

/** Names and addresses that never leave the machine: RFC 6761, 6.3; RFC 1122, 3.2.1.3; RFC 4291, 2.5.3. */
const LOOPBACK = /^(?:localhost|.*\.localhost|127(?:\.\d+){3}|::1)$/;

/**
 * A warning if others can read an endpoint's credentials on the network; `undefined` if they can't, or without
 * credentials.
 */
export function exposure(endpoint: Endpoint): string | undefined {
  const { scheme, host, address, username, password, headers } = { ...endpoint, ...parseEndpoint(endpoint) };
  const isSecret = [username, password, headers].some((one) => one !== undefined);
  if (!isSecret || scheme === 'mqtts' || scheme === 'wss' || LOOPBACK.test(host)) return undefined;
  return `the credentials go to ${address} unencrypted, so that anyone on the network can read them: use ${scheme === 'ws' ? 'wss' : 'mqtts'}`;
}
