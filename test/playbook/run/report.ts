import { describedCell, type MatrixRow, matrixText, wrongCells } from './matrix.js';
import type { RealResult } from './playRow.js';
import type { VirtualResult } from './playFault.js';
import type { QuietResult } from './quietFeed.js';

/** All that a run of the playbook found. */
export interface PlaybookRun {
  readonly virtual: readonly VirtualResult[];
  readonly real: readonly RealResult[];
  readonly quiet: readonly QuietResult[];
  readonly seconds: number;
}

/** The rows of the confusion matrix. */
function matrixRows({ virtual, real }: PlaybookRun): readonly MatrixRow[] {
  return [
    ...virtual.map((one): MatrixRow => ({ ...one, where: 'virtual' })),
    ...real.map((one): MatrixRow => ({ ...one, where: 'real' })),
  ];
}

/** The problems of a row on real sockets, besides those of the matrix. */
function realProblems(one: RealResult): readonly string[] {
  const { code, error, status, doctor, doctorCode, findings, isCured } = one;
  if (error !== undefined) return [`the row of ${code} was not played: ${error}`];
  if (!findings.includes(code)) return [];
  return [
    ...(status.includes(code) ? [] : [`status does not show ${code}, but ${listed(status)}`]),
    ...(doctor?.includes(doctorCode) === false ? [`doctor does not find ${doctorCode}, but ${listed(doctor)}`] : []),
    ...(isCured === false ? [`${code} does not clear after its remedy: ${one.fix}`] : []),
  ];
}

/** Everything that must be otherwise in one row on real sockets. */
export function rowProblems(row: RealResult): readonly string[] {
  return problems({ virtual: [], real: [row], quiet: [], seconds: 0 });
}

/** Everything that must be otherwise; empty when all is well. */
export function problems(run: PlaybookRun): readonly string[] {
  return [
    ...wrongCells(matrixRows(run)).map(describedCell),
    ...run.virtual.flatMap(({ code, clearedMs }) =>
      clearedMs === null ? [`${code} does not clear in time in virtual time`] : [],
    ),
    ...run.real.flatMap(realProblems),
    ...run.quiet.flatMap(({ name, raised }) =>
      raised.map(({ code, time, symptom }) => `${name} raises ${code} at ${time}: ${symptom}`),
    ),
  ];
}

/** 0 when all is well and something was played, else 1. */
export function exitCodeOf(run: PlaybookRun): 0 | 1 {
  return problems(run).length === 0 && run.virtual.length > 0 ? 0 : 1;
}

function listed(codes: readonly string[]): string {
  return codes.length === 0 ? 'nothing' : codes.join(', ');
}

const span = (ms: number | null | undefined): string =>
  ms === null || ms === undefined ? '–' : `${(ms / 1_000).toFixed(1)} s`;

const headings = [
  ...['code', 'fault', 'found, virtual', 'found, real', 'findings', 'status', 'doctor'],
  ...['fix cures', 'clears, virtual', 'clears, real'],
];

/** The cell of a source of codes: `yes`, or what it shows instead. */
function seen(code: string, codes: readonly string[] | null | undefined): string {
  if (codes === null || codes === undefined) return '–';
  if (!codes.includes(code)) return `no: ${listed(codes)}`;
  const others = codes.filter((one) => one !== code);
  return others.length === 0 ? 'yes' : `yes, ${others.join(', ')}`;
}

function doctorCell(row: RealResult | undefined): string {
  if (row === undefined || row.doctor === null) return '–';
  return row.doctorCode === row.code || !row.doctor.includes(row.doctorCode)
    ? seen(row.doctorCode, row.doctor)
    : listed(row.doctor);
}

function cells({ virtual, real }: PlaybookRun): readonly (readonly string[])[] {
  const codes = [...new Set([...virtual, ...real].map(({ code }) => code))];
  return codes.map((code) => {
    const inVirtual = virtual.find((one) => one.code === code);
    const onSockets = real.find((one) => one.code === code);
    const isCured = onSockets?.isCured;
    return [
      ...[code, onSockets?.fault ?? inVirtual?.fault ?? ''],
      ...[span(inVirtual?.foundMs), span(onSockets?.foundMs)],
      seen(code, onSockets?.findings ?? inVirtual?.findings),
      ...[seen(code, onSockets?.status), doctorCell(onSockets)],
      isCured === null || isCured === undefined
        ? inVirtual === undefined || inVirtual.clearedMs === null
          ? '–'
          : 'virtual'
        : isCured
          ? 'yes'
          : 'NO',
      ...[span(inVirtual?.clearedMs), span(onSockets?.clearedMs)],
    ];
  });
}

function table(lines: readonly (readonly string[])[]): string {
  const widths = headings.map((_, column) => Math.max(...lines.map((line) => line[column]!.length)));
  return lines
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column]!))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

const markdown = (line: readonly string[]): string =>
  `| ${line.map((cell) => cell.replaceAll('|', '¦')).join(' | ')} |`;

function quietLine({ name, span: length, messages, readings, raised }: QuietResult): string {
  const found = raised.length === 0 ? 'no finding' : `${String(raised.length)} findings`;
  return `${name}: ${length}, ${messages.toLocaleString('en-US')} messages, ${readings.toLocaleString('en-US')} readings, ${found}`;
}

function noteLines({ real }: PlaybookRun): readonly string[] {
  return real.flatMap(({ code, control, disturbed, again = [] }) => [
    ...control.map((one) => `left out of ${code}, since its control shows it: ${one.code}, ${one.symptom}`),
    ...(disturbed.length === 0
      ? []
      : [`left out of ${code}, since controls of other rows show it at the time: ${disturbed.join(', ')}`]),
    ...again.map((problem) => `${code} was played again: ${problem}`),
  ]);
}

function codesOf({ virtual, real }: PlaybookRun): readonly string[] {
  return [...new Set([...virtual, ...real].map(({ code }) => code))];
}

/** The report for a terminal. */
export function reportText(run: PlaybookRun): string {
  const wrong = problems(run);
  return [
    table([headings, ...cells(run)]),
    matrixText(codesOf(run), matrixRows(run)),
    [...run.quiet.map(quietLine), ...noteLines(run)].join('\n'),
    wrong.length === 0 ? 'no problem' : wrong.map((one) => `PROBLEM: ${one}`).join('\n'),
    `${String(run.virtual.length)} faults in virtual time, ${String(run.real.length)} on real sockets, ${String(run.quiet.length)} quiet runs, ${run.seconds.toFixed(0)} s`,
  ].join('\n\n');
}

/** The report for docs/playbook.md. */
export function reportMarkdown(run: PlaybookRun): string {
  return [
    markdown(headings),
    `|${'---|'.repeat(headings.length)}`,
    ...cells(run).map(([code, ...rest]) =>
      markdown([`[${code!}](#${code!.toLowerCase().replaceAll('_', '-')})`, ...rest]),
    ),
    '',
    'The confusion matrix has a row for each fault and a column for each code. `■` is a code that its own fault gives, `i` one that the fault implies.',
    '',
    '```text',
    matrixText(codesOf(run), matrixRows(run)),
    '```',
    '',
    'These runs raise nothing:',
    '',
    ...run.quiet.map((one) => `- ${quietLine(one)}`),
  ].join('\n');
}
