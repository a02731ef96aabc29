// Looks for sentences that are hard to read: in pages, in comments, in titles of tests, in messages of the sources. Prints
// each with its place, and fails when there is one. `npm run prose -- docs src/feed` looks under these paths only. A sentence
// that `scripts/prose.allowed.json` names, with a reason, is allowed.
import { existsSync, readdirSync, readFileSync } from 'node:fs';

const folders = ['src', 'operators', 'test', 'bench', 'examples'];
const pages = ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md'];
const allowedPath = 'scripts/prose.allowed.json';
const longest = 30;
const opening = /^(Who|What|Of|Whose|None)\b/;
const openings = { title: new RegExp(opening.source, 'i'), inner: /^(who|what)\b/i }; // "a topic > of a market" reads on.
const words = [
  [/\btold\b/i, 'told', 'reported, received, logged, or who tells whom'],
  [/\bheard\b/i, 'heard', 'received'],
  [/\blulls?\b/i, 'lull', 'quiet period'],
  [/\bhush(ed|es)?\b/i, 'hush', 'quiet period, partial outage'],
  [/\bwhoever\b/i, 'whoever', 'the user, the caller, a subscriber that'],
  [/\bnobody's\b/i, "nobody's", 'no subscriber has'],
  [/\bnone of those\b/i, 'none of those', 'not one of the … that'],
  [/\b(the|public) face\b/i, 'the face', 'public API'],
];

const under = (folder) =>
  existsSync(folder) ? readdirSync(folder, { recursive: true }).map((name) => `${folder}/${name}`) : [];
const paths = [
  ...pages.filter((page) => existsSync(page)),
  ...under('docs').filter((path) => path.endsWith('.md')),
  ...folders.flatMap(under).filter((path) => path.endsWith('.ts') && !path.includes('node_modules')),
].sort();
// Loaded where there is a source only: it takes longer than all the rest.
const ts = paths.some((path) => path.endsWith('.ts')) ? (await import('typescript')).default : undefined;

/** The paragraphs, list items, headings and table cells of a text in markdown, each with the line that it begins in. */
function blocksOf(lines, firstLine) {
  const blocks = [];
  let open;
  let skippedUntil;
  for (const [index, line] of lines.entries()) {
    const text = line.trim();
    if (skippedUntil !== undefined) {
      if (skippedUntil.test(text)) skippedUntil = undefined;
      open = undefined;
    } else if (text.startsWith('```')) {
      skippedUntil = /^```$/;
    } else if (/^<!-- [a-z ]+ -->$/.test(text)) {
      skippedUntil = new RegExp(`^<!-- (end|/${text.slice(5, -4)}) -->$`); // What a command writes between two marks.
    } else if (text.startsWith('|')) {
      for (const cell of text.split(/(?<!\\)\|/))
        blocks.push({ line: firstLine + index, text: cell.trim(), kind: 'cell' });
      open = undefined;
    } else if (text === '') {
      open = undefined;
    } else {
      const start = /^(#+|[-*+]|\d+\.|>|@[a-z]+( [\w.]+ -)?) ?/i.exec(text)?.[0] ?? '';
      if (open === undefined || start !== '')
        blocks.push((open = { line: firstLine + index, text: text.slice(start.length) }));
      else open.text += `\n${text}`;
      if (start.startsWith('#')) open = undefined;
    }
  }
  return blocks;
}

/** The sentences of a block, with what counts as words in them: code is one word, the target of a link none. */
function sentencesOf({ line, text, kind }) {
  const masked = text
    .replace(/`[^`]+`|\{@link [^}]+\}/g, (code) => 'X'.repeat(code.length))
    .replace(/\]\([^)]*\)/g, (target) => `]${' '.repeat(target.length - 1)}`);
  const ends = [...masked.matchAll(/(?<!\b(?:e\.g|i\.e|vs|cf))[.!?][)\]*_"”]*(?=\s+[^\sa-z])|$/g)];
  let from = 0;
  return ends.map(({ 0: mark, index }) => {
    const start = from + /^[\s*_[("“]*/.exec(masked.slice(from))[0].length;
    from = index + mark.length;
    const sentence = text.slice(start, from).replace(/\s+/g, ' ').trim();
    return {
      kind,
      line: line + text.slice(0, start).split('\n').length - 1,
      sentence,
      plain: masked.slice(start, from),
    };
  });
}

/** The comments of a source and the titles of its tests, as blocks. */
function blocksOfSource(path, text) {
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const lineOf = (position) => source.getLineAndCharacterOfPosition(position).line + 1;
  const comments = new Map();
  const texts = [];
  const visit = (node, isInner) => {
    const isTitled = ts.isCallExpression(node) && isTest(node.expression) && node.arguments.length > 1;
    const title = isTitled ? textOf(node.arguments[0]) : undefined;
    const kind = isInner ? 'inner' : 'title';
    if (title !== undefined) texts.push({ line: lineOf(node.arguments[0].getStart()), text: title, kind });
    const isMessage = /^(src|operators)\//.test(path) && !ts.isImportDeclaration(node.parent ?? node);
    if (isMessage && textOf(node)?.includes(' ')) texts.push({ line: lineOf(node.getStart()), text: textOf(node) });
    const children = node.getChildren(source).filter((child) => !ts.isJSDoc(child));
    for (const child of children) visit(child, isInner || isTitled);
    if (children.length > 0) return;
    for (const range of ts.getLeadingCommentRanges(text, node.pos) ?? []) comments.set(range.pos, range);
    for (const range of ts.getTrailingCommentRanges(text, node.end) ?? []) comments.set(range.pos, range);
  };
  visit(source, false);
  const runs = [];
  for (const { pos, end } of [...comments.values()].sort((a, b) => a.pos - b.pos)) {
    const comment = text.slice(pos, end).replace(/^\/\*+|\*\/$/g, '');
    const lines = comment.split('\n').map((line) => line.replace(/^\s*(\/\/|\* ?)/, ''));
    const last = runs.at(-1);
    const goesOn = last !== undefined && text.startsWith('//', pos) && /^\n *$/.test(text.slice(last.end, pos));
    if (goesOn) Object.assign(last, { end, lines: [...last.lines, ...lines] });
    else runs.push({ line: lineOf(pos), end, lines });
  }
  return [...runs.flatMap(({ line, lines }) => blocksOf(lines, line)), ...texts];
}

/** Whether a called expression is `it`, `describe.skipIf(…)`, `test.each(…)` and the like. */
function isTest(called) {
  if (ts.isIdentifier(called)) return ['describe', 'it', 'test'].includes(called.text);
  if (ts.isTaggedTemplateExpression(called)) return isTest(called.tag);
  return (ts.isPropertyAccessExpression(called) || ts.isCallExpression(called)) && isTest(called.expression);
}

/** The text of a string literal or a template, with code in the place of its expressions. */
function textOf(node) {
  if (ts.isStringLiteralLike(node)) return node.text;
  if (!ts.isTemplateExpression(node)) return undefined;
  return node.head.text + node.templateSpans.map(({ literal }) => `\`…\`${literal.text}`).join('');
}

function* findingsOf(path) {
  const text = readFileSync(path, 'utf8');
  const isPage = path.endsWith('.md');
  if (text.startsWith('<!-- Written by ', text.indexOf('<!--'))) return;
  for (const block of isPage ? blocksOf(text.split('\n'), 1) : blocksOfSource(path, text)) {
    for (const { kind, line, sentence, plain } of sentencesOf(block)) {
      const finding = (rule, hint) => ({ path, line, sentence, rule, hint });
      if ((openings[kind] ?? opening).test(plain)) yield finding('opening', 'name the subject first');
      const count = plain.split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word)).length;
      if (isPage && kind !== 'cell' && count > longest) yield finding('length', `${count} words`);
      for (const [pattern, word, better] of words) {
        if (pattern.test(plain)) yield finding('word', `"${word}": ${better}`);
      }
    }
  }
}

const json = (path) => (existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : undefined);
const allowed = json(allowedPath) ?? [];
const used = new Set();
const findings = paths
  .flatMap((path) => [...findingsOf(path)])
  .filter(({ path, sentence }) => {
    const exception = allowed.find(({ file, text }) => file === path && sentence.includes(text));
    used.add(exception);
    return exception === undefined;
  });
const unused = allowed.filter((exception) => !used.has(exception));

const wanted = process.argv.slice(2);
const shown = findings.filter(({ path }) => wanted.length === 0 || wanted.some((start) => path.startsWith(start)));
for (const { path, line, rule, hint, sentence } of shown) console.log(`${path}:${line} ${rule} (${hint}): ${sentence}`);
for (const { file, text } of unused) console.log(`${allowedPath}: "${text}" of ${file} excuses nothing; remove it`);
const counts = {};
for (const { path, rule } of shown) {
  const place = `${path.includes('/') ? path.split('/', 1)[0] : '.'}: ${rule}`;
  counts[place] = (counts[place] ?? 0) + 1;
}
for (const [place, count] of Object.entries(counts)) console.log(`${place} ${count}`);
console.log(`${paths.length} files, ${shown.length} sentences to rewrite`);
if (shown.length + unused.length > 0) process.exitCode = 1;
