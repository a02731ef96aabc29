import {
  knownOptions,
  milliseconds,
  oneOf,
  outOfRange,
  schedulerLike,
  wholeNumber,
  wrongType,
} from '../../../operators/support/argument.js';
import { systemClock } from '../../model/systemClock.js';
import { defaultSymbols, mostSymbols } from './market/defaultSymbols.js';
import { sessionPhases } from './market/sessionPhase.js';
import type { SimulatedVenueConfig, VenueConfig } from './venueConfig.js';

const OWNER = 'startSimulatedVenue';

/** The highest allowed rate in books a second; the real rate depends on the machine. */
const fastestRate = 200_000;

const defaults: Omit<VenueConfig, 'symbols' | 'appSecret' | 'login' | 'tls'> = {
  rate: 20,
  seed: 1,
  phase: 'open1',
  schedule: [],
  market: 'SET',
  derivatives: [],
  retained: false,
  imageOnSubscribe: false,
  brokerId: '098',
  appCode: 'SANDBOX',
  appId: 'simulated-app',
  accessTokenLife: 3_600_000,
  refreshTokenLife: 86_400_000,
  dispatcherTokenLife: 3_600_000,
  cutAtExpiry: false,
  tokens: 'opaque',
  answers: 'snake',
  timestampTolerance: 60_000,
  upgrade: 'token',
  sendBuffer: 16_777_216,
  clock: systemClock,
};

const names = [...Object.keys(defaults), 'symbols', 'appSecret', 'login', 'tls'];

/** Books a second: 0 to the fastest rate. */
export function checkRate(option: string, rate: unknown): number {
  const remedy = `pass books a second, 0 to ${String(fastestRate)}`;
  if (typeof rate !== 'number') throw wrongType(option, rate, remedy);
  if (!(rate >= 0 && rate <= fastestRate)) throw outOfRange(option, rate, remedy);
  return rate;
}

function checkName(option: string, name: unknown): string {
  const remedy = 'pass a name of 1 to 64 characters without #, +, / and NUL';
  if (typeof name !== 'string') throw wrongType(option, name, remedy);
  if (name === '' || name.length > 64 || /[#+/\0]/.test(name)) throw outOfRange(option, name, remedy);
  return name;
}

function checkSymbols(symbols: unknown): readonly string[] {
  const option = `${OWNER}.symbols`;
  const remedy = `pass 1 to ${String(mostSymbols)} symbols, each once, or how many`;
  if (typeof symbols === 'number') {
    if (wholeNumber(option, symbols, 1) > mostSymbols) throw outOfRange(option, symbols, remedy);
    return defaultSymbols(symbols);
  }
  if (!Array.isArray(symbols)) throw wrongType(option, symbols, remedy);
  const checked = symbols.map((symbol, index) => checkName(`${option}[${String(index)}]`, symbol).toUpperCase());
  const isUnique = new Set(checked).size === checked.length;
  if (checked.length === 0 || checked.length > mostSymbols || !isUnique) throw outOfRange(option, symbols, remedy);
  return checked;
}

/** Most derivatives a venue may have. */
const mostDerivatives = 100;

function checkDerivatives(derivatives: unknown, symbols: readonly string[]): readonly string[] {
  const option = `${OWNER}.derivatives`;
  const remedy = `pass up to ${String(mostDerivatives)} symbols, each once and none of the shares'`;
  if (!Array.isArray(derivatives)) throw wrongType(option, derivatives, remedy);
  const checked = derivatives.map((name, index) => checkName(`${option}[${String(index)}]`, name).toUpperCase());
  const isUnique = new Set([...symbols, ...checked]).size === symbols.length + checked.length;
  if (checked.length > mostDerivatives || !isUnique) throw outOfRange(option, derivatives, remedy);
  return checked;
}

function checkPair(option: string, pair: unknown, parts: readonly string[]): void {
  if (pair === undefined) return;
  knownOptions(option, pair, parts);
  for (const part of parts) {
    const value = (pair as Readonly<Record<string, unknown>>)[part];
    // The value may be a secret, so only its type is shown.
    if (typeof value !== 'string') throw wrongType(`${option}.${part}`, typeof value, 'pass text');
  }
}

function checkSchedule(schedule: unknown): void {
  const option = `${OWNER}.schedule`;
  if (!Array.isArray(schedule)) throw wrongType(option, schedule, 'pass an array of { after, phase }');
  let before = 0;
  for (const [index, entry] of (schedule as VenueConfig['schedule']).entries()) {
    const here = `${option}[${String(index)}]`;
    knownOptions(here, entry, ['after', 'phase']);
    before = milliseconds(`${here}.after`, entry.after, before);
    oneOf(`${here}.phase`, entry.phase, sessionPhases);
  }
}

/** Checks a configuration and fills in the defaults. */
export function resolveConfig(given: SimulatedVenueConfig): VenueConfig {
  knownOptions(OWNER, given, names);
  const { symbols = 20, appSecret, login, tls, ...rest } = given;
  const present = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
  const shares = checkSymbols(symbols);
  const derivatives = checkDerivatives(rest.derivatives ?? [], shares);
  const config: VenueConfig = { ...defaults, ...present, symbols: shares, derivatives, appSecret, login, tls };
  checkRate(`${OWNER}.rate`, config.rate);
  wholeNumber(`${OWNER}.seed`, config.seed, 0);
  oneOf(`${OWNER}.phase`, config.phase, sessionPhases);
  checkSchedule(config.schedule);
  for (const name of ['market', 'brokerId', 'appCode', 'appId'] as const) checkName(`${OWNER}.${name}`, config[name]);
  for (const life of ['accessTokenLife', 'refreshTokenLife', 'dispatcherTokenLife'] as const) {
    milliseconds(`${OWNER}.${life}`, config[life], 0);
  }
  milliseconds(`${OWNER}.timestampTolerance`, config.timestampTolerance, 0, true);
  wholeNumber(`${OWNER}.sendBuffer`, config.sendBuffer, 0);
  for (const flag of ['retained', 'imageOnSubscribe', 'cutAtExpiry'] as const) {
    if (typeof config[flag] !== 'boolean') throw wrongType(`${OWNER}.${flag}`, config[flag], 'pass true or false');
  }
  oneOf(`${OWNER}.tokens`, config.tokens, ['opaque', 'jwt']);
  oneOf(`${OWNER}.answers`, config.answers, ['snake', 'camel', 'wrapped']);
  oneOf(`${OWNER}.upgrade`, config.upgrade, ['token', 'open']);
  checkPair(`${OWNER}.login`, login, ['username', 'password']);
  checkPair(`${OWNER}.tls`, tls, ['cert', 'key']);
  schedulerLike(`${OWNER}.clock.timers`, config.clock.timers);
  if (appSecret !== undefined && typeof appSecret !== 'string') {
    throw wrongType(`${OWNER}.appSecret`, typeof appSecret, 'pass base64');
  }
  return config;
}
