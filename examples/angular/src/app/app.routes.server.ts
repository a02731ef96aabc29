import { RenderMode, ServerRoute } from '@angular/ssr';

/** The first symbol's page is rendered when the application is built, every other page when it is asked for. */
export const serverRoutes: ServerRoute[] = [
  { path: '', renderMode: RenderMode.Prerender },
  { path: '**', renderMode: RenderMode.Server },
];
