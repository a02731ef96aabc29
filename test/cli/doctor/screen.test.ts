import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { conclusionLines, headLines, resultLines } from '../../../src/cli/doctor/doctorScreen.js';
import { stepLabels, type StepName, type StepResult } from '../../../src/cli/doctor/step.js';
import { painter } from '../../../src/cli/terminal/ansi.js';
import { widthOf } from '../../../src/cli/terminal/cells.js';

const plain = painter(false);

const results: readonly StepResult[] = [
  { step: 'dns', status: 'ok', about: 'broker.example', text: 'is 10.0.0.8', ms: 12 },
  {
    step: 'tls',
    status: 'failed',
    about: 'mqtts://broker.example:8883',
    code: 'RXP_CERTIFICATE_ISSUER',
    text: 'has a certificate that is not trusted (DEPTH_ZERO_SELF_SIGNED_CERT); it is for broker.example, issued by An Authority',
    fix: 'pass the certificate of the issuer as --ca, or set NODE_EXTRA_CA_CERTS to its file',
    doc: 'docs/playbook.md#rxp-certificate-issuer',
    ms: 1_234,
  },
  { step: 'port', status: 'skipped', text: 'not tried, since TLS failed', ms: 0 },
  { step: 'connack', status: 'skipped', text: 'not tried, since TLS failed', ms: 0 },
  { step: 'proxy', status: 'ok', text: 'none is set in the environment', ms: 0 },
];

describe('the screen of an examination', () => {
  it('at 80 columns has a mark, the name, what was found and the time; remedy, code and page below', () => {
    expect(resultLines(results, 80, plain)).toEqual([
      '✓ DNS           broker.example is 10.0.0.8                                 12 ms',
      '✗ TLS           mqtts://broker.example:8883 has a certificate that is      1.2 s',
      '                not trusted (DEPTH_ZERO_SELF_SIGNED_CERT); it is for',
      '                broker.example, issued by An Authority',
      '                → pass the certificate of the issuer as --ca, or set',
      '                  NODE_EXTRA_CA_CERTS to its file',
      '                RXP_CERTIFICATE_ISSUER docs/playbook.md#rxp-certificate-issuer',
      '– port, CONNACK: not tried, since TLS failed',
      '✓ proxy         none is set in the environment                              0 ms',
    ]);
  });

  it('at 120 columns uses the width', () => {
    const lines = resultLines(results, 120, plain);
    expect(lines).toHaveLength(7);
    expect(lines[1]).toMatch(/^✗ TLS {11}mqtts:\/\/broker.example:8883 has a certificate that is not trusted +1\.2 s$/);
    expect(widthOf(lines[1] ?? '')).toBe(120);
  });

  it('shows symbols with the same outcome in one entry, with the longest time', () => {
    const symbols = ['AOT', 'PTT', 'S & J'];
    const granted = symbols.map(
      (about, index): StepResult => ({ step: 'suback', status: 'ok', about, text: 'granted', ms: index }),
    );
    const refused: StepResult = {
      step: 'suback',
      status: 'failed',
      about: 'XYZ',
      text: 'refused by the broker',
      ms: 1,
    };
    const [first, second] = resultLines([...granted, refused], 80, plain);
    expect(first).toMatch(/^✓ SUBACK {8}AOT, PTT, S & J granted +2 ms$/);
    expect(second).toMatch(/^✗ SUBACK {8}XYZ refused by the broker +1 ms$/);
  });

  it('colours only the mark, the time and what is of low importance, and only where there are colours', () => {
    const coloured = resultLines(results, 80, painter(true));
    expect(coloured[0]).toContain('\u001b[32m✓\u001b[0m DNS');
    expect(coloured[1]).toContain('\u001b[31m✗\u001b[0m TLS');
    expect(coloured.map((line) => line.replaceAll(/\u001b\[\d+m/g, ''))).toEqual(resultLines(results, 80, plain));
  });

  it('shows control characters of a peer as a mark', () => {
    const [line] = resultLines([{ ...results[0]!, text: 'is \u001b[2Jgone' }], 80, plain);
    expect(line).toContain('is \ufffd[2Jgone');
  });

  it('ends with the counts of what is shown', () => {
    const whole = { target: 'x', symbols: [], at: 0, ms: 4_200, results };
    expect(conclusionLines(whole, 80, plain)).toEqual(['', '1 failure, 2 well, 2 not tried, in 4.2 s']);
    expect(conclusionLines({ ...whole, results: results.slice(0, 1) }, 80, plain)).toEqual(['', '1 well, in 4.2 s']);
  });

  it('cuts nothing and is never too wide, at any width and with any text', () => {
    const text = fc.array(fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 60 }), { maxLength: 12 });
    const words = text.map((all) => all.join(' ').trim());
    const result = fc.record({
      step: fc.constantFrom(...(Object.keys(stepLabels) as StepName[])),
      status: fc.constantFrom('ok', 'warning', 'failed', 'skipped'),
      text: words,
      fix: words,
      ms: fc.integer({ min: 0, max: 99_999 }),
    }) as fc.Arbitrary<StepResult>;
    const pressed = (line: string): string => line.replaceAll(/\s/g, '');
    fc.assert(
      fc.property(result, fc.integer({ min: 20, max: 200 }), (one, columns) => {
        const lines = resultLines([one], columns, plain);
        const width = Math.min(120, Math.max(40, columns));
        for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(width);
        // The time stands at the end of the first line, so it is taken away before words are looked for.
        const [first = '', ...rest] = lines;
        const time = one.status === 'skipped' ? '' : / +[\d.]+ m?s$/.exec(first)?.[0];
        const all = pressed([first.slice(0, first.length - (time ?? '').length), ...rest].join(''));
        expect(all).toContain(pressed(one.text));
        if (one.status !== 'skipped') expect(all).toContain(pressed(one.fix ?? ''));
      }),
    );
  });
});

it('the head names the place and its symbols', () => {
  expect(headLines({ target: 'mqtt://h:1883', symbols: ['AOT', 'PTT'] }, 80, plain)).toEqual([
    'rx-quotes doctor: mqtt://h:1883 for AOT, PTT',
    '',
  ]);
});
