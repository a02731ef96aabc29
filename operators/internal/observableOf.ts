import { from, type Observable, type ObservableInput } from 'rxjs';
import { wrongType } from '../support/argument.js';

/**
 * Turns an `ObservableInput` into an Observable. It throws for a wrong input at once, not at the first subscription.
 */
export function observableOf<T>(option: string, input: ObservableInput<T>): Observable<T> {
  try {
    return from(input);
  } catch {
    throw wrongType(option, input, 'pass an Observable, or what `from` takes');
  }
}
