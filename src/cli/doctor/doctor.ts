import {
  concat,
  debounceTime,
  defer,
  EMPTY,
  finalize,
  ignoreElements,
  map,
  type Observable,
  repeat,
  Subject,
  takeUntil,
  tap,
  timer,
} from 'rxjs';
import type { Clock } from '../../model/clock.js';
import type { DoctorCommand } from '../options/doctor.js';
import { eraseScreen, painter, toRow } from '../terminal/ansi.js';
import type { Terminal } from '../terminal/terminal.js';
import { conclusionLines, headLines, reportLines, resultLines } from './doctorScreen.js';
import { examine } from './examine.js';
import { openPatient, type Patient } from './patient.js';
import { type Examination, exitCodeOf, jsonReport, withoutSecrets } from './report.js';
import type { StepResult } from './step.js';
import { Visit } from './visit.js';

/** The time between two examinations with `--watch`, in ms. */
const PAUSE = 5_000;
/** How long first messages are waited for, in ms. */
const PATIENCE = 10_000;
/** The columns of an output that has no screen. */
const USUAL_COLUMNS = 80;

/** Why the doctor may not sign in and connect; `undefined` if it may. */
function heldBy({ connect, symbols }: DoctorCommand, { isDemo, venue }: Patient): string | undefined {
  if (!connect && !isDemo && venue.sessions !== 'many') {
    return 'not tried, since a second session may end that of a live feed: pass --connect where none runs, or ask the running process with rx-quotes status http://127.0.0.1:8000';
  }
  return symbols.length === 0 ? 'not tried, since no symbol is named to subscribe to' : undefined;
}

/** One examination: emits its results and completes. The connection that it makes is closed at its end. */
function examination(
  command: DoctorCommand,
  patient: Patient,
  env: NodeJS.ProcessEnv,
  clock: Clock,
): Observable<StepResult> {
  return defer(() => {
    const { venue, source } = patient;
    const { symbols, docsBase } = command;
    const visit = new Visit({ venue, symbols, source, clock });
    const held = heldBy(command, patient);
    const probes = patient.probes({
      ...{ venue, visit, source, symbols, clock, env, patience: PATIENCE },
      ...(held === undefined ? {} : { held }),
    });
    const closed = defer(() => visit.close()).pipe(ignoreElements());
    return concat(examine(probes, clock), closed).pipe(
      map((result) => withoutSecrets(patient.inItsWords(result), patient.secrets())),
      map(({ doc, ...result }) => ({
        ...result,
        ...(doc === undefined ? {} : { doc: docsBase === undefined ? doc : doc.replace(/^docs/, docsBase) }),
      })),
      finalize(() => void visit.close()),
    );
  });
}

/** Shows examinations. */
interface DoctorView {
  /** Called with each result. */
  readonly show: (result: StepResult) => void;
  /** Called at the end of an examination. */
  readonly conclude: (whole: Examination) => void;
}

function jsonView({ out }: Terminal): DoctorView {
  return { show: () => undefined, conclude: (whole) => out(`${jsonReport(whole)}\n`) };
}

/** Shows each examination at its end, on a screen in the place of the one before. */
function repeatedView({ out, screen, colours }: Terminal): DoctorView {
  return {
    show: () => undefined,
    conclude: (whole) => {
      const columns = screen?.size().columns ?? USUAL_COLUMNS;
      const lines = reportLines(whole, columns, painter(colours));
      out(`${screen === undefined ? '' : `${eraseScreen}${toRow(1)}`}${lines.join('\n')}\n`);
    },
  };
}

/** Shows results as they come. */
function growingView(terminal: Terminal, head: Pick<Examination, 'target' | 'symbols'>, clock: Clock): DoctorView {
  const columns = terminal.screen?.size().columns ?? USUAL_COLUMNS;
  const paint = painter(terminal.colours);
  const write = (lines: readonly string[]): void => {
    if (lines.length > 0) terminal.out(`${lines.join('\n')}\n`);
  };
  const came = new Subject<void>();
  let waiting: StepResult[] = [];
  const flush = (): void => {
    write(resultLines(waiting, columns, paint));
    waiting = [];
  };
  // Results that come at once are shown together, so that equal ones share a line.
  came.pipe(debounceTime(0, clock.timers)).subscribe(flush);
  write(headLines(head, columns, paint));
  return {
    show: (result) => {
      waiting.push(result);
      came.next();
    },
    conclude: (whole) => {
      came.complete();
      flush();
      write(conclusionLines(whole, columns, paint));
    },
  };
}

/** Examines the way from this machine to the quotes of a place; resolves to the exit code. */
export async function doctor(
  command: DoctorCommand,
  terminal: Terminal,
  env: NodeJS.ProcessEnv,
  clock: Clock,
): Promise<number> {
  const patient = await openPatient(command, env, clock);
  const { symbols, json, watch } = command;
  const { target } = patient;
  const view = json
    ? jsonView(terminal)
    : watch
      ? repeatedView(terminal)
      : growingView(terminal, { target, symbols }, clock);
  let exitCode = 0;
  const once = defer(() => {
    const results: StepResult[] = [];
    const [at, begun] = [clock.now(), clock.monotonic()];
    const taken = examination(command, patient, env, clock).pipe(
      tap((result) => {
        results.push(result);
        view.show(result);
      }),
      takeUntil(terminal.ended$),
    );
    const concluded = defer(() => {
      exitCode = exitCodeOf(results);
      view.conclude({ target, symbols, at, ms: Math.round(clock.monotonic() - begun), results });
      return EMPTY;
    });
    return concat(taken, concluded);
  });
  try {
    const all = watch
      ? once.pipe(repeat({ delay: () => timer(PAUSE, clock.timers) }), takeUntil(terminal.ended$))
      : once;
    await all.forEach(() => undefined);
    return exitCode;
  } finally {
    await patient.stop();
  }
}
