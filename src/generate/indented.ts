/** Lines with two spaces for each bracket that is open. */
export function indented(text: string): string {
  let depth = 0;
  return text
    .split('\n')
    .map((line) => {
      if (/^[})\]]/.test(line.trimStart())) depth -= 1;
      const text = line.trimStart();
      const star = text.startsWith('*') ? ' ' : '';
      const shown = text === '' ? '' : '  '.repeat(depth) + star + text;
      if (/[{([]$/.test(line)) depth += 1;
      return shown;
    })
    .join('\n');
}
