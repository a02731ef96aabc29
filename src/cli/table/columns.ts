import { fit, printable, widthOf } from '../terminal/cells.js';
import { doubtOf, type Known } from '../view/doubt.js';
import { priceText, seconds, volumeText } from '../view/figures.js';

interface Column {
  readonly title: string;
  readonly width: number;
  readonly align: 'left' | 'right';
  /** Columns with a higher number are left out first when there is no room; 0 is never left out. */
  readonly spare: number;
  readonly text: (known: Known, monotonic: number) => string;
}

/** A price that can't be trusted is in brackets, so that this is visible without colours and in copied text. */
function shownPrice(known: Known, side: 'bid' | 'ask'): string {
  const price = known.kind === 'quote' ? priceText(known[side]) : '–';
  return doubtOf(known) === undefined || price === '–' ? `${price} ` : `(${price})`;
}

function ageText(known: Known, monotonic: number): string {
  if (known.kind !== 'quote') return '–';
  const age = Math.max(0, monotonic - known.monotonicAt);
  // An image of unknown age is at least this old.
  return `${known.replayed === 'retained' || known.replayed === 'first' ? '≥ ' : ''}${seconds(age)}`;
}

const columns: readonly Column[] = [
  {
    title: 'bid vol',
    width: 11,
    align: 'right',
    spare: 3,
    text: (known) => (known.kind === 'quote' ? volumeText(known.bidVolume) : '–'),
  },
  { title: 'bid ', width: 10, align: 'right', spare: 0, text: (known) => shownPrice(known, 'bid') },
  { title: 'ask ', width: 10, align: 'right', spare: 0, text: (known) => shownPrice(known, 'ask') },
  {
    title: 'ask vol',
    width: 11,
    align: 'right',
    spare: 3,
    text: (known) => (known.kind === 'quote' ? volumeText(known.askVolume) : '–'),
  },
  { title: 'age', width: 9, align: 'right', spare: 1, text: ageText },
  {
    title: 'state',
    width: 10,
    align: 'left',
    spare: 0,
    text: (known) => doubtOf(known)?.toUpperCase() ?? known.state,
  },
  { title: 'market', width: 7, align: 'left', spare: 2, text: ({ market }) => market },
  { title: 'epoch', width: 5, align: 'right', spare: 4, text: ({ epoch }) => (epoch === undefined ? '–' : `${epoch}`) },
];

const GAP = 2;
/** The mark and the space after it. */
const MARK = 2;
/** The widest column for symbols: a symbol may have 64 bytes, but most have up to eight letters. */
const widestSymbol = 16;

/** The layout of a table's lines for a width of the terminal. */
export interface Layout {
  readonly header: string;
  readonly row: (symbol: string, known: Known | undefined, monotonic: number) => string;
}

/** Leaves out the columns that there is no room for. */
export function layout(symbols: readonly string[], width: number): Layout {
  const names = symbols.map(printable);
  const symbolWidth = Math.min(widestSymbol, Math.max('symbol'.length, ...names.map(widthOf)));
  const taken = (shown: readonly Column[]): number =>
    MARK + symbolWidth + shown.reduce((sum, column) => sum + GAP + column.width, 0);
  let shown = columns;
  for (let spare = 4; spare > 0 && taken(shown) > width; spare -= 1) {
    shown = shown.filter((column) => column.spare < spare);
  }
  const line = (mark: string, symbol: string, cell: (column: Column) => string): string =>
    [`${mark} ${fit(symbol, symbolWidth, 'left')}`, ...shown.map((one) => fit(cell(one), one.width, one.align))].join(
      ' '.repeat(GAP),
    );
  return {
    header: line(' ', 'SYMBOL', ({ title }) => title.toUpperCase()),
    row: (symbol, known, monotonic) =>
      known === undefined
        ? line('○', printable(symbol), ({ title }) => {
            if (title === 'state') return 'AWAITING';
            return title.endsWith(' ') ? '– ' : '–';
          })
        : line(doubtOf(known) === undefined ? '●' : '○', printable(symbol), ({ text }) => text(known, monotonic)),
  };
}
