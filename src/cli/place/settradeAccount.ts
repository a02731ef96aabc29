import { wrongType } from '../../../operators/support/argument.js';
import type { SettradeConfig } from '../../settrade/index.js';
import { given } from './credentials.js';

function needed(env: NodeJS.ProcessEnv, name: string): string {
  const value = given(env, name);
  if (value === undefined) throw wrongType(name, value, 'set it in the environment, as Settrade gives it');
  return value;
}

/** Reads the credentials for Settrade from the environment. No error shows a value. */
export function settradeAccount(env: NodeJS.ProcessEnv): SettradeConfig {
  const baseUrl = given(env, 'SETTRADE_BASE_URL');
  return {
    appId: needed(env, 'SETTRADE_APP_ID'),
    appSecret: needed(env, 'SETTRADE_APP_SECRET'),
    appCode: needed(env, 'SETTRADE_APP_CODE'),
    brokerId: needed(env, 'SETTRADE_BROKER_ID'),
    ...(baseUrl === undefined ? {} : { baseUrl }),
  };
}
