import type { Message } from './schema.js';

/** Levels of one side of a book: fields that become one array. */
export interface Levels {
  /** The array's name. */
  readonly name: string;
  /** `price`: Money, where zero and a missing field are `NaN`. `count`: int64, where a missing field is 0. */
  readonly of: 'price' | 'count';
  /** The fields, best level first. */
  readonly fields: readonly string[];
}

/** The description of a decoder: the message that it reads, and the result that it returns. */
export interface Reader {
  /** The name of the function. */
  readonly name: string;
  readonly message: Message;
  readonly comment?: string;
  /** All fields of the message in the order in which encoders write them. @defaultValue by their numbers */
  readonly order?: readonly string[];
  /** The fields that are read. The reader checks and passes over fields that are neither here nor among `levels`. @defaultValue all */
  readonly fields?: readonly string[];
  /** Fields that are read into arrays. */
  readonly levels?: readonly Levels[];
  /** String fields that the reader passes on as positions in the payload, without making a string. */
  readonly spans?: readonly string[];
  /**
   * The function that makes the result, and its module. It gets `payload`, `topic`, then each field, a span as two numbers,
   * then the arrays. Without it the result is an object of all fields.
   */
  readonly result?: { readonly call: string; readonly from: string };
}
