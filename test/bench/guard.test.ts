import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { guardRows, type GuardRow } from '../../bench/guard/guardRows.js';
import { failureText, judge, type Ratios } from '../../bench/guard/judge.js';

const committed: Ratios = { burst: 2, decode: 0.5 };
const both: readonly GuardRow[] = ['burst', 'decode'];

/** A measurement that returns these ratios, one after the other, and records the requested rows. */
function measurements(...given: readonly Ratios[]) {
  const asked: (readonly GuardRow[])[] = [];
  const measure = (rows: readonly GuardRow[]): Promise<Ratios> => {
    asked.push(rows);
    return Promise.resolve(given[asked.length - 1]!);
  };
  return { asked, measure };
}

describe('the guard of speed', () => {
  it('passes ratios that are worse than committed by 29 %, and measures once', async () => {
    const { asked, measure } = measurements({ burst: 2.58, decode: 0.645 });
    expect(await judge(committed, both, measure)).toEqual([]);
    expect(asked).toEqual([both]);
  });

  it('refuses a ratio that is worse than committed by 31 % in both measurements', async () => {
    const { measure } = measurements({ burst: 2.62, decode: 0.5 }, { burst: 2.64 });
    expect(await judge(committed, both, measure)).toEqual([{ row: 'burst', committed: 2, measured: [2.62, 2.64] }]);
  });

  it('passes a ratio that is worse by 31 % once and by 29 % when it is measured again', async () => {
    const { measure } = measurements({ burst: 2.62, decode: 0.5 }, { burst: 2.58 });
    expect(await judge(committed, both, measure)).toEqual([]);
  });

  it('measures only those rows again that were worse', async () => {
    const { asked, measure } = measurements({ burst: 2, decode: 0.66 }, { decode: 0.66 });
    expect(await judge(committed, both, measure)).toEqual([{ row: 'decode', committed: 0.5, measured: [0.66, 0.66] }]);
    expect(asked).toEqual([both, ['decode']]);
  });

  it('passes ratios that are better than committed', async () => {
    expect(await judge(committed, both, measurements({ burst: 0.1, decode: 0.1 }).measure)).toEqual([]);
  });

  it('asks for --write where no ratio of a row is committed', async () => {
    const { asked, measure } = measurements({ burst: 2, decode: 0.5 });
    await expect(judge({ burst: 2 }, both, measure)).rejects.toThrow(
      'bench/guard.json has no ratio for "decode": run `npm run bench:guard -- --write`',
    );
    expect(asked).toEqual([]);
  });

  it('names the row, both ratios, the committed one, what is allowed, and what to do', () => {
    const text = failureText({ row: 'burst', committed: 2, measured: [2.62, 2.7] });
    expect(text).toContain('burst takes 2.62 × and 2.70 × in two measurements.');
    expect(text).toContain('bench/guard.json has 2.00 ×, so that up to 2.60 × are allowed.');
    expect(text).toContain('`npm run bench profile`');
    expect(text).toContain('`npm run bench:guard -- --write`');
  });

  it('has a committed ratio above 0 for each row', () => {
    const found = JSON.parse(readFileSync('bench/guard.json', 'utf8')) as Ratios;
    expect(Object.keys(found)).toEqual(Object.keys(guardRows));
    for (const ratio of Object.values(found)) expect(ratio).toBeGreaterThan(0);
  });
});
