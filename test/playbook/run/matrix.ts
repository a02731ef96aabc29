/** The codes that one fault gave. */
export interface MatrixRow {
  readonly code: string;
  /** Where the fault was provoked: in virtual time, or on real sockets. */
  readonly where: 'virtual' | 'real';
  readonly findings: readonly string[];
  readonly implied: readonly string[];
}

/** A cell of the matrix that must be another. */
export interface WrongCell {
  readonly fault: string;
  readonly code: string;
  readonly where: MatrixRow['where'];
  readonly problem: 'missing' | 'not implied';
}

/** The cells that must be others: a code is missing on the diagonal, or stands beside it without being implied. */
export function wrongCells(rows: readonly MatrixRow[]): readonly WrongCell[] {
  return rows.flatMap(({ code, where, findings, implied }): readonly WrongCell[] => [
    ...(findings.includes(code) ? [] : [{ fault: code, code, where, problem: 'missing' as const }]),
    ...findings
      .filter((found) => found !== code && !implied.includes(found))
      .map((found) => ({ fault: code, code: found, where, problem: 'not implied' as const })),
  ]);
}

/** A wrong cell in words. */
export function describedCell({ fault, code, where, problem }: WrongCell): string {
  const time = where === 'virtual' ? 'in virtual time' : 'on real sockets';
  return problem === 'missing'
    ? `the fault of ${fault} does not give ${code} ${time}`
    : `the fault of ${fault} gives ${code} too ${time}, which is not implied`;
}

/** The confusion matrix as text: a row for each fault, a column for each code, in the same order. */
export function matrixText(codes: readonly string[], rows: readonly MatrixRow[]): string {
  const width = Math.max(...codes.map((code) => code.length));
  const digits = String(codes.length).length;
  const heads = Array.from({ length: digits }, (_, digit) => {
    const line = codes.map((__, index) => String(index + 1).padStart(digits)[digit]).join('');
    return `${' '.repeat(width + digits + 2)}${line}`;
  });
  const lines = codes.map((fault, index) => {
    const own = rows.filter(({ code }) => code === fault);
    const cells = codes.map((code) => {
      const having = own.filter(({ findings }) => findings.includes(code));
      if (code === fault) return own.length === 0 ? ' ' : having.length === own.length ? '■' : '×';
      if (having.length === 0) return '·';
      return having.every(({ implied }) => implied.includes(code)) ? 'i' : '×';
    });
    return `${fault.padEnd(width)} ${String(index + 1).padStart(digits)} ${cells.join('')}`;
  });
  return [...heads, ...lines].join('\n');
}
