/** The symbols that the page shows. */
export const symbols: readonly string[] = ['ADVANC', 'AOT', 'BBL', 'CPALL', 'KBANK', 'PTT'];
