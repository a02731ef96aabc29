import type { Message } from './schema.js';

/** Levels of one side of a book: fields that become one array. */
export interface Levels {
  /** The array's name. */
  readonly name: string;
  /** `price`: of Money, where zero and a field left out are `NaN`. `count`: of int64, 0 where left out. */
  readonly of: 'price' | 'count';
  /** The fields, best level first. */
  readonly fields: readonly string[];
}

/** A decoder to be written: which message it reads, and what it makes of it. */
export interface Reader {
  /** The name of the function. */
  readonly name: string;
  readonly message: Message;
  readonly comment?: string;
  /** All fields of the message in the order in which encoders write them. @defaultValue by their numbers */
  readonly order?: readonly string[];
  /** The fields that are read. Those that are neither here nor among `levels` are checked and passed over. @defaultValue all */
  readonly fields?: readonly string[];
  /** Fields that are read into arrays. */
  readonly levels?: readonly Levels[];
  /** Texts of which the place is handed on, where each message would make a string for nothing. */
  readonly spans?: readonly string[];
  /**
   * The function that gets what was read and makes the result, and its module: `payload`, `topic`, then each field, a span
   * as two numbers, then the arrays. Left out, the result is an object of all fields.
   */
  readonly result?: { readonly call: string; readonly from: string };
}
