/** The same elements in a random order (Fisher and Yates). */
export function shuffled<T>(elements: readonly T[], random: () => number): readonly T[] {
  const order = [...elements];
  for (let last = order.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    [order[last], order[other]] = [order[other] as T, order[last] as T];
  }
  return order;
}
