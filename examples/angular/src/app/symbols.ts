/** The symbols of the page, in the order of its rows. */
export const symbols: readonly string[] = ['ADVANC', 'AOT', 'BDMS', 'CPALL', 'KBANK', 'PTT', 'SCB', 'SCC'];
