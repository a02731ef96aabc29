/** The input of a program under fuzz. */
export interface FuzzInput {
  readonly bytes: Uint8Array;
}

/** A program under fuzz, and the inputs that it is handed. */
export interface FuzzedProgram<Input extends FuzzInput> {
  readonly name: string;
  /** The number of mutated inputs in a round. */
  readonly mutated: number;
  /** The inputs of a round: the same for the same numbers. */
  readonly inputs: (random: () => number, round: number) => readonly Input[];
  /** Describes the parts of an input besides its bytes, for the report of a fault. */
  readonly how: (input: Input) => string;
  /** The fault in the program's reading of an input; `undefined` when nothing is. An error that is thrown is a fault, too. */
  readonly fault: (input: Input) => string | undefined;
}

/** An input that a program reads wrongly. */
export interface FuzzFault {
  readonly target: string;
  readonly round: number;
  readonly found: string;
  readonly hex: string;
  readonly how: string;
}

/** The most inputs that are tried for a smaller one. */
const MOST_TRIES = 1_000;

/** A program that is fuzzed in rounds. */
export interface FuzzTarget extends Pick<FuzzedProgram<FuzzInput>, 'name' | 'mutated'> {
  /** All inputs of a round, one a line. */
  readonly shownRound: (random: () => number, round: number) => Pick<FuzzFault, 'hex' | 'how'>;
  /** The first fault of a round, with the smallest input that shows one. `onInput` is called before each input is read. */
  readonly faultOfRound: (random: () => number, round: number, onInput: () => void) => FuzzFault | undefined;
}

export function fuzzTarget<Input extends FuzzInput>(program: FuzzedProgram<Input>): FuzzTarget {
  const { name, mutated, inputs, how } = program;
  return {
    name,
    mutated,
    shownRound: (random, round) => {
      const all = inputs(random, round);
      return { hex: all.map(hexOf).join('\n'), how: all.map(how).join('\n') };
    },
    faultOfRound: (random, round, onInput) => {
      const faultOf = (input: Input): string | undefined => {
        onInput();
        return faultOrError(program, input);
      };
      for (const input of inputs(random, round)) {
        const found = faultOf(input);
        if (found === undefined) continue;
        const least = smallest({ input, found }, faultOf);
        return { target: name, round, found: least.found, hex: hexOf(least.input), how: how(least.input) };
      }
      return undefined;
    },
  };
}

function hexOf({ bytes }: FuzzInput): string {
  return Buffer.from(bytes).toString('hex');
}

function faultOrError<Input extends FuzzInput>({ fault }: FuzzedProgram<Input>, input: Input): string | undefined {
  try {
    return fault(input);
  } catch (error) {
    return `threw ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
  }
}

interface WrongInput<Input> {
  readonly input: Input;
  readonly found: string;
}

/** An input with some fault, from which none of the parts that were tried can be left out. */
function smallest<Input extends FuzzInput>(
  wrong: WrongInput<Input>,
  faultOf: (input: Input) => string | undefined,
): WrongInput<Input> {
  let { input, found } = wrong;
  let tries = 0;
  for (let size = Math.ceil(input.bytes.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < input.bytes.length && tries < MOST_TRIES; tries += 1) {
      const smaller = {
        ...input,
        bytes: Buffer.concat([input.bytes.subarray(0, at), input.bytes.subarray(at + size)]),
      };
      const fault = faultOf(smaller);
      if (fault === undefined) at += size;
      else [input, found] = [smaller, fault];
    }
  }
  return { input, found };
}
