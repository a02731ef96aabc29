import type { Chapter } from './chapters.js';
import type { Window } from './window.js';

/** The evidence for a cause in a window. */
export interface Detected {
  /** The problem, with its figures. */
  readonly symptom: string;
  /** The symbols, topics, consumers or queues concerned. */
  readonly names?: readonly string[];
  /** How many there are, or how often it happened in the window. */
  readonly count?: number;
  /** Wall time in ms at which it began, where the feed knows it. */
  readonly since?: number;
  /** Wall time in ms of the last evidence, where the feed knows it. */
  readonly last?: number;
  /** Remedies by this evidence, instead of the cause's own. */
  readonly fixes?: readonly string[];
  /** The severity by this evidence, instead of the cause's own. */
  readonly severity?: 'warning' | 'critical';
}

/** One cause of the playbook, as data. Texts may hold the words of `words.ts`, e.g. `{url}`. */
export interface Cause {
  /** Stable identifier, `RXP_…`. */
  readonly code: `RXP_${string}`;
  readonly chapter: Chapter;
  /** `critical` holds only while a market is open or of unknown state; otherwise it is a warning. */
  readonly severity: 'warning' | 'critical';
  /** The cause in a few words. */
  readonly title: string;
  /** The evidence that distinguishes it from the other causes of its chapter. */
  readonly apart: string;
  /** Codes of causes, and chapters, that explain this one: while one of them stands, this one is silent. */
  readonly roots?: readonly string[];
  /** The span in ms that `detect` looks at; 0 for the present state. The finding clears when the span holds no evidence. */
  readonly over: number;
  /** Looks for the cause; left out for a cause that only the doctor can see. */
  readonly detect?: (window: Window) => Detected | undefined;
  /** Remedies, most likely first. */
  readonly fixes: readonly string[];
  /** The step of `rx-quotes doctor` that shows it, where there is one. */
  readonly probe?: string;
  /** A Prometheus expression that is true while it stands, where the metrics show it. */
  readonly alert?: string;
  /** The fault that provokes it in the tests. */
  readonly fault: string;
}
