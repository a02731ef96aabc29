import { Routes } from '@angular/router';
import { Chart } from './chart';
import { symbols } from './symbols';

/** Each symbol has an address, e.g. `/PTT`. */
export const routes: Routes = [
  { path: '', component: Chart, data: { symbol: symbols[0] } },
  { path: ':symbol', component: Chart },
];
