/**
 * A logger in the shape of pino: bindings first, then the text. Bindings have the name of the line as `event`, and its
 * fields; docs/logging.md lists them.
 */
export interface Logger {
  /** Gets details, e.g. each step of an attempt to connect. */
  debug(bindings: object, message: string): void;
  /** Gets news, e.g. that the connection is live. */
  info(bindings: object, message: string): void;
  /** Gets problems that may pass, e.g. a lost link. */
  warn(bindings: object, message: string): void;
  /** Gets problems that a person has to mend, e.g. refused credentials. */
  error(bindings: object, message: string): void;
}
