/** The rows of the first table under a heading, each as its cells, without the header. */
export function tableUnder(page: string, heading: string): readonly (readonly string[])[] {
  const [, section = ''] = page.split(`\n## ${heading}\n`);
  const [chapter = ''] = section.split('\n## ');
  const lines = chapter.split('\n').filter((line) => line.startsWith('|'));
  return lines.slice(2).map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}
